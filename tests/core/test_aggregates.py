"""The aggregate tree, against oracles in fractions."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core_builders import (
    Rows,
    benchmark,
    everything,
    exact_metric,
    item,
    item_scores,
    items,
    overall,
    reported_metric,
    scoring,
)
from proofboard.core.aggregates import average_ranks, higher_is_better, places_of
from proofboard.core.board import scoring_of
from proofboard.core.items import item_table
from proofboard.core.slices import declared_slices, whole_set
from proofboard.schemas.benchmark import Aggregate, Benchmark, Borda, Facet, Mean, WeightedMean

Exact = Fraction | None
SIX = 6
WHOLE = st.sampled_from([1, 3, 10**6, 10**12])


def reported(**fields: Any) -> Benchmark:
    return benchmark(metrics={"m": reported_metric(**fields)}, headline="m")


@st.composite
def weighted_boards(draw: st.DrawFn) -> tuple[int, list[int], list[list[int | None]]]:
    denominator = draw(WHOLE)
    weights = draw(st.lists(st.sampled_from([1, 2, 35, 10**6]), min_size=SIX, max_size=SIX))
    value = st.none() | st.integers(0, denominator)
    return denominator, weights, draw(st.lists(st.lists(value, min_size=SIX, max_size=SIX), min_size=1, max_size=3))


@given(weighted_boards(), st.sampled_from(["worst", "drop", "null"]))
def test_a_mean_is_the_weighted_mean_of_fractions(
    case: tuple[int, list[int], list[list[int | None]]], missing: str
) -> None:
    denominator, weights, rows = case
    questions = [item(n, weight=weight) for n, weight in enumerate(weights)]
    found = overall(reported(denominator=denominator, missing=missing), questions, [{"m": row} for row in rows])
    assert found == [mean_of(row, weights, denominator, missing) for row in rows]


def mean_of(row: Sequence[int | None], weights: Sequence[int], denominator: int, missing: str) -> Exact:
    if missing == "null" and None in row:
        return None
    kept = [(v or 0, w) for v, w in zip(row, weights, strict=True) if v is not None or missing == "worst"]
    return sum((Fraction(v * w, denominator) for v, w in kept), Fraction(0)) / sum(w for _, w in kept) if kept else None


def test_a_wide_range_with_heavy_weights_stays_exact() -> None:
    # 100 × 10¹² × 10⁶ leaves 64 bits before anything is added.
    questions = [item(0, weight=10**6), item(1)]
    made = reported(denominator=10**12, range=(0, 100))
    top = 100 * 10**12
    assert overall(made, questions, [{"m": [top, 0]}]) == [Fraction(100 * 10**6, 10**6 + 1)]


def two_parts(rule: Aggregate) -> Benchmark:
    return benchmark(
        facets={"part": Facet(values=["a", "b"])},
        metrics={"correct": exact_metric(missing="null")},
        aggregates={
            "a": Aggregate(mean=Mean(metric="correct", slice={"part": ["a"]})),
            "b": Aggregate(mean=Mean(metric="correct", slice={"part": ["b"]})),
            "total": rule,
        },
        headline="total",
    )


QUESTIONS = [item(n, facets={"part": "a" if n < 4 else "b"}) for n in range(6)]
MACRO = Aggregate(weighted=WeightedMean(children={"a": 1, "b": 1}))
PRESENT = Aggregate(weighted=WeightedMean(children={"a": 3, "b": 1}, missing="present"))
NULL = Aggregate(weighted=WeightedMean(children={"a": 3, "b": 1}))


def totals(rule: Aggregate, rows: Rows) -> list[Exact]:
    return overall(two_parts(rule), QUESTIONS, [{"correct": row} for row in rows])


def test_a_pooled_mean_weighs_items_and_a_macro_mean_weighs_parts() -> None:
    rows = [[1, 1, 1, 0, 0, 0]]
    assert totals(Aggregate(mean=Mean(metric="correct")), rows) == [Fraction(1, 2)]
    assert totals(MACRO, rows) == [Fraction(3, 8)]


def test_an_absent_part_makes_the_whole_null_or_is_left_out() -> None:
    rows: Rows = [[1, 1, 0, 0, None, 1], [1, 1, 0, 0, 1, 1]]
    assert totals(NULL, rows) == [None, Fraction(5, 8)]
    assert totals(PRESENT, rows) == [Fraction(1, 2), Fraction(5, 8)]


def test_no_part_at_all_is_no_number() -> None:
    assert totals(PRESENT, [[None] * 6]) == [None]


def with_failure(rule: Aggregate) -> list[Exact]:
    """Answer the totals of an honest entry and of one whose platform failed on the part `b`."""
    made, table = two_parts(rule), item_table(QUESTIONS)
    honest = item_scores({"correct": [1, 1, 1, 1, 0, 0]})
    failed = item_scores({"correct": [1, 1, 1, 1, None, 0]}, states={(4, 0): "platform_failure"})
    return scoring_of(made, table, [(honest, 1), (failed, 1)]).scores("total", whole_set(table))


@pytest.mark.parametrize("rule", [NULL, PRESENT, Aggregate(borda=Borda(children=["a", "b"]))])
def test_a_failed_part_is_never_left_out_of_the_whole(rule: Aggregate) -> None:
    # Otherwise calling the hard part "failed" would win.
    honest, failed = with_failure(rule)
    assert honest is not None
    assert failed is None


def test_a_failure_outside_a_slice_leaves_its_number() -> None:
    made, table = two_parts(MACRO), item_table(QUESTIONS)
    failed = item_scores({"correct": [1, 1, 1, 0, None, 0]}, states={(4, 0): "platform_failure"})
    scored = scoring_of(made, table, [(failed, 1)])
    assert scored.scores("a", whole_set(table)) == [Fraction(3, 4)]
    assert scored.scores("b", whole_set(table)) == [None]


def borda_oracle(children: Sequence[Sequence[Exact]]) -> list[Exact]:
    """Compare every pair: a point for each rival beaten, half a point for a tie, rivals without a number are beaten."""
    n = len(children[0])
    competing = [j for j in range(n) if any(child[j] is not None for child in children)]
    points: list[Exact] = [None] * n
    for j in competing:
        total = Fraction(0)
        for child in children:
            own = child[j]
            if own is None:
                continue
            for rival in (child[k] for k in competing if k != j):
                total += 1 if rival is None or rival < own else Fraction(1, 2) if rival == own else 0
        points[j] = total
    return points


@given(st.lists(st.lists(st.sampled_from([0, 1, None]), min_size=2, max_size=2), min_size=1, max_size=6))
def test_borda_points_are_those_of_all_pairs(rows: list[list[int | None]]) -> None:
    facets = {"part": Facet(values=["a", "b"])}
    questions = [item(0, facets={"part": "a"}), item(1, facets={"part": "b"})]
    made = two_parts(Aggregate(borda=Borda(children=["a", "b"])))
    assert made.facets == facets
    children = [[None if row[c] is None else Fraction(row[c] or 0) for row in rows] for c in range(2)]
    assert overall(made, questions, [{"correct": row} for row in rows]) == borda_oracle(children)


def test_who_has_none_of_the_counted_numbers_displaces_others_and_gets_no_points() -> None:
    rows: Rows = [[1, 1, 1, 0, None, None], [1, 1, 0, 0, 1, 0], [1, 0, 0, 0, 1, 1]]
    all_count = totals(Aggregate(borda=Borda(children=["a", "b"])), rows)
    assert all_count == [Fraction(2), Fraction(2), Fraction(2)]
    assert totals(Aggregate(borda=Borda(children=["a", "b"], counted=["b"])), rows) == [None, Fraction(0), Fraction(0)]


def test_points_by_rank_follow_each_childs_direction() -> None:
    made = benchmark(
        metrics={"good": reported_metric(range=(0, 9)), "bad": reported_metric(range=(0, 9), direction="lower")},
        aggregates={"total": Aggregate(borda=Borda(children=["good", "bad"]))},
        headline="total",
    )
    assert overall(made, items(1), [{"good": [9], "bad": [1]}, {"good": [1], "bad": [9]}]) == [2, 0]
    assert higher_is_better(made, "total")


def test_tied_entries_share_the_mean_of_their_ranks() -> None:
    row: list[Exact] = [Fraction(1), Fraction(3), None, Fraction(1), Fraction(2)]
    assert average_ranks(row, higher_first=True) == {1: 1, 4: 2, 0: Fraction(7, 2), 3: Fraction(7, 2)}
    assert average_ranks(row, higher_first=False) == {0: Fraction(3, 2), 3: Fraction(3, 2), 4: 3, 1: 4}


@given(st.lists(st.sampled_from([0, 1, 2, None]), max_size=7))
def test_average_ranks_sum_to_those_without_ties(values: list[int | None]) -> None:
    ranks = average_ranks([None if v is None else Fraction(v) for v in values], higher_first=True)
    assert sum(ranks.values()) == len(ranks) * (len(ranks) + 1) // 2


def test_many_slices_at_once_give_what_one_by_one_gives() -> None:
    made = two_parts(MACRO)
    rows: list[dict[str, list[int | None]]] = [{"correct": [1, 0, 1, 1, 0, 1]}, {"correct": [0, None, 1, 1, 1, 1]}]
    together, alone = scoring(made, QUESTIONS, rows), scoring(made, QUESTIONS, rows)
    parts = declared_slices(together.table, made)
    for name in ("correct", "a", "b", "total"):
        together.prepare(name, parts)
        for part in parts:
            assert together.scores(name, part) == alone.scores(name, part), (name, part.name)


def test_a_mean_over_no_item_is_no_number() -> None:
    made = two_parts(MACRO)
    scored = scoring(made, QUESTIONS, [{"correct": [1] * 6}])
    only_b = next(part for part in declared_slices(scored.table, made) if part.name == "part=b")
    assert scored.scores("a", only_b) == [None]
    assert scored.scores("total", everything(scored)) == [1]


def test_on_a_slice_without_items_of_a_child_the_others_are_the_mean() -> None:
    """With `missing: null` too: what a slice does not ask is no absence."""
    made = two_parts(NULL)
    scored = scoring(made, QUESTIONS, [{"correct": [1, 1, 1, 0, 0, 0]}, {"correct": [1, 1, 1, 1, 1, 0]}])
    [_, a, b] = declared_slices(scored.table, made)
    assert [scored.scores("total", part) for part in (a, b)] == [[Fraction(3, 4), 1], [0, Fraction(1, 2)]]


def test_an_aggregate_has_the_places_of_its_first_metric_unless_it_has_its_own() -> None:
    own = Aggregate(weighted=WeightedMean(children={"a": 1}), places=2)
    made = two_parts(own)
    assert (places_of(made, "total"), places_of(made, "a"), places_of(made, "correct")) == (2, 6, 6)
