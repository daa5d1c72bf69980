"""What is measured: item sets, facets, metrics, aggregates, policies; the shape of `benchmark.yaml`."""

from typing import Annotated, Any, Literal

import msgspec

from proofboard.schemas.base import Date, Document, LeanDocument, Line, PathId

Denominator = Annotated[int, msgspec.Meta(ge=1, le=10**12)]
Missing = Literal["worst", "drop", "null", "refuse"]


class Facet(LeanDocument, frozen=True):
    """A property that every item has one value of."""

    values: list[str]
    title: str | None = None
    role: Literal["tier", "category", "language", "track"] | None = None
    """`tier` fills `by_tier`, `category` and `language` get boards of their own, entries of different `track` values
    are never ranked together."""


class GraderSpec(LeanDocument, frozen=True):
    """A grader by its name, built in or installed by the owner, and its options."""

    kind: Line
    options: dict[str, Any] = {}


class Threshold(Document, frozen=True):
    """Pass where another metric reaches a bound."""

    metric: PathId
    at_least: Annotated[str, msgspec.Meta(pattern=r"^-?\d+(\.\d+)?$")]
    """A decimal, written as a string so that it is exact."""


class Metric(LeanDocument, frozen=True):
    """One number per item and trial: an integer over a denominator, made by exactly one source."""

    grader: GraderSpec | None = None
    reported: bool = False
    """The score comes with the bundle (`scores.jsonl`)."""
    weighted: dict[PathId, Annotated[int, msgspec.Meta(ge=1)]] | None = None
    threshold: Threshold | None = None
    all_of: list[PathId] | None = None
    any_of: list[PathId] | None = None
    title: str | None = None
    denominator: Denominator = 1
    """The grid of the item scores: 1 for verdicts, 10⁶ or 10¹² for measures."""
    range: tuple[int, int] = (0, 1)
    direction: Literal["higher", "lower"] = "higher"
    trials: Literal["mean", "pass_at_k", "pass_hat_k"] = "mean"
    k: Annotated[int, msgspec.Meta(ge=1, le=1000)] = 1
    missing: Missing = "worst"
    """What an absent answer is worth; by default the worst score, so that skipping never helps."""
    places: Annotated[int, msgspec.Meta(ge=0, le=15)] = 6
    """Decimals of published scores, rounded once and half to even."""


class Mean(Document, frozen=True):
    """The mean of a metric over a slice of the items (all of them by default)."""

    metric: PathId
    slice: dict[str, list[str]] = {}
    """Facet → values; an item belongs if every named facet has one of its values."""


class WeightedMean(Document, frozen=True):
    """The weighted mean of other aggregates."""

    children: dict[PathId, Annotated[int, msgspec.Meta(ge=1)]]
    missing: Literal["null", "present"] = "null"
    """`null`: one absent child makes the whole null; `present`: the mean of the children that are there."""


class Borda(Document, frozen=True):
    """Points by rank within each child, summed; null children are left out."""

    children: list[PathId]


class Aggregate(LeanDocument, frozen=True):
    """A number per entry: exactly one of mean, weighted, borda."""

    mean: Mean | None = None
    weighted: WeightedMean | None = None
    borda: Borda | None = None
    title: str | None = None
    places: Annotated[int, msgspec.Meta(ge=0, le=15)] | None = None


class Policies(LeanDocument, frozen=True):
    """The owner's rules; each default is the safe one."""

    release_step: Annotated[str, msgspec.Meta(pattern=r"^0?\.\d+$")] | None = None
    """Held-out scores are released on this grid: by default 0.01, and 0.005 from 2,500 items on."""
    minimum_cell: Annotated[int, msgspec.Meta(ge=10)] = 50
    """No held-out number over fewer items than this is released."""
    disagreement: Annotated[str, msgspec.Meta(pattern=r"^0?\.\d+$")] = "0.2"
    """The share of items on which two entries are taken to differ in the minimum detectable difference."""
    claim_tolerance: Annotated[str, msgspec.Meta(pattern=r"^\d*\.?\d+$")] = "0.0005"
    """How far a claim may lie from the recomputed number before it is listed as a disagreement."""


class Judge(LeanDocument, frozen=True):
    """The LLM judge of the protocol and how many votes it casts on each response."""

    model: Line
    votes: Annotated[int, msgspec.Meta(ge=1, le=99)] = 1
    rubric: str | None = None


Dollars = Annotated[str, msgspec.Meta(pattern=r"^\d+(\.\d+)?$")]


class Price(Document, frozen=True):
    """What a model cost from a day on, in US dollars for a million tokens, as exact decimals."""

    model: Line
    since: Date
    prompt_per_million: Dollars
    completion_per_million: Dollars


class VendorProfile(LeanDocument, frozen=True):
    """Who offers a system, and which of its configurations is what a user gets without choosing."""

    title: str | None = None
    organization: str | None = None
    default: PathId | None = None


class ItemSets(LeanDocument, frozen=True):
    """Where the item sets lie; held-out items are only committed to here."""

    public: str = "items/public.jsonl"
    repair: str | None = None
    commitments: str | None = None
    """The salted commitments to the held-out items, as `split` writes them."""


class CloseTheLoop(Document, frozen=True):
    """Which metrics say that an answer runs, and that it would be accepted without running it."""

    runnable: PathId
    accepted: PathId
    passes: PathId
    """The whole bar: accepted and runnable."""


class Benchmark(LeanDocument, frozen=True):
    """What is measured, by which rules; everything a reader needs to recompute a board from its bundles."""

    id: PathId
    title: Line
    protocol_version: Line
    metrics: dict[PathId, Metric]
    headline: PathId
    """The aggregate (or metric) that entries are ranked by."""
    description: str | None = None
    item_sets: ItemSets = ItemSets()
    facets: dict[PathId, Facet] = {}
    slice_pairs: list[tuple[PathId, PathId]] = []
    """Pairs of facets whose crossed values are slices too."""
    aggregates: dict[PathId, Aggregate] = {}
    policies: Policies = Policies()
    judge: Judge | None = None
    prices: list[Price] = []
    vendors: dict[PathId, VendorProfile] = {}
    chance_level: Annotated[str, msgspec.Meta(pattern=r"^\d*\.?\d+$")] | None = None
    """The score that guessing reaches, as an exact decimal."""
    close_the_loop: CloseTheLoop | None = None
    licence: str | None = None
    source: str | None = None
    """Where the items come from, for attribution."""
