"""The grader token_f1."""

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grading_cases import grade, grader
from proofboard.core.graders.normal import tokens
from proofboard.core.graders.tokens import token_f1

words = st.lists(st.sampled_from("abcde"), max_size=8)


@pytest.mark.parametrize(
    ("reference", "output", "score"),
    [
        ("the cat sat", "cat sat", Fraction(1)),
        ("cat sat on mat", "the cat sat", Fraction(2, 3)),
        ("cat", "dog", Fraction(0)),
        ("cat cat", "cat", Fraction(2, 3)),
        ("Well-known, indeed!", "wellknown INDEED", Fraction(1)),
        ("the", "a", Fraction(1)),
        ("the", "cat", Fraction(0)),
        (["dog", "a black cat"], "black cats and cat", Fraction(2, 3)),
        (7, "7 or 8", Fraction(1, 2)),
    ],
)
def test_token_f1_is_the_exact_share_of_common_words(reference: Any, output: str, score: Fraction) -> None:
    assert grade(grader("token_f1"), reference, output) == score


def test_articles_count_where_the_option_says_so() -> None:
    assert grade(grader("token_f1", drop_articles=False), "the cat", "cat") == Fraction(2, 3)


@given(words, words)
def test_token_f1_is_symmetric(one: list[str], other: list[str]) -> None:
    assert token_f1(one, other) == token_f1(other, one)


@given(words, words)
def test_token_f1_is_one_exactly_for_equal_bags(one: list[str], other: list[str]) -> None:
    assert (token_f1(one, other) == 1) == (sorted(one) == sorted(other))


@given(words.filter(bool), words.filter(bool))
def test_token_f1_is_the_harmonic_mean_of_precision_and_recall(found: list[str], right: list[str]) -> None:
    left = list(right)
    common = 0
    for word in found:
        if word in left:
            left.remove(word)
            common += 1
    precision, recall = Fraction(common, len(found)), Fraction(common, len(right))
    assert token_f1(found, right) == (2 * precision * recall / (precision + recall) if common else 0)


@given(st.text())
def test_normal_tokens_stay_as_they_are(text: str) -> None:
    once = tokens(text, drop_articles=True)
    assert all("".join(word.split()) == word for word in once)
