"""What is imported from records of Every Eval Ever: numbers of models, samples where they are, words as claims."""

import hashlib
import json
from collections.abc import Callable, Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from eee_source import SAMPLES, instance, record, result, store
from imported_oracle import entry_named, read_back
from proofboard.app.build import build
from proofboard.app.verify import verify
from proofboard.errors import InputError
from proofboard.record.every_eval_ever.importer import read
from proofboard.record.freeze import write_benchmark
from proofboard.record.imported import Imported

SharedData = Callable[[str], Path]
Rows = dict[str, dict[str, Any]]


def rows_of(imported: Imported, folder: Path) -> Rows:
    """Build a board that holds, and answer its rows by configuration."""
    write_benchmark(imported, folder / "benchmark")
    build(folder / "benchmark", folder / "site")
    assert verify(str(folder / "site")).holds
    board = json.loads((folder / "site" / "leaderboard.json").read_text())
    return {row["config_name"]: row for row in board["entries"]}


def reported(imported: Imported, name: str = "one") -> dict[str, dict[str, Fraction]]:
    """Answer the reported scores of an entry: item → metric → score."""
    metrics = imported.benchmark.metrics
    return {
        row.item_id: {
            metric: Fraction(value, metrics[metric].denominator)
            for metric, value in row.scores.items()
            if value is not None
        }
        for row in entry_named(imported, name).bundles[0].scores
    }


