"""The verification in the reader's own browser: what agrees, what differs, and what is only somebody's word."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from browser.places import Place
from proofboard import canonical

BUTTON = "Recompute in this browser"
PATIENCE = 30_000


def recomputed(page: Page) -> Page:
    """Press the button and wait for the verdict."""
    page.get_by_role("button", name=BUTTON).click()
    expect(page.get_by_role("button", name="Recompute again")).to_be_visible(timeout=PATIENCE)
    return page


def test_every_number_of_an_honest_board_agrees(place: Place) -> None:
    page = recomputed(place.open("?page=verify"))
    expect(page.locator("main")).to_contain_text(re.compile(r"[\d,]+ numbers computed again, all the same"))


def test_a_changed_score_is_named_with_both_numbers(place: Place) -> None:
    board = place.document("leaderboard.json")
    row = next(row for row in board["entries"] if row["config_name"] == "tuned")
    before, row["public"]["score"] = row["public"]["score"], 0.123456
    place.replace({"leaderboard.json": canonical.dump(board)})
    page = recomputed(place.open("?page=verify"))
    expect(page.locator("main")).to_contain_text(re.compile(r"\d+ disagreements? found"))
    line = page.get_by_role("row").filter(has_text="0.123456").first
    expect(line).to_contain_text("differs")
    expect(line).to_contain_text("acme/tuned")
    expect(line).to_contain_text(str(before))


def test_held_out_numbers_are_never_said_to_agree(place: Place) -> None:
    page = recomputed(place.open("?page=verify&show=agrees"))
    expect(page.get_by_role("row").filter(has_text="held_out.score")).to_have_count(0)


def test_one_entry_can_be_recomputed_alone(place: Place) -> None:
    page = recomputed(place.open("?page=verify&entry=acme/tuned"))
    expect(page.locator("main")).to_contain_text("1 of 1 entry")
    expect(page.locator("main")).to_contain_text("all the same")


def test_the_offline_command_names_this_board_and_its_digest(place: Place) -> None:
    page = place.open("?page=verify")
    digest = canonical.digest(place.read("publication.json"))
    # A service names where this publication stays, whatever is published meanwhile.
    stays = f"{place.live.root}publications/{digest.removeprefix('sha256:')}/" if place.is_live else place.address
    expect(page.locator("main")).to_contain_text(f"proofboard verify {stays} --expect {digest}")


def test_what_was_found_can_be_taken_along(exported: Place, tmp_path: Path) -> None:
    page = recomputed(exported.open("?page=verify&show=all"))
    page.locator("summary", has_text="Export").last.click()
    with page.expect_download() as waiting:
        page.get_by_role("button", name="CSV").click()
    kept = tmp_path / "found.csv"
    waiting.value.save_as(kept)
    assert "acme" in kept.read_text(encoding="utf-8")


@pytest.mark.parametrize("missing", ["scores/**", "bundles/**"])
def test_a_document_that_is_gone_is_a_disagreement_or_a_stated_failure(exported: Place, missing: str) -> None:
    exported.answer(missing, status=404)
    page = exported.open("?page=verify")
    page.get_by_role("button", name=BUTTON).click()
    expect(page.locator("main")).to_contain_text(re.compile("disagreements? found|could not go on"), timeout=PATIENCE)
