"""Questions that several runs answered, put together into one item each: merged where they agree, apart where not.

Files round human shares to four decimals and older ones cut long questions short; neither makes another question.
Other options or other human shares do, because a model that is compared with them is compared with something else.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from proofboard.record.source_files import SourceFolder, some, unique_slug
from proofboard.record.synthbench.files import Question, ResultFile
from proofboard.schemas.benchmark import Facet
from proofboard.schemas.item import Item

ROUNDING: Final = 1.01e-4
"""The most by which two roundings of one share to four decimals may differ, and a little for binary fractions."""

OTHER: Final = "unknown"


@dataclass(slots=True)
class AskedQuestion:
    """One item in the making."""

    id: str
    key: str
    dataset: str
    human: dict[str, float]
    options: list[str]
    refusal_rate: float | None
    text: str | None
    facets: dict[str, str] = field(default_factory=dict)

    def same_as(self, question: Question) -> bool:
        """Say whether a model's answer may be compared with what people answered here."""
        if set(self.options) != set(_options(question)) or self.human.keys() != question.human_distribution.keys():
            return False
        pairs = [(self.human[option], share) for option, share in question.human_distribution.items()]
        if self.refusal_rate is not None and question.human_refusal_rate is not None:
            pairs.append((self.refusal_rate, question.human_refusal_rate))
        return all(abs(here - there) <= ROUNDING for here, there in pairs)

    def learn(self, question: Question) -> bool:
        """Take over what an older file left out; says whether the wording agrees."""
        if self.refusal_rate is None:
            self.refusal_rate = question.human_refusal_rate
        self.facets = {**_facets(question), **self.facets}
        longer, shorter = sorted((self.text or "", question.text or ""), key=len, reverse=True)
        if not longer.startswith(shorter.rstrip("….")):
            return False
        self.text = longer or None
        return True


class Questions:
    """All questions of all runs; each is found again by its dataset, key and what people answered."""

    def __init__(self, folder: SourceFolder) -> None:
        self.folder = folder
        self._variants: dict[tuple[str, str], list[AskedQuestion]] = {}
        self._taken: set[str] = set()
        self._reworded: set[str] = set()
        self._apart: dict[str, list[str]] = {}

    def add(self, result: ResultFile) -> list[AskedQuestion]:
        """Find or make the item of every question of a run, in the run's order."""
        return [self._find(result, question) for question in result.run.per_question]

    def _find(self, result: ResultFile, question: Question) -> AskedQuestion:
        dataset, key = result.run.config.dataset, str(question.key)
        variants = self._variants.setdefault((dataset, key), [])
        for variant in variants:
            if variant.same_as(question):
                if not variant.learn(question):
                    self._reworded.add(variant.id)
                return variant
        name = f"{dataset}-{key}" if not variants else f"{dataset}-{key}-v{len(variants) + 1}"
        made = AskedQuestion(
            id=unique_slug(name, self._taken, repr((dataset, key, len(variants)))),
            key=key,
            dataset=dataset,
            human=question.human_distribution,
            options=_options(question),
            refusal_rate=question.human_refusal_rate,
            text=question.text,
            facets=_facets(question),
        )
        if variants:
            self._apart.setdefault(result.name, []).append(key)
        variants.append(made)
        return made

    def items(self) -> tuple[list[Item], dict[str, Facet]]:
        """Return the items and the facets that they have values of, and note what did not agree."""
        for name, keys in self._apart.items():
            reason = "questions with other options or human shares than in earlier files are items of their own"
            self.folder.notes.append(f"{name}: {len(keys)} {reason}: {some(keys)}")
        if self._reworded:
            reason = "questions are worded differently in several files; the first wording is kept"
            self.folder.notes.append(f"{len(self._reworded)} {reason}: {some(sorted(self._reworded))}")
        asked = [variant for variants in self._variants.values() for variant in variants]
        extra = [name for name in ("category", "topic") if any(name in variant.facets for variant in asked)]
        facets = {"dataset": _facet("Dataset", (variant.dataset for variant in asked))}
        for name in extra:
            facets[name] = _facet(name.capitalize(), (variant.facets.get(name, OTHER) for variant in asked))
        return [_item(variant, extra) for variant in asked], _with_roles(facets)


def _facet(title: str, values: Iterable[str]) -> Facet:
    return Facet(values=sorted(set(values)), title=title)


def _with_roles(facets: Mapping[str, Facet]) -> dict[str, Facet]:
    """Runs on different datasets never compete; the first of the other facets gets boards of its own."""
    roles = dict(zip(facets, ("track", "category"), strict=False))
    return {
        name: Facet(values=facet.values, title=facet.title, role=roles.get(name))  # type: ignore[arg-type]
        for name, facet in facets.items()
    }


def _item(asked: AskedQuestion, extra: Sequence[str]) -> Item:
    return Item(
        id=asked.id,
        prompt=asked.text,
        title=asked.key,
        facets={"dataset": asked.dataset, **{name: asked.facets.get(name, OTHER) for name in extra}},
        reference={"distribution": asked.human, "refusal_rate": asked.refusal_rate, "options": asked.options},
    )


def _options(question: Question) -> list[str]:
    return [str(option) for option in question.options] or list(question.human_distribution)


def _facets(question: Question) -> dict[str, str]:
    said = {"category": question.category, "topic": question.topic}
    return {name: value for name, value in said.items() if value}
