"""What is imported from AlpacaEval: judgements as a table or as the judges' own files, leaderboards as claims."""

import csv
import json
import zipfile
from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from imported_oracle import Oracle, entry_named, read_back, standard_error
from proofboard.errors import InputError
from proofboard.record.alpaca_eval.importer import read
from proofboard.record.imported import Imported, ImportedEntry

SharedData = Callable[[str], Path]

COLUMNS = ("evaluator", "model", "instruction", "preference", "len_baseline", "len_model", "dataset")


def row(
    model: str = "m-1", number: int = 0, preference: object = 2, evaluator: str = "judge", dataset: str = "koala"
) -> list[object]:
    return [evaluator, model, number, preference, 10, 20 + number, dataset]


def write_table(
    folder: Path, rows: Iterable[Sequence[object]], name: str = "annotations.csv", header: Sequence[str] = COLUMNS
) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / name).open("w", newline="", encoding="utf-8") as stream:
        csv.writer(stream).writerows([header, *rows])
    return folder


def annotation(prompt: str = "Why?", preference: Any = 2, **changed: Any) -> dict[str, Any]:
    return {
        "instruction": prompt,
        "output_1": "a" * 10,
        "output_2": "b" * 20,
        "generator_1": "base",
        "generator_2": "m-1",
        "annotator": "judge",
        "preference": preference,
        "dataset": "koala",
        **changed,
    }


def write_annotations(folder: Path, *rows: Any, name: str = "annotations.json") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(rows))
    return folder


def wins(imported: Imported, config_name: str = "m-1") -> list[int | None]:
    return [line.scores["win"] for line in entry_named(imported, config_name).bundles[0].scores]


def faults(source: Path) -> list[str]:
    with pytest.raises(InputError) as caught:
        read(source)
    return [str(fault) for fault in caught.value.faults]


@pytest.mark.parametrize(
    ("preference", "win"),
    [
        (1, 0),
        (2, 10**12),
        (1.5, 5 * 10**11),
        (0, 5 * 10**11),
        ("", None),
        ("nan", None),
        (1.7328323962, 732_832_396_200),
        (1.0000000000000002, 0),
        (1.0000000000005, 0),  # halves are rounded to even
        (1.9999999999995, 10**12),
    ],
)
def test_a_preference_is_read_as_the_decimal_that_was_written(
    tmp_path: Path, preference: object, win: int | None
) -> None:
    assert wins(read(write_table(tmp_path, [row(preference=preference)]))) == [win]


@pytest.mark.parametrize("preference", [0.5, 2.1, -1, "inf", "1e999", "x"])
def test_a_preference_off_the_scale_is_a_fault_with_its_line(tmp_path: Path, preference: object) -> None:
    (fault,) = faults(write_table(tmp_path, [row(preference=preference)]))
    assert fault.startswith("annotations.csv:2:")


def test_judgements_without_a_verdict_are_left_out_of_the_win_rate(tmp_path: Path) -> None:
    rows = [row(number=0, preference=2), row(number=1, preference=""), row(number=2, preference=1)]
    imported = read(write_table(tmp_path / "source", rows))
    assert Oracle(imported).score(entry_named(imported, "m-1"), "win") == Fraction(1, 2)
    assert any("1 judgement(s) gave no verdict" in note for note in imported.notes)
    read_back(imported, tmp_path / "benchmark")


def test_the_evaluator_with_most_entries_forms_the_board(tmp_path: Path) -> None:
    rows = [row("m-1"), row("m-2"), row("m-1", evaluator="another", preference=1), row("m-3", evaluator="another")]
    rows += [row("m-4")]
    imported = read(write_table(tmp_path / "source", rows))
    assert imported.benchmark.protocol_version == "judge"
    assert {entry.configuration.config_name: entry.protocol_version for entry in imported.entries} == {
        "m-1": None,
        "m-2": None,
        "m-4": None,
        "m-1-another": "another",
        "m-3": "another",
    }
    assert [entry.bundles[0].judge and entry.bundles[0].judge.model for entry in imported.entries][-1] == "another"
    read_back(imported, tmp_path / "benchmark")


