"""Audits that nobody asked for: each submission has one chance, and what is suspicious is looked at."""

from typing import Any

import pytest
from sqlalchemy import select

from people_builders import actions
from proofboard.app.service.instance import Instance
from proofboard.app.upkeep.audits import CHANCE, DETECTED, SAME_ANSWERS, SAME_RECIPE, choose
from proofboard.store.tables import Audit, AuditRecord, Result, SubmissionMove
from review_builders import small_board
from service_builders import SetClock, organisation, submission_row


def scored(instance: Instance, org: str, **columns: Any) -> str:
    """Add a submission that was scored a while ago."""
    own = submission_row(instance, org, state="scored", **columns)
    with instance.database.writing() as session:
        session.add(SubmissionMove(submission_id=own, state="scored", at=instance.now(), note=None))
    assert isinstance(instance.clock, SetClock)
    instance.clock.advance(seconds=61)
    return own


def opened(instance: Instance) -> list[tuple[str, str]]:
    with instance.database.reading() as session:
        return sorted((row.submission_id, row.because) for row in session.scalars(select(Audit)))


@pytest.mark.parametrize(("share", "expected"), [(0.0, 0), (1.0, 12)])
def test_chance_chooses_the_share_that_the_owner_set(instance: Instance, share: float, expected: int) -> None:
    _, board = small_board(instance, audit_share=share)
    acme = organisation(instance)
    for _ in range(12):
        scored(instance, acme)
    choose(instance, board)
    assert [because for _, because in opened(instance)] == [CHANCE] * expected


def test_a_submission_has_one_chance_ever(instance: Instance) -> None:
    _, board = small_board(instance, audit_share=1.0)
    acme = organisation(instance)
    scored(instance, acme)
    choose(instance, board)
    with instance.database.writing() as session:
        session.query(Audit).delete()
    choose(instance, board)
    assert opened(instance) == []
    later = scored(instance, acme)
    choose(instance, board)
    assert opened(instance) == [(later, CHANCE)]


def test_copies_of_other_organisations_and_what_detectors_found_are_looked_at(instance: Instance) -> None:
    _, board = small_board(instance, audit_share=0.0)
    acme, bolt = organisation(instance), organisation(instance, "bolt")
    digest = [f"sha256:{letter * 64}" for letter in "abc"]
    scored(instance, acme, bundle_digest=digest[0], configuration_digest=digest[1])
    same_answers = scored(instance, bolt, bundle_digest=digest[0], configuration_digest=digest[2])
    same_recipe = scored(instance, bolt, configuration_digest=digest[1])
    own_again = scored(instance, acme, configuration_digest=digest[1])
    constant = scored(instance, acme)
    with instance.database.writing() as session:
        session.add(
            Result(
                submission_id=constant,
                metric="correct",
                slice="overall",
                benchmark_id=board,
                reason="every answer is the same",
                protocol_version="1",
            )
        )
    choose(instance, board)
    expected = [(same_answers, SAME_ANSWERS), (same_recipe, SAME_RECIPE), (constant, DETECTED)]
    found = [own for own in opened(instance) if own[0] != own_again]
    assert found == sorted(expected)


def test_the_audit_log_says_how_far_was_looked(instance: Instance) -> None:
    _, board = small_board(instance, audit_share=0.0)
    scored(instance, organisation(instance))
    choose(instance, board)
    assert actions(instance) == ["audits drawn"]
    with instance.database.reading() as session:
        details = session.scalar(select(AuditRecord.details))
    assert (details["looked at"], details["opened"]) == (1, 0)
