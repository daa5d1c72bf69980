"""Names lead from the root to every document of a publication, and to nothing else."""

import json
from collections import deque
from pathlib import Path
from typing import Any

import pytest

from builders import built, files_of
from proofboard import canonical
from proofboard.errors import InputError
from proofboard.publish.names import ROOT, children, is_site_path, largest_bytes
from proofboard.schemas.publication import Publication

DIGEST = canonical.digest(b"")


def root_naming(documents: dict[str, str]) -> bytes:
    return canonical.dump(
        Publication(schema_version=1, benchmark="b", title="B", software_version="1", documents=documents)
    )


def test_the_walk_from_the_root_meets_every_file_of_a_publication_with_its_digest(tmp_path: Path) -> None:
    files = files_of(built(tmp_path))
    named = {ROOT: canonical.digest(files[ROOT])}
    waiting = deque([ROOT])
    while waiting:
        path = waiting.popleft()
        found = children(path, files[path])
        waiting.extend(found.keys() - named.keys())
        named |= found
    assert named == {path: canonical.digest(raw) for path, raw in files.items()}


def test_rows_of_other_protocols_name_their_entries_too(tmp_path: Path) -> None:
    files = files_of(built(tmp_path))
    board = json.loads(files["leaderboard.json"])
    moved = board["entries"].pop()
    board["other_protocols"] = [{"protocol_version": "0", "ranking": "public desc", "entries": [moved]}]
    path = f"entries/{moved['vendor']}/{moved['config_name']}.json"
    assert children("leaderboard.json", canonical.dump(board))[path] == moved["entry"]


def test_a_bundle_that_is_not_public_is_not_named(tmp_path: Path) -> None:
    files = files_of(built(tmp_path))
    entry = json.loads(files["entries/acme/best.json"])
    entry["identity"]["bundles"][0]["scores"] = None
    named = children("entries/acme/best.json", canonical.dump(entry))
    assert [path.partition("/")[0] for path in named] == ["configurations"]


@pytest.mark.parametrize("path", ["columns.json", "index.html", "scores/ab.json", "items/q.json", "boards/c/0.json"])
def test_a_document_of_any_other_kind_names_nothing(path: str) -> None:
    assert children(path, b"not even JSON") == {}


@pytest.mark.parametrize(
    "path",
    ["../up", "/etc/passwd", "a/../b", "a//b", "a\\b", "C:/x", "", ".git/config", "a/.hidden", "x\n", "a/", ROOT],
)
def test_a_name_that_could_leave_the_site_or_hide_in_it_is_refused(path: str) -> None:
    with pytest.raises(InputError, match="no path of a document"):
        children(ROOT, root_naming({path: DIGEST}))


def test_all_names_that_are_refused_are_reported_at_once() -> None:
    with pytest.raises(InputError) as caught:
        children(ROOT, root_naming({"../a": DIGEST, "ok.json": DIGEST, "/b": DIGEST}))
    assert len(caught.value.faults) == 2


def test_a_document_that_names_one_path_with_two_digests_is_refused(tmp_path: Path) -> None:
    board: Any = json.loads(files_of(built(tmp_path))["leaderboard.json"])
    board["entries"].append({**board["entries"][0], "entry": DIGEST})
    with pytest.raises(InputError, match="two digests"):
        children("leaderboard.json", canonical.dump(board))


def test_a_document_without_the_shape_of_its_kind_is_refused() -> None:
    with pytest.raises(InputError, match="documents: is required"):
        children(ROOT, b'{"schema_version":1}')


def test_the_longest_path_ids_make_site_paths() -> None:
    assert is_site_path(f"entries/{'v' * 64}/{'c' * 64}.json")


def test_entry_and_item_documents_are_smaller_than_boards_and_bundles() -> None:
    paths = [
        "entries/a/b.json",
        "items/0.json",
        "leaderboard.json",
        "scores/a.json",
        f"bundles/{'0' * 64}/responses.jsonl",
    ]
    assert [largest_bytes(path) >> 20 for path in paths] == [1, 2, 32, 256, 4096]
