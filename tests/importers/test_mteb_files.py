"""The result files of MTEB: today's layout and the one before mteb 1.11, and everything that is refused."""

import json
import tarfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from command_line import run
from mteb_source import (
    ONE,
    TASKS,
    read_cells,
    write_meta,
    write_model,
    write_old_result,
    write_result,
    write_specification,
)
from proofboard.errors import InputError
from proofboard.record.mteb.importer import read

HALF = 500_000_000_000
QUARTER = 250_000_000_000


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return write_specification(tmp_path / "source")


def faults(source: Path) -> list[str]:
    with pytest.raises(InputError) as caught:
        read(source)
    return [str(fault) for fault in caught.value.faults]


def notes(source: Path) -> str:
    return "\n".join(read(source).notes)


def test_other_splits_subsets_and_tasks_are_not_read(source: Path) -> None:
    path = write_result(source, "Gamma", {"de": 0.5, "it": "no number"})
    said = json.loads(path.read_text())
    said["scores"]["validation"] = [{"hf_subset": "de", "main_score": "no number"}]
    path.write_text(json.dumps(said))
    write_result(source, "Delta", {"default": 0.5})
    assert read_cells(source) == {"gamma-test-de": HALF}
    assert "1 result file(s) are of tasks that the benchmark does not have" in notes(source)


def test_nan_and_infinity_where_nothing_is_read_are_noted_and_lose_nothing(source: Path) -> None:
    path = write_result(source, "Alpha", {"default": 0.5})
    path.write_text(path.read_text().replace('"languages": []', '"nauc": NaN, "other": [-Infinity, 1e999]'))
    assert read_cells(source) == {"alpha-test-default": HALF}
    assert "1 result file(s) hold NaN or Infinity" in notes(source)
    assert "main score that is unknown" not in notes(source)


@pytest.mark.parametrize("written", ["NaN", "Infinity", "-Infinity", "1e999", "null"])
def test_a_main_score_that_is_no_number_of_json_is_unknown_and_noted(source: Path, written: str) -> None:
    path = write_result(source, "Alpha", {"default": 0.5})
    path.write_text(path.read_text().replace("0.5", written))
    write_result(source, "Beta", {"default": 0.5})
    assert read_cells(source) == {"alpha-test-default": None, "beta-test-default": HALF}
    assert "1 result file(s) have a main score that is unknown" in notes(source)


def test_a_subset_without_a_main_score_is_unknown(source: Path) -> None:
    write_result(source, "Alpha", {}, scores={"test": [{"hf_subset": "default", "cosine_spearman": 0.5}]})
    write_result(source, "Beta", {"default": 0.5})
    assert read_cells(source) == {"alpha-test-default": None, "beta-test-default": HALF}


def test_a_model_without_any_score_is_left_out_with_a_note(source: Path) -> None:
    write_result(source, "Alpha", {"default": 0.5})
    write_result(source, "Alpha", {"default": float("nan")}, "maker/two")
    write_result(source, "Alpha", {"elsewhere": 0.5}, "maker/three")
    assert [entry.configuration.config_name for entry in read(source).entries] == ["one"]
    assert "2 model(s) have no score on any cell of the benchmark and were left out" in notes(source)


def test_a_main_score_that_is_not_the_tasks_main_score_is_noted_and_counts(source: Path) -> None:
    row = {"hf_subset": "default", "main_score": 0.5, "cosine_spearman": 0.25}
    write_result(source, "Alpha", {}, scores={"test": [row]})
    assert read_cells(source) == {"alpha-test-default": HALF}
    assert "1 result file(s) have a main_score that is not the task's main score" in notes(source)


