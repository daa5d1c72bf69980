"""Tables of other tools: typed columns, every bad value with its line, and Parquet only where it can be read."""

import importlib
import json
import tarfile
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from proofboard.errors import InputError, MissingExtraError
from proofboard.record.foreign import (
    SourceFile,
    count_or_none,
    first_word,
    microseconds_or_none,
    opened,
    parse,
    parse_lines,
)
from proofboard.record.tables import Table, read_table


def source(folder: Path, raw: bytes, name: str = "table.csv") -> SourceFile:
    path = folder / name
    path.write_bytes(raw)
    return SourceFile(name, path)


def table(folder: Path, text: str, *required: str) -> Table:
    found = read_table(source(folder, text.encode()), required)
    assert found
    return found


def test_a_byte_order_mark_and_quoted_line_feeds_are_read(tmp_path: Path) -> None:
    found = table(tmp_path, '\ufeffname,n\r\n"a\nb",1\r\n', "name", "n")
    assert (found.texts("name"), found.integers("n")) == (["a\nb"], [1])


def test_empty_values_and_nan_are_unknown(tmp_path: Path) -> None:
    found = table(tmp_path, "n,x,f,t\n,nan,,\n2,1.5,True,a\n", "n", "x", "f", "t")
    assert found.integers("n") == [None, 2]
    assert found.numbers("x") == [None, 1.5]
    assert found.flags("f") == [None, True]
    assert found.optional_texts("t") == [None, "a"]


def test_an_absent_column_is_unknown_everywhere(tmp_path: Path) -> None:
    assert table(tmp_path, "a\n1\n2\n", "a").numbers("b") == [None, None]


def test_a_table_without_a_required_column_is_left_alone(tmp_path: Path) -> None:
    assert read_table(source(tmp_path, b"a,b\n1\n"), ("c",)) is None


def test_every_value_that_cannot_be_read_is_a_fault_with_its_line(tmp_path: Path) -> None:
    found = table(tmp_path, "n,f,t\n1.5,2,\nx,no,a\n", "n", "f", "t")
    found.integers("n")
    found.flags("f")
    found.texts("t")
    with pytest.raises(InputError) as caught:
        found.refuse()
    assert [fault.line for fault in caught.value.faults] == [2, 2, 2, 3, 3]


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"a,b\n1\n", "table.csv:2: has 1 values"),
        (b"a,a\n1,2\n", "names the column 'a' twice"),
        (b"a\n\xff\n", "is not UTF-8"),
        (b"a\n" + b"x" * 200_000, "is not CSV"),
    ],
)
def test_a_damaged_csv_file_is_a_fault(tmp_path: Path, raw: bytes, reason: str) -> None:
    with pytest.raises(InputError, match=reason):
        read_table(source(tmp_path, raw), ("a",))


def write_parquet(folder: Path, columns: dict[str, list[Any]]) -> SourceFile:
    pytest.importorskip("pyarrow")
    arrow, parquet = importlib.import_module("pyarrow"), importlib.import_module("pyarrow.parquet")
    parquet.write_table(arrow.table(columns), folder / "table.parquet")
    return SourceFile("table.parquet", folder / "table.parquet")


def test_parquet_columns_are_typed_like_those_of_csv(tmp_path: Path) -> None:
    columns: dict[str, list[Any]] = {"n": [1.0, None], "x": [float("nan"), 2.5], "f": [True, None], "t": ["a", None]}
    found = read_table(write_parquet(tmp_path, columns), ("n", "t"), ("x", "f"))
    assert found
    assert (found.integers("n"), found.numbers("x")) == ([1, None], [None, 2.5])
    assert (found.flags("f"), found.optional_texts("t")) == ([True, None], ["a", None])
    found.refuse()


def test_a_parquet_column_of_another_type_is_a_fault_for_each_row(tmp_path: Path) -> None:
    found = read_table(write_parquet(tmp_path, {"n": [[1], [2]]}), ("n",))
    assert found
    found.numbers("n")
    found.texts("n")
    assert len(found.faults) == 4


def test_a_damaged_parquet_file_is_a_fault(tmp_path: Path) -> None:
    file = write_parquet(tmp_path, {"n": list(range(1000))})
    raw = file.path.read_bytes()
    for damaged in (b"PAR1", raw[: len(raw) // 2], raw[:100] + bytes(600) + raw[700:]):
        file.path.write_bytes(damaged)
        with pytest.raises(InputError, match="not a readable Parquet file"):
            read_table(file, ("n",))


def test_parquet_without_pyarrow_names_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(name: str) -> ModuleType:
        raise ImportError(name)

    monkeypatch.setattr(importlib, "import_module", absent)
    with pytest.raises(MissingExtraError, match=r"proofboard\[parquet\]"):
        read_table(source(tmp_path, b"PAR1", "table.parquet"), ("n",))


def test_numbers_that_json_does_not_have_are_unknown() -> None:
    assert parse(b"[NaN, -Infinity, 1e999, 1.5]", "x") == [None, None, None, 1.5]


def test_integers_that_readers_would_round_are_kept_as_text() -> None:
    assert parse(b"[9007199254740992, 9007199254740993, " + b"9" * 5000 + b"]", "x") == [
        2**53,
        "9007199254740993",
        "9" * 5000,
    ]


def test_deep_nesting_is_a_fault_and_no_crash() -> None:
    with pytest.raises(InputError, match="deeper"):
        parse(b"[" * 100_000, "x")


def test_every_line_that_is_no_object_is_a_fault() -> None:
    with pytest.raises(InputError) as caught:
        parse_lines(b'{"a": 1}\n\n[1]\nnope\n', "x")
    assert [fault.line for fault in caught.value.faults] == [3, 4]


@pytest.mark.parametrize("value", [None, -1, 1.5, True, "3", [], float("nan"), float("inf"), 2**60])
def test_what_is_no_count_is_unknown(value: Any) -> None:
    assert count_or_none(value) is None


@pytest.mark.parametrize("value", [None, 0, -1, "3", True, float("nan"), float("inf"), 1e300, 1e-9])
def test_what_is_no_duration_is_unknown(value: Any) -> None:
    assert microseconds_or_none(value) is None


@pytest.mark.parametrize(("name", "word"), [("gpt-4o", "gpt"), ("org/model", "org"), ("-x y", "x"), ("---", "---")])
def test_the_first_word_of_a_name_is_its_maker(name: str, word: str) -> None:
    assert first_word(name) == word


def test_archives_inside_a_source_are_read_as_folders(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(json.dumps(1))
    with tarfile.open(tmp_path / "b.tar.gz", "w:gz") as archive:
        archive.add(tmp_path / "a.json", "deep/a.json")
    with opened(tmp_path) as files:
        assert [file.name for file in files] == ["a.json", "b.tar.gz/deep/a.json"]
        assert files[1].bytes() == b"1"
    assert not files[1].path.exists()
