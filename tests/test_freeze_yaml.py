"""What is written as YAML is read back as it was, whatever a reader of YAML 1.1 or 1.2 would take it for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proofboard.record.freeze import as_yaml
from proofboard.schemas.reading import parse_yaml

TEXTS = [
    "1e308",
    "nUll",
    "tRue",
    ".inf",
    "~",
    "",
    "no",
    "on",
    "1_000",
    "0x1F",
    "12:30",
    "2020-01-01",
    "- a",
    "a: b",
    "\x85",
]


@pytest.mark.parametrize("text", TEXTS)
def test_a_text_that_looks_like_another_value_stays_a_text(text: str) -> None:
    assert parse_yaml(as_yaml({"key": text, text: [text]}), "x") == {"key": text, text: [text]}


@given(st.text(st.characters(codec="utf-8"), max_size=40))
def test_any_text_is_read_back(text: str) -> None:
    assert parse_yaml(as_yaml({"key": [text]}), "x") == {"key": [text]}
