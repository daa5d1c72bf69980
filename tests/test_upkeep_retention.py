"""Retention: what goes, what stays, and that no bytes go that somebody names."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import select

from command_line import run
from people_builders import status_of
from proofboard.app.service.actors import ANONYMOUS
from proofboard.app.service.instance import Instance
from proofboard.app.service.opening import opened_instance
from proofboard.app.service.publications import documents_of, published
from proofboard.app.service.publishing import close, draft
from proofboard.app.upkeep.purging import purge_bundle
from proofboard.app.upkeep.retention import keep_file, plan, retain
from proofboard.app.upkeep.text import plan_text
from proofboard.settings import Settings
from proofboard.store.tables import KeptFile, Publication
from review_builders import BOARD, ENTRY, Published, kinds, small_board, submission_of
from service_builders import SetClock, actor, organisation, submission_row


def kept(instance: Instance, submission: str, raw: bytes = b"answers", kind: str = "log", days: int | None = 90) -> str:
    """Keep a file for a submission; returns its digest."""
    digest = instance.blobs.put(raw)
    with instance.database.writing() as session:
        session.add(
            KeptFile(
                submission_id=submission,
                kind=kind,
                name="a-file",
                digest=digest,
                n_bytes=len(raw),
                created_at=instance.now(),
                keep_until=None if days is None else instance.later(days=days),
            )
        )
    return digest


def pass_days(instance: Instance, days: int) -> None:
    assert isinstance(instance.clock, SetClock)
    instance.clock.advance(days=days)


@pytest.fixture
def submission(instance: Instance) -> str:
    small_board(instance)
    return submission_row(instance, organisation(instance), state="refused")


def test_a_file_goes_when_its_time_is_over_and_its_row_says_so(instance: Instance, submission: str) -> None:
    digest = kept(instance, submission)
    pass_days(instance, 89)
    assert retain(instance).n_files == 0
    pass_days(instance, 1)
    assert retain(instance).n_files == 1
    assert not instance.blobs.has(digest)
    with instance.database.reading() as session:
        assert session.scalar(select(KeptFile.purged_at)) == instance.now()
    assert retain(instance).n_files == 0


def test_a_plan_says_what_would_go_and_changes_nothing(instance: Instance, submission: str) -> None:
    digest = kept(instance, submission)
    kept(instance, submission, b"more", "artifact", 30)
    pass_days(instance, 90)
    assert [(own.kind, own.count, own.n_bytes) for own in plan(instance)] == [("artifact", 1, 4), ("log", 1, 7)]
    assert plan_text(plan(instance)).splitlines()[0] == "small: 1 artifact file, 4 bytes, since 2026-11-21"
    assert instance.blobs.has(digest)


def test_bytes_that_something_else_names_stay(instance: Instance, submission: str) -> None:
    other = submission_row(instance, organisation(instance, "bolt"), state="published")
    digest = kept(instance, submission)
    kept(instance, other, days=None)
    pass_days(instance, 91)
    assert (retain(instance).n_blobs, instance.blobs.has(digest)) == (0, True)


def test_what_somebody_waits_for_stays(instance: Instance) -> None:
    small_board(instance)
    kept(instance, submission_row(instance, organisation(instance), state="in_review"))
    pass_days(instance, 400)
    assert plan(instance) == []


def test_a_file_that_is_kept_with_a_reason_stays_for_ever(instance: Instance, submission: str) -> None:
    digest = kept(instance, submission)
    own = actor(submission_of(instance, submission).organisation_id)
    keep_file(instance, own, submission, digest, "evidence in an appeal")
    pass_days(instance, 5_000)
    assert plan(instance) == []
    stranger = actor(organisation(instance, "bolt"))
    assert status_of(lambda: keep_file(instance, stranger, submission, digest, "mine")) == 404
    assert status_of(lambda: keep_file(instance, ANONYMOUS, submission, digest, "mine")) == 401


def test_who_names_the_same_bytes_at_the_same_moment_has_them_afterwards(instance: Instance, submission: str) -> None:
    other = submission_row(instance, organisation(instance, "bolt"), state="received")
    digests = [kept(instance, submission, f"answers {number}".encode()) for number in range(30)]
    pass_days(instance, 91)

    def hand_in() -> None:
        for number, digest in enumerate(digests):
            raw = f"answers {number}".encode()
            kept(instance, other, raw, "upload", 365)
            # What everybody does who keeps bytes: name them, then look whether they are still there.
            if not instance.blobs.has(digest):
                instance.blobs.put(raw)

    with ThreadPoolExecutor(2) as pool:
        retained, handed_in = pool.submit(retain, instance), pool.submit(hand_in)
        retained.result()
        handed_in.result()
    assert all(instance.blobs.has(digest) for digest in digests)


@pytest.fixture
def board(instance: Instance, tmp_path: Path) -> Published:
    return Published(instance, tmp_path)


def test_a_published_bundle_is_not_purged_by_age(board: Published) -> None:
    instance = board.instance
    with instance.database.writing() as session:
        for row in session.scalars(select(KeptFile)):
            row.keep_until = instance.later(days=1)
    pass_days(instance, 500)
    retain(instance)
    files = documents_of(instance, published(instance, BOARD))
    assert all(instance.blobs.has(digest) for digest in files.values())
    with instance.database.reading() as session:
        assert (
            session.scalars(select(KeptFile).where(KeptFile.purged_at.is_not(None), KeptFile.kind == "bundle")).all()
            == []
        )


def test_an_old_preview_goes_and_what_the_board_shows_stays(board: Published) -> None:
    instance = board.instance
    draft(instance, BOARD)
    pass_days(instance, 8)
    retain(instance)
    with instance.database.reading() as session:
        assert session.scalars(select(Publication).where(Publication.is_draft.is_(True))).all() == []
    files = documents_of(instance, published(instance, BOARD))
    assert all(instance.blobs.has(digest) for digest in files.values())


def test_answers_are_purged_at_the_owners_word_and_on_record(board: Published) -> None:
    instance = board.instance
    assert status_of(lambda: purge_bundle(instance, board.submitter, None, ENTRY, "they hold names")) == 403
    done = purge_bundle(instance, board.owner, None, ENTRY, "they hold names of people")
    assert (done.entry, kinds(instance)[-1]) == (ENTRY, "purged")
    files = documents_of(instance, published(instance, BOARD))
    path = f"bundles/{done.bundle.removeprefix('sha256:')}"
    assert not instance.blobs.has(files[f"{path}/responses.jsonl"])
    assert instance.blobs.has(files[f"{path}/manifest.json"])
    assert status_of(lambda: purge_bundle(instance, board.owner, None, ENTRY, "again")) == 409
    close(instance, BOARD)


def test_the_command_plans_and_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROOFBOARD_DATA", str(tmp_path / "data"))
    with opened_instance(Settings(data=tmp_path / "data")):
        pass
    assert run("retention", "plan").out == "nothing is due\n"
    assert run("retention", "run").out.startswith("0 files are purged")
