"""Appeals: a formal objection to a decision about an entry, judged by somebody without conflict, in the open.

Filed → acknowledged → under review → upheld or rejected, each step owed within a number of days that the benchmark's
owner sets. Every appeal and its end are leaves of the log. An upheld appeal changes nothing by itself: what follows is
an act of its own, on record like all others.
"""

from collections.abc import Sequence
from typing import Any, Final, Literal

import msgspec
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from proofboard.app.people.paging import Page, Span, page
from proofboard.app.people.telling import tell
from proofboard.app.review.conflicts import conflict_of
from proofboard.app.review.finding import found_submission, latest_revision, locked_benchmark, was_listed
from proofboard.app.review.promising import name_of
from proofboard.app.review.reasons import public_reason
from proofboard.app.service.actors import Actor, refuse_unless
from proofboard.app.service.benchmarks import settings_of, the_benchmark
from proofboard.app.service.instance import Instance, new_id
from proofboard.app.service.log import append_leaf
from proofboard.app.service.records import announce, record
from proofboard.errors import Fault, RefusedError, fault
from proofboard.schemas.ledger import Leaf
from proofboard.schemas.states import APPEAL_MOVES, AppealState
from proofboard.store.changes import LOCKED, changed_rows
from proofboard.store.tables import Appeal, Benchmark, Submission

MOST_OPEN: Final = 10
"""Open appeals of one organisation on one board: whoever must judge them has days for each."""

OPEN: Final = frozenset(state for state, moves in APPEAL_MOVES.items() if moves)


class NewAppeal(msgspec.Struct, frozen=True, kw_only=True):
    """What is appealed against, and why."""

    reason: str
    benchmark: str | None = None
    submission: str | None = None
    """An own submission; exactly one of this and `entry` is given."""
    entry: str | None = None
    """An entry of the board, whoever's it is."""


class AppealMove(msgspec.Struct, frozen=True):
    """One step of an appeal."""

    state: str
    at: str
    note: str | None


class AppealView(msgspec.Struct, frozen=True):
    """An appeal as everybody may see it."""

    id: str
    benchmark: str
    entry: str | None
    submission: str | None
    organisation: str | None
    """Who filed it."""
    reason: str
    state: str
    decision: str | None
    """Why it was upheld or rejected."""
    moves: list[AppealMove]
    due_at: str | None
    """By when the next step is owed; None where it has ended."""
    overdue: bool
    created_at: str


def file_appeal(instance: Instance, actor: Actor, new: NewAppeal) -> AppealView:
    """File an appeal; needs a key or session of any organisation for an entry, of the submitter for a submission."""
    said, now = public_reason(new.reason), instance.now()
    refuse_unless(actor.may("submitter") and actor.organisation_id is not None, actor, "filing an appeal")
    if (new.submission is None) == (new.entry is None):
        raise fault("body", "names a submission and an entry, or neither; name exactly one of them")
    with instance.database.writing() as session:
        benchmark, submission = _subject(session, actor, new)
        refuse_unless(actor.reaches(benchmark.id), actor, "filing an appeal on this board")
        _refuse_too_many(session, str(actor.organisation_id), benchmark.id)
        row = Appeal(
            id=new_id("app"),
            benchmark_id=benchmark.id,
            submission_id=submission.id if submission else None,
            entry=submission.entry if submission else new.entry,
            organisation_id=actor.organisation_id,
            actor=actor.name,
            reason=said,
            state="filed",
            moves=[{"state": "filed", "at": now, "actor": actor.name, "note": None}],
            due_at=_due(session, instance, benchmark.id),
            created_at=now,
        )
        session.add(row)
        session.flush()
        leaf = Leaf(
            kind="appeal_filed",
            benchmark=benchmark.id,
            date=now,
            appeal=row.id,
            entry=row.entry,
            submission=row.submission_id,
            organisation=name_of(session, actor.organisation_id),
            reason=said,
        )
        append_leaf(session, leaf, now)
        _said(session, actor, row, "appeal filed", now)
        tell(session, instance, benchmark.organisation_id, f"Appeal {row.id} was filed", f"{row.entry}: {said}")
        return _view(session, row, now)


def acknowledge(instance: Instance, actor: Actor, appeal_id: str, note: str | None = None) -> AppealView:
    """Say that an appeal was read; anybody who runs the benchmark may."""
    return _move(instance, actor, appeal_id, "acknowledged", note)


