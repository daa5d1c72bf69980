"""`compare` says how far entries are apart, whether chance explains it, and refuses what may not be compared."""

import shutil
from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner

from builders import benchmark, built, entry, items, with_model
from command_line import Finished, run
from proofboard.app.build import build
from proofboard.app.reading.comparing import compare_entries
from proofboard.cli.compare import command
from proofboard.publish.views.paired import ComparedEntries, ComparedPair
from proofboard.publish.views.paired_text import paired_text
from proofboard.record.imported import ImportedEntry, NewBundle
from proofboard.schemas.benchmark import Aggregate, Borda, Facet, Mean
from proofboard.schemas.bundle import Response
from rich_benchmark import write_rich

ASKED = items(80)
OLD = "0"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build a board of a clear winner, two that are near, one of an older protocol and one that is no measurement."""
    constant = [Response(prompt_id=item.id, output="always") for item in ASKED]
    entries = [
        entry("acme/best", 60, asked=ASKED),
        entry("acme/near", 44, asked=ASKED),
        with_model("bolt/base", "open/bolt-1.5", 41),
        entry("bolt/old", 50, asked=ASKED, protocol_version=OLD),
        entry("bolt/older", 20, asked=ASKED, protocol_version=OLD),
        ImportedEntry(entry("chaff/same").configuration, [NewBundle(responses=constant)]),
    ]
    entries[2] = entry("bolt/base", 41, asked=ASKED, decoding=entries[2].configuration.decoding)
    rules = benchmark(
        slice_pairs=[("category", "tier")],
        aggregates={
            "hard": Aggregate(mean=Mean(metric="correct", slice={"tier": ["hard"]})),
            "points": Aggregate(borda=Borda(children=["correct"])),
        },
    )
    return built(tmp_path_factory.mktemp("compare"), entries, rules=rules, asked=ASKED)


def compared(site: Path, *entries: str, **options: Any) -> list[ComparedPair]:
    return compare_entries(str(site), entries, **options).comparisons


def told(site: Path, *entries: str, **options: Any) -> str:
    return paired_text(compare_entries(str(site), entries, **options))


def refused(*arguments: object) -> str:
    """Answer what a refusal says; it must end with status 2 and print nothing else."""
    done: Finished = run("compare", *arguments)
    assert (done.status, done.out) == (2, "")
    return done.err


def test_a_pair_is_compared_on_the_headline_and_all_public_items(site: Path) -> None:
    [found] = compared(site, "acme/best", "acme/near")
    assert (found.slice, found.metric, found.n_items) == ("overall", "correct", 80)
    assert (found.difference, found.difference_exact, found.better) == (0.2, ("1", "5"), "acme/best")
    assert (found.only_a, found.only_b, found.deciding_items) == (16, 0, 16)
    assert (found.p_value, found.adjusted_p, found.told_apart) == (0.000031, 0.000031, True)


def test_words_say_who_is_better_beyond_chance(site: Path) -> None:
    text = told(site, "acme/best", "acme/near")
    assert "acme/best is better than acme/near, beyond chance (p 0.000031)." in text
    assert "The lead of acme/best is 16 items of 80." in text


def test_words_say_that_two_cannot_be_told_apart_and_what_could_be(site: Path) -> None:
    [found] = compared(site, "acme/near", "bolt/base")
    text = told(site, "acme/near", "bolt/base")
    assert "acme/near and bolt/base cannot be told apart (p 0.250000)." in text
    assert f"find a true difference of {found.detectable_difference} in four of five cases" in text


def test_power_and_items_are_told_for_the_difference_that_is_asked_for(site: Path) -> None:
    [small] = compared(site, "acme/near", "bolt/base", delta="0.01")
    [large] = compared(site, "acme/near", "bolt/base", delta="0.1")
    assert small.power is not None
    assert large.power is not None
    assert small.power < large.power
    assert small.items_needed is not None
    assert large.items_needed is not None
    assert small.items_needed == pytest.approx(100 * large.items_needed, rel=0.02)
    assert "power at 0.01" in told(site, "acme/near", "bolt/base", delta="0.01")


def test_entries_are_named_by_their_model_too(site: Path) -> None:
    found = compare_entries(str(site), ["open/bolt-1.5", "acme/best"])
    assert found.entries == ["bolt/base", "acme/best"]


def test_three_entries_make_every_pair_and_their_p_values_are_adjusted(site: Path) -> None:
    found = compared(site, "acme/best", "acme/near", "bolt/base")
    assert [(own.a, own.b) for own in found] == [
        ("acme/best", "acme/near"),
        ("acme/best", "bolt/base"),
        ("acme/near", "bolt/base"),
    ]
    assert [own.p_value for own in found] == [0.000031, 0.000004, 0.25]
    assert [own.adjusted_p for own in found] == [0.000061, 0.000011, 0.25]
    assert "by Holm over 3 comparisons" in told(site, "acme/best", "acme/near", "bolt/base")


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        ("tier=hard", "tier=hard"),
        ("category=logic×tier=hard", "category=logic×tier=hard"),
        ("tier=hard×category=logic", "category=logic×tier=hard"),
        ("category=logic,tier=hard", "category=logic×tier=hard"),
        ("category×tier=logic×hard", "category=logic×tier=hard"),
    ],
)
def test_a_slice_is_named_as_the_site_names_it_or_as_a_keyboard_can(site: Path, asked: str, name: str) -> None:
    [found] = compared(site, "acme/best", "acme/near", slices=[asked])
    assert (found.slice, found.n_items) == (name, 40 if name == "tier=hard" else 20)


def test_all_slices_are_summed_up_in_words(site: Path) -> None:
    text = told(site, "acme/best", "acme/near", slices=["all"], metrics=["correct", "hard"])
    assert "Of 22 comparisons, by Holm over all of them:" in text
    assert "acme/best is better on overall (correct)" in text


def test_the_same_items_under_two_names_are_compared_once_among_all(tmp_path: Path) -> None:
    asked = [item for item in ASKED if item.facets["tier"] == "easy"]
    board = built(tmp_path, [entry("a/one", 9, asked=asked), entry("b/two", 30, asked=asked)], asked=asked)
    names = [own.slice for own in compared(board, "a/one", "b/two", slices=["all"])]
    assert names == ["overall", "category=logic", "category=maths", "language=de", "language=en"]


def test_a_slice_that_is_named_twice_is_compared_once(site: Path) -> None:
    slices = ["tier=hard", "category=logic", "tier=hard"]
    found = compared(site, "acme/best", "acme/near", slices=slices)
    assert [own.slice for own in found] == ["tier=hard", "category=logic"]


def test_json_holds_the_numbers_of_the_text_as_canonical_bytes(site: Path) -> None:
    done = CliRunner().invoke(command, [str(site), "acme/best", "acme/near", "--json"])
    found = compare_entries(str(site), ["acme/best", "acme/near"])
    assert msgspec.json.decode(done.output, type=ComparedEntries) == found
    assert (done.exit_code, done.output.count("\n")) == (0, 1)


def test_every_number_of_the_json_is_explained_in_the_documentation() -> None:
    page = (Path(__file__).parents[1] / "docs/statistics.md").read_text(encoding="utf-8")
    assert [name for name in ComparedPair.__struct_fields__ if f"`{name}`" not in page] == []


def test_an_archive_compares_like_its_folder(site: Path, tmp_path: Path) -> None:
    archive = shutil.make_archive(str(tmp_path / "site"), "zip", site)
    assert compared(Path(archive), "acme/best", "acme/near") == compared(site, "acme/best", "acme/near")


def test_swapping_the_entries_turns_the_signs_around(site: Path) -> None:
    [there], [back] = compared(site, "acme/best", "acme/near"), compared(site, "acme/near", "acme/best")
    assert (there.difference, there.better) == (-(back.difference or 0), back.better)
    assert there.interval == (back.interval and (-back.interval[1], -back.interval[0]))


def test_entries_without_a_rank_are_compared_with_a_note(site: Path) -> None:
    found = compare_entries(str(site), ["acme/best", "chaff/same"])
    assert found.comparisons[0].difference is not None
    [note] = found.notes
    assert note.startswith("chaff/same is not ranked: all 80 answers are identical")


def test_entries_of_one_older_protocol_are_compared(site: Path) -> None:
    [found] = compared(site, "bolt/old", "bolt/older")
    assert found.better == "bolt/old"


def test_entries_of_two_protocols_are_refused(site: Path) -> None:
    said = refused(site, "acme/best", "bolt/old")
    assert "different protocol versions, which are never compared: acme/best of 1, bolt/old of 0" in said


def test_entries_of_two_tracks_are_refused(tmp_path: Path) -> None:
    rules = benchmark(
        facets={**benchmark().facets, "tier": Facet(values=["easy", "hard"], role="track")}, slice_pairs=[]
    )
    easy, hard = ([item for item in ASKED if item.facets["tier"] == tier] for tier in ("easy", "hard"))
    entries = [entry("a/easy", 9, asked=easy), entry("b/easy", 30, asked=easy), entry("c/hard", 9, asked=hard)]
    board = built(tmp_path, entries, rules=rules, asked=ASKED)
    assert "different tracks, which are never compared: a/easy of easy, c/hard of hard" in refused(
        board, "a/easy", "c/hard"
    )
    [found] = compared(board, "a/easy", "b/easy")
    assert (found.n_items, found.left_out, found.better) == (40, 0, "b/easy")


def test_a_failure_of_the_platform_is_the_reason_why_there_is_no_difference(tmp_path: Path) -> None:
    write_rich(tmp_path / "rich", tmp_path / "store")
    build(tmp_path / "rich", tmp_path / "site")
    [found] = compared(tmp_path / "site", "acme/strong", "bolt/fails")
    assert (found.difference, found.told_apart) == (None, None)
    assert found.reason == "the platform failed on 1 item of bolt/fails; answer them first"
    assert found.reason in told(tmp_path / "site", "acme/strong", "bolt/fails")


def test_points_by_rank_are_no_number_of_two_entries(site: Path) -> None:
    [found] = compared(site, "acme/best", "acme/near", metrics=["points"])
    assert "depend on all entries" in str(found.reason)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["acme/best"], "takes 2 to 4 entries, found 1"),
        (["acme/best", "acme/near", "bolt/base", "bolt/old", "bolt/older"], "takes 2 to 4 entries, found 5"),
        (["acme/best", "acme/bset"], "near are acme/best"),
        (["acme/best", "acme/best"], "acme/best is named twice"),
        (["acme/best", "acme/near", "--slice", "tier=hrad"], "--slice tier=hrad: is not known; near are tier=hard"),
        (["acme/best", "acme/near", "--metric", "corect"], "--metric corect: is not known; near are correct"),
        (["acme/best", "acme/near", "--delta", "0"], "give a decimal above 0"),
        (["acme/best", "acme/near", "--delta", "1e999999999"], "give a decimal above 0"),
        (["acme/best", "acme/near", "--delta", "nan"], "give a decimal above 0"),
    ],
)
def test_what_cannot_be_compared_is_refused(site: Path, arguments: list[str], said: str) -> None:
    assert said in refused(site, *arguments)


def test_every_unknown_slice_is_told_at_once(site: Path) -> None:
    said = refused(site, "acme/best", "acme/near", "--slice", "nothing", "--slice", "tier=none")
    assert said.count("is not known") == 2


def test_item_scores_that_were_changed_are_refused(site: Path, tmp_path: Path) -> None:
    forged = tmp_path / "forged"
    shutil.copytree(site, forged)
    for scores in (forged / "scores").iterdir():
        scores.write_bytes(scores.read_bytes().replace(b"0", b"1", 1))
    assert "it was changed after it was published" in refused(forged, "acme/best", "acme/near")
