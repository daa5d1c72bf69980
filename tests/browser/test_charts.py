"""Charts in the page: drawn by Vega under the policy of the page, described, and the same numbers as a table."""

import csv
import io
import json
import re
from typing import Final

import pytest
from playwright.sync_api import Locator, Page, expect

from browser.looking import faults_of, overflowing, settled
from browser.places import Place

PAGES: Final = {"charts": 4, "coverage": 1, "trends": 2}
"""Page → how many charts it has."""


def charts(page: Page) -> Locator:
    return page.locator("figure.chart")


def chart(page: Page, title: str) -> Locator:
    """Return the chart of a title, once it is drawn."""
    found = charts(page).filter(has=page.get_by_role("heading", name=title))
    found.scroll_into_view_if_needed()
    expect(found.locator(".drawing")).to_have_attribute("data-state", "shown")
    return found


def all_drawn(page: Page) -> None:
    for place in range(page.locator(".drawing").count()):
        drawing = page.locator(".drawing").nth(place)
        drawing.scroll_into_view_if_needed()
        expect(drawing).to_have_attribute("data-state", "shown")


def loaded(page: Page) -> list[str]:
    """List the scripts that a page has fetched."""
    names: list[str] = page.evaluate("performance.getEntriesByType('resource').map(({ name }) => name)")
    return [name for name in names if name.endswith(".js")]


@pytest.mark.parametrize("name", PAGES)
def test_all_charts_of_a_page_are_drawn_under_its_policy(name: str, place: Place) -> None:
    # At the end of a test the place says whether the policy refused anything.
    page = place.open(f"?page={name}")
    expect(charts(page)).to_have_count(PAGES[name])
    all_drawn(page)
    assert page.locator(".drawing svg").count() == page.locator(".drawing").count() > 0


@pytest.mark.parametrize("name", PAGES)
def test_drawn_charts_are_accessible_and_fit_a_phone(name: str, exported: Place) -> None:
    page = exported.open(f"?page={name}&theme=dark", width=390)
    all_drawn(page)
    assert [*faults_of(settled(page)), *overflowing(page)] == []


@pytest.mark.parametrize("name", PAGES)
def test_nothing_jumps_when_charts_come(name: str, exported: Place) -> None:
    page = settled(exported.open(f"?page={name}"))
    before = page.evaluate("shift")
    all_drawn(page)
    assert page.evaluate("shift") - before < 0.01


def test_vega_is_not_fetched_before_a_chart_is_near_the_screen(exported: Place) -> None:
    page = exported.open("")
    assert [name for name in loaded(page) if "vega" in name] == []
    page = exported.open("?page=charts")
    all_drawn(page)
    assert len([name for name in loaded(page) if "vega" in name]) == 1


def test_a_chart_says_what_it_shows_to_those_who_listen(exported: Place) -> None:
    drawn = chart(exported.open("?page=charts"), "Distribution of scores")
    expect(drawn.get_by_role("img")).to_have_attribute("aria-label", re.compile("How many entries have which score"))


def test_a_chart_is_a_table_of_the_same_numbers_too(exported: Place) -> None:
    page = exported.open("?page=charts&score=public")
    drawn = chart(page, "Distribution of scores")
    drawn.get_by_role("button", name="Show as a table").click()
    rows = drawn.get_by_role("row")
    board = exported.document("leaderboard.json")
    competing = [
        row
        for row in board["entries"]
        if row["kind"] not in {"human", "baseline", "chance"}
        and not row["invalid"]
        and not row["same_recipe_as"]
        and row["public"]["score"] is not None
    ]
    expect(rows).to_have_count(len(competing) + 1)
    for row in competing:
        own = rows.filter(has_text=f"{row['vendor']}/{row['config_name']}").first
        expect(own).to_contain_text(json.dumps(row["public"]["score"]).removesuffix(".0"))


def test_a_chart_is_kept_as_picture_and_as_numbers(exported: Place) -> None:
    page = exported.open("?page=charts&score=public")
    drawn = chart(page, "Distribution of scores")
    kept = {}
    for name in ("SVG", "PNG", "CSV", "JSON"):
        drawn.locator("summary").click()
        with page.expect_download() as found:
            drawn.get_by_role("button", name=name, exact=True).click()
        kept[name] = found.value.path().read_bytes()
    assert kept["SVG"].startswith(b"<svg")
    assert kept["PNG"].startswith(b"\x89PNG")
    [head, *rows] = csv.reader(io.StringIO(kept["CSV"].decode(), newline=""))
    assert head == ["entry", "kind", "score"]
    assert len(json.loads(kept["JSON"])) == len(rows) > 1


def test_a_mark_says_what_it_stands_for_when_it_is_pointed_at(exported: Place) -> None:
    page = exported.open("?page=charts&score=public")
    drawn = chart(page, "Distribution of scores")
    drawn.locator(".mark-symbol path").first.hover(force=True)
    expect(page.locator(".tip")).to_contain_text("/")


def test_what_is_chosen_stands_in_the_address(exported: Place) -> None:
    page = exported.open("?page=charts")
    page.get_by_role("combobox", name="Against").select_option("tokens")
    expect(page).to_have_url(re.compile("against=tokens"))
    page.reload()
    expect(page.get_by_role("combobox", name="Against")).to_have_value("tokens")


def test_a_chart_follows_the_width_of_the_window(exported: Place) -> None:
    page = exported.open("?page=charts", width=1200)
    drawing = chart(page, "Distribution of scores").locator(".drawing")
    page.set_viewport_size({"width": 500, "height": 900})
    page.wait_for_function("() => document.querySelector('.drawing svg').clientWidth < 500")
    assert drawing.evaluate("({ scrollWidth, clientWidth }) => scrollWidth - clientWidth") == 0


def test_a_chart_turns_dark_with_the_page(exported: Place) -> None:
    page = exported.open("?page=charts", color_scheme="light")
    drawn = chart(page, "Distribution of scores")
    ink = "node => node.querySelector('.role-axis-label text').getAttribute('fill')"
    assert drawn.evaluate(ink) == "#1f2937"
    page.emulate_media(color_scheme="dark")
    page.wait_for_function("() => document.querySelector('.role-axis-label text')?.getAttribute('fill') === '#e5e7eb'")


@pytest.mark.parametrize("board", ["empty", "single"])
@pytest.mark.parametrize("name", PAGES)
def test_a_board_of_no_or_one_entry_says_what_there_is_to_draw(name: str, board: str, exported: Place) -> None:
    page = exported.on(board).open(f"?page={name}")
    all_drawn(page)
    assert page.get_by_role("alert").count() == 0
    if board == "empty":
        expect(charts(page).first).to_contain_text(re.compile("no entry|no held-out", re.IGNORECASE))


def test_names_in_every_script_are_drawn_as_text(exported: Place) -> None:
    page = exported.on("hostile").open("?page=charts&score=public")
    all_drawn(page)
    assert page.locator(".drawing script, .drawing image, .drawing a").count() == 0
