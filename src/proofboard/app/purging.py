"""Remove the answers of an entry of a benchmark directory: its scores stay, and are the owner's word from then on."""

import shutil
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import msgspec

from proofboard import canonical
from proofboard.app.benchmark_folder import BenchmarkFolder, read_benchmark
from proofboard.app.build import grade_entries
from proofboard.app.entries_folder import ListedEntry, why_absent
from proofboard.app.graded_folder import graded_folder
from proofboard.app.ledger.appending import append
from proofboard.app.ledger.folder import has_ledger, replace_file
from proofboard.app.purged_folder import why_outdated
from proofboard.core.entry import GradedBundle
from proofboard.core.grading import grading_digest
from proofboard.core.items import ItemTable
from proofboard.core.purged import tallies_of
from proofboard.errors import OutputError, fault
from proofboard.publish.assemble import published_bundles
from proofboard.publish.documents import judge_agreement, scores_document
from proofboard.schemas.base import Date
from proofboard.schemas.bundle import MANIFEST
from proofboard.schemas.ledger import Leaf
from proofboard.schemas.publication import PurgeRecord
from proofboard.schemas.purged import PURGED_FILE, Purge
from proofboard.schemas.reading import as_kind


class PurgedEntry(msgspec.Struct, frozen=True):
    """What was removed of an entry, its earlier revisions included."""

    bundles: Sequence[str]
    """The digests of the bundles whose scores stay."""
    n_files: int
    n_leaves: int
    """Leaves that say so, where the directory keeps a log; they are not signed yet."""


def purge(folder: Path, name: str, reason: str, date: Date) -> PurgedEntry:
    """Remove the answers of an entry, and what programs made of them; raises InputError and then removes nothing.

    Its item scores are made once more and kept beside each manifest. A revision that has no scores by the present rules
    loses its bundle.
    """
    read = read_benchmark(folder)
    entry = next((own for own in read.entries if own.name == name), None)
    if entry is None or (why := why_absent(entry) or why_outdated(read, entry)):
        raise fault(folder, f"has no scores of {name} to keep: {why if entry else 'there is no such entry'}")
    [graded], places = grade_entries(read, [entry])
    kept = {places[own.digest]: own for own in published_bundles([graded])}
    if not kept:
        raise fault(folder, f"has no answers of {name}; they were purged before")
    records = dict(_records(read, kept, reason, date))
    leaves = [
        Leaf(kind="purged", benchmark=read.benchmark.id, date=date, entry=name, bundle=own.digest, reason=reason)
        for own in kept.values()
    ]
    n_files = _remove(read, entry, records)
    if has_ledger(folder):
        append(folder, leaves)
    return PurgedEntry([own.digest for own in kept.values()], n_files, len(leaves) if has_ledger(folder) else 0)


def _records(
    read: BenchmarkFolder, kept: Mapping[Path, GradedBundle], reason: str, date: Date
) -> Iterator[tuple[Path, bytes]]:
    rules = grading_digest(read.table, read.plan)
    for place, own in kept.items():
        tallies = tallies_of(own, judge_agreement(own))
        said = {"date": date, "reason": reason, "tallies": msgspec.to_builtins(tallies)}
        scores = scores_document(own, _table(read, own), rules, read.benchmark)
        record = PurgeRecord(schema_version=1, purge=as_kind(said, Purge, "the purge"), scores=scores)
        yield place, canonical.dump(record)


def _table(read: BenchmarkFolder, own: GradedBundle) -> ItemTable:
    return read.repair if own.manifest.item_set == "repair" and read.repair else read.table


def _remove(read: BenchmarkFolder, entry: ListedEntry, records: Mapping[Path, bytes]) -> int:
    """Write every record, then remove what it stands for; stopped half-way, the next build says what is left over."""
    places = [place for own in (entry, *entry.revisions) for place in own.bundles.values()]
    removed = 0
    try:
        for place, raw in records.items():
            replace_file(place / PURGED_FILE, raw)
        for place in places:
            manifest = place / MANIFEST
            if manifest.is_file():
                shutil.rmtree(graded_folder(read.folder, canonical.digest_file(manifest)), ignore_errors=True)
            keeps = {MANIFEST, PURGED_FILE} if (place / PURGED_FILE).is_file() else set()
            gone = [path for path in sorted(place.glob("*")) if path.name not in keeps]
            for path in gone:
                path.unlink()
            if not keeps and place.is_dir():
                place.rmdir()
            removed += len(gone)
    except OSError as error:
        raise OutputError(
            f"{error.filename}: cannot be removed: {error.strerror or error}; remove it yourself"
        ) from error
    return removed


def purged_text(folder: Path, name: str, purged: PurgedEntry) -> str:
    """Say what was removed, for people."""
    count = len(purged.bundles)
    lines = [
        f"{folder}: {purged.n_files} files of {name} removed; the scores of {count} bundle{'s' * (count != 1)} stay"
    ]
    if purged.n_leaves:
        lines.append("The log says so; sign it with `proofboard log sign` before the next build.")
    lines.append("Copies elsewhere stay: earlier publications, backups, the history of a repository.")
    return "\n".join(lines) + "\n"
