"""Which workers live: each writes a sign of life every few seconds, and is dead when none came for a while."""

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Final

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from proofboard import __version__
from proofboard.app.service.instance import Instance, as_instant, as_text
from proofboard.store.changes import changed_rows
from proofboard.store.tables import Job, Worker

LATELY_SECONDS: Final = 60.0
FORGOTTEN_DAYS: Final = 30


def arrive(instance: Instance, name: str, host: str, process: int) -> None:
    """Write down that a worker has started."""
    now = instance.now()
    row = Worker(
        name=name,
        host=host,
        process=process,
        software_version=__version__,
        started_at=now,
        seen_at=now,
        stopped_at=None,
    )
    with instance.database.writing() as session:
        session.merge(row)


def beat(instance: Instance, name: str) -> bool:
    """Write a sign of life; False where nobody knows the worker any more, who then has to arrive again."""
    with instance.database.writing() as session:
        seen = update(Worker).where(Worker.name == name).values(seen_at=instance.now(), stopped_at=None)
        return changed_rows(session, seen) == 1


def depart(instance: Instance, name: str) -> None:
    """Write down that a worker has stopped, so that nobody waits for its next sign of life."""
    with instance.database.writing() as session:
        session.execute(update(Worker).where(Worker.name == name).values(stopped_at=instance.now()))


def seen_lately(session: Session, now: str) -> list[Worker]:
    """List the workers that gave a sign of life lately, by the clocks of their machines: good enough to estimate."""
    since = as_text(as_instant(now) - timedelta(seconds=LATELY_SECONDS))
    return list(session.scalars(select(Worker).where(Worker.stopped_at.is_(None), Worker.seen_at >= since)))


class Watch:
    """One worker's view of all others. It trusts no clock but its own: a life sign counts when it changes."""

    def __init__(self, patience_seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        """Say how long a worker may be silent."""
        self._patience = patience_seconds
        self._clock = clock
        self._seen: dict[str, tuple[str, float]] = {}

    def living(self, instance: Instance) -> frozenset[str]:
        """Return the names of those who have not stopped and were not silent for too long."""
        with instance.database.reading() as session:
            rows = session.execute(select(Worker.name, Worker.seen_at, Worker.stopped_at)).all()
        now = self._clock()
        for name, sign, _ in rows:
            if self._seen.get(name, ("", 0.0))[0] != sign:
                self._seen[name] = (sign, now)
        return frozenset(
            name for name, _, stopped in rows if stopped is None and now - self._seen[name][1] <= self._patience
        )


def forget_departed(instance: Instance) -> None:
    """Remove workers that were gone for weeks and that no unfinished job names."""
    before = instance.later(days=-FORGOTTEN_DAYS)
    named = select(Job.worker).where(Job.state == "running", Job.worker.is_not(None))
    with instance.database.writing() as session:
        silent = or_(Worker.seen_at < before, Worker.stopped_at < before)
        session.execute(delete(Worker).where(silent, Worker.name.not_in(named)))
