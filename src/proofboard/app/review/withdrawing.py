"""Take entries off a board, and put them back: always with a public reason, and nothing is deleted."""

from typing import Final, Literal

import msgspec
from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from proofboard.app.people.telling import tell
from proofboard.app.review.finding import (
    OFF,
    entry_revision,
    found_submission,
    latest_revision,
    locked_benchmark,
    public_bundle,
    relocked,
    was_listed,
)
from proofboard.app.review.promising import board_changed, name_of
from proofboard.app.review.reasons import public_reason
from proofboard.app.service.actors import Actor, refuse_unless
from proofboard.app.service.benchmarks import the_benchmark
from proofboard.app.service.instance import Instance
from proofboard.app.service.log import append_leaf
from proofboard.app.service.moves import move
from proofboard.app.service.records import announce, record
from proofboard.errors import RefusedError, fault
from proofboard.schemas.ledger import Leaf
from proofboard.schemas.states import SUBMISSION_MOVES
from proofboard.store.changes import LOCKED, changed_rows
from proofboard.store.tables import AuditRecord, Benchmark, EntryRevision, Submission, SubmissionMove

WITHDRAWN: Final = "entry withdrawn"
SUPERSEDED: Final = "entry superseded"
REINSTATED: Final = "entry reinstated"
By = Literal["owner", "submitter"]
ON_THE_BOARD: Final = frozenset({"published", "superseded"})


class Standing(msgspec.Struct, frozen=True):
    """What is said of an entry or a submission after a decision; the board follows with its next publication."""

    state: str
    entry: str | None
    submission: str | None
    reason: str


def withdraw_submission(instance: Instance, actor: Actor, submission_id: str, reason: str) -> Standing:
    """Withdraw a submission for its submitter, wherever it is on its way; of the board's owner only what is on it.

    What was never published leaves no leaf: nothing that anybody saw has gone. Its place in the quota stays taken.
    """
    said, now = public_reason(reason), instance.now()
    with instance.database.writing() as session:
        submission = found_submission(session, actor, submission_id, "withdrawing a submission")
        benchmark = locked_benchmark(session, submission.benchmark_id)
        submission = relocked(session, submission)
        is_own = actor.organisation_id == submission.organisation_id and actor.may("submitter")
        is_owner = actor.owns(benchmark.id, benchmark.organisation_id) and submission.state in ON_THE_BOARD
        allowed = (is_own and actor.reaches(benchmark.id)) or is_owner
        refuse_unless(allowed, actor, "withdrawing a submission of others")
        if submission.state == "withdrawn":
            return Standing("withdrawn", submission.entry, submission.id, submission.public_reason or said)
        if "withdrawn" not in SUBMISSION_MOVES[submission.state]:  # type: ignore[index]
            raise RefusedError(409, f"submission {submission_id} is {submission.state}; there is nothing to withdraw")
        by: By = "submitter" if is_own else "owner"
        record(session, actor, "submission withdrawn", ("submission", submission.id), now, {"reason": said, "by": by})
        shown = _withdraw(session, submission, benchmark, (said, now), by)
        if shown is not None:
            details = {"reason": said, "by": by, "revision": shown.revision, "submission": submission.id}
            record(session, actor, WITHDRAWN, ("entry", f"{benchmark.id}/{shown.name}"), now, details)
            board_changed(instance, session, benchmark, now, entry=shown.name)
        if not is_own:
            told = f"The owner of {benchmark.title} withdrew {submission.entry}: {said}\nYou may appeal against this."
            tell(session, instance, submission.organisation_id, f"{submission.entry} was withdrawn", told)
    return Standing("withdrawn", submission.entry, submission.id, said)


def withdraw_entry(instance: Instance, actor: Actor, benchmark: str | None, entry: str, reason: str) -> Standing:
    """Take an entry off the board; its owner and the board's may."""
    with instance.database.reading() as session:
        row = entry_revision(session, the_benchmark(session, benchmark).id, entry)
        submission_id = row.submission_id
    if submission_id is None:
        raise RefusedError(
            409, f"{entry!r} is of the owner's own directory; take it out there and update the benchmark"
        )
    return withdraw_submission(instance, actor, submission_id, reason)


def _withdraw(
    session: Session, submission: Submission, benchmark: Benchmark, why: tuple[str, str], by: By
) -> EntryRevision | None:
    """Withdraw a submission and every revision that came of it; returns the one that the board showed."""
    (reason, now), was = why, submission.state
    move(session, submission, "withdrawn", now)
    submission.public_reason = reason
    rows = session.scalars(
        select(EntryRevision)
        .where(EntryRevision.submission_id == submission.id, EntryRevision.state != "withdrawn")
        .order_by(EntryRevision.revision)
    ).all()
    if was not in ON_THE_BOARD or not rows:
        return None
    shown, latest = rows[-1], latest_revision(session, benchmark.id, rows[-1].name)
    for row in rows:
        row.state, row.public_reason, row.at = "withdrawn", reason, now
    leaf = Leaf(
        kind="withdrawn",
        benchmark=benchmark.id,
        date=now,
        entry=shown.name,
        submission=submission.id,
        # Naming the bundle, a leaf about an earlier revision says nothing of the one that stands now.
        bundle=public_bundle(shown),
        organisation=name_of(session, submission.organisation_id) if by == "submitter" else None,
        reason=reason,
    )
    append_leaf(session, leaf, now)
    return shown if latest is None or latest.revision == shown.revision else None


