"""The grader match: where an answer stands, as text or as a number."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grading_cases import grade, grader
from proofboard.errors import InputError

NUMERIC = {"numeric": True}


@pytest.mark.parametrize(
    ("options", "reference", "output", "passes"),
    [
        ({}, "Paris", "The capital is **paris**.", True),
        ({}, "Paris", "Paris is the capital", False),
        ({}, ["Lyon", "Paris"], "It is Paris", True),
        ({}, "Zürich", " zürich!\u00a0", True),
        ({}, "STRASSE", "Straße", True),
        ({}, "4", "14", True),
        ({}, 4, "It is 4", True),
        ({}, "U.S.", "the U.S.", True),
        ({}, "U.S.", "the US", False),
        ({"ignore_case": False}, "Paris", "paris", False),
        ({"location": "begin"}, "Paris", "'Paris' is it", True),
        ({"location": "begin"}, "Paris", "It is Paris", False),
        ({"location": "any"}, "Paris", "It is Paris, I think", True),
        ({"location": "any"}, "Paris", "It is Lyon", False),
        ({"location": "exact"}, "Paris", "(Paris)", True),
        ({"location": "exact"}, "Paris", "is Paris", False),
    ],
)
def test_text_is_compared_at_its_place_without_what_surrounds_it(
    options: dict[str, Any], reference: Any, output: str, *, passes: bool
) -> None:
    assert grade(grader("match", **options), reference, output) is passes


@pytest.mark.parametrize(
    ("location", "reference", "output", "passes"),
    [
        ("end", "5", "It is 25", False),
        ("end", "1000", "It is **$1,000.00**.", True),
        ("end", "1,000", r"\$1000", True),
        ("end", "-3", "x is \u22123!", True),
        ("end", "42", "42 apples", True),
        ("end", "3.1416", "3.14159", True),
        ("end", "0.1", "1e-1", True),
        ("end", "42", "x42", False),
        ("end", "42", "<42", False),
        ("end", "60", "60%", False),
        ("end", "60%", "60%", True),
        ("end", ["sixty", "60"], "It is 60", True),
        ("end", "1", "", False),
        ("begin", "3", "3 of 4", True),
        ("begin", "4", "3 of 4", False),
        ("any", "4", "3 of 4 in 5", True),
        ("any", "4", "3 of 44", False),
        ("exact", "4", " 4. ", True),
        ("exact", "4", "(4)", False),
        ("end", "1", "1" * 500, False),
        ("end", "1", "nan", False),
        ("end", "1", "1e999", False),
    ],
)
def test_a_number_is_compared_with_the_numbers_at_its_place(
    location: str, reference: Any, output: str, *, passes: bool
) -> None:
    assert grade(grader("match", numeric=True, location=location), reference, output) is passes


@pytest.mark.parametrize("reference", [None, [], "", "...", ["Paris", "*"], {"a": 1}])
def test_a_reference_without_a_letter_or_digit_is_refused(reference: Any) -> None:
    with pytest.raises(InputError, match="no reference that the grader 'match' can use"):
        grade(grader("match"), reference, "Paris")


@pytest.mark.parametrize("output", [None, 4, ["4"], {"answer": "4"}])
def test_an_output_that_is_no_text_is_wrong(output: Any) -> None:
    assert grade(grader("match", **NUMERIC), "4", output) is False


@given(st.text(), st.text(), st.sampled_from(["end", "begin", "any", "exact"]), st.booleans())
def test_any_text_is_graded_or_its_reference_refused(reference: str, output: str, location: str, numeric: bool) -> None:  # noqa: FBT001 - hypothesis passes it by position
    made = grader("match", location=location, numeric=numeric)
    try:
        found = grade(made, reference, output)
    except InputError:
        return
    assert isinstance(found, bool)


@given(st.text(alphabet="aA1. $,*", min_size=1), st.sampled_from(["end", "begin", "any", "exact"]))
def test_a_text_is_its_own_answer_everywhere(reference: str, location: str) -> None:
    try:
        found = grade(grader("match", location=location), reference, reference)
    except InputError:
        return
    assert found is True
