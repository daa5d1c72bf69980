"""What is measured: item sets, facets, metrics, aggregates, policies; the shape of `benchmark.yaml`."""

from typing import Annotated, Any, Literal

import msgspec

from proofboard.schemas.base import Date, Document, LeanDocument, Line, PathId

Denominator = Annotated[int, msgspec.Meta(ge=1, le=10**12)]
Missing = Literal["worst", "drop", "null", "refuse"]

DECIMAL = 'A decimal in quotes, like "0.05"; a string is exact.'
# Digits are bounded, because an exact number of any length could be asked for.
Decimal = Annotated[
    str, msgspec.Meta(pattern=r"^[0-9]{0,20}(\.?[0-9]{1,20})$(?!\n)", max_length=41, description=DECIMAL)
]
Share = Annotated[
    str,
    msgspec.Meta(pattern=r"^0?\.[0-9]{1,15}$(?!\n)", description='A decimal between 0 and 1 in quotes, like "0.05".'),
]


class Facet(LeanDocument, frozen=True):
    """A property that every item has one value of."""

    values: list[str]
    """Every value that an item may have."""
    title: str | None = None
    """What readers see instead of its id."""
    role: Literal["tier", "category", "language", "track"] | None = None
    """`tier` fills `by_tier`, `category` and `language` get boards of their own, entries of different `track` values
    are never ranked together."""


class GraderSpec(LeanDocument, frozen=True):
    """A grader by its name, built in or installed by the owner, and its options."""

    kind: Line
    """Its name."""
    options: dict[str, Any] = {}
    """What the grader is told; unknown options are refused."""


class Threshold(Document, frozen=True):
    """Pass where another metric reaches a bound."""

    metric: PathId
    """The metric that is compared."""
    at_least: Annotated[str, msgspec.Meta(pattern=r"^-?[0-9]{1,20}(\.[0-9]{1,20})?$(?!\n)", description=DECIMAL)]
    """A decimal, written as a string so that it is exact."""


class Metric(LeanDocument, frozen=True):
    """One number per item and trial: an integer over a denominator, made by exactly one source."""

    grader: GraderSpec | None = None
    """The score is made from the response by a grader."""
    reported: bool = False
    """The score comes with the bundle (`scores.jsonl`)."""
    weighted: dict[PathId, Annotated[int, msgspec.Meta(ge=1)]] | None = None
    """The score is the weighted mean of other metrics of the same item: metric → integer weight."""
    threshold: Threshold | None = None
    """The score says whether another metric reaches a bound."""
    all_of: list[PathId] | None = None
    """The score is a pass where all these metrics pass."""
    any_of: list[PathId] | None = None
    """The score is a pass where any of these metrics passes."""
    title: str | None = None
    """What readers see instead of its id."""
    denominator: Denominator = 1
    """The grid of the item scores: 1 for verdicts, 10⁶ or 10¹² for measures."""
    range: tuple[int, int] = (0, 1)
    """The lowest and the highest score."""
    direction: Literal["higher", "lower"] = "higher"
    """Which scores are better."""
    trials: Literal["mean", "pass_at_k", "pass_hat_k"] = "mean"
    """How repeated trials of an item become one score: their mean, or the share of sets of k trials in which any
    passes (`pass_at_k`) or all pass (`pass_hat_k`)."""
    k: Annotated[int, msgspec.Meta(ge=1, le=1000)] = 1
    """The size of those sets."""
    missing: Missing = "worst"
    """What an absent answer is worth; by default the worst score, so that skipping never helps."""
    places: Annotated[int, msgspec.Meta(ge=0, le=15)] = 6
    """Decimals of published scores, rounded once and half to even."""


class Mean(Document, frozen=True):
    """The mean of a metric over a slice of the items (all of them by default)."""

    metric: PathId
    """The metric whose mean is taken."""
    slice: dict[str, list[str]] = {}
    """Facet → values; an item belongs if every named facet has one of its values."""


class WeightedMean(Document, frozen=True):
    """The weighted mean of other aggregates."""

    children: dict[PathId, Annotated[int, msgspec.Meta(ge=1)]]
    """Metric or aggregate → integer weight."""
    missing: Literal["null", "present"] = "null"
    """`null`: one absent child makes the whole null; `present`: the mean of the children that are there."""


