"""A submission as those see it who may: its state, every move with its time, all faults, its place in the queue."""

import re
from collections.abc import Sequence
from typing import Final

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from proofboard.app.people.paging import FIRST, Page, Span, page
from proofboard.app.service.actors import Actor, refuse_unless
from proofboard.app.service.benchmarks import the_benchmark
from proofboard.app.service.instance import Instance
from proofboard.app.service.queueing import QueuePosition, position_of, positions_of
from proofboard.errors import RefusedError
from proofboard.schemas.base import DIGEST_PATTERN
from proofboard.schemas.states import SETTLED, SubmissionState
from proofboard.store.tables import Benchmark, KeptFile, QuotaSlot, Submission, SubmissionMove

LOG: Final = "log"
TOLD: Final = 10
"""Reasons of each sort that a list tells: a refused submission may have a thousand."""


class FaultView(msgspec.Struct, frozen=True):
    """One reason why a submission was refused or failed."""

    place: str
    """A file of the artifact, or a JSON pointer into posted results."""
    line: int
    """From 1; 0 where there are no lines."""
    reason: str


class MoveView(msgspec.Struct, frozen=True):
    """One change of state."""

    state: SubmissionState
    at: str
    note: str | None
    """The first reasons, where there are any."""


class FileView(msgspec.Struct, frozen=True):
    """One file that is kept for a submission, or was."""

    kind: str
    """`upload`, `bundle`, `graded`, `log` or `artifact`."""
    name: str
    digest: str
    n_bytes: int
    created_at: str
    keep_until: str | None
    """None is for ever."""
    purged_at: str | None
    """When it was removed; None where it is there."""


class SubmissionView(msgspec.Struct, frozen=True, kw_only=True):
    """A submission and what became of it."""

    id: str
    benchmark: str
    entry: str | None
    model: str
    form: str
    state: SubmissionState
    is_settled: bool
    """True where nothing more is done by the platform."""
    faults: list[FaultView]
    """Why it was refused or failed, all of it."""
    remarks: list[str]
    """What its owner should know and a reviewer looks at; empty to others."""
    public_reason: str | None
    """Why its entry was withdrawn, superseded or refused by the owner of the board."""
    position: int | None
    """1 is next, 0 is running; None where none of its jobs waits."""
    running: int
    """Jobs of its queue that run now."""
    estimate_seconds: int | None
    """Until its job ends; None where nobody knows."""
    refunded_because: str | None
    """Why its place in the quota was given back."""
    signed_by: str | None
    upload: str
    """The digest of what was posted."""
    configuration: str | None
    """The digest of its recipe, once it was checked."""
    bundle: str | None
    """The digest of its public bundle, once it was checked."""
    leaf: int | None
    """Its place in the log of the board."""
    moves: list[MoveView]
    created_at: str
    updated_at: str


class SubmissionLine(msgspec.Struct, frozen=True, kw_only=True):
    """A submission in a list, with all that a line shows."""

    id: str
    benchmark: str
    entry: str | None
    model: str
    state: SubmissionState
    position: int | None
    """1 is next, 0 is running; None where none of its jobs waits."""
    estimate_seconds: int | None
    """Until its job ends; None where nobody knows."""
    public_reason: str | None
    faults: list[FaultView]
    """The first ten."""
    remarks: list[str]
    """The first ten."""
    n_reasons: int
    """Faults and remarks, all of them, and the public reason: where there are more, the submission itself tells
    them."""
    created_at: str
    updated_at: str


class SubmissionLog(msgspec.Struct, frozen=True):
    """What was written down while a submission was worked on."""

    items: list[MoveView]
    files: list[FileView]
    """Logs of its evaluation, by digest under `/artifacts/…`."""


def submission_view(instance: Instance, actor: Actor, submission_id: str) -> SubmissionView:
    """Return a submission; raises RefusedError (404) for what is not there or not for this reader."""
    with instance.database.reading() as session:
        own, is_insider = readable(session, actor, submission_id)
        place = position_of(session, own, instance.now())
        slot = session.get(QuotaSlot, own.id)
        return SubmissionView(
            id=own.id,
            benchmark=own.benchmark_id,
            entry=own.entry,
            model=own.model,
            form=own.form,
            state=_state(own.state),
            is_settled=own.state in SETTLED,
            faults=_faults(own),
            remarks=list(own.remarks) if is_insider else [],
            public_reason=own.public_reason,
            position=place.position,
            running=place.running,
            estimate_seconds=place.estimate_seconds,
            refunded_because=slot.refunded_because if slot and is_insider else None,
            signed_by=own.signed_by,
            upload=own.upload,
            configuration=own.configuration_digest,
            bundle=own.bundle_digest,
            leaf=own.leaf,
            moves=_moves(session, own.id),
            created_at=own.created_at,
            updated_at=own.updated_at,
        )


