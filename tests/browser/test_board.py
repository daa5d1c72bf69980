"""The board in a real browser: rows and their order, ties, win regions, filters, weights, columns and pins."""

import csv
import re
from pathlib import Path

import msgspec
import pytest
from playwright.sync_api import Page, expect

from api_builders import publish_site
from browser.board_table import (
    IN_THE_ORDER_OF_RANKS,
    RANKING,
    UNDER_THEIR_VENDORS,
    board_at,
    filters,
    head,
    line_of,
    names,
    sort_by,
    table,
)
from browser.handmade import (
    TARGET,
    WINS,
    benchmark,
    documents_of,
    leaderboard,
    row,
    win,
    write_site,
)
from browser.places import Place
from browser.visiting import Serve, Visit, Visits
from builders import benchmark as rules_of
from builders import built, entry
from proofboard.app.service.records import announce

# The page may be a build that is not packaged yet.
pytestmark = pytest.mark.usefixtures("sites")

MANY = 10_000


@pytest.fixture
def whole(tmp_path: Path, serve: Serve, visit: Visits) -> Visit:
    return board_at(tmp_path, serve, visit)


def test_entries_stand_in_the_order_of_their_ranks_and_the_unranked_last(whole: Visit) -> None:
    assert names(whole.goto(RANKING)) == IN_THE_ORDER_OF_RANKS


def test_a_column_sorts_both_ways_and_what_is_unknown_stays_last(whole: Visit) -> None:
    page = whole.goto(RANKING)
    sort_by(page, "Public")
    assert head(page, "Public").get_attribute("aria-sort") == "descending"
    assert head(page, "Rank").get_attribute("aria-sort") is None
    expect(page.locator("#announcer")).to_have_text("Sorted by Public, %, descending")
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
    page = whole.goto("?group=none&columns=rank,public,gap,assurance,date,tokens,seconds")
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
    expect(page.locator("#count")).to_have_text(re.compile(rf"^{len(found)} of 8 entries"))
    assert names(page) == found
    assert page.locator("#count").get_attribute("role") == "status"


@pytest.mark.parametrize(
    ("label", "option", "found"),
    [
        ("Kind", "Vendor default", ["acme/default", "bolt/default"]),
        ("Vendor", "bolt", ["bolt/default", "bolt/again"]),
        ("Wins on", "Beats its default somewhere", ["acme/tuned"]),
        ("Wins on", "Topic: logic", ["acme/tuned"]),
        ("Wins on", "Language: de, Topic: logic", ["acme/tuned"]),
        ("Made for", str(TARGET["description"]), ["acme/tuned"]),
    ],
)
def test_what_an_entry_is_and_is_better_at_filters(
    whole: Visit, visit: Visits, label: str, option: str, found: list[str]
) -> None:
    page = filters(whole.goto())
    page.locator(".filter-panel").get_by_label(label).select_option(option)
    assert names(page) == found
    assert names(visit(whole.address).goto(page.url.removeprefix(whole.address))) == found
    page.get_by_role("button", name="Clear filters").click()
    assert names(page) == UNDER_THEIR_VENDORS


def test_dates_filter_by_days_and_by_the_last_thirty_of_this_clock(tmp_path: Path, serve: Serve, visit: Visits) -> None:
    rows = [row("acme/old", 1, 0.5, date="2026-03-01"), row("acme/new", 2, 0.4, date="2026-11-20")]
    seen = board_at(tmp_path, serve, visit, leaderboard(rows))
    seen.page.clock.set_fixed_time("2026-11-21T12:00:00Z")
    page = filters(seen.goto())
    panel = page.locator(".filter-panel")
    panel.get_by_label("Date").select_option("Last 30 days")
    assert names(page) == ["acme/new"]
    expect(panel).to_contain_text("Since 2026-10-23, by the clock of this device.")
    panel.get_by_label("Date").select_option("From … to …")
    panel.get_by_label("To", exact=True).fill("2026-03-01")
    panel.get_by_label("To", exact=True).press("Tab")
    expect(table(page).locator("tbody .name")).to_have_text(["acme/old"])


def test_a_language_is_looked_at_alone(whole: Visit) -> None:
    page = filters(whole.goto(RANKING))
    page.locator(".filter-panel").get_by_label("Language").select_option("de")
    expect(head(page, "On de")).to_have_attribute("aria-sort", "descending")
    # Who has no score there is left out.
    expect(line_of(page, "zeta/broken")).to_have_count(0)
    assert names(page)[0] == "acme/default"


