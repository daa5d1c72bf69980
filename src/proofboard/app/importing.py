"""Turn another tool's results into a benchmark directory."""

import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from importlib.metadata import EntryPoint, entry_points
from inspect import signature
from pathlib import Path
from typing import Any, Final

import msgspec

from proofboard.errors import Fault, InputError, MissingExtraError, OutputError, fault
from proofboard.record.choosing import chosen
from proofboard.record.freeze import write_benchmark
from proofboard.record.imported import Imported

GROUP: Final = "proofboard.importers"


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """What is imported: a source in a format, some of its entries, and for tables which column is what."""

    format_name: str
    source: Path
    entries: Sequence[str] = ()
    """`NAME` or `NAME=VENDOR/CONFIG`; none means all."""
    columns: Mapping[str, str] = {}
    """Role → column."""


class ImportedFolder(msgspec.Struct, frozen=True):
    """What an import wrote, and what it could not read."""

    folder: Path
    n_entries: int
    n_items: int
    notes: Sequence[str]
    refused: Sequence[Fault]
    """Files that are not imported, with the reason."""


def formats() -> list[str]:
    """List the formats that can be imported here: our own and those of installed packages."""
    return sorted({point.name for point in entry_points(group=GROUP)})


def import_new(wanted: Wanted, folder: Path) -> ImportedFolder:
    """Import a source as a new benchmark directory; raises InputError with every fault and then writes nothing."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise OutputError(f"{folder}: is there already and not empty; choose a new folder")
    imported = read_source(wanted)
    with written_aside(folder.parent, folder.name) as aside:
        n_entries = write_benchmark(imported, aside)
        aside.chmod(0o755)
        aside.replace(folder)
    return ImportedFolder(folder, n_entries, len(imported.items), imported.notes, imported.refused)


def read_source(wanted: Wanted) -> Imported:
    """Read the source; raises InputError where nothing of it can be imported."""
    read = _importer(wanted.format_name)
    if not wanted.columns:
        imported: Imported = read(wanted.source)
    elif "columns" in signature(read).parameters:
        imported = read(wanted.source, columns=wanted.columns)
    else:
        reason = f"is read as {wanted.format_name}, whose columns are known; leave --column away"
        raise fault(wanted.source, reason)
    if not imported.items:
        reason = "holds no item that could be scored; nothing was imported"
        raise InputError([Fault(str(wanted.source), 0, reason), *imported.refused])
    return replace(imported, entries=chosen(imported.entries, wanted.entries, str(wanted.source)))


@contextmanager
def written_aside(parent: Path, name: str) -> Iterator[Path]:
    """Yield a folder of our own beside what is to be written; whatever is left of it goes at the end."""
    parent.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix=f".{name}-", dir=parent))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _importer(format_name: str) -> Any:  # noqa: ANN401 - an Importer or a TableImporter, as its package offers it
    found: list[EntryPoint] = [point for point in entry_points(group=GROUP) if point.name == format_name]
    if not found:
        known = ", ".join(formats())
        raise MissingExtraError(f"{format_name!r} is not a format that is installed here; known are {known}")
    return found[0].load()
