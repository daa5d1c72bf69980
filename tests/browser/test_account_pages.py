"""The account of a live service, and the index of its boards."""

import json
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from browser.looking import faults_of
from browser.places import Place, Sites
from browser.submitting import REFUSED, Desk
from people_builders import actions, member, person
from proofboard.app.service.actors import Actor
from proofboard.schemas.states import Role
from service_builders import organisation

ACCOUNT = "?page=account"


@pytest.fixture
def desk(browser: Browser, sites: Sites, tmp_path: Path) -> Iterator[Desk]:  # noqa: ARG001 - it puts the page in place
    """Return a service with one board; at the end none of its pages may have complained, but for what is forgiven."""
    with ExitStack() as stack:
        made = Desk(tmp_path, browser, stack)
        # The root of a server without a single board says so with a status.
        made.forgive("Failed to load resource.*404")
        yield made
        assert made.complaints() == []


def at_root(desk: Desk, query: str, who: Actor | None = None) -> Page:
    return desk.open(query, who, address=f"{desk.service.address}/")


def tab(desk: Desk, name: str, role: Role = "owner") -> Page:
    return at_root(desk, f"{ACCOUNT}&tab={name}", desk.member(role))


def test_a_key_is_shown_once_and_works(desk: Desk) -> None:
    page = tab(desk, "keys", "submitter")
    page.get_by_text("Make a key").click()
    page.get_by_role("button", name="Make the key").click()
    expect(page.get_by_role("alert")).to_contain_text("write one line that says what it is for")
    assert page.get_by_label("Role").locator("option").all_inner_texts() == ["submitter"]
    page.get_by_label("Name").fill("nightly")
    page.get_by_label("Ends after").select_option("30")
    page.get_by_role("button", name="Make the key").click()
    secret = page.locator(".secret code").inner_text()
    assert faults_of(page) == []
    said = desk.service.get("/api/v1/me", headers={"api-key": secret}).json()
    assert (said["name"], said["role"], said["organisation"]) == ("nightly", "submitter", "acme")
    page.get_by_role("button", name="I have kept it").click()
    expect(page.get_by_role("row", name="nightly")).to_be_visible()
    page.reload()
    expect(page.get_by_role("row", name="nightly")).to_be_visible()
    assert secret not in page.content()


def test_a_revoked_key_is_worth_nothing(desk: Desk) -> None:
    page = tab(desk, "keys")
    page.get_by_role("button", name="Revoke a test").click()
    page.get_by_role("dialog").get_by_role("button", name="Revoke").click()
    expect(page.get_by_role("row", name="a test")).to_contain_text("revoked")
    assert desk.service.get("/api/v1/me", headers={"api-key": desk.key}).status_code == 401


def test_whoever_revokes_the_key_in_use_is_nobody_afterwards(desk: Desk) -> None:
    desk.forgive(REFUSED)
    page = at_root(desk, f"{ACCOUNT}&tab=keys")
    page.get_by_role("textbox", name="API key").fill(desk.key)
    page.get_by_role("button", name="Use this key").click()
    page.get_by_role("button", name="Revoke a test").click()
    page.get_by_role("dialog").get_by_role("button", name="Revoke").click()
    expect(page.get_by_role("textbox", name="API key")).to_be_visible()


def test_somebody_new_makes_an_organisation_and_owns_it(desk: Desk) -> None:
    desk.forgive(REFUSED)
    page = at_root(desk, ACCOUNT, who=desk.nobody())
    page.get_by_label("Name that readers see").fill("Ålesund Research")
    page.get_by_label("Name in addresses").fill("Not A Name")
    page.get_by_role("button", name="Make it").click()
    expect(page.get_by_role("alert")).to_contain_text("begin with a letter or digit")
    assert page.get_by_label("Name in addresses").get_attribute("aria-invalid") == "true"
    page.get_by_label("Name in addresses").fill("acme")
    page.get_by_role("button", name="Make it").click()
    expect(page.get_by_role("alert")).to_contain_text("is taken")
    assert page.get_by_label("Name that readers see").input_value() == "Ålesund Research"
    page.get_by_label("Name in addresses").fill("alesund")
    page.get_by_role("button", name="Make it").click()
    expect(page.locator(".identity")).to_contain_text("alesund")
    expect(page.locator(".identity")).to_contain_text("owner")


def test_an_owner_invites_and_takes_back(desk: Desk) -> None:
    page = tab(desk, "members")
    page.get_by_label("Mail address").fill("bea@example.org")
    page.get_by_role("button", name="Invite").click()
    expect(page.get_by_text("bea@example.org was invited.")).to_be_visible()
    page.get_by_role("button", name="Take back the invitation of bea@example.org").click()
    expect(page.get_by_text("No invitation is open.")).to_be_visible()


def test_an_owner_changes_a_role_and_removes_a_member(desk: Desk) -> None:
    bea = person(desk.instance, "bea@example.org")
    member(desk.instance, desk.acme, "submitter", of=bea)
    page = at_root(desk, f"{ACCOUNT}&tab=members", who=desk.member("owner"))
    page.locator("select.in-table").first.select_option("maintainer")
    expect(page.locator("#announcer")).to_contain_text("is maintainer now")
    page.get_by_role("button", name="Remove Ada").click()
    page.get_by_role("dialog").get_by_role("button", name="Remove").click()
    expect(page.locator("tbody tr")).to_have_count(1)
    assert actions(desk.instance)[-2:] == ["role changed", "member removed"]


