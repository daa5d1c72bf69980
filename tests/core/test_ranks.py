"""Who stands before whom, and who does not stand at all."""

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core_builders import (
    answers,
    benchmark,
    board,
    document,
    entry,
    exact_metric,
    inputs,
    item,
    items,
    ranks,
    row_of,
    verdicts,
)
from proofboard.core.ranks import competition_ranks
from proofboard.disclosure.release import release
from proofboard.publish.inputs import HeldOut
from proofboard.schemas.benchmark import Benchmark, Facet, Policies
from proofboard.schemas.board import Leaderboard
from proofboard.schemas.bundle import Response

TEN = items(10)


def board_of(made: Benchmark | None = None, **outputs: Any) -> Leaderboard:
    made = made or benchmark()
    entries = [entry(made, TEN, f"v/{name}", verdicts(passed)) for name, passed in outputs.items()]
    return board(made, TEN, entries)


def test_equal_scores_share_a_rank_and_the_next_one_skips() -> None:
    assert competition_ranks({"a": 0.5, "b": 0.9, "c": 0.5, "d": None, "e": 0.1}) == {
        "a": 2, "b": 1, "c": 2, "d": None, "e": 4,
    }  # fmt: skip
    assert competition_ranks({"a": 0.5, "b": 0.9, "c": 0.5}, higher_first=False) == {"a": 1, "b": 3, "c": 1}


@given(st.dictionaries(st.integers(), st.none() | st.sampled_from([0.0, 0.25, 0.5, 1.0]), max_size=8), st.booleans())
def test_a_rank_is_one_more_than_the_number_of_better_ones(
    scores: dict[int, float | None],
    higher: bool,  # noqa: FBT001 - drawn
) -> None:
    for name, rank in competition_ranks(scores, higher_first=higher).items():
        own = scores[name]
        if own is None:
            assert rank is None
            continue
        better = [s for s in scores.values() if s is not None and (s > own if higher else s < own)]
        assert rank == 1 + len(better)


def test_equal_scores_share_a_rank_on_the_board_whatever_their_names() -> None:
    made = board_of(zebra="1111100000", ant="0000011111", best="1111110000")
    assert ranks(made.entries) == {"v/best": 1, "v/ant": 2, "v/zebra": 2}


def test_equal_published_scores_share_a_rank_though_the_exact_ones_differ() -> None:
    many = items(2001)
    made = benchmark(metrics={"correct": exact_metric(places=2)})
    one, other = [1] * 1000 + [0] * 1001, [1] * 1001 + [0] * 1000
    found = board(made, many, [entry(made, many, "v/a", verdicts(one)), entry(made, many, "v/b", verdicts(other))])
    assert ranks(found.entries) == {"v/a": 1, "v/b": 1}


@pytest.mark.parametrize("direction", ["higher", "lower"])
def test_an_unscored_entry_stands_last_and_never_first(direction: str) -> None:
    made = benchmark(metrics={"correct": exact_metric(direction=direction, missing="null")})
    entries = [
        entry(made, TEN, "v/a-unscored", [None] * 10),
        entry(made, TEN, "v/scored", verdicts("1000000000")),
    ]
    found = board(made, TEN, entries)
    assert ranks(found.entries) == {"v/scored": 1, "v/a-unscored": None}
    assert [row.config_name for row in found.entries] == ["scored", "a-unscored"]
    assert row_of(found, "v/a-unscored").public.reason == "10 item scores have no verdict"


def test_an_invalid_run_is_shown_with_its_reason_and_without_a_rank() -> None:
    found = board_of(constant="1111111111", honest="1000000000")
    assert ranks(found.entries) == {"v/honest": 1, "v/constant": None}
    assert row_of(found, "v/constant").invalid == "all 10 answers are identical"


@pytest.mark.parametrize("kind", ["baseline", "chance"])
def test_a_baseline_answers_so_on_purpose_and_is_ranked(kind: str) -> None:
    made = benchmark()
    constant = entry(made, TEN, "v/constant", verdicts([1] * 10), own={"kind": kind})
    assert ranks(board(made, TEN, [constant]).entries) == {"v/constant": 1}


def test_a_baseline_is_ranked_on_the_board_of_its_category_too() -> None:
    assert category_ranks("baseline") == {"v/constant": 1, "v/honest": 2}


def test_an_invalid_run_has_no_rank_on_the_board_of_a_category() -> None:
    assert category_ranks("community") == {"v/constant": None, "v/honest": 1}


def category_ranks(kind: str, direction: str = "higher") -> dict[str, int | None]:
    made = benchmark(
        facets={"topic": Facet(values=["x"], role="category")}, metrics={"correct": exact_metric(direction=direction)}
    )
    questions = items(10, facets={"topic": "x"})
    entries = [
        entry(made, questions, "v/constant", verdicts([1] * 10), own={"kind": kind}),
        entry(made, questions, "v/honest", verdicts("1100000000")),
    ]
    found = document(inputs(made, questions, entries), "boards/topic/0.json")
    assert found["ranking"] == f"public {'desc' if direction == 'higher' else 'asc'}"
    return {row["entry"]: row["rank"] for row in found["rows"]}


