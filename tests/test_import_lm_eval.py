"""What is imported from the Language Model Evaluation Harness: tasks, groups, filters, models, and what is refused."""

import importlib.util
import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from imported_board import board_of, row_of
from imported_oracle import Oracle, entry_named, read_back
from proofboard.errors import InputError
from proofboard.record.freeze import write_benchmark
from proofboard.record.imported import Imported
from proofboard.record.lm_eval.importer import read

ROOT = Path(__file__).parents[1]
FIXTURES = ROOT / "tests" / "data" / "lm_eval"
SCRIPT = ROOT / "tools" / "lm_eval_fixtures.py"

STAMP = "2026-01-02T03-04-05.678901"
LATER = "2026-02-03T04-05-06"

Row = dict[str, Any]


def choice(doc_id: int, right: int = 0, chosen: int = 0, /, **changed: Any) -> Row:
    """Answer a line of a multiple-choice task with three options."""
    options = ("red", "green", "blue")
    values = [[str(-1.5 + (at == chosen)), "False"] for at in range(3)]
    return {
        "doc_id": doc_id,
        "doc": {"question": f"Colour {doc_id}?"},
        "target": str(right),
        "arguments": {
            f"gen_args_{at}": {"arg_0": f"Colour {doc_id}?", "arg_1": f" {option}"} for at, option in enumerate(options)
        },
        "resps": [[value] for value in values],
        "filtered_resps": values,
        "filter": "none",
        "metrics": ["acc"],
        "doc_hash": f"hash-{doc_id}",
        "acc": float(right == chosen),
        **changed,
    }


def generated(doc_id: int, answer: str, target: str = "42", /, chosen: str = "none", **changed: Any) -> Row:
    return {
        "doc_id": doc_id,
        "doc": {"question": f"Number {doc_id}?"},
        "target": target,
        "arguments": {"gen_args_0": {"arg_0": f"Number {doc_id}?", "arg_1": {"until": ["\n"]}}},
        "resps": [[answer]],
        "filtered_resps": [answer],
        "filter": chosen,
        "metrics": ["exact_match"],
        "doc_hash": f"hash-{doc_id}",
        "exact_match": float(answer == target),
        **changed,
    }


def likelihood(doc_id: int, *, greedy: bool) -> Row:
    return {
        **generated(doc_id, "", " word"),
        "arguments": {"gen_args_0": {"arg_0": "A", "arg_1": " word"}},
        "resps": [[["-0.5", str(greedy)]]],
        "filtered_resps": [["-0.5", str(greedy)]],
        "metrics": ["acc", "perplexity"],
        "acc": int(greedy),
        "perplexity": -0.5,
    }


def numbers_of(rows: Sequence[Row]) -> dict[str, float]:
    """Answer what the harness would say of a task: the mean of every metric under every filter."""
    found: dict[str, list[float]] = {}
    for row in rows:
        for metric in row["metrics"]:
            if isinstance(row[metric], (int, float)):
                found.setdefault(f"{metric},{row['filter']}", []).append(row[metric])
    return {key: sum(values) / len(values) for key, values in found.items()}


def write_samples(folder: Path, task: str, rows: Sequence[Row], stamp: str = STAMP) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"samples_{task}_{stamp}.jsonl"
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return path


def write_run(folder: Path, tasks: Mapping[str, Sequence[Row]], stamp: str = STAMP, /, **changed: Any) -> Path:
    """Write a run with its samples; `changed` replaces fields of the result file, `results` are added to."""
    for task, rows in tasks.items():
        write_samples(folder, task, rows, stamp)
    said = {
        "group_subtasks": {},
        "configs": {},
        "versions": {},
        "n-shot": dict.fromkeys(tasks, 0),
        "higher_is_better": {},
        "n-samples": {
            task: {"original": len({row["doc_id"] for row in rows}), "effective": len({row["doc_id"] for row in rows})}
            for task, rows in tasks.items()
        },
        "config": {"model": "hf", "model_args": "pretrained=maker/one", "limit": None, "gen_kwargs": None},
        "date": 1767323045.67,
        "lm_eval_version": "0.4.13",
        "model_source": "hf",
        "model_name": "maker/one",
        "system_instruction": None,
        "chat_template": None,
        "total_evaluation_time_seconds": "10.5",
        **changed,
    }
    own = {task: {"alias": task, **numbers_of(rows)} for task, rows in tasks.items()}
    said["results"] = {**own, **changed.get("results", {})}
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"results_{stamp}.json").write_text(json.dumps(said), encoding="utf-8")
    return folder


def named(name: str, **config: Any) -> dict[str, Any]:
    """Answer the fields of a result file that name another model."""
    return {"model_name": name, "config": {"model": "hf", "model_args": f"pretrained={name}", **config}}


def number(imported: Imported, name: str, entry: str = "one") -> Fraction | None:
    return Oracle(imported).score(entry_named(imported, entry), name)


