"""One run of the statistics in a process of its own, for the table of speed: rank sets, or a family of win regions.

`bench_inference.py rank-sets ENTRIES ITEMS` or `bench_inference.py win-regions CONFIGURATIONS SLICES ITEMS_EACH`.
"""

import sys
from collections.abc import Callable
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from proofboard.core.inference.estimates import Estimates
from proofboard.core.inference.rank_sets import rank_sets
from proofboard.core.inference.win_regions import Hypothesis, findings_of
from proofboard.core.slices import Slice

SEED = 1


def passed(rates: NDArray[np.float32], n_items: int) -> NDArray[np.int64]:
    """Draw a pass or fail of every entry on every item, at the entry's rate."""
    draws = np.random.default_rng(SEED).random((len(rates), n_items), dtype=np.float32)
    return (draws < rates[:, None]).astype(np.int64)


def rank(entries: int, n_items: int) -> None:
    """Rank entries of different strength."""
    sums = passed(np.linspace(0.4, 0.8, entries, dtype=np.float32), n_items)
    names = [f"entry-{number}" for number in range(entries)]
    rank_sets(Estimates(names, sums.sum(axis=1).astype(np.float64), sums=sums), SEED)


def find_regions(configurations: int, n_slices: int, n_items: int) -> None:
    """Compare configurations with their default, on slices that share no item."""
    board = passed(np.full(configurations + 1, 0.7, dtype=np.float32), n_slices * n_items)
    family = []
    for number in range(n_slices):
        items = np.arange(number * n_items, (number + 1) * n_items)
        part = Slice(f"slice-{number}", "slice", str(number), np.isin(np.arange(board.shape[1]), items))
        for own in range(1, configurations + 1):
            sums = board[own, items] - board[0, items]
            difference = Fraction(int(sums.sum()), n_items)
            family.append(Hypothesis(own, part, n_items, difference, sums, Fraction(n_items), items))
    findings_of(family, SEED)


JOBS: dict[str, Callable[..., None]] = {"rank-sets": rank, "win-regions": find_regions}

if __name__ == "__main__":
    JOBS[sys.argv[1]](*map(int, sys.argv[2:]))
