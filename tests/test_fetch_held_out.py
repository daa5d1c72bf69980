"""Copying a private store into a cache loses nothing that was there."""

from pathlib import Path

import pytest

from command_line import run


@pytest.fixture
def store(tmp_path: Path) -> Path:
    place = tmp_path / "store"
    (place / "items").mkdir(parents=True)
    (place / "items/held_out.jsonl").write_text('{"id":"a"}\n')
    return place


def files_below(folder: Path) -> dict[str, str]:
    return {str(path.relative_to(folder)): path.read_text() for path in folder.rglob("*") if path.is_file()}


def test_a_store_is_copied_whole_and_nothing_else_is_left(store: Path, tmp_path: Path) -> None:
    done = run("held-out", "fetch", store, "--into", tmp_path / "far/cache")
    assert (done.status, done.err) == (0, "")
    assert files_below(tmp_path / "far") == {"cache/items/held_out.jsonl": '{"id":"a"}\n'}


def test_an_earlier_copy_is_replaced(store: Path, tmp_path: Path) -> None:
    run("held-out", "fetch", store, "--into", tmp_path / "cache")
    (tmp_path / "cache/items/old.jsonl").write_text("")
    assert run("held-out", "fetch", store, "--into", tmp_path / "cache").status == 0
    assert files_below(tmp_path / "cache") == files_below(store)


def test_a_folder_that_is_no_copy_of_a_store_is_left_as_it_was(store: Path, tmp_path: Path) -> None:
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes/thesis.txt").write_text("precious")
    (tmp_path / "cache.new").mkdir()
    (tmp_path / "cache.new/draft.txt").write_text("precious too")
    before = files_below(tmp_path)
    refused = run("held-out", "fetch", store, "--into", tmp_path / "notes")
    assert refused.status == 2
    assert "no earlier copy of a store" in refused.err
    assert files_below(tmp_path) == before
    assert run("held-out", "fetch", store, "--into", tmp_path / "cache").status == 0
    assert files_below(tmp_path / "cache.new") == {"draft.txt": "precious too"}


@pytest.mark.parametrize("into", [".", "store", "store/cache"])
def test_a_store_is_never_copied_over_or_into_itself(store: Path, tmp_path: Path, into: str) -> None:
    before = files_below(tmp_path)
    refused = run("held-out", "fetch", store, "--into", tmp_path / into)
    assert refused.status == 2
    assert "contain each other" in refused.err
    assert files_below(tmp_path) == before


def test_a_file_is_not_taken_for_a_cache(store: Path, tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file")
    refused = run("held-out", "fetch", store, "--into", tmp_path / "cache")
    assert refused.status == 2
    assert (tmp_path / "cache").read_text() == "a file"
