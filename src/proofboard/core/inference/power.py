"""What a paired comparison can find: the difference it detects, its power, the items that a difference needs.

Source: Miller (2024, arXiv 2411.00640), section 5. Each item has a difference with the variance ω² between items, and
each of K trials adds noise with the variance σ²; n items then give a paired error of √((ω² + σ²_A/K_A + σ²_B/K_B)/n).
Power is a view and no published byte: it may use `erf`, and is rounded here.
"""

import math
from fractions import Fraction
from typing import Final

from proofboard.core.exact import root, round_decimal
from proofboard.core.intervals import POWER_CONSTANT, Z95

PLACES: Final = 3


def items_needed(
    delta: Fraction,
    between: Fraction,
    within_a: Fraction = Fraction(0),
    trials_a: int = 1,
    within_b: Fraction = Fraction(0),
    trials_b: int = 1,
) -> Fraction:
    """Return how many items find a difference of `delta` with 80 % power, before rounding up (`math.ceil`).

    `between` is ω², the variance of the items' mean differences; `within_a` and `within_b` are the variances of one
    trial around them, 0 where trials are many or the observed variance holds them already. Raises ValueError unless
    `delta` is above 0.
    """
    if delta <= 0:
        raise ValueError(f"a difference of {delta} needs no number of items; give one above 0")
    variance = between + within_a / trials_a + within_b / trials_b
    return POWER_CONSTANT * POWER_CONSTANT * variance / (delta * delta)


def detectable_difference(
    n_items: int,
    between: Fraction,
    within_a: Fraction = Fraction(0),
    trials_a: int = 1,
    within_b: Fraction = Fraction(0),
    trials_b: int = 1,
) -> float:
    """Return the difference that `n_items` items find with 80 % power; variances as in `items_needed`."""
    # n·δ² is the same for every pair that fits; a difference of 1 gives it.
    return root(items_needed(Fraction(1), between, within_a, trials_a, within_b, trials_b) / n_items)


def power_to_detect(delta: float, standard_error: float) -> float:
    """Return how often a two-sided test at 5 % finds a true difference `delta`: between 0.05 and 1, to 3 decimals."""
    shift = abs(delta) / standard_error
    return round_decimal(_below(shift - Z95) + _below(-shift - Z95), PLACES)


def _below(z: float) -> float:
    """Return the share of the standard normal distribution below z."""
    return (1 + math.erf(z / math.sqrt(2))) / 2
