"""Graders of answer distributions."""

import json
import math
from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.spatial.distance import jensenshannon
from scipy.stats import kendalltau

from grading_cases import grade, grader
from proofboard.core.graders.base import to_grid
from proofboard.core.graders.distribution import jensen_shannon, kendall_tau
from proofboard.errors import InputError

KINDS = ["jensen_shannon", "kendall_tau", "refusal_gap", "distribution_blend"]

pairs_of_shares = st.integers(1, 8).flatmap(
    lambda n: st.tuples(*[st.lists(st.integers(0, 5), min_size=n, max_size=n) for _ in range(2)])
)
PEOPLE = {"distribution": {"yes": 0.5, "no": 0.25, "unsure": 0.25}, "refusal_rate": 0.1, "options": ["yes", "no"]}


def recorded(refusal_rate: Any = 0.1, **shares: Any) -> dict[str, Any]:
    return {"distribution": shares, "refusal_rate": refusal_rate}


@pytest.mark.parametrize("kind", KINDS)
def test_the_distribution_of_the_people_themselves_scores_one(kind: str) -> None:
    assert grade(grader(kind), PEOPLE, recorded(yes=0.5, no=0.25, unsure=0.25)) == 1


@given(pairs_of_shares)
def test_jensen_shannon_is_symmetric_and_between_zero_and_one(pair: tuple[list[int], list[int]]) -> None:
    assert 0 <= jensen_shannon(*pair) <= 1
    assert jensen_shannon(*pair) == pytest.approx(jensen_shannon(*reversed(pair)), abs=1e-15)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=8), st.floats(0.001, 1000))
def test_jensen_shannon_ignores_the_scale_of_the_shares(shares: list[float], scale: float) -> None:
    assume(sum(shares) > 1e-9)
    assert jensen_shannon(shares, [share * scale for share in shares]) == pytest.approx(1, abs=1e-9)


@given(st.lists(st.integers(0, 9), min_size=1, max_size=8).filter(any))
def test_jensen_shannon_of_equal_vectors_is_exactly_one(shares: list[int]) -> None:
    assert jensen_shannon(shares, shares) == 1


@given(pairs_of_shares)
def test_jensen_shannon_agrees_with_scipy(pair: tuple[list[int], list[int]]) -> None:
    assume(all(map(any, pair)))
    assert jensen_shannon(*pair) == pytest.approx(1 - jensenshannon(*pair, base=2) ** 2, abs=1e-7)


def test_distributions_without_a_common_option_have_nothing_in_common() -> None:
    assert jensen_shannon([1, 0], [0, 1]) == 0


def test_a_share_that_is_almost_nothing_gains_nothing() -> None:
    assert jensen_shannon([5e-324, 1], [1, 0]) == pytest.approx(0, abs=1e-12)


@given(pairs_of_shares)
def test_kendall_tau_agrees_with_scipy(pair: tuple[list[int], list[int]]) -> None:
    assume(all(len(set(shares)) > 1 for shares in pair))
    assert kendall_tau(*pair) == pytest.approx((1 + kendalltau(*pair).statistic) / 2, abs=1e-12)


@given(st.lists(st.integers(0, 5), min_size=1, max_size=8))
def test_kendall_tau_is_halfway_where_one_side_prefers_nothing(shares: list[int]) -> None:
    assert kendall_tau(shares, [1] * len(shares)) == 0.5


def test_an_invented_option_lies_wrong() -> None:
    honest, invented = recorded(yes=1), recorded(yes=0.5, maybe=0.5)
    made = grader("jensen_shannon")
    assert float(grade(made, PEOPLE, invented) or 0) < float(grade(made, PEOPLE, honest) or 0)


def test_refusal_gap_is_exact_in_decimals() -> None:
    assert grade(grader("refusal_gap"), PEOPLE, recorded(0.3)) == Fraction(8, 10)


@pytest.mark.parametrize("kind", KINDS)
def test_what_was_not_recorded_gives_no_verdict(kind: str) -> None:
    assert grade(grader(kind), PEOPLE, {}) is None
    assert grade(grader(kind), {"options": ["yes"]}, recorded(yes=1)) is None


