"""A comparison says what changed between two publications, and why."""

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner

from builders import benchmark, built, entry, held_out_store, items, three_entries
from proofboard.app.reading.differing import diff
from proofboard.cli.diff import command
from proofboard.publish.views.difference import Changed, Comparison, flat
from proofboard.publish.views.difference_text import comparison_text
from proofboard.schemas.benchmark import GraderSpec, Judge, Metric, Policies
from proofboard.schemas.bundle import Usage
from proofboard.schemas.configuration import Decoding, TargetSubgroup
from vendor_cases import everywhere, questions, recorded, rules
from vendor_cases import store as vendor_store


def compared(tmp_path: Path, before: dict[str, Any], after: dict[str, Any]) -> Comparison:
    """Compare the builds of two sets of options of `built`."""
    return diff(str(built(tmp_path, name="before", **before)), str(built(tmp_path, name="after", **after)))


def change_of(found: Comparison, name: str) -> Changed:
    [change] = [change for change in found.changed if change.entry == name]
    return change


def test_two_builds_of_the_same_benchmark_are_equal(tmp_path: Path) -> None:
    found = compared(tmp_path, {}, {})
    assert found.equal
    parts = (found.header, found.added, found.removed, found.changed, found.skipped, found.documents)
    assert not any(parts)


def test_an_added_entry_is_told_with_its_rank_and_those_it_moved(tmp_path: Path) -> None:
    found = compared(tmp_path, {}, {"entries": [*three_entries(), entry("acme/new", 6)]})
    assert [(own.entry, own.rank, own.public) for own in found.added] == [("acme/new", 2, 0.75)]
    moved = change_of(found, "acme/base")
    assert (moved.kind, moved.rank) == ("moved", (2, 3))
    assert moved.reasons == ["other entries came, went or were rescored"]


def test_a_removed_entry_is_no_longer_listed(tmp_path: Path) -> None:
    found = compared(tmp_path, {}, {"entries": three_entries()[:2]})
    assert [(own.entry, own.skipped) for own in found.removed] == [("bolt/base", None)]
    assert "bolt/base: is no longer listed (had rank 2, public 0.625)" in comparison_text(found)


def test_a_removed_entry_that_is_now_skipped_says_why(tmp_path: Path) -> None:
    found = compared(tmp_path, {}, {"entries": [*three_entries()[:2], entry("bolt/base", -1)]})
    assert [(own.entry, own.skipped) for own in found.removed] == [("bolt/base", "no recorded bundle is there")]
    assert found.skipped == {"bolt/base": (None, "no recorded bundle is there")}


def test_a_skipped_entry_that_is_recorded_now_is_added(tmp_path: Path) -> None:
    found = compared(
        tmp_path, {"entries": [entry("acme/a"), entry("acme/b", -1)]}, {"entries": [entry("acme/a"), entry("acme/b")]}
    )
    assert [own.skipped for own in found.added] == ["no recorded bundle is there"]


def test_other_answers_are_a_changed_bundle(tmp_path: Path) -> None:
    found = compared(tmp_path, {}, {"entries": [entry("acme/best", 6), *three_entries()[1:]]})
    change = change_of(found, "acme/best")
    assert (change.kind, change.public, change.rank) == ("rescored", (0.875, 0.75), (1, 1))
    assert change.reasons == ["bundle public changed"]


def test_another_recipe_is_a_changed_configuration_and_a_new_bundle(tmp_path: Path) -> None:
    one, other = (entry("acme/a", right, decoding=Decoding(temperature=heat)) for right, heat in ((4, 0.0), (6, 1.0)))
    change = change_of(compared(tmp_path, {"entries": [one]}, {"entries": [other]}), "acme/a")
    assert change.reasons == ["configuration changed (what decides answers)", "bundle public changed"]


def test_another_description_changes_nothing_that_decides_answers(tmp_path: Path) -> None:
    one, other = (entry("acme/a", 4, description=text) for text in ("old", "new"))
    change = change_of(compared(tmp_path, {"entries": [one]}, {"entries": [other]}), "acme/a")
    assert (change.kind, change.reasons) == (
        "changed",
        ["configuration's description changed (nothing that decides answers)"],
    )


def test_another_grader_is_a_change_of_the_grading_rules(tmp_path: Path) -> None:
    lenient = benchmark(metrics={"correct": Metric(grader=GraderSpec(kind="includes"))})
    found = compared(tmp_path, {}, {"rules": lenient})
    assert "rules.benchmark.metrics.correct.grader.kind" in found.header
    change = change_of(found, "acme/best")
    assert change.kind == "rescored"
    assert change.reasons == ["grading rules changed (references, metrics, graders or policies)"]


