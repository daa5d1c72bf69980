"""Step 1: every document is the one that its parent names, and nothing else lies beside them."""

from collections import deque
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, TypeVar

from proofboard import canonical
from proofboard.archives.names import tree
from proofboard.errors import Fault, InputError
from proofboard.publish.names import ROOT, children, largest_bytes
from proofboard.schemas.publication import Publication
from proofboard.schemas.reading import parse_document, read_bytes
from proofboard.verify.refusals import (
    DigestMismatch,
    MalformedDocument,
    MissingDocument,
    Refusal,
    RootRefusal,
    UnnamedFile,
)

T = TypeVar("T")

STREAMED: Final = ("bundles/", "artifacts/")
"""Files below these are hashed in pieces and not held in memory, save the manifests."""

SHOWN_REASONS: Final = 5


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
            raise MissingDocument(path, "is named by no document, and every publication has it")
        return parsed(self.raw[path], kind, path)


def parsed(raw: bytes, kind: type[T], path: str) -> T:
    """Parse bytes as a document; raises MalformedDocument."""
    try:
        return parse_document(raw, kind, path)
    except InputError as error:
        raise MalformedDocument(path, reasons_of(error, path)) from error


def reasons_of(error: InputError, path: str) -> str:
    """Write the first faults on one line, each with its place where that is not the document itself."""
    shown = [_reason(fault, path) for fault in error.faults[:SHOWN_REASONS]]
    more = len(error.faults) - len(shown)
    return "; ".join([*shown, f"and {more} more"] if more else shown)


def _reason(fault: Fault, path: str) -> str:
    name = fault.file.rpartition(f"{path}/")[2]
    if name == path:
        return f"line {fault.line}: {fault.reason}" if fault.line else fault.reason
    # A bundle is read from its folder: the file's name is enough, the folder is named already.
    return str(Fault(name if "/" not in name else "", fault.line, fault.reason)).removeprefix(": ")


def read_root(folder: Path) -> bytes:
    """Read the root; raises RootRefusal."""
    try:
        raw = read_bytes(folder / ROOT, largest_bytes(ROOT))
        parse_document(raw, Publication, ROOT)
    except InputError as error:
        reasons = "; ".join(fault.reason for fault in error.faults[:SHOWN_REASONS])
        raise RootRefusal(ROOT, f"{reasons}; this is not a publication, or its root was changed") from error
    return raw


def walk(folder: Path) -> Documents:
    """Follow the names from the root down; every difference between names and files is a refusal."""
    found = Documents(folder)
    found.raw[ROOT] = read_root(folder)
    there = _plain_files(found)
    if found.refusals:
        # Beyond a link lies another folder: nothing is read before every place is known to be a plain file.
        return found
    waiting = deque([ROOT])
    named = {ROOT: canonical.digest(found.raw[ROOT])}
    while waiting:
        path = waiting.popleft()
        for child, digest in _children(found, path).items():
            if child not in named and _take(found, child, digest, there):
                waiting.append(child)
            elif (earlier := named.get(child, digest)) != digest:
                found.refusals.append(DigestMismatch(child, f"is named as {digest} by {path}, elsewhere as {earlier}"))
            named.setdefault(child, digest)
    if not found.refusals:
        # What a document that cannot be read would have named is not known, and its children are not to blame.
        unnamed = sorted(there - named.keys())
        found.refusals += [
            UnnamedFile(path, "is named by no document of the publication; remove it") for path in unnamed
        ]
    return found


def _plain_files(found: Documents) -> set[str]:
    """List the files of a site; links, devices, colliding names and empty folders are refusals."""
    try:
        there = set(tree(found.folder))
    except InputError as error:
        inside = f"{found.folder}/"
        found.refusals += [UnnamedFile(fault.file.removeprefix(inside), fault.reason) for fault in error.faults]
        return set()
    used = {folder for path in there for folder in _folders_above(path)}
    folders = (path.relative_to(found.folder).as_posix() for path in found.folder.rglob("*") if path.is_dir())
    found.refusals += [UnnamedFile(path, "is an empty folder; remove it") for path in sorted(set(folders) - used)]
    return there


def _folders_above(path: str) -> Iterator[str]:
    while path := path.rpartition("/")[0]:
        yield path


def _children(found: Documents, path: str) -> dict[str, str]:
    try:
        return dict(children(path, found.raw[path]))
    except InputError as error:
        found.refusals.append(MalformedDocument(path, reasons_of(error, path)))
        return {}


def _take(found: Documents, path: str, digest: str, there: Collection[str]) -> bool:
    """Take one file in if it is the one that is named; say whether it may name others."""
    place = found.folder / path
    if path not in there:
        found.refusals.append(MissingDocument(path, f"is named with the digest {digest} and is not there"))
        return False
    streamed = path.startswith(STREAMED) and not path.endswith("manifest.json")
    try:
        raw = b"" if streamed else read_bytes(place, largest_bytes(path))
        received = canonical.digest_file(place) if streamed else canonical.digest(raw)
    except (InputError, OSError) as error:
        reason = error.faults[0].reason if isinstance(error, InputError) else f"cannot be read: {error.strerror}"
        found.refusals.append(MalformedDocument(path, reason))
        return False
    if received != digest:
        found.refusals.append(DigestMismatch(path, f"has the digest {received}, its parent names {digest}"))
        return False
    if streamed:
        found.bundle_files[path] = digest
    else:
        found.raw[path] = raw
    return not streamed
