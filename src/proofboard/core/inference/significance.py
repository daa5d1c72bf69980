"""p-values of a difference, and what to do where there are several.

Sources: McNemar (1947) in its exact form; Student's t as in Abramowitz and Stegun (1964); Holm (1979). They are views
and no published bytes: the t distribution may use `atan`, and is rounded here.
"""

import math
from collections.abc import Sequence
from fractions import Fraction
from itertools import accumulate
from typing import Final

SCALE: Final = 10**6
"""p-values of Student's t are given in so many parts of 1."""


def mcnemar(only_a: int, only_b: int) -> Fraction:
    """Return McNemar's exact two-sided p-value: 2·P(X ≤ min) for X binomial over the items on which two differ."""
    n, fewer = only_a + only_b, min(only_a, only_b)
    ways = accumulate(range(1, fewer + 1), lambda before, k: before * (n - k + 1) // k, initial=1)
    return min(Fraction(1), Fraction(2 * sum(ways), 1 << n))


def t_p_value(statistic: float, degrees: int) -> Fraction:
    """Return the two-sided p-value of Student's t, to 6 decimals, by the finite series 26.7.3 and 26.7.4."""
    angle = math.atan(abs(statistic) / math.sqrt(degrees))
    sine, cosine = math.sin(angle), math.cos(angle)
    odd = degrees % 2
    term = cosine if odd else 1.0
    terms: list[float] = []
    for step in range(1, degrees // 2 + 1):
        terms.append(term)
        term *= cosine * cosine * ((2 * step) / (2 * step + 1) if odd else (2 * step - 1) / (2 * step))
    series = sine * math.fsum(terms)
    inside = 2 * (angle + series) / math.pi if odd else series
    return Fraction(min(SCALE, max(0, round((1 - inside) * SCALE))), SCALE)


def holm(p_values: Sequence[Fraction]) -> list[Fraction]:
    """Adjust p-values for being several: no more than 5 % of such families reject anything that is true (Holm 1979)."""
    order = sorted(range(len(p_values)), key=lambda place: p_values[place])
    adjusted = [Fraction(1)] * len(p_values)
    largest = Fraction(0)
    for step, place in enumerate(order):
        largest = max(largest, min(Fraction(1), p_values[place] * (len(p_values) - step)))
        adjusted[place] = largest
    return adjusted
