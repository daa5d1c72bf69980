"""Repeated trials: the split of the variance by hand and by simulation, and pass@k as its sources define it."""

from collections.abc import Sequence
from fractions import Fraction
from math import comb
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core_builders import answers, benchmark, bundle, configuration, exact_metric, items, matrix_of, plan_of, verdicts
from proofboard.core.board import Group, groups_of
from proofboard.core.entry import graded_bundle, graded_entry
from proofboard.core.exact import mean_of, rounded
from proofboard.core.inference.repeats import VarianceSplit, split_of, variance_split
from proofboard.core.items import item_table
from proofboard.schemas.benchmark import Aggregate, Benchmark, WeightedMean
from proofboard.schemas.bundle import Response
from proofboard.schemas.item import Item


def split(values: Sequence[Sequence[int]], denominator: int = 1) -> VarianceSplit:
    found = variance_split(np.array(values, dtype=np.int64), denominator)
    assert isinstance(found, VarianceSplit), found
    return found


def test_three_items_of_two_trials_by_hand() -> None:
    # Within: (0 + 1/2 + 0)/3. Means 1, 1/2, 0 have the variance 1/4, less (1/6)/2.
    found = split([[1, 1], [0, 1], [0, 0]])
    assert (found.within, found.between) == (Fraction(1, 6), Fraction(1, 4) - Fraction(1, 12))
    assert (found.trials, found.items) == (2, 3)
    assert found.variance_of_mean() == Fraction(1, 12)


def test_more_trials_leave_the_part_between_items() -> None:
    found = split([[1, 1], [0, 1], [0, 0]])
    assert found.variance_of_mean(4) == (found.between + found.within / 4) / 3


def test_between_is_never_published_below_zero() -> None:
    found = split([[1, 0], [0, 1], [1, 0]])
    assert (found.within, found.between) == (Fraction(1, 2), Fraction(0))


def test_trials_that_all_agree_have_nothing_within() -> None:
    found = split([[5, 5, 5], [2, 2, 2]], 10)
    assert (found.within, found.between) == (Fraction(0), Fraction(9, 200))


@given(st.lists(st.lists(st.integers(-(10**12), 10**12), min_size=3, max_size=3), min_size=2, max_size=6))
def test_the_split_is_exact_even_beyond_64_bits(values: list[list[int]]) -> None:
    grid = 10**12
    rows = [[Fraction(value, grid) for value in row] for row in values]
    within = mean_of(variance_of(row) for row in rows)
    between = variance_of([mean_of(row) for row in rows]) - within / 3
    found = split(values, grid)
    assert (found.within, found.between) == (within, max(Fraction(0), between))


def variance_of(values: Sequence[Fraction]) -> Fraction:
    mean = mean_of(values)
    return sum(((value - mean) ** 2 for value in values), Fraction(0)) / (len(values) - 1)


def test_the_split_is_unbiased() -> None:
    # Chances of ¼ and ¾ on equally many items: 1/16 between them, 3/16 within them.
    chance = np.random.Generator(np.random.PCG64(9))
    found = []
    for _ in range(400):
        rates = chance.choice([0.25, 0.75], 200)
        found.append(split((chance.random((200, 5)) < rates[:, None]).astype(np.int64).tolist()))
    assert np.mean([float(own.between) for own in found]) == pytest.approx(1 / 16, abs=0.001)
    assert np.mean([float(own.within) for own in found]) == pytest.approx(3 / 16, abs=0.001)


def test_the_variance_of_the_mean_is_what_boards_recorded_again_show() -> None:
    chance = np.random.Generator(np.random.PCG64(10))
    means, stated = [], []
    for _ in range(2000):
        rates = chance.choice([0.25, 0.75], 50)
        values = (chance.random((50, 4)) < rates[:, None]).astype(np.int64)
        means.append(values.mean())
        stated.append(float(split(values.tolist()).variance_of_mean()))
    assert np.var(means, ddof=1) == pytest.approx(np.mean(stated), rel=0.1)


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ([[1], [0]], "no split: one trial of each item says nothing about repeating it"),
        ([[1, 0]], "no split: 1 items, at least 2 are needed"),
        (np.zeros((0, 2)), "no split: 0 items, at least 2 are needed"),
    ],
)
def test_too_little_gives_a_reason_and_no_number(values: Any, reason: str) -> None:
    assert variance_split(np.array(values, dtype=np.int64), 1) == reason