@pytest.mark.parametrize(
    ("task", "main_score", "splits", "expected"),
    [
        ("Alpha", "ndcg_at_10", {"test": {"ndcg_at_10": 0.5, "evaluation_time": 3.5}}, {"alpha-test-default": HALF}),
        ("Alpha", "cosine_spearman", {"test": {"cos_sim": {"spearman": 0.5}}}, {"alpha-test-default": HALF}),
        ("Alpha", "dot_ap", {"test": {"dot": {"ap": 0.5}, "max": {"ap": 0.9}}}, {"alpha-test-default": HALF}),
        ("Alpha", "max_ap", {"test": {"dot": {"ap": 0.9}, "max": {"ap": 0.5}}}, {"alpha-test-default": HALF}),
        ("Alpha", "similarity_ap", {"test": {"similarity": {"ap": 0.5}}}, {"alpha-test-default": HALF}),
        ("Alpha", "v_measure", {"test": {"v_measure": 0.5, "v_measures": {"x": [1]}}}, {"alpha-test-default": HALF}),
        ("Alpha", "accuracy", {"test": {"main_score": 0.5, "accuracy": 0.9}}, {"alpha-test-default": HALF}),
        (
            "Gamma",
            "ndcg_at_10",
            {"test": {"de": {"ndcg_at_10": 0.5}, "it": {"ndcg_at_10": 0.9}, "evaluation_time": 1.0}},
            {"gamma-test-de": HALF},
        ),
        (
            "Gamma",
            "cosine_spearman",
            {"test": {"de": {"cos_sim": {"spearman": 0.5}}, "fr": {"cos_sim": {"spearman": 0.25}}}},
            {"gamma-test-de": HALF, "gamma-test-fr": QUARTER},
        ),
        (
            "Gamma",
            "ndcg_at_10",
            {"validation": {"de": {"ndcg_at_10": 0.9}}, "test": {"fr": {"ndcg_at_10": 0.5}}},
            {"gamma-test-fr": HALF},
        ),
    ],
)
def test_a_file_from_before_1_11_gives_the_tasks_main_score(
    source: Path, task: str, main_score: str, splits: Any, expected: dict[str, int]
) -> None:
    write_specification(source, {task: {**TASKS[task], "main_score": main_score}})
    write_old_result(source, task, **splits)
    assert read_cells(source) == expected
    assert "1 result file(s) have the layout from before mteb 1.11" in notes(source)


def test_subsets_that_were_renamed_since_1_11_are_found(source: Path) -> None:
    tasks = {
        "MLSUMClusteringP2P": {"type": "Clustering", "splits": ["test"], "subsets": ["fr"], "main_score": "v_measure"},
        "XPQARetrieval": {"type": "R", "splits": ["test"], "subsets": ["fra-fra"], "main_score": "ndcg_at_10"},
    }
    write_specification(source, tasks)
    write_old_result(source, "MLSUMClusteringP2P", test={"v_measure": 0.5})
    write_old_result(source, "XPQARetrieval", test={"fr": {"ndcg_at_10": 0.25}})
    assert read_cells(source) == {"mlsumclusteringp2p-test-fr": HALF, "xpqaretrieval-test-fra-fra": QUARTER}


def test_a_file_from_before_1_11_without_a_version_comes_after_one_that_has_it(source: Path) -> None:
    write_result(source, "Alpha", {"default": 0.5}, revision="e" * 40, mteb_version="1.11.0")
    path = write_old_result(source, "Alpha", test={"cos_sim": {"spearman": 0.25}})
    said = json.loads(path.read_text())
    del said["mteb_version"]
    path.write_text(json.dumps(said))
    assert read_cells(source) == {"alpha-test-default": HALF}


def test_a_file_from_before_1_11_needs_the_name_of_the_main_score(source: Path) -> None:
    write_specification(source, {"Alpha": {"type": "STS", "splits": ["test"], "subsets": ["default"]}})
    write_old_result(source, "Alpha", test={"cos_sim": {"spearman": 0.25}})
    (fault,) = faults(source)
    assert "the specification must name the main_score of Alpha" in fault


@pytest.mark.parametrize("score", ["0.5", True, [0.5], {"value": 0.5}, 10**20])
def test_a_score_that_is_no_number_is_a_fault_with_its_file(source: Path, score: object) -> None:
    write_result(source, "Alpha", {"default": score})
    (fault,) = faults(source)
    assert "maker__one" in fault
    assert "Alpha.json: has the main score" in fault
    assert "expected a number" in fault


@pytest.mark.parametrize("score", [75.22, -1.000001, 2, 1e308])
def test_a_score_out_of_range_is_a_fault(source: Path, score: float) -> None:
    write_result(source, "Alpha", {"default": score})
    (fault,) = faults(source)
    assert f"has the main score {score}, expected -1 to 1, in test, default" in fault


def test_a_bad_score_of_a_revision_that_does_not_count_is_no_fault(source: Path) -> None:
    write_specification(source, main_revision={ONE: "e" * 40})
    write_result(source, "Alpha", {"default": 75.22}, revision="external")
    write_result(source, "Alpha", {"default": 0.5}, revision="e" * 40)
    assert read_cells(source) == {"alpha-test-default": HALF}


def test_a_file_of_another_task_is_a_fault(source: Path) -> None:
    write_result(source, "Alpha", {"default": 0.5}, task_name="Beta")
    assert "is of the task 'Beta', expected 'Alpha'" in faults(source)[0]


@pytest.mark.parametrize(
    "scores", [None, [], "x", {"test": None}, {"test": {"default": 0.5}}, {"test": [0.5]}, {"validation": "x"}]
)
def test_scores_of_another_shape_are_a_fault(source: Path, scores: object) -> None:
    write_result(source, "Alpha", {}, scores=scores)
    assert "has the scores" in faults(source)[0]


