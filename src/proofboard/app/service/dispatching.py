"""Which waiting job runs next, and what becomes of it: claimed, begun, ended, put off, or given back.

Between organisations the one with the fewest running jobs comes first, then the one that has waited longest; nobody
blocks the queue by handing in more. Every change compares and swaps, so two workers never do one thing twice.
"""

from typing import Any, Final, Literal, get_args

import msgspec
from sqlalchemy import ColumnElement, Select, Subquery, and_, case, exists, func, or_, select, update
from sqlalchemy.orm import Session, aliased

from proofboard.app.service.instance import Instance
from proofboard.schemas.service import BenchmarkSettings
from proofboard.schemas.states import JobKind, Queue
from proofboard.store.changes import changed_rows
from proofboard.store.tables import Benchmark, Job

JOBS_AT_ONCE: Final = 2
"""Jobs of one queue that a worker runs at the same time, where nobody says otherwise."""
CLAIMING: Final = 7_366_281_105_442_118_001
"""The name of the PostgreSQL lock under which jobs are claimed; on SQLite writers wait for each other anyway."""

Outcome = Literal["done", "failed"]


class RunningJob(msgspec.Struct, frozen=True):
    """A job that a worker has; `attempts` tells this run from every other one of the same job."""

    id: str
    kind: JobKind
    subject: str
    queue: Queue
    worker: str
    attempts: int


def fair_order(session: Session, queue: Queue, now: str, *, only_allowed: bool = False) -> Select[Any]:
    """Select the waiting jobs of a queue in the order in which they will start: id, organisation, level, created_at.

    A job's level is how many jobs of its organisation run or come before it. Taking the lowest level first, then the
    oldest, is the same as asking again after each job who has the fewest running. `only_allowed` leaves out what the
    limits of its benchmark keep waiting.
    """
    line = _with_levels(queue, now)
    chosen = select(line).order_by(line.c.level, line.c.created_at, line.c.id)
    return chosen.where(_within_limits(session, line)) if only_allowed else chosen


def _with_levels(queue: Queue, now: str) -> Subquery:
    whose = func.coalesce(Job.organisation_id, "")
    running = (
        select(whose.label("whose"), func.count().label("n")).where(Job.state == "running").group_by(whose).subquery()
    )
    place = func.row_number().over(partition_by=whose, order_by=(Job.created_at, Job.id))
    level = func.coalesce(running.c.n, 0) + place - 1
    return (
        select(Job.id, Job.organisation_id, Job.benchmark_id, Job.created_at, level.label("level"))
        .outerjoin(running, running.c.whose == whose)
        .where(Job.state == "waiting", Job.queue == queue, _is_time(now))
        .where(~_same_work_runs())
        .subquery()
    )


def _same_work_runs() -> ColumnElement[bool]:
    """Let no job start beside another of the same kind about the same subject: the second sees what the first did."""
    other = aliased(Job)
    return exists().where(other.state == "running", other.kind == Job.kind, other.subject == Job.subject)


def _within_limits(session: Session, line: Subquery) -> ColumnElement[bool]:
    """Compare levels with the limit of each benchmark; work of nobody in particular has none."""
    rows = session.execute(select(Benchmark.id, Benchmark.settings)).all()
    limits = {own: msgspec.convert(settings or {}, BenchmarkSettings).limits.running_jobs for own, settings in rows}
    free = or_(line.c.organisation_id.is_(None), line.c.benchmark_id.is_(None))
    if not limits:
        return free
    return or_(free, line.c.level < case(limits, value=line.c.benchmark_id, else_=1))


def waiting_queues(instance: Instance) -> list[Queue]:
    """Return the queues in which a job waits whose time has come. Asked often, so it must cost next to nothing."""
    with instance.database.reading() as session:
        found = set(
            session.scalars(select(Job.queue).where(Job.state == "waiting", _is_time(instance.now())).distinct())
        )
    return [queue for queue in get_args(Queue) if queue in found]


def _is_time(now: str) -> ColumnElement[bool]:
    return or_(Job.not_before.is_(None), Job.not_before <= now)


