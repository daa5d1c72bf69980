"""Get what was approved onto a board: appended by itself, or with everything relational computed anew (a close)."""

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Final

import msgspec
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from proofboard.app.benchmark_folder import read_benchmark
from proofboard.app.build import inputs_of_close, refuse_too_large
from proofboard.app.held_out.closes import record_close, refuse_close
from proofboard.app.service.actors import SYSTEM
from proofboard.app.service.appending import append_waiting
from proofboard.app.service.benchmarks import settings_of, the_benchmark
from proofboard.app.service.candidates import FEWEST_AT_ONCE, Candidate, approved, candidates, refuse_lost
from proofboard.app.service.evaluating import promise_publication, refuse
from proofboard.app.service.grading_held_out import grade_the_rest
from proofboard.app.service.incoming import answers_of, install_published
from proofboard.app.service.instance import Instance
from proofboard.app.service.jobs import NewJob, promise
from proofboard.app.service.materialising import (
    OFF_THE_BOARD,
    benchmark_folder,
    held_out_store,
    revisions_of,
    rules_at,
    scratch,
)
from proofboard.app.service.publications import documents_of, head_of
from proofboard.app.service.records import announce, record
from proofboard.app.service.releasing import (
    Release,
    Shown,
    SignedLog,
    head_version,
    put_documents,
    release,
    signed_log,
    stamp_of,
)
from proofboard.errors import Fault, InputError, ProofboardError, StorageError
from proofboard.publish.assemble import RELEASES, assemble, with_ledger
from proofboard.publish.inputs import HeldOut, PublicationInputs
from proofboard.publish.names import LEADERBOARD, ROOT, bundle_path
from proofboard.publish.releases import held_out_of
from proofboard.schemas.board import Leaderboard, Skipped, rows_in
from proofboard.schemas.bundle import MANIFEST
from proofboard.schemas.publication import ReleasesDocument
from proofboard.schemas.purged import PURGED_FILE
from proofboard.schemas.selectors import name_of
from proofboard.store.tables import EntryRevision, Head, Job, Publication

FAST_CLOSE_MILLISECONDS: Final = 5_000
"""A public board that closes in less is closed at every publication (DESIGN, append and close)."""
TRIES: Final = 20
STARTS_OF_SLOW: Final = 3
"""A close at once that was begun so often is too slow for workers that live no longer."""
SHARE_OF_CLOSES: Final = 20
"""Closes of a board that is not closed at once take one part in so many of the time."""
SOONEST_SECONDS: Final = 60.0
LATEST_SECONDS: Final = 3600.0
CHANGES: Final = "the board of {} changes all the time while it is published; it is tried again later"
NO_STORE: Final = "the board of {} ranks on held-out items, and this worker has no store of them; give it one"
ELSEWHERE: Final = "close.txt"
"""Why a close of a held-out board failed, in the private store: the words may speak of held-out items."""


def publish(instance: Instance, benchmark: str) -> None:
    """Publish everything that is approved for a board, take off what was withdrawn, and mark what was purged.

    What cannot be appended waits for the close; a withdrawn row does not, and no held-out score is made for its sake.
    """
    tries, before = 0, frozenset[str]()
    while left := _publish_some(instance, benchmark):
        tries, before = (tries + 1 if left == before else 0), left
        if tries == TRIES:
            raise StorageError(CHANGES.format(benchmark))


def publish_next(instance: Instance, benchmark: str) -> None:
    """Do one round of `publish` (a job), and promise the next: a worker that dies takes no more with it than that."""
    before = _publish_some(instance, benchmark)
    if not before or not (left := _left(instance, benchmark)):
        return
    if left == before:
        raise StorageError(CHANGES.format(benchmark))
    with instance.database.writing() as session:
        promise_publication(session, benchmark, instance.now())


