"""What an entry answered, where it fails, and how it is run again and cited, in a real browser."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from browser.handmade import documents_of, leaderboard, row, usage, write_site
from browser.looking import english_left, faults_of, overflowing, settled, unwritten
from browser.places import Place
from browser.visiting import Serve, Visits
from proofboard.schemas.board import Disagreement

TUNED = "?page=entry&entry=acme/tuned"
CARDS = ".answer-card"


def test_every_public_answer_stands_beside_what_was_asked(place: Place) -> None:
    page = place.open(f"{TUNED}&tab=answers")
    expect(page.get_by_role("status").filter(has_text="1 to 20 of 120")).to_be_visible()
    expect(page.locator(CARDS)).to_have_count(20)
    card = page.locator(CARDS).filter(has_text="q-law-000")
    for text in ("Which number is q0 of law?", "Reference", "All entries:"):
        expect(card).to_contain_text(text)
    page.get_by_role("button", name="Next", exact=True).click()
    expect(page.get_by_role("status").filter(has_text="21 to 40 of 120")).to_be_visible()


def test_answers_are_narrowed_searched_and_the_view_can_be_shared(place: Place) -> None:
    page = place.open(f"{TUNED}&tab=answers")
    page.get_by_role("combobox", name=re.compile("^Show")).select_option("Wrong")
    expect(page.locator(CARDS).first).to_contain_text("wrong")
    page.get_by_label("Search in ids, questions and answers").fill("Q7 OF LAW")
    page.get_by_role("combobox", name=re.compile("^Show")).select_option("All")
    expect(page.locator(CARDS)).to_have_count(1)
    expect(page.locator(CARDS)).to_contain_text("Which number is q7 of law?")
    again = place.open(page.url.partition("?")[1] + page.url.partition("?")[2])
    expect(again.locator(CARDS)).to_have_count(1)


def test_what_judges_voted_is_told_beside_the_answer(exported: Place) -> None:
    page = exported.open(f"{TUNED}&tab=answers")
    card = page.locator(CARDS).filter(has_text="q-law-000")
    expect(card.locator("summary")).to_contain_text("Votes:")
    expect(exported.open(TUNED).get_by_role("region", name="Agreement of judges")).to_contain_text("all votes")


def test_responses_with_another_digest_are_not_shown(exported: Place) -> None:
    exported.answer("bundles/**/responses.jsonl", body=b'{"output":"forged","prompt_id":"q-law-000"}\n')
    page = exported.open(f"{TUNED}&tab=answers")
    expect(page.get_by_role("alert").first).to_contain_text("responses.jsonl has not the digest that names it")
    expect(page.get_by_text("forged")).to_have_count(0)


def test_the_error_analysis_names_weak_slices_and_items_that_others_solve(place: Place) -> None:
    page = place.open(f"{TUNED}&tab=errors")
    weakest = page.get_by_role("region", name="Weakest slices").locator("tbody tr")
    expect(weakest.first).to_contain_text(re.compile(r"\d to \d"))
    failed = page.get_by_role("region", name="Failed here, solved by most").locator("tbody tr")
    shares = [float(one.locator("td").first.inner_text().removesuffix(" %")) for one in failed.all()]
    assert shares == sorted(shares, reverse=True)
    assert {one.locator("td").nth(1).inner_text() for one in failed.all()} == {"0.0 %"}
    failed.first.get_by_role("link").click()
    page.wait_for_url(re.compile("page=item"))


def test_what_a_program_kept_is_shown_as_numbered_text(exported: Place) -> None:
    own = exported.on("small").document("leaderboard.json")["entries"][0]
    page = exported.open(f"?page=entry&entry={own['vendor']}/{own['config_name']}&tab=programs")
    expect(page.locator("[data-item='q0']")).to_contain_text("ran longer than 10 s")
    page.get_by_role("combobox", name=re.compile("^Outcome")).select_option("timed_out")
    expect(page.locator("[data-item]")).to_have_count(1)
    page.get_by_role("button", name="Show The answer").click()
    expect(page.locator(".code-lines")).to_contain_text("1")


def test_claims_that_disagree_stand_on_the_page(tmp_path: Path, serve: Serve, visit: Visits) -> None:
    claimed = [Disagreement(statistic="score", claimed=0.8, found=0.75)]
    own = row("bolt/default", 1, 0.75, usage=usage(0.5, 90_000), disagreements=claimed)
    site = write_site(tmp_path, documents_of(leaderboard([own])))
    page = visit(serve(site)).goto("?page=entry&entry=bolt/default")
    line = page.get_by_role("region", name=re.compile("^Claims disagree")).locator("tbody tr")
    expect(line).to_have_text(re.compile(r"score\s*0\.8\s*0\.75"))


def test_a_folder_of_files_says_which_command_runs_it_again(exported: Place) -> None:
    page = exported.open(f"{TUNED}&tab=use")
    expect(page.locator("#run-again")).to_contain_text("nothing runs behind it")
    expect(page.locator("#run-again code")).to_contain_text("proofboard rerun ")
    expect(page.locator("#run-again").get_by_role("link")).to_have_count(0)


def test_a_live_board_refuses_strangers_plainly_and_queues_for_members(own_live: Place) -> None:
    own_live.forgive("Failed to load resource.*401")
    page = own_live.open(f"{TUNED}&tab=use")
    page.get_by_role("button", name="Queue a verification").click()
    expect(page.get_by_role("alert")).to_contain_text("It was not queued")
    expect(page.get_by_role("link", name=re.compile("^Sign in first"))).to_be_visible()
    own_live.sign_in("submitter", "acme")
    page = own_live.open(f"{TUNED}&tab=use")
    page.get_by_role("button", name="Queue a verification").click()
    expect(page.locator("#run-again [role=status]")).to_contain_text("waiting")
    expect(page.get_by_role("alert")).to_have_count(0)


def test_a_citation_names_the_publication_and_a_badge_says_how_the_score_is_known(place: Place) -> None:
    page = place.open(f"{TUNED}&tab=use")
    for text in ("@misc{acme-tuned2026,", "Publication sha256:", "entry=acme/tuned"):
        expect(page.locator("#bibtex")).to_contain_text(text)
    expect(page.locator("#citation")).to_contain_text("Publication sha256:")
    expect(page.locator("#badge-markdown")).to_contain_text("badge.svg?" if place.is_live else "acme-tuned.svg")
    with page.expect_download() as download:
        page.get_by_role("button", name="Download the SVG").click()
    drawn = download.value.path().read_text(encoding="utf-8")
    assert drawn.startswith("<svg ")
    assert "attested" in drawn


@pytest.mark.parametrize("tab", ["overview", "slices", "answers", "errors", "configuration", "history", "use"])
def test_every_part_fits_a_phone_and_axe_finds_nothing(tab: str, exported: Place) -> None:
    page = exported.open(f"{TUNED}&tab={tab}", width=390)
    faults = [*overflowing(settled(page)), *faults_of(page), *unwritten(page)]
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("tab", ["slices", "answers", "errors", "configuration", "history", "use"])
def test_every_part_speaks_japanese(tab: str, exported: Place) -> None:
    page = exported.open(f"{TUNED}&tab={tab}&lang=ja", width=390)
    faults = [*overflowing(settled(page)), *english_left(page, "entry"), *english_left(page, "answer")]
    assert not faults, "\n".join(faults)
