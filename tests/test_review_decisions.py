"""What owners and submitters decide: approve, refuse, withdraw, supersede, reinstate; each with a public reason."""

from functools import partial
from pathlib import Path
from string import ascii_letters

import msgspec
import pytest
from sqlalchemy import update

from board_builders import checked_submission, example, example_board
from people_builders import actions, at_once, status_of
from proofboard.app.people.paging import Span
from proofboard.app.review.closing import ask_close, ask_draft
from proofboard.app.review.deciding import approve, refuse
from proofboard.app.review.queue import review_queue
from proofboard.app.review.withdrawing import reinstate_entry, supersede_entry, withdraw_entry, withdraw_submission
from proofboard.app.service.actors import ANONYMOUS, Actor
from proofboard.app.service.benchmarks import change_settings
from proofboard.app.service.evaluating import begin, finish
from proofboard.app.service.exporting import export_site
from proofboard.app.service.instance import Instance
from proofboard.app.service.publications import document
from proofboard.app.service.publishing import close
from proofboard.app.verify import verify
from proofboard.errors import InputError, RefusedError
from proofboard.schemas.board import Leaderboard
from proofboard.schemas.service import BenchmarkSettings
from proofboard.store.tables import Result, Submission
from review_builders import BOARD, ENTRY, Published, jobs, kinds, leaves, revision_of, small_board, submission_of
from service_builders import actor, organisation, submission_row


def waiting(instance: Instance, state: str, board: str = "small") -> str:
    return submission_row(instance, organisation(instance), board, state=state)


# Approve and refuse


def test_an_approved_review_goes_to_the_queue_with_one_job(instance: Instance) -> None:
    owner, _ = small_board(instance)
    submission = waiting(instance, "in_review")
    approve(instance, owner, submission)
    approve(instance, owner, submission)
    assert submission_of(instance, submission).state == "queued"
    assert jobs(instance) == [("evaluate", submission)]
    assert actions(instance) == ["submission approved"]


def test_approved_scores_wait_for_the_publication(instance: Instance) -> None:
    owner, board = small_board(instance)
    submission = waiting(instance, "scored")
    assert approve(instance, owner, submission).state == "approved"
    assert jobs(instance) == [("publish", board)]
    assert submission_of(instance, submission).approved_by == owner.name


def test_a_refusal_is_told_in_the_log_with_its_reason(instance: Instance) -> None:
    owner, board = small_board(instance)
    submission = waiting(instance, "in_review")
    refuse(instance, owner, submission, "copied  from\nothers")
    row = submission_of(instance, submission)
    assert (row.state, row.public_reason) == ("refused", "copied from others")
    leaf = leaves(instance, board)[-1]
    assert (leaf.kind, leaf.submission, leaf.reason) == ("refused", submission, "copied from others")


@pytest.mark.parametrize("state", ["received", "queued", "published", "refused", "withdrawn", "failed"])
def test_what_does_not_wait_for_the_owner_is_neither_approved_nor_refused(instance: Instance, state: str) -> None:
    owner, _ = small_board(instance)
    submission = waiting(instance, state)
    assert status_of(lambda: approve(instance, owner, submission)) == 409
    assert status_of(lambda: refuse(instance, owner, submission, "no")) == 409


def test_of_an_approval_and_a_refusal_at_once_one_wins(instance: Instance) -> None:
    owner, _ = small_board(instance)
    submission = waiting(instance, "scored")
    found = at_once(
        partial(refuse, instance, owner, submission, "no"),
        partial(
            withdraw_submission, instance, actor(submission_of(instance, submission).organisation_id), submission, "x"
        ),
    )
    assert found == [200, 409]


@pytest.mark.parametrize("role", ["submitter", "other", "nobody"])
def test_only_who_runs_the_board_decides(instance: Instance, role: str) -> None:
    owner, _ = small_board(instance)
    submission = waiting(instance, "in_review")
    others: dict[str, Actor] = {
        "submitter": actor(owner.organisation_id, "submitter", is_host=True),
        "other": actor(organisation(instance, "bolt"), "owner"),
        "nobody": ANONYMOUS,
    }
    # Whether there is a submission that was never published is nobody's business.
    expected, hidden = (401, 401) if role == "nobody" else (403, 404)
    assert status_of(lambda: approve(instance, others[role], submission)) == hidden
    assert status_of(lambda: refuse(instance, others[role], submission, "no")) == hidden
    assert status_of(lambda: review_queue(instance, others[role], None, Span())) == expected


