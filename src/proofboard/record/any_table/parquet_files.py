"""Tables in Parquet files, through pyarrow: every column as text, which Arrow itself writes without loss.

So 32-bit numbers keep their own shortest decimals, decimals their digits, and instants need no other library.
"""

from collections.abc import Iterator
from typing import Any, Final

import msgspec

from proofboard.errors import fault
from proofboard.record.any_table.json_files import as_cell
from proofboard.record.any_table.table import MOST_CELLS, Column, Filling, Table
from proofboard.record.foreign import SourceFile
from proofboard.record.source_files import some
from proofboard.record.tables import check_parquet_size, opened_parquet

ROWS_AT_ONCE: Final = 50_000
INDEX: Final = "__index_level_"
"""How pandas names a column that it made itself."""


def read_parquet_file(file: SourceFile) -> Table:
    """Read a table; its lines are the numbers of its rows from 1. Raises InputError where it cannot be read."""
    filling = Filling(file)
    with opened_parquet(file) as (arrow, source):
        _check(file, source)
        for batch in source.iter_batches(batch_size=ROWS_AT_ONCE):
            _add(filling, arrow, batch)
    return filling.done()


def _check(file: SourceFile, source: Any) -> None:  # noqa: ANN401 - pyarrow has no types
    names = source.schema_arrow.names
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise fault(file.name, f"names {some(twice)} twice; give each column a name of its own")
    check_parquet_size(file, source.metadata)
    if (n_rows := source.metadata.num_rows) * max(len(names), 1) > MOST_CELLS:
        raise fault(file.name, f"holds {n_rows:,} rows of {len(names):,} columns, more than is accepted")


def _add(filling: Filling, arrow: Any, batch: Any) -> None:  # noqa: ANN401
    columns: dict[str, Column] = {}
    for name, values in zip(batch.schema.names, batch.columns, strict=True):
        if not name.startswith(INDEX):
            columns |= dict(_columns(arrow, name.strip(), values))
    filling.name_columns(columns)
    begin = len(filling.lines) + 1
    if batch.num_rows:
        nothing: Column = [None] * batch.num_rows
        rows = zip(*(columns.get(name, nothing) for name in filling.columns), strict=True)
        filling.add_rows(list(rows), range(begin, begin + batch.num_rows))


def _columns(arrow: Any, name: str, values: Any) -> Iterator[tuple[str, Column]]:  # noqa: ANN401
    """Yield a column as text; of nested fields one column each, named with dots."""
    types = arrow.types
    if types.is_dictionary(values.type):
        values = values.dictionary_decode()
    if types.is_struct(values.type):
        for part, own in zip(values.type, values.flatten(), strict=True):
            yield from _columns(arrow, f"{name}.{part.name}", own)
    elif types.is_nested(values.type):
        yield name, [None if value is None else msgspec.json.encode(value).decode() for value in values.to_pylist()]
    elif types.is_float16(values.type):
        yield name, values.cast(arrow.float32()).cast(arrow.string()).to_pylist()
    elif types.is_duration(values.type):
        yield name, [as_cell(value and value.total_seconds()) for value in values.to_pylist()]
    else:
        yield name, values.cast(arrow.string()).to_pylist()
