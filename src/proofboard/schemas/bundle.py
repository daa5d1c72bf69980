"""What was recorded: the responses of one configuration to one item set, and what judges said of them."""

from typing import Annotated, Any, Final, Literal

import msgspec

from proofboard.schemas.base import Count, Date, Digest, Document, Integer, ItemSetName, LeanDocument, Line, PathId

MANIFEST: Final = "manifest.json"
RESPONSES: Final = "responses.jsonl"
VERDICTS: Final = "verdicts.jsonl"
SCORES: Final = "scores.jsonl"
BUNDLE_FILES: Final = (RESPONSES, VERDICTS, SCORES)

Stage = Literal["answer", "repair"]
ResponseState = Literal["answered", "refused", "missing", "platform_failure"]
Reference = Annotated[str, msgspec.Meta(min_length=1, max_length=64, description="An id that is declared elsewhere.")]
"""Lines name items and metrics a million times: they are held against what is declared, not matched to a pattern."""

Trial = Annotated[int, msgspec.Meta(ge=0, le=9_999)]


class Usage(LeanDocument, frozen=True):
    """What one response cost; every field is None where it was not recorded, never 0."""

    prompt_tokens: Count | None = None
    """Tokens that were sent."""
    completion_tokens: Count | None = None
    """Tokens that were received."""
    total_tokens: Count | None = None
    """Only where it is not the sum of the two."""
    calls: Count | None = None
    """Requests that were answered."""
    attempts: Count | None = None
    """Requests that were made, retries included."""
    microseconds: Count | None = None
    """Wall time from the first request to the last byte."""
    cost_nanodollars: Count | None = None
    """US dollars times 10⁹, where the source recorded a cost; otherwise it follows from the price table."""


class Response(LeanDocument, frozen=True):
    """The recorded answer to one prompt."""

    prompt_id: Reference
    """The prompt that was answered."""
    output: Any = None
    """Text, or structured data such as an answer distribution; None where there is no answer."""
    trial: Trial = 0
    """The number of the trial, from 0."""
    stage: Stage = "answer"
    """The first answer, or the answer after repair."""
    state: ResponseState = "answered"
    """`refused` is an answer and a wrong one; `missing` follows the metric's policy; `platform_failure` leaves the
    entry without a rank until it is answered."""
    usage: Usage | None = None
    """What it cost."""


class Verdict(LeanDocument, frozen=True):
    """One recorded vote of an LLM judge on one response; a null vote is a judge that gave no verdict."""

    prompt_id: Reference
    """The prompt whose response was judged."""
    passed: bool | None
    """The vote; null where the judge gave none."""
    trial: Trial = 0
    """The trial that was judged."""
    stage: Stage = "answer"
    """The stage that was judged."""
    vote: Annotated[int, msgspec.Meta(ge=0, le=999)] = 0
    """The number of the vote, from 0."""
    judge: Line | None = None
    """The model that voted, where it is not the one that the manifest names."""
    output: str | None = None
    """What the judge said, word for word; None where only its vote was recorded."""
    usage: Usage | None = None
    """What the vote cost."""


class ReportedScore(LeanDocument, frozen=True):
    """Scores of one item that came with the bundle and not from a built-in grader."""

    item_id: Reference
    """The item that was scored."""
    scores: dict[Reference, Integer | None]
    """Metric id → integer over that metric's denominator; None is a score without a verdict."""
    trial: Trial = 0
    """The trial that was scored."""
    stage: Stage = "answer"
    """The stage that was scored."""


class JudgeRecord(Document, frozen=True):
    """Which judge voted on the responses of a bundle."""

    model: Line
    """Its model."""
    prompt_digest: Digest | None = None
    """SHA-256 of the rubric that it was asked with."""
    version: str | None = None
    """Its version, as its provider names the model that answered."""


class SourceRecord(Document, frozen=True):
    """Where an imported bundle came from, so that its origin can be found again."""

    format: Line
    """The importer's name."""
    name: str
    """The file, folder or row of the source."""
    digest: Digest | None = None
    """SHA-256 over the original bytes, in the source's own order of files."""
    tool_version: str | None = None
    """The version of the tool that recorded it, as the source states it."""


class FileRecord(Document, frozen=True):
    """The bytes of one file of a bundle."""

    digest: Digest
    """SHA-256 of the file."""
    bytes: Count
    """Its length."""
    lines: Count
    """Its number of lines."""


class Manifest(Document, frozen=True):
    """The table of contents of a bundle; its digest is the bundle's digest."""

    benchmark: PathId
    """The id of the benchmark."""
    protocol_version: Line
    """The rules it was recorded under."""
    item_set: ItemSetName
    """Which items were asked."""
    vendor: PathId
    """The entry's vendor."""
    config_name: PathId
    """The entry's configuration."""
    configuration: Digest
    """The digest of the fields of the configuration that decide answers."""
    prompts_digest: Digest
    """What was asked: sorted pairs of prompt id and prompt."""
    files: dict[str, FileRecord]
    """File → digest and size: `responses.jsonl`, `verdicts.jsonl`, `scores.jsonl`, each where it holds a line."""
    schema_version: Literal[1] = 1
    """The shape of this document."""
    trials: Annotated[int, msgspec.Meta(ge=1, le=10_000)] = 1
    """How many times every prompt was asked; a trial that is absent counts as missing."""
    trial_kind: Literal["run", "attempt"] = "run"
    """Trials of one number form a run of their own, or are attempts within one run, which have no error over runs."""
    recorded: Date | None = None
    """The day the responses were recorded, as the recorder states it."""
    judge: JudgeRecord | None = None
    """Which judge voted."""
    source: SourceRecord | None = None
    """Where it was imported from."""
    claims: dict[str, Integer | float | str | None] = {}
    """What the source says of itself (n_votes, score, …); compared with the items, listed where it disagrees."""
    recorder: str | None = None
    """The software that froze the bundle, with its version."""