@pytest.mark.parametrize("reason", ["", " \n", "x" * 1001, "a\x00b", f"see ghp_{ascii_letters[:36]}"])
def test_a_reason_that_cannot_be_published_is_refused(instance: Instance, reason: str) -> None:
    owner, _ = small_board(instance)
    submission = waiting(instance, "in_review")
    with pytest.raises(InputError):
        refuse(instance, owner, submission, reason)
    assert submission_of(instance, submission).state == "in_review"


def test_the_queue_shows_what_is_known_the_longest_first_in_pages(instance: Instance) -> None:
    owner, board = small_board(instance)
    acme, bolt = organisation(instance, "acme"), organisation(instance, "bolt")
    recipe = f"sha256:{'a' * 64}"
    first = submission_row(instance, acme, board, state="in_review", remarks=["look here"], configuration_digest=recipe)
    second = submission_row(instance, bolt, board, state="scored", configuration_digest=recipe)
    submission_row(instance, bolt, board, state="queued")
    with instance.database.writing() as session:
        reason = "every answer is the same"
        session.add(
            Result(
                submission_id=second,
                metric="correct",
                slice="overall",
                benchmark_id=board,
                score=None,
                reason=reason,
                protocol_version="1",
            )
        )
    page = review_queue(instance, owner, None, Span(1))
    (one,) = page.items
    assert (one.submission, one.remarks, [own.submission for own in one.twins]) == (first, ["look here"], [second])
    (two,) = review_queue(instance, owner, None, Span(1, page.next)).items
    assert (two.submission, two.findings, two.organisation) == (second, [f"correct: {reason}"], "bolt")


# Withdraw


@pytest.mark.parametrize("state", ["received", "checking", "in_review", "queued", "evaluating", "scored", "approved"])
def test_a_submitter_withdraws_an_own_submission_on_its_way(instance: Instance, state: str) -> None:
    _, board = small_board(instance)
    submission = waiting(instance, state)
    submitter = actor(submission_of(instance, submission).organisation_id)
    withdraw_submission(instance, submitter, submission, "a mistake")
    withdraw_submission(instance, submitter, submission, "again")
    row = submission_of(instance, submission)
    assert (row.state, row.public_reason) == ("withdrawn", "a mistake")
    assert kinds(instance, board) == []


def test_a_worker_that_comes_late_finds_the_submission_withdrawn(instance: Instance, tmp_path: Path) -> None:
    example_board(instance, tmp_path)
    submission = checked_submission(instance, example(tmp_path / "example"))
    begin(instance, submission)
    submitter = actor(submission_of(instance, submission).organisation_id)
    withdraw_submission(instance, submitter, submission, "a mistake")
    finish(instance, submission, [])
    assert submission_of(instance, submission).state == "withdrawn"


def test_nobody_withdraws_what_others_have_on_its_way(instance: Instance) -> None:
    owner, _ = small_board(instance)
    submission = waiting(instance, "queued")
    assert status_of(lambda: withdraw_submission(instance, owner, submission, "no")) == 403
    other = actor(organisation(instance, "bolt"), "owner")
    assert status_of(lambda: withdraw_submission(instance, other, submission, "no")) == 404
    assert status_of(lambda: withdraw_submission(instance, ANONYMOUS, submission, "no")) == 401


@pytest.fixture
def board(instance: Instance, tmp_path: Path) -> Published:
    return Published(instance, tmp_path)


def leaderboard(instance: Instance) -> Leaderboard:
    return msgspec.json.decode(document(instance, BOARD, "leaderboard.json"), type=Leaderboard)


