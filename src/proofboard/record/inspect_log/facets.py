"""The facets of items: their task, and what the metadata of their samples part them into."""

from collections.abc import Iterable, Sequence
from typing import Final

import msgspec

from proofboard.record.inspect_log.samples import Sample
from proofboard.record.inspect_log.tasks import LONGEST_VALUE, Task
from proofboard.record.source_files import unique_slug
from proofboard.schemas.benchmark import Facet

TASK: Final = "task"
NOT_STATED: Final = "not stated"
MOST_VALUES: Final = 20
MOST_FACETS: Final = 8


def with_facets(tasks: Sequence[Task]) -> dict[str, Facet]:
    """Give the items of all tasks their facets, and return what is declared of these.

    A key of the samples' metadata is one where each sample of the task has a text, and these are few: 2 to 20, and not
    more than a third of the samples. Items of tasks without the key are not stated to have any of the values.
    """
    taken = {TASK}
    found = {task.name: _few_valued(task) for task in tasks}
    keys = sorted({key for own in found.values() for key in own})[:MOST_FACETS]
    ids = {key: unique_slug(key, taken, key) for key in keys}
    facets = {
        # With one task its board would be the whole board again.
        TASK: Facet(values=[task.name for task in tasks], title="Task", role="category" if len(tasks) > 1 else None)
    }
    for key, facet in ids.items():
        values = sorted({value for own in found.values() for value in own.get(key, ())})
        lacking = any(key not in own for own in found.values()) and NOT_STATED not in values
        facets[facet] = Facet(values=[*values, NOT_STATED] if lacking else values, title=None if facet == key else key)
    for task in tasks:
        own = {key: facet for key, facet in ids.items() if key in found[task.name]}
        rest = {facet: NOT_STATED for key, facet in ids.items() if key not in own}
        task.items = {
            name: msgspec.structs.replace(
                item,
                facets={
                    TASK: task.name,
                    **rest,
                    **{facet: task.asked[name].metadata[key] for key, facet in own.items()},
                },
            )
            for name, item in task.items.items()
        }
    return facets


def _few_valued(task: Task) -> dict[str, set[str]]:
    """Return the keys of the metadata that part the samples of a task into few groups, with their values."""
    found: dict[str, set[str]] = {}
    most = min(MOST_VALUES, len(task.asked) // 3)
    samples = list(task.asked.values())
    for key in samples[0].metadata if samples else ():
        values = _values_of(key, samples, most)
        if len(values) > 1:
            found[key] = values
    return found


def _values_of(key: str, samples: Iterable[Sample], most: int) -> set[str]:
    """Collect the values of a key; none where one is no short text, or where there are too many."""
    values: set[str] = set()
    for sample in samples:
        value = sample.metadata.get(key)
        if not isinstance(value, str) or not value.strip() or len(value) > LONGEST_VALUE or not value.isprintable():
            return set()
        values.add(value)
        if len(values) > most:
            return set()
    return values
