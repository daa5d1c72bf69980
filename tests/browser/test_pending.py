"""Entries that wait for the close, in a real browser: nobody takes them for ranked."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from append_cases import inputs_of, with_pending
from browser.board_table import board_at, line_of
from browser.visiting import Serve, Visit, Visits
from builders import benchmark_folder, entry
from proofboard.publish.assemble import assemble
from proofboard.publish.write import write_site

ENTRIES = [entry("acme/base", 5, kind="default"), entry("acme/late", 7), entry("bolt/other", 6)]

# The page may be a build that is not packaged yet.
pytestmark = pytest.mark.usefixtures("sites")


@pytest.fixture
def waiting(tmp_path: Path, serve: Serve, visit: Visits) -> Visit:
    """Visit a board to which one entry was appended since its close."""
    made, places = inputs_of(benchmark_folder(tmp_path / "benchmark", ENTRIES))
    write_site(assemble(with_pending(made, ["acme/late"])), places, tmp_path / "site")
    return visit(serve(tmp_path / "site"))


def test_the_head_says_how_many_wait_and_whose_ranks_are_shown(waiting: Visit) -> None:
    words = "Ranks and comparisons are those of the last close: 1 pending"
    expect(waiting.goto().locator("#pending")).to_have_text(words)


@pytest.mark.parametrize("where", ["", "?tab=by-category&board=logic"])
def test_the_row_says_that_it_waits_and_has_no_rank(waiting: Visit, where: str) -> None:
    line = line_of(waiting.goto(where), "acme/late")
    expect(line.locator(".badge.warn")).to_have_text("waits for the next close")
    expect(line.locator("td.rank")).to_have_text(re.compile("none"))


def test_own_weights_rank_nobody_who_waits(waiting: Visit) -> None:
    page = waiting.goto("?weights=correct:1")
    expect(line_of(page, "bolt/other").locator("td[data-column=own_rank]")).to_contain_text("1")
    expect(line_of(page, "acme/late").locator("td[data-column=own_rank]")).to_have_text(re.compile("none"))


def test_a_closed_board_says_nothing_of_waiting(tmp_path: Path, serve: Serve, visit: Visits) -> None:
    expect(board_at(tmp_path, serve, visit).goto().locator("#pending")).to_have_count(0)
