"""Turn another tool's results into entries of a benchmark that is there already."""

from pathlib import Path

from proofboard.app.benchmark_folder import read_benchmark
from proofboard.app.entries_folder import ENTRIES
from proofboard.app.importing import ImportedFolder, Wanted, read_source, written_aside
from proofboard.archives.placing import sync_tree
from proofboard.core.rules.bundle import check_bundle
from proofboard.errors import Fault, InputError
from proofboard.record.freeze import write_entry
from proofboard.record.joining import joined
from proofboard.schemas.bundle import MANIFEST
from proofboard.schemas.bundle_folder import read_bundle


def import_into(wanted: Wanted, folder: Path) -> ImportedFolder:
    """Import a source as entries of a benchmark directory; raises InputError with every fault and then adds none."""
    read = read_benchmark(folder)
    imported = read_source(wanted)
    place = str(wanted.source)
    made = joined(imported, read.benchmark, read.table, place)
    there = {entry.name for entry in read.entries}
    if again := [name for entry in made.entries if (name := entry.configuration.name) in there]:
        advice = "give it another name, --entry NAME=VENDOR/CONFIG, or remove that folder first"
        raise InputError([Fault(str(folder / ENTRIES / name), 0, f"is an entry already; {advice}") for name in again])
    with written_aside(folder, ENTRIES) as aside:
        prompts = {"public": read.table.prompts_digest}
        written = [write_entry(entry, read.benchmark, prompts, aside) for entry in made.entries]
        for place_of_one in written:
            for manifest in sorted(place_of_one.glob(f"*/{MANIFEST}")):
                check_bundle(read_bundle(manifest.parent), read.table, read.benchmark)
        sync_tree(aside)
        for own in written:
            target = folder / own.relative_to(aside)
            target.parent.mkdir(parents=True, exist_ok=True)
            own.replace(target)
    return ImportedFolder(folder, len(written), len(read.table), made.notes, imported.refused)
