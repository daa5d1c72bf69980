"""The comparison of entries in a real browser: its numbers are those of `proofboard compare`, or it says why not."""

import re
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final

import msgspec
import pytest
from playwright.sync_api import Locator, Page, expect

from browser.handmade import (
    NOTHING,
    configuration_document,
    documents_of,
    entry_document,
    leaderboard,
    public,
    row,
    write_site,
)
from browser.places import Place, Sites
from builders import benchmark, built, entry, items
from proofboard import canonical
from proofboard.app.build import build
from proofboard.app.reading.comparing import compare_entries
from proofboard.publish.names import configuration_path
from proofboard.publish.views.paired import ComparedPair
from proofboard.record.freeze import as_yaml, write
from proofboard.schemas.board import BoardRow
from proofboard.schemas.publication import BundleReference, MetricColumn, ScoresDocument
from rich_benchmark import RULES, write_rich

THREE: Final = ("acme/base", "acme/tuned", "bolt/base")
RICH: Final = ("acme/strong", "acme/weak", "bolt/middle")
PAIRS: Final = "Item by item, on the public items"

Ranked = Callable[[str], Path]


@pytest.fixture(scope="module")
def ranked_by(tmp_path_factory: pytest.TempPathFactory) -> Ranked:
    """Return what builds the benchmark of every rule, ranked by one of its metrics."""

    @cache
    def make(headline: str) -> Path:
        place = tmp_path_factory.mktemp(headline)
        write_rich(place / "rich", place / "store")
        write(place / "rich/benchmark.yaml", as_yaml(msgspec.structs.replace(RULES, headline=headline)))
        build(place / "rich", place / "site")
        return place / "site"

    return make


def address_of(names: Sequence[str]) -> str:
    return f"?page=compare&entries={','.join(names)}"


def section(page: Page, heading: str) -> Locator:
    return page.get_by_role("region", name=heading)


def lines(page: Page) -> list[list[str]]:
    """Return the cells of the pairs."""
    rows = section(page, PAIRS).locator("tbody tr").all()
    return [[re.sub(r"\s+", " ", cell) for cell in line.locator("th, td").all_inner_texts()] for line in rows]


def points(shown: str) -> float:
    return float(shown.replace("−", "-").replace("points", "").strip())


def shown_pair(one: ComparedPair, *, several: bool) -> list[str]:
    """Write the exact cells of a pair as the page writes them: counts and p-values."""
    counts = ["–" if count is None else str(count) for count in (one.only_a, one.only_b)]
    known = one.p_method == "exact McNemar"
    p_values = [one.p_value, one.adjusted_p] if several and known else [one.p_value]
    written = [f"{p:.6f}" if p else "<0.000001" for p in p_values if p is not None]
    return [str(one.n_items), *counts, *(written if known else ["–"] * (2 if several else 1))]


def agrees(page: Page, expected: Sequence[ComparedPair], *, several: bool) -> None:
    """Hold the page against the command: counts and p-values to the digit, the rest to the decimals that are shown."""
    found = lines(page)
    assert [line[:2] for line in found] == [[one.a, one.b] for one in expected]
    for line, one in zip(found, expected, strict=True):
        assert one.difference is not None
        assert points(line[2]) == pytest.approx(100 * one.difference, abs=0.0501)
        if one.interval is None:
            assert line[3] == "–"
        else:
            ends = [points(end) for end in line[3].split(" to ")]
            assert ends == pytest.approx([100 * end for end in one.interval], abs=0.0501)
        assert line[4:] == shown_pair(one, several=several)


def test_the_numbers_are_those_of_the_command(place: Place, sites: Sites) -> None:
    page = place.open(address_of(THREE))
    agrees(page, compare_entries(str(sites["rich"]), THREE).comparisons, several=True)
    expect(page.locator("main")).to_contain_text("acme/tuned is better than acme/base, beyond chance (p 0.")
    expect(page.locator("main")).to_contain_text("acme/base and bolt/base cannot be told apart (p 0.")


