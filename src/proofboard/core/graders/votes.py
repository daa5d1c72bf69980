"""The grader `votes`: the majority of the recorded votes of an LLM judge."""

from typing import Final

from proofboard.core.graders.base import GradeFunction, Votes
from proofboard.core.graders.kind import Kind, NoOptions, by_name
from proofboard.schemas.bundle import Response
from proofboard.schemas.item import Item


def majority(_item: Item, _response: Response, votes: Votes) -> bool | None:
    """Grade a response by the votes on it."""
    return verdict_of(votes)


def verdict_of(votes: Votes) -> bool | None:
    """Pass where more votes say yes than no; null votes are not counted, and without any vote there is no verdict."""
    for_it, against = sum(vote is True for vote in votes), sum(vote is False for vote in votes)
    return for_it > against if for_it or against else None


def _votes(_options: NoOptions) -> GradeFunction:
    return majority


KINDS: Final = by_name(
    Kind(
        "votes",
        "1",
        "Passes where most recorded judge votes pass it: a tie fails, nulls are dropped, no vote is no verdict.",
        _votes,
    ),
)
