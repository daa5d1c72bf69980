"""What readers are told of entries that were taken off a board, and of answers that were removed."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from browser.looking import faults_of, overflowing, settled
from browser.owning import Office
from browser.places import Place
from browser.visiting import Serve, Visit, Visits
from proofboard import canonical
from proofboard.app.review.withdrawing import supersede_entry, withdraw_entry
from proofboard.app.service.publications import documents_of, published
from proofboard.app.service.publishing import publish
from proofboard.app.upkeep.purging import purge_bundle
from review_builders import BOARD, ENTRY

OTHER = "example/default"
REASON = "They hold names of people."
DAY = "2026-11-21"
ITEM = "length-1"

Opened = Callable[[str], Page]


@pytest.fixture(params=["served", "exported"])
def opened(request: pytest.FixtureRequest, office: Office, tmp_path: Path, serve: Serve, visit: Visits) -> Opened:
    """Return what opens a view of the board as it is then: at the service, or copied to a folder of files."""
    made: list[Visit] = []

    def open_view(query: str) -> Page:
        if not made and request.param == "served":
            made.append(office.visit(None))
        elif not made:
            copied(office, tmp_path / "copied")
            made.append(visit(serve(tmp_path / "copied")))
        return made[0].goto(query)

    return open_view


def copied(office: Office, folder: Path) -> None:
    for path, digest in documents_of(office.instance, published(office.instance, BOARD)).items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(office.instance.blobs.get(digest))


def test_a_withdrawn_entry_is_said_to_be_withdrawn_with_day_and_reason(office: Office, opened: Opened) -> None:
    withdraw_entry(office.instance, office.published.owner, BOARD, ENTRY, REASON)
    publish(office.instance, BOARD)
    for view in (f"entry&entry={ENTRY}", f"compare&entries={ENTRY},{OTHER}", f"verify&entry={ENTRY}"):
        page = opened(f"?page={view}")
        said = page.get_by_role("alert")
        expect(said).to_contain_text(f"{ENTRY} was withdrawn")
        expect(said).to_contain_text(f"On {DAY}: {REASON}")
        expect(said.get_by_role("link", name="Read the log of the board")).to_have_attribute("href", "?page=about")
        assert page.locator("h1").count() == 1
        assert not faults_of(page)


def test_a_superseded_entry_leads_to_the_one_in_its_place(office: Office) -> None:
    supersede_entry(office.instance, office.published.owner, BOARD, ENTRY, "A newer version is there.", OTHER)
    publish(office.instance, BOARD)
    page = office.open(f"?page=entry&entry={ENTRY}&lang=ja", viewport={"width": 390, "height": 844})
    said = page.get_by_role("alert")
    expect(said).to_contain_text(f"{ENTRY} は別のエントリーに置き換えられました")
    expect(said.get_by_role("link", name=OTHER)).to_have_attribute("href", f"?page=entry&entry={OTHER}&lang=ja")
    assert not overflowing(settled(page))


def test_an_entry_that_a_build_left_out_is_said_to_be_listed(place: Place) -> None:
    page = place.open("?page=entry&entry=zeta/absent")
    expect(page.get_by_role("alert")).to_contain_text("zeta/absent is listed, but not on the board")
    expect(page.get_by_role("alert")).to_contain_text("no recorded bundle is there")


def test_what_only_the_service_knows_of_an_entry_is_told(live: Place) -> None:
    said = "the entry was withdrawn on 2026-11-20: it was a trial"
    live.answer("api/v1/entries/acme/trial", 410, body=canonical.dump({"title": said}))
    page = live.open("?page=entry&entry=acme/trial")
    expect(page.get_by_role("alert")).to_contain_text(said)


def test_removed_answers_are_said_to_be_removed_with_day_and_reason(office: Office, opened: Opened) -> None:
    purge_bundle(office.instance, office.published.owner, BOARD, ENTRY, REASON)
    publish(office.instance, BOARD)
    views = {
        f"entry&entry={ENTRY}": "#panel",
        f"entry&entry={ENTRY}&tab=answers": "#panel",
        f"compare&entries={ENTRY},{OTHER}": "main",
        f"item&item={ITEM}": ".answers",
    }
    for view, place in views.items():
        page = settled(opened(f"?page={view}"))
        expect(page.locator(place)).to_contain_text(f"removed on {DAY}: {REASON} Its scores stay as they were")
        expect(page.get_by_role("alert")).to_have_count(0)


def test_a_recomputation_lists_what_rests_on_removed_answers_with_day_and_reason(office: Office) -> None:
    purge_bundle(office.instance, office.published.owner, BOARD, ENTRY, REASON)
    publish(office.instance, BOARD)
    page = office.open(f"?page=verify&entry={ENTRY}")
    page.get_by_role("button", name="Recompute in this browser").click()
    expect(page.locator(".checked-numbers")).to_contain_text(f"the owner's word: {DAY}: {REASON}")


def test_an_earlier_publication_says_why_answers_that_it_names_are_gone(office: Office) -> None:
    page = earlier(office).goto(f"?page=entry&entry={ENTRY}&tab=answers")
    said = page.get_by_role("alert")
    expect(said).to_contain_text(f"The answers of {ENTRY} were removed on {DAY}: {REASON}")
    expect(said).to_contain_text(re.compile(r"bundles/[0-9a-f]{64}/responses\.jsonl is no longer kept"))


def test_removed_answers_of_an_earlier_publication_are_no_disagreement(office: Office) -> None:
    page = earlier(office).goto(f"?page=verify&entry={ENTRY}")
    page.get_by_role("button", name="Recompute in this browser").click()
    expect(page.locator(".checked-numbers")).to_contain_text(f"were removed on {DAY}: {REASON}")
    expect(page.locator(".chip.warn")).to_contain_text("Nothing could be recomputed")
    expect(page.locator(".outcome.differs")).to_have_count(0)


def earlier(office: Office) -> Visit:
    """Remove the answers of an entry, and look at the publication that was made before."""
    digest = canonical.hex_of(published(office.instance, BOARD).digest)
    purge_bundle(office.instance, office.published.owner, BOARD, ENTRY, REASON)
    publish(office.instance, BOARD)
    return office.visit(None, address=f"{office.root}publications/{digest}/")
