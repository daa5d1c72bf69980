"""The rules, schedules and spend of a board in a real browser, and the boards of a server to those who run them."""

import re
from fractions import Fraction
from pathlib import Path

import msgspec
from playwright.sync_api import expect

from board_builders import packed
from browser.looking import faults_of, overflowing, settled
from browser.owning import Office, tab
from browser.places import Place
from builders import benchmark, benchmark_folder, entry
from proofboard.app.service.benchmarks import read_settings_of
from proofboard.app.upkeep.schedules import NewSchedule, add_schedule
from proofboard.app.upkeep.spending import RunKey, set_aside, settle
from review_builders import BOARD

# Rules


def test_rules_are_saved_and_stand_there_again(office: Office) -> None:
    page = tab(office, "limits")
    page.get_by_label("Largest upload, MB").fill("7")
    page.get_by_label("Submissions per day").fill("3")
    page.get_by_label("Held-out scorings per rotation").fill("")
    page.get_by_label("Licences taken").fill("MIT, CC-BY-4.0")
    page.get_by_label("What passes all checks").select_option("on approval")
    page.get_by_label("Ranks are computed anew").select_option("by schedule")
    page.get_by_label(re.compile("personal data")).uncheck()
    page.get_by_role("button", name="Save the rules").click()
    expect(page.get_by_role("status").filter(has_text="The rules are saved.")).to_be_visible()
    found = read_settings_of(office.instance, office.published.owner, BOARD)
    limits = found.limits
    assert (limits.upload_megabytes, limits.submissions_per_day, limits.scorings_per_rotation) == (7, 3, None)
    assert (found.licences, found.publish, found.close) == (["MIT", "CC-BY-4.0"], "on approval", "by schedule")
    assert (found.review_personal_data, found.audit_share, found.contact) == (False, 0.05, None)
    page.reload()
    expect(page.get_by_label("Licences taken")).to_have_value("MIT, CC-BY-4.0")


def test_what_is_no_number_is_said_at_its_field_and_nothing_is_saved(office: Office) -> None:
    page = tab(office, "limits")
    before = read_settings_of(office.instance, office.published.owner, BOARD)
    for name, text in (("Largest upload, MB", "many"), ("Jobs at the same time", ""), ("One run", "1e3")):
        page.get_by_label(name).fill(text)
    page.get_by_role("button", name="Save the rules").click()
    expect(page.get_by_role("alert")).to_contain_text("3 things to correct")
    for name in ("Largest upload, MB", "Jobs at the same time", "One run"):
        expect(page.get_by_label(name)).to_have_accessible_description(re.compile("a number is expected"))
    assert read_settings_of(office.instance, office.published.owner, BOARD) == before


def test_what_the_service_refuses_is_said_at_its_field_too(office: Office) -> None:
    page = tab(office, "limits")
    page.get_by_label("Jobs at the same time").fill("0")
    page.get_by_label("Share audited").fill("3")
    page.get_by_role("button", name="Save the rules").click()
    expect(page.get_by_label("Jobs at the same time")).to_have_accessible_description(re.compile("an integer >= 1"))
    expect(page.get_by_label("Share audited")).to_have_accessible_description(re.compile("a number <= 1"))
    expect(page.get_by_role("alert").get_by_role("listitem")).to_have_count(2)
    expect(page.get_by_label("Jobs at the same time")).to_have_value("0")


# Schedules and spend


def test_a_schedule_is_looked_at_before_it_is_added_and_switched_off(office: Office) -> None:
    page = tab(office, "schedules")
    expect(page.locator("main")).to_contain_text("There are no schedules.")
    form = page.get_by_role("form", name="Add a schedule")
    form.get_by_label("When", exact=True).fill("0 4 * * 1")
    form.get_by_role("button", name="When would it come?").click()
    expect(form.get_by_role("status")).to_contain_text("2026-11-23 04:00")
    form.get_by_role("button", name="Add a schedule").click()
    expect(form.get_by_role("alert")).to_contain_text("give it a name")
    form.get_by_role("textbox", name="Name").fill("Mondays")
    form.get_by_role("button", name="Add a schedule").click()
    expect(form.get_by_role("status")).to_have_text("Mondays is added.")
    own = page.get_by_role("row").filter(has_text="Mondays")
    expect(own).to_contain_text("2026-11-23 04:00")
    own.get_by_role("button", name="Switch off Mondays").click()
    expect(own.get_by_role("button", name="Switch on Mondays")).to_be_visible()


