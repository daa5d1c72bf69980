"""What is imported from SynthBench: one entry for each result file, scored on the questions that it holds."""

import csv
import json
import math
import re
import zipfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from proofboard.app.build import build
from proofboard.core.graders.registry import built_in
from proofboard.core.rules.benchmark import check_benchmark
from proofboard.errors import InputError
from proofboard.record.freeze import write_benchmark
from proofboard.record.imported import Imported, ImportedEntry
from proofboard.record.synthbench.importer import read
from proofboard.schemas.base import PATH_ID_PATTERN
from proofboard.schemas.item import Item

PEOPLE = {"Yes": 0.6, "No": 0.3, "Refused": 0.1}
MODEL = {"Yes": 0.5, "No": 0.5, "Refused": 0.0}

SharedData = Callable[[str], Path]


def question(key: str = "Q1", **changed: Any) -> dict[str, Any]:
    return {
        "key": key,
        "text": f"Is it {key}?",
        "options": list(PEOPLE),
        "human_distribution": PEOPLE,
        "model_distribution": MODEL,
        "jsd": 0.1,
        "human_refusal_rate": 0.1,
        "model_refusal_rate": 0.0,
        **changed,
    }


def result(*questions: dict[str, Any], config: Mapping[str, Any] | None = None, **changed: Any) -> dict[str, Any]:
    return {
        "benchmark": "synthbench",
        "schema_version": 1,
        "version": "0.1.0",
        "timestamp": "2026-04-12T06:53:17.093205+00:00",
        "config": {"dataset": "survey", "provider": "router/maker/model", "temperature": None, **(config or {})},
        "scores": {"sps": 0.7, "p_dist": 0.8},
        "aggregate": {"composite_parity": 0.6, "n_questions": len(questions or [1])},
        "per_question": list(questions) if questions else [question()],
        **changed,
    }


def write(folder: Path, **documents: object) -> Path:
    """Write JSON files by the stem of their name."""
    folder.mkdir(parents=True, exist_ok=True)
    for stem, document in documents.items():
        (folder / f"{stem}.json").write_text(json.dumps(document), encoding="utf-8")
    return folder


def by_source(imported: Imported) -> dict[str, ImportedEntry]:
    return {entry.bundles[0].source.name: entry for entry in imported.entries if entry.bundles[0].source}


def faults_of(source: Path) -> list[str]:
    with pytest.raises(InputError) as caught:
        read(source)
    return [str(fault) for fault in caught.value.faults]


def test_a_result_file_becomes_an_entry_with_its_distributions(tmp_path: Path) -> None:
    imported = read(write(tmp_path, run=result()))
    check_benchmark(imported.benchmark, "benchmark.yaml")
    [entry], [item] = list(imported.entries), imported.items
    assert (item.id, item.prompt, item.facets) == ("survey-q1", "Is it Q1?", {"dataset": "survey"})
    assert item.reference == {"distribution": PEOPLE, "refusal_rate": 0.1, "options": list(PEOPLE)}
    assert entry.bundles[0].responses[0].output == {"distribution": MODEL, "refusal_rate": 0.0}
    assert entry.configuration.name == "router/model-20260412-065317"


def test_datasets_are_tracks_that_never_compete(tmp_path: Path) -> None:
    write(tmp_path, one=result(config={"dataset": "a"}), two=result(config={"dataset": "b"}))
    imported = read(tmp_path)
    facet = imported.benchmark.facets["dataset"]
    assert (facet.role, facet.values) == ("track", ["a", "b"])
    assert [item.id for item in imported.items] == ["a-q1", "b-q1"]


def test_what_a_file_says_it_scored_is_a_claim(tmp_path: Path) -> None:
    [entry] = read(write(tmp_path, run=result())).entries
    assert entry.bundles[0].claims == {"sps": 0.7, "p_dist": 0.8, "composite_parity": 0.6, "n_prompts": 1}


def test_a_file_without_scores_or_refusal_rates_is_scored_on_what_it_holds(tmp_path: Path) -> None:
    old = question()
    del old["model_refusal_rate"], old["human_refusal_rate"]
    run = result(old, scores=None)
    del run["aggregate"]
    imported = read(write(tmp_path, run=run))
    [entry] = imported.entries
    assert entry.bundles[0].responses[0].output["refusal_rate"] is None
    assert not entry.bundles[0].claims
    assert any("no refusal rates" in note for note in imported.notes)