def test_another_reference_names_the_item(tmp_path: Path) -> None:
    asked = items()
    wrong = [msgspec.structs.replace(asked[0], reference="other"), *asked[1:]]
    found = compared(tmp_path, {}, {"asked": wrong})
    assert (found.items.added, found.items.removed, found.items.changed) == ([], [], ["q0"])
    assert change_of(found, "acme/best").public == (0.875, 0.75)
    assert "items changed (1 changed)" in change_of(found, "acme/best").reasons


def test_another_reference_of_an_item_without_text_names_the_item(tmp_path: Path) -> None:
    asked = [msgspec.structs.replace(item, prompt=None) for item in items()]
    wrong = [msgspec.structs.replace(asked[0], reference="other"), *asked[1:]]
    assert compared(tmp_path, {"asked": asked}, {"asked": wrong}).items.changed == ["q0"]


def test_more_items_are_added_items(tmp_path: Path) -> None:
    asked = items(10)
    found = compared(
        tmp_path,
        {"entries": [entry("acme/a", 4)]},
        {"entries": [entry("acme/a", 4, asked=asked)], "asked": asked},
    )
    assert found.items.added == ["q8", "q9"]
    assert change_of(found, "acme/a").public == (0.5, 0.4)
    assert found.header["public_set.n_items"] == (8, 10)


def test_a_released_held_out_score_moves_the_ranking(tmp_path: Path) -> None:
    store = held_out_store(tmp_path / "store", {"acme/best": 20, "acme/base": 40})
    found = compared(tmp_path, {}, {"held_out": store})
    assert found.header["ranking"] == ("public desc", "held_out desc")
    change = change_of(found, "acme/base")
    assert (change.kind, change.held_out, change.rank) == ("rescored", (None, 0.65), (2, 1))
    assert change.reasons == ["held-out score released"]


def test_a_changed_held_out_score_says_so(tmp_path: Path) -> None:
    stores = [held_out_store(tmp_path / str(right), {"acme/best": right}) for right in (20, 30)]
    found = compared(tmp_path, {"held_out": stores[0]}, {"held_out": stores[1]})
    assert change_of(found, "acme/best").reasons == ["held-out score changed"]


def test_a_withdrawn_held_out_score_says_so(tmp_path: Path) -> None:
    store = held_out_store(tmp_path / "store", {"acme/best": 20})
    assert "held-out score withdrawn" in change_of(compared(tmp_path, {"held_out": store}, {}), "acme/best").reasons


def test_an_entry_recorded_under_another_protocol_says_so(tmp_path: Path) -> None:
    one, other = (entry("acme/best", 7, protocol_version=version) for version in ("1", "0"))
    found = compared(tmp_path, {"entries": [one]}, {"entries": [other]})
    assert "protocol version moved from 1 to 0" in change_of(found, "acme/best").reasons


@pytest.mark.parametrize(
    ("path", "changes"),
    [
        ("eval_protocol_version", {"protocol_version": "2"}),
        ("judge_model", {"judge": Judge(model="judge-2")}),
        ("rules.benchmark.policies.minimum_cell", {"policies": Policies(minimum_cell=60)}),
        ("title", {"title": "Another title"}),
    ],
)
def test_a_change_of_the_header_or_of_the_rules_is_told(tmp_path: Path, path: str, changes: dict[str, Any]) -> None:
    found = compared(tmp_path, {}, {"rules": benchmark(**changes)})
    assert path in found.header


def test_a_change_of_usage_alone_is_neither_a_rescore_nor_a_move(tmp_path: Path) -> None:
    one, other = (entry("acme/a", 4, usage=Usage(total_tokens=count)) for count in (10, 20))
    change = change_of(compared(tmp_path, {"entries": [one]}, {"entries": [other]}), "acme/a")
    assert change.kind == "changed"
    assert change.fields["usage.total_tokens"] == (80, 160)


LEVEL = everywhere(range(50))
WON, LOST = {**LEVEL, "maths": range(90)}, {**LEVEL, "law": range(90)}
TARGET = TargetSubgroup(description="Sums", selector={"niche": ["maths"]})


def of_acme(tmp_path: Path, before: dict[str, Any], after: dict[str, Any], **options: Any) -> Comparison:
    """Compare two boards of one vendor, each given as the answers of its entries."""
    made = [
        {"entries": [recorded(name, right, target_subgroup=TARGET) for name, right in own.items()], **options}
        for own in (before, after)
    ]
    given = {"rules": rules(), "asked": questions()}
    return compared(tmp_path, {**given, **made[0]}, {**given, **made[1]})


