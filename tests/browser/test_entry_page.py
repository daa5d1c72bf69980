"""The page of an entry in a real browser: what it tells, hands out and refuses."""

import hashlib
import re
from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml
from playwright.sync_api import Page, expect

from browser.handmade import (
    NOTHING,
    configuration_document,
    documents_of,
    entry_document,
    leaderboard,
    row,
    vendor_document,
    write_site,
)
from browser.places import Place
from browser.visiting import Serve, Visits
from proofboard import canonical
from proofboard.publish.names import configuration_path
from proofboard.schemas.configuration import Configuration
from proofboard.schemas.publication import DefaultComparison, SliceComparison, VendorEntry
from proofboard.schemas.reading import parse_yaml

TUNED = "?page=entry&entry=acme/tuned"
OWN = "?page=entry&entry=acme/own"


def slices(page: Page) -> list[str]:
    return page.get_by_role("region", name="Scores by slice").locator("tbody th").all_inner_texts()


def comparison(part: str, bound: float, verdict: str = "no evidence", **changes: Any) -> SliceComparison:
    """Make a comparison on a slice of sixty items."""
    whole = SliceComparison(
        slice=part,
        n_items=60,
        difference=0.1,
        lower_bound=bound,
        p_win=0.5,
        p_loss=1.0,
        verdict=verdict,  # type: ignore[arg-type]
        state="candidate" if verdict == "win" else None,
        held_out=None,
    )
    return msgspec.structs.replace(whole, **changes)


def site_of(own: bytes, place: Path, **changes: Any) -> Path:
    """Write a board of a default and of `acme/own`, whose configuration is given; `changes` are fields of its row."""
    replaced = {
        "entries/acme/own.json": entry_document("acme/own", own),
        configuration_path(canonical.digest(own)): own,
    }
    rows = [row("acme/default", 1, 0.9, kind="default"), row("acme/own", 2, 0.8, **changes)]
    return write_site(place, documents_of(leaderboard(rows), replaced=replaced))


def test_the_page_says_who_the_entry_is_and_how_it_is_known(place: Place) -> None:
    page = place.open(TUNED)
    expect(page.get_by_role("heading", name="acme/tuned", level=1)).to_be_visible()
    assert page.title().startswith("acme/tuned · ")
    for text in ("Tuned by hand", "Rank", "Public score", "Held-out score", "recomputed", "attested"):
        expect(page.locator("header.stack")).to_contain_text(text)
    for text in ("Contributor@mira", "Public scorerecomputed", "Held-out scoreattested", "Answered120 of 120 prompts"):
        expect(page.locator(".cards")).to_contain_text(text)


def test_an_entry_that_is_not_there_is_a_stated_failure(place: Place) -> None:
    place.forgive("Failed to load resource.*404")
    page = place.open("?page=entry&entry=nobody/none")
    expect(page.get_by_role("alert")).to_contain_text("There is no nobody/none on this board")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("acme/late", "Ranks and comparisons follow when the owner closes the board."),
        ("acme/again", "Same recipe as acme/base, which has the rank."),
        ("zeta/flat", "No measurement:"),
        ("bolt/old", "Recorded under protocol 1: ranked among its own only."),
        ("bolt/broken", "platform"),
    ],
)
def test_what_is_unusual_about_an_entry_stands_at_its_head(name: str, words: str, exported: Place) -> None:
    page = exported.open(f"?page=entry&entry={name}")
    expect(page.locator("header.stack")).to_contain_text(words)


def test_the_configuration_is_handed_out_as_yaml_and_as_the_published_bytes(place: Place) -> None:
    page = place.open(f"{TUNED}&tab=configuration")
    shown = yaml.safe_load(page.locator("#configuration").inner_text())
    kept = []
    for kind in ("YAML", "JSON"):
        with page.expect_download() as download:
            page.get_by_role("button", name=f"Download as {kind}").click()
        kept.append(download.value)
    assert [one.suggested_filename for one in kept] == ["acme-tuned.yaml", "acme-tuned.json"]
    as_yaml, raw = (one.path().read_bytes() for one in kept)
    assert place.read(f"configurations/{hashlib.sha256(raw).hexdigest()}.json") == raw
    published = msgspec.json.decode(raw, type=Configuration)
    assert msgspec.convert(shown, Configuration) == published
    assert msgspec.convert(parse_yaml(as_yaml, "kept"), Configuration) == published


