"""Tell a submitter where in the queue a submission stands, by the very order in which jobs are claimed."""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import msgspec
from sqlalchemy import func, select
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


NOWHERE: Final = QueuePosition(None, 0, None)


def position_of(session: Session, submission: Submission, now: str | None = None) -> QueuePosition:
    """Say how many jobs start before that of a submission, and how long it may take."""
    now = now or as_text(system_clock())
    return positions_of(session, [submission.id], now)[submission.id]


def positions_of(session: Session, submissions: Sequence[str], now: str) -> Mapping[str, QueuePosition]:
    """Say it of many submissions, by their ids, with as many questions to the database as of one."""
    chosen = select(Job).where(
        Job.subject.in_(submissions), Job.kind.in_(STEPS_OF_SUBMISSIONS), Job.state.in_(("waiting", "running"))
    )
    # Of several jobs the latest counts.
    jobs = {job.subject: job for job in session.scalars(chosen.order_by(Job.created_at))}
    found = dict.fromkeys(submissions, NOWHERE)
    if not jobs:
        return found
    running = _running(session)
    places = _places(session, jobs.values(), now)
    taken = {key: _seconds(session, *key) for key in {(job.queue, job.kind) for job in jobs.values()}}
    workers = len(seen_lately(session, now))
    for own, job in jobs.items():
        position = 0 if job.state == "running" else places.get(job.id)
        estimate = _estimate(taken[job.queue, job.kind], workers, position)
        found[own] = QueuePosition(position, running.get(job.queue, 0), estimate)
    return found


def _running(session: Session) -> dict[str, int]:
    """Count what runs in each queue."""
    seen = select(Job.queue, func.count().label("n")).where(Job.state == "running", Job.kind != UNSEEN)
    return {row.queue: row.n for row in session.execute(seen.group_by(Job.queue))}


def _places(session: Session, jobs: Iterable[Job], now: str) -> dict[str, int]:
    """Number jobs in the order in which they start, from 1; what may not start yet at all is left out."""
    waiting: dict[str, list[str]] = {}
    for job in jobs:
        if job.state == "waiting":
            waiting.setdefault(job.queue, []).append(job.id)
    found: dict[str, int] = {}
    for name, ids in waiting.items():
        line = fair_order(session, msgspec.convert(name, Queue), now).order_by(None).subquery()
        place = func.row_number().over(order_by=(line.c.level, line.c.created_at, line.c.id))
        numbered = select(line.c.id, place.label("place")).subquery()
        chosen = select(numbered).where(numbered.c.id.in_(ids))
        found |= {row.id: row.place for row in session.execute(chosen)}
    return found


def _seconds(session: Session, queue: str, kind: str) -> tuple[float, int]:
    """Return how long such jobs took lately, all together, and how many there were."""
    lately = (
        select(Job.kind, Job.started_at, Job.finished_at)
        .where(Job.state == "done", Job.queue == queue)
        .order_by(Job.created_at.desc())
        .limit(RECENT_JOBS)
        .subquery()
    )
    rows = session.execute(select(lately).where(lately.c.kind == kind, lately.c.started_at.is_not(None))).all()
    seconds = ((as_instant(own.finished_at) - as_instant(own.started_at)).total_seconds() for own in rows)
    return math.fsum(seconds), len(rows)


def _estimate(taken: tuple[float, int], workers: int, position: int | None) -> int | None:
    """Multiply how long such a job took lately by the rounds that come before it."""
    seconds, n_jobs = taken
    if not n_jobs or not workers or position is None:
        return None
    rounds = -(-position // (workers * JOBS_AT_ONCE)) or 1
    return math.ceil(rounds * seconds / n_jobs)