def test_annotation_files_give_prompts_answers_and_lengths(tmp_path: Path) -> None:
    write_annotations(tmp_path / "source", annotation("Why?", 1.25), annotation("How?", None))
    imported = read(tmp_path / "source")
    assert [item.prompt for item in imported.items] == ["Why?", "How?"]
    assert [item.facets for item in imported.items] == [{"dataset": "koala"}] * 2
    bundle = entry_named(imported, "m-1").bundles[0]
    assert [response.output for response in bundle.responses] == ["b" * 20] * 2
    assert [line.scores for line in bundle.scores] == [
        {"win": 250_000_000_000, "length": 20},
        {"win": None, "length": 20},
    ]
    read_back(imported, tmp_path / "benchmark")


def test_the_id_of_a_prompt_does_not_depend_on_the_files_beside_it(tmp_path: Path) -> None:
    write_annotations(tmp_path / "a", annotation("Why?"))
    write_annotations(tmp_path / "b", annotation("How?"), annotation("Why?"))
    (alone,) = read(tmp_path / "a").items
    assert {item.id: item.prompt for item in read(tmp_path / "b").items}[alone.id] == "Why?"
    assert alone.id.startswith("prompt-")


def test_a_prompt_that_stands_twice_in_a_file_is_two_items(tmp_path: Path) -> None:
    imported = read(write_annotations(tmp_path / "source", annotation("Why?", 1), annotation("Why?", 2)))
    assert len({item.id for item in imported.items}) == 2
    assert wins(imported) == [0, 10**12]
    read_back(imported, tmp_path / "benchmark")


def test_nan_in_an_annotation_file_is_no_verdict(tmp_path: Path) -> None:
    assert wins(read(write_annotations(tmp_path, annotation(preference=float("nan"))))) == [None]


def test_folders_name_model_and_evaluator_where_the_file_does_not(tmp_path: Path) -> None:
    anonymous = annotation(generator_2=None, annotator=None)
    imported = read(write_annotations(tmp_path, anonymous, name="results/m-9/some_judge/annotations.json"))
    assert entry_named(imported, "m-9").configuration.model_name() == "m-9"
    assert imported.benchmark.protocol_version == "some_judge"


def test_an_archive_or_a_single_file_may_be_the_source(tmp_path: Path) -> None:
    write_annotations(tmp_path, annotation())
    with zipfile.ZipFile(tmp_path / "source.zip", "w") as archive:
        archive.write(tmp_path / "annotations.json", "results/m-1/judge/annotations.json")
    assert wins(read(tmp_path / "source.zip")) == wins(read(tmp_path / "annotations.json")) == [10**12]


def test_annotation_files_spell_out_the_instructions_that_a_table_numbers(tmp_path: Path) -> None:
    write_table(tmp_path / "source", [row(number=7, preference=1.25), row(number=8, preference=1.75)])
    write_annotations(tmp_path / "source", annotation("Why?", 1.75, output_2="b" * 28))
    imported = read(tmp_path / "source")
    assert [(item.id, item.prompt) for item in imported.items] == [
        ("instruction-0007", None),
        ("instruction-0008", "Why?"),
    ]
    assert wins(imported) == [250_000_000_000, 750_000_000_000]
    assert not any("not in the table" in note for note in imported.notes)
    read_back(imported, tmp_path / "benchmark")


def test_a_model_that_only_annotation_files_judge_joins_the_numbered_instructions(tmp_path: Path) -> None:
    write_table(tmp_path, [row(number=8, preference=1.75)])
    write_annotations(tmp_path, annotation("Why?", 1.75, output_2="b" * 28), annotation("Why?", 1, generator_2="m-2"))
    imported = read(tmp_path)
    assert [line.item_id for line in entry_named(imported, "m-2").bundles[0].scores] == ["instruction-0008"]


