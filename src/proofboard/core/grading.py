"""From a bundle to item scores: every response graded for every item of its prompt, as integers over a denominator."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from proofboard import canonical
from proofboard.core.composites import composite, worst_value
from proofboard.core.graders.base import Grader, Votes, to_grid
from proofboard.core.items import ItemTable
from proofboard.core.rules import metric_order, parts_of_metric
from proofboard.errors import Fault, InputError, fault
from proofboard.schemas.benchmark import Benchmark, Metric
from proofboard.schemas.bundle import SCORES, VERDICTS, ReportedScore, Response, Stage, Verdict
from proofboard.schemas.bundle_folder import Bundle

STATES: Final = ("answered", "refused", "missing", "platform_failure")
STAGES: Final = ("answer", "repair")
ANSWERED, REFUSED, MISSING, FAILED = range(4)

Column = list[int | None]
Key = tuple[str, int, Stage]


@dataclass(frozen=True, slots=True)
class ItemScores:
    """The item scores of one bundle by column; every column has one element for each row."""

    item: NDArray[np.int64]
    """Position of the item in its table."""
    trial: NDArray[np.int64]
    stage: NDArray[np.uint8]
    state: NDArray[np.uint8]
    values: Mapping[str, Column]
    """Metric → integer over the metric's denominator; None where there is no verdict."""


@dataclass(frozen=True, slots=True)
class GradingPlan:
    """How the metrics of a benchmark are made: graders for the leaves, the order for the rest."""

    benchmark: Benchmark
    order: Sequence[str]
    graders: Mapping[str, Grader]
    """Metric → the grader that makes it; a metric of a grader that is not at hand is absent."""
    sources: Mapping[str, str]
    """Metric → what made its numbers: `built-in exact 1`, `installed name version`, `reported`, `derived`."""

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
    check_bundle(bundle, table, plan)
    rows = _rows(bundle, table)
    votes = _votes_by_response(bundle)
    reported = {(row.item_id, row.trial, row.stage): row.scores for row in bundle.scores}
    values: dict[str, Column] = {}
    for name in plan.order:
        metric = plan.metrics[name]
        if recorded and name in recorded:
            values[name] = _fitting(recorded[name], len(rows), name, bundle)
        elif grader := plan.graders.get(name):
            values[name] = _graded(rows, table, grader, votes, metric)
        elif metric.reported:
            values[name] = _reported(rows, table, reported, name)
        elif metric.grader:
            raise fault(bundle.folder.as_posix(), f"the metric {name!r} needs the grader {metric.grader.kind!r}")
        else:
            parts = {part: (values[part], plan.metrics[part]) for part in parts_of_metric(metric)}
            values[name] = composite(metric, parts, len(rows))
    return ItemScores(
        item=np.array([position for position, _ in rows], dtype=np.int64),
        trial=np.array([response.trial for _, response in rows], dtype=np.int64),
        stage=np.array([STAGES.index(response.stage) for _, response in rows], dtype=np.uint8),
        state=np.array([STATES.index(response.state) for _, response in rows], dtype=np.uint8),
        values=values,
    )


def _fitting(column: Column, n_rows: int, name: str, bundle: Bundle) -> Column:
    if len(column) != n_rows:
        reason = f"the recorded metric {name!r} has {len(column)} values, the bundle has {n_rows} rows"
        raise fault(bundle.folder.as_posix(), reason)
    return column


Rows = Sequence[tuple[int, Response]]


def _rows(bundle: Bundle, table: ItemTable) -> Rows:
    """Pair every item position with its response; reported scores without a response get an empty one."""
    by_prompt = table.by_prompt
    rows = [(position, response) for response in bundle.responses for position in by_prompt[response.prompt_id]]
    if bundle.scores:
        answered = {(response.prompt_id, response.trial, response.stage) for response in bundle.responses}
        for row in bundle.scores:
            item = table.items[table.index[row.item_id]]
            if (item.asked, row.trial, row.stage) not in answered:
                silent = Response(prompt_id=item.asked, trial=row.trial, stage=row.stage)
                rows.append((table.index[row.item_id], silent))
    return sorted(rows, key=lambda row: (row[0], row[1].trial, row[1].stage))


