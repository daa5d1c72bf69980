"""Handing in: one transaction for everything, or none of it; a retried post is one submission."""

from pathlib import Path

import pytest
from sqlalchemy import func, select

from intake_cases import (
    artifact,
    configuration,
    handed_in,
    jobs_of,
    open_benchmark,
    slot_of,
    states_of,
    submitter,
    unlimited,
)
from proofboard import canonical
from proofboard.app.service.instance import Instance
from proofboard.errors import RefusedError
from proofboard.schemas.ledger import Leaf
from proofboard.schemas.reading import parse_document
from proofboard.store.tables import AuditRecord, Event, KeptFile, LogLeaf, Submission
from service_builders import SetClock


def count(instance: Instance, table: type) -> int:
    with instance.database.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_a_submission_comes_with_all_that_belongs_to_it(instance: Instance, tmp_path: Path) -> None:
    open_benchmark(instance, tmp_path)
    who, file = submitter(instance), artifact(tmp_path / "a.zip")
    receipt = handed_in(instance, who, file)
    assert (receipt.entry, receipt.state, receipt.position) == ("acme/short", "received", 1)
    assert receipt.upload == canonical.digest_file(file)
    assert receipt.address == f"/api/v1/submissions/{receipt.id}"
    assert instance.blobs.get(receipt.upload) == file.read_bytes()
    assert states_of(instance, receipt.id) == ["received"]
    assert jobs_of(instance, receipt.id) == [("check", "trusted")]
    assert slot_of(instance, receipt.id).model == "gpt-4"
    with instance.database.reading() as session:
        leaf = parse_document(session.scalars(select(LogLeaf.raw)).one().encode(), Leaf, "log")
        kept = session.scalars(select(KeptFile)).one()
        assert session.scalars(select(AuditRecord.action)).all() == ["submitted"]
        assert sorted(session.scalars(select(Event.kind))) == ["queue", "submission"]
    assert (leaf.kind, leaf.submission, leaf.artifact, leaf.organisation) == (
        "received",
        receipt.id,
        receipt.upload,
        "acme",
    )
    assert (kept.kind, kept.digest, (kept.keep_until or "")[:10]) == ("upload", receipt.upload, "2027-11-21")


def test_a_retried_post_gets_the_same_receipt(instance: Instance, tmp_path: Path) -> None:
    open_benchmark(instance, tmp_path)
    who, file = submitter(instance), artifact(tmp_path / "a.zip")
    first = handed_in(instance, who, file, idempotency_key="k1")
    assert handed_in(instance, who, file, idempotency_key="k1") == first
    assert count(instance, Submission) == 1


def test_a_key_that_was_used_for_something_else_is_a_conflict(instance: Instance, tmp_path: Path) -> None:
    open_benchmark(instance, tmp_path, unlimited())
    who = submitter(instance)
    handed_in(instance, who, artifact(tmp_path / "a.zip"), idempotency_key="k1")
    other = artifact(tmp_path / "b.zip", configuration(config_name="long"))
    with pytest.raises(RefusedError, match="was used for submission sub-") as caught:
        handed_in(instance, who, other, idempotency_key="k1")
    assert caught.value.status == 409


def test_keys_of_two_organisations_are_two_keys(instance: Instance, tmp_path: Path) -> None:
    open_benchmark(instance, tmp_path)
    file = artifact(tmp_path / "a.zip")
    receipts = {handed_in(instance, submitter(instance, name), file, idempotency_key="k").id for name in ("a", "b")}
    assert len(receipts) == 2


def test_a_refused_post_leaves_nothing_behind(instance: Instance, tmp_path: Path) -> None:
    open_benchmark(instance, tmp_path)
    who = submitter(instance)
    handed_in(instance, who, artifact(tmp_path / "a.zip"))
    other = artifact(tmp_path / "b.zip", configuration(config_name="long"))
    with pytest.raises(RefusedError, match="quota"):
        handed_in(instance, who, other, idempotency_key="k2")
    assert [count(instance, table) for table in (Submission, KeptFile, LogLeaf)] == [1, 1, 1]
    assert not instance.blobs.has(canonical.digest_file(other))


def test_the_refusal_says_when_to_come_again(instance: Instance, clock: SetClock, tmp_path: Path) -> None:
    open_benchmark(instance, tmp_path)
    who, file = submitter(instance), artifact(tmp_path / "a.zip")
    handed_in(instance, who, file)
    with pytest.raises(RefusedError) as caught:
        handed_in(instance, who, file)
    assert (caught.value.status, caught.value.retry_after_seconds) == (429, 43_201)
    assert "1 of 1 submissions of the model gpt-4" in caught.value.faults[0].reason
    clock.advance(seconds=caught.value.retry_after_seconds)
    assert handed_in(instance, who, file).state == "received"
