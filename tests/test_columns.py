"""The board by column: every form gives every value back, and a large board opens with little."""

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core_builders import benchmark, entry, inputs, items, verdicts
from large_board import large_board
from proofboard import canonical
from proofboard.api.compressing import compressed
from proofboard.publish.assemble import assemble
from proofboard.publish.columns import BOARD, EFFICIENCY, Column, columns, efficiency, packed, unpacked
from proofboard.schemas.board import Leaderboard
from proofboard.schemas.publication import Columns, Projection

LIMIT_BYTES = 300_000

DECIMALS = st.one_of(
    st.none(),
    st.integers(-(10**9), 10**9).map(lambda number: number / 10**6),
    # No published number is minus zero.
    st.floats(allow_nan=False, allow_infinity=False).map(lambda number: number + 0.0),
)
WORDS = st.one_of(st.none(), st.booleans(), st.text(max_size=3), st.just({"a": ["b"]}))


def again(values: dict[str, Any], named: dict[str, Column], n_rows: int) -> dict[str, Any]:
    """Write columns as a document has them, read that, and take the values back."""
    written = {"schema_version": 1, "leaderboard": "sha256:" + "0" * 64, "n_rows": n_rows}
    raw = canonical.dump(written | {"columns": packed(values, named)})
    return unpacked(msgspec.json.decode(raw, type=Projection).columns, named, n_rows)


@given(st.lists(st.tuples(DECIMALS, DECIMALS, WORDS, st.one_of(st.none(), st.integers(-9, 9))), max_size=8))
def test_every_form_gives_every_value_back(rows: list[Any]) -> None:
    named = {
        "score": Column("", "decimals"),
        "gap": Column("", "decimals", "score"),
        "reach": Column("", "intervals", "score"),
        "word": Column("", "words"),
        "count": Column("", "counts"),
        "range": Column("", "ranges", "count"),
    }
    values = {
        "score": [row[0] for row in rows],
        "gap": [row[1] for row in rows],
        "reach": [None if row[1] is None else [row[1], row[1]] for row in rows],
        "word": [row[2] for row in rows],
        "count": [row[3] for row in rows],
        "range": [None if row[3] is None else [row[3] - 1, row[3] + 2] for row in rows],
    }
    assert canonical.dump(again(values, named, len(rows))) == canonical.dump(values)


def test_numbers_that_never_turn_are_written_as_steps() -> None:
    made = packed({"rank": [1, 1, 3, None, 4]}, {"rank": Column("rank", "counts")})
    assert msgspec.to_builtins(made) == {"rank": {"form": "numbers", "places": 0, "steps": [1, 0, 2, None, 1]}}


def test_an_interval_is_written_by_how_far_it_reaches() -> None:
    named = {"public": Column("", "decimals"), "interval": Column("", "intervals", "public")}
    made = msgspec.to_builtins(packed({"public": [0.5, None], "interval": [[0.4, 0.61], None]}, named))
    assert made["interval"] == {
        "form": "intervals", "near": "public", "places": 2, "below": [10, None], "further": [1, None],
    }  # fmt: skip


def test_a_column_that_says_nothing_is_null() -> None:
    assert packed({"title": [None, None]}, {"title": Column("title", "words")}) == {"title": None}


@pytest.mark.parametrize("number", [2.0**60, 2.0**48 + 0.125, 1e-17])
def test_numbers_that_readers_of_json_would_round_stay_decimals(number: float) -> None:
    assert packed({"cost": [number]}, {"cost": Column("cost", "decimals")}) == {"cost": [number]}


def test_the_header_is_that_of_the_board_with_counts_in_the_place_of_rows() -> None:
    rules, asked = benchmark(), items(12)
    one = entry(rules, asked, "v/base", verdicts("1" * 9 + "0" * 3), own={})
    made = assemble(inputs(rules, asked, [one])).documents
    board, header = json.loads(made["leaderboard.json"]), json.loads(made["columns.json"])["header"]
    rows = {"entries", "other_protocols", "skipped"}
    assert {name: header[name] for name in board.keys() - rows} == {
        name: value for name, value in board.items() if name not in rows
    }
    counts = {name: header[name] for name in header.keys() - (board.keys() - rows)}
    assert counts == {"n_entries": 1, "other_protocols": {}, "n_skipped": 0}


@pytest.fixture(scope="module", params=[True, False], ids=["held-out", "public"])
def large(request: pytest.FixtureRequest) -> Leaderboard:
    return large_board(on_held_out=request.param)


@pytest.mark.parametrize("encoding", ["zstd", "gzip"])
def test_a_board_of_ten_thousand_entries_opens_with_little(large: Leaderboard, encoding: str) -> None:
    for document in (columns(large, b""), efficiency(large, b"")):
        small = compressed(canonical.dump(document), encoding)
        assert small is not None
        assert len(small) <= LIMIT_BYTES


def test_every_number_of_a_large_board_comes_back(large: Leaderboard) -> None:
    rows = json.loads(canonical.dump(large))["entries"]
    for document, named, kind in ((columns, BOARD, Columns), (efficiency, EFFICIENCY, Projection)):
        read = msgspec.json.decode(canonical.dump(document(large, b"")), type=kind)
        values = unpacked(read.columns, named, len(rows))
        for name, own in named.items():
            assert values[name] == [at(row, own.path) for row in rows], name


def at(row: Any, path: str) -> Any:
    for name in path.split("."):
        row = None if row is None else len(row) if name == "__len__" else row[name]
    return row
