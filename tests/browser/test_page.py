"""The page in a real browser: what it shows, what a reader can do with it, and how it fails."""

import re
import shutil
from pathlib import Path

import msgspec
import pytest
from playwright.sync_api import Locator, Page, expect

from browser.handmade import (
    benchmark,
    documents_of,
    leaderboard,
    row,
    whole_board,
    write_site,
)
from browser.visiting import Serve, Visit, Visits
from builders import built
from proofboard import canonical
from proofboard.app.build import build
from proofboard.app.serve import serving
from proofboard.publish.page import page_assets

EXAMPLE = Path(__file__).parents[2] / "examples" / "langid"
VIEWS = ("", "#open=acme%2Ftuned", "#tab=by-language", "#tab=by-topic", "#tab=by-topic&board=logic", "#tab=efficiency")
WIDTHS = (390, 1024, 1600)
LARGEST_PAGE_BYTES = 60_000

IN_THE_ORDER_OF_RANKS = [
    "acme/tuned",
    "acme/default",
    "bolt/default",
    "base/chance",
    "zeta/pending",
    "zeta/broken",
    "zeta/flat",
]


def names(page: Page) -> list[str]:
    """Return the entries of the first table from top to bottom."""
    return page.locator("#panel table").first.locator("tbody .name").all_inner_texts()


def head(page: Page, label: str) -> Locator:
    """Return the head of a column of the first table."""
    button = page.get_by_role("button", name=re.compile(f"^{label}"))
    return page.locator("#panel table").first.locator("thead th", has=button)


def sort_by(page: Page, label: str) -> None:
    head(page, label).get_by_role("button").click()


def line_of(page: Page, name: str) -> Locator:
    return page.locator("tbody tr", has=page.get_by_label(f"Details of {name}", exact=True))


def luminance(colour: str) -> float:
    """Return the relative luminance of `rgb(r, g, b)` (WCAG 2)."""
    parts = [int(part) / 255 for part in re.findall(r"\d+", colour)[:3]]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_entries_stand_in_the_order_of_their_ranks_and_the_unranked_last(whole: Visit) -> None:
    assert names(whole.goto()) == IN_THE_ORDER_OF_RANKS


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


def test_a_column_sorts_both_ways_and_what_is_unknown_stays_last(whole: Visit) -> None:
    page = whole.goto()
    sort_by(page, "Public")
    assert head(page, "Public").get_attribute("aria-sort") == "descending"
    assert head(page, "Rank").get_attribute("aria-sort") is None
    assert names(page)[0] == "acme/default"
    assert names(page)[-1] == "zeta/broken"
    sort_by(page, "Public")
    assert head(page, "Public").get_attribute("aria-sort") == "ascending"
    assert names(page)[0] == "base/chance"
    assert names(page)[-1] == "zeta/broken"


@pytest.mark.parametrize(
    ("label", "first"),
    [
        ("Entry", "acme/default"),
        ("Held-out", "acme/tuned"),
        ("Overfit gap", "acme/default"),
        ("Assurance", "acme/tuned"),
        ("Tokens", "bolt/default"),
        ("Time", "bolt/default"),
        ("Date", "acme/tuned"),
    ],
)
def test_every_column_sorts(whole: Visit, label: str, first: str) -> None:
    page = whole.goto()
    sort_by(page, label)
    assert names(page)[0] == first


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("TUNED", ["acme/tuned"]),
        ("ålesund", ["acme/tuned"]),
        ("large-2", ["acme/default"]),
        ("@mira", ["acme/tuned"]),
        ("acme default", ["acme/default"]),
        ("nobody", []),
    ],
)
def test_search_finds_entries_by_all_that_names_them(whole: Visit, wanted: str, found: list[str]) -> None:
    page = whole.goto()
    page.get_by_label("Search").fill(wanted)
    expect(page.locator("#count")).to_have_text(re.compile(rf"^{len(found)} of 7 entries"))
    assert names(page) == found
    assert page.locator("#count").get_attribute("role") == "status"


def test_kinds_filter(whole: Visit) -> None:
    page = whole.goto()
    page.get_by_label("Kind").select_option("Vendor default")
    assert names(page) == ["acme/default", "bolt/default"]