@pytest.mark.parametrize(
    "settings",
    [
        {"one": 1, "one as a fraction": 1.0, "tiny": 1e-9, "large": 2**53, "negative": -0.5},
        {"yes": "no", "null": "null", "number": "12", "date": "2026-01-01", "empty": "", "space": " x ", "tilde": "~"},
        {
            "lines": "first\nsecond",
            "ending": "first\n",
            "more": "first\n\n",
            "indented": "  first\nsecond",
            "tab": "\tx\ny",
        },
        {"spaces": "first \nsecond", "colon": "a: b", "hash": "a #b", "quote": "\"'", "back": "\\n", "dash": "- x"},
        {"list": ["a, b", "c", 1, 1.5, None, True], "nested": [[1, [2]], {"a": [], "b": {}}], "none": None},
        {
            "turned": "a\u202eb",
            "unseen": "a\u200bb",
            "line": "a\u2028b",
            "emoji": "👩‍🔬",
            "control": "a\x07b",
            "del": "a\x7f",
        },
        {"__proto__": {"a": 1}, "constructor": "x", "sn": "n1", "a.b": "c"},
    ],
    ids=["numbers", "words", "lines", "signs", "lists", "unseen", "names"],
)
def test_whatever_a_configuration_holds_is_read_back_the_same(
    settings: dict[str, Any], tmp_path: Path, serve: Serve, visit: Visits
) -> None:
    own = configuration_document("acme/own", settings=settings, extra_prompts={"system": "Answer.\nBriefly.\n"})
    page = visit(serve(site_of(own, tmp_path))).goto(f"{OWN}&tab=configuration")
    shown = str(page.locator("#configuration").text_content())
    for read in (yaml.safe_load(shown), parse_yaml(shown.encode(), "shown")):
        assert canonical.dump(msgspec.convert(read, Configuration)) == own


def test_letters_that_nobody_sees_are_written_out(tmp_path: Path, serve: Serve, visit: Visits) -> None:
    own = configuration_document("acme/own", description="a\u202eb\u200b")
    page = visit(serve(site_of(own, tmp_path))).goto(f"{OWN}&tab=configuration")
    expect(page.locator("#configuration")).to_contain_text('description: "a\\U0000202eb\\U0000200b"')


def test_the_configuration_and_its_recipe_can_be_copied(exported: Place) -> None:
    visit = exported.visit()
    visit.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = visit.goto(f"{TUNED}&tab=configuration")
    page.get_by_role("button", name="Copy the configuration").click()
    page.wait_for_function("async () => (await navigator.clipboard.readText()).startsWith('vendor: acme')")
    assert page.evaluate("navigator.clipboard.readText()").startswith("vendor: acme\nconfig_name: tuned\n")
    page.get_by_role("button", name="Copy the recipe's digest").click()
    page.wait_for_function("async () => /^sha256:[0-9a-f]{64}$/.test(await navigator.clipboard.readText())")


def test_the_commands_name_this_publication_and_this_entry(place: Place) -> None:
    page = place.open(f"{TUNED}&tab=use")
    digest = hashlib.sha256(place.read("publication.json")).hexdigest()
    base = re.escape(place.address) if not place.is_live else rf"http://[^/]+/publications/{digest}/"
    verify, rerun, adopt = (page.locator(f"#{name} code") for name in ("verify", "rerun", "adopt"))
    expect(verify).to_have_text(re.compile(f"^proofboard verify {base} --expect sha256:{digest}$"))
    expect(rerun).to_have_text(re.compile(f"^proofboard rerun {base} acme/tuned$"))
    expect(adopt).to_have_text(
        re.compile(f"^proofboard config adopt {base} acme/tuned --as NAME --contributor @you --out config.yaml$")
    )


def test_an_address_that_a_shell_would_misread_is_quoted(tmp_path: Path, serve: Serve, visit: Visits) -> None:
    site_of(configuration_document("acme/own"), tmp_path / "a'b $(c)")
    page = visit(serve(tmp_path)).goto(f"a'b $(c)/{OWN}&tab=use")
    command = str(page.locator("#verify code").text_content())
    assert re.match(r"proofboard verify 'http://[^']+/a('\\'')b%20\$\(c\)/' --expect ", command), command


def test_all_tested_slices_are_listed_wins_first(place: Place) -> None:
    page = place.open(f"{TUNED}&tab=slices")
    tested = next(own for own in place.document("vendors/acme.json")["entries"] if own["entry"] == "acme/tuned")
    won = sum(own["verdict"] == "win" for own in tested["slices"])
    lines = page.get_by_role("region", name="Scores by slice").locator("tbody tr")
    verdicts = [line.locator("td").nth(6).inner_text().strip() for line in lines.all()]
    assert len([said for said in verdicts if re.match("win|loss|no evidence", said)]) == len(tested["slices"])
    assert [said.startswith("win") for said in verdicts] == [True] * won + [False] * (len(verdicts) - won)
    assert won > 0


