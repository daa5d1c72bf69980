"""Rank sets: for every entry the ranks that the data do not rule out, for all entries at once.

Mogstad, Romano, Shaikh and Wilhelm (2024, Review of Economic Studies), with the step-down of Romano and Wolf (2005)
over all pairs; beyond 2,000 entries one Bonferroni step whose critical value changes only when the number of entries
passes a power of two, so that one more entry costs one row.
"""

import math
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from proofboard.core.inference.estimates import Estimates, Reals
from proofboard.core.inference.resampling import RESAMPLES, comparable, critical_value

LEVEL: Final = Fraction(1, 20)
LARGEST_STEP_DOWN: Final = 2_000
BLOCK: Final = 64
"""Pairs of one entry that are studentised at once: with all resamples they fit into the cache."""

STEP_DOWN: Final = "step-down"
SINGLE_STEP: Final = "single step"

Separated = NDArray[np.bool_]
"""bool[J, J]: row above column, beyond chance."""


class RankSets(msgspec.Struct, frozen=True):
    """Ranks that hold together with probability 1 - level, and the runs of entries that cannot be told apart."""

    lowest: Sequence[int]
    """The best rank that each entry may have."""
    highest: Sequence[int]
    groups: Sequence[tuple[int, int]]
    """The first and last of the tied groups that each entry is in, numbered from 1 in the order of the values."""
    method: str


def rank_sets(estimates: Estimates, seed: int, level: Fraction = LEVEL, resamples: int = RESAMPLES) -> RankSets:
    """Return simultaneous rank sets; pairs are compared in both directions at once."""
    size = len(estimates)
    if size > LARGEST_STEP_DOWN:
        critical = single_step_value(size, level)
        return _sets(estimates, lambda rows: _apart(estimates, rows, critical), SINGLE_STEP)
    separated = _step_down(estimates, seed, (level, resamples), both_ways=True)
    return _sets(estimates, lambda rows: separated[rows], STEP_DOWN)


def possibly_best(
    estimates: Estimates, best: int, seed: int, level: Fraction = LEVEL, resamples: int = RESAMPLES
) -> list[int]:
    """Return the positions of the entries that may be among the best so many: a one-sided claim about all at once.

    It holds for every number of best entries together. Raises ValueError beyond 2,000 entries.
    """
    if len(estimates) > LARGEST_STEP_DOWN:
        raise ValueError(f"{len(estimates)} entries are too many for the step-down, at most {LARGEST_STEP_DOWN}")
    separated = _step_down(estimates, seed, (level, resamples), both_ways=False)
    return np.flatnonzero(separated.sum(axis=0) < best).tolist()


def _apart(estimates: Estimates, rows: slice, critical: float) -> Separated:
    """Say which differences are above the critical value times their errors."""
    differences = estimates.values[rows, None] - estimates.values[None, :]
    above = differences > 0
    differences *= differences
    bounds = estimates.variances(rows)
    bounds *= critical * critical
    return np.asarray(above & (differences > bounds))


def studentised(estimates: Estimates, rows: slice) -> Reals:
    """Return the differences of some entries to all in units of their errors; 0 where nothing differs.

    A difference without an error is infinite: it is known.
    """
    differences = estimates.values[rows, None] - estimates.values[None, :]
    inverse = _inverse_errors(estimates, rows)
    known = (inverse == 0) & (differences != 0)
    return comparable(np.where(known, np.copysign(math.inf, differences), differences * inverse))


def _inverse_errors(estimates: Estimates, rows: slice) -> Reals:
    errors = estimates.errors(rows)
    return np.divide(1.0, errors, out=np.zeros_like(errors), where=errors > 0)


def _step_down(estimates: Estimates, seed: int, sizes: tuple[Fraction, int], *, both_ways: bool) -> Separated:
    """Reject pairs while the critical value over those that are left rejects more; `sizes` are level and resamples.

    Both ways, a rejected pair leaves the family; one way, the opposite claim about it stays.
    """
    level, resamples = sizes
    statistics, inverse = studentised(estimates, slice(None)), _inverse_errors(estimates, slice(None))
    drawn = estimates.resampled(seed, resamples)
    active = inverse > 0
    maxima = _maxima(drawn, inverse, active)
    allowed = math.floor(level * (resamples + 1))
    separated = statistics > critical_value(maxima, level)
    while True:
        left = active & ~(separated | separated.T if both_ways else separated)
        rejected = statistics > _next_critical((drawn, inverse, left), maxima, level, allowed)
        if (rejected <= separated).all():
            return separated
        separated |= rejected


