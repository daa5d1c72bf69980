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
    WINS,
    configuration_document,
    documents_of,
    entry_document,
    leaderboard,
    row,
    vendor_document,
    write_site,
)
from browser.visiting import Serve, Visit, Visits
from proofboard import canonical
from proofboard.publish.names import configuration_path
from proofboard.schemas.configuration import Configuration
from proofboard.schemas.publication import (
    BundleReference,
    DefaultComparison,
    Revision,
    SliceComparison,
    VendorEntry,
)
from proofboard.schemas.reading import parse_yaml

BEST = "?entry=pycld2/best-effort"
HOSTILE = "<img src=x onerror=alert(1)>"


def text_of(page: Page, heading: str) -> str:
    """Return the text of the section under a heading."""
    return page.locator("section", has=page.get_by_role("heading", name=heading, exact=True)).last.inner_text()


def slices(page: Page) -> list[str]:
    return page.locator("table", has=page.get_by_role("button", name="Slice")).locator("tbody th").all_inner_texts()


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


def test_the_page_says_who_the_entry_is_and_how_it_is_known(seen_example: Visit) -> None:
    page = seen_example.goto(BEST)
    expect(page.get_by_role("heading", name="pycld2/best-effort")).to_be_visible()
    assert page.title() == "pycld2/best-effort · Language identification of short texts"
    cards = page.locator(".cards")
    for text in ("possibly 1 to ", "Public93.6 %", "Contributor@example-ines", "Public scorerecomputed"):
        expect(cards).to_contain_text(text)
    expect(cards).to_contain_text("Held-out scoreattested")


def test_the_configuration_is_shown_as_yaml_that_is_the_published_one(seen_example: Visit, example: Path) -> None:
    page = seen_example.goto(BEST)
    shown = yaml.safe_load(page.locator("#configuration").inner_text())
    with page.expect_download() as download:
        page.get_by_role("button", name="Download").click()
    raw = download.value.path().read_bytes()
    assert download.value.suggested_filename == "pycld2-best-effort.json"
    assert (example / "sub/site/configurations" / f"{hashlib.sha256(raw).hexdigest()}.json").read_bytes() == raw
    assert msgspec.convert(shown, Configuration) == msgspec.json.decode(raw, type=Configuration)


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
    page = visit(serve(site_of(own, tmp_path))).goto("?entry=acme/own")
    shown = str(page.locator("#configuration").text_content())
    for read in (yaml.safe_load(shown), parse_yaml(shown.encode(), "shown")):
        assert canonical.dump(msgspec.convert(read, Configuration)) == own


def test_letters_that_nobody_sees_are_written_out(tmp_path: Path, serve: Serve, visit: Visits) -> None:
    own = configuration_document("acme/own", description="a\u202eb\u200b")
    page = visit(serve(site_of(own, tmp_path))).goto("?entry=acme/own")
    expect(page.locator("#configuration")).to_contain_text('description: "a\\U0000202eb\\U0000200b"')


def test_the_configuration_and_its_recipe_can_be_copied(seen_example: Visit) -> None:
    seen_example.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = seen_example.goto(BEST)
    page.get_by_role("button", name="Copy the configuration").click()
    assert page.evaluate("navigator.clipboard.readText()").startswith("vendor: pycld2\nconfig_name: best-effort\n")
    page.get_by_role("button", name="Copy the recipe's digest").click()
    assert re.fullmatch(r"sha256:[0-9a-f]{64}", page.evaluate("navigator.clipboard.readText()"))


def test_the_commands_name_this_site_and_this_entry(seen_example: Visit) -> None:
    page, site = seen_example.goto(BEST), seen_example.origin
    expect(page.locator("#adopt")).to_have_text(
        f"proofboard config adopt {site} pycld2/best-effort --as NAME --contributor @you --out config.yaml"
    )
    expect(page.locator("#rerun")).to_have_text(f"proofboard rerun {site} pycld2/best-effort")
    expect(page.locator("#verify")).to_have_text(f"proofboard verify {site}")


def test_an_address_that_a_shell_would_misread_is_quoted(tmp_path: Path, serve: Serve, visit: Visits) -> None:
    site_of(configuration_document("acme/own"), tmp_path / "a'b $(c)")
    page = visit(serve(tmp_path)).goto("a'b $(c)/?entry=acme/own")
    command = str(page.locator("#verify").text_content())
    assert re.fullmatch(r"proofboard verify 'http://[^']+/a('\\'')b%20\$\(c\)/'", command), command


