"""Rows under their vendors in a real browser: who stands where, and how a reader gets from one view to the other."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from browser.board_table import (
    IN_THE_ORDER_OF_RANKS,
    RANKING,
    UNDER_THEIR_VENDORS,
    board_at,
    head,
    line_of,
    names,
    sort_by,
    table,
)
from browser.handmade import leaderboard, row
from browser.visiting import Serve, Visit, Visits

# The page may be a build that is not packaged yet.
pytestmark = pytest.mark.usefixtures("sites")


@pytest.fixture
def whole(tmp_path: Path, serve: Serve, visit: Visits) -> Visit:
    return board_at(tmp_path, serve, visit)


def test_entries_stand_under_their_vendor_with_the_default_first_and_yardsticks_last(whole: Visit) -> None:
    page = whole.goto()
    assert names(page) == UNDER_THEIR_VENDORS
    expect(page.get_by_role("button", name="By vendor")).to_have_attribute("aria-pressed", "true")
    # Vendors stand in the order of their best ranks; those without one come next.
    heads = table(page).locator("th[scope=rowgroup]")
    found = ["acme · best rank 1", "bolt · best rank 2", "zeta3 entries", "For comparison: chance, humans"]
    expect(heads).to_have_text([re.compile(f"^{text}") for text in found])
    lefts = [
        line_of(page, name).locator(".name").evaluate("name => name.getBoundingClientRect().left")
        for name in ("acme/default", "acme/tuned")
    ]
    assert lefts[0] < lefts[1]


def test_the_first_rank_is_marked_and_no_other(whole: Visit) -> None:
    page = whole.goto()
    expect(table(page).locator("td .top")).to_have_text("1")
    expect(line_of(page, "acme/tuned").locator("td .top")).to_have_text("1")
    expect(table(page).locator(".group .first")).to_have_text(["best rank 1"])


def test_a_board_of_entries_that_compete_with_no_default_is_a_plain_ranking(
    tmp_path: Path, serve: Serve, visit: Visits
) -> None:
    rows = [
        row("acme/a", 1, 0.9),
        row("bolt/b", 2, 0.8, kind="default"),
        row("acme/c", 3, 0.7),
        # A vendor with two defaults has none.
        row("many/d", 4, 0.6, kind="default"),
        row("many/e", 5, 0.5, kind="default"),
    ]
    page = board_at(tmp_path, serve, visit, leaderboard(rows)).goto()
    assert names(page) == ["acme/a", "bolt/b", "acme/c", "many/d", "many/e"]
    expect(page.get_by_role("button", name="Ranking")).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name="By vendor").click()
    assert names(page) == ["acme/a", "acme/c", "bolt/b", "many/d", "many/e"]
    assert page.url.endswith("?group=vendor")


def test_the_other_order_of_rows_stays_in_the_address(whole: Visit, visit: Visits) -> None:
    page = whole.goto()
    page.get_by_role("button", name="Ranking").click()
    assert page.url.endswith(RANKING)
    again = visit(whole.address).goto(RANKING)
    assert names(again) == IN_THE_ORDER_OF_RANKS
    again.get_by_role("button", name="By vendor").click()
    assert names(again) == UNDER_THEIR_VENDORS
    assert "group" not in again.url


def test_vendors_sort_by_their_best_value_and_entries_within_them(tmp_path: Path, serve: Serve, visit: Visits) -> None:
    rows = [
        row("acme/best", 1, 0.9),
        row("bolt/high", 2, 0.8),
        row("bolt/default", 3, 0.7, kind="default"),
        row("bolt/low", 4, 0.6),
        row("acme/default", 5, 0.5, kind="default"),
        row("acme/worst", 6, 0.1),
        row("person/expert", 7, 0.95, kind="human"),
        row("bolt/broken", None, None),
    ]
    page = board_at(tmp_path, serve, visit, leaderboard(rows)).goto("?sort=-score")
    acme, bolt = ["acme/default", "acme/best", "acme/worst"], ["bolt/default", "bolt/high", "bolt/low", "bolt/broken"]
    assert names(page) == [*acme, *bolt, "person/expert"]
    # The other way round the best of a vendor still speaks for it: acme has the lowest of all, and stands second.
    sort_by(page, "Public")
    acme, bolt = ["acme/default", "acme/worst", "acme/best"], ["bolt/default", "bolt/low", "bolt/high", "bolt/broken"]
    assert names(page) == [*bolt, *acme, "person/expert"]
    spoken = "vendors stand by their highest value, and the entries of each in this order after its default"
    expect(head(page, "Public").get_by_role("button")).to_contain_text(spoken)
    page.get_by_role("button", name="Ranking").click()
    expect(head(page, "Public").get_by_role("button")).not_to_contain_text("vendors")


def test_groups_stay_in_the_address_and_follow_the_order_of_their_rows(whole: Visit, visit: Visits) -> None:
    page = whole.goto()
    sort_by(page, "Public")
    assert page.url.endswith("?sort=-public")
    again = visit(whole.address).goto("?group=vendor&sort=public")
    assert names(again)[:3] == ["zeta/flat", "zeta/pending", "zeta/broken"]
    again.get_by_role("button", name="Ranking").click()
    assert names(again)[:3] == ["base/chance", "zeta/flat", "zeta/pending"]


def test_a_filtered_group_says_of_how_many_it_is(whole: Visit) -> None:
    page = whole.goto("?q=tuned")
    expect(table(page).locator("th[scope=rowgroup]").first).to_have_text("acme · best rank 11 of 2 entries")
