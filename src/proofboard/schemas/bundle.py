"""What was recorded: the responses of one configuration to one item set, and what judges said of them."""

from typing import Annotated, Any, Final, Literal

import msgspec

from proofboard.schemas.base import Count, Date, Digest, Document, Integer, ItemSetName, LeanDocument, Line, PathId

MANIFEST: Final = "manifest.json"
RESPONSES: Final = "responses.jsonl"
VERDICTS: Final = "verdicts.jsonl"
SCORES: Final = "scores.jsonl"
BUNDLE_FILES: Final = (RESPONSES, VERDICTS, SCORES)

LARGEST_LINE_BYTES: Final = 1 << 20

Stage = Literal["answer", "repair"]
ResponseState = Literal["answered", "refused", "missing", "platform_failure"]
Trial = Annotated[int, msgspec.Meta(ge=0, le=9_999)]


class Usage(LeanDocument, frozen=True):
    """What one response cost; every field is None where it was not recorded, never 0."""

    prompt_tokens: Count | None = None
    completion_tokens: Count | None = None
    total_tokens: Count | None = None
    """Only where it is not the sum of the two."""
    calls: Count | None = None
    attempts: Count | None = None
    microseconds: Count | None = None
    """Wall time from the first request to the last byte."""
    cost_nanodollars: Count | None = None
    """US dollars times 10⁹, where the source recorded a cost; otherwise it follows from the price table."""


class Response(LeanDocument, frozen=True):
    """The recorded answer to one prompt."""

    prompt_id: PathId
    output: Any = None
    """Text, or structured data such as an answer distribution; None where there is no answer."""
    trial: Trial = 0
    stage: Stage = "answer"
    state: ResponseState = "answered"
    usage: Usage | None = None


class Verdict(LeanDocument, frozen=True):
    """One recorded vote of an LLM judge on one response; a null vote is a judge that gave no verdict."""

    prompt_id: PathId
    passed: bool | None
    trial: Trial = 0
    stage: Stage = "answer"
    vote: Annotated[int, msgspec.Meta(ge=0, le=999)] = 0
    """The number of the vote, from 0."""


class ReportedScore(LeanDocument, frozen=True):
    """Scores of one item that came with the bundle and not from a built-in grader."""

    item_id: PathId
    scores: dict[PathId, Integer | None]
    """Metric id → integer over that metric's denominator; None is a score without a verdict."""
    trial: Trial = 0
    stage: Stage = "answer"


class JudgeRecord(Document, frozen=True):
    """Which judge voted on the responses of a bundle."""

    model: Line
    prompt_digest: Digest | None = None
    version: str | None = None


class SourceRecord(Document, frozen=True):
    """Where an imported bundle came from, so that its origin can be found again."""

    format: Line
    """The importer's name."""
    name: str
    """The file, folder or row of the source."""
    digest: Digest | None = None
    """SHA-256 over the original bytes, in the source's own order of files."""
    tool_version: str | None = None


class FileRecord(Document, frozen=True):
    """The bytes of one file of a bundle."""

    digest: Digest
    bytes: Count
    lines: Count


class Manifest(Document, frozen=True):
    """The table of contents of a bundle; its digest is the bundle's digest."""

    benchmark: PathId
    protocol_version: Line
    item_set: ItemSetName
    vendor: PathId
    config_name: PathId
    configuration: Digest
    """The digest of the fields of the configuration that decide answers."""
    prompts_digest: Digest
    """What was asked: sorted pairs of prompt id and prompt."""
    files: dict[str, FileRecord]
    schema_version: Literal[1] = 1
    trials: Annotated[int, msgspec.Meta(ge=1, le=10_000)] = 1
    """How many times every prompt was asked; a trial that is absent counts as missing."""
    recorded: Date | None = None
    """The day the responses were recorded, as the recorder states it."""
    judge: JudgeRecord | None = None
    source: SourceRecord | None = None
    claims: dict[str, Integer | float | str | None] = {}
    """What the source says of itself (n_votes, score, …); compared with the items, listed where it disagrees."""
    recorder: str | None = None
    """The software that froze the bundle, with its version."""