def test_a_cell_with_several_scores_is_a_fault_unless_they_agree(source: Path) -> None:
    row = {"hf_subset": "default", "main_score": 0.5}
    write_result(source, "Alpha", {}, scores={"test": [row, row]})
    assert read_cells(source) == {"alpha-test-default": HALF}
    write_result(source, "Alpha", {}, scores={"test": [row, {**row, "main_score": 0.25}]})
    assert "has several scores of test, default; keep one" in faults(source)[0]


@pytest.mark.parametrize(
    "meta",
    [b"[]", b"{}", b'{"name": ""}', b'{"name": 7}', b'{"name": "a/b", "revision": 4}', b"{", b"\xff", b'{"name": "'],
)
def test_a_model_that_is_not_described_is_a_fault(source: Path, meta: bytes) -> None:
    write_result(source, "Alpha", {"default": 0.5})
    (write_meta(source) / "model_meta.json").write_bytes(meta)
    assert "model_meta.json" in faults(source)[0]


def truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-7])


def nest(path: Path) -> None:
    path.write_text("[" * 100_000)


def empty(path: Path) -> None:
    path.write_bytes(b"")


def list_instead(path: Path) -> None:
    path.write_text("[1]")


@pytest.mark.parametrize("damage", [truncate, nest, empty, list_instead])
def test_a_damaged_file_is_refused_without_a_traceback_and_nothing_is_written(
    source: Path, tmp_path: Path, damage: Callable[[Path], None]
) -> None:
    damage(write_result(source, "Alpha", {"default": 0.5}))
    done = run("import", "mteb", source, "--new", tmp_path / "made")
    assert (done.status, "Alpha.json" in done.err, "Traceback" in done.err) == (2, True, False)
    assert not (tmp_path / "made").exists()


def test_all_faults_are_reported_at_once(source: Path) -> None:
    truncate(write_result(source, "Alpha", {"default": 0.5}))
    write_result(source, "Beta", {"default": 0.5}, task_name="Alpha")
    (write_meta(source, "maker/two") / "model_meta.json").write_text("[]")
    assert len(faults(source)) == 3


def test_a_source_without_a_specification_is_told_what_to_do(source: Path) -> None:
    write_result(source, "Alpha", {"default": 0.5})
    (source / "benchmark_spec.json").unlink()
    (fault,) = faults(source)
    assert "holds no benchmark_spec.json" in fault
    assert "put one beside results/" in fault


def test_two_specifications_are_refused(source: Path) -> None:
    write_result(source, "Alpha", {"default": 0.5})
    write_specification(source / "results")
    assert "holds 2 specifications, keep one" in faults(source)[0]


@pytest.mark.parametrize(
    "tasks",
    [
        {},
        [],
        {"Alpha": {"type": "STS", "splits": [], "subsets": ["default"]}},
        {"Alpha": {"type": "STS", "splits": ["test"]}},
        {"Alpha": {"type": "", "splits": ["test"], "subsets": ["default"]}},
        {"Alpha": {"type": "STS", "splits": "test", "subsets": ["default"]}},
    ],
)
def test_a_specification_of_another_shape_is_refused(source: Path, tasks: object) -> None:
    write_result(source, "Alpha", {"default": 0.5})
    write_specification(source, tasks)
    assert all(fault.startswith("benchmark_spec.json") for fault in faults(source))


def test_a_task_that_the_specification_names_twice_is_refused(source: Path) -> None:
    said = (source / "benchmark_spec.json").read_text()
    (source / "benchmark_spec.json").write_text(said.replace('"Beta"', '"Alpha"'))
    assert "'Alpha' twice" in faults(source)[0]


def test_a_source_without_results_is_refused(source: Path) -> None:
    assert "holds no scores of Example(v1)" in faults(source)[0]


def test_an_archive_that_leaves_its_folder_is_refused(source: Path, tmp_path: Path) -> None:
    write_model(source, ONE, 0.5, 0.5, (0.5, 0.5))
    with tarfile.open(source / "results.tar.xz", "w:xz") as archive:
        member = tarfile.TarInfo("../../evil.json")
        member.size = 2
        archive.addfile(member, BytesIO(b"{}"))
    done = run("import", "mteb", source, "--new", tmp_path / "made")
    assert (done.status, "Traceback" in done.err) == (2, False)
    assert "leaves its folder" in done.err
    assert not list(tmp_path.rglob("evil.json"))
    assert not (tmp_path / "made").exists()


def test_files_that_are_not_known_are_listed(source: Path) -> None:
    write_result(source, "Alpha", {"default": 0.5})
    (source / "README.md").write_text("hello")
    (source / "notes.json").write_text("{")
    assert "2 file(s) are of no known kind and were not read: README.md, notes.json" in notes(source)
