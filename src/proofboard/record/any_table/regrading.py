"""Scores that a built-in grader gives again: then they need not be reported, and everyone can recompute them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from proofboard.core.graders.registry import built_in
from proofboard.errors import InputError
from proofboard.record.any_table.answers import Answers
from proofboard.record.any_table.cells import Codes
from proofboard.record.any_table.measures import NO_NUMBER, Measure
from proofboard.record.any_table.trials import Tried
from proofboard.schemas.benchmark import GraderSpec
from proofboard.schemas.bundle import Response
from proofboard.schemas.item import Item
from proofboard.schemas.reading import parse_json

CANDIDATES: Final[Sequence[tuple[str, dict[str, Any]]]] = (
    ("exact", {}),
    ("normalised_exact", {}),
    ("normalised_exact", {"ignore_punctuation": True, "ignore_articles": True}),
    ("choice", {}),
    ("includes", {}),
    ("includes", {"ignore_case": True}),
    ("includes", {"ignore_case": True, "whole_words": True}),
)
"""Graders that are tried, the strictest reading of a text first."""


@dataclass(frozen=True, slots=True)
class Regraded:
    """A metric that a grader makes anew, and the items with the references that it reads."""

    metric_id: str
    grader: GraderSpec
    items: dict[int, Item]


def regraded(
    found: Tried, values: Codes, measures: Sequence[Measure], items: dict[int, Item], answers: Answers
) -> Regraded | None:
    """Find the grader that gives every score of a metric again; None where there is none.

    A metric is looked at only if each answer has a score of it: an answer that was not scored would get one otherwise.
    """
    if answers.output is None or any(item.reference is None for item in items.values()):
        return None
    cells = found.cells
    n_answers = found.n_answers
    for code, measure in enumerate(measures):
        own = cells.metric == code
        scores = values[own]
        fits = measure.grid.denominator == 1 and measure.grid.range == (0, 1) and measure.direction == "higher"
        if not fits or len(scores) != n_answers or (scores == NO_NUMBER).any():
            continue
        pairs = list(zip(cells.item[own].tolist(), cells.row[own].tolist(), scores.tolist(), strict=True))
        for asked in _readings(items):
            for kind, options in CANDIDATES:
                if _gives(kind, options, asked, answers.output, pairs):
                    return Regraded(measure.metric_id, GraderSpec(kind=kind, options=dict(options)), asked)
    return None


def _readings(items: Mapping[int, Item]) -> Iterator[dict[int, Item]]:
    """Yield the items with their references as texts; then, where each is a list in JSON, with the answers listed."""
    yield dict(items)
    lists = {code: _listed(item.reference) for code, item in items.items()}
    if all(lists.values()):
        yield {code: msgspec.structs.replace(item, reference=lists[code]) for code, item in items.items()}


def _listed(reference: Any) -> list[Any] | None:  # noqa: ANN401 - any JSON value
    if not isinstance(reference, str) or not reference.lstrip().startswith("["):
        return None
    try:
        found = parse_json(reference.encode(), "reference")
    except InputError:
        return None
    plain = isinstance(found, list) and all(isinstance(part, (str, int, float, bool)) for part in found)
    return found if plain and found else None


def _gives(
    kind: str,
    options: dict[str, Any],
    items: Mapping[int, Item],
    output: Sequence[str | None],
    pairs: Sequence[tuple[int, int, int]],
) -> bool:
    """Say whether a grader gives every score again."""
    grader = built_in(kind, options, kind)
    if grader is None:
        return False
    known: dict[tuple[int, str | None], bool] = {}
    try:
        for item, row, score in pairs:
            key = (item, output[row])
            if key not in known:
                response = Response(prompt_id=items[item].asked, output=output[row])
                known[key] = bool(grader.grade(items[item], response, ()))
            if known[key] != bool(score):
                return False
    except InputError:
        return False
    return True
