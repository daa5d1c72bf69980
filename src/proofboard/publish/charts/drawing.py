"""What a chart is made from and what comes out of it; a view computes no number that could rank anybody."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final, Literal, get_args

import msgspec

from proofboard.schemas.benchmark import Aggregate, Benchmark
from proofboard.schemas.board import BoardRow, Leaderboard
from proofboard.schemas.publication import BenchmarkDocument, EntryDocument, VendorDocument
from proofboard.schemas.selectors import name_of

Row = dict[str, str | int | float | bool | None]
Parameter = str | int | float | Sequence[str] | Mapping[str, Any]
Against = Literal["cost", "tokens", "seconds"]
Base = Literal["public", "held_out"]
AGAINST: Final[tuple[str, ...]] = get_args(Against)
BASES: Final[tuple[str, ...]] = get_args(Base)

REFERENCE_KINDS: Final = ("human", "baseline", "chance")
"""Kinds of entries that others are held against; they compete with nobody."""


class ChartDocuments(msgspec.Struct, frozen=True):
    """The published documents that a chart may read."""

    board: Leaderboard
    rules: BenchmarkDocument
    entries: Mapping[str, EntryDocument] = {}
    """`vendor/config_name` → the entry's own document, of those that the chart needs."""
    vendors: Mapping[str, VendorDocument] = {}
    """Vendor → its comparisons, of those that the chart needs."""


class ChartOptions(msgspec.Struct, frozen=True):
    """What a reader chooses; a chart takes no notice of what it has no use for."""

    entries: Sequence[str] = ()
    """`vendor/config_name`, in the order in which they are shown."""
    facet: str | None = None
    """A facet or a declared pair, `facet×facet`; by default the category."""
    against: Against = "cost"
    score: Base | None = None
    """By default the score that ranks."""
    top: int = 20
    days: int = 30
    track: str | None = None
    """By default the first one of the board."""
    per_vendor: bool = False


class Drawn(msgspec.Struct, frozen=True):
    """A chart of some documents: the rows of its named data sets, and what its specification leaves open."""

    datasets: Mapping[str, Sequence[Row]]
    parameters: Mapping[str, Parameter]
    left_out: int = 0
    """Entries that have not what the chart is about."""
    nothing: str | None = None
    """The word that says why there is nothing to draw; None where there is."""


class NeededDocuments(msgspec.Struct, frozen=True):
    """Which documents a chart reads beside the board and its rules."""

    entries: Sequence[str] = ()
    vendors: Sequence[str] = ()


def needs_no_more(board: Leaderboard, options: ChartOptions) -> NeededDocuments:  # noqa: ARG001 - the shape of its kind
    """Say that the board and its rules are enough."""
    return NeededDocuments()


class Chart(msgspec.Struct, frozen=True):
    """One kind of chart."""

    specification: Mapping[str, Any]
    """Vega-Lite without data; `$name` stands for a parameter and `@key` for a word."""
    table: str
    """The data set whose rows are the chart as a table."""
    columns: Sequence[str]
    """Its fields, in the order of the table; `@column.FIELD` is the title."""
    draw: Callable[[ChartDocuments, ChartOptions], Drawn]
    needed: Callable[[Leaderboard, ChartOptions], NeededDocuments] = needs_no_more


def nothing(why: str, left_out: int = 0) -> Drawn:
    """Draw nothing, and say by which word why."""
    return Drawn({}, {}, left_out, f"nothing.{why}")


def higher_first(board: Leaderboard) -> bool:
    """Say whether higher scores are better."""
    return not board.ranking.endswith("asc")


def base_of(board: Leaderboard, options: ChartOptions) -> Base:
    """Return which score is shown: the chosen one, or the one that ranks."""
    return options.score or ("held_out" if board.ranking.startswith("held_out") else "public")


def score_of(row: BoardRow, base: Base) -> float | None:
    """Return the score of a row."""
    return row.public.score if base == "public" else row.held_out.score


def track_of(board: Leaderboard, options: ChartOptions) -> str | None:
    """Return the track that is shown, None on a board without tracks; no chart shows two tracks as one."""
    return options.track or (board.tracks[0] if board.tracks else None)


