"""Scores of any table: read exactly as they were written, on a scale that is told; trials, claims, answers."""

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from imported_oracle import entry_named, read_back
from proofboard.record.any_table.numbers import Written, read_number
from table_source import board, csv_text, faults, imported, means, rows_of, scores


def table(*written: object, header: str = "score") -> str:
    """Write one score for each entry, named by its place."""
    return csv_text([("model", "task", header), *((f"m{place}", "t", one) for place, one in enumerate(written))])


def values(folder: Path, *written: object, **said: str) -> list[Fraction | None]:
    return list(scores(imported(folder, table(*written), **said)).values())


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("1", Fraction(1)),
        ("0.1", Fraction(1, 10)),
        ("-.5", Fraction(-1, 2)),
        ("+0.50", Fraction(1, 2)),
        ("1e-3", Fraction(1, 1000)),
        ("2.5E2", Fraction(250)),
        ("85.3%", Fraction(853, 1000)),
        ("85.3 %", Fraction(853, 1000)),
        ("−0.5", Fraction(-1, 2)),
        (" 7 ", Fraction(7)),
        ("TRUE", Fraction(1)),
        ("Pass", Fraction(1)),
        ("incorrect", Fraction(0)),
        ("No", Fraction(0)),
        ("✗", Fraction(0)),
    ],
)
def test_a_score_is_what_was_written(written: str, expected: Fraction) -> None:
    found = read_number(written)
    assert found
    assert found.exact == expected


@pytest.mark.parametrize(
    "written", ["", " ", "NA", "n/a", "NaN", "null", "None", "-", "–", "inf", "-Infinity", "#DIV/0!"]
)
def test_what_is_no_number_is_none(written: str) -> None:
    assert read_number(written) is None


