"""Appeals: who files, who judges, by when, and what the log says; audits: who sees them and how they end."""

from functools import partial

import pytest

from people_builders import at_once, member, status_of
from proofboard.app.people.paging import Span
from proofboard.app.review.appeals import (
    MOST_OPEN,
    AppealFilter,
    AppealView,
    NewAppeal,
    acknowledge,
    appeal,
    appeals,
    appeals_of,
    decide,
    file_appeal,
    retract,
    take_up,
)
from proofboard.app.review.audits import add_finding, audit, audits, decide_audit, open_audit
from proofboard.app.review.deciding import refuse
from proofboard.app.service.actors import ANONYMOUS, Actor
from proofboard.app.service.instance import Instance
from proofboard.errors import InputError
from review_builders import leaves, small_board, submission_of
from service_builders import SetClock, actor, key_and_id, organisation, submission_row


class Refused:
    """A submission that the board's owner refused, and everybody around it."""

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self.owner, self.board = small_board(instance)
        acme = organisation(instance)
        self.submission = submission_row(instance, acme, state="in_review")
        self.submitter = actor(acme)
        self.colleague = member(instance, str(self.owner.organisation_id), "maintainer")
        refuse(instance, self.owner, self.submission, "looks copied")

    def filed(self, reason: str = "it is ours") -> AppealView:
        return file_appeal(self.instance, self.submitter, NewAppeal(submission=self.submission, reason=reason))


@pytest.fixture
def refused(instance: Instance) -> Refused:
    return Refused(instance)


def test_an_appeal_goes_its_way_and_its_ends_are_leaves(refused: Refused) -> None:
    instance, own = refused.instance, refused.filed()
    acknowledge(instance, refused.owner, own.id, "read")
    take_up(instance, refused.colleague, own.id)
    ended = decide(instance, refused.colleague, own.id, "upheld", "we were wrong; hand it in again")
    assert [step.state for step in ended.moves] == ["filed", "acknowledged", "under_review", "upheld"]
    assert (ended.decision, ended.due_at) == ("we were wrong; hand it in again", None)
    told = [(leaf.kind, leaf.appeal, leaf.outcome) for leaf in leaves(instance, refused.board)[-2:]]
    assert told == [("appeal_filed", own.id, None), ("appeal_decided", own.id, "upheld")]
    assert submission_of(instance, refused.submission).state == "refused"


def test_who_made_the_decision_may_acknowledge_and_not_judge(refused: Refused) -> None:
    own = refused.filed()
    acknowledge(refused.instance, refused.owner, own.id)
    assert status_of(lambda: take_up(refused.instance, refused.owner, own.id)) == 403


def test_a_person_is_the_same_behind_every_key_of_theirs(instance: Instance) -> None:
    owner, _ = small_board(instance)
    person = member(instance, str(owner.organisation_id), "owner")
    _, key = key_and_id(instance, str(owner.organisation_id), "owner", person_id=person.id)
    acme = organisation(instance)
    submission = submission_row(instance, acme, state="in_review")
    refuse(instance, Actor("key", key, owner.organisation_id, "owner", is_host=True), submission, "looks copied")
    own = file_appeal(instance, actor(acme), NewAppeal(submission=submission, reason="it is ours"))
    acknowledge(instance, person, own.id)
    assert status_of(lambda: take_up(instance, person, own.id)) == 403


def test_nobody_of_the_organisations_that_it_is_about_judges(instance: Instance) -> None:
    owner, _ = small_board(instance)
    host = str(owner.organisation_id)
    submission = submission_row(instance, host, state="refused")
    own = file_appeal(instance, owner, NewAppeal(submission=submission, reason="it is ours"))
    colleague = member(instance, host, "maintainer")
    acknowledge(instance, colleague, own.id)
    assert status_of(lambda: take_up(instance, colleague, own.id)) == 403


def test_only_the_reviewer_decides_and_a_review_may_be_taken_over(refused: Refused) -> None:
    instance, own = refused.instance, refused.filed()
    other = member(instance, str(refused.owner.organisation_id), "maintainer")
    acknowledge(instance, refused.owner, own.id)
    take_up(instance, refused.colleague, own.id)
    assert status_of(lambda: decide(instance, other, own.id, "rejected", "no")) == 403
    take_up(instance, other, own.id, "she is away")
    assert decide(instance, other, own.id, "rejected", "it is copied").state == "rejected"


@pytest.mark.parametrize("role", ["submitter", "stranger", "nobody"])
def test_only_who_runs_the_board_handles_appeals(refused: Refused, role: str) -> None:
    own = refused.filed()
    others = {"submitter": refused.submitter, "stranger": actor(organisation(refused.instance, "bolt"), "owner")}
    by, expected = others.get(role, ANONYMOUS), 401 if role == "nobody" else 403
    assert status_of(lambda: acknowledge(refused.instance, by, own.id)) == expected
    assert status_of(lambda: take_up(refused.instance, by, own.id)) == expected
    assert status_of(lambda: decide(refused.instance, by, own.id, "upheld", "yes")) == expected


def test_no_step_is_skipped(refused: Refused) -> None:
    own = refused.filed()
    assert status_of(lambda: take_up(refused.instance, refused.colleague, own.id)) == 409
    assert status_of(lambda: decide(refused.instance, refused.colleague, own.id, "upheld", "yes")) == 409


def test_of_two_decisions_at_once_one_counts(refused: Refused) -> None:
    instance, own = refused.instance, refused.filed()
    acknowledge(instance, refused.owner, own.id)
    take_up(instance, refused.colleague, own.id)
    calls = [partial(decide, instance, refused.colleague, own.id, end, "so it is") for end in ("upheld", "rejected")]
    assert at_once(*calls) == [200, 409]
    assert [leaf.kind for leaf in leaves(instance, refused.board)].count("appeal_decided") == 1