def test_of_two_entries_there_is_one_p_value(exported: Place, sites: Sites) -> None:
    page = exported.open(address_of(THREE[:2]))
    agrees(page, compare_entries(str(sites["rich"]), THREE[:2]).comparisons, several=False)
    expect(section(page, PAIRS).locator("thead")).not_to_contain_text("Holm")


@pytest.mark.parametrize("headline", ["agreement", "judged", "good", "close"])
def test_clusters_weights_trials_and_absences_count_as_in_the_command(
    headline: str, ranked_by: Ranked, exported: Place
) -> None:
    site = ranked_by(headline)
    expected = compare_entries(str(site), RICH).comparisons
    assert any(one.n_clusters < one.n_items for one in expected)
    page = exported.host(site, f"by-{headline}").open(address_of(RICH))
    agrees(page, expected, several=False)
    expect(page.locator("main")).to_contain_text("No p is computed here for items that share clusters")


@pytest.mark.parametrize(
    ("headline", "why"),
    [
        ("total", "the headline is made of several parts"),
        ("both", "trials are reduced otherwise than by their mean"),
        ("speed", "some items have fewer trials"),
    ],
)
def test_what_is_not_computed_is_said_with_the_command_that_does(
    headline: str, why: str, ranked_by: Ranked, exported: Place
) -> None:
    page = exported.host(ranked_by(headline), f"by-{headline}").open(address_of(RICH[:2]))
    expect(page.locator("main")).to_contain_text("acme/strong and acme/weak: nothing is computed here, because")
    expect(page.locator("main")).to_contain_text(why)
    expect(page.locator(".command code")).to_have_text(f"proofboard compare {exported.address} acme/strong acme/weak")
    expect(section(page, PAIRS)).to_have_count(0)


@pytest.mark.parametrize(
    ("names", "why"),
    [
        (("acme/strong", "bolt/fails"), "of bolt/fails: the platform failed on some items"),
        (("acme/strong", "bolt/old"), "they stand under other rules or in other tracks"),
    ],
)
def test_what_says_nothing_of_skill_is_not_compared(
    names: tuple[str, str], why: str, ranked_by: Ranked, exported: Place
) -> None:
    page = exported.host(ranked_by("judged"), "by-judged").open(address_of(names))
    expect(page.locator("main")).to_contain_text(why)


def test_lower_may_be_better(tmp_path: Path, exported: Place) -> None:
    rules = benchmark()
    lower = {"correct": msgspec.structs.replace(rules.metrics["correct"], direction="lower")}
    asked = items(40)
    entries = [entry("acme/a", 30, asked=asked), entry("acme/b", 10, asked=asked)]
    site = built(tmp_path, entries, rules=msgspec.structs.replace(rules, metrics=lower), asked=asked)
    names = ("acme/a", "acme/b")
    page = exported.host(site, "lower-is-better").open(address_of(names))
    agrees(page, compare_entries(str(site), names).comparisons, several=False)
    expect(page.locator("main")).to_contain_text("acme/b is better than acme/a, beyond chance")


def test_equal_answers_are_equal(tmp_path: Path, exported: Place) -> None:
    asked = items(20)
    entries = [entry("acme/a", 10, asked=asked, settings={"x": 1}), entry("acme/b", 10, asked=asked)]
    page = exported.host(built(tmp_path, entries, asked=asked), "equal").open(address_of(("acme/a", "acme/b")))
    expect(page.locator("main")).to_contain_text("acme/a and acme/b do the same on every item.")
    assert lines(page) == [["acme/a", "acme/b", "0.0 points", "–", "20", "0", "0", "1.000000"]]


def test_entries_stand_side_by_side_and_a_line_of_nothing_is_left_out(exported: Place) -> None:
    page = exported.open(address_of(THREE))
    table = section(page, "Scores and costs")
    expect(table.locator("thead th")).to_have_text([re.compile(name) for name in ("Entry", *THREE)])
    for what in ("Rank", "Held-out score", "Public score", "Overfit gap", "Win regions", "Target", "Mean time"):
        expect(table.get_by_role("rowheader", name=what, exact=True)).to_be_visible()
    expect(table).to_contain_text("51.1 % to 68.3 %")
    expect(section(exported.open(address_of(("base/chance", "zeta/flat"))), "Scores and costs")).not_to_contain_text(
        "Contributor"
    )


