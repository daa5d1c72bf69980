"""Read the documents of a publication from its folder, each held against the digest that names it."""

from functools import cached_property
from pathlib import Path
from typing import TypeVar

from proofboard import canonical
from proofboard.errors import fault
from proofboard.publish.names import ITEMS, LEADERBOARD, ROOT, entry_path, largest_bytes
from proofboard.schemas.board import BoardRow, Leaderboard
from proofboard.schemas.publication import (
    BenchmarkDocument,
    CategoryBoard,
    EntryDocument,
    ItemIndex,
    Publication,
    ReleasesDocument,
)
from proofboard.schemas.reading import parse_document, read_bytes

T = TypeVar("T")

BENCHMARK = "benchmark.json"
RELEASES = "releases.json"


class OpenedSite:
    """A publication on this disk; a document that is not what its parent named raises InputError."""

    def __init__(self, folder: Path) -> None:
        """Refuse a folder that is no publication."""
        if not folder.is_dir() or not (folder / ROOT).exists():
            reason = f"holds no {ROOT}" if folder.is_dir() else "is not a folder or an archive of one"
            raise fault(folder, f"{reason}, so it is not a publication; give the folder that `proofboard build` wrote")
        self.folder = folder

    @cached_property
    def root(self) -> bytes:
        """The bytes of the root, which decide all others."""
        return self.read(ROOT)

    def read(self, path: str) -> bytes:
        """Return the bytes at a path, whoever names them; raises InputError."""
        return read_bytes(self.folder / path, largest_bytes(path))

    @cached_property
    def publication(self) -> Publication:
        """The root, parsed."""
        return parse_document(self.root, Publication, str(self.folder / ROOT))

    @cached_property
    def board(self) -> Leaderboard:
        """The overall board."""
        return self._below_root(LEADERBOARD, Leaderboard)

    @cached_property
    def rules(self) -> BenchmarkDocument:
        """What is measured, by which graders."""
        return self._below_root(BENCHMARK, BenchmarkDocument)

    @cached_property
    def items(self) -> ItemIndex:
        """Every public item and how it was answered."""
        return self._below_root(ITEMS, ItemIndex)

    @cached_property
    def releases(self) -> ReleasesDocument:
        """The released held-out scores."""
        return self._below_root(RELEASES, ReleasesDocument)

    def category_boards(self) -> list[CategoryBoard]:
        """Return the boards of single categories, in the order of their paths."""
        paths = sorted(path for path in self.publication.documents if path.startswith("boards/"))
        return [self._below_root(path, CategoryBoard) for path in paths]

    def entry(self, row: BoardRow) -> EntryDocument:
        """Return the own document of a row of the board."""
        return self.document(entry_path(f"{row.vendor}/{row.config_name}"), row.entry, EntryDocument)

    def _below_root(self, path: str, kind: type[T]) -> T:
        digest = self.publication.documents.get(path)
        if digest is None:
            raise fault(self.folder / ROOT, f"does not name {path}, which every publication has; build it again")
        return self.document(path, digest, kind)

    def document(self, path: str, digest: str, kind: type[T]) -> T:
        """Return the document of a path, held against the digest that names it; raises InputError."""
        raw = self.read(path)
        if (found := canonical.digest(raw)) != digest:
            raise fault(
                self.folder / path, f"has the digest {found}, expected {digest}; it was changed after it was published"
            )
        return parse_document(raw, kind, str(self.folder / path))
