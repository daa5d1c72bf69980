"""Two things at the same moment: neither is lost, and neither spoils the other."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import msgspec
import pytest

from builders import items
from proofboard.app.intake.checking import check
from proofboard.app.review.withdrawing import withdraw_submission
from proofboard.app.service import publishing
from proofboard.app.service.actors import Actor
from proofboard.app.service.dispatching import begun, claim
from proofboard.app.service.evaluating import begin, evaluate_batch, finish
from proofboard.app.service.incoming import install_published
from proofboard.app.service.instance import Instance
from proofboard.app.service.jobs import NewJob, promise
from proofboard.app.service.publications import document
from proofboard.canonical import dump_lines
from proofboard.record.freeze import write
from proofboard.schemas.board import BoardRow, Leaderboard
from service_builders import actor, organisation
from service_lives import BOARD, board, file_of, handed_in, living, states

PUBLISH = NewJob(kind="publish", subject=BOARD, once=f"publish:{BOARD}")


def promised(instance: Instance) -> str:
    with instance.database.writing() as session:
        return promise(session, PUBLISH, instance.now())


def test_many_who_promise_the_same_at_once_promise_one_job(instance: Instance) -> None:
    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(lambda _: promised(instance), range(24)))) == 1


def test_a_job_that_is_promised_again_begins_when_that_promise_is_kept(instance: Instance) -> None:
    job, order = promised(instance), []
    claim(instance, "worker", "trusted", 1)

    def work() -> None:
        begun(instance, job, "worker")
        order.append("begun")

    worker = threading.Thread(target=work)
    with instance.database.writing() as session:
        assert promise(session, PUBLISH, instance.now()) == job
        worker.start()
        time.sleep(0.3)
        order.append("kept")
    worker.join()
    assert order == ["kept", "begun"]
    assert promised(instance) != job


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """Answer a private store with held-out items."""
    place = tmp_path / "stores" / BOARD
    write(place / "items/held_out.jsonl", dump_lines(items(60, prefix="h")))
    return place


@pytest.fixture
def held_out_board(instance: Instance, tmp_path: Path, store: Path) -> Instance:
    """Answer a service with a board that has held-out items."""
    settings = msgspec.structs.replace(instance.settings, held_out=store.parent)
    own = msgspec.structs.replace(living(instance), settings=settings)
    board(own, tmp_path)
    return own


def approved(instance: Instance, who: Actor, file: Path) -> str:
    """Hand in, check and evaluate."""
    own = handed_in(instance, who, file)
    check(instance, own)
    finish(instance, own, [evaluate_batch(instance, own, number) for number in range(begin(instance, own))])
    assert states(instance)[own] == "approved"
    return own


def row(instance: Instance) -> BoardRow:
    found = msgspec.json.decode(document(instance, BOARD, "leaderboard.json"), type=Leaderboard)
    return next(own for own in found.entries if own.vendor == "acme")


@pytest.mark.parametrize("salt", ["", "of another recipe"], ids=["the same recipe", "another recipe"])
def test_a_revision_that_is_withdrawn_while_it_is_published_changes_no_held_out_answer(
    held_out_board: Instance, tmp_path: Path, store: Path, monkeypatch: pytest.MonkeyPatch, salt: str
) -> None:
    instance, hidden = held_out_board, items(60, prefix="h")
    who = actor(organisation(instance))
    approved(instance, who, file_of(tmp_path, held_out=hidden))
    publishing.close(instance, BOARD)
    before, standing = row(instance), (store / "entries/acme/short/held_out/manifest.json").read_bytes()
    revision = approved(instance, who, file_of(tmp_path, salt=salt, right=7, held_out=list(reversed(hidden))))
    release = publishing.release  # type: ignore[attr-defined]

    def too_late(*arguments: Any) -> bool:
        if states(instance)[revision] == "approved":
            withdraw_submission(instance, who, revision, "we were too fast")
        return release(*arguments)

    monkeypatch.setattr(publishing, "release", too_late)
    publishing.close(instance, BOARD)
    assert row(instance).held_out == before.held_out
    assert (store / "entries/acme/short/held_out/manifest.json").read_bytes() == standing
    assert list((store / "incoming").iterdir()) == []


def test_answers_of_a_publication_whose_worker_died_get_their_place_with_the_next(
    held_out_board: Instance, tmp_path: Path, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    instance = held_out_board
    own = approved(instance, actor(organisation(instance)), file_of(tmp_path, held_out=items(60, prefix="h")))
    with monkeypatch.context() as patched:
        patched.setattr(publishing, "install_published", lambda *_: None)
        publishing.close(instance, BOARD)
    assert states(instance) == {own: "published"}
    assert not (store / "entries").exists()
    install_published(instance, BOARD)
    publishing.close(instance, BOARD)
    assert row(instance).held_out.score is not None
    assert (store / "entries/acme/short/held_out/manifest.json").is_file()
