"""The rules of a board of records: a metric for each scale, and by what models are ranked."""

import math
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any, Final

import msgspec

from proofboard.errors import fault
from proofboard.record.every_eval_ever.gathered import EVALUATION, Answers, Cell, Gathered
from proofboard.record.every_eval_ever.own import FORMAT
from proofboard.record.every_eval_ever.statements import Evaluation, Scale
from proofboard.record.recorded_scores import FINEST_GRID, Answered, grader_for, grid_of
from proofboard.record.slug import slug
from proofboard.record.source_files import unique_slug
from proofboard.schemas.benchmark import Aggregate, Benchmark, Borda, Facet, GraderSpec, Mean, Metric, WeightedMean

LARGEST_BOUND: Final = 9 * 10**9
"""Beyond it no grid of a millionth is left; such bounds bound nothing."""
USUAL_PLACES: Final = 6
MOST_PLACES: Final = 12
MOST_NUMBERS: Final = 20_000
"""Numbers in the document of one entry: a metric or aggregate on a slice."""
MOST_CHILDREN: Final = 60
"""Evaluations that an aggregate is made from."""
MEAN: Final = "mean-of-evaluations"
POINTS: Final = "points"
REPORTED: Final = "reported"

Named = tuple[dict[str, Aggregate], set[str]]
"""Aggregates by their names, and all names that are taken."""

CANDIDATES: Final = (
    GraderSpec(kind="exact"),
    GraderSpec(kind="choice"),
    GraderSpec(kind="normalised_exact"),
    GraderSpec(kind="normalised_exact", options={"ignore_punctuation": True}),
    GraderSpec(kind="normalised_exact", options={"ignore_punctuation": True, "ignore_articles": True}),
    GraderSpec(kind="numeric"),
    GraderSpec(kind="includes"),
    GraderSpec(kind="includes", options={"ignore_case": True}),
    GraderSpec(kind="token_f1"),
)
_OVERALL: Final = re.compile(r"(?<![a-z])(overall|average|total)(?![a-z])", re.IGNORECASE)


class Rules(msgspec.Struct, frozen=True):
    """A benchmark, and what its numbers are called."""

    benchmark: Benchmark
    names: dict[Cell, str]
    """What is measured in samples → the metric or aggregate, with its slice, that has the number."""
    stated: dict[Scale, str]
    """Scale → the metric of whole evaluations, whose scores are always reported."""


def rules_of(board: Gathered) -> Rules:
    """Declare the metrics, and choose a headline; raises InputError where a board would have too many numbers."""
    metrics, stated = _metrics(board)
    aggregates: dict[str, Aggregate] = {}
    headline, words = _headline(board, stated, aggregates)
    names = {cell: _name_of(cell, board, aggregates) for cell in board.cells}
    if len(board.evaluations) > 1:
        board.notes.append(f"ranked by {words}; `headline` in benchmark.yaml says so, and can say otherwise")
    numbers = (len(metrics) + len(aggregates)) * (1 + sum(map(len, board.facets.values())))
    if numbers > MOST_NUMBERS:
        counted = f"{len(board.evaluations)} evaluations with {len(metrics)} metrics"
        raise fault("records", f"hold {counted}, which are too many for one board; import one collection at a time")
    title = _title(board)
    benchmark = Benchmark(
        id=slug(title),
        title=title,
        description="What records of Every Eval Ever say.",
        protocol_version="1",
        metrics=metrics,
        aggregates=aggregates,
        headline=headline,
        facets={
            name: Facet(values=values, role="category" if name == EVALUATION else None)
            for name, values in board.facets.items()
        },
        source="Records of Every Eval Ever",
    )
    return Rules(benchmark, names, stated)


def _title(board: Gathered) -> str:
    """Call a board as its evaluation is called, or as all records call their source."""
    if len(board.evaluations) == 1:
        return next(iter(board.evaluations.values()))[:200].strip() or FORMAT
    sources = {own.said.record.source_metadata.source_name for rows in board.by_model.values() for own in rows}
    return (sources.pop() or FORMAT)[:200].strip() or FORMAT if len(sources) == 1 else "Every Eval Ever"


