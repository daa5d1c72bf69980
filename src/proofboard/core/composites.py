"""Metrics made from other metrics of the same item: weighted means, thresholds, and the logic of verdicts.

Inputs are integers over their metrics' denominators, or None where there is no verdict; the output is an integer over
the composite's own denominator, computed exactly and rounded once, half to even. Verdicts follow three-valued logic:
one fail settles `all_of` and one pass settles `any_of`, whatever is unknown beside it.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

from proofboard.schemas.benchmark import Metric

Column = list[int | None]
Parts = Mapping[str, tuple[Sequence[int | None], Metric]]
"""Metric → its column and what it is; all columns have the same length."""
Verdict = bool | None


def composite(metric: Metric, parts: Parts, count: int) -> Column:
    """Compute the column of a composite metric, with one element for each of `count` rows."""
    if metric.weighted:
        return weighted(parts, metric.weighted, metric.denominator)
    if metric.threshold:
        column, source = parts[metric.threshold.metric]
        verdicts = [reaches(value, source, metric.threshold.at_least) for value in column]
    else:
        names = metric.all_of or metric.any_of or []
        columns = [[passes(value, source) for value in column] for column, source in (parts[name] for name in names)]
        combine = all_pass if metric.all_of else any_passes
        verdicts = [combine(row) for row in zip(*columns, strict=True)] if columns else [None] * count
    worth = {True: best_value(metric), False: worst_value(metric), None: None}
    return [worth[verdict] for verdict in verdicts]


def weighted(parts: Parts, weights: Mapping[str, int], denominator: int) -> Column:
    """Take the weighted mean of the parts in each row; None where any part is None."""
    common = math.lcm(*(parts[name][1].denominator for name in weights))
    factors = [weight * denominator * (common // parts[name][1].denominator) for name, weight in weights.items()]
    divisor = common * sum(weights.values())
    rows = zip(*(parts[name][0] for name in weights), strict=True)
    return [_weighted_row(row, factors, divisor) for row in rows]


def _weighted_row(row: Sequence[int | None], factors: Sequence[int], divisor: int) -> int | None:
    total = 0
    for value, factor in zip(row, factors, strict=True):
        if value is None:
            return None
        total += value * factor
    return nearest(total, divisor)


def nearest(numerator: int, denominator: int) -> int:
    """Round a ratio with a positive denominator to an integer, half to even."""
    quotient, remainder = divmod(numerator, denominator)
    twice = 2 * remainder
    return quotient + (twice > denominator or (twice == denominator and quotient % 2 == 1))


def reaches(value: int | None, source: Metric, bound: str) -> Verdict:
    """Say whether a value is as good as a decimal bound: not below it, or not above it where lower is better."""
    if value is None:
        return None
    limit = Fraction(bound) * source.denominator
    return value >= limit if source.direction == "higher" else value <= limit


def passes(value: int | None, source: Metric) -> Verdict:
    """Say whether a value is a pass: the best that its metric knows, and nothing less."""
    return None if value is None else value == best_value(source)


def all_pass(verdicts: Iterable[Verdict]) -> Verdict:
    """Combine verdicts by "and": False if any is False, otherwise None if any is None."""
    seen = set(verdicts)
    return False if False in seen else None if None in seen else True


def any_passes(verdicts: Iterable[Verdict]) -> Verdict:
    """Combine verdicts by "or": True if any is True, otherwise None if any is None."""
    seen = set(verdicts)
    return True if True in seen else None if None in seen else False


def best_value(metric: Metric) -> int:
    """Return the best item score of a metric, on its grid."""
    return bounds_of(metric)[1 if metric.direction == "higher" else 0]


def bounds_of(metric: Metric) -> tuple[int, int]:
    """Return the lowest and the highest item score of a metric, on its grid."""
    return metric.range[0] * metric.denominator, metric.range[1] * metric.denominator


def worst_value(metric: Metric) -> int:
    """Return the worst item score of a metric, on its grid."""
    return bounds_of(metric)[0 if metric.direction == "higher" else 1]
