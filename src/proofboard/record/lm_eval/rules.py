"""The benchmark that a source of the harness makes: its metrics, a number for each task and group, and the overall."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final

from proofboard.record.lm_eval.documents import TASK, Documents, facet_of
from proofboard.record.lm_eval.regrading import Regraded
from proofboard.record.lm_eval.runs import Entry
from proofboard.record.lm_eval.samples import NO_FILTER, Key, Named
from proofboard.record.lm_eval.scores import Scores
from proofboard.record.recorded_scores import leaves_items_out, metric_for
from proofboard.record.slug import slug
from proofboard.record.source_files import unique_slug
from proofboard.schemas.benchmark import Aggregate, Benchmark, Facet, Mean, Metric, Policies, WeightedMean
from proofboard.schemas.item import Item

BENCHMARK_ID: Final = "lm-eval"
HEADLINE: Final = "overall"
EXPECTED: Final = "expected-answer"
WHOLE: Final = " (whole task)"
TOLERANCE: Final = "0.000001"
"""Claims are floats of the same mean: they differ by no more than the rounding of what is published."""
HEAVIEST: Final = 1_000_000


@dataclass(slots=True)
class Rules:
    """Everything that is declared, and under which id."""

    metrics: dict[str, Metric] = field(default_factory=dict)
    aggregates: dict[str, Aggregate] = field(default_factory=dict)
    documents: dict[Named, str] = field(default_factory=dict)
    """Task and metric → the id of the metric that scores its documents."""
    whole: dict[Key, str] = field(default_factory=dict)
    """Metric → id, of whole tasks."""
    whole_items: dict[str, Item] = field(default_factory=dict)
    """Task → the item that stands for all of it."""
    numbers: dict[Named, str] = field(default_factory=dict)
    """Task or group and metric → the id of its number."""
    headline: str = HEADLINE
    outside: list[str] = field(default_factory=list)
    """Tasks and groups that it cannot be made from: no share from 0 to 1, or better where it is low."""
    taken: set[str] = field(default_factory=set)

    @property
    def is_one_mean(self) -> bool:
        """Whether the overall number is one mean over items, and not made from other numbers."""
        return self.headline in self.metrics or self.aggregates[self.headline].mean is not None


def rules_of(
    entries: Sequence[Entry], documents: Documents, scores: Sequence[Scores], regraded: Sequence[Regraded]
) -> Rules:
    """Declare the numbers of documents and of tasks."""
    rules = Rules(taken={HEADLINE})
    for own in regraded:
        _declare_graded(rules, own)
    _declare_reported(rules, entries, documents, scores)
    _declare_whole(rules, entries, scores)
    _declare_whole_items(rules, entries, documents, scores)
    several = len(documents.items) + len(rules.whole_items) > 1
    for task in tasks_of(entries):
        for key in _keys(task, scores):
            _declare_task(rules, (task, key), scores, several=several)
    return rules


def tasks_of(entries: Sequence[Entry]) -> list[str]:
    """List the tasks of all models by name."""
    return sorted({task for entry in entries for task in entry.chosen})


def _keys(task: str, scores: Sequence[Scores]) -> list[Key]:
    """List the metrics of a task in the order in which the first model has them."""
    found: dict[Key, None] = {}
    for own in scores:
        found |= {key: None for named, key in (*own.stated, *own.whole, *own.documents) if named == task}
    return list(found)


def _declare_graded(rules: Rules, own: Regraded) -> None:
    """Declare a metric with its grader; it bears the name of the recorded one where all tasks call it alike."""
    keys = sorted({key for _, key in own.numbers})
    made = _id(rules, keys[0], "") if len(keys) == 1 else unique_slug(EXPECTED, rules.taken, own.grader.kind)
    title = ",".join(keys[0]) if len(keys) == 1 else "Answer as expected"
    rules.metrics[made] = Metric(grader=own.grader, denominator=own.grid, title=title, missing="null")
    rules.documents |= dict.fromkeys(own.numbers, made)


def _declare_reported(rules: Rules, entries: Sequence[Entry], documents: Documents, scores: Sequence[Scores]) -> None:
    values: dict[Key, list[Fraction]] = {}
    tasks: dict[Key, set[str]] = {}
    for own in scores:
        for (task, key), found in own.documents.items():
            if (task, key) not in rules.documents:
                values.setdefault(key, []).extend(value for value in found.values() if value is not None)
                tasks.setdefault(key, set()).add(task)
    for key in sorted(values):
        made = _id(rules, key, "")
        rules.documents |= {(task, key): made for task in tasks[key]}
        rules.metrics[made] = metric_for(
            values[key],
            reported=True,
            title=",".join(key),
            direction="lower" if _is_low(key, entries) else "higher",
            missing="drop" if _left_out_by_all(key, tasks[key], documents, scores) else "null",
        )


def _declare_whole(rules: Rules, entries: Sequence[Entry], scores: Sequence[Scores]) -> None:
    whole: dict[Key, list[Fraction]] = {}
    for own in scores:
        for (_, key), number in own.whole.items():
            whole.setdefault(key, []).append(number)
    for key in sorted(whole):
        is_both = any(key == own for _, own in rules.documents)
        rules.whole[key] = _id(rules, key, "-of-task" if is_both else "")
        rules.metrics[rules.whole[key]] = metric_for(
            whole[key],
            reported=True,
            title=f"{','.join(key)} of whole tasks",
            direction="lower" if _is_low(key, entries) else "higher",
            missing="null",
        )


def _id(rules: Rules, key: Key, ending: str) -> str:
    metric, chosen = key
    named = metric if chosen == NO_FILTER else f"{metric}-{chosen}"
    return unique_slug(f"{slug(named)[:48]}{ending}", rules.taken, f"{metric},{chosen}{ending}")


def _is_low(key: Key, entries: Sequence[Entry]) -> bool:
    said = [
        run.results.lower_is_better(task, key[0])
        for entry in entries
        for task, run in entry.chosen.items()
        if run.results and (key in run.results.numbers(task))
    ]
    return bool(said) and all(said)


def _left_out_by_all(key: Key, tasks: AbstractSet[str], documents: Documents, scores: Sequence[Scores]) -> bool:
    """Say whether a metric leaves documents of its tasks out, the same ones for every model that was asked them."""
    asked: list[set[str]] = [set() for _ in scores]
    for (position, task), names in documents.asked.items():
        if task in tasks:
            asked[position] |= {documents.items[task][name].id for name in names}
    scored = [{item for task in tasks for item in own.documents.get((task, key), ())} for own in scores]
    return leaves_items_out(asked, scored)


def _declare_whole_items(
    rules: Rules, entries: Sequence[Entry], documents: Documents, scores: Sequence[Scores]
) -> None:
    for task in sorted({task for own in scores for task, _ in own.whole}):
        counts = {run.results.n_documents(task) for entry in entries if (run := entry.chosen.get(task)) and run.results}
        # A group weighs its tasks by their documents; where models differ in them there is no such weight.
        weight = counts.pop() if len(counts) == 1 else None
        beside = task in documents.items
        rules.whole_items[task] = Item(
            id=unique_slug(f"{slug(task)[:50]}{'-whole' if beside else ''}", documents.taken, f"{task}\nwhole"),
            facets={TASK: f"{facet_of(task)}{WHOLE}" if beside else facet_of(task)},
            weight=weight if weight and weight <= HEAVIEST else 1,
            title=f"{task}, as a whole",
        )


def _declare_task(rules: Rules, named: Named, scores: Sequence[Scores], *, several: bool) -> None:
    """Declare the number of a task: over its documents, as a whole, or whichever of the two a model has."""
    task, key = named
    parts: list[str] = []
    ways = {
        "documents": (facet_of(task), rules.documents.get(named), any(named in own.documents for own in scores)),
        "whole": (whole_facet(rules, task), rules.whole.get(key), any(named in own.whole for own in scores)),
    }
    here = [way for way, (_, _, there) in ways.items() if there]
    for way in here:
        facet, metric_id, _ = ways[way]
        if metric_id is None:
            continue
        if not several:
            parts.append(metric_id)
            continue
        ending = f"-{way}" if len(here) > 1 else ""
        rule = Mean(metric=metric_id, slice={TASK: [facet]})
        parts.append(declare(rules, named, ending, Aggregate(mean=rule, title=f"{task} {','.join(key)}{ending}")))
    if len(parts) == 1:
        rules.numbers[named] = parts[0]
    elif parts:
        both = WeightedMean(children=dict.fromkeys(parts, 1), missing="present")
        rules.numbers[named] = declare(rules, named, "", Aggregate(weighted=both, title=f"{task} {','.join(key)}"))


def whole_facet(rules: Rules, task: str) -> str:
    """Name the items that stand for a whole task, as a value of their facet."""
    return rules.whole_items[task].facets[TASK] if task in rules.whole_items else facet_of(task)


def declare(rules: Rules, named: Named, ending: str, aggregate: Aggregate) -> str:
    """Declare an aggregate under an id of its own, and return the id."""
    task, (metric, chosen) = named
    words = [slug(task)[:36], metric if chosen == NO_FILTER else f"{metric}-{chosen}"]
    made = unique_slug(f"{slug('-'.join(words))[:52]}{ending}", rules.taken, f"{named}{ending}")
    rules.aggregates[made] = aggregate
    return made


def benchmark_of(rules: Rules, documents: Documents, title: str) -> Benchmark:
    """Describe the benchmark."""
    items = [*(item for own in documents.items.values() for item in own.values()), *rules.whole_items.values()]
    return Benchmark(
        id=BENCHMARK_ID,
        title=title,
        protocol_version="1",
        metrics=rules.metrics,
        headline=rules.headline,
        description="Tasks of the Language Model Evaluation Harness, as it recorded them.",
        facets={
            TASK: Facet(
                values=sorted({item.facets[TASK] for item in items}),
                title="Task",
                # A mean of several tasks has no value within one of them.
                role="category" if rules.is_one_mean else None,
            )
        },
        aggregates=rules.aggregates,
        policies=Policies(claim_tolerance=TOLERANCE),
    )
