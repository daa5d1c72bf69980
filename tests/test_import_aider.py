"""What is imported from aider's leaderboards: exact shares, one track for each file, and what does not agree."""

import json
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from imported_oracle import entry_named, read_back
from proofboard.app.build import build
from proofboard.app.verify import verify
from proofboard.errors import InputError
from proofboard.record.aider.importer import read
from proofboard.record.freeze import write_benchmark
from proofboard.record.imported import Imported, ImportedEntry

SharedData = Callable[[str], Path]

RUN = {
    "dirname": "2025-01-02-03-04-05--one",
    "test_cases": 225,
    "model": "one-1 (high)",
    "edit_format": "diff",
    "commit_hash": "a1b2c3d",
    "pass_rate_1": "40.0",
    "pass_rate_2": "88.0",
    "pass_num_1": 90,
    "pass_num_2": 198,
    "percent_cases_well_formed": "100.0",
    "num_with_malformed_responses": 0,
    "total_tests": 225,
    "command": "aider --model one/one-1",
    "date": "2025-01-02",
    "versions": "0.70",
    "seconds_per_case": "10.5",
    "total_cost": "29.0829",
}


def row(**changes: Any) -> str:
    """Write one run; a change to None leaves the field out."""
    fields = {**RUN, **changes}
    lines = [f"{name}: {value}" for name, value in fields.items() if value is not None]
    return "- " + "\n  ".join(lines) + "\n"


def board(folder: Path, *rows: str, name: str = "polyglot_leaderboard.yml") -> Path:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text("\n".join(rows), encoding="utf-8")
    return folder / name


def score(imported: Imported, entry: ImportedEntry, metric: str) -> Fraction | None:
    (row,) = entry.bundles[0].scores
    value = row.scores.get(metric)
    return None if value is None else Fraction(value, imported.benchmark.metrics[metric].denominator)


def scores_of(imported: Imported, metric: str = "pass_rate_2") -> dict[str, Fraction | None]:
    return {str(entry.configuration.title): score(imported, entry, metric) for entry in imported.entries}


def rows_of(imported: Imported, folder: Path) -> list[dict[str, Any]]:
    write_benchmark(imported, folder / "benchmark")
    build(folder / "benchmark", folder / "site")
    assert verify(str(folder / "site")).holds
    rows: list[dict[str, Any]] = json.loads((folder / "site" / "leaderboard.json").read_text())["entries"]
    return rows


def test_a_score_is_the_exact_share_of_the_counts(tmp_path: Path) -> None:
    imported = read(board(tmp_path / "s", row(pass_num_2=199, pass_rate_2=88.4)))
    assert scores_of(imported) == {"one-1 (high)": Fraction(199, 225)}
    read_back(imported, tmp_path / "benchmark")


def test_a_percentage_over_all_tests_is_taken_as_such_and_noted(tmp_path: Path) -> None:
    imported = read(board(tmp_path / "s", row(test_cases=224, pass_num_2=136, pass_rate_2=60.4)))
    assert scores_of(imported) == {"one-1 (high)": Fraction(136, 225)}
    assert any("over total_tests" in note for note in imported.notes)


def test_a_percentage_over_the_finished_cases_is_taken_as_such(tmp_path: Path) -> None:
    imported = read(board(tmp_path / "s", row(test_cases=224, pass_num_1=80, pass_rate_1=35.7)))
    assert scores_of(imported, "pass_rate_1") == {"one-1 (high)": Fraction(80, 224)}


def test_a_percentage_that_no_count_gives_is_listed_as_a_disagreement(tmp_path: Path) -> None:
    imported = read(board(tmp_path / "s", row(test_cases=224, pass_num_2=139, pass_rate_2=61.7)))
    assert scores_of(imported) == {"one-1 (high)": Fraction(139, 225)}
    assert any("are not given by their own counts" in note for note in imported.notes)
    (found,) = rows_of(imported, tmp_path)
    assert found["disagreements"] == [{"statistic": "pass_rate_2", "claimed": 0.617, "found": 0.617778}]


