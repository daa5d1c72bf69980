"""Retention: files go when their time is over, and scores, decisions and the log never do.

A row that is purged stays and says so. Its bytes are removed where nothing else names them; what belongs to a
publication belongs to it for ever, unless its owner purges it (`purging.py`).
"""

from collections.abc import Iterator, Sequence
from typing import Final, TypeVar

import msgspec
from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from proofboard.app.review.finding import found_submission
from proofboard.app.review.reasons import public_reason
from proofboard.app.service.actors import SYSTEM, Actor, refuse_unless
from proofboard.app.service.benchmarks import the_benchmark
from proofboard.app.service.instance import Instance
from proofboard.app.service.publications import documents_of
from proofboard.app.service.records import record
from proofboard.app.upkeep.references import named_among, published_among, shut_others_out
from proofboard.errors import RefusedError
from proofboard.schemas.states import SETTLED
from proofboard.store.tables import EntryRevision, Head, KeptFile, Publication, Submission

T = TypeVar("T")

DRAFT_DAYS: Final = 7
AT_ONCE: Final = 20
"""Files of one transaction: whoever hands in waits as long as one takes."""
OF_PUBLICATIONS: Final = ("bundle", "graded")


class Due(msgspec.Struct, frozen=True):
    """Files of one kind whose time is over."""

    benchmark: str
    kind: str
    """`upload`, `bundle`, `graded`, `log`, `artifact`, or `draft` for previews of a close."""
    count: int
    n_bytes: int | None
    """Their sizes as they were recorded; None where none was. Bytes that something else names stay."""
    oldest: str
    """When the oldest was kept."""


class Retained(msgspec.Struct, frozen=True):
    """What one run of retention did."""

    n_files: int
    """Rows that are purged now."""
    n_blobs: int
    """Blobs that nothing else named, and that are gone."""
    n_drafts: int


class KeptView(msgspec.Struct, frozen=True):
    """A file that is kept for ever."""

    submission: str
    digest: str
    name: str
    kept_because: str


def plan(instance: Instance) -> list[Due]:
    """Say what `retain` would let go now, and change nothing."""
    now = instance.now()
    with instance.database.reading() as session:
        due = _due(now).subquery()
        rows = session.execute(
            select(
                Submission.benchmark_id,
                KeptFile.kind,
                func.count(),
                func.sum(KeptFile.n_bytes),
                func.min(KeptFile.created_at),
            )
            .join(Submission, Submission.id == KeptFile.submission_id)
            .where(KeptFile.number.in_(select(due.c.number)))
            .group_by(Submission.benchmark_id, KeptFile.kind)
            .order_by(Submission.benchmark_id, KeptFile.kind)
        ).all()
        drafts = session.execute(
            select(Publication.benchmark_id, func.count(), func.min(Publication.created_at))
            .where(_old_draft(instance))
            .group_by(Publication.benchmark_id)
            .order_by(Publication.benchmark_id)
        ).all()
    found = [Due(board, kind, count, int(size) if size else None, oldest) for board, kind, count, size, oldest in rows]
    return [*found, *(Due(board, "draft", count, None, oldest) for board, count, oldest in drafts)]


def plan_for(instance: Instance, actor: Actor) -> list[Due]:
    """Say the same to somebody who runs the instance."""
    allowed = actor.is_host and actor.may("maintainer") and not actor.benchmarks
    refuse_unless(allowed, actor, "reading what retention would let go")
    return plan(instance)


def retain(instance: Instance) -> Retained:
    """Let go what is due (a worker's job). Killed at any point and run again, it comes to the same end."""
    n_drafts, candidates = _forget_drafts(instance)
    n_files = 0
    n_blobs = _remove(instance, candidates)
    with instance.database.reading() as session:
        due = [(row.number, row.digest) for row in session.execute(_due(instance.now()))]
    before = published_among(instance, [digest for _, digest in due])
    for chunk in _chunks(due):
        with instance.database.writing() as session:
            shut_others_out(session)
            rows = session.scalars(
                _still_due(instance.now()).where(KeptFile.number.in_([number for number, _ in chunk]))
            ).all()
            for row in rows:
                row.purged_at = instance.now()
            digests = {row.digest for row in rows}
            free = digests - named_among(instance, session, digests, before)
            for digest in sorted(free):
                instance.blobs.remove(digest)
            n_files, n_blobs = n_files + len(rows), n_blobs + len(free)
    if n_files or n_drafts:
        with instance.database.writing() as session:
            details = {"files": n_files, "blobs": n_blobs, "drafts": n_drafts}
            record(session, SYSTEM, "files purged", ("instance", "retention"), instance.now(), details)
    return Retained(n_files, n_blobs, n_drafts)


