"""What a board says of itself in a real browser: its rules, its limits, how to take part, and what changed."""

from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from browser.owning import Office
from browser.places import Place
from proofboard.app.service.benchmarks import change_settings
from proofboard.app.service.exporting import export_site
from proofboard.schemas.service import BenchmarkSettings, Limits
from review_builders import BOARD

ABOUT = "?page=about"


def part(page: Page, name: str) -> Locator:
    """Return a section by its id."""
    return page.locator(f"section#{name}")


def test_the_rules_are_told_in_words(place: Place) -> None:
    page = place.open(ABOUT)
    protocol = part(page, "protocol")
    for said in ("held-out score, higher is better", "10.0 %", "open/judge · 3 votes for each answer", "CC-BY-4.0"):
        expect(protocol).to_contain_text(said)
    metrics = page.get_by_role("region", name="Metrics").locator("tbody tr")
    expect(metrics).to_contain_text(["grader exact", "grader votes"])
    expect(metrics).to_contain_text(["counts as the worst score", "is left out"])
    expect(page.get_by_role("region", name="What items are parted by")).to_contain_text("law, maths, music")
    protocol.get_by_role("link", name="Read the public items").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Items")


def test_what_stays_secret_and_what_leaves_is_said(exported: Place) -> None:
    held_out = part(exported.open(ABOUT), "held-out")
    expect(held_out).to_contain_text("Ranks follow items that nobody has seen")
    expect(held_out.locator("dd")).to_contain_text(["120", "50"])
    expect(part(exported.on("single").open(ABOUT), "held-out")).to_contain_text("No held-out set was scored")


def test_how_small_a_difference_can_be_seen_is_told_in_points(exported: Place) -> None:
    found = exported.document("leaderboard.json")["minimum_detectable_difference"]
    method = part(exported.open(ABOUT), "method")
    expect(method.locator("strong").first).to_have_text(f"{100 * found:.1f} points")
    method.get_by_text("How a number is known").click()
    expect(method).to_contain_text("anyone can grade the published responses again")


def test_a_folder_of_files_says_plainly_how_to_take_part(exported: Place) -> None:
    page = exported.open(ABOUT)
    expect(part(page, "limits")).to_contain_text("This board is a folder of files.")
    commands = part(page, "submit").locator(".command code")
    expect(commands.first).to_have_text(f"proofboard fetch {exported.address} board")
    expect(commands.last).to_contain_text("--out entry.zip")
    expect(part(page, "submit").get_by_role("link")).to_have_count(0)
    expect(part(page, "appeal")).to_contain_text("Write to the owner of the board.")
    expect(part(page, "changes")).to_contain_text("This board keeps no log.")


def test_a_live_board_tells_its_limits_and_leads_to_its_pages(office: Office) -> None:
    settings = BenchmarkSettings(
        limits=Limits(upload_megabytes=7), publish="on approval", appeal_days=3, contact="board@acme.example"
    )
    change_settings(office.instance, office.published.owner, BOARD, settings)
    page = office.open(ABOUT)
    limits = part(page, "limits")
    expect(limits.locator("dl > div", has_text="Largest upload, MB").locator("dd")).to_have_text("7")
    expect(limits.locator("dl > div", has_text="Submissions of one organisation in a day")).to_contain_text("no limit")
    expect(limits).to_contain_text("The owner looks at each submission before it is published.")
    expect(part(page, "submit")).to_contain_text("board@acme.example")
    expect(part(page, "submit").locator(".command code").last).to_contain_text(f"--to {office.address}")
    expect(part(page, "appeal")).to_contain_text("within 3 days")
    part(page, "appeal").get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Appeals")


def test_the_log_is_read_out_latest_first_and_can_be_subscribed_to(office: Office) -> None:
    page = office.open(ABOUT)
    changes = part(page, "changes")
    rows = changes.locator("tbody tr").all_inner_texts()
    assert [row.split("\t")[0].strip() for row in rows] == [str(n) for n in reversed(range(len(rows)))]
    expect(changes).to_contain_text(f"{len(rows)} of {len(rows)} leaves of the signed log")
    published = changes.locator("tr", has_text="acme/quick")
    expect(published).to_contain_text("published")
    feed = changes.get_by_role("link", name="Subscribe (Atom)").get_attribute("href") or ""
    assert "acme/quick" in office.service.get(feed.removeprefix(office.root.rstrip("/"))).text
    published.get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("quick")


def test_the_log_of_an_exported_board_is_read_from_its_files(office: Office, exported: Place, tmp_path: Path) -> None:
    export_site(office.instance, None, tmp_path / "site")
    page = exported.host(tmp_path / "site", "with-a-log").open(ABOUT)
    expect(part(page, "changes").locator("tr", has_text="acme/quick")).to_contain_text("published")
    expect(part(page, "changes").get_by_role("link", name="Subscribe")).to_have_count(0)


def test_limits_that_the_service_does_not_answer_are_a_stated_failure(live: Place) -> None:
    live.forgive("Failed to load resource.*503")
    visit = live.visit()
    visit.context.route("**/api/v1/benchmarks/rich", lambda route: route.fulfill(status=503, body="{}"))
    page = visit.goto(ABOUT)
    expect(page.get_by_role("alert")).to_be_visible()
    expect(part(page, "protocol")).to_be_visible()
