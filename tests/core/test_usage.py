"""What an entry used and how much score it gave for that; what was not recorded is unknown and never zero."""

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core_builders import benchmark, board, entry, items, row_of, verdicts
from proofboard.core.usage import Ratios, UsageTotals, percentile, price_of, ratios, relative_efficiency, usage_totals
from proofboard.schemas.benchmark import Price
from proofboard.schemas.board import BoardRow
from proofboard.schemas.bundle import Response, Usage

PRICES = [
    Price(model="m", since="2026-03-01", prompt_per_million="3", completion_per_million="12"),
    Price(model="m", since="2026-01-01", prompt_per_million="0.5", completion_per_million="2"),
    Price(model="other", since="2025-01-01", prompt_per_million="100", completion_per_million="100"),
]
TEN = items(10)


def totals(*used: Usage | None, price: Price | None = None) -> UsageTotals:
    return usage_totals([Response(prompt_id=f"q{n}", usage=one) for n, one in enumerate(used)], price)


def test_a_sum_is_unknown_unless_every_response_recorded_its_part() -> None:
    made = totals(Usage(prompt_tokens=10, calls=1), Usage(prompt_tokens=5), None)
    assert (made.prompt_tokens, made.calls, made.recorded, made.responses) == (None, None, 2, 3)
    assert totals(Usage(prompt_tokens=10), Usage(prompt_tokens=5)).prompt_tokens == 15


def test_nothing_recorded_is_unknown_and_not_zero() -> None:
    for made in (totals(), totals(None), totals(Usage())):
        known = (made.calls, made.total_tokens, made.dollars, made.seconds, made.spread, made.prompt_tokens)
        assert known == (None,) * 6


def test_a_recorded_zero_is_a_zero() -> None:
    assert totals(Usage(completion_tokens=0, prompt_tokens=0)).total_tokens == 0


def test_total_tokens_are_the_sum_of_the_two_unless_they_are_given() -> None:
    assert totals(Usage(prompt_tokens=3, completion_tokens=4)).total_tokens == 7
    assert totals(Usage(prompt_tokens=3, completion_tokens=4, total_tokens=9)).total_tokens == 9
    assert totals(Usage(prompt_tokens=3)).total_tokens is None


@pytest.mark.parametrize(
    ("day", "price"),
    [
        ("2025-12-31", None),
        ("2026-01-01", "0.5"),
        ("2026-02-28", "0.5"),
        ("2026-03-01", "3"),
        ("2026-03-01T00:00:00Z", "3"),
        ("2027-01-01", "3"),
    ],
)
def test_the_price_is_the_latest_that_is_not_after_the_day(day: str, price: str | None) -> None:
    found = price_of(PRICES, "m", day)
    assert (found.prompt_per_million if found else None) == price


def test_a_model_without_a_price_has_no_cost() -> None:
    assert price_of(PRICES, "unknown", "2026-05-01") is None
    assert price_of(PRICES, None, "2026-05-01") is None


def test_tokens_cost_what_the_table_says_exactly() -> None:
    made = totals(Usage(prompt_tokens=1, completion_tokens=3), price=PRICES[1])
    assert made.dollars == Fraction(65, 10**7)


def test_a_recorded_cost_wins_over_the_table() -> None:
    recorded = Usage(prompt_tokens=10**6, completion_tokens=10**6, cost_nanodollars=7)
    assert totals(recorded, price=PRICES[0]).dollars == Fraction(7, 10**9)
    mixed = totals(recorded, Usage(prompt_tokens=10**6, completion_tokens=0), price=PRICES[0])
    assert mixed.dollars == Fraction(7, 10**9) + 3


def test_one_response_without_a_cost_makes_the_cost_unknown() -> None:
    assert totals(Usage(cost_nanodollars=7), Usage(prompt_tokens=1)).dollars is None


@given(st.lists(st.integers(0, 10**7), min_size=1, max_size=30))
def test_the_percentile_is_the_linear_one_of_numpy(times: list[int]) -> None:
    found = percentile(sorted(times), Fraction(95, 100))
    assert float(found) == pytest.approx(float(np.percentile(times, 95)), rel=1e-12)


