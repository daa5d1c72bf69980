"""A publication leaves as records of Every Eval Ever, which hold nothing held-out, and comes back as itself."""

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from click.testing import CliRunner

from builders import benchmark, built, entry, files_of, held_out_store, items, three_entries, with_model
from eee_source import instance, record, result, store
from proofboard.app.build import build
from proofboard.app.reading.exporting import export_records
from proofboard.app.verify import verify
from proofboard.cli.export import command
from proofboard.errors import InputError, OutputError, UnknownEntryError
from proofboard.record.every_eval_ever.checked import instance_of, record_of
from proofboard.record.every_eval_ever.importer import read
from proofboard.record.freeze import write_benchmark
from proofboard.record.imported import ImportedEntry, NewBundle
from proofboard.schemas.benchmark import Aggregate, Borda, GraderSpec, Mean, Metric, Threshold, WeightedMean
from proofboard.schemas.bundle import ReportedScore, Response, Usage, Verdict
from proofboard.schemas.configuration import Configuration, Decoding
from proofboard.schemas.item import Item

SharedData = Callable[[str], Path]
Files = dict[str, bytes]

ESSENTIAL = {
    "schema_version",
    "evaluation_id",
    "retrieved_timestamp",
    "source_metadata",
    "model_info",
    "eval_library",
    "evaluation_results",
}
SAMPLES = re.compile(
    r"data/[^/]+/[^/]+/[^/]+/[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}_samples\.jsonl"
)


def exported(site: Path, out: Path, **options: Any) -> Files:
    export_records(str(site), out, **options)
    return files_of(out)


def records_of(files: Files) -> dict[str, dict[str, Any]]:
    """Answer the records by the entries that they are of."""
    found = [json.loads(raw) for path, raw in files.items() if path.endswith(".json")]
    return {own["model_info"]["additional_details"]["proofboard_entry"]: own for own in found}


def instances_of(files: Files, own: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in files[own["detailed_evaluation_results"]["file_path"]].splitlines()]


def again(out: Path, place: Path) -> Path:
    """Import what was exported, and build it."""
    imported = read(out)
    assert imported.refused == []
    write_benchmark(imported, place / "benchmark")
    build(place / "benchmark", place / "site")
    assert verify(str(place / "site")).holds
    return place / "site"


def published(site: Path) -> dict[str, tuple[Any, ...]]:
    """Answer what a reader looks at: every entry's rank, exact score, scores by slice, and how they are known."""
    board = json.loads((site / "leaderboard.json").read_text())
    rows = [*board["entries"], *(row for other in board["other_protocols"] for row in other["entries"])]
    return {
        f"{row['vendor']}/{row['config_name']}": (
            row["rank"],
            row["public"]["exact"],
            row["public"]["by"],
            row["public"]["metrics"],
            row["public"]["assurance"],
            row["configuration"],
            row["date"],
        )
        for row in rows
    }


def rich(tmp_path: Path) -> Path:
    """Build a board with trials, usage, weights, references of several kinds, and answers that are no text."""
    asked = [
        Item(id="a", prompt="List", reference=["x", "y"], weight=3, cluster="one", title="A list"),
        Item(id="b", prompt="Number", reference=4, choices=["3", "4"]),
        Item(id="c", reference={"distribution": {"p": 0.5, "q": 0.5}}, prompt="Shares"),
        Item(id="d", prompt="Nobody answers", reference="z", created="2025-01-01"),
        Item(id="e", reference="no text"),
    ]
    usage = Usage(prompt_tokens=10, completion_tokens=3, microseconds=1_234_567, cost_nanodollars=5)
    answers = [
        Response(prompt_id="a", output="x", usage=usage),
        Response(prompt_id="a", output="", trial=1),
        Response(prompt_id="b", output=4, trial=1, usage=Usage(total_tokens=7)),
        Response(prompt_id="b", output=["3", "4"]),
        Response(prompt_id="c", output={"distribution": {"p": 0.25, "q": 0.75}}),
        Response(prompt_id="c", state="refused", trial=1),
        Response(prompt_id="e", output="no text"),
        Response(prompt_id="e", output=None, trial=1, state="missing"),
    ]
    scores = [ReportedScore(item_id="a", trial=trial, scores={"style": 700_000 + trial}) for trial in range(2)]
    rules = benchmark(
        facets={},
        metrics={
            "right": Metric(grader=GraderSpec(kind="exact"), places=9),
            "bar": Metric(threshold=Threshold(metric="right", at_least="1")),
            "style": Metric(reported=True, denominator=10**6, missing="drop", direction="lower"),
        },
        headline="whole",
        aggregates={
            "whole": Aggregate(weighted=WeightedMean(children={"right": 3, "a": 1})),
            "a": Aggregate(mean=Mean(metric="right")),
            "points": Aggregate(borda=Borda(children=["right", "style"])),
        },
    )
    entries = [
        ImportedEntry(_configured("acme/one"), [NewBundle(responses=answers, scores=scores, trials=2)]),
        ImportedEntry(
            _configured("acme/two"), [NewBundle(responses=answers[:1], recorded="2026-01-02T03:04:05+02:00")]
        ),
    ]
    return built(tmp_path, entries, name="rich", rules=rules, asked=asked)