def _chunks(rows: Sequence[T]) -> Iterator[Sequence[T]]:
    return (rows[start : start + AT_ONCE] for start in range(0, len(rows), AT_ONCE))


def _due(now: str) -> Select[int, str]:
    return select(KeptFile.number, KeptFile.digest).where(_is_due(now)).order_by(KeptFile.number)


def _still_due(now: str) -> Select[KeptFile]:
    return select(KeptFile).where(_is_due(now))


def _is_due(now: str) -> ColumnElement[bool]:
    """Say which files are due: their time is over, nobody waits for their submission, and no publication has them."""
    settled = exists().where(Submission.id == KeptFile.submission_id, Submission.state.in_(SETTLED))
    published = exists().where(EntryRevision.submission_id == KeptFile.submission_id)
    return and_(
        KeptFile.purged_at.is_(None),
        KeptFile.keep_until.is_not(None),
        KeptFile.keep_until <= now,
        settled,
        or_(KeptFile.kind.not_in(OF_PUBLICATIONS), ~published),
    )


def _old_draft(instance: Instance) -> ColumnElement[bool]:
    head = exists().where(or_(Head.publication == Publication.number, Head.closed == Publication.number))
    return and_(Publication.is_draft.is_(True), Publication.created_at < instance.later(days=-DRAFT_DAYS), ~head)


def _forget_drafts(instance: Instance) -> tuple[int, frozenset[str]]:
    """Remove old previews; returns how many, and the blobs that they named."""
    with instance.database.reading() as session:
        drafts = list(session.scalars(select(Publication).where(_old_draft(instance))))
    candidates: set[str] = set()
    for draft in drafts:
        candidates |= {draft.documents, *documents_of(instance, draft).values()}
    with instance.database.writing() as session:
        for draft in drafts:
            if (row := session.get(Publication, draft.number)) is not None and row.is_draft:
                session.delete(row)
    return len(drafts), frozenset(candidates)


def _remove(instance: Instance, candidates: frozenset[str]) -> int:
    """Remove blobs that nothing names; returns how many."""
    if not candidates:
        return 0
    removed, before = 0, published_among(instance, candidates)
    for chunk in _chunks(sorted(candidates - before.digests)):
        with instance.database.writing() as session:
            shut_others_out(session)
            free = frozenset(chunk) - named_among(instance, session, chunk, before)
            for digest in sorted(free):
                instance.blobs.remove(digest)
            removed += len(free)
    return removed


def keep_file(instance: Instance, actor: Actor, submission_id: str, digest: str, reason: str) -> list[KeptView]:
    """Keep a log or an artifact of a submission for ever; its submitter and the board's owner may ask for it."""
    said, now = public_reason(reason)[:500], instance.now()
    with instance.database.writing() as session:
        submission = found_submission(session, actor, submission_id, "keeping a file")
        refuse_unless(_may_keep(session, actor, submission), actor, "keeping a file of this submission")
        rows = session.scalars(
            select(KeptFile)
            .where(KeptFile.submission_id == submission_id, KeptFile.digest == digest, KeptFile.purged_at.is_(None))
            .with_for_update(key_share=True)
        ).all()
        if not rows:
            raise RefusedError(404, f"submission {submission_id} has no file {digest[:80]!r}, or not any more")
        for row in rows:
            row.keep_until, row.kept_because = None, said
        record(session, actor, "file kept", ("submission", submission_id), now, {"digest": digest, "reason": said})
        return [KeptView(submission_id, row.digest, row.name, said) for row in rows]


def _may_keep(session: Session, actor: Actor, submission: Submission) -> bool:
    board = the_benchmark(session, submission.benchmark_id)
    is_own = actor.organisation_id == submission.organisation_id and actor.may("submitter")
    return (is_own and actor.reaches(board.id)) or actor.owns(board.id, board.organisation_id)
