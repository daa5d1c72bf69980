"""The documents of a publication, other than the board itself."""

from typing import Annotated, Any, Literal

import msgspec

from proofboard.schemas.agreement import JudgeAgreement
from proofboard.schemas.base import Count, Date, Digest, Document, Integer, ItemSetName, LeanDocument, Line, PathId
from proofboard.schemas.benchmark import Benchmark
from proofboard.schemas.board import BoardHeader, Identity, OverfitVerdict, Scores, TargetVerdict, Verdict
from proofboard.schemas.purged import Purge


class Publication(Document, frozen=True):
    """`publication.json`: the root; it names its children by digest, they name theirs, and nothing else is accepted."""

    schema_version: Literal[1]
    benchmark: PathId
    title: Line
    software_version: Line
    documents: dict[str, Digest]
    """Path → digest of the documents below the root."""


class BenchmarkDocument(Document, frozen=True):
    """`benchmark.json`: the rules of the board, and what made each metric's numbers."""

    schema_version: Literal[1]
    benchmark: Benchmark
    graders: dict[str, str]
    """Metric → `built-in exact 1`, `installed name version`, `reported` or `derived`."""
    grading: Digest
    """The grading digest: references, metrics, graders, policies."""


class GradedReference(Document, frozen=True):
    """What programs of the owner made of a bundle in their sandbox, summed up."""

    document: Digest
    """The digest of `graded/<hex of bundle>.json`, which names what they kept by digest."""
    sandbox: Line
    outcomes: dict[str, Count]
    """Outcome → number of gradings; all but `graded` have the worst score."""
    findings: dict[str, Count]
    """What responses did and must not do → how often a program said so."""


class BundleReference(Document, frozen=True):
    """A bundle of an entry, its public item scores, and what was asked."""

    name: PathId
    item_set: ItemSetName
    bundle: Digest
    scores: Digest | None
    """`scores/<hex of bundle>.json`; None for bundles that are not public."""
    graded: GradedReference | None
    """None where no program graded it."""
    purged: Purge | None = None
    """None where the answers are published too. Otherwise `scores` and `purged/<hex of bundle>.json`, the manifest, are
    all that is left of it."""


class EntryRecord(Identity, frozen=True):
    """Everything about an entry that is input: who it is, its configuration, its bundles."""

    document: Digest
    """The digest of `configurations/<hex>.json`, whose bytes also hold the fields beside the recipe."""
    bundles: list[BundleReference]


class Revision(Document, frozen=True):
    """What an entry was before: its earlier configuration, still published, with the score that it reached."""

    number: Count
    """From 1, the oldest."""
    configuration: Digest
    """The recipe's digest."""
    document: Digest
    protocol_version: Line | None
    """Under which rules its bundle was recorded; None where that bundle is to other items and stays away."""
    date: Date | None
    score: float | None
    """The headline on the public items, by the present rules."""
    bundles: list[BundleReference]


class EntryDocument(Document, frozen=True):
    """`entries/<vendor>/<config_name>.json`: identity and scores; no rank and no comparison."""

    schema_version: Literal[1]
    identity: EntryRecord
    accepted: Date | None
    """The day on which the owner took the configuration in: later items are fresh to it."""
    history: list[Revision]
    """Earlier revisions under the same name, the oldest first."""
    scores: dict[str, Scores]
    """Aggregate or metric → slice (`overall`, `facet=value`, `facet=value×facet=value`) → score."""
    n_items: dict[str, Count]
    """Slice → number of items."""
    judge_agreement: JudgeAgreement | None = None
    """None where no public answer has two votes."""


class MetricColumn(Document, frozen=True):
    """The scores of one metric, in the order of the rows of the document."""

    denominator: Count
    values: list[Integer | None]


class ScoresDocument(Document, frozen=True):
    """`scores/<bundle>.json`: public item scores as integers, columnar."""

    schema_version: Literal[1]
    bundle: Digest
    grading: Digest
    items: list[PathId] | None
    """None where the rows are all public items in their order."""
    trials: list[Count] | None
    """None where every row is trial 0."""
    stages: list[Literal["answer", "repair"]] | None
    """None where every row is an answer."""
    states: list[Literal["answered", "refused", "missing", "platform_failure"]] | None
    """None where every row was answered."""
    metrics: dict[str, MetricColumn]


class PurgeRecord(Document, frozen=True):
    """`purged.json` beside the manifest of a purged bundle: what a publication still says of it."""

    schema_version: Literal[1]
    """The shape of this document."""
    purge: Purge
    """When and why, and what the removed lines summed up to."""
    scores: ScoresDocument
    """The item scores as they were published, with the rules of grading that they were made under."""


class ItemPage(Document, frozen=True):
    """`items/<number>.json`: public items as they were asked, some hundred on a page."""

    schema_version: Literal[1]
    items: list[dict[str, Any]]


class ItemCount(Document, frozen=True):
    """One public item, and how the current entries did on it."""

    id: PathId
    item_set: ItemSetName
    digest: Digest
    """The digest of the item's canonical bytes, as they stand on its page."""
    page: Count
    """The number of its page."""
    mean: float | None
    n_scored: Count
    exact: tuple[str, str] | None = None
    """Numerator and denominator of the mean before rounding: with `n_scored`, what another entry is added to."""


class ItemIndex(Document, frozen=True):
    """`items.json`: every public item, where it stands, and how it was answered."""

    schema_version: Literal[1]
    metric: str
    pages: list[Digest]
    """The digests of `items/0.json`, `items/1.json`, …"""
    items: list[ItemCount]


