"""Appeals in a real browser: anybody reads them, those who object file them, and somebody without conflict decides."""

import pytest
from playwright.sync_api import Locator, Page, expect

from browser.owning import Office
from browser.places import Place
from people_builders import member
from proofboard.app.review.appeals import NewAppeal, acknowledge, file_appeal, take_up
from proofboard.app.service.actors import Actor
from review_builders import BOARD, ENTRY
from service_builders import actor

APPEALS = "?page=appeals"


def filed(office: Office, reason: str, org: str = "bolt", entry: str = ENTRY) -> str:
    """File an appeal for an organisation; returns its id."""
    who = actor(office.other(org))
    return file_appeal(office.instance, who, NewAppeal(reason=reason, entry=entry, benchmark=BOARD)).id


def of(office: Office, org: str) -> Actor:
    """Make a member of an organisation."""
    return member(office.instance, office.other(org), "maintainer")


def card(page: Page, text: str) -> Locator:
    return page.get_by_role("article").filter(has_text=text)


def confirm(page: Page, action: str, text: str | None = None) -> None:
    """Fill the dialog that is open and say yes."""
    dialog = page.get_by_role("dialog")
    if text is not None:
        dialog.get_by_role("textbox").fill(text)
    dialog.get_by_role("button", name=action, exact=True).click()


def test_a_folder_of_files_says_where_appeals_go(exported: Place) -> None:
    page = exported.open(APPEALS)
    expect(page.locator("main")).to_contain_text("Appeals go to its owner")
    expect(page.get_by_role("button", name="File an appeal")).to_have_count(0)
    page.get_by_role("link", name="How to appeal").click()
    expect(page.locator("#appeal")).to_contain_text("Write to the owner of the board.")


def test_a_board_without_appeals_says_so_to_everybody(live: Place) -> None:
    expect(live.open(APPEALS).locator("main")).to_contain_text("There are no appeals.")


def test_who_is_not_known_is_asked_to_sign_in_before_the_form(live: Place) -> None:
    page = live.open(APPEALS)
    page.get_by_role("button", name="File an appeal").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    expect(page.get_by_label("Reason")).to_have_count(0)


def test_an_appeal_is_filed_and_stands_in_public_at_once(office: Office) -> None:
    page = office.open(APPEALS, of(office, "bolt"))
    page.get_by_role("button", name="File an appeal").click()
    form = page.get_by_role("form", name="File an appeal")
    form.get_by_role("button", name="File this appeal").click()
    expect(form.get_by_role("alert")).to_contain_text("2 things to correct")
    form.get_by_role("textbox", name="Entry").fill(ENTRY)
    form.get_by_role("textbox", name="Reason").fill("Its answers are ours.")
    form.get_by_role("button", name="File this appeal").click()
    expect(form.get_by_role("status")).to_contain_text("Filed as app-")
    anybody = office.open(APPEALS)
    own = card(anybody, "Its answers are ours.")
    expect(own).to_contain_text("filed by bolt")
    expect(own).to_contain_text("next step owed by 2026-12-05")
    expect(own.get_by_role("button")).to_have_count(0)
    own.get_by_role("link", name=ENTRY).click()
    expect(anybody.get_by_role("heading", level=1)).to_contain_text("quick")


def test_a_fault_that_the_service_finds_is_said_and_nothing_typed_is_lost(office: Office) -> None:
    page = office.open(f"{APPEALS}&entry=acme/none", of(office, "bolt"))
    page.get_by_role("button", name="File an appeal").click()
    form = page.get_by_role("form", name="File an appeal")
    expect(form.get_by_role("textbox", name="Entry")).to_have_value("acme/none")
    form.get_by_role("textbox", name="Reason").fill("It is not there.")
    form.get_by_role("button", name="File this appeal").click()
    expect(form.get_by_role("alert")).to_contain_text("has no entry 'acme/none'")
    expect(form.get_by_role("textbox", name="Reason")).to_have_value("It is not there.")


def test_who_belongs_to_no_organisation_is_told_so(office: Office) -> None:
    page = office.open(APPEALS, office.stranger())
    page.get_by_role("button", name="File an appeal").click()
    form = page.get_by_role("form", name="File an appeal")
    form.get_by_role("textbox", name="Entry").fill(ENTRY)
    form.get_by_role("textbox", name="Reason").fill("It is not fair.")
    form.get_by_role("button", name="File this appeal").click()
    expect(form.get_by_role("alert")).to_contain_text("not allowed")


