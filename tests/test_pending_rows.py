"""A row that waits for the close has scores of its own, and is nothing to the others until the board is closed."""

import json
from typing import Any

import pytest
from msgspec.structs import replace

from append_cases import closed_without, grown, with_pending
from core_builders import benchmark, board, entry, inputs, items, row_of, verdicts
from proofboard.core.entry import GradedEntry
from proofboard.disclosure.release import read_back
from proofboard.errors import DisclosureError
from proofboard.publish.assemble import assemble
from proofboard.publish.inputs import HeldOut
from proofboard.schemas.benchmark import Aggregate, Borda, Facet, WeightedMean
from proofboard.schemas.board import BoardRow, Leaderboard
from proofboard.schemas.bundle import Usage
from proofboard.schemas.publication import Release

COUNT = 40
PARTS = {"part": Facet(values=["a", "b"], role="category")}
RULES = benchmark(facets=PARTS)
POINTS = benchmark(
    facets=PARTS,
    aggregates={
        "points": Aggregate(borda=Borda(children=["correct"])),
        "mixed": Aggregate(weighted=WeightedMean(children={"points": 1, "correct": 1}, missing="present")),
    },
    headline="points",
)
ASKED = [replace(own, facets={"part": "ab"[number % 2]}) for number, own in enumerate(items(COUNT))]
FULL = Usage(prompt_tokens=100, completion_tokens=10, calls=1, microseconds=10**6, cost_nanodollars=10**6)


def one(name: str, right: int, rules: Any = RULES, usage: Usage | None = FULL, **own: Any) -> GradedEntry:
    outputs = verdicts("1" * right + "0" * (COUNT - right))
    return entry(rules, ASKED, name, outputs, own=own, usage=usage, recorded="2026-01-02")


def entries(rules: Any = RULES) -> list[GradedEntry]:
    return [one("v/base", 20, rules, kind="default"), one("v/good", 35, rules), one("w/new", 38, rules)]


def waiting(rules: Any = RULES, **fields: Any) -> Leaderboard:
    return board(rules, ASKED, entries(rules), pending={"w/new"}, **fields)


def new(made: Leaderboard, name: str = "w/new") -> BoardRow:
    return row_of(made, name)


def test_it_stands_below_the_ranked_ones_without_a_rank_whatever_its_score() -> None:
    made = waiting()
    assert [(row.config_name, row.rank, row.pending) for row in made.entries] == [
        ("good", 1, False),
        ("base", 2, False),
        ("new", None, True),
    ]
    assert made.n_pending == 1


def test_it_has_its_own_score_and_interval_at_once() -> None:
    own = new(waiting())
    assert (own.public.score, own.public.interval is not None) == (0.95, True)
    assert own.public.by == {"part": {"a": 0.95, "b": 0.95}}


def test_nothing_relational_is_said_of_it() -> None:
    own = new(board(RULES, ASKED, [*entries(), one("v/more", 39)], pending={"w/new", "v/more"}), "v/more")
    assert (own.rank_range, own.tied_groups, own.win_regions, own.target_verdict) == (None, None, [], None)
    assert own.efficiency.relative is None
    assert own.efficiency.score_per_dollar is not None


def test_its_held_out_score_is_said_to_come_at_the_close() -> None:
    assert new(waiting()).held_out.status == "pending: held-out scores are released when the board is closed"


def test_points_by_rank_are_unknown_for_it_and_unchanged_for_the_others() -> None:
    without = board(POINTS, ASKED, entries(POINTS)[:2])
    made = waiting(POINTS)
    for name in ("v/base", "v/good"):
        assert new(made, name).public.metrics == new(without, name).public.metrics
    own = new(made).public
    assert own.metrics == {"correct": 0.95, "points": None, "mixed": None}
    assert (own.score, own.reason) == (
        None,
        "points by rank depend on all entries: they are given when the board is closed",
    )


def test_a_claim_about_points_by_rank_is_no_disagreement_before_they_are_known() -> None:
    outputs = verdicts("1" * COUNT)
    claims = {"points": 1.0, "correct": 0.25}
    claiming = entry(POINTS, ASKED, "w/new", outputs, recorded="2026-01-02", claims=claims)
    made = board(POINTS, ASKED, [*entries(POINTS)[:2], claiming], pending={"w/new"})
    assert [own.statistic for own in new(made).disagreements] == ["correct"]


