"""Steps 1 and 2: every document is the one that its parent names, and nothing else lies beside them."""

from collections import deque
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, TypeVar

from proofboard import archives, canonical
from proofboard.errors import InputError, ProofboardError
from proofboard.publish.names import ROOT, children
from proofboard.schemas.publication import Publication
from proofboard.schemas.reading import LARGEST_JSON_BYTES, parse_document, read_bytes
from proofboard.verify.refusals import (
    DigestMismatch,
    MalformedDocument,
    MissingDocument,
    Refusal,
    RootRefusal,
    UnnamedFile,
)

T = TypeVar("T")

STREAMED: Final = ("bundles/",)
"""Files below these are hashed in pieces and not held in memory, save the manifests."""


@dataclass(slots=True)
class Documents:
    """The bytes of a site, each hashed as received before anything was parsed."""

    folder: Path
    raw: dict[str, bytes] = field(default_factory=dict)
    """Path → bytes, for everything but the lines of bundles."""
    bundle_files: dict[str, str] = field(default_factory=dict)
    """Path → digest of the lines of bundles."""
    refusals: list[Refusal] = field(default_factory=list)

    def read(self, path: str, kind: type[T]) -> T:
        """Parse a document; raises MissingDocument or MalformedDocument."""
        if path not in self.raw:
            raise MissingDocument(path, "is absent")
        return parsed(self.raw[path], kind, path)


def parsed(raw: bytes, kind: type[T], path: str) -> T:
    """Parse bytes as a document; raises MalformedDocument."""
    try:
        return parse_document(raw, kind, path)
    except InputError as error:
        raise MalformedDocument(path, "; ".join(fault.reason for fault in error.faults[:5])) from error


def read_root(folder: Path) -> bytes:
    """Read the root; raises RootRefusal."""
    try:
        raw = read_bytes(folder / ROOT, LARGEST_JSON_BYTES)
        parse_document(raw, Publication, ROOT)
    except InputError as error:
        reasons = "; ".join(fault.reason for fault in error.faults[:5])
        raise RootRefusal(ROOT, f"{reasons}; this is not a publication, or its root was changed") from error
    return raw


def walk(folder: Path) -> Documents:
    """Follow the names from the root down; every difference between names and files is a refusal."""
    found = Documents(folder)
    found.raw[ROOT] = read_root(folder)
    waiting = deque([ROOT])
    named = {ROOT}
    while waiting:
        path = waiting.popleft()
        for child, digest in _children(found, path).items():
            if child not in named:
                named.add(child)
                if _take(found, child, digest):
                    waiting.append(child)
    _refuse_unnamed(found, named)
    return found


def _children(found: Documents, path: str) -> dict[str, str]:
    try:
        return dict(children(path, found.raw[path]))
    except ProofboardError as error:
        found.refusals.append(MalformedDocument(path, str(error)))
        return {}


def _take(found: Documents, path: str, digest: str) -> bool:
    """Take one file in if it is the one that is named; say whether it may name others."""
    place = found.folder / path
    if not place.resolve().is_relative_to(found.folder.resolve()):
        found.refusals.append(MalformedDocument(path, "is a name that leaves the site"))
        return False
    if not place.is_file() or place.is_symlink():
        found.refusals.append(MissingDocument(path, f"is named with the digest {digest} and is not there"))
        return False
    streamed = path.startswith(STREAMED) and not path.endswith("manifest.json")
    raw = b"" if streamed else place.read_bytes()
    received = canonical.digest_file(place) if streamed else canonical.digest(raw)
    if received != digest:
        found.refusals.append(DigestMismatch(path, f"has the digest {received}, its parent names {digest}"))
        return False
    if streamed:
        found.bundle_files[path] = digest
    else:
        found.raw[path] = raw
    return not streamed


def _refuse_unnamed(found: Documents, named: set[str]) -> None:
    try:
        there = archives.tree(found.folder)
    except InputError as error:
        found.refusals += [UnnamedFile(fault.file, fault.reason) for fault in error.faults]
        return
    for path in there:
        if path not in named:
            found.refusals.append(UnnamedFile(path, "is named by no document of the publication; remove it"))
