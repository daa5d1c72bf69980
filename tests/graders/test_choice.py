"""The grader choice: which option an answer chose."""

import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grading_cases import grade, grader
from proofboard.core.graders.choice import chosen
from proofboard.errors import InputError

CITIES = ["Paris", "London", "York", "New York"]


@pytest.mark.parametrize(
    "output",
    [
        "B",
        "b",
        "(B)",
        "B.",
        "**B**",
        "Option B",
        "london",
        " London. ",
        "Answer: B",
        "**Answer:** B",
        "Answer: **B**",
        "Answer:\nB",
        "The answer is (B).",
        "I think the answer is B because it rains.",
        "The correct answer is option B",
        r"So \boxed{B}",
        r"\boxed{\text{B}}",
        "Not (A), but the answer is (B)",
        "It must be (B).",
        "B) London",
        "Because of the river.\nB. London",
        "It is London, of course.",
    ],
)
def test_an_answer_that_chooses_one_option_is_read(output: str) -> None:
    assert chosen(output, "ABCD", CITIES) == "B"


@pytest.mark.parametrize(
    "output",
    ["", "E", "(A) or (B)", "Answer: A\nAnswer: B", "London, not Paris", "A. Paris\nB. London", "I do not know", "."],
)
def test_an_answer_that_chooses_no_option_or_two_is_wrong(output: str) -> None:
    assert chosen(output, "ABCD", CITIES) is None


def test_an_option_inside_a_longer_one_does_not_count() -> None:
    assert chosen("It is New York", "ABCD", CITIES) == "D"
    assert chosen("It is York", "ABCD", CITIES) == "C"


@pytest.mark.parametrize("reference", ["B", "b", 1, "London", ["A", "B"]])
def test_a_reference_is_a_letter_a_position_or_the_text_of_an_option(reference: Any) -> None:
    made = grader("choice")
    assert grade(made, reference, "Answer: B", choices=CITIES) is True
    assert grade(made, reference, "Answer: D", choices=CITIES) is False


@pytest.mark.parametrize("reference", ["E", 4, -1, True, "Rome", 1.0])
def test_a_reference_that_is_no_option_is_a_fault(reference: Any) -> None:
    with pytest.raises(InputError, match="'q1' has no reference"):
        grade(grader("choice"), reference, "B", choices=CITIES)


def test_without_choices_the_option_says_how_many_letters_there_are() -> None:
    assert grade(grader("choice", letters=10), "J", "Answer: J") is True
    with pytest.raises(InputError, match="has no reference"):
        grade(grader("choice"), "J", "Answer: J")


@given(st.text())
def test_no_text_makes_reading_fail(output: str) -> None:
    assert chosen(output, "ABCD", CITIES) in {None, "A", "B", "C", "D"}


@pytest.mark.parametrize("part", ["answer is ", "answer      ", "(", " ", "\\boxed{", "A.", "\n", "*"])
def test_a_long_text_cannot_make_reading_slow(part: str) -> None:
    started = time.perf_counter()
    chosen(part * (500_000 // len(part)), "ABCD", CITIES)
    assert time.perf_counter() - started < 3
