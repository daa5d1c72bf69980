"""Steps 3, 5 and 6: rank ranges, win regions, targets, overfit verdicts and repeated recipes that nothing gives."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from command_line import run
from proofboard.publish.inputs import PublicationInputs
from proofboard.publish.names import LEADERBOARD
from proofboard.schemas.benchmark import Policies
from proofboard.schemas.configuration import TargetSubgroup
from proofboard.verify.refusals import DocumentMismatch, FinerThanReleased, ReleaseMismatch
from refusals.forging import Files, Site, files_of, laid_out
from refusals.wrong import COLUMNS, RELEASES, Forge, Wrong, assert_refused, on, set_to
from vendor_cases import configuration, everywhere, published, questions, recorded, rules
from vendor_cases import store as write_store

COUNT = 60
"""Items of each niche, in public and held out."""
ACME = "vendors/acme.json"
LEVEL = everywhere(range(30))
BETTER = {**LEVEL, "maths": range(55)}
MATHS = TargetSubgroup(description="Sums", selector={"niche": ["maths"]})
OWN_CHOICE = TargetSubgroup(description="Sums and songs", selector={"niche": ["maths", "music"]})

TWINS: Mapping[str, Any] = {"settings": {"words": 3}}
TARGETS: Mapping[str, Any] = {
    "acme/aims": {"target_subgroup": MATHS},
    "acme/chooses": {"target_subgroup": OWN_CHOICE},
    "acme/a": TWINS,
    "acme/b": TWINS,
}
RULES = rules(policies=Policies(reference_panel=["acme/base", "acme/chooses"]))
RIGHT = {
    "acme/base": LEVEL,
    "acme/aims": BETTER,
    "acme/chooses": {**BETTER, "prose": range(5)},
    "acme/a": {**LEVEL, "law": range(31)},
    "acme/b": everywhere(range(40)),
}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    configured = {name: configuration(name, **own) for name, own in TARGETS.items()}
    right = {name: own for name, own in RIGHT.items() if name != "acme/b"}
    # Three more of law than of the public items: the panel's own distance varies.
    right["acme/base"] = {**LEVEL, "law": range(33)}
    return write_store(tmp_path_factory.mktemp("comparisons"), right, COUNT, rules=RULES, configured=configured)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory, store: Path) -> Files:
    asked = questions(COUNT)
    entries = [recorded(name, own, asked=asked, **TARGETS.get(name, {})) for name, own in RIGHT.items()]
    place = tmp_path_factory.mktemp("comparisons")
    return files_of(published(place, entries, store, rules=RULES, asked=asked))


def test_the_honest_site_has_something_of_everything(files: Files) -> None:
    site = Site(files)
    rows = {row["config_name"]: row for row in site.document(LEADERBOARD)["entries"]}
    assert [(own["slice"], own["held_out"]) for own in rows["aims"]["win_regions"]] == [("niche=maths", "win")]
    assert rows["aims"]["target_verdict"]["held_out"] == "win"
    assert rows["chooses"]["target_verdict"]["held_out"] is None
    assert rows["aims"]["overfit_test"] == "not shown"
    assert (rows["b"]["same_recipe_as"], rows["b"]["rank_range"]) == ("acme/a", None)
    verdicts = site.document(RELEASES)["verdicts"]
    assert verdicts["acme/aims"]["regions"]["niche=maths"] == "win"


def on_entry(name: str, *place: str | int, to: object) -> Forge:
    """Change a value of one row of the board."""

    def change(board: Any) -> None:
        row = next(own for own in board["entries"] if own["config_name"] == name)
        set_to(*place, to=to)(row)

    return on(LEADERBOARD, change)


def of_vendor(name: str, *place: str | int, to: object) -> Forge:
    """Change a value of one entry in the vendor's document."""

    def change(document: Any) -> None:
        own = next(own for own in document["entries"] if own["entry"] == f"acme/{name}")
        set_to(*place, to=to)(own)

    return on(ACME, change)


def in_slice(field: str, to: object) -> Forge:
    # The second of the four niches is maths.
    return of_vendor("aims", "slices", 1, field, to=to)