def test_tracks_are_never_mixed_unless_a_reader_asks(tmp_path: Path, serve: Serve, visit: Visits) -> None:
    rows = [row("acme/a", 1, 0.5, track="closed"), row("acme/b", 1, 0.9, track="open")]
    page = visit(serve(write_site(tmp_path, documents_of(leaderboard(rows, tracks=["closed", "open"]))))).goto()
    assert names(page) == ["acme/a"]
    page.get_by_label("Track").select_option("open")
    assert names(page) == ["acme/b"]
    page.get_by_label("Track").select_option("All tracks")
    assert names(page) == ["acme/a", "acme/b"]


def test_rows_say_in_words_what_sets_them_apart(whole: Visit) -> None:
    page = whole.goto()
    expect(line_of(page, "base/chance")).to_contain_text("Chance")
    expect(line_of(page, "zeta/flat")).to_contain_text("Not a measurement: all answers are identical")
    expect(line_of(page, "zeta/pending")).to_contain_text("No rank: pending: the held-out run is not complete")
    expect(line_of(page, "zeta/broken")).to_contain_text("No rank")
    expect(line_of(page, "bolt/default")).to_contain_text("claims disagree")
    expect(line_of(page, "acme/tuned")).to_contain_text("recomputed public")
    expect(line_of(page, "acme/tuned")).to_contain_text("attested held-out")


def test_other_protocols_and_skipped_entries_are_listed_apart(whole: Visit) -> None:
    page = whole.goto()
    other = page.locator("section", has=page.get_by_role("heading", name="Protocol version 1"))
    expect(other).to_contain_text("never with the board above")
    expect(other.locator(".name")).to_have_text("acme/old")
    # It follows other scores than the board above it, and says so.
    expect(other.locator("th.score")).to_contain_text("Public")
    expect(page.locator("#panel")).to_contain_text("acme/absenthas no public bundle")


def test_columns_that_nobody_fills_are_named_instead(whole: Visit) -> None:
    expect(whole.goto().locator("#panel")).to_contain_text("No entry has: cost per score.")


def test_tabs_follow_the_mouse_the_arrow_keys_and_the_way_back(whole: Visit) -> None:
    page = whole.goto()
    tabs = page.get_by_role("tab")
    assert tabs.all_inner_texts() == ["Overall", "Language", "Topic", "Efficiency"]
    tabs.nth(1).click()
    expect(page.locator("#panel")).to_contain_text("Ranked on public scores.")
    assert head(page, "de").is_visible()
    tabs.nth(1).press("ArrowRight")
    expect(tabs.nth(2)).to_be_focused()
    expect(tabs.nth(2)).to_have_attribute("aria-selected", "true")
    tabs.nth(2).press("End")
    expect(head(page, "Relative")).to_be_visible()
    page.go_back()
    expect(tabs.nth(2)).to_have_attribute("aria-selected", "true")


def test_a_category_leads_to_the_board_of_its_problems(whole: Visit) -> None:
    page = whole.goto("#tab=by-topic")
    head(page, "word problems").get_by_role("link").click()
    expect(page.get_by_role("heading", name="Topic: word problems")).to_be_visible()
    assert names(page)[0] == "zeta/flat"
    assert head(page, "p1").get_by_role("link").get_attribute("href") == "items/0.json"
    page.get_by_role("link", name="← Topic").click()
    expect(head(page, "word problems")).to_be_visible()


def test_a_row_opens_by_keyboard_to_everything_known_of_it(whole: Visit) -> None:
    page = whole.goto()
    opener = page.get_by_label("Details of bolt/default", exact=True)
    opener.focus()
    page.keyboard.press("Enter")
    expect(opener).to_have_attribute("aria-expanded", "true")
    details = page.locator(".details")
    for text in ("Language public scores", "1 vote recorded per response", "claimed 0.8, found 0.75", "90,000"):
        expect(details).to_contain_text(text)
    expect(details).to_contain_text("has the digest that the board names")
    page.keyboard.press("Enter")
    expect(details).to_have_count(0)


def test_every_link_leads_to_a_document(whole: Visit) -> None:
    page = whole.goto("#open=acme%2Ftuned")
    expect(page.get_by_role("link", name="Configuration")).to_be_visible()
    links = {str(link.evaluate("link => link.href")) for link in page.get_by_role("link").all()}
    assert {link for link in links if page.request.get(link).status != 200} == set()
    assert {f"{whole.origin}entries/acme/tuned.json", f"{whole.origin}scores/{'0' * 64}.json"} <= links


