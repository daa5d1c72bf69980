"""Who a worker is: a name that stays over restarts and that nobody else has while it lives."""

import fcntl
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import IO, Final

from proofboard.app.service.heartbeats import seen_lately
from proofboard.app.service.instance import Instance
from proofboard.errors import fault

FOLDER: Final = "workers"


@contextmanager
def own_name(instance: Instance) -> Iterator[str]:
    """Yield the name of this worker, locked as long as the block lasts.

    Raises InputError where the name that the settings give is taken, or where the database is a file of another host.
    """
    host = socket.gethostname()
    _refuse_other_hosts(instance, host)
    given = instance.settings.worker_name
    folder = instance.settings.data / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    names = [given] if given is not None else (f"{host}-{number}" for number in count(1))
    for name in names:
        # Names come from the environment: only their letters decide where the lock lies.
        with (folder / f"{name.encode().hex()}.lock").open("w") as lock:
            if _locked(lock):
                _refuse_namesake(instance, name, host)
                yield name
                return
    raise fault("PROOFBOARD_WORKER_NAME", f"is {given!r}, which another worker of {folder} has; choose another name")


def _locked(lock: IO[str]) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _refuse_other_hosts(instance: Instance, host: str) -> None:
    """SQLite is a file of one machine: shared over a network, its locks do not hold."""
    if not instance.database.is_sqlite:
        return
    with instance.database.reading() as session:
        others = sorted({own.host for own in seen_lately(session, instance.now())} - {host})
    if others:
        place = Path(instance.settings.data)
        reason = (
            f"is SQLite and is used by workers of {', '.join(others)}; this is {host}. Workers of several machines "
            "need PostgreSQL: `proofboard database copy --to URL`, then set PROOFBOARD_DATABASE_URL everywhere"
        )
        raise fault(place, reason)


def _refuse_namesake(instance: Instance, name: str, host: str) -> None:
    """Two data folders know nothing of each other's locks, but they share the table of workers."""
    with instance.database.reading() as session:
        there = [own for own in seen_lately(session, instance.now()) if own.name == name and own.host != host]
    if there:
        raise fault(
            "PROOFBOARD_WORKER_NAME", f"is {name!r}, and such a worker lives on {there[0].host}; choose another"
        )
