"""What a board shows: the rows of `leaderboard.json`, with the names that readers of such boards already use."""

from typing import Any, Literal

from proofboard.schemas.base import Assurance, Count, Date, Digest, Document, EntryKind, Line, PathId

Scores = dict[str, float | None]


class Runs(Document, frozen=True):
    """Repeated runs of one entry: their scores and the standard error over runs (sample deviation / √runs)."""

    scores: list[float | None]
    mean: float | None
    standard_error: float | None


class TrialVariance(Document, frozen=True):
    """Where the variance of repeated trials lies; trials are never counted as items."""

    between_items: float
    """The variance of the items' true means."""
    within_items: float
    """The variance of single trials of one item."""
    trials: Count


class PublicScore(Document, frozen=True):
    """How an entry did on the public items."""

    score: float | None
    """The headline, rounded once; None with a reason where there is none."""
    reason: str | None
    exact: tuple[str, str] | None
    """Numerator and denominator of the headline before rounding."""
    pass_rate: float | None
    """The headline where it is a rate of passed items."""
    interval: tuple[float, float] | None
    standard_error: float | None
    interval_method: Literal["wilson", "clustered t"] | None
    by_tier: Scores | None
    by: dict[str, Scores]
    """Facet → value → headline metric on that slice; pairs are named `facet×facet`."""
    metrics: Scores
    """Every declared metric and aggregate."""
    n_prompts: Count
    n_items: Count
    n_answered: Count
    runs: Runs | None
    variance: TrialVariance | None
    assurance: Assurance


class HeldOutScore(Document, frozen=True):
    """What was released of an entry's held-out result: never more than the headline on a coarse grid."""

    score: float | None
    pass_rate: float | None
    interval: tuple[float, float] | None
    """From the released score and n only: an interval of the exact score would give the count away."""
    by_tier: None
    by: None
    n_prompts: Count | None
    status: str
    assurance: Assurance | None


class TierLoopFigures(Document, frozen=True):
    """What checking and repairing gains on the repair items of one tier."""

    base_runnable: float | None
    repaired_runnable: float | None
    repair_lift: float | None
    n_prompts: Count


class CloseTheLoopFigures(Document, frozen=True):
    """What checking and repairing answers gains on the repair items."""

    base_runnable: float | None
    repaired_runnable: float | None
    repair_lift: float | None
    dry_run_agreement: Scores
    """Tier → the share of accepted answers that also run."""
    n_prompts: Count
    by_tier: dict[str, TierLoopFigures]


class Efficiency(Document, frozen=True):
    """Score for what it costs; None where usage was not recorded or a prompt was left unanswered."""

    score_per_dollar: float | None
    score_per_million_tokens: float | None
    score_per_second: float | None
    relative: float | None
    """Mean over the three of the ratio to the best entry, in percent: the best in all has 100."""


class Spread(Document, frozen=True):
    """Mean, sample deviation and 95th percentile (linear) over responses."""

    mean: float
    standard_deviation: float | None
    percentile_95: float


class UsageSummary(Document, frozen=True):
    """What an entry used on the public items; None where no response recorded it."""

    generation_calls: Count | None
    judge_calls: Count | None
    """Votes that are recorded; never derived from a declared number."""
    prompt_tokens: Count | None
    completion_tokens: Count | None
    total_tokens: Count | None
    cost_dollars: float | None
    seconds: Spread | None
    n_recorded: Count
    """Responses that carry any usage."""


class Disagreement(Document, frozen=True):
    """A number that the source claims and its own items do not give."""

    statistic: str
    claimed: float | int | str | None
    found: float | int | str | None


class Run(Document, frozen=True):
    """How the entry's public bundle was recorded."""

    tool_version: str | None
    judge_model: str | None
    n_votes: Count | None
    """Votes recorded on each response (the fewest), not the number declared."""
    recorded_bundle_sha256: str
    recorded_bundle_sha16: str
    """The first 16 digits, for readers of older boards; the whole digest is what counts."""
    verified: bool
    """True exactly where the public score is recomputed or better."""
    submitted_by: str | None


class Identity(Document, frozen=True):
    """Who an entry is: input, not computed."""

    vendor: PathId
    config_name: PathId
    title: str | None
    provider: str
    model: str | None
    organization: str | None
    kind: EntryKind
    contributor: str | None
    date: Date | None
    configuration: Digest
    """The recipe's digest."""
    protocol_version: Line


Verdict = Literal["win", "no evidence", "loss"]
"""How a comparison on one slice ended, beyond chance; all that may leave a held-out slice."""

