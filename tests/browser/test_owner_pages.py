"""What those who run a board do in a real browser: decide, audit, draft, close, rule, schedule, watch the spend."""

import re
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page, expect

from board_builders import packed
from browser.looking import faults_of, overflowing, settled
from browser.owning import Office, tab
from browser.places import Place
from browser.visiting import PHONE
from people_builders import member
from proofboard.app.review.audits import open_audit
from review_builders import BOARD, ENTRY, revision_of, submission_of
from service_builders import submission_row

TABS = ("review", "audits", "publish", "entries", "limits", "schedules", "spend")


def waiting(office: Office, entry: str, state: str = "in_review", **columns: Any) -> str:
    """Add a submission of bolt that waits for the owner's word; returns its id."""
    return submission_row(office.instance, office.other("bolt"), BOARD, entry=entry, state=state, **columns)


def card(page: Page, name: str) -> Locator:
    return page.get_by_role("article", name=name)


def confirm(page: Page, action: str, text: str | None = None) -> None:
    """Fill the dialog that is open, say yes, and wait until it has closed."""
    dialog = page.get_by_role("dialog")
    if text is not None:
        dialog.get_by_role("textbox").fill(text)
    dialog.get_by_role("button", name=action, exact=True).click()
    expect(dialog).to_have_count(0)


# Who may


def test_a_folder_of_files_has_no_owner_page(exported: Place) -> None:
    expect(exported.open("?page=owner").locator("main")).to_contain_text("there is nobody here to sign in with")


def test_who_does_not_run_the_board_is_told_so(office: Office) -> None:
    page = office.open("?page=owner", member(office.instance, office.other("bolt"), "owner"))
    expect(page.locator("main")).to_contain_text("You do not run this board.")
    expect(page.get_by_role("tab")).to_have_count(0)


def test_every_tab_is_reached_by_keyboard_fits_a_phone_and_is_open_to_everybody(office: Office) -> None:
    waiting(office, "bolt/try")
    page = tab(office, "review", viewport=PHONE)
    faults = []
    for name in TABS:
        expect(page.locator(f"#tab-{name}")).to_have_attribute("aria-selected", "true")
        page.wait_for_function("() => !document.querySelector('main .loading')")
        faults += [f"{name}: {fault}" for fault in [*overflowing(settled(page)), *faults_of(page)]]
        page.locator(f"#tab-{name}").press("ArrowRight")
    assert faults == []


# Review


def test_what_waits_is_shown_with_all_that_was_found(office: Office) -> None:
    same = {"bundle_digest": f"sha256:{'a' * 64}"}
    submission_row(office.instance, office.acme, BOARD, entry="acme/copy", state="published", **same)
    remarks = [{"place": "responses.jsonl", "line": 12, "reason": "may hold a mail address"}]
    waiting(office, "bolt/try", remarks=remarks, **same)
    own = card(tab(office, "review"), "bolt/try")
    for said in ("before it is scored", "acme/model-1", "bolt", "may hold a mail address"):
        expect(own).to_contain_text(said)
    expect(own).to_contain_text("The same answers as acme/copy, by acme")


def test_approving_moves_a_submission_on_and_takes_it_off_the_list(office: Office) -> None:
    first, second = waiting(office, "bolt/one"), waiting(office, "bolt/two", "scored")
    page = tab(office, "review")
    card(page, "bolt/one").get_by_role("button", name="Approve").click()
    expect(card(page, "bolt/one")).to_have_count(0)
    expect(page.locator("#announcer")).to_contain_text("is approved")
    card(page, "bolt/two").get_by_role("button", name="Approve").click()
    expect(page.locator("main")).to_contain_text("Nothing is waiting.")
    assert [submission_of(office.instance, own).state for own in (first, second)] == ["queued", "approved"]


def test_refusing_asks_for_a_public_reason(office: Office) -> None:
    mine = waiting(office, "bolt/try")
    page = tab(office, "review")
    card(page, "bolt/try").get_by_role("button", name="Refuse").click()
    page.get_by_role("dialog").get_by_role("button", name="Refuse").click()
    expect(page.get_by_role("dialog").get_by_label("Reason")).to_have_attribute("aria-invalid", "true")
    confirm(page, "Refuse", "Its prompts held answers.")
    expect(page.locator("main")).to_contain_text("Nothing is waiting.")
    row = submission_of(office.instance, mine)
    assert (row.state, row.public_reason) == ("refused", "Its prompts held answers.")