@pytest.mark.parametrize(
    ("n_slices", "shown", "button"),
    [(60, 60, None), (61, 60, "Show the other row"), (200, 60, "Show the other 140 rows")],
)
def test_slices_stand_there_whole_and_many_of_them_come_at_one_click(
    n_slices: int, shown: int, button: str | None, tmp_path: Path, serve: Serve, visit: Visits
) -> None:
    scores = {"correct": {f"topic={n}": 0.5 for n in range(n_slices)}}
    replaced = {"entries/acme/own.json": entry_document("acme/own", scores=scores)}
    site = write_site(tmp_path, documents_of(leaderboard([row("acme/own", 1, 0.8)]), replaced=replaced))
    page = visit(serve(site)).goto(f"{OWN}&tab=slices")
    frame = page.get_by_role("region", name="Scores by slice")
    assert frame.evaluate("frame => frame.scrollHeight <= frame.clientHeight + 1")
    assert len(slices(page)) == shown
    if button:
        page.get_by_role("button", name=button, exact=True).click()
    assert len(slices(page)) == n_slices
    expect(page.get_by_role("button", name=re.compile("^Show the other"))).to_be_hidden()


def test_a_slice_shows_both_scores_the_bound_and_both_verdicts(tmp_path: Path, serve: Serve, visit: Visits) -> None:
    scores = {"correct": {"overall": 0.8, "topic=logic": 0.75, "topic=word problems": 0.85, "language=de": 0.7}}
    counts = {"overall": 120, "topic=logic": 60, "topic=word problems": 60, "language=de": 30}
    compared = VendorEntry(
        entry="acme/own",
        configuration=NOTHING,
        track=None,
        overall=DefaultComparison(
            difference=0.1,
            standard_error=None,
            interval=(0.05, 0.15),
            n_items=120,
            only_entry=14,
            only_default=2,
            p_value=0.0,
        ),
        reason=None,
        slices=[
            comparison("topic=word problems", -0.02, held_out="loss"),
            comparison("topic=logic", 0.0, "win", state="confirmed", held_out="win"),
        ],
        target=None,
    )
    replaced = {
        "vendors/acme.json": vendor_document("acme", entries=[compared], default="acme/default", n_hypotheses=2),
        "entries/acme/own.json": entry_document("acme/own", scores=scores, n_items=counts),
        "entries/acme/default.json": entry_document("acme/default", scores={"correct": {"topic=logic": 0.65}}),
    }
    rows = [row("acme/default", 1, 0.9, kind="default"), row("acme/own", 2, 0.8)]
    site = write_site(tmp_path, documents_of(leaderboard(rows), replaced=replaced))
    page = visit(serve(site)).goto(f"{OWN}&tab=slices")
    section = page.locator("#slices")
    expect(section).to_contain_text("On all 120 items +10.0 points against acme/default (95 % interval +5.0 to +15.0)")
    expect(section).to_contain_text("It alone passes 14 items, the default alone 2.")
    lines = [line.split("\t") for line in section.locator("tbody tr").all_inner_texts()]
    assert [[cell.strip() for cell in line] for line in lines] == [
        ["Topic: logic", "60", "75.0", "65.0", "", "+10.0", "> 0", "win, confirmed", "win"],
        ["Topic: word problems", "60", "85.0", "–", "", "+10.0", "−2.0", "no evidence", "loss"],
        ["All items", "120", "80.0", "–", "", "–", "–", "above", "–"],
        ["Language: de", "30", "70.0", "–", "", "–", "–", "too few items", "–"],
    ]
    section.get_by_role("button", name="Own, %").click()
    assert slices(page)[0] == "Topic: word problems"


def test_a_publication_without_comparisons_shows_the_scores_alone(tmp_path: Path, serve: Serve, visit: Visits) -> None:
    scores = {"correct": {"overall": 0.8, "topic=logic": 0.75}}
    replaced = {"entries/acme/own.json": entry_document("acme/own", scores=scores)}
    documents = documents_of(leaderboard([row("acme/own", 1, 0.8)]), replaced=replaced)
    root = msgspec.json.decode(documents["publication.json"])
    del root["documents"]["vendors/acme.json"], documents["vendors/acme.json"]
    site = write_site(tmp_path, {**documents, "publication.json": msgspec.json.encode(root)})
    seen = visit(serve(site))
    page = seen.goto(f"{OWN}&tab=slices")
    expect(page.locator("main")).to_contain_text("vendors/acme.json is not published for this entry")
    assert slices(page) == ["All items", "Topic: logic"]
    assert seen.complaints == []


