"""Which of several results of one model and task counts: the rule by which MTEB joins revisions."""

from itertools import pairwise
from pathlib import Path

import pytest

from mteb_source import ONE, read_cells, write_meta, write_result, write_specification
from proofboard.errors import InputError
from proofboard.record.mteb.importer import read
from proofboard.record.mteb.join import version_of

MAIN = "m" * 40
OTHER = "e" * 40

Candidate = tuple[str, str | None]
"""Revision and version of mteb."""


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return write_specification(tmp_path / "source", main_revision={ONE: MAIN})


def write_candidate(source: Path, candidate: Candidate, score: float) -> None:
    revision, version = candidate
    write_result(source, "Alpha", {"default": score}, revision=revision, mteb_version=version)


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        ((MAIN, "1.0.0"), (OTHER, "2.0.0")),
        ((MAIN, None), (OTHER, "2.0.0")),
        ((OTHER, "1.0.0"), (MAIN[:-1], None)),
        (("external", "1.0.0"), (OTHER, None)),
        ((OTHER, None), ("external", None)),
        ((OTHER, None), ("no_revision_available", None)),
        ((OTHER, "1.0.0"), ("external", "2.0.0")),
        ((OTHER, "1.10.0"), ("f" * 40, "1.9.9")),
        ((OTHER, "1.0.0"), ("f" * 40, "2.7.22-2.18.7")),
        ((OTHER, "1.0.0"), ("f" * 40, "unknown")),
        (("external", "1.1.0"), ("no_revision_available", "1.0.0")),
    ],
)
def test_one_result_comes_before_the_other(source: Path, better: Candidate, worse: Candidate) -> None:
    write_candidate(source, better, 0.75)
    write_candidate(source, worse, 0.25)
    assert read_cells(source) == {"alpha-test-default": 750_000_000_000}
    assert "1 result(s) stand in several revisions; one counts by the rule of MTEB" in read(source).notes


@pytest.mark.parametrize("revision", ["external", "no_revision_available", OTHER])
def test_a_result_that_is_alone_counts_whatever_its_revision(source: Path, revision: str) -> None:
    write_candidate(source, (revision, None), 0.5)
    assert read_cells(source) == {"alpha-test-default": 500_000_000_000}


def test_a_revision_that_is_null_is_an_unknown_one(source: Path) -> None:
    write_candidate(source, (OTHER, None), 0.5)
    write_candidate(source, ("odd", None), 0.25)
    (source / "results" / "maker__one" / "odd" / "model_meta.json").write_text(
        '{"name": "maker/one", "revision": null}'
    )
    assert read_cells(source) == {"alpha-test-default": 500_000_000_000}


def test_the_main_revision_counts_even_where_it_lacks_the_cell(source: Path) -> None:
    write_candidate(source, (OTHER, "2.0.0"), 0.5)
    write_result(source, "Alpha", {"validation-only": 0.9}, revision=MAIN)
    write_result(source, "Beta", {"default": 0.5}, revision=OTHER)
    assert read_cells(source) == {"beta-test-default": 500_000_000_000}


def test_a_result_file_without_any_split_does_not_count(source: Path) -> None:
    write_candidate(source, (OTHER, "2.0.0"), 0.5)
    write_result(source, "Alpha", {}, revision=MAIN, scores={})
    assert read_cells(source) == {"alpha-test-default": 500_000_000_000}
    assert any("hold no scores and were left out" in note for note in read(source).notes)


def test_the_choice_is_made_for_each_task_by_itself(source: Path) -> None:
    write_candidate(source, (MAIN, "1.0.0"), 0.5)
    write_candidate(source, ("external", None), 0.25)
    write_result(source, "Beta", {"default": 0.25}, revision="external")
    assert read_cells(source) == {"alpha-test-default": 500_000_000_000, "beta-test-default": 250_000_000_000}
    notes = read(source).notes
    assert "1 model(s) have results from several revisions, joined task by task as MTEB does" in notes
    (entry,) = read(source).entries
    assert entry.configuration.model
    assert entry.configuration.model.version == MAIN


