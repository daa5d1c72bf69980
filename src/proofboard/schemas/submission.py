"""What is handed in, and the record that it was taken."""

from typing import Final, Literal

from proofboard.schemas.base import Date, Digest, Document, ItemSetName, Line, PathId, Text

SUBMISSION: Final = "submission.json"
CONFIGURATION: Final = "configuration.json"
BUNDLES: Final = "bundles"
SIGNATURE: Final = "signature.json"
ACCEPTED: Final = "accepted.json"


class SubmittedConfiguration(Document, frozen=True):
    """Which configuration is handed in."""

    name: Line
    """How it is shown: `vendor/config_name`."""
    recipe: Digest
    """The digest of the fields that decide answers."""
    document: Digest
    """The digest of `configuration.json`, which also holds the other fields."""


class SubmittedBundle(Document, frozen=True):
    """Which bundle is handed in."""

    name: PathId
    """Its folder below `bundles/`, which is called like its item set."""
    item_set: ItemSetName
    """Which items were asked; held-out answers go to the owner's store and are never published."""
    digest: Digest
    """The digest of its manifest."""


class Submission(Document, frozen=True):
    """`submission.json`: what a submission holds, and the rules it was made under; pinned to protocol and software.

    Nobody needs to believe it: who takes a submission computes all of it again from the files beside it.
    """

    schema_version: Literal[1]
    """The shape of this document."""
    software_version: Line
    """The version that packed it."""
    benchmark: PathId | None
    """The id of the benchmark; None for a configuration that was packed with neither benchmark nor bundle."""
    protocol_version: Line | None
    """The rules it was made under; None like `benchmark`."""
    grading: Digest | None
    """The grading digest of the rules that it was checked against; None where no benchmark was at hand."""
    prompts_digest: Digest | None
    """What was asked in the public set; None where neither benchmark nor public bundle says it."""
    configuration: SubmittedConfiguration
    """The configuration."""
    bundles: list[SubmittedBundle]
    """Its bundles, at most one of each item set, sorted by name."""
    notes: list[Text]
    """What a reviewer should look at before it is published."""
    date: Date | None
    """The day that the submitter gives it; None where no day was given, because packing reads no clock."""


class Acceptance(Document, frozen=True):
    """`accepted.json`: the record, in an entry's folder, that a submission was taken."""

    schema_version: Literal[1]
    """The shape of this document."""
    date: Date | None
    """The day it was taken, as the owner gives it."""
    artifact: Digest
    """The digest of the archive that was taken."""
    software_version: Line
    """The version that took it."""
    protocol_version: Line
    """The rules it was checked against."""