def test_well_formed_edits_that_the_counts_contradict_are_listed(tmp_path: Path) -> None:
    imported = read(board(tmp_path / "s", row(percent_cases_well_formed="90.0")))
    (found,) = rows_of(imported, tmp_path)
    assert found["disagreements"] == [{"statistic": "well_formed", "claimed": 0.9, "found": 1.0}]


def test_without_counts_the_percentage_counts_as_it_is_written(tmp_path: Path) -> None:
    imported = read(board(tmp_path / "s", row(pass_num_1=None, pass_num_2=None, pass_rate_2=68.4)))
    assert scores_of(imported) == {"one-1 (high)": Fraction(684, 1000)}


@pytest.mark.parametrize("cost", ["0.0000", 0, None, ".nan", "unknown"])
def test_a_cost_of_nothing_is_unknown(tmp_path: Path, cost: object) -> None:
    imported = read(board(tmp_path / "s", row(total_cost=cost)))
    (response,) = entry_named(imported, "one-1-high-diff").bundles[0].responses
    assert response.usage
    assert response.usage.cost_nanodollars is None
    assert any("cost of 1 run(s) is absent or 0" in note for note in imported.notes)


def test_cost_tokens_and_time_are_those_of_the_whole_run(tmp_path: Path) -> None:
    imported = read(board(tmp_path / "s", row(prompt_tokens=1000, completion_tokens=200)))
    (found,) = rows_of(imported, tmp_path)
    assert found["usage"]["cost_dollars"] == 29.0829
    assert found["usage"]["total_tokens"] == 1200
    assert found["usage"]["seconds"]["mean"] == 2362.5


@pytest.mark.parametrize("commit", ["0282574", "415e898", "5318380", "1e9"])
def test_a_commit_of_digits_is_no_number(tmp_path: Path, commit: str) -> None:
    bundle = entry_named(read(board(tmp_path / "s", row(commit_hash=commit))), "one-1-high-diff").bundles[0]
    assert bundle.claims["commit_hash"] == commit


def test_a_version_keeps_its_zero(tmp_path: Path) -> None:
    bundle = entry_named(read(board(tmp_path / "s", row())), "one-1-high-diff").bundles[0]
    assert bundle.source
    assert bundle.source.tool_version == "0.70"


def test_how_a_model_was_run_is_its_configuration(tmp_path: Path) -> None:
    written = row(edit_format="architect", editor_model="two", reasoning_effort="high", thinking_tokens=32000)
    made = entry_named(read(board(tmp_path / "s", written)), "one-1-high-architect").configuration
    assert made.settings == {
        "aider": "0.70",
        "edit_format": "architect",
        "editor_model": "two",
        "reasoning_effort": "high",
        "thinking_tokens": "32000",
    }
    assert made.description == "aider --model one/one-1"
    assert made.reproducibility
    assert made.reproducibility.commit_hash == "a1b2c3d"


def test_a_secret_in_a_command_is_left_out_and_noted(tmp_path: Path) -> None:
    key = "sk-" + "aB3dE5gH7jK9mN1pQ3sT5vW7yZ9bC1dE3fG5"
    imported = read(board(tmp_path / "s", row(command=f"OPENAI_API_KEY={key} aider")))
    assert entry_named(imported, "one-1-high-diff").configuration.description is None
    assert any("without description" in note for note in imported.notes)
    rows_of(imported, tmp_path)


def test_an_address_in_a_command_stays_with_the_description(tmp_path: Path) -> None:
    written = row(command="OPENAI_API_BASE=https://example.org/v1 aider --model openai/x")
    (found,) = rows_of(read(board(tmp_path / "s", written)), tmp_path)
    assert found["rank"] == 1