def notes(imported: Imported) -> str:
    return "\n".join(imported.notes)


def faults(source: Path) -> list[str]:
    with pytest.raises(InputError) as caught:
        read(source)
    return [str(fault) for fault in caught.value.faults]


# --- the harness's own files -----------------------------------------------------------------------------------------


def test_real_output_of_the_harness_makes_a_board_without_a_disagreement(tmp_path: Path) -> None:
    imported = read(FIXTURES)
    assert not imported.refused
    board = board_of(imported, tmp_path)
    assert [row["disagreements"] for row in board["entries"]] == [[], []]
    assert {row["model"] for row in board["entries"]} == {"dummy", "example/second"}
    read_back(imported, tmp_path / "again")


def test_every_number_of_the_harness_comes_out_again() -> None:
    imported = read(FIXTURES)
    stated = json.loads((FIXTURES / "example__second" / f"results_{STAMP}.json").read_text())["results"]
    names = {
        "tiny_capitals-acc": ("tiny_capitals", "acc,none"),
        "tiny_capitals-acc_norm": ("tiny_capitals", "acc_norm,none"),
        "tiny_choices-acc": ("tiny_choices", "acc,none"),
        "tiny_phrases-exact_match-first-letter": ("tiny_phrases", "exact_match,first-letter"),
        "tiny_phrases-exact_match-whole": ("tiny_phrases", "exact_match,whole"),
        "tiny_text-bits_per_byte": ("tiny_text", "bits_per_byte,none"),
        "tiny_words-perplexity": ("tiny_words", "perplexity,none"),
    }
    claims = entry_named(imported, "second").bundles[0].claims
    for name, (task, key) in names.items():
        assert claims.get(name, stated[task][key]) == stated[task][key]
    assert {"tiny_choices-acc", "tiny_capitals-acc", "tiny_words-acc"} <= claims.keys()


def test_a_board_of_real_choices_phrases_and_words_is_graded_again(tmp_path: Path) -> None:
    board = board_of(read(FIXTURES), tmp_path)
    assert {row["public"]["assurance"] for row in board["entries"]} == {"recomputed"}


def test_the_fixtures_name_no_machine() -> None:
    for path in FIXTURES.rglob("*.json*"):
        text = path.read_text(encoding="utf-8")
        assert not [word for word in ("pretty_env_info", "git_hash", '"/', "/home") if word in text], path
    assert sum(path.stat().st_size for path in FIXTURES.rglob("*.json*")) < 200_000


def test_the_harness_still_writes_what_is_imported(tmp_path: Path) -> None:
    python = os.environ.get("PROOFBOARD_LM_EVAL_PYTHON", sys.executable)
    if python == sys.executable and importlib.util.find_spec("lm_eval") is None:
        pytest.skip("lm_eval is not installed; PROOFBOARD_LM_EVAL_PYTHON may name a Python that has it")
    subprocess.run([python, SCRIPT, tmp_path / "recorded"], check=True, capture_output=True)
    imported = read(tmp_path / "recorded")
    assert not imported.refused
    assert [row["disagreements"] for row in board_of(imported, tmp_path)["entries"]] == [[], []]


# --- answers and grading ---------------------------------------------------------------------------------------------


def test_the_likeliest_option_is_the_answer_and_is_graded_again(tmp_path: Path) -> None:
    write_run(tmp_path / "run", {"colours": [choice(0, 1, 1), choice(1, 0, 2)]})
    imported = read(tmp_path / "run")
    (bundle,) = entry_named(imported, "one").bundles
    assert [(item.prompt, item.choices, item.reference) for item in imported.items] == [
        ("Colour 0?", ["red", "green", "blue"], "green"),
        ("Colour 1?", ["red", "green", "blue"], "red"),
    ]
    assert [response.output for response in bundle.responses] == ["green", "blue"]
    assert not bundle.scores
    row = row_of(imported, tmp_path)
    assert (row["public"]["score"], row["public"]["assurance"]) == (0.5, "recomputed")
    assert bundle.claims == {"acc": 0.5}


def test_of_equal_likelihoods_the_first_option_is_chosen(tmp_path: Path) -> None:
    row = choice(0, 0, 0, filtered_resps=[["-1.0", "False"]] * 3)
    imported = read(write_run(tmp_path, {"colours": [row]}))
    assert entry_named(imported, "one").bundles[0].responses[0].output == "red"


def test_a_likelihood_that_is_no_number_chooses_nothing_and_scores_stay_reported(tmp_path: Path) -> None:
    row = choice(0, 0, 0, filtered_resps=[["nan", "False"], ["-1.0", "False"], ["-2.0", "False"]])
    imported = read(write_run(tmp_path, {"colours": [row]}))
    assert entry_named(imported, "one").bundles[0].responses[0].output is None
    assert imported.benchmark.metrics["acc"].reported


