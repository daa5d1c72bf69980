"""What is imported from HELM: runs, suites, trials, perturbations, and every line of the summary computed again."""

import json
import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from imported_board import board_of, row_of
from imported_oracle import Oracle, entry_named, read_back
from proofboard.errors import InputError
from proofboard.record.helm.importer import read
from proofboard.record.imported import Imported

SharedData = Callable[[str], Path]

TYPOS = {"name": "typos", "robustness": True, "fairness": False, "computed_on": "perturbed", "prob": 0.1}
DIALECT = {"name": "dialect", "robustness": False, "fairness": True, "computed_on": "perturbed"}

Stats = Mapping[str, Any]


class Question:
    """One instance in one trial: what was asked, what was said, and its statistics."""

    def __init__(self, number: int, said: str | None, **changed: Any) -> None:
        self.named = f"id{number}"
        self.said = said
        self.right: Sequence[str] = changed.pop("right", ["Rome"])
        self.split: str = changed.pop("split", "test")
        self.sub_split: str | None = changed.pop("sub_split", None)
        self.perturbation: Stats | None = changed.pop("perturbation", None)
        self.trial: int = changed.pop("trial", 0)
        self.text: str = changed.pop("text", f"Question {number}?")
        self.stats: Stats = changed.pop(
            "stats", {"exact_match": float(said is not None and said.strip() in self.right)}
        )
        self.request: Stats = changed.pop("request", {})
        self.result: Stats = changed.pop("result", {})
        assert not changed

    def context(self) -> dict[str, Any]:
        """Answer the fields that a statistic is told apart by."""
        fields = {"split": self.split, "sub_split": self.sub_split, "perturbation": self.perturbation}
        return {name: value for name, value in fields.items() if value is not None}

    def instance(self) -> dict[str, Any]:
        references = [{"output": {"text": text}, "tags": ["correct"]} for text in self.right]
        references.append({"output": {"text": "Oslo"}, "tags": []})
        return {"id": self.named, "input": {"text": self.text}, "references": references, **self.context()}

    def state(self) -> dict[str, Any]:
        completions = [] if self.said is None else [{"text": self.said, "logprob": -1.0, "tokens": []}]
        return {
            "instance": self.instance(),
            "train_trial_index": self.trial,
            "request": {"prompt": f"Answer.\n{self.text}", "temperature": 0.0},
            "result": {
                "success": True,
                "completions": completions,
                "request_time": 0.5,
                "request_datetime": 1762354922,
                **self.result,
            },
            **self.request,
        }

    def row(self) -> dict[str, Any]:
        stats = [stat(name, value, self.context()) for name, value in self.stats.items()]
        own = {"perturbation": self.perturbation} if self.perturbation else {}
        return {"instance_id": self.named, "train_trial_index": self.trial, "stats": stats, **own}


def stat(name: str, value: Any, context: Stats) -> dict[str, Any]:
    """Answer a statistic of one value; of None it counts nothing."""
    said = {"name": name, **context}
    if value is None:
        return {"name": said, "count": 0, "sum": 0, "sum_squared": 0}
    return {"name": said, "count": 1, "sum": value, "sum_squared": 0, "min": value, "max": value, "mean": value}


def summary(questions: Iterable[Question]) -> list[dict[str, Any]]:
    """Answer the summary that HELM would write: means over trials of means over instances, in floats."""
    values: dict[str, dict[int, list[float]]] = {}
    for question in questions:
        for name, value in question.stats.items():
            key = json.dumps({"name": name, **question.context()}, sort_keys=True)
            values.setdefault(key, {}).setdefault(question.trial, []).extend([] if value is None else [value])
    lines = []
    for key, trials in values.items():
        means = [sum(own) / len(own) for own in trials.values() if own]
        said = json.loads(key)
        lines.append(stat(said.pop("name"), sum(means) / len(means) if means else None, said))
    return lines


ADAPTER = {
    "method": "generation",
    "instructions": "Answer.",
    "max_train_instances": 5,
    "max_eval_instances": 100,
    "num_outputs": 1,
    "num_train_trials": 1,
    "temperature": 0.0,
    "max_tokens": 5,
}