def _publish_some(instance: Instance, benchmark: str) -> frozenset[str]:
    """Make one publication; returns what it was about, and nothing where nothing is left or all waits for the close."""
    install_published(instance, benchmark)
    left, gone = _left(instance, benchmark), _off_the_board(instance, benchmark)
    waits = next(candidates(instance, benchmark), None) is not None
    at_once = _closes_at_once(instance, benchmark)
    if gone and not at_once:
        _take_off(instance, benchmark)
    elif (waits or gone) and at_once:
        # A board grows by so much at a time that most of each close is not for what is new.
        _close(instance, benchmark, at_most=max(FEWEST_AT_ONCE, _standing(instance, benchmark)))
    elif not waits or not append_waiting(instance, benchmark, candidates(instance, benchmark)):
        if waits:
            _wait_for_close(instance, benchmark)
        refuse_lost(instance, benchmark)
        return frozenset()
    else:
        _wait_for_close(instance, benchmark)
    return left


def _left(instance: Instance, benchmark: str) -> frozenset[str]:
    return frozenset([*approved(instance, benchmark), *_off_the_board(instance, benchmark)])


def _standing(instance: Instance, benchmark: str) -> int:
    with instance.database.reading() as session:
        rows = select(func.count()).where(EntryRevision.benchmark_id == benchmark)
        return session.scalar(rows.where(EntryRevision.state.in_(("pending", "listed")))) or 0


def close(instance: Instance, benchmark: str) -> None:
    """Compute everything relational over all entries, what is approved included, and release it as one batch.

    Raises InputError where the benchmark itself cannot be built; submissions that spoil it are refused instead.
    """
    _close(instance, benchmark)


def _close(instance: Instance, benchmark: str, *, at_most: int | None = None) -> None:
    for _ in range(TRIES):
        if _close_once(instance, benchmark, list(islice(candidates(instance, benchmark), at_most))):
            return
    raise StorageError(CHANGES.format(benchmark))


def draft(instance: Instance, benchmark: str) -> None:
    """Make the publication that a close would make now, for owners only; nothing else changes."""
    with _closed(instance, benchmark, []) as (inputs, places, stamp):
        assembled = assemble(inputs)
        refuse_too_large(assembled.documents)
        documents = put_documents(instance, assembled, places)
    log = SignedLog({}, 0, {})
    made = Release(benchmark, head_version(instance, benchmark), "close", documents, [], log, stamp, 0, is_draft=True)
    release(instance, made)


def _off_the_board(instance: Instance, benchmark: str) -> set[str]:
    """Return the entries that have a row and were withdrawn or superseded, or are shown with answers that are gone."""
    with instance.database.reading() as session:
        head = head_of(session, benchmark)
        rows = sorted(revisions_of(session, benchmark), key=lambda row: row.revision)
    if head is None:
        return set()
    latest, documents = {row.name: row for row in rows}, documents_of(instance, head)
    raw = instance.blobs.get(documents[LEADERBOARD])
    shown = {name_of(row) for row in rows_in(msgspec.json.decode(raw, type=Leaderboard))}
    purged = {
        row.name
        for row in rows
        for own in row.bundles.values()
        if PURGED_FILE in own["files"] and f"{bundle_path(own['digest'])}/{MANIFEST}" in documents
    }
    return ({name for name, row in latest.items() if row.state in OFF_THE_BOARD} | purged) & shown


def _take_off(instance: Instance, benchmark: str) -> None:
    """Release the board without what was withdrawn: everything else keeps its place, its scores, and what it waits for.

    Ranks are computed again from what is published already. What was released of held-out items is taken as it stands.
    """
    begun, version = time.monotonic(), head_version(instance, benchmark)
    with instance.database.reading() as session:
        head = head_of(session, benchmark)
    documents = documents_of(instance, head) if head else {}
    board = msgspec.json.decode(instance.blobs.get(documents[LEADERBOARD]), type=Leaderboard)
    releases = msgspec.json.decode(instance.blobs.get(documents[RELEASES]), type=ReleasesDocument)
    with _laid(instance, benchmark, []) as (folder, off, stamp):
        read = read_benchmark(folder)
        inputs, places = inputs_of_close(read, off=off)
        inputs = _as_released(inputs, held_out_of(releases, read.benchmark), board)
        log = signed_log(instance, benchmark, _shown(inputs), kind="append")
        assembled = assemble(msgspec.structs.replace(inputs, ledger=log.documents))
        made = put_documents(instance, assembled, places)
    took = round(1000 * (time.monotonic() - begun))
    release(instance, Release(benchmark, version, "append", made, [], log, stamp, took))