def test_the_last_owner_is_told_why_they_stay(desk: Desk) -> None:
    desk.forgive(REFUSED)
    page = tab(desk, "members")
    page.get_by_role("button", name="Leave").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Leave").click()
    expect(dialog.get_by_role("alert")).to_contain_text("owner")
    page.keyboard.press("Escape")
    page.locator("select.in-table").select_option("submitter")
    expect(page.get_by_role("alert")).to_contain_text("owner")
    assert page.locator("select.in-table").input_value() == "owner"


def test_a_private_key_is_not_sent(desk: Desk) -> None:
    page = tab(desk, "signing")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.method))
    page.get_by_label("Name").fill("laptop")
    page.get_by_role("textbox", name="Public key").fill(
        "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIA==\n-----END PRIVATE KEY-----"
    )
    page.get_by_role("button", name="Add the key").click()
    expect(page.get_by_role("alert")).to_contain_text("it was not sent")
    assert "POST" not in sent


def test_a_public_key_is_added_and_revoked(desk: Desk) -> None:
    page = tab(desk, "signing")
    page.get_by_label("Name").fill("laptop")
    page.get_by_role("textbox", name="Public key").fill(
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
    )
    page.get_by_role("button", name="Add the key").click()
    expect(page.get_by_text("laptop was added.")).to_be_visible()
    page.get_by_role("button", name="Revoke laptop").click()
    page.get_by_role("dialog").get_by_role("button", name="Revoke").click()
    # Since when it is listed, and since when it is revoked.
    expect(page.get_by_role("row", name="laptop").locator("time")).to_have_count(2)


def test_every_address_that_cannot_be_told_is_named(desk: Desk) -> None:
    desk.forgive(REFUSED)
    page = tab(desk, "notifications")
    page.get_by_label("Mail addresses").fill("ada@example.org\nnobody\n")
    page.get_by_label("Webhook").fill("http://127.0.0.1/")
    page.get_by_role("button", name="Save").click()
    for name in ("Mail addresses", "Webhook"):
        expect(page.get_by_label(name)).to_have_attribute("aria-invalid", "true")
    page.get_by_label("Mail addresses").fill("ada@example.org")
    page.get_by_label("Webhook").fill("https://hooks.example.org/")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    expect(page.locator(".secret code")).to_contain_text("whsec_")


@pytest.mark.parametrize(("name", "role"), [("notifications", "submitter"), ("log", "maintainer")])
def test_what_is_for_others_is_said_and_not_asked_for(desk: Desk, name: str, role: Role) -> None:
    expect(tab(desk, name, role).get_by_text("This is for a")).to_be_visible()


def test_the_log_names_what_was_done(desk: Desk) -> None:
    who = desk.member("owner")
    page = at_root(desk, f"{ACCOUNT}&tab=keys", who=who)
    page.get_by_role("button", name="Revoke a test").click()
    page.get_by_role("dialog").get_by_role("button", name="Revoke").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.get_by_role("tab", name="Log").click()
    expect(page.get_by_role("row", name="key revoked")).to_be_visible()


def test_somebody_of_two_organisations_acts_for_one_or_the_other(desk: Desk) -> None:
    who = desk.member("submitter")
    member(desk.instance, organisation(desk.instance, "bolt"), "owner", of=str(who.id))
    page = at_root(desk, ACCOUNT, who=who)
    page.get_by_role("button", name="Act for Bolt").click()
    expect(page.locator(".identity .badge")).to_have_text("owner")
    page.reload()
    expect(page.locator(".identity .badge")).to_have_text("owner")


def test_a_server_without_a_board_says_how_the_first_one_is_made(desk: Desk) -> None:
    page = at_root(desk, "")
    expect(page.get_by_role("heading", level=1)).to_have_text("This server has no board yet")
    expect(page.get_by_text("proofboard benchmark add DIR", exact=True)).to_be_visible()


def test_an_index_names_every_board_with_its_entries_and_leads_to_it(live: Place) -> None:
    page = live.on("").open()
    card = page.locator(".board-card", has=page.get_by_role("link", name="Rich"))
    expect(card.locator("dd").first).to_have_text("20")
    # A human baseline is above it, and leads no board.
    expect(card.locator("dd").nth(1)).to_contain_text("acme/")
    expect(card).to_contain_text("Numbers are asked for in four niches and three languages.")
    card.get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Sums and niches")
    assert page.url.endswith("/boards/rich/")


def test_an_index_asks_for_its_boards_once_however_many_there_are(live: Place) -> None:
    visit = live.on("").visit()
    asked: list[str] = []
    visit.context.on("request", lambda request: asked.append(urlsplit(request.url).path))
    assert visit.goto().locator(".board-card").count() >= 4
    visit.page.wait_for_timeout(300)
    of_data = [path for path in asked if path.startswith(("/api/v1/", "/boards/")) and path != "/api/v1/events"]
    assert of_data == ["/api/v1/benchmarks"]


def test_a_board_that_cannot_be_read_does_not_hide_the_others(live: Place) -> None:
    listed = live.on("").document("api/v1/benchmarks")
    listed["items"][0]["board"] = None
    live.answer("api/v1/benchmarks", body=json.dumps(listed).encode())
    page = live.open()
    assert page.locator(".board-card").count() >= 4
    expect(page.get_by_text("could not be read")).to_have_count(1)


def test_an_index_that_cannot_be_read_says_so(live: Place) -> None:
    live.answer("api/v1/benchmarks", 503, b"{}")
    page = live.on("").open()
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.get_by_role("button", name="Try again")).to_be_visible()
