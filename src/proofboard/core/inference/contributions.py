"""What every independent unit adds to a score: integers by entry and cluster, from which all comparisons are made."""

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from proofboard.core.aggregates import Scoring, higher_is_better, is_relative, leaves_of
from proofboard.core.estimate import coefficients
from proofboard.core.exact import SAFE_SUM, Integers, largest_of
from proofboard.core.matrix import SCORED
from proofboard.core.slices import Mask, Slice
from proofboard.schemas.benchmark import Mean

EXACT_SQUARES: Final = 2**51
"""Sums of squares stay below this, so that differences of two entries have exact sums of squares too."""
GRID: Final = 2**40
"""Where exact integers would be too large, contributions are rounded to so many parts of the largest."""

Parts = Sequence[tuple[Fraction, Mean]]


class Contributions(msgspec.Struct, frozen=True, eq=False):
    """Integers whose sum over the clusters is an entry's score, up to one common factor; larger is always better."""

    sums: Integers
    """int64[entries, clusters]; rows of incomplete entries are 0 and mean nothing."""
    scale: Fraction
    """What the sum of a row is divided by to give the score."""
    clusters: NDArray[np.int64]
    """The code of the cluster that each column stands for."""
    complete: NDArray[np.bool_]
    """Entries that have a number on every item; others have no place in a comparison of all."""


def contributions(scoring: Scoring, name: str, part: Slice, entries: Sequence[int] | None = None) -> Contributions:
    """Part the scores of entries (all by default) on a slice into what each cluster adds to them.

    A number that depends on the other entries has no such parts: no entry is complete then.
    """
    rows = list(range(scoring.n_entries) if entries is None else entries)
    complete = _complete(scoring, name, part, rows)
    if not complete.any():
        nothing = np.zeros((len(rows), 0), dtype=np.int64)
        return Contributions(nothing, Fraction(1), np.zeros(0, dtype=np.int64), complete)
    whole = [j for j, own in zip(rows, complete.tolist(), strict=True) if own]
    # Complete entries have the same parts: only a child without any item in the slice is absent, and for all of them.
    parts = list(coefficients(scoring, name, part, whole[0]))
    values, scale = _item_values(scoring, parts, part, whole)
    if not higher_is_better(scoring.benchmark, name):
        values = -values
    used = part.mask & np.logical_or.reduce([scoring.mask(leaf) for _, leaf in parts])
    present, codes = np.unique(scoring.table.clusters[used], return_inverse=True)
    sums = np.zeros((len(rows), len(present)), dtype=np.int64)
    sums[complete], divisor = _within_bounds(_by_cluster(values[:, used], codes, len(present)))
    return Contributions(sums, scale / divisor, present, complete)


def _complete(scoring: Scoring, name: str, part: Slice, rows: Sequence[int]) -> NDArray[np.bool_]:
    if is_relative(scoring.benchmark, name):
        return np.zeros(len(rows), dtype=np.bool_)
    scores = scoring.scores(name, part)
    complete = np.array([scores[j] is not None for j in rows], dtype=np.bool_)
    # All leaves, not only those of the score: a part that an entry has no number on may be left out of its score.
    for leaf in leaves_of(scoring.benchmark, name):
        states = scoring.matrices[leaf.metric].states[:, _mask(scoring, leaf, part)]
        complete &= (states == SCORED).all(axis=1)[rows]
    return complete


def _item_values(scoring: Scoring, parts: Parts, part: Slice, rows: Sequence[int]) -> tuple[Integers, Fraction]:
    """Return int64[entries, items] and the scale: exact where integers allow it, otherwise on a fine common grid."""
    weights = [np.where(_mask(scoring, leaf, part), scoring.table.weights, 0) for _, leaf in parts]
    factors = [
        [coefficient / (int(own.sum()) * scoring.matrices[leaf.metric].denominators[j]) for j in rows]
        for (coefficient, leaf), own in zip(parts, weights, strict=True)
    ]
    matrices = [scoring.matrices[leaf.metric].values[rows] for _, leaf in parts]
    common = math.lcm(*{factor.denominator for own in factors for factor in own})
    # At least 1, because the factors must be 64-bit integers too where all values are 0.
    largest = sum(
        max(1, largest_of(values)) * int(own.max(initial=0)) * int(max(row) * common)
        for values, own, row in zip(matrices, weights, factors, strict=True)
    )
    total = np.zeros(matrices[0].shape, dtype=np.int64)
    if largest * len(scoring.table) < SAFE_SUM:
        for values, own, row in zip(matrices, weights, factors, strict=True):
            multipliers = np.array([int(factor * common) for factor in row], dtype=np.int64)
            total += values * own * multipliers[:, None]
        return total, Fraction(common)
    # One product and one rounding for each part: the grid is far finer than any error of sampling.
    step = Fraction(GRID * common, largest)
    for values, own, row in zip(matrices, weights, factors, strict=True):
        scaled = np.array([float(factor * step) for factor in row])
        total += np.rint(values.astype(np.float64) * own * scaled[:, None]).astype(np.int64)
    return total, step


def _mask(scoring: Scoring, leaf: Mean, part: Slice) -> Mask:
    return scoring.mask(leaf) & part.mask


def _by_cluster(values: Integers, codes: NDArray[np.int64], n_clusters: int) -> Integers:
    order = np.argsort(codes, kind="stable")
    if n_clusters == len(codes):
        return values[:, order]
    return np.add.reduceat(values[:, order], np.searchsorted(codes[order], np.arange(n_clusters)), axis=1)


def _within_bounds(sums: Integers) -> tuple[Integers, int]:
    """Make the integers small enough for exact products; return them and what they were divided by.

    The factor that all have in common goes first, so that items asked twice change nothing, then a power of two.
    Rounded is each row's sum so far, and not each integer: it loses half a unit at most, and equal scores stay equal.
    """
    common = max(1, int(np.gcd.reduce(sums, axis=None)))
    sums = sums // common
    most = math.isqrt((EXACT_SQUARES - 1) // sums.shape[1])
    largest = largest_of(sums)
    shift = largest.bit_length() - most.bit_length() + 1 if largest > most else 0
    half = (1 << shift) >> 1
    return np.diff((np.cumsum(sums, axis=1) + half) >> shift, axis=1, prepend=0), common << shift
