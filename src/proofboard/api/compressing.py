"""Bytes made smaller once, for all readers."""

import gzip
import sys
from pathlib import PurePosixPath
from typing import Final

from proofboard.app.serve.files import COMPRESSIBLE, WORTH_COMPRESSING_BYTES

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

LARGE_BYTES: Final = 16 << 20
"""From here on speed counts more than size: the first reader waits for it."""
LEVELS: Final = {"zstd": (12, 3), "gzip": (6, 1)}


def is_compressible(path: str) -> bool:
    """Say whether a document is text."""
    return PurePosixPath(path).suffix in COMPRESSIBLE


def compressed(raw: bytes, encoding: str) -> bytes | None:
    """Return bytes in an encoding; None where that does not make them smaller."""
    if len(raw) <= WORTH_COMPRESSING_BYTES:
        return None
    level = LEVELS[encoding][len(raw) > LARGE_BYTES]
    small = zstd.compress(raw, level) if encoding == "zstd" else gzip.compress(raw, level, mtime=0)
    return small if len(small) < len(raw) else None
