"""What may leave the held-out set, and what binds its owner before anything is scored."""

import copy
import dataclasses
import pickle
import random
from collections import Counter
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core_builders import benchmark, board, entry, item, items, row_of, verdicts
from proofboard.core.intervals import wilson
from proofboard.disclosure.commitments import broken_commitments, commitment, commitments, split_items
from proofboard.disclosure.release import ReleasedScore, decimal, publish_release, read_back, release, step_of
from proofboard.errors import DisclosureError
from proofboard.publish.inputs import HeldOut
from proofboard.schemas.benchmark import Policies
from proofboard.schemas.item import Item
from proofboard.schemas.publication import Release

SAFE = Policies()
KEY, OTHER_KEY = b"k" * 32, b"o" * 32
SCORES = st.fractions(0, 1, max_denominator=5000)


def released(score: Fraction | str, n: int, policies: Policies = SAFE) -> ReleasedScore:
    found = release(Fraction(score), n, n, policies)
    assert isinstance(found, ReleasedScore), found
    return found


def document(score: str, n: int, **changes: Any) -> Release:
    return Release(**{"vendor": "v", "config_name": "c", "score": score, "n_prompts": n, "n_items": n, **changes})


# The gate


@pytest.mark.parametrize("key", [None, object(), True, "gate"])
def test_a_released_score_is_made_by_the_gate_and_by_nothing_else(key: object) -> None:
    with pytest.raises(DisclosureError):
        ReleasedScore(Fraction(1, 3), 100, 100, key)


def test_a_released_score_cannot_be_changed_into_a_finer_one() -> None:
    honest = released("0.5", 1000)
    with pytest.raises(dataclasses.FrozenInstanceError):
        honest.score = Fraction(123, 1000)  # type: ignore[misc]
    with pytest.raises((DisclosureError, ValueError, TypeError)):
        dataclasses.replace(honest, score=Fraction(123, 1000))  # type: ignore[call-arg]


def test_a_released_score_does_not_carry_the_key_of_the_gate() -> None:
    honest = released("0.5", 1000)
    for name in dir(honest):
        if not name.startswith("__"):
            with pytest.raises(DisclosureError):
                ReleasedScore(Fraction(1, 3), 100, 100, getattr(honest, name))


def test_a_copy_of_a_released_score_is_the_same_score() -> None:
    honest = released("0.5", 1000)
    assert copy.copy(honest) == honest == released("0.5", 1000)
    assert pickle.loads(pickle.dumps(honest)) == honest  # noqa: S301 - our own bytes


@given(SCORES, st.integers(50, 5000))
def test_what_leaves_lies_on_the_grid_and_next_to_the_score(score: Fraction, n: int) -> None:
    found, step = released(score, n), step_of(SAFE, n)
    assert step >= (Fraction(1, 200) if n >= 2500 else Fraction(1, 100))
    assert (found.score / step).denominator == 1
    if n >= 100:
        assert abs(found.score - score) <= step / 2
    else:
        assert step <= found.score <= 1 - step
        assert abs(found.score - min(max(score, step), 1 - step)) <= step / 2


@pytest.mark.parametrize(
    ("score", "n", "left"),
    [
        ("0.125", 1000, "0.12"),
        ("0.135", 1000, "0.14"),
        ("0.4975", 2499, "0.5"),
        ("0.4974", 2500, "0.495"),
        ("0.4975", 2500, "0.5"),
        ("1", 100, "1"),
        ("1", 99, "0.95"),
        ("0", 99, "0.05"),
        ("0", 100, "0"),
        ("0.96", 50, "0.9"),
    ],
)
def test_scores_are_rounded_half_even_and_cut_on_small_sets(score: str, n: int, left: str) -> None:
    assert publish_release("v/c", released(score, n)).score == left


@pytest.mark.parametrize("step", [None, "0.000000001"])
@pytest.mark.parametrize("n", [10, 19, 50, 64, 99, 100, 150, 200, 660, 2500])
def test_no_released_score_gives_the_exact_count_away(n: int, step: str | None) -> None:
    policies = Policies(minimum_cell=10, release_step=step)
    counts = [released(str(Fraction(right, n)), n, policies).score for right in range(n + 1)]
    assert all(counts.count(score) >= 2 for score in set(counts) - {0, 1})


