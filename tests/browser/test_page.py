"""The page in a real browser: what it shows, what a reader can do with it, and how it fails."""

import re
from pathlib import Path

import msgspec
import pytest
from playwright.sync_api import expect

from browser.handmade import (
    benchmark,
    documents_of,
    leaderboard,
    row,
    whole_board,
    write_site,
)
from browser.visiting import Serve, Visit, Visits, head, names
from builders import built
from proofboard import canonical
from proofboard.app.serve.server import serving
from proofboard.publish.page import page_assets

EXAMPLE = Path(__file__).parents[2] / "examples" / "langid"
VIEWS = (
    "",
    "?group=vendor&pin=acme/tuned,acme/default",
    "?tab=by-language",
    "?tab=by-topic",
    "?tab=by-topic&board=logic",
    "?tab=efficiency",
    "?entry=acme/tuned",
    "?compare=acme/tuned,acme/default,bolt/default",
)
EXAMPLE_VIEWS = (
    "",
    "?group=vendor",
    "?entry=pycld2/best-effort",
    "?entry=baseline/chance",
    "?compare=pycld2/best-effort,pycld2/default,lingua/default,cld3/default",
)
WIDTHS = (390, 768, 1024, 1600)

# The board alone stays near what it was before entries had pages; groups of vendors and cards for phones came since.
# What an opened entry or a comparison needs is loaded when it is opened: configurations to adopt and differences to
# test, without a server and without an account.
LARGEST_BOARD_BYTES = 86_000
LARGEST_PAGE_BYTES = 131_500

# Lightness is what is left of a colour for those who do not see colours (WCAG 2).
FAINTEST = """() => {
  const parsed = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const shares = (colour) => colour.startsWith("color(") ? parsed(colour) : parsed(colour).map((part, place) =>
    place < 3 ? part / 255 : part);
  const luminance = ([red, green, blue]) => [red, green, blue]
    .map((part) => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
    .reduce((sum, part, place) => sum + part * [0.2126, 0.7152, 0.0722][place], 0);
  const groundOf = (element) => {
    const colour = shares(getComputedStyle(element).backgroundColor.replace("srgb", ""));
    return colour[3] === 0 && element.parentElement ? groundOf(element.parentElement) : colour;
  };
  const isSeen = (element) => element.checkVisibility() && !element.closest(".unseen, caption, [aria-hidden], option");
  const texts = [...document.querySelectorAll("body *")].filter((element) => isSeen(element) &&
    [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim()));
  const found = texts.map((element) => {
    const style = getComputedStyle(element);
    const pair = [luminance(shares(style.color.replace("srgb", ""))), luminance(groundOf(element))];
    return [(Math.max(...pair) + 0.05) / (Math.min(...pair) + 0.05), element.outerHTML.slice(0, 80)];
  });
  return found.sort(([one], [other]) => one - other)[0];
}"""


def test_the_head_says_what_is_ranked_and_how_to_check_it(whole: Visit) -> None:
    page = whole.goto()
    assert page.title() == "Handmade board"
    expect(page.locator("#basis")).to_have_text("Ranked on held-out items")
    expect(page.locator("#header")).to_contain_text("Detectable difference12.0 points")
    expect(page.locator("#header")).to_contain_text("Chance level25.0 %")
    expect(page.locator("#command")).to_have_text(f"proofboard verify {whole.origin}")


def test_a_board_on_public_items_says_so_loudly(tmp_path: Path, serve: Serve, visit: Visits) -> None:
    board = leaderboard([row("acme/a", 1, 0.5)], ranking="public desc")
    silent = msgspec.structs.replace(board.held_out_set, n_prompts=None)
    site = write_site(tmp_path, documents_of(msgspec.structs.replace(board, held_out_set=silent)))
    page = visit(serve(site)).goto()
    expect(page.locator("#basis")).to_have_text("Ranked on PUBLIC items: no held-out set was scored")
    expect(head(page, "Public")).to_be_visible()


def test_a_demonstration_is_marked(tmp_path: Path, serve: Serve, visit: Visits) -> None:
    board = leaderboard([row("acme/a", 1, 0.5, 0.5)])
    noted = msgspec.structs.replace(board.held_out_set, note="a demonstration: the texts lie in the open")
    site = write_site(tmp_path, documents_of(msgspec.structs.replace(board, held_out_set=noted)))
    expect(visit(serve(site)).goto().locator("#note")).to_contain_text("A demonstration: the texts lie in the open")