class Release(Document, frozen=True):
    """One released held-out score: the only held-out number that leaves, on the grid of the policy."""

    vendor: PathId
    config_name: PathId
    score: Annotated[str, msgspec.Meta(pattern=r"^[01](\.[0-9]{1,15})?$(?!\n)")]
    """An exact decimal."""
    n_prompts: Count
    n_items: Count


class HeldOutVerdicts(LeanDocument, frozen=True):
    """What else leaves the held-out set at a close: verdicts, and no number."""

    regions: dict[str, Verdict] = {}
    """Slice → how the entry compares with its vendor's default there; slices with too few items are absent. A target
    that is a declared slice has the verdict on that slice."""
    overfit_test: OverfitVerdict | None = None


class ReleasesDocument(Document, frozen=True):
    """`releases.json`: what the owner attests; the rest of the publication follows from public documents and this."""

    schema_version: Literal[1]
    held_out_scored: bool
    n_prompts: Count | None
    demonstration: bool
    releases: list[Release]
    pending: dict[str, str]
    """`vendor/config_name` → why an entry has no released score."""
    verdicts: dict[str, HeldOutVerdicts]
    """`vendor/config_name` → its verdicts."""


class Commitments(Document, frozen=True):
    """`commitments.json`: what the owner is bound to before any scoring; it reveals neither texts nor membership."""

    schema_version: Literal[1]
    key: Digest
    """SHA-256 of the secret split key."""
    items: list[Digest]
    """Sorted salted commitments to the held-out items."""


class DefaultComparison(Document, frozen=True):
    """An entry against its vendor's default on all items."""

    difference: float
    """Positive is better, whatever the direction of the metric."""
    standard_error: float | None
    interval: tuple[float, float] | None
    n_items: Count
    only_entry: Count | None
    """Items that the entry alone passes, where the headline is a rate."""
    only_default: Count | None
    p_value: float | None


class SliceComparison(Document, frozen=True):
    """An entry against its vendor's default on one slice: every slice that was tested is listed, won or not."""

    slice: str
    n_items: Count
    difference: float
    lower_bound: float
    """The simultaneous 95 % bound; positive where the slice is won."""
    p_win: float
    """Adjusted for the whole family."""
    p_loss: float
    verdict: Verdict
    state: Literal["candidate", "confirmed"] | None
    """Of a win."""
    held_out: Verdict | None


class VendorEntry(Document, frozen=True):
    """One configuration of a vendor, compared with the vendor's default."""

    entry: Line
    configuration: Digest
    track: str | None
    overall: DefaultComparison | None
    reason: str | None
    """Why it is not compared."""
    slices: list[SliceComparison]
    target: TargetVerdict | None


class VendorDocument(Document, frozen=True):
    """`vendors/<vendor>.json`: win regions and comparisons with the default, made when the board closes."""

    schema_version: Literal[1]
    vendor: PathId
    default: Line | None
    n_hypotheses: Count
    """Pairs of configuration and slice that were tested together."""
    resamples: Count
    method: str
    entries: list[VendorEntry]


class CategoryRow(Document, frozen=True):
    """One entry on a category board."""

    rank: Count | None
    entry: Line
    average: float | None
    values: list[float | None]
    """In the order of the board's items."""


class CategoryBoard(Document, frozen=True):
    """`boards/<facet>/<n>.json`: a column per problem and an average; it ranks on public scores and says so."""

    schema_version: Literal[1]
    facet: str
    value: str
    metric: str
    ranking: str
    items: list[PathId]
    pages: list[Count]
    """The number of the page that each item stands on."""
    rows: list[CategoryRow]


class ColumnsHeader(BoardHeader, frozen=True, kw_only=True):
    """The header of the board, with how much stands below it."""

    n_entries: Count
    other_protocols: dict[str, Count]
    """Protocol version → entries that are ranked apart under it."""
    n_skipped: Count


class Words(Document, frozen=True, tag_field="form", tag="words"):
    """A column whose values repeat."""

    values: list[Any]
    """Every value once."""
    codes: list[Count]
    """Row → the place of its value, from 0."""


class Numbers(Document, frozen=True, tag_field="form", tag="numbers"):
    """A column of numbers: integers, to be divided by 10 to the power of `places`.

    Where the column is near to another, the number of that one is added first (of the same row; 0 where it is null).
    """

    places: Count
    numbers: list[Integer | None] | msgspec.UnsetType = msgspec.UNSET
    steps: list[Integer | None] | msgspec.UnsetType = msgspec.UNSET
    """In place of `numbers`: by how much each is more than the last one before it that is not null, the first than
    0."""
    near: str | msgspec.UnsetType = msgspec.UNSET
    """The column whose numbers are added."""


class Intervals(Document, frozen=True, tag_field="form", tag="intervals"):
    """A column of pairs around the numbers of another column, as integers like those of `Numbers`.

    The lower end is that number less `below`, the upper one that number and `below` and `further`.
    """

    places: Count
    near: str
    below: list[Integer | None]
    further: list[Integer | None]


ColumnForm = list[Any] | Words | Numbers | Intervals | None


class Projection(Document, frozen=True):
    """`efficiency.json`: columns of the board, for the page."""

    schema_version: Literal[1]
    leaderboard: Digest
    n_rows: Count
    columns: dict[str, ColumnForm]
    """Name → one value for each row: a list of them, or a form that is shorter. Null: no row has a value."""


class Columns(Projection, frozen=True, kw_only=True):
    """`columns.json`: the board by column, with all that the page needs to open it."""

    header: ColumnsHeader
