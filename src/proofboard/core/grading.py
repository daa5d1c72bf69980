"""From a bundle to item scores: every response graded for every item of its prompt, as integers over a denominator."""

from collections.abc import Mapping, Sequence
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from proofboard import canonical
from proofboard.core.composites import bounds_of, composite, worst_value
from proofboard.core.graders.base import Grader, Votes, to_grid
from proofboard.core.items import ItemTable
from proofboard.core.rules.benchmark import metric_order, parts_of_metric
from proofboard.core.rules.bundle import check_bundle
from proofboard.errors import fault
from proofboard.schemas.benchmark import Benchmark, Metric
from proofboard.schemas.bundle import Response, Stage
from proofboard.schemas.bundle_folder import Bundle

STATES: Final = ("answered", "refused", "missing", "platform_failure")
STAGES: Final = ("answer", "repair")
ANSWERED, REFUSED, MISSING, FAILED = range(4)

Column = list[int | None]
Key = tuple[str, int, Stage]
RowKey = tuple[int, int, Stage]
"""Position of the item, trial, stage."""

Rows = Mapping[RowKey, Response | None]

NO_VOTES: Final[Votes] = ()
NO_SCORES: Final[Mapping[str, int | None]] = {}


class ItemScores(msgspec.Struct, frozen=True, eq=False):
    """The item scores of one bundle by column; every column has one element for each row."""

    item: NDArray[np.int64]
    """Position of the item in its table."""
    trial: NDArray[np.int64]
    stage: NDArray[np.uint8]
    state: NDArray[np.uint8]
    values: Mapping[str, Column]
    """Metric → integer over the metric's denominator; None where there is no verdict."""


class GradingPlan(msgspec.Struct, frozen=True):
    """How the metrics of a benchmark are made: graders for the leaves, the order for the rest."""

    benchmark: Benchmark
    order: Sequence[str]
    graders: Mapping[str, Grader]
    """Metric → the grader that makes it; a metric of a grader that is not at hand is absent."""
    sources: Mapping[str, str]
    """Metric → what made its numbers: `built-in exact 1`, `installed name version`, `command program digest`,
    `reported`, `derived`."""

    @property
    def metrics(self) -> Mapping[str, Metric]:
        """The benchmark's metrics by name."""
        return self.benchmark.metrics


BUILT_IN: Final = "built-in"
INSTALLED: Final = "installed"
REPORTED: Final = "reported"
DERIVED: Final = "derived"


def grading_plan(benchmark: Benchmark, graders: Mapping[str, Grader], sources: Mapping[str, str]) -> GradingPlan:
    """Plan the grading; `sources` names what makes the metrics that have a grader."""
    named = {
        name: sources.get(name) or (REPORTED if metric.reported else DERIVED)
        for name, metric in sorted(benchmark.metrics.items())
    }
    return GradingPlan(benchmark, metric_order(benchmark), graders, named)


def grading_digest(table: ItemTable, plan: GradingPlan) -> str:
    """Name the rules of grading: references, metrics, graders and policies."""
    keyed = [(item.id, item.reference, item.choices, item.weight, item.independent_unit) for item in table.items]
    benchmark = plan.benchmark
    rules = (benchmark.metrics, benchmark.aggregates, benchmark.headline, benchmark.policies)
    return canonical.digest_of([benchmark.protocol_version, keyed, rules, plan.sources])