OverfitVerdict = Literal["beyond chance", "not shown"]


class WinRegion(Document, frozen=True):
    """A slice on which an entry beats its vendor's default."""

    slice: str
    lower_bound: float
    """By how much at least: the simultaneous 95 % bound over all configurations and slices of the vendor."""
    state: Literal["candidate", "confirmed"]
    """Confirmed is what held again on items that came after the entry."""
    held_out: Verdict | None
    """How the same comparison ended on held-out items; None where there are too few of them."""


class TargetVerdict(Document, frozen=True):
    """Whether an entry is better than its vendor's default where it says that it is: declared in advance, one test."""

    verdict: Literal["wins its target", "not shown", "loses it"] | None
    reason: str | None
    """Why there is no verdict."""
    n_items: Count
    difference: float | None
    lower_bound: float | None
    """One-sided, 95 %."""
    p_win: float | None
    p_loss: float | None
    held_out: Verdict | None


class BoardRow(Identity, frozen=True):
    """What the board shows of one entry."""

    rank: Count | None
    rank_range: tuple[int, int] | None
    """The ranks that the data do not rule out, for all entries at once (95 %)."""
    tied_groups: tuple[int, int] | None
    """The first and last of the tied groups that the entry is in; within a group nobody can be told apart."""
    parent: str | None
    """What the configuration says that it was adapted from: a name, a recipe's digest, or both as `name@digest`."""
    same_recipe_as: str | None
    """The entry that has the same recipe under another name and is ranked for both."""
    entry: Digest
    """The digest of `entries/<vendor>/<config_name>.json`."""
    target_subgroup: dict[str, Any] | None
    track: str | None
    public: PublicScore
    held_out: HeldOutScore
    overfit_gap: float | None
    overfit_interval: tuple[float, float] | None
    """95 %, from the exact public score and the released held-out one."""
    overfit_test: OverfitVerdict | None
    """Whether the gap is larger than harder held-out items explain; None without a claim."""
    close_the_loop: CloseTheLoopFigures | None
    win_regions: list[WinRegion]
    target_verdict: TargetVerdict | None
    efficiency: Efficiency
    cost_per_score: float | None
    usage: UsageSummary
    run: Run
    invalid: str | None
    """Why the run is not a measurement (all answers identical, empty or uniform); such a row has no rank."""
    disagreements: list[Disagreement]
    pending: bool = False
    """True where it was appended after the board was closed: it has scores of its own, and no place before the next
    close."""


class PublicSet(Document, frozen=True):
    """The items that everybody can read."""

    n_prompts: Count
    n_items: Count
    committed: bool
    reproducible_offline: bool
    digest: Digest
    """The prompts digest."""


class HeldOutSet(Document, frozen=True):
    """What may be said of the items that nobody sees."""

    n_prompts: Count | None
    committed: bool
    """True only where the texts lie in the open, as in a demonstration."""
    commitment: Digest | None
    note: str | None


class Skipped(Document, frozen=True):
    """A listed entry that is not on the board, and why."""

    entry: str
    reason: str


class OtherProtocol(Document, frozen=True):
    """Entries recorded under another protocol version: ranked among themselves, never with the board's."""

    protocol_version: Line
    ranking: str
    entries: list[BoardRow]


class BoardHeader(Document, frozen=True):
    """What a board says above its rows: how to read them."""

    schema_version: Literal[1]
    benchmark: PathId
    title: Line
    eval_protocol_version: Line
    judge_model: str | None
    headline: str
    ranking: str
    """`held_out desc` where held-out scores were released, otherwise `public desc`: say so beside every rank."""
    method: dict[str, str]
    minimum_detectable_difference: float | None
    chance_level: float | None
    median_overfit_gap: float | None
    """The median over the entries: what harder held-out items alone look like."""
    public_set: PublicSet
    held_out_set: HeldOutSet
    tracks: list[str]
    n_pending: Count = 0
    """Rows, under any protocol, that wait for the next close. Where there are any, ranks and comparisons are stale:
    they are those of the last close and do not know these rows."""


class Leaderboard(BoardHeader, frozen=True, kw_only=True):
    """The overall board: a header that says how to read it, and the ranked rows."""

    entries: list[BoardRow]
    other_protocols: list[OtherProtocol]
    skipped: list[Skipped]


def rows_in(board: Leaderboard) -> list[BoardRow]:
    """List every row of a board, of all protocol versions; those of its own come first."""
    return [*board.entries, *(row for other in board.other_protocols for row in other.entries)]