def test_an_older_file_shares_the_item_of_a_newer_one(tmp_path: Path) -> None:
    old = question(text="Is it", human_distribution={**PEOPLE, "Yes": 0.6001})
    del old["human_refusal_rate"]
    imported = read(write(tmp_path, a_old=result(old), b_new=result(config={"provider": "router/maker/other"})))
    [item] = imported.items
    assert item.prompt == "Is it Q1?"
    assert item.reference["refusal_rate"] == 0.1


def test_the_same_key_with_other_human_answers_is_an_item_of_its_own(tmp_path: Path) -> None:
    other = question(human_distribution={"Yes": 0.1, "No": 0.8, "Refused": 0.1})
    imported = read(write(tmp_path, a=result(), b=result(other)))
    assert [item.id for item in imported.items] == ["survey-q1", "survey-q1-v2"]
    assert [row.prompt_id for row in by_source(imported)["b.json"].bundles[0].responses] == ["survey-q1-v2"]
    assert any("b.json" in note and "Q1" in note for note in imported.notes)


def test_the_same_key_with_other_options_is_an_item_of_its_own(tmp_path: Path) -> None:
    renamed = {"Yes": 0.6, "Never": 0.3, "Refused": 0.1}
    other = question(options=list(renamed), human_distribution=renamed)
    assert len(read(write(tmp_path, a=result(), b=result(other))).items) == 2


def test_keys_that_differ_in_case_only_stay_apart(tmp_path: Path) -> None:
    ids = [item.id for item in read(write(tmp_path, run=result(question("q"), question("Q")))).items]
    assert len(set(ids)) == 2


def test_numbers_as_options_are_named_by_their_text(tmp_path: Path) -> None:
    shares = {"0.0": 0.5, "1.0": 0.5}
    asked = question(options=[0.0, 1.0], human_distribution=shares, model_distribution=shares)
    [item] = read(write(tmp_path, run=result(asked))).items
    assert item.reference["options"] == ["0.0", "1.0"]


def test_topics_of_questions_become_a_facet(tmp_path: Path) -> None:
    imported = read(write(tmp_path, run=result(question("Q1", topic="Health"), question("Q2"))))
    assert imported.benchmark.facets["topic"].values == ["Health", "unknown"]
    assert [item.facets["topic"] for item in imported.items] == ["Health", "unknown"]


def test_every_file_is_its_own_entry_with_a_name_for_paths(tmp_path: Path) -> None:
    providers = ["router/m t=0.3 tpl=short", "router/m", "router/m", "random-baseline", "a" * 200, "Ünï/✓", "x/y/z/"]
    runs = {
        f"run {number} t=0": result(question(n_samples=number), config={"provider": provider})
        for number, provider in enumerate(providers)
    }
    write(tmp_path, **runs)
    names = [entry.configuration.name for entry in read(tmp_path).entries]
    assert len({name.lower() for name in names}) == len(providers)
    for name in names:
        assert all(re.match(PATH_ID_PATTERN, part) for part in name.split("/"))


def test_the_same_source_gives_the_same_names_in_any_place(tmp_path: Path) -> None:
    for place in ("here", "there"):
        write(tmp_path / place, a=result(), b=result(question("Q2")))
    here, there = read(tmp_path / "here"), read(tmp_path / "there")
    assert [entry.configuration.name for entry in here.entries] == [entry.configuration.name for entry in there.entries]


def test_temperature_and_variant_are_part_of_the_recipe(tmp_path: Path) -> None:
    config = {"provider": "router/maker/model t=0.85 tpl=short", "prompt_template": "t/short.txt", "n_evaluated": 0}
    [entry] = read(write(tmp_path, run=result(config=config))).entries
    decoding = entry.configuration.decoding
    assert decoding
    assert (decoding.model, decoding.temperature) == ("maker/model", 0.85)
    assert entry.configuration.settings == {"prompt_template": "t/short.txt", "variant": {"tpl": "short"}}