def test_a_shared_address_restores_the_view(whole: Visit, visit: Visits) -> None:
    page = whole.goto()
    page.get_by_label("Search").fill("default")
    sort_by(page, "Public")
    sort_by(page, "Public")
    page.get_by_label("Details of bolt/default", exact=True).click()
    shared = page.url.removeprefix(whole.origin)
    again = visit(whole.origin).goto(shared)
    assert names(again) == ["bolt/default", "acme/default"]
    expect(again.get_by_label("Search")).to_have_value("default")
    expect(again.get_by_label("Details of bolt/default", exact=True)).to_have_attribute("aria-expanded", "true")
    assert head(again, "Public").get_attribute("aria-sort") == "ascending"


def test_an_unknown_view_shows_the_board(whole: Visit) -> None:
    page = whole.goto("#tab=nonsense&sort=-nonsense&kind=nonsense&open=no%2Fone")
    assert names(page) == IN_THE_ORDER_OF_RANKS


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
    assert names(page) == IN_THE_ORDER_OF_RANKS


def test_a_changed_entry_is_told_where_its_links_would_be(tmp_path: Path, serve: Serve, visit: Visits) -> None:
    documents = documents_of(whole_board())
    site = write_site(tmp_path, {**documents, "entries/acme/tuned.json": documents["entries/acme/default.json"]})
    page = visit(serve(site)).goto("#open=acme%2Ftuned")
    expect(page.locator(".details").get_by_role("alert")).to_contain_text("entries/acme/tuned.json has not the digest")
    expect(page.get_by_role("link", name="Configuration")).to_have_count(0)


def test_a_category_board_that_is_missing_fails_alone(tmp_path: Path, serve: Serve, visit: Visits) -> None:
    site = write_site(tmp_path, documents_of(whole_board()))
    (site / "boards/topic/0.json").unlink()
    page = visit(serve(site)).goto("#tab=by-topic&board=logic")
    expect(page.get_by_role("alert")).to_contain_text("boards/topic/0.json is missing")
    page.get_by_role("tab", name="Overall").click()
    assert names(page) == IN_THE_ORDER_OF_RANKS


def test_nothing_leaves_the_origin_and_nothing_is_complained_of(whole: Visit) -> None:
    for view in VIEWS:
        whole.goto(view).wait_for_load_state("networkidle")
    assert whole.foreign == []
    assert whole.complaints == []


@pytest.mark.parametrize("width", WIDTHS)
def test_the_page_never_scrolls_sideways(width: int, whole_address: str, visit: Visits) -> None:
    seen = visit(whole_address, viewport={"width": width, "height": 900})
    sizes = "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
    for view in VIEWS:
        content, window = seen.goto(view).evaluate(sizes)
        assert content <= window, view


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_can_be_read_in_light_and_in_dark(scheme: str, whole_address: str, visit: Visits) -> None:
    page = visit(whole_address, color_scheme=scheme).goto()
    colours = page.evaluate(
        "[getComputedStyle(document.body).color, getComputedStyle(document.documentElement).backgroundColor]"
    )
    text, ground = map(luminance, colours)
    assert (text > ground) == (scheme == "dark")
    assert (max(text, ground) + 0.05) / (min(text, ground) + 0.05) >= 7


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
    page = seen.goto("#open=acme%2Fa&q=&tab=overall")
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


def test_an_empty_board_says_that_it_is_empty(tmp_path: Path, serve: Serve, visit: Visits) -> None:
    seen = visit(serve(write_site(tmp_path, documents_of(leaderboard([])))))
    page = seen.goto()
    expect(page.locator("#count")).to_have_text("0 entries")
    expect(page.locator("#panel")).to_contain_text("There are no entries yet.")
    expect(page.locator("#panel")).to_contain_text("axis from 0 to 100 %")
    for tab in page.get_by_role("tab").all():
        tab.click()
        expect(page.locator("#panel table")).to_be_visible()
    assert seen.complaints == []


def test_one_entry_is_one_entry(tmp_path: Path, serve: Serve, visit: Visits) -> None:
    page = visit(serve(write_site(tmp_path, documents_of(leaderboard([row("acme/a", 1, 0.5)]))))).goto()
    expect(page.locator("#count")).to_have_text("1 entry")