def supersede_entry(
    instance: Instance, actor: Actor, benchmark: str | None, entry: str, reason: str, successor: str | None = None
) -> Standing:
    """Take an entry off the board because another takes its place; what it reached stays in the record."""
    said, now = public_reason(reason), instance.now()
    with instance.database.writing() as session:
        board, row = _judged_entry(session, actor, benchmark, entry, "superseding an entry")
        if row.state in OFF:
            raise RefusedError(409, f"{entry} is {row.state} already; ask for its state again")
        if successor is not None:
            _refuse_no_successor(session, board, entry, successor)
        submission = session.get(Submission, row.submission_id) if row.submission_id else None
        if submission is not None:
            move(session, submission, "superseded", now)
            submission.public_reason = said
            told = f"The owner of {board.title} superseded {entry}: {said}\nYou may appeal against this."
            tell(session, instance, submission.organisation_id, f"{entry} was superseded", told)
        row.state, row.public_reason, row.at = "superseded", said, now
        leaf = Leaf(
            kind="superseded",
            benchmark=board.id,
            date=now,
            entry=entry,
            submission=row.submission_id,
            bundle=public_bundle(row),
            successor=successor,
            reason=said,
        )
        append_leaf(session, leaf, now)
        details = {"reason": said, "by": "owner", "revision": row.revision, "successor": successor}
        record(session, actor, SUPERSEDED, ("entry", f"{board.id}/{entry}"), now, details)
        board_changed(instance, session, board, now, entry=entry)
        return Standing("superseded", entry, row.submission_id, said)


def reinstate_entry(instance: Instance, actor: Actor, benchmark: str | None, entry: str, reason: str) -> Standing:
    """Put back what the owner took off, for instance after an upheld appeal; what its submitter withdrew stays off."""
    said, now = public_reason(reason), instance.now()
    with instance.database.writing() as session:
        board, row = _judged_entry(session, actor, benchmark, entry, "reinstating an entry")
        if row.state not in OFF:
            raise RefusedError(409, f"{entry} is {row.state}, so it is on the board")
        if _taken_off_by(session, board.id, entry) != "owner":
            raise RefusedError(409, f"{entry} was withdrawn by its submitter, who may hand it in again")
        bundle = public_bundle(row)
        if bundle is None:
            raise RefusedError(409, f"{entry} has no public bundle; hand it in again")
        row.state, row.public_reason, row.at = "pending", said, now
        leaf = Leaf(
            kind="published",
            benchmark=board.id,
            date=now,
            entry=entry,
            submission=row.submission_id,
            bundle=bundle,
            configuration=row.configuration_digest,
            reason=said,
        )
        append_leaf(session, leaf, now)
        record(session, actor, REINSTATED, ("entry", f"{board.id}/{entry}"), now, {"reason": said, "by": "owner"})
        if row.submission_id:
            _published_again(session, row.submission_id, said, now)
        board_changed(instance, session, board, now, entry=entry)
        return Standing("pending", entry, row.submission_id, said)


def _published_again(session: Session, submission_id: str, reason: str, now: str) -> None:
    """Move a submission back to `published`.

    The table of moves has no way back, and rightly: a worker that comes late must never revive what was withdrawn. This
    one act of the owner is the exception.
    """
    submission = session.get(Submission, submission_id, with_for_update=LOCKED)
    if submission is None:
        return
    changed = changed_rows(
        session,
        update(Submission)
        .where(Submission.id == submission_id, Submission.state.in_(OFF))
        .values(state="published", updated_at=now, public_reason=reason),
    )
    if changed:
        session.refresh(submission)
        session.add(
            SubmissionMove(submission_id=submission_id, state="published", at=now, note=f"reinstated: {reason}")
        )
        body = {"submission": submission_id, "state": "published", "entry": submission.entry}
        announce(
            session, "submission", body, now, benchmark=submission.benchmark_id, audience=submission.organisation_id
        )


def _judged_entry(
    session: Session, actor: Actor, benchmark: str | None, entry: str, what: str
) -> tuple[Benchmark, EntryRevision]:
    board = locked_benchmark(session, the_benchmark(session, benchmark).id)
    refuse_unless(actor.owns(board.id, board.organisation_id), actor, what)
    return board, entry_revision(session, board.id, entry)


def _refuse_no_successor(session: Session, board: Benchmark, entry: str, successor: str) -> None:
    """Refuse a successor that readers would not find; entries of the owner's directory have no row but a history."""
    row = latest_revision(session, board.id, successor)
    listed = was_listed(session, board.id, successor)
    if successor == entry or (row is None and not listed) or (row is not None and row.state in OFF):
        raise fault(
            "body.successor", f"is {successor[:140]!r}, expected another entry that is on the board {board.id!r}"
        )


def _taken_off_by(session: Session, benchmark: str, entry: str) -> By | None:
    """Say who took an entry off last, by the audit log."""
    details = session.scalar(
        select(AuditRecord.details)
        .where(
            AuditRecord.subject_kind == "entry",
            AuditRecord.subject == f"{benchmark}/{entry}",
            or_(AuditRecord.action == WITHDRAWN, AuditRecord.action == SUPERSEDED),
        )
        .order_by(AuditRecord.number.desc())
        .limit(1)
    )
    found = (details or {}).get("by")
    return found if found in {"owner", "submitter"} else None
