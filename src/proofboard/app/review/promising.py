"""Work that follows from a decision: the board is published again, closed or previewed."""

import msgspec
from sqlalchemy.orm import Session

from proofboard.app.service.benchmarks import settings_of
from proofboard.app.service.instance import Instance
from proofboard.app.service.jobs import NewJob, promise
from proofboard.app.service.publications import documents_of, head_of
from proofboard.app.service.records import announce
from proofboard.publish.assemble import RELEASES
from proofboard.schemas.publication import ReleasesDocument
from proofboard.schemas.states import JobKind
from proofboard.store.tables import Benchmark, Organisation


def board_changed(instance: Instance, session: Session, benchmark: Benchmark, now: str, *, entry: str) -> None:
    """Say that the board is behind, and promise what brings it up; `benchmark` is a locked row.

    A board that closes at once is closed. Any other waits for its close: whoever withdraws an entry could otherwise
    call for new held-out results of all others at will.
    """
    benchmark.dirty_since = benchmark.dirty_since or now
    promise_job(session, benchmark, "close" if _closes_at_once(instance, session, benchmark.id) else "publish", now)
    announce(session, "board", {"benchmark": benchmark.id, "entry": entry}, now, benchmark=benchmark.id)


def promise_job(session: Session, benchmark: Benchmark, kind: JobKind, now: str) -> str:
    """Promise a publication, close, draft or audit of a board; of several promises before it runs there is one."""
    job = NewJob(
        kind=kind,
        subject=benchmark.id,
        benchmark=benchmark.id,
        organisation=benchmark.organisation_id,
        once=f"{kind}:{benchmark.id}",
    )
    return promise(session, job, now)


def _closes_at_once(instance: Instance, session: Session, benchmark: str) -> bool:
    wanted, head = settings_of(session, benchmark).close, head_of(session, benchmark)
    if wanted == "by schedule":
        return False
    if head is None:
        return wanted == "at once"
    digest = documents_of(instance, head).get(RELEASES)
    # This process may not have the held-out store; what was published says whether there is one.
    if digest is None:
        return True
    return not msgspec.json.decode(instance.blobs.get(digest), type=ReleasesDocument).held_out_scored


def name_of(session: Session, organisation_id: str | None) -> str | None:
    """Return the name under which everybody knows an organisation."""
    own = session.get(Organisation, organisation_id) if organisation_id else None
    return own.name if own else None
