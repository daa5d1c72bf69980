"""Bring a database to the tables of this version: in one transaction, once, whoever starts first.

A way back is not offered: a step that drops what it added would lose what was written since. The way back is a backup.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import msgspec
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from alembic.script import Script, ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from proofboard.errors import StorageError, fault
from proofboard.store.database import WRITING, Database, told

MIGRATIONS: Final = Path(__file__).parent / "migrations"
LOCK: Final = 0x50726F6F66
"""The advisory lock of everything that happens once in a database: migrations, the first start, copies into it."""


class Revisions(msgspec.Struct, frozen=True):
    """Where a database stands, and where this version of the software wants it."""

    current: str | None
    """None for a database without our tables."""
    newest: str

    @property
    def is_current(self) -> bool:
        """Say whether nothing is to be done."""
        return self.current == self.newest


def migrate(database: Database, folder: Path = MIGRATIONS) -> str:
    """Run every step that a database lacks, all or none, and return its revision.

    Raises InputError where the database is newer than the software, StorageError where a step fails.
    """
    scripts = _scripts(folder)
    with told(), _transaction(database) as connection:
        context = MigrationContext.configure(connection, opts={"transactional_ddl": True})
        current = _known(context, scripts)
        with Operations.context(context):
            for step in _steps(scripts, current):
                _run(step, context, scripts)
        _refuse_dangling(database, connection)
    return str(scripts.get_current_head())


def revisions(database: Database, folder: Path = MIGRATIONS) -> Revisions:
    """Read where a database stands, and change nothing."""
    with told(), database.engine.connect() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
    return Revisions(current, str(_scripts(folder).get_current_head()))


def advice(found: Revisions, folder: Path = MIGRATIONS) -> str:
    """Say what to do with a database that is not at the newest revision."""
    if _is_known(found, folder):
        return f"this version of Proofboard needs {found.newest}; run `proofboard database upgrade`"
    return f"this version of Proofboard is older (up to {found.newest}); use the one that wrote it, or a later one"


def _is_known(found: Revisions, folder: Path) -> bool:
    return found.current is None or found.current in {own.revision for own in _scripts(folder).walk_revisions()}


def refuse_other_revision(database: Database, folder: Path = MIGRATIONS) -> None:
    """Raise InputError unless a database is at the newest revision."""
    found = revisions(database, folder)
    if found.is_current:
        return
    if found.current is not None and not _is_known(found, folder):
        raise _newer(found.current, found.newest)
    stands = f"stands at {found.current}" if found.current else "has no tables yet"
    raise fault("the database", f"{stands}, {advice(found, folder)}")


def take_lock(connection: Connection) -> None:
    """Wait until nobody else does what happens once in a database; held until the transaction ends.

    On SQLite a transaction that writes is alone already.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})


def _scripts(folder: Path) -> ScriptDirectory:
    return ScriptDirectory(folder, version_locations=[folder])


def _known(context: MigrationContext, scripts: ScriptDirectory) -> str | None:
    current = context.get_current_revision()
    if current is not None and current not in {own.revision for own in scripts.walk_revisions()}:
        raise _newer(current, str(scripts.get_current_head()))
    return current


def _newer(current: str, newest: str) -> Exception:
    return fault(
        "the database",
        f"stands at revision {current}, which this version of Proofboard (up to {newest}) does not know; "
        "use the version that wrote it or a later one, or restore a backup into a new folder",
    )


def _steps(scripts: ScriptDirectory, current: str | None) -> list[Script]:
    return list(scripts.iterate_revisions("head", current or "base"))[::-1]


def _run(step: Script, context: MigrationContext, scripts: ScriptDirectory) -> None:
    try:
        step.module.upgrade()
        context.stamp(scripts, step.revision)
    except DBAPIError as error:
        said = str(error.orig).partition("\n")[0]
        raise StorageError(
            f"the database: step {step.revision} of its tables failed: {said}; the database is as it was before"
        ) from error


@contextmanager
def _transaction(database: Database) -> Iterator[Connection]:
    """Open the one transaction of all steps; SQLite builds changed tables anew, which foreign keys would forbid."""
    with database.engine.execution_options(**{WRITING: True}).connect() as connection:
        own: Any = connection.connection.driver_connection
        if database.is_sqlite:
            own.execute("PRAGMA foreign_keys=OFF")
        try:
            with connection.begin():
                take_lock(connection)
                yield connection
        finally:
            if database.is_sqlite:
                own.execute("PRAGMA foreign_keys=ON")


def _refuse_dangling(database: Database, connection: Connection) -> None:
    if database.is_sqlite and (rows := connection.execute(text("PRAGMA foreign_key_check")).all()):
        raise StorageError(f"the database: {len(rows)} rows of {rows[0][0]} name rows that are not there")
