"""Receipts: what a submitter keeps, so that the log cannot lose a leaf unnoticed."""

from collections.abc import Sequence

from proofboard import canonical
from proofboard.ledger.documents import Log, check_older, open_checkpoint, root_text
from proofboard.ledger.leaves import line_of
from proofboard.ledger.refusals import NotIncluded, OtherLog
from proofboard.ledger.tree import check_inclusion, inclusion_proof, leaf_hash
from proofboard.schemas.ledger import Checkpoint, Leaf, Receipt, SignedCheckpoint


def receipt_of(index: int, leaf: Leaf, proof: Sequence[bytes], signed: SignedCheckpoint) -> Receipt:
    """Write a receipt from an inclusion proof: for the latest leaf that is `Frontier.proof_of_next` before it."""
    return Receipt(schema_version=1, index=index, leaf=leaf, proof=[root_text(own) for own in proof], signed=signed)


def receipt_from(log: Log, index: int) -> Receipt:
    """Write the receipt for a leaf of a published log; raises InputError where there is no such leaf."""
    proof = inclusion_proof(log.hashes, index)
    return receipt_of(index, log.leaves[index], proof, log.signed)


def check_receipt(receipt: Receipt) -> tuple[Checkpoint, list[str]]:
    """Check a receipt by itself; returns its checkpoint and the ids of the keys that signed it.

    The keys are those that the receipt names: whoever reads must know one of them. Raises LedgerRefusal.
    """
    checkpoint, signed_by = open_checkpoint(receipt.signed)
    if receipt.leaf.benchmark != checkpoint.origin:
        raise OtherLog(f"the leaf is of {receipt.leaf.benchmark!r}, its checkpoint of {checkpoint.origin!r}")
    place = receipt.index, checkpoint.size
    proof = [_raw(own) for own in receipt.proof]
    check_inclusion(leaf_hash(line_of(receipt.leaf)), place, proof, _raw(checkpoint.root))
    return checkpoint, signed_by


def check_receipt_in(receipt: Receipt, log: Log) -> None:
    """Check that a log still holds what a receipt proves; raises LedgerRefusal."""
    checkpoint, _ = check_receipt(receipt)
    check_older(checkpoint, log)
    if log.leaves[receipt.index] != receipt.leaf:
        raise NotIncluded(f"leaf {receipt.index} of the log is another than that of the receipt")


def _raw(digest: str) -> bytes:
    return bytes.fromhex(canonical.hex_of(digest))
