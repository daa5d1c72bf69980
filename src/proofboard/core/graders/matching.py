"""The grader `match`: an accepted answer stands at a place of the output, as text or as a number.

It follows the public definition of Inspect's scorer of that name, so that what this scored can be graded again. Text is
compared without white space and ASCII marks around it, and nothing is trimmed inside.
"""

import math
import re
import string
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from itertools import islice
from typing import Annotated, Final, Literal

import msgspec

from proofboard.core.graders.base import GradeFunction, Votes
from proofboard.core.graders.kind import Kind, by_name, unusable_reference
from proofboard.core.graders.numeric import LONGEST_NUMBER
from proofboard.core.graders.references import accepted_texts
from proofboard.schemas.base import Document
from proofboard.schemas.bundle import Response
from proofboard.schemas.item import Item

Location = Literal["end", "begin", "any", "exact"]

_MARKS: Final = string.whitespace + string.punctuation
_AROUND_A_NUMBER: Final = "!?:;()[]{}'\"`"
_ESCAPED: Final = re.compile(r"\\([$,£€*_])")
_NOT_OF_A_NUMBER: Final = re.compile(r"[$,£€*_]|\.(?![0-9])")
"""Signs of currencies, thousands and emphasis, and full stops."""
_NUMBER: Final = re.compile(r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?")

_AT: Final[Mapping[str, Callable[[str, str], bool]]] = {
    "end": str.endswith,
    "begin": str.startswith,
    "any": str.__contains__,
    "exact": str.__eq__,
}


class Match(Document, frozen=True):
    """The options of `match`."""

    location: Annotated[
        Location,
        msgspec.Meta(description="Where it stands: `end`, `begin`, `any`, or `exact` for the whole output."),
    ] = "end"
    ignore_case: Annotated[bool, msgspec.Meta(description="Fold upper and lower case.")] = True
    numeric: Annotated[
        bool, msgspec.Meta(description="Compare a reference that is a number with the numbers of the output.")
    ] = False


def _match(options: Match) -> GradeFunction:
    @lru_cache(maxsize=1 << 14)
    def reading(reference: str) -> tuple[str, str | None]:
        """Return a reference as text, and as a number where it is to be compared as one."""
        text = _without_signs(reference.strip()) if options.numeric else reference
        return _text(text, options), _number(text) if options.numeric else None

    def grade(item: Item, response: Response, _votes: Votes) -> bool:
        accepted = [reading(text) for text in accepted_texts(item, "match")]
        if not all(text or number for text, number in accepted):
            raise unusable_reference(item, "match", "text with a letter or digit, or a list of them")
        output = response.output
        if not isinstance(output, str):
            return False
        text = _text(output, options)
        if any(number is None and _AT[options.location](text, wanted) for wanted, number in accepted):
            return True
        wanted_numbers = {number for _, number in accepted if number is not None}
        return bool(wanted_numbers) and not wanted_numbers.isdisjoint(_numbers(output, options.location))

    return grade


def _text(text: str, options: Match) -> str:
    return (text.casefold() if options.ignore_case else text).strip().strip(_MARKS)


def _without_signs(text: str) -> str:
    return _NOT_OF_A_NUMBER.sub("", _ESCAPED.sub(r"\1", text))


def _numbers(output: str, location: Location) -> Iterable[str]:
    """Read the numbers at a place: the first or the last word that is one, all of them, or the whole output."""
    plain = _without_signs(output.strip())
    if location == "exact":
        read = iter([_rounded(plain.strip())])
    else:
        read = map(_number, reversed(plain.split()) if location == "end" else plain.split())
    found = (number for number in read if number is not None)
    return found if location == "any" else islice(found, 1)


def _number(word: str) -> str | None:
    return _rounded(word.strip(_AROUND_A_NUMBER).strip())


def _rounded(word: str) -> str | None:
    """Write a number with five significant digits; None where a word is none, or one beyond the limits."""
    word = word.replace("−", "-")
    if len(word) > LONGEST_NUMBER or not _NUMBER.fullmatch(word):
        return None
    number = float(word)
    return f"{number:.5g}" if math.isfinite(number) else None


KINDS: Final = by_name(
    Kind(
        "match",
        "1",
        "Passes where an accepted answer stands at a place of the output, white space and marks around it left out.",
        _match,
        Match,
    ),
)
