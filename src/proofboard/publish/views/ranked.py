"""A ranked table, as a document and as text. It is a view: its numbers are not published."""

import math
from collections.abc import Iterator
from typing import Final

from proofboard.publish.views.paired_text import aligned
from proofboard.publish.views.tables import plain, printable
from proofboard.schemas.base import Document

NOTHING: Final = "none"
MOST_PLACES: Final = 12


class RankedEntry(Document, frozen=True):
    """One entry of a ranked file."""

    rank: int
    """Its place by value alone; equal values share one."""
    entry: str
    value: float
    standard_error: float | None
    rank_range: tuple[int, int] | None
    """The ranks that the data do not rule out, for all entries at once."""
    possibly_best: bool | None
    """Whether it may be among the best so many; null where no errors are known."""


class RankedFile(Document, frozen=True):
    """A file of values or votes, ranked."""

    digest: str
    """Of the file's bytes, from which the chance follows that was used."""
    columns: tuple[str, str, str]
    """What the entries, the values and the errors are called."""
    level: float
    """The probability with which all rank intervals hold together."""
    best: int
    """How many best entries `possibly_best` is about."""
    notes: list[str]
    entries: list[RankedEntry]


def ranked_text(found: RankedFile) -> str:
    """Write the entries, the best first, who is possibly among the best, and how to read it."""
    level = f"{plain(round(100 * found.level, 6)).removesuffix('.0')} %"
    sections = [
        list(aligned(list(_table(found)), 1)),
        list(_best(found, level)),
        [
            f"ranks at {level}: all of them hold together",
            f"*: possibly {_those(found)}, by one-sided tests of their own, which may leave in who has no such rank",
            *(f"note: {printable(note)}" for note in found.notes),
        ],
    ]
    return "\n\n".join("\n".join(lines) for lines in sections if lines) + "\n"


def _table(found: RankedFile) -> Iterator[list[str]]:
    name, value, error = (printable(column) for column in found.columns)
    yield [name, value, error, "rank", "ranks", ""]
    places = _places(found)
    for row in found.entries:
        error = NOTHING if row.standard_error is None else f"{row.standard_error:.{places}f}"
        ranks = NOTHING if row.rank_range is None else f"{row.rank_range[0]} to {row.rank_range[1]}"
        mark = "*" if row.possibly_best else ""
        yield [printable(row.entry), f"{row.value:.{places}f}", error, str(row.rank), ranks, mark]


def _places(found: RankedFile) -> int:
    """Return so many decimals that the smallest error shows two digits."""
    errors = [row.standard_error for row in found.entries if row.standard_error]
    return min(max(1 - math.floor(math.log10(min(errors))), 0), MOST_PLACES) if errors else 2


def _best(found: RankedFile, level: str) -> Iterator[str]:
    names = [printable(row.entry) for row in found.entries if row.possibly_best]
    if names:
        yield f"Possibly {_those(found)} at {level}: {len(names)} of {len(found.entries)}."
        yield ", ".join(names)


def _those(found: RankedFile) -> str:
    return "the best" if found.best == 1 else f"among the best {found.best}"