def write_run(
    folder: Path,
    questions: Sequence[Question],
    model: str = "maker/one",
    scenario: str = "cities:kind=capital",
    **changed: Any,
) -> Path:
    """Write a run directory; `changed` replaces whole files (`stats`, `scenario_state`, …; None leaves one out)."""
    adapter = {**ADAPTER, "model": model, "model_deployment": model, **changed.pop("adapter", {})}
    name = f"{scenario},method={adapter['method']},model={model.replace('/', '_')}"
    spec = {
        "name": name,
        "scenario_spec": {"class_name": "x.Scenario", "args": {}},
        "adapter_spec": adapter,
        "metric_specs": [{"class_name": "x.Metric", "args": {"names": ["exact_match"]}}],
        "groups": changed.pop("groups", ["cities"]),
    }
    files = {
        "run_spec": spec,
        "scenario": {"name": "cities", "tags": []},
        "scenario_state": {"adapter_spec": adapter, "request_states": [question.state() for question in questions]},
        "per_instance_stats": [question.row() for question in questions],
        "stats": summary(questions),
        **changed,
    }
    place = folder / name.replace(":", "-")
    place.mkdir(parents=True, exist_ok=True)
    for file, said in files.items():
        if said is not None:
            text = said if isinstance(said, str) else json.dumps(said)
            (place / f"{file}.json").write_text(text, encoding="utf-8")
    return place


def notes(imported: Imported) -> str:
    return "\n".join(imported.notes)


# --- a real run ------------------------------------------------------------------------------------------------------


def test_every_line_of_a_real_summary_that_instances_make_comes_out_again(
    shared_data: SharedData, tmp_path: Path
) -> None:
    source = shared_data("helm")
    imported = read(source)
    assert not imported.refused
    assert "150 of 162 statistics are computed again from instances and agree; 4 have no value" in notes(imported)
    assert "8 statistics are not per instance" in notes(imported)
    assert "is stated as" not in notes(imported)
    row = row_of(imported, tmp_path)
    assert row["disagreements"] == []
    assert (row["public"]["exact"], row["public"]["assurance"]) == (["1", "9"], "recomputed")
    read_back(imported, tmp_path / "again")


def test_means_over_splits_of_a_real_run_are_those_of_its_summary(shared_data: SharedData, tmp_path: Path) -> None:
    (path,) = shared_data("helm").rglob("stats.json")
    published = row_of(read(path.parent), tmp_path)["public"]["metrics"]
    stated = {
        f"{own['name']['name'].replace('@', '-')}-{own['name']['split']}": own["mean"]
        for own in json.loads(path.read_text())
        if "perturbation" not in own["name"] and own["count"]
    }
    compared = {name: value for name, value in stated.items() if name in published}
    assert len(compared) == 50
    # Running times have more decimals than a score keeps.
    assert [name for name, value in compared.items() if abs(published[name] - value) > 1e-12] == []
    assert [name for name, value in compared.items() if abs(published[name] - value) > 1e-15] == [
        "inference_runtime-test",
        "inference_runtime-valid",
    ]


# --- one run ---------------------------------------------------------------------------------------------------------


def test_instances_become_items_with_their_references_and_answers(tmp_path: Path) -> None:
    write_run(tmp_path / "src", [Question(9, " Rome\n"), Question(10, "Oslo", right=["Rome", "Roma"])])
    imported = read(tmp_path / "src")
    assert [(item.id, item.prompt, item.reference) for item in imported.items] == [
        ("cities-kind-capital-id9", "Question 9?", "Rome"),
        ("cities-kind-capital-id10", "Question 10?", ["Rome", "Roma"]),
    ]
    (bundle,) = entry_named(imported, "one").bundles
    first = next(response for response in bundle.responses if response.prompt_id.endswith("id9"))
    assert first.output == " Rome\n"
    assert first.usage is not None
    assert (first.usage.microseconds, first.usage.prompt_tokens, first.usage.calls) == (500_000, None, 1)
    assert bundle.recorded == "2025-11-05"


def test_an_exact_match_is_graded_again_after_white_space_is_stripped(tmp_path: Path) -> None:
    write_run(tmp_path / "src", [Question(1, " Rome\n"), Question(2, "Oslo")])
    imported = read(tmp_path / "src")
    grader = imported.benchmark.metrics["exact_match"].grader
    assert grader is not None
    assert grader.kind == "regex"
    row = row_of(imported, tmp_path)
    assert (row["public"]["score"], row["public"]["assurance"]) == (0.5, "recomputed")


