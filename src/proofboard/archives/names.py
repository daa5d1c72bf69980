"""Names that may become paths: below their folder, each once, and the same on every file system."""

import re
import stat
import unicodedata
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from proofboard.errors import Fault, InputError, fault

LARGEST_PART_BYTES: Final = 255
LARGEST_PATH_BYTES: Final = 1024
DEEPEST_PATH: Final = 32

_DRIVE: Final = re.compile(r"[A-Za-z]:")


def fault_of_name(name: str) -> str | None:
    """Say why a name may not be used as a path below a folder, or None where it may."""
    parts = name.split("/")
    lengths = [len(part.encode("utf-8", "surrogatepass")) for part in parts]
    reasons = (
        (not name, "has an empty name"),
        ("\0" in name, "has a name with a NUL byte"),
        (not name.isascii() and not _is_unicode(name), "has a name that is not UTF-8"),
        ("\\" in name, "has a backslash in its name; write paths with /"),
        (name.startswith("/"), "has an absolute path"),
        (_DRIVE.match(name), "has a path with a drive letter"),
        (".." in parts, "has a path that leaves its folder with .."),
        (max(lengths) > LARGEST_PART_BYTES, f"has a name of more than {LARGEST_PART_BYTES} bytes"),
        (sum(lengths) > LARGEST_PATH_BYTES, f"has a path of more than {LARGEST_PATH_BYTES} bytes"),
        (len(parts) > DEEPEST_PATH, f"lies deeper than {DEEPEST_PATH} folders"),
    )
    return next((reason for holds, reason in reasons if holds), None)


def _is_unicode(name: str) -> bool:
    # Bytes that were not UTF-8 stand in a name as surrogates.
    return not any("\ud800" <= letter <= "\udfff" for letter in name)


class Names:
    """The paths seen so far, compared as the least careful file system would compare them."""

    def __init__(self) -> None:
        """Start with no path."""
        self._spelled: dict[str, str] = {}
        self._files: set[str] = set()
        self._folders: set[str] = set()

    def clash(self, path: str, *, is_folder: bool) -> str | None:
        """Take a path in, or say which earlier one it would overwrite somewhere."""
        if not path:
            return None if is_folder else "has an empty name"
        above = path if is_folder else path.rpartition("/")[0]
        reason = self._misspelt(path) or self._clash_of_folders(above)
        if reason or is_folder:
            return reason
        if path in self._files:
            return "is there twice"
        if path in self._folders:
            return "is a file and a folder"
        self._files.add(path)
        return None

    def _clash_of_folders(self, path: str) -> str | None:
        # A folder that is known has folders above it that are known too.
        while path and path not in self._folders:
            if path in self._files:
                return "is a file and a folder"
            if reason := self._misspelt(path):
                return reason
            self._folders.add(path)
            path = path.rpartition("/")[0]
        return None

    def _misspelt(self, path: str) -> str | None:
        earlier = self._spelled.setdefault(_folded(path), path)
        return None if earlier == path else f"collides with {earlier!r}, which differs in case or accents only"


def _folded(path: str) -> str:
    if path.isascii():
        return path.lower()
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", path).casefold())


def tree(folder: Path) -> list[str]:
    """List the regular files below a folder as sorted relative paths with `/`.

    Raises InputError with every link, device, and name that another file system could not hold beside its neighbours.
    """
    names = Names()
    found: list[str] = []
    faults: list[Fault] = []
    waiting = [(folder, "")]
    while waiting:
        here, prefix = waiting.pop()
        for path in _listed(here):
            name, mode = prefix + path.name, path.lstat().st_mode
            is_folder = stat.S_ISDIR(mode)
            if reason := _fault_of_file(name, mode) or names.clash(name, is_folder=is_folder):
                faults.append(Fault(_shown(path), 0, reason))
            elif is_folder:
                waiting.append((path, name + "/"))
            else:
                found.append(name)
    if faults:
        raise InputError(faults)
    return sorted(found)


def _listed(folder: Path) -> Iterable[Path]:
    try:
        return sorted(folder.iterdir())
    except OSError as error:
        raise fault(folder, f"cannot be listed: {error.strerror or error}") from error


def _fault_of_file(name: str, mode: int) -> str | None:
    if stat.S_ISLNK(mode):
        return "is a symbolic link; put the file itself here"
    if not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):
        return "is neither a file nor a folder; remove it"
    return fault_of_name(name)


def _shown(path: Path) -> str:
    """Write a path so that any terminal or log can hold it."""
    return str(path).encode("utf-8", "backslashreplace").decode("utf-8")
