"""The files of a site as they are served: found by path only, hashed and compressed once, then kept in memory."""

import gzip
import re
import threading
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

from proofboard.canonical import digest, digest_file, hex_of
from proofboard.publish.names import is_site_path

LARGEST_IN_MEMORY_BYTES: Final = 32 << 20
MEMORY_BYTES: Final = 256 << 20
WORTH_COMPRESSING_BYTES: Final = 512

KINDS: Final = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/vnd.microsoft.icon",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".jsonl": "application/jsonl",
    ".md": "text/markdown; charset=utf-8",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".webmanifest": "application/manifest+json",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
}
COMPRESSIBLE: Final = frozenset({".css", ".html", ".js", ".json", ".jsonl", ".md", ".svg", ".txt", ".webmanifest"})
_NEVER_CHANGING: Final = re.compile(
    r"(?:configurations|purged)/[0-9a-f]{64}\.json|bundles/[0-9a-f]{64}/[a-z.]+|artifacts/[0-9a-f]{64}"
    # Files of the page that its build names by their bytes; a word of eight letters is not taken for such a name.
    r"|assets/(?:[A-Za-z0-9._-]+/)*[A-Za-z0-9._-]+-(?=[a-z-]*[A-Z0-9_])[A-Za-z0-9_-]{8}\.(?:css|js|woff2)"
)
"""Not `scores/` and `graded/`: they are named by their bundle, and change with the rules of grading."""


def is_never_changing(path: str) -> bool:
    """Say whether other bytes would have another path, so that a browser need not ask again."""
    return _NEVER_CHANGING.fullmatch(path) is not None


@dataclass(frozen=True, slots=True)
class Served:
    """A file ready to be sent; `raw` is None for one that is too large to hold and is read from `place`."""

    place: Path
    kind: str
    etag: str
    n_bytes: int
    raw: bytes | None
    gzipped: bytes | None
    immutable: bool


class SiteFiles:
    """Finds files below a site and remembers them as long as they do not change on the disk."""

    def __init__(self, folder: Path) -> None:
        """Serve the files below a folder; it may be replaced by a newer publication at any time."""
        self._folder = folder
        self._kept: OrderedDict[tuple[str, int, int, int], Served] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    def find(self, path: str) -> Served | None:
        """Return the file at a path of the site; None for what is not there, is hidden, or is no plain file."""
        if not is_site_path(path):
            return None
        place = self._folder / path
        try:
            if place.resolve() != self._folder.resolve() / path or not place.is_file():
                return None
            stat = place.stat()
            key = (path, stat.st_mtime_ns, stat.st_size, stat.st_ino)
            with self._lock:
                if key in self._kept:
                    self._kept.move_to_end(key)
                    return self._kept[key]
            return self._keep(key, _read(path, place, stat.st_size))
        except OSError:
            return None

    def _keep(self, key: tuple[str, int, int, int], served: Served) -> Served:
        with self._lock:
            if key not in self._kept:
                self._kept[key] = served
                self._bytes += _held(served)
            while self._bytes > MEMORY_BYTES and len(self._kept) > 1:
                self._bytes -= _held(self._kept.popitem(last=False)[1])
        return served


def _held(served: Served) -> int:
    return len(served.raw or b"") + len(served.gzipped or b"")


def _read(path: str, place: Path, size: int) -> Served:
    suffix = PurePosixPath(path).suffix
    raw = place.read_bytes() if size <= LARGEST_IN_MEMORY_BYTES else None
    small = (
        gzip.compress(raw, 6, mtime=0) if raw and suffix in COMPRESSIBLE and size > WORTH_COMPRESSING_BYTES else None
    )
    return Served(
        place=place,
        kind=KINDS.get(suffix, "application/octet-stream"),
        etag=hex_of(digest_file(place) if raw is None else digest(raw)),
        n_bytes=size if raw is None else len(raw),
        raw=raw,
        gzipped=small if small and raw and len(small) < len(raw) else None,
        immutable=is_never_changing(path),
    )
