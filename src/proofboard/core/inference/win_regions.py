"""Win regions: the slices on which a configuration beats its vendor's default beyond chance.

All configurations and slices of a vendor are one family: Romano and Wolf (2005), step-down maxima over resamples that
flip the sign of each cluster's whole vector of differences, which keeps what configurations and slices share. The
statistic is the sum of the clusters' differences over the root of their squares. Flips leave that root alone, it is
never zero beside a difference, and where nothing differs the statistic is 0 and nothing is claimed.
"""

from collections.abc import Sequence
from fractions import Fraction
from itertools import groupby
from typing import Final, Literal

import msgspec
import numpy as np
from numpy.typing import NDArray

from proofboard.core.aggregates import Scoring, higher_is_better, leaves_of
from proofboard.core.exact import Integers
from proofboard.core.inference.contributions import contributions
from proofboard.core.inference.estimates import Reals, integer_product
from proofboard.core.inference.resampling import RESAMPLES, comparable, critical_value, p_value, signs
from proofboard.core.slices import Slice

LEVEL: Final = Fraction(1, 20)
FEWEST_FRESH: Final = 30
"""A region is confirmed on at least so many items that came after its configuration."""
LARGEST_FAMILY: Final = 5_000
"""Hypotheses of one vendor that are tested together; more would take minutes and find nothing."""

Verdict = Literal["win", "no evidence", "loss"]


class Hypothesis(msgspec.Struct, frozen=True, eq=False):
    """An entry against its vendor's default on one slice."""

    entry: int
    part: Slice
    n_items: int
    difference: Fraction
    """Exact; positive is better than the default, whatever the direction of the metric."""
    sums: Integers
    """int64[C]: what each cluster adds to the difference, in integers of their own scale."""
    scale: Fraction
    clusters: NDArray[np.int64]


class Finding(msgspec.Struct, frozen=True):
    """What a test found: beyond chance better, worse, or neither."""

    verdict: Verdict
    lower_bound: float
    """The simultaneous 95 % lower bound of the difference; what is claimed, instead of the difference itself."""
    p_win: Fraction
    p_loss: Fraction


def hypotheses(
    scoring: Scoring, name: str, parts: Sequence[Slice], pairs: Sequence[tuple[int, int]], fewest: int
) -> list[Hypothesis]:
    """Pair entries with their defaults on every slice of at least so many measured items, all answered by both.

    `pairs` are (entry, default). Slices with fewer items make no hypothesis, and cost the others nothing.
    """
    chosen = sorted({j for pair in pairs for j in pair})
    place = {j: row for row, j in enumerate(chosen)}
    better = 1 if higher_is_better(scoring.benchmark, name) else -1
    measured = np.logical_or.reduce([scoring.mask(leaf) for leaf in leaves_of(scoring.benchmark, name)])
    found: list[Hypothesis] = []
    for part in parts:
        n_items = int((part.mask & measured).sum())
        if n_items < fewest:
            continue
        own, scores = contributions(scoring, name, part, chosen), scoring.scores(name, part)
        for entry, default in pairs:
            one, other = scores[entry], scores[default]
            if one is None or other is None or not (own.complete[place[entry]] and own.complete[place[default]]):
                continue
            sums = own.sums[place[entry]] - own.sums[place[default]]
            found.append(Hypothesis(entry, part, n_items, better * (one - other), sums, own.scale, own.clusters))
    return found


def findings_of(family: Sequence[Hypothesis], seed: int, resamples: int = RESAMPLES) -> list[Finding]:
    """Test all hypotheses of a family together: the chance of any false win is at most 5 %, and of any false loss."""
    if not family:
        return []
    observed, errors, drawn = _studentised(family, seed, resamples)
    wins, losses = adjusted(observed, drawn), adjusted(-observed, -drawn)
    critical = critical_value(drawn.max(axis=0), LEVEL)
    return [
        Finding(
            verdict="win" if p_win <= LEVEL else "loss" if p_loss <= LEVEL else "no evidence",
            # Where only the step-down rejects, the difference is known to be above 0 and nothing more.
            lower_bound=_lower_bound(own, critical * error if error else 0.0, won=p_win <= LEVEL),
            p_win=p_win,
            p_loss=p_loss,
        )
        for own, error, p_win, p_loss in zip(family, errors.tolist(), wins, losses, strict=True)
    ]


def _lower_bound(own: Hypothesis, margin: float, *, won: bool) -> float:
    bound = float(own.difference) - margin / float(own.scale)
    return max(0.0, bound) if won else bound


def adjusted(observed: Reals, drawn: Reals) -> list[Fraction]:
    """Return the step-down p-values of statistics, against resampled ones: float64[H], float64[H, resamples]."""
    order = np.argsort(-observed, kind="stable")
    reached = np.empty(len(order), dtype=np.int64)
    # The largest of a hypothesis and all that come after it: those before are taken to be rejected.
    largest = np.full(drawn.shape[1], -np.inf)
    for place in order[::-1].tolist():
        np.maximum(largest, drawn[place], out=largest)
        reached[place] = np.count_nonzero(largest >= observed[place])
    reached[order] = np.maximum.accumulate(reached[order])
    return [p_value(count, drawn.shape[1]) for count in reached.tolist()]


def _studentised(family: Sequence[Hypothesis], seed: int, resamples: int) -> tuple[Reals, Reals, Reals]:
    """Return statistics, their errors in integers, and the statistics of every resample."""
    codes = np.unique(np.concatenate([own.clusters for own in family]))
    flips = signs(seed, resamples, len(codes)).T
    errors = np.sqrt(np.array([(own.sums * own.sums).sum() for own in family], dtype=np.float64))
    inverse = np.divide(1.0, errors, out=np.zeros_like(errors), where=errors > 0)
    observed = np.array([own.sums.sum() for own in family]) * inverse
    drawn = np.empty((len(family), resamples))
    # Neighbours in a family mostly are of one slice: one product for all of them, over its own clusters only.
    for _, members in groupby(range(len(family)), key=lambda row: family[row].clusters.tobytes()):
        rows = list(members)
        own_flips = flips[np.searchsorted(codes, family[rows[0]].clusters)]
        drawn[rows] = integer_product(np.stack([family[row].sums for row in rows]), own_flips)
    drawn *= inverse[:, None]
    return comparable(observed), errors, comparable(drawn)
