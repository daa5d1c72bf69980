"""What leaves the held-out set at a close: coarse scores, reasons from a closed list, verdicts, and nothing else."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from builders import benchmark, benchmark_folder, files_of, held_out_store, three_entries
from command_line import run
from core_builders import benchmark as in_memory
from core_builders import everything, scoring
from core_builders import items as asked_in_memory
from proofboard import canonical
from proofboard.core.inference.win_regions import findings_of, hypotheses
from proofboard.disclosure.verdicts import ReleasedVerdicts, release_verdicts
from proofboard.errors import DisclosureError
from proofboard.record.freeze import freeze, write
from proofboard.record.imported import NewBundle
from proofboard.schemas.benchmark import GraderSpec, Metric, Policies
from proofboard.schemas.bundle import Response, Usage
from proofboard.schemas.configuration import TargetSubgroup
from proofboard.schemas.item import prompts_digest
from vendor_cases import (
    NICHES,
    Right,
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

COUNT = 60
"""Held-out items of each niche."""
LEVEL = everywhere(range(50))
BETTER = {**LEVEL, "maths": range(90)}
HELD_LEVEL, HELD_BETTER = everywhere(range(30)), {**everywhere(range(30)), "maths": range(55)}
MATHS = TargetSubgroup(description="Sums", selector={"niche": ["maths"]})
TWO = TargetSubgroup(description="Sums and songs", selector={"niche": ["maths", "music"]})


def close(
    tmp_path: Path,
    right: Mapping[str, Right] | None = None,
    policies: Policies | None = None,
    target: TargetSubgroup | None = MATHS,
    name: str = "site",
) -> Path:
    """Close a board with a held-out set of 60 items of each niche."""
    own = rules(policies=policies or Policies())
    configured = {"acme/aims": configuration("acme/aims", target_subgroup=target)}
    given = {"acme/base": HELD_LEVEL, "acme/aims": HELD_BETTER} if right is None else right
    held = store(tmp_path / f"{name}-store", given, COUNT, rules=own, configured=configured)
    entries = [recorded("acme/base", LEVEL), recorded("acme/aims", BETTER, target_subgroup=target)]
    return published(tmp_path, entries, held, rules=own, name=name)


def verdicts(site: Path) -> dict[str, Any]:
    found: dict[str, Any] = document(site, "releases.json")["verdicts"]
    return found


# Nothing else leaves.


def test_other_answers_with_the_same_released_values_give_the_same_bytes(tmp_path: Path) -> None:
    """Other items are right and wrong in every niche, by other words, at other cost, on another day."""
    one = close(tmp_path)
    shifted: dict[str, Right] = {
        "acme/base": everywhere(range(20, 50)),
        "acme/aims": {**everywhere(range(20, 50)), "maths": range(4, 59)},
    }
    other = close(tmp_path, shifted, name="other")
    _talk(tmp_path / "other-store", shifted)
    again = _again(tmp_path, tmp_path / "other-store")
    assert verdicts(one)["acme/aims"]["regions"]["niche=maths"] == "win"
    assert files_of(one) == files_of(other) == files_of(again)


def _talk(place: Path, right: Mapping[str, Right]) -> None:
    """Record more of the same answers: their cost, their time, other wrong words, claims and a day."""
    asked = questions(COUNT, "h")
    usage = Usage(prompt_tokens=7, completion_tokens=9, calls=3, microseconds=123456, cost_nanodollars=77)
    for name, own in right.items():
        target = MATHS if name == "acme/aims" else None
        responses = [
            Response(
                prompt_id=item.id,
                output=item.reference
                if int(str(item.reference)) in own[item.facets["niche"]]
                else f"I would say {item.id}",
                usage=usage,
            )
            for item in asked
        ]
        bundle = NewBundle(
            item_set="held_out",
            responses=responses,
            recorded="2026-05-05",
            claims={"score": 0.123, "note": "h-maths-0007"},
        )
        made = configuration(name, target_subgroup=target)
        for file, raw in freeze(bundle, "small", "1", made, prompts_digest(asked)).items():
            write(place / "entries" / name / "held-out" / file, raw)


def _again(tmp_path: Path, held: Path) -> Path:
    entries = [recorded("acme/base", LEVEL), recorded("acme/aims", BETTER, target_subgroup=MATHS)]
    return published(tmp_path, entries, held, rules=rules(policies=Policies()), name="again")


def test_what_stands_beside_a_released_score_follows_from_it_alone(tmp_path: Path) -> None:
    """120 and 121 of 240 are released as one score: gap, intervals, ranks and groups must not tell which it was."""
    exact = {**HELD_LEVEL, "law": range(31)}
    one = close(tmp_path, {"acme/base": HELD_LEVEL, "acme/aims": HELD_LEVEL})
    other = close(tmp_path, {"acme/base": HELD_LEVEL, "acme/aims": exact}, name="other")
    assert document(one, "releases.json") == document(other, "releases.json")
    assert files_of(one) == files_of(other)
    row = rows(one)["acme/aims"]
    assert (row["rank_range"], row["held_out"]["score"]) == ([1, 2], 0.5)
    low, high = row["overfit_interval"]
    assert low < row["overfit_gap"] < high


def test_a_released_document_holds_scores_sizes_reasons_and_verdicts_only(tmp_path: Path) -> None:
    site = close(tmp_path, {"acme/base": HELD_LEVEL})
    released = document(site, "releases.json")
    assert released["pending"] == {"acme/aims": "no held-out responses are recorded"}
    assert [sorted(own) for own in released["releases"]] == [["config_name", "n_items", "n_prompts", "score", "vendor"]]
    assert sorted(released) == [
        "demonstration", "held_out_scored", "n_prompts", "pending", "releases", "schema_version", "verdicts",
    ]  # fmt: skip


def test_verdicts_are_made_by_the_gate_and_by_nothing_else() -> None:
    with pytest.raises(DisclosureError, match="released by"):
        ReleasedVerdicts({"niche=maths": "win"}, None, None)


# Verdicts on parts.


@pytest.mark.parametrize(
    ("region_items", "minimum_cell", "expected"),
    [
        pytest.param(10, 60, set(NICHES), id="enough for both"),
        pytest.param(60, 10, set(NICHES), id="enough for both, the other way"),
        pytest.param(10, 61, set(), id="a smaller region policy does not go below the minimum cell"),
        pytest.param(61, 10, set(), id="too few for a region"),
    ],
)
def test_held_out_verdicts_need_as_many_items_as_regions_and_cells_both_do(
    region_items: int, minimum_cell: int, expected: set[str], tmp_path: Path
) -> None:
    site = close(tmp_path, policies=Policies(win_region_items=region_items, minimum_cell=minimum_cell))
    own = verdicts(site).get("acme/aims", {})
    assert set(own.get("regions", {})) == {f"niche={niche}" for niche in expected}
    assert document(site, "releases.json")["pending"] == {}


@pytest.mark.parametrize("items", [49, 50])
def test_the_gate_counts_once_more(items: int) -> None:
    let_out = release_verdicts({"a=b": ("win", items)}, ("not shown", items), Policies())
    expected = ({"a=b": "win"}, "not shown") if items == 50 else ({}, None)
    assert (let_out.regions, let_out.overfit_test) == expected


def test_a_public_win_on_a_part_that_is_too_small_held_out_has_no_held_out_verdict(tmp_path: Path) -> None:
    site = close(tmp_path, policies=Policies(win_region_items=61))
    [region] = rows(site)["acme/aims"]["win_regions"]
    assert (region["slice"], region["held_out"]) == ("niche=maths", None)


def test_a_target_that_is_a_declared_slice_has_the_held_out_verdict_on_that_slice(tmp_path: Path) -> None:
    site = close(tmp_path)
    assert verdicts(site)["acme/aims"]["regions"]["niche=maths"] == "win"
    assert rows(site)["acme/aims"]["target_verdict"]["held_out"] == "win"


@pytest.mark.parametrize("target", [None, TWO], ids=["no target", "a choice of its own"])
def test_a_target_that_is_no_declared_slice_has_no_held_out_verdict(
    target: TargetSubgroup | None, tmp_path: Path
) -> None:
    site = close(tmp_path, target=target)
    shown = rows(site)["acme/aims"]["target_verdict"]
    assert (shown and shown["held_out"]) is None


@pytest.mark.parametrize(
    ("right", "policies"),
    [
        pytest.param({"acme/base": HELD_LEVEL}, Policies(), id="not recorded"),
        pytest.param(None, Policies(minimum_cell=241), id="withheld"),
        pytest.param({"acme/base": HELD_LEVEL, "acme/aims": everywhere(range(60))}, Policies(), id="all right"),
    ],
)
def test_without_a_released_score_there_is_no_verdict(
    right: Mapping[str, Right] | None, policies: Policies, tmp_path: Path
) -> None:
    site = close(tmp_path, right, policies)
    released = {own["config_name"] for own in document(site, "releases.json")["releases"]}
    assert {name.split("/")[1] for name in verdicts(site)} <= released


def test_a_held_out_run_that_is_no_measurement_has_neither_score_nor_verdict(tmp_path: Path) -> None:
    close(tmp_path)
    held = tmp_path / "site-store"
    asked = questions(COUNT, "h")
    constant = NewBundle(item_set="held_out", responses=[Response(prompt_id=own.id, output="7") for own in asked])
    made = configuration("acme/aims", target_subgroup=MATHS)
    for file, raw in freeze(constant, "small", "1", made, prompts_digest(asked)).items():
        write(held / "entries/acme/aims/held-out" / file, raw)
    site = _again(tmp_path, held)
    assert document(site, "releases.json")["pending"] == {"acme/aims": "the held-out run is not complete"}
    assert verdicts(site) == {}


# The overfit test.


def crowd(tmp_path: Path, memorised: int, honest: int = 11, **options: Any) -> dict[str, Any]:
    """Close a board of honest entries and one that knows some public items by heart; answer its rows."""
    public = {f"v/c{n}": everywhere(range(40 + n, 80 + 2 * n)) for n in range(honest)}
    held: dict[str, Right] = {f"v/c{n}": everywhere(range(24 + n, 48 + 2 * n)) for n in range(honest)}
    public["v/m"], held["v/m"] = everywhere(range(40 + memorised)), everywhere(range(24))
    own = rules(vendors={}, **options)
    place = store(tmp_path / "store", held, COUNT, rules=own)
    return rows(published(tmp_path, [recorded(name, right) for name, right in public.items()], place, rules=own))


def test_whoever_knows_public_items_by_heart_is_told_from_those_who_do_not(tmp_path: Path) -> None:
    found = {name: row["overfit_test"] for name, row in crowd(tmp_path, 50).items()}
    assert found.pop("v/m") == "beyond chance"
    assert set(found.values()) == {"not shown"}


def test_without_a_panel_there_is_no_verdict_on_the_gap(tmp_path: Path) -> None:
    assert {row["overfit_test"] for row in crowd(tmp_path, 50, honest=9).values()} == {None}


def test_a_run_that_is_no_measurement_is_in_nobodys_panel(tmp_path: Path) -> None:
    """Ten others make a panel: an eleventh entry whose public answers are all alike does not make it one."""
    own = rules(vendors={})
    held: dict[str, Right] = {f"v/c{n}": everywhere(range(24 + n, 48 + 2 * n)) for n in range(11)}
    place = store(tmp_path / "store", held, COUNT, rules=own)
    entries = [recorded(name, everywhere(range(40 + n, 80 + 2 * n))) for n, name in enumerate(held)]
    same = [Response(prompt_id=item.id, output="7") for item in questions()]
    entries[0] = type(entries[0])(entries[0].configuration, [NewBundle(responses=same, recorded="2026-01-02")])
    found = rows(published(tmp_path, entries, place, rules=own))
    assert {row["overfit_test"] for row in found.values()} == {None}


def test_a_recipe_counts_once_in_the_panels_of_the_others(tmp_path: Path) -> None:
    own = rules(vendors={})
    names: dict[str, dict[str, Any]] = {f"v/c{n}": {"settings": {"recipe": min(n, 9)}} for n in range(11)}
    held: dict[str, Right] = {name: everywhere(range(24 + n, 48 + 2 * n)) for n, name in enumerate(names)}
    configured = {name: configuration(name, **fields) for name, fields in names.items()}
    place = store(tmp_path / "store", held, COUNT, rules=own, configured=configured)
    entries = [recorded(name, everywhere(range(40 + n, 80 + 2 * n)), **names[name]) for n, name in enumerate(names)]
    found = rows(published(tmp_path, entries, place, rules=own))
    assert {row["overfit_test"] for row in found.values()} == {None}


def test_entries_of_another_protocol_are_in_nobodys_panel(tmp_path: Path) -> None:
    own = rules(vendors={})
    held: dict[str, Right] = {f"v/c{n}": everywhere(range(24 + n, 48 + 2 * n)) for n in range(11)}
    place = store(tmp_path / "store", held, COUNT, rules=own)
    entries = [
        recorded(name, everywhere(range(40 + n, 80 + 2 * n)), protocol_version="0") for n, name in enumerate(held)
    ]
    site = published(tmp_path, entries, place, rules=own)
    [other] = document(site, "leaderboard.json")["other_protocols"]
    assert {row["overfit_test"] for row in other["entries"]} == {None}


# An attack on the answers of one slice, by submissions that guess at random.


SLICE = 50
SUBMISSIONS = 5
ATTACKS = 150


def labels_recovered(observed: Callable[[NDArray[np.int64]], NDArray[np.float64]], seed: int = 7) -> float:
    """Return the share of true labels that weighing the guesses by what was told of them gets right.

    Labels and guesses are fair coins; a weight of 0 tells nothing, and the coin is tossed again.
    """
    chance = np.random.Generator(np.random.PCG64(seed))
    found = 0
    for _ in range(ATTACKS):
        truth = chance.integers(0, 2, SLICE)
        guesses = chance.integers(0, 2, (SUBMISSIONS, SLICE))
        default = chance.integers(0, 2, SLICE)
        told = observed((np.vstack([default, guesses]) == truth).astype(np.int64))
        leaning = (told[:, None] * (2 * guesses - 1)).sum(axis=0)
        believed = np.where(leaning == 0, chance.integers(0, 2, SLICE), leaning > 0)
        found += int((believed == truth).sum())
    return found / (ATTACKS * SLICE)


def exact_scores(right: NDArray[np.int64]) -> NDArray[np.float64]:
    own: NDArray[np.float64] = right[1:].mean(axis=1) - 0.5
    return own


def three_levels(right: NDArray[np.int64]) -> NDArray[np.float64]:
    """Tell win, loss or neither against the default, as a close does: of a family together."""
    scored = scoring(in_memory(), asked_in_memory(SLICE), [{"correct": own.tolist()} for own in right])
    pairs = [(entry, 0) for entry in range(1, SUBMISSIONS + 1)]
    family = hypotheses(scored, "correct", [everything(scored)], pairs, SLICE)
    levels = {"win": 1.0, "no evidence": 0.0, "loss": -1.0}
    return np.array([levels[own.verdict] for own in findings_of(family, seed=1, resamples=399)])


def test_exact_scores_of_a_slice_give_its_labels_away() -> None:
    assert labels_recovered(exact_scores) >= 0.58


def test_three_levels_give_them_away_hardly_better_than_guessing() -> None:
    assert labels_recovered(three_levels) <= 0.53


# What is said when the store is broken.


TEXT = "zebra-crossing-at-midnight"


def spoiled(tmp_path: Path, file: str, change: Callable[[list[Any]], Any], grader: str) -> tuple[Path, Path]:
    """Write a benchmark and a store of which one file was changed, its manifest made right again."""
    own = benchmark(metrics={"correct": Metric(grader=GraderSpec(kind=grader))})
    folder = benchmark_folder(tmp_path / "benchmark", three_entries(), rules=own)
    held = held_out_store(tmp_path / "store", {"acme/best": 30}, rules=own)
    path = next(held.glob(file))
    lines = [json.loads(line) for line in path.read_bytes().splitlines()]
    changed = change(lines)
    path.write_bytes(changed if isinstance(changed, bytes) else canonical.dump_lines(lines))
    manifest = path.parent / "manifest.json"
    if manifest.exists():
        raw, said = path.read_bytes(), json.loads(manifest.read_bytes())
        said["files"][path.name] = {"bytes": len(raw), "digest": canonical.digest(raw), "lines": raw.count(b"\n")}
        manifest.write_bytes(canonical.dump(said))
    return folder, held


ITEMS, RESPONSES = "items/held_out.jsonl", "entries/acme/best/*/responses.jsonl"

BREAKS: Mapping[str, tuple[str, Callable[[list[Any]], Any], str]] = {
    "an unknown field": (ITEMS, lambda own: own[0].update(prompt=TEXT, note=1), "exact"),
    "a prompt of another kind": (ITEMS, lambda own: own[0].update(prompt={TEXT: TEXT}), "exact"),
    "a line that is no JSON": (ITEMS, lambda _: f'{{"prompt":"{TEXT}" and more}}\n'.encode(), "exact"),
    "a line that is no text": (ITEMS, lambda _: f'{{"prompt":"{TEXT}'.encode() + b'\xff"}\n', "exact"),
    "a key twice": (ITEMS, lambda _: f'{{"prompt":"{TEXT}","prompt":"{TEXT}"}}\n'.encode(), "exact"),
    "an id twice": (ITEMS, lambda own: own[1].update(id="h0", prompt=TEXT), "exact"),
    "a prompt with two texts": (ITEMS, lambda own: [row.update(prompt_id="p") for row in own], "exact"),
    "a reference that is no number": (ITEMS, lambda own: own[0].update(reference=TEXT), "numeric"),
    "a reference that is no pattern": (ITEMS, lambda own: own[0].update(reference=f"({TEXT}"), "regex"),
    "a reference that is no option": (
        ITEMS,
        lambda own: [row.update(reference=TEXT, choices=["a", "b"]) for row in own],
        "choice",
    ),
    "an answer of no item": (RESPONSES, lambda own: own[0].update(prompt_id="q77", output=TEXT), "exact"),
    "an answer twice": (RESPONSES, lambda own: own.append({**own[0], "output": TEXT}), "exact"),
    "usage of another kind": (RESPONSES, lambda own: own[0].update(output=TEXT, usage={"calls": "x"}), "exact"),
    "an answer that is no JSON": (RESPONSES, lambda _: f'{{"output":"{TEXT}" and}}\n'.encode(), "exact"),
}


@pytest.mark.parametrize("name", BREAKS)
def test_no_message_quotes_a_held_out_question_reference_or_answer(name: str, tmp_path: Path) -> None:
    folder, held = spoiled(tmp_path, *BREAKS[name])
    done = run("build", folder, "--out", tmp_path / "site", "--held-out", held)
    assert done.status == 2, done
    assert TEXT not in done.out + done.err
    assert "Which number is" not in done.out + done.err
    assert not (tmp_path / "site").exists()


@pytest.mark.parametrize("name", BREAKS)
def test_no_message_of_verify_quotes_them_either(name: str, tmp_path: Path) -> None:
    folder, held = spoiled(tmp_path, *BREAKS[name])
    assert run("build", folder, "--out", tmp_path / "site").status in {0, 2}
    if (tmp_path / "site").exists():
        done = run("verify", tmp_path / "site", "--held-out", held)
        assert done.status in {1, 2}
        assert TEXT not in done.out + done.err
        assert "Which number is h" not in done.out + done.err
