"""What every verb of a service works with: settings, database, blobs and the clock."""

import os
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import msgspec

from proofboard.settings import Settings
from proofboard.store.blobs import Blobs
from proofboard.store.database import Database

Clock = Callable[[], datetime]


class Instance(msgspec.Struct, frozen=True, eq=False):
    """One service: the same value in the web process, in workers and in commands."""

    settings: Settings
    database: Database
    blobs: Blobs
    clock: Clock

    def now(self) -> str:
        """Return this instant as the tables keep it."""
        return as_text(self.clock())

    def later(self, **lapse: float) -> str:
        """Return the instant after a lapse of time (`days=…`, `seconds=…`), as the tables keep it."""
        return as_text(self.clock() + timedelta(**lapse))


def as_text(instant: datetime) -> str:
    """Write an instant as UTC text that sorts by time."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def as_instant(text: str) -> datetime:
    """Read what `as_text` wrote."""
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)


def new_id(prefix: str) -> str:
    """Make an id that nobody can guess and that sorts by the time of its making: `sub-` and 32 hexadecimal digits."""
    milliseconds = time.time_ns() // 1_000_000
    return f"{prefix}-{milliseconds:012x}{os.urandom(10).hex()}"


def system_clock() -> datetime:
    """Read the clock of this machine."""
    return datetime.now(UTC)
