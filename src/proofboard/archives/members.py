"""What archives hold, told by their content: members of zip and tar files, plain or compressed."""

import bz2
import errno
import gzip
import io
import lzma
import mmap
import stat
import struct
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final, Literal

from proofboard.archives.limits import CHUNK_BYTES, Budget, Limits
from proofboard.errors import StorageError, UnsafeArchiveError

BLOCK_BYTES: Final = 512
LARGEST_HEADER_BYTES: Final = 1 << 20
FIRST_OF_ZIP: Final = (b"PK\x03\x04", b"PK\x05\x06")
FIRST_OF_ZSTD: Final = b"\x28\xb5\x2f\xfd"
ENCRYPTED: Final = 0x1

NO_ROOM: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})

DAMAGED: Final = (
    EOFError,
    NotImplementedError,  # a compression that the library does not know
    OverflowError,
    RecursionError,  # headers that announce headers without end
    RuntimeError,
    ValueError,
    lzma.LZMAError,
    struct.error,
    tarfile.TarError,
    zipfile.BadZipFile,
    zlib.error,
)
"""What the libraries raise for bytes that are not what they should be."""

_TAR_KINDS: Final = {
    tarfile.SYMTYPE: "a symbolic link",
    tarfile.LNKTYPE: "a hard link",
    tarfile.CHRTYPE: "a device",
    tarfile.BLKTYPE: "a device",
    tarfile.FIFOTYPE: "a pipe",
}


@dataclass(frozen=True, slots=True)
class Member:
    """One file or folder of an archive, not yet read."""

    name: str
    """As the archive writes it."""
    is_folder: bool
    size: int
    open: Callable[[], IO[bytes]]
    fault: str | None = None
    """Why its kind is refused."""

    @property
    def path(self) -> str:
        """The name without `.` and doubled or trailing slashes."""
        return "/".join(part for part in self.name.split("/") if part not in {"", "."})


def kind_of(path: Path) -> Literal["zip", "tar"] | None:
    """Tell by its content what kind of archive a file is, or None where it is none."""
    with path.open("rb") as raw:
        first = raw.read(BLOCK_BYTES)
        if first.startswith(FIRST_OF_ZIP):
            return "zip"
        if first.startswith(FIRST_OF_ZSTD):
            return "tar" if _named_as_tar(path) else None
        raw.seek(0)
        try:
            first = _plain(raw, first).read(BLOCK_BYTES)
        except (*DAMAGED, OSError):
            # A download that was cut short must not pass as some other file.
            return "tar" if _named_as_tar(path) else None
    return "tar" if _is_tar_header(first) else None


def _named_as_tar(path: Path) -> bool:
    return ".tar" in path.suffixes or path.suffix in {".tgz", ".txz", ".tbz2"}


def _plain(raw: IO[bytes], first: bytes) -> Any:  # noqa: ANN401 - the libraries' files share no type
    """Return a stream of the decompressed bytes; the stream itself where it is not compressed."""
    if first.startswith(b"\x1f\x8b"):
        return gzip.GzipFile(fileobj=raw)
    if first.startswith(b"BZh"):
        return bz2.BZ2File(raw)
    if first.startswith(b"\xfd7zXZ\x00"):
        return lzma.LZMAFile(raw)
    return raw


def _is_tar_header(block: bytes) -> bool:
    try:
        tarfile.TarInfo.frombuf(block, "utf-8", "surrogateescape")
    except tarfile.TarError:
        return False
    return True


def open_zip(source: Path, held: ExitStack) -> Iterator[Member]:
    """Yield the members of a zip file, which stays open as long as `held`."""
    try:
        archive = held.enter_context(zipfile.ZipFile(source))
    except DAMAGED as error:
        raise UnsafeArchiveError(f"{source}: is damaged or cut short: {error}") from error
    for entry in archive.infolist():
        yield Member(
            # The library cuts a name at its first NUL; the original shows it.
            name=entry.orig_filename,
            is_folder=entry.is_dir(),
            size=entry.file_size,
            open=lambda entry=entry: archive.open(entry),  # type: ignore[misc]
            fault=_zip_fault(entry),
        )


