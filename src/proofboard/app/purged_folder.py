"""Bundles of a benchmark directory whose answers were removed: a manifest, and the record of what was published."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import msgspec

from proofboard.app.benchmark_folder import BenchmarkFolder
from proofboard.app.entries_folder import ListedEntry
from proofboard.core.entry import GradedBundle
from proofboard.core.grading import grading_digest
from proofboard.core.items import ItemTable
from proofboard.core.purged import purged_bundle
from proofboard.errors import Fault, InputError
from proofboard.schemas.bundle import BUNDLE_FILES, MANIFEST, Manifest
from proofboard.schemas.publication import PurgeRecord
from proofboard.schemas.purged import PURGED_FILE
from proofboard.schemas.reading import LARGEST_JSON_BYTES, parse_document, read_bytes, read_json

BESIDE: Final = f"lies beside {PURGED_FILE}, which says that it was removed; remove one of the two"
OTHER_RULES: Final = (
    "the answers of the bundle {} were purged on {}, and {} have changed since: nobody can say what it would score"
)


class PurgedFolder(msgspec.Struct, frozen=True):
    """A purged bundle as it lies on this disk."""

    folder: Path
    raw: bytes
    """The manifest, whose digest is that of the bundle."""
    manifest: Manifest
    record: PurgeRecord


def is_purged(folder: Path) -> bool:
    """Say whether the answers of a bundle's folder were removed, on record."""
    return (folder / PURGED_FILE).is_file()


def read_purged(folder: Path) -> PurgedFolder:
    """Read what is left of a bundle; raises InputError, also where answers lie beside the record."""
    if beside := [name for name in BUNDLE_FILES if (folder / name).exists()]:
        raise InputError([Fault(str(folder / name), 0, BESIDE) for name in beside])
    raw = read_bytes(folder / MANIFEST, LARGEST_JSON_BYTES)
    manifest = parse_document(raw, Manifest, str(folder / MANIFEST))
    return PurgedFolder(folder, raw, manifest, read_json(folder / PURGED_FILE, PurgeRecord))


def kept_bundle(name: str, folder: Path, read: BenchmarkFolder) -> GradedBundle:
    """Take the item scores of a purged bundle as they were published; raises InputError with every fault."""
    own = read_purged(folder)
    kept = own.manifest, own.record.purge, own.record.scores
    try:
        return purged_bundle(name, own.raw, kept, (_table(own, read), read.plan))
    except InputError as error:
        file = str(folder / PURGED_FILE)
        raise InputError([Fault(file, 0, f"holds scores that {fault.reason}") for fault in error.faults]) from error


def _table(own: PurgedFolder, read: BenchmarkFolder) -> ItemTable:
    table = {"public": read.table, "repair": read.repair}.get(own.manifest.item_set)
    if table is None:
        reason = f"is of the item set {own.manifest.item_set!r}, which has no place in a benchmark directory"
        raise InputError([Fault(str(own.folder), 0, reason)])
    return table


def why_outdated(read: BenchmarkFolder, entry: ListedEntry) -> str | None:
    """Say why the scores of an entry count no more: rules, graders or items are others than those they rest on."""
    return next(_outdated(read, [own for own in sorted(entry.bundles.values()) if is_purged(own)]), None)


def _outdated(read: BenchmarkFolder, folders: Sequence[Path]) -> Iterator[str]:
    rules = grading_digest(read.table, read.plan) if folders else None
    for folder in folders:
        own = read_purged(folder)
        if own.record.scores.grading != rules:
            yield OTHER_RULES.format(folder.name, own.record.purge.date[:10], "rules or graders")
        elif own.manifest.prompts_digest != _table(own, read).prompts_digest:
            yield OTHER_RULES.format(folder.name, own.record.purge.date[:10], "items")
