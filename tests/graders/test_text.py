"""Graders that compare text: exact, normalised_exact, includes."""

import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grading_cases import grade, grader
from proofboard.core.graders.references import same_json
from proofboard.errors import InputError
from proofboard.schemas.bundle import Response
from proofboard.schemas.item import Item

TEXT_KINDS = ["exact", "normalised_exact", "includes", "regex", "numeric", "choice", "token_f1"]

json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.floats(-9, 9) | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=2), inner, max_size=3),
    max_leaves=6,
)


@pytest.mark.parametrize(
    ("reference", "output", "passes"),
    [
        ("Paris", "Paris", True),
        ("Paris", "Paris ", False),
        ("Paris", "paris", False),
        (["Paris", "Lutetia"], "Lutetia", True),
        (["Paris", "Lutetia"], "Rome", False),
        (4, "4", True),
        (4, 4, True),
        (4, 4.0, True),
        (True, "true", True),
        (True, True, True),
        (True, 1, False),
        (1, True, False),
        ("4", 4, False),
        ([4, "four"], "four", True),
        ({"a": [1, True]}, {"a": [1, True]}, True),
        ({"a": [1, True]}, {"a": [1, 1]}, False),
        ({"a": 1}, {"a": 1, "b": 2}, False),
        ("", "", True),
    ],
    ids=repr,
)
def test_exact_compares_json_values_and_accepts_numbers_as_models_write_them(
    *, reference: Any, output: Any, passes: bool
) -> None:
    assert grade(grader("exact"), reference, output) is passes


@pytest.mark.parametrize("kind", TEXT_KINDS)
@pytest.mark.parametrize("output", [None, 17.5, True, [], ["1"], {"text": "1"}, "\ud800"])
def test_an_output_that_is_no_text_is_wrong_and_never_an_exception(kind: str, output: Any) -> None:
    reference = "A" if kind == "choice" else "1"
    assert grade(grader(kind), reference, output) == 0


@pytest.mark.parametrize("kind", TEXT_KINDS)
@pytest.mark.parametrize("reference", [None, [], ["1", None]])
def test_an_item_without_a_reference_is_a_fault_and_not_a_wrong_answer(kind: str, reference: Any) -> None:
    with pytest.raises(InputError, match="'q1' has no reference"):
        grade(grader(kind), reference, "1")


def test_the_message_about_an_unusable_reference_does_not_reveal_it() -> None:
    with pytest.raises(InputError) as caught:
        grade(grader("numeric"), "forty-two secrets", "42")
    assert "secrets" not in str(caught.value)


@pytest.mark.parametrize(
    ("options", "reference", "output", "passes"),
    [
        ({}, "New York", "  new\n york ", True),
        ({}, "Straße", "STRASSE", True),
        ({}, "ﬁn", "FIN", True),
        ({}, "café", "cafe\u0301", True),
        ({}, "Paris", "Paris.", False),
        ({"ignore_punctuation": True}, "Paris", "«Paris».", True),
        ({"ignore_articles": True}, "Eiffel Tower", "The Eiffel Tower", True),
        ({"ignore_case": False}, "Paris", "paris", False),
        ({"ignore_case": False, "ignore_articles": True}, "Cat", "The Cat", True),
        ({}, True, "True", True),
        ({}, 4, 4, True),
        ({}, ["x", "Paris"], "PARIS", True),
    ],
)
def test_normalised_exact_compares_normal_forms(
    *, options: dict[str, bool], reference: Any, output: Any, passes: bool
) -> None:
    assert grade(grader("normalised_exact", **options), reference, output) is passes


@pytest.mark.parametrize(
    ("options", "reference", "output", "passes"),
    [
        ({}, "York", "New York City", True),
        ({}, "new  york", "in new\nyork", True),
        ({}, "york", "New York", False),
        ({"ignore_case": True}, "york", "New York", True),
        ({}, 4, "14", True),
        ({"whole_words": True}, 4, "14", False),
        ({"whole_words": True}, 4, "14, 4.", True),
        ({}, ["no", "yes"], "yes!", True),
        ({}, " ", "anything at all", False),
    ],
)
def test_includes_finds_a_reference_inside_the_output(
    *, options: dict[str, bool], reference: Any, output: str, passes: bool
) -> None:
    assert grade(grader("includes", **options), reference, output) is passes


@given(json_values, json_values)
def test_json_equality_is_symmetric_and_every_value_equals_itself(one: Any, other: Any) -> None:
    assert same_json(one, one)
    assert same_json(one, other) == same_json(other, one)


@given(st.text(max_size=20))
def test_whatever_is_exactly_right_is_right_in_normal_form(text: str) -> None:
    assert grade(grader("normalised_exact"), text, text) is True


def test_exact_takes_less_than_a_microsecond() -> None:
    # The target is half of that on a quiet machine; the bound leaves room for a busy one.
    function = grader("exact").grade
    item, response = Item(id="q", reference="a right answer"), Response(prompt_id="q", output="a wrong answer")
    best = min(_seconds(function, item, response) for _ in range(5))
    assert best / 20_000 < 1e-6


def _seconds(function: Any, item: Item, response: Response) -> float:
    started = time.perf_counter()
    for _ in range(20_000):
        function(item, response, ())
    return time.perf_counter() - started