def test_leaderboards_are_tracks_and_never_ranked_together(tmp_path: Path) -> None:
    board(tmp_path / "s", row(), row(dirname="b", model="two", pass_num_2=100, pass_rate_2=44.4))
    board(tmp_path / "s", row(test_cases=133, total_tests=None, pass_num_2=None), name="edit_leaderboard.yml")
    found = rows_of(read(tmp_path / "s"), tmp_path)
    assert [(own["track"], own["rank"], own["title"]) for own in found] == [
        ("edit", 1, "one-1 (high)"),
        ("polyglot", 1, "one-1 (high)"),
        ("polyglot", 2, "two"),
    ]


def test_a_leaderboard_with_one_try_ranks_by_it_beside_one_with_two(tmp_path: Path) -> None:
    board(tmp_path / "s", row())
    once = row(pass_rate_2=None, pass_num_2=None, pass_rate_1=40)
    board(tmp_path / "s", once, name="refactor_leaderboard.yml")
    found = {own["track"]: own["public"]["score"] for own in rows_of(read(tmp_path / "s"), tmp_path)}
    assert found == {"polyglot": 0.88, "refactor": 0.4}


def test_a_model_in_two_edit_formats_is_two_entries(tmp_path: Path) -> None:
    imported = read(board(tmp_path / "s", row(), row(dirname="b", edit_format="whole")))
    assert [entry.configuration.config_name for entry in imported.entries] == ["one-1-high-diff", "one-1-high-whole"]


def test_a_run_that_stands_twice_counts_once(tmp_path: Path) -> None:
    imported = read(board(tmp_path / "s", row(), row()))
    assert len(list(imported.entries)) == 1
    assert any("stand twice" in note for note in imported.notes)


def test_a_run_that_stands_twice_with_other_numbers_is_refused_by_its_line(tmp_path: Path) -> None:
    imported = read(board(tmp_path / "s", row(), row(pass_num_2=1, pass_rate_2=0.4)))
    assert [(own.line, "with other values" in own.reason) for own in imported.refused] == [(len(RUN) + 2, True)]
    assert scores_of(imported) == {"one-1 (high)": Fraction(198, 225)}


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"model": None}, "has no model"),
        ({"model": "x" * 501}, "has no model"),
        ({"pass_rate_1": None, "pass_rate_2": None, "pass_num_1": None, "pass_num_2": None}, "has no pass_rate"),
        ({"pass_rate_2": 101}, "expected a percentage"),
        ({"pass_rate_2": -1}, "expected a percentage"),
        ({"pass_rate_2": "many"}, "expected a percentage"),
        ({"pass_rate_2": "1e400"}, "expected a percentage"),
        ({"pass_num_2": 226}, "more than its cases"),
        ({"pass_num_2": "1.5"}, "expected a whole number"),
        ({"test_cases": "9" * 40}, "expected a whole number"),
        ({"model": "[one, two]"}, "several values"),
        ({"model": "&a one"}, "an anchor or alias"),
        ({"model": "!!python/name:os.system one"}, "a tag"),
        ({"model": "one\n  model: two"}, "twice"),
    ],
)
def test_a_bad_row_is_refused_and_the_others_are_imported(
    tmp_path: Path, changes: dict[str, object], reason: str
) -> None:
    imported = read(board(tmp_path / "s", row(dirname="good", model="good"), row(**changes)))
    assert list(scores_of(imported)) == ["good"]
    assert any(reason in own.reason and own.line == len(RUN) + 2 for own in imported.refused)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "is empty"),
        ("a: [", "is not YAML"),
        ("a: 1", "holds no leaderboard"),
        ("- 1\n- 2\n", "holds no leaderboard"),
        ("- {}\n---\n- {}\n", "holds 2 YAML documents"),
        ("- model: x\n  pass_rate_2: y\n", "expected a percentage"),
    ],
)
def test_a_source_without_any_run_is_refused(tmp_path: Path, text: str, reason: str) -> None:
    with pytest.raises(InputError, match=reason):
        read(board(tmp_path / "s", text))