def test_a_withdrawn_entry_leaves_the_board_with_its_reason_and_the_board_verifies(
    board: Published, tmp_path: Path
) -> None:
    instance = board.instance
    withdraw_entry(instance, board.submitter, None, ENTRY, "trained on the items")
    assert jobs(instance) == [("close", BOARD)]
    close(instance, BOARD)
    (skipped,) = leaderboard(instance).skipped
    assert skipped.entry == ENTRY
    assert "trained on the items" in skipped.reason
    assert [leaf.reason for leaf in leaves(instance) if leaf.kind == "withdrawn"] == ["trained on the items"]
    export_site(instance, None, tmp_path / "site")
    assert [str(own) for own in verify(str(tmp_path / "site")).refusals] == []


def test_the_owner_puts_back_what_the_owner_took_off(board: Published, tmp_path: Path) -> None:
    instance = board.instance
    withdraw_entry(instance, board.owner, None, ENTRY, "looks copied")
    close(instance, BOARD)
    reinstate_entry(instance, board.owner, None, ENTRY, "the appeal was upheld")
    close(instance, BOARD)
    assert revision_of(instance).state == "listed"
    assert submission_of(instance, board.submission).state == "published"
    assert leaderboard(instance).skipped == []
    export_site(instance, None, tmp_path / "site")
    assert [str(own) for own in verify(str(tmp_path / "site")).refusals] == []


def test_what_its_submitter_withdrew_is_not_put_back(board: Published) -> None:
    withdraw_entry(board.instance, board.submitter, None, ENTRY, "a mistake")
    assert status_of(lambda: reinstate_entry(board.instance, board.owner, None, ENTRY, "we like it")) == 409


def test_an_entry_is_superseded_by_another_of_the_board(board: Published, tmp_path: Path) -> None:
    instance = board.instance
    successor = next(
        name for row in leaderboard(instance).entries if (name := f"{row.vendor}/{row.config_name}") != ENTRY
    )
    supersede_entry(instance, board.owner, None, ENTRY, "a newer one is here", successor)
    assert submission_of(instance, board.submission).state == "superseded"
    assert leaves(instance)[-1].successor == successor
    close(instance, BOARD)
    assert [own.entry for own in leaderboard(instance).skipped] == [ENTRY]
    export_site(instance, None, tmp_path / "site")
    assert [str(own) for own in verify(str(tmp_path / "site")).refusals] == []


@pytest.mark.parametrize("successor", [ENTRY, "acme/nothing"])
def test_a_successor_that_is_not_on_the_board_is_refused(board: Published, successor: str) -> None:
    with pytest.raises(InputError, match="successor"):
        supersede_entry(board.instance, board.owner, None, ENTRY, "newer", successor)
    assert revision_of(board.instance).state == "listed"


def test_only_the_owner_supersedes_and_reinstates(board: Published) -> None:
    assert status_of(lambda: supersede_entry(board.instance, board.submitter, None, ENTRY, "no")) == 403
    assert status_of(lambda: reinstate_entry(board.instance, board.submitter, None, ENTRY, "no")) == 403


def test_an_unknown_entry_is_not_found(board: Published) -> None:
    with pytest.raises(RefusedError) as refused:
        withdraw_entry(board.instance, board.owner, None, "acme/nothing", "no")
    assert refused.value.status == 404


def test_a_withdrawal_on_a_board_that_closes_by_schedule_calls_for_no_close(board: Published) -> None:
    change_settings(board.instance, board.owner, BOARD, BenchmarkSettings(close="by schedule"))
    withdraw_entry(board.instance, board.submitter, None, ENTRY, "a mistake")
    assert jobs(board.instance) == [("publish", BOARD)]


def test_the_owner_asks_for_a_close_and_a_draft_once(board: Published) -> None:
    first, second = (ask_draft(board.instance, board.owner, BOARD) for _ in range(2))
    assert first.job == second.job
    assert ask_close(board.instance, board.owner, BOARD).kind == "close"
    assert status_of(lambda: ask_close(board.instance, board.submitter, BOARD)) == 403


def test_a_failed_submission_may_still_be_withdrawn(instance: Instance) -> None:
    small_board(instance)
    submission = waiting(instance, "queued")
    with instance.database.writing() as session:
        session.execute(update(Submission).where(Submission.id == submission).values(state="failed"))
    submitter = actor(submission_of(instance, submission).organisation_id)
    assert withdraw_submission(instance, submitter, submission, "no more").state == "withdrawn"
