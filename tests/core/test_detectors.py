"""Runs that are no measurement."""

from typing import Any

import pytest

from core_builders import answers
from proofboard.core.detectors import why_invalid
from proofboard.schemas.bundle import Response


def shares(*values: float, refusal: float | None = 0.0) -> dict[str, Any]:
    return {"distribution": dict(zip("abcdefgh", values, strict=False)), "refusal_rate": refusal}


UNIFORM, PEAKED = shares(0.25, 0.25, 0.25, 0.25), shares(0.7, 0.1, 0.1, 0.1)


@pytest.mark.parametrize(
    ("outputs", "reason"),
    [
        (["", " ", "\n"] * 4, "all 12 answers are empty"),
        (["yes"] * 10, "all 10 answers are identical"),
        ([{"a": [1, 2]}] * 10, "all 10 answers are identical"),
        ([UNIFORM, shares(0.251, 0.249, 0.25, 0.25)] * 5, "10 of 10 answer distributions are uniform"),
        ([UNIFORM] * 8 + [PEAKED] * 2, "8 of 10 answer distributions are uniform"),
    ],
)
def test_a_run_that_says_nothing_is_invalid(outputs: list[Any], reason: str) -> None:
    assert why_invalid(answers(outputs)) == reason


@pytest.mark.parametrize(
    "outputs",
    [
        [],
        ["yes"] * 9,
        ["yes"] * 9 + ["no"],
        [""] * 9 + ["x"],
        [1] * 9 + [True],
        [1] * 9 + [1.0],
        ["yes"] * 9 + [None] * 5,
        [UNIFORM] * 7 + [PEAKED] * 3,
        [PEAKED, shares(0.6, 0.2, 0.1, 0.1)] * 10,
        [shares(0.25, 0.25, 0.25, 0.25, refusal=0.1), UNIFORM] * 5,
        [shares(0.26, 0.24, 0.25, 0.25), PEAKED] * 5,
        [{"distribution": {}}, {"distribution": {"a": "x"}}] * 5,
    ],
)
def test_an_honest_run_is_valid(outputs: list[Any]) -> None:
    assert why_invalid(answers(outputs)) is None


def test_only_answers_are_looked_at() -> None:
    refused = [Response(prompt_id=f"q{n}", state="refused", output="I cannot") for n in range(20)]
    failed = [Response(prompt_id=f"q{n}", state="platform_failure") for n in range(20)]
    assert why_invalid(refused + failed) is None
