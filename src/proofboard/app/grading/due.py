"""Which bundles there are to grade, and what of each is due."""

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Final

import msgspec

from proofboard.app.benchmark_folder import BenchmarkFolder
from proofboard.app.entries_folder import BENCHMARK_FILE, ENTRIES, Faults, ListedEntry, why_absent
from proofboard.app.freezing import find
from proofboard.app.graded_folder import artifact_file, graded_folder
from proofboard.app.grading.journal import RowKey
from proofboard.app.held_out.private_places import refuse_public_place
from proofboard.app.held_out.store import held_out_table
from proofboard.app.purged_folder import is_purged
from proofboard.core.items import ItemTable
from proofboard.core.programs import Rules, answered_rows, recorded_columns
from proofboard.core.rules.bundle import check_bundle
from proofboard.core.rules.programs import metrics_by_program
from proofboard.errors import Fault, InputError, fault
from proofboard.schemas.bundle import MANIFEST, Response
from proofboard.schemas.bundle_folder import Bundle, read_bundle
from proofboard.schemas.graded import GRADED, GRADED_FILE, GradedDocument
from proofboard.schemas.item import Item
from proofboard.schemas.reading import read_json

HELD_OUT: Final = "held_out"


class Task(msgspec.Struct, frozen=True):
    """One response that a program grades for one item."""

    key: RowKey
    item: Item
    response: Response


class GradableBundle(msgspec.Struct, frozen=True, eq=False):
    """A bundle with the items that it answers."""

    entry: str
    name: str
    bundle: Bundle
    table: ItemTable
    root: Path
    """The benchmark directory or the held-out store: where its gradings go."""

    @property
    def shown(self) -> str:
        """How the report calls it."""
        return f"{self.entry} {self.name}"

    @property
    def is_held_out(self) -> bool:
        """Say whether nothing of it may be told."""
        return self.bundle.manifest.item_set == HELD_OUT

    @property
    def place(self) -> Path:
        """Where its gradings go."""
        return graded_folder(self.root, self.bundle.digest)

    def tasks(self, read: BenchmarkFolder) -> Iterator[Task]:
        """Yield every run that grading it takes: each answered response, for each item of its prompt."""
        for (position, trial, stage), response in answered_rows(self.bundle, self.table).items():
            item = self.table.items[position]
            for program in sorted(metrics_by_program(read.benchmark)):
                yield Task((item.id, trial, stage, program), item, response)

    def recorded(self, read: BenchmarkFolder) -> GradedDocument | None:
        """Return what was recorded of it; None where nothing was, or by other programs, or for other items."""
        file = self.place / GRADED_FILE
        if not file.is_file():
            return None
        try:
            document = read_json(file, GradedDocument)
            recorded_columns(document, self.bundle, Rules(read.benchmark, self.table, read.plan.sources))
        except InputError:
            return None
        kept = {digest for row in document.responses for digest in row.artifacts.values()}
        files = (artifact_file(self.root, self.bundle.digest, digest) for digest in kept)
        return document if all(own.is_file() for own in files) else None


def gradable_bundles(read: BenchmarkFolder, selectors: Sequence[str], store: Path | None) -> list[GradableBundle]:
    """Read the bundles of the entries that are named, or of all; raises InputError with every fault."""
    refuse_without_programs(read)
    entries = {entry.name: entry for selector in selectors for entry in [find(read, selector)]}
    chosen = list(entries.values()) if selectors else list(read.entries)
    faults = Faults()
    found = [own for entry in chosen for own in faults.of(partial(_public, read, entry)) or ()]
    if store:
        found += faults.of(partial(_held_out, read, {entry.name for entry in chosen}, store)) or []
    if faults.found:
        raise InputError(faults.found)
    return list({own.bundle.digest: own for own in found}.values())


def refuse_without_programs(read: BenchmarkFolder) -> None:
    """Refuse a benchmark that no program grades."""
    if not read.benchmark.programs:
        reason = "declares no program, so there is nothing to grade; name one in `programs`, or build at once"
        raise fault(read.folder / BENCHMARK_FILE, reason)


def _public(read: BenchmarkFolder, entry: ListedEntry) -> list[GradableBundle]:
    found = [] if why_absent(entry) else list(_bundles_of(read, entry, entry.name))
    for number, revision in enumerate(entry.revisions, start=1):
        try:
            found += [] if why_absent(revision) else _bundles_of(read, revision, f"{entry.name} (revision {number})")
        except InputError:
            # It answered other items: it is kept, and has no score by the present rules.
            continue
    return found


def _bundles_of(read: BenchmarkFolder, entry: ListedEntry, shown: str) -> list[GradableBundle]:
    faults = Faults()
    # The answers of a purged bundle are gone: no program can grade them.
    places = {name: place for name, place in sorted(entry.bundles.items()) if not is_purged(place)}
    bundles = [faults.of(partial(_bundle, read, shown, name, place)) for name, place in places.items()]
    if faults.found:
        raise InputError(faults.found)
    return [own for own in bundles if own]


def _bundle(read: BenchmarkFolder, shown: str, name: str, place: Path) -> GradableBundle:
    bundle = read_bundle(place)
    table = {"public": read.table, "repair": read.repair}.get(bundle.manifest.item_set)
    if table is None:
        raise fault(place, f"is of the item set {bundle.manifest.item_set!r}, which this benchmark directory has not")
    check_bundle(bundle, table, read.benchmark)
    return GradableBundle(shown, name, bundle, table, read.folder)


def held_out_bundles(read: BenchmarkFolder, store: Path) -> list[GradableBundle]:
    """Read the bundles of a store that answer for an entry of the board; raises InputError with every fault."""
    return _held_out(read, {entry.name for entry in read.entries}, store)


def _held_out(read: BenchmarkFolder, names: set[str], store: Path) -> list[GradableBundle]:
    """Find the bundles of a store, below its entries or beside each other; those of other rules are never scored."""
    table = held_out_table(read, store)
    refuse_public_place(store / GRADED, read.folder, store)
    faults = Faults()
    manifests = [*sorted((store / ENTRIES).glob(f"*/*/*/{MANIFEST}")), *sorted(store.glob(f"*/{MANIFEST}"))]
    found = [faults.of(partial(_held_out_bundle, read, table, names, path.parent, store)) for path in manifests]
    if faults.found:
        raise InputError(faults.found)
    return [own for own in found if own]


def _held_out_bundle(
    read: BenchmarkFolder, table: ItemTable, names: set[str], place: Path, store: Path
) -> GradableBundle | None:
    bundle = read_bundle(place)
    manifest = bundle.manifest
    name = f"{manifest.vendor}/{manifest.config_name}"
    if name not in names or manifest.protocol_version != read.benchmark.protocol_version:
        return None
    if manifest.item_set != HELD_OUT:
        raise InputError([Fault(str(place), 0, f"is of the item set {manifest.item_set!r}, expected {HELD_OUT!r}")])
    check_bundle(bundle, table, read.benchmark)
    return GradableBundle(name, place.name, bundle, table, store)
