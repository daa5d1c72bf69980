"""Handing in by the page, and what becomes of it: on a live board, and on one that is a folder of files."""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import msgspec
import pytest
from playwright.sync_api import Browser, Page, Route, expect
from sqlalchemy import func, select

from browser.looking import faults_of, overflowing, unwritten
from browser.places import Place, Sites
from browser.submitting import REFUSED, Desk, choose
from browser.visiting import PHONE
from intake_cases import artifact, configuration, five_parts, limits, problems, results
from openid_provider import running_provider
from proofboard.app.service.benchmarks import retire_benchmark
from proofboard.archives.pack import pack
from proofboard.schemas.states import SUBMISSION_MOVES
from proofboard.store.tables import Submission
from service_builders import host_actor, key, organisation, submission_row

SUBMIT: Final = "?page=submit"
MINE: Final = "?page=submissions"

Desks = Callable[..., Desk]


@pytest.fixture
def desks(browser: Browser, sites: Sites, tmp_path: Path) -> Iterator[Desks]:  # noqa: ARG001 - it puts the page in place
    """Return what starts a service; at the end none of its pages may have complained, but for what is forgiven."""
    with ExitStack() as stack:
        made: list[Desk] = []

        def start(**settings: Any) -> Desk:
            made.append(Desk(tmp_path, browser, stack, **settings))
            return made[-1]

        yield start
        assert [text for desk in made for text in desk.complaints()] == []


@pytest.fixture
def desk(desks: Desks) -> Desk:
    """Return a live board that takes submissions."""
    return desks().with_board()


def hand_in(page: Page) -> None:
    """Press the button, and wait until it was taken in."""
    page.get_by_role("button", name="Hand in", exact=True).click()
    expect(page.get_by_text("Taken in.")).to_be_visible()


def count_of(desk: Desk) -> int:
    with desk.instance.database.reading() as session:
        return session.scalar(select(func.count()).select_from(Submission)) or 0


def badge(page: Page, state: str) -> None:
    """Wait until the submission that is shown has a state."""
    expect(page.locator("article .badge").first).to_have_text(state, timeout=10_000)


def test_a_submission_is_followed_to_the_board_without_loading_anything_anew(desk: Desk) -> None:
    page = desk.open(SUBMIT, desk.member())
    page.evaluate("globalThis.stays = true")
    choose(page, desk.good())
    expect(page.get_by_text("Holds acme/short")).to_be_visible()
    hand_in(page)
    badge(page, "received")
    expect(page.get_by_text("It is next")).to_be_visible()
    desk.check()
    badge(page, "queued")
    desk.work()
    badge(page, "published")
    assert page.evaluate("globalThis.stays")
    page.get_by_role("link", name="Open its entry").click()
    assert "entry=acme/short" in page.url


def test_a_view_of_a_submission_can_be_loaded_anew(desk: Desk) -> None:
    visit = desk.visit(desk.member())
    page = visit.goto(SUBMIT)
    choose(page, desk.good())
    hand_in(page)
    page.reload()
    visit.drawn()
    badge(page, "received")
    assert count_of(desk) == 1


def test_a_receipt_names_what_arrived_and_its_place_in_the_log(desk: Desk) -> None:
    page = desk.open(SUBMIT, desk.member())
    choose(page, desk.good())
    hand_in(page)
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save the receipt").click()
    receipt = json.loads(Path(saved.value.path()).read_bytes())
    told = desk.service.get(f"/api/v1/submissions/{receipt['id']}", headers={"api-key": desk.key}).json()
    assert receipt["address"] == f"{desk.service.address}/api/v1/submissions/{told['id']}"
    assert {name: receipt[name] for name in ("upload", "leaf", "entry", "benchmark")} == {
        name: told[name] for name in ("upload", "leaf", "entry", "benchmark")
    }


def test_what_is_kept_can_be_saved_with_a_key_too(desk: Desk) -> None:
    own = desk.good()
    page = signed_by_key(desk, SUBMIT)
    choose(page, own)
    hand_in(page)
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save: submission.zip").click()
    assert Path(saved.value.path()).read_bytes() == own.read_bytes()


def test_two_clicks_hand_in_once(desk: Desk) -> None:
    page = desk.open(SUBMIT, desk.member())
    choose(page, desk.good())
    page.get_by_role("button", name="Hand in", exact=True).dblclick()
    expect(page.get_by_text("Taken in.")).to_be_visible()
    assert count_of(desk) == 1


