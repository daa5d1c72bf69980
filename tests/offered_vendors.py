"""Adapters that tests pretend are installed."""

from collections.abc import Callable, Iterator, Sequence
from importlib.metadata import EntryPoint
from typing import Any

import pytest

from proofboard.record import vendors
from proofboard.record.vendors import GROUP, Prompted
from proofboard.schemas.bundle import Response
from proofboard.schemas.configuration import Configuration

Answer = Callable[[Prompted], Any]


class Distribution:
    """The package that offers an entry point."""

    def __init__(self, name: str) -> None:
        self.name, self.version = name, "2.5"


class Scripted:
    """An adapter that answers each prompt by a function; what the function raises, it raises."""

    def __init__(self, answer: Answer, version: str | None = "7.0") -> None:
        self.answer = answer
        self.stated = version
        self.calls: list[tuple[str, ...]] = []
        """The prompt ids of every call that asked for something."""
        self.shown: list[Prompted] = []

    def version(self) -> str | None:
        return self.stated

    def respond(self, configuration: Configuration, items: Sequence[Prompted]) -> Iterator[Response]:
        if "refused" in configuration.settings:
            raise ValueError("no such setting: refused")
        if items:
            self.calls.append(tuple(item.prompt_id for item in items))
            self.shown.extend(items)
        for item in items:
            answered = self.answer(item)
            yield answered if isinstance(answered, Response) else Response(prompt_id=item.prompt_id, output=answered)


def offer(monkeypatch: pytest.MonkeyPatch, adapter: Any, *packages: str, vendor: str = "acme") -> None:
    """Pretend that packages are installed that offer an adapter for a vendor; an exception is raised on loading."""

    class Offered(EntryPoint):
        def load(self) -> Any:
            if isinstance(adapter, Exception):
                raise adapter
            return adapter

    made = [Offered(vendor, "somewhere:adapter", GROUP) for _ in packages or ("their-package",)]
    for entry_point, package in zip(made, packages or ("their-package",), strict=True):
        vars(entry_point)["dist"] = Distribution(package)

    def found(*, group: str) -> list[EntryPoint]:
        return [*made] if group == GROUP else []

    monkeypatch.setattr(vendors, "entry_points", found)


def right(item: Prompted) -> str:
    """Answer an item of `builders.items` right: it asks for the number in its own name."""
    return item.prompt_id[1:]
