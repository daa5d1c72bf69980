"""Intervals for one score, and the smallest difference that a board can show.

Sources: Wilson (1927); clustered standard errors as in Miller (2024, arXiv 2411.00640) with the finite-cluster factor
C/(C - 1) and Student's t on C - 1 degrees of freedom; t quantiles for more than 29 degrees by the expansion of
Abramowitz and Stegun 26.7.5, whose error is below 2e-8 there. Only + - × ÷ √ and decimal constants: the same bytes
everywhere.
"""

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import Final

import numpy as np
from numpy.typing import NDArray

from proofboard.core.exact import SAFE_SUM, Integers, largest_of, times

Z95: Final = 1.959963984540054
POWER_CONSTANT: Final = Fraction("2.801585218")
"""z(0.975) + z(0.8): two-sided 5 %, power 80 %."""

FEWEST_CLUSTERS: Final = 10
"""Below this many clusters no interval is given: the standard error itself is not known well enough."""

FEWEST_FOR_ERROR: Final = 2

Bounds = tuple[int | Fraction, int | Fraction]

_T_975: Final = (
    2.2621571628540993, 2.2281388519649385, 2.200985160082949, 2.1788128296634177, 2.1603686564610127,
    2.1447866879169273, 2.131449545559323, 2.1199052992210112, 2.1098155778331806, 2.10092204024096,
    2.093024054408263, 2.0859634472658364, 2.079613844727662, 2.0738730679040147, 2.0686576104190406,
    2.0638985616280205, 2.059538552753294, 2.055529438642871, 2.0518305164802833, 2.048407141795244,
    2.045229642132703,
)  # fmt: skip
"""The 97.5 % quantiles of Student's t for 9 to 29 degrees of freedom."""


def wilson(share: float, n: int) -> tuple[float, float]:
    """Return the 95 % Wilson interval of a rate seen on n independent items."""
    z2 = Z95 * Z95
    denominator = 1 + z2 / n
    centre = (share + z2 / (2 * n)) / denominator
    half = (Z95 / denominator) * math.sqrt(share * (1 - share) / n + z2 / (4 * n * n))
    return max(0.0, centre - half), min(1.0, centre + half)


def t_quantile(degrees: int) -> float:
    """Return the 97.5 % quantile of Student's t for at least 9 degrees of freedom."""
    if degrees < 9 + len(_T_975):
        return _T_975[degrees - 9]
    z, nu = Z95, float(degrees)
    z2 = z * z
    first = (z2 + 1) * z / 4
    second = ((5 * z2 + 16) * z2 + 3) * z / 96
    third = (((3 * z2 + 19) * z2 + 17) * z2 - 15) * z / 384
    fourth = ((((79 * z2 + 776) * z2 + 1482) * z2 - 1920) * z2 - 945) * z / 92160
    return z + (first + (second + (third + fourth / nu) / nu) / nu) / nu


def clustered_error(values: Integers, weights: Integers, clusters: NDArray[np.int64], denominator: int) -> float | None:
    """Return the clustered standard error of the weighted mean of integers over a denominator.

    All arrays hold the scored items only. Deviations of cluster sums are integers, their squares are added with
    `fsum`: the order of the items does not matter. None with fewer than two clusters.
    """
    present = np.flatnonzero(np.bincount(clusters))
    codes = np.searchsorted(present, clusters)
    n_clusters = len(present)
    if n_clusters < FEWEST_FOR_ERROR:
        return None
    weighted, total_weight = times(values, weights), int(weights.sum())
    total = sum(weighted.tolist())
    exact = np.int64 if largest_of(values) * total_weight * total_weight < SAFE_SUM else object
    sums = np.zeros(n_clusters, dtype=exact)
    own_weight = np.zeros(n_clusters, dtype=exact)
    np.add.at(sums, codes, weighted.astype(exact))
    np.add.at(own_weight, codes, weights.astype(exact))
    deviations = (sums * total_weight - own_weight * total).astype(np.float64)
    scale = float(total_weight) * total_weight * denominator
    return _error_of([value / scale for value in deviations.tolist()], n_clusters)


def combined_error(
    parts: Sequence[tuple[Fraction, Integers, Integers, int]], clusters: NDArray[np.int64]
) -> float | None:
    """Return the clustered standard error of a weighted sum of means.

    Each part is (coefficient, values, weights, denominator) over all items; a weight of 0 leaves an item out.
    """
    used = np.zeros(len(clusters), dtype=np.bool_)
    influence = np.zeros(len(clusters), dtype=np.float64)
    for coefficient, values, weights, denominator in parts:
        total_weight = int(weights.sum())
        total = sum(times(values, weights).tolist())
        small = largest_of(values) * total_weight * total_weight < SAFE_SUM
        exact = values if small else values.astype(object)
        # Integers until here: only the last product and the sum over a few parts are rounded, in a fixed order.
        deviations = (weights * (exact * total_weight - total)).astype(np.float64)
        scale = coefficient / (total_weight * total_weight * denominator)
        influence += deviations * (scale.numerator / scale.denominator)
        used |= weights > 0
    sums: dict[int, list[float]] = {}
    for code, value in zip(clusters[used].tolist(), influence[used].tolist(), strict=True):
        sums.setdefault(code, []).append(value)
    totals = [math.fsum(terms) for terms in sums.values()]
    return _error_of(totals, len(totals)) if len(totals) >= FEWEST_FOR_ERROR else None


def _error_of(influences: Sequence[float], n_clusters: int) -> float:
    squares = math.fsum(value * value for value in influences)
    return math.sqrt(squares * n_clusters / (n_clusters - 1))


def around(mean: float, error: float, n_clusters: int, bounds: Bounds) -> tuple[float, float] | None:
    """Return the 95 % t interval around a mean, cut at the range of its statistic; None with fewer than 10 clusters."""
    if n_clusters < FEWEST_CLUSTERS:
        return None
    half = t_quantile(n_clusters - 1) * error
    return max(float(bounds[0]), mean - half), min(float(bounds[1]), mean + half)


def minimum_detectable_difference(disagreement: Fraction, n: int) -> float | None:
    """Return the difference that a paired comparison finds with 80 % power: 2.80·√(q/n), q the disagreement."""
    if n < 1:
        return None
    ratio = POWER_CONSTANT * POWER_CONSTANT * disagreement / n
    return math.sqrt(ratio.numerator / ratio.denominator)