def test_a_quasi_exact_match_is_graded_again_in_normal_form(tmp_path: Path) -> None:
    stats = {"exact_match": 0.0, "quasi_exact_match": 1.0}
    write_run(tmp_path, [Question(1, "The rome.", stats=stats), Question(2, "Oslo", stats=dict.fromkeys(stats, 0.0))])
    metrics = read(tmp_path).benchmark.metrics
    assert not metrics["quasi_exact_match"].reported
    assert not metrics["exact_match"].reported


def test_an_exact_match_that_no_grader_gives_again_stays_reported(tmp_path: Path) -> None:
    write_run(tmp_path / "src", [Question(1, "Milan", stats={"exact_match": 1.0}), Question(2, "Oslo")])
    imported = read(tmp_path / "src")
    assert imported.benchmark.metrics["exact_match"].reported
    row = row_of(imported, tmp_path)
    assert (row["public"]["score"], row["public"]["assurance"]) == (0.5, "reported")


def test_the_answer_to_a_multiple_choice_is_the_option_that_its_letter_names(tmp_path: Path) -> None:
    mapped = {"output_mapping": {"A": "Rome", "B": "Oslo"}}
    questions = [
        Question(1, " A", request=mapped, stats={"exact_match": 1.0}),
        Question(2, "M", request=mapped, stats={"exact_match": 0.0}),
    ]
    write_run(tmp_path, questions, adapter={"method": "multiple_choice_joint"})
    imported = read(tmp_path)
    assert [response.output for response in entry_named(imported, "one").bundles[0].responses] == ["Rome", "M"]
    assert imported.items[0].choices == ["Rome", "Oslo"]
    assert not imported.benchmark.metrics["exact_match"].reported


def test_the_likeliest_of_several_completions_is_the_answer(tmp_path: Path) -> None:
    completions = [{"text": "Oslo", "logprob": -2.0}, {"text": "Rome", "logprob": -1.0}]
    question = Question(1, "Rome", result={"completions": completions})
    write_run(tmp_path, [question])
    assert entry_named(read(tmp_path), "one").bundles[0].responses[0].output == "Rome"


def test_where_each_reference_was_asked_the_predicted_one_is_the_answer(tmp_path: Path) -> None:
    question = Question(1, "Rome", stats={"exact_match": 1.0, "predicted_index": 0})
    requests = [
        {**question.state(), "reference_index": index, "request_mode": mode}
        for index in (0, 1)
        for mode in ("original", "calibration")
    ]
    write_run(tmp_path, [question], scenario_state={"request_states": requests})
    (response,) = entry_named(read(tmp_path), "one").bundles[0].responses
    assert response.output == "Rome"
    assert response.usage is not None
    assert response.usage.calls == 2


def test_tokens_are_those_that_the_run_counted(tmp_path: Path) -> None:
    stats = {"exact_match": 1.0, "num_prompt_tokens": 12, "num_completion_tokens": 3, "num_output_tokens": 2}
    uncounted = {"exact_match": 1.0, "num_prompt_tokens": 0, "num_completion_tokens": 0}
    write_run(tmp_path, [Question(1, "Rome", stats=stats), Question(2, "Rome", stats=uncounted)])
    usages = [response.usage for response in entry_named(read(tmp_path), "one").bundles[0].responses]
    assert [usage and (usage.prompt_tokens, usage.completion_tokens) for usage in usages] == [(12, 3), (None, None)]


def test_a_request_that_failed_is_a_failure_of_the_platform_and_no_wrong_answer(tmp_path: Path) -> None:
    questions = [Question(1, "Rome"), Question(2, None, result={"success": False, "completions": []})]
    write_run(tmp_path / "src", questions)
    imported = read(tmp_path / "src")
    assert "1 request(s) failed" in notes(imported)
    row = row_of(imported, tmp_path)
    assert (row["rank"], row["public"]["score"]) == (None, None)


def test_the_adapter_is_the_configuration(tmp_path: Path) -> None:
    write_run(tmp_path, [Question(1, "Rome")])
    configuration = entry_named(read(tmp_path), "one").configuration
    assert (configuration.vendor, configuration.title) == ("maker", "maker/one")
    assert configuration.decoding is not None
    assert (configuration.decoding.temperature, configuration.decoding.max_tokens) == (0.0, 5)
    assert configuration.settings["instructions"] == "Answer."
    assert configuration.settings["method"] == "generation"
    assert "max_eval_instances" not in configuration.settings


