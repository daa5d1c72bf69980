"""kill -9 at every point of every step: each submission ends once, as it would have without."""

import http.server
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import httpx
import msgspec
import pytest
from sqlalchemy import func, select

from builders import items
from pipeline_cases import until
from proofboard.app.review.closing import ask_close
from proofboard.app.service.instance import Instance
from proofboard.app.service.publications import document
from proofboard.canonical import dump_lines
from proofboard.record.freeze import write
from proofboard.schemas.board import Leaderboard
from proofboard.store.tables import Delivery, Job, Organisation, Publication, QuotaSlot, Submission
from sandbox_cases import HONEST, needs_bubblewrap
from service_builders import actor, key, organisation
from service_lives import BOARD, BY_SCHEDULE, board, file_of, handed_in, living, plan_of, states
from service_processes import processes
from service_soundness import flaws, is_quiet

LONG = 90.0
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def webhook() -> Iterator[tuple[str, list[str]]]:
    """Answer the address of a receiver of messages, and the ids of what it received."""
    received: list[str] = []

    class Receiver(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            received.append(str(self.headers["webhook-id"]))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receiver) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/", received
        server.shutdown()


def kills(instance: Instance, kind: str) -> list[str]:
    """Answer where runs of a kind of work were killed."""
    notes = instance.settings.data.parent / f"kills-{kind}.txt"
    return notes.read_text().splitlines() if notes.exists() else []


def leaderboard(instance: Instance) -> Leaderboard:
    return msgspec.json.decode(document(instance, BOARD, "leaderboard.json"), type=Leaderboard)


def ranked(instance: Instance) -> dict[str, int | None]:
    return {f"{row.vendor}/{row.config_name}": row.rank for row in leaderboard(instance).entries}


def publications(instance: Instance) -> int:
    with instance.database.reading() as session:
        return session.scalar(select(func.count()).select_from(Publication)) or 0


def published_by_an_undisturbed_worker(instance: Instance) -> None:
    """Let the first close be done, so that points of a later one are its own."""
    with processes(plan_of(instance)):
        until(lambda: is_quiet(instance), LONG)


def test_a_submission_is_published_once_whatever_its_worker_dies_of(
    instance: Instance, tmp_path: Path, webhook: tuple[str, list[str]]
) -> None:
    settings = msgspec.structs.replace(instance.settings, private_webhooks=True)
    instance = msgspec.structs.replace(living(instance), settings=settings)
    board(instance, tmp_path)
    own = organisation(instance)
    with instance.database.writing() as session:
        session.get_one(Organisation, own).notify = {"webhook": webhook[0], "webhook_secret": "whsec_c2VjcmV0"}
    published_by_an_undisturbed_worker(instance)
    submission = handed_in(instance, actor(own), file_of(tmp_path))
    kinds = ("check", "check end", "evaluate", "evaluate end", "publish", "publish end")
    # On PostgreSQL only what is another there.
    with processes(plan_of(instance, kills=kinds, only_commits=instance.settings.database_url is not None)):
        until(lambda: is_quiet(instance) and all_delivered(instance), LONG)
    assert states(instance) == {submission: "published"}
    assert flaws(instance, tmp_path) == []
    assert ranked(instance)["acme/short"] is not None
    assert {kind: len(kills(instance, kind)) >= 2 for kind in kinds[::2]} == dict.fromkeys(kinds[::2], True)
    with instance.database.reading() as session:
        owed = list(session.scalars(select(Delivery.id)))
    # Accepted and published; neither is owed twice, and nothing that is owed stays away.
    assert len(owed) == 2
    assert set(webhook[1]) == set(owed)
    assert publications(instance) == 2


def all_delivered(instance: Instance) -> bool:
    with instance.database.reading() as session:
        left = select(Job.id).where(Job.kind == "deliver", Job.state.in_(("waiting", "running")))
        return session.scalar(left.limit(1)) is None


