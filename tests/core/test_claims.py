"""What a source claims of itself, held against its own items."""

from typing import Any

import pytest

from core_builders import benchmark, board, entry, exact_metric, item, row_of, verdicts
from proofboard.schemas.benchmark import Facet, Policies
from proofboard.schemas.bundle import Usage

QUESTIONS = [item(n, facets={"tier": "easy" if n < 6 else "hard"}) for n in range(9)]
MADE = benchmark(
    facets={"tier": Facet(values=["easy", "hard"], role="tier")},
    metrics={"correct": exact_metric(), "other": exact_metric(places=2)},
)
TWO_THIRDS = verdicts("111110010")


def disagreements(claims: dict[str, Any], **policies: Any) -> dict[str, tuple[Any, Any]]:
    made = benchmark(facets=MADE.facets, metrics=MADE.metrics, policies=Policies(**policies))
    usage = Usage(prompt_tokens=10, completion_tokens=1, calls=1)
    row = row_of(board(made, QUESTIONS, [entry(made, QUESTIONS, "v/c", TWO_THIRDS, usage=usage, claims=claims)]), "v/c")
    return {own.statistic: (own.claimed, own.found) for own in row.disagreements}


@pytest.mark.parametrize(
    "claims",
    [
        {"score": 0.667},
        {"pass_rate": 0.6667, "accuracy": 0.666667},
        {"correct": 0.667, "other": 0.67},
        {"correct@tier=easy": 0.833, "score@tier=hard": 0.333},
        {"total_tokens": 99, "prompt_tokens": 90, "completion_tokens": 9, "generation_calls": 9, "n_prompts": 9},
        {"score": None, "n_votes": None},
        {"mood": "splendid", "score@tier=unknown": 1.0},
    ],
)
def test_what_the_items_give_or_do_not_speak_of_is_not_disputed(claims: dict[str, Any]) -> None:
    assert disagreements(claims) == {}


@pytest.mark.parametrize(
    ("name", "claimed", "found"),
    [
        ("score", 0.7, 0.666667),
        ("score", 1, 0.666667),
        ("score", "0.667", 0.666667),
        ("correct@tier=hard", 0.334, 0.333333),
        ("other", 0.68, 0.67),
        ("total_tokens", 100, 99),
        ("n_prompts", 8, 9),
        ("n_votes", 3, None),
        ("judge_calls", 27, None),
    ],
)
def test_what_the_items_do_not_give_is_listed_with_both_numbers(name: str, claimed: Any, found: Any) -> None:
    assert disagreements({name: claimed}) == {name: (claimed, found)}


def test_a_claim_at_the_edge_of_the_tolerance_agrees() -> None:
    assert disagreements({"other": 0.6705}) == {}
    assert disagreements({"other": 0.670501}) != {}
    assert disagreements({"other": 0.68}, claim_tolerance="0.01") == {}


def test_whole_numbers_agree_exactly_or_not_at_all() -> None:
    assert disagreements({"total_tokens": 100}, claim_tolerance="5") == {"total_tokens": (100, 99)}


def test_disagreements_are_listed_by_name_and_change_no_number() -> None:
    honest = row_of(board(MADE, QUESTIONS, [entry(MADE, QUESTIONS, "v/c", TWO_THIRDS)]), "v/c")
    lying = row_of(
        board(MADE, QUESTIONS, [entry(MADE, QUESTIONS, "v/c", TWO_THIRDS, claims={"score": 1.0, "n_prompts": 10})]),
        "v/c",
    )
    assert [own.statistic for own in lying.disagreements] == ["n_prompts", "score"]
    assert lying.public == honest.public
