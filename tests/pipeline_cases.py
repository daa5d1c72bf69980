"""Workers of a pipeline whose verbs are small: processes that tests start, kill, pause and start again.

Run as a program, it imports everything once and forks each worker, so that a test may kill many of them.
"""

import atexit
import contextlib
import functools
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
from dbos._dbos import DBOSRegistry
from dbos._queue import Queue
from sqlalchemy import select

from proofboard.app.service.failing import PlatformFault
from proofboard.app.service.instance import Instance, system_clock
from proofboard.app.service.jobs import NewJob, promise
from proofboard.errors import RefusedError, StorageError, fault
from proofboard.pipeline import engine
from proofboard.pipeline.pace import Pace
from proofboard.pipeline.worker import Work, work_until_told
from proofboard.pipeline.workflows import Do, Flow
from proofboard.schemas.states import JobKind
from proofboard.settings import Settings
from proofboard.store.blobs import FolderBlobs
from proofboard.store.database import opened_database
from proofboard.store.tables import Event, Job

QUICK = Pace(
    look=0.05,
    beat=0.2,
    patience=1.0,
    reap=0.2,
    pause=0.01,
    longest_pause=0.1,
    put_off=0.05,
    starts=6,
    stop=2.0,
)
STEPS = ("begin", "batch 0", "batch 1", "finish")
HELD_OUT_TEXT = "the planted held-out answer is 4711"


class Plan(msgspec.Struct, frozen=True):
    """How a worker process of a test runs."""

    data: str
    url: str | None = None
    name: str | None = None
    restarts: bool = True
    version: str | None = None
    """Another version of jobs than ours."""
    file_bytes: int | None = None
    """The largest file that the process may write, as on a full disk."""
    settings: dict[str, str] = {}
    """More of its settings, by the names of their fields."""


def leave_trace(instance: Instance, subject: str, step: str) -> None:
    """Have an effect that is there once however often it is done, and count how often."""
    with instance.database.writing() as session:
        there = {own.body["effect"] for own in session.scalars(select(Event).where(Event.kind == "effect"))}
        session.add(Event(kind="try", audience="public", body={"tried": f"{subject} {step}"}, at=instance.now()))
        if f"{subject} {step}" not in there:
            body = {"effect": f"{subject} {step}"}
            session.add(Event(kind="effect", audience="public", body=body, at=instance.now()))


def take(instance: Instance, subject: str, step: str) -> str:
    """Do what the name of the subject says, once in its life."""
    where, _, when = subject.partition("@")[2].partition("/")
    marker = instance.settings.data / "marks" / f"{subject.replace('/', '_')}"
    is_first = where == step and not marker.exists()
    if is_first:
        marker.parent.mkdir(exist_ok=True)
        marker.touch()
    if is_first and when == "before":
        os.kill(os.getpid(), signal.SIGKILL)
    if where == step and when == "sleep":
        time.sleep(0.6)
    leave_trace(instance, subject, step)
    if is_first and when == "after":
        os.kill(os.getpid(), signal.SIGKILL)
    return f"{step} of {subject}"


def steps_of_evaluation(do: Do, subject: str) -> None:
    do("begin", take, subject, "begin")
    for number in range(2):
        do("batch", take, subject, f"batch {number}")
    do("finish", take, subject, "finish")


def meet(instance: Instance, what: str) -> None:
    """Meet what a step may meet."""
    if what == "software":
        raise KeyError(HELD_OUT_TEXT)
    if what == "input":
        raise fault("items/held_out.jsonl", HELD_OUT_TEXT)
    if what == "withdrawn":
        raise RefusedError(409, f"it moved on: {HELD_OUT_TEXT}")
    if what == "blobs":
        raise StorageError(f"no answer to {HELD_OUT_TEXT}")
    if what == "blobs, for a while":
        marker = instance.settings.data / "met"
        if not marker.exists():
            marker.touch()
            raise StorageError("no answer yet")
    if what == "disk":
        instance.blobs.put(bytes(4_000_000))
    if what == "kill":
        os.kill(os.getpid(), signal.SIGKILL)


def failed(instance: Instance, subject: str, reason: PlatformFault) -> None:
    leave_trace(instance, subject, f"failed: {reason}")


FLOWS: Mapping[JobKind, Flow] = {
    "evaluate": Flow(steps_of_evaluation, failed),
    "check": Flow(lambda do, subject: do("check", meet, subject), failed),
    "retain": Flow(lambda do, subject: do("retain", meet, subject)),
}


