"""Steps 6 and 7: what only the holder of the held-out set can see, other results and its own texts in public."""

import html
import json
import shutil
import unicodedata
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from command_line import run
from proofboard import canonical
from proofboard.app import verify as app
from proofboard.publish.names import LEADERBOARD, PAGE
from proofboard.publish.page import page_assets
from proofboard.verify.documents import Documents
from proofboard.verify.held_out import refuse_texts
from proofboard.verify.refusals import CommitmentBroken, HeldOutTextFound, ReleaseMismatch
from refusals.forging import Files, Site, laid_out
from refusals.honest import HELD_OUT, PUBLIC, QUESTION, foreign, rules
from refusals.wrong import (
    BENCHMARK,
    ITEMS,
    RELEASES,
    Forge,
    Wrong,
    assert_refused,
    on,
    on_configuration,
    on_item,
    on_manifest,
    on_responses,
    refused,
    set_to,
)

SITE = Mapping[bool, Files]
TEXT = str(HELD_OUT[7].prompt)


@pytest.fixture(autouse=True)
def _grader(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app, "installed", foreign)


def again(site: Site, place: Path) -> Site:
    """Let the platform itself publish what a site says, so that nothing public is wrong with it."""
    return site.assembled_again(place, lambda inputs: inputs)


def over_more_prompts(own: Any) -> None:
    own["n_prompts"] = 61
    for release in own["releases"]:
        release["n_prompts"] = 61


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(set_to("releases", 0, "score", to="0.65"), id="one step up"),
        pytest.param(lambda own: own["releases"].pop(0), id="withdrawn"),
        pytest.param(over_more_prompts, id="over more prompts"),
    ],
)
def test_a_release_that_the_held_out_bundles_do_not_give_is_refused(
    change: Callable[[Any], object], sites: SITE, store: Path, tmp_path: Path
) -> None:
    forged = again(on(RELEASES, change)(Site(sites[True])), tmp_path / "forged")
    assert run("verify", laid_out(forged.files, tmp_path / "site")).status == 0
    reason = "the held-out bundles give 0.55 over 60 prompts"
    wrong = Wrong("release", lambda site: site, ReleaseMismatch, RELEASES, reason)
    assert_refused(wrong, forged, tmp_path / "site", "--held-out", store, "--grade-with", "foreign")


def test_the_honest_site_holds_for_everyone(sites: SITE, store: Path, tmp_path: Path) -> None:
    for held_out, files in sites.items():
        site = laid_out(files, tmp_path / str(held_out))
        assert run("verify", site).status == 0
        done = run("verify", site, "--held-out", store, "--grade-with", "foreign")
        assert done.status == (0 if held_out else 1), done
        assert refused(done.out) == (set() if held_out else {("ReleaseMismatch", RELEASES)})


def in_items(text: str) -> Forge:
    return on_item("q11", set_to("title", to=text))


def in_a_response(text: str) -> Forge:
    return on_responses(lambda rows: rows[2].update(output=f"As they say: {text}!"))


def in_a_configuration(text: str) -> Forge:
    return on_configuration(set_to("description", to=text))


PLACES: Mapping[str, tuple[Callable[[str], Forge], str]] = {
    "an item": (in_items, r"items/0\.json"),
    "a response": (in_a_response, r"bundles/.*/responses\.jsonl"),
    "a description": (in_a_configuration, r"configurations/.*"),
    "a claim": (lambda text: on_manifest(set_to("claims", to={"note": text})), r"bundles/.*/manifest\.json"),
    "a key": (lambda text: on_manifest(set_to("claims", to={text: 1})), r"bundles/.*/manifest\.json"),
    "a vendor": (lambda text: on(BENCHMARK, set_to("benchmark", "vendors", "acme", "title", to=text)), BENCHMARK),
    "a reason": (lambda text: on(LEADERBOARD, set_to("skipped", 0, "reason", to=text)), LEADERBOARD),
}


@pytest.mark.parametrize("place", PLACES)
def test_held_out_text_is_found_wherever_it_stands(place: str, sites: SITE, store: Path, tmp_path: Path) -> None:
    hide, path = PLACES[place]
    forged = again(hide(TEXT)(Site(sites[True])), tmp_path / "forged")
    assert run("verify", laid_out(forged.files, tmp_path / "site")).status == 0
    wrong = Wrong("text", lambda site: site, HeldOutTextFound, path, "the held-out item 'h7'")
    assert_refused(wrong, forged, tmp_path / "site", "--held-out", store, "--grade-with", "foreign")


