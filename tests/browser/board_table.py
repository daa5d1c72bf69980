"""How the tests read the table of the board, and two views of the handmade one."""

import re
from pathlib import Path
from typing import Final

from playwright.sync_api import Locator, Page

from browser.handmade import documents_of, whole_board, write_site
from browser.visiting import Serve, Visit, Visits
from proofboard.schemas.board import Leaderboard

RANKING: Final = "?group=none"
IN_THE_ORDER_OF_RANKS: Final = [
    "acme/tuned",
    "acme/default",
    "bolt/default",
    "base/chance",
    "bolt/again",
    "zeta/pending",
    "zeta/broken",
    "zeta/flat",
]
# The handmade board opens on this view.
UNDER_THEIR_VENDORS: Final = [
    "acme/default",
    "acme/tuned",
    "bolt/default",
    "bolt/again",
    "zeta/pending",
    "zeta/broken",
    "zeta/flat",
    "base/chance",
]


def board_at(tmp_path: Path, serve: Serve, visit: Visits, board: Leaderboard | None = None, **options: object) -> Visit:
    """Visit a board that is written by hand, by default the one that holds every kind of row."""
    return visit(serve(write_site(tmp_path, documents_of(board or whole_board()))), **options)


def table(page: Page) -> Locator:
    """Return the first table of the board."""
    return page.locator("#panel table").first


def names(page: Page) -> list[str]:
    """Return the entries of the first table from top to bottom."""
    return table(page).locator("tbody .name").all_inner_texts()


def head(page: Page, label: str) -> Locator:
    """Return the head of a column of the first table."""
    button = page.get_by_role("button", name=re.compile(f"^{label}"))
    return table(page).locator("thead th", has=button)


def sort_by(page: Page, label: str) -> None:
    """Click the head of a column of the first table."""
    head(page, label).get_by_role("button").click()


def line_of(page: Page, name: str) -> Locator:
    """Return the row of an entry."""
    return page.locator(f'tr[data-entry="{name}"]')


def filters(page: Page) -> Page:
    """Open the filters."""
    page.get_by_role("button", name=re.compile("^Filters")).click()
    return page
