"""The public items in a real browser: all of them, and one with what every entry made of it."""

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from browser.places import Place
from builders import built, entry, items

ITEM = "q-maths-003"


def one(place: Place, item: str = ITEM, **options: Any) -> Page:
    return place.open(f"?page=item&item={item}", **options)


def test_every_public_item_is_listed_and_no_other(place: Place) -> None:
    page = place.open("?page=item")
    expect(page.get_by_role("status").filter(has_text="items")).to_have_text("120 of 120 items")
    names = page.get_by_role("region", name="Items").locator("tbody th").all_inner_texts()
    assert len(names) == 120
    assert all(name.startswith("q-") for name in names)


def test_items_are_found_by_their_text_and_their_facets_and_the_address_says_so(exported: Place) -> None:
    page = exported.open("?page=item&q=of+maths&in.language=de")
    count = page.get_by_role("status").filter(has_text="items")
    expect(count).to_have_text("10 of 120 items")
    page.get_by_label("tier").select_option("hard")
    expect(count).to_have_text("5 of 120 items")
    assert "in.tier=hard" in page.url
    page.get_by_label("Search ids and texts").fill("no such text")
    expect(page.locator("main")).to_contain_text("No item is as you asked.")


def test_the_hardest_item_comes_first_when_it_is_asked_for(exported: Place) -> None:
    page = exported.open("?page=item")
    # A column of numbers begins with the largest.
    page.get_by_role("button", name="Mean score").click()
    page.get_by_role("button", name="Mean score").click()
    means = page.get_by_role("region", name="Items").locator("tbody td:nth-child(3)").all_inner_texts()
    shares = [float(mean.removesuffix(" %")) for mean in means]
    assert shares == sorted(shares)


def test_an_item_is_shown_with_its_reference_and_what_every_entry_answered(place: Place) -> None:
    page = one(place)
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Item {ITEM}")
    card = page.locator(".item-text")
    expect(card).to_contain_text("Which number is q3 of maths?")
    expect(card).to_contain_text("Niche: maths")
    rows = page.locator(".answers li")
    expect(rows).to_have_count(20)
    tuned = rows.filter(has_text="tuned")
    expect(tuned.locator(".said-text")).to_have_text("3")
    expect(tuned).to_contain_text("right")
    majority = rows.filter(has_text="majority")
    majority.scroll_into_view_if_needed()
    expect(majority.locator(".said-text")).to_have_text(f"not {ITEM}")
    expect(majority).to_contain_text("wrong")


def test_difficulty_and_discrimination_are_told_with_what_they_mean(exported: Place) -> None:
    page = one(exported)
    fact = {name: page.locator("dl.facts > div", has_text=name).locator("dd") for name in ("Mean score", "Discrim")}
    expect(fact["Mean score"]).to_have_text("40.0 %")
    assert -1 <= float(fact["Discrim"].inner_text().replace("−", "-")) <= 1
    expect(page.locator("main")).to_contain_text("Near zero or below, it does not tell the better from the worse.")


def test_an_item_that_nobody_solves_more_often_when_better_tells_nothing(tmp_path: Path, exported: Place) -> None:
    asked = items(4)
    site = built(tmp_path, [entry(f"acme/e{n}", 4, asked=asked) for n in range(3)], asked=asked)
    page = one(exported.host(site, "all-right"), asked[0].id)
    expect(page.locator("main")).to_contain_text("needs at least three entries that differ")


def test_neighbours_lead_through_the_items_in_their_order(exported: Place) -> None:
    page = one(exported)
    page.get_by_role("link", name="Next item").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Item q-maths-004")
    page.get_by_role("link", name="Previous item").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Item {ITEM}")
    page.get_by_role("link", name="All items").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Items")


def test_of_many_entries_the_first_are_shown_and_more_come_below_them(tmp_path: Path, exported: Place) -> None:
    asked = items(4)
    many = [entry(f"acme/e{n:02d}", n % 5, asked=asked) for n in range(45)]
    page = one(exported.host(built(tmp_path, many, asked=asked), "many-entries"), asked[0].id)
    rows = page.locator(".answers li")
    expect(rows).to_have_count(40)
    first = rows.first.element_handle()
    page.get_by_role("button", name="Load 5 more entries").click()
    expect(rows).to_have_count(45)
    expect(page.locator("main")).to_contain_text("45 of 45 entries")
    assert first.evaluate("(one) => one.isConnected"), "what was there was drawn anew"


def test_answers_are_text_whatever_they_hold(exported: Place) -> None:
    page = one(exported.on("hostile"), exported.document("items.json")["items"][0]["id"])
    expect(page.locator(".answers li").first).to_be_visible()
    assert page.locator("main script, main img, main iframe").count() == 0


@pytest.mark.parametrize("item", ["no-such-item", "h-maths-003"])
def test_an_item_that_is_not_public_is_not_shown(item: str, exported: Place) -> None:
    page = one(exported, item)
    expect(page.get_by_role("alert")).to_contain_text(f"There is no {item} on this board")


def test_scores_that_are_missing_are_a_stated_failure_beside_the_item(exported: Place) -> None:
    exported.answer("scores/**", 404)
    page = one(exported)
    expect(page.get_by_role("alert")).to_contain_text(re.compile(r"scores/.* is missing"))
    expect(page.locator(".item-text")).to_contain_text("Which number is q3 of maths?")