def _graded(rows: Rows, table: ItemTable, grader: Grader, votes: Mapping[Key, Votes], metric: Metric) -> Column:
    grade, items, denominator = grader.grade, table.items, metric.denominator
    worst = worst_value(metric)
    none: Votes = ()
    column: Column = []
    for position, response in rows:
        if response.state == "answered":
            cast = votes.get((response.prompt_id, response.trial, response.stage), none) if votes else none
            score = grade(items[position], response, cast)
            value = denominator if score is True else 0 if score is False else to_grid(score, denominator)
        else:
            # A refusal is an answer and a wrong one; absent answers are left to the metric's policy.
            value = worst if response.state == "refused" else None
        column.append(value)
    return column


def _reported(rows: Rows, table: ItemTable, reported: Mapping[Key, Mapping[str, int | None]], name: str) -> Column:
    empty: Mapping[str, int | None] = {}
    items = table.items
    return [
        reported.get((items[position].id, response.trial, response.stage), empty).get(name)
        for position, response in rows
    ]


def _votes_by_response(bundle: Bundle) -> dict[Key, list[bool | None]]:
    votes: dict[Key, list[bool | None]] = {}
    for verdict in bundle.verdicts:
        votes.setdefault((verdict.prompt_id, verdict.trial, verdict.stage), []).append(verdict.passed)
    return votes


def check_bundle(bundle: Bundle, table: ItemTable, plan: GradingPlan) -> None:
    """Check that every line belongs to a known item, once, and within range; raises InputError with every fault."""
    names = {name: f"{bundle.folder.as_posix()}/{name}" for name in bundle.manifest.files}
    faults: list[Fault] = []
    if bundle.manifest.prompts_digest != table.prompts_digest:
        found, expected = bundle.manifest.prompts_digest, table.prompts_digest
        reason = f"was recorded against other prompts ({found}), expected {expected}; record it again"
        faults.append(Fault(bundle.folder.as_posix(), 0, reason))
    for name, file in names.items():
        rows, known, check = _what_to_check(bundle, table, plan, name)
        faults += [Fault(file, line, reason) for line, reason in _line_faults(rows, known, bundle.manifest.trials)]
        faults += [Fault(file, line, reason) for line, row in enumerate(rows, 1) if check for reason in check(row)]
    if faults:
        raise InputError(faults)


def _what_to_check(bundle: Bundle, table: ItemTable, plan: GradingPlan, name: str) -> tuple[Any, Any, Any]:
    if name == SCORES:
        limits = {
            metric: (made.range[0] * made.denominator, made.range[1] * made.denominator)
            for metric, made in plan.metrics.items()
            if made.reported
        }
        return bundle.scores, table.index, lambda row: _score_faults(row, limits)
    return (bundle.verdicts if name == VERDICTS else bundle.responses), table.by_prompt, None


def _line_faults(rows: Sequence[Any], known: Mapping[str, Any], trials: int) -> Iterator[tuple[int, str]]:
    keys = [_key(row) for row in rows]
    if len(set(keys)) == len(keys) and all(key[0] in known and key[1] < trials for key in keys):
        return
    seen: set[tuple[Any, ...]] = set()
    for line, key in enumerate(keys, start=1):
        name, trial, stage, _ = key
        if name not in known:
            yield line, f"{name!r} is not an item of this set"
        if key in seen:
            yield line, f"{name!r} (trial {trial}, stage {stage}) stands twice"
        if trial >= trials:
            yield line, f"{name!r} has trial {trial}, the manifest declares {trials} (from 0)"
        seen.add(key)


def _key(row: Response | Verdict | ReportedScore) -> tuple[str, int, str, int]:
    if isinstance(row, Response):
        return (row.prompt_id, row.trial, row.stage, 0)
    if isinstance(row, Verdict):
        return (row.prompt_id, row.trial, row.stage, row.vote)
    return (row.item_id, row.trial, row.stage, 0)


def _score_faults(row: ReportedScore, limits: Mapping[str, tuple[int, int]]) -> Iterable[str]:
    for metric, value in row.scores.items():
        if metric not in limits:
            yield f"{row.item_id!r} reports {metric!r}, which is not a reported metric of the benchmark"
        elif value is not None and not limits[metric][0] <= value <= limits[metric][1]:
            yield f"{row.item_id!r} reports {metric} {value}, expected {limits[metric][0]} to {limits[metric][1]}"
