"""What guesses are made from: the names of the columns, and what stands in them."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from proofboard.errors import Fault
from proofboard.record.any_table.layout import Layout
from proofboard.record.any_table.names import SYNONYMS, names_of
from proofboard.record.any_table.numbers import read_number
from proofboard.record.any_table.roles import Asked
from proofboard.record.any_table.table import FILE, Column, Table
from proofboard.record.tables import SHOWN_OF_A_VALUE

FEWEST_NUMBERS: Final = 0.5
"""A column of scores: at least this share of its different values are scores, and the others are faults."""
MOST_LOOKED_AT: Final = 5_000
"""Of longer columns only the first different texts are looked at; all are read later."""
MOST_NAMES: Final = 2
"""A dotted column has a name of its own, and that of its last part."""


@dataclass(frozen=True, slots=True)
class Profile:
    """What stands in one column."""

    distinct: int
    """How many different texts."""
    n_rows: int
    """How many rows hold one."""
    scores: float
    """Which share of the different texts are scores; 0 where there is none."""
    words_only: bool
    """Whether all its scores are verdicts in words."""
    is_order: bool
    """Whether it counts the rows, from 0 or 1."""

    @property
    def is_score(self) -> bool:
        """Say whether it may hold scores."""
        return self.scores >= FEWEST_NUMBERS


@dataclass(slots=True)
class Guess:
    """The table, what was said of it, and what is still free."""

    table: Table
    asked: Asked
    source: Path
    faults: list[Fault] = field(default_factory=list)
    _profiles: dict[str, Profile] = field(default_factory=dict)

    def profile(self, column: str) -> Profile:
        """Look into a column, once."""
        if column not in self._profiles:
            self._profiles[column] = profile_of(self.table, column)
        return self._profiles[column]

    def free(self, layout: Layout | None = None) -> list[str]:
        """List the columns of which nothing was said and nothing is guessed yet."""
        taken = self.asked.taken() | set(layout.needed() if layout else ())
        return [column for column in self.table.columns if column not in taken]

    def candidates(self, role: str, free: Iterable[str], fits: Callable[[str], bool]) -> list[str]:
        """List the free columns with the strongest of a role's names that any of them has."""
        known = [(column, names) for column in free if fits(column) for names in [names_of(column)]]
        for place in range(MOST_NAMES):
            for tier in SYNONYMS[role]:
                found = [column for column, names in known if len(names) > place and names[place] in tier]
                if found:
                    return found
        return []

    def refuse(self, reason: str) -> None:
        """Keep a reason why nothing can be guessed."""
        self.faults.append(Fault(str(self.source), 0, reason))

    def unreadable(self, layout: Layout) -> str:
        """Show a text with digits that is no score, from the last of the free columns that begins with one."""
        for column in reversed(self.free(layout)):
            first = next((cell.strip() for cell in self.table.columns[column] if cell and cell.strip()), "")
            if any(letter.isdigit() for letter in first) and not self.profile(column).is_score:
                advice = "a number is digits with a decimal point, without signs for thousands, emphasis or an error"
                return f"; {column} begins with {first[:SHOWN_OF_A_VALUE]!r}, which is not read: {advice}"
        return ""

    def numbers(self, layout: Layout | None = None) -> list[str]:
        """List the free columns that may hold scores."""
        return [column for column in self.free(layout) if self.profile(column).is_score]

    def distinct(self, columns: Sequence[str]) -> int:
        """Count the different combinations of some columns; the column of files is named too."""
        return len(set(zip(*self.cells(columns), strict=True))) if columns else 1

    def cells(self, columns: Sequence[str]) -> list[Column]:
        """Return some columns."""
        return [self.table.named_files()[0] if column == FILE else self.table.columns[column] for column in columns]

    def repeats(self, columns: Sequence[str]) -> bool:
        """Say whether any two rows agree in all these columns."""
        return self.distinct(columns) < self.table.n_rows

    def follows(self, column: str, others: Sequence[str]) -> bool:
        """Say whether other columns decide what stands in a column."""
        return self.distinct([*others, column]) == self.distinct(others)


def profile_of(table: Table, column: str) -> Profile:
    """Look into a column: how many different texts, and how many of them are scores."""
    cells = table.columns[column]
    # In the order of the table, so that every run looks at the same ones.
    distinct = [text for text in dict.fromkeys(cells) if text is not None]
    scores, words, read = 0, 0, 0
    for text in distinct[:MOST_LOOKED_AT]:
        try:
            number = read_number(text, comma=table.comma)
        except ValueError:
            read += 1
            continue
        if number is not None:
            read, scores, words = read + 1, scores + 1, words + (number.kind == "verdict")
    order = [str(place) for place in range(min(table.n_rows + 1, 3))]
    begins = cells[: len(order) - 1]
    return Profile(
        distinct=len(distinct),
        n_rows=sum(cell is not None for cell in cells),
        scores=scores / read if scores else 0.0,
        words_only=words == scores,
        is_order=len(distinct) == table.n_rows and begins in (order[:-1], order[1:]) and _counts(cells),
    )


def _counts(cells: Sequence[str | None]) -> bool:
    first = 0 if cells[0] == "0" else 1
    return all(cell == str(place) for place, cell in enumerate(cells, start=first))
