"""From a checked submission to a publication that a stranger verifies."""

from pathlib import Path

import msgspec

from board_builders import checked_submission, example, example_board
from proofboard.app.review.withdrawing import withdraw_entry
from proofboard.app.service.benchmarks import benchmarks, change_settings
from proofboard.app.service.evaluating import begin, evaluate_batch, finish
from proofboard.app.service.exporting import export_site
from proofboard.app.service.instance import Instance
from proofboard.app.service.publications import document, documents_of, published
from proofboard.app.service.publishing import close, draft, publish
from proofboard.app.service.releasing import Shown, signed_log
from proofboard.app.verify import verify
from proofboard.schemas.board import BoardRow, Leaderboard
from proofboard.schemas.service import BenchmarkSettings
from proofboard.store.tables import Benchmark, EntryRevision, Publication, Submission

BY_SCHEDULE = BenchmarkSettings(close="by schedule")


def evaluated(instance: Instance, submission: str) -> None:
    batches = begin(instance, submission)
    finish(instance, submission, [evaluate_batch(instance, submission, number) for number in range(batches)])


def the_id(instance: Instance) -> str:
    return benchmarks(instance)[0].id


def board_of(instance: Instance) -> Leaderboard:
    return msgspec.json.decode(document(instance, the_id(instance), "leaderboard.json"), type=Leaderboard)


def row_of(instance: Instance, name: str) -> BoardRow:
    return next(row for row in board_of(instance).entries if f"{row.vendor}/{row.config_name}" == name)


def state_of(instance: Instance, submission: str) -> str:
    with instance.database.reading() as session:
        row = session.get(Submission, submission)
        assert row is not None
        return row.state


def assert_verifies(instance: Instance, folder: Path) -> None:
    site = folder / f"site-{len(list(folder.iterdir()))}"
    export_site(instance, None, site)
    assert [str(own) for own in verify(str(site)).refusals] == []


def test_a_new_benchmark_is_on_the_board_after_its_first_close(instance: Instance, tmp_path: Path) -> None:
    example_board(instance, tmp_path)
    close(instance, the_id(instance))
    assert len(board_of(instance).entries) == 3
    assert_verifies(instance, tmp_path)


def test_a_submission_to_a_public_board_is_ranked_at_once(instance: Instance, tmp_path: Path) -> None:
    example_board(instance, tmp_path)
    close(instance, the_id(instance))
    submission = checked_submission(instance, example(tmp_path / "example"))
    evaluated(instance, submission)
    assert state_of(instance, submission) == "approved"
    publish(instance, the_id(instance))
    assert state_of(instance, submission) == "published"
    assert row_of(instance, "acme/quick").rank is not None
    assert_verifies(instance, tmp_path)


def test_an_append_waits_unranked_and_the_close_ranks_it(instance: Instance, tmp_path: Path) -> None:
    owner = example_board(instance, tmp_path)
    change_settings(instance, owner, the_id(instance), BY_SCHEDULE)
    close(instance, the_id(instance))
    for name in ("acme/quick", "acme/quicker"):
        evaluated(
            instance,
            checked_submission(instance, tmp_path / "example", name, f"3000{name[-1]}", org=owner.organisation_id),
        )
    publish(instance, the_id(instance))
    assert row_of(instance, "acme/quick").rank is None
    assert_verifies(instance, tmp_path)
    close(instance, the_id(instance))
    assert row_of(instance, "acme/quick").rank is not None
    assert_verifies(instance, tmp_path)


def test_the_same_publisher_twice_changes_nothing(instance: Instance, tmp_path: Path) -> None:
    example_board(instance, tmp_path)
    close(instance, the_id(instance))
    evaluated(instance, checked_submission(instance, tmp_path / "example"))
    publish(instance, the_id(instance))
    before = published(instance, the_id(instance)).digest
    publish(instance, the_id(instance))
    assert published(instance, the_id(instance)).digest == before


