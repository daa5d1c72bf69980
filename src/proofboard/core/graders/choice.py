r"""The grader `choice`: finds which option of a multiple-choice item an answer chose.

Rules are tried in order, and the first that finds any letter of an option decides:

1. the whole output is a letter, in any case and with any brackets, marks or emphasis, or `Option B`, or an option's
   own text;
2. the output declares its answer: `Answer: B`, `the answer is (B)`, `Answer is option B`, `\boxed{B}`;
3. a capital letter stands in brackets, `(B)`, or begins a line before a mark, `B.`, `B)`, `B:`;
4. the text of an option stands in the output as whole words; an option inside a longer one that also stands there does
   not count.

A rule that finds two different options finds the answer ambiguous, and an ambiguous answer is wrong.
"""

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from string import ascii_uppercase
from typing import Annotated, Any, Final

import msgspec

from proofboard.core.graders.base import GradeFunction, Votes
from proofboard.core.graders.kind import Kind, by_name, unusable_reference
from proofboard.core.graders.normal import contains_words, folded
from proofboard.core.graders.references import accepted_answers
from proofboard.schemas.base import Document
from proofboard.schemas.bundle import Response
from proofboard.schemas.item import Item

_AROUND: Final = " \t\r\n*_`\"'\u2018\u2019\u201c\u201d()[]{}<>.:,;!"
# Every repetition is bounded, so that no text can make them slow.
_LETTER_ALONE: Final = re.compile(r"(?:(?:option|choice|answer)[\s:]{1,3})?\(?([a-z])", re.IGNORECASE)
_DECLARED: Final = re.compile(
    r"(?:\b(?i:answer)[*_]{0,3}(?:\s{1,3}(?i:is)\b\s{0,3}[:=]?|\s{0,3}[:=])[\s*_`\"'“(\[$]{0,6}"
    r"(?:(?i:option|choice|letter)\s{1,3}[*_(\[]{0,4})?(?:\\boxed\{)?|\\boxed\{(?:\\text\{)?)"
    r"([A-Z])(?![\w'’])"
)
_MARKED: Final = re.compile(r"\(([A-Z])\)|^[ \t*_>-]{0,6}([A-Z])[*_]{0,3}[.):](?=[\s*_]|$)", re.MULTILINE)


class Choice(Document, frozen=True):
    """The options of `choice`."""

    letters: Annotated[
        int, msgspec.Meta(ge=2, le=26, description="How many letters are options where an item lists no choices.")
    ] = 5


def chosen(output: str, letters: str, choices: Sequence[str]) -> str | None:
    """Return the letter that an answer chose; None where it chose none or is ambiguous."""
    for rule in _RULES:
        if found := set(rule(output, letters, choices)):
            return found.pop() if len(found) == 1 else None
    return None


def _whole(output: str, letters: str, choices: Sequence[str]) -> Sequence[str]:
    stripped = output.strip(_AROUND)
    if match := _LETTER_ALONE.fullmatch(stripped):
        return [letter for letter in match[1].upper() if letter in letters]
    text = _trimmed(output)
    return [letter for letter, choice in zip(letters, choices, strict=False) if text and _trimmed(choice) == text]


def _declared(output: str, letters: str, _choices: Sequence[str]) -> Sequence[str]:
    return [letter for letter in _DECLARED.findall(output) if letter in letters]


def _marked(output: str, letters: str, _choices: Sequence[str]) -> Sequence[str]:
    return [letter for letter in map("".join, _MARKED.findall(output)) if letter in letters]


def _quoted(output: str, letters: str, choices: Sequence[str]) -> Sequence[str]:
    text = " ".join(folded(output).split())
    options = [(letter, _trimmed(choice)) for letter, choice in zip(letters, choices, strict=False)]
    found = [(letter, option) for letter, option in options if option and contains_words(text, option)]
    return [
        letter
        for letter, option in found
        if not any(len(option) < len(longer) and contains_words(longer, option) for _, longer in found)
    ]


Rule = Callable[[str, str, Sequence[str]], Sequence[str]]
_RULES: Final[Sequence[Rule]] = (_whole, _declared, _marked, _quoted)


@lru_cache(maxsize=1 << 12)
def _trimmed(text: str) -> str:
    return " ".join(folded(text).split()).strip(_AROUND)


def _letter_of(answer: Any, item: Item, letters: str) -> str:  # noqa: ANN401 - any JSON value
    """Read an accepted answer: an option's letter, its text, or its position from 0."""
    choices = item.choices or []
    if isinstance(answer, str) and answer in choices:
        # Options that are themselves letters in another order: their text is what the item's author sees.
        return letters[choices.index(answer)]
    if isinstance(answer, str) and len(answer) == 1 and answer.upper() in letters:
        return answer.upper()
    if isinstance(answer, int) and not isinstance(answer, bool) and 0 <= answer < len(letters):
        return letters[answer]
    raise unusable_reference(item, "choice", "an option's letter, text or position (from 0), or a list of them")


def _choice(options: Choice) -> GradeFunction:
    def grade(item: Item, response: Response, _votes: Votes) -> bool:
        choices = item.choices or []
        if len(choices) > len(ascii_uppercase):
            raise unusable_reference(item, "choice", f"at most {len(ascii_uppercase)} choices")
        letters = ascii_uppercase[: len(choices) or options.letters]
        right = {_letter_of(answer, item, letters) for answer in accepted_answers(item, "choice")}
        return isinstance(response.output, str) and chosen(response.output, letters, choices) in right

    return grade


KINDS: Final = by_name(
    Kind(
        "choice",
        "1",
        "Passes where the output chooses an accepted option of a multiple-choice item; an ambiguous choice is wrong.",
        _choice,
        Choice,
    ),
)
