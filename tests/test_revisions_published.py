"""What an entry was before stays published: its configuration, its answers and its score, for whoever asks."""

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import pytest

from builders import benchmark, benchmark_folder, entry, files_of, items
from command_line import run
from proofboard import canonical
from proofboard.app.build import build
from proofboard.app.reading.differing import diff
from proofboard.app.submissions.accepting import accept
from proofboard.app.verify import verify
from proofboard.errors import InputError
from proofboard.publish.views.difference_text import comparison_text
from proofboard.record.freeze import as_yaml, write, write_entry
from proofboard.record.imported import ImportedEntry
from proofboard.schemas.benchmark import Aggregate, Benchmark, Borda, Facet
from proofboard.schemas.configuration import TargetSubgroup
from proofboard.schemas.item import Item, prompts_digest
from proofboard.verify.refusals import DigestMismatch, DocumentMismatch, MalformedDocument, ScoreMismatch, UnnamedFile
from refusals.forging import Site
from refusals.wrong import Wrong, assert_refused, on, set_to
from submission_cases import artifact, bundle_files
from vendor_cases import document

COUNT = 12
ASKED = items(COUNT)
NAME = "acme/best"
DOCUMENT = f"entries/{NAME}.json"

FIRST = entry(NAME, 4, asked=ASKED, settings={"words": 1}, description="The first.")
SECOND = entry(NAME, 6, asked=ASKED, settings={"words": 2})
NOW = entry(NAME, 9, asked=ASKED, settings={"words": 3})
OTHER = entry("bolt/base", 5, asked=ASKED)


def bench(
    place: Path, earlier: Sequence[ImportedEntry], now: ImportedEntry = NOW, *, rules: Benchmark | None = None
) -> Path:
    """Write a benchmark directory in which an entry has been something else before."""
    folder = benchmark_folder(place, [now, OTHER], asked=ASKED, rules=rules)
    for number, own in enumerate(earlier, start=1):
        add_revision(folder, number, own)
    return folder


def add_revision(folder: Path, number: int, own: ImportedEntry, asked: Sequence[Item] = ASKED) -> Path:
    aside = folder.parent / f"{folder.name}-{number}"
    made = write_entry(own, benchmark(), {"public": prompts_digest(asked)}, aside)
    return Path(shutil.move(made, folder / f"entries/{NAME}/revisions/{number}"))


def site_of(tmp_path: Path, earlier: Sequence[ImportedEntry], now: ImportedEntry = NOW, **options: Any) -> Path:
    """Build a site that holds."""
    build(bench(tmp_path / "benchmark", earlier, now, **options), tmp_path / "site")
    assert verify(str(tmp_path / "site")).refusals == []
    return tmp_path / "site"


