"""The scores of a table as single cells, whatever its form: whose, on what, in which metric and trial, and how many.

Everything is a column of integers, so that a million rows are sorted and compared at once.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from proofboard.errors import Fault, InputError
from proofboard.record.any_table.layout import Layout
from proofboard.record.any_table.names import ANSWERS, IDENTITY, aggregate_of
from proofboard.record.any_table.table import FILE, MOST_FAULTS, Cell, Column, Table
from proofboard.record.tables import LONGEST_TEXT, SHOWN_OF_A_VALUE

Key = tuple[str, ...]
"""The texts that name an entry, an item or a trial together."""
Codes = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Named:
    """Names in the order in which they first stand in the table, and which of them each row has."""

    keys: Sequence[Key]
    of_row: Codes
    columns: tuple[str, ...] = ()
    """The columns that the parts of a key come from."""


@dataclass(slots=True)
class Cells:
    """Every score of a table; each array has one element for each cell."""

    entry: Codes
    item: Codes
    metric: Codes
    text: Codes
    """The position of what was written in `texts`."""
    row: Codes
    texts: list[Cell]
    entries: Named
    items: Named
    metrics: list[str]

    def kept(self, which: NDArray[np.bool_] | Codes) -> "Cells":
        """Return some of the cells, or all in another order."""
        columns = (self.entry[which], self.item[which], self.metric[which], self.text[which], self.row[which])
        return Cells(*columns, self.texts, self.entries, self.items, self.metrics)


def cells_of(table: Table, layout: Layout) -> Cells:
    """Take a table apart; raises InputError with every row that names no entry or no item."""
    faults: list[Fault] = []
    reader = _Reader(table, layout, faults)
    metrics = reader.named("metric", required=True) if "metric" in layout.roles else None
    found = _long(reader, metrics) if layout.form == "long" else _wide(reader, metrics)
    if faults:
        raise InputError(faults)
    return found


@dataclass(slots=True)
class _Reader:
    table: Table
    layout: Layout
    faults: list[Fault] = field(default_factory=list)

    def columns(self, names: Iterable[str]) -> list[Column]:
        return [self.table.named_files()[0] if name == FILE else self.table.columns[name] for name in names]

    def named(self, role: str, *, required: bool) -> Named:
        """Read the names of one role."""
        columns = self.layout.roles[role]
        return self.keyed(columns, required=columns if required else ())

    def entries(self) -> Named:
        """Read who was scored: a name, and what else tells entries apart."""
        roles = [role for role in ("vendor", "provider", *IDENTITY) if role in self.layout.roles]
        columns = tuple(column for role in roles for column in self.layout.roles[role])
        name = next(role for role in IDENTITY if role in self.layout.roles)
        return self.keyed(columns, required=self.layout.roles[name])

    def keyed(self, columns: tuple[str, ...], required: tuple[str, ...]) -> Named:
        """Read names from columns; only those that are required must hold something in every row."""
        several = self.columns(columns)
        rows = several[0] if len(several) == 1 else zip(*several, strict=True)
        raw: dict[Any, int] = {}
        codes = np.array([raw.setdefault(cells, len(raw)) for cells in rows], dtype=np.int64)
        keys: dict[Key, int] = {}
        positions: list[int] = []
        for place, cells in enumerate(raw):
            parts: tuple[Cell, ...] = (cells,) if len(several) == 1 else cells
            key = tuple((cell or "").strip() for cell in parts)
            if reason := _fault_of_name(key, columns, required):
                self._blame(codes, place, reason)
            positions.append(keys.setdefault(key, len(keys)))
        return Named(list(keys), np.array(positions, dtype=np.int64)[codes], columns)

    def _blame(self, codes: Codes, place: int, reason: str) -> None:
        rows = np.flatnonzero(codes == place)[: MOST_FAULTS - len(self.faults)]
        self.faults += [self.table.fault(int(row), reason) for row in rows]


def _fault_of_name(key: Key, columns: tuple[str, ...], required: tuple[str, ...]) -> str | None:
    for column, text in zip(columns, key, strict=True):
        if not text and column in required:
            return f"{column} is empty, expected a name"
        if len(text) > LONGEST_TEXT:
            return f"{column} is {text[:SHOWN_OF_A_VALUE]!r}…, expected a name of at most {LONGEST_TEXT} characters"
    return None


def _long(reader: _Reader, metrics: Named | None) -> Cells:
    table, layout = reader.table, reader.layout
    entries, items = reader.entries(), reader.named("item", required=True)
    n_scores = len(layout.scores)
    texts, codes = _texts(reader.columns(layout.scores.values()))
    names, metric = _metrics(metrics, list(layout.scores), np.repeat(np.arange(n_scores), table.n_rows))
    return Cells(
        entry=np.tile(entries.of_row, n_scores),
        item=np.tile(items.of_row, n_scores),
        metric=metric,
        text=codes,
        row=np.tile(np.arange(table.n_rows), n_scores),
        texts=texts,
        entries=entries,
        items=items,
        metrics=names,
    )


def _wide(reader: _Reader, metrics: Named | None) -> Cells:
    """Read columns that have the scores of one item each, or, with items in the rows, of one entry each."""
    table, layout = reader.table, reader.layout
    n_parts = len(layout.parts)
    texts, codes = _texts(reader.columns(layout.parts.values()))
    of_part = np.repeat(np.arange(n_parts), table.n_rows)
    rows = reader.named("item", required=True) if layout.form == "wide-items" else reader.entries()
    parts = Named([(name,) for name in layout.parts], of_part, ("",))
    of_rows = np.tile(rows.of_row, n_parts)
    entry, item = (of_part, of_rows) if layout.form == "wide-items" else (of_rows, of_part)
    names, metric = _metrics(metrics, ["score"], np.zeros(len(of_part), dtype=np.int64))
    return Cells(
        entry=entry,
        item=item,
        metric=metric,
        text=codes,
        row=np.tile(np.arange(table.n_rows), n_parts),
        texts=texts,
        entries=parts if layout.form == "wide-items" else rows,
        items=rows if layout.form == "wide-items" else parts,
        metrics=names,
    )


def _texts(columns: Sequence[Column]) -> tuple[list[Cell], Codes]:
    """Return the different texts of some columns, and which of them stands where, one column after the other."""
    seen: dict[Cell, int] = {}
    codes = [seen.setdefault(cell, len(seen)) for column in columns for cell in column]
    return list(seen), np.array(codes, dtype=np.int64)


def _metrics(named: Named | None, scores: Sequence[str], of_cell: Codes) -> tuple[list[str], Codes]:
    """Name the metric of every cell: by its row, by its column of scores, or by both."""
    if named is None:
        return list(scores), of_cell
    rows = np.tile(named.of_row, len(of_cell) // max(len(named.of_row), 1))
    if len(scores) == 1:
        return [key[0] for key in named.keys], rows
    return [f"{key[0]} {score}" for key in named.keys for score in scores], rows * len(scores) + of_cell


def aggregates_apart(cells: Cells) -> tuple[Cells, Cells]:
    """Part the cells of single items from those of items that sum up others, such as an average."""
    summed = np.array([aggregate_of(" ".join(key)) is not None for key in cells.items.keys], dtype=np.bool_)
    if summed.all() or not len(cells.item):
        return cells, cells.kept(np.zeros(len(cells.item), dtype=np.bool_))
    of_cell = summed[cells.item]
    return cells.kept(~of_cell), cells.kept(of_cell)


def answers_of(table: Table, layout: Layout) -> Iterator[tuple[str, Column]]:
    """Yield the columns that say something of single answers, by role."""
    for role in ANSWERS:
        if role in layout.roles:
            yield role, table.columns[layout.roles[role][0]]


def trials_of(table: Table, layout: Layout) -> Named | None:
    """Read the names of the trials; None where no column has them. Raises InputError with every row without one."""
    if "trial" not in layout.roles:
        return None
    reader = _Reader(table, layout)
    found = reader.named("trial", required=True)
    if reader.faults:
        raise InputError(reader.faults)
    return found