def test_all_tested_slices_are_listed_wins_first(seen_example: Visit, example: Path) -> None:
    page = seen_example.goto(BEST)
    expect(page.locator("tr.won").first).to_be_visible()
    vendor = msgspec.json.decode((example / "sub/site/vendors/pycld2.json").read_bytes())
    tested = next(own for own in vendor["entries"] if own["entry"] == "pycld2/best-effort")["slices"]
    won = sum(own["verdict"] == "win" for own in tested)
    lines = page.locator("table", has=page.get_by_role("button", name="Slice")).locator("tbody tr")
    verdicts = [line.locator("td.text").first.inner_text() for line in lines.all()]
    assert len([verdict for verdict in verdicts if re.match("win|loss|no evidence", verdict)]) == len(tested)
    assert [verdict.startswith("win") for verdict in verdicts] == [True] * won + [False] * (len(verdicts) - won)
    assert "too few items" in verdicts


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
    page = visit(serve(site), viewport={"width": 1600, "height": 900}).goto("?entry=acme/own")
    page.wait_for_selector(".frame tbody tr")
    frame = page.get_by_role("region", name="Scores by slice")
    assert frame.evaluate("frame => frame.scrollHeight <= frame.clientHeight")
    # Who scrolls down to what comes after it gets there.
    page.mouse.wheel(0, 100_000)
    page.wait_for_timeout(200)
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
    page = visit(serve(write_site(tmp_path, documents_of(leaderboard(rows), replaced=replaced)))).goto(
        "?entry=acme/own"
    )
    section = page.locator("section", has=page.get_by_role("heading", name="Scores by slice"))
    expect(section).to_contain_text("On all 120 items +10.0 points against acme/default (95 % interval +5.0 to +15.0)")
    expect(section).to_contain_text("It alone passes 14 items, the default alone 2.")
    lines = [line.replace("\n", "") for line in section.locator("tbody tr").all_inner_texts()]
    assert [line.split("\t") for line in lines] == [
        ["Topic: logic", "60", "75.0", "65.0", "+10.0", "> 0", "win, confirmed", "win"],
        ["Topic: word problems", "60", "85.0", "–none", "+10.0", "−2.0", "no evidence", "loss"],
        ["All items", "120", "80.0", "–none", "–none", "–none", "above", "–none"],
        ["Language: de", "30", "70.0", "–none", "–none", "–none", "too few items", "–none"],
    ]
    section.get_by_role("button", name="Own").click()
    assert section.locator("tbody th").first.inner_text() == "Topic: word problems"


def test_a_publication_without_comparisons_shows_the_scores_alone(tmp_path: Path, serve: Serve, visit: Visits) -> None:
    scores = {"correct": {"overall": 0.8, "topic=logic": 0.75}}
    replaced = {"entries/acme/own.json": entry_document("acme/own", scores=scores)}
    documents = documents_of(leaderboard([row("acme/own", 1, 0.8)]), replaced=replaced)
    root = msgspec.json.decode(documents["publication.json"])
    del root["documents"]["vendors/acme.json"], documents["vendors/acme.json"]
    site = write_site(tmp_path, {**documents, "publication.json": msgspec.json.encode(root)})
    seen = visit(serve(site))
    page = seen.goto("?entry=acme/own")
    expect(page.locator("main")).to_contain_text("vendors/acme.json is not published for this entry")
    assert slices(page) == ["All items", "Topic: logic"]
    assert seen.complaints == []


def test_the_parent_and_the_children_are_found_by_name_and_by_recipe(seen_example: Visit) -> None:
    page = seen_example.goto(BEST)
    expect(page.locator("#parent").get_by_role("link")).to_have_text("pycld2/default")
    expect(page.locator("#children")).to_contain_text("pycld2/nordic-hints")
    page.locator("#parent").get_by_role("link").click()
    expect(page.get_by_role("heading", name="pycld2/default")).to_be_visible()
    expect(page.locator("#children").get_by_role("link")).to_have_text(["pycld2/best-effort"])


@pytest.mark.parametrize(
    ("parent", "words", "is_linked"),
    [
        ("acme/default", "acme/default", True),
        (f"acme/default@{NOTHING}", "acme/default", True),
        (f"acme/default@sha256:{'1' * 64}", "acme/default with another recipe than it has now: sha256:1111", True),
        (NOTHING, "acme/default", True),
        ("gone/away", "gone/away, which is not on this board", False),
    ],
)
def test_a_parent_is_named_as_it_can_be_found(
    parent: str, words: str, *, is_linked: bool, tmp_path: Path, serve: Serve, visit: Visits
) -> None:
    page = visit(serve(site_of(configuration_document("acme/own", parent=parent), tmp_path))).goto("?entry=acme/own")
    expect(page.locator("#parent")).to_contain_text(words)
    expect(page.locator("#parent").get_by_role("link")).to_have_count(int(is_linked))


