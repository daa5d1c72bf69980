"""Scores as people write them, read exactly: decimals, per cent, verdicts in words, and the many ways to say none."""

import math
import re
from collections.abc import Collection
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Final, Literal, NamedTuple

from proofboard.core.composites import nearest
from proofboard.schemas.base import LARGEST_INTEGER

LONGEST_NUMBER: Final = 100
"""Longer digits, and powers of ten of three digits, are no scores: what is computed from them stays small."""
MOST_PLACES: Final = 12
PER_CENT: Final = 100
LARGEST_OF_A_SMALL_SCALE: Final = 10
"""Scores up to this may be marks out of five or ten; only larger ones are taken for per cent."""

NONE_WORDS: Final = frozenset(
    [
        "-",
        "–",
        "—",
        "−",
        "--",
        "?",
        "na",
        "n/a",
        "n.a.",
        "#n/a",
        "#na",
        "nan",
        "-nan",
        "<na>",
        "null",
        "none",
        "nil",
        "nat",
        "inf",
        "+inf",
        "-inf",
        "infinity",
        "+infinity",
        "-infinity",
        "∞",
        "-∞",
        "#div/0!",
        "#value!",
        "#num!",
    ]
) | {""}
"""What stands where there is no number."""
VERDICTS: Final = {
    **dict.fromkeys(["true", "pass", "passed", "correct", "right", "yes", "✓", "✔", "✅"], 1),
    **dict.fromkeys(["false", "fail", "failed", "incorrect", "wrong", "no", "✗", "✘", "❌"], 0),
}

Scale = Literal["percent", "plain"]

_NUMBER: Final = re.compile(r"([+-]?)([0-9]*)(?:\.([0-9]*))?(?:[eE](-[0-9]{1,3}|\+?[0-9]{1,2}))?[ \u00a0\u202f]*(%?)")


class Written(NamedTuple):
    """A number as it was written: digits / 10^places, without zeros at the end of its decimals."""

    digits: int
    places: int
    kind: Literal["number", "percent", "verdict"] = "number"
    """How it was written; a percentage is a share already."""

    @property
    def exact(self) -> Fraction:
        """The number itself."""
        return Fraction(self.digits, 10**self.places)


# The columns of a wide table hold mostly the same texts, and each is looked at before all are read.
@lru_cache(maxsize=1 << 16)
def read_number(text: str, *, comma: bool = False) -> Written | None:
    """Read a score; None where the text says that there is none. With `comma` it may be the decimal sign.

    Raises ValueError where the text is no score.
    """
    whole, dot, decimals = text.partition(".")
    # Nearly every score is written so, and a table may hold a million different ones.
    if text.isascii() and whole.isdigit() and (decimals.isdigit() or not dot) and len(text) <= LONGEST_NUMBER:
        return _plain(int(whole + decimals), len(decimals), "number")
    word = text.strip().casefold()
    if word in NONE_WORDS:
        return None
    if word in VERDICTS:
        return Written(VERDICTS[word], 0, "verdict")
    found = _matched(word, comma=comma)
    if found is None:
        raise ValueError(text)
    digits = int(f"{found[1]}{found[2]}{found[3] or ''}")
    return _plain(digits, _places(found), "percent" if found[5] else "number")


def places_of(text: str, *, comma: bool = False) -> int:
    """Count the decimals that a score was written with, also those that are 0; a percentage is a share."""
    found = _matched(text.strip().casefold(), comma=comma)
    return _places(found) if found else 0


def _matched(word: str, *, comma: bool) -> re.Match[str] | None:
    plain = word.replace("−", "-", 1)
    if comma and "." not in plain and plain.count(",") == 1:
        plain = plain.replace(",", ".")
    found = _NUMBER.fullmatch(plain) if len(plain) <= LONGEST_NUMBER else None
    return found if found and (found[2] or found[3]) else None


def _places(found: re.Match[str]) -> int:
    return len(found[3] or "") - int(found[4] or 0) + (2 if found[5] else 0)


def _plain(digits: int, places: int, kind: Literal["number", "percent"]) -> Written:
    if not digits:
        return Written(0, 0, kind)
    while places > 0 and digits % 10 == 0:
        digits, places = digits // 10, places - 1
    return Written(digits * 10 ** max(-places, 0), max(places, 0), kind)


@dataclass(frozen=True, slots=True)
class Grid:
    """The integers that stand for the scores of one metric."""

    places: int
    """Item scores are integers over ten to this power."""
    divisor: int
    """What written scores are divided by: 100 on a scale of per cent, otherwise 1."""
    range: tuple[int, int]
    rounded: int
    """How many different scores have more decimals than can be held."""

    @property
    def denominator(self) -> int:
        """The denominator of the item scores."""
        return int(10**self.places)

    def on(self, number: Written) -> int:
        """Bring a number to the grid; rounded half to even where it has more decimals."""
        own = self.scaled(number)
        if own.places <= self.places:
            return int(own.digits * 10 ** (self.places - own.places))
        return nearest(own.digits, 10 ** (own.places - self.places))

    def scaled(self, number: Written) -> Written:
        """Return the number on the metric's own scale."""
        return _share(number) if self.divisor == PER_CENT else number


def grid_of(numbers: Collection[Written], scale: Scale | None) -> Grid:
    """Choose the coarsest grid that holds all numbers exactly, as far as integers to 2⁵³ and 10¹² reach.

    Without a scale, numbers from 0 to more than 10 and at most 100 are taken for per cent. Raises ValueError where a
    number is too large for any grid.
    """
    low, high = _extremes(numbers)
    signed = any(number.kind == "percent" for number in numbers)
    guessed = not signed and low >= 0 and LARGEST_OF_A_SMALL_SCALE < high <= PER_CENT
    divisor = PER_CENT if scale == "percent" or (scale is None and guessed) else 1
    if divisor == PER_CENT:
        numbers = [_share(number) for number in numbers]
        low, high = _extremes(numbers)
    bounds = _bounds(low, high)
    largest = max(abs(bounds[0]), abs(bounds[1]))
    if largest > LARGEST_INTEGER:
        raise ValueError(largest)
    places = min(max((number.places for number in numbers), default=0), MOST_PLACES)
    while largest * 10**places > LARGEST_INTEGER:
        places -= 1
    return Grid(places, divisor, bounds, sum(number.places > places for number in numbers))


def _extremes(numbers: Collection[Written]) -> tuple[Fraction, Fraction]:
    """Return the smallest and the largest number, compared as integers; 0 where there is none."""
    places = max((number.places for number in numbers), default=0)
    powers = [10 ** (places - own) for own in range(places + 1)]
    whole = [number.digits * powers[number.places] for number in numbers]
    return Fraction(min(whole, default=0), powers[0]), Fraction(max(whole, default=0), powers[0])


def _share(number: Written) -> Written:
    """Return a number of a scale of per cent as a share; what has a sign of its own is one already."""
    return _plain(number.digits, number.places + 2, "percent") if number.kind == "number" else number


def _bounds(low: Fraction, high: Fraction) -> tuple[int, int]:
    """Return whole numbers around all scores: 0 and 1 where they fit."""
    if low >= -1 and high <= 1:
        return (-1 if low < 0 else 0, 1)
    return min(math.floor(low), 0), max(math.ceil(high), 0)