def test_a_category_and_a_language_at_once_are_one_column_on_their_pair(live: Place) -> None:
    page = live.open("?group=none&category=law&language=ja")
    expect(head(page, "On law × ja")).to_have_attribute("aria-sort", "descending")
    expect(table(page).locator("th[data-column^='on:']")).to_have_count(1)
    scores = {
        f"{own['vendor']}/{own['config_name']}": own["public"]["by"]["niche×language"]["law×ja"]
        for own in live.document("leaderboard.json")["entries"]
    }
    page.locator("summary", has_text="Export").click()
    with page.expect_download() as told:
        page.get_by_role("button", name="CSV").click()
    first, *lines = csv.reader(told.value.path().read_text(encoding="utf-8").splitlines())
    column = first.index("on:niche=law×language=ja")
    found = [(line[first.index("entry")], float(line[column])) for line in lines]
    assert found == [(name, scores[name]) for name, _ in found]
    shown = [score for name, score in found if not name.startswith("base/")]
    assert len(shown) > 10
    assert shown == sorted(shown, reverse=True)


def test_where_the_board_does_not_cross_two_facets_it_says_so(whole: Visit) -> None:
    page = whole.goto(f"{RANKING}&category=logic&language=de")
    expect(table(page).locator("th[data-column^='on:']")).to_have_count(2)
    expect(page.locator("#panel")).to_contain_text("does not publish scores on pairs of Topic × Language")


def test_only_filters_that_act_in_a_tab_are_counted_and_offered_there(whole: Visit) -> None:
    page = whole.goto("?kind=default&category=logic")
    expect(page.get_by_role("button", name="Filters (2)")).to_be_visible()
    page.get_by_role("tab", name="Efficiency").click()
    expect(page.get_by_role("button", name="Filters (1)")).to_be_visible()
    expect(page.locator(".filter-panel").get_by_label("Topic")).to_have_count(0)


def test_a_text_that_leaves_the_order_of_its_script_open_does_not_turn_what_follows(
    tmp_path: Path, serve: Serve, visit: Visits
) -> None:
    left_open = "\u2067" * 3 + "title"
    board = leaderboard([row("acme/a", 1, 0.5, title=left_open, model="acme/one", organization="Acme")])
    texts = line_of(board_at(tmp_path, serve, visit, board).goto(), "acme/a").locator(".about bdi")
    expect(texts).to_have_count(3)
    places = texts.evaluate_all("(all) => all.map((own) => own.getBoundingClientRect().left)")
    assert places == sorted(places)


def test_tracks_are_never_mixed_unless_a_reader_asks(tmp_path: Path, serve: Serve, visit: Visits) -> None:
    rows = [row("acme/a", 1, 0.5, track="closed"), row("acme/b", 1, 0.9, track="open")]
    page = board_at(tmp_path, serve, visit, leaderboard(rows, tracks=["closed", "open"])).goto()
    assert names(page) == ["acme/a"]
    page.get_by_label("Track").select_option("open")
    assert names(page) == ["acme/b"]
    page.get_by_label("Track").select_option("All tracks")
    assert names(page) == ["acme/a", "acme/b"]


def test_rows_say_in_words_what_sets_them_apart(whole: Visit) -> None:
    page = whole.goto()
    expect(line_of(page, "base/chance")).to_contain_text("Chance")
    expect(line_of(page, "zeta/flat")).to_contain_text("Not a measurement: all answers are identical")
    expect(line_of(page, "zeta/pending")).to_contain_text("No rank: the held-out run is not complete")
    expect(line_of(page, "zeta/broken")).to_contain_text("No rank")
    expect(line_of(page, "bolt/default")).to_contain_text("claims disagree")
    expect(line_of(page, "acme/tuned")).to_contain_text("recomputed public")
    expect(line_of(page, "acme/tuned")).to_contain_text("attested held-out")
    expect(line_of(page, "bolt/again")).to_contain_text("Same recipe as bolt/default, which has the rank")


