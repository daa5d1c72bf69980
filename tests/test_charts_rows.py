"""The rows of charts: what stands in them, what is left out, and what is said where there is nothing to draw."""

from typing import Any

import pytest
from msgspec.structs import replace

from chart_cases import changed, handmade
from proofboard.publish.charts.dates import days_before, shown_days, ticks_of
from proofboard.publish.charts.drawing import ChartDocuments, ChartOptions, Drawn
from proofboard.publish.charts.filling import CHARTS, Look, described, filled
from proofboard.schemas.board import BoardRow, WinRegion


@pytest.fixture(scope="module")
def board(tmp_path_factory: pytest.TempPathFactory) -> ChartDocuments:
    return handmade(tmp_path_factory.mktemp("charts"))


def draw(kind: str, documents: ChartDocuments, **options: Any) -> Drawn:
    return CHARTS[kind].draw(documents, ChartOptions(**options))


def names(drawn: Drawn, dataset: str = "entries") -> list[Any]:
    return [row["entry"] for row in drawn.datasets[dataset]]


def with_rows(documents: ChartDocuments, **changes: dict[str, Any]) -> ChartDocuments:
    """Change fields of rows by their `config_name`."""
    rows = [replace(row, **changes.get(row.config_name, {})) for row in documents.board.entries]
    return changed(documents, entries=rows)


def used(row: BoardRow, tokens: int | None) -> Any:
    return replace(row.usage, total_tokens=tokens)


def test_a_chart_shows_the_score_that_ranks_unless_another_is_asked_for(board: ChartDocuments) -> None:
    ranked = changed(board, ranking="held_out desc")
    assert draw("distribution", ranked).parameters["base"] == "held_out"
    assert draw("distribution", ranked, score="public").parameters["base"] == "public"


def test_humans_baselines_and_chance_are_references_and_no_contestants(board: ChartDocuments) -> None:
    drawn = draw("distribution", board)
    assert "human/panel" not in names(drawn)
    assert [(row["kind"], row["score"]) for row in drawn.datasets["references"]] == [("human", 0.95), ("chance", 0.1)]


def test_a_run_that_is_no_measurement_is_in_no_chart(board: ChartDocuments) -> None:
    assert "acme/best" not in names(draw("distribution", with_rows(board, best={"invalid": "all empty"})))


def test_a_recipe_under_two_names_is_counted_once(board: ChartDocuments) -> None:
    assert "acme/best" not in names(draw("distribution", with_rows(board, best={"same_recipe_as": "acme/base"})))


def test_tracks_are_never_shown_as_one(board: ChartDocuments) -> None:
    rows = [replace(row, track="slow" if row.vendor == "acme" else "fast") for row in board.board.entries]
    tracks = changed(board, entries=rows, tracks=["fast", "slow"])
    assert {name.split("/")[0] for name in names(draw("distribution", tracks))} == {"bolt", "zeta"}
    assert {name.split("/")[0] for name in names(draw("distribution", tracks, track="slow"))} == {"acme"}


def test_the_best_so_far_only_rises_and_lasts_to_the_end_of_the_axis(board: ChartDocuments) -> None:
    drawn = draw("trend", board)
    assert [(row["date"], row["score"]) for row in drawn.datasets["best"]] == [
        ("2026-01-02", 0.5),
        ("2026-02-01", 0.7),
        ("2026-02-03", 0.7),
    ]


def test_where_lower_is_better_the_best_so_far_only_falls(board: ChartDocuments) -> None:
    drawn = draw("trend", changed(board, ranking="public asc"))
    assert [row["score"] for row in drawn.datasets["best"]] == [0.5, 0.1 + 0.2]


def test_entries_without_a_day_are_counted_as_left_out(board: ChartDocuments) -> None:
    assert draw("trend", board).left_out == 1


def test_a_single_day_has_an_axis_around_it_and_no_day_twice() -> None:
    shown = shown_days("2026-03-01", "2026-03-01")
    assert shown == ["2026-02-14", "2026-03-16"]
    assert ticks_of(["2026-03-01", "2026-03-03"]) == {"interval": "day", "step": 1}


def test_days_before_the_first_of_all_days_are_that_day() -> None:
    assert days_before("0001-01-03", 30) == "0001-01-01"


def test_nobody_on_the_front_is_beaten_in_both(board: ChartDocuments) -> None:
    drawn = draw("pareto", board, against="tokens")
    front = [(row["used"], row["score"]) for row in drawn.datasets["entries"] if row["on_front"]]
    everybody = [(row["used"], row["score"]) for row in drawn.datasets["entries"]]
    assert front == [(10, 0.5), (100, 0.7)]
    beaten = [one for one in front for u, s in everybody if u <= one[0] and s >= one[1] and (u, s) != one]  # type: ignore[operator]
    assert beaten == []


def test_equal_entries_stand_on_the_front_together(board: ChartDocuments) -> None:
    rows = {row.config_name: row for row in board.board.entries}
    same = with_rows(board, one={"usage": used(rows["one"], 100)})
    drawn = draw("pareto", same, against="tokens")
    assert [row["label"] for row in drawn.datasets["front"]] == ["1 acme/base", "2 acme/best", "3 zeta/one"]


