"""Close a board at the owner's word, and look at what a close would publish before it does."""

from typing import Final

import msgspec

from proofboard.app.review.finding import locked_benchmark
from proofboard.app.review.promising import promise_job
from proofboard.app.service.actors import Actor, refuse_unless
from proofboard.app.service.failing import PlatformFault
from proofboard.app.service.instance import Instance
from proofboard.app.service.records import record
from proofboard.errors import RefusedError
from proofboard.schemas.states import JobKind, JobState
from proofboard.store.tables import Benchmark, Job

ASKED_FOR: Final = frozenset({"close", "draft"})
"""The work whose id its owner is told."""


class Promised(msgspec.Struct, frozen=True):
    """Work that a worker will do; of several promises of the same work there is one."""

    job: str
    kind: str
    benchmark: str | None


class JobView(msgspec.Struct, frozen=True):
    """How far the work has come."""

    id: str
    kind: JobKind
    benchmark: str
    state: JobState
    created_at: str
    started_at: str | None
    finished_at: str | None
    error: PlatformFault | None
    """Why it failed, or why it waits to be tried again."""


def ask_close(instance: Instance, actor: Actor, benchmark: str) -> Promised:
    """Promise a close: held-out scores, ranks and everything relational, released as one batch."""
    now = instance.now()
    with instance.database.writing() as session:
        row = locked_benchmark(session, benchmark)
        refuse_unless(actor.owns(row.id, row.organisation_id), actor, "closing a board")
        job = promise_job(session, row, "close", now)
        record(session, actor, "close asked for", ("benchmark", row.id), now, {"job": job})
    return Promised(job, "close", benchmark)


def ask_draft(instance: Instance, actor: Actor, benchmark: str) -> Promised:
    """Promise a preview of the next close, which only the owners of the board see and which releases nothing."""
    now = instance.now()
    with instance.database.writing() as session:
        row = locked_benchmark(session, benchmark)
        refuse_unless(actor.owns(row.id, row.organisation_id), actor, "previewing a close")
        job = promise_job(session, row, "draft", now)
        record(session, actor, "draft asked for", ("benchmark", row.id), now, {"job": job})
    return Promised(job, "draft", benchmark)


def job(instance: Instance, actor: Actor, job_id: str) -> JobView:
    """Say how far a close or draft has come, until 30 days after its end; raises RefusedError (401, 404).

    Of other work nothing is told here: how long the grading of held-out answers takes would say something of them.
    """
    refuse_unless(actor.kind != "anonymous", actor, "reading a job")
    with instance.database.reading() as session:
        row = session.get(Job, job_id)
        benchmark = session.get(Benchmark, row.benchmark_id) if row and row.benchmark_id else None
        if row is None or benchmark is None or row.kind not in ASKED_FOR or not _runs(actor, benchmark):
            raise RefusedError(404, "There is no close or draft of this id, or its board is not yours")
        told = {name: getattr(row, name) for name in ("id", "kind", "state", "created_at", "started_at", "finished_at")}
        return msgspec.convert({**told, "benchmark": benchmark.id, "error": row.error}, JobView)


def _runs(actor: Actor, benchmark: Benchmark) -> bool:
    return actor.owns(benchmark.id, benchmark.organisation_id)
