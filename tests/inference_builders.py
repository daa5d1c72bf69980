"""Boards for tests of inference: verdicts on shared items, as correlated as those of real entries are."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

from proofboard.core.inference.estimates import Estimates

Integers = NDArray[np.int64]
CORRELATION = 0.8


def verdicts(seed: int, rates: NDArray[np.float64]) -> Integers:
    """Draw passes and fails at float64[entries, items] rates: items are hard for all entries or for none."""
    draw = np.random.default_rng(seed)
    shared = draw.standard_normal(rates.shape[1])
    ability = np.sqrt(CORRELATION) * shared + np.sqrt(1 - CORRELATION) * draw.standard_normal(rates.shape)
    passed: Integers = (ability < norm.ppf(rates)).astype(np.int64)
    return passed


def estimates_of(sums: Integers | Sequence[Sequence[int]]) -> Estimates:
    """Estimate from what each cluster adds."""
    rows = np.array(sums, dtype=np.int64)
    return Estimates([f"entry-{j}" for j in range(len(rows))], rows.sum(axis=1).astype(np.float64), sums=rows)