NEW_REGION = {"slice": "niche=law", "lower_bound": 0.01, "state": "candidate", "held_out": None}

ROWS = [
    Wrong(f"row-{name}", forge, DocumentMismatch, LEADERBOARD, says)
    for name, forge, says in (
        ("range", on_entry("aims", "rank_range", to=[1, 1]), "/rank_range"),
        ("range-of-a-repeated-one", on_entry("b", "rank_range", to=[1, 1]), "/rank_range"),
        ("rank-of-a-repeated-one", on_entry("b", "rank", to=1), "/rank"),
        ("groups", on_entry("aims", "tied_groups", to=[1, 4]), "/tied_groups"),
        ("parent", on_entry("b", "parent", to="acme/base"), "/parent"),
        ("recipe-hidden", on_entry("b", "same_recipe_as", to=None), "/same_recipe_as"),
        ("recipe-of-another", on_entry("b", "same_recipe_as", to="acme/base"), "/same_recipe_as"),
        ("region-added", on_entry("chooses", "win_regions", to=[NEW_REGION]), "/win_regions"),
        ("region-dropped", on_entry("aims", "win_regions", to=[]), "/win_regions"),
        ("region-wider", on_entry("aims", "win_regions", 0, "lower_bound", to=0.4), "/lower_bound"),
        ("region-elsewhere", on_entry("aims", "win_regions", 0, "slice", to="niche=law"), "/slice"),
        ("region-confirmed", on_entry("aims", "win_regions", 0, "state", to="confirmed"), "/state"),
        ("region-held-out", on_entry("aims", "win_regions", 0, "held_out", to="no evidence"), "/held_out"),
        ("target", on_entry("chooses", "target_verdict", "verdict", to="loses it"), "/verdict"),
        ("target-none", on_entry("aims", "target_verdict", to=None), "/target_verdict"),
        ("target-reason", on_entry("aims", "target_verdict", "reason", to="too few"), "/reason"),
        ("target-items", on_entry("aims", "target_verdict", "n_items", to=600), "/n_items"),
        ("target-difference", on_entry("aims", "target_verdict", "difference", to=0.9), "/difference"),
        ("target-bound", on_entry("aims", "target_verdict", "lower_bound", to=0.9), "/lower_bound"),
        ("target-p-win", on_entry("aims", "target_verdict", "p_win", to=0.0001), "/p_win"),
        ("target-p-loss", on_entry("aims", "target_verdict", "p_loss", to=0.0001), "/p_loss"),
        ("target-held-out", on_entry("chooses", "target_verdict", "held_out", to="win"), "/held_out"),
        ("declared-target", on_entry("aims", "target_subgroup", to=None), "/target_subgroup"),
        ("gap-interval", on_entry("aims", "overfit_interval", to=[-0.01, 0.01]), "/overfit_interval"),
        ("overfit-test", on_entry("aims", "overfit_test", to="beyond chance"), "/overfit_test"),
        ("overfit-test-hidden", on_entry("aims", "overfit_test", to=None), "/overfit_test"),
        ("method", on(LEADERBOARD, set_to("method", "rank_range", to="as it seemed")), "/method/rank_range"),
        ("method-of-regions", on(LEADERBOARD, set_to("method", "win_regions", to="by eye")), "/method/win_regions"),
        ("method-of-the-test", on(LEADERBOARD, set_to("method", "overfit_test", to="none")), "/method/overfit_test"),
    )
]