# --- splits, trials, perturbations -----------------------------------------------------------------------------------


def test_the_number_of_a_scenario_is_over_its_test_split(tmp_path: Path) -> None:
    questions = [Question(1, "Rome"), Question(2, "Oslo"), Question(3, "Oslo", split="valid")]
    write_run(tmp_path / "src", questions)
    row = row_of(read(tmp_path / "src"), tmp_path)
    assert row["public"]["score"] == 0.5
    assert row["public"]["metrics"]["exact_match-valid"] == 0.0
    assert row["disagreements"] == []


def test_trials_are_runs_of_the_whole(tmp_path: Path) -> None:
    said = {(1, 0): "Rome", (2, 0): "Oslo", (1, 1): "Rome", (2, 1): "Rome"}
    questions = [Question(number, answer, trial=trial) for (number, trial), answer in said.items()]
    write_run(tmp_path / "src", questions, adapter={"num_train_trials": 2})
    row = row_of(read(tmp_path / "src"), tmp_path)
    assert row["public"]["score"] == 0.75
    assert row["public"]["runs"]["scores"] == [0.5, 1.0]
    assert row["disagreements"] == []


def test_scenarios_with_different_numbers_of_trials_have_the_mean_of_their_own(tmp_path: Path) -> None:
    two = [Question(1, "Rome", trial=0), Question(1, "Oslo", trial=1)]
    write_run(tmp_path / "src", two, adapter={"num_train_trials": 2})
    write_run(tmp_path / "src", [Question(1, "Rome")], scenario="rivers")
    imported = read(tmp_path / "src")
    assert "different numbers of trials" in notes(imported)
    row = row_of(imported, tmp_path)
    assert row["public"]["score"] == 0.75
    assert row["disagreements"] == []


def test_perturbed_instances_stand_beside_their_originals_and_outside_the_number(tmp_path: Path) -> None:
    questions = [Question(1, "Rome"), Question(1, "Oslo", perturbation=TYPOS, text="Qestion 1?")]
    write_run(tmp_path / "src", questions)
    imported = read(tmp_path / "src")
    assert [(item.id, item.cluster) for item in imported.items] == [
        ("cities-kind-capital-id1", None),
        ("cities-kind-capital-id1-typos", "cities-kind-capital-id1"),
    ]
    row = row_of(imported, tmp_path)
    assert row["public"]["score"] == 1.0
    assert row["disagreements"] == []
    claims = entry_named(imported, "one").bundles[0].claims
    assert claims["exact_match@part=cities:kind=capital, test, typos"] == 0.0


def worst_case(name: str, perturbation: Stats, computed_on: str, value: float) -> dict[str, Any]:
    return stat(name, value, {"split": "test", "perturbation": {**perturbation, "computed_on": computed_on}})


@pytest.mark.parametrize(
    ("perturbation", "computed_on", "value"),
    [
        ({"name": "robustness", "robustness": True, "fairness": False}, "worst", 1 / 3),
        ({"name": "fairness", "robustness": False, "fairness": True}, "worst", 2 / 3),
        (TYPOS, "worst", 0.5),
        (TYPOS, "original", 1.0),
        (DIALECT, "worst", 0.0),
    ],
)
def test_worst_cases_are_computed_again_from_instances(
    tmp_path: Path, perturbation: Stats, computed_on: str, value: float
) -> None:
    questions = [
        Question(1, "Rome"),
        Question(2, "Rome"),
        Question(3, "Oslo"),
        Question(1, "Oslo", perturbation=TYPOS),
        Question(2, "Rome", perturbation=TYPOS),
        Question(3, "Rome", perturbation=DIALECT),
    ]
    right = worst_case("exact_match", perturbation, computed_on, value)
    write_run(tmp_path / "a", questions, stats=[right])
    assert "1 of 1 statistics are computed again from instances and agree" in notes(read(tmp_path / "a"))
    wrong = worst_case("exact_match", perturbation, computed_on, value + 0.001)
    write_run(tmp_path / "b", questions, stats=[wrong])
    assert f"({', '.join(['test', perturbation['name'], computed_on])}) is stated as" in notes(read(tmp_path / "b"))


