"""How sure a score is: its interval and standard error, by the method that fits the statistic."""

from collections.abc import Iterator
from fractions import Fraction
from typing import Literal

import msgspec
import numpy as np

from proofboard.core.aggregates import Scoring, is_relative, leaf_of
from proofboard.core.exact import Integers
from proofboard.core.intervals import Bounds, around, clustered_error, combined_error, wilson
from proofboard.core.matrix import SCORED
from proofboard.core.slices import Mask, Slice
from proofboard.schemas.benchmark import Mean


class Estimate(msgspec.Struct, frozen=True):
    """An interval of the very statistic it stands beside, or nothing."""

    interval: tuple[float, float] | None = None
    standard_error: float | None = None
    method: Literal["wilson", "clustered t"] | None = None


def estimate(scoring: Scoring, name: str, part: Slice, entry: int) -> Estimate:
    """Estimate the uncertainty of one entry's score: Wilson for plain rates, clustered errors for the rest."""
    score = scoring.scores(name, part)[entry]
    if score is None:
        return Estimate()
    if is_relative(scoring.benchmark, name):
        return Estimate()
    parts = list(coefficients(scoring, name, part, entry))
    if len(parts) == 1:
        return _of_mean(scoring, parts[0][1], part, entry, score)
    return _of_sum(scoring, parts, part, entry, score)


def _of_mean(scoring: Scoring, leaf: Mean, part: Slice, entry: int, score: Fraction) -> Estimate:
    matrix = scoring.matrices[leaf.metric]
    mask = _scored(scoring, leaf, part, entry)
    clusters = scoring.table.clusters[mask]
    n, n_clusters = int(mask.sum()), len(set(clusters.tolist()))
    weights = scoring.table.weights[mask]
    rate = matrix.denominators[entry] == 1 and range_of(scoring, leaf) == (0, 1)
    if rate and n_clusters == n and int(weights.max()) == 1:
        return Estimate(wilson(float(score), n), None, "wilson")
    error = clustered_error(matrix.values[entry][mask], weights, clusters, matrix.denominators[entry])
    return _with_error(score, error, n_clusters, range_of(scoring, leaf))


def _of_sum(scoring: Scoring, parts: list[tuple[Fraction, Mean]], part: Slice, entry: int, score: Fraction) -> Estimate:
    rows: list[tuple[Fraction, Integers, Integers, int]] = []
    used = np.zeros(len(scoring.table), dtype=np.bool_)
    for coefficient, leaf in parts:
        mask = _scored(scoring, leaf, part, entry)
        matrix = scoring.matrices[leaf.metric]
        weights = np.where(mask, scoring.table.weights, 0)
        rows.append((coefficient, matrix.values[entry], weights, matrix.denominators[entry]))
        used |= mask
    error = combined_error(rows, scoring.table.clusters)
    ranges = [(coefficient, range_of(scoring, leaf)) for coefficient, leaf in parts]
    bounds = (sum(factor * low for factor, (low, _) in ranges), sum(factor * high for factor, (_, high) in ranges))
    return _with_error(score, error, len(set(scoring.table.clusters[used].tolist())), bounds)


def range_of(scoring: Scoring, leaf: Mean) -> tuple[int, int]:
    """Return what a mean can be: its metric's range, or a share where the sets of trials that pass are counted."""
    metric = scoring.benchmark.metrics[leaf.metric]
    return metric.range if metric.trials == "mean" else (0, 1)


def _with_error(score: Fraction, error: float | None, n_clusters: int, bounds: Bounds) -> Estimate:
    if error is None:
        return Estimate()
    # Without any spread nothing is known about it: an interval of no width would claim certainty.
    interval = around(float(score), error, n_clusters, bounds) if error else None
    return Estimate(interval, error, "clustered t" if interval else None)


def _scored(scoring: Scoring, leaf: Mean, part: Slice, entry: int) -> Mask:
    scored: Mask = scoring.matrices[leaf.metric].states[entry] == SCORED
    return scoring.mask(leaf) & part.mask & scored


def coefficients(
    scoring: Scoring, name: str, part: Slice, entry: int, factor: Fraction = Fraction(1)
) -> Iterator[tuple[Fraction, Mean]]:
    """Flatten a tree into its means with their weights for one entry; points by rank have no such form."""
    leaf = leaf_of(scoring.benchmark, name)
    if leaf:
        yield factor, leaf
        return
    rule = scoring.benchmark.aggregates[name].weighted
    if rule is None:
        return
    # By name: in a benchmark's own file they stand as their owner wrote them, in the published one sorted.
    present = [child for child in sorted(rule.children) if scoring.scores(child, part)[entry] is not None]
    total = sum(rule.children[child] for child in present)
    for child in present:
        yield from coefficients(scoring, child, part, entry, factor * rule.children[child] / total)
