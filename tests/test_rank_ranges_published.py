"""Rank ranges as they are published: around the rank, of those who answered everything, by a named method."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from builders import benchmark as files_benchmark
from builders import built, held_out_store
from builders import entry as file_entry
from builders import items as file_items
from core_builders import (
    RIGHT,
    WRONG,
    answers,
    benchmark,
    board,
    entry,
    exact_metric,
    inputs,
    item,
    items,
    row_of,
    verdicts,
)
from proofboard.app.verify import verify
from proofboard.core.board import groups_of
from proofboard.core.entry import GradedEntry
from proofboard.core.items import item_table
from proofboard.publish.assemble import RANK_SETS
from proofboard.publish.closing import close
from proofboard.schemas.benchmark import Aggregate, Benchmark, Borda, Facet
from proofboard.schemas.board import BoardRow, Leaderboard
from proofboard.schemas.item import Item
from vendor_cases import document

RULES = benchmark()
COUNT = 100
ASKED = items(COUNT)


def first(right: int, count: int = COUNT) -> list[str]:
    return [RIGHT if n < right else WRONG for n in range(count)]


def made(right: dict[str, int], rules: Benchmark = RULES, asked: Sequence[Item] = ASKED, **own: Any) -> Leaderboard:
    """Make a board of entries that answer the first so many items right."""
    return board(
        rules, asked, [entry(rules, asked, f"v/{name}", first(n, len(asked)), **own) for name, n in right.items()]
    )


def ranges(found: Leaderboard) -> dict[str, tuple[int, int] | None]:
    return {row.config_name: row.rank_range for row in found.entries}


def groups(found: Leaderboard) -> dict[str, tuple[int, int] | None]:
    return {row.config_name: row.tied_groups for row in found.entries}


def around_their_ranks(rows: Sequence[BoardRow]) -> bool:
    ranked = [(row.rank, row.rank_range) for row in rows if row.rank is not None]
    return all(own is None or own[0] <= rank <= own[1] <= len(ranked) for rank, own in ranked)


# A rank lies in its range.


def test_entries_that_are_far_apart_have_one_rank_each() -> None:
    assert ranges(made({"a": 90, "b": 60, "c": 30})) == {"a": (1, 1), "b": (2, 2), "c": (3, 3)}


def test_entries_that_cannot_be_told_apart_share_all_their_ranks() -> None:
    found = made({"a": 52, "b": 51, "c": 50, "d": 10})
    assert ranges(found) == {"a": (1, 3), "b": (1, 3), "c": (1, 3), "d": (4, 4)}


ANSWERS = st.lists(st.text("01-", min_size=24, max_size=24), min_size=1, max_size=6)


@given(ANSWERS, st.sampled_from(["higher", "lower"]), st.integers(0, 3))
def test_every_rank_lies_in_its_range(answered: list[str], direction: str, places: int) -> None:
    rules = benchmark(metrics={"correct": exact_metric(direction=direction, places=places, missing="drop")})
    outputs = [[None if one == "-" else (WRONG, RIGHT)[int(one)] for one in own] for own in answered]
    entries = [entry(rules, items(24), f"v/c{n}", own) for n, own in enumerate(outputs)]
    assert around_their_ranks(board(rules, items(24), entries).entries)


def test_a_rank_that_is_shared_by_rounding_lies_in_the_range_of_both() -> None:
    """The data tell the two apart, the published scores do not."""
    coarse = benchmark(metrics={"correct": exact_metric(places=1)})
    found = made({"a": 63, "b": 56}, coarse)
    assert [row.public.score for row in found.entries] == [0.6, 0.6]
    assert [row.rank for row in found.entries] == [1, 1]
    assert ranges(found) == {"a": (1, 1), "b": (1, 2)}


def test_where_less_is_better_the_lowest_score_has_the_first_rank() -> None:
    lower = benchmark(metrics={"correct": exact_metric(direction="lower")})
    assert ranges(made({"a": 90, "b": 60, "c": 30}, lower)) == {"c": (1, 1), "b": (2, 2), "a": (3, 3)}


def test_an_entry_alone_has_the_only_rank() -> None:
    found = made({"a": 50})
    assert (ranges(found), groups(found)) == ({"a": (1, 1)}, {"a": (1, 1)})


# Tied groups.


def test_equal_scores_are_in_the_same_groups() -> None:
    found = groups(made({"a": 90, "b": 60, "c": 60, "d": 30}))
    assert found == {"a": (1, 1), "b": (2, 2), "c": (2, 2), "d": (3, 3)}


def test_an_entry_between_two_that_differ_is_in_the_groups_of_both() -> None:
    # Four items are no difference, eight are one.
    found = groups(made({"a": 58, "b": 54, "c": 50}))
    assert found == {"a": (1, 1), "b": (1, 2), "c": (2, 2)}


# Who has no range.


DROPPING = benchmark(metrics={"correct": exact_metric(missing="drop")})


def with_one_that_left_items_out() -> Leaderboard:
    whole = [entry(DROPPING, ASKED, f"v/{name}", first(right)) for name, right in {"a": 90, "b": 60, "c": 30}.items()]
    partial = entry(DROPPING, ASKED, "v/partial", [*first(75)[:99], None])
    return board(DROPPING, ASKED, [*whole, partial])


def test_who_left_items_out_has_a_rank_and_no_range() -> None:
    row = row_of(with_one_that_left_items_out(), "v/partial")
    assert (row.rank, row.rank_range, row.tied_groups) == (2, None, None)


def test_who_left_items_out_may_be_ahead_of_everybody_else() -> None:
    """Nothing is known of it: the worst rank of all others is one further down, the best one stays."""
    found = with_one_that_left_items_out()
    assert ranges(found) == {"a": (1, 2), "partial": None, "b": (2, 3), "c": (3, 4)}
    assert around_their_ranks(found.entries)


@pytest.mark.parametrize("outputs", [[WRONG] * COUNT, answers([*first(50)[:-1], None])[:-1]])
def test_a_run_that_is_no_measurement_or_has_no_score_takes_no_rank_from_others(outputs: list[Any]) -> None:
    strict = benchmark(metrics={"correct": exact_metric(missing="null")})
    entries = [entry(strict, ASKED, "v/a", first(52)), entry(strict, ASKED, "v/b", first(50))]
    found = board(strict, ASKED, [*entries, entry(strict, ASKED, "v/void", outputs)])
    assert ranges(found) == {"a": (1, 2), "b": (1, 2), "void": None}
    assert row_of(found, "v/void").rank is None


@pytest.mark.parametrize(("clusters", "known"), [(9, [False]), (10, [True])])
def test_from_fewer_than_ten_clusters_nothing_is_known(clusters: int, known: list[bool]) -> None:
    asked = [item(n, cluster=f"c{n % clusters}") for n in range(COUNT)]
    found = made({"a": 90, "b": 30}, asked=asked)
    assert [{own is not None} for own in (*ranges(found).values(), *groups(found).values())] == [set(known)] * 4
    assert ("rank_range" in found.method) == known[0]
    assert [row.rank for row in found.entries] == [1, 2]


def test_items_of_one_cluster_count_as_one() -> None:
    """Ten items asked ten times each tell no more than ten items."""
    asked = [item(n, cluster=f"c{n % 10}") for n in range(COUNT)]
    alone, repeated = made({"a": 6, "b": 3}, asked=items(10)), []
    for name, right in {"a": 6, "b": 3}.items():
        outputs = [RIGHT if n % 10 < right else WRONG for n in range(COUNT)]
        repeated.append(entry(RULES, asked, f"v/{name}", outputs))
    assert ranges(board(RULES, asked, repeated)) == ranges(alone) == {"a": (1, 2), "b": (1, 2)}


def test_points_by_rank_have_no_ranges() -> None:
    rules = benchmark(headline="points", aggregates={"points": Aggregate(borda=Borda(children=["correct"]))})
    found = made({"a": 90, "b": 30}, rules)
    assert (set(ranges(found).values()), "rank_range" in found.method) == ({None}, False)


# What is never ranked together.


def test_tracks_are_apart() -> None:
    rules = benchmark(facets={"track": Facet(values=["one", "two"], role="track")})
    asked = [item(n, facets={"track": ("one", "two")[n >= 50]}) for n in range(COUNT)]
    whole = {"a": answers(first(50))[:50], "b": answers(first(20))[:50], "c": answers(first(90))[50:]}
    found = board(rules, asked, [entry(rules, asked, f"v/{name}", own) for name, own in whole.items() if name != "a"])
    assert ranges(found) == {"b": (1, 1), "c": (1, 1)}


def test_other_protocols_are_apart() -> None:
    old = [entry(RULES, ASKED, f"v/old{n}", first(n), protocol_version="0") for n in (20, 80)]
    found = board(RULES, ASKED, [entry(RULES, ASKED, "v/new", first(50)), *old])
    assert ranges(found) == {"new": (1, 1)}
    [other] = found.other_protocols
    assert [(row.config_name, row.rank_range) for row in other.entries] == [("old80", (1, 1)), ("old20", (2, 2))]


# The method.


def test_the_header_names_the_method() -> None:
    said = made({"a": 52, "b": 50}).method["rank_range"]
    assert said == (
        f"{RANK_SETS}: step-down, 1,999 resamples; errors of paired differences by cluster; sign flips of clusters"
    )


def test_beyond_2000_entries_one_step_takes_the_place_of_many_and_is_named() -> None:
    few = items(10)
    one = entry(RULES, few, "v/c0", verdicts("1111100000"))
    crowd = [_renamed(one, f"c{n}") for n in range(2001)]
    [group] = groups_of(RULES, item_table(few), crowd)
    found = close(inputs(RULES, few, crowd), group, on_held_out=False)
    assert found.rank_method is not None
    assert found.rank_method.startswith("single step, Bonferroni; ")
    assert {own.rank_range for own in found.places.values()} == {(1, 2001)}


def _renamed(own: GradedEntry, name: str) -> GradedEntry:
    return replace(own, configuration=replace(own.configuration, config_name=name))


# Boards that rank on held-out scores.


def on_held_out(tmp_path: Path, public: dict[str, int], right: dict[str, int], name: str = "site") -> dict[str, Any]:
    """Build a board from public and held-out answers; answer its rows by name."""
    store = held_out_store(tmp_path / f"{name}-store", right, count=200)
    asked = file_items(40)
    entries = [file_entry(own, count, asked=asked) for own, count in public.items()]
    site = built(tmp_path, entries, asked=asked, held_out=store, rules=files_benchmark(), name=name)
    assert verify(str(site), held_out=store).refusals == []
    rows = document(site, "leaderboard.json")["entries"]
    said = document(site, "leaderboard.json")["method"]["rank_range"]
    assert said.endswith(
        "from released scores and their number of prompts alone, taken as independent; normal deviates"
    )
    return {f"{row['vendor']}/{row['config_name']}": row for row in rows}


def test_held_out_ranges_follow_the_released_scores_whatever_the_public_answers_are(tmp_path: Path) -> None:
    right = {"v/a": 180, "v/b": 100, "v/c": 98}
    one = on_held_out(tmp_path, {"v/a": 30, "v/b": 20, "v/c": 10}, right)
    other = on_held_out(tmp_path, {"v/a": 10, "v/b": 10, "v/c": 39}, right, "other")
    expected = {"v/a": ([1, 1], [1, 1]), "v/b": ([2, 3], [2, 2]), "v/c": ([2, 3], [2, 2])}
    for rows in (one, other):
        assert {name: (row["rank_range"], row["tied_groups"]) for name, row in rows.items()} == expected


def test_who_has_no_released_score_has_no_rank_and_takes_none(tmp_path: Path) -> None:
    rows = on_held_out(tmp_path, {"v/a": 30, "v/b": 20, "v/late": 39}, {"v/a": 180, "v/b": 100})
    assert {name: (row["rank"], row["rank_range"]) for name, row in rows.items()} == {
        "v/a": (1, [1, 1]),
        "v/b": (2, [2, 2]),
        "v/late": (None, None),
    }
