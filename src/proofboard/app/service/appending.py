"""Append approved submissions to a board: each brings its own documents, and waits unranked for the close."""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Final

import msgspec

from proofboard import __version__
from proofboard.app.benchmark_folder import BenchmarkFolder
from proofboard.app.build import grade_entries, refuse_too_large
from proofboard.app.entries_folder import ENTRIES, entry_below
from proofboard.app.graded_folder import artifacts_of
from proofboard.app.service.benchmarks import the_benchmark
from proofboard.app.service.candidates import Candidate
from proofboard.app.service.evaluating import refuse
from proofboard.app.service.incoming import install_published
from proofboard.app.service.instance import Instance
from proofboard.app.service.log import leaves_of
from proofboard.app.service.materialising import (
    lay_graded,
    lay_revision,
    rules_at,
    scratch,
)
from proofboard.app.service.publications import documents_of, head_of
from proofboard.app.service.releasing import (
    Release,
    Shown,
    head_version,
    put_documents,
    release,
    signed_log,
    stamp_of,
)
from proofboard.core.entry import GradedEntry
from proofboard.errors import Fault, InputError
from proofboard.ledger.leaves import Standing, standings
from proofboard.ledger.paths import CHECKPOINT, LOG
from proofboard.publish.appending import AppendInputs, WaitsForClose, append
from proofboard.publish.assemble import Assembled, published_bundles
from proofboard.publish.names import LEADERBOARD
from proofboard.schemas.board import Leaderboard, rows_in
from proofboard.schemas.selectors import name_of

MOST_AT_ONCE: Final = 50
"""What one publication appends at most; the rest follows with the next."""


class _Graded(msgspec.Struct, frozen=True, eq=False):
    candidate: Candidate
    entry: GradedEntry
    places: Mapping[str, Path]


Read = Callable[[str], bytes]


def append_waiting(instance: Instance, benchmark: str, waiting: Iterable[Candidate]) -> bool:
    """Append what can be appended; False where nothing could, so that everything waits for the close."""
    begun, version = time.monotonic(), head_version(instance, benchmark)
    with instance.database.reading() as session:
        head = head_of(session, benchmark)
        stamp = stamp_of(session, the_benchmark(session, benchmark))
    if head is None:
        return False
    before, read = documents_of(instance, head), rules_at(instance, benchmark)
    standing = partial(_standing, instance, before)
    with scratch(instance) as folder:
        chosen = _appendable(instance, read, folder, waiting, standing)
        if not chosen:
            return False
        board = msgspec.json.decode(standing(LEADERBOARD), type=Leaderboard)
        told = _log_of_head(benchmark, before, standing)
        log = signed_log(instance, benchmark, _shown_after(board, chosen, told), kind="append")
        made: dict[str, bytes] = {}
        documents = dict(before)
        for own in chosen:
            assembled = _appended(read, own, {**made}, standing, log.documents)
            made |= assembled.documents
            documents = {path: named for path, named in documents.items() if path not in set(assembled.dropped)}
            documents |= put_documents(instance, assembled, own.places)
    added = [own.candidate for own in chosen]
    took = round(1000 * (time.monotonic() - begun))
    if release(instance, Release(benchmark, version, "append", documents, added, log, stamp, took)):
        install_published(instance, benchmark)
    return True


def _standing(instance: Instance, documents: Mapping[str, str], path: str) -> bytes:
    return instance.blobs.get(documents[path])


def _appendable(
    instance: Instance, read: BenchmarkFolder, folder: Path, waiting: Iterable[Candidate], standing: Read
) -> list[_Graded]:
    """Grade candidates, and keep those that can be appended one after the other."""
    chosen: list[_Graded] = []
    made: dict[str, bytes] = {}
    for own in waiting:
        if len(chosen) == MOST_AT_ONCE:
            break
        try:
            graded = _graded(instance, read, folder, own)
            made |= _appended(read, graded, dict(made), standing, {}).documents
            chosen.append(graded)
        except WaitsForClose:
            continue
        except InputError as error:
            reasons = [Fault(own.revision.name, each.line, each.reason) for each in error.faults]
            refuse(instance, own.submission, reasons)
    return chosen


def _graded(instance: Instance, read: BenchmarkFolder, folder: Path, own: Candidate) -> _Graded:
    place = folder / ENTRIES / own.revision.name
    lay_revision(instance, place, own.revision)
    lay_graded(instance, folder, own.revision.graded)
    entry = entry_below(place, own.revision.name, read.benchmark)
    (made,), places = grade_entries(msgspec.structs.replace(read, folder=folder), [entry])
    for bundle in published_bundles([made]):
        places |= artifacts_of(bundle, folder)
    return _Graded(own, made, places)


def _appended(
    read: BenchmarkFolder, own: _Graded, made: Mapping[str, bytes], standing: Read, ledger: Mapping[str, bytes]
) -> Assembled:
    inputs = AppendInputs(
        benchmark=read.benchmark,
        table=read.table,
        repair=read.repair,
        plan=read.plan,
        entry=own.entry,
        software_version=__version__,
        ledger=ledger,
    )
    assembled = append(lambda path: made[path] if path in made else standing(path), inputs)
    refuse_too_large(assembled.documents)
    return assembled


def _shown_after(board: Leaderboard, chosen: Sequence[_Graded], log: Mapping[str, Standing]) -> Shown:
    """Return what the board shows after an append: what is added, and what stands there by the log of the head."""
    from_log = {own.candidate.revision.name: own for own in chosen}
    entries = {name: (own.entry.public.digest, own.entry.configuration.digest()) for name, own in from_log.items()}
    rows = {name_of(row): row for row in rows_in(board)}
    standing = {name: (log[name].bundle, row.configuration) for name, row in rows.items() if name in log}
    return Shown(entries, [*(own.entry for own in board.skipped), *rows], standing)


def _log_of_head(benchmark: str, documents: Iterable[str], standing: Read) -> dict[str, Standing]:
    pages = sorted(path for path in documents if path.startswith(LOG) and path != CHECKPOINT)
    return standings(leaves_of([standing(path) for path in pages], benchmark))
