"""The comparison of entries in a real browser: its numbers are those of `proofboard compare`, or it says why not."""

import re
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

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
from browser.visiting import Serve, Visit, Visits, served
from builders import benchmark, built, entry, items
from proofboard import canonical
from proofboard.app.build import build
from proofboard.app.reading.comparing import compare_entries
from proofboard.core.inference.significance import holm, mcnemar
from proofboard.core.intervals import t_quantile
from proofboard.publish.names import configuration_path
from proofboard.publish.views.paired import ComparedPair
from proofboard.record.freeze import as_yaml, write
from proofboard.schemas.board import BoardRow
from proofboard.schemas.publication import BundleReference, MetricColumn, ScoresDocument
from rich_benchmark import RULES, write_rich

THREE = ("pycld2/best-effort", "pycld2/default", "lingua/default")
RICH = ("acme/strong", "acme/weak", "bolt/middle")


def address_of(names: Sequence[str]) -> str:
    return f"?compare={','.join(names)}"


def settled(page: Page) -> Page:
    page.wait_for_load_state("networkidle")
    expect(page.locator(".later", has_text=re.compile("^Fetching…$"))).to_have_count(0)
    return page


def section(page: Page, heading: str) -> Locator:
    return page.locator("section", has=page.get_by_role("heading", name=heading))


def lines(page: Page) -> list[list[str]]:
    """Return the cells of the pairs, without what is told to those who hear only."""
    rows = page.locator("#pairs tbody tr").all()
    return [[re.sub(r"\s+", " ", cell) for cell in line.locator("th, td").all_inner_texts()] for line in rows]


def points(shown: str) -> float:
    return float(shown.replace("−", "-").replace("points", "").strip())


def shown_pair(one: ComparedPair, *, several: bool) -> list[str]:
    """Write the exact cells of a pair as the page writes them: counts and p-values."""
    unknown = "– none"
    counts = [unknown if count is None else str(count) for count in (one.only_a, one.only_b)]
    known = one.p_method == "exact McNemar"
    p_values = [one.p_value, one.adjusted_p] if several and known else [one.p_value]
    written = [f"{p:.6f}" if p else "<0.000001" for p in p_values if p is not None]
    return [str(one.n_items), *counts, *(written if known else [unknown] * (2 if several else 1))]


def agrees(page: Page, expected: Sequence[ComparedPair], *, several: bool) -> None:
    """Hold the page against the command: counts and p-values to the digit, the rest to the decimals that are shown."""
    found = lines(page)
    assert [line[:2] for line in found] == [[one.a, one.b] for one in expected]
    for line, one in zip(found, expected, strict=True):
        assert one.difference is not None
        assert points(line[2]) == pytest.approx(100 * one.difference, abs=0.0501)
        if one.interval is None:
            assert line[3] == "– none"
        else:
            ends = [points(end) for end in line[3].split(" to ")]
            assert ends == pytest.approx([100 * end for end in one.interval], abs=0.0501)
        assert line[4:] == shown_pair(one, several=several)


def test_the_numbers_are_those_of_the_command(seen_example: Visit, example: Path) -> None:
    page = settled(seen_example.goto(address_of(THREE)))
    agrees(page, compare_entries(str(example / "sub/site"), THREE).comparisons, several=True)
    expect(page.locator("main")).to_contain_text("pycld2/best-effort is better than pycld2/default, beyond chance (p <")
    expect(page.locator("main")).to_contain_text("pycld2/best-effort and lingua/default cannot be told apart (p 0.")


def test_of_two_entries_there_is_one_p_value(seen_example: Visit, example: Path) -> None:
    page = settled(seen_example.goto(address_of(THREE[1:])))
    agrees(page, compare_entries(str(example / "sub/site"), THREE[1:]).comparisons, several=False)
    expect(page.locator("#pairs thead")).not_to_contain_text("Holm")


@pytest.mark.parametrize("headline", ["agreement", "judged", "good", "close"])
def test_clusters_weights_trials_and_absences_count_as_in_the_command(
    headline: str, tmp_path: Path, visit: Visits
) -> None:
    write_rich(tmp_path / "rich", tmp_path / "store")
    write(tmp_path / "rich/benchmark.yaml", as_yaml(msgspec.structs.replace(RULES, headline=headline)))
    build(tmp_path / "rich", tmp_path / "site")
    expected = compare_entries(str(tmp_path / "site"), RICH).comparisons
    assert any(one.n_clusters < one.n_items for one in expected)
    with served(tmp_path / "site") as address:
        page = settled(visit(address).goto(address_of(RICH)))
        agrees(page, expected, several=False)
        expect(page.locator("main")).to_contain_text("No p is computed here for items that share clusters")


