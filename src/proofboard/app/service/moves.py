"""Change the state of a submission: allowed moves only, each with its time, its record and its event."""

from collections.abc import Sequence

import msgspec
from sqlalchemy import update
from sqlalchemy.orm import Session

from proofboard.app.service.records import announce
from proofboard.errors import Fault, RefusedError
from proofboard.schemas.states import SUBMISSION_MOVES, SubmissionState
from proofboard.store.changes import changed_rows
from proofboard.store.tables import Submission, SubmissionMove


def move(
    session: Session, submission: Submission, state: SubmissionState, now: str, faults: Sequence[Fault] = ()
) -> bool:
    """Move a submission; False where it is there already, so that a step may be done twice.

    Compares and swaps: of two that move the same submission one wins, and the other raises RefusedError (409), as
    does a move that the table does not allow.
    """
    before = submission.state
    if before == state:
        return False
    if state not in SUBMISSION_MOVES.get(before, ()):  # type: ignore[call-overload]
        raise RefusedError(409, f"submission {submission.id} is {before}; it cannot become {state}")
    reasons = [{"place": own.file, "line": own.line, "reason": own.reason} for own in faults]
    changed = changed_rows(
        session,
        update(Submission)
        .where(Submission.id == submission.id, Submission.state == before)
        .values(state=state, updated_at=now, **({"faults": reasons} if reasons else {})),
    )
    if changed != 1:
        raise RefusedError(409, f"submission {submission.id} was moved by somebody else; ask for its state again")
    session.refresh(submission)
    note = "; ".join(own.reason for own in faults[:5]) or None
    session.add(SubmissionMove(submission_id=submission.id, state=state, at=now, note=note))
    body = {"submission": submission.id, "state": state, "entry": submission.entry}
    announce(session, "submission", body, now, benchmark=submission.benchmark_id, audience=submission.organisation_id)
    announce(session, "queue", {"state": state}, now, benchmark=submission.benchmark_id)
    return True


def faults_of(submission: Submission) -> list[Fault]:
    """Return why a submission was refused or failed."""
    return [msgspec.convert(_named(own), Fault) for own in submission.faults]


def _named(own: dict[str, object]) -> dict[str, object]:
    return {"file": own["place"], "line": own["line"], "reason": own["reason"]}
