"""Metrics made from other metrics, against an oracle in fractions."""

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proofboard.core.composites import all_pass, any_passes, composite, nearest
from proofboard.schemas.benchmark import GraderSpec, Metric, Threshold

VERDICTS = [True, False, None]


def leaf(denominator: int = 1, **fields: Any) -> Metric:
    return Metric(grader=GraderSpec(kind="exact"), denominator=denominator, **fields)


@st.composite
def weighted_cases(draw: st.DrawFn) -> tuple[list[int | None], list[int], list[int], int]:
    count = draw(st.integers(1, 5))
    denominators = draw(st.lists(st.sampled_from([1, 3, 7, 100, 10**6, 10**12]), min_size=count, max_size=count))
    weights = draw(st.lists(st.integers(1, 100), min_size=count, max_size=count))
    values = [draw(st.none() | st.integers(-denominator, denominator)) for denominator in denominators]
    return values, denominators, weights, draw(st.sampled_from([1, 2, 10, 10**6, 10**12]))


@given(weighted_cases())
def test_a_weighted_mean_is_exact_and_rounded_once(case: tuple[list[int | None], list[int], list[int], int]) -> None:
    values, denominators, weights, own = case
    names = [f"m{number}" for number in range(len(values))]
    metric = Metric(weighted=dict(zip(names, weights, strict=True)), denominator=own)
    parts = {name: ([value], leaf(d)) for name, value, d in zip(names, values, denominators, strict=True)}
    known = [Fraction(v, d) * w for v, d, w in zip(values, denominators, weights, strict=True) if v is not None]
    expected = round(sum(known, Fraction(0)) / sum(weights) * own) if len(known) == len(values) else None
    assert composite(metric, parts, 1) == [expected]


@given(st.integers(-(10**20), 10**20), st.integers(1, 10**6))
def test_nearest_rounds_half_to_even(numerator: int, denominator: int) -> None:
    assert nearest(numerator, denominator) == round(Fraction(numerator, denominator))


def test_five_weighted_parts_keep_their_weights() -> None:
    weights = {"a": 35, "b": 25, "c": 15, "d": 15, "e": 10}
    parts: dict[str, tuple[list[int | None], Metric]] = {name: ([0], leaf(100)) for name in weights}
    parts["a"], parts["e"] = ([100], leaf(100)), ([5], leaf(10))
    assert composite(Metric(weighted=weights, denominator=1000), parts, 1) == [400]


@pytest.mark.parametrize(
    ("bound", "value", "verdict"),
    [("0.8", 800_000, 1), ("0.8", 799_999, 0), ("0.333333333", 333_333, 0), ("-1", 0, 1), ("0.8", None, None)],
)
def test_a_threshold_is_compared_exactly(bound: str, value: int | None, verdict: int | None) -> None:
    metric = Metric(threshold=Threshold(metric="m", at_least=bound))
    assert composite(metric, {"m": ([value], leaf(10**6))}, 1) == [verdict]


def test_a_threshold_on_a_metric_where_lower_is_better_is_a_ceiling() -> None:
    metric = Metric(threshold=Threshold(metric="errors", at_least="0.05"))
    part = leaf(100, direction="lower")
    assert composite(metric, {"errors": ([4, 5, 6], part)}, 3) == [1, 1, 0]


@pytest.mark.parametrize("one", VERDICTS)
@pytest.mark.parametrize("other", VERDICTS)
def test_verdicts_follow_three_valued_logic(*, one: bool | None, other: bool | None) -> None:
    # Kleene: an unknown verdict is settled only where both of its possible values would give the same answer.
    possible = [(a, b) for a in _possible(one) for b in _possible(other)]
    assert all_pass([one, other]) is _settled({a and b for a, b in possible})
    assert any_passes([one, other]) is _settled({a or b for a, b in possible})


def _possible(verdict: Any) -> list[bool]:
    return [True, False] if verdict is None else [verdict]


def _settled(answers: set[bool]) -> bool | None:
    return answers.pop() if len(answers) == 1 else None


def test_all_of_needs_the_full_value_of_every_part() -> None:
    parts: dict[str, tuple[list[int | None], Metric]] = {
        "structural": ([1, 1, 0, None, 0], leaf()),
        "judge": ([1000, 999, None, 1000, 1000], leaf(1000)),
    }
    assert composite(Metric(all_of=["structural", "judge"]), parts, 5) == [1, 0, 0, None, 0]
    assert composite(Metric(any_of=["structural", "judge"]), parts, 5) == [1, 1, None, 1, 1]


def test_verdicts_use_the_best_value_of_each_metric() -> None:
    parts = {
        "stars": ([50, 40], leaf(10, range=(1, 5))),
        "errors": ([0, 0], leaf(10, direction="lower")),
    }
    assert composite(Metric(all_of=["stars", "errors"]), parts, 2) == [1, 0]
    assert composite(Metric(all_of=["stars", "errors"], range=(0, 5), denominator=10), parts, 2) == [50, 0]


def test_no_rows_give_an_empty_column() -> None:
    assert composite(Metric(all_of=["m"]), {"m": ([], leaf())}, 0) == []