def test_a_time_that_is_none_and_options_that_are_none_are_said_at_their_fields(office: Office) -> None:
    page = tab(office, "schedules")
    form = page.get_by_role("form", name="Add a schedule")
    form.get_by_role("textbox", name="Name").fill("Never")
    form.get_by_label("When", exact=True).fill("61 * * * *")
    form.get_by_role("button", name="When would it come?").click()
    expect(form.get_by_label("When", exact=True)).to_have_attribute("aria-invalid", "true")
    form.get_by_label("Kind").select_option("live")
    form.get_by_label("Options").fill("[]")
    form.get_by_role("button", name="Add a schedule").click()
    expect(form.get_by_role("alert")).to_contain_text("this is no JSON object")
    form.get_by_label("When", exact=True).fill("0 4 * * *")
    form.get_by_label("Options").fill('{"models": []}')
    form.get_by_role("button", name="Add a schedule").click()
    expect(form.get_by_label("Options")).to_have_attribute("aria-invalid", "true")


def test_the_spend_of_the_month_stands_beside_what_is_allowed(office: Office) -> None:
    new = NewSchedule(name="daily", kind="close", benchmark=BOARD, cron="0 3 * * *", options={})
    own = add_schedule(office.instance, office.published.owner, new)
    run = RunKey(BOARD, own.id, "openai/gpt", "2026-11-20")
    set_aside(office.instance, run)
    settle(office.instance, run, Fraction(123, 100))
    page = tab(office, "spend")
    expect(page.locator("main")).to_contain_text("In 2026-11")
    expect(page.locator("main")).to_contain_text("$1.23 of $100.00 · at most $5.00 for one run")
    expect(page.get_by_role("region", name="What runs cost").locator("tbody tr")).to_contain_text(["openai/gpt"])


# At the root of a server


def archive(place: Path, name: str, *, title: str = "Another board") -> Path:
    """Pack a benchmark of this id."""
    rules = msgspec.structs.replace(benchmark(), id=name, title=title)
    return packed(benchmark_folder(place / name, [entry("acme/best", 7)], rules=rules), place / f"{name}.zip")


def test_the_host_adds_a_benchmark_and_finds_it_among_the_boards(own_live: Place, tmp_path: Path) -> None:
    own_live.forgive("Failed to load resource.*(409|422)")
    own_live.on("").sign_in()
    page = own_live.open("?page=owner")
    boards = page.locator(".boards-to-run > li")
    expect(boards).to_have_count(4)
    form = page.get_by_role("form", name="Add a benchmark")
    field, button = form.locator("input[type=file]"), form.get_by_role("button", name="Add this benchmark")
    field.set_input_files({"name": "no.zip", "mimeType": "application/zip", "buffer": b"no archive"})
    button.click()
    expect(form.get_by_role("alert")).to_contain_text("is no archive")
    field.set_input_files(archive(tmp_path, "small"))
    button.click()
    expect(form.get_by_role("alert")).to_contain_text("there is a benchmark 'small' already")
    field.set_input_files(archive(tmp_path, "second"))
    button.click()
    expect(form.get_by_role("status")).to_contain_text("Another board is taken in.")
    expect(boards.filter(has_text="Another board")).to_contain_text("not published yet")
    boards.filter(has_text="empty").get_by_role("link").click()
    page.wait_for_url("**/boards/empty/?page=owner")
    expect(page.get_by_role("tab", name="Review")).to_be_visible()


def test_others_than_the_host_add_no_benchmark(own_live: Place) -> None:
    own_live.on("").sign_in("owner", "bolt")
    page = own_live.open("?page=owner", width=390)
    expect(page.locator(".boards-to-run > li")).to_have_count(4)
    expect(page.get_by_role("form", name="Add a benchmark")).to_have_count(0)
    assert [*overflowing(settled(page)), *faults_of(page)] == []
