"""How much an archive may hold, and the count of what has come out of it."""

from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final, Protocol

from proofboard.errors import UnsafeArchiveError

CHUNK_BYTES: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Limits:
    """How much an archive may hold."""

    members: int = 100_000
    total_bytes: int = 2 << 30
    ratio: int = 200
    """How many times its own size an archive may unpack to …"""
    free_bytes: int = 64 << 20
    """… beyond the size that any archive may unpack to."""

    def most_bytes(self, archive_bytes: int) -> int:
        """Return the size at which unpacking stops."""
        return min(self.total_bytes, max(self.free_bytes, self.ratio * archive_bytes))


DEFAULT_LIMITS: Final = Limits()


class Readable(Protocol):
    """Anything that bytes can be read from, step by step."""

    def read(self, size: int, /) -> bytes:
        """Read at most `size` bytes; none at the end."""
        ...


class Budget:
    """Counts what comes out of an archive and stops at its limits."""

    def __init__(self, source: Path, limits: Limits) -> None:
        """Start with what the archive's own size allows."""
        self._source = source
        self._most = limits.most_bytes(source.stat().st_size)
        self._left = self._most

    def copy(self, stream: Readable, target: IO[bytes], member: str = "") -> None:
        """Copy a stream in small steps, so that a bomb is stopped while it bursts."""
        while chunk := stream.read(CHUNK_BYTES):
            self._left -= len(chunk)
            if self._left < 0:
                place = f"{self._source}: {member!r}" if member else str(self._source)
                raise UnsafeArchiveError(f"{place}: unpacks to more than {self._most:,} bytes, the limit for its size")
            target.write(chunk)
