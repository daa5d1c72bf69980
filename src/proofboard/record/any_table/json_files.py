"""Tables of JSON: an object on each line, or a list of objects; nested objects become columns with dots.

Lines are decoded fast, with their decimals as they were written. A line that the fast decoder refuses is read again
with the leniency that other tools need: NaN and Infinity are no number there.
"""

import json
from collections.abc import Iterable, Iterator
from typing import Any, Final

import msgspec

from proofboard.errors import InputError, fault
from proofboard.record.any_table.table import Cell, Filling, Table
from proofboard.record.foreign import SourceFile, parse
from proofboard.schemas.reading import LARGEST_JSON_BYTES, check_file

ROWS_AT_ONCE: Final = 10_000
LONGEST_DIGITS: Final = 400

_MARK: Final = b"\xef\xbb\xbf"
_DECODER: Final = msgspec.json.Decoder(float_hook=str)

Row = dict[str, Cell]


def read_json_file(file: SourceFile) -> Table:
    """Read a table; raises InputError with every line that holds no object."""
    check_file(file.path, LARGEST_JSON_BYTES)
    filling = Filling(file)
    rows: list[Row] = []
    lines: list[int] = []
    for line, value in _values(filling):
        if not isinstance(value, dict):
            filling.bad(line, f"holds {type(value).__name__}, expected an object with named fields")
            continue
        row: Row = {}
        if twice := _flatten(value, "", row):
            filling.bad(line, f"names {twice!r} twice, nested and with dots; keep one")
        rows.append(row)
        lines.append(line)
        if len(rows) == ROWS_AT_ONCE:
            _add(filling, rows, lines)
            rows, lines = [], []
    _add(filling, rows, lines)
    return filling.done()


def _values(filling: Filling) -> Iterator[tuple[int, Any]]:
    """Yield every value with its line, or with its place in a list from 1."""
    file = filling.file
    with file.path.open("rb") as stream:
        begin = stream.read(4096).removeprefix(_MARK).lstrip()
    if begin.startswith(b"["):
        found = _list(file)
        if found is not None:
            yield from enumerate(found, start=1)
            return
    with file.path.open("rb") as stream:
        for number, line in enumerate(stream, start=1):
            raw = line.removeprefix(_MARK) if number == 1 else line
            if raw.strip():
                try:
                    yield number, _value(raw, file.name, number)
                except InputError as error:
                    _refuse_one_object(file, number)
                    for own in error.faults:
                        filling.bad(own.line, own.reason)


def _value(raw: bytes, name: str, line: int) -> Any:  # noqa: ANN401 - any JSON value
    try:
        return _DECODER.decode(raw)
    except (msgspec.DecodeError, ValueError, RecursionError):
        return parse(raw, name, line)


def _list(file: SourceFile) -> list[Any] | None:
    """Return a whole file as a list; None where a list stands on each line, which is no table."""
    raw = file.bytes()
    try:
        found = _DECODER.decode(raw.removeprefix(_MARK))
    except (msgspec.DecodeError, ValueError, RecursionError):
        try:
            found = parse(raw, file.name)
        except InputError:
            if raw.count(b"\n") > 1 and _is_json(raw.splitlines()[0]):
                return None
            raise
    return list(found)


def _is_json(raw: bytes) -> bool:
    try:
        _DECODER.decode(raw)
    except (msgspec.DecodeError, ValueError, RecursionError):
        return False
    return True


def _refuse_one_object(file: SourceFile, line: int) -> None:
    """Refuse a file that is one object over several lines, with one fault instead of one for each line."""
    if line == 1 and _is_json(file.bytes().removeprefix(_MARK)):
        raise fault(file.name, "is one object over several lines, expected an object on each line or a list of objects")


def _flatten(value: dict[str, Any], prefix: str, row: Row) -> str | None:
    """Add the fields of an object to a row; return a name that two fields share."""
    twice: str | None = None
    for key, part in value.items():
        name = f"{prefix}{key}".strip() or "(no name)"
        if isinstance(part, dict):
            twice = _flatten(part, f"{name}.", row) or twice
        elif name in row:
            twice = name
        else:
            row[name] = as_cell(part)
    return twice


def as_cell(value: Any) -> Cell:  # noqa: ANN401 - any JSON value
    """Write a value as the text of a cell."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        # Python refuses to write integers of thousands of digits; none of them could be a score.
        return str(value) if value.bit_length() < LONGEST_DIGITS else "1e999"
    return repr(value) if isinstance(value, float) else json.dumps(value, ensure_ascii=False)


def _add(filling: Filling, rows: list[Row], lines: Iterable[int]) -> None:
    filling.name_columns(dict.fromkeys(name for row in rows for name in row))
    names = list(filling.columns)
    if rows:
        filling.add_rows([[row.get(name) for name in names] for row in rows], lines)
