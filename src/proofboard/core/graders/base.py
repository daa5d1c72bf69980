"""What a grader is: a pure function from an item, a response and its recorded votes to a score."""

from collections.abc import Callable, Sequence
from fractions import Fraction

import msgspec

from proofboard.schemas.bundle import Response
from proofboard.schemas.item import Item

Votes = Sequence[bool | None]
Score = bool | int | float | Fraction | None
"""In the metric's range (usually 0 to 1); None where no verdict is possible."""

GradeFunction = Callable[[Item, Response, Votes], Score]


class Grader(msgspec.Struct, frozen=True):
    """One way to grade a response, ready with its options."""

    name: str
    version: str
    grade: GradeFunction
    tolerance: int = 0
    """Units of the metric's grid by which a repeated grading may differ: 0 unless logarithms or powers are used."""


def to_grid(score: Score, denominator: int) -> int | None:
    """Round a score once, half to even, to an integer over the denominator."""
    if score is None:
        return None
    if isinstance(score, int):  # bool included
        return int(score) * denominator
    # Exact for a fraction; for a float one correctly rounded product, and its grader declares how exact it is.
    return round(score * denominator)