def _configured(name: str) -> Configuration:
    vendor, config_name = name.split("/")
    return Configuration(
        vendor=vendor, config_name=config_name, decoding=Decoding(model=f"m/{name}", temperature=0.0), kind="seed"
    )


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built(tmp_path_factory.mktemp("export"))


def test_there_is_one_record_for_each_entry_and_an_instance_for_each_item_score(site: Path, tmp_path: Path) -> None:
    files = exported(site, tmp_path / "out")
    found = records_of(files)
    assert list(found) == ["acme/base", "acme/best", "bolt/base"]
    for own in found.values():
        assert own.keys() >= ESSENTIAL
        rows = instances_of(files, own)
        assert [row["sample_id"] for row in rows] == [f"q{n}" for n in range(8)]
        assert {(row["evaluation_id"], row["model_id"]) for row in rows} == {
            (own["evaluation_id"], own["model_info"]["id"])
        }


def test_a_record_names_its_instances_by_path_checksum_and_number(site: Path, tmp_path: Path) -> None:
    files = exported(site, tmp_path / "out")
    for own in records_of(files).values():
        named = own["detailed_evaluation_results"]
        raw = files[named["file_path"]]
        assert SAMPLES.fullmatch(named["file_path"])
        assert named["file_path"].replace("_samples.jsonl", ".json") in files
        assert (named["checksum"], named["total_rows"]) == (hashlib.sha256(raw).hexdigest(), raw.count(b"\n"))


def test_every_instance_belongs_to_one_result_of_its_record(site: Path, tmp_path: Path) -> None:
    files = exported(site, tmp_path / "out")
    for own in records_of(files).values():
        results = {own["evaluation_result_id"]: own["evaluation_name"] for own in own["evaluation_results"]}
        assert len(results) == len(own["evaluation_results"])
        for row in instances_of(files, own):
            assert results[row["evaluation_result_id"]] == row["evaluation_name"]


def test_scores_are_the_published_ones_with_their_uncertainty(site: Path, tmp_path: Path) -> None:
    own = records_of(exported(site, tmp_path / "out"))["acme/best"]
    by_number = {
        one["metric_config"]["additional_details"]["proofboard_number"]: one["score_details"]
        for one in own["evaluation_results"]
    }
    assert by_number["correct"]["score"] == 0.875
    assert by_number["correct"]["uncertainty"]["num_samples"] == 8
    assert by_number["correct"]["uncertainty"]["confidence_interval"]["confidence_level"] == 0.95
    assert by_number["correct@language=de"] == {"score": 1.0, "uncertainty": {"num_samples": 4}}


def test_an_instance_says_what_was_asked_answered_and_how_it_was_scored(site: Path, tmp_path: Path) -> None:
    files = exported(site, tmp_path / "out")
    row = instances_of(files, records_of(files)["bolt/base"])[7]
    assert row["input"] == {"raw": "Which number is q7?", "reference": ["7"]}
    assert (row["output"], row["evaluation"]) == ({"raw": ["not q7"]}, {"score": 0.0, "is_correct": False})
    assert row["metadata"]["language"] == "en"
    plain = json.dumps({"raw": "Which number is q7?", "reference": ["7"]}, separators=(",", ":"))
    assert row["sample_hash"] == hashlib.sha256(plain.encode()).hexdigest()


