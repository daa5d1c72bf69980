"""What a board's log holds: leaves, checkpoints and receipts, and signed statements about named digests."""

from typing import Annotated, Final, Literal

import msgspec

from proofboard.schemas.base import Count, Date, Digest, Document, LeanDocument, Line, PathId

LeafKind = Literal[
    "received",
    "refused",
    "published",
    "revised",
    "withdrawn",
    "superseded",
    "rescored",
    "erratum",
    "closed",
    "appeal_filed",
    "appeal_decided",
    "purged",
    "rerun",
    "key_added",
    "key_revoked",
]
"""What can happen on a board. What happens in its held-out half has no kind of its own."""

KeyRole = Literal["board", "attester", "submitter"]
"""Who may sign: the board its checkpoints, attesters what they ran again, submitters what they hand in."""

Outcome = Literal["upheld", "rejected", "matched", "differs"]
"""How an appeal (upheld, rejected) or a rerun (matched, differs) ended."""

EntryName = Annotated[
    str,
    msgspec.Meta(
        pattern=r"^[a-z0-9][a-z0-9._-]{0,63}/[a-z0-9][a-z0-9._-]{0,63}$(?!\n)",
        description="`vendor/config_name`.",
    ),
]
PublicKey = Annotated[
    str, msgspec.Meta(pattern=r"^[0-9a-f]{64}$(?!\n)", description="The 32 bytes of an Ed25519 key, in hexadecimal.")
]
Base64 = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9+/_-]*={0,2}$(?!\n)", max_length=1_000_000)]
Reason = Annotated[str, msgspec.Meta(min_length=1, max_length=1_000)]
WholeNumber = Annotated[str, msgspec.Meta(pattern=r"^-?[0-9]{1,400}$(?!\n)")]

CHECKPOINT_TYPE: Final = "application/vnd.proofboard.checkpoint+json"
STATEMENT_TYPE: Final = "application/vnd.in-toto+json"


class Leaf(LeanDocument, frozen=True):
    """One line of the log: what happened, to what, when, and why.

    The fields are closed, and none holds a number: of a held-out result nothing fits into a leaf.
    """

    kind: LeafKind
    """What happened."""
    benchmark: PathId
    """On which board."""
    date: Date
    """When, as whoever adds the leaf says it: the log proves the order, not the clock."""
    entry: EntryName | None = None
    """The entry that it is about."""
    submission: PathId | None = None
    """The submission that it is about."""
    artifact: Digest | None = None
    """The archive that was handed in."""
    bundle: Digest | None = None
    """The public bundle that the entry is shown with; never a held-out one."""
    configuration: Digest | None = None
    """The recipe's digest."""
    publication: Digest | None = None
    """The root of an earlier publication that is spoken of."""
    successor: EntryName | None = None
    """The entry that takes the place of a superseded one."""
    appeal: PathId | None = None
    """The appeal that was filed or decided."""
    outcome: Outcome | None = None
    """How an appeal or a rerun ended."""
    key: PublicKey | None = None
    """The key that was added or revoked."""
    role: KeyRole | None = None
    """What an added key may sign."""
    organisation: PathId | None = None
    """Who did it; None is the owner of the board."""
    reason: Reason | None = None
    """Why, in words that everybody may read."""


class Checkpoint(Document, frozen=True):
    """The state of a log in one line: whoever has kept it finds every later change of what it covers."""

    schema_version: Literal[1]
    """The shape of this document."""
    origin: Line
    """Which log this is: the id of the benchmark."""
    size: Count
    """The number of leaves."""
    root: Digest
    """The root of the Merkle tree over the leaves (RFC 9162, section 2.1)."""
    date: Date | None
    """When it was signed, as the signer says it."""


class EnvelopeSignature(Document, frozen=True):
    """One signature of an envelope."""

    sig: Base64
    """Ed25519 over the pre-authentication encoding of type and payload."""
    keyid: Annotated[str, msgspec.Meta(max_length=500)] = ""
    """A hint at the key: SHA-256 of its 32 bytes. It is not signed, so nothing rests on it."""