def submissions(
    instance: Instance, actor: Actor, benchmark: str | None = None, state: str | None = None, span: Span = FIRST
) -> Page[SubmissionLine]:
    """List the submissions of the actor's organisation, the latest first; raises RefusedError (401)."""
    refuse_unless(actor.organisation_id is not None, actor, "listing submissions")
    query = select(Submission).where(Submission.organisation_id == actor.organisation_id)
    if actor.benchmarks:
        query = query.where(Submission.benchmark_id.in_(actor.benchmarks))
    if state is not None:
        query = query.where(Submission.state == state)
    if span.after is not None:
        # An id begins with the time of its making.
        query = query.where(Submission.id < span.after)
    with instance.database.reading() as session:
        if benchmark is not None:
            query = query.where(Submission.benchmark_id == the_benchmark(session, benchmark).id)
        rows = session.scalars(query.order_by(Submission.id.desc()).limit(span.limit + 1)).all()
        places = positions_of(session, [row.id for row in rows], instance.now())
        lines = [_line(row, places[row.id]) for row in rows]
    return page(lines, span.limit, [line.id for line in lines])


def submission_log(instance: Instance, actor: Actor, submission_id: str) -> SubmissionLog:
    """Return the moves of a submission and the logs that are kept of it."""
    with instance.database.reading() as session:
        own, _ = readable(session, actor, submission_id)
        return SubmissionLog(_moves(session, own.id), [file for file in _files(session, own.id) if file.kind == LOG])


def submission_files(instance: Instance, actor: Actor, submission_id: str) -> list[FileView]:
    """List every file that is kept for a submission, and those that were removed."""
    with instance.database.reading() as session:
        own, _ = readable(session, actor, submission_id)
        return _files(session, own.id)


def submission_file(instance: Instance, actor: Actor, submission_id: str, digest: str) -> FileView:
    """Find one kept file by its digest; raises RefusedError: 404, or 410 where it was removed."""
    with instance.database.reading() as session:
        own, _ = readable(session, actor, submission_id)
        found = [file for file in _files(session, own.id) if file.digest == digest]
    if not found or not re.match(DIGEST_PATTERN, digest):
        raise RefusedError(404, f"Submission {submission_id[:64]} has no file of this digest")
    there = next((file for file in found if file.purged_at is None), None)
    if there is None:
        raise RefusedError(410, f"The file was removed at {found[0].purged_at}, as the retention of the board says")
    return there


def readable(session: Session, actor: Actor, submission_id: str) -> tuple[Submission, bool]:
    """Return a submission that the actor may read, and whether as its own organisation or the owner of the board.

    Everybody may read what was published. Raises RefusedError (404), the same for what is not there.
    """
    own = session.get(Submission, submission_id)
    if own is not None:
        benchmark = session.get_one(Benchmark, own.benchmark_id)
        is_own = actor.organisation_id == own.organisation_id and actor.may("submitter") and actor.reaches(benchmark.id)
        is_insider = is_own or actor.owns(benchmark.id, benchmark.organisation_id)
        if is_insider or _was_published(session, own.id):
            return own, is_insider
    raise RefusedError(404, "There is no submission of this id, or it is not published and not yours")


def _line(row: Submission, place: QueuePosition) -> SubmissionLine:
    return SubmissionLine(
        id=row.id,
        benchmark=row.benchmark_id,
        entry=row.entry,
        model=row.model,
        state=_state(row.state),
        position=place.position,
        estimate_seconds=place.estimate_seconds,
        public_reason=row.public_reason,
        faults=_faults(row)[:TOLD],
        remarks=list(row.remarks)[:TOLD],
        n_reasons=len(row.faults) + len(row.remarks) + (row.public_reason is not None),
        created_at=row.created_at,
        updated_at=row.updated_at,
    )


def _faults(own: Submission) -> list[FaultView]:
    return [FaultView(fault["place"], fault["line"], fault["reason"]) for fault in own.faults]


def _was_published(session: Session, submission_id: str) -> bool:
    moved = select(SubmissionMove.number).where(
        SubmissionMove.submission_id == submission_id, SubmissionMove.state == "published"
    )
    return session.scalar(moved.limit(1)) is not None


def _moves(session: Session, submission_id: str) -> list[MoveView]:
    rows: Sequence[SubmissionMove] = session.scalars(
        select(SubmissionMove)
        .where(SubmissionMove.submission_id == submission_id)
        .order_by(SubmissionMove.at, SubmissionMove.number)
    ).all()
    return [MoveView(_state(row.state), row.at, row.note) for row in rows]


def _files(session: Session, submission_id: str) -> list[FileView]:
    rows = session.scalars(select(KeptFile).where(KeptFile.submission_id == submission_id).order_by(KeptFile.number))
    return [
        FileView(row.kind, row.name, row.digest, row.n_bytes, row.created_at, row.keep_until, row.purged_at)
        for row in rows
    ]


def _state(state: str) -> SubmissionState:
    known: SubmissionState = msgspec.convert(state, SubmissionState)
    return known
