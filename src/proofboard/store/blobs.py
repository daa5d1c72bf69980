"""Bytes by their digest: written once, never changed, shared by all who need them."""

import os
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Protocol

from proofboard.archives.placing import sync_folder
from proofboard.canonical import PREFIX, digest, digest_file, hex_of
from proofboard.errors import StorageError

FOLDER_DIGITS: Final = 2
HEXADECIMAL: Final = re.compile("[0-9a-f]{64}")
ABANDONED_SECONDS: Final = 86_400
"""After this time nobody still writes to a file that was begun."""


class Blobs(Protocol):
    """Where bytes are kept. Every method raises StorageError where the store does not answer."""

    def put(self, raw: bytes) -> str:
        """Keep bytes; returns their digest. What is there already stays."""

    def put_file(self, path: Path) -> str:
        """Keep the bytes of a file without holding them in memory; returns their digest."""

    def get(self, named: str) -> bytes:
        """Return the bytes of a digest, after hashing them; raises MissingBlobError, or DamagedBlobError."""

    def has(self, named: str) -> bool:
        """Say whether the bytes of a digest are here."""

    def remove(self, named: str) -> None:
        """Forget bytes; nothing happens where they are not here."""

    def names(self) -> Iterator[str]:
        """Yield the digest of everything that is kept."""

    def address(self, named: str, *, seconds: int, kind: str) -> str | None:
        """Return an address where a reader may fetch the bytes for some time; None where we serve them ourselves."""

    def place(self, named: str, target: Path) -> None:
        """Put the bytes at a path of this machine in one move, after hashing them; raises what `get` raises.

        The file may share its bytes with the store: nobody may write to it.
        """


class MissingBlobError(StorageError):
    """Bytes that the database names are not in the store."""


class DamagedBlobError(StorageError):
    """The store holds other bytes than the digest says: restore them from a backup."""


def path_of(named: str, store: object) -> str:
    """Return where a store keeps the bytes of a digest: `ab/abcdef…`; raises MissingBlobError for what is no digest."""
    digits = hex_of(named)
    if not HEXADECIMAL.fullmatch(digits):
        raise MissingBlobError(f"{named[:80]!r}: is no digest, so it is not in {store}")
    return f"{digits[:FOLDER_DIGITS]}/{digits}"


def missing(named: str, store: object) -> MissingBlobError:
    """Make the error of bytes that are not there."""
    return MissingBlobError(f"{named}: is named and not in {store}; restore it from a backup")


def damaged(named: str, found: str, store: object) -> DamagedBlobError:
    """Make the error of bytes that have another digest."""
    return DamagedBlobError(f"{named}: {store} holds other bytes under this name ({found}); restore it from a backup")


class FolderBlobs:
    """Blobs in a folder, `ab/abcdef…`; the folder may be shared by several machines."""

    def __init__(self, folder: Path) -> None:
        """Use a folder, and make it where it is not there."""
        self.folder = folder
        with _told(folder):
            (folder / "new").mkdir(parents=True, exist_ok=True)

    def __str__(self) -> str:
        return f"the blob store {self.folder}"

    def put(self, raw: bytes) -> str:
        """Write aside, to the disk, then in one move; a file with other bytes than its name says is put right."""
        named = digest(raw)
        place = self._place(named)
        with _told(place):
            if not _holds(place, raw):
                with self._aside() as aside:
                    aside.write_bytes(raw)
                    _move(aside, place)
        return named

    def put_file(self, path: Path) -> str:
        """Copy aside, hash the copy, then in one move: a file that changes meanwhile cannot get a false name."""
        with _told(path), self._aside() as aside:
            _copy(path, aside)
            named = digest_file(aside)
            _move(aside, self._place(named))
        return named

    def get(self, named: str) -> bytes:
        """Read the bytes of a digest."""
        place = self._place(named)
        with _told(place):
            try:
                raw = place.read_bytes()
            except FileNotFoundError:
                raise missing(named, self) from None
        if (found := digest(raw)) != named:
            raise damaged(named, found, self)
        return raw

    def has(self, named: str) -> bool:
        """Look for a file."""
        with _told(self.folder):
            return self._place(named).is_file()

    def remove(self, named: str) -> None:
        """Remove a file."""
        with _told(self.folder):
            self._place(named).unlink(missing_ok=True)

    def names(self) -> Iterator[str]:
        """List the files."""
        with _told(self.folder):
            for path in sorted(self.folder.glob("[0-9a-f][0-9a-f]/*")):
                if HEXADECIMAL.fullmatch(path.name):
                    yield PREFIX + path.name

    def address(self, named: str, *, seconds: int, kind: str) -> str | None:  # noqa: ARG002 - the protocol's signature
        """Return None: a folder has no address."""
        return None

    def place(self, named: str, target: Path) -> None:
        """Give the file a second name, or copy it where the file system has no such thing."""
        own = self._place(named)
        with _told(target):
            target.parent.mkdir(parents=True, exist_ok=True)
            aside = target.with_name(f".{target.name[:64]}-{os.urandom(8).hex()}")
            try:
                _link_or_copy(own, aside)
                if (found := digest_file(aside)) != named:
                    raise damaged(named, found, self)
                # Never into the file that may be there: it may be the blob itself under its second name.
                aside.replace(target)
            except FileNotFoundError:
                raise missing(named, self) from None
            finally:
                # A move between two names of one file does nothing, not even that.
                aside.unlink(missing_ok=True)

    def sweep(self) -> int:
        """Remove what was begun and never finished, by a process that was killed long ago; returns how many files."""
        with _told(self.folder):
            oldest = time.time() - ABANDONED_SECONDS
            abandoned = [own for own in (self.folder / "new").iterdir() if own.stat().st_mtime < oldest]
            for own in abandoned:
                own.unlink(missing_ok=True)
        return len(abandoned)

    def _place(self, named: str) -> Path:
        return self.folder / path_of(named, self)

    @contextmanager
    def _aside(self) -> Iterator[Path]:
        """Yield a path that nobody else has, where nothing stays."""
        aside = self.folder / "new" / os.urandom(16).hex()
        try:
            yield aside
        finally:
            aside.unlink(missing_ok=True)


def _holds(place: Path, raw: bytes) -> bool:
    try:
        return place.stat().st_size == len(raw) and place.read_bytes() == raw
    except FileNotFoundError:
        return False


def _copy(source: Path, target: Path) -> None:
    with source.open("rb") as reading, target.open("xb") as writing:
        while chunk := reading.read(1 << 20):
            writing.write(chunk)


def _link_or_copy(own: Path, target: Path) -> None:
    try:
        os.link(own, target)
    except FileNotFoundError:
        raise
    except OSError:
        _copy(own, target)


def _move(aside: Path, place: Path) -> None:
    """Give written bytes their name, both on the disk when this returns: a row that names them may follow at once."""
    with aside.open("rb") as stream:
        os.fsync(stream.fileno())
    aside.chmod(0o444)
    if not place.parent.is_dir():
        place.parent.mkdir(exist_ok=True)
        sync_folder(place.parent.parent)
    aside.replace(place)
    sync_folder(place.parent)


@contextmanager
def _told(place: Path) -> Iterator[None]:
    """Say which part of the platform failed, so that nobody takes it for a fault of the submission."""
    try:
        yield
    except OSError as error:
        raise StorageError(f"{place}: {error.strerror or error}") from error
