"""Estimates of several entries with what is known of their errors: where rank sets start.

Boards enter with the sums of their clusters, published tables with standard errors, votes with a covariance.
"""

import math
from collections.abc import Sequence
from functools import cached_property
from typing import Any, Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from proofboard.core.exact import Integers, largest_of
from proofboard.core.inference.resampling import normals, signs
from proofboard.errors import fault

Reals = NDArray[np.float64]

SAFE_IN_SINGLE: Final = 2**24
"""Integers below this are exact in single precision, which multiplies twice as fast."""
SAFE_IN_DOUBLE: Final = 2**53
RESAMPLES_AT_ONCE: Final = 512
"""Signs that are floats at the same time, in rows: boards of many items would need gigabytes otherwise."""

NO_VARIANCE: Final = 1e-9
"""Variances below this share of the largest are rounding errors of zero."""


class Estimates(msgspec.Struct, frozen=True, eq=False, dict=True):
    """Values of J entries, larger is better, with exactly one of cluster sums and covariance."""

    names: Sequence[str]
    values: Reals
    """float64[J]; in the units of the sums or of the covariance."""
    sums: Integers | None = None
    """int64[J, C]: what each cluster adds; their squares add up to less than 2⁵¹ in each row."""
    covariance: Reals | None = None
    """float64[J, J], or float64[J] variances of independent estimates."""

    def __len__(self) -> int:
        """Count the entries."""
        return len(self.names)

    def errors(self, rows: slice) -> Reals:
        """Return the standard errors of the differences of some entries to all: float64[rows, J]."""
        return np.sqrt(self.variances(rows))

    def variances(self, rows: slice) -> Reals:
        """Return the squares of these errors: float64[rows, J].

        From sums they are the summed squares of the clusters' differences: the variance where there is no difference,
        never zero beside a difference, and never smaller than the one that is centred.
        """
        if self.sums is not None:
            # In place: on the largest boards new memory costs more than the arithmetic.
            found: Reals = (self._floats[rows] @ self._floats.T).astype(np.float64, copy=False)
            found *= -2
            found += self._squares[rows, None]
            found += self._squares
            return found
        own = self._covariance()
        if own.ndim == 1:
            found = own[rows, None] + own[None, :]
            found[np.arange(len(found)), np.arange(len(self))[rows]] = 0.0
            return found
        diagonal = np.diagonal(own)
        return np.maximum(diagonal[rows, None] + diagonal[None, :] - 2 * own[rows], 0.0)

    def resampled(self, seed: int, resamples: int) -> Reals:
        """Return what chance alone would add to the values: float64[J, resamples]."""
        if self.sums is not None:
            flips = signs(seed, resamples, self.sums.shape[1]).T
            added = np.empty((len(self), resamples))
            for start in range(0, resamples, RESAMPLES_AT_ONCE):
                some = slice(start, start + RESAMPLES_AT_ONCE)
                added[:, some] = integer_product(self.sums, flips[:, some])
            return added
        own = self._covariance()
        drawn = np.ascontiguousarray(np.stack(list(normals(seed, resamples, len(self)))).T)
        if own.ndim == 1:
            return drawn * np.sqrt(own)[:, None]
        factor = cholesky(own)
        result = np.zeros_like(drawn)
        for k in range(len(self)):
            result += factor[:, k, None] * drawn[k]
        return result

    @cached_property
    def _floats(self) -> NDArray[np.floating]:
        """The sums as floats that multiply with each other exactly."""
        sums = self._sums()
        return sums.astype(exact_type(sums, sums.T))

    @cached_property
    def _squares(self) -> Reals:
        sums = self._sums()
        squares: Reals = (sums * sums).sum(axis=1).astype(np.float64)
        return squares

    def _sums(self) -> Integers:
        if self.sums is None:
            raise ValueError("estimates without cluster sums have no products")
        return self.sums

    def _covariance(self) -> Reals:
        if self.covariance is None:
            raise ValueError("estimates need cluster sums or a covariance")
        if self.covariance.ndim == 1 and not (self.covariance >= 0).all():
            raise fault("covariance", "has a variance that is negative or no number; give the squares of the errors")
        return self.covariance


def integer_product(left: NDArray[np.integer], right: NDArray[np.integer]) -> Reals:
    """Multiply matrices of integers through floats, exactly.

    Raises ValueError where that cannot be promised.
    """
    exact = exact_type(left, right)
    product: Reals = (left.astype(exact) @ right.astype(exact)).astype(np.float64, copy=False)
    return product


def exact_type(left: NDArray[np.integer], right: NDArray[np.integer]) -> type[np.floating[Any]]:
    """Return the floats that count every sum of a product of integers exactly; raises ValueError where none do."""
    bound = _largest_sum(left, right)
    if bound >= SAFE_IN_DOUBLE:
        raise ValueError(f"sums of up to {bound} are too large for an exact product")
    return np.float32 if bound < SAFE_IN_SINGLE else np.float64


def _largest_sum(left: NDArray[np.integer], right: NDArray[np.integer]) -> int:
    """Bound every sum of products, partial ones too: by the largest elements, and by Cauchy and Schwarz."""
    if not left.size or not right.size:
        return 0
    plain: int = largest_of(left) * largest_of(right) * left.shape[1]
    if plain < SAFE_IN_DOUBLE:
        return plain
    # In floats, because squares may leave 64 bits; a millionth more is far above what they lose.
    norms = [float(np.square(own, dtype=np.float64).sum(axis=axis).max()) for own, axis in ((left, 1), (right, 0))]
    return min(plain, math.ceil(math.sqrt(norms[0]) * math.sqrt(norms[1]) * 1.000001))


def cholesky(matrix: Reals) -> Reals:
    """Return the lower factor of a covariance, by columns and without BLAS; raises InputError if it is none."""
    size = len(matrix)
    factor = np.zeros((size, size))
    if not np.isfinite(matrix).all():
        raise fault("covariance", "holds what is no number; give variances and covariances of one estimate")
    largest = float(np.max(np.diagonal(matrix), initial=0.0))
    for column in range(size):
        own = matrix[column:, column].copy()
        for before in range(column):
            own -= factor[column:, before] * factor[column, before]
        # A direction without variance adds nothing: votes say nothing about the level of all strengths.
        if own[0] > NO_VARIANCE * largest:
            factor[column:, column] = own / math.sqrt(own[0])
        elif own[0] < -NO_VARIANCE * largest or (np.abs(own) > math.sqrt(NO_VARIANCE) * largest).any():
            raise fault("covariance", "is not positive semidefinite; give variances and covariances of one estimate")
    return factor
