"""The JSON of metadata and results that other tools write: its shape, and every fault with the pointer to its place."""

import re
from typing import Annotated, Final

import msgspec

from proofboard.errors import Fault, InputError
from proofboard.record.slug import slug
from proofboard.schemas.base import LARGEST_INTEGER, Count, Date, Document, Line
from proofboard.schemas.configuration import Hardware, Model, Reproducibility
from proofboard.schemas.reading import parse_document

BODY: Final = "body"
LARGEST_RESULTS_BYTES: Final = 32 << 20

Number = int | float
Points = Annotated[int, msgspec.Meta(ge=0, le=100)] | Annotated[float, msgspec.Meta(ge=0, le=100)]
Address = Annotated[str, msgspec.Meta(min_length=1, max_length=2000)]


class PostedConfiguration(Document, frozen=True):
    """How the model was run."""

    temperature: Annotated[float, msgspec.Meta(ge=0)] | None = None
    """How evenly it draws; 0 takes the likeliest token."""
    max_tokens: Annotated[int, msgspec.Meta(ge=1, le=LARGEST_INTEGER)] | None = None
    """How long an answer may get."""
    top_p: Annotated[float, msgspec.Meta(ge=0, le=1)] | None = None
    """It draws from the likeliest tokens that have this probability together."""
    frequency_penalty: float | None = None
    """What a token loses each time that it was drawn before."""
    presence_penalty: float | None = None
    """What a token loses once it was drawn before."""
    system_prompt: str | None = None
    """What every prompt begins with."""
    tools_used: list[str] | None = None
    """Tools that it may call, by their names."""


class PostedMetadata(Document, frozen=True):
    """What was run, when, and on what."""

    submission_id: Line
    """The submitter's own name of the submission."""
    timestamp: Date
    """When the answers were made."""
    model: Model
    """The model."""
    configuration: PostedConfiguration = PostedConfiguration()
    """How it was run."""
    hardware: Hardware | None = None
    """What it was run on."""
    reproducibility: Reproducibility | None = None
    """What it takes to get the same answers again."""


class PostedMetrics(Document, frozen=True):
    """What one problem cost."""

    generation_time: Annotated[float, msgspec.Meta(ge=0, le=10**9)] | None = None
    """In seconds."""
    tokens_used: Count | None = None
    """Tokens that were sent and received."""
    cost_usd: Annotated[float, msgspec.Meta(ge=0, le=10**6)] | None = None
    """In US dollars."""
    attempts: Count | None = None
    """Requests that were made, retries included."""


class PostedArtifacts(Document, frozen=True):
    """Where what came of a problem lies; addresses are kept for readers and never fetched."""

    code: Address | None = None
    logs: Address | None = None
    report: Address | None = None


class PostedProblem(Document, frozen=True):
    """How one problem was solved."""

    problem_id: Line
    """The item's id; upper case is taken as lower case."""
    scores: dict[str, Points | None]
    """Metric → points from 0 to 100; `total` is the weighted mean of the others."""
    metrics: PostedMetrics | None = None
    """What it cost."""
    artifacts: PostedArtifacts | None = None
    """Where what came of it lies."""


class PostedAggregates(Document, frozen=True):
    """Means of the totals, in points; each is computed again."""

    overall: Points | None = None
    """Over all problems."""
    by_category: dict[str, Points | None] = {}  # noqa: RUF012 - msgspec copies an empty default for each document
    """Category → mean over its problems."""
    by_difficulty: dict[str, Points | None] = {}  # noqa: RUF012 - the same
    """Difficulty → mean over its problems."""


class PostedScores(Document, frozen=True):
    """How all problems were solved."""

    evaluation_id: Line
    """The submitter's own name of the evaluation."""
    submission_id: Line
    """As in the metadata."""
    problem_results: Annotated[list[PostedProblem], msgspec.Meta(min_length=1, max_length=100_000)]
    """One for each problem of the benchmark."""
    aggregate_scores: PostedAggregates | None = None
    """What they come to."""


class PostedResults(Document, frozen=True):
    """A submission as metadata and results."""

    metadata: PostedMetadata
    results: PostedScores


def read_results(raw: bytes) -> PostedResults:
    """Read metadata and results; raises InputError with every fault, each with its JSON pointer (RFC 6901)."""
    try:
        posted = parse_document(raw, PostedResults, BODY)
    except InputError as error:
        raise InputError([_pointed(own) for own in error.faults]) from error
    if posted.results.submission_id != posted.metadata.submission_id:
        own, other = posted.results.submission_id, posted.metadata.submission_id
        reason = f"is {own[:100]!r}, the metadata say {other[:100]!r}; results and metadata must be of one submission"
        raise InputError([Fault("/results/submission_id", 0, reason)])
    return posted


def entry_of(metadata: PostedMetadata, organisation: str) -> str:
    """Name the entry of posted results: who made the model, or else who hands it in, and the model with its version."""
    model = metadata.model
    version = f"-{model.version}" if model.version else ""
    return f"{slug(model.organization or organisation)}/{slug(f'{model.name}{version}')}"


def pointer(*parts: str | int) -> str:
    """Write a JSON pointer."""
    return "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in parts)


_PLACE: Final = re.compile(r"([A-Za-z_][\w-]*(?:\[[0-9]+\]|\.[\w -]+)*)(?: \(the key\))?: (.*)", re.DOTALL)


def _pointed(own: Fault) -> Fault:
    """Turn `results.problem_results[0].scores: …` into a pointer and its reason."""
    if own.line or not (found := _PLACE.fullmatch(own.reason)):
        return own
    return Fault(pointer(*re.split(r"[.\[]", found[1].replace("]", ""))), 0, found[2])
