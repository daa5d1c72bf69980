"""Benchmark directories and bundles after an erratum: an item leaves, or what a right answer to it is changes.

A bundle that answers an item which is no more is written again without these lines, by a rule that anybody can follow
with the earlier bundle, which stays published as an earlier revision.
"""

import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import msgspec

from proofboard import canonical
from proofboard.app.benchmark_folder import BenchmarkFolder
from proofboard.app.entries_folder import ENTRIES, REVISIONS, ListedEntry, inside
from proofboard.app.graded_folder import graded_folder
from proofboard.app.purged_folder import is_purged
from proofboard.core.items import ItemTable, item_table
from proofboard.core.programs import items_digest
from proofboard.errors import fault
from proofboard.record.freeze import write
from proofboard.schemas.bundle import MANIFEST, RESPONSES, SCORES, VERDICTS, FileRecord
from proofboard.schemas.bundle_folder import Bundle, read_bundle
from proofboard.schemas.graded import GRADED_FILE, GradedDocument
from proofboard.schemas.item import Item
from proofboard.schemas.reading import LARGEST_JSON_BYTES, parse_document, read_bytes

ASKED: Final = ("prompt", "prompt_id", "choices")
"""What was asked: an answer to something else is no answer to this."""

OTHER_QUESTION: Final = (
    "changes what was asked, and the answers that were given are none to it: exclude the item, and bring the new one "
    "with the next protocol version"
)
PROGRAMS: Final = (
    "cannot be corrected here, because programs grade this benchmark and have to run again: correct the directory, run "
    "proofboard grade there, and give it to proofboard benchmark update"
)


class Corrected(msgspec.Struct, frozen=True, eq=False):
    """The items after an erratum, and what has to go from bundles."""

    item_id: str
    items: Sequence[Item]
    table: ItemTable
    prompts: frozenset[str]
    """Prompts that are asked no more."""
    excluded: bool

    def concerns(self, bundle: Bundle) -> bool:
        """Say whether a public bundle has to be written again."""
        if bundle.manifest.item_set != "public":
            return False
        reported = self.excluded and any(row.item_id == self.item_id for row in bundle.scores)
        return reported or bundle.manifest.prompts_digest != self.table.prompts_digest


def without_item(read: BenchmarkFolder, item_id: str) -> Corrected:
    """Take an item out; raises InputError where there is no such public item, or no other."""
    _found(read, item_id)
    items = [item for item in read.table.items if item.id != item_id]
    if not items:
        raise fault("body.item", f"{item_id!r} is the only item; a benchmark needs one")
    table = item_table(items)
    gone = frozenset(read.table.by_prompt) - frozenset(table.by_prompt)
    return Corrected(item_id, items, table, gone, excluded=True)


def with_item(read: BenchmarkFolder, item_id: str, changes: Mapping[str, Any]) -> Corrected:
    """Correct fields of an item; raises InputError where that would be another question, or is no item."""
    item = _found(read, item_id)
    if read.benchmark.programs:
        raise fault("body.item", f"{item_id!r} {PROGRAMS}")
    plain = {**msgspec.to_builtins(item), **changes}
    try:
        corrected = msgspec.convert(plain, Item)
    except msgspec.ValidationError as error:
        raise fault("body.correction", str(error)) from error
    if corrected.id != item_id or any(getattr(corrected, name) != getattr(item, name) for name in ASKED):
        raise fault("body.correction", OTHER_QUESTION)
    if corrected == item:
        raise fault("body.correction", f"leaves {item_id!r} as it is; say what changes")
    items = [corrected if own.id == item_id else own for own in read.table.items]
    return Corrected(item_id, items, item_table(items), frozenset(), excluded=False)


def _found(read: BenchmarkFolder, item_id: str) -> Item:
    position = read.table.index.get(item_id)
    if position is None:
        raise fault("body.item", f"is {item_id[:80]!r}, which is no public item of {read.benchmark.id!r}")
    return read.table.items[position]


def bundle_after(bundle: Bundle, change: Corrected) -> dict[str, bytes]:
    """Return the files of a bundle after an erratum: the same lines without those of the excluded item."""
    kept: dict[str, list[Any]] = {
        RESPONSES: [row for row in bundle.responses if row.prompt_id not in change.prompts],
        VERDICTS: [row for row in bundle.verdicts if row.prompt_id not in change.prompts],
        SCORES: [row for row in bundle.scores if row.item_id != change.item_id],
    }
    files = {name: canonical.dump_lines(rows) for name, rows in kept.items() if rows}
    manifest = msgspec.structs.replace(
        bundle.manifest,
        prompts_digest=change.table.prompts_digest,
        files={
            name: FileRecord(digest=canonical.digest(raw), bytes=len(raw), lines=len(kept[name]))
            for name, raw in files.items()
        },
        # What the source said of itself it said of other items.
        claims={},
    )
    return {MANIFEST: canonical.dump(manifest), **files}


def graded_after(document: GradedDocument, bundle: str, change: Corrected) -> GradedDocument:
    """Return what programs made of a bundle after an erratum: the same outputs without those for the excluded item."""
    return msgspec.structs.replace(
        document,
        bundle=bundle,
        items=items_digest(change.table),
        responses=[row for row in document.responses if row.item_id != change.item_id],
    )


def correct_folder(read: BenchmarkFolder, change: Corrected) -> None:
    """Bring a benchmark directory up to an erratum, in place: its items, and the entries that its owner put there."""
    write(inside(read.folder, read.benchmark.item_sets.public), canonical.dump_lines(change.items))
    for entry in read.entries:
        _correct_entry(read, entry, change)


def _correct_entry(read: BenchmarkFolder, entry: ListedEntry, change: Corrected) -> None:
    # A purged bundle stays as it is: its scores were made by the rules before, and count no more.
    recorded = {name: place for name, place in entry.bundles.items() if (place / MANIFEST).is_file()}
    there = {name: read_bundle(place) for name, place in recorded.items() if not is_purged(place)}
    concerned = {name: bundle for name, bundle in there.items() if change.concerns(bundle)}
    graded = {} if not read.benchmark.programs else there
    for bundle in graded.values():
        if bundle.manifest.item_set == "public" and bundle not in concerned.values():
            _correct_graded(read.folder, bundle.digest, bundle.digest, change)
    if not concerned:
        return
    place = read.folder / ENTRIES / entry.name
    before = place / REVISIONS / str(len(entry.revisions) + 1)
    for path in sorted(place.iterdir()):
        if path.name != REVISIONS:
            copy_tree(path, before / path.name)
    for name, bundle in concerned.items():
        shutil.rmtree(bundle.folder)
        files = bundle_after(bundle, change)
        for file, raw in files.items():
            write(place / name / file, raw)
        if read.benchmark.programs:
            _correct_graded(read.folder, bundle.digest, canonical.digest(files[MANIFEST]), change)


def copy_tree(source: Path, target: Path) -> None:
    """Copy a file or a folder, making the folders above it."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, target)
    else:
        shutil.copyfile(source, target)


def _correct_graded(root: Path, before: str, after: str, change: Corrected) -> None:
    source, target = graded_folder(root, before), graded_folder(root, after)
    if not (source / GRADED_FILE).is_file():
        return
    raw = read_bytes(source / GRADED_FILE, LARGEST_JSON_BYTES)
    document = parse_document(raw, GradedDocument, str(source / GRADED_FILE))
    if source != target:
        shutil.copytree(source, target)
    write(target / GRADED_FILE, canonical.dump(graded_after(document, after, change)))
