"""A publication of a service, opened like one that lies in a folder."""

from pathlib import Path
from typing import Final, TypeVar

import msgspec

from proofboard.app.board.heads import Heads, Readable
from proofboard.app.board.keeping import Kept
from proofboard.canonical import hex_of
from proofboard.errors import fault
from proofboard.publish.opened import OpenedSite

T = TypeVar("T")

KEPT_SITES: Final = 2


class StoredSite(OpenedSite):
    """Reads the documents of a publication out of the blobs."""

    def __init__(self, heads: Heads, stored: Readable) -> None:
        """Open a publication; its folder is a name only, for what is said of it."""
        self.folder = Path("publications") / hex_of(stored.digest)
        self._blobs = heads.instance.blobs
        self._stored = stored

    def read(self, path: str) -> bytes:
        """Return the bytes at a path; raises InputError where the publication has none."""
        digest = self._stored.documents.get(path)
        if digest is None:
            raise fault(self.folder / path, "is not in this publication")
        return self._blobs.get(digest)

    def document(self, path: str, digest: str, kind: type[T]) -> T:
        """Read the document of a path: blobs are found by digest, so that it need not be held against its bytes."""
        if self._stored.documents.get(path) != digest:
            raise fault(self.folder / path, f"is not {digest} in this publication")
        return msgspec.json.decode(self.read(path), type=kind)


_KEPT: Final[Kept[StoredSite]] = Kept(KEPT_SITES)


def opened_site(heads: Heads, stored: Readable) -> StoredSite:
    """Open a publication, or return one that is open; what was read of it stays read."""
    return _KEPT.find(stored.digest, lambda: StoredSite(heads, stored))
