"""Files that hold tables: encodings, delimiters, lines of JSON, Parquet; every bad line is found by its number."""

import csv
import importlib
import json
import tarfile
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from imported_oracle import entry_named
from proofboard.errors import MissingExtraError
from proofboard.record.any_table.importer import read_csv, read_parquet
from table_source import board, faults, imported, means, scores

BOARD = {"a": Fraction(1, 2), "b": Fraction(1)}


def text(delimiter: str = ",", point: str = ".", newline: str = "\n") -> str:
    rows = [("model", "task", "score"), ("a", "t", f"0{point}5"), ("b", "t", "1")]
    return newline.join(delimiter.join(row) for row in rows) + newline


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_seen_from_the_lines(delimiter: str, tmp_path: Path) -> None:
    assert means(imported(tmp_path, text(delimiter))) == BOARD


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_a_decimal_comma_is_read_where_it_parts_no_cells_and_told(delimiter: str, tmp_path: Path) -> None:
    found = imported(tmp_path, text(delimiter, point=","))
    assert means(found) == BOARD
    assert "the comma was read as the decimal sign" in found.notes


def test_a_delimiter_inside_of_texts_does_not_mislead(tmp_path: Path) -> None:
    assert means(imported(tmp_path, "model,task,score,note\na,t,0.5,x; y\nb,t,1,\n")) == BOARD
    assert means(imported(tmp_path, 'model;task;score\na;"t, u";0,5\nb;"t, u";1\n')) == BOARD


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_every_encoding_with_its_mark_and_every_line_end_is_read(encoding: str, newline: str, tmp_path: Path) -> None:
    raw = text(";", newline=newline).replace("a;", "ä✓;").encode(encoding)
    assert means(imported(tmp_path, raw)) == {"ä✓": Fraction(1, 2), "b": 1}


def test_a_table_in_markdown_is_read_without_its_rule(tmp_path: Path) -> None:
    found = imported(tmp_path, "| Model | A | B |\n|:---|:-:|--:|\n| x | 0.5 | 1 |\n| y | - | 0.25 |\n")
    assert [entry.configuration.config_name for entry in found.entries] == ["x", "y"]
    assert [item.id for item in found.items] == ["a", "b"]


def test_a_line_that_names_the_delimiter_is_obeyed(tmp_path: Path) -> None:
    assert means(imported(tmp_path, "sep=;\r\n" + text(";", newline="\r\n"))) == BOARD


def test_quoted_line_feeds_belong_to_their_cell_and_lines_are_counted_on(tmp_path: Path) -> None:
    found = faults(tmp_path, 'model,task,score\n"a\nb",t,1\nc,t\nd,t,1,2\n')
    assert found == [
        "table.csv:4: has 2 cells, the header names 3 columns; quote a cell that holds ','",
        "table.csv:5: has 4 cells, the header names 3 columns; quote a cell that holds ','",
    ]


def test_empty_lines_and_columns_without_name_and_cells_are_nothing(tmp_path: Path) -> None:
    assert means(imported(tmp_path, "model,task,score,\n\na,t,0.5,\n,,,\nb,t,1,\n")) == BOARD


def test_an_index_that_a_library_wrote_is_left_out(tmp_path: Path) -> None:
    assert means(imported(tmp_path, ",model,t\n0,a,0.5\n1,b,1\n")) == BOARD


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"", "table.csv: is empty"),
        (b"\n\n", "table.csv: is empty"),
        (b"model,task,score\n", "table.csv: holds no row"),
        (b"model,task,score,score\na,t,1,1\n", "table.csv:1: names score twice"),
        (b"model,,score\na,t,1\n", "table.csv:1: column 2 has no name"),
        (b"model,task,score\na,t,1\n\xe9,t,1\n", "table.csv:3: is not UTF-8"),
        ("model,task,score\na,t,1\n".encode("utf-32"), "table.csv: is UTF-32"),
        (b'model,task,score\na,t,1\n"b,t,1\nc,t,1\n', "is not CSV: unexpected end of data"),
        (b'model,task,score\n"a"b,t,1\n', "is not CSV: ',' expected after '\"'"),
        (b"model,task,score\n" + b"x" * (9 << 20) + b",t,1\n", "is not CSV: field larger than field limit"),
    ],
)
def test_a_file_that_is_no_table_is_refused_where_it_ends_to_be_one(raw: bytes, reason: str, tmp_path: Path) -> None:
    (found,) = faults(tmp_path, raw)
    assert reason in found


