"""The platform goes away under a service: what was handed in goes on, or fails and gives its place back."""

import resource
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from sqlalchemy import select, update

from pipeline_cases import until
from proofboard.app.review.deciding import approve
from proofboard.app.service.benchmarks import change_settings
from proofboard.app.service.instance import Instance, system_clock
from proofboard.app.service.local_owner import local_owner
from proofboard.settings import Settings
from proofboard.store.blobs import FolderBlobs
from proofboard.store.database import opened_database
from proofboard.store.tables import Job, KeptFile, QuotaSlot, Submission, Worker
from service_builders import actor, make_tables, organisation
from service_lives import BOARD, OPEN, board, file_of, handed_in, plan_of, states
from service_postgres import _server, fresh_database
from service_processes import MANY_STARTS, Process, processes
from service_soundness import flaws, is_quiet

LONG = 90.0
NAMES = ("acme/one", "acme/two", "acme/three")
IMPATIENT = msgspec.structs.replace(MANY_STARTS, attempts=3, starts=2, put_off=0.05)
LOST = select(KeptFile.digest).where(KeptFile.name == "bundles/public/responses.jsonl")
UNLIMITED = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)


def service(folder: Path, url: str | None = None) -> Instance:
    """Make a service with a board, whose first close waits."""
    data = folder / "data"
    settings = Settings(data=data, database_url=url)
    instance = Instance(settings, opened_database(url, data), FolderBlobs(data / "blobs"), system_clock)
    make_tables(instance.database)
    board(instance, folder)
    return instance


def three(instance: Instance, folder: Path) -> list[str]:
    """Hand three entries in."""
    who = actor(organisation(instance))
    return [handed_in(instance, who, file_of(folder, name)) for name in NAMES]


def has_moved(instance: Instance, submissions: list[str]) -> bool:
    return any(own not in {"received", "checking"} for own in states(instance, submissions).values())


def all_published(instance: Instance, submissions: list[str]) -> bool:
    return set(states(instance, submissions).values()) == {"published"}


def ends(instance: Instance) -> set[tuple[str, str | None]]:
    """Answer the state of each submission, and why its place in the quota was given back."""
    with instance.database.reading() as session:
        rows = session.execute(
            select(Submission.state, QuotaSlot.refunded_because).join(
                QuotaSlot, QuotaSlot.submission_id == Submission.id
            )
        )
        return {(own.state, own.refunded_because) for own in rows}


def lives(instance: Instance, worker: str) -> bool:
    with instance.database.reading() as session:
        return session.get(Worker, worker) is not None


def limit_files(process: Process, limits: tuple[int, int]) -> None:
    resource.prlimit(process.worker(), resource.RLIMIT_FSIZE, limits)


def test_with_a_full_disk_submissions_wait_and_with_room_they_are_published(tmp_path: Path) -> None:
    instance = service(tmp_path)
    with processes(plan_of(instance)) as (worker,):
        until(lambda: is_quiet(instance), LONG)
        own = three(instance, tmp_path)
        until(lambda: has_moved(instance, own), LONG)
        limit_files(worker, (1, resource.RLIM_INFINITY))
        time.sleep(1.0)
        assert not all_published(instance, own)
        limit_files(worker, UNLIMITED)
        until(lambda: all_published(instance, own) and is_quiet(instance), LONG)
    assert flaws(instance, tmp_path) == []


def test_a_blob_store_that_is_away_for_a_while_costs_nothing_but_time(tmp_path: Path) -> None:
    instance = service(tmp_path)
    blobs, away = tmp_path / "data" / "blobs", tmp_path / "away"
    with processes(plan_of(instance)):
        until(lambda: is_quiet(instance), LONG)
        own = three(instance, tmp_path)
        until(lambda: has_moved(instance, own), LONG)
        blobs.rename(away)
        blobs.touch()
        time.sleep(1.0)
        blobs.unlink()
        away.rename(blobs)
        until(lambda: all_published(instance, own) and is_quiet(instance), LONG)
    assert flaws(instance, tmp_path) == []


def test_a_blob_store_that_stays_away_fails_what_waits_for_it_and_gives_the_quota_back(tmp_path: Path) -> None:
    instance = service(tmp_path)
    blobs, away = tmp_path / "data" / "blobs", tmp_path / "away"
    with processes(plan_of(instance)):
        until(lambda: is_quiet(instance), LONG)
    own = three(instance, tmp_path)
    with instance.database.writing() as session:
        session.execute(update(Job).where(Job.state == "waiting").values(not_before=instance.later(seconds=4)))
    with processes(plan_of(instance, pace=IMPATIENT, name="second")):
        until(lambda: lives(instance, "second"), LONG)
        blobs.rename(away)
        blobs.touch()
        until(lambda: is_quiet(instance), LONG)
    blobs.unlink()
    away.rename(blobs)
    assert set(states(instance, own).values()) == {"failed"}
    assert ends(instance) == {("failed", "the blob store did not answer")}
    assert flaws(instance, tmp_path) == []


def test_an_approved_submission_that_lost_its_files_fails_alone(tmp_path: Path) -> None:
    instance = service(tmp_path)
    owner = local_owner(instance)
    change_settings(instance, owner, BOARD, msgspec.structs.replace(OPEN, publish="on approval"))
    own = three(instance, tmp_path)
    with processes(plan_of(instance)):
        until(lambda: is_quiet(instance), LONG)
    for submission in own:
        approve(instance, owner, submission)
    with instance.database.reading() as session:
        lost = session.scalars(LOST.where(KeptFile.submission_id == own[1])).one()
    instance.blobs.remove(lost)
    with processes(plan_of(instance, pace=IMPATIENT)):
        until(lambda: is_quiet(instance), LONG)
    assert list(states(instance, own).values()) == ["published", "failed", "published"]
    assert flaws(instance, tmp_path) == []


@pytest.fixture
def own_server() -> Iterator[Any]:
    """Answer a PostgreSQL that a test may stop."""
    folder = Path(tempfile.mkdtemp(prefix="proofboard-pg-"))
    folder.chmod(0o755)
    server = _server(folder)
    yield server
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


def test_on_postgresql_a_full_disk_fails_what_does_not_fit_and_a_restart_interrupts_nothing_for_good(
    tmp_path: Path, own_server: Any
) -> None:
    with fresh_database(own_server.get_uri()) as url:
        instance = service(tmp_path, url)
        with processes(plan_of(instance)):
            until(lambda: is_quiet(instance), LONG)
            own = three(instance, tmp_path)
            until(lambda: has_moved(instance, own), LONG)
            own_server.stop()
            time.sleep(0.5)
            own_server.ensure_postgres_running()
            instance.database.close()
            until(lambda: all_published(instance, own) and is_quiet(instance), LONG)
        assert flaws(instance, tmp_path) == []
        late = handed_in(instance, actor(organisation(instance, "bolt")), file_of(tmp_path, "bolt/late"))
        with processes(plan_of(instance, pace=IMPATIENT, file_bytes=500)):
            until(lambda: is_quiet(instance), LONG)
        assert states(instance, [late]) == {late: "failed"}
        assert ("failed", "the disk is full") in ends(instance)
        assert flaws(instance, tmp_path, sites=False) == []
        instance.database.close()
