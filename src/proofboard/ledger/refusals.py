"""Every way in which a log, a signature or a statement can be wrong, each with its own error.

LedgerRefusal                   exit status 1: it does not hold
├── MalformedEnvelope           payload or signature is not base64
├── WrongPayloadType            what is signed is not what is expected here
├── UnknownSigner               no signature is by a known key
├── BadSignature                a signature by a known key does not hold
├── TooFewSigners               fewer keys have signed than must have
├── MalformedPayload            what is signed does not have its shape
├── SizeMismatch                the checkpoint covers another number of leaves
├── RootMismatch                the leaves do not hash to the root of the checkpoint
├── NotIncluded                 a leaf is not where its receipt says
├── NotConsistent               an older log is not the beginning of a newer one
├── OtherLog                    a checkpoint, leaf or receipt of another log
├── BrokenLeaf                  a leaf says too much, or too little, for its kind
├── OtherSubject                a statement speaks of something else
└── FalseStatement              what a statement concludes does not follow from its numbers
"""

from proofboard.errors import ProofboardError


class LedgerRefusal(ProofboardError):  # noqa: N818 - a verdict, not an error of the program
    """It does not hold."""

    exit_status = 1


class MalformedEnvelope(LedgerRefusal):
    """Payload or signature is not base64."""


class WrongPayloadType(LedgerRefusal):
    """What is signed is not what is expected here."""


class UnknownSigner(LedgerRefusal):
    """No signature is by a known key."""


class BadSignature(LedgerRefusal):
    """A signature by a known key does not hold."""


class TooFewSigners(LedgerRefusal):
    """Fewer keys have signed than must have."""


class MalformedPayload(LedgerRefusal):
    """What is signed does not have its shape."""


class SizeMismatch(LedgerRefusal):
    """The checkpoint covers another number of leaves."""


class RootMismatch(LedgerRefusal):
    """The leaves do not hash to the root of the checkpoint."""


class NotIncluded(LedgerRefusal):
    """A leaf is not where its receipt says."""


class NotConsistent(LedgerRefusal):
    """An older log is not the beginning of a newer one."""


class OtherLog(LedgerRefusal):
    """A checkpoint, leaf or receipt of another log."""


class BrokenLeaf(LedgerRefusal):
    """A leaf says too much, or too little, for its kind."""


class OtherSubject(LedgerRefusal):
    """A statement speaks of something else."""


class FalseStatement(LedgerRefusal):
    """What a statement concludes does not follow from its numbers."""
