"""Turn another tool's results into a benchmark directory."""

import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import Final

from proofboard.errors import MissingExtraError, OutputError, fault
from proofboard.record.freeze import write_benchmark
from proofboard.record.imported import Importer

GROUP: Final = "proofboard.importers"


@dataclass(frozen=True, slots=True)
class ImportedFolder:
    """What an import wrote."""

    folder: Path
    n_entries: int
    n_items: int
    notes: Sequence[str]


def formats() -> list[str]:
    """List the formats that can be imported here: our own and those of installed packages."""
    return sorted({point.name for point in entry_points(group=GROUP)})


def import_new(format_name: str, source: Path, folder: Path) -> ImportedFolder:
    """Import a source as a new benchmark directory; raises InputError with every fault and then writes nothing."""
    importer = _importer(format_name)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise OutputError(f"{folder}: is there already and not empty; choose a new folder")
    imported = importer(source)
    if not imported.items:
        raise fault(source, "holds no item that could be scored; nothing was imported")
    folder.parent.mkdir(parents=True, exist_ok=True)
    aside = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        n_entries = write_benchmark(imported, aside)
        aside.chmod(0o755)
        aside.replace(folder)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return ImportedFolder(folder, n_entries, len(imported.items), imported.notes)


def _importer(format_name: str) -> Importer:
    found: list[EntryPoint] = [point for point in entry_points(group=GROUP) if point.name == format_name]
    if not found:
        known = ", ".join(formats())
        raise MissingExtraError(f"{format_name!r} is not a format that is installed here; known are {known}")
    importer: Importer = found[0].load()
    return importer
