"""The cells of a table as text, column by column, with the file and line of every row."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from proofboard.errors import Fault, InputError, fault
from proofboard.record.foreign import SourceFile
from proofboard.record.source_files import some

Cell = str | None
"""What stands in a cell, as it was written; None where there is nothing."""
Column = list[Cell]

MOST_COLUMNS: Final = 20_000
MOST_CELLS: Final = 100_000_000
MOST_FAULTS: Final = 1_000
"""No file has more bad lines listed than this."""
UNNAMED: Final = "(column "
"""How the name of a column begins that has none of its own."""
FILE: Final = "(file)"
"""The column that holds the name of each row's file, without its ending."""


@dataclass(slots=True)
class Table:
    """Rows of one or several files of one shape; every column has one cell for each row."""

    files: list[SourceFile]
    columns: dict[str, Column]
    lines: NDArray[np.int64]
    """Where each row begins: its line, or its number from 1 in a file without lines."""
    file_of: NDArray[np.int32]
    """The position of each row's file in `files`."""
    comma: bool = False
    """Whether a comma may be the decimal sign."""
    notes: list[str] = field(default_factory=list)

    @property
    def n_rows(self) -> int:
        """Count the rows."""
        return len(self.lines)

    def fault(self, row: int, reason: str) -> Fault:
        """Make a fault of a row (from 0)."""
        return Fault(self.files[int(self.file_of[row])].name, int(self.lines[row]), reason)

    def named_files(self) -> list[Column]:
        """Return the column that names each row's file."""
        stems: list[Cell] = [Path(file.name).stem for file in self.files]
        return [[stems[place] for place in self.file_of.tolist()]]


@dataclass(slots=True)
class Filling:
    """A table of one file while its rows are read; equal cells are kept once."""

    file: SourceFile
    columns: dict[str, Column] = field(default_factory=dict)
    lines: list[int] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    seen: dict[Cell, Cell] = field(default_factory=dict)
    """Cell → how it is kept."""

    def name_columns(self, names: Iterable[str]) -> None:
        """Begin the columns that are not there yet; rows that were read before have nothing in them."""
        for name in names:
            if name not in self.columns:
                self.columns[name] = [None] * len(self.lines)
        if len(self.columns) > MOST_COLUMNS:
            raise fault(self.file.name, f"has more than {MOST_COLUMNS:,} columns; leave out those that score nothing")

    def add_rows(self, rows: Sequence[Sequence[Cell]], lines: Iterable[int]) -> None:
        """Add rows that have one cell for each column, in the order of the columns."""
        keep = self.seen.setdefault
        for column, cells in zip(self.columns.values(), zip(*rows, strict=True), strict=True):
            column.extend(map(keep, cells, cells))
        self.lines.extend(lines)
        if len(self.lines) * len(self.columns) > MOST_CELLS:
            raise fault(self.file.name, f"has more than {MOST_CELLS:,} cells; part it into several files")

    def bad(self, line: int, reason: str) -> None:
        """Keep the fault of a line; raises InputError with all of them where there are very many."""
        self.faults.append(Fault(self.file.name, line, reason))
        if len(self.faults) >= MOST_FAULTS:
            raise InputError(self.faults)

    def done(self, *, comma: bool = False) -> Table:
        """Return the table; raises InputError with every bad line, or where there is no row."""
        if self.faults:
            raise InputError(self.faults)
        if not self.lines:
            raise fault(self.file.name, "holds no row, expected a header and one row for each score or system")
        lines = np.array(self.lines, dtype=np.int64)
        return Table([self.file], self.columns, lines, np.zeros(len(lines), dtype=np.int32), comma, self.notes)


def joined(tables: Sequence[Table]) -> Table:
    """Put tables below each other; a column that one of them lacks has nothing in its rows."""
    if len(tables) == 1:
        return tables[0]
    columns: dict[str, Column] = {name: [] for table in tables for name in table.columns}
    for table in tables:
        for name, column in columns.items():
            column.extend(table.columns.get(name) or [None] * table.n_rows)
    return Table(
        files=[file for table in tables for file in table.files],
        columns=columns,
        lines=np.concatenate([table.lines for table in tables]),
        file_of=np.repeat(np.arange(len(tables), dtype=np.int32), [table.n_rows for table in tables]),
        comma=any(table.comma for table in tables),
        notes=list(dict.fromkeys(note for table in tables for note in table.notes)),
    )


@dataclass(frozen=True, slots=True)
class Kind:
    """One format of tables."""

    format_name: str
    suffixes: tuple[str, ...]
    """Which files of a folder are of it; a single file may have any name."""
    read: Callable[[SourceFile], Table]
    keys_may_be_absent: bool = False
    """Whether a row may leave out a column that it has nothing in: then files need not name the same columns."""


@dataclass(slots=True)
class Tables:
    """The tables of a source that could be read, with what could not."""

    found: list[Table] = field(default_factory=list)
    refused: list[Fault] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)


def read_tables(files: Sequence[SourceFile], kind: Kind, source: Path) -> Tables:
    """Read every file of the kind; raises InputError with all faults where none can be read."""
    tables = Tables()
    # A file that is given by itself is meant, whatever it is called.
    single = len(files) == 1 and files[0].path == source
    for file in files:
        if not single and not file.name.lower().endswith(kind.suffixes):
            tables.unread.append(file.name)
            continue
        try:
            tables.found.append(kind.read(file))
        except InputError as error:
            tables.refused += error.faults
    if not tables.found:
        expected = " or ".join(kind.suffixes)
        raise InputError(tables.refused or [Fault(str(source), 0, f"holds no file that ends with {expected}")])
    return tables


def of_one_shape(tables: Sequence[Table]) -> tuple[list[Table], list[Table]]:
    """Part tables into those whose columns most files have (of equals, the first), and the others."""
    shapes = Counter(frozenset(table.columns) for table in tables)
    most = max(shapes.values())
    shape = next(own for table in tables if shapes[own := frozenset(table.columns)] == most)
    fitting = [table for table in tables if frozenset(table.columns) == shape]
    return fitting, [table for table in tables if frozenset(table.columns) != shape]


def misshapen(tables: Iterable[Table], expected: Iterable[str]) -> Iterator[Fault]:
    """Say of each table how its columns differ from those of the files that are read."""
    wanted = list(expected)
    for table in tables:
        lacks = [name for name in wanted if name not in table.columns]
        extra = [name for name in table.columns if name not in wanted]
        reasons = [f"lacks {some(lacks)}"] * bool(lacks) + [f"has {some(extra)} besides"] * bool(extra)
        reason = f"has other columns than the files beside it: it {' and '.join(reasons)}; import it by itself"
        yield Fault(table.files[0].name, 0, reason)