def test_times_are_the_days_that_the_publication_names(site: Path, tmp_path: Path) -> None:
    own = records_of(exported(site, tmp_path / "out"))["acme/best"]
    assert (own["retrieved_timestamp"], own["evaluation_timestamp"]) == ("1767312000", "2026-01-02")


def test_a_publication_without_days_has_an_unknown_time(tmp_path: Path) -> None:
    bundle = NewBundle(responses=[Response(prompt_id="q0", output="0")])
    undated = ImportedEntry(Configuration(vendor="a", config_name="b"), [bundle])
    own = records_of(exported(built(tmp_path, [undated]), tmp_path / "out"))["a/b"]
    assert own["retrieved_timestamp"] == "unknown"
    assert "evaluation_timestamp" not in own


def test_equal_publications_give_equal_bytes(site: Path, tmp_path: Path) -> None:
    assert exported(site, tmp_path / "one") == exported(site, tmp_path / "two")


def test_nothing_held_out_is_exported(tmp_path: Path) -> None:
    entries = three_entries()
    right = {own.configuration.name: 31 for own in entries}
    held = held_out_store(tmp_path / "store", {name: count for name, count in right.items() if name != "bolt/base"})
    whole = exported(built(tmp_path, entries, name="held", held_out=held), tmp_path / "one")
    public = exported(built(tmp_path, entries, name="public"), tmp_path / "two")
    assert whole.keys() == public.keys()
    without = [
        {path: re.sub(rb"sha256:[0-9a-f]{64}", b"", raw) for path, raw in files.items()} for files in (whole, public)
    ]
    assert without[0] == without[1]


def test_a_run_that_is_no_measurement_is_left_out(tmp_path: Path) -> None:
    asked = items(12)
    same = NewBundle(responses=[Response(prompt_id=item.id, output="yes") for item in asked])
    constant = ImportedEntry(Configuration(vendor="acme", config_name="constant"), [same])
    place = built(tmp_path, [entry("acme/best", 7, asked=asked), constant], asked=asked)
    assert list(records_of(exported(place, tmp_path / "out"))) == ["acme/best"]


def test_single_entries_are_exported_by_their_names(site: Path, tmp_path: Path) -> None:
    assert list(records_of(exported(site, tmp_path / "out", entries=["acme/best"]))) == ["acme/best"]
    with pytest.raises(UnknownEntryError):
        export_records(str(site), tmp_path / "other", entries=["acme/worst"])
    assert not (tmp_path / "other").exists()


def test_a_folder_that_holds_something_is_not_written_to(site: Path, tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("mine")
    with pytest.raises(OutputError, match="not empty"):
        export_records(str(site), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["--to", "every-eval-ever"],
        ["--to", "every-eval-ever", "--format", "csv", "--out", "x"],
        ["--to", "every-eval-ever", "--board", "items", "--out", "x"],
    ],
)
def test_options_that_do_not_go_together_are_refused(site: Path, arguments: list[str]) -> None:
    assert CliRunner().invoke(command, [str(site), *arguments]).exit_code == 2


def test_the_command_says_what_it_wrote(site: Path, tmp_path: Path) -> None:
    done = CliRunner().invoke(command, [str(site), "--to", "every-eval-ever", "--out", str(tmp_path / "out")])
    assert (done.exit_code, done.output) == (0, f"{tmp_path / 'out'}: 3 records\n")


def test_exported_records_have_the_shape_that_the_importer_asks_for(site: Path, tmp_path: Path) -> None:
    for files in (exported(site, tmp_path / "plain"), exported(rich(tmp_path), tmp_path / "out")):
        for path, raw in files.items():
            for number, line in enumerate(raw.splitlines(), start=1):
                (record_of if path.endswith(".json") else instance_of)(json.loads(line), path, number)


def test_exported_records_follow_the_schema(site: Path, tmp_path: Path, shared_data: SharedData) -> None:
    folder = shared_data("every-eval-ever")
    schemas = {
        ending: jsonschema.Draft7Validator(json.loads((folder / name).read_text()))
        for ending, name in ((".json", "eval.schema.json"), (".jsonl", "instance_level_eval.schema.json"))
    }
    for files in (exported(site, tmp_path / "plain"), exported(rich(tmp_path), tmp_path / "out")):
        for path, raw in files.items():
            for line in raw.splitlines():
                schemas[Path(path).suffix].validate(json.loads(line))