def test_after_a_lost_answer_the_file_is_still_there_and_is_handed_in_once(desk: Desk) -> None:
    page = desk.open(SUBMIT, desk.member())
    desk.forgive("net::ERR_FAILED")
    choose(page, desk.good())

    def lost(route: Route) -> None:
        # The service gets all of it under the page's own key, and the answer never arrives.
        named = {"api-key": desk.key, "content-type": "application/zip"}
        named["idempotency-key"] = route.request.headers["idempotency-key"]
        raw = desk.good().read_bytes()
        desk.service.client.post("/api/v1/submit?benchmark=small", content=raw, headers=named).raise_for_status()
        route.abort()

    page.route("**/api/v1/submit?**", lost, times=1)
    page.get_by_role("button", name="Hand in", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("The service did not answer")
    assert count_of(desk) == 1
    hand_in(page)
    assert count_of(desk) == 1


def test_every_fault_that_the_door_finds_is_shown_at_once_with_its_file(desk: Desk, tmp_path: Path) -> None:
    desk.forgive(REFUSED)
    (tmp_path / "submission.json").write_text('{"schema_version": 1}')
    (tmp_path / "configuration.json").write_text('{"vendor": "acme"}')
    pack({name: tmp_path / name for name in ("submission.json", "configuration.json")}, tmp_path / "faulty.zip")
    page = desk.open(SUBMIT, desk.member())
    choose(page, tmp_path / "faulty.zip")
    page.get_by_role("button", name="Hand in", exact=True).click()
    table = page.get_by_role("alert").locator("table")
    expect(table).to_be_visible()
    answer = desk.service.client.post(
        "/api/v1/submit",
        content=(tmp_path / "faulty.zip").read_bytes(),
        headers={"api-key": desk.key, "content-type": "application/zip"},
        params={"benchmark": "small"},
    )
    told = [(fault["place"], fault["reason"]) for fault in answer.json()["faults"]]
    assert len(told) > 1
    shown = [row.locator("td").all_inner_texts() for row in table.locator("tbody tr").all()]
    assert [(row[0], row[2]) for row in shown] == told
    expect(page.get_by_text("Your file is still chosen")).to_be_visible()
    assert faults_of(page) == []


def test_the_reasons_of_a_worker_appear_as_they_are_found(desk: Desk) -> None:
    page = desk.open(SUBMIT, desk.member())
    choose(page, desk.bad())
    hand_in(page)
    desk.check()
    badge(page, "refused")
    expect(page.locator("table").first).to_contain_text("'nonsense' is not an SPDX expression")
    expect(page.get_by_text("The place in your quota was given back")).to_be_visible()
    assert faults_of(page) == []


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "the file is empty"),
        (b"nothing of ours", "neither an archive nor JSON"),
        (b"x" * 1_000_001, "at most 1 MB are taken"),
        (b'{"metadata": {}, "results": {}}', "this board computes every score itself"),
    ],
    ids=["empty", "no archive", "too large", "results"],
)
def test_what_cannot_be_handed_in_is_told_before_anything_is_sent(desks: Desks, content: bytes, said: str) -> None:
    desk = desks().with_board(limits(upload_megabytes=1))
    page = desk.open(SUBMIT, desk.member())
    expect(page.get_by_text("Uploads of at most 1 MB")).to_be_visible()
    choose(page, {"name": "file", "mimeType": "application/octet-stream", "buffer": content})
    expect(page.get_by_role("alert")).to_contain_text(said)
    expect(page.get_by_role("button", name="Hand in", exact=True)).to_have_count(0)


def test_an_artifact_of_another_board_is_told_before_anything_is_sent(desk: Desk) -> None:
    page = desk.open(SUBMIT, desk.member())
    choose(page, artifact(desk.folder / "other.zip", benchmark="other"))
    expect(page.get_by_role("alert")).to_contain_text("was made for the board other, expected small")


def test_a_dropped_file_is_looked_at_like_one_that_was_chosen(desk: Desk) -> None:
    page = desk.open(SUBMIT, desk.member())
    transfer = page.evaluate_handle(
        "() => { const own = new DataTransfer(); own.items.add(new File(['no archive'], 'dropped.zip')); return own; }"
    )
    page.locator(".drop").dispatch_event("drop", {"dataTransfer": transfer})
    expect(page.get_by_role("alert")).to_contain_text("dropped.zip")


