"""A board with a submission on it, and the people who decide about it."""

import atexit
import functools
import shutil
import tempfile
from pathlib import Path
from typing import Any

from sqlalchemy import delete, select

from board_builders import checked_submission, example, example_board
from proofboard.app.service.actors import Actor
from proofboard.app.service.copying import copy_database
from proofboard.app.service.evaluating import begin, evaluate_batch, finish
from proofboard.app.service.instance import Instance
from proofboard.app.service.log import leaves_of, lines_of
from proofboard.app.service.publishing import close, publish
from proofboard.schemas.ledger import Leaf
from proofboard.schemas.service import BenchmarkSettings
from proofboard.store.database import opened_database
from proofboard.store.tables import EntryRevision, Job, Submission
from service_builders import (
    SetClock,
    actor,
    benchmark_row,
    host_actor,
    kept_sqlite,
    make_tables,
    new_instance,
    put_sqlite,
)

ENTRY = "acme/quick"
BOARD = "units"


class Published:
    """A board whose only submission is `acme/quick`: its owner, its submitter, and who has nothing to do with them.

    It is published once in a test process; every instance gets a copy of what came of it.
    """

    def __init__(self, instance: Instance, folder: Path) -> None:
        first = _first_published()
        self.instance = instance
        self.folder = folder / "example"
        self.owner, self.submission, self.submitter = first.owner, first.submission, first.submitter
        shutil.copytree(first.folder, folder, dirs_exist_ok=True)
        shutil.copytree(first.data, instance.settings.data, dirs_exist_ok=True)
        if instance.database.is_sqlite:
            put_sqlite(instance.database, first.rows)
        else:
            copy_database(first.database, instance.database)


class _FirstPublished:
    """The board of `Published`, where it is made."""

    def __init__(self, place: Path) -> None:
        self.folder = place / "folder"
        self.data = place / "data"
        self.database = opened_database(None, place / "database")
        make_tables(self.database)
        instance = new_instance(self.database, self.data, SetClock())
        self.folder.mkdir()
        self.owner = example_board(instance, self.folder)
        close(instance, BOARD)
        self.submission = checked_submission(instance, example(self.folder / "example"))
        evaluated(instance, self.submission)
        publish(instance, BOARD)
        forget_jobs(instance)
        self.submitter = actor(submission_of(instance, self.submission).organisation_id)
        self.rows = kept_sqlite(self.database)


@functools.cache
def _first_published() -> _FirstPublished:
    place = tempfile.TemporaryDirectory(prefix="proofboard-published-")
    atexit.register(place.cleanup)
    return _FirstPublished(Path(place.name))


def evaluated(instance: Instance, submission: str) -> None:
    batches = begin(instance, submission)
    finish(instance, submission, [evaluate_batch(instance, submission, number) for number in range(batches)])


def small_board(instance: Instance, **settings: Any) -> tuple[Actor, str]:
    """Add a benchmark that cannot be built; returns its owner and its id."""
    owner = host_actor(instance)
    return owner, benchmark_row(instance, str(owner.organisation_id), settings=BenchmarkSettings(**settings))


def submission_of(instance: Instance, submission: str) -> Submission:
    with instance.database.reading() as session:
        row = session.get_one(Submission, submission)
        session.expunge(row)
        return row


def revision_of(instance: Instance, name: str = ENTRY, number: int | None = None) -> EntryRevision:
    """Return a revision of an entry, by default the latest."""
    with instance.database.reading() as session:
        query = select(EntryRevision).where(EntryRevision.name == name).order_by(EntryRevision.revision)
        rows = [row for row in session.scalars(query) if number in {None, row.revision}]
        session.expunge(rows[-1])
        return rows[-1]


def leaves(instance: Instance, benchmark: str = BOARD) -> list[Leaf]:
    with instance.database.reading() as session:
        return leaves_of(lines_of(session, benchmark), benchmark)


def kinds(instance: Instance, benchmark: str = BOARD) -> list[str]:
    return [leaf.kind for leaf in leaves(instance, benchmark)]


def jobs(instance: Instance) -> list[tuple[str, str]]:
    """List what waits to be done: kind and subject."""
    with instance.database.reading() as session:
        rows = session.execute(select(Job.kind, Job.subject).where(Job.state == "waiting").order_by(Job.created_at))
        return [(kind, subject) for kind, subject in rows]


def forget_jobs(instance: Instance) -> None:
    """Forget what waits to be done, as if it were done."""
    with instance.database.writing() as session:
        session.execute(delete(Job))