DISGUISES: Mapping[str, Callable[[str], str]] = {
    "upper case": str.upper,
    "other quotes": lambda text: text.replace("« ", '"').replace(" »", '"'),
    "typographic quotes": lambda text: text.replace("« ", "“").replace(" »", "”"),
    "other dashes": lambda text: text.replace("—", "-"),
    "new lines": lambda text: text.replace(" ", "\r\n"),
    "no-break spaces": lambda text: text.replace(" ", "\u00a0"),
    "no spaces": lambda text: text.replace(" ", ""),
    "accents apart": lambda text: unicodedata.normalize("NFD", text),
    "no accents": lambda text: "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c)),
    "full width": lambda text: "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text),
    "invisible characters": "\u200b".join,
    "soft hyphens": "\u00ad".join,
    "escapes of HTML": lambda text: html.escape(text).replace("é", "&eacute;").replace("—", "&mdash;"),
    "escapes of JSON": lambda text: json.dumps({"question": text}),
    "other writing direction": lambda text: f"\u202b{text}\u202c",
}


@pytest.mark.parametrize("disguise", DISGUISES)
def test_held_out_text_is_found_however_it_is_written(disguise: str, sites: SITE, store: Path, tmp_path: Path) -> None:
    forged = again(in_a_response(DISGUISES[disguise](TEXT))(Site(sites[True])), tmp_path / "forged")
    wrong = Wrong("text", lambda site: site, HeldOutTextFound, r"bundles/.*/responses\.jsonl", "the held-out item 'h7'")
    assert_refused(wrong, forged, tmp_path / "site", "--held-out", store, "--grade-with", "foreign")


def test_text_that_is_almost_a_held_out_one_is_not_taken_for_it(sites: SITE, store: Path, tmp_path: Path) -> None:
    forged = again(in_a_response(QUESTION.replace("1870", "1970") + " (h7)")(Site(sites[True])), tmp_path / "forged")
    site = laid_out(forged.files, tmp_path / "site")
    assert run("verify", site, "--held-out", store, "--grade-with", "foreign").status == 0


def of_a_page(raw: bytes) -> list[str]:
    """Search a site that is a page alone for held-out text that stands in the packaged page."""
    text = "Opened as a file, this page may not read the documents beside it"
    assert text.encode() in page_assets()[PAGE]
    asked = replace(HELD_OUT[0], prompt=text)
    return [str(found) for found in refuse_texts(Documents(Path(), {PAGE: raw}), [asked], rules(), [])]


def test_words_of_the_packaged_page_are_no_held_out_text() -> None:
    assert of_a_page(page_assets()[PAGE]) == []


def test_a_page_that_is_not_the_packaged_one_is_searched() -> None:
    assert "the held-out item 'h0'" in "".join(of_a_page(page_assets()[PAGE] + b" "))


def changed_store(store: Path, place: Path, change: Callable[[list[dict[str, object]]], object]) -> Path:
    """Copy the held-out store and edit its items."""
    shutil.copytree(store, place)
    file = place / "items/held_out.jsonl"
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    change(rows)
    file.write_bytes(canonical.dump_lines(rows))
    return place


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda rows: rows[7].update(id="q3"), id="by its id"),
        pytest.param(lambda rows: rows[7].update(prompt=str(PUBLIC[3].prompt).upper()), id="by its prompt"),
    ],
)
def test_a_held_out_item_that_was_published_is_refused(
    change: Callable[[list[dict[str, object]]], object], sites: SITE, store: Path, tmp_path: Path
) -> None:
    other = changed_store(store, tmp_path / "store", change)
    wrong = Wrong("published", lambda site: site, HeldOutTextFound, ITEMS, "'q3'")
    assert_refused(wrong, Site(sites[True]), tmp_path / "site", "--held-out", other, "--grade-with", "foreign")


COMMITTED = Wrong("commitments", lambda site: site, CommitmentBroken, r"commitments\.json", "committed to")


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda rows: rows[7].update(reference="8"), id="an answer changed"),
        pytest.param(lambda rows: rows[7].update(prompt=f"{QUESTION} (h99)"), id="a question changed"),
        pytest.param(lambda rows: rows.pop(), id="an item left out"),
    ],
)
def test_held_out_items_other_than_those_committed_to_are_refused(
    change: Callable[[list[dict[str, object]]], object], sites: SITE, store: Path, tmp_path: Path
) -> None:
    other = changed_store(store, tmp_path / "store", change)
    assert_refused(COMMITTED, Site(sites[True]), tmp_path / "site", "--held-out", other, "--grade-with", "foreign")


def test_another_split_key_is_refused(sites: SITE, store: Path, tmp_path: Path) -> None:
    other = changed_store(store, tmp_path / "store", list)
    (other / "split.key").write_text("00" * 32)
    assert_refused(COMMITTED, Site(sites[True]), tmp_path / "site", "--held-out", other, "--grade-with", "foreign")


def test_commitments_that_were_changed_afterwards_are_refused(sites: SITE, store: Path, tmp_path: Path) -> None:
    forged = again(
        on("commitments.json", set_to("items", 0, to="sha256:" + "0" * 64))(Site(sites[True])), tmp_path / "forged"
    )
    assert run("verify", laid_out(forged.files, tmp_path / "site")).status == 0
    assert_refused(COMMITTED, forged, tmp_path / "site", "--held-out", store, "--grade-with", "foreign")