def test_the_limit_of_the_csv_module_is_left_as_it_was(tmp_path: Path) -> None:
    before = csv.field_size_limit()
    imported(tmp_path, text())
    assert csv.field_size_limit() == before


def test_an_archive_is_a_folder(tmp_path: Path) -> None:
    (tmp_path / "one.csv").write_text(text())
    with tarfile.open(tmp_path / "all.tar.gz", "w:gz") as archive:
        archive.add(tmp_path / "one.csv", "results/one.csv")
    assert means(read_csv(tmp_path / "all.tar.gz")) == BOARD


LINES = '{"model":"a","task":"t","score":0.5}\n{"model":"b","task":"t","score":1}\n'


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        (LINES, "t.jsonl"),
        (LINES.rstrip(), "t.jsonl"),
        ("\ufeff" + LINES.replace("\n", "\r\n\r\n"), "t.jsonl"),
        (f"[{LINES.strip().replace(chr(10), ',')}]", "t.json"),
        (json.dumps([json.loads(line) for line in LINES.splitlines()], indent=2), "t.json"),
    ],
)
def test_objects_on_lines_and_in_lists_are_tables(raw: str, name: str, tmp_path: Path) -> None:
    assert means(imported(tmp_path, raw, name)) == BOARD


def test_nested_objects_are_columns_with_dots(tmp_path: Path) -> None:
    first = {"model": {"name": "a"}, "id": "t", "result": {"score": 0.5, "why": ["x"]}}
    second = {"model": {"name": "b"}, "id": "t", "result": {"score": 1}}
    raw = f"{json.dumps(first)}\n{json.dumps(second)}\n"
    found = imported(tmp_path, raw, "t.jsonl", entry="model.name")
    assert found.notes[0] == "columns: entry = model.name, item = id, score = result.score; left out: result.why"
    assert means(found) == BOARD


def test_every_line_that_is_no_object_is_refused_with_its_number(tmp_path: Path) -> None:
    found = faults(tmp_path, LINES + '[1]\nnope\n\n{"a":{"b":1},"a.b":2}\n{"model":\n', "t.jsonl")
    assert [one.partition(" ")[0] for one in found] == ["t.jsonl:3:", "t.jsonl:4:", "t.jsonl:6:", "t.jsonl:7:"]
    assert "holds list, expected an object" in found[0]
    assert "names 'a.b' twice" in found[2]


@pytest.mark.parametrize("raw", ['{\n"a": [1]\n}\n', '{\n"a": {"b": 1}}'])
def test_one_object_over_several_lines_is_refused_once(raw: str, tmp_path: Path) -> None:
    (reason,) = faults(tmp_path, raw, "t.json")
    assert "is one object over several lines" in reason


def test_lists_on_lines_and_lists_of_numbers_are_no_tables(tmp_path: Path) -> None:
    assert "holds list, expected an object" in faults(tmp_path, "[1]\n[2]\n[3]\n", "t.jsonl")[0]
    assert "holds int, expected an object" in faults(tmp_path, "[1, 2]", "t.json")[0]
    assert "is not JSON" in faults(tmp_path, '[{"model":', "t.json")[0]


def test_json_keeps_every_decimal_and_nan_is_no_number(tmp_path: Path) -> None:
    written = {"a": "0.1000000000001", "b": "NaN", "c": "true"}
    raw = "".join(f'{{"model":"{name}","task":"t","score":{score}}}\n' for name, score in written.items())
    assert scores(imported(tmp_path, raw, "t.jsonl", missing="drop")) == {
        ("a", "t", 0): Fraction(1, 10),
        ("c", "t", 0): 1,
    }


@pytest.mark.parametrize("value", ["9" * 6000, '"' + "x" * 50 + '"', "[0.5]", '"0,5"'])
def test_json_that_is_no_score_is_refused_without_being_computed(value: str, tmp_path: Path) -> None:
    raw = f'{{"model":"a","task":"t","score":{value}}}\n{{"model":"b","task":"t","score":1}}\n'
    (reason,) = faults(tmp_path, raw, "t.jsonl", score="score")
    assert "t.jsonl:1: the score of 'a' on 't' is" in reason


def test_json_that_nests_without_end_is_refused(tmp_path: Path) -> None:
    (reason,) = faults(tmp_path, '{"a":' * 100_000 + "1" + "}" * 100_000 + "\n", "t.jsonl")
    assert "is nested deeper than" in reason


