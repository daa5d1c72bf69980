"""What a folder can hold that no document can: links, pipes, empty folders, other cases, other kinds of files."""

import os
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from command_line import run
from proofboard.publish.names import LEADERBOARD, ROOT
from refusals.forging import Files, laid_out
from refusals.wrong import refused


def replace_by_link(site: Path) -> None:
    (site.parent / "elsewhere.json").write_bytes((site / LEADERBOARD).read_bytes())
    (site / LEADERBOARD).unlink()
    (site / LEADERBOARD).symlink_to(site.parent / "elsewhere.json")


def replace_folder_by_link(site: Path) -> None:
    (site / "entries").rename(site.parent / "entries")
    (site / "entries").symlink_to(site.parent / "entries", target_is_directory=True)


def replace_folder_by_loop(site: Path) -> None:
    (site / "entries").rename(site.parent / "entries")
    (site / "entries").symlink_to("entries", target_is_directory=True)


def rename(old: str, new: str) -> Callable[[Path], None]:
    return lambda site: ignore((site / old).rename(site / new))


def replace_by_folder(site: Path) -> None:
    (site / LEADERBOARD).unlink()
    (site / LEADERBOARD / "inside").mkdir(parents=True)
    (site / LEADERBOARD / "inside" / "x").write_bytes(b"")


def empty_folders(site: Path) -> None:
    (site / ".a/b").mkdir(parents=True)


def name_of_bytes(site: Path) -> None:
    (site / os.fsdecode(b"x\xff")).write_bytes(b"")


def ignore(_answer: object) -> None:
    """Drop what `rename` answers."""


PLACES: Mapping[str, tuple[Callable[[Path], None], set[tuple[str, str]]]] = {
    "link": (replace_by_link, {("UnnamedFile", LEADERBOARD)}),
    "dangling link": (lambda site: (site / "x").symlink_to("nowhere"), {("UnnamedFile", "x")}),
    "link to a folder": (replace_folder_by_link, {("UnnamedFile", "entries")}),
    "link to itself": (replace_folder_by_loop, {("UnnamedFile", "entries")}),
    "pipe": (lambda site: os.mkfifo(site / "items/pipe"), {("UnnamedFile", "items/pipe")}),
    "empty folder": (lambda site: (site / "items/empty").mkdir(), {("UnnamedFile", "items/empty")}),
    "empty folders": (empty_folders, {("UnnamedFile", ".a"), ("UnnamedFile", ".a/b")}),
    "name that is not UTF-8": (name_of_bytes, {("UnnamedFile", r"x\udcff")}),
    "name in other case": (rename(LEADERBOARD, LEADERBOARD.upper()), {("MissingDocument", LEADERBOARD)}),
    "folder in other case": (rename("scores", "Scores"), {("MissingDocument", "scores/…")}),
    "folder for a file": (replace_by_folder, {("MissingDocument", LEADERBOARD)}),
    "root in other case": (rename(ROOT, ROOT.title()), {("RootRefusal", ROOT)}),
}


@pytest.mark.parametrize("place", PLACES)
def test_only_plain_files_under_their_own_names_are_a_site(
    place: str, sites: Mapping[bool, Files], tmp_path: Path
) -> None:
    spoil, expected = PLACES[place]
    site = laid_out(sites[True], tmp_path / "site")
    spoil(site)
    done = run("verify", site)
    found = {(kind, path if not path.startswith("scores/") else "scores/…") for kind, path in refused(done.out)}
    assert found == expected, done.out
    assert (done.status, done.err) == (1, "")


def test_an_empty_folder_is_no_publication(tmp_path: Path) -> None:
    done = run("verify", tmp_path)
    assert refused(done.out) == {("RootRefusal", ROOT)}
    assert "publication sha256:" not in done.out
    assert done.status == 1


def test_another_publication_than_the_expected_one_is_refused(sites: Mapping[bool, Files], tmp_path: Path) -> None:
    done = run("verify", laid_out(sites[True], tmp_path / "site"), "--expect", "sha256:" + "0" * 64)
    assert refused(done.out) == {("DigestMismatch", ROOT)}
    assert done.status == 1
