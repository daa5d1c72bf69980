"""A selector names one entry, or the error says which are near."""

from dataclasses import dataclass

import pytest

from proofboard.errors import UnknownEntryError
from proofboard.schemas.selectors import name_of, select


@dataclass(frozen=True)
class Row:
    vendor: str
    config_name: str
    model: str | None = None

    @property
    def provider(self) -> str:
        return self.vendor


ROWS = [
    Row("github", "gpt-4.1-mini", "openai/gpt-4.1-mini"),
    Row("azure", "gpt-4.1-mini", "openai/gpt-4.1-mini"),
    Row("local", "llama", "llama3.1:8b"),
    Row("acme", "base"),
]


@pytest.mark.parametrize(
    ("selector", "name"),
    [
        ("acme/base", "acme/base"),
        ("github:openai/gpt-4.1-mini", "github/gpt-4.1-mini"),
        ("llama3.1:8b", "local/llama"),
        ("local:llama3.1:8b", "local/llama"),
    ],
)
def test_an_entry_is_named_by_its_name_its_provider_and_model_or_its_model(selector: str, name: str) -> None:
    assert name_of(select(ROWS, selector)) == name


def test_a_name_goes_before_a_model_that_reads_the_same() -> None:
    rows = [*ROWS, Row("other", "proxy", "acme/base")]
    assert name_of(select(rows, "acme/base")) == "acme/base"


def test_a_model_that_several_entries_run_is_refused_with_their_names() -> None:
    with pytest.raises(UnknownEntryError, match=r"names 2 entries: azure/gpt-4\.1-mini, github/gpt"):
        select(ROWS, "openai/gpt-4.1-mini")


@pytest.mark.parametrize("selector", ["acme/bse", "ACME/BASE", "base"])
def test_a_selector_that_names_nothing_is_refused_with_near_names(selector: str) -> None:
    with pytest.raises(UnknownEntryError, match=r"near are acme/base"):
        select(ROWS, selector)


def test_a_selector_that_is_like_nothing_is_refused_with_the_names_there_are() -> None:
    with pytest.raises(UnknownEntryError, match=r"there are acme/base, azure/gpt"):
        select(ROWS, "zzzzzzzz")


def test_an_empty_board_says_so() -> None:
    with pytest.raises(UnknownEntryError, match="the board has none"):
        select([], "acme/base")


def test_a_hostile_selector_is_quoted_in_the_message() -> None:
    with pytest.raises(UnknownEntryError, match=r"'\\x1b\[31m'"):
        select(ROWS, "\x1b[31m")
