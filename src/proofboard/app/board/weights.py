"""A board under a reader's weights, from the scores as they are published.

`proofboard weigh` reads the item scores of every entry and is exact to the last digit; a service answers from the
published decimals, exactly, so that entries which differ beyond the last published decimal only are equal here.
"""

import math
from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from proofboard.app.board.columns import BoardColumns, Codes, Numbers
from proofboard.core.aggregates import higher_is_better, places_of, weights_of
from proofboard.core.exact import rounded
from proofboard.core.inference.weighing import DEFAULT_CHANGE, integers_of, standing
from proofboard.schemas.benchmark import Benchmark

PLACES: Final = 6
NOTE: Final = "weighed from the published scores, which are rounded; `proofboard weigh` weighs the item scores"


class Group(msgspec.Struct, frozen=True, eq=False):
    """The rows that are ranked together."""

    rows: Codes
    matrix: NDArray[Any]
    """What each metric adds to the score of a row, as integers over the divisor."""


class Weighing(msgspec.Struct, frozen=True, eq=False):
    """The weighted means of a board."""

    words: str
    notes: Sequence[str]
    scores: Numbers
    keys: Numbers
    """Smaller is better; equal exactly where the weighted means are."""
    divisor: int
    groups: Sequence[Group]


Place = tuple[tuple[str, str], float | None, tuple[int, int]]


def weighed(board: BoardColumns, weights: Mapping[str, Fraction]) -> Weighing:
    """Weigh every row that has a score in each metric, by track."""
    terms, divisor = _terms(board, weights)
    able = board.competes & np.array([own is not None for own in terms], dtype=np.bool_)
    tracks = board.labels["track"].codes
    scores, keys = np.full(len(terms), np.nan), np.full(len(terms), np.nan)
    groups = []
    for track in np.unique(tracks[able]).tolist():
        rows = np.flatnonzero(able & (tracks == track))
        own = [term for j in rows.tolist() if (term := terms[j]) is not None]
        matrix = integers_of(own, len(weights), DEFAULT_CHANGE)
        sums = [sum(term) for term in own]
        places = {value: place for place, value in enumerate(sorted(set(sums), reverse=True))}
        keys[rows] = [places[value] for value in sums]
        scores[rows] = [rounded(Fraction(value, divisor), PLACES) for value in sums]
        groups.append(Group(rows, matrix))
    listed = ", ".join(f"{weight} × {name}" for name, weight in weights.items())
    return Weighing(f"public, weighed by {listed} desc", [NOTE], scores, keys, divisor, groups)


def weighed_places(weighing: Weighing, rows: Sequence[int]) -> list[Place | None]:
    """Say how firmly some rows stand among those that they are ranked with."""
    found = {int(j): (group, place) for group in weighing.groups for place, j in enumerate(group.rows.tolist())}
    return [_place(weighing, *found[j]) if j in found else None for j in rows]


def _place(weighing: Weighing, group: Group, place: int) -> Place:
    score = Fraction(sum(group.matrix[place].tolist()), weighing.divisor)
    _, holds, ranks = standing(group.matrix, place, DEFAULT_CHANGE)
    return (str(score.numerator), str(score.denominator)), rounded(holds, PLACES), ranks


def _terms(board: BoardColumns, weights: Mapping[str, Fraction]) -> tuple[list[list[int] | None], int]:
    """Bring weight × score to integers over one divisor: by row, None where a metric has no score."""
    benchmark = board.benchmark
    places = max(places_of(benchmark, name) for name in weights)
    scale = 10**places
    common = math.lcm(*(weight.denominator for weight in weights.values()))
    whole = {name: int(weight * common) for name, weight in weights.items()}
    columns = [
        [_term(value, whole[name], _reflection(benchmark, name), scale) for value in _values(board, name)]
        for name in weights
    ]
    rows = [
        None if None in row else [value for value in row if value is not None] for row in zip(*columns, strict=True)
    ]
    return rows, sum(whole.values()) * scale


def _values(board: BoardColumns, name: str) -> list[float]:
    column = board.numbers.get(f"public.metrics.{name}")
    return [math.nan] * len(board.names) if column is None else column.tolist()


def _term(value: float, weight: int, reflection: Fraction | None, scale: int) -> int | None:
    if math.isnan(value):
        return None
    exact = Fraction(Decimal(repr(value)))
    return int(weight * scale * (exact if reflection is None else reflection - exact))


def _reflection(benchmark: Benchmark, name: str) -> Fraction | None:
    """Return lowest + highest value of a metric whose lower values are better; None for the others."""
    if higher_is_better(benchmark, name):
        return None
    found = Fraction(0)
    for coefficient, leaf in weights_of(benchmark, name):
        metric = benchmark.metrics[leaf.metric]
        found += coefficient * sum(metric.range if metric.trials == "mean" else (0, 1))
    return found
