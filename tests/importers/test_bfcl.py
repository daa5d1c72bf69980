"""What is imported from the function-calling leaderboard: a table of items, or the original score and result files."""

import csv
import json
import tarfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from imported_oracle import Oracle, entry_named, read_back
from proofboard.errors import InputError
from proofboard.record.bfcl.importer import read
from proofboard.record.bfcl.rules import CATEGORIES, COLUMNS
from proofboard.record.imported import Imported

SharedData = Callable[[str], Path]

COLUMN_NAMES = ("model", "category", "item", "passed", "error_type", "input_tokens", "output_tokens", "latency_s")
SIZES = {"simple": 4, "java": 2, "javascript": 2, "executable_simple": 3, "rest": 2}


def row(
    model: str = "maker-one", category: str = "simple", item: int = 0, passed: str = "True", *cost: str
) -> list[str]:
    return [model, category, str(item), passed, "", *(cost or ("", "", ""))]


def write_table(
    folder: Path, rows: Iterable[Sequence[str]], name: str = "items.csv", header: Sequence[str] = COLUMN_NAMES
) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / name).open("w", newline="", encoding="utf-8") as stream:
        csv.writer(stream).writerows([header, *rows])
    return folder


def write_scores(folder: Path, model: str, category: str, total: int, failed: Sequence[int], **header: Any) -> Path:
    """Write a score file: a header, and the failed items counted from 1."""
    place = folder / "score-BFCL" / model
    place.mkdir(parents=True, exist_ok=True)
    correct = total - len(failed)
    lines: list[Mapping[str, Any]] = [
        {"accuracy": correct / total, "correct_count": correct, "total_count": total, **header}
    ]
    lines += [{"id": number, "model_name": model, "valid": False, "error": ["no"]} for number in failed]
    path = place / f"{category}_score.json"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return path


def write_results(folder: Path, model: str, category: str, rows: Iterable[Mapping[str, Any]]) -> Path:
    place = folder / "result-BFCL" / model
    place.mkdir(parents=True, exist_ok=True)
    path = place / f"gorilla_openfunctions_v1_test_{category}_result.json"
    path.write_text("\n".join(json.dumps(line) for line in rows))
    return path


def passed(imported: Imported, config_name: str = "maker-one") -> dict[str, int | None]:
    scores = entry_named(imported, config_name).bundles[0].scores
    return {line.item_id: line.scores["correct"] for line in scores}


def faults(source: Path) -> list[str]:
    with pytest.raises(InputError) as caught:
        read(source)
    return [str(fault) for fault in caught.value.faults]


def test_a_table_of_items_gives_one_entry_for_each_model(tmp_path: Path) -> None:
    rows = [row(model, item=item, passed=str(item == 0)) for model in ("maker-two", "maker-one") for item in (0, 1)]
    imported = read(write_table(tmp_path / "source", rows))
    assert [entry.configuration.name for entry in imported.entries] == ["maker/maker-one", "maker/maker-two"]
    assert passed(imported) == {"simple-0000": 1, "simple-0001": 0}
    read_back(imported, tmp_path / "benchmark")


def test_an_item_that_a_score_file_does_not_list_has_passed(tmp_path: Path) -> None:
    write_scores(tmp_path, "maker-one", "simple", 4, failed=[1, 4])
    assert passed(read(tmp_path)) == {"simple-0000": 0, "simple-0001": 1, "simple-0002": 1, "simple-0003": 0}


def test_answers_are_counted_from_0_and_carry_what_they_cost(tmp_path: Path) -> None:
    write_scores(tmp_path, "maker-one", "simple", 2, failed=[1])
    costs = {"input_token_count": 40, "output_token_count": 2, "latency": 0.25}
    write_results(
        tmp_path,
        "maker-one",
        "simple",
        [{"idx": 1, "result": "[f(x=1)]", **costs}, {"idx": 0, "result": [{"f": "{}"}]}],
    )
    (entry,) = read(tmp_path).entries
    first, second = sorted(entry.bundles[0].responses, key=lambda response: response.prompt_id)
    assert (first.output, first.usage) == ([{"f": "{}"}], None)
    assert second.output == "[f(x=1)]"
    assert second.usage
    assert (second.usage.prompt_tokens, second.usage.completion_tokens, second.usage.microseconds) == (40, 2, 250_000)


