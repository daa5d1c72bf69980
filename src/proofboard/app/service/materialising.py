"""Lay a benchmark directory down as the file-based verbs read it: rules and items from its archive, entries from rows.

Everything laid down can be made again from database and blobs; a folder that was made once is never changed.
"""

import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import groupby
from pathlib import Path
from typing import Any, Final

import msgspec
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from proofboard import canonical
from proofboard.app.benchmark_folder import BenchmarkFolder, read_rules
from proofboard.app.entries_folder import CONFIGURATION_FILE, ENTRIES, REVISIONS
from proofboard.app.held_out.store import ITEMS
from proofboard.app.service.benchmarks import LIMITS, the_benchmark
from proofboard.app.service.instance import Instance, new_id
from proofboard.archives.unpack import unpacked
from proofboard.errors import StorageError
from proofboard.record.freeze import as_yaml, write
from proofboard.schemas.configuration import Configuration
from proofboard.schemas.graded import ARTIFACTS, GRADED, GRADED_FILE
from proofboard.schemas.reading import parse_document
from proofboard.schemas.submission import ACCEPTED
from proofboard.store.tables import Benchmark, EntryRevision

STORES: Final = "name a folder with one store for each benchmark, called like it"

OFF_THE_BOARD: Final = frozenset({"withdrawn", "superseded"})
"""States of a latest revision whose entry has no row."""


def rules_folder(instance: Instance, benchmark: str) -> Path:
    """Return the benchmark directory as its owner packed it, unpacked once for each archive; nobody writes to it."""
    with instance.database.reading() as session:
        archive = the_benchmark(session, benchmark).archive
    place = instance.settings.scratch / "benchmarks" / canonical.hex_of(archive)
    if not place.is_dir():
        _in_one_move(place, lambda aside: _unpack(instance, archive, aside))
    return place


def rules_at(instance: Instance, benchmark: str) -> BenchmarkFolder:
    """Read what a benchmark measures, and none of its entries."""
    return read_rules(rules_folder(instance, benchmark))


def held_out_store(instance: Instance, benchmark: str) -> Path | None:
    """Return the held-out store of a benchmark; None in the web process, and where there is none.

    Stores lie in a folder of stores, called like their benchmarks; a server of one benchmark may be given the store.
    """
    root = instance.settings.held_out
    if root is None:
        return None
    if (root / ITEMS).is_file():
        with instance.database.reading() as session:
            several = session.scalar(select(func.count()).select_from(Benchmark)) != 1
        if several:
            raise StorageError(f"{root}: is one held-out store, and this server has not one benchmark; {STORES}")
        return root
    return root / benchmark if (root / benchmark / ITEMS).is_file() else None


def stores_at_hand(instance: Instance) -> list[str]:
    """List the benchmarks whose held-out stores this process can read, by their ids."""
    root = instance.settings.held_out
    if root is None:
        return []
    with instance.database.reading() as session:
        names = list(session.scalars(select(Benchmark.id).order_by(Benchmark.id)))
    if (root / ITEMS).is_file():
        return names if len(names) == 1 else []
    return [own for own in names if (root / own / ITEMS).is_file()]


def _unpack(instance: Instance, archive: str, aside: Path) -> None:
    packed = aside.with_name(f"{aside.name}.archive")
    instance.blobs.place(archive, packed)
    try:
        with unpacked(packed, LIMITS) as folder:
            shutil.copytree(folder, aside)
    finally:
        packed.unlink(missing_ok=True)


def _in_one_move(place: Path, make: Callable[[Path], None]) -> None:
    """Make a folder aside and give it its name; of two that do so at once one wins, and both have the same."""
    place.parent.mkdir(parents=True, exist_ok=True)
    aside = place.with_name(f".{place.name[:32]}-{os.urandom(8).hex()}")
    try:
        make(aside)
        try:
            aside.rename(place)
        except OSError as error:
            if not place.is_dir():
                raise StorageError(f"{place}: cannot be made: {error.strerror or error}") from error
    except OSError as error:
        raise StorageError(f"{place}: cannot be written: {error.strerror or error}") from error
    finally:
        shutil.rmtree(aside, ignore_errors=True)


class OffTheBoard(msgspec.Struct, frozen=True):
    """An entry that its owner or the board's took off, with the public reason."""

    entry: str
    state: str
    date: str
    reason: str


