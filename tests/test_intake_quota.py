"""Places in a quota: however many ask at once, no place is given twice and none is lost."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from intake_cases import artifact, configuration, handed_in, limits, open_benchmark, row_of, slot_of, submitter
from proofboard.app.intake.quota import (
    MOST_REFUNDED,
    Claimant,
    charge_scoring,
    normalised,
    refund,
    refund_refused,
    take_slot,
)
from proofboard.app.service.actors import Actor
from proofboard.app.service.instance import Instance
from proofboard.errors import RefusedError
from proofboard.schemas.configuration import Decoding
from proofboard.store.tables import QuotaSlot, Submission
from service_builders import submission_row

POSTS = 200


def outcome(instance: Instance, who: Actor, file: Path, key: str | None = None) -> int:
    try:
        handed_in(instance, who, file, idempotency_key=key)
    except RefusedError as error:
        return error.status
    return 202


def test_of_200_posts_at_once_one_gets_the_only_place(instance: Instance, tmp_path: Path) -> None:
    open_benchmark(instance, tmp_path)
    who, file = submitter(instance), artifact(tmp_path / "a.zip")
    with ThreadPoolExecutor(POSTS) as pool:
        outcomes = Counter(pool.map(lambda _: outcome(instance, who, file), range(POSTS)))
    assert outcomes == {202: 1, 429: POSTS - 1}
    assert instance.blobs.has(row_of(instance, only(instance)).upload)


def only(instance: Instance) -> str:
    with instance.database.reading() as session:
        return session.scalars(select(Submission.id)).one()


def test_of_many_retries_at_once_one_is_taken_and_all_get_its_receipt(instance: Instance, tmp_path: Path) -> None:
    open_benchmark(instance, tmp_path)
    who, file = submitter(instance), artifact(tmp_path / "a.zip")
    with ThreadPoolExecutor(20) as pool:
        receipts = list(pool.map(lambda _: handed_in(instance, who, file, idempotency_key="k"), range(20)))
    assert len({receipt.id for receipt in receipts}) == 1


def test_a_limit_of_three_takes_three_of_many(instance: Instance, tmp_path: Path) -> None:
    open_benchmark(instance, tmp_path, limits(submissions_per_model_and_day=3))
    who, file = submitter(instance), artifact(tmp_path / "a.zip")
    with ThreadPoolExecutor(20) as pool:
        outcomes = Counter(pool.map(lambda _: outcome(instance, who, file), range(20)))
    assert outcomes == {202: 3, 429: 17}


def test_the_limit_over_all_models_holds_for_different_ones_at_once(instance: Instance, tmp_path: Path) -> None:
    open_benchmark(instance, tmp_path, limits(submissions_per_day=2))
    who = submitter(instance)
    files = [
        artifact(tmp_path / f"{number}.zip", configuration(decoding=Decoding(model=f"m-{number}")))
        for number in range(8)
    ]
    with ThreadPoolExecutor(8) as pool:
        outcomes = Counter(pool.map(lambda file: outcome(instance, who, file), files))
    assert outcomes == {202: 2, 429: 6}


def test_organisations_have_places_of_their_own(instance: Instance, tmp_path: Path) -> None:
    open_benchmark(instance, tmp_path)
    file = artifact(tmp_path / "a.zip")
    assert [outcome(instance, submitter(instance, name), file) for name in ("a", "b")] == [202, 202]


def test_a_refund_gives_the_place_back_once_and_says_why(instance: Instance, tmp_path: Path) -> None:
    open_benchmark(instance, tmp_path)
    who, file = submitter(instance), artifact(tmp_path / "a.zip")
    first = handed_in(instance, who, file).id
    assert outcome(instance, who, file) == 429
    with instance.database.writing() as session:
        assert refund(session, first, "the disk is full")
        assert not refund(session, first, "again")
    slot = slot_of(instance, first)
    assert (slot.slot, slot.day_slot, slot.refunded_because) == (None, None, "the disk is full")
    assert [outcome(instance, who, file) for _ in range(2)] == [202, 429]


def claimant(submission: str, organisation: str = "org-a") -> Claimant:
    return Claimant(submission, organisation, "small", "m", "2026-11-21")


def test_refusals_are_given_back_up_to_a_number_of_each_day(instance: Instance, tmp_path: Path) -> None:
    settings = limits(submissions_per_model_and_day=None)
    open_benchmark(instance, tmp_path, settings)
    own = str(submitter(instance).organisation_id)
    ids = [submission_row(instance, own) for _ in range(MOST_REFUNDED + 1)]
    with instance.database.writing() as session:
        for name in ids:
            take_slot(session, claimant(name, own), settings, instance.now())
        given = [refund_refused(session, claimant(name, own)) for name in ids]
    assert given == [True] * MOST_REFUNDED + [False]


def test_held_out_scorings_are_charged_once_and_up_to_the_budget(instance: Instance, tmp_path: Path) -> None:
    settings = limits(scorings_per_rotation=2)
    open_benchmark(instance, tmp_path, settings)
    own = str(submitter(instance).organisation_id)
    ids = [submission_row(instance, own) for _ in range(3)]
    with instance.database.writing() as session:
        charged = [charge_scoring(session, claimant(name, own), settings) for name in [*ids[:2], ids[0]]]
        spent = charge_scoring(session, claimant(ids[2], own), settings)
    assert charged == [None, None, None]
    assert spent is not None
    assert "all 2 held-out scorings of rotation 1" in spent.reason


def test_an_unlimited_quota_still_counts(instance: Instance, tmp_path: Path) -> None:
    open_benchmark(instance, tmp_path, limits(submissions_per_model_and_day=None))
    who, file = submitter(instance), artifact(tmp_path / "a.zip")
    assert {outcome(instance, who, file) for _ in range(4)} == {202}
    with instance.database.reading() as session:
        assert session.scalar(select(func.max(QuotaSlot.slot))) == 3


@pytest.mark.parametrize(
    "name", ["GPT-4 ", "gpt-4", "gpt_4", "GPT 4", "\uff27\uff30\uff34-4", "gpt\u20104", "g\u200bpt-4", " gpt  4"]
)
def test_spellings_of_a_model_are_one(name: str) -> None:
    assert normalised(name) == "gpt-4"


def test_models_are_not_one_for_their_first_letters() -> None:
    assert (
        len({normalised(f"{'m' * 400}{end}") for end in ("a", "b")} | {normalised("gpt-4"), normalised("gpt-4.1")}) == 4
    )


@given(st.text(max_size=300))
def test_every_name_has_a_place_in_the_database(name: str) -> None:
    written = normalised(name)
    assert 0 < len(written) <= 500
    assert "\0" not in written
    assert normalised(written) == written or len(written) > 200
