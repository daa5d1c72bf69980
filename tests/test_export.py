"""Boards are exported as they are published, in formats that no name can break."""

import csv
import io
import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from builders import benchmark, benchmark_folder, built, entry, held_out_store, three_entries, with_model
from proofboard.app.build import build
from proofboard.app.reading.exporting import export
from proofboard.app.reading.showing import show
from proofboard.cli.export import command as export_command
from proofboard.cli.show import command as show_command
from proofboard.errors import InputError, UnknownEntryError
from proofboard.publish.views.tables import Column, Table, latex_text, markdown_text, printable, render
from proofboard.record.imported import ImportedEntry, NewBundle
from proofboard.schemas.benchmark import Aggregate, Mean, Policies
from proofboard.schemas.bundle import Response, Usage
from proofboard.schemas.configuration import Model, TargetSubgroup
from vendor_cases import configuration, everywhere, published, questions, recorded, rules
from vendor_cases import store as vendor_store

HOSTILE = '=1+1|x\\{y}$&#%_^~<b>"`[c]*--d\n\x1b[31m\u202eé漢字'


def table(*cells: Any, caption: str = "caption") -> Table:
    columns = [Column(f"c{place}", f"C{place}", not isinstance(cell, str)) for place, cell in enumerate(cells)]
    return Table(caption, columns, [list(cells)])