class LaidDown(msgspec.Struct, frozen=True, eq=False):
    """A benchmark directory with the entries that its board shows."""

    folder: Path
    off: Sequence[OffTheBoard]


def benchmark_folder(instance: Instance, benchmark: str, target: Path, more: Sequence[EntryRevision] = ()) -> LaidDown:
    """Lay a benchmark down with every entry that stands, in a folder that is not there yet.

    `more` are revisions that have no row yet: what the next publication adds.
    """
    shutil.copytree(rules_folder(instance, benchmark), target, copy_function=_linked)
    with instance.database.reading() as session:
        rows = [*revisions_of(session, benchmark), *more]
    rows.sort(key=lambda row: (row.name, row.revision))
    off: list[OffTheBoard] = []
    for name, own in groupby(rows, key=lambda row: row.name):
        revisions = list(own)
        latest = revisions[-1]
        place = target / ENTRIES / name
        if latest.state in OFF_THE_BOARD:
            shutil.rmtree(place, ignore_errors=True)
            off.append(
                OffTheBoard(name, latest.state, latest.at[:10], latest.public_reason or "no reason was recorded")
            )
        else:
            _lay_entry(instance, place, revisions)
        for row in revisions:
            lay_graded(instance, target, row.graded)
    return LaidDown(target, off)


def revisions_of(session: Session, benchmark: str) -> list[EntryRevision]:
    """Return every revision of every entry, apart from the session."""
    rows = list(session.scalars(select(EntryRevision).where(EntryRevision.benchmark_id == benchmark)))
    for row in rows:
        session.expunge(row)
    return rows


def _linked(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)


def _lay_entry(instance: Instance, place: Path, revisions: Sequence[EntryRevision]) -> None:
    """Lay the latest revision down, with the earlier ones below it; what the archive had there is the first of them."""
    own = [row for row in revisions if row.submission_id is not None]
    if not own:
        return
    earlier: list[Callable[[Path], object]] = []
    if place.is_dir():
        seed = place.with_name(f".{place.name}")
        place.rename(seed)
        earlier += [_moved(path) for path in _numbered(seed / REVISIONS)]
        shutil.rmtree(seed / REVISIONS, ignore_errors=True)
        earlier.append(_moved(seed))
    earlier += [_laid(instance, row) for row in own[:-1]]
    lay_revision(instance, place, own[-1])
    for number, lay in enumerate(earlier, start=1):
        (place / REVISIONS).mkdir(exist_ok=True)
        lay(place / REVISIONS / str(number))


def _moved(source: Path) -> Callable[[Path], object]:
    return source.rename


def _laid(instance: Instance, row: EntryRevision) -> Callable[[Path], object]:
    return lambda target: lay_revision(instance, target, row)


def _numbered(folder: Path) -> Iterable[Path]:
    return sorted(folder.iterdir(), key=lambda path: int(path.name)) if folder.is_dir() else ()


def lay_revision(instance: Instance, place: Path, row: EntryRevision) -> None:
    """Lay one revision of an entry down in a folder of its own."""
    raw = instance.blobs.get(row.configuration)
    write(place / CONFIGURATION_FILE, as_yaml(parse_document(raw, Configuration, CONFIGURATION_FILE)))
    instance.blobs.place(row.acceptance, place / ACCEPTED)
    for item_set, bundle in row.bundles.items():
        for name, digest in bundle["files"].items():
            instance.blobs.place(digest, place / item_set / name)


def lay_graded(instance: Instance, target: Path, graded: Mapping[str, Any]) -> None:
    """Lay down what programs made of bundles: the document, and what they kept."""
    for bundle, own in graded.items():
        place = target / GRADED / canonical.hex_of(bundle)
        if place.exists():
            continue
        instance.blobs.place(own["document"], place / GRADED_FILE)
        for digest in own["artifacts"]:
            instance.blobs.place(digest, place / ARTIFACTS / canonical.hex_of(digest))


@contextmanager
def scratch(instance: Instance) -> Iterator[Path]:
    """Name a folder that is not there yet, and remove it when the block ends."""
    folder = instance.settings.scratch / "publishing" / new_id("pub")
    folder.parent.mkdir(parents=True, exist_ok=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
