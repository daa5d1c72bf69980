"""The published log: pages of leaves, and a signed checkpoint that covers all of them."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Final

import msgspec

from proofboard import canonical
from proofboard.errors import fault
from proofboard.ledger.keys import Signer, is_weak, key_id
from proofboard.ledger.leaves import check_leaves, keys_of, line_of
from proofboard.ledger.paths import CHECKPOINT, LOG, page_path
from proofboard.ledger.refusals import (
    MalformedEnvelope,
    NotConsistent,
    OtherLog,
    RootMismatch,
    SizeMismatch,
    UnknownSigner,
)
from proofboard.ledger.signing import open_envelope, payload_as, seal
from proofboard.ledger.tree import leaf_hash, root_of
from proofboard.schemas.base import Date
from proofboard.schemas.ledger import CHECKPOINT_TYPE, Checkpoint, Envelope, Leaf, SignedCheckpoint
from proofboard.schemas.lines import decode_lines
from proofboard.schemas.reading import parse_document

PAGE_LEAVES: Final = 1_000
"""Leaves on a page: adding one rewrites the last page, and no other."""


class Log(msgspec.Struct, frozen=True):
    """A log whose leaves are those of its checkpoint, signed by the keys that it names."""

    leaves: Sequence[Leaf]
    hashes: Sequence[bytes]
    checkpoint: Checkpoint
    signed: SignedCheckpoint
    signed_by: Sequence[str]
    """The ids of the keys that signed."""


def log_documents(
    leaves: Sequence[bytes], checkpoint: Envelope, keys: Collection[bytes], threshold: int = 1
) -> dict[str, bytes]:
    """Return the documents of a log by path; `leaves` are the lines that are hashed, in their order."""
    signed = SignedCheckpoint(
        schema_version=1, keys=[key.hex() for key in keys], threshold=threshold, checkpoint=checkpoint
    )
    starts = range(0, len(leaves), PAGE_LEAVES)
    pages = {page_path(page): b"".join(leaves[at : at + PAGE_LEAVES]) for page, at in enumerate(starts, start=1)}
    return {**pages, CHECKPOINT: canonical.dump(signed)}


def sign_checkpoint(origin: str, hashes: Iterable[bytes], date: Date | None, signers: Sequence[Signer]) -> Envelope:
    """Sign the state of a log, given the hashes of its leaves."""
    whole = [*hashes]
    return sign_root(origin, (len(whole), root_of(whole)), date, signers)


def sign_root(origin: str, state: tuple[int, bytes], date: Date | None, signers: Sequence[Signer]) -> Envelope:
    """Sign the state (size, root) of a log, as a frontier gives it."""
    size, root = state
    checkpoint = Checkpoint(
        schema_version=1, origin=origin, size=size, root=f"{canonical.PREFIX}{root.hex()}", date=date
    )
    return seal(canonical.dump(checkpoint), CHECKPOINT_TYPE, signers)


def open_checkpoint(signed: SignedCheckpoint) -> tuple[Checkpoint, list[str]]:
    """Return a checkpoint and the ids of the keys that signed it; raises LedgerRefusal.

    The keys are those that it names itself: whoever reads must know one of them from elsewhere.
    """
    keys = [bytes.fromhex(key) for key in signed.keys]
    if len(set(keys)) < len(keys) or any(is_weak(key) for key in keys):
        raise MalformedEnvelope("the checkpoint names a key twice, or one of small order, whose signatures say nothing")
    opened = open_envelope(signed.checkpoint, CHECKPOINT_TYPE, keys, signed.threshold)
    return payload_as(opened.payload, Checkpoint, CHECKPOINT), [key_id(key) for key in opened.signed_by]


def read_log(documents: Mapping[str, bytes], benchmark: str) -> Log | None:
    """Read and check the log of a publication, given its documents by path; None where it has none.

    Raises InputError where a document does not have its shape, and LedgerRefusal where the log does not hold.
    """
    own = {path: raw for path, raw in documents.items() if path.startswith(LOG)}
    return log_of(_leaves(own), signed_in(own), benchmark) if own else None


def signed_in(documents: Mapping[str, bytes]) -> SignedCheckpoint:
    """Read the signed checkpoint of a log; raises InputError."""
    if CHECKPOINT not in documents:
        raise fault(CHECKPOINT, "is absent, and every log has one; sign the log again")
    return parse_document(documents[CHECKPOINT], SignedCheckpoint, CHECKPOINT)


def _leaves(own: Mapping[str, bytes]) -> list[Leaf]:
    """Read the pages; raises InputError where one is missing or not full, or something else lies there."""
    pages = sorted(path for path in own if path != CHECKPOINT)
    if pages != [page_path(number) for number in range(1, len(pages) + 1)]:
        raise fault(LOG, f"holds {', '.join(pages[:5])}, expected {page_path(1)} and so on, without a gap")
    leaves: list[Leaf] = []
    for number, path in enumerate(pages, start=1):
        on_page = decode_lines(own[path], Leaf, path)
        if canonical.dump_lines(on_page) != own[path]:
            raise fault(path, "is not in canonical form")
        least = PAGE_LEAVES if number < len(pages) else 1
        if not least <= len(on_page) <= PAGE_LEAVES:
            raise fault(path, f"has {len(on_page)} leaves, expected {PAGE_LEAVES:,}, or at least 1 on the last page")
        leaves += on_page
    return leaves


def log_of(leaves: Sequence[Leaf], signed: SignedCheckpoint, benchmark: str) -> Log:
    """Check leaves against a signed checkpoint; raises LedgerRefusal."""
    check_leaves(leaves, benchmark)
    hashes = [leaf_hash(line_of(leaf)) for leaf in leaves]
    checkpoint, signed_by = open_checkpoint(signed)
    if checkpoint.origin != benchmark:
        raise OtherLog(f"the checkpoint is of the log of {checkpoint.origin!r}, expected {benchmark!r}")
    if checkpoint.size != len(leaves):
        raise SizeMismatch(f"there are {len(leaves)} leaves, the checkpoint covers {checkpoint.size}")
    if (root := root_text(root_of(hashes))) != checkpoint.root:
        raise RootMismatch(f"the leaves have the root {root}, the checkpoint says {checkpoint.root}")
    named = keys_of(leaves, "board")
    if named and (strange := sorted(set(signed.keys) - {key.hex() for key in named})):
        raise UnknownSigner(f"the checkpoint names {', '.join(strange)}, which the log never added or has revoked")
    return Log(leaves, hashes, checkpoint, signed, signed_by)


def root_text(root: bytes) -> str:
    """Write a root as documents do."""
    return f"{canonical.PREFIX}{root.hex()}"


def check_older(older: Checkpoint, log: Log) -> None:
    """Check that an older state is the beginning of a log; raises NotConsistent, or OtherLog."""
    if older.origin != log.checkpoint.origin:
        raise OtherLog(f"the older checkpoint is of the log of {older.origin!r}, expected {log.checkpoint.origin!r}")
    if older.size > len(log.leaves):
        raise NotConsistent(f"the log has {len(log.leaves)} leaves, and had {older.size}")
    if (root := root_text(root_of(log.hashes[: older.size]))) != older.root:
        raise NotConsistent(
            f"the first {older.size} leaves had the root {older.root} and have {root} now: the log was rewritten"
        )
