"""What an MTEB benchmark measures: the specification beside its results, its cells, and the tree of its means."""

from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath
from typing import Annotated, Final

import msgspec

from proofboard.errors import fault
from proofboard.record.foreign import SourceFile
from proofboard.record.slug import slug
from proofboard.record.source_files import some, unique_slug
from proofboard.schemas.base import Line
from proofboard.schemas.benchmark import (
    Aggregate,
    Benchmark,
    Borda,
    Facet,
    Mean,
    Metric,
    VendorProfile,
    WeightedMean,
)
from proofboard.schemas.item import Item
from proofboard.schemas.reading import as_kind, parse_json

SPECIFICATION: Final = "benchmark_spec.json"

METRIC: Final = "main_score"
PRESENT: Final = "main_score_present"
HEADLINE: Final = "borda"
MEAN_TASK: Final = "mean_task"
MEAN_TASK_TYPE: Final = "mean_task_type"
TASK: Final = "task"
TYPE: Final = "type"

GRID: Final = 10**12
PLACES: Final = 15
"""Decimals of published means: 12 would move a mean by up to 5·10⁻¹³ on top of what the grid does."""

WHOLE: Final = "default"
"""The one subset of a task that is not parted, and of one that is made from other tasks."""

Cell = tuple[str, str]
"""Split and subset of one task."""
Names = Annotated[list[Line], msgspec.Meta(min_length=1)]


class TaskRules(msgspec.Struct, frozen=True):
    """One task of a benchmark; fields that are not ours are left out."""

    type: Line
    splits: Names
    subsets: Names
    main_score: Line | None = None
    """The score that counts, by its name in result files; only files from before mteb 1.11 need it."""
    is_aggregate: bool = False
    """Whether the task is made from other tasks: then it has one subset, whatever is listed."""

    @property
    def cells(self) -> list[Cell]:
        """List every pair of split and subset that counts."""
        subsets = [WHOLE] if self.is_aggregate else self.subsets
        return list(dict.fromkeys((split, subset) for split in self.splits for subset in subsets))


class Rules(msgspec.Struct, frozen=True):
    """A benchmark as its specification describes it."""

    benchmark: Line
    tasks: Annotated[dict[Line, TaskRules], msgspec.Meta(min_length=1)]
    main_revision: dict[str, str | None] = {}
    """Model → the revision whose results come before all others."""


Items = Mapping[str, Mapping[Cell, Item]]
"""Task → cell → item."""


def read_rules(files: Iterable[SourceFile], source: object) -> tuple[Rules, SourceFile]:
    """Read the one specification of a source; raises InputError where there is none, or several, or it is not one."""
    found = [file for file in files if PurePosixPath(file.name).name == SPECIFICATION]
    if not found:
        reason = f"holds no {SPECIFICATION}, which says which tasks, splits and subsets count; put one beside results/"
        raise fault(source, reason)
    if len(found) > 1:
        raise fault(source, f"holds {len(found)} specifications, keep one: {some(file.name for file in found)}")
    return as_kind(parse_json(found[0].bytes(), found[0].name), Rules, found[0].name), found[0]


def items_of(rules: Rules) -> dict[str, dict[Cell, Item]]:
    """Make an item of every cell of the benchmark, whether or not any model was scored on it."""
    taken: set[str] = set()
    items: dict[str, dict[Cell, Item]] = {}
    for task, own in sorted(rules.tasks.items()):
        items[task] = {
            cell: Item(
                id=unique_slug(f"{task}-{cell[0]}-{cell[1]}", taken, f"{task}\n{cell[0]}\n{cell[1]}"),
                # The subsets of one task are no independent draws.
                cluster=task if len(own.cells) > 1 else None,
                facets={TASK: task, TYPE: own.type},
                title=f"{task} ({cell[0]}, {cell[1]})",
            )
            for cell in own.cells
        }
    return items


