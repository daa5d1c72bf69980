"""Pack files into an archive whose bytes follow from their names and contents alone."""

import hashlib
import os
import stat
import zipfile
from collections.abc import Iterable, Mapping
from contextlib import closing, suppress
from io import BytesIO
from pathlib import Path
from typing import IO, Final

from proofboard import canonical
from proofboard.archives.limits import CHUNK_BYTES, DEFAULT_LIMITS
from proofboard.archives.names import Names, fault_of_name
from proofboard.archives.placing import put_new
from proofboard.errors import Fault, InputError, OutputError, fault

FIRST_DAY: Final = (1980, 1, 1, 0, 0, 0)
"""The earliest time that the format can write: a member has no time of its own."""

UNIX: Final = 3
MEMBER_MODE: Final = stat.S_IFREG | 0o644

LARGEST_BYTES: Final = DEFAULT_LIMITS.total_bytes - (1 << 20)
"""What `unpacked` takes, less room for the names; so archives need no extra fields for large sizes either."""


def pack(files: Mapping[str, bytes | Path], target: Path, expected: Mapping[str, str] | None = None) -> str:
    """Write files into one archive at `target` and return its digest; equal files give equal bytes everywhere.

    Members are stored, because compressed bytes differ between builds of the library; they stand in the order of their
    names, without times, owners or extra fields. A member that does not have the digest that `expected` gives for its
    name is refused. The archive gets its name when it is whole; an existing file stays, unless it has the same bytes.
    Raises InputError for files that cannot be packed, OutputError where the archive cannot be written.
    """
    _refuse(files)
    aside = target.with_name(f".{target.name}-{os.urandom(8).hex()}")
    try:
        with aside.open("xb") as stream:
            _write(files, stream, expected or {})
            stream.flush()
            os.fsync(stream.fileno())
        digest = canonical.digest_file(aside)
        _place(aside, target, digest)
    except OSError as error:
        raise OutputError(f"{target}: cannot be written: {error.strerror or error}; choose another place") from error
    finally:
        # Where there could be no file its removal fails too, and must not hide why.
        with suppress(OSError):
            aside.unlink(missing_ok=True)
    return digest


def _place(aside: Path, target: Path, digest: str) -> None:
    try:
        put_new(aside, target)
    except FileExistsError:
        if target.is_symlink() or not target.is_file() or canonical.digest_file(target) != digest:
            raise OutputError(f"{target}: is there already and holds something else; choose another name") from None


def _refuse(files: Mapping[str, bytes | Path]) -> None:
    """Refuse names that no archive may have, files that are none, and more than any reader takes."""
    names = Names()
    reasons = ((name, fault_of_name(name) or names.clash(name, is_folder=False)) for name in sorted(files))
    faults = [Fault(name, 0, reason) for name, reason in reasons if reason]
    faults += [
        Fault(str(content), 0, "is not a file; links and folders are not packed")
        for content in files.values()
        if isinstance(content, Path) and (content.is_symlink() or not content.is_file())
    ]
    if faults:
        raise InputError(faults)
    total = sum(len(raw) if isinstance(raw, bytes) else raw.stat().st_size for raw in files.values())
    if total > LARGEST_BYTES:
        raise fault("the archive", f"would hold {total:,} bytes, at most {LARGEST_BYTES:,} are accepted")
    if len(files) > DEFAULT_LIMITS.members:
        raise fault("the archive", f"would hold {len(files):,} files, at most {DEFAULT_LIMITS.members:,} are accepted")


def _write(files: Mapping[str, bytes | Path], stream: IO[bytes], expected: Mapping[str, str]) -> None:
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED, allowZip64=False) as archive:
        for name in sorted(files):
            content = files[name]
            opened = BytesIO(content) if isinstance(content, bytes) else _opened(content)
            with closing(opened), archive.open(_member(name), "w") as member:
                digest = _copy(opened, member)
            if (wanted := expected.get(name, digest)) != digest:
                place = content if isinstance(content, Path) else name
                raise fault(place, f"has the digest {digest}, expected {wanted}; it was changed meanwhile")


def _opened(path: Path) -> IO[bytes]:
    try:
        return path.open("rb")
    except OSError as error:
        raise fault(path, f"cannot be read: {error.strerror or error}") from error


def _member(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, FIRST_DAY)
    entry.create_system = UNIX
    entry.external_attr = MEMBER_MODE << 16
    return entry


def _copy(source: IO[bytes], target: IO[bytes]) -> str:
    summed = hashlib.sha256()
    chunks: Iterable[bytes] = iter(lambda: source.read(CHUNK_BYTES), b"")
    for chunk in chunks:
        summed.update(chunk)
        target.write(chunk)
    return canonical.PREFIX + summed.hexdigest()