def test_scores_beyond_one_are_no_percentages(tmp_path: Path, serve: Serve, visit: Visits) -> None:
    rules = benchmark()
    wide = {"correct": msgspec.structs.replace(rules.metrics["correct"], range=(0, 10), denominator=10)}
    board = leaderboard([row("acme/a", 1, 7.25)], chance_level=None, minimum_detectable_difference=None)
    page = visit(serve(write_site(tmp_path, documents_of(board, benchmark(metrics=wide))))).goto()
    expect(line_of(page, "acme/a").locator(".scored > span")).to_have_text("7.25")
    expect(page.locator("#panel")).not_to_contain_text("%, ")


def test_ten_thousand_rows_sort_at_once_and_are_drawn_in_parts(tmp_path: Path, serve: Serve, visit: Visits) -> None:
    rows = [row(f"acme/c{n}", n + 1, (n * 7919) % 10_000 / 10_000) for n in range(10_000)]
    site = write_site(tmp_path, documents_of(leaderboard(rows)))
    page = visit(serve(site), viewport={"width": 1600, "height": 900}).goto()
    assert page.locator("tbody tr").count() == 100
    seconds = page.evaluate(
        "() => { const start = performance.now(); document.querySelector('th.score button').click();"
        " return (performance.now() - start) / 1000; }"
    )
    # A tenth of a second on a quiet machine; tests run beside others.
    assert seconds < 0.5
    page.get_by_role("button", name="Show 100 more of 9900").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name=re.compile("Show 100 more"))).to_be_visible()
    assert page.locator("tbody tr").count() >= 200
    page.mouse.wheel(0, 100_000)
    expect(page.locator("tbody tr").nth(200)).to_be_attached()


def test_a_board_in_a_sub_path_names_its_own_address(tmp_path: Path, serve: Serve, visit: Visits) -> None:
    write_site(tmp_path / "some" / "where", documents_of(whole_board()))
    seen = visit(f"{serve(tmp_path)}some/where/")
    page = seen.goto("index.html#q=tuned")
    expect(page.locator("#command")).to_have_text(f"proofboard verify {seen.origin}")
    assert names(page) == ["acme/tuned"]
    assert seen.foreign == []


def test_a_built_publication_is_shown_by_proofboard_serve(tmp_path: Path, visit: Visits) -> None:
    with serving(str(built(tmp_path))) as (server, _):
        seen = visit(f"http://127.0.0.1:{server.server_address[1]}/")
        page = seen.goto()
        assert names(page) == ["acme/best", "acme/base", "bolt/base"]
        for view in ("#tab=by-category", "#tab=by-category&board=maths", "#tab=by-language", "#tab=efficiency"):
            expect(seen.goto(view).locator("#panel table").first).to_be_visible()
        assert seen.complaints == []


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("example")
    # A store in the repository itself is refused.
    store = shutil.copytree(EXAMPLE / "held-out", place / "held-out")
    build(EXAMPLE, place / "sub" / "site", held_out=store)
    return place


def test_the_example_is_shown_whole(example: Path, serve: Serve, visit: Visits) -> None:
    seen = visit(f"{serve(example)}sub/site/")
    page = seen.goto()
    expect(page.locator("#basis")).to_have_text("Ranked on held-out items")
    expect(page.locator("#note")).to_contain_text("A demonstration")
    assert len(names(page)) == len(list(EXAMPLE.glob("entries/*/*/configuration.yaml")))
    page.locator("tbody button").first.click()
    expect(page.locator(".details")).to_contain_text("has the digest that the board names")
    page.get_by_role("tab", name="Language").click()
    assert page.locator("thead th").count() == 2 + 33
    assert seen.complaints == []
    assert seen.foreign == []


def test_the_page_stays_small_and_asks_nobody_else() -> None:
    assets = page_assets()
    assert sum(map(len, assets.values())) < LARGEST_PAGE_BYTES
    modules = {path: raw.decode() for path, raw in assets.items() if path.endswith(".js")}
    assert [path for path, text in modules.items() if text.count("\n") > 400] == []
    assert "default-src 'none'" in assets["index.html"].decode()
    addresses = re.findall(rb"https?://[^\"'\s]+", b"".join(assets.values()))
    assert set(addresses) <= {b"http://www.w3.org/2000/svg"}
