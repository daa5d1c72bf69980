"""The Merkle tree of a log: known roots and proofs, every proof checks, and nothing else does."""

import hashlib
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proofboard.errors import InputError
from proofboard.ledger.refusals import NotConsistent, NotIncluded
from proofboard.ledger.tree import (
    EMPTY_ROOT,
    Frontier,
    check_consistency,
    check_inclusion,
    consistency_proof,
    frontier_of,
    inclusion_proof,
    leaf_hash,
    read_frontier,
    root_of,
)

# Leaves and roots of the test vectors that Certificate Transparency published with RFC 6962.
LEAVES = [
    bytes.fromhex(digits)
    for digits in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
INCLUSION = {
    (0, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (5, 8): [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
}
CONSISTENCY = {
    (1, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (6, 8): [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 5): [
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
    (8, 8): [],
}

KNOWN = [leaf_hash(leaf) for leaf in LEAVES]


def hashes(count: int) -> list[bytes]:
    return [leaf_hash(b"%d" % number) for number in range(count)]


def by_definition(own: list[bytes]) -> bytes:
    """RFC 9162, 2.1.1: k is the largest power of two smaller than n; MTH(D_n) = H(0x01 || MTH(D_k) || MTH(D[k:n]))."""
    if len(own) < 2:
        return own[0] if own else hashlib.sha256(b"").digest()
    split = 1
    while split * 2 < len(own):
        split *= 2
    return hashlib.sha256(b"\x01" + by_definition(own[:split]) + by_definition(own[split:])).digest()


@pytest.mark.parametrize("size", range(9))
def test_the_published_trees_have_their_published_roots(size: int) -> None:
    assert root_of(KNOWN[:size]).hex() == ROOTS[size]


@pytest.mark.parametrize("place", INCLUSION)
def test_the_published_inclusion_proofs_are_made(place: tuple[int, int]) -> None:
    index, size = place
    assert [own.hex() for own in inclusion_proof(KNOWN[:size], index)] == INCLUSION[place]


@pytest.mark.parametrize("sizes", CONSISTENCY)
def test_the_published_consistency_proofs_are_made(sizes: tuple[int, int]) -> None:
    old, new = sizes
    assert [own.hex() for own in consistency_proof(KNOWN[:new], old)] == CONSISTENCY[sizes]


@given(st.integers(0, 70))
def test_the_root_is_that_of_the_definition(size: int) -> None:
    assert root_of(hashes(size)) == by_definition(hashes(size))


@given(st.integers(0, 200))
def test_leaf_by_leaf_gives_the_same_edge_as_all_at_once(size: int) -> None:
    edge = Frontier()
    for own in hashes(size):
        edge = edge.extended(own)
    assert edge == frontier_of(hashes(size))
    assert len(edge.hashes) == size.bit_count()


@given(st.integers(0, 300))
def test_an_edge_is_read_back_from_what_a_row_keeps(size: int) -> None:
    edge = frontier_of(hashes(size))
    assert read_frontier(size, edge.raw()) == edge


@pytest.mark.parametrize(("size", "raw"), [(3, bytes(32)), (1, b""), (0, bytes(32)), (-1, b""), (2, bytes(33))])
def test_bytes_that_are_no_edge_of_this_size_are_refused(size: int, raw: bytes) -> None:
    with pytest.raises(InputError, match="which no tree of"):
        read_frontier(size, raw)


@given(st.data())
def test_every_leaf_of_every_tree_is_proved(data: st.DataObject) -> None:
    size = data.draw(st.integers(1, 130))
    index = data.draw(st.integers(0, size - 1))
    own = hashes(size)
    check_inclusion(own[index], (index, size), inclusion_proof(own, index), root_of(own))


@given(st.integers(0, 130))
def test_the_edge_before_a_leaf_is_its_proof(size: int) -> None:
    own = hashes(size + 1)
    before = frontier_of(own[:size])
    check_inclusion(own[size], (size, size + 1), before.proof_of_next(), root_of(own))
    assert [*before.proof_of_next()] == inclusion_proof(own, size)


@given(st.data())
def test_every_beginning_of_every_tree_is_proved(data: st.DataObject) -> None:
    new = data.draw(st.integers(0, 130))
    old = data.draw(st.integers(0, new))
    own = hashes(new)
    check_consistency((old, root_of(own[:old])), (new, root_of(own)), consistency_proof(own, old))


def changed(raw: bytes, at: int, flip: int) -> bytes:
    return raw[:at] + bytes([raw[at] ^ flip]) + raw[at + 1 :]


@given(st.data())
def test_every_changed_byte_of_an_inclusion_proof_is_refused(data: st.DataObject) -> None:
    size = data.draw(st.integers(2, 70))
    index = data.draw(st.integers(0, size - 1))
    own = hashes(size)
    proof = inclusion_proof(own, index)
    which = data.draw(st.integers(0, len(proof) + 1))
    parts = [*proof, own[index], root_of(own)]
    parts[which] = changed(parts[which], data.draw(st.integers(0, 31)), data.draw(st.integers(1, 255)))
    *forged, leaf, root = parts
    with pytest.raises(NotIncluded):
        check_inclusion(leaf, (index, size), forged, root)


@given(st.data())
def test_a_proof_is_for_one_place_only(data: st.DataObject) -> None:
    size = data.draw(st.integers(2, 70))
    index = data.draw(st.integers(0, size - 1))
    other = data.draw(st.integers(0, size - 1).filter(lambda place: place != index))
    own = hashes(size)
    with pytest.raises(NotIncluded):
        check_inclusion(own[index], (other, size), inclusion_proof(own, index), root_of(own))


Change = Callable[[list[bytes]], list[bytes]]
LENGTHS: dict[str, Change] = {
    "shorter": lambda proof: proof[:-1],
    "longer": lambda proof: [*proof, bytes(32)],
    "empty": lambda _: [],
}


@pytest.mark.parametrize("change", LENGTHS.values(), ids=LENGTHS)
@pytest.mark.parametrize("index", range(7))
def test_an_inclusion_proof_of_another_length_is_refused(index: int, change: Change) -> None:
    own = hashes(7)
    with pytest.raises(NotIncluded):
        check_inclusion(own[index], (index, 7), change(inclusion_proof(own, index)), root_of(own))


@pytest.mark.parametrize("place", [(1, 1), (-1, 1), (0, 0), (8, 8), (0, -1)])
def test_a_place_outside_the_tree_is_refused(place: tuple[int, int]) -> None:
    with pytest.raises(NotIncluded, match="has none at"):
        check_inclusion(KNOWN[0], place, [], KNOWN[0])
    with pytest.raises(InputError, match="there is none"):
        inclusion_proof(KNOWN[: max(place[1], 0)], place[0])


@given(st.data())
def test_every_changed_byte_of_a_consistency_proof_is_refused(data: st.DataObject) -> None:
    new = data.draw(st.integers(2, 70))
    old = data.draw(st.integers(1, new - 1))
    own = hashes(new)
    parts = [*consistency_proof(own, old), root_of(own[:old]), root_of(own)]
    which = data.draw(st.integers(0, len(parts) - 1))
    parts[which] = changed(parts[which], data.draw(st.integers(0, 31)), data.draw(st.integers(1, 255)))
    *forged, older, newer = parts
    with pytest.raises(NotConsistent):
        check_consistency((old, older), (new, newer), forged)


@given(st.data())
def test_a_log_in_which_one_old_leaf_was_changed_is_refused(data: st.DataObject) -> None:
    new = data.draw(st.integers(2, 70))
    old = data.draw(st.integers(1, new - 1))
    rewritten = hashes(new)
    rewritten[data.draw(st.integers(0, old - 1))] = leaf_hash(b"another story")
    with pytest.raises(NotConsistent):
        check_consistency((old, root_of(hashes(old))), (new, root_of(rewritten)), consistency_proof(rewritten, old))


@pytest.mark.parametrize("old", range(1, 8))
@pytest.mark.parametrize("change", LENGTHS.values(), ids=LENGTHS)
def test_a_consistency_proof_of_another_length_is_refused(old: int, change: Change) -> None:
    own = hashes(8)
    with pytest.raises(NotConsistent):
        check_consistency((old, root_of(own[:old])), (8, root_of(own)), change(consistency_proof(own, old)))


def test_a_log_that_became_shorter_is_refused() -> None:
    with pytest.raises(NotConsistent, match="has 2 leaves, the older one 3"):
        check_consistency((3, root_of(hashes(3))), (2, root_of(hashes(2))), [])
    with pytest.raises(InputError, match="cannot continue"):
        consistency_proof(hashes(2), 3)


def test_another_tree_of_the_same_size_or_of_none_is_refused() -> None:
    with pytest.raises(NotConsistent):
        check_consistency((3, bytes(32)), (3, root_of(hashes(3))), [])
    with pytest.raises(NotConsistent):
        check_consistency((0, bytes(32)), (3, root_of(hashes(3))), [])
    check_consistency((0, EMPTY_ROOT), (3, root_of(hashes(3))), [])


def test_a_node_cannot_be_passed_off_as_a_leaf() -> None:
    left, right = hashes(2)
    assert leaf_hash(left + right) != root_of([left, right])


@pytest.mark.parametrize("size", [1, 2, 1000, 2**20])
def test_adding_a_leaf_hashes_once_for_each_level_at_most(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    # A frontier of any size can be made up: only its hashes count.
    calls: list[bytes] = []

    def counted(_left: bytes, right: bytes) -> bytes:
        calls.append(right)
        return right

    monkeypatch.setattr("proofboard.ledger.tree.node_hash", counted)
    edge = Frontier(size - 1, tuple(bytes([n]) * 32 for n in range((size - 1).bit_count())))
    edge.extended(bytes(32)).root()
    assert len(calls) <= 2 * size.bit_length()
