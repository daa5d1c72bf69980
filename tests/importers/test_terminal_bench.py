"""What is imported from Terminal-Bench: result files, tables of trials, and systems known by their runs only."""

import csv
import json
from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from imported_oracle import Oracle, entry_named, read_back, standard_error
from proofboard.errors import InputError
from proofboard.record.imported import Imported
from proofboard.record.terminal_bench.importer import read

SharedData = Callable[[str], Path]

CORE = "bench-core@0.1.1"
SYSTEM = "20250102_agent_model-1"


def trial(task: str, attempt: str = "1-of-1", *, resolved: Any = True, **changed: Any) -> dict[str, Any]:
    return {
        "trial_name": f"{task}.{attempt}.run",
        "task_id": task,
        "is_resolved": resolved,
        "failure_mode": "unset",
        "total_input_tokens": 100,
        "total_output_tokens": 10,
        "agent_started_at": "2025-01-02T00:00:00.5+00:00",
        "agent_ended_at": "2025-01-02T00:00:02+00:00",
        **changed,
    }


def write_run(folder: Path, place: str, *trials: dict[str, Any], **changed: Any) -> Path:
    """Write a result file at a place such as `bench@1/system/run/results.json`."""
    path = folder / "results" / place
    path.parent.mkdir(parents=True, exist_ok=True)
    resolved = sum(one.get("is_resolved") is True for one in trials)
    counts = {
        "n_resolved": resolved,
        "n_unresolved": len(trials) - resolved,
        "accuracy": resolved / max(len(trials), 1),
    }
    path.write_text(json.dumps({"results": trials, **counts, **changed}))
    return folder


def write_table(folder: Path, name: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / name).open("w", newline="", encoding="utf-8") as stream:
        csv.writer(stream).writerows([header, *rows])
    return folder


RUN_COLUMNS = ("system", "run", "n_resolved", "n_unresolved", "accuracy")
TRIAL_COLUMNS = ("system", "run", "task_id", "is_resolved", "input_tokens", "output_tokens", "agent_s")


def verdicts(imported: Imported, config_name: str = SYSTEM) -> dict[tuple[str, int], int | None]:
    scores = entry_named(imported, config_name).bundles[0].scores
    return {(row.item_id, row.trial): row.scores["resolved"] for row in scores}


def accuracy(imported: Imported, config_name: str = SYSTEM) -> Fraction | None:
    return Oracle(imported).score(entry_named(imported, config_name), "accuracy")


def faults(source: Path) -> list[str]:
    with pytest.raises(InputError) as caught:
        read(source)
    return [str(fault) for fault in caught.value.faults]


def test_each_run_of_a_system_is_a_trial(tmp_path: Path) -> None:
    write_run(tmp_path / "source", f"{CORE}/{SYSTEM}/run-b/results.json", trial("t1", resolved=False), trial("t2"))
    write_run(tmp_path / "source", f"{CORE}/{SYSTEM}/run-a/results.json", trial("t1"), trial("t2"))
    imported = read(tmp_path / "source")
    assert verdicts(imported) == {("t1", 0): 1, ("t2", 0): 1, ("t1", 1): 0, ("t2", 1): 1}
    assert Oracle(imported).runs(entry_named(imported, SYSTEM), "accuracy") == [1, Fraction(1, 2)]
    read_back(imported, tmp_path / "benchmark")


def test_a_trial_without_a_verdict_is_not_resolved_and_is_noted(tmp_path: Path) -> None:
    imported = read(write_run(tmp_path, f"{CORE}/{SYSTEM}/run/results.json", trial("t1", resolved=None), trial("t2")))
    assert accuracy(imported) == Fraction(1, 2)
    assert any("1 of 2 trials have no verdict" in note for note in imported.notes)


def test_a_task_that_a_run_lacks_is_missing_and_not_resolved(tmp_path: Path) -> None:
    write_run(tmp_path, f"{CORE}/{SYSTEM}/run-1/results.json", trial("t1"), trial("t2"))
    write_run(tmp_path, f"{CORE}/{SYSTEM}/run-2/results.json", trial("t1"))
    imported = read(tmp_path)
    states = {(row.prompt_id, row.trial): row.state for row in entry_named(imported, SYSTEM).bundles[0].responses}
    assert states["t2", 1] == "missing"
    assert verdicts(imported)["t2", 1] == 0
    assert accuracy(imported) == Fraction(3, 4)
    assert any("1 trials are absent" in note for note in imported.notes)


