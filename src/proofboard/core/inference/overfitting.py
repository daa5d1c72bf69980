"""The overfit gap: how sure it is, and whether an entry did better on the public items than its rivals explain.

A gap alone shows no overfitting: held-out items may simply be harder. The test therefore takes differences twice: every
item is compared with the mean of the other entries on it, and these residuals are compared between the two sets.
Scores are larger where they are better. Only + - × ÷ √ from integers: the same bytes everywhere.
"""

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import Any, Final, Literal

import msgspec
import numpy as np
from numpy.typing import NDArray

from proofboard.core.aggregates import Scoring, higher_is_better, leaf_of
from proofboard.core.estimate import Estimate
from proofboard.core.exact import SAFE_SUM, Integers, largest_of, root, times
from proofboard.core.inference.contributions import contributions
from proofboard.core.intervals import FEWEST_CLUSTERS, Z95
from proofboard.core.slices import Slice

Z95_ONE_SIDED: Final = 1.6448536269514722
FEWEST_OTHERS: Final = 10
"""So many other entries make a panel, where the owner declares none."""

_Z2: Final = Fraction(Z95) ** 2


class ScoredSet(msgspec.Struct, frozen=True, eq=False):
    """The item scores of all entries on one set: every entry has a number on every item."""

    values: Integers
    """int64[entries, items] over the denominator; larger is better."""
    clusters: NDArray[np.int64]
    """int64[items]: items with one code are not independent of each other."""
    weights: Integers
    """int64[items], at least 1."""
    denominator: Fraction = Fraction(1)


class GapTest(msgspec.Struct, frozen=True):
    """What the test found of one entry.

    All but the verdict are exact functions of single held-out answers: the verdict alone may be released.
    """

    difference: Fraction
    """How much further ahead of the panel an entry is on the public items than on the held-out ones."""
    error: float
    """The clustered standard error of the difference."""
    z: float
    verdict: Literal["beyond chance", "not shown"]
    panel: int
    """The number of other entries that it was compared with."""


class _Residuals(msgspec.Struct, frozen=True, eq=False):
    """Differences to the panel on one set, times the size of the panel: exact for every entry."""

    means: Sequence[Fraction]
    variances: Sequence[Fraction]
    """The squared clustered standard errors of the means."""


def rate_variance(rate: Fraction, n: int) -> Fraction:
    """Return the variance of a rate seen on n items, never 0: at the centre of its Wilson interval, z² items more.

    Agresti and Coull (1998). Among all scores between 0 and 1 with one mean the rate has the largest variance.
    """
    enlarged = n + _Z2
    centre = (rate * n + _Z2 / 2) / enlarged
    return centre * (1 - centre) / enlarged


def gap_interval(
    score: Fraction, sure: Estimate, n_items: int, released: Fraction, n_prompts: int, step: Fraction
) -> tuple[float, float] | None:
    """Return the 95 % interval of an exact public score minus a released held-out score; None if the first has none.

    The held-out side follows from what was released: the variance of a rate over `n_prompts`, the largest that a
    score with this mean can have, and step²/12 for rounding to multiples of `step`.
    """
    if sure.method is None:
        return None
    rate = sure.method == "wilson" or sure.standard_error is None
    own = rate_variance(score, n_items) if rate else Fraction(sure.standard_error or 0) ** 2
    half = Z95 * root(own + rate_variance(released, n_prompts) + step * step / 12)
    gap = float(score - released)
    return gap - half, gap + half


def difference_in_differences(
    public: ScoredSet, held_out: ScoredSet, entry: int, panel: NDArray[np.bool_] | None = None
) -> GapTest | str:
    """Test one entry, the row `entry` of both sets; see `overfit_tests`."""
    return overfit_tests(public, held_out, panel)[entry]


def overfit_tests(
    public: ScoredSet, held_out: ScoredSet, panel: NDArray[np.bool_] | None = None
) -> list[GapTest | str]:
    """Test every entry, one-sided at 5 %: is it further ahead of the others on the public items than on the held-out?

    `panel`, bool[entries], names a declared reference panel; None compares with all other entries. An entry never
    belongs to its own panel. Where nothing can be said there is a reason instead, which begins with "no claim: ".
    """
    size = len(public.values)
    members = np.ones(size, dtype=np.bool_) if panel is None else panel
    others = [int(members.sum()) - int(own) for own in members]
    for scored, name in ((public, "public"), (held_out, "held-out")):
        found = len(np.unique(scored.clusters))
        if found < FEWEST_CLUSTERS:
            reason = f"no claim: {found} independent {name} items, at least {FEWEST_CLUSTERS} are needed"
            return [reason] * size
    reasons = [_why_no_panel(count, declared=panel is not None) for count in others]
    if all(reasons):
        return [reason or "" for reason in reasons]
    one, other = (_residuals(scored, members, others) for scored in (public, held_out))
    return [
        reasons[j] or _test(one.means[j] - other.means[j], one.variances[j] + other.variances[j], others[j])
        for j in range(size)
    ]


