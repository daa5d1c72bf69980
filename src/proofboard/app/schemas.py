"""The JSON Schemas of every document, for those who read or write them in another language."""

from collections.abc import Mapping
from typing import Final

import msgspec

from proofboard.errors import fault
from proofboard.schemas.benchmark import Benchmark
from proofboard.schemas.board import Leaderboard
from proofboard.schemas.bundle import Manifest, ReportedScore, Response, Verdict
from proofboard.schemas.configuration import Configuration
from proofboard.schemas.graded import GradedDocument
from proofboard.schemas.item import Item
from proofboard.schemas.ledger import (
    Checkpoint,
    Envelope,
    Leaf,
    Receipt,
    RerunStatement,
    SignedCheckpoint,
    SubmissionSignature,
    SubmissionStatement,
)
from proofboard.schemas.publication import (
    BenchmarkDocument,
    CategoryBoard,
    Columns,
    Commitments,
    EntryDocument,
    ItemIndex,
    ItemPage,
    Projection,
    Publication,
    PurgeRecord,
    ReleasesDocument,
    ScoresDocument,
    VendorDocument,
)
from proofboard.schemas.submission import Acceptance, Submission

DOCUMENTS: Final[Mapping[str, type[msgspec.Struct]]] = {
    "acceptance": Acceptance,
    "benchmark": Benchmark,
    "benchmark-document": BenchmarkDocument,
    "category-board": CategoryBoard,
    "checkpoint": Checkpoint,
    "columns": Columns,
    "commitments": Commitments,
    "configuration": Configuration,
    "efficiency": Projection,
    "entry": EntryDocument,
    "envelope": Envelope,
    "graded": GradedDocument,
    "item": Item,
    "item-page": ItemPage,
    "items": ItemIndex,
    "leaderboard": Leaderboard,
    "leaf": Leaf,
    "manifest": Manifest,
    "publication": Publication,
    "purge-record": PurgeRecord,
    "receipt": Receipt,
    "releases": ReleasesDocument,
    "reported-score": ReportedScore,
    "rerun-statement": RerunStatement,
    "response": Response,
    "scores": ScoresDocument,
    "signed-checkpoint": SignedCheckpoint,
    "submission": Submission,
    "submission-signature": SubmissionSignature,
    "submission-statement": SubmissionStatement,
    "vendor": VendorDocument,
    "verdict": Verdict,
}
"""Name → document; lines of JSON-lines files are documents too."""


def names() -> list[str]:
    """List the documents that have a schema."""
    return sorted(DOCUMENTS)


def json_schema(name: str) -> str:
    """Return the JSON Schema (2020-12) of a document, indented."""
    if name not in DOCUMENTS:
        raise fault(name, f"is not a document; known are {', '.join(names())}")
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **msgspec.json.schema(DOCUMENTS[name])}
    return msgspec.json.format(msgspec.json.encode(schema), indent=2).decode() + "\n"