def test_what_instances_do_not_make_is_listed_as_such(tmp_path: Path) -> None:
    questions = [Question(1, "Rome")]
    other = [stat("num_instances", 1.0, {"split": "test"}), stat("ece_10_bin", 0.25, {"split": "test"})]
    write_run(tmp_path, questions, stats=[*summary(questions), *other])
    said = notes(read(tmp_path))
    assert "2 statistics are not per instance, so nobody can compute them again: ece_10_bin (test)" in said


def test_a_line_that_the_instances_do_not_give_is_noted_and_listed_on_the_board(tmp_path: Path) -> None:
    questions = [Question(1, "Rome"), Question(2, "Oslo")]
    write_run(tmp_path / "src", questions, stats=[stat("exact_match", 0.75, {"split": "test"})])
    imported = read(tmp_path / "src")
    assert "exact_match (test) is stated as 0.75, its instances give 0.5" in notes(imported)
    (found,) = row_of(imported, tmp_path)["disagreements"]
    assert (found["claimed"], found["found"]) == (0.75, 0.5)


def test_an_instance_that_was_counted_several_times_weighs_as_often(tmp_path: Path) -> None:
    questions = [Question(1, "Rome", stats={"hits": 1.0}), Question(2, "Rome", stats={"hits": 0.0})]
    rows = [question.row() for question in questions]
    rows[0]["stats"][0] |= {"count": 3, "sum": 3.0}
    write_run(tmp_path, questions, per_instance_stats=rows, stats=[stat("hits", 0.75, {"split": "test"})])
    assert "1 of 1 statistics are computed again" in notes(read(tmp_path))


def test_a_statistic_that_leaves_instances_out_for_everyone_is_the_mean_over_the_others(tmp_path: Path) -> None:
    questions = [
        Question(1, "Rome", stats={"exact_match": 1.0, "toxic_frac": 0.25}),
        Question(2, "Rome", stats={"exact_match": 1.0, "toxic_frac": None}),
    ]
    write_run(tmp_path / "src", questions)
    imported = read(tmp_path / "src")
    assert imported.benchmark.metrics["toxic_frac"].missing == "drop"
    assert imported.benchmark.metrics["toxic_frac"].direction == "lower"
    assert row_of(imported, tmp_path)["public"]["metrics"]["toxic_frac-test"] == 0.25


def test_a_statistic_that_is_nan_is_unknown(tmp_path: Path) -> None:
    stats = {"exact_match": 1.0, "score": float("nan")}
    questions = [Question(1, "Rome", stats=stats), Question(2, "Rome", stats={"exact_match": 1.0, "score": 0.5})]
    write_run(tmp_path / "src", questions)
    imported = read(tmp_path / "src")
    assert "NaN on some instance, and unknown there: score" in notes(imported)
    assert row_of(imported, tmp_path)["public"]["metrics"]["score-test"] is None


# --- suites ----------------------------------------------------------------------------------------------------------


def test_a_suite_of_models_and_scenarios_is_one_board(tmp_path: Path) -> None:
    suite = tmp_path / "benchmark_output" / "runs" / "v1"
    for model, answer in (("maker/one", "Rome"), ("other/two", "Oslo")):
        write_run(suite, [Question(1, answer), Question(2, "Rome")], model)
        write_run(suite, [Question(1, answer)], model, scenario="rivers")
    (suite / "costs.json").write_text("{}")
    imported = read(tmp_path / "benchmark_output")
    assert imported.benchmark.facets["scenario"].role == "category"
    assert imported.benchmark.facets["scenario"].values == ["cities:kind=capital", "rivers"]
    board = board_of(imported, tmp_path)
    assert [(row["model"], row["public"]["score"]) for row in board["entries"]] == [
        ("maker/one", 1.0),
        ("other/two", 0.25),
    ]
    assert [row["disagreements"] for row in board["entries"]] == [[], []]


def test_groups_of_scenarios_are_a_facet_where_they_group_any(tmp_path: Path) -> None:
    for scenario, group in (("a", "short"), ("b", "short"), ("c", "long")):
        write_run(tmp_path, [Question(1, "Rome")], scenario=scenario, groups=[group])
    imported = read(tmp_path)
    assert imported.benchmark.facets["group"].values == ["long", "short"]