def test_seconds_are_exact() -> None:
    made = totals(Usage(microseconds=1), Usage(microseconds=2))
    assert made.seconds == Fraction(3, 10**6)
    assert made.spread is not None
    assert made.spread[0] == Fraction(3, 2 * 10**6)


def test_nothing_is_efficient_where_an_answer_is_absent() -> None:
    made = totals(Usage(prompt_tokens=1, completion_tokens=1, microseconds=5, cost_nanodollars=1))
    assert ratios(Fraction(1, 2), made, complete=False) == Ratios(None, None, None)
    assert ratios(None, made, complete=True) == Ratios(None, None, None)
    assert ratios(Fraction(1, 2), made, complete=True) == Ratios(
        Fraction(10**9, 2), Fraction(10**6, 4), Fraction(10**6, 10)
    )


def test_what_cost_nothing_has_no_ratio() -> None:
    free = totals(Usage(cost_nanodollars=0, prompt_tokens=0, completion_tokens=0))
    assert ratios(Fraction(1), free, complete=True) == Ratios(None, None, None)


SHARES = st.none() | st.fractions(min_value=0, max_value=100, max_denominator=50)


@given(st.lists(st.builds(Ratios, SHARES, SHARES, SHARES), max_size=6))
def test_the_best_in_everything_has_a_hundred_percent_and_nobody_more(entries: list[Ratios]) -> None:
    found = relative_efficiency(entries)
    for own, share in zip(entries, found, strict=True):
        parts = [own.dollar, own.tokens, own.second]
        assert share is None or 0 <= share <= 100
        columns = [[getattr(e, kind) for e in entries] for kind in ("dollar", "tokens", "second")]
        best = [max((value for value in column if value is not None), default=None) for column in columns]
        if all(part is not None and part > 0 for part in parts) and parts == best:
            assert share == 100


def test_relative_efficiency_is_the_mean_over_the_ratios() -> None:
    one, other = Ratios(Fraction(4), Fraction(10), None), Ratios(Fraction(1), Fraction(20), None)
    assert relative_efficiency([one, other]) == [75, Fraction(125, 2)]


def rows(*entries: tuple[str, Any, Usage | None], **own: Any) -> dict[str, BoardRow]:
    made = benchmark()
    graded = [entry(made, TEN, f"v/{name}", outputs, usage=used, own=own) for name, outputs, used in entries]
    found = board(made, TEN, graded)
    return {name: row_of(found, f"v/{name}") for name, _, _ in entries}


def tokens(count: int) -> Usage:
    return Usage(prompt_tokens=count, completion_tokens=0)


def test_on_the_board_the_most_efficient_entry_has_a_hundred_percent() -> None:
    found = rows(("lean", verdicts("1111100000"), tokens(10)), ("fat", verdicts("1111100000"), tokens(40)))
    assert found["lean"].efficiency.relative == 100
    assert found["fat"].efficiency.relative == 25
    assert found["lean"].efficiency.score_per_million_tokens == 5000


def test_an_entry_without_recorded_usage_has_no_efficiency() -> None:
    found = rows(("silent", verdicts("1111100000"), None))["silent"]
    assert found.efficiency.relative is None
    assert (found.cost_per_score, found.usage.total_tokens, found.usage.n_recorded) == (None, None, 0)


def test_skipping_hard_items_is_not_efficient() -> None:
    found = rows(
        ("skips", [*verdicts("11111"), *[None] * 5], tokens(1)), ("answers", verdicts("1111100000"), tokens(40))
    )
    assert found["skips"].efficiency.relative is None
    assert found["answers"].efficiency.relative == 100


def test_a_run_that_is_no_measurement_sets_no_standard_of_efficiency() -> None:
    found = rows(("constant", verdicts([1] * 10), tokens(1)), ("honest", verdicts("1111100000"), tokens(40)))
    assert found["constant"].invalid
    assert found["constant"].efficiency.relative is None
    assert found["honest"].efficiency.relative == 100