def _why_no_panel(others: int, *, declared: bool) -> str | None:
    if declared:
        return None if others else "no claim: the declared reference panel holds no other entry"
    if others >= FEWEST_OTHERS:
        return None
    return f"no claim: {others} other entries, at least {FEWEST_OTHERS} are needed, or a declared reference panel"


def _test(difference: Fraction, variance: Fraction, panel: int) -> GapTest | str:
    if not variance:
        return "no claim: the distance to the panel is the same on all items"
    z = math.copysign(root(difference * difference / variance), difference)
    verdict: Literal["beyond chance", "not shown"] = "beyond chance" if z > Z95_ONE_SIDED else "not shown"
    return GapTest(difference, root(variance), z, verdict, panel)


def _residuals(scored: ScoredSet, members: NDArray[np.bool_], others: Sequence[int]) -> _Residuals:
    """Subtract from every score the mean of the other panel members on that item, and take means over the items.

    With P members and the sum T over them, m = P - 1 others of a member have the mean (T - x)/m, and x less that is
    (P·x - T)/m; for an entry outside the panel m = P gives the same. So P·x - T stays an integer for all entries, and
    as it is linear it is taken over the sums of clusters.
    """
    total_weight = int(scored.weights.sum())
    sums, own_weight = _by_cluster(scored, int(members.sum()) * total_weight)
    n_clusters = len(own_weight)
    residuals = sums * int(members.sum()) - sums[members].sum(axis=0)
    totals = residuals.sum(axis=1)
    squares = _sums_of_squares(residuals * total_weight - totals[:, None] * own_weight)
    divisors = [total_weight * scored.denominator * max(count, 1) for count in others]
    return _Residuals(
        means=[Fraction(total, divisor) for total, divisor in zip(totals.tolist(), divisors, strict=True)],
        variances=[
            Fraction(square * n_clusters, (n_clusters - 1) * (total_weight * divisor) ** 2)
            for square, divisor in zip(squares, divisors, strict=True)
        ],
    )


def _by_cluster(scored: ScoredSet, factor: int) -> tuple[NDArray[Any], NDArray[Any]]:
    """Add weighted scores and weights over clusters: integers[entries, clusters] and integers[clusters].

    They are Python integers where twice a whole row times `factor` could leave int64.
    """
    order = np.argsort(scored.clusters, kind="stable")
    codes = scored.clusters[order]
    starts = np.flatnonzero(np.r_[True, codes[1:] != codes[:-1]])
    weighted = times(scored.values, scored.weights)
    small = 2 * largest_of(weighted) * weighted.shape[1] * factor < SAFE_SUM
    exact = weighted if small else weighted.astype(object)
    sums = np.add.reduceat(exact[:, order], starts, axis=1)
    return sums, np.add.reduceat(scored.weights[order], starts)


def _sums_of_squares(rows: NDArray[Any]) -> list[int]:
    largest = largest_of(rows)
    if largest * largest * rows.shape[1] < SAFE_SUM:
        return [int(total) for total in (rows * rows).sum(axis=1).tolist()]
    return [sum(value * value for value in row) for row in rows.tolist()]


def scored_set(scoring: Scoring, name: str, part: Slice, entries: Sequence[int]) -> tuple[ScoredSet, list[int]]:
    """Take the item scores of the entries that answered a slice completely; also say which entries these are.

    A plain mean is tested item by item, a sum of means by what each cluster adds to it.
    """
    own = contributions(scoring, name, part, entries)
    kept = [j for j, complete in zip(entries, own.complete.tolist(), strict=True) if complete]
    leaf = leaf_of(scoring.benchmark, name)
    if leaf is None or not kept:
        n_clusters = own.sums.shape[1]
        codes, ones = np.arange(n_clusters), np.ones(n_clusters, dtype=np.int64)
        return ScoredSet(own.sums[own.complete], codes, ones, own.scale / max(n_clusters, 1)), kept
    matrix = scoring.matrices[leaf.metric]
    mask = scoring.mask(leaf) & part.mask
    common = math.lcm(*(matrix.denominators[j] for j in kept))
    better = 1 if higher_is_better(scoring.benchmark, name) else -1
    factors = np.array([[better * common // matrix.denominators[j]] for j in kept], dtype=np.int64)
    values = times(matrix.values[kept][:, mask], factors)
    return ScoredSet(values, scoring.table.clusters[mask], scoring.table.weights[mask], Fraction(common)), kept