def test_a_model_without_a_scenario_has_no_overall_number(tmp_path: Path) -> None:
    for scenario in ("a", "b"):
        write_run(tmp_path / "src", [Question(1, "Oslo")], scenario=scenario)
    write_run(tmp_path / "src", [Question(1, "Rome")], "other/two", scenario="a")
    imported = read(tmp_path / "src")
    assert "other/two: has no run of b" in notes(imported)
    ranks = {row["model"]: row["rank"] for row in board_of(imported, tmp_path)["entries"]}
    assert ranks == {"maker/one": 1, "other/two": None}


def test_fewer_instances_gain_nothing(tmp_path: Path) -> None:
    write_run(tmp_path / "src", [Question(1, "Rome"), Question(2, "Oslo")])
    write_run(tmp_path / "src", [Question(1, "Rome")], "other/two")
    imported = read(tmp_path / "src")
    assert "other/two: lacks instances that others were asked" in notes(imported)
    scores = {row["model"]: row["public"]["score"] for row in board_of(imported, tmp_path)["entries"]}
    assert scores == {"maker/one": 0.5, "other/two": None}


def test_a_scenario_that_was_asked_in_two_ways_makes_two_configurations(tmp_path: Path) -> None:
    write_run(tmp_path / "a", [Question(1, "Rome")])
    write_run(tmp_path / "b", [Question(1, "Oslo")], adapter={"max_train_instances": 0})
    entries = list(read(tmp_path).entries)
    assert sorted(entry.configuration.settings["max_train_instances"] for entry in entries) == [0, 5]


def test_the_latest_of_several_equal_runs_counts(tmp_path: Path) -> None:
    write_run(tmp_path / "a", [Question(1, "Rome", result={"request_datetime": 1762354999})])
    write_run(tmp_path / "b", [Question(1, "Oslo", result={"request_datetime": 1762354000})])
    imported = read(tmp_path)
    (entry,) = imported.entries
    assert [response.output for response in entry.bundles[0].responses] == ["Rome"]
    assert "has several runs of a scenario, the latest counts" in notes(imported)


def test_other_instances_under_the_same_ids_are_refused_and_the_others_are_imported(tmp_path: Path) -> None:
    for number, model in enumerate(("maker/one", "maker/two", "other/three")):
        text = "Something else?" if number == 2 else "Question 1?"
        write_run(tmp_path / "src", [Question(1, "Rome", text=text)], model)
    imported = read(tmp_path / "src")
    (refused,) = imported.refused
    assert refused.file.endswith("model=other_three/scenario_state.json")
    assert "are not those of the other models" in refused.reason
    assert {row["model"] for row in board_of(imported, tmp_path)["entries"]} == {"maker/one", "maker/two"}


def test_an_archive_of_a_suite_is_read(tmp_path: Path) -> None:
    write_run(tmp_path / "suite", [Question(1, "Rome")])
    archive = shutil.make_archive(str(tmp_path / "suite"), "gztar", tmp_path / "suite")
    assert len(list(read(Path(archive)).entries)) == 1


# --- damaged runs ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "changed",
    [
        {"per_instance_stats": None},
        {"per_instance_stats": "[]"},
        {"per_instance_stats": "{}"},
        {"per_instance_stats": '[{"instance_id": "id1"'},
        {"per_instance_stats": "[" * 100},
        {"run_spec": "{"},
        {"scenario_state": "\x00"},
    ],
)
def test_a_run_that_cannot_be_read_is_refused_and_the_others_are_imported(
    tmp_path: Path, changed: dict[str, Any]
) -> None:
    write_run(tmp_path / "src", [Question(1, "Rome")])
    write_run(tmp_path / "src", [Question(1, "Rome")], "other/two", **changed)
    imported = read(tmp_path / "src")
    assert len(imported.refused) == 1
    assert "other_two" in imported.refused[0].file
    assert len(list(imported.entries)) == 1
    board_of(imported, tmp_path)


def test_a_source_without_any_run_names_every_fault(tmp_path: Path) -> None:
    write_run(tmp_path, [Question(1, "Rome")], per_instance_stats="[]")
    with pytest.raises(InputError) as caught:
        read(tmp_path)
    assert len(caught.value.faults) == 2
    assert any("holds no HELM run" in fault.reason for fault in caught.value.faults)


@pytest.mark.parametrize("left_out", ["scenario", "scenario_state", "stats", "run_spec"])
def test_a_run_without_one_of_the_other_files_is_still_imported(tmp_path: Path, left_out: str) -> None:
    place = write_run(tmp_path / "src", [Question(1, "Rome"), Question(2, "Oslo")])
    (place / f"{left_out}.json").unlink()
    imported = read(tmp_path / "src")
    assert row_of(imported, tmp_path)["public"]["score"] == 0.5


