"""A board under other weights: exact scores, and ranks that hold for as long as they say."""

import itertools
from collections.abc import Mapping
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from proofboard.core.inference.weighing import Weighed, WeighedEntry, margin, weigh

METRICS = ("accuracy", "cost", "speed")
REFLECTED = {"cost": Fraction(1)}
"""Of costs, from 0 to 1, less is better."""

Scores = dict[str, dict[str, Fraction | None]]
Weights = dict[str, Fraction]


def parts_of(low: int, high: int, denominator: int) -> st.SearchStrategy[Fraction]:
    return st.integers(low, high).map(lambda part: Fraction(part, denominator))


SHARES = parts_of(0, 30, 30)
MOVES = st.lists(parts_of(-60, 60, 60), min_size=3, max_size=3)
CHANGES = parts_of(0, 9, 10)
BOARDS: st.SearchStrategy[Scores] = st.lists(st.tuples(SHARES, SHARES, SHARES), min_size=2, max_size=4).map(
    lambda rows: {f"e{place}": dict(zip(METRICS, row, strict=True)) for place, row in enumerate(rows)}
)
WEIGHTS: st.SearchStrategy[Weights] = st.fixed_dictionaries({metric: parts_of(1, 81, 7) for metric in METRICS})


def by_name(found: Weighed) -> Mapping[str, WeighedEntry]:
    return {own.name: own for own in found.entries}


def score_of(own: Mapping[str, Fraction | None], weights: Mapping[str, Fraction]) -> Fraction:
    """Take the weighted mean by hand."""
    values = {metric: value for metric, value in own.items() if value is not None}
    values["cost"] = 1 - values["cost"]
    return sum((weights[metric] * values[metric] for metric in METRICS), Fraction(0)) / sum(weights.values())


def ranks_of(scores: Scores, weights: Mapping[str, Fraction]) -> dict[str, int]:
    taken = {name: score_of(own, weights) for name, own in scores.items()}
    return {name: 1 + sum(other > own for other in taken.values()) for name, own in taken.items()}


def added_of(own: Mapping[str, Fraction | None], weights: Mapping[str, Fraction]) -> list[Fraction]:
    return [
        weights[metric] * (1 - value if metric == "cost" else value)
        for metric in METRICS
        if (value := own[metric]) is not None
    ]


@given(BOARDS, WEIGHTS)
def test_scores_and_ranks_are_those_of_the_weighted_mean(scores: Scores, weights: Weights) -> None:
    found = weigh(scores, weights, REFLECTED)
    assert {own.name: own.score for own in found.entries} == {n: score_of(own, weights) for n, own in scores.items()}
    assert {own.name: own.rank for own in found.entries} == ranks_of(scores, weights)
    assert [own.rank for own in found.entries] == sorted(ranks_of(scores, weights).values())


@given(BOARDS, WEIGHTS, parts_of(1, 500, 23), CHANGES)
def test_scaling_all_weights_changes_nothing(
    scores: Scores, weights: Weights, factor: Fraction, change: Fraction
) -> None:
    scaled = {metric: weight * factor for metric, weight in weights.items()}
    assert weigh(scores, scaled, REFLECTED, change) == weigh(scores, weights, REFLECTED, change)


@given(BOARDS, WEIGHTS, CHANGES, MOVES)
def test_no_change_of_the_weights_within_the_share_leads_out_of_the_range_of_ranks(
    scores: Scores, weights: Weights, change: Fraction, moves: list[Fraction]
) -> None:
    found = by_name(weigh(scores, weights, REFLECTED, change))
    moved = {m: weight * (1 + change * move) for (m, weight), move in zip(weights.items(), moves, strict=True)}
    for name, rank in ranks_of(scores, moved).items():
        lowest, highest = found[name].rank_range or (0, 0)
        assert lowest <= rank <= highest


@given(BOARDS, WEIGHTS, CHANGES)
def test_each_pair_in_a_range_of_ranks_is_reached_by_a_corner(
    scores: Scores, weights: Weights, change: Fraction
) -> None:
    found = by_name(weigh(scores, weights, REFLECTED, change))
    corners = [
        dict(
            zip(
                METRICS, (weights[m] * (1 + change * sign) for m, sign in zip(METRICS, signs, strict=True)), strict=True
            )
        )
        for signs in itertools.product((-1, 1), repeat=3)
    ]
    for name, own in scores.items():
        others = [other for called, other in scores.items() if called != name]
        always = sum(all(score_of(other, w) > score_of(own, w) for w in corners) for other in others)
        ever = sum(any(score_of(other, w) > score_of(own, w) for w in corners) for other in others)
        assert found[name].rank_range == (1 + always, 1 + ever)


@given(BOARDS, WEIGHTS, MOVES)
def test_below_the_margin_no_order_changes(scores: Scores, weights: Weights, moves: list[Fraction]) -> None:
    found = by_name(weigh(scores, weights, REFLECTED))
    for name, own in scores.items():
        holds = found[name].holds_within
        if holds:
            share = holds * Fraction(999, 1000)
            moved = {m: w * (1 + share * move) for (m, w), move in zip(weights.items(), moves, strict=True)}
            for other in scores.values():
                before = score_of(own, weights) - score_of(other, weights)
                after = score_of(own, moved) - score_of(other, moved)
                assert (before > 0, before < 0) == (after > 0, after < 0)