def test_a_revision_waits_for_the_close_and_keeps_what_was_there(instance: Instance, tmp_path: Path) -> None:
    owner = example_board(instance, tmp_path)
    change_settings(instance, owner, the_id(instance), BY_SCHEDULE)
    close(instance, the_id(instance))
    first, second = (
        checked_submission(instance, tmp_path / "example", "acme/quick", output, org=owner.organisation_id)
        for output in ("3000", "4000")
    )
    for submission in (first, second):
        evaluated(instance, submission)
        publish(instance, the_id(instance))
    assert [state_of(instance, own) for own in (first, second)] == ["published", "approved"]
    close(instance, the_id(instance))
    assert [state_of(instance, own) for own in (first, second)] == ["superseded", "published"]
    assert_verifies(instance, tmp_path)


def test_a_withdrawn_entry_is_listed_with_its_reason_and_not_ranked(instance: Instance, tmp_path: Path) -> None:
    example_board(instance, tmp_path)
    close(instance, the_id(instance))
    submission = checked_submission(instance, tmp_path / "example")
    evaluated(instance, submission)
    publish(instance, the_id(instance))
    with instance.database.writing() as session:
        row = session.get(EntryRevision, (the_id(instance), "acme/quick", 1))
        assert row is not None
        row.state, row.public_reason = "withdrawn", "trained on the items"
    close(instance, the_id(instance))
    board = board_of(instance)
    assert "acme/quick" not in {f"{own.vendor}/{own.config_name}" for own in board.entries}
    assert [own.entry for own in board.skipped] == ["acme/quick"]
    assert "trained on the items" in board.skipped[0].reason
    assert_verifies(instance, tmp_path)


def test_earlier_publications_keep_their_bytes(instance: Instance, tmp_path: Path) -> None:
    example_board(instance, tmp_path)
    close(instance, the_id(instance))
    first = published(instance, the_id(instance))
    before = {path: instance.blobs.get(digest) for path, digest in documents_of(instance, first).items()}
    evaluated(instance, checked_submission(instance, tmp_path / "example"))
    publish(instance, the_id(instance))
    again = published(instance, the_id(instance), first.digest)
    assert {path: instance.blobs.get(digest) for path, digest in documents_of(instance, again).items()} == before


def test_a_draft_changes_nothing_that_readers_see(instance: Instance, tmp_path: Path) -> None:
    example_board(instance, tmp_path)
    close(instance, the_id(instance))
    before = published(instance, the_id(instance)).digest
    draft(instance, the_id(instance))
    assert published(instance, the_id(instance)).digest == before
    with instance.database.reading() as session:
        assert session.query(Publication).filter_by(is_draft=True).count() == 1
        row = session.get(Benchmark, the_id(instance))
        assert row is not None
        assert row.dirty_since is None


def test_a_withdrawn_row_leaves_a_board_that_waits_for_its_close(instance: Instance, tmp_path: Path) -> None:
    owner = example_board(instance, tmp_path)
    change_settings(instance, owner, the_id(instance), BY_SCHEDULE)
    close(instance, the_id(instance))
    for name in ("acme/quick", "acme/quicker"):
        evaluated(instance, checked_submission(instance, tmp_path / "example", name, name, org=owner.organisation_id))
    publish(instance, the_id(instance))
    withdraw_entry(instance, owner, the_id(instance), "acme/quick", "a mistake of ours")
    publish(instance, the_id(instance))
    assert row_of(instance, "acme/quicker").pending
    assert "acme/quick" not in {f"{own.vendor}/{own.config_name}" for own in board_of(instance).entries}
    assert_verifies(instance, tmp_path)


def test_an_append_after_a_close_that_was_killed_tells_again_what_is_shown(instance: Instance, tmp_path: Path) -> None:
    owner = example_board(instance, tmp_path)
    change_settings(instance, owner, the_id(instance), BY_SCHEDULE)
    close(instance, the_id(instance))
    # A close writes the log before its release; killed between both, it leaves leaves of bundles that nobody saw.
    unseen = ("sha256:" + "0" * 64, "sha256:" + "1" * 64)
    rows = {f"{row.vendor}/{row.config_name}": unseen for row in board_of(instance).entries}
    signed_log(instance, the_id(instance), Shown(rows, []), kind="close")
    evaluated(instance, checked_submission(instance, tmp_path / "example", org=owner.organisation_id))
    publish(instance, the_id(instance))
    assert row_of(instance, "acme/quick").rank is None
    assert_verifies(instance, tmp_path)