def test_an_entry_that_used_nothing_keeps_the_axis_linear(board: ChartDocuments) -> None:
    rows = {row.vendor + row.config_name: row for row in board.board.entries}
    free = with_rows(board, best={"usage": used(rows["acmebest"], 0)})
    assert draw("pareto", board, against="tokens").parameters["scale"] == "log"
    assert draw("pareto", free, against="tokens").parameters["scale"] == "linear"


def test_a_tied_group_joins_the_first_and_the_last_of_its_entries(board: ChartDocuments) -> None:
    groups = draw("intervals", board, top=4).datasets["groups"]
    assert [(row["group"], row["first"], row["last"]) for row in groups][:2] == [
        (1, "acme/base", "acme/best"),
        (2, "acme/base", board.board.entries[3].vendor + "/" + board.board.entries[3].config_name),
    ]


def test_a_moved_entry_shows_what_it_was_before_the_days_and_a_new_one_nothing(board: ChartDocuments) -> None:
    moves = {row["entry"]: row for row in draw("movers", board).datasets["moves"]}
    assert (moves["acme/best"]["before"], moves["acme/best"]["after"], moves["acme/best"]["difference"]) == (
        0.25,
        0.7,
        0.45,
    )
    assert (moves["bolt/base"]["change"], moves["bolt/base"]["before"]) == ("new", None)
    assert "acme/base" not in moves


def test_the_days_count_back_from_the_newest_entry_and_not_from_today(board: ChartDocuments) -> None:
    assert draw("movers", board).parameters["since"] == "2026-01-04"


def test_coverage_says_who_aims_at_a_value_and_by_how_much_the_default_is_beaten(board: ChartDocuments) -> None:
    cells = {(row["value"], row["vendor"]): row for row in draw("coverage", board, facet="niche").datasets["cells"]}
    cell = cells["漢字", "acme"]
    assert (cell["n_configurations"], cell["n_targeting"], cell["default_score"]) == (1, 1, 0.3)
    assert (cell["entry"], cell["score"], cell["difference"], cell["won"]) == ("acme/best", 0.0, -0.3, False)
    assert cells["漢字", "zeta"]["difference"] is None, "a vendor without a default has no difference"


def test_a_won_pair_is_found_in_either_order_of_its_facets(board: ChartDocuments) -> None:
    region = WinRegion(slice="tier=t×niche=a×b", lower_bound=0.1, state="candidate", held_out=None)
    won = draw("coverage", with_rows(board, best={"win_regions": [region]}), facet="niche×tier")
    assert [row["value"] for row in won.datasets["cells"] if row["won"]] == ["a×b×t"]


def test_outer_is_better_in_a_radar_whatever_the_direction(board: ChartDocuments) -> None:
    pair = ["acme/best", "bolt/base"]
    up, down = draw("radar", board, entries=pair), draw("radar", changed(board, ranking="public asc"), entries=pair)
    assert (up.parameters["inner"], up.parameters["outer"]) == (0, 1)
    assert (down.parameters["inner"], down.parameters["outer"]) == (1, 0)


@pytest.mark.parametrize(
    ("kind", "options", "why"),
    [
        ("radar", {"entries": ["acme/best"]}, "nothing.choice"),
        ("radar", {"entries": ["acme/best", "acme/base"], "facet": "nowhere"}, "nothing.facet"),
        ("radar", {"entries": ["acme/best", "acme/base"], "facet": "tier"}, "nothing.values"),
        ("slices", {}, "nothing.one"),
        ("slices", {"entries": ["acme/base"]}, "nothing.default"),
        ("slices", {"entries": ["acme/best"], "facet": "niche"}, "nothing.slices"),
        ("pareto", {"against": "seconds"}, "nothing.usage.seconds"),
        ("coverage", {"facet": "nowhere"}, "nothing.facet"),
    ],
)
def test_what_cannot_be_drawn_says_why(board: ChartDocuments, kind: str, options: dict[str, Any], why: str) -> None:
    assert draw(kind, board, **options).nothing == why


@pytest.mark.parametrize("kind", [kind for kind in CHARTS if kind not in {"radar", "slices"}])
def test_an_empty_board_draws_nothing_and_says_so(board: ChartDocuments, kind: str) -> None:
    assert draw(kind, changed(board, entries=[])).nothing is not None


def test_a_title_that_looks_like_a_place_or_a_word_stays_text(board: ChartDocuments) -> None:
    rules = board.rules.benchmark
    metric = replace(rules.metrics["correct"], title="{entry} @others $ink")
    hostile = replace(board, rules=replace(board.rules, benchmark=replace(rules, metrics={"correct": metric})))
    drawn = draw("trend", hostile)
    made = filled("trend", drawn, Look(title="$ink"))
    assert made["title"]["text"] == "$ink"
    assert "by {entry} @others $ink." in made["description"]


def test_a_description_says_how_many_are_not_shown(board: ChartDocuments) -> None:
    assert described("trend", draw("trend", board), "en").endswith("Not shown: 1.")