def test_a_bad_file_of_a_folder_is_refused_and_the_others_are_read(tmp_path: Path) -> None:
    board(tmp_path / "s", row())
    (tmp_path / "s" / "edit_leaderboard.yml").write_bytes(b"\xff\xfe")
    (tmp_path / "s" / "blame.yml").write_text("- end_tag: v1\n")
    imported = read(tmp_path / "s")
    assert [own.file for own in imported.refused] == ["edit_leaderboard.yml"]
    assert any("1 file(s) are of no known kind" in note and "blame.yml" in note for note in imported.notes)


def test_names_of_any_script_are_entries_of_their_own(tmp_path: Path) -> None:
    imported = read(
        board(tmp_path / "s", row(model="模型"), row(dirname="b", model="模式"), row(dirname="c", model="é/✓"))
    )
    assert len({entry.configuration.name for entry in imported.entries}) == 3
    rows_of(imported, tmp_path)


def test_shares_of_counts_without_a_common_grid_are_rounded_to_the_finest(tmp_path: Path) -> None:
    primes = (999_983, 999_979, 999_961)
    rows = [
        row(dirname=str(n), model=f"m{n}", test_cases=n, total_tests=n, pass_num_2=1, pass_rate_2=0) for n in primes
    ]
    imported = read(board(tmp_path / "s", *rows))
    assert imported.benchmark.metrics["pass_rate_2"].denominator == 10**12
    assert scores_of(imported)["m999983"] == Fraction(round(Fraction(10**12, 999_983)), 10**12)


def test_a_run_of_other_cases_than_most_is_noted(tmp_path: Path) -> None:
    rows = [row(dirname=str(n), model=f"m{n}", test_cases=n, total_tests=None) for n in (225, 225, 224)]
    other = row(dirname="x", model="short", test_cases=200, total_tests=None)
    notes = read(board(tmp_path / "s", *rows, other)).notes
    assert any("other than 225 cases" in note and "short (200)" in note for note in notes)


def test_the_polyglot_leaderboard_stands_in_aiders_own_order(shared_data: SharedData, tmp_path: Path) -> None:
    source = shared_data("aider") / "polyglot_leaderboard.yml"
    imported = read(source)
    found = rows_of(imported, tmp_path)
    claimed = {str(entry.configuration.name): entry.bundles[0].claims["pass_rate_2"] for entry in imported.entries}
    stated = [claimed[f"{own['vendor']}/{own['config_name']}"] for own in found]
    assert stated == sorted(stated, key=lambda share: -float(str(share)))
    assert [(own["title"], own["public"]["score"], own["usage"]["cost_dollars"]) for own in found[:3]] == [
        ("gpt-5 (high)", 0.88, 29.0829),
        ("gpt-5 (medium)", 0.866667, 17.693),
        ("o3-pro (high)", 0.848889, 146.3249),
    ]
    assert (len(found), [own for own in found if own["rank"] is None]) == (69, [])
    assert [own["title"] for own in found if own["disagreements"]] == ["o1-2024-12-17 (high)"]


def test_the_leaderboards_of_a_folder_are_read_with_their_disagreements(
    shared_data: SharedData, tmp_path: Path
) -> None:
    imported = read(shared_data("aider"))
    found = rows_of(imported, tmp_path)
    tracks = [own["track"] for own in found]
    assert {track: tracks.count(track) for track in tracks} == {"edit": 98, "o1_polyglot": 10, "polyglot": 69}
    listed = [(own["track"], own["title"], own["disagreements"][0]) for own in found if own["disagreements"]]
    assert ("edit", "o1-mini (whole)", {"statistic": "well_formed", "claimed": 0.9, "found": 1.0}) in listed
    assert imported.refused == []