class Borda(LeanDocument, frozen=True):
    """Points by rank within each child, summed; null children are left out."""

    children: list[PathId]
    """The metrics or aggregates that rank the entries."""
    counted: list[PathId] = []
    """Only entries that have a number in one of these are counted and get points; by default one of the children."""


class Aggregate(LeanDocument, frozen=True):
    """A number per entry: exactly one of mean, weighted, borda."""

    mean: Mean | None = None
    """The mean of a metric over a slice."""
    weighted: WeightedMean | None = None
    """The weighted mean of metrics or aggregates."""
    borda: Borda | None = None
    """Points by rank within metrics or aggregates."""
    title: str | None = None
    """What readers see instead of its id."""
    places: Annotated[int, msgspec.Meta(ge=0, le=15)] | None = None
    """Decimals of the published number; by default those of its first metric."""


class Policies(LeanDocument, frozen=True):
    """The owner's rules; each default is the safe one."""

    release_step: Share | None = None
    """Held-out scores are released on this grid, by default 0.01, and 0.005 from 2,500 items on; on small sets coarser,
    so that a step always spans three counts of right answers."""
    minimum_cell: Annotated[int, msgspec.Meta(ge=10)] = 50
    """No held-out number over fewer items than this is released."""
    win_region_items: Annotated[int, msgspec.Meta(ge=10)] = 50
    """On slices of fewer items than this nobody is said to win or to lose."""
    reference_panel: list[Line] = []
    """Entries (`vendor/config_name`) that the overfit test compares with, because they are older than the items; by
    default all other entries, at least ten."""
    disagreement: Share = "0.2"
    """The share of items on which two entries are taken to differ in the minimum detectable difference."""
    claim_tolerance: Decimal = "0.0005"
    """How far a claim may lie from the recomputed number before it is listed as a disagreement."""


class Judge(LeanDocument, frozen=True):
    """The LLM judge of the protocol and how many votes it casts on each response."""

    model: Line
    """Its model."""
    votes: Annotated[int, msgspec.Meta(ge=1, le=99)] = 1
    """How many votes it casts on each response."""
    rubric: str | None = None
    """What it is asked: a text in which `{prompt}`, `{reference}` and `{response}` stand for those of the item."""
    passes: Line = "VERDICT: PASS"
    """What a judge says to let an answer pass; of this and `fails` the one that it says last is its vote, in upper or
    lower case, and saying neither is no vote."""
    fails: Line = "VERDICT: FAIL"
    """What it says to let an answer fail."""
    panel: list[Line] = []
    """Further models that cast as many votes each, which count the same."""
    temperature: Annotated[float, msgspec.Meta(ge=0)] | None = None
    """How evenly the judges draw their words."""
    max_tokens: Annotated[int, msgspec.Meta(ge=1)] | None = None
    """How long a vote may get."""


Dollars = Decimal


class Price(Document, frozen=True):
    """What a model cost from a day on, in US dollars for a million tokens, as exact decimals."""

    model: Line
    """The model, as configurations name it."""
    since: Date
    """The day from which the price holds."""
    prompt_per_million: Dollars
    """For a million prompt tokens, as a decimal in quotes."""
    completion_per_million: Dollars
    """For a million completion tokens, as a decimal in quotes."""


class VendorProfile(LeanDocument, frozen=True):
    """Who offers a system, and which of its configurations is what a user gets without choosing."""

    title: str | None = None
    """What readers see instead of its id."""
    organization: str | None = None
    """Who it belongs to."""
    default: PathId | None = None
    """The `config_name` of what a user gets without choosing."""


class ItemSets(LeanDocument, frozen=True):
    """Where the item sets lie; held-out items are only committed to here."""

    public: str = "items/public.jsonl"
    """The public items."""
    repair: str | None = None
    """The items whose answers are repaired; they are public too."""
    commitments: str | None = None
    """The salted commitments to the held-out items, as `split` writes them."""