def test_a_score_file_whose_lines_do_not_add_up_is_refused(tmp_path: Path) -> None:
    path = write_scores(tmp_path, "maker-one", "simple", 4, failed=[1, 2])
    path.write_text("".join(path.read_text().splitlines(keepends=True)[:-1]))
    (fault,) = faults(tmp_path)
    assert "lists 1 failed items, its header says 2" in fault


@pytest.mark.parametrize("failed", [[0], [5], [1, 1], [True], ["1"], [None], [1.5]])
def test_an_id_that_is_no_item_is_a_fault_with_its_line(tmp_path: Path, failed: list[Any]) -> None:
    write_scores(tmp_path, "maker-one", "simple", 4, failed=failed)
    assert any(f"simple_score.json:{1 + len(failed)}: has the id" in fault for fault in faults(tmp_path))


@pytest.mark.parametrize(
    "header", [{"total_count": None}, {"correct_count": -1}, {"correct_count": 9}, {"total_count": 1e9}]
)
def test_a_header_without_counts_is_a_fault(tmp_path: Path, header: dict[str, Any]) -> None:
    write_scores(tmp_path, "maker-one", "simple", 4, failed=[], **header)
    assert "no header" in faults(tmp_path)[0]


def test_numbers_that_overflow_and_nan_are_unknown_and_not_faults(tmp_path: Path) -> None:
    path = write_scores(tmp_path, "maker-one", "simple", 2, failed=[2])
    path.write_text(path.read_text().replace('["no"]', "[1e999, NaN, -Infinity]"))
    result = write_results(tmp_path, "maker-one", "simple", [{"idx": 0, "result": "x"}])
    result.write_text('{"idx": 0, "result": [{"f": 1e400}], "input_token_count": NaN, "latency": Infinity}')
    (entry,) = read(tmp_path).entries
    (response,) = entry.bundles[0].responses
    assert (response.output, response.usage) == ([{"f": None}], None)


def test_half_a_surrogate_pair_in_an_answer_can_be_recorded(tmp_path: Path) -> None:
    write_scores(tmp_path / "source", "maker-one", "simple", 1, failed=[])
    write_results(tmp_path / "source", "maker-one", "simple", [{"idx": 0, "result": "a\ud83d"}])
    bundles = read_back(read(tmp_path / "source"), tmp_path / "benchmark")
    assert [response.output for response in bundles["maker/maker-one"].responses] == ["a\ufffd"]


def test_an_answer_too_long_for_a_line_is_left_out_with_a_note(tmp_path: Path) -> None:
    write_scores(tmp_path, "maker-one", "simple", 1, failed=[])
    write_results(tmp_path, "maker-one", "simple", [{"idx": 0, "result": "x" * (1 << 20), "input_token_count": 3}])
    imported = read(tmp_path)
    (entry,) = imported.entries
    assert entry.bundles[0].responses[0].output is None
    assert "too long" in imported.notes[0]


def test_answers_without_scores_are_noted(tmp_path: Path) -> None:
    write_scores(tmp_path, "maker-one", "simple", 1, failed=[])
    write_results(tmp_path, "maker-one", "sql", [{"idx": 0, "result": "x"}])
    write_results(tmp_path, "maker-one", "simple", [{"idx": 0, "result": "x"}, {"idx": 1, "result": "x"}])
    imported = read(tmp_path)
    assert any("sql of maker-one has answers and no scores" in note for note in imported.notes)
    assert any("1 answer(s) belong to no scored item" in note for note in imported.notes)