def test_a_display_file_gives_titles_and_baselines(tmp_path: Path) -> None:
    write(tmp_path, run=result(), provider_display={"router/maker/model": ["The Model", "baseline"]})
    [entry] = read(tmp_path).entries
    assert (entry.configuration.title, entry.configuration.kind) == ("The Model", "baseline")


def test_boards_and_tables_beside_the_results_are_left_out(tmp_path: Path) -> None:
    board = {"entries": [{"provider": "x", "per_question": []}], "synthbench_version": "0.1.0"}
    (write(tmp_path, run=result(), board=board) / "note.json").write_text("not JSON", encoding="utf-8")
    imported = read(tmp_path)
    assert len(list(imported.entries)) == 1
    assert any("board.json, note.json" in note for note in imported.notes)


def test_a_broken_result_file_is_a_fault_and_does_not_vanish(tmp_path: Path) -> None:
    whole = json.dumps(result())
    (write(tmp_path, run=result()) / "cut.json").write_text(whole[: len(whole) // 2], encoding="utf-8")
    [found] = faults_of(tmp_path)
    assert found.startswith("cut.json:1: is not JSON")


def test_a_copy_of_a_file_is_left_out_with_a_note(tmp_path: Path) -> None:
    imported = read(write(tmp_path, a=result(), b=result()))
    assert len(list(imported.entries)) == 1
    assert "b.json is left out: it is a copy of a.json" in imported.notes


def test_a_file_without_questions_is_listed_without_a_bundle(tmp_path: Path) -> None:
    imported = read(write(tmp_path, a=result(), b=result(per_question=[])))
    assert [len(entry.bundles) for entry in imported.entries] == [1, 0]


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"model_distribution": {"Yes": -0.1}}, "model_distribution"),
        ({"human_distribution": {"Yes": 0.0, "No": 0.0}}, "no human share above 0"),
        ({"human_distribution": {}}, "human_distribution"),
        ({"model_refusal_rate": 1.5}, "model_refusal_rate"),
        ({"key": None}, "key"),
        ({"options": [["Yes"]]}, "options"),
    ],
)
def test_a_question_that_cannot_be_scored_is_a_fault(tmp_path: Path, changed: dict[str, Any], reason: str) -> None:
    found = faults_of(write(tmp_path, run=result(question(**changed))))
    assert found
    assert all(reason in fault and fault.startswith("run.json") for fault in found)


def test_two_different_answers_to_one_question_are_a_fault(tmp_path: Path) -> None:
    twice = result(question(), question(model_distribution=PEOPLE))
    [found] = faults_of(write(tmp_path, run=twice))
    assert "answers the question 'Q1' twice" in found


def test_the_faults_of_all_files_are_named_at_once(tmp_path: Path) -> None:
    write(tmp_path, a=result(config={"provider": ""}), b=result(per_question={}), c=result())
    assert {fault.split(":")[0] for fault in faults_of(tmp_path)} == {"a.json", "b.json"}


def test_a_folder_without_results_is_refused(tmp_path: Path) -> None:
    [found] = faults_of(write(tmp_path, board={"entries": []}))
    assert "holds no result file" in found


def test_an_archive_is_read_like_its_folder(tmp_path: Path) -> None:
    write(tmp_path / "source", run=result())
    with zipfile.ZipFile(tmp_path / "source.zip", "w") as archive:
        archive.write(tmp_path / "source" / "run.json", "results/run t=0.3.json")
    [entry] = read(tmp_path / "source.zip").entries
    assert entry.bundles[0].source
    assert entry.bundles[0].source.name == "results/run t=0.3.json"


def test_usage_is_kept_where_it_was_measured(tmp_path: Path) -> None:
    measured = question(
        "Q2", token_usage={"input_tokens": 5, "output_tokens": 2, "call_count": 3, "source": "measured"}
    )
    [entry] = read(write(tmp_path, run=result(question(), measured))).entries
    first, second = entry.bundles[0].responses
    assert first.usage is None
    assert second.usage
    assert (second.usage.prompt_tokens, second.usage.completion_tokens, second.usage.calls) == (5, 2, 3)


