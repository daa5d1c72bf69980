"""How people name an entry of a board: `vendor/config_name`, `provider:model` or `model`."""

import difflib
from collections.abc import Iterable, Sequence
from typing import Final, Protocol, TypeVar

from proofboard.errors import UnknownEntryError

SHOWN_NAMES: Final = 8


class Named(Protocol):
    """Anything that stands for an entry."""

    @property
    def vendor(self) -> str:
        """The first part of its name."""
        ...

    @property
    def config_name(self) -> str:
        """The second part of its name."""
        ...


class Selectable(Named, Protocol):
    """Anything that also says which model it runs: a row of a board, the record of an entry."""

    @property
    def provider(self) -> str:
        """Who offers the model."""
        ...

    @property
    def model(self) -> str | None:
        """The model, where it is known."""
        ...


S = TypeVar("S", bound=Selectable)


def name_of(row: Named) -> str:
    """Return how an entry is shown: `{vendor}/{config_name}`."""
    return f"{row.vendor}/{row.config_name}"


def select(rows: Sequence[S], selector: str) -> S:
    """Return the one entry that a selector names; raises UnknownEntryError, with near names, for none or several.

    The name of an entry goes before its model: `openai/gpt-4` is the entry of that name where there is one.
    """
    for forms in (_names, _models):
        matching = [row for row in rows if selector in forms(row)]
        if len(matching) == 1:
            return matching[0]
        if matching:
            listed = ", ".join(sorted(map(name_of, matching))[:SHOWN_NAMES])
            more = f" and {len(matching) - SHOWN_NAMES} more" if len(matching) > SHOWN_NAMES else ""
            raise UnknownEntryError(f"{selector!r} names {len(matching)} entries: {listed}{more}; give one of these")
    raise UnknownEntryError(f"{selector!r} names no entry of the board; {_hint(rows, selector)}")


def _names(row: Selectable) -> tuple[str, ...]:
    return (name_of(row),)


def _models(row: Selectable) -> tuple[str, ...]:
    return () if row.model is None else (row.model, f"{row.provider}:{row.model}")


def _hint(rows: Iterable[Selectable], selector: str) -> str:
    """Suggest entries by any of their forms, told by the one form that cannot be ambiguous."""
    meant = {form.casefold(): name_of(row) for row in rows for form in (*_models(row), *_names(row))}
    if not meant:
        return "the board has none"
    asked = selector.casefold()
    inside = [form for form in sorted(meant) if len(asked) > 1 and asked in form]
    close = difflib.get_close_matches(asked, meant, n=SHOWN_NAMES, cutoff=0.5)
    near = list(dict.fromkeys(meant[form] for form in (*close, *inside)))
    if near:
        return f"near are {', '.join(near[:SHOWN_NAMES])}"
    names = sorted(set(meant.values()))
    more = f" and {len(names) - SHOWN_NAMES} more" if len(names) > SHOWN_NAMES else ""
    return f"there are {', '.join(names[:SHOWN_NAMES])}{more}"
