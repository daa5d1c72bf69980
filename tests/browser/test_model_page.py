"""The history of a model, or of a vendor, in a real browser."""

import re

from playwright.sync_api import expect

from browser.places import Place

TABLE = "Every configuration over time"


def test_every_entry_of_a_model_is_listed_with_its_revisions_the_latest_first(place: Place) -> None:
    page = place.open("?page=model&vendor=acme")
    expect(page.get_by_role("heading", name="History of acme", level=1)).to_be_visible()
    lines = page.get_by_role("region", name=TABLE).locator("tbody tr")
    dates = [line.locator("td").first.inner_text() for line in lines.all()]
    assert dates == sorted(dates, reverse=True)
    assert lines.filter(has_text="acme/tuned").count() == 1 + len(place.document("entries/acme/tuned.json")["history"])
    expect(lines.filter(has_text="acme/late")).to_contain_text("waits for the close")


def test_changes_between_revisions_name_the_fields_that_decide_answers(exported: Place) -> None:
    page = exported.open("?page=model&vendor=acme")
    lines = page.get_by_role("region", name=TABLE).locator("tbody tr").filter(has_text="acme/tuned")
    expect(lines.first).to_contain_text("settings.")
    expect(lines.last).to_contain_text("first")


def test_the_scores_are_drawn_over_time(exported: Place) -> None:
    page = exported.open("?page=model&vendor=acme")
    expect(page.locator("figure.chart")).to_contain_text("Score over time")


def test_an_entry_leads_to_the_history_of_its_model(place: Place) -> None:
    page = place.open("?page=entry&entry=acme/tuned")
    page.get_by_role("link", name="Model history").click()
    expect(page.get_by_role("region", name=TABLE)).to_contain_text("acme/tuned")


def test_without_a_model_there_is_a_choice_of_all(place: Place) -> None:
    page = place.open("?page=model")
    page.get_by_role("region", name="Vendors").get_by_role("link", name="bolt").click()
    expect(page.get_by_role("heading", name="History of bolt")).to_be_visible()
    nobody = place.open("?page=model&model=nobody")
    expect(nobody.get_by_role("alert")).to_contain_text(re.compile("nobody.*No entry of this board names it"))
