"""Win regions: few false ones over many boards, most true ones found, and p-values against slow references."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.stats import binom

from core_builders import benchmark, exact_metric, item, reported_metric, scoring
from inference_builders import Integers, verdicts
from proofboard.core.inference.resampling import RESAMPLES
from proofboard.core.inference.win_regions import LEVEL, Finding, Hypothesis, adjusted, findings_of, hypotheses
from proofboard.core.slices import Slice, declared_slices
from proofboard.schemas.benchmark import Aggregate, Benchmark, Facet, Mean
from proofboard.schemas.item import Item

CONFIGURATIONS, SLICES, ITEMS = 8, 12, 100
BASE = 0.7
BOARDS = 200
RESAMPLES_OF_MANY = 399
"""Resamples where boards are many: the level holds at any number of them, and 20 of 400 are exactly 5 %."""
NOWHERE = Slice("nowhere", "nowhere", "nowhere", np.zeros(0, dtype=np.bool_))
"""A test needs no items: what clusters add is all that it looks at."""


def hypothesis(differences: Sequence[int] | Integers, first: int = 0, *, entry: int = 1) -> Hypothesis:
    """Claim that an entry is better on clusters that begin with a code, where each adds an integer."""
    sums = np.array(differences, dtype=np.int64)
    clusters = np.arange(first, first + len(sums))
    total, scale = int(sums.sum()), Fraction(max(len(sums), 1))
    return Hypothesis(entry, NOWHERE, len(sums), total / scale, sums, scale, clusters)


def family_of(rates: NDArray[np.float64], seed: int) -> list[Hypothesis]:
    """Draw a board of float64[default and configurations, slices] rates; compare on every slice."""
    board = verdicts(seed, np.repeat(rates, ITEMS, axis=1))
    parts = [slice(start, start + ITEMS) for start in range(0, board.shape[1], ITEMS)]
    return [
        hypothesis(board[own, part] - board[0, part], part.start, entry=own)
        for part in parts
        for own in range(1, len(board))
    ]


def rates_with(*regions: tuple[int, int, float]) -> NDArray[np.float64]:
    """Answer equal rates but for (configuration, slice, effect)."""
    rates = np.full((CONFIGURATIONS + 1, SLICES), BASE)
    for own, part, effect in regions:
        rates[own, part] += effect
    return rates


def place_of(own: int, part: int) -> int:
    return part * CONFIGURATIONS + own - 1


# What holds over many boards.


def test_false_wins_and_false_losses_are_rare_where_nothing_differs() -> None:
    families = (family_of(rates_with(), seed) for seed in range(BOARDS))
    found = [
        {own.verdict for own in findings_of(family, seed, RESAMPLES_OF_MANY)} for seed, family in enumerate(families)
    ]
    most = 0.05 + 2 * (0.05 * 0.95 / BOARDS) ** 0.5
    assert sum("win" in verdict for verdict in found) / BOARDS <= most
    assert sum("loss" in verdict for verdict in found) / BOARDS <= most


REGIONS = [(1, 0), (2, 3), (3, 7)]


def test_nine_in_ten_regions_of_twenty_points_are_found_and_the_rest_stay_rare() -> None:
    rates = rates_with(*((own, part, 0.2) for own, part in REGIONS))
    true = {place_of(*region) for region in REGIONS}
    boards = [findings_of(family_of(rates, seed), seed, RESAMPLES_OF_MANY) for seed in range(BOARDS // 2)]
    wins = [{place for place, own in enumerate(board) if own.verdict == "win"} for board in boards]
    assert sum(len(own & true) for own in wins) >= 0.9 * len(true) * len(boards)
    assert sum(bool(own - true) for own in wins) / len(boards) <= 0.05 + 2 * (0.05 * 0.95 / len(boards)) ** 0.5


@pytest.mark.parametrize("effect", [0.0, 0.147])
def test_all_lower_bounds_of_a_board_lie_below_the_true_differences(effect: float) -> None:
    rates = rates_with(*((own, part, effect) for own, part in REGIONS), (5, 5, -effect))
    truth = (rates[1:] - rates[0]).T.ravel()
    boards = (findings_of(family_of(rates, seed), seed, RESAMPLES_OF_MANY) for seed in range(BOARDS // 2))
    covered = [all(own.lower_bound <= true for own, true in zip(board, truth, strict=True)) for board in boards]
    assert np.mean(covered) >= 0.93


# Single tests against what is known of them.


@pytest.mark.parametrize(("better", "worse"), [(10, 2), (15, 5), (40, 25), (3, 0), (0, 0), (7, 7), (2, 9)])
def test_one_hypothesis_alone_has_the_p_value_of_the_sign_test(better: int, worse: int) -> None:
    found = findings_of([hypothesis([1] * better + [-1] * worse + [0] * 40)], 3, 19_999)[0]
    for p_value, own in ((found.p_win, better), (found.p_loss, worse)):
        expected = binom.sf(own - 1, better + worse, 0.5)
        assert float(p_value) == pytest.approx(expected, abs=4 * (expected * (1 - expected) / 20_000) ** 0.5 + 1e-4)


@pytest.mark.parametrize("size", range(1, 60))
def test_what_every_item_counts_for_changes_no_p_value(size: int) -> None:
    # Statistics of equal differences are roots of whole numbers: their ties are many, and must stay ties.
    rows = [[1] * 5 + [0] * 9, [1] * 9 + [-1] * 3 + [0] * 2, [-1, 1] * 7, [0] * 14]
    expected = findings_of([hypothesis(row) for row in rows], 3)
    found = findings_of([hypothesis([size * cell for cell in row]) for row in rows], 3)
    assert [(own.p_win, own.p_loss) for own in found] == [(own.p_win, own.p_loss) for own in expected]


def test_no_hypothesis_has_no_finding() -> None:
    assert findings_of([], 1) == []


def test_where_nothing_differs_nothing_is_claimed() -> None:
    equal, better = findings_of([hypothesis([0] * 100), hypothesis([1] * 100, 100)], 1)
    assert equal == Finding("no evidence", 0.0, Fraction(1), Fraction(1))
    assert better.verdict == "win"


def test_better_on_every_item_is_a_win_with_a_bound_below_all() -> None:
    found = findings_of([hypothesis([1] * 100)], 1)[0]
    assert (found.verdict, found.p_win) == ("win", Fraction(1, RESAMPLES + 1))
    # Nobody fails an item that the other passes: the error is still that of 100 items, and 1.6 of it are taken off.
    assert found.lower_bound == pytest.approx(1 - 1.645 / 10, abs=0.03)


def test_better_on_all_of_four_items_is_chance_and_on_all_of_five_is_not() -> None:
    assert findings_of([hypothesis([1] * 4)], 3, 19_999)[0].verdict == "no evidence"
    assert findings_of([hypothesis([1] * 5)], 3, 19_999)[0].verdict == "win"


def test_with_too_few_resamples_nothing_is_won_and_no_bound_is_no_number() -> None:
    found = findings_of([hypothesis([1] * 50), hypothesis([0] * 50)], 1, 18)
    assert [own.verdict for own in found] == ["no evidence"] * 2
    assert [own.lower_bound for own in found] == [-float("inf"), 0]


def test_losses_are_wins_of_the_other_side() -> None:
    family = family_of(rates_with((1, 0, 0.25), (2, 3, -0.25)), 4)
    mirrored = [
        Hypothesis(own.entry, own.part, own.n_items, -own.difference, -own.sums, own.scale, own.clusters)
        for own in family
    ]
    found, other = findings_of(family, 4), findings_of(mirrored, 4)
    assert [(own.p_win, own.p_loss) for own in found] == [(own.p_loss, own.p_win) for own in other]
    turned = {"win": "loss", "loss": "win", "no evidence": "no evidence"}
    assert [turned[own.verdict] for own in found] == [own.verdict for own in other]
    assert {found[place_of(1, 0)].verdict, found[place_of(2, 3)].verdict} == {"win", "loss"}


def test_a_win_is_never_claimed_to_be_worse_than_nothing() -> None:
    everywhere = rates_with(*((own, part, 0.12) for own in range(1, 9) for part in range(SLICES)))
    found = [own for seed in range(10) for own in findings_of(family_of(everywhere, seed), seed)]
    wins = [own for own in found if own.verdict == "win"]
    assert all(own.lower_bound >= 0 for own in wins)
    # Some are won in later steps alone: more than 0 is all that is known of them.
    assert any(own.lower_bound == 0 for own in wins)
    assert any(own.lower_bound > 0 for own in wins)
    assert all(own.lower_bound < 0 for own in found if own.verdict != "win")


# Step-down p-values.


def slow_p_values(observed: NDArray[np.float64], drawn: NDArray[np.float64]) -> list[Fraction]:
    """Answer the largest p-value of a hypothesis and all above it, each against all that are not above it."""
    size, resamples = drawn.shape
    alone = []
    for own in range(size):
        rest = [other for other in range(size) if observed[other] <= observed[own]]
        reached = sum(max(drawn[other, b] for other in rest) >= observed[own] for b in range(resamples))
        alone.append(Fraction(1 + reached, resamples + 1))
    return [max(p for p, value in zip(alone, observed, strict=True) if value >= own) for own in observed]


STATISTICS = st.integers(1, 6).flatmap(
    lambda size: st.lists(
        st.lists(st.integers(-3, 3).map(float), min_size=size, max_size=size), min_size=2, max_size=25
    )
)


@given(STATISTICS)
def test_p_values_are_those_of_the_slow_reference(columns: list[list[float]]) -> None:
    observed, drawn = np.array(columns[0]), np.array(columns[1:]).T
    assert adjusted(observed, drawn) == slow_p_values(observed, drawn)


def test_p_values_of_a_board_are_those_of_the_slow_reference() -> None:
    draw = np.random.default_rng(2)
    drawn = draw.standard_normal((30, 99)) + draw.standard_normal(99)
    observed = np.round(draw.standard_normal(30) * 2, 1)
    assert adjusted(observed, drawn) == slow_p_values(observed, drawn)


def test_p_values_fall_where_statistics_rise() -> None:
    draw = np.random.default_rng(3)
    observed, drawn = draw.standard_normal(40) * 2, draw.standard_normal((40, 199))
    ordered = [p for _, p in sorted(zip(observed.tolist(), adjusted(observed, drawn), strict=True))]
    assert all(one >= other for one, other in pairwise(ordered))
    assert min(ordered) >= Fraction(1, 200)


@given(st.lists(st.lists(st.integers(-2, 2), min_size=8, max_size=8), min_size=2, max_size=5))
def test_more_questions_about_the_same_items_only_weaken(rows: list[list[int]]) -> None:
    family = [hypothesis(row) for row in rows]
    fewer, more = findings_of(family[:1], 5, 99), findings_of(family, 5, 99)
    assert more[0].p_win >= fewer[0].p_win
    assert more[0].p_loss >= fewer[0].p_loss
    assert more[0].lower_bound <= fewer[0].lower_bound


def test_the_order_of_hypotheses_changes_nothing() -> None:
    family = family_of(rates_with((1, 0, 0.2), (2, 3, 0.1)), 6)
    order = np.random.default_rng(1).permutation(len(family)).tolist()
    found, shuffled = findings_of(family, 6), findings_of([family[place] for place in order], 6)
    assert shuffled == [found[place] for place in order]


# From scores to hypotheses.


KINDS, LEVELS = ("a", "b", "c"), ("easy", "hard")
FACETS = {"kind": Facet(values=list(KINDS)), "level": Facet(values=list(LEVELS))}
Rows = Sequence[Mapping[str, Sequence[Any]]]


def with_facets(**fields: Any) -> Benchmark:
    return benchmark(facets=FACETS, slice_pairs=[("kind", "level")], **fields)


def questions(count: int, copies: int = 1) -> list[Item]:
    """Make items of all kinds and levels; copies of an item are one cluster."""
    facets = [{"kind": KINDS[n % 3], "level": LEVELS[n // 3 % 2]} for n in range(count)]
    return [item(n, facets=facets[n // copies], cluster=f"c{n // copies}") for n in range(count * copies)]


def claims(made: Benchmark, asked: Sequence[Item], rows: Rows, fewest: int = 1, **changes: Any) -> list[Hypothesis]:
    scored = scoring(made, asked, rows)
    parts = changes.get("parts") or declared_slices(scored.table, made)
    return hypotheses(scored, made.headline, parts, [(own, 0) for own in range(1, len(rows))], fewest)


def drawn_rows(count: int, entries: int, seed: int = 7) -> list[dict[str, list[int]]]:
    rates = np.repeat(np.linspace(0.4, 0.8, entries)[:, None], count, axis=1)
    return [{"correct": row} for row in verdicts(seed, rates).tolist()]


def named(family: Sequence[Hypothesis], found: Sequence[Finding]) -> dict[tuple[int, str], Finding]:
    return {(own.entry, own.part.name): finding for own, finding in zip(family, found, strict=True)}


def test_a_hypothesis_says_the_exact_difference_of_the_scores_on_its_slice() -> None:
    rows = [{"correct": [0] * 12}, {"correct": [1, 0, 0] * 4}]
    family = claims(with_facets(), questions(12), rows)
    differences = {own.part.name: own.difference for own in family}
    assert differences["overall"] == Fraction(1, 3)
    assert differences["kind=a"] == 1
    assert differences["kind=b"] == 0
    assert differences["level=easy"] == Fraction(1, 3)
    assert differences["kind=a×level=hard"] == 1
    assert all(int(own.sums.sum()) == own.difference * own.scale for own in family)
    assert {own.part.name: own.n_items for own in family}["kind=a×level=hard"] == 2


def test_lower_is_better_turns_a_hypothesis_round() -> None:
    made = with_facets(metrics={"correct": reported_metric(denominator=10, direction="lower")})
    family = claims(made, questions(12), [{"correct": [9] * 12}, {"correct": [2] * 12}])
    assert {own.difference for own in family} == {Fraction(7, 10)}
    found = named(family, findings_of(family, 1))
    assert found[1, "overall"].verdict == "win"
    assert not any(own.verdict == "loss" for own in found.values())


def test_slices_with_too_few_items_make_no_hypothesis_and_cost_the_others_nothing() -> None:
    rows, asked = drawn_rows(120, 3), questions(120)
    made = with_facets()
    large = claims(made, asked, rows, fewest=40)
    assert {own.part.name for own in large} == {
        "overall", "kind=a", "kind=b", "kind=c", "level=easy", "level=hard",
    }  # fmt: skip
    declared = [part for part in declared_slices(scoring(made, asked, rows).table, made) if part.mask.sum() >= 40]
    assert findings_of(large, 1) == findings_of(claims(made, asked, rows, parts=declared), 1)
    assert len(claims(made, asked, rows, fewest=41)) == len(large) - 3 * 2


def test_only_items_that_are_measured_count_for_the_size_of_a_slice() -> None:
    aggregates = {"only-a": Aggregate(mean=Mean(metric="correct", slice={"kind": ["a"]}))}
    made = with_facets(aggregates=aggregates, headline="only-a")
    family = claims(made, questions(60), drawn_rows(60, 2), fewest=11)
    assert {own.part.name: own.n_items for own in family} == {"overall": 20, "kind=a": 20}


def test_entries_that_left_items_out_make_no_hypothesis_where_they_did() -> None:
    made = with_facets(metrics={"correct": exact_metric(missing="drop")})
    rows: list[dict[str, list[int | None]]] = [{"correct": [0, 1] * 6}, {"correct": [None, *[1] * 11]}]
    rows.append({"correct": [1] * 12})
    family = claims(made, questions(12), rows)
    assert {own.part.name for own in family if own.entry == 1} == {
        "kind=b", "kind=c", "level=hard", "kind=a×level=hard",
        "kind=b×level=easy", "kind=b×level=hard", "kind=c×level=easy", "kind=c×level=hard",
    }  # fmt: skip
    assert len([own for own in family if own.entry == 2]) == 12
    # A default without an answer compares with nobody there.
    assert {own.part.name for own in claims(made, questions(12), [rows[1], rows[0]])} == {
        own.part.name for own in family if own.entry == 1
    }


def test_asking_items_five_times_changes_no_finding() -> None:
    rows, made = drawn_rows(180, 4), with_facets()
    once = claims(made, questions(180), rows)
    often = claims(made, questions(180, copies=5), [{"correct": np.repeat(r["correct"], 5).tolist()} for r in rows])
    found, again = named(once, findings_of(once, 2)), named(often, findings_of(often, 2))
    assert {key: (own.verdict, own.p_win, own.p_loss) for key, own in found.items()} == {
        key: (own.verdict, own.p_win, own.p_loss) for key, own in again.items()
    }
    assert all(again[key].lower_bound == pytest.approx(own.lower_bound, abs=1e-12) for key, own in found.items())
    # Taken as independent, the same answers would be much surer.
    loose = [item(n, facets=dict(one.facets)) for n, one in enumerate(questions(180, copies=5))]
    surer = findings_of(claims(made, loose, [{"correct": np.repeat(r["correct"], 5).tolist()} for r in rows]), 2)
    assert sum(own.verdict == "win" for own in surer) > sum(own.verdict == "win" for own in again.values())


def test_overlapping_slices_cost_less_than_separate_ones() -> None:
    # The same question asked twelve times is one question.
    rows = [hypothesis([1] * 9 + [-1] * 2 + [0] * 20)] * 12
    alone = findings_of(rows[:1], 1)[0]
    assert {own.p_win for own in findings_of(rows, 1)} == {alone.p_win}
    apart = [hypothesis([1] * 9 + [-1] * 2 + [0] * 20, 31 * number) for number in range(12)]
    assert min(own.p_win for own in findings_of(apart, 1)) > 4 * alone.p_win


def test_a_win_on_a_slice_is_a_win_whatever_else_is_asked_of_the_same_items() -> None:
    count = 600
    made, asked = with_facets(), questions(count)
    default = drawn_rows(count, 2)[0]["correct"]
    special = [1 if one.facets["kind"] == "b" else own for one, own in zip(asked, default, strict=True)]
    family = claims(made, asked, [{"correct": default}, {"correct": special}, {"correct": default}])
    wins = {key for key, own in named(family, findings_of(family, 1)).items() if own.verdict == "win"}
    assert {(1, "kind=b"), (1, "kind=b×level=easy"), (1, "kind=b×level=hard")} <= wins
    assert all(entry == 1 and "kind=a" not in name and "kind=c" not in name for entry, name in wins)


def test_a_family_is_tested_at_the_level_that_it_promises() -> None:
    assert Fraction(1, 20) == LEVEL
    found = findings_of(family_of(rates_with((1, 0, 0.15), (2, 0, 0.15)), 8), 8)
    for own in found:
        assert (own.verdict == "win") == (own.p_win <= LEVEL)
        assert (own.verdict == "loss") == (own.p_loss <= LEVEL)
