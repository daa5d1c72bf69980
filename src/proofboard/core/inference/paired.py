"""Two entries item by item: how far apart they are, whether chance explains it, and how many items decide.

Source: paired and clustered standard errors as in Miller (2024, arXiv 2411.00640). A difference is A − B in the units
of the metric, whatever its direction; `better` says who is ahead.
"""

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import Final, Literal

import msgspec
import numpy as np
from numpy.typing import NDArray

from proofboard.core.aggregates import Scoring, higher_is_better, is_relative, leaf_of, leaves_of
from proofboard.core.estimate import range_of
from proofboard.core.exact import Exact, Integers, times
from proofboard.core.inference.significance import mcnemar, t_p_value
from proofboard.core.intervals import FEWEST_CLUSTERS, POWER_CONSTANT, around, combined_error
from proofboard.core.matrix import DROPPED, FAILURE, NULL, SCORED
from proofboard.core.slices import Mask, Slice
from proofboard.schemas.benchmark import Mean

Side = Literal["A", "B"]
NAMES: Final = ("A", "B")

EXACT_TEST: Final = "exact McNemar"
CLUSTERED: Final = "paired clustered t"
Method = Literal["exact McNemar", "paired clustered t"]


class Verdicts(msgspec.Struct, frozen=True):
    """Where only one of two entries passes, for metrics that know pass and fail only."""

    only_a: int
    only_b: int
    p_value: Fraction
    """McNemar's exact test, two-sided; it takes the items as independent and as of equal weight."""


class Paired(msgspec.Struct, frozen=True, kw_only=True):
    """What the items that both entries have a score on say of their difference."""

    n_items: int
    n_clusters: int
    left_out: int
    """Items of the slice that a metric drops for one of the two: they enter neither score here."""
    absent: Sequence[str] = ()
    """Parts of an aggregate that one of the two has no score in: left out for both."""
    reason: str | None = None
    """Why there is no difference; everything below is None then."""
    score_a: Exact = None
    score_b: Exact = None
    difference: Exact = None
    """A − B."""
    better: Side | None = None
    """Who is ahead; None where the scores are equal."""
    standard_error: float | None = None
    """None where all clusters differ alike: without spread the error is unknown, not zero."""
    interval: tuple[float, float] | None = None
    """95 %, by `method`; None with fewer than 10 clusters."""
    method: Literal["paired clustered t"] | None = None
    verdicts: Verdicts | None = None
    p_value: Fraction | None = None
    """Two-sided: McNemar's exact one for verdicts on independent items, otherwise that of the clustered t."""
    p_method: Method | None = None
    deciding_items: int | None = None
    """The fewest items that take the lead away: see `deciding`."""
    deciding_clusters: int | None = None
    """The same in whole clusters."""
    disagreement: Exact = None
    """The share of the items on which the two differ."""
    detectable: float | None = None
    """The true difference that such a comparison finds with 80 % power."""


class _Part(msgspec.Struct, frozen=True, eq=False):
    """One mean of an aggregate over the items that both entries have a score on."""

    coefficient: Fraction
    leaf: Mean
    shared: Mask
    left_out: Mask


class _Sum(msgspec.Struct, frozen=True, eq=False):
    """The differences of one mean on the items of a comparison, integers over a denominator; weight 0 is no item."""

    coefficient: Fraction
    values: Integers
    weights: Integers
    denominator: int


def compare_pair(scoring: Scoring, name: str, part: Slice, a: int, b: int, names: tuple[str, str] = NAMES) -> Paired:
    """Compare entries `a` and `b` in a metric or aggregate on a slice; `names` is what a reason calls them."""
    if reason := _why_not(scoring, name, part, (a, b), names):
        return Paired(n_items=0, n_clusters=0, left_out=0, reason=reason)
    absent: list[str] = []
    parts = _parts(scoring, name, part, (a, b), absent)
    if not parts:
        unknown = _unknown(scoring, name, part, (a, b), names)
        return Paired(n_items=0, n_clusters=0, left_out=0, absent=absent, reason=unknown)
    used: Mask = np.logical_or.reduce([own.shared for own in parts])
    sums = [_sum_of(scoring, own, used, a, b) for own in parts]
    left_out = int(np.logical_or.reduce([own.left_out for own in parts]).sum())
    return _compared(scoring, name, (parts, sums), scoring.table.clusters[used], (a, b), (left_out, absent))


