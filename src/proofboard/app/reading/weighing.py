"""Rank the boards of a publication by a reader's own weights."""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

from proofboard import canonical
from proofboard.app.reading.choosing import cut, decimal_above_zero, hint, slices_within
from proofboard.app.site import opened
from proofboard.core.aggregates import Scoring, higher_is_better, is_relative, places_of, weights_of
from proofboard.core.estimate import range_of
from proofboard.core.exact import Exact, rounded
from proofboard.core.inference.weighing import weigh
from proofboard.errors import Fault, InputError, fault
from proofboard.publish.opened import OpenedSite
from proofboard.publish.opened_scores import item_tables, public_scoring
from proofboard.publish.views.weighed import WeighedBoard, WeighedSite, weighed_row
from proofboard.schemas.benchmark import Benchmark
from proofboard.schemas.board import BoardRow, Leaderboard
from proofboard.schemas.selectors import name_of

Weights = Mapping[str, Fraction]
Group = tuple[str, list[BoardRow], Scoring]
"""What the published ranks follow, the rows that are ranked together, and their exact scores."""


def weigh_site(site: str, terms: Sequence[str], *, change: str = "0.2") -> WeighedSite:
    """Rank the entries of every board by weights given as `metric=weight`, on the public items.

    Raises InputError with every term that is no weight of a metric, and where item scores are not published.
    """
    share = decimal_above_zero(change)
    if share is None or share >= 1:
        raise fault(f"--change {cut(change)}", "is not a share; give a decimal above 0 and below 1, like 0.2")
    with opened(site) as folder:
        published = OpenedSite(folder)
        weights = _weights(terms, published.rules.benchmark)
        table = item_tables(published)[0]
        groups = [(ranking, rows, public_scoring(published, table, rows)) for ranking, rows in _groups(published.board)]
    return WeighedSite(
        publication=canonical.digest(published.root),
        weights={name: term.rpartition("=")[2] for name, term in zip(weights, terms, strict=True)},
        change=change,
        notes=list(_notes(groups[0][2], weights)) if groups else [],
        boards=[_weighed(group, weights, share) for group in groups],
    )


def _weights(terms: Sequence[str], benchmark: Benchmark) -> dict[str, Fraction]:
    """Read `metric=weight`, all of them; raises InputError with every fault."""
    known = [*benchmark.metrics, *benchmark.aggregates]
    weights: dict[str, Fraction] = {}
    faults: list[Fault] = []
    for term in terms:
        name, _, text = term.rpartition("=")
        weight = decimal_above_zero(text)
        if not name or weight is None:
            faults.append(Fault(cut(term), 0, "is not metric=weight, with a decimal above 0, like correct=2"))
        elif name not in known:
            faults.append(Fault(cut(name), 0, hint(name, known)))
        elif name in weights:
            faults.append(Fault(name, 0, "is weighed twice; give one weight for each metric"))
        else:
            weights[name] = weight
    if faults:
        raise InputError(faults)
    return weights


def _groups(board: Leaderboard) -> Iterator[tuple[str, list[BoardRow]]]:
    """Part the rows as the board ranks them: by protocol version and track, never across, and none that still waits."""
    for ranking, listed in (
        (board.ranking, board.entries),
        *((other.ranking, other.entries) for other in board.other_protocols),
    ):
        rows = [row for row in listed if not row.pending]
        for track in dict.fromkeys(row.track for row in rows):
            yield ranking, [row for row in rows if row.track == track]


def _weighed(group: Group, weights: Weights, change: Fraction) -> WeighedBoard:
    ranking, rows, scoring = group
    overall = slices_within(scoring.benchmark, scoring.table, rows[0].track)[0]
    columns = {name: scoring.scores(name, overall) for name in weights}
    scores = {name_of(row): {name: columns[name][j] for name in weights} for j, row in enumerate(rows)}
    invalid = {name_of(row): row.invalid for row in rows if row.invalid}
    found = weigh(scores, weights, _reflected(scoring, weights), change, invalid)
    ranks = {name_of(row): row.rank for row in rows}
    return WeighedBoard(
        protocol_version=rows[0].protocol_version,
        track=rows[0].track,
        published_ranking=ranking,
        rows=[
            weighed_row(own, ranks[own.name], _rounded(scoring.benchmark, scores[own.name])) for own in found.entries
        ],
    )


def _rounded(benchmark: Benchmark, scores: Mapping[str, Exact]) -> dict[str, float | None]:
    return {name: rounded(value, places_of(benchmark, name)) for name, value in scores.items()}


def _reflected(scoring: Scoring, weights: Weights) -> dict[str, Fraction]:
    """Return lowest + highest value of each name whose lower values are better."""
    return {
        name: sum(_bounds(scoring, name), Fraction(0))
        for name in weights
        if not higher_is_better(scoring.benchmark, name)
    }


def _bounds(scoring: Scoring, name: str) -> tuple[Fraction, Fraction]:
    """Return the lowest and the highest value of a metric or aggregate."""
    parts = [(coefficient, range_of(scoring, leaf)) for coefficient, leaf in weights_of(scoring.benchmark, name)]
    low = sum((coefficient * bounds[0] for coefficient, bounds in parts), Fraction(0))
    return low, sum((coefficient * bounds[1] for coefficient, bounds in parts), Fraction(0))


def _notes(scoring: Scoring, weights: Weights) -> Iterator[str]:
    """Say what a reader of the weights must know: points and units that are not alike."""
    points = [name for name in weights if is_relative(scoring.benchmark, name)]
    if points:
        yield f"{', '.join(points)}: points by rank, which depend on the other entries of the board"
    bounds = {name: _bounds(scoring, name) for name in weights if name not in points}
    if len(set(bounds.values())) > 1:
        said = ", ".join(f"{name} from {low} to {high}" for name, (low, high) in bounds.items())
        yield f"the metrics have different ranges, and a weight is of one unit of its metric: {said}"
