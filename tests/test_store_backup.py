"""Backups: consistent, complete, checked, without held-out material; and restored into either database."""

import os
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from command_line import run
from proofboard.app.service.backing_up import back_up, restore
from proofboard.app.service.board_key import board_signer
from proofboard.app.service.instance import Instance
from proofboard.app.service.opening import opened_instance
from proofboard.errors import InputError, OutputError, StorageError
from proofboard.settings import Settings
from proofboard.store.blobs import FolderBlobs
from proofboard.store.tables import Job, Organisation
from service_builders import SetClock, host, organisation

BLOB = b"what was handed in\n"


@pytest.fixture
def used(tmp_path: Path) -> Iterator[Instance]:
    """Answer an instance on SQLite with a row, a blob, a key and a running job."""
    with opened_instance(Settings(data=tmp_path / "data"), SetClock()) as instance:
        in_use(instance)
        yield instance


@pytest.fixture(scope="module")
def _taken(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("backups")
    with opened_instance(Settings(data=folder / "data"), SetClock()) as instance:
        in_use(instance)
        back_up(instance, folder / "backup")
    return folder / "backup"


@pytest.fixture
def backup(_taken: Path, tmp_path: Path) -> Path:
    """Answer a whole backup, for a test to spoil or restore."""
    return shutil.copytree(_taken, tmp_path / "backup")


def in_use(instance: Instance) -> None:
    host(instance)
    instance.blobs.put(BLOB)
    board_signer(instance)
    with instance.database.writing() as session:
        session.add(
            Job(id="job-1", kind="check", subject="x", queue="trusted", state="running", worker="w", created_at="2026")
        )


def names(instance: Instance) -> list[str]:
    with instance.database.reading() as session:
        return sorted(session.scalars(select(Organisation.name)))


def test_a_restored_instance_is_the_one_that_was_backed_up(used: Instance, tmp_path: Path) -> None:
    back_up(used, tmp_path / "backup")
    organisation(used, "later")
    settings = Settings(data=tmp_path / "restored")
    restore(tmp_path / "backup", settings)
    with opened_instance(settings, SetClock(), migrates=False) as instance:
        assert names(instance) == ["host"]
        assert [instance.blobs.get(named) for named in instance.blobs.names()] == [BLOB]
        assert board_signer(instance).pem() == board_signer(used).pem()
        with instance.database.reading() as session:
            assert session.get_one(Job, "job-1").state == "waiting"


def test_a_backup_of_postgresql_is_restored_into_postgresql(
    instance: Instance, empty_postgres_url: str, tmp_path: Path
) -> None:
    in_use(instance)
    back_up(instance, tmp_path / "backup")
    settings = Settings(data=tmp_path / "restored", database_url=empty_postgres_url)
    restore(tmp_path / "backup", settings)
    assert not (settings.data / "proofboard.sqlite").exists()
    with opened_instance(settings, SetClock(), migrates=False) as restored:
        assert names(restored) == ["host"]


def test_a_backup_holds_nothing_but_the_database_blobs_keys_and_their_list(used: Instance, tmp_path: Path) -> None:
    # A held-out store and a job database beside the database are no part of it.
    for name in ("held-out/small/items/held_out.jsonl", "jobs.sqlite", "scratch/x", "notes.txt"):
        (used.settings.data / name).parent.mkdir(parents=True, exist_ok=True)
        (used.settings.data / name).write_text("held-out secret")
    back_up(used, tmp_path / "backup")
    files = {own.relative_to(tmp_path / "backup").parts[0] for own in (tmp_path / "backup").rglob("*")}
    assert files == {"backup.json", "blobs", "keys", "proofboard.sqlite"}
    assert all(b"held-out secret" not in own.read_bytes() for own in (tmp_path / "backup").rglob("*") if own.is_file())


def test_only_its_owner_reads_a_backup(used: Instance, tmp_path: Path) -> None:
    back_up(used, tmp_path / "backup")
    assert stat.S_IMODE((tmp_path / "backup").stat().st_mode) == 0o700
    assert {stat.S_IMODE(own.stat().st_mode) for own in (tmp_path / "backup" / "keys").iterdir()} == {0o600}


def test_blobs_of_a_backup_take_no_room_on_the_same_disk(used: Instance, tmp_path: Path) -> None:
    back_up(used, tmp_path / "backup")
    assert {own.stat().st_nlink for own in (tmp_path / "backup" / "blobs").glob("??/*")} == {2}


def test_a_damaged_blob_stops_the_backup_and_is_named(used: Instance, tmp_path: Path) -> None:
    assert isinstance(used.blobs, FolderBlobs)
    own = used.blobs._place(used.blobs.put(b"another"))
    own.chmod(0o600)
    own.write_bytes(b"spoiled")
    with pytest.raises(StorageError, match=r"1 blobs cannot be backed up:\n.*holds other bytes"):
        back_up(used, tmp_path / "backup")
    assert [own.name for own in tmp_path.iterdir()] == ["data"]


def test_a_backup_never_overwrites(used: Instance, tmp_path: Path) -> None:
    (tmp_path / "backup").mkdir()
    with pytest.raises(OutputError, match="is there already"):
        back_up(used, tmp_path / "backup")


def test_everything_that_is_wrong_with_a_backup_is_told_at_once(backup: Path, tmp_path: Path) -> None:
    blob = next((backup / "blobs").glob("??/*"))
    blob.unlink()
    with (backup / "proofboard.sqlite").open("ab") as stream:
        stream.write(b"more")
    (backup / "keys" / "board.key").write_bytes(b"other")
    with pytest.raises(InputError) as refused:
        restore(backup, Settings(data=tmp_path / "restored"))
    said = str(refused.value)
    assert [said.count(word) for word in ("cannot be read", "was changed", "take another backup")] == [1, 2, 3]
    assert not (tmp_path / "restored").exists()


def test_a_folder_that_is_no_backup_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"has no backup\.json"):
        restore(tmp_path, Settings(data=tmp_path / "restored"))