def test_earlier_revisions_keep_their_scores_and_their_configurations(
    tmp_path: Path, serve: Serve, visit: Visits
) -> None:
    old = configuration_document("acme/own", description="the first try")
    revision = Revision(
        number=1,
        configuration=NOTHING,
        document=canonical.digest(old),
        protocol_version="2",
        date="2026-02-01",
        score=0.625,
        bundles=[BundleReference(name="public", item_set="public", bundle=NOTHING, scores=NOTHING, graded=None)],
    )
    replaced = {
        "entries/acme/own.json": entry_document("acme/own", history=[revision]),
        configuration_path(canonical.digest(old)): old,
    }
    board = leaderboard([row("acme/own", 1, 0.8)])
    page = visit(serve(write_site(tmp_path, documents_of(board, replaced=replaced)))).goto("?entry=acme/own")
    line = page.locator("#history tbody tr")
    for text in ("2026-02-01", "62.5 %", "Item scores"):
        expect(line).to_contain_text(text)
    with page.expect_download() as download:
        line.get_by_role("button", name="Download").click()
    assert download.value.path().read_bytes() == old


def test_a_repeated_recipe_says_whose_rank_it_shares(whole: Visit) -> None:
    page = whole.goto("?entry=bolt/again")
    expect(page.locator(".page")).to_contain_text("Same recipe as bolt/default, which has the rank.")


def test_claims_that_disagree_stand_on_the_page(whole: Visit) -> None:
    expect(whole.goto("?entry=bolt/default").locator(".page")).to_contain_text("claimed 0.8, found 0.75")


def test_an_unknown_entry_is_a_stated_failure(whole: Visit) -> None:
    page = whole.goto("?entry=no/one")
    expect(page.get_by_role("alert")).to_contain_text("there is no entry no/one on this board")
    page.get_by_role("link", name="← Board").click()
    expect(page.locator("#panel table").first).to_be_visible()


@pytest.mark.parametrize(
    ("path", "failing"),
    [
        ("entries/acme/own.json", "The entry's document cannot be shown"),
        ("vendors/acme.json", "The slices cannot be shown"),
        ("entries/acme/default.json", "The slices cannot be shown"),
    ],
)
def test_a_changed_document_fails_alone(path: str, failing: str, tmp_path: Path, serve: Serve, visit: Visits) -> None:
    site = site_of(configuration_document("acme/own"), tmp_path)
    (site / path).write_bytes((site / path).read_bytes() + b" ")
    page = visit(serve(site)).goto("?entry=acme/own")
    expect(page.get_by_role("alert").first).to_contain_text(f"{failing}{path} has not the digest")
    expect(page.get_by_role("heading", name="acme/own")).to_be_visible()


def test_a_changed_configuration_is_neither_shown_nor_handed_out(tmp_path: Path, serve: Serve, visit: Visits) -> None:
    own = configuration_document("acme/own")
    site = site_of(own, tmp_path)
    (site / configuration_path(canonical.digest(own))).write_bytes(own.replace(b"acme", b"acne"))
    page = visit(serve(site)).goto("?entry=acme/own")
    expect(page.get_by_role("alert").first).to_contain_text("has not the digest that names it")
    expect(page.locator("#configuration")).to_have_count(0)
    expect(page.get_by_role("button", name="Download")).to_have_count(0)


def test_whatever_people_wrote_stays_text(tmp_path: Path, serve: Serve, visit: Visits) -> None:
    own = configuration_document(
        "acme/own",
        description=HOSTILE,
        title=HOSTILE,
        licence=HOSTILE,
        extra_prompts={HOSTILE: f"{HOSTILE}\n</pre>{HOSTILE}"},
        settings={"javascript:alert(1)": [HOSTILE]},
    )
    hostile = {
        "title": HOSTILE,
        "contributor": HOSTILE,
        "target_subgroup": {"description": HOSTILE, "selector": {HOSTILE: [HOSTILE]}},
        "win_regions": [msgspec.structs.replace(WINS[0], slice=HOSTILE)],
        "same_recipe_as": HOSTILE,
    }
    seen = visit(serve(site_of(own, tmp_path, **hostile)))
    for view in ("", "?group=vendor", "?entry=acme/own", f"?entry={HOSTILE}", "?compare=acme/own,acme/default"):
        page = seen.goto(view)
        page.wait_for_load_state("networkidle")
        assert page.locator("img, script:not([src])").count() == 0
    expect(seen.goto("?entry=acme/own").locator("#configuration")).to_contain_text(HOSTILE)
    assert seen.complaints == []
    assert seen.foreign == []


def test_a_name_that_is_no_name_is_refused(tmp_path: Path, serve: Serve, visit: Visits) -> None:
    documents = documents_of(leaderboard([row("acme/own", 1, 0.8)]))
    board = documents["leaderboard.json"].replace(b'"config_name":"own"', b'"config_name":"../../../own"')
    root = re.sub(
        rb'("leaderboard.json":")[^"]+', rb"\g<1>" + canonical.digest(board).encode(), documents["publication.json"]
    )
    site = write_site(tmp_path, {**documents, "leaderboard.json": board, "publication.json": root})
    page = visit(serve(site)).goto()
    expect(page.get_by_role("alert")).to_contain_text("entries.0.config_name is not as such names are written")