def take_up(instance: Instance, actor: Actor, appeal_id: str, note: str | None = None) -> AppealView:
    """Begin to review an appeal, or take the review over; refused (403) for anybody with a conflict."""
    return _move(instance, actor, appeal_id, "under_review", note)


def decide(
    instance: Instance, actor: Actor, appeal_id: str, outcome: Literal["upheld", "rejected"], reason: str
) -> AppealView:
    """End an appeal with a public reason, which says what follows where it is upheld; only its reviewer may."""
    return _move(instance, actor, appeal_id, outcome, public_reason(reason))


def retract(instance: Instance, actor: Actor, appeal_id: str, note: str | None = None) -> AppealView:
    """Take an own appeal back."""
    return _move(instance, actor, appeal_id, "retracted", note)


def _move(instance: Instance, actor: Actor, appeal_id: str, state: AppealState, note: str | None) -> AppealView:
    now = instance.now()
    said = public_reason(note, "note") if note is not None else None
    with instance.database.writing() as session:
        row = _found(session, appeal_id)
        benchmark = locked_benchmark(session, row.benchmark_id)
        session.refresh(row, with_for_update=LOCKED)
        _refuse_actor(session, actor, row, benchmark, state)
        # A review may be taken over by somebody else.
        again = state == row.state == "under_review" and row.reviewer != actor.name
        if state == row.state and not again:
            return _view(session, row, now)
        if state not in APPEAL_MOVES[row.state] and not again:  # type: ignore[index]
            raise RefusedError(409, f"appeal {row.id} is {row.state}; it cannot become {state}")
        _write(session, actor, row, (state, said, now), _due(session, instance, benchmark.id))
        if state in {"upheld", "rejected"}:
            leaf = Leaf(
                kind="appeal_decided",
                benchmark=benchmark.id,
                date=now,
                appeal=row.id,
                entry=row.entry,
                submission=row.submission_id,
                outcome=state,
                reason=said,
            )
            append_leaf(session, leaf, now)
        _said(session, actor, row, f"appeal {state.replace('_', ' ')}", now)
        told = f"{row.entry or row.submission_id}: {said or 'no note was given'}"
        audience = benchmark.organisation_id if state == "retracted" else row.organisation_id
        tell(session, instance, audience, f"Appeal {row.id} is {state.replace('_', ' ')}", told)
        return _view(session, row, now)


def _write(session: Session, actor: Actor, row: Appeal, step: tuple[str, str | None, str], due_at: str) -> None:
    state, note, now = step
    values: dict[str, Any] = {
        "state": state,
        "moves": [*row.moves, {"state": state, "at": now, "actor": actor.name, "note": note}],
        "due_at": due_at,
    }
    if state == "under_review":
        values["reviewer"] = actor.name
    if state in {"upheld", "rejected"}:
        values["decision"] = note
    changed = changed_rows(
        session, update(Appeal).where(Appeal.id == row.id, Appeal.state == row.state).values(**values)
    )
    if changed != 1:
        raise RefusedError(409, f"appeal {row.id} was moved by somebody else; ask for its state again")
    session.refresh(row)


def _refuse_actor(session: Session, actor: Actor, row: Appeal, benchmark: Benchmark, state: AppealState) -> None:
    if state == "retracted":
        own = actor.organisation_id == row.organisation_id and actor.may("submitter")
        refuse_unless(own and actor.reaches(benchmark.id), actor, "retracting an appeal of others")
        return
    refuse_unless(actor.owns(benchmark.id, benchmark.organisation_id), actor, "handling an appeal")
    if state == "acknowledged":
        return
    if conflict := conflict_of(session, actor, row):
        raise RefusedError(403, f"appeal {row.id} needs somebody without conflict: {conflict}")
    if state in {"upheld", "rejected"} and row.state == "under_review" and row.reviewer != actor.name:
        raise RefusedError(403, f"appeal {row.id} is reviewed by somebody else; take the review over first")


