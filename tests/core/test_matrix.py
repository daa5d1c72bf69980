"""Trials and absences: what one cell of the score matrix is worth, against brute force."""

from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core_builders import exact_metric, matrix_of
from proofboard.core.matrix import DROPPED, FAILURE, NULL, SCORED, ScoreMatrix
from proofboard.errors import InputError
from proofboard.schemas.benchmark import Metric

CELLS = st.lists(st.sampled_from([0, 1, None]), min_size=1, max_size=6)
PASSING = ["pass_at_k", "pass_hat_k"]


def cell(made: ScoreMatrix, position: int = 0) -> Fraction | str:
    """Answer what a cell is worth, or the name of its state."""
    names = {DROPPED: "dropped", NULL: "null", FAILURE: "failure"}
    state = int(made.states[0, position])
    return names.get(state) or Fraction(int(made.values[0, position]), made.denominators[0])


def one(values: list[int | None], trials: int | None = None, **fields: Any) -> Fraction | str:
    return cell(matrix_of(exact_metric(**fields), [values], trials=trials or len(values)))


@pytest.mark.parametrize(
    ("missing", "worth"), [("worst", Fraction(0)), ("drop", "dropped"), ("null", "null")]
)  # fmt: skip
def test_an_absent_answer_is_worth_what_the_policy_says(missing: str, worth: Fraction | str) -> None:
    made = matrix_of(exact_metric(missing=missing), [1, None])
    assert [cell(made, 0), cell(made, 1)] == [1, worth]


@pytest.mark.parametrize("missing", ["worst", "drop", "null", "refuse"])
def test_a_failure_of_the_platform_is_a_failure_under_every_policy(missing: str) -> None:
    made = matrix_of(exact_metric(missing=missing), [1, None], states={(1, 0): "platform_failure"})
    assert [cell(made, 0), cell(made, 1)] == [1, "failure"]


def test_one_failed_trial_is_not_hidden_by_the_others() -> None:
    made = matrix_of(exact_metric(missing="drop"), [[1, None]], trials=2, states={(0, 1): "platform_failure"})
    assert cell(made) == "failure"


def test_the_worst_score_is_the_highest_where_lower_is_better() -> None:
    assert one([None], direction="lower", range=(0, 7)) == 7


def test_an_item_without_any_row_is_absent() -> None:
    made = matrix_of(exact_metric(), [1, []])
    assert cell(made, 1) == 0


@given(CELLS)
def test_the_mean_of_the_trials_is_exact_and_a_missing_trial_counts_as_missing(values: list[int | None]) -> None:
    assert one(values) == Fraction(sum(v or 0 for v in values), len(values))


def test_a_trial_that_is_declared_and_has_no_line_counts_as_missing() -> None:
    assert one([1, 1], trials=3) == Fraction(2, 3)
    assert one([1, 1], trials=3, missing="drop") == 1
    assert one([1, 1], trials=3, missing="null") == "null"


@given(st.lists(CELLS, min_size=2, max_size=5), st.sampled_from([1, 10**6, 10**12]))
def test_dropping_leaves_out_single_trials_and_keeps_the_means_exact(
    rows: list[list[int | None]], denominator: int
) -> None:
    scaled = [[None if v is None else v * (denominator // 2 + 1) for v in row] for row in rows]
    metric = exact_metric(missing="drop", denominator=denominator)
    made = matrix_of(metric, scaled, trials=6)
    for position, row in enumerate(scaled):
        known = [v for v in row if v is not None]
        expected = Fraction(sum(known), len(known) * denominator) if known else "dropped"
        assert cell(made, position) == expected


def chance_of(values: list[int], k: int, *, every: bool) -> Fraction:
    """Try every set of k trials: the share in which any of them, or every one, passes."""
    sets = list(combinations(values, k))
    passed = [all(chosen) if every else any(chosen) for chosen in sets]
    return Fraction(sum(passed), len(passed))


@given(st.lists(st.sampled_from([0, 1]), min_size=1, max_size=7), st.data())
def test_pass_at_k_and_pass_hat_k_are_those_of_all_sets_of_k_trials(values: list[int], data: st.DataObject) -> None:
    k = data.draw(st.integers(1, len(values)))
    for kind in PASSING:
        found = passing(exact_metric(trials=kind, k=k), [*values], len(values))
        assert found == chance_of(values, k, every=kind == "pass_hat_k")


def passing(metric: Metric, values: Sequence[int | None], trials: int) -> Fraction | str:
    return cell(matrix_of(metric, [list(values)], trials=trials))


@pytest.mark.parametrize("kind", PASSING)
def test_an_absent_trial_does_not_pass(kind: str) -> None:
    metric = exact_metric(trials=kind, k=2)
    assert passing(metric, [1, 1, None], 3) == chance_of([1, 1, 0], 2, every=kind == "pass_hat_k")
    assert passing(metric, [1, 1], 3) == chance_of([1, 1, 0], 2, every=kind == "pass_hat_k")


@pytest.mark.parametrize("kind", PASSING)
def test_a_dropped_trial_is_left_out_of_the_sets(kind: str) -> None:
    metric = exact_metric(trials=kind, k=2, missing="drop")
    assert passing(metric, [1, 0, None, 1], 4) == chance_of([1, 0, 1], 2, every=kind == "pass_hat_k")


def test_pass_at_one_is_the_mean_under_every_policy() -> None:
    for missing in ("worst", "drop", "null"):
        alike = [
            passing(exact_metric(trials=kind, k=1, missing=missing), [1, None, 0, 1], 4) for kind in ("mean", *PASSING)
        ]
        assert len(set(alike)) == 1, missing


def test_an_item_with_fewer_than_k_trials_left_is_dropped() -> None:
    metric = exact_metric(trials="pass_at_k", k=3, missing="drop")
    assert passing(metric, [1, 1, None], 3) == "dropped"


@pytest.mark.parametrize("kind", PASSING)
def test_fewer_trials_than_k_say_nothing(kind: str) -> None:
    # A zero would be a number that nobody measured.
    assert passing(exact_metric(trials=kind, k=5), [1, 1], 2) == "null"


@pytest.mark.parametrize("kind", PASSING)
def test_counts_of_sets_beyond_64_bits_are_a_fault_and_no_wrong_number(kind: str) -> None:
    with pytest.raises(InputError, match="trials"):
        passing(exact_metric(trials=kind, k=50), [1] * 200, 200)


def test_a_large_but_countable_number_of_sets_is_exact() -> None:
    made = passing(exact_metric(trials="pass_at_k", k=10), [1] * 50 + [0] * 50, 100)
    assert made == 1 - Fraction(10272278170, 17310309456440)


def test_values_are_zero_where_nothing_is_scored() -> None:
    made = matrix_of(exact_metric(missing="null"), [1, None])
    assert made.states.tolist() == [[SCORED, NULL]]
    assert made.values.tolist() == [[1, 0]]
