"""Opening an instance, and its first start."""

import errno
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import func, select

from proofboard.app.people.recognising import recognise_key
from proofboard.app.service.instance import Instance
from proofboard.app.service.opening import first_start, opened_instance, prepare_data_folder
from proofboard.errors import InputError, StorageError
from proofboard.settings import Settings
from proofboard.store.migrating import revisions
from proofboard.store.tables import ApiKey, AuditRecord, Organisation
from service_builders import SetClock


@pytest.fixture
def settings(database_url: str | None, tmp_path: Path) -> Settings:
    return Settings(data=tmp_path / "new" / "data", database_url=database_url)


def test_opening_makes_what_is_not_there(settings: Settings) -> None:
    with opened_instance(settings, SetClock()) as instance:
        assert revisions(instance.database).is_current
        assert instance.blobs.get(instance.blobs.put(b"x")) == b"x"
        assert instance.now() == "2026-11-21T12:00:00.000000Z"
    assert stat.S_IMODE(settings.data.stat().st_mode) == 0o700


def test_the_first_start_gives_an_owners_key_of_the_host_once(instance: Instance) -> None:
    secret = first_start(instance)
    assert secret is not None
    actor = recognise_key(instance, secret)
    assert actor is not None
    assert (actor.role, actor.is_host) == ("owner", True)
    assert first_start(instance) is None


def test_the_key_of_the_first_start_is_kept_as_a_digest_only(instance: Instance, tmp_path: Path) -> None:
    secret = first_start(instance)
    assert secret is not None
    with instance.database.reading() as session:
        assert secret not in repr([row.__dict__ for row in session.scalars(select(ApiKey))])
        assert secret not in repr([row.__dict__ for row in session.scalars(select(AuditRecord))])
    kept = [own.read_bytes() for own in tmp_path.rglob("*") if own.is_file()]
    assert not any(secret.encode() in raw for raw in kept)


def test_of_several_first_starts_at_once_one_makes_the_key(settings: Settings) -> None:
    def start(_: int) -> str | None:
        with opened_instance(settings) as own:
            return first_start(own)

    with ThreadPoolExecutor(5) as pool:
        keys = [key for key in pool.map(start, range(5)) if key]
    with opened_instance(settings) as instance, instance.database.reading() as session:
        hosts = session.scalar(select(func.count()).select_from(Organisation).where(Organisation.is_host))
    assert (len(keys), hosts) == (1, 1)


def test_who_does_not_migrate_needs_an_instance_that_is_there(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path / "nothing")
    with pytest.raises(InputError, match="holds no database"), opened_instance(settings, migrates=False):
        pass
    assert not settings.data.exists()


def test_a_folder_that_cannot_be_written_is_named_with_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_path: Path, _raw: bytes) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(StorageError, match=r"No space left on device; make room .*PROOFBOARD_DATA"):
        prepare_data_folder(Settings(data=tmp_path / "data"))


def test_a_data_folder_that_is_a_file_is_named_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file")
    with pytest.raises(StorageError, match=r"cannot be written: .*name another folder"):
        prepare_data_folder(Settings(data=tmp_path / "data"))


def test_opening_leaves_nothing_behind_but_what_it_names(tmp_path: Path) -> None:
    with opened_instance(Settings(data=tmp_path / "data")):
        pass
    assert sorted(own.name for own in (tmp_path / "data").iterdir()) == ["blobs", "proofboard.sqlite"]