@pytest.mark.parametrize(
    "written",
    [
        "good",
        "85.3 ± 0.4",
        "1,234",
        "0,85",
        "1.2.3",
        "%",
        ".",
        "e5",
        "1e9999",
        "٣",
        "²",
        "1" * 101,
        "1e100",
        "0x1f",
        "1_0",
    ],
)
def test_what_is_no_score_is_refused(written: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the text itself is the message
        read_number(written)


def test_a_comma_is_a_decimal_sign_where_it_does_not_part_the_cells() -> None:
    assert read_number("0,85", comma=True) == Written(85, 2)


def test_verdicts_have_the_denominator_1(tmp_path: Path) -> None:
    found = imported(tmp_path, table("pass", "0", "1.0", "false"))
    assert found.benchmark.metrics["score"].denominator == 1
    assert list(scores(found).values()) == [1, 0, 1, 0]


def test_the_denominator_is_the_smallest_that_holds_every_decimal(tmp_path: Path) -> None:
    found = imported(tmp_path, table("0.5", "0.125", "0.2500"))
    assert found.benchmark.metrics["score"].denominator == 1000
    assert list(scores(found).values()) == [Fraction(1, 2), Fraction(1, 8), Fraction(1, 4)]


def test_more_than_twelve_decimals_are_rounded_half_to_even_with_a_note(tmp_path: Path) -> None:
    found = imported(tmp_path, table("0.0000000000005", "0.0000000000015", "0.1"))
    assert found.benchmark.metrics["score"].denominator == 10**12
    assert list(scores(found).values()) == [0, Fraction(2, 10**12), Fraction(1, 10)]
    assert any("2 value(s)" in note and "rounded" in note for note in found.notes)


@pytest.mark.parametrize(
    ("written", "expected", "noted"),
    [
        (["85.3", "0"], [Fraction(853, 1000), 0], "taken for per cent"),
        (["100", "10.5"], [1, Fraction(21, 200)], "taken for per cent"),
        (["8.9", "0.5"], [Fraction(89, 10), Fraction(1, 2)], "goes from 0 to 9"),
        (["1200", "900"], [1200, 900], "goes from 0 to 1200"),
        (["-0.5", "1"], [Fraction(-1, 2), 1], "goes from -1 to 1"),
        (["-5.5", "-2"], [Fraction(-11, 2), -2], "goes from -6 to 0"),
    ],
)
def test_the_scale_is_seen_from_the_values_and_told(
    written: list[str], expected: list[Any], noted: str, tmp_path: Path
) -> None:
    found = imported(tmp_path, table(*written))
    assert list(scores(found).values()) == expected
    assert any(noted in note for note in found.notes)
    rows_of(found, tmp_path)


def test_nothing_is_said_of_a_scale_from_0_to_1(tmp_path: Path) -> None:
    assert len(imported(tmp_path, table("0.5", "1")).notes) == 1


def test_the_scale_may_be_said(tmp_path: Path) -> None:
    assert values(tmp_path, "85", "3", scale="plain") == [85, 3]
    assert values(tmp_path, "8.5", "3", scale="percent") == [Fraction(85, 1000), Fraction(3, 100)]


def test_percentages_beside_plain_numbers_are_refused_unless_the_scale_is_said(tmp_path: Path) -> None:
    (reason,) = faults(tmp_path, table("85%", "0.9"))
    assert "mixes percentages with plain numbers such as 0.9" in reason
    assert values(tmp_path, "85%", "0.9", scale="plain") == [Fraction(85, 100), Fraction(9, 10)]
    assert values(tmp_path, "85%", "90", scale="percent") == [Fraction(85, 100), Fraction(9, 10)]
    assert values(tmp_path, "85%", "0") == [Fraction(85, 100), 0]


def test_scores_beyond_what_can_be_held_are_refused(tmp_path: Path) -> None:
    (reason,) = faults(tmp_path, table("1e30", "1"))
    assert "beyond 2^53" in reason


def test_large_scores_keep_as_many_decimals_as_fit(tmp_path: Path) -> None:
    found = imported(tmp_path, table("123456789012345", "0.25"))
    assert found.benchmark.metrics["score"].denominator == 10
    assert list(scores(found).values()) == [123456789012345, Fraction(1, 5)]
    rows_of(found, tmp_path)


def test_every_cell_that_is_no_score_is_refused_with_its_line(tmp_path: Path) -> None:
    found = faults(tmp_path, table("1", "good", "0.5", "bad"), score="score")
    expected = "expected a number, a verdict such as pass, or NA for none"
    assert found == [
        f"table.csv:3: the score of 'm1' on 't' is 'good', {expected}",
        f"table.csv:5: the score of 'm3' on 't' is 'bad', {expected}",
    ]


def test_a_column_called_score_that_holds_none_is_named(tmp_path: Path) -> None:
    (reason,) = faults(tmp_path, table("good", "bad"))
    assert "the column score is called a score and holds none" in reason


def test_a_table_without_any_number_is_refused(tmp_path: Path) -> None:
    (reason,) = faults(tmp_path, table("NA", ""), score="score")
    assert "holds no score" in reason


GAPS = "model,task,score\na,t,1\na,u,\nb,t,0\nb,u,1\n"


def test_an_absent_score_makes_the_mean_unknown_with_a_note(tmp_path: Path) -> None:
    found = imported(tmp_path, GAPS)
    assert scores(found)["a", "u", 0] is None
    assert board(found, tmp_path) == {"b": 0.5, "a": None}
    assert any("1 of 2 entries lack scores (a (1)): their means are unknown" in note for note in found.notes)


@pytest.mark.parametrize(("missing", "expected"), [("drop", Fraction(1)), ("worst", Fraction(1, 2))])
def test_what_an_absent_score_is_worth_may_be_said(missing: str, expected: Fraction, tmp_path: Path) -> None:
    assert means(imported(tmp_path, GAPS, missing=missing))["a"] == expected


def test_a_row_that_is_not_there_is_an_absent_score(tmp_path: Path) -> None:
    found = imported(tmp_path, GAPS.replace("a,u,\n", ""))
    assert board(found, tmp_path) == {"b": 0.5, "a": None}


def test_entries_and_items_without_any_score_are_left_out_with_a_note(tmp_path: Path) -> None:
    found = imported(tmp_path, "model,task,score\na,t,1\na,u,\nb,t,\nb,u,NA\n")
    assert ([entry.configuration.title for entry in found.entries], [item.id for item in found.items]) == (["a"], ["t"])
    assert any("1 entries have no score and were left out: b" in note for note in found.notes)
    assert any("1 item(s) have no score and were left out: u" in note for note in found.notes)


def test_lower_may_be_better_if_that_is_said(tmp_path: Path) -> None:
    text = "model,task,wer\na,t,0.5\nb,t,0.25\n"
    silent = imported(tmp_path, text)
    assert list(board(silent, tmp_path / "1")) == ["a", "b"]
    assert any("wer: higher counts as better" in note and "direction.wer=lower" in note for note in silent.notes)
    said = imported(tmp_path, text, direction="lower")
    assert list(board(said, tmp_path / "2")) == ["b", "a"]
    assert not any("counts as better" in note for note in said.notes)


def test_each_metric_has_its_own_scale(tmp_path: Path) -> None:
    text = "model,task,metric,value\na,t,acc,0.5\na,t,f1,50\nb,t,acc,0.75\nb,t,f1,40\n"
    found = imported(tmp_path, text)
    assert {name: metric.denominator for name, metric in found.benchmark.metrics.items()} == {"acc": 100, "f1": 10}
    assert found.benchmark.headline == "acc"
    assert list(board(found, tmp_path)) == ["b", "a"]


def test_items_of_one_metric_each_are_averaged_together(tmp_path: Path) -> None:
    text = "model,task,metric,value\na,t,acc,0.5\na,u,f1,50\na,v,f1,100\nb,t,acc,0.75\nb,u,f1,40\nb,v,f1,10\n"
    found = imported(tmp_path, text)
    assert means(found) == {"a": Fraction(2, 3), "b": Fraction(5, 12)}
    assert board(found, tmp_path) == {"a": 0.666667, "b": 0.416667}
    chosen = imported(tmp_path, text, headline="acc")
    assert means(chosen) == {"a": Fraction(1, 2), "b": Fraction(3, 4)}
    rows_of(chosen, tmp_path / "chosen")


def test_the_headline_is_over_the_items_that_it_is_measured_on(tmp_path: Path) -> None:
    rows = ["a,t,acc,1", "a,u,acc,0", "a,u,f1,0.5", "b,t,acc,1", "b,u,acc,1", "b,u,f1,0.25", "a,v,f1,1", "b,v,f1,0"]
    text = "\n".join(["model,task,metric,value", *rows])
    found = imported(tmp_path, text)
    assert found.benchmark.headline == "acc_mean"
    assert board(found, tmp_path) == {"b": 1.0, "a": 0.5}


TRIALS = "model,task,seed,score\na,t,1,1\na,t,10,0\na,t,2,0\na,u,1,1\na,u,2,1\na,u,10,1\n"


def test_trials_are_numbered_in_the_order_of_their_names(tmp_path: Path) -> None:
    found = imported(tmp_path, TRIALS)
    assert [value for (_, item, _), value in scores(found).items() if item == "t"] == [1, 0, 0]
    assert scores(found)["a", "t", 0] == 1
    (entry,) = found.entries
    assert (entry.bundles[0].trials, entry.bundles[0].trial_kind) == (3, "run")
    assert board(found, tmp_path) == {"a": 0.666667}


def test_trials_that_no_two_items_share_are_attempts(tmp_path: Path) -> None:
    text = "model,task,run_id,score\na,t,x1,1\na,t,x2,0\na,u,x3,1\na,u,x4,1\n"
    found = imported(tmp_path, text)
    (entry,) = found.entries
    assert (entry.bundles[0].trials, entry.bundles[0].trial_kind) == (2, "attempt")
    assert means(found) == {"a": Fraction(3, 4)}


def test_a_trial_that_an_item_lacks_is_absent(tmp_path: Path) -> None:
    assert means(imported(tmp_path, TRIALS.replace("a,u,2,1\n", ""))) == {"a": None}


def test_rows_that_stand_twice_alike_count_once_with_a_note(tmp_path: Path) -> None:
    found = imported(tmp_path, "model,task,score\na,t,1\na,u,0\na,t,1\n")
    assert means(found) == {"a": Fraction(1, 2)}
    assert "1 score(s) stand twice with the same answer; one of each counts" in found.notes


def test_rows_that_stand_twice_and_differ_are_refused_with_what_would_tell_them_apart(tmp_path: Path) -> None:
    (reason,) = faults(tmp_path, "model,task,score\na,t,1\na,u,0\na,t,0\n")
    assert reason.startswith("table.csv:4: scores 'a' on 't' again and otherwise than line 2; no column names trials")
    assert "--column trial=COLUMN, item=COLUMN+COLUMN or entry=COLUMN+COLUMN" in reason


def test_the_same_score_with_another_answer_is_no_copy(tmp_path: Path) -> None:
    assert faults(tmp_path, "model,task,score,output\na,t,1,x\na,t,1,y\n")


def test_an_average_is_a_claim_that_the_board_compares(tmp_path: Path) -> None:
    found = imported(tmp_path, "Model,A,B,Average\nx,85.5,90,87.75\ny,70,90.5,75\n")
    assert [item.id for item in found.items] == ["a", "b"]
    assert [entry.bundles[0].claims for entry in found.entries] == [{"score": 0.8775}, {"score": 0.75}]
    listed = {row["config_name"]: row["disagreements"] for row in rows_of(found, tmp_path)}
    assert listed["x"] == []
    assert listed["y"] == [{"statistic": "score", "claimed": 0.75, "found": 0.8025}]
    assert any("1 of 2 averages are not what the table's own scores give: y" in note for note in found.notes)


def test_a_rank_is_a_claim_that_the_import_compares(tmp_path: Path) -> None:
    found = imported(tmp_path, "Rank,Model,A,B\n1,x,1,0.5\n3,y,0.5,0.5\n2,z,0.25,0.5\n")
    assert [entry.bundles[0].claims for entry in found.entries] == [{"rank": 1}, {"rank": 3}, {"rank": 2}]
    assert any("2 of 3 ranks are not what the table's own scores give: y, z" in note for note in found.notes)


def test_an_average_among_the_items_of_a_long_table_is_a_claim_too(tmp_path: Path) -> None:
    found = imported(tmp_path, "model,task,score\na,t,1\na,u,0\na,Average,0.5\n")
    assert ([item.id for item in found.items], [entry.bundles[0].claims for entry in found.entries]) == (
        ["t", "u"],
        [{"score": 0.5}],
    )


def test_an_average_with_few_decimals_may_lie_half_a_unit_away(tmp_path: Path) -> None:
    found = imported(tmp_path, "Model,A,B,C,Average\nx,8.5,9,9.25,8.9\ny,7,5,2.25,4.6\n")
    assert found.benchmark.policies.claim_tolerance == "0.05"
    listed = {row["config_name"]: len(row["disagreements"]) for row in rows_of(found, tmp_path)}
    assert listed == {"x": 0, "y": 1}


@pytest.mark.parametrize(
    ("averages", "tolerance"),
    [(("50", "60"), "0.005"), (("50.0", "60.0"), "0.0005"), (("0", "0"), "0.005"), (("50%", "0.6"), "0.005")],
)
def test_decimals_of_an_average_are_counted_as_they_are_written(
    averages: tuple[str, str], tolerance: str, tmp_path: Path
) -> None:
    signed = "%" if "%" in averages[0] else ""
    rows = "".join(f"{name},40{signed},62{signed},{own}\n" for name, own in zip("xy", averages, strict=True))
    found = imported(tmp_path, f"Model,A,B,Average\n{rows}")
    assert found.benchmark.policies.claim_tolerance == tolerance


def test_averages_of_0_and_1_alone_leave_no_room(tmp_path: Path) -> None:
    found = imported(tmp_path, "Model,A,B,Average\nx,1,0.2,1\ny,0,0.1,0\n")
    assert all(row["disagreements"] for row in rows_of(found, tmp_path))


def test_a_mean_win_rate_is_a_claim_and_no_item(tmp_path: Path) -> None:
    found = imported(tmp_path, "Model/adapter,Mean win rate,A,B\nx,0.9,0.5,0.25\ny,0.1,0.5,0.75\n")
    assert [item.id for item in found.items] == ["a", "b"]


@pytest.mark.parametrize("written", ["1,234.5", "**61.5**", "61.5 ± 0.4"])
def test_a_refusal_shows_what_was_not_read(written: str, tmp_path: Path) -> None:
    (found,) = faults(tmp_path, f'Model,A,B\nx,"{written}","{written}"\ny,"{written}","{written}"\n')
    assert f"B begins with {written!r}, which is not read" in found


def test_a_table_of_averages_alone_has_them_as_its_scores(tmp_path: Path) -> None:
    found = imported(tmp_path, "Model,Average\nx,0.5\ny,0.75\n")
    assert board(found, tmp_path) == {"y": 0.75, "x": 0.5}


ANSWERED = "model,item,gold,response,correct\na,i,Paris,paris,1\na,j,4,5,0\nb,i,Paris,Paris,1\nb,j,4,4,1\n"


def test_scores_that_a_grader_gives_again_are_recomputed(tmp_path: Path) -> None:
    found = imported(tmp_path, ANSWERED)
    grader = found.benchmark.metrics["correct"].grader
    assert grader
    assert grader.kind == "normalised_exact"
    assert not any(entry.bundles[0].scores for entry in found.entries)
    assert {row["config_name"]: row["public"]["assurance"] for row in rows_of(found, tmp_path)} == {
        "a": "recomputed",
        "b": "recomputed",
    }
    assert board(found, tmp_path / "again") == {"b": 1.0, "a": 0.5}


@pytest.mark.parametrize(
    ("rows", "kind"),
    [
        ([("x", "x", 1), ("x", "X", 0)], "exact"),
        ([("B", "(B) because", 1), ("A", "I choose B", 0), ("C", "The answer is C", 1)], "choice"),
        ([("42", "It is 42.", 1), ("7", "It is 42.", 0)], "includes"),
        ([('["4", "four"]', "four", 1), ('["x"]', "four", 0)], "exact"),
        ([("x", "", 0), ("y", "y", 1)], "exact"),
        ([("x", "x", 0), ("y", "y", 1)], None),
        ([("x", "x", 0.5), ("y", "y", 1)], None),
        ([("", "x", 1), ("y", "y", 1)], None),
        ([("x", "x", ""), ("y", "y", 1)], None),
    ],
)
def test_only_a_grader_that_gives_every_score_again_is_taken(
    rows: list[tuple[str, str, Any]], kind: str | None, tmp_path: Path
) -> None:
    lines = [("m", f"i{place}", *row) for place, row in enumerate(rows)]
    found = imported(tmp_path, csv_text([("model", "item", "reference", "output", "score"), *lines]))
    grader = found.benchmark.metrics["score"].grader
    assert (grader.kind if grader else None) == kind
    expected = [Fraction(str(row[2])) for row in rows if row[2] != ""]
    if len(expected) == len(rows):
        assert board(found, tmp_path) == {"m": round(float(sum(expected) / len(rows)), 6)}


def test_answers_are_recorded_with_what_they_cost(tmp_path: Path) -> None:
    text = (
        "model,item,score,output,prompt_tokens,completion_tokens,latency_s,cost_usd,date\n"
        "a,i,1,x,10,20,1.5,0.002,2025-01-02\na,j,0,y,,,,,2025-01-03 10:00:00\n"
    )
    found = imported(tmp_path, text)
    bundle = entry_named(found, "a").bundles[0]
    usage = bundle.responses[0].usage
    assert usage
    assert (usage.prompt_tokens, usage.completion_tokens) == (10, 20)
    assert (usage.microseconds, usage.cost_nanodollars) == (1_500_000, 2_000_000)
    assert (bundle.responses[1].usage, bundle.responses[1].output, bundle.recorded) == (None, "y", "2025-01-03")
    read_back(found, tmp_path / "again")
    rows_of(found, tmp_path)


def test_usage_that_is_no_amount_is_refused_with_its_line(tmp_path: Path) -> None:
    text = "model,item,score,prompt_tokens\na,i,1,10\na,j,1,-1\na,k,1,many\n"
    assert [one.partition(", ")[0] for one in faults(tmp_path, text, prompt_tokens="prompt_tokens")] == [
        "table.csv:3: prompt_tokens is '-1'",
        "table.csv:4: prompt_tokens is 'many'",
    ]


def test_what_is_no_date_is_unknown_with_a_note(tmp_path: Path) -> None:
    found = imported(tmp_path, "model,item,score,date\na,i,1,yesterday\n")
    assert entry_named(found, "a").bundles[0].recorded is None
    assert any("1 value(s) of date are no dates" in note for note in found.notes)


def test_an_answer_that_is_longer_than_a_line_is_left_out_with_a_note(tmp_path: Path) -> None:
    text = csv_text(
        [("model", "item", "score", "output"), ("a", "i", 1, "x" * 1_040_000), ("a", "j", 1, "y" * 1_045_000)]
    )
    found = imported(tmp_path, text)
    assert [row.output is None for row in entry_named(found, "a").bundles[0].responses] == [False]
    assert any("1 answer(s) are longer than can be recorded" in note for note in found.notes)


def test_decimal_weights_become_whole_ones_in_proportion(tmp_path: Path) -> None:
    found = imported(tmp_path, "model,task,score,weight\na,t,1,0.25\na,u,0,0.75\nb,t,0,0.25\nb,u,1,0.75\n")
    assert [item.weight for item in found.items] == [1, 3]
    assert board(found, tmp_path) == {"b": 0.75, "a": 0.25}


@pytest.mark.parametrize("weight", ["0", "-1", "heavy", ""])
def test_a_weight_that_is_not_above_0_is_refused(weight: str, tmp_path: Path) -> None:
    (reason,) = faults(tmp_path, f"model,task,score,weight\na,t,1,{weight}\na,u,1,2\n", weight="weight")
    assert "expected a number above 0 for every item" in reason


def test_items_of_another_scale_or_direction_are_noted(tmp_path: Path) -> None:
    notes = imported(tmp_path, "Model,MMLU,MT-Bench,Perplexity\na,85.3,8.9,30\nb,70.1,9.2,20\n").notes
    assert any("no score beyond 10 on MT-Bench, where others go to 100" in note for note in notes)
    assert any("higher counts as better on every item, also on Perplexity" in note for note in notes)
