"""Chance that is the same on every machine: raw PCG64 words, which NumPy promises to keep, made into integers."""

import math
from collections.abc import Iterator
from fractions import Fraction
from typing import Final

import numpy as np
from numpy.typing import NDArray

from proofboard import canonical

RESAMPLES: Final = 1_999
"""With one added for the data themselves, p-values are multiples of 1/2000."""

WORD_BITS: Final = 64
UNIFORMS: Final = 64
"""So many 16-bit numbers make one normal deviate."""
LARGEST_UNIFORM: Final = 2**16 - 1
_DEVIATE: Final = math.sqrt(UNIFORMS * (2**32 - 1) / 3)
"""The standard deviation of twice such a sum."""
_EXCESS_KURTOSIS: Final = -1.2 / UNIFORMS
"""Its tails are too thin by this, which the first term of Cornish and Fisher (1938) makes good."""


def seed_of(*parts: str) -> int:
    """Make a seed from words: what is drawn follows from public documents, so nobody can choose it."""
    return int(canonical.hex_of(canonical.digest_of(list(parts))), 16)


def signs(seed: int, resamples: int, n: int) -> NDArray[np.int8]:
    """Draw int8[resamples, n] of +1 and -1, one bit each."""
    bytes_each = -(-n // WORD_BITS) * WORD_BITS // 8
    words = np.random.PCG64(seed).random_raw(resamples * bytes_each * 8 // WORD_BITS).astype("<u8")
    rows = words.view(np.uint8).reshape(resamples, bytes_each)
    bits = np.unpackbits(rows, axis=1, count=n, bitorder="little").view(np.int8)
    # In place, because the largest boards have hundreds of millions of them.
    bits *= 2
    bits -= 1
    return bits


def normals(seed: int, resamples: int, n: int) -> Iterator[NDArray[np.float64]]:
    """Draw `resamples` rows of n standard normal deviates: sums of 64 uniform numbers, centred, scaled and spread."""
    source = np.random.PCG64(seed)
    for _ in range(resamples):
        words = source.random_raw(n * UNIFORMS // 4).astype("<u8")
        sums = words.view("<u2").reshape(n, UNIFORMS).sum(axis=1, dtype=np.int64)
        deviates = (2 * sums - UNIFORMS * LARGEST_UNIFORM) / _DEVIATE
        yield deviates - _EXCESS_KURTOSIS / 24 * (deviates * deviates - 3) * deviates


def comparable(statistics: NDArray[np.float64]) -> NDArray[np.float64]:
    """Round statistics to single precision: what is equal in exact arithmetic must tie, however it was computed."""
    return statistics.astype(np.float32).astype(np.float64)


def p_value(at_least: int, resamples: int) -> Fraction:
    """Return the p-value of a statistic that so many resamples reach: the data themselves count as one of them."""
    return Fraction(1 + at_least, resamples + 1)


def critical_value(maxima: NDArray[np.float64], level: Fraction) -> float:
    """Return what a statistic must exceed for its p-value to be at most `level`; infinite with too few resamples."""
    allowed = math.floor(level * (len(maxima) + 1)) - 1
    if allowed < 0:
        return math.inf
    return float(np.sort(maxima)[len(maxima) - 1 - allowed]) if allowed < len(maxima) else -math.inf