def test_what_somebody_else_decided_meanwhile_is_said(office: Office) -> None:
    mine = waiting(office, "bolt/try")
    first, second = tab(office, "review"), tab(office, "review")
    card(first, "bolt/try").get_by_role("button", name="Refuse").click()
    confirm(first, "Refuse", "No.")
    card(second, "bolt/try").get_by_role("button", name="Approve").click()
    expect(second.get_by_role("alert")).to_contain_text("refused")
    assert submission_of(office.instance, mine).state == "refused"


# Audits


def test_an_audit_is_opened_written_and_ended(office: Office) -> None:
    waiting(office, "bolt/try")
    page = tab(office, "review")
    card(page, "bolt/try").get_by_role("button", name="Open an audit").click()
    confirm(page, "Open an audit", "It answers like another.")
    expect(card(page, "bolt/try")).to_contain_text("aud-")
    page.get_by_role("tab", name="Audits").click()
    own = card(page, "bolt/try")
    expect(own).to_contain_text("Opened because: It answers like another.")
    own.get_by_role("button", name="Write a finding down").click()
    confirm(page, "Write a finding down", "The prompts are the same.")
    expect(own.get_by_role("listitem")).to_have_text("The prompts are the same.")
    own.get_by_role("button", name="End it").click()
    page.get_by_role("dialog").get_by_label("Outcome").select_option("confirmed")
    confirm(page, "End it", "It was copied.")
    expect(page.locator("main")).to_contain_text("There are no audits.")
    page.get_by_label("State").select_option("confirmed")
    expect(own).to_contain_text("How it ended: It was copied.")
    expect(own.get_by_role("button")).to_have_count(0)


def test_an_open_audit_of_a_published_entry_is_listed(office: Office) -> None:
    open_audit(office.instance, office.published.owner, office.published.submission, "By chance.")
    expect(card(tab(office, "audits"), ENTRY)).to_contain_text("By chance.")


# Publish


def test_a_draft_is_prepared_followed_and_opened_and_says_what_it_is(office: Office) -> None:
    page = tab(office, "publish")
    expect(page.locator("main")).to_contain_text("There are no drafts.")
    page.get_by_role("button", name="Prepare a draft").click()
    expect(page.get_by_role("status").filter(has_text="Draft")).to_contain_text("waiting for a worker")
    office.work()
    expect(page.get_by_role("status").filter(has_text="Draft")).to_contain_text("done")
    page.get_by_role("link", name="Open the draft").click()
    page.wait_for_url("**/drafts/**")
    expect(page.locator(".offline")).to_contain_text("A draft: only the owners of this board see it.")
    expect(page.get_by_role("row").filter(has_text="quick").first).to_be_visible()
    page.get_by_role("link", name="The board as it stands now").click()
    page.wait_for_url(f"**/boards/{BOARD}/")


def test_closing_is_asked_twice_followed_and_shown_among_the_publications(office: Office) -> None:
    page = tab(office, "publish")
    rows = page.get_by_role("region", name="Publications").locator("tbody tr")
    expect(rows).to_have_count(2)
    office.clock.advance(hours=1)
    page.get_by_role("button", name="Close the board").click()
    expect(page.get_by_role("dialog")).to_contain_text("This cannot be taken back.")
    confirm(page, "Close the board")
    office.work()
    expect(page.get_by_role("status").filter(has_text="Close")).to_contain_text("done")
    expect(rows).to_have_count(3)
    expect(rows.first).to_contain_text("2026-11-21 13:00 UTC")


def test_a_directory_is_replaced_after_every_fault_was_told(office: Office, tmp_path: Path) -> None:
    folder = office.published.folder
    rules = folder / "benchmark.yaml"
    whole = rules.read_text(encoding="utf-8")
    rules.write_text(whole.replace("title:", "titel:").replace("headline:", "headlin:"), encoding="utf-8")
    bad = packed(folder, tmp_path / "bad.zip")
    rules.write_text(re.sub(r"title: .*", "title: Units, again", whole, count=1), encoding="utf-8")
    good = packed(folder, tmp_path / "good.zip")
    page = tab(office, "publish")
    form = page.get_by_role("form", name="Replace the benchmark directory")
    form.get_by_role("button", name="Replace the directory").click()
    expect(form.get_by_role("alert")).to_contain_text("choose a file")
    for file, said in ((bad, "titel"), (bad, "headlin")):
        form.locator("input[type=file]").set_input_files(file)
        form.get_by_role("button", name="Replace the directory").click()
        expect(form.get_by_role("alert")).to_contain_text(said)
    form.locator("input[type=file]").set_input_files(good)
    form.get_by_role("button", name="Replace the directory").click()
    expect(form.get_by_role("status")).to_contain_text("The directory is replaced")
    expect(page.locator("main")).to_contain_text("Something waits for the next close.")
    office.work()
    expect(office.visit(None).goto("").get_by_role("heading", level=1)).to_have_text("Units, again")