def _metrics(board: Gathered) -> tuple[dict[str, Metric], dict[Scale, str]]:
    """Declare the metric of each scale: one that is recomputed from samples needs another for whole evaluations."""
    metrics: dict[str, Metric] = {}
    stated: dict[Scale, str] = {}
    taken = set(board.scales.values())
    for scale, name in board.scales.items():
        samples, wholes = list(_scores(scale, board, whole=False)), list(_scores(scale, board, whole=True))
        low, high = _range(scale, [*samples, *wholes])
        grid = grid_of([*samples, *wholes, Fraction(low), Fraction(high)])
        spec = _grader(scale, board, grid) if samples else None
        stated[scale] = unique_slug(f"{name}-{REPORTED}", taken, name) if spec and wholes else name
        shared: dict[str, Any] = {
            "denominator": grid,
            "range": (low, high),
            "direction": "lower" if scale.lower_is_better else "higher",
            "missing": _missing(scale, board),
            "places": max([_places(score) for score in wholes], default=USUAL_PLACES),
        }
        if spec:
            metrics[name] = Metric(grader=spec, title=scale.name, **shared)
        if not spec or wholes:
            title = scale.name if stated[scale] == name else f"{scale.name} ({REPORTED})"
            metrics[stated[scale]] = Metric(reported=True, title=title, **shared)
    return metrics, stated


def _scores(scale: Scale, board: Gathered, *, whole: bool) -> Iterator[Fraction]:
    ids = set(board.wholes.values())
    for answers in board.answers.values():
        for (item, _), scores in answers.scores.items():
            if scale in scores and (item in ids) == whole:
                yield scores[scale]


def _range(scale: Scale, scores: Sequence[Fraction]) -> tuple[int, int]:
    """Return whole bounds that hold every score: those of the record, and where it has none the scores' own."""
    declared = [bound for bound in (scale.low, scale.high) if bound is not None and abs(bound) <= LARGEST_BOUND]
    known = [*scores, *map(Fraction, declared)]
    if len(declared) < len((scale.low, scale.high)) and all(0 <= own <= 1 for own in known):
        known += [Fraction(0), Fraction(1)]
    low, high = math.floor(min(known)), math.ceil(max(known))
    return low, max(high, low + 1)


def _places(score: Fraction) -> int:
    """Count the decimals that a score needs, so that it is published as it was written."""
    exact = round(score * FINEST_GRID)
    for places in range(USUAL_PLACES, MOST_PLACES):
        if exact % 10 ** (MOST_PLACES - places) == 0:
            return places
    return MOST_PLACES


def _missing(scale: Scale, board: Gathered) -> Any:  # noqa: ANN401 - one of the words of the schema
    """Say what an absent score is worth: nothing is left out where all is measured alike."""
    cells = [cell for cell in board.cells if cell[1] == scale]
    if len(board.evaluations) > len(cells) or (board.wholes and board.samples):
        return "drop"
    whole = not board.samples
    bounded = scale.low is not None and scale.high is not None
    return "null" if whole or not bounded or len(cells) > 1 else "worst"


def _grader(scale: Scale, board: Gathered, grid: int) -> GraderSpec | None:
    """Find a built-in grader that gives every score again; every response of the board must have one."""
    if not all(asked_alike(board, evaluation) for evaluation in board.samples):
        # A sample that some models were not asked must count as wrong for them, which only a reported score can say.
        return None
    answered: list[Answered] = [
        (board.items[place[0]], response, answers.scores[place].get(scale) if response.state == "answered" else None)
        for answers in board.answers.values()
        for place, response in answers.responses.items()
    ]
    return grader_for(CANDIDATES, answered, grid)


def asked_alike(board: Gathered, evaluation: Evaluation) -> bool:
    """Say whether all models that have samples of an evaluation have the same ones, equally often."""
    items = set(board.samples[evaluation])
    asked = {frozenset(place for place in answers.responses if place[0] in items) for answers in board.answers.values()}
    return len(asked - {frozenset()}) <= 1