def told(found: Comparison, name: str) -> str:
    """Answer the line of the text that is about an entry."""
    return next(line for line in comparison_text(found).splitlines() if line.startswith(f"  {name}: "))


def test_a_region_that_is_won_in_the_place_of_another_is_told_in_words(tmp_path: Path) -> None:
    found = of_acme(tmp_path, {"acme/base": LEVEL, "acme/x": WON}, {"acme/base": LEVEL, "acme/x": LOST})
    line = told(found, "acme/x")
    assert "wins niche=law; no longer wins niche=maths" in line
    assert "target wins its target -> not shown" in line
    assert "win_regions" not in line


def test_a_region_whose_bound_moved_says_from_where_to_where(tmp_path: Path) -> None:
    more = {**LEVEL, "maths": range(95)}
    line = told(of_acme(tmp_path, {"acme/base": LEVEL, "acme/x": WON}, {"acme/base": LEVEL, "acme/x": more}), "acme/x")
    assert "niche=maths at least 0." in line


def test_another_entry_widens_the_possible_ranks_of_the_others(tmp_path: Path) -> None:
    one = {"acme/a": everywhere(range(10, 61)), "acme/b": LEVEL}
    found = of_acme(tmp_path, one, {**one, "acme/c": everywhere(range(20, 71))}, rules=rules(vendors={}))
    assert "possible ranks [1,2] -> [1,3]" in told(found, "acme/a")
    assert change_of(found, "acme/a").reasons == ["other entries came, went or were rescored"]
    assert change_of(found, "acme/b").kind == "moved"


def test_a_repeated_recipe_says_whose_it_is(tmp_path: Path) -> None:
    given = {"rules": rules(vendors={}), "asked": questions()}
    own = recorded("acme/b", LEVEL, on="2026-02-02")
    first = recorded("acme/a", LEVEL, settings={"own": "b"})
    found = compared(tmp_path, {**given, "entries": [own]}, {**given, "entries": [first, own]})
    assert "rank 1 -> none; possible ranks [1,1] -> none; same recipe as none -> acme/a" in told(found, "acme/b")


def test_held_out_verdicts_that_changed_are_a_reason(tmp_path: Path) -> None:
    """Ten of law and twenty of maths, or the other way: the same score, another verdict."""
    own, asked = rules(), questions()
    entries = [recorded("acme/base", LEVEL), recorded("acme/x", WON)]
    ahead = {niche: {**everywhere(range(30)), niche: range(55)} for niche in ("maths", "law")}
    one, other = (
        vendor_store(tmp_path / niche, {"acme/base": everywhere(range(30)), "acme/x": right}, 60, rules=own)
        for niche, right in ahead.items()
    )
    given = {"entries": entries, "rules": own, "asked": asked}
    found = compared(tmp_path, {**given, "held_out": one}, {**given, "held_out": other})
    assert change_of(found, "acme/x").reasons == ["held-out verdicts changed"]
    assert "niche=maths held-out win -> no evidence" in told(found, "acme/x")


def test_the_text_tells_every_kind_of_change_sorted(tmp_path: Path) -> None:
    after = [entry("acme/best", 4), entry("zeta/new", 8), entry("acme/also-new", 8)]
    text = comparison_text(compared(tmp_path, {}, {"entries": after}))
    assert text.index("acme/also-new: rank 1") < text.index("zeta/new: rank 1")
    assert "acme/best: public 0.875 -> 0.5; rank 1 -> 3" in text
    assert "    because: bundle public changed" in text


def test_the_text_lets_no_name_act_on_the_terminal(tmp_path: Path) -> None:
    text = comparison_text(compared(tmp_path, {}, {"rules": benchmark(title="\x1b[2Jgone")}))
    assert "\x1b" not in text


def test_the_command_ends_with_0_when_equal_and_1_when_different(tmp_path: Path) -> None:
    one, other = str(built(tmp_path, name="one")), str(built(tmp_path, three_entries()[:2], name="other"))
    assert CliRunner().invoke(command, [one, one]).exit_code == 0
    done = CliRunner().invoke(command, [one, other, "--json"])
    assert done.exit_code == 1
    assert json.loads(done.output)["removed"][0]["entry"] == "bolt/base"


def test_flat_names_every_leaf_by_its_path() -> None:
    assert flat({"a": {"b": 1, "c": {}}, "d": [1]}) == {"a.b": 1, "a.c": {}, "d": [1]}