def test_every_link_leads_to_a_document(whole: Visit) -> None:
    page = whole.goto("?entry=acme/tuned")
    expect(page.get_by_role("link", name="Entry document")).to_be_visible()
    links = {str(link.evaluate("link => link.href")) for link in page.get_by_role("link").all()}
    assert {link for link in links if page.request.get(link).status != 200} == set()
    assert {f"{whole.origin}entries/acme/tuned.json", f"{whole.origin}scores/{'0' * 64}.json"} <= links


def test_the_command_and_the_whole_digest_can_be_copied(whole: Visit) -> None:
    whole.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = whole.goto()
    page.get_by_role("button", name="Copy the publication's digest").click()
    expect(page.locator("#announcer")).to_have_text("Copied the publication's digest")
    assert re.fullmatch(r"sha256:[0-9a-f]{64}", page.evaluate("navigator.clipboard.readText()"))


def test_where_nothing_may_be_copied_the_whole_digest_is_selected(whole: Visit) -> None:
    whole.page.add_init_script("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    page = whole.goto()
    page.get_by_role("button", name="Copy the publication's digest").click()
    assert re.fullmatch(r"sha256:[0-9a-f]{64}", page.evaluate("getSelection().toString()"))


@pytest.mark.parametrize("path", ["publication.json", "leaderboard.json", "benchmark.json"])
def test_a_missing_document_is_a_stated_failure(path: str, tmp_path: Path, serve: Serve, visit: Visits) -> None:
    site = write_site(tmp_path, documents_of(whole_board()))
    (site / path).unlink()
    page = visit(serve(site)).goto()
    expect(page.get_by_role("alert")).to_contain_text(f"{path} is missing (status 404)")
    expect(page.locator("table")).to_have_count(0)


@pytest.mark.parametrize(
    ("raw", "fault"),
    [
        (b"{", "it is not JSON in UTF-8"),
        (b'"\xff"', "it is not JSON in UTF-8"),
        (b"[]", "the document is no record"),
        (b'{"schema_version": 2}', "schema_version is 2, and this page reads 1"),
        (b'{"schema_version": 1}', "title is no string"),
    ],
)
def test_a_malformed_board_is_a_stated_failure(
    raw: bytes, fault: str, tmp_path: Path, serve: Serve, visit: Visits
) -> None:
    documents = documents_of(whole_board())
    root = documents["publication.json"].decode()
    site = write_site(tmp_path, {**documents, "leaderboard.json": raw})
    # The root names the malformed bytes, so that it is not their digest that is reported.
    named = re.sub(r'("leaderboard.json":")[^"]+', rf"\g<1>{canonical.digest(raw)}", root)
    (site / "publication.json").write_text(named)
    page = visit(serve(site)).goto()
    expect(page.get_by_role("alert")).to_contain_text("leaderboard.json is malformed")
    expect(page.get_by_role("alert")).to_contain_text(fault)
    expect(page.locator("table")).to_have_count(0)


def test_a_changed_byte_is_a_digest_that_does_not_match(tmp_path: Path, serve: Serve, visit: Visits) -> None:
    documents = documents_of(whole_board())
    changed = documents["leaderboard.json"].replace(b'"score":0.85', b'"score":0.95', 1)
    assert changed != documents["leaderboard.json"]
    page = visit(serve(write_site(tmp_path, {**documents, "leaderboard.json": changed}))).goto()
    expect(page.get_by_role("alert")).to_contain_text(
        "leaderboard.json has not the digest that names it: found sha256:"
    )
    expect(page.locator("table")).to_have_count(0)


def test_a_browser_that_computes_no_digests_says_so(whole: Visit) -> None:
    whole.page.add_init_script("Object.defineProperty(crypto, 'subtle', { value: undefined })")
    page = whole.goto()
    expect(page.locator("#header")).to_contain_text("Digests are not checked here")
    assert names(page)[0] == "acme/default"


def test_a_category_board_that_is_missing_fails_alone(tmp_path: Path, serve: Serve, visit: Visits) -> None:
    site = write_site(tmp_path, documents_of(whole_board()))
    (site / "boards/topic/0.json").unlink()
    page = visit(serve(site)).goto("?tab=by-topic&board=logic")
    expect(page.get_by_role("alert")).to_contain_text("boards/topic/0.json is missing")
    page.get_by_role("tab", name="Overall").click()
    assert names(page)[0] == "acme/default"


def test_nothing_leaves_the_origin_and_nothing_is_complained_of(seen_example: Visit) -> None:
    for view in EXAMPLE_VIEWS:
        page = seen_example.goto(view)
        page.wait_for_load_state("networkidle")
        expect(page.get_by_role("alert")).to_have_count(0)
    assert seen_example.foreign == []
    assert seen_example.complaints == []


@pytest.mark.parametrize("width", WIDTHS)
def test_the_page_never_scrolls_sideways(width: int, whole_address: str, example_address: str, visit: Visits) -> None:
    sizes = "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
    for address, views in ((whole_address, VIEWS), (example_address, EXAMPLE_VIEWS)):
        seen = visit(address, viewport={"width": width, "height": 900})
        for view in views:
            page = seen.goto(view)
            page.wait_for_load_state("networkidle")
            content, window = page.evaluate(sizes)
            assert content <= window, view


@pytest.mark.parametrize("width", [390, 1600])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_can_be_read_in_light_and_in_dark(scheme: str, width: int, example_address: str, visit: Visits) -> None:
    seen = visit(example_address, color_scheme=scheme, viewport={"width": width, "height": 1000})
    for view in (*EXAMPLE_VIEWS, "?pin=lingua/default&tab=by-language"):
        page = seen.goto(view)
        page.wait_for_load_state("networkidle")
        contrast, where = page.evaluate(FAINTEST)
        assert contrast >= 4.5, (view, where)


@pytest.mark.parametrize(
    "view", ["", "?group=vendor", "?entry=pycld2/best-effort", "?compare=lingua/default,cld3/default"]
)
def test_everything_that_can_be_used_has_a_name_and_can_be_reached(view: str, seen_example: Visit) -> None:
    page = seen_example.goto(view)
    page.wait_for_load_state("networkidle")
    nameless = page.evaluate(
        "[...document.querySelectorAll('a, button, input, select')].filter((one) => !one.labels?.length"
        " && !one.ariaLabel && !one.textContent.trim()).map((one) => one.outerHTML)"
    )
    assert nameless == []
    # What scrolls by itself must be reached by those who have no mouse.
    stuck = page.evaluate(
        "[...document.querySelectorAll('main *')].filter((one) => one.scrollWidth > one.clientWidth + 1"
        " && getComputedStyle(one).overflowX === 'auto' && one.tabIndex < 0 && !one.querySelector('a, button'))"
        ".map((one) => one.outerHTML.slice(0, 80))"
    )
    assert stuck == []
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map(({ id }) => id)")
    assert sorted(set(ids)) == sorted(ids)


def test_nothing_moves_once_the_board_is_there(whole: Visit) -> None:
    whole.page.add_init_script(
        "window.shift = 0; new PerformanceObserver((list) => list.getEntries().forEach((one) => (shift += one.value)))"
        ".observe({ type: 'layout-shift', buffered: true });"
    )
    page = whole.goto()
    page.wait_for_load_state("networkidle")
    assert page.evaluate("shift") < 0.1


def test_names_from_documents_stay_text(tmp_path: Path, serve: Serve, visit: Visits) -> None:
    hostile = "<img src=x onerror=alert(1)>"
    rows = [row("acme/a", 1, 0.5, title=hostile, contributor=hostile, invalid=hostile)]
    board = leaderboard(rows, title=hostile, method={hostile: hostile})
    seen = visit(serve(write_site(tmp_path, documents_of(board, benchmark(description=hostile)))))
    page = seen.goto("?q=&tab=overall")
    assert page.locator("img").count() == 0
    expect(page.locator("h1")).to_have_text(hostile)
    assert seen.complaints == []


def test_every_script_and_the_longest_names_fit(tmp_path: Path, serve: Serve, visit: Visits) -> None:
    scripts = ("한국어 이름", "العربية", "עברית", "हिन्दी", "日本語の名前", "ไทย", "Ελληνικά", "Кириллица", "👩‍🔬")
    rows = [row(f"acme/{n}", n + 1, 0.5, title=title, organization=title) for n, title in enumerate(scripts)]
    rows.append(row(f"{'v' * 64}/{'c' * 64}", 10, 0.4, title="t" * 200))
    site = write_site(tmp_path, documents_of(leaderboard(rows)))
    for width in WIDTHS:
        page = visit(serve(site), viewport={"width": width, "height": 900}).goto()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        cell, frame = page.locator("th.entry").last.bounding_box(), page.locator(".frame").bounding_box()
        assert cell is not None
        assert frame is not None
        assert cell["width"] < frame["width"]


def test_a_board_in_a_sub_path_names_its_own_address(tmp_path: Path, serve: Serve, visit: Visits) -> None:
    write_site(tmp_path / "some" / "where", documents_of(whole_board()))
    seen = visit(f"{serve(tmp_path)}some/where/")
    page = seen.goto("index.html?q=tuned")
    expect(page.locator("#command")).to_have_text(f"proofboard verify {seen.origin}")
    assert names(page) == ["acme/tuned"]
    assert seen.foreign == []


def test_a_built_publication_is_shown_by_proofboard_serve(tmp_path: Path, visit: Visits) -> None:
    with serving(str(built(tmp_path))) as (server, _):
        seen = visit(f"http://127.0.0.1:{server.server_address[1]}/")
        page = seen.goto()
        assert names(page) == ["acme/best", "acme/base", "bolt/base"]
        for view in ("?tab=by-category", "?tab=by-category&board=maths", "?tab=by-language", "?tab=efficiency"):
            expect(seen.goto(view).locator("#panel table").first).to_be_visible()
        assert seen.complaints == []


def test_the_example_is_shown_whole(example: Path, serve: Serve, visit: Visits) -> None:
    seen = visit(f"{serve(example)}sub/site/")
    page = seen.goto()
    expect(page.locator("#basis")).to_have_text("Ranked on held-out items")
    expect(page.locator("#note")).to_contain_text("A demonstration")
    assert len(names(page)) == len(list(EXAMPLE.glob("entries/*/*/configuration.yaml")))
    page.get_by_role("link", name="pycld2/best-effort", exact=True).click()
    expect(page.locator(".page")).to_contain_text("has the digest that the board names")
    page.go_back()
    page.get_by_role("tab", name="Language").click()
    assert page.locator("thead th").count() == 2 + 33
    assert seen.complaints == []
    assert seen.foreign == []


def loaded_first(modules: dict[str, str]) -> set[str]:
    """Return the modules that a board needs: what `board.js` imports, and what that imports."""
    found, waiting = set[str](), ["assets/board.js"]
    while waiting:
        path = waiting.pop()
        found.add(path)
        imported = re.findall(r'^(?:import|\}) .*from "\./([\w.]+)";$', modules[path], re.MULTILINE)
        waiting += [f"assets/{name}" for name in imported if f"assets/{name}" not in found]
    return found


def test_the_page_stays_small_and_asks_nobody_else() -> None:
    assets = page_assets()
    modules = {path: raw.decode() for path, raw in assets.items() if path.endswith(".js")}
    later = modules.keys() - loaded_first(modules)
    assert {"assets/entry.js", "assets/compare.js", "assets/paired.js"} <= later
    assert sum(len(raw) for path, raw in assets.items() if path not in later) < LARGEST_BOARD_BYTES
    assert sum(map(len, assets.values())) < LARGEST_PAGE_BYTES
    assert [path for path, text in modules.items() if text.count("\n") > 400] == []
    assert "default-src 'none'" in assets["index.html"].decode()
    addresses = re.findall(rb"https?://[^\"'\s]+", b"".join(assets.values()))
    assert set(addresses) <= {b"http://www.w3.org/2000/svg"}


def test_documents_are_fetched_in_one_place_only() -> None:
    modules = {path: raw.decode() for path, raw in page_assets().items() if path.endswith(".js")}
    asking = (
        r"\bfetch\(|\bimport\(|XMLHttpRequest|WebSocket|EventSource|sendBeacon|innerHTML|insertAdjacentHTML|\beval\("
    )
    assert [path for path, text in modules.items() if re.search(asking, text)] == ["assets/documents.js"]


def test_a_view_whose_module_is_missing_fails_alone(tmp_path: Path, serve: Serve, visit: Visits) -> None:
    site = write_site(tmp_path, documents_of(whole_board()))
    (site / "assets/entry.js").unlink()
    page = visit(serve(site)).goto("?entry=acme/tuned")
    expect(page.get_by_role("alert")).to_contain_text("assets/entry.js could not be fetched")
    page.get_by_role("link", name="← Board").click()
    assert names(page)[0] == "acme/default"