def _subject(session: Session, actor: Actor, new: NewAppeal) -> tuple[Benchmark, Submission | None]:
    if new.submission is not None:
        submission = found_submission(session, actor, new.submission, "filing an appeal")
        if actor.organisation_id != submission.organisation_id:
            # Whether there is a submission that was never published is nobody's business.
            raise RefusedError(404, f"there is no submission {new.submission[:64]!r}")
        if new.benchmark not in {None, submission.benchmark_id}:
            raise fault("body.benchmark", f"is {new.benchmark!r}, the submission is on {submission.benchmark_id!r}")
        return locked_benchmark(session, submission.benchmark_id), submission
    benchmark = locked_benchmark(session, the_benchmark(session, new.benchmark).id)
    name = str(new.entry)
    if latest_revision(session, benchmark.id, name) is None and not was_listed(session, benchmark.id, name):
        raise RefusedError(404, f"the board {benchmark.id!r} has no entry {name[:140]!r}")
    return benchmark, None


def _refuse_too_many(session: Session, organisation: str, benchmark: str) -> None:
    query = select(func.count()).where(
        Appeal.organisation_id == organisation, Appeal.benchmark_id == benchmark, Appeal.state.in_(OPEN)
    )
    if (session.scalar(query) or 0) >= MOST_OPEN:
        reason = (
            f"{MOST_OPEN} appeals of the organisation are open on {benchmark!r}; wait for one to end, or retract one"
        )
        raise RefusedError(429, "Too many appeals are open", [Fault("appeals", 0, reason)])


def _due(session: Session, instance: Instance, benchmark: str) -> str:
    return instance.later(days=settings_of(session, benchmark).appeal_days)


def _found(session: Session, appeal_id: str) -> Appeal:
    row = session.get(Appeal, appeal_id)
    if row is None:
        raise RefusedError(404, f"there is no appeal {appeal_id[:64]!r}")
    return row


def _said(session: Session, actor: Actor, row: Appeal, action: str, now: str) -> None:
    record(session, actor, action, ("appeal", row.id), now, {"entry": row.entry, "submission": row.submission_id})
    body = {"appeal": row.id, "state": row.state, "entry": row.entry}
    announce(session, "appeal", body, now, benchmark=row.benchmark_id)


class AppealFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Which appeals are listed."""

    benchmark: str | None = None
    entry: str | None = None
    state: str | None = None
    overdue: bool = False
    """Only those whose next step is owed since before now."""


def appeals(instance: Instance, wanted: AppealFilter, span: Span) -> Page[AppealView]:
    """List the appeals of a board, the latest first; anybody may."""
    now = instance.now()
    with instance.database.reading() as session:
        benchmark = the_benchmark(session, wanted.benchmark).id
        query = select(Appeal).where(Appeal.benchmark_id == benchmark)
        if wanted.entry is not None:
            query = query.where(Appeal.entry == wanted.entry)
        if wanted.state is not None:
            query = query.where(Appeal.state == wanted.state)
        if wanted.overdue:
            query = query.where(Appeal.state.in_(OPEN), Appeal.due_at < now)
        if after := span.after:
            query = query.where(Appeal.id < after)
        rows = list(session.scalars(query.order_by(Appeal.id.desc()).limit(span.limit + 1)))
        return page([_view(session, row, now) for row in rows], span.limit, [row.id for row in rows])


def appeal(instance: Instance, appeal_id: str) -> AppealView:
    """Return one appeal; anybody may read it."""
    with instance.database.reading() as session:
        return _view(session, _found(session, appeal_id), instance.now())


def appeals_of(session: Session, benchmark: str, entry: str, now: str) -> Sequence[AppealView]:
    """Return the appeals about an entry, the latest first, for its own page."""
    query = select(Appeal).where(Appeal.benchmark_id == benchmark, Appeal.entry == entry)
    return [_view(session, row, now) for row in session.scalars(query.order_by(Appeal.id.desc()).limit(100))]


def _view(session: Session, row: Appeal, now: str) -> AppealView:
    is_open = row.state in OPEN
    return AppealView(
        id=row.id,
        benchmark=row.benchmark_id,
        entry=row.entry,
        submission=row.submission_id,
        organisation=name_of(session, row.organisation_id),
        reason=row.reason,
        state=row.state,
        decision=row.decision,
        moves=[AppealMove(own["state"], own["at"], own["note"]) for own in row.moves],
        due_at=row.due_at if is_open else None,
        overdue=is_open and row.due_at < now,
        created_at=row.created_at,
    )