def _zip_fault(entry: zipfile.ZipInfo) -> str | None:
    if entry.flag_bits & ENCRYPTED:
        return "is encrypted; unpack it with its password first"
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if stat.S_ISLNK(kind):
        return "is a symbolic link; put the file itself there"
    if kind and not (stat.S_ISREG(kind) or stat.S_ISDIR(kind)):
        return "is a device or pipe; only files and folders are accepted"
    return None


def open_tar(source: Path, limits: Limits, held: ExitStack) -> Iterator[Member]:
    """Yield the members of a tar file, compressed or not, which stays open as long as `held`."""
    raw = _ShortReads(held.enter_context(_decompressed(source, limits)))
    try:
        archive = held.enter_context(tarfile.TarFile(fileobj=raw, encoding="utf-8"))  # type: ignore[arg-type]
        while entry := archive.next():
            yield _tar_member(entry, archive)
        _check_tar_end(raw, archive.offset)
    except DAMAGED as error:
        raise UnsafeArchiveError(f"{source}: is damaged or cut short: {error}") from error


def _tar_member(entry: tarfile.TarInfo, archive: tarfile.TarFile) -> Member:
    if entry.size < 0:
        raise ValueError(f"{entry.name!r} has a negative size")
    is_file = entry.type in {tarfile.REGTYPE, tarfile.AREGTYPE} and not entry.issparse()
    kind = "a sparse file" if entry.issparse() else _TAR_KINDS.get(entry.type, "of an unknown kind")
    return Member(
        name=entry.name,
        is_folder=entry.isdir(),
        size=entry.size if is_file else 0,
        open=lambda: archive.extractfile(entry) or io.BytesIO(),
        fault=None if is_file or entry.isdir() else f"is {kind}; only files and folders are accepted",
    )


class _ShortReads:
    """A file that refuses long reads: headers are read whole, and a hostile one states any length."""

    def __init__(self, raw: "IO[bytes] | mmap.mmap") -> None:
        self.seek, self.tell, self.close = raw.seek, raw.tell, raw.close
        self._read = raw.read

    def read(self, size: int) -> bytes:
        if not 0 <= size <= LARGEST_HEADER_BYTES:
            raise ValueError(f"a header states a length of {size:,} bytes")
        return self._read(size)


def _check_tar_end(raw: _ShortReads, end: int) -> None:
    """Refuse an archive without its end mark: the library takes a damaged header for the end."""
    raw.seek(end)
    if raw.read(BLOCK_BYTES) != bytes(BLOCK_BYTES):
        raise EOFError("the mark of its end is missing")
    while chunk := raw.read(CHUNK_BYTES):
        if chunk.strip(b"\0"):
            raise EOFError("more follows after its end")


def refuse_full_disk(source: Path, error: Exception) -> None:
    """Raise StorageError where there was no room to unpack: that is no fault of an archive."""
    if isinstance(error, OSError) and error.errno in NO_ROOM:
        raise StorageError(f"{source}: cannot be unpacked: {error.strerror}; make room") from error


@contextmanager
def _decompressed(source: Path, limits: Limits) -> Iterator["IO[bytes] | mmap.mmap"]:
    """Yield the plain tar file of an archive, decompressed only as far as the limits allow."""
    with source.open("rb", buffering=0) as raw, tempfile.TemporaryFile(prefix="proofboard-", suffix=".tar") as plain:
        first = raw.read(BLOCK_BYTES)
        if first.startswith(FIRST_OF_ZSTD):
            raise UnsafeArchiveError(f"{source}: is compressed with zstd; pack it as .tar.xz or .zip")
        raw.seek(0)
        stream = _plain(raw, first)
        if stream is raw:
            yield raw
            return
        try:
            Budget(source, limits).copy(stream, plain)
            plain.flush()
        except (*DAMAGED, OSError) as error:
            refuse_full_disk(source, error)
            raise UnsafeArchiveError(f"{source}: is damaged or cut short: {error}") from error
        if plain.tell() == 0:
            yield plain
            return
        # Members are many and small: read from memory, they cost no call of the system each. Nobody else has this file.
        with mmap.mmap(plain.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
            yield mapped
