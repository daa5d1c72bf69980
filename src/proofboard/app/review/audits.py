"""Audits: a closer look at a submission, opened by suspicion or by chance, with findings and an end on record."""

from collections.abc import Sequence
from typing import Final, Literal

import msgspec
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from proofboard.app.people.paging import Page, Span, page
from proofboard.app.people.telling import tell
from proofboard.app.review.finding import locked_benchmark, submission_to_judge
from proofboard.app.review.reasons import public_reason
from proofboard.app.service.actors import Actor, refuse_unless
from proofboard.app.service.benchmarks import the_benchmark
from proofboard.app.service.instance import Instance, new_id
from proofboard.app.service.records import record
from proofboard.errors import RefusedError, fault
from proofboard.schemas.states import AUDIT_MOVES
from proofboard.store.changes import LOCKED, changed_rows
from proofboard.store.tables import Audit, Submission

MOST_FINDINGS: Final = 200
LONGEST_FINDING: Final = 2_000


class AuditView(msgspec.Struct, frozen=True):
    """An audit, for the owners of the board, and after its end for the submitter."""

    id: str
    benchmark: str
    submission: str
    entry: str | None
    because: str
    findings: list[str]
    state: str
    decision: str | None
    created_at: str
    decided_at: str | None


def open_audit(instance: Instance, actor: Actor, submission_id: str, because: str) -> AuditView:
    """Open an audit of a submission; one that is open for the same cause already is that one."""
    said, now = public_reason(because, "because"), instance.now()
    with instance.database.writing() as session:
        submission, _ = submission_to_judge(session, actor, submission_id, "opening an audit")
        row = suspect(session, submission, said, (), now)
        record(session, actor, "audit opened", ("audit", row.id), now, {"submission": submission_id})
        return _view(row, submission.entry)


def suspect(session: Session, submission: Submission, because: str, findings: Sequence[str], now: str) -> Audit:
    """Open an audit because of what the software found, or add to the one that is open for the same cause."""
    row = session.scalar(
        select(Audit).where(Audit.submission_id == submission.id, Audit.because == because, Audit.state == "open")
    )
    if row is None:
        row = Audit(
            id=new_id("aud"),
            benchmark_id=submission.benchmark_id,
            submission_id=submission.id,
            because=because,
            findings=list(findings)[:MOST_FINDINGS],
            state="open",
            created_at=now,
        )
        session.add(row)
        session.flush()
    elif added := [own for own in findings if own not in row.findings]:
        row.findings = [*row.findings, *added][:MOST_FINDINGS]
    return row


def add_finding(instance: Instance, actor: Actor, audit_id: str, finding: str) -> AuditView:
    """Write down something that an audit found."""
    said, now = " ".join(finding.split()), instance.now()
    if not 0 < len(said) <= LONGEST_FINDING or not said.isprintable():
        raise fault("body.finding", f"has {len(said):,} characters, expected 1 to {LONGEST_FINDING:,} of plain text")
    with instance.database.writing() as session:
        row, submission = _to_judge(session, actor, audit_id, "adding to an audit")
        if row.state != "open":
            raise RefusedError(409, f"audit {row.id} is {row.state}; open a new one")
        if len(row.findings) >= MOST_FINDINGS:
            raise RefusedError(409, f"audit {row.id} has {MOST_FINDINGS} findings, which is all it can hold; decide it")
        row.findings = [*row.findings, said]
        record(session, actor, "audit finding", ("audit", row.id), now)
        return _view(row, submission.entry)


def decide_audit(
    instance: Instance, actor: Actor, audit_id: str, state: Literal["cleared", "confirmed"], reason: str
) -> AuditView:
    """End an audit with a reason, which the submitter is told; what follows of a confirmed one is an act of its own."""
    said, now = public_reason(reason), instance.now()
    with instance.database.writing() as session:
        row, submission = _to_judge(session, actor, audit_id, "deciding an audit")
        if actor.organisation_id == submission.organisation_id:
            raise RefusedError(403, f"audit {row.id} is about a submission of your own organisation; ask somebody else")
        if state not in AUDIT_MOVES[row.state]:  # type: ignore[index]
            raise RefusedError(409, f"audit {row.id} is {row.state} already")
        values = {"state": state, "decision": said, "decided_by": actor.name, "decided_at": now}
        changed = changed_rows(
            session, update(Audit).where(Audit.id == row.id, Audit.state == row.state).values(**values)
        )
        if changed != 1:
            raise RefusedError(409, f"audit {row.id} was decided by somebody else; ask for it again")
        session.refresh(row)
        record(session, actor, f"audit {state}", ("audit", row.id), now, {"submission": submission.id, "reason": said})
        tell(session, instance, submission.organisation_id, f"The audit of {submission.id} was {state}", said)
        return _view(row, submission.entry)


def audits(instance: Instance, actor: Actor, benchmark: str | None, state: str | None, span: Span) -> Page[AuditView]:
    """List audits, the latest first: all for the owners of the board, for members the ended ones of their own work."""
    refuse_unless(actor.organisation_id is not None, actor, "reading audits")
    with instance.database.reading() as session:
        board = the_benchmark(session, benchmark)
        query = (
            select(Audit, Submission.entry)
            .join(Submission, Submission.id == Audit.submission_id)
            .where(Audit.benchmark_id == board.id)
        )
        if not actor.owns(board.id, board.organisation_id):
            # Who is looked at is not told before it is known what was found.
            query = query.where(Submission.organisation_id == actor.organisation_id, Audit.state != "open")
        if state is not None:
            query = query.where(Audit.state == state)
        if after := span.after:
            query = query.where(Audit.id < after)
        rows = session.execute(query.order_by(Audit.id.desc()).limit(span.limit + 1)).all()
        return page([_view(row, entry) for row, entry in rows], span.limit, [row.id for row, _ in rows])


def audit(instance: Instance, actor: Actor, audit_id: str) -> AuditView:
    """Return one audit to whom it is listed; to others there is none."""
    with instance.database.reading() as session:
        row = session.get(Audit, audit_id)
        submission = session.get(Submission, row.submission_id) if row else None
        board = the_benchmark(session, row.benchmark_id) if row else None
        if row and submission and board:
            is_own = actor.organisation_id == submission.organisation_id and actor.reaches(board.id)
            if (is_own and row.state != "open") or actor.owns(board.id, board.organisation_id):
                return _view(row, submission.entry)
    refuse_unless(actor.organisation_id is not None, actor, "reading audits")
    raise RefusedError(404, f"there is no audit {audit_id[:64]!r}")


def _to_judge(session: Session, actor: Actor, audit_id: str, what: str) -> tuple[Audit, Submission]:
    refuse_unless(actor.organisation_id is not None, actor, what)
    row = session.get(Audit, audit_id)
    board = locked_benchmark(session, row.benchmark_id) if row else None
    if row is None or board is None or not actor.owns(board.id, board.organisation_id):
        # Whether somebody is looked at is told to nobody else.
        raise RefusedError(404, f"there is no audit {audit_id[:64]!r}")
    session.refresh(row, with_for_update=LOCKED)
    submission = session.get(Submission, row.submission_id)
    if submission is None:
        raise RefusedError(404, f"there is no submission {row.submission_id!r}")
    return row, submission


def _view(row: Audit, entry: str | None) -> AuditView:
    return AuditView(
        id=row.id,
        benchmark=row.benchmark_id,
        submission=row.submission_id,
        entry=entry,
        because=row.because,
        findings=list(row.findings),
        state=row.state,
        decision=row.decision,
        created_at=row.created_at,
        decided_at=row.decided_at,
    )
