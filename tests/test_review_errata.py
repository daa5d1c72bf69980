"""Errata: an item leaves or is corrected, all entries are scored again, and the record says so."""

from pathlib import Path

import msgspec
import pytest

from board_builders import packed
from builders import benchmark_folder, entry
from people_builders import status_of
from proofboard.app.people.paging import Span
from proofboard.app.review.errata import NewErratum, announce_erratum, errata
from proofboard.app.service.benchmarks import add_benchmark
from proofboard.app.service.exporting import export_site
from proofboard.app.service.instance import Instance
from proofboard.app.service.publications import document
from proofboard.app.service.publishing import close
from proofboard.app.verify import verify
from proofboard.errors import InputError
from proofboard.schemas.board import Leaderboard
from review_builders import BOARD, ENTRY, Published, jobs, leaves, revision_of, submission_of
from service_builders import host_actor

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""What these tests claim is no matter of the database; those of decisions, appeals and upkeep run on both."""


@pytest.fixture
def board(instance: Instance, tmp_path: Path) -> Published:
    return Published(instance, tmp_path)


def leaderboard(instance: Instance, benchmark: str = BOARD) -> Leaderboard:
    return msgspec.json.decode(document(instance, benchmark, "leaderboard.json"), type=Leaderboard)


def assert_verifies(instance: Instance, folder: Path) -> None:
    export_site(instance, None, folder / "site")
    assert [str(own) for own in verify(str(folder / "site")).refusals] == []


def first_item(board: Published) -> str:
    return str(msgspec.json.decode((board.folder / "items/public.jsonl").read_bytes().splitlines()[0])["id"])


def test_an_excluded_item_leaves_every_entry_and_the_board_verifies(board: Published, tmp_path: Path) -> None:
    instance, before = board.instance, leaderboard(board.instance)
    done = announce_erratum(instance, board.owner, NewErratum(item=first_item(board), action="exclude", reason="wrong"))
    assert (done.action, done.entries, jobs(instance)) == ("excluded", 1, [("close", BOARD)])
    close(instance, BOARD)
    after = leaderboard(instance)
    n_prompts = {row.public.n_prompts for row in after.entries}
    assert n_prompts == {before.entries[0].public.n_prompts - 1}
    assert {row.config_name for row in after.entries} == {row.config_name for row in before.entries}
    assert_verifies(instance, tmp_path)


def test_what_was_recorded_stays_as_an_earlier_revision(board: Published) -> None:
    instance, before = board.instance, revision_of(board.instance)
    announce_erratum(instance, board.owner, NewErratum(item=first_item(board), action="exclude", reason="wrong"))
    first, second = (revision_of(instance, ENTRY, number) for number in (1, 2))
    assert (first.state, first.bundles) == ("superseded", before.bundles)
    assert (second.state, second.submission_id) == ("pending", board.submission)
    assert submission_of(instance, board.submission).state == "published"


def test_a_corrected_reference_changes_scores_and_no_bundle(instance: Instance, tmp_path: Path) -> None:
    owner = host_actor(instance)
    folder = benchmark_folder(tmp_path / "small", [entry("acme/best", 7)])
    add_benchmark(instance, owner, packed(folder, tmp_path / "small.zip"))
    close(instance, "small")
    (before,) = leaderboard(instance, "small").entries
    new = NewErratum(item="q7", action="correct", reason="7 was wrong", correction={"reference": "not q7"})
    done = announce_erratum(instance, owner, new)
    close(instance, "small")
    (after,) = leaderboard(instance, "small").entries
    assert (before.public.score, after.public.score, done.entries) == (0.875, 1.0, 0)
    assert before.run.recorded_bundle_sha256 == after.run.recorded_bundle_sha256
    assert_verifies(instance, tmp_path)


def test_the_record_says_what_was_wrong_and_from_when_on(board: Published) -> None:
    item = first_item(board)
    announce_erratum(board.instance, board.owner, NewErratum(item=item, action="exclude", reason="two are right"))
    told = [(leaf.kind, leaf.publication is not None) for leaf in leaves(board.instance)[-2:]]
    assert told == [("erratum", True), ("rescored", True)]
    (listed,) = errata(board.instance, None, Span()).items
    assert (listed.item, listed.action, listed.reason) == (item, "excluded", "two are right")


@pytest.mark.parametrize(
    "correction", [{"prompt": "Which?"}, {"choices": ["a"]}, {"id": "other"}, {"weight": 0}, {"x": 1}]
)
def test_a_correction_that_asks_something_else_or_is_no_item_is_refused(
    board: Published, correction: dict[str, object]
) -> None:
    new = NewErratum(item=first_item(board), action="correct", reason="wrong", correction=correction)
    with pytest.raises(InputError, match="correction"):
        announce_erratum(board.instance, board.owner, new)
    assert errata(board.instance, None, Span()).items == []


def test_an_unknown_item_and_a_correction_of_nothing_are_refused(board: Published) -> None:
    for new in (
        NewErratum(item="nothing", action="exclude", reason="wrong"),
        NewErratum(item=first_item(board), action="correct", reason="wrong"),
        NewErratum(item=first_item(board), action="exclude", reason="wrong", correction={"weight": 2}),
    ):
        with pytest.raises(InputError):
            announce_erratum(board.instance, board.owner, new)


def test_only_who_runs_the_board_announces_errata(board: Published) -> None:
    new = NewErratum(item=first_item(board), action="exclude", reason="wrong")
    assert status_of(lambda: announce_erratum(board.instance, board.submitter, new)) == 403