def test_targets_that_are_positions_or_texts_are_told_apart_by_the_scores(tmp_path: Path) -> None:
    arguments = {f"gen_args_{at}": {"arg_0": "How many?", "arg_1": f" {at + 1}"} for at in range(3)}
    # The target "1" is the text of the first option here, and not the position of the second.
    rows = [choice(0, 0, 0, target="1", arguments=arguments, acc=1.0), choice(1, 0, 1, target="1", arguments=arguments)]
    imported = read(write_run(tmp_path, {"counts": rows}))
    assert {item.reference for item in imported.items} == {"1"}
    assert not imported.benchmark.metrics["acc"].reported


def test_a_choice_whose_options_stand_in_the_context_is_imported(tmp_path: Path) -> None:
    arguments = {f"gen_args_{at}": {"arg_0": f"{name} sat", "arg_1": " down."} for at, name in enumerate("AB")}
    values = [["-1", "False"], ["-2", "False"]]
    row = choice(0, 0, 0, target="down.", arguments=arguments, filtered_resps=values)
    imported = read(write_run(tmp_path / "run", {"who": [row]}))
    assert imported.items[0].choices == ["A sat", "B sat"]
    assert imported.benchmark.metrics["acc"].reported
    read_back(imported, tmp_path / "benchmark")


def test_several_filters_of_a_document_are_metrics_of_one_item(tmp_path: Path) -> None:
    rows = [generated(n, answer, chosen="strict") for n, answer in enumerate(["42", "no 42"])]
    rows += [
        {**generated(n, answer, chosen="loose"), "filtered_resps": ["42"], "exact_match": 1.0}
        for n, answer in enumerate(["42", "no 42"])
    ]
    imported = read(write_run(tmp_path / "run", {"sums": rows}))
    assert len(imported.items) == 2
    assert imported.benchmark.metrics["exact_match-loose"].reported
    assert imported.benchmark.metrics["exact_match-strict"].grader is not None
    assert number(imported, "exact_match-loose") == 1
    row = row_of(imported, tmp_path)
    assert row["public"]["metrics"] == {"exact_match-loose": 1.0, "exact_match-strict": 0.5}
    assert row["disagreements"] == []


def test_scores_that_no_grader_gives_again_stay_reported(tmp_path: Path) -> None:
    rows = [generated(0, "forty-two", exact_match=1.0), generated(1, "no")]
    imported = read(write_run(tmp_path / "run", {"sums": rows}))
    assert imported.benchmark.metrics["exact_match"].reported
    assert "stay reported" in notes(imported)
    assert row_of(imported, tmp_path)["public"]["assurance"] == "reported"


def test_a_match_that_ignores_case_is_graded_again_by_the_grader_that_does(tmp_path: Path) -> None:
    rows = [generated(0, "Paris", "paris", exact_match=1.0), generated(1, "x", "y")]
    grader = read(write_run(tmp_path, {"cities": rows})).benchmark.metrics["exact_match"].grader
    assert grader is not None
    assert grader.kind == "normalised_exact"


def test_accepted_answers_that_were_written_as_a_list_are_all_accepted(tmp_path: Path) -> None:
    rows = [generated(0, "b", "['a', 'b']", exact_match=1.0), generated(1, "c", "['a', '\\d']", exact_match=0.0)]
    imported = read(write_run(tmp_path, {"any": rows}))
    assert imported.items[0].reference == ["a", "b"]
    assert not imported.benchmark.metrics["exact_match"].reported


@pytest.mark.parametrize(
    "target", ["[" * 5000 + "]" * 5000, "[1e999]", "['\\ud800']", "[x]", "[]", "[9" + "9" * 400 + "]"]
)
def test_a_target_that_only_looks_like_a_list_is_a_text(tmp_path: Path, target: str) -> None:
    imported = read(write_run(tmp_path / "run", {"odd": [generated(0, "x", target)]}))
    assert imported.items[0].reference == target
    read_back(imported, tmp_path / "benchmark")


def test_an_expected_text_that_was_the_likeliest_is_graded_again_beside_generated_ones(tmp_path: Path) -> None:
    tasks = {"words": [likelihood(0, greedy=True), likelihood(1, greedy=False)], "sums": [generated(0, "42")]}
    said = {"words": {"acc,none": 0.5, "perplexity,none": 1.6487212707001282, "perplexity_stderr,none": "N/A"}}
    imported = read(write_run(tmp_path / "run", tasks, results=said))
    metric = imported.benchmark.metrics["expected-answer"]
    assert metric.grader is not None
    assert number(imported, "words-acc") is None  # the oracle knows recorded scores only
    row = row_of(imported, tmp_path)
    assert row["public"]["metrics"]["words-acc"] == 0.5
    assert row["public"]["metrics"]["words-perplexity"] == 1.648721
    assert (row["public"]["score"], row["public"]["assurance"]) == (0.75, "recomputed")