def _as_released(inputs: PublicationInputs, held_out: HeldOut, board: Leaderboard) -> PublicationInputs:
    """Give entries what was released of them before, and let those wait that waited."""
    names = {own.name for own in inputs.entries}
    pending = {name_of(row) for row in rows_in(board) if row.pending}
    kept = msgspec.structs.replace(
        held_out,
        released={name: own for name, own in held_out.released.items() if name in names},
        pending={name: own for name, own in held_out.pending.items() if name in names},
        verdicts={name: own for name, own in held_out.verdicts.items() if name in names},
    )
    return msgspec.structs.replace(inputs, held_out=kept, pending=frozenset(pending & names))


def _closes_at_once(instance: Instance, benchmark: str) -> bool:
    with instance.database.reading() as session:
        head, wanted = head_of(session, benchmark), settings_of(session, benchmark).close
        took, starts = _took(session, benchmark), _starts(session, benchmark)
    if head is None:
        return True
    if held_out_store(instance, benchmark) is not None:
        # Held-out results after every submission would answer whoever asks often enough, whatever their owner set.
        return False
    if wanted is not None:
        return wanted == "at once"
    return took < FAST_CLOSE_MILLISECONDS and starts <= STARTS_OF_SLOW


def _took(session: Session, benchmark: str) -> int:
    """Return how long the latest close took, in milliseconds."""
    took = select(Publication.took_milliseconds).join(Head, Head.closed == Publication.number)
    return session.scalar(took.where(Head.benchmark_id == benchmark)) or 0


def _starts(session: Session, benchmark: str) -> int:
    """Return how often the job that publishes a board now was started without an end."""
    own = select(func.max(Job.attempts)).where(Job.kind == "publish", Job.subject == benchmark, Job.state == "running")
    return session.scalar(own) or 0


def _wait_for_close(instance: Instance, benchmark: str) -> None:
    """Say that something waits for a close; where nobody else asks for closes, one comes by itself after a while."""
    by_itself = held_out_store(instance, benchmark) is None
    with instance.database.writing() as session:
        row, now = the_benchmark(session, benchmark), instance.now()
        row.dirty_since = row.dirty_since or now
        if by_itself and settings_of(session, benchmark).close is None:
            seconds = SHARE_OF_CLOSES * _took(session, benchmark) / 1000
            later = instance.later(seconds=min(max(seconds, SOONEST_SECONDS), LATEST_SECONDS))
            job = NewJob(kind="close", subject=benchmark, benchmark=benchmark, once=f"close later:{benchmark}")
            promise(session, msgspec.structs.replace(job, not_before=later), now)


def _close_once(instance: Instance, benchmark: str, added: Sequence[Candidate]) -> bool:
    begun, version = time.monotonic(), head_version(instance, benchmark)
    install_published(instance, benchmark)
    try:
        with _closed(instance, benchmark, added) as (inputs, places, stamp):
            assembled = assemble(inputs)
            refuse_too_large(assembled.documents)
            log = signed_log(instance, benchmark, _shown(inputs), kind="close")
            documents = put_documents(instance, with_ledger(assembled, inputs, log.documents), places)
    except InputError as error:
        if not added:
            _tell_owner(instance, benchmark, error)
            raise
        return _refuse_spoilers(instance, benchmark, added, error)
    except StorageError:
        raise
    except ProofboardError as error:
        _tell_owner(instance, benchmark, error)
        raise
    took = round(1000 * (time.monotonic() - begun))
    made = Release(benchmark, version, "close", documents, added, log, stamp, took)
    _remember(instance, benchmark, inputs, documents[ROOT])
    done = release(instance, made)
    if done:
        install_published(instance, benchmark)
    return done