def measured(board: Leaderboard, options: ChartOptions) -> list[BoardRow]:
    """List the rows of the track that are measurements, each recipe once, in the order of the board."""
    track = track_of(board, options)
    return [row for row in board.entries if row.track == track and not row.invalid and not row.same_recipe_as]


def contestants(board: Leaderboard, options: ChartOptions) -> list[BoardRow]:
    """List the measured rows that compete."""
    return [row for row in measured(board, options) if row.kind not in REFERENCE_KINDS]


def references(board: Leaderboard, options: ChartOptions) -> list[Row]:
    """List what scores are held against: the best human, the best baseline, and chance."""
    base, higher = base_of(board, options), higher_first(board)
    found: list[Row] = []
    for kind in REFERENCE_KINDS:
        best: Row | None = None
        for row in measured(board, options):
            score = score_of(row, base)
            if row.kind == kind and score is not None and (best is None or is_better(score, best["score"], higher)):
                best = {"kind": kind, "entry": name_of(row), "score": score}
        if best is None and kind == "chance" and board.chance_level is not None:
            best = {"kind": kind, "entry": None, "score": board.chance_level}
        if best is not None:
            found.append(best)
    return found


def is_better(one: float, other: Any, higher: bool) -> bool:  # noqa: ANN401, FBT001 - a cell of a row; a direction
    """Compare two scores."""
    return bool(one > other if higher else one < other)


def tidy(value: float) -> float:
    """Take the noise of binary fractions off a difference; the same operations as in the page, so the same number."""
    return math.floor(value * 1_000_000 + 0.5) / 1_000_000


def facet_of(rules: BenchmarkDocument, wanted: str | None) -> str | None:
    """Return the facet that a chart is over: the wanted one, or the category, or the first that is no track."""
    facets = rules.benchmark.facets
    if wanted is not None:
        pairs = [f"{one}×{other}" for one, other in rules.benchmark.slice_pairs]
        return wanted if wanted in facets or wanted in pairs else None
    roles = {facet.role: name for name, facet in reversed(facets.items())}
    rest = [name for name, facet in facets.items() if facet.role != "track"]
    return roles.get("category") or (rest[0] if rest else None)


def values_of(rules: BenchmarkDocument, facet: str, rows: Iterable[BoardRow]) -> list[str]:
    """List the values of a facet that any row has a score on, in their declared order."""
    found = dict.fromkeys(
        value for row in rows for value, score in row.public.by.get(facet, {}).items() if score is not None
    )
    declared = rules.benchmark.facets[facet].values if facet in rules.benchmark.facets else []
    return [*(value for value in declared if value in found), *(value for value in found if value not in declared)]


def kinds_of(rows: Iterable[Row]) -> list[str]:
    """List the kinds of entries that occur, in the order of the legend."""
    found = {row["kind"] for row in rows}
    return [kind for kind in ("default", "community", "seed", "human", "baseline", "chance") if kind in found]


def headline_of(documents: ChartDocuments) -> str:
    """Return what readers see of the metric or aggregate that ranks."""
    rules, name = documents.rules.benchmark, documents.board.headline
    declared = rules.metrics.get(name) or rules.aggregates.get(name)
    return (declared.title if declared else None) or name


def is_share(rules: Benchmark, name: str) -> bool:
    """Say whether a metric or an aggregate lies between 0 and 1, as they do unless declared otherwise."""
    aggregate = rules.aggregates.get(name) or Aggregate()
    if aggregate.weighted:
        return all(is_share(rules, child) for child in aggregate.weighted.children)
    metric = rules.metrics.get(aggregate.mean.metric if aggregate.mean else name)
    low, high = metric.range if metric else (0, 1)
    return aggregate.borda is None and low >= 0 and high <= 1


def said(documents: ChartDocuments, options: ChartOptions, **more: Parameter) -> dict[str, Parameter]:
    """Return the parameters that every chart has: which score is shown, of what, and how axes write it."""
    shares = is_share(documents.rules.benchmark, documents.board.headline)
    return {
        "headline": headline_of(documents),
        "base": base_of(documents.board, options),
        "unit": ", %" if shares else "",
        "score_label": "format(datum.value * 100, '.4~r')" if shares else "datum.label",
        **more,
    }