@pytest.mark.parametrize(
    ("headline", "why"),
    [
        ("total", "the headline is made of several parts"),
        ("hard", "the headline is made of several parts"),
        ("both", "its trials are reduced by pass_hat_k"),
        ("speed", "some of its items have fewer trials"),
    ],
)
def test_what_is_not_computed_is_said_with_the_command_that_does(
    headline: str, why: str, tmp_path: Path, visit: Visits
) -> None:
    write_rich(tmp_path / "rich", tmp_path / "store")
    write(tmp_path / "rich/benchmark.yaml", as_yaml(msgspec.structs.replace(RULES, headline=headline)))
    build(tmp_path / "rich", tmp_path / "site")
    with served(tmp_path / "site") as address:
        page = settled(visit(address).goto(address_of(RICH[:2])))
        expect(page.locator("main")).to_contain_text("acme/strong and acme/weak: nothing is computed here, because")
        expect(page.locator("main")).to_contain_text(why)
        expect(page.locator("#compare")).to_have_text(f"proofboard compare {address} acme/strong acme/weak")
        expect(page.locator("#pairs")).to_have_count(0)


def test_a_failure_of_the_platform_is_no_wrong_answer(tmp_path: Path, visit: Visits) -> None:
    write_rich(tmp_path / "rich", tmp_path / "store")
    write(tmp_path / "rich/benchmark.yaml", as_yaml(msgspec.structs.replace(RULES, headline="judged")))
    build(tmp_path / "rich", tmp_path / "site")
    with served(tmp_path / "site") as address:
        page = settled(visit(address).goto(address_of(("acme/strong", "bolt/fails"))))
        expect(page.locator("main")).to_contain_text("bolt/fails: the platform failed on some of its items")


def test_entries_of_different_rules_are_not_compared_item_by_item(tmp_path: Path, visit: Visits) -> None:
    write_rich(tmp_path / "rich", tmp_path / "store")
    write(tmp_path / "rich/benchmark.yaml", as_yaml(msgspec.structs.replace(RULES, headline="judged")))
    build(tmp_path / "rich", tmp_path / "site")
    with served(tmp_path / "site") as address:
        page = settled(visit(address).goto(address_of(("acme/strong", "bolt/old"))))
        expect(page.locator("main")).to_contain_text("they stand under other rules or in other tracks")


def test_lower_may_be_better(tmp_path: Path, visit: Visits) -> None:
    rules = benchmark()
    lower = {"correct": msgspec.structs.replace(rules.metrics["correct"], direction="lower")}
    asked = items(40)
    entries = [entry("acme/a", 30, asked=asked), entry("acme/b", 10, asked=asked)]
    site = built(tmp_path, entries, rules=msgspec.structs.replace(rules, metrics=lower), asked=asked)
    names = ("acme/a", "acme/b")
    with served(site) as address:
        page = settled(visit(address).goto(address_of(names)))
        agrees(page, compare_entries(str(site), names).comparisons, several=False)
        expect(page.locator("main")).to_contain_text("acme/b is better than acme/a, beyond chance")


def test_equal_answers_are_equal(tmp_path: Path, visit: Visits) -> None:
    asked = items(20)
    entries = [entry("acme/a", 10, asked=asked, settings={"x": 1}), entry("acme/b", 10, asked=asked)]
    with served(built(tmp_path, entries, asked=asked)) as address:
        page = settled(visit(address).goto(address_of(("acme/a", "acme/b"))))
        expect(page.locator("main")).to_contain_text("acme/a and acme/b do the same on every item.")
        assert lines(page) == [["acme/a", "acme/b", "0.0 points", "– none", "20", "0", "0", "1.000000"]]


def test_mcnemar_and_holm_are_exact_in_the_browser(whole: Visit) -> None:
    page = whole.goto()
    counts = [(0, 0), (1, 0), (0, 5), (3, 11), (40, 41), (500, 700), (0, 990), (2000, 2100)]
    found = page.evaluate(
        """async (counts) => {
          const { mcnemar, holm } = await import(new URL("assets/paired.js", document.baseURI));
          const values = counts.map(([a, b]) => mcnemar(a, b));
          return [values, holm([...values, null])].map((list) => list.map((p) => p && p.map(String)));
        }""",
        counts,
    )
    values = [mcnemar(a, b) for a, b in counts]
    assert [Fraction(int(top), int(bottom)) for top, bottom in found[0]] == values
    assert found[1].pop() is None
    assert [Fraction(int(top), int(bottom)) for top, bottom in found[1]] == holm(values)


def test_fractions_round_half_to_even_and_quantiles_are_those_of_the_tables(whole: Visit) -> None:
    page = whole.goto()
    rounded, quantiles = page.evaluate(
        """async () => {
          const { rounded, tQuantile } = await import(new URL("assets/paired.js", document.baseURI));
          const halves = [[5n, 10n], [15n, 10n], [25n, 10n], [-5n, 10n], [-15n, 10n], [2n, 3n]];
          return [halves.map((one) => rounded(one, 0)), [9, 10, 29, 30, 989].map(tQuantile)];
        }"""
    )
    assert rounded == [0, 2, 2, 0, -2, 1]
    assert quantiles == pytest.approx([t_quantile(degrees) for degrees in (9, 10, 29, 30, 989)], abs=2e-5)


