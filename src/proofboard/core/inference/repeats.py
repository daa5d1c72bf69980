"""Repeated trials: how much of a score's variance lies between items and how much within them.

More trials of each item make only the second part smaller: Var(mean) = (between + within/K)/n with n items of K trials,
the items independent of each other (Miller 2024, arXiv 2411.00640). Trials are never counted as items.
"""

from fractions import Fraction

import msgspec

from proofboard.core.aggregates import leaf_of
from proofboard.core.board import Group, why_unscored
from proofboard.core.exact import FEWEST_FOR_SPREAD, SAFE_SUM, Integers, largest_of
from proofboard.core.matrix import NO_VALUE, SCORED, trial_cells


class VarianceSplit(msgspec.Struct, frozen=True):
    """The variance of item scores in two parts, exact."""

    between: Fraction
    """The variance of the items' true means. What is estimated can be negative by chance; then this is 0."""
    within: Fraction
    """The variance of single trials of one item, averaged over the items."""
    trials: int
    items: int

    def variance_of_mean(self, trials: int | None = None) -> Fraction:
        """Return the variance of the mean score, with as many trials as there are or with another number of them."""
        return (self.between + self.within / (trials or self.trials)) / self.items


def variance_split(values: Integers, denominator: int) -> VarianceSplit | str:
    """Split the variance of int64[items, trials] over a denominator; a reason with one trial or one item.

    Within is the mean of the items' sample variances, between the sample variance of the items' means less within/K:
    both without bias, but for cutting the second at 0.
    """
    items, trials = values.shape
    if trials < FEWEST_FOR_SPREAD:
        return "no split: one trial of each item says nothing about repeating it"
    if items < FEWEST_FOR_SPREAD:
        return f"no split: {items} items, at least {FEWEST_FOR_SPREAD} are needed"
    largest = largest_of(values) * trials
    exact = values if largest * largest * items < SAFE_SUM else values.astype(object)
    sums = exact.sum(axis=1)
    squares, squared_sums, total = int((exact * exact).sum()), int((sums * sums).sum()), int(sums.sum())
    grid = denominator * denominator
    within = Fraction(trials * squares - squared_sums, items * trials * (trials - 1) * grid)
    of_means = Fraction(items * squared_sums - total * total, items * (items - 1) * trials * trials * grid)
    return VarianceSplit(max(Fraction(0), of_means - within / trials), within, trials, items)


def split_of(group: Group, entry: int) -> VarianceSplit | str:
    """Split the variance of an entry's headline, where that is one plain mean over items; otherwise say why not."""
    scoring = group.scoring
    headline = scoring.benchmark.headline
    leaf = leaf_of(scoring.benchmark, headline)
    if leaf is None:
        return "no split: the headline is not the mean of one metric"
    metric = scoring.benchmark.metrics[leaf.metric]
    if metric.trials != "mean":
        return "no split: the metric counts sets of trials and takes no mean over them"
    if scoring.scores(headline, group.overall)[entry] is None:
        return f"no split: {why_unscored(group, headline, entry)}"
    bundle = group.entries[entry].public
    cells, _ = trial_cells(bundle.scores, leaf.metric, metric, (len(scoring.table), bundle.manifest.trials))
    scored = scoring.mask(leaf) & group.overall.mask & (scoring.matrices[leaf.metric].states[entry] == SCORED)
    if len(set(scoring.table.weights[scored].tolist())) > 1:
        return "no split: the items have different weights"
    if (cells[scored] == NO_VALUE).any():
        return f"no split: not every item has all {bundle.manifest.trials} trials"
    return variance_split(cells[scored], metric.denominator)