def test_other_protocols_and_skipped_entries_are_listed_apart(whole: Visit) -> None:
    page = whole.goto()
    page.get_by_text("1 entry of another protocol, 1 not on the board").click()
    other = page.locator("section.stack", has=page.get_by_role("heading", name="Protocol version 1"))
    expect(other).to_contain_text("never with the board above")
    expect(other.locator(".name")).to_have_text("acme/old")
    # It follows other scores than the board above it, and says so.
    expect(other.locator("th.score")).to_contain_text("Public")
    expect(page.locator("#panel")).to_contain_text("acme/absenthas no public bundle")


def test_columns_that_nobody_fills_are_named_instead(tmp_path: Path, serve: Serve, visit: Visits) -> None:
    page = board_at(tmp_path, serve, visit, leaderboard([row("acme/a", 1, 0.5, date=None)])).goto()
    expect(page.locator("#panel")).to_contain_text("No entry has: held-out, overfit gap, win regions, date.")


def test_tabs_follow_the_mouse_the_arrow_keys_and_the_way_back(whole: Visit) -> None:
    page = whole.goto()
    tabs = page.get_by_role("tab")
    assert tabs.all_inner_texts() == ["Overall", "Topic", "Language", "Efficiency"]
    tabs.nth(2).click()
    expect(page.locator("#panel")).to_contain_text("Ranked on public scores.")
    expect(head(page, "de")).to_be_visible()
    tabs.nth(2).press("ArrowLeft")
    expect(tabs.nth(1)).to_be_focused()
    expect(tabs.nth(1)).to_have_attribute("aria-selected", "true")
    tabs.nth(1).press("End")
    expect(head(page, "Relative")).to_be_visible()
    page.go_back()
    expect(tabs.nth(1)).to_have_attribute("aria-selected", "true")


def test_a_category_leads_to_the_board_of_its_problems(whole: Visit) -> None:
    page = whole.goto("?tab=by-topic&group=none")
    head(page, "word problems").get_by_role("link").click()
    expect(page.get_by_role("heading", name="Topic: word problems")).to_be_visible()
    expect(head(page, "p1").get_by_role("link")).to_have_attribute("href", "?page=item&item=p1")
    assert names(page)[0] == "zeta/flat"
    page.get_by_role("link", name="← All of Topic").click()
    expect(head(page, "word problems")).to_be_visible()


def test_a_shared_address_restores_the_view(whole: Visit, visit: Visits) -> None:
    page = whole.goto(RANKING)
    page.get_by_label("Search").fill("default")
    sort_by(page, "Public")
    sort_by(page, "Public")
    page.wait_for_url("**sort=public**")
    again = visit(whole.address).goto(page.url.removeprefix(whole.address))
    assert names(again) == ["bolt/default", "acme/default"]
    expect(again.get_by_label("Search")).to_have_value("default")
    assert head(again, "Public").get_attribute("aria-sort") == "ascending"


def test_an_unknown_view_shows_the_board(whole: Visit) -> None:
    page = whole.goto("?tab=nonsense&sort=-nonsense&pin=no/one&group=nonsense&category=nonsense&weights=nonsense:1")
    assert names(page) == UNDER_THEIR_VENDORS or names(page) == IN_THE_ORDER_OF_RANKS


def test_an_empty_board_says_that_it_is_empty(tmp_path: Path, serve: Serve, visit: Visits) -> None:
    seen = board_at(tmp_path, serve, visit, leaderboard([]))
    page = seen.goto()
    expect(page.locator("#count")).to_have_text("0 entries")
    expect(page.locator("#panel")).to_contain_text("There are no entries yet.")
    expect(page.locator("#panel")).to_contain_text("axis from 0 to 100 %")
    for tab in page.get_by_role("tab").all():
        tab.click()
        expect(page.locator("#panel table")).to_be_visible()
    assert seen.complaints == []


def test_one_entry_is_one_entry(tmp_path: Path, serve: Serve, visit: Visits) -> None:
    page = board_at(tmp_path, serve, visit, leaderboard([row("acme/a", 1, 0.5)])).goto()
    expect(page.locator("#count")).to_have_text("1 entry")


