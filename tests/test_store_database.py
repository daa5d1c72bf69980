"""Both databases, as the store opens them: what they refuse, and what they say when they do not answer."""

import os
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from proofboard.app.service.instance import Instance
from proofboard.errors import InputError, StorageError
from proofboard.store.database import Database, opened_database
from proofboard.store.file_systems import kind_of_file_system, refuse_network_file_system
from proofboard.store.tables import Organisation
from service_builders import make_tables, organisation

MOUNTS = """/dev/sda1 / ext4 rw 0 0
server:/export /data nfs4 rw 0 0
/dev/sdb1 /data/local ext4 rw 0 0
me@host: /mnt/with\\040blank fuse.sshfs rw 0 0
tmpfs /data/local/deep tmpfs rw 0 0
share /over ext4 rw 0 0
share /over cifs rw 0 0
broken
"""


@pytest.fixture
def mounts(tmp_path: Path) -> Path:
    place = tmp_path / "mounts"
    place.write_text(MOUNTS)
    return place


def test_what_is_written_is_read_again(instance: Instance) -> None:
    own = organisation(instance)
    with instance.database.reading() as session:
        assert session.scalars(select(Organisation.id)).all() == [own]


def test_a_block_that_fails_keeps_nothing(instance: Instance) -> None:
    with pytest.raises(ZeroDivisionError), instance.database.writing() as session:
        _add_and_fail(session)
    with instance.database.reading() as session:
        assert session.scalars(select(Organisation.id)).all() == []


def _add_and_fail(session: Session) -> None:
    session.add(an_organisation(1, "one"))
    session.flush()
    _ = 1 / 0


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("/data", "nfs4"),
        ("/data/not/there/yet", "nfs4"),
        ("/mnt/with blank/x", "fuse.sshfs"),
        ("/over/x", "cifs"),
    ],
)
def test_a_network_file_system_is_refused(folder: str, kind: str, mounts: Path) -> None:
    with pytest.raises(InputError, match=rf"\({kind}\), on which SQLite loses data; .*PROOFBOARD_DATABASE_URL"):
        refuse_network_file_system(Path(folder), mounts)


@pytest.mark.parametrize("folder", ["/data/local", "/data/local/deep/x", "/database", "/", "/mnt/withblank"])
def test_a_disk_of_this_machine_is_allowed(folder: str, mounts: Path) -> None:
    refuse_network_file_system(Path(folder), mounts)


def test_a_machine_that_does_not_tell_its_mounts_is_allowed(tmp_path: Path) -> None:
    assert kind_of_file_system(Path("/data"), tmp_path / "nothing") is None
    refuse_network_file_system(Path("/data"), tmp_path / "nothing")


def test_a_folder_behind_a_link_counts_as_where_it_lies(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "far")
    (tmp_path / "mounts").write_text(f"/dev/sda1 / ext4 rw 0 0\nserver:/x {tmp_path.resolve() / 'far'} nfs rw 0 0\n")
    with pytest.raises(InputError, match="nfs"):
        refuse_network_file_system(tmp_path / "link" / "data", tmp_path / "mounts")


def test_another_database_than_postgresql_is_refused_without_its_password(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"expected postgresql://") as refused:
        opened_database("mysql://me:hunter2@host/base", tmp_path)
    assert "hunter2" not in str(refused.value)


def test_a_database_that_is_not_there_is_a_fault_of_the_platform(tmp_path: Path) -> None:
    database = opened_database(f"postgresql://nobody@/none?host={tmp_path}", tmp_path)
    with pytest.raises(StorageError, match="look whether it runs"), database.reading() as session:
        session.execute(text("SELECT 1"))
    database.close()


def test_a_database_without_tables_names_the_command_that_makes_them(empty: Database) -> None:
    with pytest.raises(StorageError, match="run `proofboard database upgrade`"), empty.reading() as session:
        session.execute(select(Organisation))


@pytest.fixture
def empty(tmp_path: Path) -> Database:
    return opened_database(None, tmp_path / "empty")


def test_a_full_disk_says_so(tmp_path: Path) -> None:
    database = opened_database(None, tmp_path)
    make_tables(database)
    with database.engine.connect() as connection:
        used = connection.execute(text("PRAGMA page_count")).scalar()
    with pytest.raises(StorageError, match="disk is full; make room"), database.writing() as session:
        _fill(session, int(used or 0))
    database.close()


def _fill(session: Session, pages: int) -> None:
    session.execute(text(f"PRAGMA max_page_count = {pages}"))
    session.add_all([an_organisation(number, f"name-{number}") for number in range(1000)])
    session.flush()


def an_organisation(number: int, name: str) -> Organisation:
    return Organisation(id=f"org-{number}", name=name, display_name="a secret " * 50, notify={}, created_at="2026")


def test_a_file_that_is_no_database_is_named_damaged(tmp_path: Path) -> None:
    (tmp_path / "proofboard.sqlite").write_bytes(b"not a database, and long enough to be read as a header" * 100)
    database = opened_database(None, tmp_path)
    with (
        pytest.raises(StorageError, match="the file is damaged; restore a backup"),
        database.reading() as session,
    ):
        session.execute(text("SELECT 1"))
    database.close()


def test_what_was_handed_in_is_not_in_the_message_of_a_fault(instance: Instance) -> None:
    with pytest.raises(IntegrityError) as refused, instance.database.writing() as session:
        session.add_all([an_organisation(1, "same"), an_organisation(2, "same")])
    assert "a secret" not in str(refused.value)


def test_writers_wait_for_each_other(tmp_path: Path) -> None:
    database = opened_database(None, tmp_path)
    with database.writing() as session:
        session.execute(text("CREATE TABLE t (n INTEGER)"))
        other = sqlite3.connect(tmp_path / "proofboard.sqlite", timeout=0)
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")
        other.close()
    database.close()
    assert os.access(tmp_path / "proofboard.sqlite", os.R_OK)
