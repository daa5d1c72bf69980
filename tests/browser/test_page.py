"""The page as it is packaged: small, of one piece with its sources, and shown by `proofboard serve` too."""

import gzip
import re
import sys
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import expect

from browser.looking import WEB
from browser.places import UNDER_TEST, Place, Sites
from browser.visiting import Visits
from proofboard.app.serve.server import serving
from proofboard.publish.names import PAGE, WORKER
from proofboard.publish.page import page_assets

sys.path.append(str(Path(__file__).parents[2] / "tools"))
from page_built import built, differences, files_of

LARGEST_FIRST_LOAD: Final = 120_000
"""Bytes of code that a board needs to open, compressed."""

# Namespaces, what Vega tells developers to read, and where a static board asks for a rerun: links, never requests.
KNOWN_ADDRESSES: Final = re.compile(rb"https?://(?:www\.w3\.org/|vega\.github\.io/|github\.com/|gitlab\.com/)")


def test_the_packaged_page_is_the_build_of_its_sources() -> None:
    if not (WEB / "node_modules").is_dir() or UNDER_TEST:
        pytest.skip("web/node_modules is not installed, or another page is under test; `make check` installs it")
    assert differences(built(), files_of(Path(__file__).parents[2] / "src/proofboard/publish/site")) == []


def test_a_page_that_is_not_the_build_is_told_file_by_file() -> None:
    found = differences({"a.js": b"1", "b.js": b"2", "c.js": b"3"}, {"b.js": b"2", "c.js": b"4", "d.js": b"5"})
    assert found == ["a.js: is missing", "c.js: differs", "d.js: is no file of it"]


def test_a_board_opens_with_little_code(exported: Place) -> None:
    visit = exported.visit()
    asked: list[str] = []
    visit.context.on("request", lambda request: asked.append(request.url.removeprefix(exported.address)))
    visit.goto()
    assets = page_assets()
    code = {path: assets[path] for path in {*asked, PAGE} if path.endswith((".js", ".css", ".html")) and path in assets}
    sizes = {path: len(gzip.compress(raw)) for path, raw in code.items()}
    assert sum(sizes.values()) <= LARGEST_FIRST_LOAD, sizes
    assert not [path for path in sizes if "vega" in path.lower()]


def test_a_board_opens_with_few_documents(exported: Place) -> None:
    visit = exported.visit()
    asked: list[str] = []
    visit.context.on("request", lambda request: asked.append(request.url.removeprefix(exported.address)))
    visit.goto()
    documents = {path for path in asked if path.endswith(".json")}
    assert documents <= {"publication.json", "columns.json", "benchmark.json"}


def test_the_page_names_nobody_else_and_allows_no_inline_code() -> None:
    assets = page_assets()
    addresses = {own for raw in assets.values() for own in re.findall(rb"https?://[^\"'`\s)\\]+", raw)}
    assert {own for own in addresses if not KNOWN_ADDRESSES.match(own)} == set()
    page = assets[PAGE].decode()
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)
    assert policy
    assert policy[1].startswith("default-src 'none'")
    assert "unsafe" not in policy[1]
    assert re.findall(r"<script(?![^>]* src=)[^>]*>|<style|\sstyle=|\son\w+=", page) == []


def test_every_asset_is_named_by_its_digest_or_is_asked_for_anew() -> None:
    unnamed = {path for path in page_assets() if not re.search(r"-[\w-]{8}\.(?:js|css)$", path)}
    assert {PAGE, WORKER} <= unnamed
    assert [path for path in unnamed if path.endswith((".js", ".css")) and path != WORKER] == []


def test_proofboard_serve_shows_it_too(sites: Sites, visit: Visits) -> None:
    with serving(str(sites["rich"])) as (server, _):
        seen = visit(server.address)
        for view in ("", "?page=entry&entry=acme/tuned", "?page=verify", "?page=charts"):
            page = seen.goto(view)
            expect(page.get_by_role("alert")).to_have_count(0)
        assert seen.complaints == []
        assert seen.foreign == []


def test_the_example_is_shown_whole(exported: Place) -> None:
    page = exported.on("langid").open()
    expect(page.get_by_role("alert")).to_have_count(0)
    expect(page.locator("main")).to_contain_text("pycld2")


def test_the_root_of_a_server_lists_its_boards(live: Place) -> None:
    page = live.on("").open()
    for title in ("Rich", "Empty", "Single"):
        expect(page.locator("main").get_by_text(title).first).to_be_visible()


def test_a_view_can_be_shared_by_its_address(place: Place) -> None:
    visit = place.visit()
    page = visit.goto("?group=none&q=tuned")
    shown = page.locator("main tbody").first.inner_text()
    assert "acme/tuned" in shown.replace("\n", "")
    assert "bolt" not in shown
    again = place.open(page.url.removeprefix(place.address))
    assert again.locator("main tbody").first.inner_text() == shown


def test_language_and_appearance_stay_chosen(exported: Place) -> None:
    visit = exported.visit()
    page = visit.goto()
    page.get_by_label("Language").last.select_option("ja")
    expect(page.locator("html")).to_have_attribute("lang", "ja")
    page = visit.goto("?page=about")
    expect(page.locator("html")).to_have_attribute("lang", "ja")


def test_a_reader_who_prefers_japanese_gets_it(exported: Place) -> None:
    expect(exported.open(locale="ja-JP").locator("html")).to_have_attribute("lang", "ja")


def test_links_inside_keep_the_page_and_the_way_back_works(place: Place) -> None:
    visit = place.visit()
    page = visit.goto()
    page.get_by_role("link", name="About").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(visit.drawn()).to_have_url(re.compile(r"\?page=about$"))
    page.go_back()
    expect(visit.drawn().locator("main")).to_contain_text("acme")


def test_every_document_in_the_footer_can_be_read(place: Place) -> None:
    page = place.open()
    links = {str(link.evaluate("link => link.href")) for link in page.locator("footer a").all()}
    assert f"{place.address}leaderboard.json" in links
    assert {link for link in links if page.request.get(link).status != 200} == set()