# --- numbers of whole tasks ------------------------------------------------------------------------------------------


def test_a_metric_over_all_documents_is_never_averaged(tmp_path: Path) -> None:
    rows = [generated(0, "a", metrics=["bleu"], bleu=[["42"], ["a"]]), generated(1, "b", metrics=["bleu"], bleu=["x"])]
    imported = read(write_run(tmp_path / "run", {"translate": rows}, results={"translate": {"bleu,none": 31.25}}))
    assert number(imported, "translate-bleu") == Fraction(3125, 100)
    assert [item.title for item in imported.items if item.title] == ["translate, as a whole"]
    assert row_of(imported, tmp_path)["public"]["metrics"]["translate-bleu"] == 31.25


def test_a_perplexity_is_its_files_number_and_not_the_mean_of_log_likelihoods(tmp_path: Path) -> None:
    rows = [likelihood(0, greedy=False)]
    imported = read(write_run(tmp_path, {"words": rows}, results={"words": {"acc,none": 0.0, "perplexity,none": 1.6}}))
    assert number(imported, "words-perplexity") == Fraction(16, 10)
    assert imported.benchmark.metrics["perplexity"].direction == "lower"


def test_a_task_combined_in_its_own_way_is_known_by_its_numbers(tmp_path: Path) -> None:
    config = {"sums": {"metric_list": [{"metric": "exact_match", "aggregation": "def median(x): ..."}]}}
    rows = [generated(0, "42"), generated(1, "42"), generated(2, "no")]
    by_mean = read(write_run(tmp_path / "a", {"sums": rows}, configs=config))
    assert number(by_mean, by_mean.benchmark.headline) is None  # graded again, so nothing is recorded
    by_median = read(
        write_run(tmp_path / "b", {"sums": rows}, configs=config, results={"sums": {"exact_match,none": 1.0}})
    )
    assert by_median.benchmark.metrics["exact_match"].title == "exact_match,none of whole tasks"
    assert number(by_median, "sums-exact_match") == 1


def test_results_without_samples_are_reported_numbers_of_tasks(tmp_path: Path) -> None:
    results = {"a": {"acc,none": 0.25, "acc_stderr,none": 0.1}, "b": {"acc,none": 0.75, "acc_stderr,none": "N/A"}}
    write_run(tmp_path / "run", {}, results=results)
    imported = read(tmp_path / "run")
    assert [(item.id, item.title) for item in imported.items] == [("a", "a, as a whole"), ("b", "b, as a whole")]
    row = row_of(imported, tmp_path)
    assert (row["public"]["score"], row["public"]["assurance"]) == (0.5, "reported")


def test_a_model_with_numbers_only_stands_beside_one_with_samples(tmp_path: Path) -> None:
    write_run(tmp_path / "src" / "one", {"colours": [choice(0, 0, 0), choice(1, 0, 1)]})
    results = {"colours": {"acc,none": 0.75}}
    write_run(tmp_path / "src" / "two", {}, results=results, **named("maker/two"))
    rows = board_of(read(tmp_path / "src"), tmp_path)["entries"]
    assert [(row["model"], row["public"]["score"]) for row in rows] == [("maker/two", 0.75), ("maker/one", 0.5)]


def test_samples_without_results_are_named_by_their_folder(tmp_path: Path) -> None:
    write_samples(tmp_path / "maker__three", "colours", [choice(0, 0, 0)])
    imported = read(tmp_path)
    (entry,) = imported.entries
    assert entry.configuration.config_name == "maker__three"
    assert entry.bundles[0].recorded == "2026-01-02"
    assert "samples and no result file" in notes(imported)


def test_a_number_that_is_nan_is_unknown(tmp_path: Path) -> None:
    run = write_run(tmp_path / "run", {"colours": [choice(0), choice(1, acc=float("nan"))]})
    imported = read(run)
    scores = entry_named(imported, "one").bundles[0].scores
    assert [row.scores["acc"] for row in scores] == [1, None]
    assert "NaN" in notes(imported)
    row = row_of(imported, tmp_path)
    assert row["public"]["score"] is None
    assert row["rank"] is None


def test_a_metric_that_leaves_documents_out_for_everyone_is_the_mean_over_the_others(tmp_path: Path) -> None:
    rows = [choice(0), choice(1, metrics=[]), choice(2, 0, 1)]
    imported = read(write_run(tmp_path / "run", {"colours": rows}, results={"colours": {"acc,none": 0.5}}))
    assert imported.benchmark.metrics["acc"].missing == "drop"
    assert row_of(imported, tmp_path)["public"]["score"] == 0.5


