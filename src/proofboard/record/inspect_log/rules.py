"""The board of several logs: its metrics, the means of each task, and the mean over tasks that it is ranked by."""

from collections.abc import Mapping, Sequence
from typing import Final

import msgspec

from proofboard import canonical
from proofboard.record.inspect_log.facets import TASK
from proofboard.record.inspect_log.measures import TRIALS, Place, Planned, Scale
from proofboard.record.inspect_log.tasks import Task
from proofboard.record.inspect_log.values import MEAN, Measure, size_of
from proofboard.record.slug import slug
from proofboard.record.source_files import some, unique_slug
from proofboard.schemas.benchmark import Aggregate, Benchmark, Facet, Mean, Metric, WeightedMean

HEADLINE: Final = "mean_over_tasks"
PROTOCOL: Final = "1"
RESERVED: Final = frozenset({HEADLINE, "score", "accuracy", "pass_rate"})
"""Claims of these names are about the headline, whatever that is."""


class Rules(msgspec.Struct, frozen=True):
    """The board, and what measures became on it."""

    benchmark: Benchmark
    metric_of: Mapping[Place, str]
    aggregate_of: Mapping[tuple[str, Measure, str], str]
    """Task, measure and metric of a header → aggregate."""


def rules_of(
    tasks: Sequence[Task], plans: Sequence[Planned], scales: Mapping[Place, Scale], facets: Mapping[str, Facet]
) -> Rules:
    """Name the metrics and aggregates of a board; a metric serves several tasks, a mean is of one."""
    taken = set(RESERVED)
    metrics, metric_of = _metrics(tasks, scales, taken)
    aggregates: dict[str, Aggregate] = {}
    aggregate_of: dict[tuple[str, Measure, str], str] = {}
    several = {task.name: task for task in tasks} if len(tasks) > 1 else {}
    for plan in plans:
        for metric in plan.metrics:
            title, wanted = f"{plan.measure.name} {metric}", f"{plan.measure.name}-{metric}"
            if plan.task in several:
                title, wanted = f"{plan.task}: {title}", f"{several[plan.task].id}-{wanted}"
            name = unique_slug(wanted, taken, f"{plan.task} {plan.measure} {metric}")
            aggregate_of[plan.task, plan.measure, metric] = name
            mean = Mean(metric=metric_of[plan.place], slice={TASK: [plan.task]})
            aggregates[name] = Aggregate(mean=mean, title=title)
    first = {plan.task: aggregate_of[plan.task, plan.measure, plan.metrics[0]] for plan in reversed(plans)}
    headline = first[tasks[0].name]
    if several:
        headline, children = HEADLINE, {first[task.name]: 1 for task in tasks}
        # Only entries of the same tasks are ranked together, so that nobody gains by leaving one out.
        aggregates[HEADLINE] = Aggregate(
            weighted=WeightedMean(children=children, missing="present"), title="Mean over tasks"
        )
    title = "Inspect evaluations" if several else tasks[0].name
    benchmark = Benchmark(
        id=slug(title),
        title=title,
        protocol_version=PROTOCOL,
        metrics=metrics,
        headline=headline,
        description=f"Evaluations by Inspect: {some(task.name for task in tasks)}.",
        facets=dict(facets),
        aggregates=aggregates,
    )
    return Rules(benchmark, metric_of, aggregate_of)


def _metrics(
    tasks: Sequence[Task], scales: Mapping[Place, Scale], taken: set[str]
) -> tuple[dict[str, Metric], dict[Place, str]]:
    """Make a metric of every measure; of one whose tasks have different graders, a metric for each of these."""
    ids = {task.name: task.id for task in tasks}
    metrics: dict[str, Metric] = {}
    metric_of: dict[Place, str] = {}
    for measure in dict.fromkeys(measure for _, measure in scales):
        groups: dict[bytes, list[str]] = {}
        for task, _ in (place for place in scales if place[1] == measure):
            groups.setdefault(canonical.dump(scales[task, measure].grader), []).append(task)
        for own in groups.values():
            title, wanted = measure.name, measure.name
            if len(groups) > 1:
                title, wanted = f"{some(own)}: {measure.name}", f"{ids[own[0]]}-{measure.name}"
            name = unique_slug(wanted, taken, f"{own} {measure}")
            metrics[name] = _metric(title, measure, scales[own[0], measure])
            metric_of |= {(task, measure): name for task in own}
    return metrics, metric_of


def _metric(title: str, measure: Measure, scale: Scale) -> Metric:
    kind, size = size_of(measure.reducer)
    return Metric(
        grader=scale.grader,
        reported=scale.grader is None,
        title=title,
        denominator=scale.denominator,
        range=scale.range,
        trials=TRIALS[kind if scale.by_trial else MEAN],
        k=max(size, 1) if scale.by_trial else 1,
        # As for Inspect: what was not scored is not counted. Who was asked less is told apart by the protocol.
        missing="drop",
    )