def test_every_step_is_owed_in_time_and_overdue_ones_are_listed(refused: Refused) -> None:
    instance, own = refused.instance, refused.filed()
    clock = instance.clock
    assert isinstance(clock, SetClock)
    overdue = AppealFilter(overdue=True)
    assert own.due_at == instance.later(days=14)
    clock.advance(days=15)
    assert [found.id for found in appeals(instance, overdue, Span()).items] == [own.id]
    acknowledge(instance, refused.owner, own.id)
    assert appeals(instance, overdue, Span()).items == []


def test_everybody_reads_an_appeal_and_nobody_who_reviews_is_named(refused: Refused) -> None:
    own = refused.filed()
    found = appeal(refused.instance, own.id)
    assert (found.organisation, found.reason, found.state) == ("acme", "it is ours", "filed")
    with refused.instance.database.reading() as session:
        assert [one.id for one in appeals_of(session, refused.board, "acme/short", refused.instance.now())] == [own.id]


def test_the_submitter_retracts_and_others_do_not(refused: Refused) -> None:
    own = refused.filed()
    assert status_of(lambda: retract(refused.instance, refused.owner, own.id)) == 403
    assert retract(refused.instance, refused.submitter, own.id, "we understand").state == "retracted"
    assert status_of(lambda: acknowledge(refused.instance, refused.owner, own.id)) == 409


def test_nobody_appeals_for_others_or_against_nothing(refused: Refused) -> None:
    instance, stranger = refused.instance, actor(organisation(refused.instance, "bolt"))
    of_others = NewAppeal(submission=refused.submission, reason="no")
    assert status_of(lambda: file_appeal(instance, stranger, of_others)) == 404
    assert status_of(lambda: file_appeal(instance, stranger, NewAppeal(entry="acme/nothing", reason="no"))) == 404
    assert status_of(lambda: file_appeal(instance, ANONYMOUS, of_others)) == 401
    with pytest.raises(InputError, match="exactly one"):
        file_appeal(instance, refused.submitter, NewAppeal(reason="no"))


def test_an_organisation_has_so_many_open_appeals_and_no_more(refused: Refused) -> None:
    for _ in range(MOST_OPEN):
        refused.filed()
    assert status_of(refused.filed) == 429


def test_appeals_come_in_pages_the_latest_first(refused: Refused) -> None:
    ids = [refused.filed().id for _ in range(3)]
    first = appeals(refused.instance, AppealFilter(), Span(2))
    second = appeals(refused.instance, AppealFilter(), Span(2, first.next))
    assert [own.id for own in (*first.items, *second.items)] == sorted(ids, reverse=True)
    assert second.next is None


@pytest.mark.parametrize("cursor", ["!", "AAAA", "8J-YgA=="])
def test_what_is_no_cursor_is_refused(refused: Refused, cursor: str) -> None:
    with pytest.raises(InputError, match="cursor"):
        appeals(refused.instance, AppealFilter(), Span(2, cursor))


# Audits


def test_an_audit_is_opened_once_for_one_cause_and_ends_with_a_reason(refused: Refused) -> None:
    instance = refused.instance
    first, second = (open_audit(instance, refused.owner, refused.submission, "odd answers") for _ in range(2))
    assert first.id == second.id
    add_finding(instance, refused.owner, first.id, "50 of 51 answers are the same")
    ended = decide_audit(instance, refused.owner, first.id, "confirmed", "copied")
    assert (ended.state, ended.findings) == ("confirmed", ["50 of 51 answers are the same"])
    assert status_of(lambda: decide_audit(instance, refused.owner, first.id, "cleared", "no")) == 409
    assert status_of(lambda: add_finding(instance, refused.owner, first.id, "more")) == 409


def test_a_submitter_hears_of_an_audit_when_it_has_ended(refused: Refused) -> None:
    instance = refused.instance
    own = open_audit(instance, refused.owner, refused.submission, "odd answers")
    assert status_of(lambda: audit(instance, refused.submitter, own.id)) == 404
    assert audits(instance, refused.submitter, None, None, Span()).items == []
    decide_audit(instance, refused.owner, own.id, "cleared", "they are right")
    assert [found.id for found in audits(instance, refused.submitter, None, None, Span()).items] == [own.id]
    stranger = actor(organisation(instance, "bolt"))
    assert audits(instance, stranger, None, None, Span()).items == []
    assert status_of(lambda: audit(instance, stranger, own.id)) == 404


@pytest.mark.parametrize("role", ["submitter", "nobody"])
def test_only_who_runs_the_board_audits(refused: Refused, role: str) -> None:
    instance = refused.instance
    own = open_audit(instance, refused.owner, refused.submission, "odd answers")
    by, expected, hidden = (ANONYMOUS, 401, 401) if role == "nobody" else (refused.submitter, 403, 404)
    assert status_of(lambda: open_audit(instance, by, refused.submission, "revenge")) == expected
    # Who is looked at is not told before it is known what was found.
    assert status_of(lambda: add_finding(instance, by, own.id, "x")) == hidden
    assert status_of(lambda: decide_audit(instance, by, own.id, "cleared", "x")) == hidden


def test_nobody_clears_a_submission_of_the_own_organisation(instance: Instance) -> None:
    owner, _ = small_board(instance)
    submission = submission_row(instance, str(owner.organisation_id), state="scored")
    own = open_audit(instance, owner, submission, "odd answers")
    assert status_of(lambda: decide_audit(instance, owner, own.id, "cleared", "all is well")) == 403
