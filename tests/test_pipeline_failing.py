"""What a job may meet: it is tried again, or ends in a stated failure; nothing that it met is ever written down."""

import errno
import sqlite3
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import create_engine, select, text
from sqlalchemy.exc import DBAPIError

from pipeline_cases import HELD_OUT_TEXT, Plan, effects, promised, until, workers
from proofboard.app.service.instance import Instance
from proofboard.errors import MissingExtraError, StorageError, fault
from proofboard.pipeline.faults import place_of, reason_of
from proofboard.store.blobs import FolderBlobs
from proofboard.store.database import opened_database
from proofboard.store.tables import Job

MET = ["software", "input", "withdrawn", "blobs", "blobs, for a while", "disk"]


@pytest.fixture
def plan(tmp_path: Path, instance: Instance) -> Plan:
    """Answer how a worker works on `instance`, whose disk takes no file of more than 3 MB."""
    return Plan(data=str(tmp_path / "data"), url=instance.settings.database_url, file_bytes=3_000_000)


def is_waiting_or_running(instance: Instance) -> bool:
    with instance.database.reading() as session:
        return session.scalar(select(Job.id).where(Job.state.in_(("waiting", "running"))).limit(1)) is not None


def written_by(plan: Plan) -> bytes:
    """Answer everything that a worker left on the disk: databases with their logs, and what it said."""
    folder = Path(plan.data).parent
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


def dumped(instance: Instance) -> str:
    """Answer every text that the engine keeps in PostgreSQL."""
    url = instance.settings.database_url
    if url is None:
        return ""
    with psycopg.connect(url) as connection:
        tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'dbos'").fetchall()
        return "\n".join(
            str(connection.execute(sql.SQL("SELECT * FROM dbos.{}").format(sql.Identifier(name))).fetchall())
            for (name,) in tables
        )


def test_every_fault_ends_in_a_stated_failure_or_is_overcome_and_its_text_is_nowhere(
    instance: Instance, plan: Plan
) -> None:
    promised(instance, "check", *MET)
    promised(instance, "retain", "blobs")
    with workers(plan):
        until(lambda: not is_waiting_or_running(instance), 40)
    assert sorted(effects(instance)) == [
        "blobs failed: the blob store did not answer",
        "disk failed: the disk is full",
        "input failed: a fault of the software",
        "software failed: a fault of the software",
    ]
    with instance.database.reading() as session:
        ends = {(own.kind, own.subject): (own.state, own.error) for own in session.scalars(select(Job))}
    assert ends == {
        ("check", "software"): ("failed", "a fault of the software"),
        ("check", "input"): ("failed", "a fault of the software"),
        ("check", "withdrawn"): ("done", None),
        ("check", "blobs"): ("failed", "the blob store did not answer"),
        ("check", "blobs, for a while"): ("done", None),
        ("check", "disk"): ("failed", "the disk is full"),
        ("retain", "blobs"): ("failed", "the blob store did not answer"),
    }
    assert HELD_OUT_TEXT.encode() not in written_by(plan)
    assert HELD_OUT_TEXT not in dumped(instance)
    assert b"a fault of the software: KeyError at" in written_by(plan)


def raised(call: Callable[[], object]) -> Exception:
    with pytest.raises(Exception) as caught:  # noqa: PT011 - which one is what the test asks about
        call()
    return caught.value


def test_a_full_disk_is_known_behind_the_blob_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    blobs = FolderBlobs(tmp_path)
    monkeypatch.setattr("os.fsync", full)
    assert reason_of(raised(lambda: blobs.put(b"x"))) == "the disk is full"


def test_a_blob_that_is_missing_is_the_blob_stores_fault(tmp_path: Path) -> None:
    blobs = FolderBlobs(tmp_path)
    assert reason_of(raised(lambda: blobs.get("sha256:" + "0" * 64))) == "the blob store did not answer"


def test_a_full_sqlite_database_is_a_full_disk(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'small.sqlite'}")
    with engine.connect() as connection:
        connection.execute(text("PRAGMA max_page_count = 2"))
        error = raised(lambda: [connection.execute(text(f"CREATE TABLE t{n} (x)")) for n in range(9)])
    engine.dispose()
    assert isinstance(error, DBAPIError)
    assert reason_of(error) == "the disk is full"


def test_a_locked_sqlite_database_did_not_answer(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'locked.sqlite'}", connect_args={"timeout": 0})
    other = sqlite3.connect(tmp_path / "locked.sqlite", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    with engine.connect() as connection:
        error = raised(lambda: connection.execute(text("CREATE TABLE t (x)")))
    other.close()
    engine.dispose()
    assert reason_of(error) == "the database did not answer"


def test_a_postgres_that_is_not_there_did_not_answer(tmp_path: Path) -> None:
    database = opened_database("postgresql://nobody@127.0.0.1:9/nothing", tmp_path)

    def ask() -> None:
        with database.reading() as session:
            session.execute(text("SELECT 1"))

    assert reason_of(raised(ask)) == "the database did not answer"


def test_a_wrong_statement_is_a_fault_of_the_software(instance: Instance) -> None:
    def ask() -> None:
        with instance.database.reading() as session:
            session.execute(text("SELECT nothing FROM nowhere"))

    assert reason_of(raised(ask)) == "a fault of the software"


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (StorageError("no answer"), "the blob store did not answer"),
        (MissingExtraError("bwrap: is not installed"), "the sandbox is not available"),
        (OSError(errno.EDQUOT, "quota"), "the disk is full"),
        (ValueError("anything"), "a fault of the software"),
        (fault("x.jsonl", "anything"), "a fault of the software"),
    ],
)
def test_what_was_met_is_one_of_a_closed_list(error: Exception, reason: str) -> None:
    assert reason_of(error) == reason


def test_the_place_of_an_error_names_our_lines_and_not_its_text(tmp_path: Path) -> None:
    error = raised(lambda: FolderBlobs(tmp_path).get(f"sha256:{'0' * 64}"))
    assert place_of(error).startswith("MissingBlobError at store/blobs.py:")
    assert "sha256" not in place_of(error)
