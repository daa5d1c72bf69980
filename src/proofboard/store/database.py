"""One database, SQLite or PostgreSQL: how it is opened, read and written.

SQLite runs in WAL mode on one host, and a transaction that writes says so when it begins (`BEGIN IMMEDIATE`): two that
read first and write later would otherwise end in "database is locked". On PostgreSQL rows are locked where they are
changed, and constraints decide races. Where a database does not answer, a transaction raises StorageError.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.orm import Session

from proofboard.errors import StorageError, fault
from proofboard.store.file_systems import refuse_network_file_system

BUSY_MILLISECONDS: Final = 30_000
POOL_SIZE: Final = 10
SQLITE_FILE: Final = "proofboard.sqlite"
WRITING: Final = "proofboard_writing"
POSTGRES_PREFIXES: Final = ("postgresql://", "postgres://", "postgresql+psycopg://")
CONNECT_SECONDS: Final = 10
TO_DO: Final = {
    "no such table": "run `proofboard database upgrade`",
    "disk is full": "make room on the disk of the data folder",
    "No space left": "make room on the disk of the database",
    "readonly database": "let this user write to the data folder and the files in it",
    "unable to open database file": "let this user write to the data folder, and make room on its disk",
    "locked": "another process holds it for too long; look for one that hangs",
    "disk I/O error": "look at the disk of the data folder: it is full or failing",
    "malformed": "the file is damaged; restore a backup",
    "deadlock detected": "try again",
    "canceling statement": "try again",
    "connection slots": "let the server take more connections, or run fewer processes",
    "too many clients": "let the server take more connections, or run fewer processes",
    "not a database": "the file is damaged; restore a backup",
}
"""What the driver says → what to do about it."""


class Database:
    """An engine, and the two kinds of transactions that are made with it."""

    def __init__(self, engine: Engine) -> None:
        """Take an engine that `opened_database` made."""
        self.engine = engine

    @property
    def is_sqlite(self) -> bool:
        """Say whether this is a file of this machine."""
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Open a session that sees one consistent state and changes nothing."""
        # Closing ends the transaction; a rollback would make every row that was read be asked for again.
        with told(), Session(self.engine, autoflush=False) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """Open a session whose changes are all kept when the block ends, or none."""
        engine = self.engine.execution_options(**{WRITING: True})
        with told(), Session(engine, expire_on_commit=False) as session, session.begin():
            yield session

    def close(self) -> None:
        """Let every connection go."""
        self.engine.dispose()


@contextmanager
def told() -> Iterator[None]:
    """Raise StorageError, with what to do, where the database does not answer; a broken constraint is not that."""
    try:
        yield
    except DBAPIError as error:
        if isinstance(error, (IntegrityError, DataError, ProgrammingError)):
            raise
        said = str(error.orig).strip().partition("\n")[0]
        todo = next((todo for words, todo in TO_DO.items() if words in said), "look whether it runs and may be reached")
        raise StorageError(f"the database: {said}; {todo}") from error
    except PoolTimeoutError as error:
        raise StorageError("the database: every connection is in use; try again") from error


def opened_database(url: str | None, data: Path) -> Database:
    """Open PostgreSQL at a URL, or the SQLite file in the data folder; makes no tables. Raises InputError."""
    if url is None:
        refuse_network_file_system(data)
        return Database(sqlite_engine(data / SQLITE_FILE))
    if not url.startswith(POSTGRES_PREFIXES):
        raise fault("PROOFBOARD_DATABASE_URL", f"is {_without_password(url)!r}, expected postgresql://…")
    return Database(
        create_engine(
            psycopg_url(url),
            pool_size=POOL_SIZE,
            max_overflow=POOL_SIZE,
            pool_pre_ping=True,
            # What people hand in stays out of messages and logs.
            hide_parameters=True,
            connect_args={"connect_timeout": CONNECT_SECONDS},
        )
    )


def psycopg_url(url: str) -> str:
    """Name our driver in a PostgreSQL URL."""
    return f"postgresql+psycopg://{url.partition('://')[2]}"


def sqlite_engine(path: Path) -> Engine:
    """Make the engine of an SQLite file: WAL, foreign keys, writers that wait for each other."""
    path.parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        f"sqlite:///{path}",
        connect_args={"timeout": BUSY_MILLISECONDS / 1000, "check_same_thread": False},
        pool_size=POOL_SIZE,
        max_overflow=POOL_SIZE,
        hide_parameters=True,
    )

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: object) -> None:  # noqa: ANN401 - a connection of the driver
        connection.isolation_level = None  # transactions begin below, and nowhere else
        for pragma in (
            "journal_mode=WAL",
            "synchronous=NORMAL",
            "foreign_keys=ON",
            f"busy_timeout={BUSY_MILLISECONDS}",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        writing = connection.get_execution_options().get(WRITING, False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")

    return engine


def answers(database: Database) -> str | None:
    """Ask whether a database answers; returns what is wrong with it."""
    try:
        with database.reading() as session:
            session.execute(text("SELECT 1"))
    except Exception as error:  # noqa: BLE001 - whatever is wrong, the answer is that it is not ready
        return type(error).__name__
    return None


def _without_password(url: str) -> str:
    scheme, _, rest = url.partition("://")
    return f"{scheme}://{rest.rpartition('@')[2]}" if rest else scheme