def test_a_used_up_quota_is_told_with_the_time_and_loses_nothing(desks: Desks) -> None:
    desk = desks().with_board(limits())
    desk.forgive(REFUSED)
    visit = desk.visit(desk.member())
    page = visit.goto(SUBMIT)
    expect(page.get_by_text("1 for each model and day (UTC)")).to_be_visible()
    choose(page, desk.good())
    hand_in(page)
    page.get_by_role("link", name="Hand in another").click()
    choose(page, desk.good("acme/other"))
    page.get_by_role("button", name="Hand in", exact=True).click()
    expect(page.get_by_text("Try again in")).to_be_visible()
    expect(page.get_by_text("acme-other.zip", exact=True)).to_be_visible()


def test_metadata_and_results_are_handed_in_where_scores_are_reported(desks: Desks) -> None:
    desk = desks().with_board(rules=five_parts(), asked=problems(), entries=[])
    posted = json.dumps(results()).encode()
    page = desk.visit(desk.member(), address=f"{desk.service.address}/boards/code/").goto(SUBMIT)
    choose(page, {"name": "results.json", "mimeType": "application/json", "buffer": posted})
    page.get_by_label("Name on the board").fill("No Name")
    page.get_by_role("button", name="Hand in", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("write vendor/config_name")
    page.get_by_label("Name on the board").fill("bolt/four")
    hand_in(page)
    expect(page.get_by_role("heading", name="bolt/four")).to_be_visible()


def test_a_retired_board_takes_nothing_and_says_so(desk: Desk) -> None:
    retire_benchmark(desk.instance, host_actor(desk.instance), "small")
    page = desk.open(SUBMIT, desk.member())
    expect(page.get_by_text("takes no more submissions")).to_be_visible()
    expect(page.locator("input[type=file]")).to_have_count(0)


def test_a_board_of_files_says_how_to_submit_and_has_no_form(exported: Place) -> None:
    page = exported.open(SUBMIT)
    expect(page.get_by_role("heading", level=1)).to_contain_text("How to submit to")
    expect(page.get_by_text("proofboard submit --config").first).to_be_visible()
    expect(page.get_by_text("proofboard accept BOARD submission.zip")).to_be_visible()
    assert page.locator("main form, main input[type=file]").count() == 0


@pytest.mark.parametrize("name", ["submissions", "account"])
def test_a_board_of_files_has_nobody_to_sign_in_with_and_leads_to_how_to_submit(exported: Place, name: str) -> None:
    page = exported.open(f"?page={name}")
    page.get_by_role("link", name="How to submit").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("How to submit to")


# Who one is


def signed_by_key(desk: Desk, query: str, secret: str | None = None, **options: Any) -> Page:
    page = desk.open(query, **options)
    page.get_by_label("API key", exact=True).fill(secret or desk.key)
    page.get_by_role("button", name="Use this key").click()
    return page


def test_a_key_stays_in_its_tab_and_nowhere_else(desk: Desk) -> None:
    page = signed_by_key(desk, MINE)
    expect(page.get_by_text("With the key")).to_be_visible()
    page.reload()
    expect(page.get_by_text("With the key")).to_be_visible()
    kept = page.evaluate("[JSON.stringify(localStorage), document.cookie, location.href].join(' ')")
    assert desk.key not in kept
    other = page.context.new_page()
    other.goto(page.url)
    expect(other.get_by_label("API key", exact=True)).to_be_visible()
    page.get_by_role("button", name="Forget this key").click()
    expect(page.get_by_label("API key", exact=True)).to_be_visible()
    assert desk.key not in page.evaluate("JSON.stringify(sessionStorage)")


def test_a_key_that_is_not_accepted_is_not_kept(desk: Desk) -> None:
    desk.forgive(REFUSED)
    wrong = f"pb_{'0' * 43}"
    page = signed_by_key(desk, MINE, wrong)
    expect(page.get_by_role("alert")).to_contain_text("not known, has expired, or was revoked")
    assert wrong not in page.evaluate("JSON.stringify(sessionStorage)")


def test_what_is_no_key_is_not_sent(desk: Desk) -> None:
    page = signed_by_key(desk, MINE, "my password")
    expect(page.get_by_role("alert")).to_contain_text("a key begins with pb_")


def test_signing_in_comes_back_to_the_view(desks: Desks) -> None:
    provider = {"oidc_issuer": "https://id.example", "oidc_client_id": "a", "oidc_client_secret": "b"}
    desk = desks(**provider, public_url="http://127.0.0.1").with_board()
    page = desk.open(f"{MINE}&state=refused")
    link = page.get_by_role("link", name="Sign in")
    address = (
        f"{desk.service.address}/api/v1/sign-in?return_to=%2Fboards%2Fsmall%2F%3Fpage%3Dsubmissions%26state%3Drefused"
    )
    assert link.get_attribute("href") == address


def test_a_sign_in_that_was_cancelled_comes_back_to_the_page_which_says_so(desks: Desks) -> None:
    with running_provider() as issuer:
        desk = desks(oidc_issuer=issuer, oidc_client_id="board", public_url="http://127.0.0.1")
        desk.forgive(f"asked ({issuer}|https://cdn)")
        # Where it answers is known only now.
        msgspec.structs.force_setattr(desk.with_board().instance.settings, "public_url", desk.service.address)
        visit = desk.visit()
        visit.context.route(re.compile("^https://cdn"), lambda route: route.fulfill(body="", content_type="text/css"))
        page = visit.goto("?page=account")
        page.get_by_role("link", name="Sign in").click()
        page.get_by_role("button", name="Deny").click()
        visit.drawn()
        assert page.url == f"{desk.service.address}/?page=account&sign_in=failed&because=refused"
        expect(page.get_by_role("alert")).to_contain_text("cancelled at the provider of this server")
        again = page.get_by_role("link", name="Sign in").get_attribute("href")
        assert str(again).endswith("/api/v1/sign-in?return_to=%2F%3Fpage%3Daccount")


def test_signing_out_ends_the_session(desk: Desk) -> None:
    who = desk.member()
    visit = desk.visit(who)
    page = visit.goto(MINE)
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_label("API key", exact=True)).to_be_visible()
    page.reload()
    expect(page.get_by_label("API key", exact=True)).to_be_visible()


