"""What the published table of the Berkeley Function-Calling Leaderboard says of each model."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import PurePosixPath
from typing import Final

from proofboard.errors import fault
from proofboard.record.bfcl.rules import COLUMNS, OVERALL_COLUMN
from proofboard.record.foreign import SourceFile, parse
from proofboard.record.imported import Claim
from proofboard.record.source_files import some
from proofboard.record.tables import read_table

NAMES_FILE: Final = "published_name_to_dir.json"


@dataclass(frozen=True, slots=True)
class Published:
    """What the published table says of one model."""

    title: str
    organization: str | None = None
    licence: str | None = None
    claims: Mapping[str, Claim] | None = None


def read_published(
    files: Sequence[SourceFile], models: Collection[str]
) -> tuple[dict[str, Published], set[SourceFile], list[str]]:
    """Read the published table and its names; also return the files that were read, and rows without a model."""
    directories: dict[str, str] = {}
    rows: dict[str, Published] = {}
    read_files: set[SourceFile] = set()
    for file in files:
        if PurePosixPath(file.name).name == NAMES_FILE:
            directories |= _read_names(file)
        elif found := _read_rows(file):
            rows |= found
        else:
            continue
        read_files.add(file)
    published = {directories.get(title, title): said for title, said in rows.items()}
    strangers = sorted(said.title for model, said in published.items() if model not in models)
    notes = [f"{len(strangers)} published row(s) have no results here: {some(strangers)}"] if strangers else []
    return {model: said for model, said in published.items() if model in models}, read_files, notes


def _read_names(file: SourceFile) -> dict[str, str]:
    names = parse(file.bytes(), file.name)
    if not isinstance(names, dict) or not all(isinstance(value, str) for value in names.values()):
        raise fault(file.name, "is not a mapping from published names to directories")
    return names


def _read_rows(file: SourceFile) -> dict[str, Published]:
    table = read_table(file, ("Model", OVERALL_COLUMN), ("Organization", "License", *COLUMNS))
    if table is None:
        return {}
    titles = table.texts("Model")
    organizations, licences = table.optional_texts("Organization"), table.optional_texts("License")
    columns = {name: table.optional_texts(column) for column, name in COLUMNS.items()}
    rows: dict[str, Published] = {}
    for number, title in enumerate(titles):
        claims: dict[str, Claim] = {}
        for name, values in columns.items():
            try:
                if (share := _share(values[number])) is not None:
                    claims[name] = share
            except InvalidOperation:
                table.fault(number, f"{name} is {values[number]!r}, expected a percentage")
        rows[title] = Published(title, organizations[number], licences[number], claims)
    table.refuse()
    return rows


def _share(percentage: str | None) -> float | None:
    """Turn `90.18%` into 0.9018; None where nothing was published."""
    if percentage is None or percentage.strip().upper() in {"", "N/A", "NAN"}:
        return None
    share = Decimal(percentage.strip().removesuffix("%")) / 100
    if not share.is_finite():
        raise InvalidOperation
    return float(share)
