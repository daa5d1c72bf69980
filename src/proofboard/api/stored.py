"""Send bytes of the store as they are, piece by piece, however large they are."""

import os
import tempfile
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import BinaryIO

from starlette.concurrency import run_in_threadpool
from starlette.responses import StreamingResponse

from proofboard.api.uploads import CHUNK_BYTES
from proofboard.store.blobs import Blobs


def stored(blobs: Blobs, digest: str, media_type: str, headers: Mapping[str, str]) -> StreamingResponse:
    """Answer with a blob; raises StorageError where it cannot be read."""
    stream = _opened(blobs, digest)
    length = {"content-length": str(os.fstat(stream.fileno()).st_size)}
    return StreamingResponse(_pieces(stream), media_type=media_type, headers={**length, **headers})


def _opened(blobs: Blobs, digest: str) -> BinaryIO:
    """Open a file that has no name any more: however an answer ends, nothing of it stays on the disk."""
    with tempfile.TemporaryDirectory(prefix="proofboard-sent-") as folder:
        place = Path(folder) / "file"
        blobs.place(digest, place)
        return place.open("rb")


async def _pieces(stream: BinaryIO) -> AsyncIterator[bytes]:
    with stream:
        while piece := await run_in_threadpool(stream.read, CHUNK_BYTES):
            yield piece
