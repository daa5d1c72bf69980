"""The page on a phone: rows are cards that are read without scrolling sideways, and a thumb finds what it needs."""

import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from browser.board_table import UNDER_THEIR_VENDORS, board_at, line_of, names
from browser.handmade import leaderboard, row
from browser.places import Sites
from browser.visiting import PHONE, Serve, Visit, Visits

VIEWS = (
    "",
    "?group=none&pin=pycld2/default",
    "?tab=efficiency",
    "?tab=by-tier",
    "?last=30&weights=correct:1",
)

# A link within a sentence is as high as its line (WCAG 2.5.8); a box is hit by its label, too.
SMALL = """() => [...document.querySelectorAll("a, button, input, select, summary")]
  .filter((one) => one.checkVisibility() && one.closest("main")
    && !one.closest("p.lead, .unseen, .small:not(.button)"))
  .map((one) => [one, (one.labels?.[0]?.contains(one) ? one.labels[0] : one).getBoundingClientRect()])
  .filter(([one, { width, height }]) => Math.min(width, height) < 39.5)
  .map(([one, { width, height }]) => `${one.outerHTML.slice(0, 90)} ${width} x ${height}`)"""

# What lies outside of the window, or is cut by the box around it.
CUT = """() => [...document.querySelectorAll(".stacked tbody :is(th, td, .name, .scored, .bar, .win, .letters)")]
  .filter((one) => one.checkVisibility())
  .filter((one) => {
    const { left, right } = one.getBoundingClientRect();
    return left < 0 || right > innerWidth || one.scrollWidth > Math.ceil(one.clientWidth || right - left) + 1;
  })
  .map((one) => one.outerHTML.slice(0, 90))"""


def settled(page: Page) -> Page:
    page.wait_for_load_state("networkidle")
    return page


# The page may be a build that is not packaged yet.
pytestmark = pytest.mark.usefixtures("sites")
IN_ONE_HAND: dict[str, Any] = {"viewport": PHONE, "has_touch": True, "is_mobile": True}


@pytest.fixture
def held(tmp_path: Path, serve: Serve, visit: Visits) -> Visit:
    """Hold the handmade board in one hand."""
    return board_at(tmp_path, serve, visit, **IN_ONE_HAND)


@pytest.fixture
def held_example(sites: Sites, serve: Serve, visit: Visits) -> Visit:
    return visit(serve(sites["langid"]), **IN_ONE_HAND)


def test_every_part_of_a_row_is_read_without_scrolling_sideways(held_example: Visit) -> None:
    for view in VIEWS:
        page = settled(held_example.goto(view))
        assert page.evaluate(CUT) == [], view
        boxes = page.locator(".stacked .frame").all()
        assert all(box.evaluate("box => box.scrollWidth <= box.clientWidth") for box in boxes), view


def test_a_card_says_what_its_numbers_are(held_example: Visit) -> None:
    page = held_example.goto()
    card = line_of(page, "pycld2/best-effort")
    for part in ("td.rank", ".name", "td.score .bar", ".win", "td.known"):
        expect(card.locator(part).first).to_be_visible()
    expect(card.locator("td.rank")).to_contain_text("1–8")
    said = card.locator("td:visible").evaluate_all(
        "cells => cells.map((cell) => getComputedStyle(cell, '::before').content)"
    )
    assert {'"Held-out, %"', '"Public, %"', '"Overfit gap"', '"Win regions"'} <= set(said)


def test_what_a_card_has_no_room_for_is_there_when_it_orders_the_rows(held_example: Visit) -> None:
    page = held_example.goto("?group=none")
    time = re.compile(r"^[\d.]+$")
    expect(line_of(page, "cld3/default").locator("td:visible", has_text=time)).to_have_count(1)
    page.get_by_label("Sort by").select_option("Time, ms, ascending")
    assert page.url.endswith("sort=seconds")
    expect(page.locator("tbody .name").first).to_have_text("baseline/majority")
    expect(line_of(page, "cld3/default").locator("td:visible", has_text=time)).to_have_count(2)


def test_the_order_of_rows_is_chosen_from_a_list(held: Visit) -> None:
    page = held.goto()
    assert names(page) == UNDER_THEIR_VENDORS
    page.get_by_label("Sort by, Overall board").select_option("Held-out, %, ascending")
    assert names(page)[:2] == ["zeta/flat", "zeta/pending"]
    again = held.goto("?sort=-gap")
    expect(again.get_by_label("Sort by, Overall board").locator("option:checked")).to_have_text(
        "Overfit gap, descending"
    )


def test_filters_wait_behind_a_button(held: Visit) -> None:
    page = held.goto()
    expect(page.get_by_label("Kind")).to_have_count(0)
    page.get_by_role("button", name="Filters").tap()
    page.get_by_label("Kind").select_option("Chance")
    assert names(page) == ["base/chance"]
    expect(page.get_by_role("button", name="Filters (1)")).to_be_visible()


def test_everything_that_is_tapped_is_as_large_as_a_thumb(held_example: Visit) -> None:
    for view in (*VIEWS, "?tab=by-language"):
        assert settled(held_example.goto(view)).evaluate(SMALL) == [], view


def test_a_label_pins_its_entry(held: Visit) -> None:
    page = held.goto()
    line_of(page, "acme/tuned").locator(".pin label").tap(position={"x": 3, "y": 3})
    expect(page.get_by_label("Pin acme/tuned to compare")).to_be_checked()


def test_cards_stay_a_table_for_those_who_hear_them(held: Visit) -> None:
    page = held.goto("?group=none")
    # As the browser tells it to assistive technology, not as the elements are called.
    client = page.context.new_cdp_session(page)
    tree = client.send("Accessibility.getFullAXTree")["nodes"]
    roles = Counter(node["role"]["value"] for node in tree if not node["ignored"])
    n_rows = page.locator(".stacked tbody tr").count()
    assert (roles["table"], roles["row"], roles["rowheader"]) == (1, n_rows, n_rows)
    assert roles["cell"] >= 5 * n_rows


def test_a_matrix_stays_one_and_scrolls_in_its_box(held_example: Visit) -> None:
    page = held_example.goto("?tab=by-language")
    frame = page.get_by_role("region", name="Public scores: Language")
    assert frame.evaluate("box => box.scrollWidth > box.clientWidth")
    expect(page.locator("thead")).to_be_visible()
    expect(page.get_by_label("Sort by")).to_have_count(0)


def test_the_longest_names_stay_within_their_cards(tmp_path: Path, serve: Serve, visit: Visits) -> None:
    rows = [row(f"{'v' * 64}/{'c' * 64}", 1, 0.4, title="t" * 200, rank_range=(1, 10_000), tied_groups=(1, 900))]
    page = board_at(tmp_path, serve, visit, leaderboard(rows), **IN_ONE_HAND).goto()
    assert page.evaluate(CUT) == []


def test_a_phone_that_is_turned_shows_what_fits(tmp_path: Path, serve: Serve, visit: Visits) -> None:
    page = board_at(tmp_path, serve, visit, viewport=PHONE).goto()
    expect(page.locator("thead").first).to_be_hidden()
    page.set_viewport_size({"width": 1280, "height": 800})
    expect(page.locator("thead").first).to_be_visible()
    expect(page.get_by_label("Sort by")).to_have_count(0)
