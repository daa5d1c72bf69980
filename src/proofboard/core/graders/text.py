"""Graders that compare the text of an answer: `exact`, `normalised_exact`, `includes`."""

from collections.abc import Callable
from functools import lru_cache
from typing import Annotated, Any, Final

import msgspec

from proofboard.core.graders.base import GradeFunction, Votes
from proofboard.core.graders.kind import Kind, NoOptions, by_name
from proofboard.core.graders.normal import ARTICLES, compatible, contains_words, folded, without_punctuation
from proofboard.core.graders.references import accepted_answers, accepted_texts, as_text, same_json
from proofboard.schemas.base import Document
from proofboard.schemas.bundle import Response
from proofboard.schemas.item import Item

# References are normalised once for each item and not once for each response.
_REMEMBERED: Final = 1 << 16


def exact(item: Item, response: Response, _votes: Votes) -> bool:
    """Pass where the output equals an accepted answer."""
    # Nearly every reference is one text, and a build grades a million responses: it is answered first.
    if type(item.reference) is str:
        return bool(item.reference == response.output)
    return matches_any(item, response.output, "exact")


def matches_any(item: Item, output: Any, grader: str) -> bool:  # noqa: ANN401 - any JSON value
    """Say whether an output equals an accepted answer; raises InputError where the item has none."""
    return any(_equal(answer, output) for answer in accepted_answers(item, grader))


def _equal(answer: Any, output: Any) -> bool:  # noqa: ANN401 - any JSON values
    if isinstance(answer, str):
        return bool(answer == output)
    # Models answer in text: the reference 4 accepts "4" as it accepts 4, and the reference true accepts "true".
    return same_json(answer, output) or (isinstance(output, str) and as_text(answer) == output)


class NormalisedExact(Document, frozen=True):
    """The options of `normalised_exact`."""

    ignore_case: Annotated[bool, msgspec.Meta(description="Fold upper and lower case.")] = True
    ignore_punctuation: Annotated[bool, msgspec.Meta(description="Delete punctuation.")] = False
    ignore_articles: Annotated[bool, msgspec.Meta(description="Leave out a, an, the.")] = False


def normaliser(options: NormalisedExact) -> Callable[[str], str]:
    """Make the function that brings a text into the chosen normal form, with single spaces."""
    unify = folded if options.ignore_case else compatible

    def normalise(text: str) -> str:
        plain = unify(text)
        words = (without_punctuation(plain) if options.ignore_punctuation else plain).split()
        if options.ignore_articles:
            words = [word for word in words if word.lower() not in ARTICLES]
        return " ".join(words)

    return normalise


def _normalised_exact(options: NormalisedExact) -> GradeFunction:
    normalise = normaliser(options)
    remembered = lru_cache(_REMEMBERED)(normalise)

    def grade(item: Item, response: Response, _votes: Votes) -> bool:
        answers = accepted_answers(item, "normalised_exact")
        if not isinstance(response.output, str):
            return any(same_json(answer, response.output) for answer in answers)
        found = normalise(response.output)
        texts = [text for text in map(as_text, answers) if text is not None]
        return any(remembered(text) == found for text in texts)

    return grade


class Includes(Document, frozen=True):
    """The options of `includes`."""

    ignore_case: Annotated[bool, msgspec.Meta(description="Fold upper and lower case.")] = False
    whole_words: Annotated[
        bool, msgspec.Meta(description="No letter or digit may stand directly before or after the reference.")
    ] = False


def _includes(options: Includes) -> GradeFunction:
    normalise = normaliser(NormalisedExact(ignore_case=options.ignore_case))
    remembered = lru_cache(_REMEMBERED)(normalise)

    def grade(item: Item, response: Response, _votes: Votes) -> bool:
        parts = [remembered(text) for text in accepted_texts(item, "includes")]
        if not isinstance(response.output, str):
            return False
        text = normalise(response.output)
        if options.whole_words:
            return any(contains_words(text, part) for part in parts if part)
        return any(part in text for part in parts if part)

    return grade


def _exact(_options: NoOptions) -> GradeFunction:
    return exact


KINDS: Final = by_name(
    Kind("exact", "1", "Passes where the output equals an accepted answer, character by character.", _exact),
    Kind(
        "normalised_exact",
        "1",
        "Passes where the output equals an accepted answer after both are brought into one normal form.",
        _normalised_exact,
        NormalisedExact,
    ),
    Kind(
        "includes",
        "1",
        "Passes where an accepted answer stands somewhere in the output, white space counted as single spaces.",
        _includes,
        Includes,
    ),
)