@pytest.mark.parametrize("make", ["plain", "rich"])
def test_a_publication_comes_back_as_itself_to_the_last_byte(make: str, site: Path, tmp_path: Path) -> None:
    place = site if make == "plain" else rich(tmp_path)
    first = exported(place, tmp_path / "first")
    back = again(tmp_path / "first", tmp_path)
    assert published(back) == published(place)
    assert exported(back, tmp_path / "second") == first


def test_tracks_and_other_protocols_come_back(tmp_path: Path) -> None:
    older = with_model("bolt/base", "open/bolt", 5)
    entries = [entry("acme/best", 7), ImportedEntry(older.configuration, older.bundles, "0")]
    place = built(tmp_path, entries)
    first = exported(place, tmp_path / "first")
    back = again(tmp_path / "first", tmp_path)
    assert published(back) == published(place)
    assert exported(back, tmp_path / "second") == first


def test_answers_that_the_platform_failed_on_stay_failures(tmp_path: Path) -> None:
    answers = [Response(prompt_id=f"q{n}", output=str(n)) for n in range(7)]
    failed = [*answers, Response(prompt_id="q7", state="platform_failure")]
    rules = benchmark(metrics={"correct": Metric(grader=GraderSpec(kind="exact")), "style": Metric(reported=True)})
    scores = [ReportedScore(item_id="q0", scores={"style": 1})]
    own = ImportedEntry(Configuration(vendor="a", config_name="b"), [NewBundle(responses=failed, scores=scores)])
    place = built(tmp_path, [own, entry("acme/best", 7)], rules=rules)
    exported(place, tmp_path / "first")
    assert published(again(tmp_path / "first", tmp_path)) == published(place)


def test_what_judges_voted_comes_back_as_reported(tmp_path: Path) -> None:
    rules = benchmark(metrics={"correct": Metric(grader=GraderSpec(kind="votes"))})
    asked = items()
    votes = [Verdict(prompt_id=item.id, passed=place < 5) for place, item in enumerate(asked)]
    bundle = NewBundle(responses=[Response(prompt_id=item.id, output=item.id) for item in asked], verdicts=votes)
    own = ImportedEntry(Configuration(vendor="a", config_name="b"), [bundle])
    place = built(tmp_path, [own], rules=rules)
    first = exported(place, tmp_path / "first")
    back = again(tmp_path / "first", tmp_path)
    (score,) = published(back).values()
    assert (score[1], score[4]) == (["5", "8"], "reported")
    assert exported(back, tmp_path / "second") == first


def test_a_score_that_was_changed_on_the_way_is_not_believed(site: Path, tmp_path: Path) -> None:
    files = exported(site, tmp_path / "out")
    own = records_of(files)["acme/best"]
    path = own["detailed_evaluation_results"]["file_path"]
    (tmp_path / "out" / path).write_bytes(files[path].replace(b'"score":0.0', b'"score":1.0'))
    imported = read(tmp_path / "out")
    assert [fault.file for fault in imported.refused] == [path]
    changed = {**own, "detailed_evaluation_results": None}
    (tmp_path / "out" / path.replace("_samples.jsonl", ".json")).write_text(json.dumps(changed))
    imported = read(tmp_path / "out")
    assert imported.benchmark.metrics["correct"].reported
    assert any("does not give the recorded scores again" in note for note in imported.notes)


def test_records_whose_own_details_were_spoilt_are_refused_one_by_one(site: Path, tmp_path: Path) -> None:
    files = exported(site, tmp_path / "out")
    own = records_of(files)["acme/best"]
    path = own["detailed_evaluation_results"]["file_path"].replace("_samples.jsonl", ".json")
    own["model_info"]["additional_details"]["proofboard_configuration"] = '{"vendor": 7}'
    (tmp_path / "out" / path).write_text(json.dumps(own))
    imported = read(tmp_path / "out")
    assert sorted(one.configuration.name for one in imported.entries) == ["acme/base", "bolt/base"]
    assert {fault.file for fault in imported.refused} == {path}


def test_rules_that_cannot_be_used_leave_records_like_any_others(site: Path, tmp_path: Path) -> None:
    for path, raw in exported(site, tmp_path / "out").items():
        spoilt = raw.replace(b'\\"headline\\":\\"correct\\"', b'\\"headline\\":\\"nothing\\"')
        (tmp_path / "out" / path).write_bytes(spoilt)
    imported = read(tmp_path / "out")
    assert any("the rules that the records name are not used" in note for note in imported.notes)
    assert len(list(imported.entries)) == 3


