"""Put what was prepared aside in its place in one step: stopped at any moment, the old or the new is there."""

import ctypes
import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from proofboard.errors import OutputError

NEW: Final = "new"
OLD: Final = "old"
ASIDE: Final = "-aside.proofboard"

_THIS_FOLDER: Final = -100
_EXCHANGE: Final = 2
_NOT_OFFERED: Final = frozenset({errno.ENOSYS, errno.EINVAL, errno.ENOTSUP})


@contextmanager
def replaced(place: Path) -> Iterator[Path]:
    """Yield an empty folder that takes the place of another, or of none, as soon as it is filled.

    What was there stays untouched until the one step that exchanges the two, and is removed afterwards. Two calls for
    one place must not run at a time. Raises OutputError where the file system refuses; the place is then as it was.
    """
    aside = place.with_name(f".{place.name}{ASIDE}")
    try:
        _clear(aside, place)
        (aside / NEW).mkdir(parents=True)
        yield aside / NEW
        sync_tree(aside / NEW)
        _exchange(aside, place)
    except OSError as error:
        raise OutputError(f"{place}: cannot be written: {error.strerror or error}; what was there is as it was") from (
            error
        )
    finally:
        with suppress(OSError):
            _clear(aside, place)


def clear_left(folder: Path) -> None:
    """Clear away what killed calls left beside the folders of a folder, and bring back what was on its way out."""
    for aside in sorted(folder.glob(f".*{ASIDE}")):
        _clear(aside, aside.with_name(aside.name[1 : -len(ASIDE)]))


def _clear(aside: Path, place: Path) -> None:
    # Where two renames were needed and only the first was done, the old folder is still aside.
    if (aside / OLD).is_dir() and not place.exists():
        (aside / OLD).rename(place)
    if aside.exists():
        shutil.rmtree(aside)


def _exchange(aside: Path, place: Path) -> None:
    if not place.exists():
        (aside / NEW).rename(place)
    elif not _in_one_step(aside / NEW, place):
        # Between these two there is no folder for an instant; `clear_left` would bring the old one back.
        place.rename(aside / OLD)
        (aside / NEW).rename(place)
    with suppress(OSError):
        sync_folder(place.parent)


def _in_one_step(one: Path, other: Path) -> bool:
    """Let two folders change places in one call of the system (renameat2, Linux); False where it is not offered."""
    call = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if call is None:
        return False
    if call(_THIS_FOLDER, os.fsencode(one), _THIS_FOLDER, os.fsencode(other), _EXCHANGE) == 0:
        return True
    if (number := ctypes.get_errno()) in _NOT_OFFERED:
        return False
    raise OSError(number, os.strerror(number), str(other))


def put_new(aside: Path, target: Path) -> None:
    """Give a finished file its name in one step, and only where nothing has that name; raises FileExistsError."""
    try:
        os.link(aside, target)
    except FileExistsError:
        raise
    except OSError:
        # A file system without hard links: here another process could still slip in between.
        if target.exists():
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(target)) from None
        aside.rename(target)
    else:
        aside.unlink()
    sync_folder(target.parent)


def sync_tree(folder: Path) -> None:
    """Bring everything below a folder to the disk, before a name that promises it is whole leads to it."""
    for here, _, names in os.walk(folder):
        for name in names:
            with (Path(here) / name).open("rb") as stream:
                os.fsync(stream.fileno())
        sync_folder(Path(here))


def sync_folder(folder: Path) -> None:
    """Bring the names in a folder to the disk."""
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
