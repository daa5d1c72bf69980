"""What a published table of MTEB says of each model: means to compare ours with, never to copy."""

import math
from collections.abc import Collection, Iterable, Mapping
from fractions import Fraction
from typing import Final

from proofboard.record.foreign import SourceFile
from proofboard.record.imported import Claim
from proofboard.record.source_files import some
from proofboard.record.tables import Table, read_table

MODEL: Final = "Model"
REQUIRED: Final = (MODEL, "Mean (Task)")

Claims = dict[str, dict[str, Claim]]
"""Model → aggregate → what was published of it, as a share."""


def read_published(
    files: Iterable[SourceFile], models: Collection[str], columns: Mapping[str, str]
) -> tuple[Claims, set[SourceFile], list[str]]:
    """Read every table that names models and their mean; also return the files that were read, and notes.

    `columns` maps the tables' columns to our aggregates.
    """
    claims: Claims = {}
    read: set[SourceFile] = set()
    for file in files:
        # Parquet would need pyarrow, and MTEB publishes no table in it.
        table = read_table(file, REQUIRED, columns) if file.name.endswith(".csv") else None
        if table:
            read.add(file)
            _read_rows(table, columns, claims)
    strangers = sorted(claims.keys() - set(models))
    notes = [f"{len(strangers)} published row(s) have no results here: {some(strangers)}"] if strangers else []
    return claims, read, notes


def _read_rows(table: Table, columns: Mapping[str, str], claims: Claims) -> None:
    models = table.texts(MODEL)
    values = {name: table.numbers(column) for column, name in columns.items()}
    known = [abs(value) for column in values.values() for value in column if value is not None]
    # The table of the library holds shares, that of the web page per cent.
    percent = 100 if any(1 < value < math.inf for value in known) else 1
    for row, model in enumerate(models):
        if model in claims:
            table.fault(row, f"{model} stands twice; keep one")
        own = claims.setdefault(model, {})
        for name, column in values.items():
            value = column[row]
            if value is not None and not abs(value) <= percent:
                table.fault(row, f"{name} is {value}, expected a share or a percentage")
            elif value is not None:
                own[name] = float(Fraction(repr(value)) / percent)
    table.refuse()