@pytest.mark.parametrize(("n", "minimum"), [(49, 50), (99, 100), (0, 50)])
def test_a_score_over_fewer_items_than_the_minimum_is_withheld(n: int, minimum: int) -> None:
    found = release(Fraction(1, 2), n, n, Policies(minimum_cell=minimum))
    assert found == f"withheld: {n} held-out items, at least {minimum} are needed"


def test_an_owner_may_choose_a_coarser_grid() -> None:
    assert released("0.62", 1000, Policies(release_step="0.05")).score == Fraction(60, 100)
    assert step_of(Policies(release_step="0.02"), 10**6) == Fraction(1, 50)


@given(SCORES, st.integers(50, 5000), st.sampled_from([None, "0.02", "0.05", "0.1"]))
def test_what_was_released_is_read_back_as_it_was(score: Fraction, n: int, step: str | None) -> None:
    policies = Policies(release_step=step)
    found = released(score, n, policies)
    assert read_back(publish_release("v/c", found), policies) == found


@pytest.mark.parametrize(
    ("score", "n"),
    [("0.505", 1000), ("0.501", 2500), ("0.333333", 1000), ("0.01", 99), ("1", 99), ("0.5", 49), ("0.04", 50)],
)
def test_a_release_that_could_not_have_passed_the_gate_is_refused(score: str, n: int) -> None:
    with pytest.raises(DisclosureError):
        read_back(document(score, n), SAFE)


@pytest.mark.parametrize("score", ["1.5", "1.01"])
def test_a_release_beyond_the_whole_is_refused(score: str) -> None:
    with pytest.raises(DisclosureError):
        read_back(document(score, 1000), SAFE)


@given(st.integers(-(10**6), 10**6), st.integers(0, 6))
def test_decimals_are_exact_and_shortest(whole: int, places: int) -> None:
    value = Fraction(whole, 10**places)
    assert Fraction(decimal(value)) == value
    assert not (("." in decimal(value)) and decimal(value).endswith("0"))


def test_everything_beside_a_released_score_follows_from_it_alone() -> None:
    # 701 and 704 of 1000 are released as the same number: nothing on the board may tell them apart.
    ten = items(10)
    shown = []
    for exact in ("0.701", "0.704"):
        held_out = HeldOut(scored=True, n_prompts=1000, released={"v/c": released(exact, 1000)})
        made = board(benchmark(), ten, [entry(benchmark(), ten, "v/c", verdicts("1111111000"))], held_out=held_out)
        shown.append(made)
    assert shown[0] == shown[1]
    row = row_of(shown[0], "v/c")
    assert row.held_out.score == 0.7
    assert row.held_out.interval == pytest.approx(wilson(0.7, 1000), abs=1e-6)
    assert (row.overfit_gap, row.held_out.by_tier, row.held_out.by) == (0.0, None, None)
    assert (row.held_out.assurance, row.held_out.status) == ("attested", "released")


# The split


def strata(count: int = 120) -> list[Item]:
    return [
        item(n, facets={"tier": "easy" if n % 3 else "hard", "lang": ("de", "en", "fr", "it")[n % 4]})
        for n in range(count)
    ]


def held_out_ids(questions: list[Item], share: float = 0.4, key: bytes = KEY, by: tuple[str, ...] = ()) -> set[str]:
    public, held_out = split_items(questions, key, share, by)
    ids = {one.id for one in held_out}
    assert {one.id for one in public} | ids == {one.id for one in questions}
    assert not {one.id for one in public} & ids
    return ids


def test_every_stratum_gives_its_exact_share() -> None:
    questions = strata()
    chosen = held_out_ids(questions, 0.4, by=("tier", "lang"))
    sizes: Counter[tuple[tuple[str, str], ...]] = Counter()
    taken: Counter[tuple[tuple[str, str], ...]] = Counter()
    for one in questions:
        stratum = tuple(sorted(one.facets.items()))
        sizes[stratum] += 1
        taken[stratum] += one.id in chosen
    assert {stratum: Fraction(taken[stratum], size) for stratum, size in sizes.items()} == dict.fromkeys(
        sizes, Fraction(2, 5)
    )


@pytest.mark.parametrize(
    ("share", "count", "taken"), [(0.29, 50, 15), (0.5, 7, 4), (0.1, 4, 0), (0.0, 9, 0), (1.0, 9, 9)]
)
def test_a_share_is_rounded_half_up_by_its_decimal_digits(share: float, count: int, taken: int) -> None:
    # 0.29 × 50 is 14.5, and 14.499999999999998 in binary.
    assert len(held_out_ids(items(count), share)) == taken