def test_attempts_of_one_run_are_trials_by_their_numbers(tmp_path: Path) -> None:
    rows = [trial("t1", f"{number}-of-3", resolved=number == 3) for number in (3, 1, 2)]
    imported = read(write_run(tmp_path, f"{CORE}/{SYSTEM}/results.json", *rows))
    assert verdicts(imported) == {("t1", 0): 0, ("t1", 1): 0, ("t1", 2): 1}
    assert entry_named(imported, SYSTEM).bundles[0].trials == 3
    assert entry_named(imported, SYSTEM).bundles[0].claims["n_runs"] == 1


def test_attempts_without_numbers_are_counted_in_their_order(tmp_path: Path) -> None:
    rows = [trial("t1", resolved=resolved, trial_name=None) for resolved in (True, False)]
    imported = read(write_run(tmp_path, f"{CORE}/{SYSTEM}/results.json", *rows))
    assert verdicts(imported) == {("t1", 0): 1, ("t1", 1): 0}


def test_result_files_are_found_however_deep_they_lie_and_however_they_are_named(tmp_path: Path) -> None:
    for place in ("results.json", "2025-01-02__results.json", "run/results.json", "run/nested/results.json"):
        write_run(tmp_path, f"{CORE}/{SYSTEM}/{place}", trial("t1"))
    assert entry_named(read(tmp_path), SYSTEM).bundles[0].trials == 4


@pytest.mark.parametrize("root", ["results", f"results/{CORE}", f"results/{CORE}/{SYSTEM}"])
def test_any_folder_of_the_tree_may_be_the_source(tmp_path: Path, root: str) -> None:
    write_run(tmp_path, f"{CORE}/{SYSTEM}/run/results.json", trial("t1"))
    imported = read(tmp_path / root)
    assert imported.benchmark.protocol_version == "bench-core 0.1.1"
    assert accuracy(imported) == 1


def test_a_version_is_the_same_however_its_folder_is_spelled(tmp_path: Path) -> None:
    write_run(tmp_path, f"{CORE}/{SYSTEM}/run/results.json", trial("t1"))
    write_run(tmp_path, "bench-core:0.1.1/20250103_agent_model-2/run/results.json", trial("t1"))
    imported = read(tmp_path)
    assert imported.benchmark.protocol_version == "bench-core 0.1.1"
    assert [entry.protocol_version for entry in imported.entries] == [None, None]


def test_entries_of_another_version_say_so(tmp_path: Path) -> None:
    for number in (1, 2):
        write_run(tmp_path, f"{CORE}/2025010{number}_agent_model/run/results.json", trial("t1"))
    write_run(tmp_path, "bench-core@0.2/20250104_agent_model/run/results.json", trial("t9"))
    imported = read(tmp_path)
    assert [entry.protocol_version for entry in imported.entries] == [None, None, "bench-core 0.2"]
    assert any("bench-core 0.2 are listed apart" in note for note in imported.notes)


def test_a_run_that_two_folders_hold_is_refused(tmp_path: Path) -> None:
    for core in (CORE, "bench-core:0.1.1"):
        write_run(tmp_path, f"{core}/{SYSTEM}/run/results.json", trial("t1"))
    assert "another file holds too" in faults(tmp_path)[0]


def test_a_systems_name_gives_day_agent_and_model(tmp_path: Path) -> None:
    imported = read(write_run(tmp_path, f"{CORE}/{SYSTEM}/run/results.json", trial("t1")))
    entry = entry_named(imported, SYSTEM)
    assert (entry.configuration.vendor, entry.configuration.model_name()) == ("agent", "model-1")
    assert entry.bundles[0].recorded == "2025-01-02"


