"""Forget what nobody asks for any more: events that every reader has had, and jobs that ended long ago."""

import shutil
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

from sqlalchemy import delete, select

from proofboard.app.service.instance import Instance
from proofboard.store.tables import Event, Job

EVENT_DAYS: Final = 7
JOB_DAYS: Final = 30
AT_ONCE: Final = 1000
ABANDONED_SECONDS: Final = 86_400
"""After this time nobody still works in a folder that was laid down."""
UNPACKED: Final = "benchmarks"
"""Its folders stay: each is named by the digest of its archive."""
KINDS: Final = frozenset({"checks", "evaluations", "publishing"})


def prune_events(instance: Instance) -> None:
    """Remove events that are older than a week: a reader who was away for so long asks for the board itself."""
    with instance.database.writing() as session:
        session.execute(delete(Event).where(Event.at < instance.later(days=-EVENT_DAYS)))


def jobs_to_prune(instance: Instance) -> list[str]:
    """List jobs that ended long ago, some at a time: first the engine forgets them, then `prune_jobs` does."""
    ended = select(Job.id).where(Job.state.in_(("done", "failed")), Job.finished_at < instance.later(days=-JOB_DAYS))
    with instance.database.reading() as session:
        return list(session.scalars(ended.order_by(Job.created_at).limit(AT_ONCE)))


def prune_jobs(instance: Instance, job_ids: list[str]) -> None:
    """Remove jobs that have ended."""
    with instance.database.writing() as session:
        session.execute(delete(Job).where(Job.id.in_(job_ids), Job.state.in_(("done", "failed"))))


def prune_scratch(instance: Instance) -> None:
    """Remove what a process laid down that was killed before it could clear it away."""
    oldest = time.time() - ABANDONED_SECONDS
    for place in _laid_down(instance.settings.scratch):
        with suppress(FileNotFoundError):
            if place.lstat().st_mtime < oldest:
                shutil.rmtree(place, ignore_errors=True)


def _laid_down(scratch: Path) -> Iterator[Path]:
    """Yield folders of one use: named by kind and number below the folder of their kind, or beside those."""
    for place in scratch.iterdir() if scratch.is_dir() else ():
        if place.name == UNPACKED:
            yield from place.glob(".*")
        elif place.name in KINDS:
            yield from place.iterdir()
        else:
            yield place