def _name_of(cell: Cell, board: Gathered, aggregates: Mapping[str, Aggregate]) -> str:
    """Name the number of a cell: the aggregate that is its mean, else the metric with the slice behind it."""
    metric = board.scales[cell[1]]
    if len(board.evaluations) == 1:
        return metric
    shown = board.evaluations[cell[0]]
    mean = Mean(metric=metric, slice={EVALUATION: [shown]})
    return next((name for name, own in aggregates.items() if own.mean == mean), f"{metric}@{EVALUATION}={shown}")


def _headline(board: Gathered, stated: Mapping[Scale, str], aggregates: dict[str, Aggregate]) -> tuple[str, str]:
    """Choose by what models are ranked, and say it in words.

    A number that is called the overall one; else the mean over all evaluations, where they are on one scale and some
    model has them all; else points by rank within each evaluation.
    """
    primary = board.primary()
    taken = {*board.scales.values(), *stated.values()}
    most, _ = Counter(primary.values()).most_common(1)[0]
    if len(primary) == 1:
        return _of_both(board.scales[most], stated[most], board, (aggregates, taken)), "its one evaluation"
    overall = [own for own in primary if _OVERALL.search(own.name)]
    if len(overall) == 1:
        (name,) = _means(board, stated, {overall[0]: primary[overall[0]]}, (aggregates, taken))
        return name, board.evaluations[overall[0]]
    comparable = len(set(primary.values())) == 1 and any(map(_has_all(board), board.answers.values()))
    words = "the mean over all evaluations, unknown where one is absent"
    if len(primary) > MOST_CHILDREN or (comparable and not board.samples):
        return board.scales[most], words
    children = _means(board, stated, primary, (aggregates, taken))
    if comparable:
        rule = WeightedMean(children=dict.fromkeys(children, 1))
        return _added((aggregates, taken), MEAN, Aggregate(weighted=rule, title="Mean of the evaluations")), words
    points = Aggregate(borda=Borda(children=children), title="Points")
    return _added((aggregates, taken), POINTS, points), "points by rank within each evaluation"


def _of_both(graded: str, reported: str, board: Gathered, named: Named) -> str:
    """Name the number of the one evaluation: where some models have samples and others none, whichever they have."""
    if graded == reported:
        return graded
    rule = WeightedMean(children={graded: 1, reported: 1}, missing="present")
    return _added(named, next(iter(board.evaluations.values())), Aggregate(weighted=rule))


def _means(board: Gathered, stated: Mapping[Scale, str], cells: Mapping[Evaluation, Scale], named: Named) -> list[str]:
    """Declare the mean of each evaluation, and return their names."""
    return [
        _mean(board, evaluation, (board.scales[scale], stated[scale]), named) for evaluation, scale in cells.items()
    ]


def _mean(board: Gathered, evaluation: Evaluation, metrics: tuple[str, str], named: Named) -> str:
    """Declare the mean of one evaluation, over its samples, or as it was reported, whichever a model has."""
    shown = board.evaluations[evaluation]
    kinds = {metrics[0]: evaluation in board.samples, metrics[1]: evaluation in board.wholes}
    if metrics[0] == metrics[1]:
        kinds = {metrics[0]: True}
    own = [Mean(metric=metric, slice={EVALUATION: [shown]}) for metric, there in kinds.items() if there]
    if len(own) == 1:
        return _added(named, shown, Aggregate(mean=own[0], title=shown))
    parts = {_added(named, f"{shown} {mean.metric}", Aggregate(mean=mean)): 1 for mean in own}
    return _added(named, shown, Aggregate(weighted=WeightedMean(children=parts, missing="present"), title=shown))


def _added(named: Named, name: str, rule: Aggregate) -> str:
    aggregates, taken = named
    own = unique_slug(name, taken, name)
    aggregates[own] = rule
    return own


def _has_all(board: Gathered) -> Callable[[Answers], bool]:
    """Make the question whether a model has a number in every evaluation."""
    parts = [{*board.samples.get(own, ()), *filter(None, [board.wholes.get(own)])} for own in board.evaluations]

    def has_all(answers: Answers) -> bool:
        there = {item for item, _ in answers.scores}
        return all(part & there for part in parts)

    return has_all