def _why_not(scoring: Scoring, name: str, part: Slice, pair: tuple[int, int], names: tuple[str, str]) -> str | None:
    if is_relative(scoring.benchmark, name):
        return f"{name} is made of points by rank, which depend on all entries; compare the metrics that it ranks"
    failed = [_items(scoring, name, part, own, FAILURE) for own in pair]
    said = [f"{count} {_of(count)} {called}" for count, called in zip(failed, names, strict=True) if count]
    return f"the platform failed on {' and '.join(said)}; answer them first" if said else None


def _unknown(scoring: Scoring, name: str, part: Slice, pair: tuple[int, int], names: tuple[str, str]) -> str:
    counts = [_items(scoring, name, part, own, NULL) for own in pair]
    said = [f"{count} {_of(count)} {called}" for count, called in zip(counts, names, strict=True) if count]
    return f"there is no verdict on {' and '.join(said)}" if said else "no item has a score of both"


def _of(count: int) -> str:
    return "item of" if count == 1 else "items of"


def _items(scoring: Scoring, name: str, part: Slice, entry: int, state: int) -> int:
    """Count the items on which an entry has some state in any metric of an aggregate."""
    found = np.zeros(len(scoring.table), dtype=np.bool_)
    for leaf in leaves_of(scoring.benchmark, name):
        found |= scoring.mask(leaf) & part.mask & (scoring.matrices[leaf.metric].states[entry] == state)
    return int(found.sum())


def _parts(scoring: Scoring, name: str, part: Slice, pair: tuple[int, int], absent: list[str]) -> list[_Part]:
    """Flatten an aggregate into the means that both entries have; empty where one has no number."""
    leaf = leaf_of(scoring.benchmark, name)
    if leaf:
        return _mean_of_both(scoring, leaf, part, pair)
    rule = scoring.benchmark.aggregates[name].weighted
    if rule is None:
        return []
    inside = [child for child in rule.children if scoring.has_items(child, part)]
    found = {child: _parts(scoring, child, part, pair, absent) for child in inside}
    missing = [child for child, own in found.items() if not own]
    absent += missing
    if rule.missing == "null" and missing:
        return []
    total = sum(rule.children[child] for child, own in found.items() if own)
    return [
        msgspec.structs.replace(own, coefficient=own.coefficient * rule.children[child] / total)
        for child, parts in found.items()
        for own in parts
    ]


def _mean_of_both(scoring: Scoring, leaf: Mean, part: Slice, pair: tuple[int, int]) -> list[_Part]:
    mask = scoring.mask(leaf) & part.mask
    states = scoring.matrices[leaf.metric].states[list(pair)]
    shared: Mask = mask & (states == SCORED).all(axis=0)
    known = not ((states == NULL) | (states == FAILURE))[:, mask].any()
    left_out: Mask = mask & (states == DROPPED).any(axis=0)
    return [_Part(Fraction(1), leaf, shared, left_out)] if known and shared.any() else []