def grade_bundle(
    bundle: Bundle, table: ItemTable, plan: GradingPlan, recorded: Mapping[str, Column] | None = None
) -> ItemScores:
    """Grade a bundle; raises InputError with every unknown, duplicate or out-of-range line.

    `recorded` holds columns that are taken as they were published instead of being graded here.
    """
    check_bundle(bundle, table, plan.benchmark)
    reported = _reported_scores(bundle, table)
    rows = rows_of_bundle(bundle, table)
    votes = _votes_by_response(bundle)
    values: dict[str, Column] = {}
    for name in plan.order:
        metric = plan.metrics[name]
        if recorded and name in recorded:
            values[name] = _fitting(recorded[name], len(rows), name, bundle)
        elif grader := plan.graders.get(name):
            values[name] = _graded(rows, table, grader, votes, metric)
        elif metric.reported:
            values[name] = [reported.get(key, NO_SCORES).get(name) for key in rows]
        elif metric.grader:
            raise fault(bundle.folder.as_posix(), f"the metric {name!r} needs the grader {metric.grader.kind!r}")
        else:
            parts = {part: (values[part], plan.metrics[part]) for part in parts_of_metric(metric)}
            values[name] = composite(metric, parts, len(rows))
        # What a bundle reports was held to its range at the door, line by line.
        if not metric.reported:
            _check_range(values[name], metric, name, (rows, table, bundle))
    answers = rows.values()
    return ItemScores(
        item=np.array([position for position, _, _ in rows], dtype=np.int64),
        trial=np.array([trial for _, trial, _ in rows], dtype=np.int64),
        stage=np.array([STAGES.index(stage) for _, _, stage in rows], dtype=np.uint8),
        state=np.array([STATES.index(answer.state) if answer else ANSWERED for answer in answers], dtype=np.uint8),
        values=values,
    )


def _check_range(column: Column, metric: Metric, name: str, graded: tuple[Rows, ItemTable, Bundle]) -> None:
    """Refuse a score outside its metric's range: an absent answer, worth the worst one, could beat it."""
    low, high = bounds_of(metric)
    if all(value is None or low <= value <= high for value in column):
        return
    rows, table, bundle = graded
    for (position, _, _), value in zip(rows, column, strict=True):
        if value is not None and not low <= value <= high:
            reason = f"{table.items[position].id!r} has {value} in {name!r}, expected {low} to {high}"
            raise fault(bundle.folder.as_posix(), reason)


def _fitting(column: Column, n_rows: int, name: str, bundle: Bundle) -> Column:
    if len(column) != n_rows:
        reason = f"the recorded metric {name!r} has {len(column)} values, the bundle has {n_rows} rows"
        raise fault(bundle.folder.as_posix(), reason)
    return column


def _reported_scores(bundle: Bundle, table: ItemTable) -> dict[RowKey, Mapping[str, int | None]]:
    index = table.index
    return {(index[row.item_id], row.trial, row.stage): row.scores for row in bundle.scores}


def rows_of_bundle(bundle: Bundle, table: ItemTable) -> Rows:
    """Pair every item position, trial and stage with its response, in order; a reported score may have none."""
    rows: dict[RowKey, Response | None] = dict.fromkeys(_reported_scores(bundle, table))
    by_prompt = table.by_prompt
    for response in bundle.responses:
        for position in by_prompt[response.prompt_id]:
            rows[position, response.trial, response.stage] = response
    return {key: rows[key] for key in sorted(rows)}


def _graded(rows: Rows, table: ItemTable, grader: Grader, votes: Mapping[Key, Votes], metric: Metric) -> Column:
    grade, items, denominator = grader.grade, table.items, metric.denominator
    worst = worst_value(metric)
    column: Column = []
    for (position, trial, stage), response in rows.items():
        if response is not None and response.state == "answered":
            cast = votes.get((response.prompt_id, trial, stage), NO_VOTES) if votes else NO_VOTES
            score = grade(items[position], response, cast)
            value = denominator if score is True else 0 if score is False else to_grid(score, denominator)
        else:
            # A refusal is an answer and a wrong one; absent answers are left to the metric's policy.
            value = worst if response is not None and response.state == "refused" else None
        column.append(value)
    return column


def _votes_by_response(bundle: Bundle) -> dict[Key, list[bool | None]]:
    votes: dict[Key, list[bool | None]] = {}
    for verdict in bundle.verdicts:
        votes.setdefault((verdict.prompt_id, verdict.trial, verdict.stage), []).append(verdict.passed)
    return votes
