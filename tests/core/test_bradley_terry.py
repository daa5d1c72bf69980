"""Strengths from votes, against closed forms, SciPy and simulation; votes that allow none are refused by name."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import optimize

from proofboard.core.inference.bradley_terry import ELO, Votes, bradley_terry
from proofboard.core.inference.estimates import Estimates
from proofboard.errors import InputError

Counts = tuple[str, str, int, int, int]
"""One entry, another, wins of the first, wins of the second, ties."""

TRIANGLE: Sequence[Counts] = [("a", "b", 12, 5, 2), ("b", "c", 9, 7, 1), ("a", "c", 11, 3, 4)]
Z95 = 1.959963984540054


def votes(counts: Sequence[Counts], prompts: Sequence[int] | None = None, names: Sequence[str] | None = None) -> Votes:
    known = names or sorted({name for one, other, *_ in counts for name in (one, other)})
    rows = [(known.index(one), known.index(other), *own) for one, other, *own in counts]
    first, second, won, lost, tied = np.array(rows, dtype=np.int64).reshape(-1, 5).T
    return Votes(known, first, second, won, lost, tied, None if prompts is None else np.array(prompts, dtype=np.int64))


def single(winners: NDArray[np.bool_], first: Any, second: Any, prompts: Any, size: int) -> Votes:
    """Answer votes one by one."""
    none = np.zeros(len(winners), dtype=np.int64)
    wins = winners.astype(np.int64)
    return Votes([str(j) for j in range(size)], first, second, wins, 1 - wins, none, prompts)


def covariance_of(found: Estimates) -> NDArray[np.float64]:
    assert found.covariance is not None
    return found.covariance


def lead(found: Estimates, one: int = 0, other: int = 1) -> tuple[float, float]:
    """Answer a difference of two strengths and its standard error."""
    own = covariance_of(found)
    variance = own[one, one] + own[other, other] - 2 * own[one, other]
    return float(found.values[one] - found.values[other]), math.sqrt(variance)


def refusal(made: Votes, reference: str | None = None) -> str:
    with pytest.raises(InputError) as raised:
        bradley_terry(made, reference)
    return str(raised.value)


def test_sixty_wins_of_a_hundred_are_70_elo_points() -> None:
    difference, error = lead(bradley_terry(votes([("a", "b", 60, 40, 0)])))
    assert difference == pytest.approx(400 * math.log10(1.5), abs=1e-9)
    assert round(difference, 2) == 70.44
    # The log odds of a rate have the variance 1/(n·p·q), here with the factor n/(n - 1).
    assert error == pytest.approx(ELO / math.sqrt(24) * math.sqrt(100 / 99), rel=1e-12)


def test_a_tie_is_half_a_win_for_each() -> None:
    tied = bradley_terry(votes([("a", "b", 50, 30, 20)]))
    assert lead(tied)[0] == pytest.approx(lead(bradley_terry(votes([("a", "b", 60, 40, 0)])))[0], abs=1e-9)


def test_ties_alone_make_all_equal() -> None:
    assert bradley_terry(votes([("a", "b", 0, 0, 30), ("b", "c", 0, 0, 5)])).values == pytest.approx([0, 0, 0])


def test_three_entries_have_the_strengths_of_the_largest_likelihood() -> None:
    def minus_log_likelihood(free: NDArray[np.float64]) -> float:
        strength = dict(zip("abc", (*free, -free.sum()), strict=True))
        lost = 0.0
        for one, other, won, beaten, tied in TRIANGLE:
            ahead = strength[one] - strength[other]
            lost += (won + tied / 2) * math.log1p(math.exp(-ahead)) + (beaten + tied / 2) * math.log1p(math.exp(ahead))
        return lost

    found = optimize.minimize(minus_log_likelihood, np.zeros(2), options={"gtol": 1e-10})
    expected = ELO * np.array([*found.x, -found.x.sum()])
    assert bradley_terry(votes(TRIANGLE)).values == pytest.approx(expected, abs=1e-4)


def test_a_chain_has_the_strengths_of_its_links() -> None:
    chain = bradley_terry(votes([("a", "b", 60, 40, 0), ("b", "c", 30, 10, 0)]))
    assert lead(chain, 1, 2)[0] == pytest.approx(400 * math.log10(3), abs=1e-9)
    assert lead(chain, 0, 2)[0] == pytest.approx(400 * math.log10(4.5), abs=1e-9)


def test_expected_wins_are_the_wins_there_were() -> None:
    made = votes(TRIANGLE)
    strengths = bradley_terry(made).values / ELO
    won = {0: 12 + 1 + 11 + 2, 1: 5 + 1 + 9 + 0.5, 2: 7 + 0.5 + 3 + 2}
    for j, wins in won.items():
        games = [(k, sum(c[2:])) for c in TRIANGLE for k in ("abc".index(c[0]), "abc".index(c[1])) if "abc"[j] in c[:2]]
        chances = [n / (1 + math.exp(strengths[k] - strengths[j])) for k, n in games if k != j]
        assert sum(chances) == pytest.approx(wins, abs=1e-9)


def test_strengths_have_mean_zero_or_a_reference_at_zero() -> None:
    centred, referred = bradley_terry(votes(TRIANGLE)), bradley_terry(votes(TRIANGLE), "b")
    assert centred.values.mean() == pytest.approx(0, abs=1e-9)
    assert referred.values[1] == 0
    assert covariance_of(referred)[1] == pytest.approx([0, 0, 0])
    for one, other in ((0, 1), (0, 2), (1, 2)):
        assert lead(referred, one, other) == pytest.approx(lead(centred, one, other), rel=1e-9)


@pytest.mark.parametrize("clustered", [True, False])
def test_votes_in_another_order_or_the_other_way_round_say_the_same(*, clustered: bool) -> None:
    chance = np.random.Generator(np.random.PCG64(2))
    counts = [TRIANGLE[j % 3][:2] + tuple(chance.integers(0, 3, 3).tolist()) for j in range(60)]
    prompts = (np.arange(60) // 4).tolist() if clustered else None
    plain = bradley_terry(votes(counts, prompts))
    order = chance.permutation(60).tolist()
    turned = [(counts[j][1], counts[j][0], counts[j][3], counts[j][2], counts[j][4]) for j in order]
    other = bradley_terry(votes(turned, [90 - prompts[j] for j in order] if prompts else None))
    assert other.values == pytest.approx(plain.values, abs=1e-8)
    assert covariance_of(other) == pytest.approx(covariance_of(plain), abs=1e-8)


def test_repeating_every_vote_of_a_prompt_tells_nothing_new() -> None:
    chance = np.random.Generator(np.random.PCG64(3))
    once = [(*TRIANGLE[j % 3][:2], int(won), int(not won), 0) for j, won in enumerate(chance.random(120) < 0.6)]
    prompts = [j // 2 for j in range(120)]
    clustered = [lead(bradley_terry(votes(once * times, prompts * times)))[1] for times in (1, 5)]
    naive = [lead(bradley_terry(votes(once * times)))[1] for times in (1, 5)]
    assert clustered[1] == pytest.approx(clustered[0], rel=1e-9)
    assert naive[1] < naive[0] / 2


def test_one_vote_for_each_prompt_is_the_same_as_no_prompts() -> None:
    chance = np.random.Generator(np.random.PCG64(4))
    once = [(*TRIANGLE[j % 3][:2], int(won), int(not won), 0) for j, won in enumerate(chance.random(60) < 0.6)]
    alone = bradley_terry(votes(once, range(60)))
    assert covariance_of(alone) == pytest.approx(covariance_of(bradley_terry(votes(once))), rel=1e-9)


def test_counts_say_the_same_as_single_votes() -> None:
    single_votes = [("a", "b", 1, 0, 0)] * 12 + [("a", "b", 0, 1, 0)] * 5 + [("a", "b", 0, 0, 1)] * 2
    one, other = bradley_terry(votes(single_votes)), bradley_terry(votes(TRIANGLE[:1]))
    assert covariance_of(one) == pytest.approx(covariance_of(other), rel=1e-9)


def test_below_ten_prompts_no_error_is_stated() -> None:
    counts = [("a", "b", 3, 2, 0)] * 9
    assert bradley_terry(votes(counts, range(9))).covariance is None
    assert bradley_terry(votes([*counts, ("a", "b", 1, 0, 0)], range(10))).covariance is not None


def test_prompts_without_a_vote_are_not_counted() -> None:
    counts = [("a", "b", 3, 2, 0)] * 9 + [("a", "b", 0, 0, 0)] * 5
    assert bradley_terry(votes(counts, range(14))).covariance is None


@pytest.mark.parametrize("taste", [0.0, 1.0])
def test_95_percent_intervals_cover_where_votes_share_prompts(taste: float) -> None:
    # Each prompt favours entries of its own taste, so that its three votes agree more than chance would have it.
    chance = np.random.Generator(np.random.PCG64(77))
    size, n_prompts, boards = 6, 80, 300
    true = np.linspace(-0.6, 0.6, size)
    first, second = (np.array(own) for own in zip(*[(j, k) for j in range(size) for k in range(j)], strict=True))
    covered = naive = 0
    expected = ELO * _lead_under(taste, true)
    for _ in range(boards):
        prompts = np.repeat(np.arange(n_prompts), len(first))
        one, other = np.tile(first, n_prompts), np.tile(second, n_prompts)
        leanings = taste * chance.choice([-1.0, 1.0], (n_prompts, size))
        strengths = true[None, :] + leanings
        ahead = strengths[prompts, one] - strengths[prompts, other]
        winners = chance.random(len(ahead)) < 1 / (1 + np.exp(-ahead))
        difference, error = lead(bradley_terry(single(winners, one, other, prompts, size)), size - 1, 0)
        covered += abs(difference - expected) <= Z95 * error
        naive += (
            abs(difference - expected)
            <= Z95 * lead(bradley_terry(single(winners, one, other, None, size)), size - 1, 0)[1]
        )
    assert 0.92 <= covered / boards <= 0.98
    assert taste == 0 or naive / boards < 0.9


def _lead_under(taste: float, true: NDArray[np.float64]) -> float:
    """Answer the lead of the last entry over the first that infinitely many such votes would show."""
    size = len(true)
    leanings = taste * (np.array(np.unravel_index(np.arange(2**size), (2,) * size)).T * 2.0 - 1)
    strengths = true[None, :] + leanings
    chances = (1 / (1 + np.exp(strengths[:, None, :] - strengths[:, :, None]))).mean(axis=0)
    wins = np.rint(chances * 10**9).astype(np.int64)
    one, other = np.triu_indices(size, 1)
    none = np.zeros(len(one), dtype=np.int64)
    found = bradley_terry(Votes([str(j) for j in range(size)], one, other, wins[one, other], wins[other, one], none))
    return float(found.values[-1] - found.values[0]) / ELO


def test_comparisons_that_never_meet_are_refused_with_their_parts() -> None:
    found = refusal(votes([("a", "b", 3, 2, 0), ("c", "d", 1, 1, 0), ("d", "e", 1, 1, 0)]))
    assert "2 parts that never meet (a, b; c, d, e)" in found


def test_an_entry_without_a_vote_is_a_part_of_its_own() -> None:
    assert "(a, b; z)" in refusal(votes([("a", "b", 3, 2, 0)], names=["a", "b", "z"]))


def test_who_won_or_lost_everything_is_refused_by_name() -> None:
    found = refusal(votes([("best", "b", 3, 0, 0), ("b", "c", 2, 2, 0), ("c", "last", 9, 0, 0)]))
    assert "best won every comparison, so that the strength would be infinite" in found
    assert "last lost every comparison, so that the strength would be minus infinite" in found


def test_a_group_that_won_everything_is_refused_by_its_names() -> None:
    found = refusal(votes([("a", "b", 1, 1, 0), ("b", "c", 2, 0, 0), ("c", "d", 1, 1, 0)]))
    assert "a, b won every comparison with others" in found
    assert "c, d lost every comparison with others" in found


def test_one_tie_is_enough_for_a_finite_strength() -> None:
    assert lead(bradley_terry(votes([("a", "b", 99, 0, 1)])))[0] == pytest.approx(400 * math.log10(199), abs=1e-6)


def test_every_fault_of_the_votes_is_named_at_once() -> None:
    found = refusal(votes([("a", "a", 1, 1, 0), ("a", "b", -1, 2, 0)]), "nobody")
    assert "compares 'a' with itself" in found
    assert "the count -1 of votes, expected 0 to 10^15" in found
    assert "no entry 'nobody'" in found


@pytest.mark.parametrize("counts", [[], [("a", "b", 0, 0, 0)]])
def test_no_vote_at_all_is_refused(counts: Sequence[Counts]) -> None:
    assert "holds no vote" in refusal(votes(counts))


def test_counts_far_apart_still_have_their_strengths() -> None:
    found = bradley_terry(votes([("a", "b", 10**9, 1, 0), ("b", "c", 1, 10**6, 0), ("a", "c", 1, 1, 0)]))
    assert np.isfinite(found.values).all()
    assert lead(bradley_terry(votes([("a", "b", 10**12, 1, 0)])))[0] == pytest.approx(4800, abs=1e-6)


def test_counts_beyond_what_numbers_can_tell_apart_are_refused() -> None:
    counts = [("b", "a", 1, 0, 1), ("d", "c", 10**6, 0, 1), ("a", "c", 10**7, 0, 1), ("d", "b", 10**13, 0, 1)]
    assert "counts so far apart that no strengths can be computed" in refusal(votes(counts))
