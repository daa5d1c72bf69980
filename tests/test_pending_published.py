"""A publication with rows that wait for the close verifies byte for byte, says how many wait, and shows them."""

import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from append_cases import inputs_of, of, with_pending
from builders import benchmark_folder, entry, held_out_store, items
from command_line import run
from proofboard.app.build import build
from proofboard.app.reading.differing import diff
from proofboard.app.reading.exporting import export
from proofboard.app.reading.showing import show
from proofboard.app.verify import as_json, as_text, verify
from proofboard.publish.appending import append
from proofboard.publish.assemble import assemble
from proofboard.publish.names import bundle_path
from proofboard.publish.opened import OpenedSite
from proofboard.publish.views.difference_text import comparison_text
from proofboard.publish.write import write_site
from proofboard.verify.refusals import DocumentMismatch, FinerThanReleased
from refusals.forging import Site, files_of, laid_out
from rich_benchmark import write_rich

ENTRIES = [entry("acme/best", 7), entry("acme/base", 5), entry("bolt/late", 6)]


def site_of(place: Path, names: Sequence[str], benchmark: Path, store: Path | None = None) -> Path:
    """Write a publication to which the named entries were appended since the close."""
    made, places = inputs_of(benchmark, store)
    write_site(assemble(with_pending(made, names)), places, place)
    return place


@pytest.fixture
def waiting(tmp_path: Path) -> Path:
    return site_of(tmp_path / "site", ["bolt/late"], benchmark_folder(tmp_path / "benchmark", ENTRIES))


def forged(tmp_path: Path, site: Path, path: str, change: Any) -> Path:
    return laid_out(Site(files_of(site)).edit(path, change).files, tmp_path / "forged")


def test_it_holds_and_the_verdict_says_how_many_rows_wait(waiting: Path) -> None:
    verdict = verify(str(waiting))
    assert verdict.holds, verdict.refusals
    assert "pending: 1 row waits for the next close; ranks are those of the last one" in as_text(verdict)
    assert json.loads(as_json(verdict))["n_pending"] == 1


def test_what_is_appended_to_a_folder_holds_beside_what_was_there(tmp_path: Path) -> None:
    build(benchmark_folder(tmp_path / "closed", ENTRIES[:2]), tmp_path / "site")
    whole, places = inputs_of(benchmark_folder(tmp_path / "benchmark", ENTRIES))
    late = next(own for own in whole.entries if own.name == "bolt/late")
    made = append(OpenedSite(tmp_path / "site").read, of(whole, late))
    laid_out(made.documents, tmp_path / "site")
    for digest in made.bundles:
        shutil.copytree(places[digest], tmp_path / "site" / bundle_path(digest))
    verdict = verify(str(tmp_path / "site"))
    assert verdict.holds, verdict.refusals
    assert verdict.n_pending == 1


def test_a_closed_board_says_nothing_of_waiting(tmp_path: Path) -> None:
    build(benchmark_folder(tmp_path / "benchmark", ENTRIES), tmp_path / "site")
    verdict = verify(str(tmp_path / "site"))
    assert "pending" not in as_text(verdict)
    assert verdict.n_pending == 0


def test_the_holder_of_the_held_out_set_finds_that_nothing_of_a_waiting_row_is_out(tmp_path: Path) -> None:
    write_rich(tmp_path / "benchmark", tmp_path / "store")
    site = site_of(tmp_path / "site", ["acme/weak", "bolt/old"], tmp_path / "benchmark", tmp_path / "store")
    verdict = verify(str(site), held_out=tmp_path / "store")
    assert verdict.holds, verdict.refusals
    assert verdict.n_pending == 2


@pytest.mark.parametrize("field", ["releases", "pending"])
def test_a_held_out_result_of_a_waiting_row_is_refused(tmp_path: Path, field: str) -> None:
    rules = benchmark_folder(tmp_path / "benchmark", ENTRIES)
    store = held_out_store(tmp_path / "store", {"acme/best": 40, "acme/base": 30})
    site = site_of(tmp_path / "site", ["bolt/late"], rules, store)

    def tell(document: Any) -> None:
        if field == "pending":
            document["pending"]["bolt/late"] = "no held-out responses are recorded"
        else:
            document["releases"].append({**document["releases"][0], "vendor": "bolt", "config_name": "late"})

    verdict = verify(str(forged(tmp_path, site, "releases.json", tell)))
    [refusal] = verdict.refusals
    assert isinstance(refusal, FinerThanReleased)
    assert "bolt/late is not on the board, or waits for its close" in refusal.reason


def test_a_row_that_is_called_pending_to_lose_its_place_changes_the_ranks_or_is_refused(
    tmp_path: Path, waiting: Path
) -> None:
    def call_pending(board: Any) -> None:
        best = next(row for row in board["entries"] if row["config_name"] == "best")
        best["pending"] = True

    verdict = verify(str(forged(tmp_path, waiting, "leaderboard.json", call_pending)))
    assert {type(refusal) for refusal in verdict.refusals} == {DocumentMismatch}


@pytest.mark.parametrize("count", [0, 2])
def test_a_wrong_count_of_waiting_rows_is_refused(tmp_path: Path, waiting: Path, count: int) -> None:
    verdict = verify(str(forged(tmp_path, waiting, "leaderboard.json", lambda board: board.update(n_pending=count))))
    assert [refusal.path for refusal in verdict.refusals] == ["leaderboard.json"]
    assert f"/n_pending is {count}, the public inputs give 1" in verdict.refusals[0].reason


def test_the_command_line_says_that_rows_wait(waiting: Path) -> None:
    finished = run("verify", waiting)
    assert finished.status == 0
    assert "pending: 1 row waits for the next close" in finished.out


# What readers are shown


def test_one_entry_is_shown_as_waiting(waiting: Path) -> None:
    lines = [line.split(None, 1)[1] for line in show(str(waiting), "bolt/late").splitlines() if "  rank " in line]
    assert lines == ["none: it waits for the next close"]


def test_an_exported_board_marks_what_waits_and_says_whose_ranks_it_shows(waiting: Path) -> None:
    text = export(str(waiting), "md")
    assert "1 entry waits for the next close: the ranks are those of the last one." in text
    [line] = [line for line in text.splitlines() if "| late " in line]
    assert "waits for the next close" in line


@pytest.mark.parametrize("board", ["category", "category:logic", "efficiency", "metrics"])
def test_no_exported_board_gives_a_rank_to_what_waits(waiting: Path, board: str) -> None:
    rows = export(str(waiting), "csv", board=board).splitlines()
    [late] = [row.split(",") for row in rows if ",late," in row]
    assert late[0] == ""


def test_a_closed_board_is_exported_without_a_word_of_waiting(tmp_path: Path) -> None:
    build(benchmark_folder(tmp_path / "benchmark", ENTRIES), tmp_path / "site")
    assert "pending" not in export(str(tmp_path / "site"), "csv").splitlines()[0]
    assert "wait" not in export(str(tmp_path / "site"), "md")


def test_the_difference_to_the_close_says_what_the_entry_waited_for(tmp_path: Path, waiting: Path) -> None:
    build(tmp_path / "benchmark", tmp_path / "closed")
    found = diff(str(waiting), str(tmp_path / "closed"))
    assert "the board was closed, which it waited for" in comparison_text(found)


def test_a_board_of_waiting_rows_alone_holds(tmp_path: Path) -> None:
    rules = benchmark_folder(tmp_path / "benchmark", ENTRIES, asked=items())
    site = site_of(tmp_path / "site", [own.configuration.name for own in ENTRIES], rules)
    assert verify(str(site)).holds
