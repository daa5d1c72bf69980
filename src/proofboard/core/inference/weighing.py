"""A board under a reader's own weights, and how far the weights may change before its order does.

A score is the weighted mean of metrics, so two entries with the differences d_m keep their order as long as Σ w·d keeps
its sign. Where every weight may change by a share x on its own, that sum lies within Σ w·d ± x·Σ w·|d|, and both ends
are reached in corners of the box: the order holds for all x below |Σ w·d| / Σ w·|d|. All is exact; nothing is sampled.
"""

import math
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any, Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from proofboard.core.exact import SAFE_SUM, Exact

DEFAULT_CHANGE: Final = Fraction(1, 5)

Vector = Sequence[int]
"""What each metric adds to a score, over a denominator that all entries share."""


class WeighedEntry(msgspec.Struct, frozen=True):
    """One entry under a reader's weights."""

    name: str
    score: Exact
    """The weighted mean; metrics whose lower values are better enter reflected within their range."""
    reason: str | None
    """Why there is no rank."""
    rank: int | None
    """From 1; equal scores share one."""
    holds_within: Exact
    """Every weight may change by any share below this before this entry and another one change their order: 0 where
    they have the same score by these weights only, None where no other entry differs in any metric."""
    rank_range: tuple[int, int] | None
    """The ranks beyond which no change of the weights within the given share leads: exact for every pair of entries,
    so no such rank is missed; the ends need not be reached by the same weights."""


class Weighed(msgspec.Struct, frozen=True):
    """A board under a reader's weights, the best first, entries without a rank last by name."""

    change: Fraction
    entries: Sequence[WeighedEntry]


def weigh(
    scores: Mapping[str, Mapping[str, Exact]],
    weights: Mapping[str, Fraction],
    reflected: Mapping[str, Fraction],
    change: Fraction = DEFAULT_CHANGE,
    unranked: Mapping[str, str] | None = None,
) -> Weighed:
    """Rank entries by the weighted mean of their metrics: entry → metric → exact score.

    `reflected` holds lowest + highest value of each metric whose lower values are better; `unranked` names entries
    that have no rank whatever their scores, and why. Raises ValueError for weights or a change that mean nothing.
    """
    if not weights or min(weights.values()) <= 0:
        raise ValueError("every weight lies above 0, and there is at least one")
    if not 0 <= change < 1:
        raise ValueError(f"weights cannot change by {change} of themselves; give a share from 0 to below 1")
    why = {name: reason for name, own in scores.items() if (reason := _why_not(own, weights))} | dict(unranked or {})
    ranked = {name: own for name, own in scores.items() if name not in why}
    added, divisor = _added(ranked, weights, reflected)
    names = sorted(added, key=lambda name: (-sum(added[name]), name))
    matrix = integers_of([added[name] for name in names], len(weights), change)
    placed = [
        WeighedEntry(name, Fraction(sum(added[name]), divisor), None, *standing(matrix, j, change))
        for j, name in enumerate(names)
    ]
    without = [WeighedEntry(name, None, why[name], None, None, None) for name in sorted(scores.keys() & why.keys())]
    return Weighed(change, [*placed, *without])


def margin(added: Sequence[int | Fraction], others: Sequence[int | Fraction]) -> Exact:
    """Return Σ w·d / Σ w·|d| of two entries: from -1 to 1, its sign says who is ahead, its size how firmly.

    Every weight may change by any share below its size, each on its own, and the order stays. At 1 (or -1) one entry is
    nowhere worse. None where no metric tells the two apart.
    """
    differences = [Fraction(one - other) for one, other in zip(added, others, strict=True)]
    widest = sum((abs(value) for value in differences), Fraction(0))
    return sum(differences, Fraction(0)) / widest if widest else None


def _why_not(own: Mapping[str, Exact], weights: Mapping[str, Fraction]) -> str | None:
    missing = [metric for metric in weights if own.get(metric) is None]
    return f"has no score in {', '.join(missing)}" if missing else None


def _added(
    scores: Mapping[str, Mapping[str, Exact]], weights: Mapping[str, Fraction], reflected: Mapping[str, Fraction]
) -> tuple[dict[str, Vector], int]:
    """Bring weight × score to integers over one denominator: returns what each metric adds, and the divisor."""
    total = sum(weights.values(), Fraction(0))
    exact = {
        name: [
            weight / total * (reflected[metric] - value if metric in reflected else value)
            for metric, weight in weights.items()
            if (value := own[metric]) is not None
        ]
        for name, own in scores.items()
    }
    divisor = math.lcm(*{term.denominator for terms in exact.values() for term in terms})
    return {
        name: [term.numerator * (divisor // term.denominator) for term in terms] for name, terms in exact.items()
    }, divisor


def integers_of(added: Sequence[Vector], n_metrics: int, change: Fraction) -> NDArray[Any]:
    """Return what each metric adds as integers[entries, metrics]: int64 where every sum and product fits."""
    largest = max((abs(value) for row in added for value in row), default=0)
    factor = max(change.numerator, change.denominator)
    exact = np.int64 if 2 * largest * n_metrics * factor < SAFE_SUM else object
    return np.array(added, dtype=exact).reshape(len(added), n_metrics)


def standing(matrix: NDArray[Any], j: int, change: Fraction) -> tuple[int, Exact, tuple[int, int]]:
    """Return the rank of one entry, how far weights may change before it moves, and its range of ranks.

    `matrix` is integers[entries, metrics]: what each metric adds, int64 only where every sum and product fits.
    """
    differences = matrix - matrix[j]
    leads, widths = differences.sum(axis=1), np.abs(differences).sum(axis=1)
    rank = 1 + int((leads > 0).sum())
    surely = 1 + int((leads * change.denominator > widths * change.numerator).sum())
    perhaps = 1 + int((leads * change.denominator > -widths * change.numerator).sum())
    apart = widths > 0
    return rank, _smallest_ratio(np.abs(leads[apart]), widths[apart]), (surely, perhaps)


def _smallest_ratio(numerators: NDArray[Any], denominators: NDArray[Any]) -> Exact:
    if not len(numerators):
        return None
    if numerators.dtype == np.int64:
        # Quotients of floats come within some 1e-15 of each other: those near the smallest are compared exactly.
        ratios = numerators / denominators
        near = ratios <= ratios.min() * (1 + 1e-9)
        numerators, denominators = numerators[near], denominators[near]
    return min(map(Fraction, numerators.tolist(), denominators.tolist()))
