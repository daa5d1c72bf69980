"""Every way in which a publication can be wrong, each with its own error.

Refusal                         exit status 1: the publication does not hold
├── RootRefusal                 there is no readable root
├── MalformedDocument           a document does not have its shape
├── MissingDocument             a named document is absent
├── DigestMismatch              a document is not the one its parent names
├── UnnamedFile                 a file that no document names
├── BrokenBundle                a bundle's lines cannot be graded
├── ScoreMismatch               a published item score is not what its grader gives
├── FalsePurge                  a bundle is marked as purged, and its answers are there, or the log knows of no purge
├── GradingMismatch             the published rules of grading are not those the numbers follow
├── DocumentMismatch            a document is not what its public inputs give
├── PageMismatch                the page is not the one that this version publishes
├── FinerThanReleased           a held-out number that the gate would not have let out
├── HeldOutTextFound            text of a held-out item stands in a public document
├── CommitmentBroken            the held-out items are not those that were committed to
├── ReleaseMismatch             a released score is not what the held-out bundles give
├── LogBroken                   the log does not hold: its leaves, its checkpoint, or who signed it
├── OtherSigner                 the log is not signed by the key that the reader knows
├── LogRewritten                an older log is not the beginning of this one
├── LogDisagrees                the board shows something else than its log says
└── AttestationBroken           an attestation does not hold, or is by nobody whom the log lists
"""

from proofboard.errors import ProofboardError, printable

LONGEST_SHOWN = 2_000
"""Characters of a message; a site may hold names and values of any length."""


class Refusal(ProofboardError):  # noqa: N818 - a refusal is a verdict, not an error of the program
    """The publication does not hold."""

    exit_status = 1

    def __init__(self, path: str, reason: str) -> None:
        """Name the document and what is wrong with it."""
        self.path = printable(path[:LONGEST_SHOWN])
        self.reason = printable(reason[:LONGEST_SHOWN])
        super().__init__(f"{self.path}: {self.reason}")


class RootRefusal(Refusal):
    """There is no readable `publication.json`."""


class MalformedDocument(Refusal):
    """A document does not have its shape."""


class MissingDocument(Refusal):
    """A document that is named is absent."""


class DigestMismatch(Refusal):
    """A document is not the one that its parent names."""


class UnnamedFile(Refusal):
    """A file lies in the site that no document names."""


class BrokenBundle(Refusal):
    """The lines of a bundle cannot be graded."""


class ScoreMismatch(Refusal):
    """A published item score is not what its grader gives, beyond the grader's tolerance."""


class FalsePurge(Refusal):
    """A bundle is marked as purged, and its answers are published, or the log knows nothing of it."""


class GradingMismatch(Refusal):
    """The published rules of grading are not those that the numbers follow."""


class DocumentMismatch(Refusal):
    """A document is not what its public inputs give."""


class PageMismatch(Refusal):
    """The page is not the one that this version of the software publishes."""


class FinerThanReleased(Refusal):
    """A held-out number stands there that the release gate would not have let out."""


class HeldOutTextFound(Refusal):
    """Text of a held-out item stands in a public document."""


class CommitmentBroken(Refusal):
    """The held-out items are not those that were committed to."""


class ReleaseMismatch(Refusal):
    """A released score is not what the held-out bundles give."""


class LogBroken(Refusal):
    """The log does not hold: its leaves, its checkpoint, or who signed it."""


class OtherSigner(Refusal):
    """The log is not signed by the key that the reader knows."""


class LogRewritten(Refusal):
    """An older log is not the beginning of this one."""


class LogDisagrees(Refusal):
    """The board shows something else than its log says."""


class AttestationBroken(Refusal):
    """An attestation does not hold, or is by nobody whom the log lists."""
