"""The re-run button: a published entry is graded again from its published bundle, in a process of its own.

Pressing it asks for no new answers and executes nothing of a submission: it lets anybody who may see that what the
board says of an entry still follows from what the board publishes.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import msgspec
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from proofboard.app.people.paging import Page, Span, page
from proofboard.app.rerun.findings import Rerun as Found
from proofboard.app.review.finding import locked_benchmark
from proofboard.app.review.promising import name_of
from proofboard.app.service.actors import SYSTEM, Actor, refuse_unless
from proofboard.app.service.benchmarks import settings_of, the_benchmark
from proofboard.app.service.instance import Instance, new_id
from proofboard.app.service.jobs import NewJob, promise
from proofboard.app.service.log import append_leaf
from proofboard.app.service.publications import documents_of, published
from proofboard.app.service.records import announce, record
from proofboard.errors import Fault, RefusedError
from proofboard.publish.names import entry_path
from proofboard.schemas.ledger import Leaf
from proofboard.schemas.publication import EntryDocument
from proofboard.schemas.service import BenchmarkSettings
from proofboard.store.blobs import MissingBlobError
from proofboard.store.changes import LOCKED
from proofboard.store.tables import Benchmark, Rerun
from proofboard.verify.refusals import Refusal

SECONDS: Final = 1_800
"""How long one re-run may take."""
REASON_LETTERS: Final = 2_000
SECONDS_OF_A_DAY: Final = 86_400


class RerunView(msgspec.Struct, frozen=True):
    """One press of the button and what came of it; public like the entry itself."""

    id: str
    benchmark: str
    entry: str
    bundle: str
    publication: str
    """The digest of the publication that is checked."""
    organisation: str | None
    """Who pressed; None for nobody in particular."""
    state: str
    """`waiting`, `running`, `done` or `failed`."""
    verdict: str | None
    """`matched`, `differs` or `not_possible`; None before the end."""
    reason: str | None
    """Why it differs, or was not possible."""
    n_scores: int | None
    """Item scores that were made again."""
    attested: list[str]
    """Metrics of graders that are not built in, taken as they are published."""
    created_at: str
    finished_at: str | None


def request_rerun(instance: Instance, actor: Actor, benchmark: str | None, entry: str) -> RerunView:
    """Ask for a re-run of an entry as it is published now; one that has not ended yet is that one, and costs nothing.

    Raises RefusedError: 401 or 403 where the owner's setting does not allow it, 404 where the board has no such entry,
    429 where the organisation has pressed as often as it may today.
    """
    with instance.database.reading() as session:
        board = the_benchmark(session, benchmark).id
    publication = published(instance, board)
    digest = documents_of(instance, publication).get(entry_path(entry))
    if digest is None:
        raise RefusedError(404, f"the board {board!r} has no entry {entry[:140]!r}")
    bundle = _bundle_of(instance.blobs.get(digest))
    now = instance.now()
    with instance.database.writing() as session:
        row = locked_benchmark(session, board)
        settings = settings_of(session, board)
        _refuse_actor(actor, row, settings)
        running = session.scalar(
            select(Rerun).where(
                Rerun.benchmark_id == board, Rerun.entry == entry, Rerun.state.in_(("waiting", "running"))
            )
        )
        if running is not None:
            return _view(session, running)
        _refuse_too_often(session, instance, actor, (board, settings.limits.reruns_per_day))
        made = Rerun(
            id=new_id("run"),
            benchmark_id=board,
            entry=entry,
            bundle_digest=bundle,
            organisation_id=actor.organisation_id,
            actor=actor.name,
            state="waiting",
            report={"publication": publication.digest},
            created_at=now,
        )
        session.add(made)
        session.flush()
        job = NewJob(
            kind="rerun",
            subject=made.id,
            benchmark=board,
            organisation=actor.organisation_id,
            once=f"rerun:{board}:{entry}",
        )
        promise(session, job, now)
        record(session, actor, "rerun asked for", ("rerun", made.id), now, {"entry": entry})
        _tell(session, made, now)
        return _view(session, made)


def _tell(session: Session, row: Rerun, now: str) -> None:
    """Let pages that show a re-run follow it."""
    ended = {} if row.verdict is None else {"verdict": row.verdict}
    body = {"rerun": row.id, "entry": row.entry, "state": row.state, **ended}
    announce(session, "rerun", body, now, benchmark=row.benchmark_id)


def _refuse_actor(actor: Actor, benchmark: Benchmark, settings: BenchmarkSettings) -> None:
    if settings.rerun == "nobody":
        raise RefusedError(403, f"the owner of {benchmark.id!r} lets nobody press the button; run proofboard rerun")
    is_member = actor.organisation_id is not None and actor.reaches(benchmark.id)
    allowed = {
        "owners": actor.owns(benchmark.id, benchmark.organisation_id),
        "members": is_member,
        "anybody": actor.kind == "anonymous" or actor.reaches(benchmark.id),
    }
    refuse_unless(allowed[settings.rerun], actor, "pressing the re-run button of this board")


def _refuse_too_often(session: Session, instance: Instance, actor: Actor, limit: tuple[str, int]) -> None:
    """Count the presses of the day; whoever has no organisation shares one count with all others like them."""
    board, most = limit
    now = instance.now()
    query = select(func.count()).where(
        Rerun.benchmark_id == board,
        Rerun.organisation_id.is_(None)
        if actor.organisation_id is None
        else Rerun.organisation_id == actor.organisation_id,
        Rerun.created_at >= now[:10],
        Rerun.state != "failed",
    )
    if (session.scalar(query) or 0) >= most:
        clock = instance.clock()
        left = SECONDS_OF_A_DAY - (clock.hour * 3600 + clock.minute * 60 + clock.second)
        reason = f"{most} re-runs of the board {board!r} were asked for today; the next is taken after midnight UTC"
        raise RefusedError(
            429, "The re-runs of the day are used up", [Fault("reruns", 0, reason)], retry_after_seconds=left
        )


def _bundle_of(raw: bytes) -> str:
    found = msgspec.json.decode(raw, type=EntryDocument)
    return next(own.bundle for own in found.identity.bundles if own.item_set == "public")


def rerun(instance: Instance, rerun_id: str) -> RerunView:
    """Return one re-run; anybody may read it."""
    with instance.database.reading() as session:
        row = session.get(Rerun, rerun_id)
        if row is None:
            raise RefusedError(404, f"there is no re-run {rerun_id[:64]!r}")
        return _view(session, row)


def reruns(instance: Instance, benchmark: str | None, entry: str | None, span: Span) -> Page[RerunView]:
    """List the re-runs of a board, or of one entry, the latest first; anybody may read them."""
    with instance.database.reading() as session:
        query = select(Rerun).where(Rerun.benchmark_id == the_benchmark(session, benchmark).id)
        if entry is not None:
            query = query.where(Rerun.entry == entry)
        if span.after is not None:
            # An id begins with the time of its making.
            query = query.where(Rerun.id < span.after)
        rows = session.scalars(query.order_by(Rerun.id.desc()).limit(span.limit + 1)).all()
        return page([_view(session, row) for row in rows], span.limit, [row.id for row in rows])


def run_rerun(instance: Instance, rerun_id: str) -> None:
    """Do what was asked for (a worker's job); whatever is met ends in one of three verdicts.

    Raises StorageError where the platform does not answer, and may be called again then.
    """
    with instance.database.writing() as session:
        row = session.get(Rerun, rerun_id, with_for_update=LOCKED)
        if row is None or row.state in {"done", "failed"}:
            return
        # A worker that takes over what another one began tells nothing new.
        if row.state == "waiting":
            row.state = "running"
            _tell(session, row, instance.now())
        benchmark, entry, named = row.benchmark_id, row.entry, str(row.report["publication"])
    try:
        verdict, report = _checked(instance, (benchmark, named, entry))
    except MissingBlobError:
        verdict, report = "not_possible", {"reason": "a file of the publication was purged, so nothing can be checked"}
    _end(instance, rerun_id, verdict, report)


def _checked(instance: Instance, about: tuple[str, str, str]) -> tuple[str, dict[str, Any]]:
    """Lay the publication down as readers get it, and grade the entry in a fresh process without our environment."""
    benchmark, named, entry = about
    files = documents_of(instance, published(instance, benchmark, named))
    scratch = instance.settings.scratch
    scratch.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="rerun-", dir=scratch) as folder:
        # The process works in a folder of its own, where a relative data folder would be another.
        site = Path(folder).resolve() / "site"
        for path, digest in files.items():
            instance.blobs.place(digest, site / path)
        return _asked(site, entry)


def _asked(site: Path, entry: str) -> tuple[str, dict[str, Any]]:
    command = [sys.executable, "-m", "proofboard.cli.main", "rerun", str(site), entry, "--no-answers", "--json"]
    try:
        done = subprocess.run(  # noqa: S603 - our own program; the entry is an argument, never a shell's
            command, capture_output=True, timeout=SECONDS, env=_environment(), cwd=site.parent, check=False
        )
    except subprocess.TimeoutExpired:
        return "not_possible", {"reason": f"grading took longer than {SECONDS} seconds"}
    try:
        found = msgspec.json.decode(done.stdout, type=Found)
    except msgspec.DecodeError:
        said = done.stderr.decode(errors="replace").replace(str(site), "the publication").strip()
        # What is published is not what it names: no score of it can be said to follow.
        verdict = "differs" if done.returncode == Refusal.exit_status else "not_possible"
        return verdict, {"reason": said[:REASON_LETTERS] or "the program ended without an answer"}
    report = msgspec.to_builtins(found.grading)
    if found.grading.status == "refused":
        return "differs", report
    if not found.grading.n_scores:
        reason = f"no score was made again: {', '.join(found.grading.attested) or 'all metrics'} cannot be graded here"
        return "not_possible", {**report, "reason": reason}
    return "matched", report


def _environment() -> Mapping[str, str]:
    """Give the process what Python needs, and neither settings nor keys of this one."""
    kept = ("PATH", "LANG", "SYSTEMROOT", "PYTHONPATH", "VIRTUAL_ENV")
    return {name: os.environ[name] for name in kept if name in os.environ}


def _end(instance: Instance, rerun_id: str, verdict: str, report: dict[str, Any]) -> None:
    now = instance.now()
    with instance.database.writing() as session:
        row = session.get(Rerun, rerun_id)
        if row is None:
            return
        locked_benchmark(session, row.benchmark_id)
        session.refresh(row, with_for_update=LOCKED)
        if row.state == "done":
            return
        row.state, row.verdict, row.finished_at = "done", verdict, now
        row.report = {**row.report, **report}
        if verdict != "not_possible":
            leaf = Leaf(
                kind="rerun",
                benchmark=row.benchmark_id,
                date=now,
                entry=row.entry,
                bundle=row.bundle_digest,
                publication=row.report["publication"],
                organisation=name_of(session, row.organisation_id),
                outcome=verdict,  # type: ignore[arg-type]
            )
            append_leaf(session, leaf, now)
        record(session, SYSTEM, "rerun ended", ("rerun", row.id), now, {"entry": row.entry, "verdict": verdict})
        _tell(session, row, now)


def fail_rerun(instance: Instance, rerun_id: str, reason: str) -> None:
    """Give a re-run up that the platform failed; it costs nobody a press of the day."""
    with instance.database.writing() as session:
        row = session.get(Rerun, rerun_id, with_for_update=LOCKED)
        if row is not None and row.state not in {"done", "failed"}:
            row.state, row.finished_at = "failed", instance.now()
            row.report = {**row.report, "reason": f"{reason}; this is no fault of the entry"}
            _tell(session, row, instance.now())


def _view(session: Session, row: Rerun) -> RerunView:
    report = row.report or {}
    return RerunView(
        id=row.id,
        benchmark=row.benchmark_id,
        entry=row.entry,
        bundle=row.bundle_digest,
        publication=str(report.get("publication", "")),
        organisation=name_of(session, row.organisation_id),
        state=row.state,
        verdict=row.verdict,
        reason=report.get("reason"),
        n_scores=report.get("n_scores"),
        attested=list(report.get("attested") or ()),
        created_at=row.created_at,
        finished_at=row.finished_at,
    )