def test_leaving_a_document_out_that_others_answered_gains_nothing(tmp_path: Path) -> None:
    write_run(tmp_path / "src" / "one", {"colours": [choice(0), choice(1, 0, 1)]})
    write_run(tmp_path / "src" / "two", {"colours": [choice(0), choice(1, metrics=[])]}, **named("maker/two"))
    scores = {row["model"]: row["public"]["score"] for row in board_of(read(tmp_path / "src"), tmp_path)["entries"]}
    assert scores == {"maker/one": 0.5, "maker/two": None}


# --- groups and the overall number -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("stated", "kind"), [(0.25, "mean"), (0.375, "weighted"), (0.9, "mean")])
def test_a_group_is_pooled_or_a_plain_mean_as_its_number_says(tmp_path: Path, stated: float, kind: str) -> None:
    # Three of four documents are wrong in one task, one of two in the other.
    tasks = {
        "a": [choice(n, 0, int(n > 0)) for n in range(4)],
        "b": [choice(n, 0, int(n > 0)) for n in range(2)],
    }
    pooled = {0.25: 2 / 6}.get(stated, stated)
    imported = read(
        write_run(tmp_path / "run", tasks, results={"both": {"acc,none": pooled}}, group_subtasks={"both": ["a", "b"]})
    )
    rule = imported.benchmark.aggregates["both-acc"]
    assert (rule.mean is not None) == (kind == "mean")
    row = row_of(imported, tmp_path)
    assert [found["claimed"] for found in row["disagreements"]] == ([0.9] if stated == 0.9 else [])
    assert imported.benchmark.headline == "both-acc"


def test_a_group_of_numbers_only_weighs_tasks_by_their_documents(tmp_path: Path) -> None:
    imported = read(
        write_run(
            tmp_path,
            {},
            results={"a": {"acc,none": 0.0}, "b": {"acc,none": 1.0}, "both": {"acc,none": 0.75}},
            group_subtasks={"both": ["a", "b"]},
            **{"n-samples": {"a": {"original": 10, "effective": 10}, "b": {"original": 30, "effective": 30}}},
        )
    )
    assert [item.weight for item in imported.items] == [10, 30]
    assert imported.benchmark.aggregates["both-acc"].mean is not None


@pytest.mark.parametrize("subtasks", [{"g": ["g"]}, {"g": ["h"], "h": ["g"]}, {"g": "a"}, {"g": [1]}, {"a": []}])
def test_groups_that_make_no_sense_change_nothing(tmp_path: Path, subtasks: dict[str, Any]) -> None:
    imported = read(write_run(tmp_path / "run", {"a": [choice(0)]}, group_subtasks=subtasks))
    assert imported.benchmark.headline == "acc"
    assert row_of(imported, tmp_path)["public"]["score"] == 1.0


def test_the_overall_number_is_the_mean_of_groups_and_of_tasks_without_one(tmp_path: Path) -> None:
    tasks = {"a": [choice(0)], "b": [choice(0)], "c": [choice(0, 0, 1)]}
    said = {"both": {"acc,none": 1.0}}
    imported = read(write_run(tmp_path / "run", tasks, results=said, group_subtasks={"both": ["a", "b"]}))
    assert row_of(imported, tmp_path)["public"]["score"] == 0.5


def test_a_model_without_one_of_the_tasks_has_no_overall_number(tmp_path: Path) -> None:
    write_run(tmp_path / "src" / "one", {"a": [choice(0, 0, 1)], "b": [choice(0)]})
    write_run(tmp_path / "src" / "two", {"a": [choice(0)]}, **named("maker/two"))
    imported = read(tmp_path / "src")
    ranks = {row["model"]: row["rank"] for row in board_of(imported, tmp_path)["entries"]}
    assert ranks == {"maker/one": 1, "maker/two": None}
    assert "maker/two: has no results of b" in notes(imported)


# --- models and runs -------------------------------------------------------------------------------------------------


def test_the_latest_run_of_a_model_counts_task_by_task(tmp_path: Path) -> None:
    write_run(tmp_path, {"a": [choice(0, 0, 1)], "b": [choice(0)]})
    write_run(tmp_path, {"a": [choice(0)]}, LATER)
    imported = read(tmp_path)
    (entry,) = imported.entries
    assert entry.bundles[0].claims == {"a-acc": 1.0, "b-acc": 1.0}
    assert "has several runs of a; the latest counts" in notes(imported)


def test_a_run_that_was_cut_short_never_counts_before_a_whole_one(tmp_path: Path) -> None:
    write_run(tmp_path, {"a": [choice(0, 0, 1), choice(1)]})
    cut = {"n-samples": {"a": {"original": 2, "effective": 1}}}
    write_run(tmp_path, {"a": [choice(0)]}, LATER, **cut)
    (entry,) = read(tmp_path).entries
    assert entry.bundles[0].claims == {"acc": 0.5}