@pytest.mark.parametrize("kind", ["jensen_shannon", "kendall_tau", "distribution_blend"])
@pytest.mark.parametrize(
    "output",
    [
        None,
        "yes",
        recorded(yes="1"),
        recorded(yes=-1),
        recorded(yes=float("inf")),
        recorded(yes=True),
        {"distribution": [1], "refusal_rate": 5},
        {"distribution": {str(n): 1 for n in range(300)}, "refusal_rate": -1},
    ],
)
def test_an_output_of_another_shape_is_wrong(kind: str, output: Any) -> None:
    options = {"weights": {"jensen_shannon": 1, "kendall_tau": 3}} if kind == "distribution_blend" else {}
    assert grade(grader(kind, **options), PEOPLE, output) == 0


@pytest.mark.parametrize("rate", ["0.1", -0.1, 1.1, True])
def test_a_refusal_rate_of_another_shape_is_wrong(rate: Any) -> None:
    assert grade(grader("refusal_gap"), PEOPLE, recorded(rate)) == 0


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("reference", [None, "x", {"distribution": {"a": 0}}, {"options": "ab"}, {"refusal_rate": 2}])
def test_a_reference_of_another_shape_is_a_fault(kind: str, reference: Any) -> None:
    with pytest.raises(InputError, match="'q1' has no reference"):
        grade(grader(kind), reference, recorded(yes=1))


def test_a_blend_weighs_its_parts_by_integers() -> None:
    output = recorded(0.3, yes=1, no=1, unsure=1)
    weights = {"kendall_tau": 1, "refusal_gap": 3}
    assert grade(grader("distribution_blend", weights=weights), PEOPLE, output) == Fraction(29, 40)


def test_a_blend_averages_the_present_parts_only_where_the_option_says_so() -> None:
    output = recorded(None, yes=1, no=1, unsure=1)
    weights = {"kendall_tau": 1, "refusal_gap": 3}
    assert grade(grader("distribution_blend", weights=weights), PEOPLE, output) is None
    assert grade(grader("distribution_blend", weights=weights, absent="present"), PEOPLE, output) == 0.5


def test_graders_that_use_logarithms_declare_one_unit_of_tolerance() -> None:
    assert {kind: grader(kind).tolerance for kind in KINDS} == {
        "jensen_shannon": 1,
        "kendall_tau": 0,
        "refusal_gap": 0,
        "distribution_blend": 1,
    }


def test_recorded_divergences_and_rank_agreements_are_reproduced(shared_data: Callable[[str], Path]) -> None:
    divergence, rank = grader("jensen_shannon"), grader("kendall_tau")
    gaps: list[tuple[float, float]] = []
    for question in _questions(shared_data("synthbench") / "results"):
        people = {"distribution": question["human_distribution"], "options": question["options"]}
        model = {"distribution": question["model_distribution"]}
        jsd, tau = 1 - _number(grade(divergence, people, model)), 2 * _number(grade(rank, people, model)) - 1
        gaps.append((abs(jsd - question["jsd"]), abs(tau - question["kendall_tau"])))
    assert len(gaps) > 3_000
    assert max(gap for gap, _ in gaps) < 3e-4
    # Two questions have options that tie only once their shares are rounded to 4 decimals.
    assert [gap for _, gap in sorted(gaps, key=_rank_gap)[:-2] if gap > 3e-4] == []
    assert max(gap for _, gap in gaps) < 0.027


def _questions(folder: Path) -> Sequence[dict[str, Any]]:
    files = sorted(folder.glob("*.json"))
    return [question for file in files for question in json.loads(file.read_bytes())["per_question"]]


def _number(score: Any) -> float:
    assert isinstance(score, float)
    assert math.isfinite(score)
    assert to_grid(score, 10**6) is not None
    return score


def _rank_gap(gaps: tuple[float, float]) -> float:
    return gaps[1]