def rows_of(site: Path, **options: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(export(str(site), "json", **options))
    return found


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built(tmp_path_factory.mktemp("export"))


TARGET = TargetSubgroup(description="Sums", selector={"niche": ["maths"]})
WON = {**everywhere(range(50)), "maths": range(90)}


@pytest.fixture(scope="module")
def compared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build a board with win regions, a target, a repeated recipe and held-out scores."""
    place = tmp_path_factory.mktemp("compared")
    entries = [
        recorded("acme/base", everywhere(range(50))),
        recorded("acme/aims", WON, target_subgroup=TARGET),
        recorded("acme/again", everywhere(range(60)), settings={"own": "aims"}, on="2026-02-02"),
    ]
    held = {"acme/base": everywhere(range(30)), "acme/aims": {**everywhere(range(30)), "maths": range(55)}}
    own = {"acme/aims": configuration("acme/aims", target_subgroup=TARGET)}
    return published(place, entries, vendor_store(place / "store", held, 60, rules=rules(), configured=own))


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1"])
def test_text_that_a_spreadsheet_would_run_gets_an_apostrophe_in_csv(text: str) -> None:
    [_, row] = csv.reader(io.StringIO(render(table(text), "csv"), newline=""))
    assert row == ["'" + text]


def test_negative_numbers_and_harmless_text_stay_as_they_are_in_csv() -> None:
    assert render(table(-0.05, 1e-07, "a-b", "", None, 12), "csv").splitlines()[1] == "-0.05,1e-7,a-b,,,12"


def test_csv_follows_rfc_4180() -> None:
    assert render(table('say "a,b"\r\nc', 1), "csv") == 'c0,c1\r\n"say ""a,b""\r\nc",1\r\n'


def test_csv_column_names_are_guarded_too() -> None:
    hostile = Table("", [Column("=cmd()", "x")], [])
    assert render(hostile, "csv") == "'=cmd()\r\n"


def test_unknown_is_null_in_json_and_nothing_elsewhere() -> None:
    assert json.loads(render(table(None, 1), "json")) == [{"c0": None, "c1": 1}]
    assert render(table(None, 1), "md").splitlines()[-1] == "|  | 1 |"


def test_json_keeps_any_text_as_it_is() -> None:
    assert json.loads(render(table(HOSTILE), "json")) == [{"c0": HOSTILE}]


@pytest.mark.parametrize("letter", '\\{}$&#%_^~<>|"`[]*')
def test_every_special_character_is_escaped_in_latex(letter: str) -> None:
    escaped = latex_text(f"a{letter}b")
    assert escaped.startswith("a")
    assert escaped.endswith("b")
    assert escaped != f"a{letter}b"


def test_no_hostile_name_opens_a_command_or_cell_in_latex() -> None:
    row = render(table(HOSTILE, "second"), "latex").splitlines()[8]
    # What is left after all known escapes holds none of the characters that act.
    known = r"\\(textbackslash|textasciicircum|textasciitilde|textless|textgreater|textbar)\{\}|\\[{}$&#%_]"
    left = re.sub(rf"{known}|\{{\\char(34|96)\}}|\{{[\[\]*]\}}|-\{{\}}-", "", row)
    assert not re.search(r"[\\{}$#%_^~<>|\"`\[\]*]", left.removesuffix(" \\\\").replace(" & ", " "))
    assert row.count(" & ") == 1


def test_letters_of_any_script_stay_in_latex() -> None:
    assert latex_text("é漢字 ж → ñ") == "é漢字 ж → ñ"


def test_a_double_hyphen_stays_two_hyphens_in_latex() -> None:
    assert latex_text("a---b") == "a-{}-{}-b"


def test_a_latex_table_is_booktabs_and_sets_negative_numbers_with_a_minus() -> None:
    made = render(table("a", -0.5, 2), "latex")
    for rule in ("\\toprule", "\\midrule", "\\bottomrule", "\\begin{tabular}{lrr}", "\\caption{caption}"):
        assert rule in made
    assert "a & $-0.5$ & 2 \\\\" in made


def test_no_hostile_name_opens_a_cell_link_or_element_in_markdown() -> None:
    row = render(table("a|b", "<img src=x>", "[x](javascript:1)", "two\nlines", "back\\|slash"), "md").splitlines()[-1]
    assert row == "| a\\|b | &lt;img src=x\\> | \\[x\\](javascript:1) | two lines | back\\\\\\|slash |"


def test_markdown_escapes_entities() -> None:
    assert markdown_text("&lt;b") == "&amp;lt;b"


def test_what_acts_on_a_terminal_is_replaced() -> None:
    assert printable("a\x1b[31m\u202eb\nc") == "a\ufffd[31m\ufffdb c"


@pytest.mark.parametrize("form", ["latex", "md"])
@pytest.mark.parametrize("board", ["overall", "efficiency", "metrics", "category", "category:logic"])
def test_every_ranked_table_says_what_its_ranks_follow(site: Path, form: Any, board: str) -> None:
    assert re.search(r"Ranked by public score, highest first", export(str(site), form, board=board))


def test_a_caption_of_a_held_out_board_says_so(tmp_path: Path) -> None:
    store = held_out_store(tmp_path / "store", {"acme/best": 40, "acme/base": 30})
    made = export(str(built(tmp_path, held_out=store)), "md")
    assert "Ranked by held-out score, highest first" in made


def test_a_csv_export_begins_with_its_columns(site: Path) -> None:
    assert export(str(site), "csv").startswith("rank,vendor,config_name,model,public,")


def test_new_columns_of_the_overall_board_come_after_those_that_readers_know(site: Path) -> None:
    assert export(str(site), "csv").splitlines()[0].split(",") == [
        "rank", "vendor", "config_name", "model", "public", "public_low", "public_high", "held_out", "overfit_gap",
        "n_items", "n_answered", "assurance", "cost_per_score", "kind", "organization", "contributor", "date",
        "invalid",
        "rank_low", "rank_high", "win_regions", "target_verdict", "overfit_test", "same_recipe_as",
    ]  # fmt: skip


def test_an_export_holds_rank_ranges_regions_targets_and_repeated_recipes(compared: Path) -> None:
    aims, base, again = rows_of(compared)
    assert [(row["rank"], row["rank_low"], row["rank_high"]) for row in (aims, base, again)] == [
        (1, 1, 1),
        (2, 2, 2),
        (None, None, None),
    ]
    assert re.fullmatch(r"niche=maths by at least 0\.[0-9]+ \(candidate\)", aims["win_regions"])
    assert (aims["target_verdict"], aims["overfit_test"], base["win_regions"]) == ("wins its target", None, None)
    assert again["same_recipe_as"] == "acme/aims"


def test_the_overall_board_is_exported_in_the_order_of_its_ranks(site: Path) -> None:
    found = [(row["rank"], f"{row['vendor']}/{row['config_name']}", row["public"]) for row in rows_of(site)]
    assert found == [(1, "acme/best", 0.875), (2, "acme/base", 0.625), (2, "bolt/base", 0.625)]


def test_a_single_entry_keeps_the_rank_it_has_on_the_board(site: Path) -> None:
    [row] = rows_of(site, entries=["open/bolt-1.5"])
    assert (row["rank"], row["vendor"]) == (2, "bolt")


def test_a_facet_board_has_a_column_for_each_value_and_ranks_on_public_scores(tmp_path: Path) -> None:
    # The winner of the held-out board is not the winner on the public items, which this board shows.
    store = held_out_store(tmp_path / "store", {"acme/best": 20, "acme/base": 40})
    rows = rows_of(built(tmp_path, held_out=store), board="language")
    assert [(row["rank"], row["config_name"]) for row in rows] == [(1, "best"), (2, "base"), (2, "base")]
    assert (rows[0]["language=de"], rows[0]["language=en"]) == (1.0, 0.75)


def test_the_same_board_is_found_by_role_and_by_name(site: Path) -> None:
    assert rows_of(site, board="category") == rows_of(site, board="facet:category")


def test_a_pair_of_facets_has_a_board(tmp_path: Path) -> None:
    paired = built(tmp_path, rules=benchmark(slice_pairs=[("category", "tier")]))
    assert rows_of(paired, board="facet:category×tier")[0]["category×tier=logic×easy"] == 1.0


def test_a_category_board_has_a_column_for_each_problem_and_the_average(site: Path) -> None:
    best = rows_of(site, board="category:maths")[0]
    assert best["average"] == 0.75
    assert [best[f"item=q{number}"] for number in (1, 3, 5, 7)] == [1.0, 1.0, 1.0, 0.0]


def test_the_efficiency_board_says_what_a_score_cost(tmp_path: Path) -> None:
    used = Usage(prompt_tokens=90, completion_tokens=10, cost_nanodollars=1_000_000)
    [row] = rows_of(built(tmp_path, [entry("acme/base", 4, usage=used)]), board="efficiency")
    assert (row["total_tokens"], row["cost_dollars"]) == (800, 0.008)
    assert row["score_per_dollar"] == 0.5 / 0.008


def test_the_metrics_board_shows_every_metric_and_aggregate(tmp_path: Path) -> None:
    rules = benchmark(aggregates={"hard": Aggregate(mean=Mean(metric="correct", slice={"tier": ["hard"]}))})
    row = rows_of(built(tmp_path, rules=rules), board="metrics")[0]
    assert (row["metric=correct"], row["metric=hard"]) == (0.875, 0.75)


def test_the_items_board_shows_how_hard_each_item_is(site: Path) -> None:
    rows = {row["item"]: row for row in rows_of(site, board="items")}
    assert rows["q0"] == {"item": "q0", "item_set": "public", "mean": 1.0, "n_scored": 3}
    assert rows["q6"]["mean"] == 0.333333


def test_no_metric_or_item_can_take_the_name_of_another_column(tmp_path: Path) -> None:
    rules = benchmark(metrics={"rank": benchmark().metrics["correct"]}, headline="rank")
    row = rows_of(built(tmp_path, rules=rules), board="metrics")[0]
    assert (row["rank"], row["metric=rank"]) == (1, 0.875)


@pytest.mark.parametrize("board", ["nonsense", "facet:nonsense", "category:nonsense"])
def test_a_board_that_is_not_there_is_refused_with_those_that_are(site: Path, board: str) -> None:
    with pytest.raises(InputError, match=r"boards are overall|facets are category|it has logic, maths"):
        export(str(site), "csv", board=board)


def test_the_items_board_has_no_entries_to_select(site: Path) -> None:
    with pytest.raises(InputError, match="leave --entry out"):
        export(str(site), "csv", board="items", entries=["acme/best"])


def test_a_board_that_was_changed_after_it_was_published_is_not_exported(site: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(site, tmp_path / "copy"))
    board = copy / "leaderboard.json"
    board.write_bytes(board.read_bytes().replace(b"0.875", b"0.975"))
    with pytest.raises(InputError, match="changed after it was published"):
        export(str(copy), "csv")


def test_an_archive_with_a_folder_around_the_site_is_read_like_the_folder(site: Path, tmp_path: Path) -> None:
    packed = shutil.make_archive(str(tmp_path / "site"), "gztar", site.parent, site.name)
    assert export(packed, "csv") == export(str(site), "csv")


def test_the_command_writes_the_bytes_of_the_export_to_a_file(site: Path, tmp_path: Path) -> None:
    out = tmp_path / "board.csv"
    done = CliRunner().invoke(export_command, [str(site), "--format", "csv", "--out", str(out)])
    assert (done.exit_code, done.output) == (0, "")
    assert out.read_bytes() == export(str(site), "csv").encode()


def test_show_tells_rank_scores_and_evidence_of_an_entry(site: Path) -> None:
    shown = show(str(site), "bolt:open/bolt-1.5")
    for expected in ("bolt/base", "2 of 3, shared with 1 more", "public desc, protocol 1", "5/8", "recomputed"):
        assert expected in shown


def test_show_tells_where_an_entry_may_stand_and_where_it_beats_its_default(compared: Path) -> None:
    shown = show(str(compared), "acme/aims")
    for expected in (
        r"possible ranks +1; at 95 %, all entries together",
        r"tied groups +1\n",
        r"overfit gap +-?0\.[0-9]+ \[-0\.[0-9]+, 0\.[0-9]+\]",
        r"niche=maths +better, by at least 0\.[0-9]+; candidate; held-out: win",
        r"target +wins its target: 0\.4 on 100 items, at least 0\.[0-9]+; held-out: win",
    ):
        assert re.search(expected, shown), shown


def test_show_says_who_is_ranked_for_a_repeated_recipe(compared: Path) -> None:
    shown = show(str(compared), "acme/again")
    assert re.search(r"rank +none\n +same recipe as +acme/aims, which is ranked for both", shown)


def test_show_says_why_a_target_was_not_tested(tmp_path: Path) -> None:
    entries = [recorded("acme/base", WON), recorded("acme/aims", everywhere(range(9)), target_subgroup=TARGET)]
    few = published(tmp_path, entries, rules=rules(policies=Policies(win_region_items=101)))
    assert "not tested: 100 items of the target, at least 101 are needed" in show(str(few), "acme/aims")


def test_show_parts_the_variance_of_repeated_trials(tmp_path: Path) -> None:
    answers = [
        Response(prompt_id=own.id, trial=trial, output=own.reference if (place + trial) % 2 else f"no {own.id} {trial}")
        for place, own in enumerate(questions(10))
        for trial in range(2)
    ]
    twice = ImportedEntry(configuration("acme/twice"), [NewBundle(responses=answers, trials=2)])
    shown = show(str(published(tmp_path, [twice], asked=questions(10))), "acme/twice")
    assert re.search(r"variance +0\.0 between items, 0\.5 within; 2 trials", shown), shown


def test_show_lists_what_an_entry_was_before(tmp_path: Path) -> None:
    folder = benchmark_folder(tmp_path / "benchmark", [entry("acme/best", 7)])
    earlier = benchmark_folder(tmp_path / "earlier", [entry("acme/best", 4, settings={"words": 1})])
    shutil.copytree(earlier / "entries/acme/best", folder / "entries/acme/best/revisions/1")
    build(folder, tmp_path / "site")
    shown = show(str(tmp_path / "site"), "acme/best")
    assert re.search(r"Earlier revisions\n  1 +public 0\.5; recorded 2026-01-02; document sha256:", shown)


def test_show_says_that_an_entry_was_skipped_and_why(tmp_path: Path) -> None:
    skipping = built(tmp_path, [*three_entries(), entry("acme/absent", -1)])
    with pytest.raises(UnknownEntryError, match="listed and not on the board: no recorded bundle"):
        show(str(skipping), "acme/absent")


def test_show_lets_no_name_act_on_the_terminal(tmp_path: Path) -> None:
    evil = entry("acme/evil", 4, title="\x1b[2Jgone", model=Model(name="m\x9b", organization="\u202eorg"))
    shown = show(str(built(tmp_path, [evil])), "acme/evil")
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]", shown)


def test_show_is_a_command(site: Path) -> None:
    done = CliRunner().invoke(show_command, [str(site), "acme/best"])
    assert done.output == show(str(site), "acme/best")


CELLS: dict[Any, Callable[[str], list[int]]] = {
    "csv": lambda made: [len(row) for row in csv.reader(io.StringIO(made, newline=""))],
    "json": lambda made: [len(row) for row in json.loads(made)],
    "latex": lambda made: [len(re.findall(r"(?<!\\)&", row)) for row in made.splitlines() if row.endswith("\\\\")],
    "md": lambda made: [len(re.findall(r"(?<!\\)\|", row)) for row in made.splitlines()[2:]],
}


@pytest.mark.parametrize("form", CELLS)
def test_hostile_names_on_a_board_leave_every_row_with_the_same_cells(tmp_path: Path, form: Any) -> None:
    hostile = [with_model("a/b", HOSTILE), entry("a/c", contributor=HOSTILE), entry("a/d", 3)]
    made = CELLS[form](export(str(built(tmp_path, hostile)), form))
    assert len(made) >= 3
    assert len(set(made)) == 1