def test_an_import_can_be_written(tmp_path: Path) -> None:
    imported = read(write(tmp_path / "source", a=result(), b=result(question("Q2"))))
    assert write_benchmark(imported, tmp_path / "written") == 2


def graded(imported: Imported, entry: ImportedEntry) -> dict[str, float | None]:
    """Average the graders' scores over the questions of a file, as the source does."""
    items: dict[str, Item] = {item.id: item for item in imported.items}
    means: dict[str, float | None] = {}
    for name, metric in imported.benchmark.metrics.items():
        assert metric.grader
        grader = built_in(metric.grader.kind, metric.grader.options, "benchmark.yaml")
        assert grader
        made = [grader.grade(items[row.prompt_id], row, ()) for row in entry.bundles[0].responses]
        known = [float(score) for score in made if score is not None]
        means[name] = math.fsum(known) / len(known) if known else None
    present = [mean for mean in means.values() if mean is not None]
    return {**means, "sps": math.fsum(present) / len(present)}


def expected_scores(folder: Path) -> dict[str, Mapping[str, str]]:
    with (folder / "scores.csv").open(encoding="utf-8", newline="") as table:
        return {f"results/{row['file']}": row for row in csv.DictReader(table)}


def test_the_scores_of_every_file_follow_from_its_imported_distributions(shared_data: SharedData) -> None:
    folder = shared_data("synthbench")
    imported, expected = read(folder), expected_scores(folder)
    entries = by_source(imported)
    assert len(entries) == 17
    for name, entry in entries.items():
        found, row = graded(imported, entry), expected[name]
        assert found["p_dist"] == pytest.approx(float(row["p_dist"]), abs=1.5e-4), name
        assert found["p_rank"] == pytest.approx(float(row["p_rank"]), abs=2.8e-4), name
        assert (found["p_refuse"] is None) == (not row["p_refuse"]), name
        if row["p_refuse"]:
            assert found["p_refuse"] == pytest.approx(float(row["p_refuse"]), abs=2e-6), name
        if not row["p_sub_reported"]:
            assert found["sps"] == pytest.approx(float(row["sps_recomputed"]), abs=1.5e-4), name


def test_files_of_one_dataset_share_their_questions(shared_data: SharedData) -> None:
    imported = read(shared_data("synthbench"))
    counts: dict[str, int] = {}
    for item in imported.items:
        counts[item.facets["dataset"]] = counts.get(item.facets["dataset"], 0) + 1
    assert sum(counts.values()) == 984
    assert not any(item.id.endswith("-v2") for item in imported.items)


def test_every_file_keeps_the_digest_of_its_bytes(shared_data: SharedData) -> None:
    folder = shared_data("synthbench")
    expected = expected_scores(folder)
    digests: Sequence[tuple[str, str | None]] = [
        (name, entry.bundles[0].source.digest if entry.bundles[0].source else None)
        for name, entry in by_source(read(folder)).items()
    ]
    assert all(digest == f"sha256:{expected[name]['sha256']}" for name, digest in digests)


def test_the_built_board_ranks_within_datasets_and_lists_other_claims(shared_data: SharedData, tmp_path: Path) -> None:
    folder = shared_data("synthbench")
    write_benchmark(read(folder), tmp_path / "benchmark")
    build(tmp_path / "benchmark", tmp_path / "site")
    rows = json.loads((tmp_path / "site" / "leaderboard.json").read_bytes())["entries"]
    assert sum(row["rank"] == 1 for row in rows) == 3
    unranked = [row["config_name"] for row in rows if row["rank"] is None and not row["same_recipe_as"]]
    assert unranked == ["claude-sonnet-4-20260412-040741"]
    repeated = {row["config_name"]: row["same_recipe_as"] for row in rows if row["same_recipe_as"]}
    assert repeated == {"gpt-4o-mini-t0.7-20260411-203138": "synthpanel/gpt-4o-mini-t0.7-20260411-201720"}
    other = {row["config_name"] for row in rows for found in row["disagreements"] if found["statistic"] == "sps"}
    assert other == {"3-model-blend-20260412-070757", "claude-haiku-4-5-t0.85-20260411-223405"}
