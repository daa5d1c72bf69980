"""What a job met, as one of a closed list: a message of an exception may speak of held-out items and goes nowhere."""

import errno
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from proofboard.app.service.failing import PlatformFault
from proofboard.errors import MissingExtraError, OutputError, StorageError

FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
UNWRITABLE: Final = frozenset(
    {errno.EIO, errno.EROFS, errno.EACCES, errno.EPERM, errno.ESTALE, errno.ENOTDIR, errno.EMFILE, errno.ENFILE}
)
"""What a disk answers that is away, worn out or not ours: what we lay down lies beside the blobs."""
FULL_STATES: Final = ("53100",)
"""PostgreSQL's code for a full disk."""
ANSWERED_STATES: Final = ("22", "23", "42")
"""Classes of PostgreSQL's codes that say that a statement was wrong, not the database."""
ANSWERED_BY_SQLITE: Final = "SQLITE_ERROR"
"""What SQLite says of a wrong statement."""
ANSWERED: Final = frozenset({"IntegrityError", "ProgrammingError", "DataError", "NotSupportedError"})
OWN: Final = Path(__file__).parents[1]
CALLER: Final = "pipeline/workflows.py"
"""Where every step is called; the same line for all."""


def reason_of(error: Exception) -> PlatformFault:
    """Name what a job met; whatever is none of the others is a fault of the software."""
    chain = list(_chain(error))
    if any(_is_full(own) for own in chain):
        return "the disk is full"
    if any(_is_silent(own) for own in chain):
        return "the database did not answer"
    if any(isinstance(own, DBAPIError) for own in chain):
        return "a fault of the software"
    if any(isinstance(own, StorageError) or _is_unwritable(own) for own in chain):
        return "the blob store did not answer"
    if any(isinstance(own, MissingExtraError | OutputError) for own in chain):
        return "the sandbox is not available"
    return "a fault of the software"


def place_of(error: Exception) -> str:
    """Say where an error arose, by its kind and the lines of our own code: never by its text, never by values."""
    steps = traceback.extract_tb(error.__traceback__)
    frames = [own for own in steps if own.filename.startswith(str(OWN)) and not own.filename.endswith(CALLER)]
    places = [f"{Path(frame.filename).relative_to(OWN)}:{frame.lineno}" for frame in frames[-3:]]
    return f"{type(error).__name__} at {' < '.join(reversed(places)) or 'an unknown place'}"


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    now: BaseException | None = error
    while now is not None and id(now) not in seen:
        seen.add(id(now))
        yield now
        original = getattr(now, "orig", None)
        now = now.__cause__ or (original if isinstance(original, BaseException) else now.__context__)


def _is_full(error: BaseException) -> bool:
    if isinstance(error, OSError) and error.errno in FULL:
        return True
    # SQLite says so in words, and PostgreSQL by a code.
    return getattr(error, "sqlite_errorname", "") == "SQLITE_FULL" or getattr(error, "sqlstate", "") in FULL_STATES


def _is_unwritable(error: BaseException) -> bool:
    return isinstance(error, OSError) and error.errno in UNWRITABLE


def _is_silent(error: BaseException) -> bool:
    if isinstance(error, PoolTimeoutError):
        return True
    if not isinstance(error, DBAPIError):
        return isinstance(error, SQLAlchemyError) and type(error).__name__ == "PendingRollbackError"
    if getattr(error.orig, "sqlite_errorname", "") == ANSWERED_BY_SQLITE:
        return False
    state = getattr(error.orig, "sqlstate", None) or ""
    return type(error).__name__ not in ANSWERED and not state.startswith(ANSWERED_STATES)
