"""Which documents a document names: the walk down from the root that fetching and verifying share.

A name is a path in the site with the digest of the bytes that must lie there. What nobody names belongs to nobody.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Final

from proofboard.canonical import hex_of
from proofboard.errors import Fault, InputError
from proofboard.ledger.paths import ATTESTATIONS, LOG
from proofboard.schemas.board import Leaderboard, rows_in
from proofboard.schemas.bundle import MANIFEST, Manifest
from proofboard.schemas.graded import ARTIFACTS, GRADED, GradedDocument
from proofboard.schemas.publication import EntryDocument, EntryRecord, ItemIndex, Publication, Revision
from proofboard.schemas.reading import LARGEST_JSON_BYTES, parse_document
from proofboard.schemas.selectors import name_of

ROOT: Final = "publication.json"
LEADERBOARD: Final = "leaderboard.json"
COLUMNS: Final = "columns.json"
EFFICIENCY: Final = "efficiency.json"
ITEMS: Final = "items.json"
PAGE: Final = "index.html"
WORKER: Final = "service-worker.js"
"""What the page keeps for readers without a network: a browser takes it from the root of a site alone."""
ASSETS: Final = "assets/"

LARGEST_BOARD_BYTES: Final = 32 << 20
LARGEST_DOCUMENT_BYTES: Final = 1 << 20
LARGEST_BUNDLE_FILE_BYTES: Final = 4 << 30
LARGEST_LOG_PAGE_BYTES: Final = 8 << 20

Pairs = Iterable[tuple[str, str]]

_PATH: Final = re.compile(r"(?=.{1,255}\Z)(?:[A-Za-z0-9_-][A-Za-z0-9._-]*/){0,7}[A-Za-z0-9_-][A-Za-z0-9._-]*\Z")


def children(path: str, raw: bytes) -> dict[str, str]:
    """Return path → digest of what a document names; a document of an unknown kind names nothing.

    Raises InputError where the document is not of the kind that its path says, or names a path that no site has.
    """
    reader = _reader_of(path)
    if reader is None:
        return {}
    named: dict[str, str] = {}
    faults: list[Fault] = []
    for child, digest in reader(raw, path):
        if not is_site_path(child) or child == ROOT:
            faults.append(Fault(path, 0, f"names {child[:80]!r}, which is no path of a document in a site"))
        elif named.setdefault(child, digest) != digest:
            faults.append(Fault(path, 0, f"names {child} with two digests, {named[child]} and {digest}"))
    if faults:
        raise InputError(faults)
    return named


def is_site_path(path: str) -> bool:
    """Say whether a path stays in its site on every file system: plain names, `/` between them, no hidden file."""
    return _PATH.match(path) is not None


def largest_bytes(path: str) -> int:
    """Return how many bytes a document may have, by what its path says it is."""
    top = path.partition("/")[0]
    if top in {"entries", "configurations", "attestations"}:
        return LARGEST_DOCUMENT_BYTES
    if top == "log":
        return LARGEST_LOG_PAGE_BYTES
    if top == "items":
        # A page holds at least one item, whose line in its file may have nearly as many bytes.
        return 2 * LARGEST_DOCUMENT_BYTES
    if top in {"scores", GRADED}:
        return LARGEST_JSON_BYTES
    if top == "bundles" and not path.endswith(f"/{MANIFEST}"):
        return LARGEST_BUNDLE_FILE_BYTES
    return LARGEST_BOARD_BYTES


def is_ledger_path(path: str) -> bool:
    """Say whether a document is of the log or an attestation: an input, published as it stands."""
    return path.startswith((LOG, ATTESTATIONS))


def is_page_path(path: str) -> bool:
    """Say whether a file is of the page, and no document that it reads."""
    return path in {PAGE, WORKER} or path.startswith(ASSETS)


def entry_path(name: str) -> str:
    """Return where the document of the entry `{vendor}/{config_name}` is published."""
    return f"entries/{name}.json"


def configuration_path(document: str) -> str:
    """Return where the configuration document of a digest is published."""
    return f"configurations/{hex_of(document)}.json"


def scores_path(bundle: str) -> str:
    """Return where the item scores of a bundle are published."""
    return f"scores/{hex_of(bundle)}.json"


def bundle_path(bundle: str) -> str:
    """Return the folder in which a bundle is published."""
    return f"bundles/{hex_of(bundle)}"


def purged_path(bundle: str) -> str:
    """Return where the manifest of a bundle is published whose answers were removed: beside none of its files."""
    return f"purged/{hex_of(bundle)}.json"


def graded_path(bundle: str) -> str:
    """Return where it is published what programs made of a bundle."""
    return f"{GRADED}/{hex_of(bundle)}.json"


def artifact_path(artifact: str) -> str:
    """Return where something is published that a program kept."""
    return f"{ARTIFACTS}/{hex_of(artifact)}"


def vendor_path(vendor: str) -> str:
    """Return where a vendor's win regions are published."""
    return f"vendors/{vendor}.json"


def item_page_path(number: int) -> str:
    """Return where a page of items is published."""
    return f"items/{number}.json"


def _reader_of(path: str) -> Callable[[bytes, str], Pairs] | None:
    if path in _READERS:
        return _READERS[path]
    top, *rest = path.split("/")
    if top == "entries" and len(rest) == 2:  # noqa: PLR2004 - vendor and configuration
        return _named_by_entry
    if top == "bundles" and rest[1:] == [MANIFEST]:
        return _named_by_manifest
    if top == GRADED and len(rest) == 1:
        return _named_by_graded
    return None


def _named_by_root(raw: bytes, file: str) -> Pairs:
    return parse_document(raw, Publication, file).documents.items()


def _named_by_leaderboard(raw: bytes, file: str) -> Pairs:
    board = parse_document(raw, Leaderboard, file)
    return [(entry_path(name_of(row)), row.entry) for row in rows_in(board)]


def _named_by_items(raw: bytes, file: str) -> Pairs:
    pages = parse_document(raw, ItemIndex, file).pages
    return [(item_page_path(number), digest) for number, digest in enumerate(pages)]


def _named_by_entry(raw: bytes, file: str) -> Pairs:
    document = parse_document(raw, EntryDocument, file)
    revisions: list[EntryRecord | Revision] = [document.identity, *document.history]
    for own in revisions:
        yield configuration_path(own.document), own.document
        for bundle in own.bundles:
            # A bundle without public scores is not public either: its digest is all that is known of it.
            if bundle.scores is not None:
                yield scores_path(bundle.bundle), bundle.scores
                # A manifest in its folder names the files beside it; those of a purged bundle are gone.
                place = purged_path(bundle.bundle) if bundle.purged else f"{bundle_path(bundle.bundle)}/{MANIFEST}"
                yield place, bundle.bundle
            if bundle.graded is not None:
                yield graded_path(bundle.bundle), bundle.graded.document


def _named_by_manifest(raw: bytes, file: str) -> Pairs:
    folder = file.rpartition("/")[0]
    return [(f"{folder}/{name}", record.digest) for name, record in parse_document(raw, Manifest, file).files.items()]


def _named_by_graded(raw: bytes, file: str) -> Pairs:
    kept = (own.artifacts.values() for own in parse_document(raw, GradedDocument, file).responses)
    return [(artifact_path(digest), digest) for digests in kept for digest in digests]


_READERS: Mapping[str, Callable[[bytes, str], Pairs]] = {
    ROOT: _named_by_root,
    LEADERBOARD: _named_by_leaderboard,
    ITEMS: _named_by_items,
}