def group(trials: Sequence[str], made: Benchmark | None = None, questions: Sequence[Item] | None = None) -> Group:
    """Answer a board of one entry whose trials are strings of `1`, `0` and, for no line at all, `-`."""
    made, asked = made or benchmark(), questions or items(len(trials[0]))
    table, config = item_table(asked), configuration("acme/default")
    responses = [
        Response(prompt_id=response.prompt_id, output=response.output, trial=number)
        for number, passed in enumerate(trials)
        for response, mark in zip(answers(verdicts(passed)), passed, strict=True)
        if mark != "-"
    ]
    recorded = bundle(config, table, responses, trials=len(trials))
    graded = graded_bundle("public", recorded, table, plan_of(made), None)
    return groups_of(made, table, [graded_entry(config, [graded], made)])[0]


def test_an_entry_is_split_by_the_cells_of_its_headline() -> None:
    assert split_of(group(["100", "110"]), 0) == split([[1, 1], [0, 1], [0, 0]])


def test_an_absent_trial_counts_as_the_score_counts_it() -> None:
    assert split_of(group(["1-0", "110"]), 0) == split([[1, 1], [0, 1], [0, 0]])


def test_an_item_without_any_trial_is_left_out_where_the_score_leaves_it_out() -> None:
    made = benchmark(metrics={"correct": exact_metric(missing="drop")})
    assert split_of(group(["100-", "110-"], made), 0) == split([[1, 1], [0, 1], [0, 0]])


@pytest.mark.parametrize(
    ("trials", "metric", "reason"),
    [
        (["100", "11-"], {"missing": "drop"}, "not every item has all 2 trials"),
        (["100", "11-"], {"missing": "null"}, "1 item scores have no verdict"),
        (["100", "110"], {"trials": "pass_at_k", "k": 2}, "sets of trials"),
        (["100"], {}, "one trial of each item"),
    ],
)
def test_an_entry_without_equal_trials_of_a_mean_has_a_reason(
    trials: list[str], metric: dict[str, Any], reason: str
) -> None:
    found = split_of(group(trials, benchmark(metrics={"correct": exact_metric(**metric)})), 0)
    assert isinstance(found, str)
    assert found.startswith("no split: ")
    assert reason in found


def test_a_headline_of_several_means_has_no_split() -> None:
    both = {"correct": exact_metric(), "again": exact_metric()}
    whole = {"whole": Aggregate(weighted=WeightedMean(children={"correct": 1, "again": 1}))}
    made = benchmark(metrics=both, aggregates=whole, headline="whole")
    assert split_of(group(["100", "110"], made), 0) == "no split: the headline is not the mean of one metric"


def test_items_of_different_weights_have_no_split() -> None:
    weighted = [*items(2), *items(3, weight=2)[2:]]
    assert split_of(group(["100", "110"], questions=weighted), 0) == "no split: the items have different weights"


@pytest.mark.parametrize(
    ("n", "c", "k", "at", "hat"),
    [(10, 3, 1, 0.3, 0.3), (10, 3, 5, 0.916667, 0.0), (5, 2, 3, 0.9, 0.0), (8, 6, 2, 0.964286, 0.535714)],
)
def test_pass_at_k_and_pass_hat_k_are_the_unbiased_estimators(n: int, c: int, k: int, at: float, hat: float) -> None:
    # 1 - C(n-c,k)/C(n,k): Chen et al. (2021, arXiv 2107.03374). C(c,k)/C(n,k): Yao et al. (2024, arXiv 2406.12045).
    found = {}
    for kind in ("pass_at_k", "pass_hat_k"):
        made = matrix_of(exact_metric(trials=kind, k=k), [[1] * c + [0] * (n - c)], trials=n)
        found[kind] = Fraction(int(made.values[0, 0]), made.denominators[0])
    assert found == {
        "pass_at_k": 1 - Fraction(comb(n - c, k), comb(n, k)),
        "pass_hat_k": Fraction(comb(c, k), comb(n, k)),
    }
    assert (rounded(found["pass_at_k"], 6), rounded(found["pass_hat_k"], 6)) == (at, hat)
