"""Find what a decision is about, and who may make it; raises RefusedError (401, 403, 404)."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from proofboard.app.intake.reading import readable
from proofboard.app.service.actors import Actor, refuse_unless
from proofboard.errors import RefusedError
from proofboard.store.changes import LOCKED
from proofboard.store.tables import Benchmark, EntryRevision, ScoreHistory, Submission

OFF: frozenset[str] = frozenset({"withdrawn", "superseded"})


def submission_to_judge(session: Session, actor: Actor, submission_id: str, what: str) -> tuple[Submission, Benchmark]:
    """Return a submission and its benchmark, both locked, for somebody who runs that benchmark."""
    submission = found_submission(session, actor, submission_id, what)
    benchmark = locked_benchmark(session, submission.benchmark_id)
    refuse_unless(actor.owns(benchmark.id, benchmark.organisation_id), actor, what)
    return relocked(session, submission), benchmark


def found_submission(session: Session, actor: Actor, submission_id: str, what: str) -> Submission:
    """Return a submission that the actor may read; to others there is none, because even that would say something."""
    refuse_unless(actor.kind != "anonymous", actor, what)
    return readable(session, actor, submission_id)[0]


def relocked(session: Session, submission: Submission) -> Submission:
    """Lock a submission and read it again; everybody locks the benchmark first, so that nobody waits in a circle."""
    session.refresh(submission, with_for_update=LOCKED)
    return submission


def locked_benchmark(session: Session, benchmark: str) -> Benchmark:
    """Return the row of a benchmark, locked until the transaction ends."""
    row = session.get(Benchmark, benchmark, with_for_update=LOCKED, populate_existing=True)
    if row is None:
        raise RefusedError(404, f"there is no benchmark {benchmark[:64]!r}")
    return row


def latest_revision(session: Session, benchmark: str, entry: str) -> EntryRevision | None:
    """Return what stands, or stood last, under a name; None where nothing was submitted under it."""
    return session.scalar(
        select(EntryRevision)
        .where(EntryRevision.benchmark_id == benchmark, EntryRevision.name == entry)
        .order_by(EntryRevision.revision.desc())
        .limit(1)
    )


def entry_revision(session: Session, benchmark: str, entry: str) -> EntryRevision:
    """Return what stands, or stood last, under a name."""
    row = latest_revision(session, benchmark, entry)
    if row is None:
        raise RefusedError(
            404,
            f"no submission stands on the board {benchmark!r} as {entry[:140]!r}; "
            "an entry of the owner's own directory is changed there",
        )
    return row


def public_bundle(row: EntryRevision) -> str | None:
    """Return the digest of the public bundle that an entry is shown with."""
    own = row.bundles.get("public")
    return str(own["digest"]) if own else None


def was_listed(session: Session, benchmark: str, entry: str) -> bool:
    """Say whether a board ever showed an entry: those of the owner's directory have a history and no other row."""
    query = select(ScoreHistory.entry).where(ScoreHistory.benchmark_id == benchmark, ScoreHistory.entry == entry)
    return session.scalar(query.limit(1)) is not None
