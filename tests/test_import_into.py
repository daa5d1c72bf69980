"""What another tool recorded joins a benchmark that is there: its items, its metrics, its names."""

import json
from collections.abc import Mapping
from pathlib import Path

from builders import benchmark_folder, files_of
from command_line import Finished, run
from proofboard.app.build import build
from proofboard.app.verify import verify

Scores = Mapping[str, Mapping[str, object]]
"""Model → item → score."""

FIRST: Scores = {"maker/one": {"q1": 1, "q2": 0, "q3": 1}, "maker/two": {"q1": 0, "q2": 0, "q3": 1}}


def table(place: Path, scores: Scores) -> Path:
    rows = (f"{model},{item},{score}\n" for model, own in scores.items() for item, score in own.items())
    place.write_text("model,item,score\n" + "".join(rows))
    return place


def board(tmp_path: Path) -> Path:
    """Make a benchmark directory from a table."""
    made = run("import", "csv", table(tmp_path / "first.csv", FIRST), "--new", tmp_path / "board")
    assert made.status == 0, made.err
    return tmp_path / "board"


def joined(tmp_path: Path, scores: Scores, *options: str) -> Finished:
    """Import a second table into the benchmark directory of the first."""
    folder = tmp_path / "board" if (tmp_path / "board").exists() else board(tmp_path)
    return run("import", "csv", table(tmp_path / "second.csv", scores), "--benchmark", folder, *options)


def scored(tmp_path: Path) -> dict[str, float]:
    """Build the board, verify it, and return the public score of each entry."""
    build(tmp_path / "board", tmp_path / "site")
    assert verify(str(tmp_path / "site")).holds
    rows = json.loads((tmp_path / "site/leaderboard.json").read_bytes())["entries"]
    return {f"{row['vendor']}/{row['config_name']}": row["public"]["score"] for row in rows}


def test_entries_of_a_second_source_join_the_first(tmp_path: Path) -> None:
    done = joined(tmp_path, {"other/three": {"q1": 1, "q2": 1, "q3": 0}})
    assert (done.status, done.out.splitlines()[0]) == (0, f"{tmp_path}/board: 1 entry added, 3 items asked")
    assert scored(tmp_path) == {"maker/one": 0.666667, "maker/two": 0.333333, "other/three": 0.666667}


def test_items_that_the_benchmark_does_not_ask_are_left_out_and_named(tmp_path: Path) -> None:
    done = joined(tmp_path, {"other/three": {"q1": 1, "q2": 1, "q3": 1, "q9": 0}})
    assert "1 item(s) that the benchmark does not ask are left out: q9" in done.err
    assert scored(tmp_path)["other/three"] == 1.0


def test_items_that_the_source_lacks_are_named(tmp_path: Path) -> None:
    assert "2 of the benchmark's 3 items are not in the source" in joined(tmp_path, {"other/three": {"q1": 1}}).err


def test_an_entry_that_is_there_is_never_replaced(tmp_path: Path) -> None:
    folder = board(tmp_path)
    before = files_of(folder)
    done = joined(tmp_path, {"new/entry": {"q1": 1}, "maker/one": {"q1": 0}})
    assert done.status == 2
    assert "maker/one: is an entry already" in done.err
    assert files_of(folder) == before


def test_a_source_with_one_entry_takes_any_name(tmp_path: Path) -> None:
    joined(tmp_path, {"maker/one": {"q1": 1, "q2": 1, "q3": 1}}, "--entry", "maker/again")
    assert scored(tmp_path)["maker/again"] == 1.0


def test_one_entry_of_several_is_chosen_and_renamed(tmp_path: Path) -> None:
    several = {"a/b": {"q1": 1, "q2": 1, "q3": 1}, "a/c": {"q1": 0, "q2": 0, "q3": 0}}
    joined(tmp_path, several, "--entry", "a/b=maker/best")
    assert scored(tmp_path) == {"maker/one": 0.666667, "maker/two": 0.333333, "maker/best": 1.0}


def test_names_that_the_source_does_not_have_are_refused_together(tmp_path: Path) -> None:
    done = joined(tmp_path, {"a/b": {"q1": 1}, "a/c": {"q1": 0}}, "--entry", "a/x", "--entry", "a/b=No Name")
    assert done.status == 2
    assert "has no entry 'a/x', expected one of a/b, a/c" in done.err
    assert "cannot name an entry 'No Name'" in done.err


def test_a_source_of_other_items_is_refused(tmp_path: Path) -> None:
    done = joined(tmp_path, {"a/b": {"other-1": 1, "other-2": 0}})
    assert done.status == 2
    assert "asks none of the benchmark's 3 items" in done.err


def test_scores_outside_the_range_of_the_benchmark_are_refused(tmp_path: Path) -> None:
    done = joined(tmp_path, {"a/b": {"q1": 3, "q2": 1, "q3": 0}})
    assert done.status == 2
    assert "outside the range 0 to 1" in done.err


def test_a_benchmark_that_grades_answers_takes_no_scores(tmp_path: Path) -> None:
    benchmark_folder(tmp_path / "board")
    done = joined(tmp_path, {"a/b": {"q1": 1, "q2": 1}})
    assert done.status == 2
    assert "has neither responses nor scores that the benchmark takes" in done.err


def test_answers_are_graded_by_the_benchmark(tmp_path: Path) -> None:
    """The source says that all is wrong; the benchmark's own grader decides, from the answers."""
    benchmark_folder(tmp_path / "board")
    rows = "".join(f"a/b,q{number},{number},0\n" for number in range(8))
    (tmp_path / "answers.csv").write_text(f"model,item,output,score\n{rows}")
    done = run("import", "csv", tmp_path / "answers.csv", "--benchmark", tmp_path / "board")
    assert done.status == 0, done.err
    assert scored(tmp_path)["a/b"] == 1.0


def test_a_place_must_be_given_once(tmp_path: Path) -> None:
    source = table(tmp_path / "t.csv", FIRST)
    for places in ((), ("--new", tmp_path / "a", "--benchmark", tmp_path / "b")):
        assert "either --new or --benchmark" in run("import", "csv", source, *places).err


def test_a_format_of_known_columns_refuses_a_mapping(tmp_path: Path) -> None:
    done = run("import", "mteb", tmp_path, "--new", tmp_path / "new", "--column", "score=x")
    assert "whose columns are known; leave --column away" in done.err


def test_a_file_that_cannot_be_read_is_named_and_the_others_are_imported(tmp_path: Path) -> None:
    (tmp_path / "tables").mkdir()
    table(tmp_path / "tables/a.csv", FIRST)
    (tmp_path / "tables/b.csv").write_bytes(b"\xff\xfe\xfd model")
    done = run("import", "csv", tmp_path / "tables", "--new", tmp_path / "board")
    assert done.status == 1
    assert "b.csv" in done.err
    assert len(scored(tmp_path)) == 2
