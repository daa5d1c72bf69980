"""Win regions as they are published: on the row, in the vendor's document, and the same for whoever recomputes them."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest

from builders import benchmark_folder, files_of
from proofboard import canonical
from proofboard.app.build import build
from proofboard.app.verify import verify
from proofboard.publish.names import LEADERBOARD
from proofboard.record.freeze import write
from proofboard.record.imported import ImportedEntry
from proofboard.schemas.benchmark import Aggregate, Borda, Facet, GraderSpec, Mean, Metric, Policies, WeightedMean
from proofboard.schemas.configuration import TargetSubgroup
from proofboard.schemas.item import Item
from proofboard.schemas.submission import Acceptance
from proofboard.verify.refusals import DocumentMismatch
from refusals.forging import Site
from refusals.wrong import Wrong, assert_refused, on, set_to
from vendor_cases import NICHES, OF_EACH, compared, document, everywhere, published, questions, recorded, rows, rules

LEVEL, SHIFTED = range(50), range(10, 60)
"""Equally many right answers, on items that are not the same."""

BASE = recorded("acme/base", everywhere(LEVEL))
BETTER_IN_MATHS = {**everywhere(SHIFTED), "maths": range(10, 80)}
SPECIAL = recorded("acme/special", BETTER_IN_MATHS)


def regions(row: Any) -> list[str]:
    return [region["slice"] for region in row["win_regions"]]


def test_an_entry_that_is_20_points_better_in_one_niche_shows_that_region_and_no_other(tmp_path: Path) -> None:
    site = published(tmp_path, [BASE, SPECIAL])
    [region] = rows(site)["acme/special"]["win_regions"]
    assert (region["slice"], region["state"], region["held_out"]) == ("niche=maths", "candidate", None)
    assert 0 < region["lower_bound"] < 0.2
    assert regions(rows(site)["acme/base"]) == []


def test_the_vendors_document_lists_every_slice_that_was_tested(tmp_path: Path) -> None:
    site = published(tmp_path, [BASE, SPECIAL, recorded("acme/worse", everywhere(range(20)))])
    slices = compared(site, "acme/special")["slices"]
    assert {own["slice"]: own["verdict"] for own in slices} == {
        "niche=law": "no evidence",
        "niche=maths": "win",
        "niche=music": "no evidence",
        "niche=prose": "no evidence",
    }
    assert {own["slice"]: own["difference"] for own in slices}["niche=maths"] == 0.2
    assert {own["n_items"] for own in slices} == {OF_EACH}
    assert {own["verdict"] for own in compared(site, "acme/worse")["slices"]} == {"loss"}


def test_the_vendors_document_counts_the_pairs_that_were_tested_together(tmp_path: Path) -> None:
    crowd = [recorded(f"acme/c{number}", everywhere(range(number, 50 + number))) for number in range(1, 4)]
    site = published(tmp_path, [BASE, SPECIAL, *crowd, recorded("bolt/base", everywhere(LEVEL), kind="default")])
    acme, bolt = document(site, "vendors/acme.json"), document(site, "vendors/bolt.json")
    assert (acme["default"], acme["n_hypotheses"]) == ("acme/base", 4 * len(NICHES))
    assert (bolt["default"], bolt["n_hypotheses"]) == ("bolt/base", 0)
    assert acme["n_hypotheses"] == sum(len(own["slices"]) for own in acme["entries"])


def test_the_regions_of_a_row_come_by_what_is_certain_to_be_won(tmp_path: Path) -> None:
    own = {"law": range(60), "maths": range(90), "music": range(70), "prose": range(80)}
    site = published(tmp_path, [BASE, recorded("acme/special", own)])
    row = rows(site)["acme/special"]
    assert regions(row) == ["niche=maths", "niche=prose", "niche=music", "niche=law"]
    bounds = [region["lower_bound"] for region in row["win_regions"]]
    assert bounds == sorted(bounds, reverse=True)


def test_a_region_says_the_same_on_the_row_and_in_the_vendors_document(tmp_path: Path) -> None:
    site = published(tmp_path, [BASE, SPECIAL])
    [won] = [own for own in compared(site, "acme/special")["slices"] if own["verdict"] == "win"]
    [region] = rows(site)["acme/special"]["win_regions"]
    assert {name: won[name] for name in region} == region


def test_the_comparison_on_all_items_stands_beside_the_slices(tmp_path: Path) -> None:
    site = published(tmp_path, [BASE, SPECIAL])
    overall = compared(site, "acme/special")["overall"]
    # Ten items of each niche that only the default gets right, and ten or thirty that only the other does.
    assert (overall["only_entry"], overall["only_default"], overall["n_items"]) == (60, 40, 400)
    assert overall["difference"] == 0.05
    assert compared(site, "acme/base")["overall"] is None


def test_whose_vendor_has_no_default_wins_nothing_and_says_why(tmp_path: Path) -> None:
    site = published(tmp_path, [BASE, SPECIAL], rules=rules(vendors={}))
    assert regions(rows(site)["acme/special"]) == []
    own = compared(site, "acme/special")
    assert (own["reason"], own["slices"], own["overall"]) == ("the vendor names no default", [], None)
    assert document(site, "vendors/acme.json")["default"] is None


TARGET = TargetSubgroup(description="Sums", selector={"niche": ["maths"]})
AIMED = [BASE, recorded("acme/aims", BETTER_IN_MATHS, target_subgroup=TARGET)]


def test_a_target_is_on_the_row_and_in_the_vendors_document(tmp_path: Path) -> None:
    site = published(tmp_path, AIMED)
    verdict = rows(site)["acme/aims"]["target_verdict"]
    assert (verdict["verdict"], verdict["reason"], verdict["n_items"]) == ("wins its target", None, 100)
    assert (verdict["difference"], verdict["held_out"]) == (0.2, None)
    assert verdict == compared(site, "acme/aims")["target"]
    assert rows(site)["acme/base"]["target_verdict"] is None


def test_a_target_that_is_too_small_says_so_and_has_no_numbers(tmp_path: Path) -> None:
    site = published(tmp_path, AIMED, rules=rules(policies=Policies(win_region_items=101)))
    verdict = rows(site)["acme/aims"]["target_verdict"]
    assert (verdict["verdict"], verdict["n_items"]) == (None, 100)
    assert verdict["reason"] == "100 items of the target, at least 101 are needed"
    assert {verdict[name] for name in ("difference", "lower_bound", "p_win", "p_loss", "held_out")} == {None}
    assert compared(site, "acme/aims")["slices"] == []


def test_the_same_benchmark_in_another_order_of_files_gives_the_same_bytes(tmp_path: Path) -> None:
    entries = [BASE, SPECIAL, recorded("acme/worse", everywhere(range(20)))]
    backwards = [_backwards(own) for own in reversed(entries)]
    one = published(tmp_path, entries)
    other = published(tmp_path, backwards, name="other", asked=questions()[::-1])
    assert files_of(one) == files_of(other)


def _backwards(own: ImportedEntry) -> ImportedEntry:
    return replace(own, bundles=[replace(bundle, responses=bundle.responses[::-1]) for bundle in own.bundles])


CORRECT = Metric(grader=GraderSpec(kind="exact"))
HALVES = {
    "one": Aggregate(mean=Mean(metric="correct", slice={"niche": ["law", "maths"]})),
    "two": Aggregate(mean=Mean(metric="correct", slice={"niche": ["music", "prose"]})),
    "both": Aggregate(weighted=WeightedMean(children={"one": 3, "two": 1}, missing="present")),
    "points": Aggregate(borda=Borda(children=["correct"])),
}


def accepted_before_half_of_the_items(tmp_path: Path) -> Path:
    """Build a board whose entry was accepted when only every second item was there."""
    days = ("2026-01-01", "2026-06-01")
    asked = [msgspec.structs.replace(own, created=days[n % 2]) for n, own in enumerate(questions())]
    folder = benchmark_folder(tmp_path / "benchmark", [BASE, SPECIAL], rules=rules(), asked=asked)
    taken = Acceptance(
        schema_version=1, date="2026-03-01", artifact="sha256:" + "0" * 64, software_version="1", protocol_version="1"
    )
    write(folder / "entries/acme/special/accepted.json", canonical.dump(taken))
    build(folder, tmp_path / "site")
    return tmp_path / "site"


def test_a_region_that_later_items_repeat_is_confirmed(tmp_path: Path) -> None:
    site = accepted_before_half_of_the_items(tmp_path)
    assert verify(str(site)).refusals == []
    assert document(site, "entries/acme/special.json")["accepted"] == "2026-03-01"
    assert [region["state"] for region in rows(site)["acme/special"]["win_regions"]] == ["confirmed"]


def test_a_day_of_acceptance_that_was_changed_afterwards_is_refused(tmp_path: Path) -> None:
    site = Site(files_of(accepted_before_half_of_the_items(tmp_path)))
    later = on("entries/acme/special.json", set_to("accepted", to="2026-07-01"))
    reason = "/entries/0/win_regions/0/state"
    also = "columns.json|vendors/acme.json"
    assert_refused(Wrong("day", later, DocumentMismatch, LEADERBOARD, reason, also), site, tmp_path / "forged")


def test_points_by_rank_have_no_regions(tmp_path: Path) -> None:
    site = published(tmp_path, [BASE, SPECIAL], rules=rules(headline="points", aggregates=HALVES))
    assert regions(rows(site)["acme/special"]) == []
    assert document(site, "vendors/acme.json")["n_hypotheses"] == 0
    assert "points by rank" in compared(site, "acme/special")["reason"]


def test_where_less_is_better_a_region_is_won_with_less(tmp_path: Path) -> None:
    lower = rules(metrics={"correct": Metric(grader=GraderSpec(kind="exact"), direction="lower", range=(0, 1))})
    fewer = {**everywhere(SHIFTED), "maths": range(10, 30)}
    site = published(
        tmp_path, [BASE, recorded("acme/special", fewer), recorded("acme/more", BETTER_IN_MATHS)], rules=lower
    )
    assert regions(rows(site)["acme/special"]) == ["niche=maths"]
    assert regions(rows(site)["acme/more"]) == []
    own, more = compared(site, "acme/special"), compared(site, "acme/more")
    differences = {part["slice"]: (part["difference"], part["verdict"]) for part in own["slices"]}
    assert differences["niche=maths"] == (0.3, "win")
    assert more["overall"]["difference"] == -0.05
    assert own["overall"]["difference"] == 0.075
    for compared_to in (own["overall"], more["overall"]):
        low, high = compared_to["interval"]
        assert low < compared_to["difference"] < high
    assert (own["overall"]["only_entry"], own["overall"]["only_default"]) == (60, 30)


def test_a_sum_of_means_is_compared_on_every_slice_that_it_measures(tmp_path: Path) -> None:
    site = published(tmp_path, [BASE, SPECIAL], rules=rules(headline="both", aggregates=HALVES))
    slices = {own["slice"]: own for own in compared(site, "acme/special")["slices"]}
    assert {name: own["verdict"] for name, own in slices.items()} == {
        "niche=law": "no evidence",
        "niche=maths": "win",
        "niche=music": "no evidence",
        "niche=prose": "no evidence",
    }
    assert slices["niche=maths"]["difference"] == 0.2
    # Maths is half of the one half that counts three times as much as the other.
    assert compared(site, "acme/special")["overall"]["difference"] == 0.075


def test_tracks_have_regions_of_their_own(tmp_path: Path) -> None:
    tracks = rules(
        facets={
            "niche": Facet(values=list(NICHES)),
            "track": Facet(values=["first", "second"], role="track"),
        },
        vendors={},
    )
    asked = [_in_track(own) for own in questions()]
    entries = [
        recorded(f"acme/{track}-{own}", right, asked=[q for q in asked if q.facets["track"] == track], **kind)
        for track in ("first", "second")
        for own, right, kind in (("base", everywhere(LEVEL), {"kind": "default"}), ("x", BETTER_IN_MATHS, {}))
    ]
    site = published(tmp_path, entries, rules=tracks, asked=asked)
    acme = document(site, "vendors/acme.json")
    assert (acme["default"], acme["n_hypotheses"]) == (None, 2 + 1 + 2 + 1)
    # The track as a whole is one of its slices; maths lies in the first one.
    assert regions(rows(site)["acme/first-x"]) == ["niche=maths", "track=first"]
    assert regions(rows(site)["acme/second-x"]) == []


def _in_track(own: Item) -> Item:
    track = "first" if own.facets["niche"] in {"law", "maths"} else "second"
    return msgspec.structs.replace(own, facets={**own.facets, "track": track})


def test_entries_of_another_protocol_stand_in_no_vendors_document(tmp_path: Path) -> None:
    old = recorded("acme/old", BETTER_IN_MATHS, protocol_version="0")
    site = published(tmp_path, [BASE, SPECIAL, old])
    assert [own["entry"] for own in document(site, "vendors/acme.json")["entries"]] == ["acme/base", "acme/special"]


@pytest.mark.parametrize("places", [0, 2])
def test_a_difference_is_finer_than_the_places_that_scores_have(tmp_path: Path, places: int) -> None:
    coarse = rules(metrics={"correct": Metric(grader=GraderSpec(kind="exact"), places=places)})
    site = published(tmp_path, [BASE, SPECIAL], rules=coarse)
    assert compared(site, "acme/special")["overall"]["difference"] == 0.05


def test_a_board_of_no_entries_has_no_vendors(tmp_path: Path) -> None:
    folder = benchmark_folder(tmp_path / "benchmark", [], rules=rules(), asked=questions(10))
    build(folder, tmp_path / "site")
    assert not (tmp_path / "site" / "vendors").exists()
