"""Item scores as other tools recorded them: exact numbers, the grid that holds them, and graders that give them again.

A recorded score may be replaced by grading only where a built-in grader gives every score of its metric again, on every
item that was answered; otherwise the score stays what its source reports.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Any, Final

from proofboard import canonical
from proofboard.core.composites import nearest
from proofboard.core.graders.base import to_grid
from proofboard.core.graders.registry import built_in
from proofboard.errors import InputError
from proofboard.schemas.base import LARGEST_INTEGER
from proofboard.schemas.benchmark import GraderSpec, Metric
from proofboard.schemas.bundle import Response
from proofboard.schemas.item import Item

FINEST_GRID: Final = 10**12

CLOSE: Final = Fraction(1, 10**9)
"""How far a mean may lie from the one that a source states, relative to it: other tools add floats."""

Answered = tuple[Item, Response, Fraction | None]
"""An item, what was answered, and the score that was recorded for it."""


def exact_score(value: Any) -> Fraction | None:  # noqa: ANN401 - whatever a source wrote
    """Return a score as the decimal that was written; None for what is no number, or too large to be counted."""
    if isinstance(value, int):
        return Fraction(value) if abs(value) <= LARGEST_INTEGER else None
    if not isinstance(value, float) or not abs(value) <= LARGEST_INTEGER:
        return None
    return Fraction(int(value)) if value.is_integer() else _decimal(value)


# Scores repeat, and reading a decimal is the slowest step of an import.
@lru_cache(maxsize=1 << 16)
def _decimal(value: float) -> Fraction:
    return Fraction(Decimal(repr(value)))


def grid_of(scores: Iterable[Fraction]) -> int:
    """Return 1 where all scores are whole, otherwise the finest decimal grid on which none leaves ±2⁵³."""
    known = list(scores)
    if all(score.denominator == 1 for score in known):
        return 1
    grid, largest = FINEST_GRID, max(map(abs, known))
    while grid > 1 and largest * grid > LARGEST_INTEGER:
        grid //= 10
    return grid


def on_grid(score: Fraction | None, grid: int) -> int | None:
    """Round a score to its grid, half to even."""
    return None if score is None else nearest(score.numerator * grid, score.denominator)


def close(one: Fraction, other: Fraction) -> bool:
    """Say whether two numbers are equal but for the rounding of floats."""
    return abs(one - other) <= CLOSE * max(Fraction(1), abs(one), abs(other))


def mean(values: Iterable[Fraction | None]) -> Fraction | None:
    """Take the exact mean of the numbers that are known; None of none."""
    known = [value for value in values if value is not None]
    return sum(known, Fraction(0)) / len(known) if known else None


def metric_for(scores: Iterable[Fraction], **fields: Any) -> Metric:  # noqa: ANN401 - fields of a metric
    """Declare a metric whose grid and range hold the scores; shares keep the range from 0 to 1."""
    known = list(scores)
    low, high = math.floor(min(known, default=Fraction(0))), math.ceil(max(known, default=Fraction(1)))
    return Metric(denominator=grid_of(known), range=(min(low, 0), max(high, 1)), **fields)


def leaves_items_out(asked: Sequence[AbstractSet[str]], scored: Sequence[AbstractSet[str]]) -> bool:
    """Say whether a metric leaves items out, the same ones for every entry that was asked them.

    Then its mean is over the others, as other tools take it. Where only some entries lack an item their means are
    unknown: leaving hard items out must not raise a score.
    """
    ever = frozenset[str]().union(*scored)
    if any((own & ever) - having for own, having in zip(asked, scored, strict=True)):
        return False
    return any(own - ever for own in asked)


def asks_the_same(sources: Sequence[Mapping[str, object]]) -> list[bool]:
    """Say of each source whether its items are those of most sources: item → what it is.

    The largest set of equal sources counts, the earlier one of equally large ones, and then whatever has no item that
    differs from those that count. So one source counts at least, and a part of another is no other.
    """
    kinds: dict[str, list[int]] = {}
    for position, source in enumerate(sources):
        kinds.setdefault(canonical.digest_of(sorted(source.items())), []).append(position)
    counted: dict[str, object] = {}
    fits = [False] * len(sources)
    for positions in sorted(kinds.values(), key=lambda own: (-len(own), own[0])):
        source = sources[positions[0]]
        if all(counted.get(name, what) == what for name, what in source.items()):
            counted.update(source)
            for position in positions:
                fits[position] = True
    return fits


def grader_for(candidates: Iterable[GraderSpec], answered: Sequence[Answered], grid: int) -> GraderSpec | None:
    """Return the first built-in grader that gives every recorded score again; None where an item has no score."""
    if not answered or any(score is None for _, _, score in answered):
        return None
    return next((spec for spec in candidates if _gives_again(spec, answered, grid)), None)


def _gives_again(spec: GraderSpec, answered: Sequence[Answered], grid: int) -> bool:
    grader = built_in(spec.kind, spec.options, "benchmark.yaml")
    if grader is None:
        return False
    try:
        return all(
            to_grid(grader.grade(item, response, ()), grid) == on_grid(score, grid)
            for item, response, score in answered
        )
    except InputError:
        # An item has no reference that the grader could use.
        return False