def history(site: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = document(site, DOCUMENT)["history"]
    return found


def test_what_an_entry_was_is_listed_the_oldest_first(tmp_path: Path) -> None:
    told = history(site_of(tmp_path, [FIRST, SECOND]))
    assert [(own["number"], own["score"], own["date"], own["protocol_version"]) for own in told] == [
        (1, 0.333333, "2026-01-02", "1"),
        (2, 0.5, "2026-01-02", "1"),
    ]
    recipes = [own.configuration.digest() for own in (FIRST, SECOND)]
    assert [own["configuration"] for own in told] == recipes


def test_an_entry_without_a_past_has_none(tmp_path: Path) -> None:
    assert history(site_of(tmp_path, [])) == []


def test_its_configurations_answers_and_item_scores_stay_published(tmp_path: Path) -> None:
    site = site_of(tmp_path, [FIRST])
    [own] = history(site)
    assert (
        document(site, f"configurations/{own['document'].removeprefix('sha256:')}.json")["description"] == "The first."
    )
    [bundle] = own["bundles"]
    place = bundle["bundle"].removeprefix("sha256:")
    assert (site / f"bundles/{place}/responses.jsonl").read_bytes().count(b"\n") == COUNT
    assert sum(document(site, f"scores/{place}.json")["metrics"]["correct"]["values"]) == 4


def test_only_the_present_competes(tmp_path: Path) -> None:
    best = entry(NAME, 11, asked=ASKED, settings={"words": 0})
    rows = document(site_of(tmp_path, [best]), "leaderboard.json")["entries"]
    assert [(row["config_name"], row["rank"], row["public"]["score"]) for row in rows] == [
        ("best", 1, 0.75),
        ("base", 2, 0.416667),
    ]


def test_a_description_that_changed_is_a_revision_with_the_same_answers(tmp_path: Path) -> None:
    before = entry(NAME, 9, asked=ASKED, settings={"words": 3}, description="As it was.")
    site = site_of(tmp_path, [before])
    [own] = history(site)
    identity = document(site, DOCUMENT)["identity"]
    assert (own["bundles"], own["configuration"]) == (identity["bundles"], identity["configuration"])
    assert own["document"] != identity["document"]


def test_going_back_to_what_was_before_is_told(tmp_path: Path) -> None:
    site = site_of(tmp_path, [NOW, FIRST])
    assert [own["score"] for own in history(site)] == [0.75, 0.333333]


def test_answers_to_other_items_are_listed_without_score_and_bundle(tmp_path: Path) -> None:
    folder = bench(tmp_path / "benchmark", [])
    older = items(COUNT, prefix="old")
    add_revision(folder, 1, entry(NAME, 4, asked=older, settings={"words": 1}), older)
    build(folder, tmp_path / "site")
    assert verify(str(tmp_path / "site")).refusals == []
    [own] = history(tmp_path / "site")
    assert (own["score"], own["bundles"], own["date"], own["protocol_version"]) == (None, [], None, None)
    published = files_of(tmp_path / "site")
    assert f"configurations/{own['document'].removeprefix('sha256:')}.json" in published
    assert not [path for path, raw in published.items() if b"old7" in raw]


def test_a_revision_without_answers_is_listed(tmp_path: Path) -> None:
    [own] = history(site_of(tmp_path, [entry(NAME, -1, settings={"words": 1})]))
    assert (own["score"], own["bundles"]) == (None, [])


def test_a_revision_of_an_older_protocol_says_which(tmp_path: Path) -> None:
    old = entry(NAME, 4, asked=ASKED, settings={"words": 1}, protocol_version="0")
    [own] = history(site_of(tmp_path, [old]))
    assert (own["protocol_version"], own["score"]) == ("0", 0.333333)


def test_a_revision_may_aim_at_a_facet_that_is_gone(tmp_path: Path) -> None:
    aimed = TargetSubgroup(description="Gone", selector={"colour": ["red"]})
    assert len(history(site_of(tmp_path, [entry(NAME, 4, asked=ASKED, target_subgroup=aimed)]))) == 1


def test_points_by_rank_cannot_be_had_alone(tmp_path: Path) -> None:
    rules = benchmark(headline="points", aggregates={"points": Aggregate(borda=Borda(children=["correct"]))})
    [own] = history(site_of(tmp_path, [FIRST], rules=rules))
    assert own["score"] is None
    assert len(own["bundles"]) == 1


def test_in_a_track_a_revision_is_scored_on_the_items_of_that_track(tmp_path: Path) -> None:
    rules = benchmark(facets={**benchmark().facets, "half": Facet(values=["one", "two"], role="track")})
    asked = [
        msgspec.structs.replace(own, facets={**own.facets, "half": ("one", "two")[n >= 6]})
        for n, own in enumerate(ASKED)
    ]
    folder = benchmark_folder(tmp_path / "benchmark", [entry(NAME, 6, asked=asked[:6])], asked=asked, rules=rules)
    add_revision(folder, 1, entry(NAME, 3, asked=asked[:6], settings={"words": 1}))
    build(folder, tmp_path / "site")
    assert [own["score"] for own in history(tmp_path / "site")] == [0.5]


def test_what_accept_leaves_behind_is_what_is_published(tmp_path: Path) -> None:
    folder = benchmark_folder(tmp_path / "benchmark", [OTHER], asked=ASKED)
    own = entry("acme/short", 3, settings={"words": 1}).configuration
    for words, day in ((1, "2026-03-01"), (2, "2026-04-01")):
        changed = msgspec.structs.replace(own, settings={"words": words})
        packed = artifact(tmp_path / str(words), folder, changed, bundle_files(changed))
        accept(folder, packed, date=day)
    build(folder, tmp_path / "site")
    assert verify(str(tmp_path / "site")).refusals == []
    made = document(tmp_path / "site", "entries/acme/short.json")
    assert made["accepted"] == "2026-04-01"
    assert [one["configuration"] for one in made["history"]] == [own.digest()]


# What the owner's own folder must not hide.


def test_answers_of_a_revision_that_were_changed_are_refused(tmp_path: Path) -> None:
    folder = bench(tmp_path / "benchmark", [FIRST])
    file = folder / f"entries/{NAME}/revisions/1/public/responses.jsonl"
    file.write_bytes(file.read_bytes().replace(b"not q9", b"9 of 9"))
    with pytest.raises(InputError, match=r"revisions/1/public/responses\.jsonl.*digest"):
        build(folder, tmp_path / "site")


def test_a_revision_that_says_another_recipe_than_its_answers_is_refused(tmp_path: Path) -> None:
    folder = bench(tmp_path / "benchmark", [FIRST])
    file = folder / f"entries/{NAME}/revisions/1/configuration.yaml"
    write(file, as_yaml(msgspec.structs.replace(FIRST.configuration, settings={"words": 99})))
    with pytest.raises(InputError, match="was recorded for the configuration"):
        build(folder, tmp_path / "site")


def test_all_faults_of_revisions_are_told_at_once(tmp_path: Path) -> None:
    folder = bench(tmp_path / "benchmark", [FIRST, SECOND])
    for number in (1, 2):
        (folder / f"entries/{NAME}/revisions/{number}/public/responses.jsonl").write_bytes(b"{}\n")
    with pytest.raises(InputError) as told:
        build(folder, tmp_path / "site")
    assert {number for number in "12" if f"revisions/{number}/" in str(told.value)} == {"1", "2"}


# What nobody can change afterwards.


@pytest.fixture(scope="module")
def honest(tmp_path_factory: pytest.TempPathFactory) -> Site:
    return Site(files_of(site_of(tmp_path_factory.mktemp("revisions"), [FIRST, SECOND])))


def earlier(site: Site, number: int = 0) -> Any:
    return site.document(DOCUMENT)["history"][number]


def place_of(site: Site) -> str:
    digest: str = earlier(site)["bundles"][0]["bundle"]
    return digest.removeprefix("sha256:")


def old_configuration(site: Site) -> str:
    return f"configurations/{earlier(site)['document'].removeprefix('sha256:')}.json"


FORGERIES = [
    Wrong("score", on(DOCUMENT, set_to("history", 0, "score", to=0.9)), DocumentMismatch, DOCUMENT, "/history/0/score"),
    Wrong(
        "number", on(DOCUMENT, set_to("history", 0, "number", to=7)), DocumentMismatch, DOCUMENT, "/history/0/number"
    ),
    Wrong("date", on(DOCUMENT, set_to("history", 0, "date", to="2020-01-01")), DocumentMismatch, DOCUMENT, "/date"),
    Wrong(
        "protocol",
        on(DOCUMENT, set_to("history", 0, "protocol_version", to="9")),
        DocumentMismatch,
        DOCUMENT,
        "/protocol",
    ),
    Wrong(
        "recipe",
        on(DOCUMENT, set_to("history", 0, "configuration", to="sha256:" + "0" * 64)),
        DocumentMismatch,
        DOCUMENT,
        "/history/0/configuration",
    ),
    Wrong("order", on(DOCUMENT, lambda own: own["history"].reverse()), DocumentMismatch, DOCUMENT, "/history/0/number"),
    Wrong(
        "left-out",
        on(DOCUMENT, lambda own: own["history"].pop(0)),
        UnnamedFile,
        r"configurations/.*",
        "named by no document",
        also=r"(bundles|scores)/.*",
    ),
    Wrong(
        "bundle-hidden",
        on(DOCUMENT, set_to("history", 0, "bundles", to=[])),
        UnnamedFile,
        r"(bundles|scores)/.*",
        "named by no document",
        also=r"(bundles|scores)/.*\.json",
    ),
    Wrong(
        "answer",
        lambda site: site.edit_lines(
            f"bundles/{place_of(site)}", "responses.jsonl", lambda rows: rows[-1].update(output="9")
        ),
        ScoreMismatch,
        r"scores/.*",
        "the grader gives 1, published is 0",
    ),
    Wrong(
        "answer-as-it-lies-there",
        lambda site: site.put(
            f"bundles/{place_of(site)}/responses.jsonl",
            site.files[f"bundles/{place_of(site)}/responses.jsonl"].replace(b"not", b"was"),
        ),
        DigestMismatch,
        r"bundles/.*/responses\.jsonl",
        "its parent names",
    ),
    Wrong(
        "item-score",
        lambda site: on(f"scores/{place_of(site)}.json", set_to("metrics", "correct", "values", 0, to=0))(site),
        ScoreMismatch,
        r"scores/.*",
        "the grader gives 1, published is 0",
    ),
    Wrong(
        "configuration",
        lambda site: on(old_configuration(site), set_to("settings", "words", to=99))(site),
        MalformedDocument,
        DOCUMENT,
        "was recorded for the configuration",
    ),
    Wrong(
        "configuration-as-it-lies-there",
        lambda site: site.put(old_configuration(site), canonical.dump(NOW.configuration)),
        DigestMismatch,
        r"configurations/.*",
        "its parent names",
    ),
    Wrong(
        "configuration-of-another",
        lambda site: on(old_configuration(site), set_to("config_name", to="worst"))(site),
        MalformedDocument,
        DOCUMENT,
        "config_name",
    ),
]


@pytest.mark.parametrize("wrong", FORGERIES, ids=str)
def test_a_past_that_was_changed_afterwards_is_refused(wrong: Wrong, honest: Site, tmp_path: Path) -> None:
    assert_refused(wrong, honest, tmp_path / "site")


def test_the_past_that_was_published_holds(honest: Site, tmp_path: Path) -> None:
    for path, raw in honest.files.items():
        write(tmp_path / path, raw)
    assert run("verify", tmp_path).status == 0


# What a comparison of publications says.


def test_a_comparison_says_which_revision_is_new(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    for place, earlier_ones, now in ((one, [], FIRST), (other, [FIRST], NOW)):
        build(bench(tmp_path / f"{place.name}-benchmark", earlier_ones, now), place)
    found = diff(str(one), str(other))
    [change] = [own for own in found.changed if own.entry == NAME]
    assert "revised: what it was is now revision 1" in change.reasons
    assert "    because: revised: what it was is now revision 1" in comparison_text(found)
