"""Open an instance, and make the host organisation with its first key when there is none yet."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from sqlalchemy import select

from proofboard.app.people.keys import make_key
from proofboard.app.service.actors import SYSTEM
from proofboard.app.service.instance import Clock, Instance, new_id, system_clock
from proofboard.app.service.records import record
from proofboard.errors import StorageError, fault
from proofboard.settings import Settings
from proofboard.store.blobs import FolderBlobs
from proofboard.store.database import SQLITE_FILE, opened_database
from proofboard.store.file_systems import refuse_network_file_system
from proofboard.store.migrating import migrate, refuse_other_revision, take_lock
from proofboard.store.opening import opened_blobs
from proofboard.store.tables import Organisation

HOST: Final = "host"


def refuse_absent_stores(settings: Settings) -> None:
    """Raise InputError where held-out stores are named and are not there: boards would be closed without them."""
    if settings.held_out is not None and not settings.held_out.is_dir():
        raise fault("PROOFBOARD_HELD_OUT", f"{settings.held_out}: is no folder; name the one that holds the stores")


@contextmanager
def opened_instance(settings: Settings, clock: Clock = system_clock, *, migrates: bool = True) -> Iterator[Instance]:
    """Open the database and the blobs of the settings; with `migrates`, bring the tables up to date first.

    Raises InputError where a setting cannot be used or the database is newer than this software, StorageError where
    the disk, the database or the blob store does not answer.
    """
    if not migrates and settings.is_sqlite and not (settings.data / SQLITE_FILE).exists():
        raise fault(settings.data, "holds no database; name the folder of an instance with PROOFBOARD_DATA")
    prepare_data_folder(settings)
    database = opened_database(settings.database_url, settings.data)
    try:
        if migrates:
            migrate(database)
        else:
            refuse_other_revision(database)
        blobs = opened_blobs(settings)
        if isinstance(blobs, FolderBlobs):
            blobs.sweep()
        yield Instance(settings, database, blobs, clock)
    finally:
        database.close()


def prepare_data_folder(settings: Settings) -> None:
    """Make the data folder, which nobody else may read, and write a byte into it; raises StorageError or InputError."""
    if settings.is_sqlite:
        refuse_network_file_system(settings.data)
    folder = settings.data
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _write_a_byte(folder)
    except OSError as error:
        raise StorageError(
            f"{folder}: cannot be written: {error.strerror or error}; make room or let this user write there, or name "
            "another folder with PROOFBOARD_DATA"
        ) from error


def first_start(instance: Instance) -> str | None:
    """Make the host organisation, and return the secret of its owner's key; None where it is there already.

    The secret is shown once and kept as SHA-256. Of several processes that start at once, one makes it.
    """
    with instance.database.writing() as session:
        take_lock(session.connection())
        if session.scalar(select(Organisation.id).where(Organisation.is_host)):
            return None
        now, own = instance.now(), new_id("org")
        session.add(Organisation(id=own, name=HOST, display_name="Host", is_host=True, notify={}, created_at=now))
        session.flush()
        key, secret = make_key(session, own, "first start", "owner", now=now)
        record(session, SYSTEM, "key.made", ("key", key.id), now, {"because": "first start"})
    return secret


def _write_a_byte(folder: Path) -> None:
    """Find out now, and not at the first submission, that a disk is full or may not be written."""
    tried = folder / f".writable-{os.urandom(8).hex()}"
    try:
        tried.write_bytes(b"\n")
    finally:
        tried.unlink(missing_ok=True)