def test_a_limited_run_is_noted_and_unknown_beside_a_whole_one(tmp_path: Path) -> None:
    cut = {"n-samples": {"a": {"original": 2, "effective": 1}}}
    write_run(tmp_path / "src" / "one", {"a": [choice(0)]}, **cut)
    write_run(tmp_path / "src" / "two", {"a": [choice(0), choice(1, 0, 1)]}, **named("maker/two"))
    imported = read(tmp_path / "src")
    assert "maker/one: answered only some documents of a (limit)" in notes(imported)
    rows = {row["model"]: row for row in board_of(imported, tmp_path)["entries"]}
    assert (rows["maker/one"]["public"]["score"], rows["maker/one"]["disagreements"]) == (None, [])
    assert rows["maker/two"]["public"]["score"] == 0.5


def test_models_that_share_a_made_up_name_stay_apart(tmp_path: Path) -> None:
    for number, argument in enumerate(("size=1", "size=2")):
        config = {"model": "dummy", "model_args": argument}
        write_run(
            tmp_path / "src" / "qdpv68r5",
            {"a": [choice(0, 0, number)]},
            (STAMP, LATER)[number],
            model_name="qdpv68r5",
            model_source="dummy",
            config=config,
        )
    imported = read(tmp_path / "src")
    board = board_of(imported, tmp_path)
    assert sorted(row["public"]["score"] for row in board["entries"]) == [0.0, 1.0]
    assert [row["same_recipe_as"] for row in board["entries"]] == [None, None]
    assert notes(imported).count("the harness made it up") == 2


def test_one_model_with_two_numbers_of_examples_is_two_configurations(tmp_path: Path) -> None:
    write_run(tmp_path / "src", {"a": [choice(0)]}, **{"n-shot": {"a": 0}})
    write_run(tmp_path / "src", {"a": [choice(0, 0, 1)]}, LATER, **{"n-shot": {"a": 5}})
    imported = read(tmp_path / "src")
    assert sorted(entry.configuration.settings["n_shot"] for entry in imported.entries) == [0, 5]
    assert len(board_of(imported, tmp_path)["entries"]) == 2


def test_tasks_with_different_numbers_of_examples_are_one_configuration(tmp_path: Path) -> None:
    write_run(tmp_path, {"a": [choice(0)]}, **{"n-shot": {"a": 0}})
    write_run(tmp_path, {"b": [choice(0)]}, LATER, **{"n-shot": {"b": 5}})
    (entry,) = read(tmp_path).entries
    assert entry.configuration.settings["n_shot"] == {"a": 0, "b": 5}


@pytest.mark.parametrize(
    "changed",
    [
        {"chat_template": "{{ messages }}"},
        {"system_instruction": "Be brief."},
        {"fewshot_as_multiturn": True},
        {"config": {"model": "hf", "model_args": "pretrained=maker/one", "gen_kwargs": "temperature=0.7"}},
        {"config": {"model": "hf", "model_args": "pretrained=maker/one,dtype=float16"}},
    ],
)
def test_what_decides_answers_makes_another_configuration(tmp_path: Path, changed: dict[str, Any]) -> None:
    write_run(tmp_path / "a", {"a": [choice(0)]})
    write_run(tmp_path / "b", {"a": [choice(0)]}, LATER, **changed)
    one, other = [entry.configuration for entry in read(tmp_path).entries]
    assert one.digest() != other.digest()


def test_what_only_decides_how_fast_answers_come_does_not(tmp_path: Path) -> None:
    write_run(tmp_path / "a", {"a": [choice(0)]})
    arguments = {"pretrained": "maker/one", "batch_size": 8, "device": "cuda:1"}
    write_run(tmp_path / "b", {"a": [choice(0)]}, LATER, config={"model": "hf", "model_args": arguments})
    assert len(list(read(tmp_path).entries)) == 1


def test_generation_arguments_are_decoding(tmp_path: Path) -> None:
    stated = "temperature=0.7,top_p=0.9,max_gen_toks=256,do_sample=True"
    write_run(tmp_path, {"a": [choice(0)]}, **named("maker/one", gen_kwargs=stated, random_seed=7))
    (entry,) = read(tmp_path).entries
    decoding, reproducibility = entry.configuration.decoding, entry.configuration.reproducibility
    assert decoding is not None
    assert (decoding.temperature, decoding.top_p, decoding.max_tokens) == (0.7, 0.9, 256)
    assert reproducibility is not None
    assert reproducibility.seed == 7


def test_addresses_secrets_and_home_folders_are_not_published(tmp_path: Path) -> None:
    config = {
        "model": "local-completions",
        "model_args": "model=/home/someone/checkpoints/mine,base_url=http://10.0.0.1:8000/v1,"
        "api_key=sk-proj-abcdefghijklmnopqrstuvwxyz0123456789ABCD",
    }
    write_run(tmp_path / "run", {"a": [choice(0)]}, model_name="/home/someone/checkpoints/mine", config=config)
    imported = read(tmp_path / "run")
    write_benchmark(imported, tmp_path / "benchmark")
    written = "".join(
        path.read_text() for path in (tmp_path / "benchmark").rglob("*") if path.is_file() and path.name != "notes"
    )
    assert not [word for word in ("someone", "10.0.0.1", "sk-proj") if word in written]
    assert not [word for word in ("someone", "10.0.0.1", "sk-proj") if word in notes(imported)]
    assert "settings.model_args.base_url" in notes(imported)


