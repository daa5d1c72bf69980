"""The members of an `.eval` file: a zip whose members are deflated or, since 2025, compressed with Zstandard.

Nothing is unpacked to a disk. `zipfile` lists the members; they are decompressed here, because its own reader hands
Zstandard as much memory as a hostile member asks for.
"""

import struct
import zipfile
import zlib
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from proofboard.archives.limits import Limits
from proofboard.archives.members import DAMAGED, ENCRYPTED
from proofboard.archives.names import fault_of_name
from proofboard.errors import fault
from proofboard.record.inspect_log.zstd import ZstdDecompressor, ZstdError
from proofboard.schemas.reading import LARGEST_JSON_BYTES

LIMITS: Final = Limits(members=1_000_000, total_bytes=32 << 30)
"""One member is in memory at a time, so that a log may be far larger than an archive that is unpacked."""

STORED: Final = 0
DEFLATED: Final = 8
ZSTANDARD: Final = 93

_LOCAL_HEADER: Final = struct.Struct("<4s22xHH")
_FIRST_OF_MEMBER: Final = b"PK\x03\x04"


class EvalZip:
    """An open `.eval` file; a member of a name that stands twice is the last one, as for Inspect."""

    def __init__(self, path: Path, name: str) -> None:
        """Open a file; `name` is what faults call it. Raises InputError."""
        self._name = name
        self._held = ExitStack()
        try:
            listed = self._held.enter_context(zipfile.ZipFile(path))
            self._stream = self._held.enter_context(path.open("rb"))
        except DAMAGED as error:
            raise fault(name, f"is damaged or cut short: {error}") from error
        except OSError as error:
            raise fault(name, f"cannot be read: {error.strerror or error}") from error
        entries = listed.infolist()
        self.members: Mapping[str, zipfile.ZipInfo] = {entry.orig_filename: entry for entry in entries}
        self.n_replaced = len(entries) - len(self.members)
        """Members that a later one of the same name replaces."""
        self._most = LIMITS.most_bytes(path.stat().st_size)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._held.close()

    def check(self, wanted: Iterable[str]) -> None:
        """Refuse an archive whose names leave it, or whose wanted members would be too many or too large."""
        if len(self.members) > LIMITS.members:
            raise fault(self._name, f"holds {len(self.members):,} members, at most {LIMITS.members:,} are accepted")
        for name in self.members:
            # A member is never written, and the id of a sample may hold anything else.
            if (name.startswith("/") or ".." in name.split("/")) and (reason := fault_of_name(name)):
                raise fault(self._name, f"holds a member that {reason}: {name!r}")
        total = 0
        for name in wanted:
            total += (size := self.members[name].file_size)
            if size > LARGEST_JSON_BYTES:
                reason = f"holds {name!r} of {size:,} bytes, at most {LARGEST_JSON_BYTES:,} are accepted"
                raise fault(self._name, reason)
            if total > self._most:
                raise fault(self._name, f"unpacks to more than {self._most:,} bytes, the limit for its size")

    def read(self, member: str) -> bytes:
        """Read a member whole; raises InputError where it is damaged, encrypted, or not as long as it says."""
        entry = self.members[member]
        if entry.flag_bits & ENCRYPTED:
            raise fault(self._name, f"{member!r} is encrypted; write the log without a password")
        try:
            raw = _decompressed(self._compressed(entry), entry)
        except (*DAMAGED, ZstdError, OSError) as error:
            raise fault(self._name, f"{member!r} is damaged or cut short: {error}") from error
        if len(raw) != entry.file_size or zlib.crc32(raw) != entry.CRC:
            raise fault(self._name, f"{member!r} is damaged: it is not the {entry.file_size:,} bytes that were packed")
        return raw

    def _compressed(self, entry: zipfile.ZipInfo) -> bytes:
        self._stream.seek(entry.header_offset)
        first, name_bytes, extra_bytes = _LOCAL_HEADER.unpack(self._stream.read(_LOCAL_HEADER.size))
        if first != _FIRST_OF_MEMBER:
            raise ValueError("it does not begin where the list of members says")
        self._stream.seek(name_bytes + extra_bytes, 1)
        return self._stream.read(entry.compress_size)


def _decompressed(raw: bytes, entry: zipfile.ZipInfo) -> bytes:
    """Decompress at most one byte more than a member says that it has."""
    most = entry.file_size + 1
    if entry.compress_type == STORED:
        return raw
    if entry.compress_type == DEFLATED:
        return zlib.decompressobj(-zlib.MAX_WBITS).decompress(raw, most)
    if entry.compress_type != ZSTANDARD:
        raise ValueError(f"compression method {entry.compress_type} is not known, expected 0, 8 or 93")
    parts: list[bytes] = []
    # Long members are written as several frames.
    while raw and most > 0:
        frame = ZstdDecompressor()
        parts.append(frame.decompress(raw, max_length=most))
        most -= len(parts[-1])
        if not frame.eof:
            break
        raw = frame.unused_data
    return parts[0] if len(parts) == 1 else b"".join(parts)
