"""What every model scored: on documents where a metric is a mean over them, otherwise on a task as a whole."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from fractions import Fraction

from proofboard.record.lm_eval.documents import Documents
from proofboard.record.lm_eval.runs import Entry
from proofboard.record.lm_eval.samples import Named


@dataclass(slots=True)
class Scores:
    """The recorded scores of one model."""

    documents: dict[Named, dict[str, Fraction | None]] = field(default_factory=dict)
    """Task and metric → item → score; a document that the metric leaves out is absent."""
    whole: dict[Named, Fraction] = field(default_factory=dict)
    """Task and metric → the number of the whole task, where documents do not give it."""
    stated: dict[Named, Fraction] = field(default_factory=dict)
    """Task or group and metric → what a result file says, where documents give it too."""
    groups: dict[Named, Fraction] = field(default_factory=dict)


def scores_of(entries: Sequence[Entry], documents: Documents, averaged: AbstractSet[Named]) -> list[Scores]:
    """Sort the recorded scores of every entry into those of documents and those of whole tasks."""
    found = [Scores() for _ in entries]
    for scores, entry in zip(found, entries, strict=True):
        for task, run in entry.chosen.items():
            numbers = run.results.numbers(task) if run.results else {}
            samples = run.samples.get(task)
            per_document = [key for key in samples.metrics() if (task, key) in averaged] if samples else []
            for key in per_document:
                items = documents.items[task]
                scores.documents[task, key] = {
                    items[name].id: own.scores[key]
                    for name, own in (samples.documents.items() if samples else ())
                    if key in own.scores
                }
            scores.stated |= {(task, key): number for key, number in numbers.items() if key in per_document}
            scores.whole |= {(task, key): number for key, number in numbers.items() if key not in per_document}
        scores.groups = _groups(entry)
    return found


def _groups(entry: Entry) -> dict[Named, Fraction]:
    """Return the numbers of groups whose tasks all count from the run that states them."""
    numbers: dict[Named, Fraction] = {}
    for run in sorted({id(run): run for run in entry.chosen.values()}.values(), key=lambda run: run.when):
        if run.results is None:
            continue
        for group in run.results.subtasks:
            tasks = leaves_of(group, run.results.subtasks)
            if tasks and all(entry.chosen.get(task) is run for task in tasks):
                numbers |= {(group, key): number for key, number in run.results.numbers(group).items()}
    return numbers


def leaves_of(group: str, subtasks: Mapping[str, Sequence[str]]) -> list[str]:
    """List the tasks below a group, each once; a group that holds itself is walked once."""
    leaves: dict[str, None] = {}
    seen: set[str] = set()
    left = [group]
    while left:
        name = left.pop(0)
        if name in subtasks and name not in seen:
            seen.add(name)
            left = [*subtasks[name], *left]
        elif name not in subtasks:
            leaves[name] = None
    return list(leaves)
