"""The aggregate tree: from score matrices to one exact number for each entry and slice."""

from collections.abc import Mapping, Sequence
from fractions import Fraction

import numpy as np

from proofboard import canonical
from proofboard.core.exact import Exact, sums_over, times
from proofboard.core.items import ItemTable
from proofboard.core.matrix import FAILURE, NULL, SCORED, ScoreMatrix
from proofboard.core.rules.benchmark import parts_of_aggregate
from proofboard.core.slices import Mask, Slice, mask_of
from proofboard.schemas.benchmark import Aggregate, Benchmark, Mean, WeightedMean

Row = list[Exact]
"""One exact number (or None) for each entry."""


class Scoring:
    """Exact scores of all entries: any aggregate on any slice, each mean taken once and kept."""

    def __init__(self, benchmark: Benchmark, table: ItemTable, matrices: Mapping[str, ScoreMatrix]) -> None:
        """Hold one matrix for each metric."""
        self.benchmark = benchmark
        self.table = table
        self.matrices = matrices
        self.n_entries = len(next(iter(matrices.values())).denominators) if matrices else 0
        self._kept: dict[tuple[str, str, int], Row] = {}
        self._masks: dict[bytes, Mask] = {}
        self._failing = {name for name, matrix in matrices.items() if (matrix.states == FAILURE).any()}

    def mask(self, leaf: Mean) -> Mask:
        """Return the items that a mean is taken over, found once."""
        key = canonical.dump(leaf.slice)
        if key not in self._masks:
            self._masks[key] = mask_of(self.table, leaf.slice)
        return self._masks[key]

    def scores(self, name: str, part: Slice) -> Row:
        """Return the exact scores of a metric or aggregate on a slice, one for each entry."""
        key = _key(name, part)
        if key not in self._kept:
            self._kept[key] = self._evaluate(name, part)
        return self._kept[key]

    def prepare(self, name: str, parts: Sequence[Slice]) -> None:
        """Take a plain mean over many slices in one product, which is much faster than one by one."""
        leaf = leaf_of(self.benchmark, name)
        if leaf:
            own = self.mask(leaf)
            rows = means(self.matrices[leaf.metric], self.table, [own & part.mask for part in parts])
            self._kept.update({_key(name, part): row for part, row in zip(parts, rows, strict=True)})

    def _evaluate(self, name: str, part: Slice) -> Row:
        leaf = leaf_of(self.benchmark, name)
        if leaf:
            mask = self.mask(leaf) & part.mask
            return means(self.matrices[leaf.metric], self.table, [mask])[0]
        aggregate = self.benchmark.aggregates[name]
        # A failed part may not be left out like one that is absent: calling the hard part failed would win.
        failed = self.failed(name, part)
        names: Sequence[str] = parts_of_aggregate(aggregate)
        if aggregate.weighted:
            # A slice without any item of a child is no absence: it is the mean of the others.
            names = [child for child in names if self.has_items(child, part)]
        rows = {
            child: [None if failed[j] else score for j, score in enumerate(self.scores(child, part))] for child in names
        }
        if aggregate.weighted:
            return [_weighted(aggregate.weighted, {c: row[j] for c, row in rows.items()}) for j in self._entries()]
        counted = [rows[child] for child in _counted(aggregate)]
        return _borda([rows[child] for child in _borda_children(aggregate)], self._descending(aggregate), counted)

    def has_items(self, name: str, part: Slice) -> bool:
        """Say whether a slice has any item that enters a metric or aggregate."""
        return any(bool((self.mask(leaf) & part.mask).any()) for leaf in leaves_of(self.benchmark, name))

    def failed(self, name: str, part: Slice) -> list[bool]:
        """Say for each entry whether the platform failed on an item that enters an aggregate."""
        failed = np.zeros(self.n_entries, dtype=np.bool_)
        for leaf in leaves_of(self.benchmark, name):
            if leaf.metric in self._failing:
                failed |= (self.matrices[leaf.metric].states[:, self.mask(leaf) & part.mask] == FAILURE).any(axis=1)
        return [bool(own) for own in failed]

    def _entries(self) -> range:
        return range(self.n_entries)

    def _descending(self, aggregate: Aggregate) -> list[bool]:
        return [higher_is_better(self.benchmark, child) for child in _borda_children(aggregate)]


def _borda_children(aggregate: Aggregate) -> Sequence[str]:
    return aggregate.borda.children if aggregate.borda else ()


def _key(name: str, part: Slice) -> tuple[str, str, int]:
    # The items decide: the name of a slice is for people, and two of one name need not be the same.
    return name, part.name, hash(part.mask.tobytes())


def _counted(aggregate: Aggregate) -> Sequence[str]:
    return (aggregate.borda.counted or aggregate.borda.children) if aggregate.borda else ()


def leaf_of(benchmark: Benchmark, name: str) -> Mean | None:
    """Return the mean that a name stands for: a metric is the mean of itself over all items."""
    if name in benchmark.metrics:
        return Mean(metric=name)
    return benchmark.aggregates[name].mean