def test_tokens_and_times_that_were_not_recorded_are_unknown(tmp_path: Path) -> None:
    rows = [
        trial("t1"),
        trial("t2", total_input_tokens=0, total_output_tokens=None),
        trial("t3", total_input_tokens=0, total_output_tokens=0, agent_ended_at=None),
        trial("t4", total_input_tokens=0, total_output_tokens=0, agent_ended_at="2024-01-01T00:00:00+00:00"),
    ]
    imported = read(write_run(tmp_path, f"{CORE}/{SYSTEM}/run/results.json", *rows))
    usages = [response.usage for response in entry_named(imported, SYSTEM).bundles[0].responses]
    assert [usage and (usage.prompt_tokens, usage.completion_tokens, usage.microseconds) for usage in usages] == [
        (100, 10, 1_500_000),
        (None, None, 1_500_000),
        None,
        None,
    ]


def test_a_system_known_by_its_runs_only_stands_on_the_same_board(tmp_path: Path) -> None:
    source = tmp_path / "source"
    write_run(source, f"{CORE}/{SYSTEM}/run/results.json", trial("t1"), trial("t2", resolved=False))
    rows = [
        ["20250103_other_model", "a", 1, 2, 1 / 3],
        ["20250103_other_model", "b", 2, 1, 2 / 3],
        [SYSTEM, "run", 1, 1, 0.5],
    ]
    imported = read(write_table(source, "runs.csv", RUN_COLUMNS, rows))
    scores = {
        entry.configuration.vendor: accuracy(imported, entry.configuration.config_name) for entry in imported.entries
    }
    assert scores["agent"] == Fraction(1, 2)
    assert scores["other"] is not None
    assert abs(scores["other"] - Fraction(1, 2)) <= Fraction(1, 10**12)
    assert entry_named(imported, SYSTEM).bundles[0].claims == {"accuracy": 0.5, "n_resolved": 1, "n_runs": 1}
    read_back(imported, tmp_path / "benchmark")


def test_runs_alone_make_a_board(tmp_path: Path) -> None:
    imported = read(write_table(tmp_path, "runs.csv", ("system", "run", "accuracy"), [["s", "a", "0.25"]]))
    assert accuracy(imported, "s") == Fraction(1, 4)
    assert [item.id for item in imported.items] == ["run-accuracy"]


def test_a_claim_that_the_trials_do_not_give_is_kept_as_it_was_made(tmp_path: Path) -> None:
    write_run(tmp_path, f"{CORE}/{SYSTEM}/run/results.json", trial("t1"), accuracy=0.9, n_resolved=7)
    imported = read(tmp_path)
    assert entry_named(imported, SYSTEM).bundles[0].claims == {"accuracy": 0.9, "n_resolved": 7, "n_runs": 1}
    assert any("says 7 resolved, its trials give 1" in note for note in imported.notes)


def test_a_table_of_trials_gives_items(tmp_path: Path) -> None:
    rows = [[SYSTEM, "a", "t1", "True", "5", "", "1.5"], [SYSTEM, "a", "t2", "", "0", "0", ""]]
    imported = read(write_table(tmp_path, "trials.csv", TRIAL_COLUMNS, rows))
    assert verdicts(imported) == {("t1", 0): 1, ("t2", 0): 0}
    assert imported.benchmark.protocol_version == "unstated"


def test_result_files_count_where_a_table_of_trials_says_otherwise(tmp_path: Path) -> None:
    write_table(tmp_path, "trials.csv", TRIAL_COLUMNS, [[SYSTEM, "run", "t1", "False", "", "", ""]])
    imported = read(write_run(tmp_path, f"{CORE}/{SYSTEM}/run/results.json", trial("t1")))
    assert accuracy(imported) == 1
    assert any("the table has 0 resolved trials, the result file 1" in note for note in imported.notes)


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (trial("t1", resolved="yes"), "is_resolved 'yes'"),
        (trial("t1", resolved=1), "is_resolved '1'"),
        (trial(""), "no task_id"),
        (trial("x" * 501), "no task_id"),
        ([], "is list"),
        (trial("t0"), "for the second time"),
    ],
)
def test_a_result_that_cannot_be_read_is_a_fault_with_its_number(tmp_path: Path, bad: Any, reason: str) -> None:
    path = tmp_path / CORE / SYSTEM / "run" / "results.json"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps({"results": [trial("t0"), bad]}))
    (fault,) = faults(tmp_path)
    assert "result 2" in fault
    assert reason in fault


