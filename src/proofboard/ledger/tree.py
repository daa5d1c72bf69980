"""A Merkle tree over the leaves of a log (RFC 9162, section 2.1; the same tree as that of RFC 6962).

Sizes and places are numbers of leaves; hashes are 32 bytes of SHA-256. A proof is the list of the roots of some ranges
of leaves: `inclusion_ranges` and `consistency_ranges` say which, so that a store may keep roots instead of leaves.
"""

import hashlib
from collections.abc import Iterable, Sequence
from typing import Final

import msgspec

from proofboard.errors import fault
from proofboard.ledger.refusals import NotConsistent, NotIncluded

HASH_BYTES: Final = 32
EMPTY_ROOT: Final = hashlib.sha256(b"").digest()

Hashes = Sequence[bytes]
Range = tuple[int, int]
"""The leaves from the first place up to, and without, the second."""


def leaf_hash(leaf: bytes) -> bytes:
    """Hash a leaf; its first byte keeps it apart from every node (section 2.1.1)."""
    return hashlib.sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash two subtrees into the one above them."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class Frontier(msgspec.Struct, frozen=True):
    """The right edge of a tree: all that adding a leaf needs, whatever the number of leaves."""

    size: int = 0
    hashes: tuple[bytes, ...] = ()
    """The roots of the whole subtrees that the leaves fill, the largest first: one for each bit set in `size`."""

    def extended(self, hashed: bytes) -> "Frontier":
        """Return the edge after one more leaf, whose hash is given."""
        hashes, size = [*self.hashes], self.size
        while size & 1:
            hashed = node_hash(hashes.pop(), hashed)
            size >>= 1
        return Frontier(self.size + 1, (*hashes, hashed))

    def root(self) -> bytes:
        """Return the root of the tree."""
        if not self.hashes:
            return EMPTY_ROOT
        *larger, root = self.hashes
        for left in reversed(larger):
            root = node_hash(left, root)
        return root

    def proof_of_next(self) -> tuple[bytes, ...]:
        """Return the inclusion proof that the leaf which is added next will have in the tree that it ends."""
        return self.hashes[::-1]

    def raw(self) -> bytes:
        """Write the hashes one after the other, for a row of a database beside the size."""
        return b"".join(self.hashes)


def read_frontier(size: int, raw: bytes) -> Frontier:
    """Read an edge back; raises InputError where the bytes are not those of an edge of this size."""
    if size < 0 or len(raw) != HASH_BYTES * max(size, 0).bit_count():
        raise fault("the edge of the log", f"has {len(raw)} bytes, which no tree of {size} leaves has; make it again")
    return Frontier(size, tuple(raw[start : start + HASH_BYTES] for start in range(0, len(raw), HASH_BYTES)))


def frontier_of(hashes: Iterable[bytes]) -> Frontier:
    """Return the edge of the tree over hashes of leaves."""
    stack: list[bytes] = []
    count = 0
    for hashed in hashes:
        # As in `extended`, without a new edge for every leaf.
        above, filled = hashed, count
        while filled & 1:
            above = node_hash(stack.pop(), above)
            filled >>= 1
        stack.append(above)
        count += 1
    return Frontier(count, tuple(stack))


def root_of(hashes: Iterable[bytes]) -> bytes:
    """Return the root of the tree over hashes of leaves."""
    return frontier_of(hashes).root()


def inclusion_ranges(index: int, size: int) -> list[Range]:
    """List the ranges whose roots prove that the leaf at `index` is in a tree of `size` leaves (section 2.1.3.1)."""
    if not 0 <= index < size:
        raise fault("the log", f"has {size} leaves, so there is none at {index}")
    start, end = 0, size
    ranges: list[Range] = []
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((start, middle))
            start = middle
    return ranges[::-1]


def consistency_ranges(old: int, new: int) -> list[Range]:
    """List the ranges whose roots prove that a tree of `old` leaves is the beginning of one of `new` (2.1.4.1)."""
    if not 0 <= old <= new:
        raise fault("the log", f"has {new} leaves, so it cannot continue one of {old}")
    if old == 0:
        return []
    start, end = 0, new
    ranges: list[Range] = []
    while old < end:
        middle = start + _split(end - start)
        if old <= middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((start, middle))
            start = middle
    # A reader of the whole old tree has its root already.
    return [*([(start, end)] if start else []), *ranges[::-1]]


def _split(count: int) -> int:
    """Return the largest power of two below a count: the leaves on the left of the root."""
    return 1 << (count - 1).bit_length() - 1


def inclusion_proof(hashes: Hashes, index: int) -> list[bytes]:
    """Prove that the leaf at `index` is in the tree over all hashes."""
    return [root_of(hashes[start:end]) for start, end in inclusion_ranges(index, len(hashes))]


def consistency_proof(hashes: Hashes, old: int) -> list[bytes]:
    """Prove that the tree over the first `old` hashes is the beginning of the tree over all of them."""
    return [root_of(hashes[start:end]) for start, end in consistency_ranges(old, len(hashes))]


def check_inclusion(hashed: bytes, place: tuple[int, int], proof: Hashes, root: bytes) -> None:
    """Check that a leaf is at `place` (index, size) of the tree with this root; raises NotIncluded (2.1.3.2)."""
    index, size = place
    if not 0 <= index < size:
        raise NotIncluded(f"a tree of {size} leaves has none at {index}")
    own, last, above = index, size - 1, hashed
    for sibling in proof:
        if last == 0:
            raise NotIncluded("the proof has more hashes than the tree has levels")
        if own & 1 or own == last:
            above = node_hash(sibling, above)
            while own and not own & 1:
                own, last = own >> 1, last >> 1
        else:
            above = node_hash(above, sibling)
        own, last = own >> 1, last >> 1
    if last:
        raise NotIncluded("the proof has fewer hashes than the tree has levels")
    if above != root:
        raise NotIncluded(f"the leaf at {index} and its proof give the root {above.hex()}, expected {root.hex()}")


def check_consistency(old: tuple[int, bytes], new: tuple[int, bytes], proof: Hashes) -> None:
    """Check that one (size, root) is the beginning of another; raises NotConsistent (section 2.1.4.2)."""
    (old_size, old_root), (new_size, new_root) = old, new
    if not 0 <= old_size <= new_size:
        raise NotConsistent(f"the newer log has {new_size} leaves, the older one {old_size}")
    if old_size in {0, new_size}:
        expected = EMPTY_ROOT if old_size == 0 else new_root
        if proof or old_root != expected:
            raise NotConsistent(f"{old_size} leaves had the root {old_root.hex()}, expected {expected.hex()}")
        return
    # The root of a whole subtree is known to whoever asks, so the proof begins after it.
    path = [old_root, *proof] if old_size & (old_size - 1) == 0 else [*proof]
    if _roots_of(path, old_size - 1, new_size - 1) != (old_root, new_root):
        raise NotConsistent(f"the {old_size} leaves of the older log are not the first {old_size} of the newer one")


def _roots_of(path: Hashes, own: int, last: int) -> tuple[bytes, bytes] | None:
    """Return the roots that a path gives for the older and the newer tree; None where its length fits no tree."""
    while own & 1:
        own, last = own >> 1, last >> 1
    older = newer = path[0] if path else b""
    for sibling in path[1:]:
        if last == 0:
            return None
        if own & 1 or own == last:
            older, newer = node_hash(sibling, older), node_hash(sibling, newer)
            while own and not own & 1:
                own, last = own >> 1, last >> 1
        else:
            newer = node_hash(newer, sibling)
        own, last = own >> 1, last >> 1
    return None if last else (older, newer)