def test_the_board_of_a_category_follows_the_direction_of_its_metric() -> None:
    assert category_ranks("baseline", "lower") == {"v/constant": 2, "v/honest": 1}


def test_entries_of_another_protocol_are_ranked_apart() -> None:
    made = benchmark()
    entries = [
        entry(made, TEN, "v/now", verdicts("1100000000")),
        entry(made, TEN, "v/then", verdicts("1111111110"), protocol_version="0"),
        entry(made, TEN, "v/then-too", verdicts("1111111100"), protocol_version="0"),
    ]
    found = board(made, TEN, entries)
    assert ranks(found.entries) == {"v/now": 1}
    (other,) = found.other_protocols
    assert (other.protocol_version, ranks(other.entries)) == ("0", {"v/then": 1, "v/then-too": 2})


TRACKS = benchmark(facets={"track": Facet(values=["a", "b"], role="track")})
TRACKED = [item(n, facets={"track": "a" if n < 10 else "b"}) for n in range(20)]


def tracked(**fields: Any) -> Leaderboard:
    answered = answers(verdicts("1110000000" + "1111100000"))
    entries = [
        entry(TRACKS, TRACKED, "v/a-weak", answered[:10]),
        entry(TRACKS, TRACKED, "v/a-strong", verdicts("1111000000")),
        entry(TRACKS, TRACKED, "v/b", answered[10:]),
    ]
    return board(TRACKS, TRACKED, entries, **fields)


def test_tracks_are_ranked_apart_and_on_their_own_items_only() -> None:
    found = tracked()
    assert found.tracks == ["a", "b"]
    assert ranks(found.entries) == {"v/a-strong": 1, "v/a-weak": 2, "v/b": 1}
    assert [row_of(found, f"v/{name}").public.score for name in ("a-strong", "a-weak", "b")] == [0.4, 0.3, 0.5]
    assert {row.public.n_items for row in found.entries} == {10}


def test_an_item_is_counted_for_the_entries_of_its_track_only() -> None:
    entries = [entry(TRACKS, TRACKED, f"v/{name}", _ten_right_from(start)) for name, start in (("a", 0), ("b", 10))]
    index = document(inputs(TRACKS, TRACKED, entries), "items.json")
    assert [(counted["mean"], counted["n_scored"]) for counted in index["items"]] == [(1.0, 1)] * 20


def _ten_right_from(start: int) -> list[Response]:
    return [Response(prompt_id=f"q{n:04d}", output="yes") for n in range(start, start + 10)]


HUNDRED = items(100)


def released(scores: dict[str, str]) -> HeldOut:
    made = {name: release(Fraction(score), 100, 100, Policies()) for name, score in scores.items()}
    return HeldOut(scored=True, n_prompts=100, released=made)  # type: ignore[arg-type]


def two(held_out: HeldOut) -> Leaderboard:
    made = benchmark()
    entries = [
        entry(made, TEN, "v/memorised", verdicts("1111111110")),
        entry(made, TEN, "v/honest", verdicts("1111111000")),
    ]
    return board(made, TEN, entries, held_out=held_out)


def test_an_entry_that_memorised_the_public_set_ranks_below_an_honest_one() -> None:
    found = two(released({"v/memorised": "0.1", "v/honest": "0.65"}))
    assert found.ranking == "held_out desc"
    assert ranks(found.entries) == {"v/honest": 1, "v/memorised": 2}
    assert row_of(found, "v/memorised").overfit_gap == 0.8
    assert row_of(found, "v/honest").overfit_gap == 0.05


def test_the_gap_is_taken_from_the_exact_public_score_and_rounded_once() -> None:
    made, nine = benchmark(metrics={"correct": exact_metric(places=2)}), items(9)
    entries = [entry(made, nine, "v/c", verdicts("111111000"))]
    found = row_of(board(made, nine, entries, held_out=released({"v/c": "0.65"})), "v/c")
    assert (found.public.score, found.overfit_gap) == (0.67, 0.016667)


def test_without_held_out_scores_the_board_ranks_on_public_ones_and_says_so() -> None:
    found = two(HeldOut())
    assert found.ranking == "public desc"
    assert ranks(found.entries) == {"v/memorised": 1, "v/honest": 2}


def test_where_held_out_scores_were_released_a_public_score_alone_has_no_rank() -> None:
    found = two(released({"v/honest": "0.65"}))
    assert ranks(found.entries) == {"v/honest": 1, "v/memorised": None}


def test_equal_released_scores_share_a_rank_whatever_the_public_ones() -> None:
    assert ranks(two(released({"v/memorised": "0.704", "v/honest": "0.696"})).entries) == {
        "v/honest": 1,
        "v/memorised": 1,
    }


def test_one_word_says_what_the_ranks_of_all_tracks_follow() -> None:
    found = tracked(held_out=released({"v/a-weak": "0.5"}))
    assert found.ranking == "held_out desc"
    assert ranks(found.entries) == {"v/a-weak": 1, "v/a-strong": None, "v/b": None}