def test_half_a_character_in_json_becomes_a_whole_one(tmp_path: Path) -> None:
    found = imported(tmp_path, LINES.replace('"a"', '"a\\ud800"'), "t.jsonl")
    assert list(board(found, tmp_path)) == ["b", "a�"]


def test_an_empty_answer_in_json_is_an_answer(tmp_path: Path) -> None:
    raw = '{"model":"a","item":"t","score":0,"output":""}\n{"model":"a","item":"u","score":1,"output":"x"}\n'
    found = imported(tmp_path, raw, "t.jsonl")
    assert [row.output for row in entry_named(found, "a").bundles[0].responses] == ["", "x"]


@pytest.fixture
def arrow() -> Any:
    return pytest.importorskip("pyarrow")


def write_parquet(folder: Path, arrow: Any, name: str = "t.parquet", **columns: Any) -> Path:
    parquet = importlib.import_module("pyarrow.parquet")
    parquet.write_table(arrow.table(columns), folder / name)
    return folder / name


def test_parquet_is_read_with_the_numbers_of_its_rows(arrow: Any, tmp_path: Path) -> None:
    path = write_parquet(tmp_path, arrow, model=["a", "b"], task=["t", "t"], score=[0.5, 1.0])
    assert means(read_parquet(path)) == BOARD
    twice = write_parquet(tmp_path, arrow, "u.parquet", model=["a", "a"], task=["t", "t"], score=[0.5, 1.0])
    with pytest.raises(Exception, match=r"u\.parquet:2: scores 'a' on 't' again and otherwise than line 1"):
        read_parquet(twice)


def test_every_kind_of_column_keeps_what_it_says(arrow: Any, tmp_path: Path) -> None:
    path = write_parquet(
        tmp_path,
        arrow,
        model=arrow.array(["a", "b"]).dictionary_encode(),
        task=arrow.array([7, 7], arrow.int8()),
        small=arrow.array([0.1, None], arrow.float32()),
        tiny=arrow.array([0.5, 1.0], arrow.float16()),
        exact=arrow.array([Decimal("0.1000"), Decimal("0.2500")], arrow.decimal128(6, 4)),
        passed=arrow.array([True, False]),
        when=arrow.array([datetime(2025, 1, 2, 3, 4, 5, 6, UTC), None], arrow.timestamp("ns", "UTC")),
        level=arrow.array([date(2025, 1, 1), date(2025, 1, 1)]),
        nested=arrow.array([{"x": 0.25, "y": [1, 2]}, None]),
    )
    said = {f"score.{name}": name for name in ("small", "tiny", "exact", "passed", "nested.x")}
    found = read_parquet(path, columns={**said, "date": "when", "headline": "exact"})
    metrics = found.benchmark.metrics
    assert {name: metric.denominator for name, metric in metrics.items()} == {
        "small": 10,
        "tiny": 10,
        "exact": 100,
        "passed": 1,
        "nested.x": 100,
    }
    bundles = {entry.configuration.config_name: entry.bundles[0] for entry in found.entries}
    assert bundles["a"].scores[0].scores == {"small": 1, "tiny": 5, "exact": 10, "passed": 1, "nested.x": 25}
    assert bundles["b"].scores[0].scores == {"small": None, "tiny": 10, "exact": 25, "passed": 0, "nested.x": None}
    assert bundles["a"].recorded == "2025-01-02"


def test_a_file_that_is_no_parquet_is_refused(arrow: Any, tmp_path: Path) -> None:
    del arrow
    (reason,) = faults(tmp_path, "model,task,score\n", "t.parquet")
    assert "is not a readable Parquet file" in reason


def test_parquet_without_rows_or_with_a_name_twice_is_refused(arrow: Any, tmp_path: Path) -> None:
    parquet = importlib.import_module("pyarrow.parquet")
    parquet.write_table(arrow.table([["a"], ["b"]], names=["x", "x"]), tmp_path / "twice.parquet")
    with pytest.raises(Exception, match="names x twice"):
        read_parquet(tmp_path / "twice.parquet")
    empty = write_parquet(tmp_path, arrow, model=arrow.array([], arrow.string()))
    with pytest.raises(Exception, match="holds no row"):
        read_parquet(empty)


def test_without_pyarrow_parquet_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(name: str) -> ModuleType:
        raise ImportError(name)

    (tmp_path / "t.parquet").write_bytes(b"PAR1")
    monkeypatch.setattr(importlib, "import_module", absent)
    with pytest.raises(MissingExtraError, match=r"install proofboard\[parquet\]"):
        read_parquet(tmp_path / "t.parquet")