@contextmanager
def _closed(
    instance: Instance, benchmark: str, added: Sequence[Candidate]
) -> Iterator[tuple[PublicationInputs, Mapping[str, Path], str]]:
    """Lay everything down and grade it; yields the inputs, where bundles lie, and the stamp of what was read."""
    store = held_out_store(instance, benchmark)
    if store is None and _was_held_out(instance, benchmark):
        raise StorageError(NO_STORE.format(benchmark))
    with _laid(instance, benchmark, added) as (folder, off, stamp):
        read = read_benchmark(folder)
        answers = answers_of(store, added) if store else {}
        if store:
            refuse_close(read, store)
            grade_the_rest(read, store, answers)
        inputs, places = inputs_of_close(read, held_out=store, off=off, answers=answers)
        yield inputs, places, stamp


@contextmanager
def _laid(
    instance: Instance, benchmark: str, added: Sequence[Candidate]
) -> Iterator[tuple[Path, Sequence[Skipped], str]]:
    """Lay a benchmark and its entries down; yields the folder, what is off the board, and the stamp of what is read."""
    with instance.database.reading() as session:
        stamp = stamp_of(session, the_benchmark(session, benchmark))
    with scratch(instance) as folder:
        laid = benchmark_folder(instance, benchmark, folder, [own.revision for own in added])
        off = [Skipped(entry=own.entry, reason=f"{own.state} on {own.date}: {own.reason}") for own in laid.off]
        yield folder, off, stamp


def _remember(instance: Instance, benchmark: str, inputs: PublicationInputs, publication: str) -> None:
    """Record in the private store, before they are out, over which items scores are released."""
    if store := held_out_store(instance, benchmark):
        names = sorted(inputs.held_out.released)
        record_close(rules_at(instance, benchmark), store, publication, names, instance.now()[:10])


def _was_held_out(instance: Instance, benchmark: str) -> bool:
    with instance.database.reading() as session:
        head = head_of(session, benchmark)
        digest = documents_of(instance, head).get(RELEASES) if head else None
    return digest is not None and msgspec.json.decode(instance.blobs.get(digest), type=ReleasesDocument).held_out_scored


def _shown(inputs: PublicationInputs) -> Shown:
    entries = {own.name: (own.public.digest, own.configuration.digest()) for own in inputs.entries}
    return Shown(entries, [own.entry for own in inputs.skipped])


def _refuse_spoilers(instance: Instance, benchmark: str, added: Sequence[Candidate], error: InputError) -> bool:
    """Find which submissions keep the board from being built, and refuse those; raises where it is none of them."""
    try:
        with _closed(instance, benchmark, []) as (inputs, _, _):
            refuse_too_large(assemble(inputs).documents)
    except InputError:
        _tell_owner(instance, benchmark, error)
        raise error from None
    kept: list[Candidate] = []
    for own in added:
        try:
            with _closed(instance, benchmark, [*kept, own]) as (inputs, _, _):
                refuse_too_large(assemble(inputs).documents)
            kept.append(own)
        except InputError as spoiled:
            reasons = [Fault(own.revision.name, each.line, each.reason) for each in spoiled.faults]
            refuse(instance, own.submission, _sayable(instance, benchmark, reasons))
    return False


def _sayable(instance: Instance, benchmark: str, faults: Sequence[Fault]) -> Sequence[Fault]:
    """Keep what a grading says to itself where it may speak of held-out items."""
    if held_out_store(instance, benchmark) is None:
        return faults
    return [Fault("submission", 0, "the board cannot be built with it; ask the owner of the board for the reason")]


def _tell_owner(instance: Instance, benchmark: str, error: ProofboardError) -> None:
    """Say to the owner why a board could not be closed; of a held-out board only that it could not."""
    store, now = held_out_store(instance, benchmark), instance.now()
    said = str(error)
    if store:
        (store / ELSEWHERE).write_text(f"{now}\n{said}\n", encoding="utf-8")
        said = f"the reason is in the file {ELSEWHERE} of the held-out store"
    with instance.database.writing() as session:
        owner = the_benchmark(session, benchmark).organisation_id
        record(session, SYSTEM, "close failed", ("benchmark", benchmark), now, {"reason": said[:10_000]})
        announce(session, "board", {"close failed": said[:2_000]}, now, benchmark=benchmark, audience=owner)