def test_a_key_of_another_board_hands_in_nothing_here(desk: Desk) -> None:
    page = signed_by_key(desk, SUBMIT, key(desk.instance, desk.acme, "submitter", "other"))
    expect(page.get_by_text("This key is limited to: other")).to_be_visible()
    expect(page.locator("input[type=file]")).to_have_count(0)


# My submissions


def rows_of(page: Page) -> list[str]:
    return page.locator("table.submissions tbody th .name").all_inner_texts()


def test_only_submissions_of_the_own_organisation_are_listed(desk: Desk) -> None:
    submission_row(desk.instance, desk.acme, entry="acme/mine")
    submission_row(desk.instance, organisation(desk.instance, "bolt"), entry="bolt/theirs")
    assert rows_of(desk.open(MINE, desk.member())) == ["acme/mine"]


def test_every_state_has_its_word_and_is_chosen_in_the_address(desk: Desk) -> None:
    for state in SUBMISSION_MOVES:
        submission_row(desk.instance, desk.acme, entry=f"acme/{state}", state=state)
    page = desk.open(MINE, desk.member())
    assert len(rows_of(page)) == len(SUBMISSION_MOVES)
    assert unwritten(page) == []
    page.get_by_label("State").select_option("in_review")
    expect(page.locator("table.submissions tbody tr")).to_have_count(1)
    assert "state=in_review" in page.url
    assert rows_of(page) == ["acme/in_review"]
    page.go_back()
    expect(page.locator("table.submissions tbody tr")).to_have_count(len(SUBMISSION_MOVES))


def test_a_list_is_asked_for_once_however_many_lines_it_has(desk: Desk) -> None:
    for state in ("received", "queued", "refused", "failed"):
        submission_row(desk.instance, desk.acme, entry=f"acme/{state}", state=state)
    visit = desk.visit(desk.member())
    asked: list[str] = []
    visit.context.on("request", lambda request: asked.append(urlsplit(request.url).path))
    assert len(rows_of(visit.goto(MINE))) == 4
    visit.page.wait_for_timeout(300)
    assert [path for path in asked if path.startswith("/api/v1/submissions")] == ["/api/v1/submissions"]


def test_all_reasons_are_told_in_the_list_or_one_click_away(desk: Desk) -> None:
    faults = [{"place": "configuration.json", "line": n, "reason": f"reason {n}"} for n in range(1, 6)]
    submission_row(desk.instance, desk.acme, state="refused", faults=faults)
    page = desk.open(MINE, desk.member())
    expect(page.locator(".reasons li")).to_have_count(4)
    expect(page.locator(".reasons")).to_contain_text("configuration.json:3: reason 3")
    page.get_by_role("link", name="and 2 more reasons").click()
    expect(page.get_by_role("heading", name="5 reasons, all of them")).to_be_visible()
    expect(page.locator("article table").first.locator("tbody tr")).to_have_count(5)


