"""Audits that nobody asked for: what looks suspicious, and what chance chooses, which nobody can foresee."""

import secrets
from collections.abc import Iterator, Sequence
from typing import Final

import msgspec
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from proofboard.app.review.audits import suspect
from proofboard.app.review.finding import locked_benchmark
from proofboard.app.service.actors import SYSTEM
from proofboard.app.service.benchmarks import settings_of
from proofboard.app.service.instance import Instance
from proofboard.app.service.publications import documents_of, head_of
from proofboard.app.service.records import record
from proofboard.core.slices import OVERALL
from proofboard.publish.names import LEADERBOARD
from proofboard.schemas.board import Leaderboard, OverfitVerdict
from proofboard.store.tables import Audit, AuditRecord, EntryRevision, Result, Submission, SubmissionMove

DRAWN: Final = "audits drawn"
MILLION: Final = 10**6
SETTLE_SECONDS: Final = 60
"""A move that is younger may belong to a transaction whose neighbours are not there yet."""

BEYOND_CHANCE: Final[OverfitVerdict] = "beyond chance"
CHANCE: Final = "chosen by chance"
DETECTED: Final = "its answers have no score for a reason that detectors give"
SAME_ANSWERS: Final = "its answers are those of a submission of another organisation"
SAME_RECIPE: Final = "its recipe is that of a submission of another organisation"
OVERFITTED: Final = "it is better on public items than on held-out ones beyond chance"


def choose(instance: Instance, benchmark_id: str) -> None:
    """Open the audits that are due on a board (a worker's job): each scored submission has one chance, ever.

    How far was looked is a line of the audit log, written in the same transaction: a run that is repeated chooses
    nothing again. Chance comes from the operating system and depends on nothing that a submitter knows.
    """
    now, settled = instance.now(), instance.later(seconds=-SETTLE_SECONDS)
    with instance.database.reading() as session:
        overfitted = _overfitted(instance, session, benchmark_id)
    with instance.database.writing() as session:
        locked_benchmark(session, benchmark_id)
        share, begun = settings_of(session, benchmark_id).audit_share, _looked_until(session, benchmark_id)
        moves = session.execute(
            select(SubmissionMove.number, Submission)
            .join(Submission, Submission.id == SubmissionMove.submission_id)
            .where(
                Submission.benchmark_id == benchmark_id,
                SubmissionMove.state == "scored",
                SubmissionMove.number > begun,
                SubmissionMove.at <= settled,
            )
            .order_by(SubmissionMove.number)
        ).all()
        n_before = _n_audits(session, benchmark_id)
        for _, submission in moves:
            if secrets.randbelow(MILLION) < round(share * MILLION):
                suspect(session, submission, CHANCE, (), now)
            for because, findings in _suspicions(session, submission):
                suspect(session, submission, because, findings, now)
        for submission in overfitted:
            _suspect_once(session, submission, now)
        until = moves[-1][0] if moves else begun
        details = {"until": until, "looked at": len(moves), "opened": _n_audits(session, benchmark_id) - n_before}
        record(session, SYSTEM, DRAWN, ("benchmark", benchmark_id), now, details)


def _looked_until(session: Session, benchmark_id: str) -> int:
    details = session.scalar(
        select(AuditRecord.details)
        .where(
            AuditRecord.subject_kind == "benchmark",
            AuditRecord.subject == benchmark_id,
            AuditRecord.action == DRAWN,
        )
        .order_by(AuditRecord.number.desc())
        .limit(1)
    )
    return int((details or {}).get("until", 0))


def _n_audits(session: Session, benchmark_id: str) -> int:
    session.flush()
    return session.scalar(select(func.count()).where(Audit.benchmark_id == benchmark_id)) or 0


def _suspicions(session: Session, submission: Submission) -> Iterator[tuple[str, Sequence[str]]]:
    results = session.execute(
        select(Result.metric, Result.reason).where(
            Result.submission_id == submission.id, Result.slice == OVERALL, Result.reason.is_not(None)
        )
    ).all()
    if results:
        yield DETECTED, sorted(f"{metric}: {reason}" for metric, reason in results)
    others = select(Submission.id).where(
        Submission.benchmark_id == submission.benchmark_id,
        Submission.organisation_id != submission.organisation_id,
        Submission.created_at < submission.created_at,
        Submission.state.not_in(("refused", "failed")),
    )
    if submission.bundle_digest:
        same = session.scalars(others.where(Submission.bundle_digest == submission.bundle_digest)).all()
        if same:
            yield SAME_ANSWERS, [f"like {own}" for own in same]
            return
    if submission.configuration_digest:
        same = session.scalars(others.where(Submission.configuration_digest == submission.configuration_digest)).all()
        if same:
            yield SAME_RECIPE, [f"like {own}" for own in same]


def _overfitted(instance: Instance, session: Session, benchmark_id: str) -> list[Submission]:
    """Return the submissions whose rows the board itself calls overfitted; it follows from released values only."""
    head = head_of(session, benchmark_id)
    digest = documents_of(instance, head).get(LEADERBOARD) if head else None
    if digest is None:
        return []
    board = msgspec.json.decode(instance.blobs.get(digest), type=Leaderboard)
    names = [f"{row.vendor}/{row.config_name}" for row in board.entries if row.overfit_test == BEYOND_CHANCE]
    rows = session.scalars(
        select(Submission)
        .join(EntryRevision, EntryRevision.submission_id == Submission.id)
        .where(
            EntryRevision.benchmark_id == benchmark_id,
            EntryRevision.name.in_(names),
            EntryRevision.state.in_(("pending", "listed")),
        )
    ).all()
    for row in rows:
        session.expunge(row)
    return list(rows)


def _suspect_once(session: Session, submission: Submission, now: str) -> None:
    """Open an audit of an overfitted entry, unless one was ever opened for this: the board says so at every close."""
    there = select(Audit.id).where(Audit.submission_id == submission.id, Audit.because == OVERFITTED)
    if session.scalar(there.limit(1)) is None:
        suspect(session, submission, OVERFITTED, (), now)
