"""The score matrix of one metric: entries × items, trials reduced once, absences decided by the metric's policy."""

import math
from collections.abc import Sequence
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from proofboard.core.composites import bounds_of, worst_value
from proofboard.core.exact import SAFE_SUM, Integers, largest_of
from proofboard.core.grading import FAILED, STAGES, ItemScores
from proofboard.errors import fault
from proofboard.schemas.benchmark import Metric

SCORED, DROPPED, NULL, FAILURE = range(4)
"""What a cell is: a number; left out of the mean; unknown, which makes the mean unknown; failed by the platform."""

NO_VALUE: Final = np.iinfo(np.int64).min
ANSWER: Final = STAGES.index("answer")


class ScoreMatrix(msgspec.Struct, frozen=True, eq=False):
    """Item scores of all entries in one metric; row j holds integers over `denominators[j]`."""

    values: Integers
    """int64[entries, items]; 0 where the state is not SCORED."""
    states: NDArray[np.uint8]
    denominators: Sequence[int]


class _Row(msgspec.Struct, frozen=True, eq=False):
    values: Integers
    states: NDArray[np.uint8]
    denominator: int


def score_matrix(
    entries: Sequence[tuple[ItemScores, int]], metric_id: str, metric: Metric, n_items: int
) -> ScoreMatrix:
    """Reduce the trials of every entry; `entries` pairs item scores with the number of trials declared."""
    rows = [_reduce(scores, metric_id, metric, n_items, trials) for scores, trials in entries]
    return ScoreMatrix(
        values=np.stack([row.values for row in rows]) if rows else np.zeros((0, n_items), dtype=np.int64),
        states=np.stack([row.states for row in rows]) if rows else np.zeros((0, n_items), dtype=np.uint8),
        denominators=[row.denominator for row in rows],
    )


def _reduce(scores: ItemScores, metric_id: str, metric: Metric, n_items: int, trials: int) -> _Row:
    cells, failed = trial_cells(scores, metric_id, metric, (n_items, trials))
    absent = cells == NO_VALUE
    states = np.where(failed, FAILURE, np.where(_incomplete(absent, metric), _state_of_absent(metric), SCORED))
    values, denominator = _over_trials(cells, ~absent, states == SCORED, metric)
    return _Row(values, states.astype(np.uint8), denominator)


def trial_cells(
    scores: ItemScores, metric_id: str, metric: Metric, shape: tuple[int, int]
) -> tuple[Integers, NDArray[np.bool_]]:
    """Spread the answers of one entry over int64[items, trials]; also say for which items the platform failed.

    An absent trial is NO_VALUE, unless the metric counts it as the worst one.
    """
    cells = np.full(shape, NO_VALUE, dtype=np.int64)
    answers = scores.stage == ANSWER
    column = np.array([NO_VALUE if value is None else value for value in scores.values[metric_id]], dtype=np.int64)
    cells[scores.item[answers], scores.trial[answers]] = column[answers]
    failed = np.zeros(len(cells), dtype=np.bool_)
    failed[scores.item[answers & (scores.state == FAILED)]] = True
    if metric.missing == "worst":
        cells[cells == NO_VALUE] = worst_value(metric)
    return cells, failed


def _incomplete(absent: NDArray[np.bool_], metric: Metric) -> NDArray[np.bool_]:
    # Dropping leaves out single trials; an item goes only when too few are left. Sets of k trials need k of them.
    too_few = (~absent).sum(axis=1) < (1 if metric.trials == "mean" else metric.k)
    return np.asarray(too_few if metric.missing == "drop" else too_few | absent.any(axis=1))


def _state_of_absent(metric: Metric) -> int:
    return DROPPED if metric.missing == "drop" else NULL


def _over_trials(
    cells: Integers, present: NDArray[np.bool_], scored: NDArray[np.bool_], metric: Metric
) -> tuple[Integers, int]:
    """Reduce the trials that are present to one integer for each scored item, all over one denominator."""
    mean = metric.trials == "mean"
    counts = np.where(scored, present.sum(axis=1), 0).tolist()
    # What an item's sum is divided by: the number of its trials, or of their sets of k.
    parts = {count: count if mean else math.comb(count, metric.k) for count in set(counts) if count}
    common = math.lcm(*parts.values())
    kept = np.where(present, cells, 0)
    # No value is larger than its trials' scores or sets, each brought to the common multiple.
    largest = largest_of(kept) * kept.shape[1] if mean else 1
    if largest * common >= SAFE_SUM:
        raise fault("trials", f"the entry's trials cannot be counted exactly (common multiple {common}); declare fewer")
    if mean:
        totals = kept.sum(axis=1)
    else:
        passed = ((kept == bounds_of(metric)[1]) & present).sum(axis=1).tolist()
        ways = [_ways(metric, own, count) if count else 0 for own, count in zip(passed, counts, strict=True)]
        totals = np.array(ways, dtype=np.int64)
    factors = np.array([common // parts[count] if count else 0 for count in counts], dtype=np.int64)
    return totals * factors, (metric.denominator if mean else 1) * common


def _ways(metric: Metric, passed: int, trials: int) -> int:
    """Count the k-subsets of the trials that pass: any of them (pass@k) or all of them (pass^k)."""
    if metric.trials == "pass_hat_k":
        return math.comb(passed, metric.k)
    return math.comb(trials, metric.k) - math.comb(trials - passed, metric.k)
