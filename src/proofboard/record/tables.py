"""Tables of other tools, as columns of typed values: CSV, and Parquet where pyarrow is installed."""

import csv
import importlib
import math
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

from proofboard.errors import Fault, InputError, MissingExtraError, fault
from proofboard.record.foreign import SourceFile
from proofboard.schemas.base import LARGEST_INTEGER
from proofboard.schemas.reading import LARGEST_JSON_BYTES

T = TypeVar("T")

LARGEST_ROWS: Final = 20_000_000
LARGEST_PLAIN_BYTES: Final = 2 << 30
LONGEST_TEXT: Final = 500
SHOWN_OF_A_VALUE: Final = 40
NAME: Final = f"text of at most {LONGEST_TEXT} characters"

_FLAGS: Final = {"true": True, "false": False, "1": True, "0": False, "1.0": True, "0.0": False}


@dataclass(slots=True)
class Table:
    """The columns of one table; values that cannot be read are kept as faults, so that one error names them all."""

    file: str
    columns: Mapping[str, list[Any]]
    n_rows: int
    first_line: int
    """The line of the first row, so that a fault can be found in the file."""
    faults: list[Fault] = field(default_factory=list)

    def texts(self, column: str) -> list[str]:
        """Return a column of texts that are never empty."""
        return [value or "" for value in self._converted(column, _text, NAME, required=True)]

    def optional_texts(self, column: str) -> list[str | None]:
        """Return a column of texts; None where there is none, or where the column is absent."""
        return self._converted(column, _text, NAME)

    def integers(self, column: str) -> list[int | None]:
        """Return a column of whole numbers; None where there is none, or where the column is absent."""
        return self._converted(column, _integer, "a whole number")

    def numbers(self, column: str) -> list[float | None]:
        """Return a column of numbers; None for NaN, where there is none, or where the column is absent."""
        return self._converted(column, _number, "a number")

    def flags(self, column: str) -> list[bool | None]:
        """Return a column of true and false; None where there is neither, or where the column is absent."""
        return self._converted(column, _flag, "true or false")

    def refuse(self) -> None:
        """Raise InputError if any value could not be read."""
        if self.faults:
            raise InputError(self.faults)

    def fault(self, row: int, reason: str) -> None:
        """Keep a fault of a row (from 0)."""
        self.faults.append(Fault(self.file, row + self.first_line, reason))

    def _converted(
        self, column: str, convert: Callable[[Any], T | None], expected: str, *, required: bool = False
    ) -> list[T | None]:
        values = self.columns.get(column)
        if values is None:
            return [None] * self.n_rows
        converted: list[T | None] = []
        for row, value in enumerate(values):
            try:
                converted.append(convert(value))
                if required and converted[-1] is None:
                    self.fault(row, f"{column} is empty, expected {expected}")
            except (TypeError, ValueError, OverflowError):
                converted.append(None)
                self.fault(row, f"{column} is {str(value)[:SHOWN_OF_A_VALUE]!r}, expected {expected}")
        return converted


def _text(value: Any) -> str | None:  # noqa: ANN401 - whatever a table holds
    if value is None or value == "":
        return None
    if not isinstance(value, str):
        raise TypeError(value)
    if len(value) > LONGEST_TEXT:
        raise ValueError(value)
    return value


def _integer(value: Any) -> int | None:  # noqa: ANN401
    number = value if isinstance(value, int) and not isinstance(value, bool) else _number(value)
    if number is None:
        return None
    if number != int(number) or abs(number) > LARGEST_INTEGER:
        raise ValueError(value)
    return int(number)


def _number(value: Any) -> float | None:  # noqa: ANN401
    if value is None or value == "":
        return None
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        raise TypeError(value)
    number = float(value)
    return None if math.isnan(number) else number