def sampled(model: str = "maker/one", right: int = 3, **changes: Any) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Make a record and its four instances, the first `right` of which are right."""
    own = record(model, result(score=right / 4), **changes)
    rows = [instance(f"q{n}", str(n) if n < right else "no", float(n < right), own) for n in range(4)]
    return own, rows


def test_a_number_without_instances_is_reported_as_it_is_written(tmp_path: Path) -> None:
    imported = read(store(tmp_path / "s", record("maker/one", result(score=0.123456789))))
    assert reported(imported) == {"sums": {"accuracy": Fraction("0.123456789")}}
    found = rows_of(imported, tmp_path)["one"]
    assert (found["public"]["score"], found["public"]["assurance"]) == (0.123456789, "reported")


def test_evaluations_are_items_and_the_mean_of_all_ranks(tmp_path: Path) -> None:
    one = record("maker/one", result("A", 0.5), result("B", 0.75))
    two = record("maker/two", result("A", 0.9))
    imported = read(store(tmp_path / "s", one, two))
    found = rows_of(imported, tmp_path)
    assert [item.title for item in imported.items] == ["A", "B"]
    assert (found["one"]["public"]["score"], found["two"]["public"]["score"]) == (0.625, None)
    assert any("the mean over all evaluations" in note for note in imported.notes)


def test_a_number_that_is_called_overall_ranks(tmp_path: Path) -> None:
    own = record("maker/one", result("M (overall)", 0.5), result("M (maths)", 0.9), result("M (law)", 0.9))
    imported = read(store(tmp_path / "s", own))
    assert rows_of(imported, tmp_path)["one"]["public"]["score"] == 0.5


def test_scales_that_differ_are_ranked_by_points(tmp_path: Path) -> None:
    elo: dict[str, Any] = {"metric_config": {"min_score": None, "max_score": None, "score_type": None}}
    one = record("maker/one", result("A", 0.5), result("Arena", 1285.25, "elo", **elo))
    two = record("maker/two", result("A", 0.4), result("Arena", 1100.5, "elo", **elo))
    imported = read(store(tmp_path / "s", one, two))
    found = rows_of(imported, tmp_path)
    assert (found["one"]["rank"], found["two"]["rank"]) == (1, 2)
    assert found["one"]["public"]["metrics"]["elo"] == 1285.25


def test_lower_scores_are_better_where_the_record_says_so(tmp_path: Path) -> None:
    lower = {"lower_is_better": True}
    one = record("maker/one", result("Errors", 0.1, metric_config=lower))
    two = record("maker/two", result("Errors", 0.2, metric_config=lower))
    found = rows_of(read(store(tmp_path / "s", one, two)), tmp_path)
    assert (found["one"]["rank"], found["two"]["rank"]) == (1, 2)


def test_metrics_of_one_evaluation_stay_apart(tmp_path: Path) -> None:
    strict, loose = {"metric_id": "strict"}, {"metric_id": "loose"}
    results = [result("Sums", 0.5, metric_config=strict), result("Sums", 0.75, metric_config=loose)]
    own = record("maker/one", *results)
    assert reported(read(store(tmp_path / "s", own))) == {"sums": {"strict": Fraction(1, 2), "loose": Fraction(3, 4)}}


def test_of_several_records_the_latest_counts_and_is_noted(tmp_path: Path) -> None:
    old = record("maker/one", result(score=0.9), retrieved_timestamp="999999999.5", evaluation_id="old")
    new = record("maker/one", result(score=0.25), retrieved_timestamp="2026-01-01T00:00:00+00:00", evaluation_id="new")
    undated = record("maker/one", result(score=0.1), retrieved_timestamp="1e999999999", evaluation_id="undated")
    imported = read(store(tmp_path / "s", new, old, undated))
    assert reported(imported) == {"sums": {"accuracy": Fraction(1, 4)}}
    assert any(note.startswith("2 number(s) are said again by a later record") for note in imported.notes)


def test_samples_that_a_grader_scores_alike_are_recomputed(tmp_path: Path) -> None:
    (one, first), (two, second) = sampled("maker/one", 3), sampled("maker/two", 1)
    imported = read(store(tmp_path / "s", one, two, instances=[*first, *second]))
    assert imported.benchmark.metrics["accuracy"].grader
    found = rows_of(imported, tmp_path)
    assert [(row["public"]["score"], row["public"]["assurance"]) for row in found.values()] == [
        (0.75, "recomputed"),
        (0.25, "recomputed"),
    ]
    assert [row["disagreements"] for row in found.values()] == [[], []]
    read_back(imported, tmp_path / "again")


def test_samples_that_no_grader_scores_alike_are_reported(tmp_path: Path) -> None:
    own, rows = sampled()
    rows[3]["evaluation"]["score"] = 0.5
    imported = read(store(tmp_path / "s", own, instances=rows))
    assert imported.benchmark.metrics["accuracy"].reported
    assert rows_of(imported, tmp_path)["one"]["public"]["score"] == 0.875


def test_a_number_that_its_samples_do_not_give_is_listed_as_a_disagreement(tmp_path: Path) -> None:
    own, rows = sampled()
    own["evaluation_results"][0]["score_details"]["score"] = 0.9
    found = rows_of(read(store(tmp_path / "s", own, instances=rows)), tmp_path)["one"]
    assert found["public"]["score"] == 0.75
    assert found["disagreements"] == [{"statistic": "accuracy", "claimed": 0.9, "found": 0.75}]


def test_leaving_samples_out_does_not_raise_a_score(tmp_path: Path) -> None:
    (one, first), (two, second) = sampled("maker/one", 3), sampled("maker/two", 3)
    imported = read(store(tmp_path / "s", one, two, instances=[*first, *second[:3]]))
    found = rows_of(imported, tmp_path)
    assert (found["two"]["public"]["score"], found["two"]["public"]["n_answered"]) == (0.75, 3)
    assert imported.benchmark.metrics["accuracy"].reported


def test_a_model_with_samples_and_one_without_stand_on_one_board(tmp_path: Path) -> None:
    one, rows = sampled()
    two = record("maker/two", result(score=0.5))
    found = rows_of(read(store(tmp_path / "s", one, two, instances=rows)), tmp_path)
    assert {name: (row["public"]["score"], row["public"]["assurance"]) for name, row in found.items()} == {
        "one": (0.75, "recomputed"),
        "two": (0.5, "reported"),
    }


def test_an_evaluation_with_samples_and_one_without_are_averaged(tmp_path: Path) -> None:
    own, rows = sampled()
    own["evaluation_results"].append(result("Essays", 0.25))
    found = rows_of(read(store(tmp_path / "s", own, instances=rows)), tmp_path)["one"]
    assert found["public"]["score"] == 0.5
    assert (found["public"]["metrics"]["sums"], found["public"]["metrics"]["essays"]) == (0.75, 0.25)


def test_fewer_samples_than_the_score_is_of_do_not_stand_for_it(tmp_path: Path) -> None:
    own, rows = sampled()
    own["evaluation_results"][0]["score_details"]["uncertainty"] = {"num_samples": 1000}
    imported = read(store(tmp_path / "s", own, instances=rows))
    assert reported(imported) == {"sums": {"accuracy": Fraction(3, 4)}}
    assert any("4 of 1000 samples are here" in note for note in imported.notes)


def test_a_statistic_that_is_no_mean_is_taken_from_the_record(tmp_path: Path) -> None:
    own = record("maker/one", result(score=0.6, kind="f1_macro"))
    rows = [instance("q1", "1", 1.0, own)]
    assert reported(read(store(tmp_path / "s", own, instances=rows))) == {"sums": {"f1_macro": Fraction(3, 5)}}


def test_a_sample_that_stands_several_times_was_tried_several_times(tmp_path: Path) -> None:
    own = record("maker/one", result(score=0.5))
    rows = [instance("q1", "1", 1.0, own), instance("q1", "no", 0.0, own)]
    imported = read(store(tmp_path / "s", own, instances=rows))
    assert entry_named(imported, "one").bundles[0].trials == 2
    assert rows_of(imported, tmp_path)["one"]["public"]["score"] == 0.5


def test_properties_of_all_samples_are_facets(tmp_path: Path) -> None:
    own, rows = sampled()
    for place, row in enumerate(rows):
        row["metadata"] = {"Subject": "law" if place % 2 else "maths", "id": str(place), "same": "x"}
    imported = read(store(tmp_path / "s", own, instances=rows))
    assert {name: facet.values for name, facet in imported.benchmark.facets.items()} == {
        "id": ["0", "1", "2", "3"],
        "subject": ["law", "maths"],
    }


def test_tokens_and_time_of_a_sample_are_its_usage(tmp_path: Path) -> None:
    own = record()
    tokens = {"input_tokens": 10, "output_tokens": 5, "total_tokens": 15}
    rows = [instance("q1", "1", 1.0, own, token_usage=tokens, performance={"latency_ms": 12.5})]
    (response,) = entry_named(read(store(tmp_path / "s", own, instances=rows)), "one").bundles[0].responses
    assert response.usage
    assert (response.usage.prompt_tokens, response.usage.completion_tokens) == (10, 5)
    assert (response.usage.total_tokens, response.usage.microseconds) == (None, 12_500)


def test_an_answer_of_several_turns_is_kept_with_its_messages(tmp_path: Path) -> None:
    own = record()
    messages = [{"turn_idx": 0, "role": "assistant", "content": "4"}]
    rows = [instance("q1", "", 1.0, own, interaction_type="agentic", output=None, messages=messages)]
    imported = read(store(tmp_path / "s", own, instances=rows))
    (response,) = entry_named(imported, "one").bundles[0].responses
    assert response.output == {"interaction_type": "agentic", "messages": messages}
    rows_of(imported, tmp_path)


def test_how_a_model_was_run_is_its_configuration(tmp_path: Path) -> None:
    args = {"temperature": 0.5, "max_tokens": 100, "reasoning": True, "execution_command": "run"}
    own = record(
        "maker/one",
        result(generation_config={"generation_args": args}),
        model_info={
            "developer": "The Maker",
            "inference_platform": "somewhere",
            "inference_engine": {"name": "engine", "version": "2"},
            "additional_details": {"precision": "bfloat16", "url": "https://example.org"},
        },
        evaluation_timestamp="1700000000",
    )
    imported = read(store(tmp_path / "s", own))
    entry = entry_named(imported, "one")
    made = entry.configuration
    assert made.decoding
    assert (made.name, made.decoding.model) == ("the-maker/one", "maker/one")
    assert (made.decoding.temperature, made.decoding.max_tokens) == (0.5, 100)
    assert made.settings == {
        "inference_engine": "engine 2",
        "inference_platform": "somewhere",
        "model": {"model_availability": "open_weights", "precision": "bfloat16"},
        "reasoning": True,
    }
    assert entry.bundles[0].recorded == "2023-11-14T22:13:20Z"
    rows_of(imported, tmp_path)


def test_what_a_record_says_of_itself_and_its_numbers_are_claims(tmp_path: Path) -> None:
    uncertainty = {"standard_error": {"value": 0.01, "method": "bootstrap"}, "num_samples": 200}
    own = record("maker/one", result(score_details={"uncertainty": uncertainty}))
    claims = entry_named(read(store(tmp_path / "s", own)), "one").bundles[0].claims
    assert claims["evaluator_relationship"] == "third_party"
    assert claims["source_organization_name"] == "Some institute"
    assert (claims["standard_error of sums.accuracy"], claims["num_samples of sums.accuracy"]) == (0.01, 200)
    assert json.loads(str(claims["every-eval-ever sums.accuracy"]))["source_data"]["hf_repo"] == "maker/Sums"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"evaluation_id": None}, "evaluation_id: is required"),
        ({"model_info": None}, "model_info: is required"),
        ({"eval_library": None}, "eval_library: is required"),
        ({"surprise": 1}, "surprise: is not a known field"),
        ({"source_metadata": {"source_type": "hearsay"}}, "source_type"),
        ({"source_metadata": {"evaluator_relationship": "self"}}, "evaluator_relationship"),
        ({"model_info": {"additional_details": {"deployment_type": "cloud"}}}, "deployment_type: is 'cloud'"),
        ({"model_info": {"additional_details": {"size": 7}}}, "additional_details.size"),
        ({"evaluation_results": [result(score="high")]}, "score"),
        ({"evaluation_results": [result(score=True)]}, "score"),
        ({"evaluation_results": [result(score=52.3)]}, "expected 0 to 1"),
        ({"evaluation_results": [result(metric_config={"min_score": None})]}, "expected min_score"),
        ({"evaluation_results": [result(metric_config={"score_type": "levels"})]}, "expected level_names"),
        ({"evaluation_results": [result(source_data={"source_type": "url"})]}, "expected at least one address"),
        ({"evaluation_results": [result(generation_config={"generation_args": {"seed": 1}})]}, "seed"),
        ({"detailed_evaluation_results": {"format": "jsonl", "file_path": "x.jsonl"}}, "file_path"),
    ],
)
def test_a_record_of_another_shape_is_refused_by_itself(
    tmp_path: Path, changes: Mapping[str, Any], reason: str
) -> None:
    bad = {**record("maker/two"), **{key: value for key, value in changes.items() if not isinstance(value, dict)}}
    for key, value in changes.items():
        if isinstance(value, dict):
            bad[key] = record("maker/two", **{key: value})[key]
    bad = {key: value for key, value in bad.items() if value is not None}
    imported = read(store(tmp_path / "s", record("maker/one"), bad))
    assert [entry.configuration.config_name for entry in imported.entries] == ["one"]
    assert any(reason in own.reason and own.file == "1.json" for own in imported.refused)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"input": {"raw": "x"}}, "input.reference: is required"),
        ({"output": None}, "expected an output"),
        ({"messages": []}, "expected an output and no messages"),
        ({"metrics": {}}, "metrics: is not a known field"),
        ({"metadata": {"level": 3}}, "metadata"),
        ({"evaluation": {"score": 1}}, "is_correct"),
        ({"interaction_type": "chat"}, "interaction_type"),
    ],
)
def test_an_instance_of_another_shape_is_refused_by_its_line(
    tmp_path: Path, changes: Mapping[str, Any], reason: str
) -> None:
    own, rows = sampled()
    imported = read(store(tmp_path / "s", own, instances=[*rows, {**rows[0], "sample_id": "bad", **changes}]))
    assert len(imported.items) == 4
    assert any(reason in fault.reason and (fault.file, fault.line) == (SAMPLES, 5) for fault in imported.refused)


def test_a_source_without_any_good_record_is_refused_with_all_faults(tmp_path: Path) -> None:
    bad = record(eval_library=None)
    with pytest.raises(InputError) as caught:
        read(store(tmp_path / "s", bad, bad))
    assert len(caught.value.faults) == 2


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "3", '{"a": 1}', "\ufeff"])
def test_a_file_that_holds_no_record_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "x.json").write_text(text, encoding="utf-8")
    with pytest.raises(InputError):
        read(tmp_path / "x.json")


def test_files_that_cannot_be_read_do_not_stop_the_others(tmp_path: Path) -> None:
    folder = store(tmp_path / "s", record())
    (folder / "broken.json").write_text('{"evaluation_results": [')
    (folder / "binary.jsonl").write_bytes(b"\xff\xfe\n")
    (folder / "schema.json").write_text('{"$schema": "x", "properties": {}}')
    imported = read(folder)
    assert sorted(own.file for own in imported.refused) == ["binary.jsonl", "broken.json"]
    assert any("schema.json" in note for note in imported.notes)


def test_a_number_that_is_none_is_unknown_and_never_zero(tmp_path: Path) -> None:
    own = record("maker/one", result("A", 0.5), result("B", 0.25))
    text = json.dumps(own).replace("0.25", "NaN")
    (tmp_path / "r.json").write_text(text)
    imported = read(tmp_path / "r.json")
    assert reported(imported) == {"a": {"accuracy": Fraction(1, 2)}}
    assert any("1 result(s) of maker/one have no number" in note for note in imported.notes)


def test_an_unknown_level_is_unknown(tmp_path: Path) -> None:
    levels = {"score_type": "levels", "level_names": ["low", "high"], "has_unknown_level": True}
    own = record("maker/one", result("A", 1), result("B", -1, metric_config={**levels, "max_score": 1}))
    assert set(reported(read(store(tmp_path / "s", own)))) == {"a"}


def test_a_number_too_large_to_count_is_left_out(tmp_path: Path) -> None:
    open_ended = {"metric_config": {"min_score": "-Infinity", "max_score": "Infinity"}}
    own = record("maker/one", result("A", 1e300, "big", **open_ended), result("B", 123456789.25, "big", **open_ended))
    imported = read(store(tmp_path / "s", own))
    assert reported(imported) == {"b": {"big": Fraction("123456789.25")}}
    rows_of(imported, tmp_path)


def test_older_versions_may_leave_out_what_the_present_one_asks_for(tmp_path: Path) -> None:
    old = record(schema_version="0.2.0", eval_library=None, model_info={"additional_details": None})
    old["model_info"]["additional_details"] = {"params_billions": 8.357}
    imported = read(store(tmp_path / "s", old))
    assert entry_named(imported, "one").configuration.settings == {"model": {"params_billions": "8.357"}}


def test_an_index_names_what_its_files_are(tmp_path: Path) -> None:
    folder = store(tmp_path / "s", record("maker/one"), record("maker/two"))
    lines = [
        {"record_type": "aggregate", "object_path": "0.json", "sha256": _sha256(folder / "0.json")},
        {"record_type": "aggregate", "object_path": "1.json", "sha256": "0" * 64},
        {"record_type": "aggregate", "object_path": "2.json", "sha256": "0" * 64},
    ]
    (folder / "aggregate.jsonl").write_text("".join(f"{json.dumps(line)}\n" for line in lines))
    imported = read(folder)
    assert [entry.configuration.config_name for entry in imported.entries] == ["one"]
    assert [own.file for own in imported.refused] == ["1.json"]
    assert any("1 file(s) that the index names are not here: 2.json" in note for note in imported.notes)


def test_records_may_stand_on_lines(tmp_path: Path) -> None:
    (tmp_path / "aggregate.jsonl").write_text(f"{json.dumps(record('a/one'))}\n\n{json.dumps(record('b/two'))}\nno\n")
    imported = read(tmp_path / "aggregate.jsonl")
    assert sorted(entry.configuration.name for entry in imported.entries) == ["a/one", "b/two"]
    assert [own.line for own in imported.refused] == [4]


def test_instances_that_were_changed_are_refused(tmp_path: Path) -> None:
    own, rows = sampled()
    own["detailed_evaluation_results"] = {
        "format": "jsonl",
        "file_path": f"data/sums/maker/one/{SAMPLES}",
        "hash_algorithm": "sha256",
        "checksum": "0" * 64,
    }
    imported = read(store(tmp_path / "s", own, instances=rows))
    assert reported(imported) == {"sums": {"accuracy": Fraction(3, 4)}}
    assert [fault.file for fault in imported.refused] == [SAMPLES]


def test_instances_of_no_record_are_noted(tmp_path: Path) -> None:
    own, rows = sampled()
    stray = {**rows[0], "evaluation_id": "other"}
    imported = read(store(tmp_path / "s", own, instances=[*rows, stray]))
    assert any("1 instance(s) belong to no record" in note for note in imported.notes)


def test_a_sample_that_is_asked_in_two_ways_is_noted(tmp_path: Path) -> None:
    (one, first), (two, second) = sampled("maker/one"), sampled("maker/two")
    second[0]["input"]["raw"] = "In other words?"
    imported = read(store(tmp_path / "s", one, two, instances=[*first, *second]))
    assert any("1 sample(s) are not the same in all records" in note for note in imported.notes)
    rows_of(imported, tmp_path)


def test_hostile_names_still_make_a_board(tmp_path: Path) -> None:
    names = ["../../etc", "模型/模型", "a" * 600, "http://x.example.com/m", "overall", "OVERALL", "é"]
    records = [
        record(name, result(f"{name}×=@", 0.5), evaluation_id=str(place), model_info={"name": name})
        for place, name in enumerate(names)
    ]
    found = rows_of(read(store(tmp_path / "s", *records)), tmp_path)
    assert len(found) == len(names)


def test_too_many_evaluations_for_one_board_are_refused_with_advice(tmp_path: Path) -> None:
    results = [result(f"E{n}", 0.5, f"kind-{n}") for n in range(200)]
    with pytest.raises(InputError, match="import one collection at a time"):
        read(store(tmp_path / "s", record("maker/one", *results)))


def test_the_shared_records_are_imported_and_hold(shared_data: SharedData, tmp_path: Path) -> None:
    imported = read(shared_data("every-eval-ever"))
    found = rows_of(imported, tmp_path)
    assert imported.refused == []
    assert found["yi-1.5-34b-chat"]["public"]["score"] == 0.5229
    six = reported(imported, "llama-pro-8b-instruct")
    assert (six["ifeval"]["score"], six["musr"]["score"]) == (Fraction("0.4486"), Fraction("0.419"))


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