def test_two_checkpoints_of_one_folder_name_are_two_recipes(tmp_path: Path) -> None:
    for name in ("a", "b"):
        config = {"model": "hf", "model_args": f"pretrained=/data/{name}/last"}
        write_run(tmp_path / name, {"a": [choice(0)]}, model_name=f"/data/{name}/last", config=config)
    assert len({entry.configuration.digest() for entry in read(tmp_path).entries}) == 2


# --- what disagrees, and what is refused -----------------------------------------------------------------------------


def test_a_number_that_the_samples_do_not_give_is_noted_and_listed(tmp_path: Path) -> None:
    run = write_run(tmp_path / "run", {"a": [choice(0), choice(1, 0, 1)]}, results={"a": {"acc,none": 0.75}})
    imported = read(run)
    assert "maker/one: a: says acc,none 0.75, its samples give 0.5" in notes(imported)
    (found,) = row_of(imported, tmp_path)["disagreements"]
    assert (found["claimed"], found["found"]) == (0.75, 0.5)


def test_a_sample_file_that_was_cut_short_is_noted(tmp_path: Path) -> None:
    stated = {"n-samples": {"a": {"original": 3, "effective": 3}}}
    imported = read(write_run(tmp_path, {"a": [choice(0), choice(1)]}, **stated))
    assert "the samples hold 2 documents, the result file says 3" in notes(imported)


def test_another_document_under_the_same_number_is_refused_and_the_others_are_imported(tmp_path: Path) -> None:
    for name in ("one", "two", "three"):
        rows = [choice(0), choice(1, doc_hash="another" if name == "three" else "hash-1")]
        write_run(tmp_path / "src" / name, {"a": rows, "b": [choice(0)]}, **named(f"maker/{name}"))
    imported = read(tmp_path / "src")
    (refused,) = imported.refused
    assert (refused.file, refused.line) == (f"three/samples_a_{STAMP}.jsonl", 2)
    assert "are not those of the other models" in refused.reason
    assert "maker/three: is not scored on a" in notes(imported)
    scores = {row["model"]: row["public"]["score"] for row in board_of(imported, tmp_path)["entries"]}
    assert scores == {"maker/one": 1.0, "maker/two": 1.0, "maker/three": None}


def test_of_models_that_all_asked_other_documents_the_earliest_is_imported(tmp_path: Path) -> None:
    for name, stamp in (("one", STAMP), ("two", LATER)):
        rows = [choice(0, doc_hash=f"{name}-0"), choice(1, doc_hash=f"{name}-1")]
        write_run(tmp_path / name, {"a": rows}, stamp, **named(f"maker/{name}"))
    imported = read(tmp_path)
    assert [fault.file for fault in imported.refused] == [f"two/samples_a_{LATER}.jsonl"]
    assert [entry.configuration.title for entry in imported.entries] == ["maker/one"]


def test_documents_without_a_hash_are_compared_by_what_they_hold(tmp_path: Path) -> None:
    for name, question in (("one", "A?"), ("two", "B?")):
        row = choice(0, doc={"question": question})
        del row["doc_hash"]
        write_run(tmp_path / name, {"a": [row]}, **named(f"maker/{name}"))
    assert [fault.file for fault in read(tmp_path).refused] == [f"two/samples_a_{STAMP}.jsonl"]


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        ('{"doc_id": 0', "is not JSON"),
        (json.dumps(choice(0)), "for the second time (line 1); keep one"),
        (json.dumps(choice(0, filter="x", doc_hash="other")), "with another hash or target than on line 1"),
        (json.dumps(choice(0, doc_id=None)), "expected a number or a short text"),
        (json.dumps(choice(0, doc_id=True)), "expected a number or a short text"),
        (json.dumps(choice(0, doc_id=[1])), "expected a number or a short text"),
        (json.dumps(choice(1, filter=3)), "has a filter that is no short text"),
        ("[1]", "holds list, expected an object"),
        ("[" * 100, "is nested deeper"),
    ],
)
def test_a_bad_line_refuses_its_file_and_names_it(tmp_path: Path, bad: str, reason: str) -> None:
    write_run(tmp_path, {"a": [choice(0)], "b": [choice(0)]})
    path = tmp_path / f"samples_a_{STAMP}.jsonl"
    path.write_text(path.read_text() + bad + "\n")
    imported = read(tmp_path)
    (refused,) = imported.refused
    assert (refused.file, refused.line) == (path.name, 2)
    assert reason in refused.reason
    assert {item.facets["task"] for item in imported.items} == {"a", "b"}


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '{"results": {}}', '{"results": [], "config": {}}', "\x00"])
def test_a_folder_without_any_result_is_refused_without_a_traceback(tmp_path: Path, text: str) -> None:
    (tmp_path / f"results_{STAMP}.json").write_text(text)
    assert any("holds no result of the harness" in fault for fault in faults(tmp_path))