def test_the_split_follows_from_the_key_and_not_from_the_order_of_the_items() -> None:
    questions = strata()
    for seed in range(5):
        shuffled = random.Random(seed).sample(questions, len(questions))  # noqa: S311 - no secret
        assert held_out_ids(shuffled, by=("tier",)) == held_out_ids(questions, by=("tier",))


def test_both_halves_keep_the_order_of_the_items() -> None:
    public, held_out = split_items(items(30), KEY, 0.5)
    assert [one.id for one in public] == sorted(one.id for one in public)
    assert [one.id for one in held_out] == sorted(one.id for one in held_out)


def test_nobody_without_the_key_can_tell_who_is_held_out() -> None:
    # Two keys agree on an item as often as two coins do.
    questions = items(400)
    ours, theirs = held_out_ids(questions, 0.5), held_out_ids(questions, 0.5, OTHER_KEY)
    assert len(ours) == len(theirs) == 200
    assert 70 <= len(ours & theirs) <= 130


def test_one_more_item_changes_the_lot_of_no_other_by_its_text() -> None:
    questions = items(40)
    changed = [Item(id=one.id, prompt=f"{one.prompt} Please.", reference=one.reference) for one in questions]
    assert held_out_ids(changed, 0.5) == held_out_ids(questions, 0.5)


def test_items_of_one_cluster_stay_together() -> None:
    questions = [item(n, cluster=f"c{n // 3}") for n in range(60)]
    chosen = held_out_ids(questions, 0.4)
    assert len(chosen) == 24
    for start in range(0, 60, 3):
        assert len({questions[n].id in chosen for n in range(start, start + 3)}) == 1


def test_items_of_one_prompt_stay_together_though_they_are_of_different_strata() -> None:
    # Every second prompt is asked for both groups, the others for one of them twice: no stratum parts alike.
    groups = [pair for n in range(48) for pair in ("ab", "aa", "bb")[n % 3]]
    questions = [
        Item(id=f"q{n:04d}", prompt_id=f"p{n // 2}", prompt="?", facets={"group": group})
        for n, group in enumerate(groups)
    ]
    chosen = held_out_ids(questions, 0.5, by=("group",))
    assert chosen == held_out_ids(questions[::-1], 0.5, by=("group",))
    assert len(chosen) == 48
    for n in range(0, 96, 2):
        assert (questions[n].id in chosen) == (questions[n + 1].id in chosen)


# The commitments


SECRET = items(6)


def broken(questions: list[Item], key: bytes = KEY, committed: list[Item] | None = None) -> dict[str, str]:
    return dict(broken_commitments(questions, key, commitments(SECRET if committed is None else committed, KEY)))


def test_what_was_committed_to_is_not_broken_whatever_its_order() -> None:
    assert broken(SECRET) == broken(SECRET[::-1]) == {}
    assert commitments(SECRET, KEY) == commitments(SECRET[::-1], KEY)


@pytest.mark.parametrize("change", [{"prompt": "Easier?"}, {"reference": "no"}, {"weight": 2}, {"facets": {"a": "b"}}])
def test_a_changed_item_breaks_its_commitment(change: dict[str, Any]) -> None:
    assert broken([item(0, **change), *SECRET[1:]]) == {"q0000": "is not among the commitments"}


def test_a_swapped_item_breaks_the_commitments() -> None:
    assert set(broken([item(77), *SECRET[1:]])) == {"q0077"}


def test_a_removed_or_added_item_breaks_the_commitments() -> None:
    assert broken(SECRET[1:]) == {"the held-out set": "has 5 items, 6 were committed to"}
    assert "the held-out set" in broken([*SECRET, item(77)])


def test_one_item_in_the_place_of_two_breaks_the_commitments() -> None:
    assert broken([SECRET[0], SECRET[0], *SECRET[2:]])


def test_another_key_is_named_as_the_one_cause() -> None:
    assert broken(SECRET, OTHER_KEY).keys() == {"the split key"}


def test_commitments_tell_neither_texts_nor_equality_of_texts() -> None:
    twins = [item(0, prompt="Same?"), item(1, prompt="Same?")]
    assert commitment(twins[0], KEY) != commitment(twins[1], KEY)
    assert commitment(twins[0], KEY) != commitment(twins[0], OTHER_KEY)
    assert "q0000" not in str(commitments(SECRET, KEY))
