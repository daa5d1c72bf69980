"""The owner's word on a submission: approve it, or refuse it with a public reason."""

import msgspec
from sqlalchemy.orm import Session

from proofboard.app.intake.quota import Claimant, refund_refused
from proofboard.app.people.telling import tell
from proofboard.app.review.finding import submission_to_judge
from proofboard.app.review.promising import name_of, promise_job
from proofboard.app.review.reasons import public_reason
from proofboard.app.service.actors import Actor
from proofboard.app.service.instance import Instance
from proofboard.app.service.jobs import NewJob, promise
from proofboard.app.service.log import append_leaf
from proofboard.app.service.moves import move
from proofboard.app.service.records import record
from proofboard.errors import Fault, RefusedError
from proofboard.schemas.ledger import Leaf
from proofboard.store.tables import Benchmark, Submission

REVIEW = "review"


class Decided(msgspec.Struct, frozen=True):
    """What became of a submission."""

    submission: str
    state: str
    reason: str | None = None
    """What everybody may read of why."""


def approve(instance: Instance, actor: Actor, submission_id: str) -> Decided:
    """Let a submission go on: from review to the queue, or with its scores to the board; twice is once."""
    now = instance.now()
    with instance.database.writing() as session:
        submission, benchmark = submission_to_judge(session, actor, submission_id, "approving a submission")
        if submission.state == "in_review":
            move(session, submission, "queued", now)
            _promise_evaluation(session, submission, now)
        elif submission.state == "scored":
            move(session, submission, "approved", now)
            promise_job(session, benchmark, "publish", now)
        elif submission.approved_by is None or submission.state not in {"queued", "evaluating", "approved"}:
            raise RefusedError(409, f"submission {submission_id} is {submission.state}; nothing waits for approval")
        else:
            return Decided(submission.id, submission.state)
        submission.approved_by = actor.name
        record(session, actor, "submission approved", ("submission", submission.id), now, {"state": submission.state})
        return Decided(submission.id, submission.state)


def _promise_evaluation(session: Session, submission: Submission, now: str) -> None:
    # Whether programs run on the answers only the worker knows; the queue for untrusted answers is right for both.
    job = NewJob(
        kind="evaluate",
        subject=submission.id,
        benchmark=submission.benchmark_id,
        organisation=submission.organisation_id,
        queue="untrusted",
        once=f"evaluate:{submission.id}",
    )
    promise(session, job, now)


def refuse(instance: Instance, actor: Actor, submission_id: str, reason: str) -> Decided:
    """Refuse what waits for review, approval or publication; the reason goes to the submitter and into the log."""
    said, now = public_reason(reason), instance.now()
    with instance.database.writing() as session:
        submission, benchmark = submission_to_judge(session, actor, submission_id, "refusing a submission")
        if submission.state not in {"in_review", "scored", "approved"}:
            advice = "withdraw its entry instead" if submission.state == "published" else "nothing waits for a decision"
            raise RefusedError(409, f"submission {submission_id} is {submission.state}; {advice}")
        if submission.state == "in_review":
            refund_refused(session, _claimant(submission))
        _refuse(session, submission, benchmark, said, now)
        record(session, actor, "submission refused", ("submission", submission.id), now, {"reason": said})
        told = f"The owner of {benchmark.title} refused your submission: {said}\nYou may appeal against this."
        tell(session, instance, submission.organisation_id, f"Submission {submission.id} was refused", told)
    return Decided(submission_id, "refused", said)


def _refuse(session: Session, submission: Submission, benchmark: Benchmark, reason: str, now: str) -> None:
    move(session, submission, "refused", now, [Fault(REVIEW, 0, reason)])
    submission.public_reason = reason
    leaf = Leaf(
        kind="refused",
        benchmark=benchmark.id,
        date=now,
        submission=submission.id,
        artifact=submission.upload,
        organisation=name_of(session, submission.organisation_id),
        reason=reason,
    )
    append_leaf(session, leaf, now)


def _claimant(submission: Submission) -> Claimant:
    return Claimant(
        submission=submission.id,
        organisation=submission.organisation_id,
        benchmark=submission.benchmark_id,
        model=submission.model,
        day=submission.day,
    )
