"""Import any table: one row for each score, or one row for each system with a column for each item, or the transpose.

Scores are the table's own (`reported`), unless it holds answers and references from which a built-in grader gives every
score again. What its columns are is said with `--column`, or guessed and told in the first note.
"""

import dataclasses
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from proofboard.record.any_table.assembly import assembled
from proofboard.record.any_table.csv_files import read_csv_file
from proofboard.record.any_table.forms import lay_out
from proofboard.record.any_table.json_files import read_json_file
from proofboard.record.any_table.parquet_files import read_parquet_file
from proofboard.record.any_table.roles import read_asked
from proofboard.record.any_table.scored import LaidOut
from proofboard.record.any_table.table import FILE, Kind, joined, misshapen, of_one_shape, read_tables
from proofboard.record.foreign import opened, unread
from proofboard.record.imported import Imported

CSV: Final = Kind("csv", (".csv", ".tsv", ".tab", ".psv"), read_csv_file)
JSONL: Final = Kind("jsonl", (".jsonl", ".ndjson", ".json"), read_json_file, keys_may_be_absent=True)
PARQUET: Final = Kind("parquet", (".parquet", ".pq"), read_parquet_file)

NO_COLUMNS: Final[Mapping[str, str]] = {}


def read_csv(source: Path, *, columns: Mapping[str, str] = NO_COLUMNS) -> Imported:
    """Read text files with a delimiter, or a folder or archive of them; raises InputError with every fault."""
    return _read(source, columns, CSV)


def read_jsonl(source: Path, *, columns: Mapping[str, str] = NO_COLUMNS) -> Imported:
    """Read files of one object on each line or of a list of objects, or a folder or archive; raises InputError."""
    return _read(source, columns, JSONL)


def read_parquet(source: Path, *, columns: Mapping[str, str] = NO_COLUMNS) -> Imported:
    """Read Parquet files, or a folder or archive of them; raises InputError, and MissingExtraError without pyarrow."""
    return _read(source, columns, PARQUET)


def _read(source: Path, columns: Mapping[str, str], kind: Kind) -> Imported:
    with opened(source) as files:
        tables = read_tables(files, kind, source)
        fitting, others = of_one_shape(tables.found)
        table = joined(fitting)
        asked = read_asked(columns, table.columns, source)
        layout = lay_out(table, asked, source)
        if kind.keys_may_be_absent and others:
            needed = set(layout.needed()) - {FILE}
            others = [own for own in others if not needed <= own.columns.keys()]
            table = joined([own for own in tables.found if own not in others])
        refused = [*tables.refused, *misshapen(others, table.columns)]
        imported = assembled(LaidOut(table, layout, asked, source, kind.format_name))
        return dataclasses.replace(imported, notes=[*imported.notes, *unread(tables.unread)], refused=refused)