def test_tokens_that_were_not_counted_are_unknown(tmp_path: Path) -> None:
    rows = [
        row("uncounted", "simple", 0, "True", "0.0", "0.0", "1.5"),
        row("uncounted", "simple", 1, "True", "0.0", "0.0", "0.0"),
        row("counted", "simple", 0, "True", "12.0", "0.0", ""),
        row("counted", "simple", 1, "True", "12.0", "3.0", ""),
        row("prompts-only", "simple", 0, "True", "12.0", "0.0", ""),
    ]
    imported = read(write_table(tmp_path, rows))
    usages = {
        entry.configuration.config_name: [
            (use.prompt_tokens, use.completion_tokens, use.microseconds)
            for response in entry.bundles[0].responses
            if (use := response.usage)
        ]
        for entry in imported.entries
    }
    assert usages == {
        "counted": [(12, 0, None), (12, 3, None)],
        "prompts-only": [(12, None, None)],
        "uncounted": [(None, None, 1_500_000)],
    }


def complete(folder: Path, *, without: str = "") -> Path:
    """Write a table with every category but one; the last item of each category fails."""
    rows = []
    for category in CATEGORIES:
        size = SIZES.get(category, 2)
        rows += [row("maker-one", category, item, str(item < size - 1)) for item in range(size) if category != without]
    return write_table(folder, rows)


def test_overall_and_simple_columns_pool_items_and_summaries_average_columns(tmp_path: Path) -> None:
    imported = read(complete(tmp_path / "source"))
    (entry,) = imported.entries
    scores = {name: Oracle(imported).score(entry, name) for name in COLUMNS.values()}
    assert scores["overall"] == Fraction(15, 27)
    assert scores["simple_ast"] == Fraction(3 + 1 + 1, 8)
    assert scores["simple_exec"] == Fraction(2 + 1, 5)
    assert scores["ast_summary"] == Fraction(1, 4) * (Fraction(5, 8) + 3 * Fraction(1, 2))
    assert scores["exec_summary"] == Fraction(1, 4) * (Fraction(3, 5) + 3 * Fraction(1, 2))
    assert imported.benchmark.headline == "overall"
    read_back(imported, tmp_path / "benchmark")


def test_aggregates_whose_categories_are_absent_are_not_declared(tmp_path: Path) -> None:
    imported = read(complete(tmp_path, without="java"))
    absent = set(COLUMNS.values()) - set(imported.benchmark.aggregates)
    assert absent == {"java", "simple_ast", "ast_summary"}
    assert any("it lacks java" in note for note in imported.notes)


def test_a_category_that_is_not_the_leaderboards_own_does_not_enter_the_overall_number(tmp_path: Path) -> None:
    imported = read(write_table(tmp_path, [row(), row(category="chatable", passed="False")]))
    assert Oracle(imported).score(next(iter(imported.entries)), "overall") == 1


def test_a_model_without_verdicts_on_some_items_fails_them_and_is_noted(tmp_path: Path) -> None:
    imported = read(write_table(tmp_path, [row(item=0), row(item=1), row("maker-two", item=1)]))
    assert Oracle(imported).score(entry_named(imported, "maker-two"), "overall") == Fraction(1, 2)
    assert any("maker-two: has no verdict on items of simple (1)" in note for note in imported.notes)


def write_published(folder: Path, **columns: str) -> None:
    header = ["Model", "Overall Acc", "Organization", "License", "Relevance Detection"]
    values = {"Model": "One (FC)", "Overall Acc": "55.56%", "Organization": "Maker AI", "License": "MIT", **columns}
    write_table(folder, [[values.get(name, "N/A") for name in header]], "published_data.csv", header)
    (folder / "published_name_to_dir.json").write_text('{"One (FC)": "maker-one"}')


def test_the_published_table_gives_title_organization_licence_and_claims(tmp_path: Path) -> None:
    write_published(complete(tmp_path))
    imported = read(tmp_path)
    (entry,) = imported.entries
    shown = entry.configuration
    assert (shown.vendor, shown.title, shown.licence) == ("maker-ai", "One (FC)", "MIT")
    assert entry.bundles[0].claims == {"overall": 0.5556}
    assert imported.benchmark.vendors["maker-ai"].organization == "Maker AI"