def test_a_list_goes_on_where_its_page_ends(desk: Desk) -> None:
    for number in range(30):
        submission_row(desk.instance, desk.acme, entry=f"acme/n{number}", state="published")
    page = desk.open(MINE, desk.member())
    assert len(rows_of(page)) == 25
    page.get_by_role("button", name="More").click()
    expect(page.locator("table.submissions tbody tr")).to_have_count(30)
    assert len(set(rows_of(page))) == 30


def test_a_withdrawal_asks_for_a_reason_and_then_is_one(desk: Desk) -> None:
    who = desk.member()
    page = desk.open(SUBMIT, who)
    choose(page, desk.good())
    hand_in(page)
    page = desk.open(MINE, who)
    page.get_by_role("button", name="Withdraw: acme/short").click()
    dialog = page.get_by_role("dialog")
    assert faults_of(page) == []
    dialog.get_by_role("button", name="Withdraw").click()
    expect(dialog.get_by_role("alert")).to_contain_text("write one line that says why")
    dialog.get_by_label("Reason").fill("It was a draft.")
    dialog.get_by_role("button", name="Withdraw").click()
    expect(dialog).to_have_count(0)
    expect(page.locator("table.submissions .badge")).to_have_text("withdrawn")
    expect(page.locator(".reasons, tbody tr").first).to_be_visible()


def test_a_dialog_that_is_closed_changes_nothing_and_gives_the_focus_back(desk: Desk) -> None:
    submission_row(desk.instance, desk.acme)
    page = desk.open(MINE, desk.member())
    page.get_by_role("button", name="Withdraw: acme/short").click()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert page.evaluate("document.activeElement.textContent") == "Withdraw…"
    expect(page.locator("table.submissions .badge")).to_have_text("received")


def test_a_list_follows_what_others_of_the_organisation_do(desk: Desk) -> None:
    visit = desk.visit(desk.member())
    page = visit.goto(MINE)
    expect(page.get_by_text("Nothing was handed in yet.")).to_be_visible()
    # Events are told from when the page listens.
    page.wait_for_timeout(500)
    raw, kind = desk.good().read_bytes(), "application/zip"
    headers = {"api-key": desk.key, "content-type": kind}
    desk.service.client.post("/api/v1/submit", content=raw, headers=headers).raise_for_status()
    expect(page.locator("table.submissions .badge")).to_have_text("received", timeout=10_000)
    desk.work()
    expect(page.locator("table.submissions .badge")).to_have_text("published", timeout=10_000)


def test_the_pages_of_submitters_fit_a_phone(desk: Desk) -> None:
    who = desk.member("owner")
    faults = [{"place": "bundles/public/responses.jsonl", "line": 7, "reason": "x" * 300}]
    submission_row(desk.instance, desk.acme, entry="acme/" + "n" * 64, state="refused", faults=faults)
    for query in (SUBMIT, MINE, "?page=account&tab=keys"):
        page = desk.open(query, who, viewport=PHONE)
        assert overflowing(page) == [], query


def test_an_answer_that_fails_is_told_and_can_be_asked_for_again(desk: Desk) -> None:
    desk.forgive("Failed to load resource.*503")
    submission_row(desk.instance, desk.acme)
    visit = desk.visit(desk.member())
    visit.page.route("**/api/v1/submissions?**", lambda route: route.fulfill(status=503, body="{}"), times=1)
    page = visit.goto(MINE)
    page.get_by_role("button", name="Try again").click()
    expect(page.locator("table.submissions tbody tr")).to_have_count(1)


def test_a_page_sends_what_was_chosen_and_names_the_board(desk: Desk) -> None:
    page = desk.open(SUBMIT, desk.member())
    own = artifact(desk.folder / "own.zip", configuration(settings={"own": True}))
    choose(page, own)
    with page.expect_request("**/api/v1/submit?**") as sent:
        hand_in(page)
    assert "benchmark=small" in sent.value.url
    headers = sent.value.all_headers()
    assert headers["content-type"] == "application/zip"
    assert len(headers["idempotency-key"]) == 32
