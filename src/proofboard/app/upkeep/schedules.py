"""Work that comes back by the clock: continuous evaluation, closes, retention, audits.

A due time is worth one job, however many workers look: the one that moves `next_at` on has promised it. Times that were
missed while no worker ran are made up for once.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal

import msgspec
from sqlalchemy import or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from proofboard.app.people.paging import Page, Span, page
from proofboard.app.review.finding import locked_benchmark
from proofboard.app.service.actors import Actor, refuse_unless
from proofboard.app.service.benchmarks import owned_benchmark, the_benchmark
from proofboard.app.service.instance import Instance, new_id
from proofboard.app.service.jobs import NewJob, promise
from proofboard.app.service.records import record
from proofboard.app.upkeep.crontab import checked_cron, next_times
from proofboard.app.upkeep.live_options import LiveOptions
from proofboard.canonical import digest, hex_of
from proofboard.errors import RefusedError, fault
from proofboard.schemas.reading import as_kind
from proofboard.store.changes import LOCKED, changed_rows
from proofboard.store.tables import Benchmark, Job, Schedule

Kind = Literal["live", "close", "retain", "audit"]

DAILY: Final[Mapping[Kind, str]] = {"retain": "17 3 * * *", "audit": "47 3 * * *"}
"""What every instance and every benchmark has unless its owner switches it off."""
MOST: Final = 100
"""Schedules of one benchmark."""
SHOWN_TIMES: Final = 5


class NewSchedule(msgspec.Struct, frozen=True, kw_only=True):
    """What comes back, and when."""

    name: str
    kind: Kind
    cron: str = "0 5 * * *"
    """Daily by default."""
    benchmark: str | None = None
    options: Mapping[str, Any] = {}
    """Of `live`: what is asked (`LiveOptions`); empty for the others."""
    enabled: bool = True


class ScheduleChange(msgspec.Struct, frozen=True, kw_only=True):
    """What changes of a schedule; None leaves it as it is."""

    cron: str | None = None
    options: Mapping[str, Any] | None = None
    enabled: bool | None = None


class ScheduleView(msgspec.Struct, frozen=True):
    """A schedule, for whoever runs what it is about."""

    id: str
    benchmark: str | None
    name: str
    kind: str
    cron: str
    options: dict[str, Any]
    enabled: bool
    next_at: list[str]
    """The next times; empty where it is switched off."""
    last_at: str | None
    last_outcome: str | None


def due(instance: Instance) -> None:
    """Promise a job for every schedule whose time has come; called by every worker, as often as it likes."""
    now = instance.now()
    _make_defaults(instance)
    with instance.database.reading() as session:
        waiting = session.scalars(
            select(Schedule.id).where(Schedule.enabled.is_(True), Schedule.next_at <= now).order_by(Schedule.next_at)
        ).all()
    for schedule_id in waiting:
        with instance.database.writing() as session:
            _promise_due(session, schedule_id, now)


def _promise_due(session: Session, schedule_id: str, now: str) -> None:
    row = session.get(Schedule, schedule_id)
    if row is None or not row.enabled or row.next_at > now:
        return
    if row.benchmark_id is not None:
        # Two promises of the same work must not be made at the same moment.
        locked_benchmark(session, row.benchmark_id)
    swapped = changed_rows(
        session,
        update(Schedule)
        .where(Schedule.id == row.id, Schedule.next_at == row.next_at, Schedule.enabled.is_(True))
        .values(next_at=next_times(row.cron, now)[0], last_at=row.next_at),
    )
    if swapped != 1:
        return
    session.refresh(row)
    benchmark = session.get(Benchmark, row.benchmark_id) if row.benchmark_id else None
    if benchmark is not None and benchmark.retired:
        row.last_outcome = "the benchmark is retired; nothing was started"
        return
    job = NewJob(
        kind=row.kind,  # type: ignore[arg-type]
        subject=row.id if row.kind == "live" else row.benchmark_id or row.id,
        benchmark=row.benchmark_id,
        organisation=benchmark.organisation_id if benchmark else None,
        once=f"{row.kind}:{row.id if row.kind in {'live', 'retain'} else row.benchmark_id}",
    )
    waits = session.scalar(select(Job.id).where(Job.once == job.once))
    promised = promise(session, job, now)
    row.last_outcome = f"waits for {waits}, which was promised before" if waits else f"promised as {promised}"


def _make_defaults(instance: Instance) -> None:
    """Give the instance its retention and every benchmark its audits, once; a worker that is second finds them."""
    now = instance.now()
    with instance.database.reading() as session:
        there = set(session.scalars(select(Schedule.id)))
        wanted: dict[str, tuple[str | None, Kind]] = {"sch-retain": (None, "retain")}
        for benchmark in session.scalars(select(Benchmark.id)):
            wanted[f"sch-{hex_of(digest(benchmark.encode()))[:24]}-audit"] = (benchmark, "audit")
    for own, (board, kind) in wanted.items():
        if own in there:
            continue
        row = Schedule(
            id=own,
            benchmark_id=board,
            name=kind,
            kind=kind,
            cron=DAILY[kind],
            options={},
            enabled=True,
            next_at=next_times(DAILY[kind], now)[0],
            created_at=now,
        )
        try:
            with instance.database.writing() as session:
                session.add(row)
        except IntegrityError:
            continue


def schedules(instance: Instance, actor: Actor, benchmark: str | None, span: Span) -> Page[ScheduleView]:
    """List the schedules of a benchmark; the host's people see those of the whole instance too."""
    now = instance.now()
    with instance.database.reading() as session:
        board = the_benchmark(session, benchmark)
        refuse_unless(actor.owns(board.id, board.organisation_id), actor, "reading schedules")
        own = Schedule.benchmark_id == board.id
        query = select(Schedule).where(or_(own, Schedule.benchmark_id.is_(None)) if actor.is_host else own)
        if after := span.after:
            query = query.where(Schedule.id > after)
        rows = list(session.scalars(query.order_by(Schedule.id).limit(span.limit + 1)))
        return page([_view(row, now) for row in rows], span.limit, [row.id for row in rows])


