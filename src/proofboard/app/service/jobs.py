"""Promise work in the transaction of its cause: a job row is the outbox, and nothing that was promised gets lost."""

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from proofboard.app.service.instance import new_id
from proofboard.schemas.states import JobKind, Queue
from proofboard.store.changes import inserted
from proofboard.store.tables import Job


class NewJob(msgspec.Struct, frozen=True, kw_only=True):
    """Work to be done later."""

    kind: JobKind
    subject: str
    """The id of the submission, rerun, benchmark … that it is about."""
    benchmark: str | None = None
    organisation: str | None = None
    """Whose work it is; fairness is between organisations."""
    queue: Queue = "trusted"
    once: str | None = None
    """A name that at most one job has that did not begin: a second promise of it is the first."""
    not_before: str | None = None


def promise(session: Session, job: NewJob, now: str) -> str:
    """Add a job and return its id, which is the id of its workflow too."""
    row = {
        "id": new_id("job"),
        "kind": job.kind,
        "subject": job.subject,
        "benchmark_id": job.benchmark,
        "organisation_id": job.organisation,
        "queue": job.queue,
        "once": job.once,
        "state": "waiting",
        "attempts": 0,
        "not_before": job.not_before,
        "created_at": now,
    }
    while not inserted(session, Job, row):
        # Locked until we commit: a job that began before that would not see what it is promised for.
        there = session.scalar(select(Job.id).where(Job.once == job.once).with_for_update(key_share=True))
        if there is not None:
            return there
    return str(row["id"])