def test_scores_beyond_one_are_no_percentages(tmp_path: Path, serve: Serve, visit: Visits) -> None:
    rules = benchmark()
    wide = {"correct": msgspec.structs.replace(rules.metrics["correct"], range=(0, 10), denominator=10)}
    board = leaderboard([row("acme/a", 1, 7.25)], chance_level=None, minimum_detectable_difference=None)
    page = visit(serve(write_site(tmp_path, documents_of(board, benchmark(metrics=wide))))).goto()
    expect(line_of(page, "acme/a").locator(".scored > span")).to_have_text("7.25")
    expect(page.locator("#panel")).not_to_contain_text("%, ")


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write a board of ten thousand rows; nobody opens the documents of its entries."""
    rows = [row(f"acme/c{n}", n + 1, (n * 7919) % MANY / MANY, win_regions=WINS) for n in range(MANY)]
    documents = documents_of(leaderboard(rows)).items()
    shown = {path: raw for path, raw in documents if not path.startswith(("entries/", "configurations/"))}
    return write_site(tmp_path_factory.mktemp("large"), shown)


@pytest.mark.parametrize("width", [390, 1600])
def test_of_ten_thousand_rows_those_are_drawn_that_can_be_seen(
    width: int, large: Path, serve: Serve, visit: Visits
) -> None:
    page = visit(serve(large), viewport={"width": width, "height": 900}).goto()
    expect(page.locator("#count")).to_have_text("10,000 entries")
    assert page.locator("tbody tr").count() < 60
    expect(table(page)).to_have_attribute("aria-rowcount", "10001")
    page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    expect(line_of(page, "acme/c9999")).to_be_attached()
    expect(line_of(page, "acme/c9999")).to_have_attribute("aria-rowindex", "10001")
    page.evaluate("scrollTo(0, 0)")
    expect(line_of(page, "acme/c0")).to_be_in_viewport()


def test_a_row_that_has_the_focus_stays_drawn(large: Path, serve: Serve, visit: Visits) -> None:
    page = visit(serve(large)).goto()
    line_of(page, "acme/c3").get_by_role("link", name="acme/c3", exact=True).focus()
    page.keyboard.press("ArrowDown")
    expect(line_of(page, "acme/c4").locator(".name")).to_be_focused()
    page.evaluate("scrollTo(0, 200_000)")
    expect(line_of(page, "acme/c2")).to_have_count(0)
    expect(line_of(page, "acme/c4").locator(".name")).to_be_focused()


def test_a_rank_stands_with_its_range_and_its_letters(whole: Visit) -> None:
    page = whole.goto()
    cell = line_of(page, "acme/default").locator("td.rank")
    expect(cell).to_contain_text("1–4")
    expect(cell.locator(".letters")).to_contain_text("ab")
    expect(line_of(page, "bolt/default").locator(".letters")).to_have_text("tied groups b")
    expect(line_of(page, "base/chance").locator(".letters")).to_have_count(0)
    expect(page.locator(".legend")).to_contain_text("Entries that share a letter cannot be told apart")


def test_a_gap_stands_with_its_interval_and_says_only_that_it_is_beyond_chance(whole: Visit) -> None:
    page = whole.goto()
    expect(line_of(page, "acme/default")).to_contain_text("+20.0+5.0 to +35.0gap beyond chance")
    expect(line_of(page, "acme/tuned")).to_contain_text("−5.0−20.0 to +10.0")
    expect(line_of(page, "acme/tuned")).not_to_contain_text("beyond chance")
    expect(page.locator("#header")).to_contain_text("Median overfit gap+12.5 points")
    expect(page.locator("#header")).to_contain_text("Detectable difference12.0 points")


def test_win_regions_are_chips_with_what_they_are_sure_of(whole: Visit) -> None:
    cell = line_of(whole.goto(), "acme/tuned").locator("td.wins")
    chips = cell.locator(".win")
    expect(chips).to_have_count(2)
    expect(chips.first).to_contain_text("logic ≥ +5.1 pts")
    expect(chips.first).to_have_attribute(
        "title",
        "Topic: logic; better than acme/default by ≥ +5.1 pts, at once with all its regions (95 %); "
        "confirmed on later items; held-out items: win",
    )
    expect(chips.nth(1)).to_contain_text("de × logic ≥ +3.1 pts")
    expect(chips.nth(1)).to_contain_text("candidate: not yet confirmed on later items; held-out items: loss")
    expect(cell.get_by_role("link")).to_have_text("+1 more win regions of acme/tuned")


def test_win_regions_sort_by_their_number_and_then_by_the_largest_bound(
    tmp_path: Path, serve: Serve, visit: Visits
) -> None:
    rows = [
        row("acme/default", 1, 0.9, kind="default"),
        row("acme/none", 2, 0.8),
        row("acme/small", 3, 0.7, win_regions=[win("topic=logic", 0.01), win("language=de", 0.01)]),
        row("acme/large", 4, 0.6, win_regions=[win("topic=logic", 0.3)]),
        row("acme/larger", 5, 0.5, win_regions=[win("topic=logic", 0.31)]),
        row("lone/one", 6, 0.4),
    ]
    page = board_at(tmp_path, serve, visit, leaderboard(rows)).goto(RANKING)
    sort_by(page, "Win regions")
    ordered = ["acme/small", "acme/larger", "acme/large", "acme/none"]
    # Who is a default, or has none, was not compared: that is no zero.
    assert names(page) == [*ordered, "acme/default", "lone/one"]
    expect(line_of(page, "acme/none").locator("td.wins")).to_have_text("none shown")
    expect(line_of(page, "lone/one").locator("td.wins")).to_have_text("–none")


def test_a_board_without_wins_or_targets_offers_no_filter_of_them(tmp_path: Path, serve: Serve, visit: Visits) -> None:
    page = filters(board_at(tmp_path, serve, visit, leaderboard([row("acme/a", 1, 0.5)])).goto())
    for label in ("Wins on", "Made for"):
        expect(page.get_by_label(label)).to_have_count(0)


def test_a_reader_chooses_columns_and_what_is_shown_is_exported(whole: Visit) -> None:
    page = whole.goto(RANKING)
    page.locator("summary", has_text="Columns").click()
    page.get_by_role("checkbox", name="Contributor").check()
    page.get_by_role("checkbox", name="Overfit gap").uncheck()
    page.keyboard.press("Escape")
    expect(head(page, "Contributor")).to_be_visible()
    expect(head(page, "Overfit gap")).to_have_count(0)
    page.get_by_label("Search").fill("tuned")
    page.locator("summary", has_text="Export").click()
    with page.expect_download() as told:
        page.get_by_role("button", name="CSV").click()
    lines = Path(told.value.path()).read_text(encoding="utf-8").splitlines()
    assert lines[0] == "rank,entry,score,public,wins,assurance,date,contributor"
    assert lines[1].startswith("1,acme/tuned,0.85,0.8,")
    assert len(lines) == 2


def weigh(page: Page, title: str, times: int) -> None:
    """Move a slider by keyboard."""
    page.get_by_label(f"Weight of {title}").focus()
    for _ in range(times):
        page.keyboard.press("ArrowRight")


def test_own_weights_rank_anew_and_say_how_firmly(tmp_path: Path, serve: Serve, visit: Visits) -> None:
    rules = benchmark()
    style = msgspec.structs.replace(rules.metrics["correct"], title="Style")
    rows = [row("acme/a", 1, 0.9), row("acme/b", 2, 0.8)]
    scores = ({"correct": 0.9, "style": 0.2}, {"correct": 0.8, "style": 0.4})
    weighed = [
        msgspec.structs.replace(own, public=msgspec.structs.replace(own.public, metrics=metrics))
        for own, metrics in zip(rows, scores, strict=True)
    ]
    documents = documents_of(leaderboard(weighed), benchmark(metrics={**rules.metrics, "style": style}))
    page = visit(serve(write_site(tmp_path, documents))).goto()
    page.get_by_role("button", name="Your weights").click()
    expect(head(page, "Your rank")).to_have_attribute("aria-sort", "ascending")
    assert names(page) == ["acme/a", "acme/b"]
    weigh(page, "Style", 2)
    expect(table(page).locator("tbody .name")).to_have_text(["acme/b", "acme/a"])
    line = line_of(page, "acme/b")
    expect(line.locator("[data-column=own_score]")).to_have_text("0.6000")
    # 1 · 0.1 against 1 · 0.2: both weights may change by a third of themselves.
    expect(line.locator("[data-column=holds]")).to_have_text("± 33.3 %")
    expect(page.locator(".steady")).to_contain_text("2 of the first 2 keep their rank")
    expect(page.locator(".weights code")).to_contain_text("correct=1 style=1")
    page.wait_for_url("**weights=correct:1,style:1**")
    page.get_by_role("button", name="Back to the board's ranking").click()
    expect(head(page, "Your rank")).to_have_count(0)


def test_pinned_entries_lead_to_their_comparison(whole: Visit) -> None:
    page = whole.goto()
    pins = page.get_by_role("region", name="Entries to compare")
    expect(pins).to_have_count(0)
    page.get_by_label("Pin acme/tuned to compare").focus()
    page.keyboard.press("Space")
    expect(page.locator("#announcer")).to_have_text("1 of 4 pinned")
    # A filter hides the row and does not unpin it.
    page.get_by_label("Search").fill("bolt/default")
    page.get_by_label("Pin bolt/default to compare").check()
    page.wait_for_url("**pin=acme/tuned,bolt/default**")
    assert pins.get_by_role("link").get_attribute("href") == "?page=compare&entries=acme/tuned,bolt/default"
    page.get_by_role("button", name="Clear", exact=True).click()
    expect(pins).to_have_count(0)
    expect(page.get_by_label("Pin bolt/default to compare")).not_to_be_checked()


def test_no_more_than_four_entries_are_pinned(whole: Visit) -> None:
    page = whole.goto("?pin=acme/tuned,acme/default,bolt/default,no/one,base/chance,zeta/flat")
    expect(page.locator(".pin input:checked")).to_have_count(4)
    expect(page.get_by_label("Pin zeta/flat to compare")).to_be_disabled()
    page.get_by_label("Pin base/chance to compare").uncheck()
    expect(page.get_by_label("Pin zeta/flat to compare")).to_be_enabled()


def test_the_name_of_an_entry_leads_to_its_page_and_back_to_the_board_as_it_was(whole: Visit) -> None:
    page = whole.goto("?group=vendor&q=acme")
    line_of(page, "acme/tuned").get_by_role("link", name="acme/tuned", exact=True).click()
    assert page.url.endswith("?page=entry&entry=acme/tuned")
    # A browser that is still on its way there may refuse to go back.
    expect(page.get_by_role("heading", level=1)).to_contain_text("tuned")
    page.go_back()
    expect(page.locator("#count")).to_have_text("2 of 8 entries")
    assert page.url.endswith("?group=vendor&q=acme")


def test_a_newer_board_takes_the_place_of_the_shown_one_without_a_jump(own_live: Place, tmp_path: Path) -> None:
    rows = [row(f"acme/c{n}", n + 1, 0.9 - n / 1000) for n in range(60)]
    site = write_site(tmp_path / "before", documents_of(leaderboard(rows)))
    page = own_live.host(site, "handmade").open()
    page.evaluate("document.querySelector('tr[data-entry=\"acme/c30\"]').scrollIntoView()")
    top = line_of(page, "acme/c30").evaluate("row => row.getBoundingClientRect().top")
    moved = [row("acme/new", 1, 0.95), *(msgspec.structs.replace(own, rank=(own.rank or 0) + 1) for own in rows)]
    newer = write_site(tmp_path / "after", documents_of(leaderboard(moved)))
    instance = own_live.live.instance
    publish_site(instance, newer, "handmade")
    with instance.database.writing() as session:
        announce(session, "board", {"benchmark": "handmade"}, instance.now(), benchmark="handmade", audience="public")
    expect(page.locator(".news")).to_contain_text("1 new entry, 60 ranks changed", timeout=20_000)
    expect(page.locator("#count")).to_have_text("61 entries")
    page.wait_for_timeout(300)
    assert line_of(page, "acme/c30").evaluate("row => row.getBoundingClientRect().top") == pytest.approx(top, abs=2)


def test_after_an_update_other_pages_open_with_the_newer_publication(own_live: Place, tmp_path: Path) -> None:
    def site(name: str, right: int) -> Path:
        entries = [entry("acme/best", 7), entry("acme/base", right)]
        return built(tmp_path, entries, name=name, rules=rules_of(id="changing"))

    page = own_live.host(site("before", 5), "changing").open()
    page.evaluate("globalThis.stays = true")
    instance = own_live.live.instance
    publish_site(instance, site("after", 6), "changing")
    with instance.database.writing() as session:
        announce(session, "board", {"benchmark": "changing"}, instance.now(), benchmark="changing", audience="public")
    expect(line_of(page, "acme/base").locator("[data-column=score]")).to_contain_text("75.0", timeout=20_000)
    line_of(page, "acme/base").get_by_role("link", name="acme/base", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("base")
    expect(page.locator("main")).to_contain_text("75.0")
    expect(page.locator("main")).not_to_contain_text("62.5")
    page.go_back()
    expect(line_of(page, "acme/base").locator("[data-column=score]")).to_contain_text("75.0")
    assert page.evaluate("stays")