def preview(instance: Instance, actor: Actor, new: NewSchedule) -> ScheduleView:
    """Say what a schedule would be and when it would come, and change nothing."""
    with instance.database.reading() as session:
        board = the_benchmark(session, new.benchmark)
        refuse_unless(actor.owns(board.id, board.organisation_id), actor, "previewing a schedule")
        return _view(_new_row(new, board.id, instance.now()), instance.now())


def add_schedule(instance: Instance, actor: Actor, new: NewSchedule) -> ScheduleView:
    """Add a schedule to a benchmark; raises InputError where its time or its options are none."""
    now = instance.now()
    with instance.database.writing() as session:
        board = owned_benchmark(session, actor, the_benchmark(session, new.benchmark).id, "adding a schedule")
        names = session.scalars(select(Schedule.name).where(Schedule.benchmark_id == board.id)).all()
        if new.name in names:
            raise RefusedError(409, f"{board.id!r} has a schedule {new.name!r} already; change it, or choose a name")
        if len(names) >= MOST:
            raise RefusedError(409, f"{board.id!r} has {MOST} schedules, which is the most; change one of them")
        row = _new_row(new, board.id, now)
        session.add(row)
        session.flush()
        details = {"name": row.name, "kind": row.kind, "cron": row.cron, "options": row.options}
        record(session, actor, "schedule added", ("schedule", row.id), now, details)
        return _view(row, now)


def _new_row(new: NewSchedule, benchmark: str, now: str) -> Schedule:
    name = " ".join(new.name.split())
    if not 0 < len(name) <= 64 or not name.isprintable():  # noqa: PLR2004 - the column's width
        raise fault("body.name", f"is {new.name[:80]!r}, expected 1 to 64 letters")
    if new.kind == "retain":
        raise fault("body.kind", "retention is of the whole instance, and there is a schedule of it; change that one")
    cron = checked_cron(new.cron)
    return Schedule(
        id=new_id("sch"),
        benchmark_id=benchmark,
        name=name,
        kind=new.kind,
        cron=cron,
        options=_options(new.kind, new.options),
        enabled=new.enabled,
        next_at=next_times(cron, now)[0],
        created_at=now,
    )


def _options(kind: str, options: Mapping[str, Any]) -> dict[str, Any]:
    if kind == "live":
        checked = as_kind(dict(options), LiveOptions, "body.options")
        checked.refuse_nothing()
        found: dict[str, Any] = msgspec.to_builtins(checked)
        return found
    if options:
        raise fault("body.options", f"has {', '.join(sorted(options))}; a schedule of kind {kind!r} has no options")
    return {}


def change_schedule(instance: Instance, actor: Actor, schedule_id: str, change: ScheduleChange) -> ScheduleView:
    """Change a schedule, switch it off or on; one that was off begins with its next time and makes up for none."""
    now = instance.now()
    with instance.database.writing() as session:
        row = _own(session, actor, schedule_id)
        session.refresh(row, with_for_update=LOCKED)
        was = {"cron": row.cron, "options": row.options, "enabled": row.enabled}
        if change.cron is not None:
            row.cron = checked_cron(change.cron)
        if change.options is not None:
            row.options = _options(row.kind, change.options)
        if change.cron is not None or (change.enabled and not row.enabled):
            row.next_at = next_times(row.cron, now)[0]
        if change.enabled is not None:
            row.enabled = change.enabled
        details = {"was": was, "is": {"cron": row.cron, "options": row.options, "enabled": row.enabled}}
        record(session, actor, "schedule changed", ("schedule", row.id), now, details)
        return _view(row, now)


def _own(session: Session, actor: Actor, schedule_id: str) -> Schedule:
    """Return a schedule to whoever runs what it is about."""
    refuse_unless(actor.organisation_id is not None, actor, "changing a schedule")
    row = session.get(Schedule, schedule_id)
    if row is None or not _runs(session, actor, row):
        raise RefusedError(404, f"there is no schedule {schedule_id[:64]!r}, or it is not of a board that you run")
    return row


def _runs(session: Session, actor: Actor, row: Schedule) -> bool:
    if row.benchmark_id is None:
        return actor.is_host and actor.may("maintainer") and not actor.benchmarks
    board = locked_benchmark(session, row.benchmark_id)
    return actor.owns(board.id, board.organisation_id)


def note_outcome(instance: Instance, schedule_id: str, outcome: str) -> None:
    """Write down how the latest run of a schedule ended."""
    with instance.database.writing() as session:
        session.execute(update(Schedule).where(Schedule.id == schedule_id).values(last_outcome=outcome))


def _view(row: Schedule, now: str) -> ScheduleView:
    times: Sequence[str] = ()
    if row.enabled:
        times = [row.next_at, *next_times(row.cron, max(row.next_at, now), SHOWN_TIMES - 1)]
    return ScheduleView(
        id=row.id,
        benchmark=row.benchmark_id,
        name=row.name,
        kind=row.kind,
        cron=row.cron,
        options=row.options or {},
        enabled=row.enabled,
        next_at=list(times),
        last_at=row.last_at,
        last_outcome=row.last_outcome,
    )