@ON_SQLITE
@needs_bubblewrap
def test_what_a_program_grades_in_batches_is_graded_once_appended_and_closed(
    instance: Instance, tmp_path: Path
) -> None:
    instance = living(instance)
    owner = board(instance, tmp_path, BY_SCHEDULE, program=HONEST)
    who = actor(organisation(instance))
    published_by_an_undisturbed_worker(instance)
    first = handed_in(instance, who, file_of(tmp_path))
    kinds = ("evaluate", "publish")
    with processes(plan_of(instance, kills=kinds, batch=6)):
        until(lambda: is_quiet(instance), LONG)
        assert ranked(instance) == {"acme/short": None}
        # A revision waits for the close.
        second = handed_in(instance, who, file_of(tmp_path, salt="again", right=7))
        until(lambda: is_quiet(instance), LONG)
        assert states(instance) == {first: "published", second: "approved"}
        ask_close(instance, owner, BOARD)
        until(lambda: is_quiet(instance), LONG)
    assert states(instance) == {first: "superseded", second: "published"}
    assert ranked(instance) == {"acme/short": 1}
    assert all(kills(instance, kind) for kind in kinds)
    assert flaws(instance, tmp_path) == []


@ON_SQLITE
def test_held_out_answers_reach_the_private_store_once_and_nothing_of_them_stays_on_the_way(
    instance: Instance, tmp_path: Path
) -> None:
    hidden = items(60, prefix="h")
    store = tmp_path / "stores" / BOARD
    write(store / "items/held_out.jsonl", dump_lines(hidden))
    settings = msgspec.structs.replace(instance.settings, held_out=store.parent)
    instance = msgspec.structs.replace(living(instance), settings=settings)
    owner = board(instance, tmp_path)
    published_by_an_undisturbed_worker(instance)
    submission = handed_in(instance, actor(organisation(instance)), file_of(tmp_path, held_out=hidden))
    with processes(plan_of(instance, kills=("check", "publish", "close"))):
        until(lambda: is_quiet(instance), LONG)
        ask_close(instance, owner, BOARD)
        until(lambda: is_quiet(instance), LONG)
    assert states(instance) == {submission: "published"}
    [row] = [own for own in leaderboard(instance).entries if own.vendor == "acme"]
    assert row.held_out.score is not None
    assert [path.name for path in sorted((store / "entries/acme/short").iterdir())] == ["held_out"]
    assert list((store / "incoming").iterdir()) == []
    assert flaws(instance, tmp_path) == []


def test_a_post_is_taken_whole_or_not_at_all_and_its_key_makes_sending_it_again_safe(
    instance: Instance, tmp_path: Path
) -> None:
    instance = living(instance)
    board(instance, tmp_path)
    own = organisation(instance)
    secret, file = key(instance, own), file_of(tmp_path)
    headers = {"api-key": secret, "content-type": "application/zip", "idempotency-key": "the same"}
    counts: list[tuple[int, ...]] = []
    with processes(plan_of(instance, is_web=True, kills=("post",))) as (web,), httpx.Client(timeout=30) as client:
        answer = None
        while answer is None:
            try:
                answer = client.post(f"{web.address}/api/v1/submit", headers=headers, content=file.read_bytes())
            except httpx.TransportError:
                counts.append(whole(instance))
    assert answer.status_code == 202, answer.text
    assert set(counts) <= {(0, 0, 0), (1, 1, 1)}
    assert len(kills(instance, "post")) >= 1
    assert whole(instance) == (1, 1, 1)
    with processes(plan_of(instance)):
        until(lambda: is_quiet(instance), LONG)
    assert Counter(states(instance).values()) == {"published": 1}
    assert flaws(instance, tmp_path) == []


def whole(instance: Instance) -> tuple[int, ...]:
    """Count submissions, and what belongs to each."""
    with instance.database.reading() as session:
        counts = [session.scalar(select(func.count()).select_from(table)) or 0 for table in (Submission, QuotaSlot)]
        checks = session.scalar(select(func.count()).select_from(Job).where(Job.kind == "check")) or 0
    return (*counts, checks)
