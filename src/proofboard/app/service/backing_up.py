"""Back an instance up into a folder that a stranger to this machine could restore, and check; and restore it.

A backup holds the database as it stood at one moment, every blob, and the board's key. It never holds held-out
material: the stores of workers are backed up by whoever keeps them, and to other places.
"""

import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Literal

from proofboard import __version__, canonical
from proofboard.app.service.copying import copy_database
from proofboard.app.service.instance import Instance
from proofboard.errors import Fault, InputError, OutputError, StorageError, fault
from proofboard.schemas.base import Document
from proofboard.schemas.reading import read_json
from proofboard.settings import Settings
from proofboard.store.blobs import path_of
from proofboard.store.database import SQLITE_FILE, Database, opened_database, sqlite_engine
from proofboard.store.migrating import migrate, revisions
from proofboard.store.opening import opened_blobs

BLOBS: Final = "blobs"
KEYS: Final = "keys"
"""Where `board_key` keeps the private key, in the data folder and in a backup."""
MANIFEST: Final = "backup.json"


class Backup(Document, frozen=True):
    """What a backup holds, so that a restore can tell that it is whole."""

    software_version: str
    revision: str
    """Of the tables."""
    taken_at: str
    database: str
    """The digest of the database file."""
    rows: Mapping[str, int]
    blobs: Mapping[str, int]
    """Digest → bytes."""
    keys: Mapping[str, str]
    """File → digest. They are secret: who holds them can sign as this board."""
    schema_version: Literal[1] = 1


def back_up(instance: Instance, folder: Path) -> Backup:
    """Write a backup of a live instance into a new folder: all of it, or nothing.

    Blobs are second names of the same files where the file systems allow it, and every one is hashed. Raises
    OutputError where the folder is there already, StorageError where a blob is missing or damaged.
    """
    if folder.exists():
        raise OutputError(f"{folder}: is there already; name a new folder for each backup")
    aside = folder.with_name(f".{folder.name}-{os.urandom(8).hex()}")
    try:
        aside.mkdir(mode=0o700, parents=True)
        backup = _written(instance, aside)
        (aside / MANIFEST).write_bytes(canonical.dump(backup))
        aside.rename(folder)
    except OSError as error:
        raise OutputError(f"{folder}: cannot be written: {error.strerror or error}; choose another place") from error
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return backup


def restore(folder: Path, settings: Settings) -> Backup:
    """Restore a backup into the empty data folder, database and blob store of the settings, after checking all of it.

    Raises InputError with everything that is missing or changed in the backup, OutputError where the data folder holds
    anything. What fails leaves the data folder empty.
    """
    backup = _checked(folder)
    data = settings.data
    with _emptied_on_failure(data):
        _restore_keys(folder, backup, data)
        blobs = opened_blobs(settings)
        for named in backup.blobs:
            blobs.put_file(folder / BLOBS / path_of(named, folder))
        _restore_database(folder / SQLITE_FILE, settings)
    return backup


def _written(instance: Instance, aside: Path) -> Backup:
    taken_at = instance.now()
    copy = Database(sqlite_engine(aside / SQLITE_FILE))
    try:
        copied = copy_database(instance.database, copy)
        revision = revisions(copy).newest
    finally:
        copy.close()
    return Backup(
        software_version=__version__,
        revision=revision,
        taken_at=taken_at,
        database=canonical.digest_file(aside / SQLITE_FILE),
        rows={name: own.rows for name, own in copied.tables.items()},
        blobs=_write_blobs(instance, aside / BLOBS),
        keys=_write_keys(instance.settings.data / KEYS, aside / KEYS),
    )


def _write_blobs(instance: Instance, place: Path) -> dict[str, int]:
    sizes, faults = {}, []
    for named in instance.blobs.names():
        own = place / path_of(named, place)
        try:
            instance.blobs.place(named, own)
        except StorageError as error:
            faults.append(str(error))
        else:
            sizes[named] = own.stat().st_size
    if faults:
        raise StorageError("\n".join([f"{len(faults)} blobs cannot be backed up:", *faults]))
    return sizes


def _write_keys(keys: Path, place: Path) -> dict[str, str]:
    if not keys.is_dir():
        return {}
    place.mkdir(mode=0o700)
    digests = {}
    for own in sorted(keys.iterdir()):
        if own.is_file() and not own.name.startswith("."):
            _copy_secret(own, place / own.name)
            digests[own.name] = canonical.digest_file(place / own.name)
    return digests


def _copy_secret(source: Path, target: Path) -> None:
    number = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(number, "wb") as stream:
        stream.write(source.read_bytes())


def _checked(folder: Path) -> Backup:
    """Read the manifest of a backup, and hash everything that it names."""
    if not (folder / MANIFEST).is_file():
        raise fault(folder, f"has no {MANIFEST}, so it is no backup of `proofboard database backup`")
    backup = read_json(folder / MANIFEST, Backup)
    named = {folder / SQLITE_FILE: backup.database}
    named |= {folder / BLOBS / path_of(own, folder): own for own in backup.blobs}
    named |= {folder / KEYS / Path(name).name: digest for name, digest in backup.keys.items()}
    faults = [Fault(str(path), 0, said) for path, digest in named.items() if (said := _fault_of(path, digest))]
    if faults:
        raise InputError(faults)
    return backup


def _fault_of(path: Path, digest: str) -> str | None:
    try:
        found = canonical.digest_file(path)
    except OSError as error:
        return f"cannot be read: {error.strerror or error}; take another backup"
    return None if found == digest else f"is {found}, expected {digest}: it was changed; take another backup"


@contextmanager
def _emptied_on_failure(data: Path) -> Iterator[None]:
    """Refuse a folder that holds anything, and leave nothing in it where the block fails."""
    try:
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
        there = sorted(own.name for own in data.iterdir())
    except OSError as error:
        raise OutputError(f"{data}: cannot be written: {error.strerror or error}; choose another place") from error
    if there:
        raise OutputError(f"{data}: holds {there[0]}; restore into an empty folder, named by PROOFBOARD_DATA")
    try:
        yield
    except BaseException:
        for own in data.iterdir():
            shutil.rmtree(own) if own.is_dir() else own.unlink()
        raise


def _restore_keys(folder: Path, backup: Backup, data: Path) -> None:
    if backup.keys:
        (data / KEYS).mkdir(mode=0o700)
    for name in backup.keys:
        _copy_secret(folder / KEYS / Path(name).name, data / KEYS / Path(name).name)


def _restore_database(source: Path, settings: Settings) -> None:
    """Put the file in place, or copy its rows into PostgreSQL; an older backup is brought up to date first."""
    place = settings.data / SQLITE_FILE
    shutil.copyfile(source, place)
    own = opened_database(None, settings.data)
    try:
        migrate(own)
        if settings.database_url is not None:
            target = opened_database(settings.database_url, settings.data)
            try:
                copy_database(own, target)
            finally:
                target.close()
    finally:
        own.close()
    if settings.database_url is not None:
        place.unlink()