def test_instances_give_the_texts_where_there_are_no_answers(tmp_path: Path) -> None:
    questions = [Question(1, "Rome")]
    instances = [question.instance() for question in questions]
    write_run(tmp_path, questions, scenario_state=None, instances=instances)
    imported = read(tmp_path)
    assert (imported.items[0].prompt, imported.items[0].reference) == ("Question 1?", "Rome")
    assert "no answers" in notes(imported)


def test_earlier_versions_write_texts_without_a_wrapper(tmp_path: Path) -> None:
    question = Question(1, "Rome")
    state = question.state()
    state["instance"] |= {"input": "Question 1?", "references": [{"output": "Rome", "tags": ["correct"]}]}
    write_run(tmp_path, [question], scenario_state={"request_states": [state]})
    imported = read(tmp_path)
    assert (imported.items[0].prompt, imported.items[0].reference) == ("Question 1?", "Rome")


def test_several_metrics_may_write_lines_of_one_instance(tmp_path: Path) -> None:
    one, other = Question(1, "Rome"), Question(1, "Rome", stats={"num_bytes": 4})
    write_run(tmp_path / "src", [one], per_instance_stats=[one.row(), other.row()], stats=summary([one, other]))
    imported = read(tmp_path / "src")
    assert len(imported.items) == 1
    assert "2 of 2 statistics are computed again" in notes(imported)


@pytest.mark.parametrize(
    "row",
    [
        None,
        {"instance_id": 7, "stats": []},
        {"instance_id": "id1", "train_trial_index": -1, "stats": [stat("exact_match", 1.0, {})]},
        {"instance_id": "id1", "train_trial_index": 10**9, "stats": [stat("exact_match", 1.0, {})]},
        {"instance_id": "id1", "stats": "x"},
        {"instance_id": "id1", "stats": [{"name": "x"}, {"name": {"name": ""}}, 3]},
        {"instance_id": "id1", "stats": [stat("huge", 1e300, {"split": "test"})]},
        {"instance_id": "id1", "stats": [{"name": {"name": "odd", "split": 3}, "count": -1, "sum": "x"}]},
    ],
)
def test_lines_that_make_no_sense_are_no_scores(tmp_path: Path, row: Any) -> None:
    question = Question(1, "Rome")
    write_run(tmp_path / "src", [question], per_instance_stats=[question.row(), row])
    imported = read(tmp_path / "src")
    assert list(imported.benchmark.metrics) == ["exact_match"]
    assert row_of(imported, tmp_path)["public"]["score"] == 1.0


def test_values_beyond_zero_and_one_keep_their_size(tmp_path: Path) -> None:
    stats = [{"logprob": -12.345678901234567, "num_bytes": 123_456_789}, {"logprob": -1.0, "num_bytes": 1}]
    write_run(tmp_path / "src", [Question(n, "Rome", stats=own) for n, own in enumerate(stats)])
    imported = read(tmp_path / "src")
    assert imported.benchmark.metrics["logprob"].range == (-13, 1)
    oracle = Oracle(imported)
    score = oracle.score(entry_named(imported, "one"), "logprob-test")
    assert score is not None
    assert abs(score - Fraction("-6.6728394506172835")) < Fraction(1, 10**12)
    assert row_of(imported, tmp_path)["public"]["metrics"]["num_bytes-test"] == 61_728_395.0


def test_scenarios_whose_ids_would_collide_stay_apart(tmp_path: Path) -> None:
    for scenario in ("Ä b", "a-b", "a b"):
        write_run(tmp_path / scenario, [Question(1, "Rome")], scenario=scenario)
    imported = read(tmp_path)
    assert len({item.id for item in imported.items}) == 3
    read_back(imported, tmp_path / "benchmark")


def test_an_address_in_an_adapter_is_not_published(tmp_path: Path) -> None:
    write_run(tmp_path, [Question(1, "Rome")], adapter={"instructions": "Ask http://10.0.0.1:80/v1 first."})
    imported = read(tmp_path)
    (entry,) = imported.entries
    assert "instructions" not in entry.configuration.settings
    assert "settings.instructions" in notes(imported)
