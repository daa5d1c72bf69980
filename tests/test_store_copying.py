"""A live instance copied into another database: consistent, whole, compared; or refused with nothing written."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, func, select, text, update

from command_line import run
from filled_tables import fill
from proofboard.app.service import copying
from proofboard.app.service.copying import NOT_COPIED, copy_blobs, copy_database
from proofboard.app.service.instance import Instance
from proofboard.errors import InputError
from proofboard.store.blobs import FolderBlobs
from proofboard.store.database import Database, opened_database
from proofboard.store.migrating import revisions
from proofboard.store.tables import ApiKey, Base, Event, Job, Organisation, Worker
from service_builders import SetClock, make_tables, new_instance, organisation


@pytest.fixture
def source(tmp_path: Path) -> Iterator[Database]:
    database = opened_database(None, tmp_path / "source")
    make_tables(database)
    yield database
    database.close()


@pytest.fixture
def target(postgres_url: str, tmp_path: Path) -> Iterator[Database]:
    """Answer an empty target that has every table already, which is as good as one that has none."""
    database = opened_database(postgres_url, tmp_path)
    yield database
    database.close()


@pytest.fixture
def sqlite_target(tmp_path: Path) -> Iterator[Database]:
    database = opened_database(None, tmp_path / "target")
    yield database
    database.close()


def rows(database: Database, name: str) -> list[dict[str, Any]]:
    table = Base.metadata.tables[name]
    with database.reading() as session:
        found = [dict(row) for row in session.execute(select(table)).mappings()]
    key = [column.name for column in table.primary_key.columns]
    return sorted(found, key=lambda row: [str(row[own]) for own in key])


def test_every_row_of_every_table_arrives_as_it_was(source: Database, target: Database) -> None:
    fill(source)
    copied = copy_database(source, target)
    assert set(copied.tables) == set(Base.metadata.tables) - NOT_COPIED
    for name in copied.tables:
        assert rows(target, name) == rows(source, name), name
        assert copied.tables[name].rows == 3


def test_a_database_comes_back_from_postgresql_as_it_was(
    source: Database, target: Database, sqlite_target: Database
) -> None:
    fill(source)
    there = copy_database(source, target)
    assert copy_database(target, sqlite_target).tables == there.tables
    assert all(rows(sqlite_target, name) == rows(source, name) for name in there.tables)


def test_an_instance_without_rows_is_copied_too(source: Database, target: Database) -> None:
    assert copy_database(source, target).rows == 0
    assert revisions(target).is_current


def test_tables_larger_than_a_batch_are_copied_whole(
    source: Database, target: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copying, "BATCH_ROWS", 7)
    with source.writing() as session:
        session.add_all([an_event(f"{number}") for number in range(50)])
    assert copy_database(source, target).tables["events"].rows == 50


def an_event(said: str) -> Event:
    return Event(benchmark_id=None, kind="queue", audience="public", body={"said": said}, at="2026")


def test_the_next_number_follows_the_last_that_was_copied(source: Database, target: Database) -> None:
    fill(source, 5)
    copy_database(source, target)
    with target.writing() as session:
        own = an_event("new")
        session.add(own)
        session.flush()
        assert own.number == 6


def test_running_jobs_wait_in_the_copy_and_workers_are_not_in_it(source: Database, target: Database) -> None:
    fill(source)
    with source.writing() as session:
        first = session.scalars(select(Job.id).order_by(Job.id)).first()
        session.execute(update(Job).where(Job.id == first).values(state="running", worker="w1", started_at="2026"))
    assert copy_database(source, target).resumed_jobs == 1
    with target.reading() as session:
        job = session.get_one(Job, first)
        assert (job.state, job.worker, job.started_at) == ("waiting", None, None)
        assert session.scalar(select(func.count()).select_from(Worker)) == 0
    with source.reading() as session:
        assert session.get_one(Job, first).state == "running"


def test_keys_that_name_other_keys_arrive_in_any_order(source: Database, target: Database) -> None:
    with source.writing() as session:
        session.add(Organisation(id="org-1", name="a", display_name="A", notify={}, created_at="2026"))
        session.flush()
        # The child sorts before its parent.
        for own, parent in (("key-9", None), ("key-1", "key-9"), ("key-5", "key-1")):
            columns = {"sha256": own, "name": own, "role": "owner", "scopes": [], "created_at": "2026"}
            session.add(ApiKey(id=own, organisation_id="org-1", parent_id=parent, **columns))
            session.flush()
    copy_database(source, target)
    assert [row["parent_id"] for row in rows(target, "api_keys")] == ["key-9", "key-1", None]


def test_what_is_written_during_the_copy_is_not_in_it(
    source: Database, target: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(source)
    copied_before = copying._copy_table
    written: list[str] = []

    def and_write(table: Any, reading: Connection, writing: Connection) -> Any:
        if not written:
            written.append(table.name)
            with source.writing() as session:
                session.add(an_event("too late"))
                session.add(Organisation(id="late", name="late", display_name="L", notify={}, created_at="2026"))
        return copied_before(table, reading, writing)

    monkeypatch.setattr(copying, "_copy_table", and_write)
    copied = copy_database(source, target)
    assert (copied.tables["events"].rows, copied.tables["organisations"].rows) == (3, 3)
    assert len(rows(source, "events")) == 4


@pytest.mark.parametrize("holds", ["an organisation", "a foreign table"])
def test_a_target_that_holds_anything_is_refused_and_left_as_it_is(
    holds: str, source: Database, target: Database
) -> None:
    fill(source)
    if holds == "an organisation":
        with target.writing() as session:
            session.add(Organisation(id="mine", name="mine", display_name="M", notify={}, created_at="2026"))
    else:
        with target.engine.begin() as connection:
            connection.execute(text("CREATE TABLE somebodys (n INTEGER)"))
    with pytest.raises(InputError, match=r"the target: holds .*(organisations|somebodys).*; copy into an empty"):
        copy_database(source, target)
    if holds == "an organisation":
        assert [row["id"] for row in rows(target, "organisations")] == ["mine"]
        assert rows(target, "jobs") == []


def test_a_target_on_which_a_job_engine_ran_is_refused(source: Database, target: Database) -> None:
    with target.engine.begin() as connection:
        connection.execute(text("CREATE SCHEMA dbos"))
        connection.execute(text("CREATE TABLE dbos.workflow_status (n INTEGER)"))
    with pytest.raises(InputError, match=r"holds dbos\.workflow_status"):
        copy_database(source, target)


def test_a_copy_that_fails_half_way_leaves_an_empty_target_and_can_be_made_again(
    source: Database, target: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(source)
    tables: list[str] = []
    copied_before = copying._copy_table

    def stop(table: Any, reading: Connection, writing: Connection) -> Any:
        tables.append(table.name)
        if len(tables) == 9:
            raise KeyboardInterrupt
        return copied_before(table, reading, writing)

    monkeypatch.setattr(copying, "_copy_table", stop)
    with pytest.raises(KeyboardInterrupt):
        copy_database(source, target)
    assert all(rows(target, name) == [] for name in Base.metadata.tables)
    monkeypatch.undo()
    assert copy_database(source, target).rows == 3 * (len(Base.metadata.tables) - 1)


def test_a_target_that_changes_a_row_is_found_out(source: Database, target: Database) -> None:
    fill(source)
    trigger = "CREATE FUNCTION spoil() RETURNS trigger AS $$ BEGIN NEW.name := 'x' || NEW.name; RETURN NEW; END $$"
    with target.engine.begin() as connection:
        connection.execute(text(f"{trigger} LANGUAGE plpgsql"))
        connection.execute(text("CREATE TRIGGER t BEFORE INSERT ON people FOR EACH ROW EXECUTE FUNCTION spoil()"))
    with pytest.raises(InputError, match=r"the table people: differs after copying: 3 rows sha256:\w+ became 3 rows"):
        copy_database(source, target)
    assert rows(target, "organisations") == []


def test_texts_that_are_too_long_for_their_columns_are_named_together(source: Database, target: Database) -> None:
    with source.writing() as session:
        for number in range(2):
            row = {"display_name": "ä" * 501, "notify": {}, "created_at": "2026-11-21T12:00:00.000000Z, too long"}
            session.add(Organisation(id=f"org-{number}", name=f"n{number}", **row))
    with pytest.raises(InputError) as refused:
        copy_database(source, target)
    assert str(refused.value).splitlines() == [
        "organisations.created_at: holds a text of 37 letters, at most 27 fit; shorten it",
        "organisations.display_name: holds a text of 501 letters, at most 500 fit; shorten it",
    ]


def test_a_text_that_postgresql_cannot_keep_is_named(source: Database, target: Database) -> None:
    with source.writing() as session:
        session.add(Organisation(id="org-1", name="a", display_name="nul \0 inside", notify={}, created_at="2026"))
    with pytest.raises(InputError, match=r"the table organisations: holds what the target cannot: .*NUL"):
        copy_database(source, target)


def test_a_source_of_another_revision_is_refused(source: Database, target: Database) -> None:
    with source.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0001_people'"))
    with pytest.raises(InputError, match="run `proofboard database upgrade`"):
        copy_database(source, target)


def test_blobs_are_copied_once(tmp_path: Path) -> None:
    one, two = FolderBlobs(tmp_path / "one"), FolderBlobs(tmp_path / "two")
    named = [one.put(f"{number}".encode()) for number in range(5)]
    two.put(b"3")
    assert (copy_blobs(one, two).copied, copy_blobs(one, two).kept) == (4, 5)
    assert [two.get(own) for own in named] == [b"0", b"1", b"2", b"3", b"4"]


def test_the_command_moves_an_instance_to_postgresql(
    tmp_path: Path, empty_postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PROOFBOARD_DATA", str(tmp_path / "data"))
    instance = an_instance(tmp_path / "data")
    done = run("database", "copy", "--to", empty_postgres_url, "--blobs", str(tmp_path / "shared"))
    assert done.status == 0, done.err
    assert "counts and digests agree" in done.out
    assert "Not copied: held-out stores" in done.out
    target = opened_database(empty_postgres_url, tmp_path)
    assert rows(target, "organisations") == rows(instance.database, "organisations")
    assert hashlib.sha256(b"a blob").hexdigest() in {own.name for own in (tmp_path / "shared").glob("??/*")}
    again = run("database", "copy", "--to", empty_postgres_url)
    assert (again.status, "the target: holds rows of organisations" in again.err) == (2, True)
    target.close()
    instance.database.close()


def test_the_command_names_a_target_that_is_no_postgresql(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROOFBOARD_DATA", str(tmp_path / "data"))
    an_instance(tmp_path / "data").database.close()
    done = run("database", "copy", "--to", "sqlite:///x")
    assert (done.status, "expected an empty PostgreSQL database" in done.err) == (2, True)


def an_instance(data: Path) -> Instance:
    database = opened_database(None, data)
    make_tables(database)
    instance = new_instance(database, data, SetClock())
    organisation(instance, "acme")
    instance.blobs.put(b"a blob")
    return instance