def _next_critical(family: tuple[Reals, Reals, Separated], before: Reals, level: Fraction, allowed: int) -> float:
    """Return the critical value over the pairs that are left, from as few resamples as decide it.

    Fewer pairs make no maximum larger: a resample whose old maximum lies below the critical value found among the
    others cannot change it.
    """
    drawn, inverse, active = family
    order = np.argsort(-before, kind="stable")
    taken = min(len(order), 2 * max(allowed, 1))
    while True:
        chosen = np.sort(order[:taken])
        maxima = np.full(len(before), -math.inf)
        maxima[chosen] = _maxima(drawn[:, chosen], inverse, active)
        critical = critical_value(maxima, level)
        if taken == len(order) or critical >= before[order[taken]]:
            return critical
        taken = min(len(order), 2 * taken)


def _maxima(drawn: Reals, inverse: Reals, active: Separated) -> Reals:
    """Return, for each resample, the largest studentised difference over the claims (row above column) of a family."""
    size, resamples = drawn.shape
    largest = np.zeros(resamples)
    room = np.empty((BLOCK, resamples))
    drawn = np.ascontiguousarray(drawn)
    for j in range(size - 1):
        above, below = active[j, j + 1 :], active[j + 1 :, j]
        for claims, direction in ((above & below, 0), (above & ~below, -1), (below & ~above, 1)):
            others = j + 1 + np.flatnonzero(claims)
            for start in range(0, len(others), BLOCK):
                block = others[start : start + BLOCK]
                part = room[: len(block)]
                np.subtract(drawn[block], drawn[j], out=part)
                part *= inverse[j, block, None] * (direction or 1)
                if direction == 0:
                    np.abs(part, out=part)
                np.maximum(largest, part.max(axis=0), out=largest)
    return comparable(largest)


def single_step_value(entries: int, level: Fraction) -> float:
    """Return the Bonferroni critical value over all pairs, with the number of entries rounded up to a power of two.

    Known for the levels 0.05 and 0.1 and at most 2²⁰ entries; raises LookupError for others.
    """
    power = max(1, (entries - 1).bit_length())
    return _BONFERRONI[level][power - 1]


def _sets(estimates: Estimates, rows_of: Callable[[slice], Separated], method: str) -> RankSets:
    size = len(estimates)
    # Entries of equal value share a place, so that nothing depends on the order in which they are given.
    levels, place = np.unique(-estimates.values, return_inverse=True)
    above = np.zeros(size, dtype=np.int64)
    below = np.zeros(size, dtype=np.int64)
    next_apart = np.full(len(levels), len(levels), dtype=np.int64)
    for rows in _blocks(size):
        separated = rows_of(rows)
        below[rows] = separated.sum(axis=1)
        above += separated.sum(axis=0)
        first = np.where(separated, place[None, :], len(levels)).min(axis=1, initial=len(levels))
        np.minimum.at(next_apart, place[rows], first)
    return RankSets(
        lowest=(1 + above).tolist(),
        highest=(size - below).tolist(),
        groups=_groups(next_apart.tolist(), place.tolist()),
        method=method,
    )


def _blocks(size: int) -> Iterator[slice]:
    rows = max(1, (1 << 21) // max(size, 1))
    return (slice(start, min(start + rows, size)) for start in range(0, size, rows))


def _groups(next_apart: list[int], place: Sequence[int]) -> list[tuple[int, int]]:
    """Number the longest runs of places in which no two entries are apart; `place` is the one of each entry."""
    size = len(next_apart)
    ends = [size] * (size + 1)
    for position in reversed(range(size)):
        ends[position] = min(next_apart[position], ends[position + 1])
    # A run starts where the run of the place before ends earlier; the others lie within the run before.
    starts = [position for position in range(size) if position == 0 or ends[position] > ends[position - 1]]
    run_ends = [ends[start] for start in starts]
    return [(bisect_right(run_ends, own) + 1, bisect_right(starts, own)) for own in place]


_BONFERRONI: Final[Mapping[Fraction, Sequence[float]]] = {
    Fraction(1, 20): (
        1.9599639845400545, 2.63825727347675, 3.1237346303238445, 3.5292960888347764, 3.888642560689736,
        4.216597688824974, 4.521111588928947, 4.807033572102113, 5.0776080044984875, 5.335159408977503,
        5.5814402134111045, 5.817822388286361, 6.045410779535861, 6.265114412097442, 6.477693818643535,
        6.683793904933063, 6.883967634443594, 7.078693617528282, 7.268389494458946, 7.453422320844369,
    ),
    Fraction(1, 10): (
        1.6448536269514729, 2.3939797998185095, 2.913726318334338, 3.341478956038596, 3.7169868870513265,
        4.0574888971808765, 4.372145480091865, 4.666500735633276, 4.944235505388041, 5.207966570591508,
        5.459651497301813, 5.700811542401792, 5.932663345778379, 6.156201623088375, 6.3722538783739555,
        6.581518231608578, 6.784590538638758, 6.981984418764567, 7.17414640595549, 7.361467640384177,
    ),
}  # fmt: skip
"""Level → z(1 - level / (2·pairs)) for 2¹, 2², … 2²⁰ entries."""
