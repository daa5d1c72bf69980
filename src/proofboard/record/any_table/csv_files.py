"""Tables in text files: the encoding by its mark, the delimiter by the lines that it parts evenly."""

import csv
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import Any, Final, TextIO

from proofboard.errors import InputError, fault
from proofboard.record.any_table.table import UNNAMED, Filling, Table
from proofboard.record.foreign import SourceFile
from proofboard.record.source_files import some
from proofboard.schemas.reading import LARGEST_JSON_BYTES, check_file

DELIMITERS: Final = ",;\t|"
"""What may part the cells; of those that part the first lines equally well, the first of these."""
MARKDOWN: Final = "|"
"""What parts the cells of tables in Markdown, which have a line of dashes below their header."""
SAMPLED_ROWS: Final = 50
LONGEST_CELL: Final = 8 << 20
"""A quote that is never closed makes one cell of all that follows."""
ROWS_AT_ONCE: Final = 10_000

_UTF_32: Final = (b"\xff\xfe\0\0", b"\0\0\xfe\xff")
_UTF_16: Final = (b"\xff\xfe", b"\xfe\xff")
_SEPARATOR_LINE: Final = "sep="
"""Spreadsheets may write the delimiter into a line of its own."""


def read_csv_file(file: SourceFile) -> Table:
    """Read a table; raises InputError with every line that does not have one cell for each column."""
    check_file(file.path, LARGEST_JSON_BYTES)
    encoding = _encoding_of(file)
    try:
        with _long_cells():
            delimiter, first = _delimiter_of(file, encoding)
            with file.path.open(encoding=encoding, newline="") as stream:
                for _ in range(first):
                    stream.readline()
                return _read_rows(file, stream, delimiter, first)
    except UnicodeError as error:
        raise fault(file.name, "is not UTF-8; save it as UTF-8", _undecodable(file, encoding)) from error


@contextmanager
def _long_cells() -> Iterator[None]:
    # The limit is the module's own, and by default shorter than an answer may be.
    before = csv.field_size_limit(LONGEST_CELL)
    try:
        yield
    finally:
        csv.field_size_limit(before)


def _encoding_of(file: SourceFile) -> str:
    with file.path.open("rb") as stream:
        begin = stream.read(4)
    if begin.startswith(_UTF_32):
        raise fault(file.name, "is UTF-32; save it as UTF-8")
    return "utf-16" if begin.startswith(_UTF_16) else "utf-8-sig"


def _undecodable(file: SourceFile, encoding: str) -> int:
    """Find the first line that is not UTF-8; 0 in other encodings."""
    if encoding == "utf-8-sig":
        with file.path.open("rb") as stream:
            for number, line in enumerate(stream, start=1):
                try:
                    line.decode()
                except UnicodeDecodeError:
                    return number
    return 0


def _delimiter_of(file: SourceFile, encoding: str) -> tuple[str, int]:
    """Return the delimiter and how many lines stand before the header."""
    with file.path.open(encoding=encoding, newline="") as stream:
        line = stream.readline().strip().strip('"').casefold()
    named = line.removeprefix(_SEPARATOR_LINE)
    if line.startswith(_SEPARATOR_LINE) and (len(named) == 1 or line == _SEPARATOR_LINE):
        return named or "\t", 1
    widths = {delimiter: _widths(file, encoding, delimiter) for delimiter in DELIMITERS}
    even = {own: found[0] for own, found in widths.items() if len(set(found)) == 1 and found[0] > 1}
    # Where no delimiter parts all lines evenly, some lines are faulty: the header decides.
    parted = even or {own: found[0] for own, found in widths.items() if found}
    return max(parted, key=lambda own: parted[own], default=","), 0


def _widths(file: SourceFile, encoding: str, delimiter: str) -> list[int]:
    """Count the cells of the first lines, as one delimiter parts them; nothing where it parts no line."""
    with file.path.open(encoding=encoding, newline="") as stream:
        lines = csv.reader(stream, delimiter=delimiter, strict=True)
        widths: list[int] = []
        try:
            widths.extend(len(row) for row in islice((row for row in lines if any(row)), SAMPLED_ROWS))
        except csv.Error:
            return widths[:1]
    return widths


def _read_rows(file: SourceFile, stream: TextIO, delimiter: str, first: int) -> Table:
    lines = csv.reader(stream, delimiter=delimiter, strict=True)
    numbered = _numbered(lines, first)
    # Nothing between two delimiters is nothing, and not an empty text.
    filling = Filling(file, seen={"": None})
    try:
        line, header = next(numbered, (0, []))
        names = _header(file, header, line)
        filling.name_columns(names)
        if delimiter == MARKDOWN:
            numbered = (own for own in numbered if not _is_ruled(own[1]))
        while rows := list(islice(numbered, ROWS_AT_ONCE)):
            _add(filling, rows, delimiter)
    except csv.Error as error:
        reason = f"is not CSV: {error}; a quote within quotes is written twice, and every quote is closed"
        raise InputError([*filling.faults, *fault(file.name, reason, first + lines.line_num).faults]) from error
    _drop_unnamed(filling, header, line)
    return filling.done(comma=delimiter != ",")


def _numbered(lines: Any, first: int) -> Iterator[tuple[int, list[str]]]:  # noqa: ANN401 - the reader's type is hidden
    """Yield the rows that hold anything, each with the line on which it begins."""
    begin, next_line = first + 1, first + 1
    for row in lines:
        if row and (row[0] or any(row)):
            yield begin, row
        begin = next_line + lines.line_num


def _is_ruled(row: Sequence[str]) -> bool:
    """Say whether a row is nothing but a rule of dashes."""
    cells = [cell.strip() for cell in row if cell.strip()]
    return all(cell.strip(":") and not cell.strip(":").strip("-") for cell in cells)


def _add(filling: Filling, rows: Sequence[tuple[int, list[str]]], delimiter: str) -> None:
    width = len(filling.columns)
    whole = [(line, row) for line, row in rows if len(row) == width]
    if len(whole) < len(rows):
        for line, row in rows:
            if len(row) != width:
                reason = f"has {len(row)} cells, the header names {width} columns"
                filling.bad(line, f"{reason}; quote a cell that holds {delimiter!r}")
    if whole:
        filling.add_rows([row for _, row in whole], [line for line, _ in whole])


def _header(file: SourceFile, row: Sequence[str], line: int) -> list[str]:
    """Return the names of the columns; those without one are called by their place."""
    if not row:
        raise fault(file.name, "is empty, expected a header and one row for each score or system")
    names = [name.strip() or f"{UNNAMED}{place})" for place, name in enumerate(row, start=1)]
    if twice := [name for name, count in Counter(names).items() if count > 1]:
        raise fault(file.name, f"names {some(twice)} twice; give each column a name of its own", line)
    return names


def _drop_unnamed(filling: Filling, header: Sequence[str], line: int) -> None:
    """Leave out columns without a name in which nothing stands; only the first may hold something, as a corner."""
    for place, name in enumerate(header, start=1):
        own = f"{UNNAMED}{place})"
        if name.strip():
            continue
        if not any(cell is not None for cell in filling.columns[own]):
            del filling.columns[own]
        elif place > 1:
            filling.bad(line, f"column {place} has no name; name it in the header")
