"""What is to be done later: jobs, the workers that do them, and the schedules that ask for them."""

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from proofboard.store.tables.base import Base, Id, Instant, Json, Line, LongText, Name


class Job(Base):
    """The outbox: work that was promised in the same transaction as its cause. Its id is that of the workflow."""

    __tablename__ = "jobs"
    __table_args__ = (
        Index("ix_jobs_waiting", "state", "queue", "created_at"),
        # Two promises of the same work are one.
        UniqueConstraint("once"),
    )

    id: Mapped[Id] = mapped_column(primary_key=True)
    kind: Mapped[Name]
    subject: Mapped[Line]
    """The id of the submission, rerun, benchmark … that it is about."""
    benchmark_id: Mapped[Name | None]
    organisation_id: Mapped[Id | None]
    """Whose work it is: no organisation's jobs run while another's has waited longer with less running."""
    queue: Mapped[Name]
    once: Mapped[Line | None]
    """A name that at most one job has that did not begin; set to None when its work begins."""
    state: Mapped[Name]
    attempts: Mapped[int] = mapped_column(default=0)
    not_before: Mapped[Instant | None]
    worker: Mapped[Line | None]
    error: Mapped[LongText | None]
    """One of a closed list of reasons; never a traceback."""
    created_at: Mapped[Instant]
    started_at: Mapped[Instant | None]
    finished_at: Mapped[Instant | None]


class Worker(Base):
    """A process that runs jobs, and its latest sign of life."""

    __tablename__ = "workers"

    name: Mapped[Line] = mapped_column(primary_key=True)
    """The executor id: stable over restarts, and nobody else's."""
    host: Mapped[Line]
    process: Mapped[int]
    software_version: Mapped[Name]
    started_at: Mapped[Instant]
    seen_at: Mapped[Instant]
    stopped_at: Mapped[Instant | None]


class Schedule(Base):
    """Work that comes back: continuous evaluation, closes, retention, audits."""

    __tablename__ = "schedules"
    __table_args__ = (UniqueConstraint("benchmark_id", "name"),)

    id: Mapped[Id] = mapped_column(primary_key=True)
    benchmark_id: Mapped[Name | None] = mapped_column(ForeignKey("benchmarks.id"))
    """None for work of the whole instance."""
    name: Mapped[Name]
    kind: Mapped[Name]
    """A job kind: `live`, `close`, `retain`, `audit`."""
    cron: Mapped[Line]
    """Five fields, in UTC."""
    options: Mapped[Json] = mapped_column(default=dict)
    enabled: Mapped[bool] = mapped_column(default=True)
    next_at: Mapped[Instant]
    last_at: Mapped[Instant | None]
    last_outcome: Mapped[LongText | None]
    created_at: Mapped[Instant]


class Spend(Base):
    """Money that a schedule spent on one run, in millionths of a dollar."""

    __tablename__ = "spends"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    benchmark_id: Mapped[Name] = mapped_column(ForeignKey("benchmarks.id"))
    schedule_id: Mapped[Id] = mapped_column(ForeignKey("schedules.id"))
    entry: Mapped[Line]
    day: Mapped[str]
    microdollars: Mapped[int]
    at: Mapped[Instant]


class Event(Base):
    """Something that readers of a board may want to know at once: what `/events` sends on."""

    __tablename__ = "events"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    benchmark_id: Mapped[Name | None]
    kind: Mapped[Name]
    """`queue`, `board`, `submission`, `appeal`, `rerun`."""
    audience: Mapped[Name]
    """`public`, or the id of the organisation that may see it."""
    body: Mapped[Json]
    at: Mapped[Instant]
