"""A service without its processes: an instance with a clock that tests set, organisations, keys and those who ask."""

import functools
import os
import sqlite3
import tempfile
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from proofboard import canonical
from proofboard.app.service.actors import Actor
from proofboard.app.service.instance import Instance, new_id
from proofboard.schemas.service import BenchmarkSettings
from proofboard.schemas.states import Role
from proofboard.settings import Settings
from proofboard.store.blobs import FolderBlobs
from proofboard.store.database import Database, sqlite_engine
from proofboard.store.migrating import MIGRATIONS
from proofboard.store.tables import ApiKey, Base, Benchmark, Organisation, Submission

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


class SetClock:
    """A clock that stands until a test moves it."""

    def __init__(self, instant: datetime = NOON) -> None:
        self.instant = instant

    def __call__(self) -> datetime:
        return self.instant

    def advance(self, **lapse: float) -> None:
        """Let time pass: `advance(days=1)`."""
        self.instant += timedelta(**lapse)


def make_tables(database: Database) -> None:
    """Make every table at once; a test of the migrations says that they come to the same."""
    if database.is_sqlite:
        put_sqlite(database, _empty_tables())
    else:
        _create_tables(database)


@functools.cache
def _empty_tables() -> sqlite3.Connection:
    """Make them once for all databases that are files: a copy takes a tenth of the time."""
    with tempfile.TemporaryDirectory() as folder:
        database = Database(sqlite_engine(Path(folder) / "empty.sqlite"))
        _create_tables(database)
        kept = kept_sqlite(database)
        database.close()
    return kept


def kept_sqlite(database: Database) -> sqlite3.Connection:
    """Keep what a database that is a file holds now, in memory."""
    kept = sqlite3.connect(":memory:", check_same_thread=False)
    with closing(sqlite3.connect(str(database.engine.url.database))) as own:
        own.backup(kept)
    return kept


def put_sqlite(database: Database, kept: sqlite3.Connection) -> None:
    """Put what was kept in the place of whatever a database that is a file holds."""
    with closing(sqlite3.connect(str(database.engine.url.database))) as own:
        kept.backup(own)


def _create_tables(database: Database) -> None:
    with database.engine.begin() as connection:
        Base.metadata.create_all(connection)
        MigrationContext.configure(connection).stamp(
            ScriptDirectory(MIGRATIONS, version_locations=[MIGRATIONS]), "head"
        )


def new_instance(database: Database, data: Path, clock: SetClock, **settings: Any) -> Instance:
    """Make an instance on an open database that has its tables; blobs lie in the data folder."""
    return Instance(Settings(data=data, **settings), database, FolderBlobs(data / "blobs"), clock)


def organisation(instance: Instance, name: str = "acme", *, is_host: bool = False) -> str:
    """Add an organisation; returns its id."""
    own = new_id("org")
    with instance.database.writing() as session:
        session.add(
            Organisation(
                id=own, name=name, display_name=name.title(), is_host=is_host, notify={}, created_at=instance.now()
            )
        )
    return own


def host(instance: Instance) -> str:
    """Add the organisation of the instance itself; returns its id."""
    return organisation(instance, "host", is_host=True)


def key(instance: Instance, organisation_id: str, role: Role = "submitter", *benchmarks: str, **columns: Any) -> str:
    """Add a key of an organisation; returns its secret."""
    return key_and_id(instance, organisation_id, role, *benchmarks, **columns)[0]


def key_and_id(
    instance: Instance, organisation_id: str, role: Role = "submitter", *benchmarks: str, **columns: Any
) -> tuple[str, str]:
    """Add a key of an organisation; returns its secret and its id."""
    secret, own = f"pb_{os.urandom(32).hex()}", new_id("key")
    named: dict[str, Any] = {"name": "a test", "scopes": list(benchmarks), "created_at": instance.now(), **columns}
    row = ApiKey(id=own, organisation_id=organisation_id, sha256=canonical.digest(secret.encode()), role=role, **named)
    with instance.database.writing() as session:
        session.add(row)
    return secret, own


def actor(
    organisation_id: str | None, role: Role = "submitter", *, is_host: bool = False, benchmarks: tuple[str, ...] = ()
) -> Actor:
    """Make somebody who asks with a key of an organisation; no row is written."""
    return Actor("key", new_id("key"), organisation_id, role, is_host=is_host, benchmarks=benchmarks)


def host_actor(instance: Instance, role: Role = "owner") -> Actor:
    """Add the host organisation, and make somebody of it."""
    return actor(host(instance), role, is_host=True)


def benchmark_row(
    instance: Instance, organisation_id: str, name: str = "small", settings: BenchmarkSettings | None = None
) -> str:
    """Add the row of a benchmark whose archive is empty; returns its id."""
    with instance.database.writing() as session:
        session.add(
            Benchmark(
                id=name,
                organisation_id=organisation_id,
                title=name.title(),
                archive=instance.blobs.put(b""),
                settings=msgspec.to_builtins(settings or BenchmarkSettings()),
                created_at=instance.now(),
                updated_at=instance.now(),
            )
        )
    return name


def submission_row(instance: Instance, organisation_id: str, benchmark: str = "small", **columns: Any) -> str:
    """Add the row of a submission and nothing that belongs to it; returns its id."""
    own = new_id("sub")
    given: dict[str, Any] = {
        "actor": "key:test",
        "form": "artifact",
        "upload": instance.blobs.put(own.encode()),
        "entry": "acme/short",
        "model": "acme/model-1",
        "day": instance.now()[:10],
        "state": "received",
        "created_at": instance.now(),
        "updated_at": instance.now(),
        **columns,
    }
    with instance.database.writing() as session:
        session.add(Submission(id=own, benchmark_id=benchmark, organisation_id=organisation_id, **given))
    return own
