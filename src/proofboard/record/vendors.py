"""Adapters of vendors' systems that other packages offer through the entry-point group `proofboard.vendors`.

An entry point is named like the vendor and loads to an `Adapter`: a module, or an object, with two functions. What is
installed here decides which code answers. A configuration names its vendor, and is otherwise data for the adapter.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from importlib.metadata import EntryPoint, entry_points
from typing import Final, Protocol

import msgspec

from proofboard.errors import Fault, InputError, ProofboardError, fault
from proofboard.schemas.base import LeanDocument
from proofboard.schemas.bundle import Response
from proofboard.schemas.configuration import Configuration
from proofboard.schemas.item import Item

GROUP: Final = "proofboard.vendors"
_RECORDER: Final = re.compile(r"\S+ \S+ \((?P<vendor>\S+) (?P<version>.+)\)")


class Prompted(LeanDocument, frozen=True):
    """All that a vendor is shown of an item: neither its reference nor its facets, weight and cluster."""

    prompt_id: str
    """The name under which the answer is expected."""
    prompt: str
    """What is asked."""
    choices: list[str] | None = None
    """The options of a multiple-choice item, in the order of their letters."""


class Adapter(Protocol):
    """Asks one vendor's system; a module with these two functions is an adapter too."""

    def version(self) -> str | None:
        """Return the version of the system that would answer; None where it has none."""
        ...

    def respond(self, configuration: Configuration, items: Sequence[Prompted], /) -> Iterator[Response]:
        """Yield one response for each item, in any order.

        Raises what it likes: the prompt whose answer fails becomes a `platform_failure`, and the rest is asked again.
        Without items it yields nothing, but raises InputError for a configuration that it cannot run.
        """
        ...


class InstalledAdapter(msgspec.Struct, frozen=True):
    """An adapter as it is installed here: who offers it, and which version of the vendor's system would answer."""

    vendor: str
    package: str
    """Name and version of the package that offers it."""
    version: str | None
    adapter: Adapter

    @property
    def recorder(self) -> str:
        """Name what recorded a bundle: `package version (vendor version)`."""
        return f"{self.package} ({self.vendor} {self.version})" if self.version else self.package


def vendors() -> Sequence[str]:
    """List the vendors whose systems can be asked here."""
    return sorted({point.name for point in entry_points(group=GROUP)})


def installed_adapter(vendor: str, file: str) -> InstalledAdapter:
    """Return the adapter that an installed package offers for a vendor.

    Raises:
        InputError: none or several packages offer it, or it is of a wrong shape; `file` is where it was asked for.
        MissingExtraError: the adapter says that the vendor's system is not installed.
    """
    entry_point = _entry_point(vendor, file)
    package = _package(entry_point)
    try:
        adapter = entry_point.load()
    except ProofboardError:
        raise
    except Exception as error:
        raise fault(file, f"the adapter of {vendor} ({package}) cannot be loaded: {said(error)}") from error
    lacking = [name for name in ("version", "respond") if not callable(getattr(adapter, name, None))]
    if isinstance(adapter, type) or lacking:
        found = f"the class {adapter.__name__}" if isinstance(adapter, type) else f"a {type(adapter).__name__}"
        reason = f"the adapter of {vendor} ({package}) is {found}, expected an object with version() and respond()"
        raise fault(file, f"{reason}; tell its authors")
    return InstalledAdapter(vendor, package, _version(adapter, f"{vendor} ({package})", file), adapter)


def _entry_point(vendor: str, file: str) -> EntryPoint:
    offered = [point for point in entry_points(group=GROUP) if point.name == vendor]
    if not offered:
        others = ", ".join(vendors()) or "none"
        reason = f"no adapter of the vendor {vendor!r} is installed (installed are: {others})"
        raise fault(file, f"{reason}; install a package that offers {vendor!r} in the entry-point group {GROUP}")
    if len(packages := sorted({_package(point) for point in offered})) > 1:
        raise fault(file, f"the vendor {vendor!r} has adapters in several packages ({', '.join(packages)}); keep one")
    return offered[0]


def _package(entry_point: EntryPoint) -> str:
    return f"{entry_point.dist.name} {entry_point.dist.version}" if entry_point.dist else "unknown package"


def _version(adapter: Adapter, name: str, file: str) -> str | None:
    try:
        found: object = adapter.version()
    except ProofboardError:
        raise
    except Exception as error:
        raise fault(file, f"the adapter of {name} cannot tell its version: {said(error)}; tell its authors") from error
    if found is None or (isinstance(found, str) and found):
        return found
    raise fault(file, f"the adapter of {name} says that its version is {found!r}, expected a text; tell its authors")


def said(error: Exception) -> str:
    """Write an exception in one line."""
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__


def recorded_version(recorder: str | None, vendor: str) -> str | None:
    """Read back from a manifest's recorder which version of the vendor's system answered; None where none is named."""
    match = _RECORDER.fullmatch(recorder or "")
    return match["version"] if match and match["vendor"] == vendor else None


def refuse_other_version(configuration: Configuration, adapter: InstalledAdapter, file: str) -> None:
    """Refuse to answer for another version than the configuration states; one that states none is not held to any."""
    stated, found = configuration.vendor_version, adapter.version
    if stated is not None and stated != found:
        reason = f"states vendor_version {stated!r}, but {adapter.package} answers with {_or_none(found)}"
        raise fault(file, f"{reason}; install {stated!r}, or configure another entry for what is installed")


def _or_none(version: str | None) -> str:
    return "a system without a version" if version is None else repr(version)


def prompted(items: Iterable[Item], file: str) -> list[Prompted]:
    """Take from items what may be asked, each prompt once; raises InputError with every prompt that cannot be."""
    asked: dict[str, Prompted] = {}
    faults: list[Fault] = []
    for item in items:
        if item.prompt is None:
            faults.append(Fault(file, 0, f"the prompt {item.asked!r} has no text, so nobody can be asked"))
            continue
        own = Prompted(prompt_id=item.asked, prompt=item.prompt, choices=item.choices)
        if asked.setdefault(item.asked, own) != own:
            reason = f"the prompt {item.asked!r} stands in several items with other choices, so it is not one question"
            faults.append(Fault(file, 0, reason))
    if faults:
        raise InputError(faults)
    return list(asked.values())