class AggregateIds:
    """The ids of the means over single tasks and types, which are named by other people."""

    def __init__(self, rules: Rules) -> None:
        """Give every task and type an id of its own."""
        taken = {METRIC, PRESENT, HEADLINE, MEAN_TASK, MEAN_TASK_TYPE}
        self.types = {name: unique_slug(name, taken, f"type {name}") for name in types_of(rules)}
        self.tasks = {name: unique_slug(name, taken, f"task {name}") for name in sorted(rules.tasks)}
        self.partial = {
            name: unique_slug(f"{name}-present", taken, f"present {name}")
            for name, own in sorted(rules.tasks.items())
            if len(own.cells) > 1
        }
        """Only of tasks with several cells: elsewhere a mean over the cells that are there is the mean over all."""


def types_of(rules: Rules) -> list[str]:
    """List the task types of a benchmark by name."""
    return sorted({own.type for own in rules.tasks.values()})


def columns_of(rules: Rules) -> dict[str, str]:
    """Return the columns of MTEB's own tables that hold means, with our aggregates; types come before tasks."""
    ids = AggregateIds(rules)
    return {**ids.tasks, **ids.types, "Mean (Task)": MEAN_TASK, "Mean (TaskType)": MEAN_TASK_TYPE}


def benchmark_of(rules: Rules, vendors: Mapping[str, VendorProfile]) -> Benchmark:
    """Describe the benchmark: cells, means over tasks and types, and points by rank within the tasks."""
    ids = AggregateIds(rules)
    metrics = {METRIC: _metric("Main score", reported=True, missing="null")}
    if ids.partial:
        # Means are null where a cell is absent, points are not: a model competes with the cells that it has.
        metrics[PRESENT] = _metric("Main score where there is one", weighted={METRIC: 1}, missing="drop")
    return Benchmark(
        id=slug(rules.benchmark),
        title=rules.benchmark,
        protocol_version="1",
        metrics=metrics,
        headline=HEADLINE,
        description="How well embeddings of text serve the tasks of MTEB, the Massive Text Embedding Benchmark.",
        facets={
            TASK: Facet(values=sorted(rules.tasks), title="Task"),
            TYPE: Facet(values=types_of(rules), title="Task type"),
        },
        aggregates=_aggregates(rules, ids),
        vendors=dict(vendors),
    )


def _metric(title: str, **fields: object) -> Metric:
    # Correlations, which are main scores too, may be negative.
    common = {"denominator": GRID, "range": (-1, 1), "places": PLACES, "title": title}
    return Metric(**common, **fields)  # type: ignore[arg-type]


def _aggregates(rules: Rules, ids: AggregateIds) -> dict[str, Aggregate]:
    competing = [ids.partial.get(task, name) for task, name in ids.tasks.items()]
    # A model that completed no task is none of the number that points are counted from.
    counted = list(ids.tasks.values()) if ids.partial else []
    aggregates = {
        HEADLINE: Aggregate(borda=Borda(children=competing, counted=counted), title="Borda points", places=1),
        MEAN_TASK: _mean_of(ids.tasks.values(), "Mean (Task)"),
        MEAN_TASK_TYPE: _mean_of(ids.types.values(), "Mean (TaskType)"),
    }
    for kind, name in ids.types.items():
        members = (ids.tasks[task] for task in ids.tasks if rules.tasks[task].type == kind)
        aggregates[name] = _mean_of(members, kind)
    for task, name in ids.tasks.items():
        aggregates[name] = _mean_over(METRIC, task, task)
    for task, name in ids.partial.items():
        aggregates[name] = _mean_over(PRESENT, task, f"{task}, cells that are there")
    return aggregates


def _mean_of(children: Iterable[str], title: str) -> Aggregate:
    return Aggregate(weighted=WeightedMean(children=dict.fromkeys(children, 1)), title=title)


def _mean_over(metric: str, task: str, title: str) -> Aggregate:
    return Aggregate(mean=Mean(metric=metric, slice={TASK: [task]}), title=title)
