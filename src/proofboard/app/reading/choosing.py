"""What a reader chooses on the command line: names that exist, and exact decimals."""

import difflib
import re
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Final, TypeVar

import numpy as np

from proofboard.core.items import ItemTable
from proofboard.core.slices import CROSS, Slice, declared_slices, mask_of
from proofboard.errors import Fault, InputError
from proofboard.schemas.benchmark import Benchmark

T = TypeVar("T")

EVERYTHING: Final = "all"
SHOWN_NAMES: Final = 8
SHOWN_LETTERS: Final = 80

# Digits are bounded, because an exact number of any length could be asked for.
_DECIMAL: Final = re.compile(r"[0-9]{1,20}(?:\.[0-9]{1,20})?|\.[0-9]{1,20}", re.ASCII)


def decimal_above_zero(text: str) -> Fraction | None:
    """Read an exact decimal above 0, like 3 or 0.25; None where the text is none."""
    value = Fraction(text) if _DECIMAL.fullmatch(text) else None
    return value or None


def chosen(option: str, asked: Iterable[str], known: Mapping[str, T]) -> list[T]:
    """Return what some names stand for; raises InputError with the near names of every unknown one."""
    names = list(dict.fromkeys(asked))
    if faults := [Fault(f"{option} {cut(name)}", 0, hint(name, known)) for name in names if name not in known]:
        raise InputError(faults)
    return [known[name] for name in names]


def hint(asked: str, known: Iterable[str]) -> str:
    """Say that a name is not known, and which are near."""
    folded = {name.casefold(): name for name in known}
    near = difflib.get_close_matches(asked.casefold(), folded, n=SHOWN_NAMES, cutoff=0.5)
    inside = [form for form in sorted(folded) if len(asked) > 1 and asked.casefold() in form]
    found = [folded[form] for form in dict.fromkeys((*near, *inside))]
    listed = found or sorted(folded.values())
    more = f" and {len(listed) - SHOWN_NAMES} more" if len(listed) > SHOWN_NAMES else ""
    return f"is not known; {'near' if found else 'there'} are {', '.join(listed[:SHOWN_NAMES])}{more}"


def cut(text: str) -> str:
    """Cut what a reader typed to a length that a message can hold."""
    return text if len(text) <= SHOWN_LETTERS else f"{text[: SHOWN_LETTERS - 1]}…"


def slices_within(benchmark: Benchmark, table: ItemTable, track: str | None) -> list[Slice]:
    """List the declared slices of a track that hold an item, the overall one first."""
    parts = declared_slices(table, benchmark)
    facet = next((name for name, own in benchmark.facets.items() if own.role == "track"), None)
    if facet is None or track is None:
        return parts
    within = mask_of(table, {facet: [track]})
    return [
        Slice(part.name, part.facet, part.value, part.mask & within)
        for part in parts
        if bool(np.any(part.mask & within))
    ]


def slices_named(parts: Sequence[Slice], asked: Sequence[str]) -> list[Slice]:
    """Return the slices that a reader names, for `all` every set of items once, the overall one for nothing.

    Crossed values may be named in either order, and with a comma where × is not on the keyboard. Raises InputError.
    """
    if EVERYTHING in asked:
        # The same items under two names would be compared, and counted among the comparisons, twice.
        different: dict[bytes, Slice] = {}
        for part in parts:
            different.setdefault(part.mask.tobytes(), part)
        return list(different.values())
    if not asked:
        return [parts[0]]
    known = {part.name: part for part in parts}
    forms = {form: part.name for part in parts for form in _forms(part)}
    return chosen("--slice", [name if name in known else forms.get(name, name) for name in asked], known)


def _forms(part: Slice) -> list[str]:
    both = part.name.split(CROSS)
    return [",".join(both), CROSS.join(reversed(both)), ",".join(reversed(both)), f"{part.facet}={part.value}"]
