"""The items of HELM: one for each instance of a scenario, perturbed ones beside their originals."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import msgspec

from proofboard import canonical
from proofboard.record.foreign import LARGEST_OUTPUT_BYTES
from proofboard.record.helm.entries import Entry
from proofboard.record.helm.files import Run
from proofboard.record.helm.instances import Instance, Where
from proofboard.record.helm.statistics import Context
from proofboard.record.slug import slug
from proofboard.record.source_files import unique_slug
from proofboard.schemas.benchmark import Facet
from proofboard.schemas.item import Item

SCENARIO: Final = "scenario"
SPLIT: Final = "split"
PART: Final = "part"
PERTURBATION: Final = "perturbation"
GROUP: Final = "group"
NONE: Final = "none"
LONGEST_PROMPT: Final = 1_000_000

Place = tuple[str, Where]
"""Scenario and instance."""


@dataclass(slots=True)
class Items:
    """All items, and the parts of scenarios that statistics are taken over."""

    by_place: dict[Place, Item] = field(default_factory=dict)
    contexts: dict[Place, Context] = field(default_factory=dict)
    parts: dict[tuple[str, Context], str] = field(default_factory=dict)
    """Scenario and context → value of the facet `part`."""
    shortened: int = 0
    """Instances whose text is too long to be published."""

    def parts_of(self, scenario: str, split: str | None = None) -> list[str]:
        """List the parts of a scenario that are not perturbed, of one split or of all."""
        return [
            part
            for (own, context), part in self.parts.items()
            if own == scenario and not context[2] and split in {None, context[0]}
        ]

    def splits_of(self, scenario: str) -> list[str]:
        """List the splits of a scenario, the one that counts first: test, or valid, or the one with most instances."""
        sizes: dict[str, int] = {}
        for (own, _), context in self.contexts.items():
            if own == scenario and not context[2]:
                sizes[context[0]] = sizes.get(context[0], 0) + 1
        order = {"test": 0, "valid": 1}
        return sorted(sizes, key=lambda split: (order.get(split, 2), -sizes[split], split))


def items_of(entries: Sequence[Entry]) -> Items:
    """Make an item of every instance that any model has a statistic of."""
    found = Items()
    asked: dict[Place, tuple[Run, Instance | None]] = {}
    for entry in entries:
        for scenario, run in entry.runs.items():
            for (_, context), values in run.per_instance.values.items():
                for named, _ in values:
                    place = (scenario, (named, context[2]))
                    found.contexts.setdefault(place, context)
                    if place not in asked or asked[place][1] is None:
                        asked[place] = (run, run.state.instances.get(place[1]))
    _name_parts(found)
    taken: set[str] = set()
    # Originals come first, so that perturbed ones can be clustered with them.
    for place in sorted(found.contexts, key=lambda place: (place[0], place[1][1], _order(place[1][0]))):
        found.by_place[place] = _item(found, place, asked[place], taken)
    found.by_place = _with_groups(found.by_place, entries)
    return found


def _order(named: str) -> tuple[str, int, str]:
    """Order `id9` before `id10`."""
    digits = named.lstrip("abcdefghijklmnopqrstuvwxyz")
    number = int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= 12 else -1  # noqa: PLR2004
    return named[: len(named) - len(digits)], number, named


def _name_parts(found: Items) -> None:
    taken: set[str] = set()
    for place in sorted(found.contexts):
        context = found.contexts[place]
        if (place[0], context) not in found.parts:
            words = [place[0], context[0] or "no split", context[1], _perturbation(context[2])]
            named = ", ".join(word for word in words if word and word != NONE)
            # Two perturbations of one name differ in their settings.
            found.parts[place[0], context] = named if named not in taken else f"{named} {_digits(context[2])}"
            taken.add(named)


def _digits(text: str) -> str:
    return canonical.digest(text.encode())[-8:]


def _perturbation(key: str) -> str:
    """Return the name of a perturbation, or `none`."""
    fields: Mapping[str, Any] = json.loads(key) if key else {}
    return str(fields.get("name") or _digits(key)) if key else NONE


def _item(found: Items, place: Place, asked: tuple[Run, Instance | None], taken: set[str]) -> Item:
    scenario, (named, key) = place
    run, instance = asked
    context = found.contexts[place]
    ending = f"-{slug(_perturbation(key))[:16]}" if key else ""
    original = found.by_place.get((scenario, (named, "")))
    facets = {SCENARIO: scenario, SPLIT: context[0] or NONE, PART: found.parts[scenario, context]}
    if any(context[2] for context in found.contexts.values()):
        facets[PERTURBATION] = _perturbation(key)
    item = Item(
        id=unique_slug(f"{slug(scenario)[:36]}-{slug(named)[:20]}{ending}", taken, f"{scenario}\n{named}\n{key}"),
        facets=facets,
        cluster=original.id if original else None,
    )
    return _with_texts(found, item, instance, has_choices=run.method.startswith("multiple_choice") or run.state.mapped)


def _with_texts(found: Items, item: Item, instance: Instance | None, *, has_choices: bool) -> Item:
    if instance is None:
        return item
    right = [text.strip() for text in instance.correct]
    texts: dict[str, Any] = {
        "prompt": instance.text if instance.text and len(instance.text) <= LONGEST_PROMPT else None,
        "choices": list(instance.references) if has_choices and instance.references else None,
        "reference": right[0] if len(right) == 1 else right or None,
    }
    found.shortened += bool(instance.text) and texts["prompt"] is None
    whole = msgspec.structs.replace(item, **texts)
    # A line of items is bounded: what is graded with stays longest.
    for name in texts:
        if len(canonical.dump(whole)) > LARGEST_OUTPUT_BYTES:
            found.shortened += name == "prompt" and whole.prompt is not None
            whole = msgspec.structs.replace(whole, **{name: None})
    return whole


def _with_groups(items: Mapping[Place, Item], entries: Iterable[Entry]) -> dict[Place, Item]:
    """Add HELM's own group of each scenario, where runs name one group that is not the same for all."""
    groups: dict[str, str] = {}
    for entry in entries:
        for scenario, run in entry.runs.items():
            groups.setdefault(scenario, run.groups[0] if run.groups else NONE)
    if len(set(groups.values())) <= 1 or len(set(groups.values())) == len(groups):
        return dict(items)
    return {
        place: msgspec.structs.replace(item, facets={**item.facets, GROUP: groups[place[0]]})
        for place, item in items.items()
    }


def facets_of(items: Iterable[Item]) -> dict[str, Facet]:
    """Declare the facets that the items have."""
    values: dict[str, set[str]] = {}
    for item in items:
        for name, value in item.facets.items():
            values.setdefault(name, set()).add(value)
    titles = {SCENARIO: "Scenario", SPLIT: "Split", PART: "Part", PERTURBATION: "Perturbation", GROUP: "Group"}
    return {
        name: Facet(values=sorted(found), title=titles[name], role="category" if name == SCENARIO else None)
        for name, found in values.items()
    }