def _sum_of(scoring: Scoring, own: _Part, used: Mask, a: int, b: int) -> _Sum:
    matrix = scoring.matrices[own.leaf.metric]
    common = math.lcm(matrix.denominators[a], matrix.denominators[b])
    shared = own.shared[used]
    one, other = (
        times(np.where(shared, matrix.values[j][used], 0), np.array([common // matrix.denominators[j]])) for j in (a, b)
    )
    weights = np.where(shared, scoring.table.weights[used], 0)
    return _Sum(own.coefficient, one - other, weights, common)


def _compared(
    scoring: Scoring,
    name: str,
    measured: tuple[list[_Part], list[_Sum]],
    clusters: NDArray[np.int64],
    pair: tuple[int, int],
    without: tuple[int, list[str]],
) -> Paired:
    parts, sums = measured
    n_items, n_clusters = len(clusters), len(set(clusters.tolist()))
    score_a, score_b = (_score(scoring, parts, own) for own in pair)
    difference = score_a - score_b
    added = contributions(sums)
    error = combined_error([(own.coefficient, own.values, own.weights, own.denominator) for own in sums], clusters)
    verdicts = _verdicts(scoring, parts, sums, pair)
    widest = sum((own.coefficient * _width(scoring, own.leaf) for own in parts), Fraction(0))
    interval = around(float(difference), error, n_clusters, (-widest, widest)) if error else None
    independent = n_clusters == n_items and len(set(sums[0].weights.tolist())) == 1
    statistic = float(difference) / error if error else None
    p_value, p_method = _p_value(verdicts if independent else None, statistic, n_clusters, identical=not any(added))
    return Paired(
        n_items=n_items,
        n_clusters=n_clusters,
        left_out=without[0],
        absent=without[1],
        score_a=score_a,
        score_b=score_b,
        difference=difference,
        better=_better(difference, higher_first=higher_is_better(scoring.benchmark, name)),
        standard_error=error or None,
        interval=interval,
        method=CLUSTERED if interval else None,
        verdicts=verdicts,
        p_value=p_value,
        p_method=p_method,
        deciding_items=deciding(added),
        deciding_clusters=deciding(_by_cluster(added, clusters)),
        disagreement=Fraction(sum(1 for own in added if own), n_items),
        detectable=float(POWER_CONSTANT) * error if error else None,
    )


def _score(scoring: Scoring, parts: Sequence[_Part], entry: int) -> Fraction:
    """Return an entry's score over the items that are shared."""
    total = Fraction(0)
    for own in parts:
        matrix = scoring.matrices[own.leaf.metric]
        weights = scoring.table.weights[own.shared]
        added = sum(times(matrix.values[entry][own.shared], weights).tolist())
        total += own.coefficient * Fraction(added, int(weights.sum()) * matrix.denominators[entry])
    return total


def _width(scoring: Scoring, leaf: Mean) -> int:
    low, high = range_of(scoring, leaf)
    return high - low


def _verdicts(scoring: Scoring, parts: Sequence[_Part], sums: Sequence[_Sum], pair: tuple[int, int]) -> Verdicts | None:
    """Count who passes alone, where an item can only be passed or failed."""
    leaf = parts[0].leaf
    denominators = scoring.matrices[leaf.metric].denominators
    if len(parts) > 1 or {denominators[own] for own in pair} != {1} or _width(scoring, leaf) != 1:
        return None
    above, below = int((sums[0].values > 0).sum()), int((sums[0].values < 0).sum())
    only_a, only_b = (above, below) if higher_is_better(scoring.benchmark, leaf.metric) else (below, above)
    return Verdicts(only_a, only_b, mcnemar(only_a, only_b))


def _better(difference: Fraction, *, higher_first: bool) -> Side | None:
    return None if not difference else "A" if (difference > 0) == higher_first else "B"


def _p_value(
    verdicts: Verdicts | None, statistic: float | None, n_clusters: int, *, identical: bool
) -> tuple[Fraction | None, Method | None]:
    if verdicts:
        return verdicts.p_value, EXACT_TEST
    if identical:
        return Fraction(1), CLUSTERED
    if statistic is None or n_clusters < FEWEST_CLUSTERS:
        return None, None
    return t_p_value(statistic, n_clusters - 1), CLUSTERED


def contributions(sums: Sequence[_Sum]) -> list[int]:
    """Return what each item adds to the difference, as integers over one common denominator."""
    scales = [own.coefficient / (int(own.weights.sum()) * own.denominator) for own in sums]
    common = math.lcm(*(scale.denominator for scale in scales))
    columns = [
        [value * factor for value in times(own.values, own.weights).tolist()]
        for own, factor in zip(sums, (int(scale * common) for scale in scales), strict=True)
    ]
    return [sum(row) for row in zip(*columns, strict=True)]


def deciding(added: Sequence[int]) -> int:
    """Return the fewest contributions to a sum that must become 0 for its lead over 0 to be gone; 0 without a lead.

    Taking the largest first is best: whichever k are taken, at least the sum less its k largest is left. In a plain
    mean an item that both do equally well on and one that is removed are the same, because only the sign of the sum
    counts; in a sum of means the first is meant, so that the other items keep their weights.
    """
    lead = sum(added)
    left = abs(lead)
    largest = sorted(added if lead > 0 else [-value for value in added], reverse=True)
    taken = 0
    while left > 0:
        left -= largest[taken]
        taken += 1
    return taken


def _by_cluster(added: Sequence[int], clusters: NDArray[np.int64]) -> list[int]:
    sums: dict[int, int] = {}
    for code, value in zip(clusters.tolist(), added, strict=True):
        sums[code] = sums.get(code, 0) + value
    return list(sums.values())