DOCUMENTS = [
    Wrong(f"vendor-{name}", forge, DocumentMismatch, ACME, says)
    for name, forge, says in (
        ("name", on(ACME, set_to("vendor", to="bolt")), "/vendor"),
        ("default", on(ACME, set_to("default", to="acme/aims")), "/default"),
        ("family", on(ACME, set_to("n_hypotheses", to=1)), "/n_hypotheses"),
        ("resamples", on(ACME, set_to("resamples", to=9)), "/resamples"),
        ("method", on(ACME, set_to("method", to="by eye")), "/method"),
        ("entry-dropped", on(ACME, lambda own: own["entries"].pop()), "/entries"),
        ("entry", of_vendor("aims", "entry", to="acme/aimed"), "/entry"),
        ("recipe", of_vendor("aims", "configuration", to="sha256:" + "0" * 64), "/configuration"),
        ("track", of_vendor("aims", "track", to="fast"), "/track"),
        ("reason", of_vendor("b", "reason", to="it was late"), "/reason"),
        ("reason-added", of_vendor("aims", "reason", to="it was late"), "/reason"),
        ("overall-hidden", of_vendor("aims", "overall", to=None), "/overall"),
        ("difference", of_vendor("aims", "overall", "difference", to=0.9), "/overall/difference"),
        ("error", of_vendor("aims", "overall", "standard_error", to=0.001), "/overall/standard_error"),
        ("interval", of_vendor("aims", "overall", "interval", to=[0.1, 0.2]), "/overall/interval"),
        ("items", of_vendor("aims", "overall", "n_items", to=999), "/overall/n_items"),
        ("only-entry", of_vendor("aims", "overall", "only_entry", to=99), "/overall/only_entry"),
        ("only-default", of_vendor("aims", "overall", "only_default", to=99), "/overall/only_default"),
        ("p-value", of_vendor("aims", "overall", "p_value", to=0.5), "/overall/p_value"),
        ("target", of_vendor("aims", "target", "verdict", to="not shown"), "/target/verdict"),
        ("slice-dropped", of_vendor("aims", "slices", to=[]), "/slices"),
        ("slice", in_slice("slice", "niche=mathematics"), "/slices/1/slice"),
        ("slice-items", in_slice("n_items", 600), "/slices/1/n_items"),
        ("slice-difference", in_slice("difference", 0.9), "/slices/1/difference"),
        ("slice-bound", in_slice("lower_bound", 0.9), "/slices/1/lower_bound"),
        ("slice-p-win", in_slice("p_win", 0.0), "/slices/1/p_win"),
        ("slice-p-loss", in_slice("p_loss", 0.0), "/slices/1/p_loss"),
        ("slice-verdict", in_slice("verdict", "loss"), "/slices/1/verdict"),
        ("slice-state", in_slice("state", "confirmed"), "/slices/1/state"),
        ("slice-held-out", in_slice("held_out", "loss"), "/slices/1/held_out"),
    )
]

PAGE_COLUMNS = [
    Wrong(f"column-{name}", on(COLUMNS, set_to("columns", *place, to=to)), DocumentMismatch, COLUMNS, f"/{name}")
    for name, place, to in (
        ("rank_range", ("rank_range", "below", 0), 9),
        ("tied_groups", ("tied_groups", 0), [9, 9]),
        ("overfit_interval", ("overfit_interval", "below", 0), 0),
        ("overfit_test", ("overfit_test", "values", 0), "beyond chance"),
        ("win_regions", ("win_regions", 0), [NEW_REGION]),
        ("target", ("target", "values", 0), "loses it"),
        ("same_recipe_as", ("same_recipe_as",), ["acme/base"]),
        ("parent", ("parent",), ["acme/base"]),
    )
]


def verdict(name: str, **values: object) -> Forge:
    return on(RELEASES, lambda own: own["verdicts"].setdefault(name, {}).update(values))


GATE = [
    Wrong(name, forge, FinerThanReleased, RELEASES, says)
    for name, forge, says in (
        (
            "verdict-on-an-unknown-slice",
            verdict("acme/aims", regions={"niche=maths×tier=hard": "win"}),
            "'niche=maths×tier=hard', which is no declared slice",
        ),
        ("verdict-on-everything", verdict("acme/aims", regions={"overall": "win"}), "'overall', which is no declared"),
        (
            "verdict-on-one-item",
            verdict("acme/aims", regions={"id=h-maths-0007": "win"}),
            "which is no declared slice",
        ),
        (
            "verdict-without-a-score",
            verdict("acme/b", regions={"niche=maths": "win"}),
            "acme/b has held-out verdicts and no",
        ),
        ("verdict-of-a-stranger", verdict("evil/x", overfit_test="not shown"), "evil/x has held-out verdicts and no"),
    )
]