@given(BOARDS, WEIGHTS)
def test_just_beyond_the_margin_a_change_of_the_weights_flips_the_order(scores: Scores, weights: Weights) -> None:
    one, other = (added_of(scores[name], weights) for name in ("e0", "e1"))
    firm = margin(one, other)
    assume(firm is not None and 0 < abs(firm) < 1)
    assert firm is not None
    beyond = (abs(firm) + 1) / 2 if abs(firm) > Fraction(99, 100) else abs(firm) + Fraction(1, 1000)
    ahead = 1 if firm > 0 else -1
    moved = {
        metric: weights[metric] * (1 - beyond * ahead * (1 if mine > theirs else -1))
        for metric, mine, theirs in zip(METRICS, one, other, strict=True)
    }
    before = score_of(scores["e0"], weights) - score_of(scores["e1"], weights)
    after = score_of(scores["e0"], moved) - score_of(scores["e1"], moved)
    assert before * after < 0


@given(BOARDS, WEIGHTS)
def test_an_entry_holds_within_the_smallest_margin_to_any_other(scores: Scores, weights: Weights) -> None:
    found = by_name(weigh(scores, weights, REFLECTED))
    for name, own in scores.items():
        pairs = (margin(added_of(own, weights), added_of(scores[other], weights)) for other in scores if other != name)
        assert found[name].holds_within == min((abs(pair) for pair in pairs if pair is not None), default=None)


def test_an_entry_that_is_nowhere_worse_holds_under_every_change() -> None:
    found = by_name(
        weigh(
            {"top": {"a": Fraction(1), "b": Fraction(1, 2)}, "low": {"a": Fraction(0), "b": Fraction(1, 2)}},
            {"a": Fraction(1), "b": Fraction(1)},
            {},
            Fraction(99, 100),
        )
    )
    assert found["top"].holds_within == 1
    assert found["top"].rank_range == (1, 1)


def test_equal_scores_share_a_rank_and_hold_only_if_nothing_tells_them_apart() -> None:
    half, whole, none = Fraction(1, 2), Fraction(1), Fraction(0)
    scores: Scores = {
        "left": {"a": whole, "b": none},
        "right": {"a": none, "b": whole},
        "same": {"a": whole, "b": none},
    }
    found = by_name(weigh(scores, {"a": half, "b": half}, {}))
    assert [found[name].rank for name in ("left", "right", "same")] == [1, 1, 1]
    assert [found[name].holds_within for name in ("left", "right", "same")] == [0, 0, 0]
    assert [found[name].rank_range for name in ("left", "right", "same")] == [(1, 2), (1, 3), (1, 2)]
    twins = by_name(weigh({name: scores[name] for name in ("left", "same")}, {"a": half, "b": half}, {}))
    assert [(own.rank, own.holds_within, own.rank_range) for own in twins.values()] == [(1, None, (1, 1))] * 2


def test_an_entry_without_a_metric_has_no_rank_and_a_reason() -> None:
    scores: Scores = {"whole": {"a": Fraction(0), "b": Fraction(0)}, "part": {"a": Fraction(1), "b": None}, "bad": {}}
    found = by_name(weigh(scores, {"a": Fraction(1), "b": Fraction(1)}, {}, unranked={"bad": "all answers are alike"}))
    assert (found["whole"].rank, found["whole"].holds_within) == (1, None)
    assert (found["part"].rank, found["part"].score, found["part"].reason) == (None, None, "has no score in b")
    assert (found["bad"].rank, found["bad"].reason) == (None, "all answers are alike")


def test_a_metric_that_is_not_weighed_may_be_missing() -> None:
    scores: Scores = {"part": {"a": Fraction(1), "b": None}}
    assert by_name(weigh(scores, {"a": Fraction(1)}, {}))["part"].rank == 1


def test_scores_over_large_and_different_denominators_are_ranked_exactly() -> None:
    tiny = Fraction(1, 10**40)
    scores: Scores = {f"e{n}": {"a": Fraction(1, 3) + n * tiny, "b": Fraction(1, 7 + n)} for n in range(5)}
    alone = weigh(scores, {"a": Fraction(1)}, {})
    assert [own.name for own in alone.entries] == ["e4", "e3", "e2", "e1", "e0"]
    both = weigh(scores, {"a": Fraction(1), "b": Fraction(1)}, {})
    assert by_name(both)["e0"].rank == 1


@pytest.mark.parametrize("weights", [{}, {"a": Fraction(0)}, {"a": Fraction(1), "b": Fraction(-1)}])
def test_weights_that_mean_nothing_are_refused(weights: Weights) -> None:
    with pytest.raises(ValueError, match="weight lies above 0"):
        weigh({}, weights, {})


@pytest.mark.parametrize("change", [Fraction(-1, 10), Fraction(1)])
def test_a_change_that_leaves_no_weights_is_refused(change: Fraction) -> None:
    with pytest.raises(ValueError, match="to below 1"):
        weigh({}, {"a": Fraction(1)}, {}, change)


def test_a_board_without_entries_stays_empty() -> None:
    assert list(weigh({}, {"a": Fraction(1)}, {}).entries) == []
