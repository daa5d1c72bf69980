"""What waits for the owner: submissions in review or with scores that wait for approval, and what is known of them."""

from collections.abc import Iterable, Mapping
from typing import Final

import msgspec
from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from proofboard.app.people.paging import Page, Span, page
from proofboard.app.service.actors import Actor, refuse_unless
from proofboard.app.service.benchmarks import the_benchmark
from proofboard.app.service.instance import Instance
from proofboard.core.slices import OVERALL
from proofboard.store.tables import Audit, Organisation, Result, Submission

WAITING: Final = ("in_review", "scored")
MOST_TWINS: Final = 10


class Twin(msgspec.Struct, frozen=True):
    """Another submission with the same recipe or the same answers."""

    submission: str
    entry: str | None
    organisation: str
    same: str
    """`bundle` or `recipe`."""


class Waiting(msgspec.Struct, frozen=True):
    """A submission that waits for its owner's word."""

    submission: str
    benchmark: str
    state: str
    """`in_review` (before evaluation) or `scored` (before publication)."""
    entry: str | None
    model: str
    organisation: str
    form: str
    created_at: str
    since: str
    """When it began to wait."""
    remarks: list[str]
    """What the checks at the door found and a person should look at."""
    findings: list[str]
    """Why metrics have no score: what the detectors found in its answers."""
    scores: dict[str, float | None]
    """Metric → public score over all items; empty before evaluation."""
    twins: list[Twin]
    audits: list[str]
    """Ids of its open audits."""


def review_queue(instance: Instance, actor: Actor, benchmark: str | None, span: Span) -> Page[Waiting]:
    """List what waits for a decision, the longest first."""
    with instance.database.reading() as session:
        row = the_benchmark(session, benchmark)
        refuse_unless(actor.owns(row.id, row.organisation_id), actor, "reading the review queue")
        query = (
            select(Submission)
            .where(Submission.benchmark_id == row.id, Submission.state.in_(WAITING))
            .order_by(Submission.id)
            .limit(span.limit + 1)
        )
        if after := span.after:
            query = query.where(Submission.id > after)
        rows = list(session.scalars(query))
        known = _Known(session, rows)
        return page([known.waiting(own) for own in rows], span.limit, [own.id for own in rows])


class _Known:
    """What is known of the submissions of one page, asked for once for all of them."""

    def __init__(self, session: Session, rows: list[Submission]) -> None:
        ids = [row.id for row in rows]
        self._results: dict[str, list[Result]] = {}
        for own in session.scalars(select(Result).where(Result.submission_id.in_(ids), Result.slice == OVERALL)):
            self._results.setdefault(own.submission_id, []).append(own)
        self._audits: dict[str, list[str]] = {}
        for audit in session.scalars(select(Audit).where(Audit.submission_id.in_(ids), Audit.state == "open")):
            self._audits.setdefault(audit.submission_id, []).append(audit.id)
        self._twins = {row.id: _twins(session, row) for row in rows}
        wanted = {row.organisation_id for row in rows}
        wanted |= {twin.organisation_id for twins in self._twins.values() for twin in twins}
        names = session.execute(select(Organisation.id, Organisation.name).where(Organisation.id.in_(wanted)))
        self._names: Mapping[str, str] = {row.id: row.name for row in names}

    def waiting(self, row: Submission) -> Waiting:
        results = sorted(self._results.get(row.id, ()), key=lambda own: own.metric)
        return Waiting(
            submission=row.id,
            benchmark=row.benchmark_id,
            state=row.state,
            entry=row.entry,
            model=row.model,
            organisation=self._names.get(row.organisation_id, ""),
            form=row.form,
            created_at=row.created_at,
            since=row.updated_at,
            remarks=list(_texts(row.remarks)),
            findings=[f"{own.metric}: {own.reason}" for own in results if own.reason],
            scores={own.metric: own.score for own in results},
            twins=[self._twin(row, own) for own in self._twins[row.id]],
            audits=self._audits.get(row.id, []),
        )

    def _twin(self, row: Submission, own: Submission) -> Twin:
        same = "bundle" if row.bundle_digest and row.bundle_digest == own.bundle_digest else "recipe"
        return Twin(own.id, own.entry, self._names.get(own.organisation_id, ""), same)


def _texts(remarks: Iterable[object]) -> Iterable[str]:
    """Read remarks, which are sentences, or faults with a place."""
    for own in remarks:
        yield str(own.get("reason", own)) if isinstance(own, dict) else str(own)


def _twins(session: Session, row: Submission) -> list[Submission]:
    """Return the first others on the same board with the same answers or the same recipe."""
    same = []
    if row.bundle_digest:
        same.append(Submission.bundle_digest == row.bundle_digest)
    if row.configuration_digest:
        same.append(Submission.configuration_digest == row.configuration_digest)
    if not same:
        return []
    query = (
        select(Submission)
        .where(
            Submission.benchmark_id == row.benchmark_id,
            Submission.id != row.id,
            Submission.state.not_in(("refused", "failed")),
            or_(*same),
        )
        .order_by(Submission.created_at)
        .limit(MOST_TWINS)
    )
    return list(session.scalars(query))


def n_waiting(session: Session, benchmark: str) -> int:
    """Count what waits for the owner of a benchmark."""
    query = select(func.count()).where(Submission.benchmark_id == benchmark, Submission.state.in_(WAITING))
    return session.scalar(query) or 0