@pytest.mark.parametrize("wrong", [*ROWS, *DOCUMENTS, *PAGE_COLUMNS, *GATE], ids=str)
def test_a_wrong_comparison_is_refused_with_the_error_meant(wrong: Wrong, files: Files, tmp_path: Path) -> None:
    assert_refused(wrong, Site(files), tmp_path / "site")


def test_verdicts_on_parts_of_a_set_that_is_too_small_are_refused(files: Files, tmp_path: Path) -> None:
    def stricter(inputs: PublicationInputs) -> PublicationInputs:
        policies = replace(inputs.benchmark.policies, win_region_items=1000)
        benchmark = replace(inputs.benchmark, policies=policies)
        return replace(inputs, benchmark=benchmark, plan=replace(inputs.plan, benchmark=benchmark))

    forged = Site(files).assembled_again(tmp_path / "again", stricter)
    says = "verdicts on parts of 240 held-out items, at least 1000 are needed in each"
    assert_refused(Wrong("small", lambda site: site, FinerThanReleased, RELEASES, says), forged, tmp_path / "site")


CHANGES: Mapping[str, tuple[Forge, str]] = {
    "a region": (
        on(RELEASES, set_to("verdicts", "acme/aims", "regions", "niche=maths", to="no evidence")),
        "acme/aims: the verdict 'no evidence' on niche=maths was released, the held-out bundles give 'win'",
    ),
    "a region left out": (
        on(RELEASES, lambda own: own["verdicts"]["acme/aims"]["regions"].pop("niche=maths")),
        "the verdict 'nothing' on niche=maths was released, the held-out bundles give 'win'",
    ),
    "a region added": (
        verdict("acme/base", regions={"niche=law": "win"}),
        "acme/base: the verdict 'win' on niche=law was released, the held-out bundles give 'nothing'",
    ),
    "the overfit test": (
        verdict("acme/aims", overfit_test="beyond chance"),
        "the verdict 'beyond chance' on its overfit gap was released, the held-out bundles give 'not shown'",
    ),
    "all verdicts of an entry": (
        on(RELEASES, lambda own: own["verdicts"].pop("acme/chooses")),
        "acme/chooses: the verdict 'nothing' on its overfit gap",
    ),
}


@pytest.mark.parametrize("name", CHANGES)
def test_another_verdict_is_seen_by_the_holder_of_the_held_out_set(
    name: str, files: Files, store: Path, tmp_path: Path
) -> None:
    change, says = CHANGES[name]
    forged = change(Site(files)).assembled_again(tmp_path / "again", lambda inputs: inputs)
    assert run("verify", laid_out(forged.files, tmp_path / "public")).status == 0
    done = run("verify", laid_out(forged.files, tmp_path / "site"), "--held-out", store)
    assert done.status == 1
    assert f"ReleaseMismatch: {RELEASES}: " in done.out
    assert says in done.out
    assert ReleaseMismatch.__name__ in done.out


@pytest.mark.parametrize("name", ["a region", "the overfit test"])
def test_without_the_held_out_set_the_board_must_still_follow_from_the_verdicts(
    name: str, files: Files, tmp_path: Path
) -> None:
    change: Callable[[Site], Site] = CHANGES[name][0]
    done = run("verify", laid_out(change(Site(files)).files, tmp_path / "site"))
    assert done.status == 1
    assert f"DocumentMismatch: {LEADERBOARD}: " in done.out


def test_a_verdict_that_says_nothing_has_no_place(files: Files, tmp_path: Path) -> None:
    forged = verdict("acme/base", regions={})(Site(files))
    empty = on(RELEASES, lambda own: own["verdicts"]["acme/base"].clear())(forged)
    also = f"{COLUMNS}|{LEADERBOARD}"
    wrong = Wrong("empty", lambda site: site, DocumentMismatch, RELEASES, "/verdicts", also)
    assert_refused(wrong, empty, tmp_path / "site")
