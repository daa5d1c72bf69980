"""The grader `token_f1`: how many words an answer shares with a reference, as an exact fraction."""

from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from functools import lru_cache
from typing import Annotated, Final

import msgspec

from proofboard.core.graders.base import GradeFunction, Score, Votes
from proofboard.core.graders.kind import Kind, by_name
from proofboard.core.graders.normal import tokens
from proofboard.core.graders.references import accepted_texts
from proofboard.schemas.base import Document
from proofboard.schemas.bundle import Response
from proofboard.schemas.item import Item


class TokenF1(Document, frozen=True):
    """The options of `token_f1`."""

    drop_articles: Annotated[bool, msgspec.Meta(description="Leave out a, an, the.")] = True


def token_f1(one: Sequence[str], other: Sequence[str]) -> Fraction:
    """Return the harmonic mean of precision and recall over bags of tokens; two empty bags agree wholly."""
    total = len(one) + len(other)
    return Fraction(2 * (Counter(one) & Counter(other)).total(), total) if total else Fraction(1)


def _token_f1(options: TokenF1) -> GradeFunction:
    @lru_cache(maxsize=1 << 14)
    def reference_tokens(text: str) -> Sequence[str]:
        return tokens(text, drop_articles=options.drop_articles)

    def grade(item: Item, response: Response, _votes: Votes) -> Score:
        references = accepted_texts(item, "token_f1")
        if not isinstance(response.output, str):
            return False
        found = tokens(response.output, drop_articles=options.drop_articles)
        return max(token_f1(found, reference_tokens(text)) for text in references)

    return grade


KINDS: Final = by_name(
    Kind(
        "token_f1",
        "1",
        "The F1 of the words that the output shares with a reference, the best over several references.",
        _token_f1,
        TokenF1,
    ),
)
