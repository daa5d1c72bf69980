"""Round trips: whatever is written into a table, in any form and format, its means are the exact fractions."""

import json
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from proofboard.errors import InputError
from table_source import board, csv_text, imported, means

Scores = Mapping[tuple[str, str], Decimal]
"""Entry and item → score."""

# Letters only: a name such as `NA`, `Average` or ` a` says something else, and the other tests are about that.
NAMES = st.text("abcdefghijkäß漢Ω", min_size=1, max_size=8).map(lambda name: f"n{name}")
SHARES = st.decimals(0, 1, places=4)
MARKS = st.decimals(-500, 500, places=3)


@st.composite
def full_tables(draw: st.DrawFn, numbers: st.SearchStrategy[Decimal]) -> Scores:
    entries = draw(st.lists(NAMES, min_size=1, max_size=5, unique=True))
    items = draw(st.lists(NAMES, min_size=2, max_size=6, unique=True))
    return {(entry, item): draw(numbers) for entry in entries for item in items}


def names(scores: Scores) -> tuple[list[str], list[str]]:
    return list(dict.fromkeys(entry for entry, _ in scores)), list(dict.fromkeys(item for _, item in scores))


def long_rows(scores: Scores) -> list[tuple[str, str, str]]:
    return [("model", "task", "score"), *((entry, item, str(score)) for (entry, item), score in scores.items())]


def wide_rows(scores: Scores) -> list[Sequence[str]]:
    entries, items = names(scores)
    return [["model", *items], *([entry, *(str(scores[entry, item]) for item in items)] for entry in entries)]


def exact(scores: Scores) -> dict[str, Fraction]:
    entries, items = names(scores)
    return {
        entry: sum((Fraction(scores[entry, item]) for item in items), Fraction(0)) / len(items) for entry in entries
    }


@given(full_tables(st.one_of(SHARES, st.sampled_from([Decimal(0), Decimal(1)]))), st.sampled_from(",;\t|"))
@settings(max_examples=60)
def test_the_means_of_a_long_table_are_exact(scores: Scores, delimiter: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        assert means(imported(Path(folder), csv_text(long_rows(scores), delimiter))) == exact(scores)


@given(full_tables(MARKS))
@settings(max_examples=60)
def test_the_means_of_a_wide_table_are_exact_on_its_own_scale(scores: Scores) -> None:
    with tempfile.TemporaryDirectory() as folder:
        found = imported(Path(folder), csv_text(wide_rows(scores)), form="wide", entry="model", scale="plain")
        assert means(found) == exact(scores)


@given(full_tables(SHARES))
@settings(max_examples=40)
def test_a_table_and_its_transpose_give_the_same_means(scores: Scores) -> None:
    turned = list(zip(*wide_rows(scores), strict=True))
    with tempfile.TemporaryDirectory() as folder:
        found = imported(
            Path(folder), csv_text([["task", *turned[0][1:]], *turned[1:]]), form="wide-items", item="task"
        )
        assert means(found) == exact(scores)


@given(full_tables(SHARES), st.randoms(use_true_random=False))
@settings(max_examples=40)
def test_lines_of_json_in_any_order_give_the_same_means(scores: Scores, chance: object) -> None:
    header, *rows = long_rows(scores)
    chance.shuffle(rows)  # type: ignore[attr-defined]
    lines = [json.dumps(dict(zip(header, (*row[:2], float(row[2])), strict=True))) for row in rows]
    with tempfile.TemporaryDirectory() as folder:
        assert means(imported(Path(folder), "\n".join(lines), "table.jsonl")) == exact(scores)


@given(full_tables(st.decimals(0, 100, places=2)))
@settings(max_examples=40)
def test_per_cent_signs_and_a_scale_of_per_cent_say_the_same(scores: Scores) -> None:
    signed = [(*row[:2], f"{row[2]}%") for row in long_rows(scores)[1:]]
    with tempfile.TemporaryDirectory() as folder:
        plain = imported(Path(folder), csv_text(long_rows(scores)), scale="percent")
        marked = imported(Path(folder), csv_text([("model", "task", "score"), *signed]))
        expected = {entry: mean / 100 for entry, mean in exact(scores).items()}
        assert means(plain) == means(marked) == expected


@given(full_tables(SHARES))
@settings(max_examples=8)
def test_a_board_stands_in_the_order_of_its_means(scores: Scores) -> None:
    with tempfile.TemporaryDirectory() as folder:
        published = board(imported(Path(folder), csv_text(long_rows(scores))), Path(folder))
    expected = exact(scores)
    assert list(published.values()) == sorted(published.values(), reverse=True)  # type: ignore[type-var]
    assert [expected[name] for name in published] == sorted(expected.values(), reverse=True)


@given(st.text(max_size=300))
@settings(max_examples=150)
def test_any_text_is_a_table_or_a_clean_refusal(text: str) -> None:
    encoded = text.encode("utf-8", "replace")
    for name in ("table.csv", "table.jsonl"):
        # Any other error would fail the test.
        with tempfile.TemporaryDirectory() as folder, suppress(InputError):
            imported(Path(folder), encoded, name)