def test_the_tree_shows_parent_and_children_and_what_differs(place: Place) -> None:
    page = place.open(f"{TUNED}&tab=configuration")
    expect(page.locator("#parent").get_by_role("link")).to_have_text("acme/base")
    expect(page.locator(".tree [aria-current]")).to_have_text("acme/tuned")
    differences = page.get_by_role("region", name="What differs from its parent")
    expect(differences).to_contain_text("settings.own")
    expect(differences.locator("tbody tr").first).to_contain_text("decides answers")
    page.locator("#parent").get_by_role("link").click()
    expect(page.get_by_role("heading", name="acme/base", level=1)).to_be_visible()
    page.get_by_role("tab", name="Configuration").click()
    expect(page.locator("#children")).to_contain_text("acme/tuned")


@pytest.mark.parametrize(
    ("parent", "words", "is_linked"),
    [
        ("acme/default", "acme/default", True),
        (f"acme/default@{NOTHING}", "acme/default", True),
        (f"acme/default@sha256:{'1' * 64}", "acme/default with another recipe than it has now: 1111", True),
        (NOTHING, "acme/default", True),
        ("gone/away", "gone/away, which is not on this board", False),
    ],
)
def test_a_parent_is_named_as_it_can_be_found(
    parent: str, words: str, *, is_linked: bool, tmp_path: Path, serve: Serve, visit: Visits
) -> None:
    own = configuration_document("acme/own", parent=parent)
    page = visit(serve(site_of(own, tmp_path, parent=parent))).goto(f"{OWN}&tab=configuration")
    expect(page.locator("#parent")).to_contain_text(words)
    expect(page.locator("#parent").get_by_role("link")).to_have_count(int(is_linked))


def test_earlier_revisions_keep_their_scores_their_configurations_and_what_changed(place: Place) -> None:
    page = place.open(f"{TUNED}&tab=history")
    history = place.document("entries/acme/tuned.json")["history"]
    lines = page.get_by_role("region", name="Earlier revisions").locator("tbody tr")
    expect(lines).to_have_count(len(history) + 1)
    for line, revision in zip(lines.all(), history, strict=False):
        expect(line).to_contain_text(revision["date"])
        expect(line).to_contain_text(f"{100 * revision['score']:.1f} %")
    with page.expect_download() as download:
        lines.first.get_by_role("button", name="Download the configuration of revision 1").click()
    assert canonical.digest(download.value.path().read_bytes()) == history[0]["document"]
    expect(page.get_by_role("region", name="1 to 2")).to_contain_text("settings.pass")


@pytest.mark.parametrize(
    ("path", "tab", "failing"),
    [
        ("entries/acme/own.json", "overview", "The entry's document cannot be shown"),
        ("entries/acme/own.json", "history", "The entry's document cannot be shown"),
        ("vendors/acme.json", "slices", "The slices cannot be shown"),
        ("entries/acme/default.json", "slices", "The slices cannot be shown"),
    ],
)
def test_a_changed_document_fails_alone(
    path: str, tab: str, failing: str, tmp_path: Path, serve: Serve, visit: Visits
) -> None:
    site = site_of(configuration_document("acme/own"), tmp_path)
    (site / path).write_bytes((site / path).read_bytes() + b" ")
    page = visit(serve(site)).goto(f"{OWN}&tab={tab}")
    alert = page.get_by_role("alert").first
    expect(alert).to_contain_text(failing)
    expect(alert).to_contain_text(f"{path} has not the digest that names it")
    expect(page.get_by_role("heading", name="acme/own", level=1)).to_be_visible()


def test_a_changed_configuration_is_neither_shown_nor_handed_out(tmp_path: Path, serve: Serve, visit: Visits) -> None:
    own = configuration_document("acme/own")
    site = site_of(own, tmp_path)
    (site / configuration_path(canonical.digest(own))).write_bytes(own.replace(b"acme", b"acne"))
    page = visit(serve(site)).goto(f"{OWN}&tab=configuration")
    expect(page.get_by_role("alert").first).to_contain_text("has not the digest that names it")
    expect(page.locator("#configuration")).to_have_count(0)
    expect(page.get_by_role("button", name=re.compile("^Download"))).to_have_count(0)


@pytest.mark.parametrize("tab", ["overview", "slices", "answers", "errors", "configuration", "history", "use"])
def test_whatever_people_wrote_stays_text_on_every_part(tab: str, exported: Place) -> None:
    page = exported.on("hostile").open(f"?page=entry&entry=acme/e1&tab={tab}")
    assert page.locator("main img, main script, main iframe, main [onerror]").count() == 0
    assert page.locator("main a[href^='javascript:']").count() == 0
    expect(page.get_by_role("heading", name="acme/e1", level=1)).to_be_visible()