def test_results_that_are_equal_by_the_rule_are_told_apart_by_revision_and_noted(source: Path) -> None:
    for revision, score in (("f" * 40, 0.75), (OTHER, 0.25)):
        write_candidate(source, (revision, "1.0.0"), score)
    assert read_cells(source) == {"alpha-test-default": 750_000_000_000}
    assert "1 of them are equal by that rule; the last revision by name counts" in read(source).notes


def copy_of(source: Path, revision: str, score: float) -> None:
    """Write a second folder that claims to be the same revision."""
    write_candidate(source, (f"{revision}-copy", "1.0.0"), score)
    meta = source / "results" / "maker__one" / f"{revision}-copy" / "model_meta.json"
    meta.write_text(f'{{"name": "maker/one", "revision": "{revision}"}}')


def test_one_revision_that_stands_twice_with_other_scores_is_refused(source: Path) -> None:
    write_candidate(source, (OTHER, "1.0.0"), 0.5)
    copy_of(source, OTHER, 0.25)
    with pytest.raises(InputError, match=r"has other scores of the revision 'eee.* keep one of them"):
        read(source)


def test_one_revision_that_stands_twice_with_the_same_scores_counts_once(source: Path) -> None:
    write_candidate(source, (OTHER, "1.0.0"), 0.5)
    copy_of(source, OTHER, 0.5)
    assert read_cells(source) == {"alpha-test-default": 500_000_000_000}


def test_the_models_own_file_names_it_and_not_its_folder(source: Path) -> None:
    write_candidate(source, (OTHER, "1.0.0"), 0.5)
    (source / "results" / "maker__one").rename(source / "results" / "renamed__folder")
    assert read_cells(source) == {"alpha-test-default": 500_000_000_000}


def test_a_folder_without_the_models_own_file_is_left_out_with_a_note(source: Path) -> None:
    write_candidate(source, (OTHER, "1.0.0"), 0.5)
    write_result(source, "Alpha", {"default": 0.9}, "maker/two")
    (source / "results" / "maker__two" / ("a" * 40) / "model_meta.json").unlink()
    imported = read(source)
    assert [entry.configuration.config_name for entry in imported.entries] == ["one"]
    assert any("1 folder(s) have no model_meta.json and were left out" in note for note in imported.notes)


def test_experiments_are_left_out_with_a_note(source: Path) -> None:
    write_candidate(source, (OTHER, "1.0.0"), 0.5)
    write_meta(source, "maker/one", MAIN, experiment_kwargs={"dimensions": 64})
    write_result(source, "Alpha", {"default": 0.9}, revision=MAIN)
    inner = source / "results" / "maker__one" / OTHER / "experiments" / "dimensions_64"
    inner.mkdir(parents=True)
    for name in ("Alpha.json", "model_meta.json"):
        (inner / name).write_bytes((source / "results" / "maker__one" / MAIN / name).read_bytes())
    assert read_cells(source) == {"alpha-test-default": 500_000_000_000}
    assert any("2 folder(s) hold experiments" in note for note in read(source).notes)


def test_versions_are_ordered_as_their_numbers_say() -> None:
    ordered = ["1.0.dev1", "1.0a1", "1.0b2", "1.0rc1", "1.0.0", "1.0.1.dev0", "1.0.1", "1.9", "1.10.0", "1.10.1.post1"]
    keys = [key for version in ordered if (key := version_of(version))]
    assert len(keys) == len(ordered)
    assert all(one < other for one, other in pairwise(keys))
    assert version_of("v1.0") == version_of("1.0.0")


@pytest.mark.parametrize("stated", [None, "", "mteb version not available", "2.7.22-2.18.7", "1.", "1" * 40, "1\n2"])
def test_what_is_no_version_is_unknown(stated: str | None) -> None:
    assert version_of(stated) is None