def _flag(value: Any) -> bool | None:  # noqa: ANN401
    if value is None or isinstance(value, bool):
        return value
    text = str(value).strip().lower()
    if text in {"", "nan", "none", "null"}:
        return None
    if text not in _FLAGS:
        raise ValueError(value)
    return _FLAGS[text]


def read_table(file: SourceFile, required: Collection[str], optional: Collection[str] = ()) -> Table | None:
    """Read the named columns of a table; None where the file is no table or lacks a required column."""
    if file.name.endswith(".parquet"):
        return _read_parquet(file, required, optional)
    if file.name.endswith(".csv"):
        return _read_csv(file, required, optional)
    return None


def _read_csv(file: SourceFile, required: Collection[str], optional: Collection[str]) -> Table | None:
    if file.path.stat().st_size > LARGEST_JSON_BYTES:
        raise fault(file.name, f"has more than {LARGEST_JSON_BYTES:,} bytes; store it as Parquet")
    try:
        with file.path.open(encoding="utf-8-sig", newline="") as stream:
            lines = csv.reader(stream)
            header = next(lines, [])
            if not set(required) <= set(header):
                return None
            rows = [(lines.line_num, row) for row in lines if row]
    except UnicodeDecodeError as error:
        raise fault(file.name, f"is not UTF-8 (byte {error.start})") from error
    except csv.Error as error:
        raise fault(file.name, f"is not CSV: {error}") from error
    _check_csv(file, header, rows)
    wanted = [(index, name) for index, name in enumerate(header) if name in {*required, *optional}]
    columns = {name: [row[index] for _, row in rows] for index, name in wanted}
    return Table(file.name, columns, len(rows), first_line=2)


def _check_csv(file: SourceFile, header: list[str], rows: list[tuple[int, list[str]]]) -> None:
    faults = [
        Fault(file.name, line, f"has {len(row)} values, the header names {len(header)} columns")
        for line, row in rows
        if len(row) != len(header)
    ]
    faults += [Fault(file.name, 1, f"names the column {name!r} twice") for name in header if header.count(name) > 1]
    if faults:
        raise InputError(faults)


def _read_parquet(file: SourceFile, required: Collection[str], optional: Collection[str]) -> Table | None:
    with opened_parquet(file) as (_, source):
        if not set(required) <= set(source.schema_arrow.names):
            return None
        check_parquet_size(file, source.metadata)
        wanted = [name for name in source.schema_arrow.names if name in {*required, *optional}]
        table = source.read(columns=wanted)
        columns = {name: table.column(name).to_pylist() for name in wanted}
    return Table(file.name, columns, table.num_rows, first_line=1)


@contextmanager
def opened_parquet(file: SourceFile) -> Iterator[tuple[Any, Any]]:
    """Yield pyarrow and the opened file; raises MissingExtraError, and InputError for what pyarrow cannot read."""
    try:
        # Imported by name and only here: a large package that no other source needs.
        parquet: Any = importlib.import_module("pyarrow.parquet")
        arrow: Any = importlib.import_module("pyarrow")
    except ImportError as error:
        reason = "reading Parquet needs pyarrow, which is not installed; install proofboard[parquet]"
        raise MissingExtraError(f"{file.name}: {reason}") from error
    try:
        with parquet.ParquetFile(str(file.path)) as source:
            yield arrow, source
    except (arrow.ArrowException, OSError, KeyError, ValueError) as error:
        said = (str(error) or "no reason").splitlines()[0]
        raise fault(file.name, f"is not a readable Parquet file: {said}") from error


def check_parquet_size(file: SourceFile, metadata: Any) -> None:  # noqa: ANN401 - pyarrow has no types
    """Refuse a file that would unpack to more than is accepted."""
    plain = sum(metadata.row_group(group).total_byte_size for group in range(metadata.num_row_groups))
    if metadata.num_rows > LARGEST_ROWS or plain > LARGEST_PLAIN_BYTES:
        raise fault(file.name, f"holds {metadata.num_rows:,} rows in {plain:,} bytes, more than is accepted")