def leaves_of(benchmark: Benchmark, name: str) -> list[Mean]:
    """List the means below an aggregate, each once for every place it stands in."""
    leaf = leaf_of(benchmark, name)
    if leaf:
        return [leaf]
    aggregate = benchmark.aggregates[name]
    children = list(aggregate.weighted.children) if aggregate.weighted else list(_borda_children(aggregate))
    return [leaf for child in children for leaf in leaves_of(benchmark, child)]


def weights_of(benchmark: Benchmark, name: str, factor: Fraction = Fraction(1)) -> list[tuple[Fraction, Mean]]:
    """Flatten an aggregate into its means with their weights; points by rank have no such form."""
    leaf = leaf_of(benchmark, name)
    if leaf:
        return [(factor, leaf)]
    rule = benchmark.aggregates[name].weighted
    if rule is None:
        return []
    total = sum(rule.children.values())
    parts = (weights_of(benchmark, child, factor * weight / total) for child, weight in rule.children.items())
    return [part for child in parts for part in child]


def is_relative(benchmark: Benchmark, name: str) -> bool:
    """Say whether a number depends on the other entries: points by rank do, and all that is made from them."""
    if name in benchmark.metrics:
        return False
    aggregate = benchmark.aggregates[name]
    children = aggregate.weighted.children if aggregate.weighted else ()
    return aggregate.borda is not None or any(is_relative(benchmark, child) for child in children)


def higher_is_better(benchmark: Benchmark, name: str) -> bool:
    """Say in which direction an aggregate is good: that of its first metric; points are always good."""
    if name in benchmark.aggregates and benchmark.aggregates[name].borda:
        return True
    return benchmark.metrics[leaves_of(benchmark, name)[0].metric].direction == "higher"


def places_of(benchmark: Benchmark, name: str) -> int:
    """Return the decimals in which an aggregate is published: its own, or those of its first metric."""
    if name in benchmark.metrics:
        return benchmark.metrics[name].places
    own = benchmark.aggregates[name].places
    return own if own is not None else benchmark.metrics[leaves_of(benchmark, name)[0].metric].places


def means(matrix: ScoreMatrix, table: ItemTable, masks: Sequence[Mask]) -> list[Row]:
    """Take weighted means over sets of items: one row for each mask, None where a cell is unknown or failed."""
    chosen = np.stack(masks)
    weighted = table.weights[chosen.any(axis=0)].max(initial=1) > 1
    values = times(matrix.values, table.weights) if weighted else matrix.values
    scored = (matrix.states == SCORED) * table.weights
    sums = sums_over(values, chosen).tolist()
    counts = sums_over(scored, chosen).tolist()
    broken = sums_over(((matrix.states == NULL) | (matrix.states == FAILURE)).astype(np.int64), chosen).tolist()
    return [
        [
            Fraction(sums[j][s], counts[j][s] * denominator) if counts[j][s] and not broken[j][s] else None
            for j, denominator in enumerate(matrix.denominators)
        ]
        for s in range(len(masks))
    ]


def _weighted(rule: WeightedMean, children: Mapping[str, Exact]) -> Exact:
    present = {child: value for child, value in children.items() if value is not None}
    if not present or (rule.missing == "null" and len(present) < len(children)):
        return None
    total = sum(rule.children[child] for child in present)
    return sum((rule.children[child] * value for child, value in present.items()), Fraction(0)) / total


def _borda(children: Sequence[Row], descending: Sequence[bool], counted: Sequence[Row]) -> Row:
    """Sum, over the children, the number of entries minus the average rank; absent children give no points.

    Entries without a number in any of the counted rows stand in the ranks of others, and get no points.
    """
    n_entries = len(children[0]) if children else 0
    points: list[list[Fraction]] = [[] for _ in range(n_entries)]
    competing = [any(row[j] is not None for row in counted) for j in range(n_entries)]
    n_competing = sum(competing)
    for row, higher_first in zip(children, descending, strict=True):
        for j, rank in average_ranks(row, higher_first=higher_first).items():
            points[j].append(n_competing - rank)
    return [
        sum(own, Fraction(0)) if own and competes else None for own, competes in zip(points, competing, strict=True)
    ]


def average_ranks(row: Row, *, higher_first: bool) -> dict[int, Fraction]:
    """Rank the entries that have a number, from 1; equal numbers share the mean of their ranks."""
    places: dict[Fraction, list[int]] = {}
    for j, value in enumerate(row):
        if value is not None:
            places.setdefault(value, []).append(j)
    ranks: dict[int, Fraction] = {}
    before = 0
    for value in sorted(places, reverse=higher_first):
        tied = places[value]
        # The mean of before + 1, …, before + the number of equals.
        shared = Fraction(2 * before + len(tied) + 1, 2)
        ranks.update(dict.fromkeys(tied, shared))
        before += len(tied)
    return ranks