def test_a_list_that_names_files_elsewhere_reads_nothing_there(backup: Path, tmp_path: Path) -> None:
    listed = (backup / "backup.json").read_text()
    (backup / "backup.json").write_text(listed.replace("board.key", "../../outside"))
    (tmp_path / "outside").write_text("x")
    with pytest.raises(InputError, match="keys/outside: cannot be read"):
        restore(backup, Settings(data=tmp_path / "restored"))


def test_a_folder_that_holds_anything_is_not_restored_into(backup: Path, tmp_path: Path) -> None:
    (tmp_path / "restored").mkdir()
    (tmp_path / "restored" / "mine").write_text("mine")
    with pytest.raises(OutputError, match="holds mine; restore into an empty folder"):
        restore(backup, Settings(data=tmp_path / "restored"))
    assert os.listdir(tmp_path / "restored") == ["mine"]  # noqa: PTH208 - names are compared


def test_a_restore_that_fails_leaves_an_empty_folder(backup: Path, postgres_url: str, tmp_path: Path) -> None:
    settings = Settings(data=tmp_path / "restored", database_url=postgres_url)
    with opened_instance(settings) as other:
        organisation(other, "mine")
    for own in (settings.data / "blobs" / "new", settings.data / "blobs"):
        own.rmdir()
    with pytest.raises(InputError, match="the target: holds rows of organisations"):
        restore(backup, settings)
    assert list(settings.data.iterdir()) == []


def test_the_commands_back_up_and_restore(used: Instance, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROOFBOARD_DATA", str(used.settings.data))
    done = run("database", "backup", tmp_path / "backup")
    assert (done.status, "Held-out stores are not part of it" in done.out) == (0, True), done.err
    monkeypatch.setenv("PROOFBOARD_DATA", str(tmp_path / "restored"))
    done = run("database", "restore", tmp_path / "backup")
    assert (done.status, "Restored" in done.out) == (0, True), done.err
    assert run("database", "restore", tmp_path / "backup").status == 2


def test_the_status_tells_where_the_database_stands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROOFBOARD_DATA", str(tmp_path / "data"))
    assert "no database yet" in run("database", "status").out
    assert not (tmp_path / "data").exists()
    assert "no tables → " in run("database", "upgrade").out
    assert "up to date already" in run("database", "upgrade").out
    assert "0 submissions; jobs: none" in run("database", "status").out


def test_the_status_of_postgresql_shows_no_password(
    empty_postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PROOFBOARD_DATA", str(tmp_path))
    monkeypatch.setenv("PROOFBOARD_DATABASE_URL", empty_postgres_url.replace("postgres:@", "postgres:hunter2@"))
    done = run("database", "status")
    assert (done.status, "hunter2" in done.out, "run `proofboard database upgrade`" in done.out) == (0, False, True)
