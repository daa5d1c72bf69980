"""What a reader sees when something is wrong: a stated failure with what to do, and never an empty list."""

import json
from typing import Any, Final

import pytest
from playwright.sync_api import Page, Route, expect

from browser.boards import HOSTILE, LONGEST, SCRIPT, SCRIPTS
from browser.looking import overflowing, settled, unwritten
from browser.places import Place

VIEWS: Final = {
    "": "columns.json",
    "?page=trends": "leaderboard.json",
    "?page=coverage": "leaderboard.json",
    "?page=item": "items.json",
    "?page=entry&entry=acme/tuned": "entries/acme/tuned.json",
    "?page=about": "benchmark.json",
}
"""A view, and a document that it cannot do without."""

READERS: Final = ("", "?page=trends", "?page=charts", "?page=coverage", "?page=verify", "?page=about", "?page=item")
COMPARED: Final = "?page=compare"


def alert(page: Page, text: str) -> None:
    """Expect that a failure says something."""
    expect(page.get_by_role("alert").filter(has_text=text).first).to_be_visible()


@pytest.mark.parametrize(("view", "path"), VIEWS.items(), ids=[view or "board" for view in VIEWS])
def test_a_missing_document_is_named(view: str, path: str, place: Place) -> None:
    place.answer(path, 404)
    alert(place.open(view), f"{path} is missing")


def test_a_folder_without_a_root_is_no_board(exported: Place) -> None:
    exported.answer("publication.json", 404)
    alert(exported.open(), "publication.json is missing")


@pytest.mark.parametrize("status", [403, 500, 503])
def test_what_the_server_refuses_could_not_be_fetched(status: int, place: Place) -> None:
    place.answer("columns.json", status)
    alert(place.open(), "columns.json could not be fetched")


def test_a_connection_that_breaks_is_said_and_can_be_tried_again(place: Place) -> None:
    place.forgive("Failed to load resource")
    visit = place.visit()
    visit.context.route("**/columns.json", lambda route: route.abort())
    alert(visit.goto(), "columns.json could not be fetched")
    visit.context.unroute("**/columns.json")
    expect(visit.goto().get_by_role("alert")).to_have_count(0)


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "is malformed"),
        (b"{", "is malformed"),
        (b'"\xff"', "is malformed"),
        (b"[]", "is malformed"),
        (b"null", "is malformed"),
        (b'{"schema_version":1}', "is malformed"),
        (b'{"schema_version":2}', "is of a version that this page does not read"),
        (b"<!doctype html><h1>Welcome to the hotel</h1>", "is malformed"),
    ],
)
def test_a_malformed_document_is_never_an_empty_board(raw: bytes, said: str, exported: Place) -> None:
    exported.replace({"columns.json": raw})
    alert(exported.open(), f"columns.json {said}")


@pytest.mark.parametrize("raw", [b"{", b"[]", b'{"schema_version":1}', b'{"schema_version":1,"documents":[]}'])
def test_a_malformed_root_is_said(raw: bytes, place: Place) -> None:
    place.answer("publication.json", body=raw)
    alert(place.open(), "publication.json is malformed")


@pytest.mark.parametrize(
    "change",
    [
        lambda found: found["columns"].update(rank=[]),
        lambda found: found["columns"].update(public={"form": "numbers", "places": 6, "numbers": [1]}),
        lambda found: found["columns"].update(vendor={"form": "nothing that is known"}),
        lambda found: found.pop("header"),
        lambda found: found.update(columns=7),
    ],
    ids=["too few ranks", "too few scores", "unknown form", "no header", "no columns"],
)
def test_a_board_of_another_shape_is_a_stated_failure(change: Any, exported: Place) -> None:
    found = exported.document("columns.json")
    change(found)
    exported.replace({"columns.json": json.dumps(found).encode()})
    page = exported.open()
    expect(page.get_by_role("alert").first).to_be_visible()
    expect(page.locator("main tbody tr")).to_have_count(0)


def test_a_changed_byte_is_said_after_the_root_was_read_once_more(place: Place) -> None:
    place.answer("columns.json", body=place.read("columns.json").replace(b"acme", b"evil"))
    visit = place.visit()
    roots: list[str] = []
    visit.page.on("request", lambda request: roots.append(request.url) if "publication.json" in request.url else None)
    page = visit.goto()
    alert(page, "columns.json has not the digest that names it")
    expect(page.locator("main tbody tr")).to_have_count(0)
    assert len(roots) == 2


def test_a_board_that_was_replaced_while_it_was_read_is_loaded_anew(place: Place) -> None:
    whole = place.read("columns.json")
    answers = [whole.replace(b"acme", b"evil")]
    visit = place.visit()

    def replaced(route: Route) -> None:
        if answers:
            route.fulfill(body=answers.pop())
        else:
            route.continue_()

    visit.context.route("**/columns.json", replaced)
    page = visit.goto()
    expect(page.get_by_role("alert")).to_have_count(0)
    expect(page.locator("main")).to_contain_text("acme")


def test_a_slow_document_is_waited_for_and_then_shown(place: Place) -> None:
    held: list[Route] = []
    visit = place.visit()
    visit.context.route("**/columns.json", lambda route: held.append(route))  # noqa: PLW0108 - Playwright marks it
    with visit.page.expect_request("**/columns.json"):
        visit.page.goto(visit.address)
    expect(visit.page.locator(".loading").first).to_contain_text("Loading")
    expect(visit.page.get_by_role("alert")).to_have_count(0)
    held[0].continue_()
    expect(visit.drawn().locator("main")).to_contain_text("acme")


