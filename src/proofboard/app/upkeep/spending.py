"""What continuous evaluation may spend: money is set aside before a run begins, and counted exactly when it ends."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Final

import msgspec
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from proofboard.app.people.paging import Page, Span, page
from proofboard.app.review.finding import locked_benchmark
from proofboard.app.review.listing import number_after
from proofboard.app.service.actors import Actor, refuse_unless
from proofboard.app.service.benchmarks import settings_of, the_benchmark
from proofboard.app.service.instance import Instance
from proofboard.store.tables import Spend

MICRO: Final = 10**6
MONTH_LETTERS: Final = len("2026-11")


class RunKey(msgspec.Struct, frozen=True):
    """One run of one entry by a schedule."""

    benchmark: str
    schedule: str
    entry: str
    at: str
    """The due time of the schedule."""


class SpendView(msgspec.Struct, frozen=True):
    """What one run cost, or may cost while it is under way."""

    schedule: str
    entry: str
    day: str
    dollars: float
    at: str


class SpendSummary(msgspec.Struct, frozen=True):
    """What a month cost so far, and what it may cost."""

    month: str
    dollars: float
    dollars_per_month: float
    dollars_per_run: float


def set_aside(instance: Instance, key: RunKey) -> Fraction | None:
    """Set money aside for one run and return how much, in dollars; None where nothing is left of the month.

    A run that was stopped and begins again has what it had: it is not paid for twice. The benchmark's row is locked, so
    that two workers never spend the same rest.
    """
    now = instance.now()
    with instance.database.writing() as session:
        locked_benchmark(session, key.benchmark)
        if (there := _row(session, key)) is not None:
            return Fraction(there.microdollars, MICRO)
        limits = settings_of(session, key.benchmark).spending
        left = _micro(limits.dollars_per_month) - _spent(session, key.benchmark, now[:MONTH_LETTERS])
        aside = min(_micro(limits.dollars_per_run), left)
        if aside <= 0:
            return None
        row = Spend(
            benchmark_id=key.benchmark,
            schedule_id=key.schedule,
            entry=key.entry,
            day=now[:10],
            microdollars=aside,
            at=key.at,
        )
        session.add(row)
        return Fraction(aside, MICRO)


def settle(instance: Instance, key: RunKey, spent: Fraction | None) -> None:
    """Count what a run really cost, rounded up; what is not known stays counted as all that was set aside."""
    if spent is None:
        return
    with instance.database.writing() as session:
        locked_benchmark(session, key.benchmark)
        if (row := _row(session, key)) is not None:
            row.microdollars = -(-spent.numerator * MICRO // spent.denominator)


def _micro(dollars: float) -> int:
    return round(dollars * MICRO)


def _row(session: Session, key: RunKey) -> Spend | None:
    return session.scalar(
        select(Spend).where(Spend.schedule_id == key.schedule, Spend.entry == key.entry, Spend.at == key.at)
    )


def _spent(session: Session, benchmark: str, month: str) -> int:
    query = select(func.sum(Spend.microdollars)).where(
        Spend.benchmark_id == benchmark, Spend.day.startswith(f"{month}-", autoescape=True)
    )
    return int(session.scalar(query) or 0)


def spend(instance: Instance, actor: Actor, benchmark: str | None, span: Span) -> Page[SpendView]:
    """List what runs cost, the latest first, for whoever runs the benchmark."""
    with instance.database.reading() as session:
        board = the_benchmark(session, benchmark)
        refuse_unless(actor.owns(board.id, board.organisation_id), actor, "reading what was spent")
        query = select(Spend).where(Spend.benchmark_id == board.id)
        if (after := number_after(span)) is not None:
            query = query.where(Spend.number < after)
        rows: Sequence[Spend] = session.scalars(query.order_by(Spend.number.desc()).limit(span.limit + 1)).all()
    shown = [SpendView(row.schedule_id, row.entry, row.day, row.microdollars / MICRO, row.at) for row in rows]
    return page(shown, span.limit, [row.number for row in rows])


def spent_this_month(instance: Instance, actor: Actor, benchmark: str | None) -> SpendSummary:
    """Sum the month up, for whoever runs the benchmark."""
    month = instance.now()[:MONTH_LETTERS]
    with instance.database.reading() as session:
        board = the_benchmark(session, benchmark)
        refuse_unless(actor.owns(board.id, board.organisation_id), actor, "reading what was spent")
        limits = settings_of(session, board.id).spending
        spent = _spent(session, board.id, month)
    return SpendSummary(month, spent / MICRO, limits.dollars_per_month, limits.dollars_per_run)
