"""What an entry was made for and how its scores are known, in a real browser: near the top of its page, in words."""

import re
from pathlib import Path
from typing import Any

import msgspec
import pytest
from playwright.sync_api import expect

from browser.handmade import TARGET, documents_of, leaderboard, row, whole_board, write_site
from browser.places import Place
from browser.visiting import Serve, Visit, Visits
from proofboard.schemas.board import TargetVerdict


@pytest.fixture
def whole(tmp_path: Path, serve: Serve, visit: Visits) -> Visit:
    """Visit the handmade board that holds every kind of row."""
    return visit(serve(write_site(tmp_path, documents_of(whole_board()))))


@pytest.mark.parametrize(
    ("name", "verdict", "words", "held_out"),
    [
        (
            "pycld2/best-effort",
            "wins its target",
            r"It wins its target: \+[\d.]+ points against pycld2/default, at least \+[\d.]+ points \(one-sided 95 %\)",
            "win",
        ),
        (
            "cld3/from-140-bytes",
            "loses it",
            r"It loses its target: −[\d.]+ points against cld3/default, lower bound −[\d.]+ points \(one-sided 95 %\)",
            "loss",
        ),
    ],
)
def test_a_target_is_told_with_its_verdict_its_effect_and_its_bound(
    name: str, verdict: str, words: str, held_out: str, exported: Place
) -> None:
    page = exported.on("langid").open(f"?page=entry&entry={name}")
    expect(page.locator(".target .chip")).to_have_text(verdict)
    assert re.fullmatch(words + r", on \d+ public items\.", page.locator("#target").inner_text())
    for text in ("Made for", "Selects", f"Tested there as well: {held_out}."):
        expect(page.locator(".target")).to_contain_text(text)


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("acme/default", "None: a default is made for all items."),
        ("bolt/again", "None: it names no part of the items as its own."),
    ],
)
def test_an_entry_without_a_target_says_why(name: str, why: str, whole: Visit) -> None:
    expect(whole.goto(f"?page=entry&entry={name}").locator("#target")).to_have_text(why)


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        (
            "acme/tuned",
            (
                "The public score is recomputed: anyone can grade the published responses again; the held-out score is "
                "attested: the owner says so, and whoever holds the items or the grader can recompute it."
            ),
        ),
        ("zeta/pending", "The public score is recomputed: anyone can grade the published responses again."),
        ("zeta/broken", ""),
    ],
)
def test_how_its_scores_are_known_is_one_sentence(name: str, sentence: str, whole: Visit) -> None:
    expect(whole.goto(f"?page=entry&entry={name}").locator("#known")).to_have_text(sentence)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        (
            {"verdict": None, "reason": "12 items of the target are too few"},
            "There is no verdict: 12 items",
        ),
        ({"verdict": "loses it", "held_out": "loss"}, "It loses its target: −2.0 points against acme/default"),
        ({"verdict": "not shown"}, "A win is not shown: −2.0 points against acme/default, lower bound −5.0 points"),
    ],
)
def test_every_outcome_of_a_target_has_its_words(
    changes: dict[str, Any], words: str, tmp_path: Path, serve: Serve, visit: Visits
) -> None:
    found = TargetVerdict(
        verdict=None, reason=None, n_items=60, difference=-0.02, lower_bound=-0.05, p_win=1.0, p_loss=0.2, held_out=None
    )
    tested = msgspec.structs.replace(found, **changes)
    own = row("acme/own", 2, 0.8, target_subgroup=TARGET, target_verdict=tested)
    rows = [row("acme/default", 1, 0.9, kind="default"), own]
    page = visit(serve(write_site(tmp_path, documents_of(leaderboard(rows))))).goto("?page=entry&entry=acme/own")
    expect(page.locator("#target")).to_contain_text(words)