def test_slices_are_chosen_by_how_far_the_entries_lie_apart_and_are_not_small(exported: Place) -> None:
    page = exported.open(address_of(THREE))
    rows = section(page, "Slices on which they differ most").locator("tbody tr").all_inner_texts()
    spreads = []
    for line in rows:
        assert int(re.findall(r"(\d+) items", line)[0]) >= 20
        scores = [float(score) for score in re.findall(r"([\d.]+) %", line)]
        spreads.append(round(max(scores) - min(scores), 1))
    assert rows[0].startswith("Niche: maths")
    assert spreads == sorted(spreads, reverse=True)
    expect(page.locator("main")).to_contain_text("that alone is no evidence")


def test_items_on_which_two_differ_lead_to_their_page(exported: Place) -> None:
    page = exported.open(address_of(THREE[:2]))
    page.get_by_text("Items on which they differ: acme/base − acme/tuned (16)").click()
    table = section(page, "Items on which they differ")
    expect(table.locator("tbody tr")).to_have_count(16)
    link = table.get_by_role("link").first
    name = link.inner_text()
    link.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Item {name}")


def own_site(place: Path, configurations: dict[str, bytes], **columns: Any) -> Path:
    """Write a board of entries with these configurations; `columns` are their item scores, by configuration name."""
    replaced: dict[str, bytes] = {}
    rows: list[BoardRow] = []
    for name, raw in configurations.items():
        values = columns.get(name.split("/")[1], [1, 0])
        bundle = canonical.digest_of(name)
        scores = canonical.dump(
            ScoresDocument(
                schema_version=1,
                bundle=bundle,
                grading=NOTHING,
                items=None,
                trials=None,
                stages=None,
                states=None,
                metrics={"correct": MetricColumn(denominator=1, values=values)},
            )
        )
        document = msgspec.json.decode(entry_document(name, raw))
        reference = BundleReference(
            name="public", item_set="public", bundle=bundle, scores=canonical.digest(scores), graded=None
        )
        document["identity"]["bundles"] = [msgspec.to_builtins(reference)]
        replaced |= {
            f"entries/{name}.json": canonical.dump(document),
            configuration_path(canonical.digest(raw)): raw,
            f"scores/{bundle.removeprefix('sha256:')}.json": scores,
        }
        rows.append(row(name, len(rows) + 1, 0.5, public=public(0.5, exact=("1", "2"))))
    return write_site(place, documents_of(leaderboard(rows), replaced=replaced))


def two(*names: str) -> dict[str, bytes]:
    return {name: configuration_document(name) for name in names or ("acme/a", "acme/b")}


def test_fields_that_differ_are_parted_by_whether_they_decide_answers(tmp_path: Path, exported: Place) -> None:
    configurations = {
        "acme/a": configuration_document("acme/a", settings={"depth": 1, "same": True}, description="one"),
        "acme/b": configuration_document("acme/b", settings={"depth": 1.0, "same": True}, extra_prompts={"s": "x\ny"}),
    }
    page = exported.host(own_site(tmp_path, configurations), "deciding").open(address_of(("acme/a", "acme/b")))
    deciding = section(page, "What decides answers").locator("tbody tr")
    # 1 and 1.0 are two recipes, and must not look like one.
    assert [re.split(r"\s*\t\s*", line) for line in deciding.all_inner_texts()] == [
        ["settings.depth", "1", "1.0"],
        ["extra_prompts.s", "–", "x\ny"],
    ]
    page.get_by_text("2 fields that decide no answer differ").first.click()
    expect(section(page, "2 fields that decide no answer differ")).to_contain_text("description")


def test_one_recipe_under_two_names_is_seen_as_one(tmp_path: Path, exported: Place) -> None:
    page = exported.host(own_site(tmp_path, two()), "one-recipe").open(address_of(("acme/a", "acme/b")))
    expect(page.locator("main")).to_contain_text("Nothing that decides answers differs: they are one recipe.")


