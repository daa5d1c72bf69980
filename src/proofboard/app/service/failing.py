"""End a submission that the platform failed: its state says so, its quota is given back, its owner is told."""

from typing import Final, Literal

from proofboard.app.intake.quota import refund
from proofboard.app.people.telling import tell
from proofboard.app.service.actors import SYSTEM
from proofboard.app.service.instance import Instance
from proofboard.app.service.moves import move
from proofboard.app.service.records import record
from proofboard.errors import Fault
from proofboard.schemas.states import SETTLED
from proofboard.store.changes import LOCKED
from proofboard.store.tables import Submission

PlatformFault = Literal[
    "the worker stopped",
    "the blob store did not answer",
    "the database did not answer",
    "the disk is full",
    "the sandbox is not available",
    "a fault of the software",
]
"""All that anybody is told of a failure: what a job met may speak of held-out items."""

ADVICE: Final = "this is no fault of the submission; its quota was given back, and the owner of the board can try again"


def fail(instance: Instance, submission_id: str, reason: PlatformFault) -> None:
    """Move a submission to `failed`; nothing happens where it is settled already."""
    now = instance.now()
    with instance.database.writing() as session:
        submission = session.get(Submission, submission_id, with_for_update=LOCKED)
        if submission is None or submission.state in SETTLED:
            return
        move(session, submission, "failed", now, [Fault("platform", 0, f"{reason}; {ADVICE}")])
        refund(session, submission_id, reason)
        record(session, SYSTEM, "failed", ("submission", submission_id), now, {"reason": reason})
        told = f"The platform failed: {reason}. Your quota was given back; the owner of the board can try again."
        tell(session, instance, submission.organisation_id, f"Submission {submission_id} failed", told)
