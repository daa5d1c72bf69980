"""`proofboard rank`: published tables and votes are ranked as their sources say, and bad files are refused by line."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from command_line import Finished, run

TABLE = "model,score,se\nfirst,90,1\nsecond,50,1\nthird,49.9,1\nfourth,10,1\n"


@pytest.fixture
def ranked(tmp_path: Path) -> Callable[..., Finished]:
    """Rank a file of this text."""

    def rank(text: str, *options: object) -> Finished:
        file = tmp_path / "table.csv"
        file.write_text(text, encoding="utf-8")
        return run("rank", file, *options)

    return rank


def found(finished: Finished) -> Any:
    assert (finished.status, finished.err) == (0, "")
    return json.loads(finished.out)


def faults(finished: Finished) -> list[str]:
    """Answer the faults without the folder that they are in."""
    assert finished.status == 2, finished.out
    assert finished.out == ""
    return [line.partition("table.csv:")[2].strip() for line in finished.err.splitlines() if "table.csv" in line]


def votes_of(wins: Sequence[tuple[str, str, int, int]]) -> str:
    """Write (one, other, wins of the one, wins of the other) as single votes."""
    lines = [f"{a},{b},{name}" for a, b, won, lost in wins for name in [a] * won + [b] * lost]
    return "\n".join(["a,b,winner", *lines]) + "\n"


def by_name(document: Any) -> dict[str, Any]:
    return {row["entry"]: row for row in document["entries"]}


def test_the_published_ranks_of_pisa_2018_are_found(shared_data: Callable[[str], Path]) -> None:
    table = shared_data("pisa2018") / "math.csv"
    at_95 = found(run("rank", table, "--best", 5, "--json"))
    at_90 = found(run("rank", table, "--best", 5, "--level", "0.9", "--json"))
    best_95, best_90 = (
        {row["entry"] for row in document["entries"] if row["possibly_best"]} for document in (at_95, at_90)
    )
    assert (len(best_95), len(best_90)) == (12, 11)
    assert best_95 - best_90 == {"Sweden"}
    kingdom = by_name(at_95)["United Kingdom"]
    assert kingdom["rank"] == 13
    assert abs(kingdom["rank_range"][0] - 6) <= 1
    assert abs(kingdom["rank_range"][1] - 24) <= 1


def test_ranks_that_the_errors_tell_apart_are_single_and_the_others_are_ranges(ranked: Callable[..., Finished]) -> None:
    rows = by_name(found(ranked(TABLE, "--json")))
    assert {name: row["rank_range"] for name, row in rows.items()} == {
        "first": [1, 1], "second": [2, 3], "third": [2, 3], "fourth": [4, 4],
    }  # fmt: skip
    assert [name for name, row in rows.items() if row["possibly_best"]] == ["first"]


def test_people_read_a_table_and_who_is_possibly_the_best(ranked: Callable[..., Finished]) -> None:
    finished = ranked(TABLE, "--best", 2)
    assert (finished.status, finished.err) == (0, "")
    assert [line.split() for line in finished.out.splitlines()[:3]] == [
        ["model", "score", "se", "rank", "ranks"],
        ["first", "90.0", "1.0", "1", "1", "to", "1", "*"],
        ["second", "50.0", "1.0", "2", "2", "to", "3", "*"],
    ]
    assert "Possibly among the best 2 at 95 %: 3 of 4.\nfirst, second, third\n" in finished.out


def test_equal_values_share_a_rank(ranked: Callable[..., Finished]) -> None:
    rows = by_name(found(ranked("x,y,z\na1,5,1\nb1,5,1\nc1,1,1\n", "--json")))
    assert [row["rank"] for row in rows.values()] == [1, 1, 3]


def test_values_without_error_are_told_apart_where_they_differ(ranked: Callable[..., Finished]) -> None:
    rows = by_name(found(ranked("x,y,z\na1,5,0\nb1,4,0\nc1,4,0\n", "--json")))
    assert [row["rank_range"] for row in rows.values()] == [[1, 1], [2, 3], [2, 3]]


def test_the_same_file_gives_the_same_bytes(ranked: Callable[..., Finished]) -> None:
    assert ranked(TABLE, "--json") == ranked(TABLE, "--json")


def test_more_columns_than_three_are_passed_over(ranked: Callable[..., Finished]) -> None:
    wider = "\n".join(f"{line},note" for line in TABLE.splitlines())
    assert found(ranked(wider, "--json"))["entries"] == found(ranked(TABLE, "--json"))["entries"]


def test_a_table_as_spreadsheets_write_it_is_read(ranked: Callable[..., Finished]) -> None:
    text = '\ufeff"model, long", score , se\r\n"first, new", 9e1 ,1.\r\n\r\nsecond,-5,.5\r\n'
    assert list(by_name(found(ranked(text, "--json")))) == ["first, new", "second"]


def test_sixty_votes_of_a_hundred_are_70_elo_points(ranked: Callable[..., Finished]) -> None:
    rows = found(ranked(votes_of([("m1", "m2", 60, 40)]), "--json"))["entries"]
    assert round(rows[0]["value"] - rows[1]["value"], 2) == 70.44


@pytest.mark.parametrize(("won", "ranges"), [(60, [[1, 1], [2, 2]]), (58, [[1, 2], [1, 2]])])
def test_votes_are_told_apart_beyond_chance_only(
    ranked: Callable[..., Finished], won: int, ranges: list[list[int]]
) -> None:
    rows = found(ranked(votes_of([("m1", "m2", won, 100 - won)]), "--json"))["entries"]
    assert [row["rank_range"] for row in rows] == ranges


def test_a_winner_may_be_named_or_given_by_its_column_or_be_a_tie(ranked: Callable[..., Finished]) -> None:
    named = found(ranked("a,b,winner\nx,y,x\nx,y,y\nx,y,tie\ny,x,y\n", "--json"))
    lettered = found(ranked("a,b,winner\nx,y,a\nx,y,b\nx,y,tie\ny,x,a\n", "--json"))
    assert lettered["entries"] == named["entries"]


def test_votes_of_one_prompt_count_less_than_votes_of_many(ranked: Callable[..., Finished]) -> None:
    chance = np.random.Generator(np.random.PCG64(6))
    rows = [("x", "y", "x" if won else "y", prompt) for prompt, won in enumerate(chance.random(40) < 0.7)]
    once = "".join(f"{a},{b},{winner},p{prompt}\n" for a, b, winner, prompt in rows)
    with_prompts = found(ranked(f"a,b,winner,prompt\n{once * 9}", "--json"))
    without = found(ranked("a,b,winner\n" + "".join(f"{a},{b},{w}\n" for a, b, w, _ in rows) * 9, "--json"))
    errors = [document["entries"][0]["standard_error"] for document in (with_prompts, without)]
    assert errors[0] == pytest.approx(3 * errors[1], rel=0.02)
    assert "no prompts are named: every vote is taken as independent of the others" in without["notes"]


def test_few_prompts_give_ranks_and_no_intervals(ranked: Callable[..., Finished]) -> None:
    text = "a,b,winner,prompt\n" + "".join(f"x,y,{winner},p{j % 9}\n" for j, winner in enumerate("xyx" * 9))
    document = found(ranked(text, "--json"))
    assert [(row["rank"], row["rank_range"], row["standard_error"]) for row in document["entries"]] == [
        (1, None, None), (2, None, None),
    ]  # fmt: skip
    assert "fewer than 10 prompts: no errors and no rank intervals" in document["notes"]
    assert "none" in ranked(text).out


def test_all_faults_of_a_table_are_named_at_once_with_their_lines(ranked: Callable[..., Finished]) -> None:
    text = "model,score,se\nfirst,9O,1\n,5,1\nthird,5,-1\nfirst,nan,inf\nfifth,1_0,٣\n"
    assert faults(ranked(text)) == [
        "2: score is '9O', expected a number",
        "3: model is empty, expected a name",
        "4: se is '-1', expected a standard error, 0 or more",
        "5: score is 'nan', expected a number",
        "5: se is 'inf', expected a standard error, 0 or more",
        "5: the entry 'first' stands on line 2 already",
        "6: score is '1_0', expected a number",
        "6: se is '٣', expected a standard error, 0 or more",
    ]


def test_all_faults_of_votes_are_named_at_once_with_their_lines(ranked: Callable[..., Finished]) -> None:
    text = "a,b,winner,prompt\nx,y,z,p1\nx,x,x,p2\nx,,x,p3\nx,y,x,\ntie,y,tie,p4\n"
    assert faults(ranked(text)) == [
        "2: the winner is 'z', expected 'x', 'y', 'a', 'b' or 'tie'",
        "3: compares 'x' with itself",
        "4: b is empty, expected a name",
        "5: prompt is empty; name the prompt, or leave the column out",
        "6: an entry is called 'tie', which as a winner means neither; call it otherwise",
    ]


def test_a_winner_that_could_mean_both_is_refused(ranked: Callable[..., Finished]) -> None:
    reason = "the winner 'b' is the name of one and the column of the other; call the entries otherwise"
    assert faults(ranked("a,b,winner\nb,x,b\nb,x,x\n")) == [f"2: {reason}"]
    assert by_name(found(ranked("a,b,winner\na,b,a\na,b,b\n", "--json"))).keys() == {"a", "b"}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "1: names 0 columns, expected name,value,standard_error or a,b,winner or a,b,winner,prompt"),
        ("x,y\nfirst,1\n", "1: names 2 columns, expected name,value,standard_error"),
        ("first,1,2\nsecond,2,1\n", "1: has no header"),
        ("x,y,z\nfirst,1,2,3\nsecond,1,1\n", "2: has 4 values, the header names 3 columns"),
        ("x,y,z\n", "names 0 entries, expected 2 to 2000"),
        ("x,y,z\nalone,1,1\n", "names 1 entries, expected 2 to 2000"),
        ("a,b,winner\n", "names 0 entries, expected 2 to 2000"),
        ("winner,a,b\nx,y,z\n", "1: names the columns winner,a,b, expected name,value"),
        ("a,b,winner,judge\nx,y,x,me\n", "1: names the columns a,b,winner,judge, expected name,value"),
        ('x,y,z\n"first,1,1\n', "is not CSV"),
        ("x,y,z\nfirst,1e999,1\nsecond,1,1e-300\n", "2: y is '1e999', expected a number"),
        ("a,b,winner\nx,y,x\nu,v,tie\n", "2 parts that never meet (u, v; x, y)"),
        ("a,b,winner\nx,y,x\nx,y,x\n", "x won every comparison, so that the strength would be infinite"),
    ],
)
def test_a_file_that_cannot_be_ranked_is_refused(ranked: Callable[..., Finished], text: str, reason: str) -> None:
    assert any(reason in own for own in faults(ranked(text)))


def test_text_that_is_not_utf_8_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "table.csv"
    file.write_bytes(b"x,y,z\n\xff,1,1\n")
    assert faults(run("rank", file)) == ["is not UTF-8 (byte 6)"]


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    assert faults(run("rank", tmp_path / "table.csv")) == ["is not there"]


@pytest.mark.parametrize("level", ["95", "0.4999", "1", "0.9999", "-1", "nan", "1/2"])
def test_a_level_that_is_none_is_refused(ranked: Callable[..., Finished], level: str) -> None:
    finished = ranked(TABLE, f"--level={level}")
    assert finished.status == 2
    assert "is not a level; give a decimal from 0.5 to 0.999" in finished.err


def test_fewer_than_one_best_is_refused(ranked: Callable[..., Finished]) -> None:
    assert "is not a number of entries; give 1 or more" in ranked(TABLE, "--best", 0).err


def test_names_cannot_forge_the_screen(ranked: Callable[..., Finished]) -> None:
    assert "\x1b" not in ranked('x,y,z\n"evil\x1b[2J",1,1\nother,2,1\n').out
