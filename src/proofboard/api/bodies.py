"""The bodies of answers, compressed once and kept in memory as long as there is room."""

import asyncio
import contextlib
import tempfile
from collections import OrderedDict
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Final

import msgspec

from proofboard.api.compressing import compressed, is_compressible
from proofboard.app.serve.files import LARGEST_IN_MEMORY_BYTES, MEMORY_BYTES
from proofboard.app.serve.requests import CHUNK_BYTES
from proofboard.app.service.instance import Instance
from proofboard.publish.names import largest_bytes

IDENTITY: Final = "identity"
PURGEABLE: Final = ("bundles/", "graded/", "artifacts/")
"""Where documents lie whose bytes may be removed from past publications too."""


class Body(msgspec.Struct, frozen=True, eq=False):
    """Bytes as they are sent."""

    encoding: str
    """What they are in, which is `identity` where compressing gains nothing."""
    raw: bytes


Key = tuple[str, str]
"""A digest and the encoding that was asked for."""


class Bodies:
    """Reads blobs for one event loop; nothing is read or compressed twice at the same time."""

    def __init__(self, instance: Instance) -> None:
        """Read the blobs of an instance."""
        self._instance = instance
        self._kept: OrderedDict[Key, Body] = OrderedDict()
        self._bytes = 0
        self._making: dict[Key, asyncio.Task[Body | None]] = {}

    async def find(self, digest: str, path: str, encoding: str) -> Body | None:
        """Return a document in an encoding; None for one that is too large for memory. Raises StorageError."""
        key = (digest, encoding if is_compressible(path) else IDENTITY)
        body = self._kept.get(key)
        if body is not None and await self._is_there(digest, path):
            self._kept.move_to_end(key)
            return body
        # A hundred readers who ask for a new document at once wait for one reading of it.
        task = self._making.get(key)
        if task is None:
            task = self._making[key] = asyncio.create_task(self._made(key, path))
            task.add_done_callback(lambda _: self._making.pop(key, None))
        return await asyncio.shield(task)

    async def _is_there(self, digest: str, path: str) -> bool:
        """Look whether a body that is kept here may be sent: what was purged, by any process, is gone at once."""
        return not path.startswith(PURGEABLE) or await asyncio.to_thread(self._instance.blobs.has, digest)

    async def _made(self, key: Key, path: str) -> Body | None:
        body = await asyncio.to_thread(self._read, key, path)
        if body is not None:
            self._bytes += len(body.raw) - (len(self._kept[key].raw) if key in self._kept else 0)
            self._kept[key] = body
            while self._bytes > MEMORY_BYTES and len(self._kept) > 1:
                self._bytes -= len(self._kept.popitem(last=False)[1].raw)
        return body

    def _read(self, key: Key, path: str) -> Body | None:
        digest, encoding = key
        raw = self._instance.blobs.get(digest) if _is_bounded(path) else self._small(digest)
        small = raw and compressed(raw, encoding) if encoding != IDENTITY else None
        if small:
            return Body(encoding, small)
        return None if raw is None else Body(IDENTITY, raw)

    def _small(self, digest: str) -> bytes | None:
        with self.placed(digest) as place:
            return place.read_bytes() if place.stat().st_size <= LARGEST_IN_MEMORY_BYTES else None

    @contextlib.contextmanager
    def placed(self, digest: str) -> Iterator[Path]:
        """Yield a file of this machine that holds a blob, for what is too large for memory."""
        scratch = self._instance.settings.scratch
        scratch.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=scratch, prefix="sent-") as folder:
            place = Path(folder) / "blob"
            self._instance.blobs.place(digest, place)
            yield place


async def pieces(place: Path) -> AsyncIterator[bytes]:
    """Yield a file piece by piece, without waiting for the disk in the event loop."""
    with place.open("rb") as stream:
        while piece := await asyncio.to_thread(stream.read, CHUNK_BYTES):
            yield piece


def _is_bounded(path: str) -> bool:
    return largest_bytes(path) <= LARGEST_IN_MEMORY_BYTES