def instance_of(plan: Plan) -> Instance:
    data = Path(plan.data)
    known = Settings(data=data, database_url=plan.url, worker_name=plan.name)
    settings = msgspec.convert({**msgspec.structs.asdict(known), **plan.settings}, Settings, dec_hook=_path)
    return Instance(settings, opened_database(plan.url, data), FolderBlobs(data / "blobs"), system_clock)


def _path(_kind: type, value: str) -> Path:
    return Path(value)


def promised(instance: Instance, kind: str, *subjects: str, **given: Any) -> list[str]:
    """Promise one job for each subject."""
    with instance.database.writing() as session:
        return [
            promise(session, msgspec.convert({"kind": kind, "subject": own, **given}, NewJob), instance.now())
            for own in subjects
        ]


def states(instance: Instance) -> dict[str, str]:
    """Answer the state of each job by its subject."""
    with instance.database.reading() as session:
        return {own.subject: own.state for own in session.scalars(select(Job))}


def effects(instance: Instance, kind: str = "effect") -> list[str]:
    with instance.database.reading() as session:
        rows = session.scalars(select(Event).where(Event.kind == kind).order_by(Event.number))
        return [next(iter(own.body.values())) for own in rows]


def until(condition: Callable[[], object], seconds: float = 60.0) -> None:
    """Wait until something holds."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.05)


class WorkerProcess:
    """A worker, and the process that starts it again when it is killed."""

    def __init__(self, pid: int) -> None:
        self.pid = pid

    def worker(self) -> int:
        """Answer the process id of the worker itself."""
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children")
        until(lambda: children.read_text().strip())
        return int(children.read_text().split()[0])

    def signal(self, number: int) -> None:
        """Send a signal to both; nothing happens where they are gone."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, number)

    def is_gone(self) -> bool:
        return not Path(f"/proc/{self.pid}").exists()


@contextmanager
def workers(*plans: Plan) -> Iterator[list[WorkerProcess]]:
    """Start worker processes, and end them with the block."""
    started = [WorkerProcess(_forked(plan)) for plan in plans]
    try:
        yield started
    finally:
        for process in started:
            process.signal(signal.SIGKILL)
        until(lambda: all(process.is_gone() for process in started))


def _forked(plan: Plan) -> int:
    server = _fork_server()
    assert server.stdin
    assert server.stdout
    server.stdin.write(msgspec.json.encode(plan) + b"\n")
    server.stdin.flush()
    return int(server.stdout.readline())


@functools.cache
def _fork_server() -> "subprocess.Popen[bytes]":
    """Import everything once for all workers of this test process."""
    server = subprocess.Popen([sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    atexit.register(server.communicate)
    return server


def hurry_the_engine() -> None:
    """Let the engine take up at once what was interrupted; for the queue that it keeps for that it has no setting."""
    engine.POLLING_SECONDS = 0.1  # type: ignore[misc]
    original = DBOSRegistry.get_internal_queue

    def hurried(registry: DBOSRegistry) -> Queue:
        queue = original(registry)
        queue._polling_interval_sec = engine.POLLING_SECONDS
        return queue

    DBOSRegistry.get_internal_queue = hurried  # type: ignore[method-assign, assignment]


def be_worker(plan: Plan) -> None:
    hurry_the_engine()
    if plan.version is not None:
        engine.JOBS_VERSION = plan.version  # type: ignore[misc]
    if plan.file_bytes is not None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (plan.file_bytes, plan.file_bytes))
    work_until_told(instance_of(plan), Work(FLOWS, lambda _: None), pace=QUICK)


def keep_worker(plan: Plan) -> None:
    """Start a worker, and start it again when it was killed."""
    os.setsid()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    log = os.open(Path(plan.data).parent / f"worker-{os.getpid()}.log", os.O_CREAT | os.O_WRONLY)
    for descriptor in (1, 2):
        os.dup2(log, descriptor)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    while True:
        child = os.fork()
        if not child:
            be_worker(plan)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        if not plan.restarts or os.WIFEXITED(status):
            os._exit(0)


def main() -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for line in sys.stdin.buffer:
        pid = os.fork()
        if not pid:
            keep_worker(msgspec.json.decode(line, type=Plan))
        sys.stdout.write(f"{pid}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