class CloseTheLoop(LeanDocument, frozen=True):
    """Which metrics say that an answer runs, and that it would be accepted without running it."""

    runnable: PathId
    """The metric that says that an answer runs."""
    accepted: PathId
    """The metric that says that it would be accepted without running it."""
    passes: PathId
    """The whole bar: accepted and runnable."""
    instruction: str | None = None
    """What a system is asked to repair a draft with: a text in which `{prompt}`, `{response}` and `{failed}` stand for
    what was asked, the draft, and the checks that it failed."""


class Limits(LeanDocument, frozen=True):
    """What a program may use for grading one response; beyond it, all its processes are killed."""

    wall_seconds: Annotated[int, msgspec.Meta(ge=1, le=86_400)] = 10
    """Seconds by the clock."""
    cpu_seconds: Annotated[int, msgspec.Meta(ge=1, le=86_400)] = 10
    """Seconds of computing, of all its processes together."""
    memory_mib: Annotated[int, msgspec.Meta(ge=16, le=1_048_576)] = 512
    """Mebibytes of memory, of all its processes together."""
    processes: Annotated[int, msgspec.Meta(ge=1, le=4096)] = 32
    """Processes and threads at one time."""
    output_kib: Annotated[int, msgspec.Meta(ge=1, le=65_536)] = 256
    """Kibibytes that it may print."""
    files_mib: Annotated[int, msgspec.Meta(ge=1, le=65_536)] = 64
    """Mebibytes that it may write into its own scratch folder, which counts as memory."""


VariableName = Annotated[
    str,
    msgspec.Meta(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$(?!\n)", max_length=64, description="Letters, digits and _ only."),
]


class Program(LeanDocument, frozen=True):
    """A program of the benchmark's owner that grades a response in a sandbox; metrics name it with `command`."""

    run: Annotated[list[Line], msgspec.Meta(min_length=1, max_length=100)]
    """The command line; the program's folder is `/program` in there."""
    files: str
    """The folder with its files, below the benchmark directory."""
    limits: Limits = Limits()
    """What it may use for one response."""
    environment: Annotated[
        dict[VariableName, Annotated[str, msgspec.Meta(max_length=4096)]], msgspec.Meta(max_length=100)
    ] = {}
    """What it finds in its environment besides PATH, HOME and LANG."""


class Benchmark(LeanDocument, frozen=True):
    """What is measured, by which rules; everything a reader needs to recompute a board from its bundles."""

    id: PathId
    """Its name in bundles and documents."""
    title: Line
    """Its name for readers."""
    protocol_version: Line
    """The owner's label of the rules; entries recorded under another one are listed apart."""
    metrics: dict[PathId, Metric]
    """Every number that an item gets."""
    headline: PathId
    """The aggregate (or metric) that entries are ranked by."""
    description: str | None = None
    """What it measures, for readers."""
    item_sets: ItemSets = ItemSets()
    """Where the items lie."""
    facets: dict[PathId, Facet] = {}
    """The properties of items that boards and slices are made of."""
    slice_pairs: list[tuple[PathId, PathId]] = []
    """Pairs of facets whose crossed values are slices too."""
    aggregates: dict[PathId, Aggregate] = {}
    """Numbers made from metrics: every metric is the aggregate of its own name already."""
    policies: Policies = Policies()
    """What may be released, and what counts as equal."""
    judge: Judge | None = None
    """The LLM judge, where there is one."""
    prices: list[Price] = []
    """What tokens cost, for responses that recorded no cost."""
    vendors: dict[PathId, VendorProfile] = {}
    """Vendor → what is known of it."""
    chance_level: Decimal | None = None
    """The score that guessing reaches, as an exact decimal."""
    programs: dict[PathId, Program] = {}
    """Programs that grade in a sandbox, which metrics with the grader `command` name."""
    close_the_loop: CloseTheLoop | None = None
    """How answers before and after repair are compared."""
    licence: str | None = None
    """The licence of the items."""
    source: str | None = None
    """Where the items come from, for attribution."""
    repository: (
        Annotated[str, msgspec.Meta(pattern=r"^https://(github|gitlab)\.com/[A-Za-z0-9._-]+/[A-Za-z0-9._-]+$(?!\n)")]
        | None
    ) = None
    """The repository of the board, where readers of a static board ask for a verification."""