class Envelope(Document, frozen=True):
    """A signed payload (DSSE 1.0)."""

    payload: Base64
    """The bytes that are signed."""
    payload_type: Line = msgspec.field(name="payloadType")
    """What the payload is; signed with it."""
    signatures: Annotated[list[EnvelopeSignature], msgspec.Meta(min_length=1, max_length=64)]
    """At least one."""


class SignedCheckpoint(Document, frozen=True):
    """`log/checkpoint.json`: the latest checkpoint, its signatures, and the keys that the log says are its own."""

    schema_version: Literal[1]
    """The shape of this document."""
    keys: Annotated[list[PublicKey], msgspec.Meta(min_length=1, max_length=16)]
    """The keys of the board. Whoever reads them here must know them from elsewhere: a forger names a key too."""
    threshold: Annotated[int, msgspec.Meta(ge=1, le=16)]
    """How many of the keys must have signed."""
    checkpoint: Envelope
    """The checkpoint, signed."""


class Receipt(Document, frozen=True):
    """Proof that a leaf is in a log: its submitter keeps it, and the log cannot lose the leaf unnoticed."""

    schema_version: Literal[1]
    """The shape of this document."""
    index: Count
    """The place of the leaf, from 0."""
    leaf: Leaf
    """The leaf, whose canonical line is hashed."""
    proof: Annotated[list[Digest], msgspec.Meta(max_length=64)]
    """The hashes that lead from the leaf up to the root."""
    signed: SignedCheckpoint
    """The checkpoint whose root it is, signed."""


class SubjectDigest(Document, frozen=True):
    """The digest of a subject."""

    sha256: PublicKey
    """In hexadecimal."""


class StatementSubject(Document, frozen=True):
    """What a statement speaks of."""

    name: Line
    """How it is called; what counts is the digest."""
    digest: SubjectDigest
    """The digest of exact bytes."""


class Rerun(Document, frozen=True):
    """What somebody found who ran a published configuration again: public items only."""

    benchmark: PathId
    """The board."""
    entry: EntryName
    """How the entry is shown there."""
    configuration: Digest
    """The recipe that was run."""
    prompts_digest: Digest
    """What was asked."""
    protocol_version: Line
    """The rules it was graded by."""
    metric: Line
    """The headline that is compared."""
    n_items: Count
    """Items that it was compared on."""
    published: tuple[WholeNumber, WholeNumber]
    """Numerator and denominator of the published score."""
    again: tuple[WholeNumber, WholeNumber]
    """Numerator and denominator of the score of this run."""
    tolerance: Annotated[str, msgspec.Meta(pattern=r"^[0-9](\.[0-9]{1,15})?$(?!\n)")]
    """By how much the two may differ: an exact decimal."""
    matched: bool
    """True where they differ by no more than that."""
    bundle: Digest
    """What was answered this time."""
    date: Date
    """When, as whoever signs says it."""


class RerunStatement(Document, frozen=True):
    """An in-toto statement that the bundle it names was run again."""

    statement: Literal["https://in-toto.io/Statement/v1"] = msgspec.field(name="_type")
    """The shape of this document."""
    subject: Annotated[list[StatementSubject], msgspec.Meta(min_length=1, max_length=1)]
    """The published bundle."""
    predicate_type: Literal["urn:proofboard:rerun:1"] = msgspec.field(name="predicateType")
    """What is said of it."""
    predicate: Rerun
    """The numbers."""


class SubmissionStatement(Document, frozen=True):
    """An in-toto statement that its signer hands in the named documents."""

    statement: Literal["https://in-toto.io/Statement/v1"] = msgspec.field(name="_type")
    """The shape of this document."""
    subject: Annotated[list[StatementSubject], msgspec.Meta(min_length=1, max_length=8)]
    """`submission.json`, `configuration.json` and the manifest of each bundle."""
    predicate_type: Literal["urn:proofboard:submission:1"] = msgspec.field(name="predicateType")
    """What is said of them."""


class SubmissionSignature(Document, frozen=True):
    """`signature.json`: who hands a submission in, beside it in the artifact."""

    schema_version: Literal[1]
    """The shape of this document."""
    key: PublicKey
    """The key that signed. Whose it is, the board knows."""
    envelope: Envelope
    """A signed `SubmissionStatement`."""