def test_an_overall_claim_over_absent_categories_is_not_compared(tmp_path: Path) -> None:
    write_published(complete(tmp_path, without="rest"), **{"Relevance Detection": "50.00%"})
    (entry,) = read(tmp_path).entries
    assert entry.bundles[0].claims == {"relevance": 0.5}


def test_the_original_files_count_where_a_table_says_otherwise(tmp_path: Path) -> None:
    write_table(tmp_path, [row(item=0), row(item=1, passed="False"), row("maker-two")])
    write_scores(tmp_path / "original", "maker-one", "simple", 2, failed=[1])
    with tarfile.open(tmp_path / "original.tar.xz", "w:xz") as archive:
        archive.add(tmp_path / "original", "2024-07-06")
    (tmp_path / "original" / "score-BFCL" / "maker-one" / "simple_score.json").unlink()
    imported = read(tmp_path)
    assert passed(imported) == {"simple-0000": 0, "simple-0001": 1}
    assert any("differ on 2 item(s)" in note for note in imported.notes)
    assert entry_named(imported, "maker-one").bundles[0].recorded == "2024-07-06"


def test_a_model_that_two_trees_score_is_refused(tmp_path: Path) -> None:
    write_scores(tmp_path / "2024-01-01", "maker-one", "simple", 2, failed=[])
    write_scores(tmp_path / "2024-02-01", "maker-one", "simple", 2, failed=[1])
    assert "import one run at a time" in faults(tmp_path)[0]


def test_every_bad_row_of_a_table_is_reported(tmp_path: Path) -> None:
    rows = [row(passed="maybe"), row(item=-1), row(""), row(item=5), row(item=5)]
    assert [fault.split(": ")[0] for fault in faults(write_table(tmp_path, rows))] == [
        "items.csv:2",
        "items.csv:2",
        "items.csv:3",
        "items.csv:4",
        "items.csv:6",
    ]


def test_models_whose_names_differ_in_case_only_stay_apart(tmp_path: Path) -> None:
    imported = read(write_table(tmp_path / "source", [row("GPT-x"), row("gpt-X"), row("../gpt-x")]))
    names = [entry.configuration.config_name for entry in imported.entries]
    assert len(set(names)) == 3
    read_back(imported, tmp_path / "benchmark")


def test_files_that_are_not_known_are_listed(tmp_path: Path) -> None:
    write_table(tmp_path, [row()])
    (tmp_path / "README.md").write_text("hello")
    write_table(tmp_path, [["1", "2"]], "other.csv", ["a", "b"])
    assert any("README.md, other.csv" in note for note in read(tmp_path).notes)


def test_a_source_without_results_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("hello")
    assert "no BFCL results" in faults(tmp_path)[0]


def test_all_published_columns_are_reached_within_their_last_decimal(shared_data: SharedData) -> None:
    pytest.importorskip("pyarrow")
    imported = read(shared_data("bfcl"))
    oracle = Oracle(imported)
    entries = list(imported.entries)
    misses = [
        (entry.configuration.title, name, claimed, score)
        for entry in entries
        for name, claimed in entry.bundles[0].claims.items()
        if (score := oracle.score(entry, name)) is None or abs(score - Fraction(repr(claimed))) > Fraction(5, 100_000)
    ]
    assert sum(len(entry.bundles[0].claims) for entry in entries) == 49 * 17
    assert misses == []
    assert not any("differ" in note for note in imported.notes)


def test_the_original_tree_alone_gives_the_scores_of_the_table(shared_data: SharedData, tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    whole = read(shared_data("bfcl"))
    alone = read(shared_data("bfcl") / "original_format.tar.xz")
    assert len(list(alone.entries)) == 2
    for entry in alone.entries:
        name = entry.configuration.config_name
        assert passed(alone, name) == passed(whole, name)
        assert len(entry.bundles[0].responses) == 1700
    read_back(alone, tmp_path)