def test_a_recipe_that_waits_takes_no_rank_from_one_that_was_recorded_later() -> None:
    recipe: dict[str, Any] = {"settings": {"words": 3}}
    earlier = entry(RULES, ASKED, "w/early", verdicts("1" * COUNT), own=recipe, recorded="2025-01-01")
    made = board(RULES, ASKED, [*entries()[:2], one("w/late", 30, **recipe), earlier], pending={"w/early"})
    assert (new(made, "w/late").rank, new(made, "w/late").same_recipe_as) == (2, None)
    assert new(made, "w/early").same_recipe_as is None


def test_a_default_that_waits_is_compared_with_nobody() -> None:
    files = assemble(inputs(RULES, ASKED, entries(), pending={"v/base"})).documents
    [compared] = json.loads(files["vendors/v.json"])["entries"]
    assert compared["reason"] == "the vendor names no default"


def test_it_counts_where_items_are_counted() -> None:
    index = json.loads(assemble(inputs(RULES, ASKED, entries(), pending={"w/new"})).documents["items.json"])
    assert [own["n_scored"] for own in index["items"]] == [3] * COUNT
    assert (index["items"][-3]["mean"], index["items"][-3]["exact"]) == (0.333333, ["1", "3"])


def test_on_a_category_board_it_stands_below_the_ranked_ones() -> None:
    files = assemble(inputs(RULES, ASKED, entries(), pending={"w/new"})).documents
    rows = json.loads(files["boards/part/0.json"])["rows"]
    assert [(row["entry"], row["rank"]) for row in rows] == [("v/good", 1), ("v/base", 2), ("w/new", None)]
    assert rows[-1]["average"] == 0.95


def test_a_vendor_that_is_new_has_no_comparisons_before_the_close() -> None:
    assert "vendors/w.json" not in grown(inputs(RULES, ASKED, entries()), ["w/new"])


def test_its_own_documents_are_those_that_the_close_keeps() -> None:
    whole = inputs(RULES, ASKED, entries())
    pending, closed = grown(whole, ["w/new"]), assemble(whole).documents
    paths = [path for path in pending if path.startswith(("entries/", "scores/", "configurations/"))]
    assert {path: pending[path] for path in paths} == {path: closed[path] for path in paths}


def test_the_close_is_what_a_build_from_scratch_gives() -> None:
    made = json.loads(assemble(inputs(RULES, ASKED, entries())).documents["leaderboard.json"])
    assert made["n_pending"] == 0
    assert [row["rank"] for row in made["entries"]] == [1, 2, 3]


@pytest.mark.parametrize("where", ["released", "pending", "verdicts"])
def test_a_held_out_result_of_a_row_that_waits_is_refused(where: str) -> None:
    release = Release(vendor="w", config_name="new", score="0.5", n_prompts=500, n_items=500)
    told = {"released": read_back(release, RULES.policies), "pending": "no held-out responses are recorded"}
    held_out = HeldOut(scored=True, n_prompts=500, **{where: {"w/new": told.get(where)}})  # type: ignore[arg-type]
    with pytest.raises(DisclosureError, match="w/new: held-out results leave when the board is closed"):
        assemble(inputs(RULES, ASKED, entries(), pending={"w/new"}, held_out=held_out))


def test_ranks_follow_held_out_scores_of_the_close_alone() -> None:
    names = [own.name for own in entries()]
    scores = {name: read_back(release(name, score), RULES.policies) for name, score in zip(names, "642", strict=True)}
    whole = inputs(RULES, ASKED, entries(), held_out=HeldOut(scored=True, n_prompts=500, released=scores))
    waits = with_pending(whole, ["w/new"])
    before, now = (
        json.loads(assemble(made).documents["leaderboard.json"]) for made in (closed_without(waits, ["w/new"]), waits)
    )
    assert (now["ranking"], now["median_overfit_gap"]) == (before["ranking"], before["median_overfit_gap"])
    assert [row for row in now["entries"] if not row["pending"]] == before["entries"]


def release(name: str, tenths: str) -> Release:
    vendor, _, config_name = name.partition("/")
    return Release(vendor=vendor, config_name=config_name, score=f"0.{tenths}", n_prompts=500, n_items=500)
