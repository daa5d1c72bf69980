"""One recipe has one rank, under however many names it is submitted."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest

from proofboard.app.reading.exporting import export
from proofboard.record.imported import ImportedEntry
from proofboard.schemas.benchmark import Facet
from proofboard.schemas.bundle import Response
from vendor_cases import (
    OF_EACH,
    Right,
    compared,
    configuration,
    document,
    everywhere,
    published,
    questions,
    recorded,
    rows,
    rules,
    store,
)

HALF, MORE, MOST = (everywhere(range(right)) for right in (50, 60, 90))
RECIPE: dict[str, Any] = {"settings": {"words": 3}}
BASE = recorded("acme/base", HALF)


def ranks(site: Path) -> dict[str, int | None]:
    return {name: row["rank"] for name, row in rows(site).items()}


def owners(site: Path) -> dict[str, str]:
    return {name: row["same_recipe_as"] for name, row in rows(site).items() if row["same_recipe_as"]}


def twins(first: str | None, second: str | None) -> list[ImportedEntry]:
    """Record one recipe twice, the better run as acme/b."""
    return [recorded("acme/a", MORE, on=first, **RECIPE), recorded("acme/b", MOST, on=second, **RECIPE)]


@pytest.mark.parametrize(
    ("days", "owner"),
    [
        (("2026-01-02", "2026-01-03"), "acme/a"),
        (("2026-01-03", "2026-01-02"), "acme/b"),
        (("2026-01-02", "2026-01-02"), "acme/a"),
        ((None, "2026-01-02"), "acme/b"),
        ((None, None), "acme/a"),
    ],
)
def test_the_run_that_was_recorded_first_is_ranked_then_the_first_by_name(
    days: tuple[str | None, str | None], owner: str, tmp_path: Path
) -> None:
    site = published(tmp_path, [BASE, *twins(*days)])
    other = {"acme/a": "acme/b", "acme/b": "acme/a"}[owner]
    assert owners(site) == {other: owner}
    assert ranks(site) == {owner: 1, "acme/base": 2, other: None}


def test_a_repeated_recipe_has_its_scores_and_no_place_among_the_others(tmp_path: Path) -> None:
    site = published(tmp_path, [BASE, *twins("2026-01-02", "2026-01-03")])
    row = rows(site)["acme/b"]
    assert row["public"]["score"] == 0.9
    assert (row["rank"], row["rank_range"], row["tied_groups"], row["win_regions"]) == (None, None, None, [])
    assert compared(site, "acme/b")["reason"] == "the same recipe as acme/a"
    assert list(rows(site))[-1] == "acme/b"


def test_a_repeated_recipe_is_not_counted_in_what_the_others_are(tmp_path: Path) -> None:
    alone = published(tmp_path, [BASE, twins("2026-01-02", None)[0]], name="alone")
    beside = published(tmp_path, [BASE, *twins("2026-01-02", "2026-01-03")])
    for name in ("acme/base", "acme/a"):
        one, other = rows(alone)[name], rows(beside)[name]
        assert {key: one[key] for key in ("rank", "rank_range", "tied_groups", "win_regions")} == {
            key: other[key] for key in ("rank", "rank_range", "tied_groups", "win_regions")
        }
    assert document(beside, "vendors/acme.json")["n_hypotheses"] == document(alone, "vendors/acme.json")["n_hypotheses"]


def test_a_repeated_recipe_has_no_rank_on_category_boards_and_in_exports(tmp_path: Path) -> None:
    by_niche = rules(facets={"niche": Facet(values=list(rules().facets["niche"].values), role="category")})
    site = published(tmp_path, [BASE, *twins("2026-01-02", "2026-01-03")], rules=by_niche)
    board = document(site, "boards/niche/0.json")
    assert {row["entry"]: row["rank"] for row in board["rows"]} == {"acme/a": 1, "acme/base": 2, "acme/b": None}
    exported: list[dict[str, Any]] = msgspec.json.decode(export(str(site), "json", board="category"))
    assert {row["config_name"]: row["rank"] for row in exported} == {"a": 1, "base": 2, "b": None}


def test_recipes_that_say_nothing_beyond_their_vendor_are_not_taken_for_the_same(tmp_path: Path) -> None:
    silent = [recorded(f"bolt/{name}", right, settings={}) for name, right in {"a": MORE, "b": MOST}.items()]
    versioned = [
        recorded(f"cold/{name}", right, settings={}, vendor_version="1.0")
        for name, right in {"a": MORE, "b": HALF}.items()
    ]
    site = published(tmp_path, [*silent, *versioned])
    assert owners(site) == {}
    assert None not in ranks(site).values()


def test_what_decides_no_answer_makes_no_other_recipe(tmp_path: Path) -> None:
    site = published(
        tmp_path, [BASE, twins("2026-01-02", None)[0], recorded("acme/z", MOST, title="Z", contributor="Ann", **RECIPE)]
    )
    assert owners(site) == {"acme/z": "acme/a"}


def test_another_vendors_recipe_is_another_recipe(tmp_path: Path) -> None:
    assert owners(published(tmp_path, [recorded("acme/a", MORE, **RECIPE), recorded("bolt/a", MOST, **RECIPE)])) == {}


def test_a_recipe_of_another_protocol_is_not_the_same(tmp_path: Path) -> None:
    old = recorded("acme/old", MOST, protocol_version="0", on="2025-01-01", **RECIPE)
    site = published(tmp_path, [BASE, twins("2026-01-02", None)[0], old])
    assert owners(site) == {}
    [other] = document(site, "leaderboard.json")["other_protocols"]
    assert [row["rank"] for row in other["entries"]] == [1]


def test_a_recipe_in_another_track_is_not_the_same(tmp_path: Path) -> None:
    tracks = rules(facets={"niche": Facet(values=["law", "maths"], role="track")}, vendors={})
    asked = questions(niches=("law", "maths"))
    half = {"acme/a": asked[:OF_EACH], "acme/b": asked[OF_EACH:]}
    entries = [recorded(name, MORE, asked=own, **RECIPE) for name, own in half.items()]
    site = published(tmp_path, entries, rules=tracks, asked=asked)
    assert (owners(site), ranks(site)) == ({}, {"acme/a": 1, "acme/b": 1})


# A run without a rank takes none away from its recipe.


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param({"output": "?"}, id="no measurement"),
        pytest.param({"state": "platform_failure"}, id="no score"),
    ],
)
def test_a_first_run_that_cannot_be_ranked_leaves_the_rank_to_the_next(answer: dict[str, Any], tmp_path: Path) -> None:
    entries = [BASE, *twins("2026-01-02", "2026-01-03")]
    failed = [Response(prompt_id=own.id, **answer) for own in questions()]
    entries[1] = replace(entries[1], bundles=[replace(entries[1].bundles[0], responses=failed)])
    site = published(tmp_path, entries)
    assert owners(site) == {"acme/a": "acme/b"}
    assert ranks(site) == {"acme/b": 1, "acme/base": 2, "acme/a": None}


def held_out(tmp_path: Path, right: dict[str, Right], name: str = "store") -> Path:
    configured = {own: configuration(own, **RECIPE) for own in ("acme/a", "acme/b")}
    return store(tmp_path / name, right, rules=rules(), configured=configured)


def test_where_held_out_scores_rank_the_first_run_that_has_one_is_ranked(tmp_path: Path) -> None:
    entries = [BASE, *twins("2026-01-02", "2026-01-03")]
    site = published(tmp_path, entries, held_out(tmp_path, {"acme/base": HALF, "acme/b": MOST}))
    assert ranks(site) == {"acme/b": 1, "acme/base": 2, "acme/a": None}
    assert owners(site) == {"acme/a": "acme/b"}


def test_held_out_verdicts_are_about_the_run_that_is_ranked(tmp_path: Path) -> None:
    """Held-out answers carry no day here: which run stands for the recipe is decided by the public ones."""
    entries = [BASE, *twins("2026-01-03", "2026-01-02")]
    site = published(tmp_path, entries, held_out(tmp_path, {"acme/base": HALF, "acme/a": MOST, "acme/b": MOST}))
    assert owners(site) == {"acme/a": "acme/b"}
    assert list(document(site, "releases.json")["verdicts"]) == ["acme/b"]
    assert {region["held_out"] for region in rows(site)["acme/b"]["win_regions"]} == {"win"}


def test_a_default_that_was_recorded_later_is_still_what_the_others_are_compared_with(tmp_path: Path) -> None:
    base = recorded("acme/base", HALF, on="2026-02-01", **RECIPE)
    copy = recorded("acme/copy", MORE, on="2026-01-01", **RECIPE)
    site = published(tmp_path, [base, copy, recorded("acme/other", MOST)])
    assert owners(site) == {"acme/base": "acme/copy"}
    assert compared(site, "acme/copy")["reason"] == "the same recipe as acme/base"
    assert [own["verdict"] for own in compared(site, "acme/other")["slices"]] == ["win"] * 4
