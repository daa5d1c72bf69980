"""The grader votes: the majority of recorded judge votes."""

import pytest

from grading_cases import grade, grader

YES, NO = True, False


@pytest.mark.parametrize(
    ("votes", "verdict"),
    [
        ([YES], True),
        ([NO], False),
        ([YES, YES, NO], True),
        ([YES, NO, NO], False),
        ([YES, NO], False),
        ([YES, None, None], True),
        ([YES, NO, None], False),
        ([None], None),
        ([], None),
    ],
)
def test_most_votes_decide_a_tie_fails_and_nulls_do_not_vote(*, votes: list[bool | None], verdict: bool | None) -> None:
    assert grade(grader("votes"), None, "an answer", votes=votes) is verdict