def test_item_scores_that_do_not_give_the_published_score_are_not_used(tmp_path: Path, exported: Place) -> None:
    site = own_site(tmp_path, two(), b=[1, 1])
    page = exported.host(site, "other-score").open(address_of(("acme/a", "acme/b")))
    expect(page.locator("main")).to_contain_text("of acme/b: item scores alone do not give the published score")
    expect(section(page, PAIRS)).to_have_count(0)


def test_item_scores_that_are_missing_fail_alone(exported: Place) -> None:
    exported.answer("scores/**", 404)
    page = exported.open(address_of(THREE))
    alert = page.get_by_role("alert").filter(has_text=PAIRS)
    expect(alert).to_contain_text("is missing")
    expect(section(page, "Scores and costs")).to_be_visible()
    expect(section(page, "What decides answers")).to_be_visible()


@pytest.mark.parametrize(
    ("names", "heading", "said"),
    [
        ((), "Which entries?", "Two to four entries of this board"),
        (("acme/tuned",), "Which entries?", "Choose at least two entries."),
        (("acme/tuned", "acme/tuned"), "Which entries?", "Choose at least two entries."),
        (("acme/tuned", "acme/base", "no/one"), "2 entries compared", "There is no no/one on this board"),
        ((*THREE, "bolt/quick", "base/chance"), "4 entries compared", "5 entries are named: the first four"),
    ],
)
def test_what_cannot_be_compared_is_said_plainly(
    names: tuple[str, ...], heading: str, said: str, exported: Place
) -> None:
    page = exported.open(address_of(names))
    expect(page.get_by_role("heading", level=1)).to_have_text(heading)
    expect(page.locator("main")).to_contain_text(said)


def test_entries_are_added_by_name_and_removed_and_the_address_names_them(exported: Place) -> None:
    page = exported.open("?page=compare")
    field = page.get_by_role("combobox", name="Add an entry")
    for name in THREE[:2]:
        field.fill(name)
        field.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("2 entries compared")
    assert page.url.endswith(address_of(THREE[:2]))
    assert page.title().startswith("Compare acme/base, acme/tuned · ")
    page.get_by_role("button", name="Remove acme/base from the comparison").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Which entries?")
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("2 entries compared")


def test_a_name_that_is_still_being_typed_is_not_taken(tmp_path: Path, exported: Place) -> None:
    site = own_site(tmp_path, two("acme/a", "acme/ab"))
    page = exported.host(site, "typed").open("?page=compare")
    field = page.get_by_role("combobox", name="Add an entry")
    field.press_sequentially("acme/a")
    assert "entries=" not in page.url
    field.press_sequentially("b")
    field.press("Enter")
    page.wait_for_url("**/?page=compare&entries=acme/ab")
    field.fill("nobody")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_role("alert")).to_have_text("There is no entry nobody on this board.")


def test_few_of_many_names_are_offered_those_that_begin_as_typed_first(tmp_path: Path, exported: Place) -> None:
    rows = [row(f"v{number:03d}/e-v007", number + 1, 0.5) for number in range(60)]
    site = write_site(tmp_path, documents_of(leaderboard(rows)))
    page = exported.host(site, "many-names").open("?page=compare")
    offered = page.locator("datalist option")
    expect(offered).to_have_count(20)
    page.get_by_role("combobox", name="Add an entry").fill("v007")
    expect(offered.first).to_have_attribute("value", "v007/e-v007")
    expect(offered).to_have_count(20)


def test_what_the_entries_are_compared_over_is_in_the_address(exported: Place) -> None:
    page = exported.open(address_of(THREE))
    choice = page.get_by_label("Compare over")
    expect(choice).to_have_value("niche")
    choice.select_option("language")
    page.wait_for_url("**facet=language")
    page.reload()
    expect(choice).to_have_value("language")


def test_pinned_rows_of_the_board_are_compared(exported: Place) -> None:
    page = exported.open("?pin=acme/base,bolt/base")
    page.get_by_role("link", name=re.compile("^Compare")).last.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("2 entries compared")
    expect(page).to_have_url(re.compile(r"page=compare&entries=acme/base,bolt/base"))