def test_a_board_is_retired_once(office: Office) -> None:
    page = tab(office, "publish")
    page.get_by_role("button", name="Retire this board").click()
    confirm(page, "Retire this board")
    expect(page.locator("main")).to_contain_text("This board is retired: it takes no more submissions.")
    expect(page.get_by_role("button", name="Retire this board")).to_have_count(0)


def test_why_a_close_failed_is_said_to_those_who_run_the_board(office: Office) -> None:
    visit = office.visit(office.owner())
    body = '{"reason": "items.jsonl: line 3: is wrong"}'
    visit.context.route("**/close-failure", lambda route: route.fulfill(body=body, content_type="application/json"))
    page = visit.goto("?page=owner&tab=publish")
    expect(page.get_by_role("alert")).to_contain_text("The latest close failed: items.jsonl: line 3: is wrong")


# Entries and errata


def act(page: Page, what: str, name: str = ENTRY, reason: str = "They asked for it.") -> Locator:
    """Do something to an entry; returns the form."""
    form = page.get_by_role("form", name="Entries and errata")
    form.get_by_label("What to do").select_option(what)
    form.get_by_role("textbox", name="Entry").fill(name)
    form.get_by_role("textbox", name="Reason").fill(reason)
    form.get_by_role("button", name="Do it").click()
    return form


def test_an_entry_is_withdrawn_reinstated_and_superseded_on_record(office: Office) -> None:
    page = tab(office, "entries")
    expect(act(page, "withdraw").get_by_role("status")).to_have_text(f"{ENTRY}: withdrawn")
    assert revision_of(office.instance).state == "withdrawn"
    expect(act(page, "reinstate").get_by_role("status")).to_have_text(f"{ENTRY}: waits for the next close")
    form = page.get_by_role("form", name="Entries and errata")
    form.get_by_label("What to do").select_option("supersede")
    form.get_by_role("textbox", name="Successor").fill("example/default")
    expect(act(page, "supersede").get_by_role("status")).to_have_text(f"{ENTRY}: superseded")
    assert revision_of(office.instance).public_reason == "They asked for it."


def test_removing_answers_for_good_is_asked_twice(office: Office) -> None:
    page = tab(office, "entries")
    act(page, "purge")
    expect(page.get_by_role("dialog")).to_contain_text("Nobody can recompute its scores afterwards")
    page.keyboard.press("Escape")
    assert revision_of(office.instance).state != "purged"
    form = act(page, "purge")
    confirm(page, "Remove them for good")
    expect(form.get_by_role("status")).to_have_text(f"{ENTRY}: its published answers are removed")


def test_what_is_wrong_with_an_act_is_said_at_its_field(office: Office) -> None:
    page = tab(office, "entries")
    form = act(page, "withdraw", "quick", "")
    expect(form.get_by_role("alert")).to_contain_text("2 things to correct")
    expect(form.get_by_role("alert")).to_be_focused()
    form.get_by_role("link", name="Reason").click()
    expect(form.get_by_role("textbox", name="Reason")).to_be_focused()
    expect(act(page, "withdraw", "acme/none").get_by_role("alert")).to_contain_text("acme/none")
    expect(act(page, "reinstate").get_by_role("alert")).to_be_visible()
    expect(form.get_by_role("status")).to_have_count(0)


def test_an_erratum_is_announced_and_listed(office: Office) -> None:
    page = tab(office, "entries")
    form = page.get_by_role("form", name="Exclude or correct a public item")
    form.get_by_label("What to do").select_option("correct")
    form.get_by_role("textbox", name="Item").fill("length-1")
    form.get_by_role("textbox", name="Corrected reference").fill("{")
    form.get_by_role("textbox", name="Reason").fill("Both are right.")
    form.get_by_role("button", name="Announce it").click()
    expect(form.get_by_role("alert")).to_contain_text("this is no JSON")
    form.get_by_label("What to do").select_option("exclude")
    form.get_by_role("textbox", name="Item").fill("no-such-item")
    form.get_by_role("button", name="Announce it").click()
    expect(form.get_by_role("alert")).to_contain_text("no-such-item")
    item = office.service.get(f"/boards/{BOARD}/items.json").json()["items"][0]["id"]
    form.get_by_role("textbox", name="Item").fill(item)
    form.get_by_role("button", name="Announce it").click()
    expect(form.get_by_role("status")).to_contain_text(f"The erratum of {item} is announced.")
    expect(page.get_by_role("region", name="Errata").locator("tbody tr")).to_contain_text([item])