def test_one_broken_result_file_does_not_hide_the_others(tmp_path: Path) -> None:
    write_run(tmp_path / "one", {"a": [choice(0)]})
    (tmp_path / "two").mkdir()
    (tmp_path / "two" / f"results_{STAMP}.json").write_text('{"results": ')
    imported = read(tmp_path)
    assert [fault.file for fault in imported.refused] == [f"two/results_{STAMP}.json"]
    assert len(list(imported.entries)) == 1


def test_an_empty_sample_file_is_refused(tmp_path: Path) -> None:
    write_run(tmp_path, {"a": [], "b": [choice(0)]})
    assert [fault.reason[:15] for fault in read(tmp_path).refused] == ["holds no sample"]


def test_odd_values_in_a_result_file_are_no_numbers(tmp_path: Path) -> None:
    odd = {"acc,none": True, "x,none": None, "y,none": [1], "z,none": 1e300, "v,none": "12", "acc_stderr,none": 0.1}
    changed = {"n-shot": {"t": -3}, "n-samples": [], "versions": 7, "configs": {"t": []}, "date": "today"}
    run = write_run(tmp_path / "run", {}, results={"t": odd, "u": 3}, **changed)
    imported = read(run)
    assert list(imported.benchmark.metrics) == ["acc"]
    assert row_of(imported, tmp_path)["public"]["score"] == 1.0


def test_names_that_would_collide_stay_apart(tmp_path: Path) -> None:
    tasks = {"Task a": [choice(0)], "task-a": [choice(0)], "ta/sk".replace("/", "_"): [choice(0)]}
    tasks["überlänge " * 12] = [choice(0)]
    imported = read(write_run(tmp_path / "run", tasks))
    assert len({item.id for item in imported.items}) == 4
    row_of(imported, tmp_path)


def test_files_from_before_times_stood_in_names_are_read(tmp_path: Path) -> None:
    run = write_run(tmp_path / "run", {"my_task": [choice(0, arguments=[["Colour 0?", f" {x}"] for x in "abc"])]})
    (run / f"results_{STAMP}.json").rename(run / "results.json")
    (run / f"samples_my_task_{STAMP}.jsonl").rename(run / "pretrained=maker__one_my_task.jsonl")
    imported = read(run)
    assert imported.items[0].choices == ["a", "b", "c"]
    assert entry_named(imported, "one").bundles[0].claims == {"acc": 1.0}


def test_other_files_are_left_out_with_a_note(tmp_path: Path) -> None:
    write_run(tmp_path, {"a": [choice(0)]})
    (tmp_path / "notes.jsonl").write_text('{"x": 1}\n')
    (tmp_path / "other.json").write_text('{"x": 1}')
    assert "2 file(s) are of no known kind and were not read: notes.jsonl, other.json" in notes(read(tmp_path))


def test_an_answer_that_is_too_long_to_be_recorded_is_left_out(tmp_path: Path) -> None:
    rows = [generated(0, "x" * 1_100_000), generated(1, "42")]
    imported = read(write_run(tmp_path / "run", {"a": rows}))
    assert [response.output for response in entry_named(imported, "one").bundles[0].responses] == [None, "42"]
    assert "too long to be recorded" in notes(imported)
    read_back(imported, tmp_path / "benchmark")


def test_a_prompt_that_is_too_long_to_be_published_is_left_out(tmp_path: Path) -> None:
    arguments = {"gen_args_0": {"arg_0": "é" * 600_000, "arg_1": {}}}
    imported = read(write_run(tmp_path / "run", {"a": [generated(0, "42", arguments=arguments)]}))
    assert imported.items[0].prompt is None
    assert "too long to be published" in notes(imported)
    row_of(imported, tmp_path)


def test_prompts_that_differ_between_models_are_noted(tmp_path: Path) -> None:
    write_run(tmp_path / "src" / "one", {"a": [generated(0, "42")]})
    chat = {"gen_args_0": {"arg_0": ['[{"role": "user", "content": "Number 0?"}]'], "arg_1": {}}}
    rows = [generated(0, "42", arguments=chat)]
    write_run(tmp_path / "src" / "two", {"a": rows}, chat_template="x", **named("maker/two"))
    imported = read(tmp_path / "src")
    assert imported.items[0].prompt == "Number 0?"
    assert "1 prompt(s) differ between models" in notes(imported)