def test_entries_stand_side_by_side(seen_example: Visit) -> None:
    page = settled(seen_example.goto(address_of(THREE)))
    table = page.get_by_role("region", name="Scores and costs")
    expect(table.locator("thead th")).to_have_text([re.compile(name) for name in ("Scores", *THREE)])
    for what in ("Rank", "Held-out score", "Public score", "Overfit gap", "Win regions", "Target", "Mean time"):
        expect(table.get_by_role("rowheader", name=what, exact=True)).to_be_visible()
    # Nobody has a cost: a line of nothing says nothing.
    expect(table.get_by_role("rowheader", name="Cost per score")).to_have_count(0)
    expect(table).to_contain_text("89.7 % to 93.8 %")


def test_slices_are_chosen_by_how_far_the_entries_lie_apart_and_are_not_small(seen_example: Visit) -> None:
    page = settled(seen_example.goto(address_of(THREE)))
    rows = section(page, "Slices on which they differ most").locator("tbody tr").all_inner_texts()
    assert len(rows) == 12
    spreads = []
    for line in rows:
        assert int(re.findall(r"(\d+) items", line)[0]) >= 50
        scores = [float(score) for score in re.findall(r"([\d.]+) %", line)]
        spreads.append(round(max(scores) - min(scores), 1))
    assert spreads == sorted(spreads, reverse=True)
    expect(page.locator("main")).to_contain_text("that alone is no evidence")


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


def test_fields_that_differ_are_parted_by_whether_they_decide_answers(
    tmp_path: Path, serve: Serve, visit: Visits
) -> None:
    site = own_site(
        tmp_path,
        {
            "acme/a": configuration_document("acme/a", settings={"depth": 1, "same": True}, description="one"),
            "acme/b": configuration_document(
                "acme/b", settings={"depth": 1.0, "same": True}, extra_prompts={"s": "x\ny"}
            ),
        },
    )
    page = settled(visit(serve(site)).goto("?compare=acme/a,acme/b"))
    deciding = page.get_by_role("region", name="What decides answers").locator("tbody tr")
    # 1 and 1.0 are two recipes, and must not look like one.
    assert [re.split(r"\s*\t\s*", line) for line in deciding.all_inner_texts()] == [
        ["settings.depth", "1", "1.0"],
        ["extra_prompts.s", "–\nnone", "x\ny"],
    ]
    page.get_by_text("2 fields that decide no answer differ").click()
    expect(page.get_by_role("region", name="What does not")).to_contain_text("description")


def test_one_recipe_under_two_names_is_seen_as_one(tmp_path: Path, serve: Serve, visit: Visits) -> None:
    site = own_site(tmp_path, {name: configuration_document(name) for name in ("acme/a", "acme/b")})
    page = settled(visit(serve(site)).goto("?compare=acme/a,acme/b"))
    expect(page.locator("main")).to_contain_text("Nothing that decides answers differs: they are one recipe.")


def test_item_scores_that_do_not_give_the_published_score_are_not_used(
    tmp_path: Path, serve: Serve, visit: Visits
) -> None:
    configurations = {name: configuration_document(name) for name in ("acme/a", "acme/b")}
    page = settled(visit(serve(own_site(tmp_path, configurations, b=[1, 1]))).goto("?compare=acme/a,acme/b"))
    expect(page.locator("main")).to_contain_text("acme/b: its item scores alone do not give its published score")
    expect(page.locator("#pairs")).to_have_count(0)


def test_item_scores_that_are_missing_fail_alone(tmp_path: Path, serve: Serve, visit: Visits) -> None:
    site = own_site(tmp_path, {name: configuration_document(name) for name in ("acme/a", "acme/b")})
    for path in (site / "scores").glob("*.json"):
        path.unlink()
    page = settled(visit(serve(site)).goto("?compare=acme/a,acme/b"))
    expect(page.get_by_role("alert")).to_contain_text("The differences cannot be shown")
    expect(page.get_by_role("region", name="Scores and costs")).to_be_visible()


@pytest.mark.parametrize(
    ("names", "why"),
    [
        ("acme/tuned", "1 entries are named, expected 2 to 4"),
        ("acme/tuned,acme/tuned", "1 entries are named, expected 2 to 4"),
        ("a,b,c,d,e", "5 entries are named, expected 2 to 4"),
        ("acme/tuned,no/one", "there is no entry no/one on this board"),
    ],
)
def test_what_cannot_be_compared_is_a_stated_failure(whole: Visit, names: str, why: str) -> None:
    page = whole.goto(f"?compare={names}")
    expect(page.get_by_role("alert")).to_contain_text(why)
    expect(page.get_by_role("link", name="← Board")).to_be_visible()


def test_an_entry_leads_to_its_comparison_with_the_default(seen_example: Visit) -> None:
    page = seen_example.goto("?entry=pycld2/best-effort")
    page.get_by_role("link", name="Compare with pycld2/default").click()
    expect(page.get_by_role("heading", name="2 entries compared")).to_be_focused()
    assert page.title().startswith("Compare pycld2/best-effort, pycld2/default · ")
    expect(page.locator("#compare")).to_have_text(
        f"proofboard compare {seen_example.origin} pycld2/best-effort pycld2/default"
    )
