"""Whether a server is ready, and how much it has to do: numbers without names, for who runs it."""

from collections.abc import Mapping

import msgspec
from sqlalchemy import func, select

from proofboard.app.service.heartbeats import seen_lately
from proofboard.app.service.instance import Instance
from proofboard.app.service.queueing import UNSEEN
from proofboard.errors import ProofboardError
from proofboard.store.database import answers
from proofboard.store.migrating import revisions
from proofboard.store.tables import Event, Job, Publication, Submission

_ABSENT = "sha256:" + "0" * 64


class Check(msgspec.Struct, frozen=True):
    """One thing that a server needs."""

    name: str
    """`database`, `migrations` or `blobs`."""
    ready: bool
    reason: str | None
    """Why it is not."""


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """What a server has and has to do."""

    jobs: Mapping[tuple[str, str], int]
    """Queue and state → jobs."""
    submissions: Mapping[str, int]
    """State → submissions."""
    publications: Mapping[str, int]
    """Benchmark → publications."""
    workers: int
    """Workers that gave a sign of life lately."""
    events: int
    """The number of the latest event."""


def checks(instance: Instance) -> list[Check]:
    """Ask everything that a server needs whether it answers."""
    wrong = answers(instance.database)
    found = [Check("database", ready=wrong is None, reason=wrong and "the database does not answer")]
    found.append(Check("migrations", ready=False, reason="not asked") if wrong else _migrated(instance))
    try:
        instance.blobs.has(_ABSENT)
        found.append(Check("blobs", ready=True, reason=None))
    except ProofboardError:
        found.append(Check("blobs", ready=False, reason="the store of files does not answer"))
    return found


def _migrated(instance: Instance) -> Check:
    try:
        at = revisions(instance.database)
    except ProofboardError:
        return Check("migrations", ready=False, reason="the database does not say which version it has")
    reason = None if at.is_current else f"the database stands at {at.current}, expected {at.newest}"
    return Check("migrations", ready=at.is_current, reason=reason)


def figures(instance: Instance) -> Figures:
    """Count what is waiting, running and done."""
    with instance.database.reading() as session:
        seen = select(Job.queue, Job.state, func.count()).where(Job.kind != UNSEEN)
        jobs = session.execute(seen.group_by(Job.queue, Job.state)).all()
        submissions = session.execute(select(Submission.state, func.count()).group_by(Submission.state))
        made = select(Publication.benchmark_id, func.count()).where(Publication.is_draft.is_(False))
        publications = session.execute(made.group_by(Publication.benchmark_id))
        return Figures(
            jobs={(queue, state): count for queue, state, count in jobs},
            submissions={own[0]: own[1] for own in submissions},
            publications={own[0]: own[1] for own in publications},
            workers=len(seen_lately(session, instance.now())),
            events=session.scalar(select(func.max(Event.number))) or 0,
        )
