"""A vendor's configurations against its default: who is compared, on which items, and what is never claimed."""

import re
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import pytest
from msgspec.structs import replace

from core_builders import RIGHT, WRONG, answers, benchmark, configuration, entry, exact_metric, item
from proofboard.core.board import groups_of
from proofboard.core.entry import GradedEntry, aliases_of
from proofboard.core.inference.vendors import (
    RELATIVE,
    AgainstDefault,
    Region,
    Untested,
    VendorFindings,
    declared_target,
    findings_by_vendor,
)
from proofboard.core.items import item_table
from proofboard.core.slices import declared_names
from proofboard.schemas.benchmark import Aggregate, Benchmark, Borda, Facet, Mean, VendorProfile, WeightedMean
from proofboard.schemas.bundle import Response
from proofboard.schemas.configuration import TargetSubgroup
from proofboard.schemas.item import Item

NICHES = ("maths", "prose")
FACETS = {"niche": Facet(values=[*NICHES, "music"]), "tier": Facet(values=["easy", "hard"])}
OF_EACH = 60
RULES = benchmark(facets=FACETS, slice_pairs=[("niche", "tier")], vendors={"acme": VendorProfile(default="base")})


def questions(of_each: int = OF_EACH, **fields: Any) -> list[Item]:
    """Ask so many items of maths, then as many of prose; every second one is hard."""
    return [
        item(n, facets={"niche": NICHES[n // of_each], "tier": ("easy", "hard")[n % 2]}, **fields)
        for n in range(2 * of_each)
    ]


ASKED = questions()


def right_on(maths: int, prose: int, of_each: int = OF_EACH) -> list[str]:
    """Answer the first so many items of each niche right."""
    return [RIGHT if n < right else WRONG for right in (maths, prose) for n in range(of_each)]


def made(name: str, maths: int, prose: int, *, rules: Benchmark = RULES, **own: Any) -> GradedEntry:
    asked = own.pop("asked", ASKED)
    return entry(rules, asked, name, right_on(maths, prose, len(asked) // 2), own=own)


BASE = made("acme/base", 30, 30)
SPECIAL = made("acme/special", 55, 30, settings={"a": 1})


def findings(
    entries: Sequence[GradedEntry], *, rules: Benchmark = RULES, asked: Sequence[Item] = ASKED, fewest: int = 50
) -> list[VendorFindings]:
    """Find what is to be found where all entries can have a rank."""
    return [
        found
        for group in groups_of(rules, item_table(asked), entries)
        for found in findings_by_vendor(group, aliases_of(group.entries, {own.name for own in entries}), fewest)
    ]


def against(entries: Sequence[GradedEntry], name: str, **options: Any) -> AgainstDefault:
    """Answer what was found of one entry, all being of one group."""
    place = sorted(own.name for own in entries).index(name)
    return next(own for vendor in findings(entries, **options) for own in vendor.entries if own.entry == place)


def verdicts(found: AgainstDefault) -> dict[str, str]:
    return {region.hypothesis.part.name: region.finding.verdict for region in found.regions}


def target(**selector: list[str]) -> TargetSubgroup:
    return TargetSubgroup(description="A niche.", selector=selector)


def on_target(maths: int, prose: int, selector: dict[str, list[str]], **options: Any) -> Region | Untested | None:
    own = made("acme/own", maths, prose, target_subgroup=target(**selector))
    return against([BASE, own], "acme/own", **options).target


# Who is compared.


def test_the_default_is_the_one_that_the_benchmark_names() -> None:
    assert verdicts(against([BASE, SPECIAL], "acme/special"))["niche=maths"] == "win"
    assert against([BASE, SPECIAL], "acme/base").reason == "it is the default"


def test_the_default_that_the_benchmark_names_needs_no_kind() -> None:
    named = made("acme/base", 30, 30, kind="seed")
    assert against([named, SPECIAL], "acme/special").reason is None


def test_nobody_makes_himself_the_default_that_others_are_measured_against() -> None:
    weak = made("acme/weak", 1, 1, kind="default", settings={"b": 1})
    found = against([BASE, SPECIAL, weak], "acme/special")
    assert verdicts(found)["niche=prose"] == "no evidence"
    assert against([BASE, SPECIAL, weak], "acme/weak").reason is None


def test_where_the_benchmark_names_none_the_kind_decides() -> None:
    rules = benchmark(facets=FACETS)
    base = made("acme/base", 30, 30, rules=rules, kind="default")
    assert verdicts(against([base, SPECIAL], "acme/special", rules=rules))["niche=maths"] == "win"


def other(name: str, **own: Any) -> GradedEntry:
    return made(name, 30, 30, **own)


CONSTANT = entry(RULES, ASKED, "acme/base", [WRONG] * len(ASKED))
UNFINISHED = entry(RULES, ASKED, "acme/base", [Response(prompt_id="q0000", state="platform_failure")])


@pytest.mark.parametrize(
    ("entries", "name", "reason"),
    [
        pytest.param([SPECIAL], "acme/special", "the vendor names no default", id="no default"),
        pytest.param(
            [other("bolt/a", kind="default"), other("bolt/b", kind="default", settings={"b": 2})],
            "bolt/a",
            "the vendor has 2 defaults",
            id="two defaults",
        ),
        pytest.param(
            [CONSTANT, SPECIAL], "acme/special", "the default has no score: all .* identical", id="invalid default"
        ),
        pytest.param(
            [UNFINISHED, SPECIAL],
            "acme/special",
            "the default has no score: its answers are incomplete",
            id="incomplete default",
        ),
        pytest.param(
            [BASE, entry(RULES, ASKED, "acme/same", [WRONG] * len(ASKED))],
            "acme/same",
            "all .* identical",
            id="invalid",
        ),
        pytest.param(
            [BASE, entry(RULES, ASKED, "acme/late", [Response(prompt_id="q0000", state="platform_failure")])],
            "acme/late",
            "its answers are incomplete",
            id="incomplete",
        ),
        pytest.param(
            [BASE, SPECIAL, made("acme/twin", 50, 30, settings={"a": 1})],
            "acme/twin",
            "the same recipe as acme/special",
            id="the recipe of another",
        ),
        pytest.param(
            [made("acme/base", 30, 30, settings={"d": 1}), made("acme/again", 55, 30, settings={"d": 1})],
            "acme/again",
            "the same recipe as acme/base",
            id="the recipe of the default, which comes later",
        ),
    ],
)
def test_who_is_not_compared_has_a_reason(entries: list[GradedEntry], name: str, reason: str) -> None:
    found = against(entries, name)
    assert found.reason is not None
    assert re.fullmatch(reason, found.reason), found.reason
    assert (list(found.regions), found.target) == ([], None)


def test_points_by_rank_are_compared_with_nobody() -> None:
    rules = replace(RULES, headline="points", aggregates={"points": Aggregate(borda=Borda(children=["correct"]))})
    targeted = made("acme/own", 55, 30, rules=rules, target_subgroup=target(niche=["maths"]))
    found = against([made("acme/base", 30, 30, rules=rules), targeted], "acme/own", rules=rules)
    assert (found.reason, list(found.regions), found.target) == (RELATIVE, [], None)


# On which slices.


def test_a_vendor_is_a_family_of_its_own() -> None:
    rules = replace(RULES, vendors={"acme": VendorProfile(default="base"), "bolt": VendorProfile(default="base")})
    both = [BASE, SPECIAL, other("bolt/base"), other("bolt/x", settings={"x": 1})]
    alone, beside = findings(both[:2], rules=rules), findings(both, rules=rules)
    assert [found.vendor for found in beside] == ["acme", "bolt"]
    assert [found.n_hypotheses for found in beside] == [4, 4]
    assert [region.finding for region in beside[0].entries[1].regions] == [
        region.finding for region in alone[0].entries[1].regions
    ]


def test_a_track_is_a_family_of_its_own() -> None:
    rules = benchmark(
        facets={"niche": Facet(values=list(NICHES), role="track"), "tier": FACETS["tier"]},
        vendors={"acme": VendorProfile(default="base")},
    )
    maths, prose = ([row for row in answers(right_on(30, 30)) if (row.prompt_id < "q0060") == own] for own in (1, 0))
    entries = [
        entry(rules, ASKED, "acme/base", maths),
        entry(rules, ASKED, "acme/x", maths, own={"settings": {"x": 1}}),
        entry(rules, ASKED, "acme/other", prose, own={"settings": {"x": 2}}),
    ]
    in_maths, in_prose = findings(entries, rules=rules, fewest=10)
    # Two tiers, and the niche that is the whole track.
    assert (in_maths.n_hypotheses, in_prose.n_hypotheses) == (3, 0)
    assert [own.reason for own in in_prose.entries] == ["the vendor names no default"]


@pytest.mark.parametrize(("fewest", "expected"), [(61, ["tier=easy", "tier=hard"]), (121, [])])
def test_slices_of_fewer_items_than_the_policy_asks_for_are_not_tested(fewest: int, expected: list[str]) -> None:
    asked = [replace(own, facets={**own.facets, "tier": ("easy", "hard")[n >= 20]}) for n, own in enumerate(ASKED)]
    expected = ["tier=hard"] if expected else []
    assert sorted(verdicts(against([BASE, SPECIAL], "acme/special", asked=asked, fewest=fewest))) == expected


def test_exactly_so_many_items_are_enough() -> None:
    found = verdicts(against([BASE, SPECIAL], "acme/special", fewest=60))
    assert sorted(found) == ["niche=maths", "niche=prose", "tier=easy", "tier=hard"]


def test_the_overall_set_is_no_slice() -> None:
    ahead = made("acme/ahead", 60, 60, settings={"all": 1})
    assert "overall" not in verdicts(against([BASE, ahead], "acme/ahead"))


def test_pairs_that_are_declared_are_slices() -> None:
    assert verdicts(against([BASE, SPECIAL], "acme/special", fewest=30))["niche=maths×tier=hard"] == "win"


def test_items_that_the_headline_does_not_measure_do_not_fill_a_slice() -> None:
    rules = replace(
        RULES, headline="hard", aggregates={"hard": Aggregate(mean=Mean(metric="correct", slice={"tier": ["hard"]}))}
    )
    both = [made(own.name, right, 30, rules=rules, settings={"r": right}) for own, right in ((BASE, 30), (SPECIAL, 55))]
    assert sorted(verdicts(against(both, "acme/special", rules=rules, fewest=31))) == ["tier=hard"]


# The target.


@pytest.mark.parametrize(("maths", "verdict"), [(55, "win"), (31, "no evidence"), (5, "loss")])
def test_a_target_is_won_lost_or_neither(maths: int, verdict: str) -> None:
    found = on_target(maths, 30, {"niche": ["maths"]})
    assert isinstance(found, Region)
    assert (found.finding.verdict, found.hypothesis.n_items) == (verdict, 60)
    assert found.hypothesis.difference == Fraction(maths - 30, 60)


def test_a_target_is_tested_by_itself_whatever_else_the_vendor_offers() -> None:
    """Six items ahead are enough for one test, and for none of many."""
    own = made("acme/own", 36, 30, target_subgroup=target(niche=["maths"]), settings={"own": 1})
    noise = [[RIGHT if (q * q * (c + 3) + q) % 13 < 6 else WRONG for q in range(len(ASKED))] for c in range(12)]
    crowd = [entry(RULES, ASKED, f"acme/c{c}", own, own={"settings": {"c": c}}) for c, own in enumerate(noise)]
    found = against([BASE, own, *crowd], "acme/own")
    assert isinstance(found.target, Region)
    assert (found.target.finding.verdict, verdicts(found)["niche=maths"]) == ("win", "no evidence")
    alone = against([BASE, own], "acme/own").target
    assert isinstance(alone, Region)
    assert alone.finding == found.target.finding


def test_each_entry_is_tested_on_its_own_target() -> None:
    """Two targets of one board are two sets of items, though both are called a target."""
    both = [
        made("acme/m", 55, 30, target_subgroup=target(niche=["maths"]), settings={"m": 1}),
        made("acme/p", 55, 33, target_subgroup=target(niche=["prose"]), settings={"p": 1}),
    ]
    found = [against([BASE, *both], own.name).target for own in both]
    differences = [own.hypothesis.difference for own in found if isinstance(own, Region)]
    assert differences == [Fraction(25, 60), Fraction(3, 60)]


def test_a_target_of_several_values_is_their_union() -> None:
    found = on_target(55, 45, {"niche": ["maths", "prose"]})
    assert isinstance(found, Region)
    assert (found.hypothesis.n_items, found.hypothesis.difference) == (120, Fraction(40, 120))


def test_a_target_of_two_facets_is_what_has_both() -> None:
    found = on_target(55, 30, {"niche": ["maths"], "tier": ["hard"]}, fewest=30)
    assert isinstance(found, Region)
    assert found.hypothesis.n_items == 30


def test_a_target_of_too_few_items_says_how_many_it_has() -> None:
    found = on_target(59, 59, {"niche": ["maths"], "tier": ["hard"]})
    assert found == Untested("30 items of the target, at least 50 are needed", 30)


def test_a_target_without_items_is_not_tested() -> None:
    assert on_target(59, 59, {"niche": ["music"]}) == Untested("0 items of the target, at least 50 are needed", 0)


def test_answers_that_are_left_out_make_no_verdict_on_a_target() -> None:
    rules = replace(RULES, metrics={"correct": exact_metric(missing="drop")})
    own = entry(
        rules, ASKED, "acme/own", [None, *right_on(59, 59)[1:]], own={"target_subgroup": target(niche=["maths"])}
    )
    found = against([made("acme/base", 30, 30, rules=rules), own], "acme/own", rules=rules)
    assert found.target == Untested("the answers to the target's items are incomplete", 60)
    assert sorted(verdicts(found)) == ["niche=prose", "tier=hard"]


# Confirmed on what came later.

LATER = [replace(own, created="2026-06-01" if n % 2 else "2026-01-01") for n, own in enumerate(questions(120))]
"""Half of the items of each niche are older than the entry, half are younger."""


def alternating(old: int, new: int, of_each: int = 120) -> list[str]:
    """Answer so many of the older items of maths right, and so many of the younger; the first ones come first."""
    maths = [RIGHT if n // 2 < (new if n % 2 else old) else WRONG for n in range(of_each)]
    return [*maths, *right_on(0, 30, of_each)[of_each:]]


def state_of(own: Sequence[str], accepted: str | None, asked: Sequence[Item] = LATER) -> tuple[str, bool]:
    base = entry(RULES, asked, "acme/base", alternating(30, 30))
    ahead = replace(entry(RULES, asked, "acme/ahead", own, own={"settings": {"a": 1}}), accepted=accepted)
    found = against([base, ahead], "acme/ahead", asked=asked)
    [region] = [own for own in found.regions if own.hypothesis.part.name == "niche=maths"]
    return region.finding.verdict, region.confirmed


def test_a_win_that_holds_on_later_items_is_confirmed() -> None:
    assert state_of(alternating(50, 50), "2026-03-01") == ("win", True)


def test_a_win_on_older_items_alone_is_never_confirmed() -> None:
    assert state_of(alternating(60, 30), "2026-03-01") == ("win", False)


def test_a_win_that_later_items_reverse_is_not_confirmed() -> None:
    assert state_of(alternating(60, 15), "2026-03-01") == ("win", False)


@pytest.mark.parametrize("accepted", [None, "2026-06-01", "2026-06-01T00:00:00Z", "2026-07-01"])
def test_without_items_of_a_later_day_nothing_is_confirmed(accepted: str | None) -> None:
    assert state_of(alternating(50, 50), accepted) == ("win", False)


def test_items_of_no_known_day_confirm_nothing() -> None:
    undated = [replace(own, created=None) for own in LATER]
    assert state_of(alternating(50, 50), "2026-03-01", undated) == ("win", False)


@pytest.mark.parametrize(("fresh", "confirmed"), [(29, [False]), (30, [True])])
def test_a_region_is_confirmed_on_at_least_30_later_items(fresh: int, confirmed: list[bool]) -> None:
    day = ["2026-06-01" if n % 2 and n // 2 < fresh else "2026-01-01" for n in range(len(LATER))]
    asked = [replace(own, created=created) for own, created in zip(LATER, day, strict=True)]
    base = entry(RULES, asked, "acme/base", alternating(10, 10))
    ahead = replace(
        entry(RULES, asked, "acme/a", alternating(40, 40), own={"settings": {"a": 1}}), accepted="2026-03-01"
    )
    found = against([base, ahead], "acme/a", asked=asked)
    assert [own.confirmed for own in found.regions if own.hypothesis.part.name == "niche=maths"] == confirmed


def test_a_part_without_later_items_is_left_out_of_a_sum_that_allows_it() -> None:
    rules = replace(
        RULES,
        headline="mix",
        aggregates={
            "easy": Aggregate(mean=Mean(metric="correct", slice={"tier": ["easy"]})),
            "hard": Aggregate(mean=Mean(metric="correct", slice={"tier": ["hard"]})),
            "mix": Aggregate(weighted=WeightedMean(children={"easy": 1, "hard": 2}, missing="present")),
        },
    )
    base = entry(rules, LATER, "acme/base", alternating(30, 30))
    own = entry(rules, LATER, "acme/a", alternating(50, 50), own={"settings": {"a": 1}})
    # Every later item is hard: of the easy ones there is nothing to test again.
    found = against([base, replace(own, accepted="2026-03-01")], "acme/a", rules=rules, asked=LATER)
    assert [own.confirmed for own in found.regions if own.hypothesis.part.name == "niche=maths"] == [True]


# Targets that may be asked of held-out items.


@pytest.mark.parametrize(
    ("selector", "expected"),
    [
        ({"niche": ["maths"]}, "niche=maths"),
        ({"niche": ["maths"], "tier": ["hard"]}, "niche=maths×tier=hard"),
        ({"tier": ["hard"], "niche": ["maths"]}, "niche=maths×tier=hard"),
        ({"niche": ["maths", "prose"]}, None),
        ({"niche": ["maths", "maths"]}, None),
        ({"niche": ["maths"], "tier": ["easy", "hard"]}, None),
        ({"niche": ["maths"], "tier": ["hard"], "voice": ["loud"]}, None),
        ({"niche": ["maths"], "voice": ["loud"]}, None),
        ({"niche": ["unheard-of"]}, None),
        ({"niche": []}, None),
        ({}, None),
    ],
)
def test_a_target_is_declared_as_one_value_or_as_one_of_a_declared_pair(
    selector: dict[str, list[str]], expected: str | None
) -> None:
    rules = replace(RULES, facets={**FACETS, "voice": Facet(values=["loud"])})
    own = configuration("acme/own", target_subgroup=target(**selector))
    assert declared_target(own, declared_names(rules)) == expected


def test_without_a_target_none_is_declared() -> None:
    assert declared_target(configuration("acme/own"), declared_names(RULES)) is None