def test_a_part_of_the_page_that_cannot_be_loaded_is_named(place: Place) -> None:
    place.forgive("Failed to load resource")
    visit = place.visit()
    visit.goto()
    visit.context.route("**/assets/*.js", lambda route: route.abort())
    visit.page.evaluate("history.pushState(null, '', '?page=about'); dispatchEvent(new PopStateEvent('popstate'))")
    alert(visit.page, "?page=about could not be fetched")


@pytest.mark.parametrize("view", ["?page=entry&entry=no/body", "?page=entry&entry=%3Cscript%3E", "?page=entry"])
def test_an_unknown_entry_is_said(view: str, place: Place) -> None:
    # A service is asked whether the entry was withdrawn.
    place.forgive("Failed to load resource.*404")
    page = place.open(view)
    expect(page.get_by_role("alert").first).to_be_visible()
    expect(page.locator("script:not([src])")).to_have_count(0)


@pytest.mark.parametrize(
    "view", ["?page=item&item=none", "?page=compare&entries=no/body,acme/base", "?page=model&model=x"]
)
def test_what_is_unknown_never_breaks_a_page(view: str, exported: Place) -> None:
    page = exported.open(view)
    assert page.locator("h1, [role=alert]").count() > 0
    assert unwritten(page) == []


def test_a_page_that_is_unknown_is_the_board(exported: Place) -> None:
    expect(exported.open("?page=nonsense").locator("main")).to_contain_text("acme")


@pytest.mark.parametrize(
    "state", ["tab=x", "sort=x", "q=%25", "columns=x", "pin=x/y", "weights=x:y", "from=x", "last=x"]
)
def test_an_address_that_says_nonsense_is_still_a_board(state: str, exported: Place) -> None:
    page = exported.open(f"?{state}")
    expect(page.get_by_role("alert")).to_have_count(0)
    assert unwritten(page) == []


@pytest.mark.parametrize("board", ["empty", "single", "small"])
def test_small_boards_fail_nowhere(board: str, place: Place) -> None:
    visit = place.on(board).visit(width=390)
    said: dict[str, list[str]] = {}
    for view in (*READERS, COMPARED):
        page = settled(visit.goto(view))
        faults = [*page.get_by_role("alert").all_inner_texts(), *unwritten(page), *overflowing(page)]
        said |= {view: faults} if faults else {}
    assert said == {}


def test_an_empty_board_says_that_it_is_empty(place: Place) -> None:
    page = place.on("empty").open()
    expect(page.locator("main")).to_contain_text("no entries")


@pytest.mark.parametrize("width", [390, 1024])
def test_names_of_every_script_and_length_fit(width: int, exported: Place) -> None:
    visit = exported.visit(width=width)
    names = [f"seed/{LONGEST}", *(f"scripts/s{number}" for number in range(len(SCRIPTS)))]
    said: dict[str, list[str]] = {}
    for name in names:
        page = settled(visit.goto(f"?page=entry&entry={name}"))
        faults = [*page.get_by_role("alert").all_inner_texts(), *overflowing(page)]
        said |= {name: faults} if faults else {}
    assert said == {}


def test_names_of_every_script_are_shown_as_they_are(exported: Place) -> None:
    page = exported.open("?group=none&columns=title,contributor")
    for name in SCRIPTS[:3]:
        expect(page.get_by_text(name).first).to_be_attached()


def test_no_text_of_a_submission_is_ever_run_or_followed(place: Place) -> None:
    visit = place.on("hostile").visit(width=390)
    visit.page.on("dialog", lambda dialog: visit.complaints.append(f"dialog {dialog.message}"))
    views = [
        *READERS,
        f"{COMPARED}&entries=acme/e0,acme/e1,acme/e2,acme/e3",
        "?page=item&item=i0",
        "?page=item&item=i1",
    ]
    views += [f"?page=entry&entry=acme/e{number}" for number in range(len(HOSTILE))]
    said: dict[str, list[str]] = {}
    for view in views:
        page = settled(visit.goto(view))
        faults = [*page.get_by_role("alert").all_inner_texts(), *overflowing(page)]
        faults += page.evaluate(
            "() => [...document.querySelectorAll('img[src=x], script:not([src]), a[href^=javascript], [onerror],"
            " [style*=expression]')].map((one) => one.outerHTML.slice(0, 100))"
        )
        said |= {view: faults} if faults else {}
    assert said == {}


def test_hostile_text_is_shown_as_text(exported: Place) -> None:
    page = exported.on("hostile").open("?page=entry&entry=acme/e0")
    expect(page.get_by_text(SCRIPT).first).to_be_attached()


def test_without_a_network_the_last_board_is_shown(place: Place) -> None:
    place.forgive("Failed to load resource", "net::ERR_INTERNET_DISCONNECTED", "EventSource")
    visit = place.visit(service_workers="allow")
    visit.goto()
    visit.page.wait_for_function("() => navigator.serviceWorker.controller")
    # From now on the worker sees every request, and keeps the answers.
    visit.goto()
    visit.context.set_offline(True)
    page = visit.goto()
    expect(page.locator("main")).to_contain_text("acme")
    expect(page.get_by_text("You are offline")).to_be_visible()


def test_a_browser_that_computes_no_digests_shows_the_board(exported: Place) -> None:
    visit = exported.visit()
    visit.context.add_init_script("Object.defineProperty(crypto, 'subtle', { value: undefined })")
    expect(visit.goto().locator("main")).to_contain_text("acme")