def test_appeals_are_chosen_by_state_entry_and_whether_they_are_overdue(office: Office) -> None:
    filed(office, "The first one.")
    office.clock.advance(days=20)
    second = filed(office, "The second one.")
    acknowledge(office.instance, office.published.owner, second)
    page = office.open(APPEALS)
    expect(page.get_by_role("article")).to_contain_text(["The second one.", "The first one."])
    page.get_by_label("State").select_option("acknowledged")
    expect(page.get_by_role("article")).to_have_count(1)
    page.get_by_label("State").select_option("")
    page.get_by_label("Overdue only").check()
    expect(page.get_by_role("article")).to_contain_text(["overdue since 2026-12-05"])
    assert page.url.endswith("?page=appeals&overdue=true")
    other = office.open(f"{APPEALS}&entry=example/default")
    expect(other.locator("main")).to_contain_text("There are no such appeals.")
    other.get_by_role("button", name="Show appeals about all entries").click()
    expect(other.get_by_role("article")).to_have_count(2)


def test_a_list_follows_what_others_do_and_keeps_its_place_and_what_is_typed(office: Office) -> None:
    for number in range(8):
        filed(office, f"Number {number}.", f"org-{number}")
    page = office.open(APPEALS, office.owner())
    read = card(page, "Number 2.")
    read.evaluate("card => card.scrollIntoView()")
    read.get_by_role("button", name="Acknowledge").click()
    page.get_by_role("dialog").get_by_role("textbox").fill("Half a sentence")
    top = read.evaluate("card => card.getBoundingClientRect().top")
    mine = filed(office, "The ninth.", "org-8")
    expect(page.locator("#announcer")).to_contain_text(f"about {ENTRY} is now: filed")
    page.wait_for_timeout(1500)
    expect(page.get_by_role("dialog").get_by_role("textbox")).to_have_value("Half a sentence")
    expect(page.get_by_role("article")).to_have_count(8)
    page.keyboard.press("Escape")
    expect(card(page, "The ninth.")).to_have_count(1)
    assert read.evaluate("card => card.getBoundingClientRect().top") == pytest.approx(top, abs=1)
    acknowledge(office.instance, office.published.owner, mine)
    expect(card(page, "The ninth.").locator(".badge")).to_have_text("acknowledged")


def test_an_appeal_goes_its_way_from_reading_to_decision(office: Office) -> None:
    filed(office, "The tolerance is too narrow.")
    page = office.open(APPEALS, office.owner())
    own = card(page, "The tolerance is too narrow.")
    own.get_by_role("button", name="Acknowledge").click()
    confirm(page, "Acknowledge", "We look at it this week.")
    own.get_by_role("button", name="Review it").click()
    confirm(page, "Review it")
    own.get_by_role("button", name="Decide").click()
    page.get_by_role("dialog").get_by_label("Outcome").select_option("rejected")
    confirm(page, "Decide", "It is in the protocol.")
    expect(own.locator(".badge")).to_have_text("rejected")
    expect(own).to_contain_text("Decision: It is in the protocol.")
    own.get_by_text("What happened").click()
    expect(own.get_by_role("listitem")).to_contain_text(
        ["filed", "acknowledged: We look at it this week.", "under review", "rejected: It is in the protocol."]
    )
    expect(own.get_by_role("button")).to_have_count(0)


def test_a_decision_without_a_reason_is_refused_at_its_field(office: Office) -> None:
    mine, who = filed(office, "Wrong."), office.owner()
    acknowledge(office.instance, who, mine)
    take_up(office.instance, who, mine)
    page = office.open(APPEALS, who)
    card(page, "Wrong.").get_by_role("button", name="Decide").click()
    confirm(page, "Decide")
    field = page.get_by_role("dialog").get_by_label("Reason")
    expect(field).to_have_attribute("aria-invalid", "true")
    confirm(page, "Decide", "It stands.")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_who_has_a_conflict_is_refused_plainly(office: Office) -> None:
    mine = filed(office, "Of the host itself.", "host")
    acknowledge(office.instance, office.published.owner, mine)
    page = office.open(APPEALS, office.owner())
    card(page, "Of the host itself.").get_by_role("button", name="Review it").click()
    confirm(page, "Review it")
    expect(page.get_by_role("dialog").get_by_role("alert")).to_contain_text(
        "needs somebody without conflict: you are of the organisation that filed it"
    )
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(card(page, "Of the host itself.").locator(".badge")).to_have_text("acknowledged")


def test_who_filed_an_appeal_takes_it_back(office: Office) -> None:
    filed(office, "Never mind.")
    page = office.open(APPEALS, of(office, "bolt"))
    card(page, "Never mind.").get_by_role("button", name="Retract").click()
    confirm(page, "Retract", "We read it again.")
    expect(card(page, "Never mind.").locator(".badge")).to_have_text("retracted")
    expect(card(page, "Never mind.").get_by_role("button")).to_have_count(0)
