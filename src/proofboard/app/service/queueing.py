"""Tell a submitter where in the queue a submission stands, by the very order in which jobs are claimed."""

import math
from collections.abc import Sequence
from typing import Final

import msgspec
from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import Session

from proofboard.app.service.dispatching import JOBS_AT_ONCE, fair_order
from proofboard.app.service.heartbeats import seen_lately
from proofboard.app.service.instance import as_instant, as_text, system_clock
from proofboard.schemas.states import JobKind, Queue
from proofboard.store.tables import Job, Submission

RECENT_JOBS: Final = 200
UNSEEN: Final[JobKind] = "grade"
"""How long programs take for held-out items is told to nobody."""
STEPS_OF_SUBMISSIONS: Final[Sequence[JobKind]] = ("check", "evaluate")


class QueuePosition(msgspec.Struct, frozen=True):
    """Where a submission stands."""

    position: int | None
    """1 is next, 0 is running; None where no job of the submission waits or runs."""
    running: int
    """Jobs that run in the same queue now."""
    estimate_seconds: int | None
    """Until its job ends, by how long such jobs took lately; None where nobody knows."""


def position_of(session: Session, submission: Submission, now: str | None = None) -> QueuePosition:
    """Say how many jobs start before that of a submission, and how long it may take."""
    now = now or as_text(system_clock())
    job = session.scalar(
        select(Job)
        .where(Job.subject == submission.id, Job.kind.in_(STEPS_OF_SUBMISSIONS), Job.state.in_(("waiting", "running")))
        .order_by(Job.created_at.desc())
        .limit(1)
    )
    if job is None:
        return QueuePosition(None, 0, None)
    queue: Queue = msgspec.convert(job.queue, Queue)
    seen = select(func.count()).where(Job.state == "running", Job.queue == queue, Job.kind != UNSEEN)
    running = session.scalar(seen) or 0
    position = 0 if job.state == "running" else _place(session, queue, job.id, now)
    return QueuePosition(position, running, _estimate(session, job, position, now))


def _place(session: Session, queue: Queue, job_id: str, now: str) -> int | None:
    """Count the jobs before one; None where it may not start yet at all."""
    line = fair_order(session, queue, now).order_by(None).subquery()
    own = session.execute(select(line).where(line.c.id == job_id)).first()
    if own is None:
        return None
    key = tuple_(line.c.level, line.c.created_at, line.c.id)
    before = select(func.count()).select_from(line).where(key < (own.level, own.created_at, own.id))
    return 1 + (session.scalar(before) or 0)


def _estimate(session: Session, job: Job, position: int | None, now: str) -> int | None:
    """Multiply how long such a job took lately by the rounds that come before it."""
    lately = (
        select(Job.kind, Job.started_at, Job.finished_at)
        .where(Job.state == "done", Job.queue == job.queue)
        .order_by(Job.created_at.desc())
        .limit(RECENT_JOBS)
        .subquery()
    )
    rows = session.execute(select(lately).where(lately.c.kind == job.kind, lately.c.started_at.is_not(None))).all()
    workers = len(seen_lately(session, now))
    if not rows or not workers or position is None:
        return None
    seconds = math.fsum((as_instant(own.finished_at) - as_instant(own.started_at)).total_seconds() for own in rows)
    rounds = -(-position // (workers * JOBS_AT_ONCE)) or 1
    return math.ceil(rounds * seconds / len(rows))