def test_a_result_file_without_results_is_refused(tmp_path: Path) -> None:
    assert "holds no result" in faults(write_run(tmp_path, f"{CORE}/{SYSTEM}/run/results.json"))[0]


def test_all_damaged_result_files_are_named_at_once(tmp_path: Path) -> None:
    for name in ("a", "b"):
        write_run(tmp_path, f"{CORE}/{SYSTEM}/{name}/results.json", trial("t1"))
        (tmp_path / "results" / CORE / SYSTEM / name / "results.json").write_text('{"results": [')
    assert len(faults(tmp_path)) == 2


def test_the_file_of_a_single_trial_is_left_out_with_a_note(tmp_path: Path) -> None:
    write_run(tmp_path, f"{CORE}/{SYSTEM}/run/results.json", trial("t1"))
    place = tmp_path / "results" / CORE / SYSTEM / "run" / "t1" / "results.json"
    place.parent.mkdir()
    place.write_text(json.dumps(trial("t1")))
    imported = read(tmp_path)
    assert entry_named(imported, SYSTEM).bundles[0].trials == 1
    assert any("run/t1/results.json" in note for note in imported.notes)


def test_tasks_whose_ids_would_collide_stay_apart(tmp_path: Path) -> None:
    rows = [trial("Task"), trial("task"), trial("run-accuracy")]
    write_run(tmp_path / "source", f"{CORE}/{SYSTEM}/run/results.json", *rows)
    imported = read(write_table(tmp_path / "source", "runs.csv", RUN_COLUMNS, [["other", "a", 1, 1, 0.5]]))
    assert len({item.id for item in imported.items}) == 4
    read_back(imported, tmp_path / "benchmark")


@pytest.mark.parametrize(
    "row", [["s", "a", -1, 2, 0.5], ["s", "a", 0, 0, 0.5], ["s", "a", "", "", 1.5], ["s", "a", "", "", ""]]
)
def test_an_impossible_accuracy_is_a_fault_with_its_line(tmp_path: Path, row: list[object]) -> None:
    (fault,) = faults(write_table(tmp_path, "runs.csv", RUN_COLUMNS, [row]))
    assert fault.startswith("runs.csv:2: has")


def expected_rows(folder: Path) -> list[dict[str, str]]:
    with (folder / "expected.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_published_accuracies_and_errors_are_reached(shared_data: SharedData, tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    folder = shared_data("terminal-bench")
    imported = read(folder)
    oracle = Oracle(imported)
    by_system = {entry.bundles[0].source.name: entry for entry in imported.entries if entry.bundles[0].source}
    rows = expected_rows(folder)
    assert len(rows) == len(by_system) == 9
    for row in rows:
        entry = by_system[row["system"]]
        assert oracle.score(entry, "accuracy") == pytest.approx(float(row["accuracy"]), abs=1e-12)
        assert entry.bundles[0].claims["n_runs"] == int(row["runs"])
        assert len(entry.bundles[0].scores) == int(row["trials"])
        if row["se_over_runs"]:
            error = standard_error(oracle.runs(entry, "accuracy"))
            assert error == pytest.approx(float(row["se_over_runs"]), abs=1e-12)
    read_back(imported, tmp_path)


def test_runs_and_original_files_reach_the_same_rows_as_the_table_of_trials(
    shared_data: SharedData, tmp_path: Path
) -> None:
    folder = shared_data("terminal-bench")
    for name in ("runs.csv", "original_format.tar.xz"):
        (tmp_path / name).write_bytes((folder / name).read_bytes())
    imported = read(tmp_path)
    oracle = Oracle(imported)
    by_system = {entry.bundles[0].source.name: entry for entry in imported.entries if entry.bundles[0].source}
    for row in expected_rows(folder):
        assert oracle.score(by_system[row["system"]], "accuracy") == pytest.approx(float(row["accuracy"]), abs=1e-12)
