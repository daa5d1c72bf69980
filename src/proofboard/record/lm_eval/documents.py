"""The documents of all models: the same ones, or refused; and the items that they become."""

from collections import Counter
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Any, Final

import msgspec

from proofboard import canonical
from proofboard.errors import Fault
from proofboard.record.foreign import LARGEST_OUTPUT_BYTES, recordable
from proofboard.record.lm_eval.answers import Asked, asked_of
from proofboard.record.lm_eval.runs import Entry
from proofboard.record.lm_eval.samples import Document, Named, TaskSamples
from proofboard.record.recorded_scores import asks_the_same
from proofboard.record.slug import slug
from proofboard.record.source_files import unique_slug
from proofboard.schemas.item import Item

TASK: Final = "task"
LONGEST_PROMPT: Final = 1_000_000
LONGEST_FACET: Final = 200


@dataclass(slots=True)
class Documents:
    """The items of every task, and what every entry was asked and answered."""

    items: dict[str, dict[str, Item]] = field(default_factory=dict)
    """Task → document → item."""
    asked: dict[tuple[int, str], Mapping[str, Asked]] = field(default_factory=dict)
    """Position of the entry and task → document → what was asked and answered."""
    other_prompts: Counter[str] = field(default_factory=Counter)
    """Task → documents that some model was asked in other words."""
    shortened: int = 0
    """Documents whose text is too long to be published."""
    taken: set[str] = field(default_factory=set)


def refuse_other_documents(entries: Sequence[Entry]) -> list[Fault]:
    """Take out the samples whose documents are not those of most models, with a fault for each file."""
    faults: list[Fault] = []
    for task in sorted({task for entry in entries for task in entry.chosen}):
        having = [(entry, samples) for entry in entries if (samples := entry.samples(task))]
        having.sort(key=lambda pair: pair[0].chosen[task].when)
        contents = [{name: own.content for name, own in samples.documents.items()} for _, samples in having]
        fits = asks_the_same(contents)
        counted = {name: what for own, fit in zip(contents, fits, strict=True) if fit for name, what in own.items()}
        for (entry, samples), fit in zip(having, fits, strict=True):
            if not fit:
                faults.append(_fault_of(samples, counted))
                entry.refused.add(task)
                del entry.chosen[task]
    return faults


def _fault_of(samples: TaskSamples, counted: Mapping[str, str]) -> Fault:
    others = [own for own in samples.documents.values() if counted.get(own.name, own.content) != own.content]
    first = min(others, key=lambda own: own.line)
    reason = (
        f"asks {len(others)} document(s) of {samples.task} that are not those of the other models, the first is"
        f" {first.name}: its hash or its target differs; score the same version of the task"
    )
    return Fault(samples.file.name, first.line, reason)


def documents_of(entries: Sequence[Entry], averaged: AbstractSet[Named]) -> Documents:
    """Make an item of every document that any model was asked; its words are those of the first model.

    A document of which nothing is known but the likelihood of its text, and which no metric scores, is no item.
    """
    found = Documents()
    scored = {task for task, _ in averaged}
    for position, entry in enumerate(entries):
        for task, run in entry.chosen.items():
            samples = run.samples.get(task)
            if samples is None:
                continue
            asked = asked_of(samples, run.results.output_type(task) if run.results else None)
            if task not in scored and all(own.kind == "likelihood" for own in asked.values()):
                continue
            found.asked[position, task] = asked
            for name, own in asked.items():
                _add(found, task, samples.documents[name], own)
    found.items = {task: _in_order(own) for task, own in sorted(found.items.items())}
    return found


def _add(found: Documents, task: str, document: Document, asked: Asked) -> None:
    items = found.items.setdefault(task, {})
    item = items.get(document.name)
    if item is None:
        items[document.name] = _item(found, task, document, asked)
    elif item.prompt is not None and asked.prompt is not None and item.prompt != _prompt(asked):
        found.other_prompts[task] += 1


def _item(found: Documents, task: str, document: Document, asked: Asked) -> Item:
    named = f"{document.number:05d}" if document.number is not None else document.name
    item = Item(
        id=unique_slug(f"{slug(task)[:50]}-{named}", found.taken, f"{task}\n{document.name}"),
        prompt=_prompt(asked),
        facets={TASK: facet_of(task)},
        reference=asked.reference,
        choices=asked.choices,
    )
    found.shortened += asked.prompt is not None and item.prompt is None
    # A line of items is bounded: what is graded with stays longest.
    for name in ("prompt", "choices", "reference"):
        if len(canonical.dump(item)) > LARGEST_OUTPUT_BYTES:
            found.shortened += name == "prompt" and item.prompt is not None
            item = msgspec.structs.replace(item, **{name: None})
    return item


def _prompt(asked: Asked) -> str | None:
    prompt: Any = recordable(asked.prompt)
    return prompt if prompt is not None and len(prompt) <= LONGEST_PROMPT else None


def facet_of(task: str) -> str:
    """Name a task as a value of a facet."""
    return task if len(task) <= LONGEST_FACET else f"{task[:LONGEST_FACET]} {canonical.digest(task.encode())[-8:]}"


def _in_order(items: Mapping[str, Item]) -> dict[str, Item]:
    return dict(sorted(items.items(), key=lambda own: own[1].id))