def test_annotations_that_a_table_contradicts_are_noted(tmp_path: Path) -> None:
    write_table(tmp_path, [row(preference=1)])
    imported = read(write_annotations(tmp_path, annotation(preference=2)))
    assert wins(imported) == [0]
    assert any("1 of 1 annotations are not in the table" in note for note in imported.notes)


BOARD = ("", "win_rate", "standard_error", "n_total", "mode", "length_controlled_winrate")


def test_a_stale_published_row_is_kept_as_a_claim_beside_the_recomputed_rate(tmp_path: Path) -> None:
    write_table(tmp_path, [row(number=0, preference=2), row(number=1, preference=1)])
    board = [["m-1", "19.63", "1.4", "805", "verified", "20.5"], ["absent", "1", "1", "1", "", ""]]
    imported = read(write_table(tmp_path, board, "published_judge.csv", BOARD))
    entry = entry_named(imported, "m-1")
    assert entry.bundles[0].claims == {
        "win": 0.1963,
        "standard_error": 0.014,
        "length_controlled_win": 0.205,
        "n_total": 805,
        "mode": "verified",
    }
    assert Oracle(imported).score(entry, "win") == Fraction(1, 2)
    assert any("judge: 1 published row(s) have no judgements" in note for note in imported.notes)


def test_the_leaderboard_of_another_evaluator_claims_nothing(tmp_path: Path) -> None:
    write_table(tmp_path, [row()])
    write_table(tmp_path, [["m-1", "19.63", "", "", "", ""]], "another_leaderboard.csv", BOARD)
    assert entry_named(read(tmp_path), "m-1").bundles[0].claims == {}


@pytest.mark.parametrize(
    "bad",
    ["x", annotation(preference="2"), annotation(preference=True), annotation(preference=3), annotation(prompt=[])],  # type: ignore[arg-type]
)
def test_an_annotation_that_cannot_be_read_is_a_fault_with_its_number(tmp_path: Path, bad: Any) -> None:
    (fault,) = faults(write_annotations(tmp_path, annotation(), bad))
    assert "annotation 2" in fault


def test_a_judgement_that_stands_in_two_files_is_refused(tmp_path: Path) -> None:
    write_annotations(tmp_path, annotation(), name="a.json")
    assert "in another file too" in faults(write_annotations(tmp_path, annotation(), name="b.json"))[0]


def test_an_instruction_that_stands_twice_in_a_table_is_refused(tmp_path: Path) -> None:
    assert "stands twice" in faults(write_table(tmp_path, [row(), row()]))[0]


def test_a_source_without_judgements_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{}")
    assert "no AlpacaEval results" in faults(tmp_path)[0]


def test_items_without_a_data_set_say_so_where_others_have_one(tmp_path: Path) -> None:
    imported = read(write_table(tmp_path, [row(number=0), row(number=1, dataset="")]))
    assert [item.facets["dataset"] for item in imported.items] == ["koala", "unstated"]


def test_published_win_rates_and_errors_are_reached(shared_data: SharedData, tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    folder = shared_data("alpacaeval")
    imported = read(folder)
    oracle = Oracle(imported)
    entries: dict[tuple[str, str], ImportedEntry] = {}
    for entry in imported.entries:
        judge, model = entry.bundles[0].judge, entry.configuration.model_name()
        assert judge
        assert model
        entries[judge.model, model] = entry
    with (folder / "expected.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert len(rows) == len(entries) == 83
    for expected in rows:
        entry = entries[expected["evaluator"], expected["model"]]
        known = oracle.items(entry, "win")
        rate = oracle.score(entry, "win")
        assert rate is not None
        assert abs(100 * rate - Fraction(expected["win_rate"])) < Fraction(1, 10**9)
        assert abs(100 * standard_error(known) - float(expected["standard_error"])) < 1e-9
        assert len(known) == int(expected["n_total"])
        assert known.count(Fraction(1, 2)) == int(expected["n_draws"])
        claimed = entry.bundles[0].claims.get("win")
        assert claimed is None or abs(rate - Fraction(repr(claimed))) < Fraction(1, 10**11)
    assert sum(item.prompt is not None for item in imported.items) == 12
    read_back(imported, tmp_path)
