"""What the values of scores are worth, and how those of several epochs become one: the rules of Inspect, exactly.

`C`, `P`, `I` and `N` are 1, 1/2, 0 and 0; other words are yes or no, a number, or 0. NaN says that nothing was scored.
A null within a value of several parts is worth 0, as for Inspect.
"""

import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import lru_cache
from typing import Any, Final

import msgspec

from proofboard.core.exact import mean_of

MEAN: Final = "mean"
LARGEST: Final = 10**12
"""Values beyond it could not be summed exactly on any grid."""

_WORTH: Final = {
    "C": Fraction(1),
    "I": Fraction(0),
    "P": Fraction(1, 2),
    "N": Fraction(0),
    "yes": Fraction(1),
    "true": Fraction(1),
    "no": Fraction(0),
    "false": Fraction(0),
}
_LONGEST_NUMBER: Final = 400
_WITH_SIZE: Final = re.compile(r"(at_least|pass_at|pass_k)_(\d{1,4})")

Number = Fraction | None
"""None where nothing was scored."""


class Measure(msgspec.Struct, frozen=True, order=True):
    """One number that a scorer gives each item: of a scorer, or of one part of what it says, over all epochs."""

    scorer: str
    part: str = ""
    """The key or the position (from 1) within a value of several parts."""
    reducer: str = MEAN

    @property
    def name(self) -> str:
        """How people tell it: the scorer, the part, and the reducer where that is not the mean."""
        said = f"{self.scorer} {self.part}" if self.part else self.scorer
        return said if self.reducer == MEAN else f"{said} {self.reducer}"


def parts_of(value: Any) -> Iterator[tuple[str, Any]]:  # noqa: ANN401 - any JSON value
    """Yield the parts of a value with their names; a plain value is one part without a name."""
    if isinstance(value, dict):
        yield from value.items()
    elif isinstance(value, list):
        yield from ((str(place), part) for place, part in enumerate(value, start=1))
    else:
        yield "", value


def part_of(value: Any, part: str) -> Any:  # noqa: ANN401 - any JSON value
    """Return one part of a value; NaN where the value has no such part."""
    if isinstance(value, (dict, list)):
        return next((own for name, own in parts_of(value) if name == part), math.nan)
    return math.nan if part else value


def number_of(value: Any) -> Number:  # noqa: ANN401 - any JSON value
    """Return what a value is worth; None for NaN, for infinity, and for what is too large to be summed exactly."""
    if isinstance(value, (str, int, float)):
        return _scalar(value)
    return Fraction(0)


def is_number(value: Any) -> bool:  # noqa: ANN401 - any JSON value
    """Say whether a value is a verdict or a number, and not a word that is worth 0 for want of another worth."""
    if isinstance(value, str):
        return _word(value) is not None
    return isinstance(value, (int, float))


@lru_cache(maxsize=1 << 16)
def _scalar(value: str | float) -> Number:
    if isinstance(value, str):
        exact = _word(value) or Fraction(0)
    elif isinstance(value, int):
        exact = Fraction(value)
    elif math.isfinite(value):
        exact = Fraction(repr(value))
    else:
        return None
    return exact if abs(exact) <= LARGEST else None


def _word(text: str) -> Number:
    """Return what a word is worth; None for one that is no verdict and no number. The letters are upper case."""
    if (known := _WORTH.get(text if len(text) == 1 else text.lower())) is not None:
        return known
    try:
        number = float(text) if len(text) <= _LONGEST_NUMBER else math.nan
    except ValueError:
        return None
    return Fraction(repr(number)) if math.isfinite(number) else None


def size_of(reducer: str) -> tuple[str, int]:
    """Part a reducer's name, such as `pass_at_5`, into its kind and its k; k is 0 where it has none."""
    found = _WITH_SIZE.fullmatch(reducer)
    return (found[1], int(found[2])) if found else (reducer, 0)


def is_known(reducer: str) -> bool:
    """Say whether a reducer is one whose rule is known here."""
    return size_of(reducer)[0] in _RULES.keys() | _COUNTED


def reduced(values: Sequence[Any], reducer: str) -> Number:
    """Reduce the values of one item over its epochs; None where none was scored, or where the reducer is unknown."""
    kind, size = size_of(reducer)
    # Unscored epochs are left out, but for a majority they are votes that were withheld.
    scored = [value for value in values if not (isinstance(value, float) and math.isnan(value))]
    numbers = [number for number in map(number_of, scored) if number is not None]
    if not is_known(reducer) or not numbers or len(numbers) < len(scored):
        return None
    if kind == "mode":
        # Equal counts go to the value of the earlier epoch.
        return number_of(_votes(scored)[0][0])
    if kind == "majority":
        value, count = _votes(scored)[0]
        return number_of(value) if 2 * count > len(values) else None
    return _RULES[kind](numbers, size)


def _votes(values: Sequence[Any]) -> list[tuple[Any, int]]:
    """Count values as they are written, the most common first."""
    countable = (value if isinstance(value, (str, int, float)) else str(value) for value in values)
    return Counter(countable).most_common()


def _median(numbers: Sequence[Fraction], _size: int) -> Fraction:
    ordered, half = sorted(numbers), len(numbers) // 2
    return ordered[half] if len(numbers) % 2 else (ordered[half - 1] + ordered[half]) / 2


def _passed(numbers: Iterable[Fraction]) -> int:
    return sum(number >= 1 for number in numbers)


def _pass_at(numbers: Sequence[Fraction], size: int) -> Number:
    """Return the share of sets of k epochs in which any passes (arXiv:2107.03374, section 2.1)."""
    if len(numbers) < size:
        return None
    return 1 - Fraction(math.comb(len(numbers) - _passed(numbers), size), math.comb(len(numbers), size))


def _pass_k(numbers: Sequence[Fraction], size: int) -> Number:
    """Return the share of sets of k epochs that pass as a whole (arXiv:2406.12045, section 3)."""
    if len(numbers) < size:
        return None
    return Fraction(math.comb(_passed(numbers), size), math.comb(len(numbers), size))


_RULES: Final[Mapping[str, Callable[[Sequence[Fraction], int], Number]]] = {
    MEAN: lambda numbers, _size: mean_of(numbers),
    "median": _median,
    "max": lambda numbers, _size: max(numbers),
    "at_least": lambda numbers, size: Fraction(int(_passed(numbers) >= size)),
    "pass_at": _pass_at,
    "pass_k": _pass_k,
}
_COUNTED: Final = frozenset({"mode", "majority"})
"""Reducers that count values as they are written."""
