"""Tables of scores as people write them, and what a board makes of them."""

import csv
import io
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from imported_oracle import Oracle
from proofboard.app.build import build
from proofboard.app.verify import verify
from proofboard.errors import InputError
from proofboard.record.any_table.importer import read_csv, read_jsonl, read_parquet
from proofboard.record.freeze import write_benchmark
from proofboard.record.imported import Imported

Read = Callable[..., Imported]
READERS: Mapping[str, Read] = {"csv": read_csv, "jsonl": read_jsonl, "json": read_jsonl, "parquet": read_parquet}


def imported(folder: Path, text: str | bytes, name: str = "table.csv", **said: str) -> Imported:
    """Import one file; `facet__level="Level"` stands for `--column facet.level=Level`."""
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    reader = READERS[name.rpartition(".")[2]]
    return reader(path, columns={role.replace("__", "."): column for role, column in said.items()})


def faults(folder: Path, text: str | bytes, name: str = "table.csv", **said: str) -> list[str]:
    """Import one file that is refused; answer every fault."""
    with pytest.raises(InputError) as caught:
        imported(folder, text, name, **said)
    return [str(fault).removeprefix(f"{folder}/") for fault in caught.value.faults]


def csv_text(rows: Iterable[Sequence[Any]], delimiter: str = ",") -> str:
    stream = io.StringIO()
    csv.writer(stream, delimiter=delimiter, lineterminator="\n").writerows(rows)
    return stream.getvalue()


def rows_of(found: Imported, folder: Path) -> list[dict[str, Any]]:
    """Write a benchmark, build and verify its board, and answer the rows in their order."""
    write_benchmark(found, folder / "benchmark")
    build(folder / "benchmark", folder / "site")
    verdict = verify(str(folder / "site"))
    assert verdict.holds, verdict.refusals
    rows: list[dict[str, Any]] = json.loads((folder / "site" / "leaderboard.json").read_text())["entries"]
    return rows


def board(found: Imported, folder: Path) -> dict[str, float | None]:
    """Answer the published headline by title, in the order of the board."""
    titles = {entry.configuration.name: str(entry.configuration.title) for entry in found.entries}
    rows = rows_of(found, folder)
    return {titles[f"{row['vendor']}/{row['config_name']}"]: row["public"]["score"] for row in rows}


def means(found: Imported) -> dict[str, Fraction | None]:
    """Answer the exact headline by title, as an oracle of the imported scores has it."""
    oracle = Oracle(found)
    headline = found.benchmark.headline
    return {str(entry.configuration.title): oracle.score(entry, headline) for entry in found.entries}


def scores(found: Imported) -> dict[tuple[str, str, int], Fraction | None]:
    """Answer every reported score of the first metric by title, item and trial."""
    name, metric = next(iter(found.benchmark.metrics.items()))
    return {
        (str(entry.configuration.title), row.item_id, row.trial): None
        if (value := row.scores[name]) is None
        else Fraction(value, metric.denominator)
        for entry in found.entries
        for row in entry.bundles[0].scores
    }