def claim(instance: Instance, worker: str, queue: Queue, at_most: int) -> list[RunningJob]:
    """Claim the next jobs of a queue for a worker that runs at most so many of it; returns what it got."""
    now = instance.now()
    with instance.database.reading() as session:
        # Where there is no room, nobody has to wait for a lock either.
        if not _free(session, worker, queue, at_most):
            return []
    with instance.database.writing() as session:
        if not instance.database.is_sqlite:
            session.execute(select(func.pg_advisory_xact_lock(CLAIMING)))
        ids = _startable(session, queue, now, _free(session, worker, queue, at_most))
        return [job for own in ids if (job := _claimed(session, own, worker, now)) is not None]


def _free(session: Session, worker: str, queue: Queue, at_most: int) -> int:
    mine = select(func.count()).where(Job.state == "running", Job.queue == queue, Job.worker == worker)
    return max(0, at_most - (session.scalar(mine) or 0))


def _startable(session: Session, queue: Queue, now: str, at_most: int) -> list[str]:
    line = fair_order(session, queue, now, only_allowed=True).limit(at_most)
    return [row.id for row in session.execute(line)]


def _claimed(session: Session, job_id: str, worker: str, now: str) -> RunningJob | None:
    is_free = and_(Job.id == job_id, Job.state == "waiting", ~_same_work_runs())
    taken = update(Job).where(is_free).values(state="running", worker=worker, started_at=now)
    if not changed_rows(session, taken.execution_options(synchronize_session=False)):
        return None
    return running_job(session.get_one(Job, job_id, populate_existing=True))


def running_job(row: Job) -> RunningJob:
    """Say what a row is, for those who have no session."""
    return msgspec.convert(
        {name: getattr(row, name) or "" for name in ("id", "kind", "subject", "queue", "worker")}
        | {"attempts": row.attempts},
        RunningJob,
    )


def running_jobs(instance: Instance) -> list[RunningJob]:
    """List every job that somebody has."""
    with instance.database.reading() as session:
        return [running_job(row) for row in session.scalars(select(Job).where(Job.state == "running"))]


def starts_of(instance: Instance, job_id: str) -> int:
    """Return how often a job was started and has not ended."""
    with instance.database.reading() as session:
        return session.scalar(select(Job.attempts).where(Job.id == job_id)) or 0


def begun(instance: Instance, job_id: str, worker: str) -> RunningJob | None:
    """Write down that a worker starts on a job, for the first time or again; None where it has ended meanwhile.

    From now on its name in `once` is free: who promises the same work now may have seen what this run does not see.
    """
    with instance.database.writing() as session:
        statement = (
            update(Job)
            .where(Job.id == job_id, Job.state.in_(("waiting", "running")))
            .values(state="running", worker=worker, attempts=Job.attempts + 1, once=None)
            .values(started_at=case((Job.started_at.is_(None), instance.now()), else_=Job.started_at))
        )
        if not changed_rows(session, statement):
            return None
        return running_job(session.get_one(Job, job_id, populate_existing=True))


def settle(instance: Instance, job: RunningJob, outcome: Outcome, reason: str | None) -> bool:
    """End a job; False where somebody else has it by now."""
    return _swap(instance, job, state=outcome, finished_at=instance.now(), error=reason, once=None)


def put_off(instance: Instance, job: RunningJob, seconds: float, reason: str) -> bool:
    """Let a job wait for a while and start anew; False where somebody else has it by now."""
    return _swap(
        instance,
        job,
        state="waiting",
        worker=None,
        started_at=None,
        error=reason,
        not_before=instance.later(seconds=seconds),
    )


def give_back(instance: Instance, job: RunningJob) -> bool:
    """Let a job that nobody works on wait again; False where somebody has it after all."""
    return _swap(instance, job, state="waiting", worker=None, started_at=None)


def take_over(instance: Instance, job: RunningJob, worker: str) -> bool:
    """Make a job one's own; False where somebody else was faster."""
    return _swap(instance, job, worker=worker)


def leave(instance: Instance, worker: str) -> None:
    """Take back the starts of jobs that an orderly stop interrupts: only starts that ended badly count against them."""
    with instance.database.writing() as session:
        held = and_(Job.worker == worker, Job.state == "running", Job.attempts > 0)
        session.execute(update(Job).where(held).values(attempts=Job.attempts - 1))


def _swap(instance: Instance, job: RunningJob, **values: object) -> bool:
    same = and_(Job.id == job.id, Job.state == "running", Job.worker == job.worker, Job.attempts == job.attempts)
    with instance.database.writing() as session:
        return changed_rows(session, update(Job).where(same).values(values)) == 1
