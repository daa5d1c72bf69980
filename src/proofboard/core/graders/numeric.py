"""The grader `numeric`: reads the last number of an answer exactly and compares it within tolerances."""

import math
import re
from collections.abc import Sequence
from fractions import Fraction
from functools import lru_cache
from typing import Annotated, Any, Final

import msgspec

from proofboard.core.graders.base import GradeFunction, Votes
from proofboard.core.graders.kind import Kind, by_name, unusable_reference
from proofboard.core.graders.references import accepted_answers
from proofboard.schemas.base import Document
from proofboard.schemas.bundle import Response
from proofboard.schemas.item import Item

# Beyond these a number costs more to compare exactly than any answer is worth.
LONGEST_NUMBER: Final = 400
LARGEST_EXPONENT: Final = 999

# A sign counts unless a letter, digit or closing bracket stands before it: 10-12 ends in 12, and x=-5 in -5.
# A comma only groups digits by three, a dot needs a digit after it, and every part can match in one way only.
_NUMBER: Final = re.compile(
    r"(?:(?<![\w.)\]}])[-+−])?"
    r"(?:(?:[0-9]{1,3}(?:,[0-9]{3})+(?![0-9])|[0-9]+)(?:\.[0-9]+)?|(?<![0-9.])\.[0-9]+)"
    r"(?:[eE][-+−]?(?P<exponent>[0-9]+))?"
)

Decimal = Annotated[str, msgspec.Meta(pattern=r"^\d+(\.\d+)?$", max_length=40)]


class Numeric(Document, frozen=True):
    """The options of `numeric`."""

    absolute: Annotated[
        Decimal, msgspec.Meta(description="How far from the reference a number may lie, as a decimal in quotes.")
    ] = "0"
    relative: Annotated[
        Decimal, msgspec.Meta(description="The same as a share of the reference's size; the larger of the two counts.")
    ] = "0"


def last_number(text: str) -> Fraction | None:
    """Read the last number of a text exactly; None where there is none, or one beyond the limits."""
    match = None
    for match in _NUMBER.finditer(text):  # noqa: B007 - the last one is what is asked for
        pass
    return _value(match) if match else None


def number_of(value: Any) -> Fraction | None:  # noqa: ANN401 - any JSON value
    """Read a JSON number by its shortest decimal, or the last number of a text; None where there is none."""
    if isinstance(value, str):
        return last_number(value)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        return None
    return Fraction(value) if isinstance(value, int) else Fraction(repr(value))


def _value(match: re.Match[str]) -> Fraction | None:
    exponent = match["exponent"] or "0"
    if len(match[0]) > LONGEST_NUMBER or int(exponent) > LARGEST_EXPONENT:
        return None
    return Fraction(match[0].replace(",", "").replace("−", "-"))


@lru_cache(maxsize=1 << 16)
def _whole_number(text: str) -> Fraction | None:
    match = _NUMBER.fullmatch(text.strip())
    return _value(match) if match else None


def _references(item: Item) -> Sequence[Fraction]:
    answers = accepted_answers(item, "numeric")
    numbers = [_whole_number(answer) if isinstance(answer, str) else number_of(answer) for answer in answers]
    known = [number for number in numbers if number is not None]
    if len(known) < len(numbers):
        raise unusable_reference(item, "numeric", "a number, a number in quotes or a list of them")
    return known


def _numeric(options: Numeric) -> GradeFunction:
    absolute, relative = Fraction(options.absolute), Fraction(options.relative)

    def grade(item: Item, response: Response, _votes: Votes) -> bool:
        references = _references(item)
        found = number_of(response.output)
        if found is None:
            return False
        return any(abs(found - known) <= max(absolute, relative * abs(known)) for known in references)

    return grade


KINDS: Final = by_name(
    Kind(
        "numeric",
        "1",
        "Passes where the last number of the output lies within a tolerance of an accepted number, compared exactly.",
        _numeric,
        Numeric,
    ),
)
