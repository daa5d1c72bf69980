"""What a table says of single answers: their text, what they cost, and the day on which they were given."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

import numpy as np

from proofboard.core.composites import nearest
from proofboard.errors import Fault, InputError
from proofboard.record.any_table.cells import Cells
from proofboard.record.any_table.layout import Layout
from proofboard.record.any_table.names import USAGE
from proofboard.record.any_table.numbers import read_number
from proofboard.record.any_table.table import MOST_FAULTS, Cell, Column, Table
from proofboard.record.foreign import MICROSECONDS, recordable
from proofboard.record.tables import SHOWN_OF_A_VALUE
from proofboard.schemas.base import LARGEST_INTEGER
from proofboard.schemas.bundle import Response, Usage

UNITS: Final = {"prompt_tokens": 1, "completion_tokens": 1, "seconds": MICROSECONDS, "cost": 10**9}
"""Role → how many of the units that are recorded make one of those that are written."""
FIELDS: Final = {"seconds": "microseconds", "cost": "cost_nanodollars"}
"""Role → the field of a usage, where it has another name."""


@dataclass(slots=True)
class Answers:
    """What was recorded of single answers; each column has one element for each row of the table."""

    output: Column | None = None
    usage: dict[str, Sequence[int | None]] = field(default_factory=dict)
    """Field of a usage → its column."""
    notes: list[str] = field(default_factory=list)

    @property
    def there(self) -> bool:
        """Say whether the table says anything of single answers."""
        return self.output is not None or bool(self.usage)

    def response(self, prompt_id: str, trial: int, rows: Sequence[int]) -> Response:
        """Make the answer that one or several rows, of one metric each, tell of."""
        output = self._first(self.output, rows) if self.output else None
        spent = {name: self._first(column, rows) for name, column in self.usage.items()}
        known = any(value is not None for value in spent.values())
        return Response(
            prompt_id=prompt_id,
            output=output,
            trial=trial,
            usage=Usage(**spent) if known else None,  # type: ignore[arg-type]
        )

    @staticmethod
    def _first(column: Sequence[Cell] | Sequence[int | None], rows: Sequence[int]) -> Cell | int:
        return next((column[row] for row in rows if column[row] is not None), None)


def read_answers(table: Table, layout: Layout) -> Answers:
    """Read what is said of single answers; raises InputError with every usage that is no number."""
    answers = Answers()
    faults: list[Fault] = []
    if column := layout.column("output"):
        kept = {cell: recordable(cell) for cell in set(table.columns[column])}
        answers.output = [kept[cell] for cell in table.columns[column]]
        if long := sum(cell is not None and output is None for cell, output in kept.items()):
            answers.notes.append(f"{long} answer(s) are longer than can be recorded and were left out")
    for role in USAGE:
        if column := layout.column(role):
            counted = {cell: _units(cell, UNITS[role], comma=table.comma) for cell in set(table.columns[column])}
            bad = {cell for cell, units in counted.items() if units == "bad"}
            faults += _faults(table, column, bad) if bad else []
            answers.usage[FIELDS.get(role, role)] = [
                units if isinstance(units := counted[cell], int) else None for cell in table.columns[column]
            ]
    if faults:
        raise InputError(faults)
    return answers


def _units(cell: Cell, units: int, *, comma: bool) -> int | str | None:
    """Count units, rounded once; None where nothing is said, `bad` where it is no amount."""
    try:
        number = read_number(cell or "", comma=comma)
    except ValueError:
        return "bad"
    if number is None:
        return None
    amount = nearest(number.digits * units, 10**number.places)
    return amount if number.kind == "number" and 0 <= amount <= LARGEST_INTEGER else "bad"


def _faults(table: Table, column: str, bad: set[Cell]) -> list[Fault]:
    cells = table.columns[column]
    rows = [row for row, cell in enumerate(cells) if cell in bad][:MOST_FAULTS]
    shown = [str(cells[row])[:SHOWN_OF_A_VALUE] for row in rows]
    return [
        table.fault(row, f"{column} is {text!r}, expected an amount from 0; --column ignore={column} leaves it out")
        for row, text in zip(rows, shown, strict=True)
    ]


def last_days(table: Table, layout: Layout, cells: Cells) -> tuple[Mapping[int, str], list[str]]:
    """Return the last day on which each entry answered; also note what is no day."""
    column = layout.column("date")
    if column is None:
        return {}, []
    days = {cell: _day(cell) for cell in set(table.columns[column])}
    of_row = [days[cell] for cell in table.columns[column]]
    last: dict[int, str] = {}
    pairs = np.unique(cells.entry * table.n_rows + cells.row)
    for entry, row in (divmod(pair, table.n_rows) for pair in pairs.tolist()):
        if day := of_row[row]:
            last[entry] = max(last.get(entry, day), day)
    unread = sum(day is None and bool((cell or "").strip()) for cell, day in days.items())
    return last, [f"{unread} value(s) of {column} are no dates such as 2025-01-02; they are unknown"] * bool(unread)


def _day(cell: Cell) -> str | None:
    try:
        return datetime.fromisoformat((cell or "").strip()).date().isoformat()
    except ValueError:
        return None