def foreign(folder: Path) -> Path:
    """Write records of others: two models with samples, one without, a second evaluation, uncertainty and judges."""
    args = {"generation_args": {"temperature": 0.5, "max_tokens": 100}}
    essays = result(
        "Essays",
        73.4,
        "quality",
        metric_config={"min_score": 0, "max_score": 100, "metric_unit": "points"},
        score_details={"uncertainty": {"standard_error": {"value": 1.5}, "num_samples": 50}, "details": {"k": "v"}},
        generation_config=args,
    )
    records, rows = [], []
    for place, name in enumerate(("one", "two")):
        own = record(f"maker/{name}", result("Sums", (3 - place) / 4), essays, evaluation_timestamp="1700000000")
        records.append(own)
        rows += [instance(f"q{n}", str(n) if n < 3 - place else "no", float(n < 3 - place), own) for n in range(4)]
    return store(folder, *records, record("other/three", result("Sums", 0.1234)), instances=rows)


def numbers_of(files: Files) -> dict[tuple[str, str, str], float]:
    """Answer the scores of records by model, evaluation and metric; without what our export adds."""
    found: dict[tuple[str, str, str], float] = {}
    for raw in (raw for path, raw in files.items() if path.endswith(".json")):
        own = json.loads(raw)
        for one in own["evaluation_results"]:
            key = (own["model_info"]["id"], one["evaluation_name"], str(one["metric_config"].get("metric_kind")))
            found[key] = one["score_details"]["score"]
    return found


def test_records_of_others_keep_their_numbers_and_words(tmp_path: Path) -> None:
    foreign(tmp_path / "source")
    back = again(tmp_path / "source", tmp_path / "one")
    files = exported(back, tmp_path / "out")
    before, after = numbers_of(files_of(tmp_path / "source")), numbers_of(files)
    assert {key: after[key] for key in before} == before
    own = next(one for one in records_of(files).values() if one["model_info"]["id"] == "maker/one")
    assert own["source_metadata"]["source_organization_name"] == "Some institute"
    assert own["source_metadata"]["evaluator_relationship"] == "third_party"
    assert own["eval_library"] == {"name": "some_eval", "version": "1.2"}
    (essays,) = [one for one in own["evaluation_results"] if one["evaluation_name"] == "Essays"]
    assert essays["score_details"]["uncertainty"] == {"standard_error": {"value": 1.5}, "num_samples": 50}
    assert essays["generation_config"]["generation_args"] == {"temperature": 0.5, "max_tokens": 100}
    assert essays["source_data"]["hf_repo"] == "maker/Essays"


def test_records_of_others_come_back_to_the_last_byte_once_they_were_exported(tmp_path: Path) -> None:
    foreign(tmp_path / "source")
    first_site = again(tmp_path / "source", tmp_path / "one")
    first = exported(first_site, tmp_path / "first")
    back = again(tmp_path / "first", tmp_path / "two")
    assert published(back) == published(first_site)
    assert exported(back, tmp_path / "second") == first


def test_records_of_others_follow_the_schema_after_their_way(tmp_path: Path, shared_data: SharedData) -> None:
    folder = shared_data("every-eval-ever")
    schema = jsonschema.Draft7Validator(json.loads((folder / "eval.schema.json").read_text()))
    first_site = again(folder, tmp_path)
    files = exported(first_site, tmp_path / "first")
    for raw in files.values():
        schema.validate(json.loads(raw))
    before = numbers_of({path: raw for path, raw in files_of(folder).items() if _is_record(raw)})
    assert {key: numbers_of(files)[key] for key in before} == before
    back = again(tmp_path / "first", tmp_path / "two")
    assert exported(back, tmp_path / "second") == files


def _is_record(raw: bytes) -> bool:
    return b'"evaluation_results"' in raw and b'"$schema"' not in raw


def test_an_empty_board_is_refused_and_nothing_is_written(tmp_path: Path) -> None:
    place = built(tmp_path, [entry("acme/best", -1)])
    with pytest.raises(InputError, match="nothing was written"):
        export_records(str(place), tmp_path / "out")
    assert not (tmp_path / "out").exists()
