"""Checks on both databases: a step may be redone, and what was handed in before is known."""

import json
from pathlib import Path

from sqlalchemy import select

from intake_cases import (
    answers,
    artifact,
    checked,
    configuration,
    handed_in,
    jobs_of,
    listed,
    open_benchmark,
    reasons,
    slot_of,
    states_of,
    submitter,
    unlimited,
)
from proofboard import canonical
from proofboard.app.intake.checking import check
from proofboard.app.service.evaluating import checked_files
from proofboard.app.service.instance import Instance
from proofboard.app.service.moves import move
from proofboard.schemas.bundle import Response
from proofboard.store.tables import LogLeaf, SigningKey, Submission


def test_what_is_in_order_is_kept_and_queued(instance: Instance, tmp_path: Path) -> None:
    open_benchmark(instance, tmp_path)
    own = checked(instance, submitter(instance), artifact(tmp_path / "a.zip"))
    assert states_of(instance, own.id) == ["received", "checking", "queued"]
    assert jobs_of(instance, own.id) == [("check", "trusted"), ("evaluate", "trusted")]
    with instance.database.reading() as session:
        files = checked_files(session, own.id)
    assert sorted(files) == [
        "bundles/public/manifest.json",
        "bundles/public/responses.jsonl",
        "configuration.json",
    ]
    assert own.bundle_digest == files["bundles/public/manifest.json"]
    assert own.configuration_digest == configuration().digest()
    assert instance.blobs.get(files["configuration.json"]) == canonical.dump(configuration())


def test_a_check_that_is_done_twice_is_done_once(instance: Instance, tmp_path: Path) -> None:
    open_benchmark(instance, tmp_path)
    own = checked(instance, submitter(instance), artifact(tmp_path / "a.zip"))
    check(instance, own.id)
    assert states_of(instance, own.id) == ["received", "checking", "queued"]
    assert len(jobs_of(instance, own.id)) == 2


def test_what_was_withdrawn_meanwhile_stays_withdrawn(instance: Instance, tmp_path: Path) -> None:
    open_benchmark(instance, tmp_path)
    receipt = handed_in(instance, submitter(instance), artifact(tmp_path / "a.zip"))
    with instance.database.writing() as session:
        move(session, session.get_one(Submission, receipt.id), "withdrawn", instance.now())
    check(instance, receipt.id)
    assert states_of(instance, receipt.id) == ["received", "withdrawn"]


def test_a_refusal_tells_every_reason_and_gives_the_place_back(instance: Instance, tmp_path: Path) -> None:
    open_benchmark(instance, tmp_path)
    bad = [Response(prompt_id="q99", output="1"), *answers(), *answers()[:1]]
    file = artifact(tmp_path / "a.zip", configuration(licence="none of them"), bad, more={"notes.txt": b"hello"})
    own = checked(instance, submitter(instance), file)
    assert own.state == "refused"
    for part in ("notes.txt:0: does not belong", "'q99' is not an item of this set", "stands twice", "licence:"):
        assert part in reasons(own)
    assert str(tmp_path) not in reasons(own)
    slot = slot_of(instance, own.id)
    assert (slot.slot, slot.refunded_because) == (None, "refused before evaluation")
    with instance.database.reading() as session:
        leaves = [json.loads(raw) for raw in session.scalars(select(LogLeaf.raw).order_by(LogLeaf.number))]
    assert [leaf["kind"] for leaf in leaves] == ["received", "refused"]
    assert "q99" not in str(leaves)


def test_the_same_again_brings_nothing(instance: Instance, tmp_path: Path) -> None:
    open_benchmark(instance, tmp_path, unlimited())
    who, file = submitter(instance), artifact(tmp_path / "a.zip")
    first = checked(instance, who, file)
    again = checked(instance, who, file)
    assert again.state == "refused"
    assert f"is what submission {first.id} holds already" in reasons(again)


def test_a_copy_of_anothers_bundle_is_refused(instance: Instance, tmp_path: Path) -> None:
    open_benchmark(instance, tmp_path)
    file = artifact(tmp_path / "a.zip")
    checked(instance, submitter(instance, "acme"), file)
    own = checked(instance, submitter(instance, "bolt"), file)
    assert own.state == "refused"
    assert "is the bundle of a submission of another organisation" in reasons(own)


def test_the_name_of_anothers_entry_is_taken(instance: Instance, tmp_path: Path) -> None:
    open_benchmark(instance, tmp_path)
    handed_in(instance, submitter(instance, "acme"), artifact(tmp_path / "a.zip"))
    own = checked(instance, submitter(instance, "bolt"), artifact(tmp_path / "b.zip", responses=answers(8)))
    assert "acme/short is an entry of another organisation" in reasons(own)


def test_answers_of_another_organisation_under_another_name_wait_for_a_review(
    instance: Instance, tmp_path: Path
) -> None:
    open_benchmark(instance, tmp_path)
    checked(instance, submitter(instance, "acme"), artifact(tmp_path / "a.zip"))
    file = artifact(tmp_path / "b.zip", configuration(vendor="copy", settings={"words": 4}))
    own = checked(instance, submitter(instance, "bolt"), file)
    assert own.state == "in_review"
    assert "holds the very answers of a submission of another organisation" in str(own.remarks)


def test_a_published_recipe_under_another_organisations_name_waits_for_a_review(
    instance: Instance, tmp_path: Path
) -> None:
    open_benchmark(instance, tmp_path)
    listed(instance, checked(instance, submitter(instance, "a"), artifact(tmp_path / "a.zip")), "acme/short")
    twin = artifact(tmp_path / "b.zip", configuration(config_name="twin"), answers(8))
    own = checked(instance, submitter(instance, "b"), twin)
    assert own.state == "in_review"
    assert "is the recipe of acme/short, of another organisation" in str(own.remarks)


def test_an_organisation_that_signs_takes_nothing_unsigned_for_its_own(instance: Instance, tmp_path: Path) -> None:
    open_benchmark(instance, tmp_path)
    who = submitter(instance)
    with instance.database.writing() as session:
        session.add(
            SigningKey(
                id="key-1",
                organisation_id=str(who.organisation_id),
                key_id=canonical.digest(b"key"),
                public_key="00" * 32,
                name="release",
                created_at=instance.now(),
            )
        )
    own = checked(instance, who, artifact(tmp_path / "a.zip"))
    assert "signature.json:0: is not there; your organisation signs what it hands in" in reasons(own)


def test_what_a_name_cannot_be_in_the_database_is_told_all_the_same(instance: Instance, tmp_path: Path) -> None:
    open_benchmark(instance, tmp_path)
    bad = [Response(prompt_id="q\0\u202e", output="1"), *answers()]
    own = checked(instance, submitter(instance), artifact(tmp_path / "a.zip", responses=bad))
    assert own.state == "refused"
    assert "\\x00" in reasons(own)
