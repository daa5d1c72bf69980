"""Real web processes and workers of a service, which tests start, kill at a chosen point, and start again.

Run as a program, it imports everything once and forks each process. A point is whatever leaves a trace: a commit of our
tables or of the engine's, a file that gets its name or loses it. Run number n of a kind of job is killed at its n-th
point, until a run comes to its end: then the job was killed before, in and after each of its steps.
"""

import atexit
import functools
import os
import resource
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any, Final

import msgspec
import uvicorn
from sqlalchemy import Connection, Engine, event

from pipeline_cases import QUICK, WorkerProcess, hurry_the_engine, until
from proofboard.api import submissions
from proofboard.api.main import make_app, web_config
from proofboard.app.intake import receiving
from proofboard.app.service import batches, evaluating
from proofboard.app.service.opening import opened_instance
from proofboard.pipeline import engine
from proofboard.pipeline.pace import Pace
from proofboard.pipeline.steps import FLOWS, due
from proofboard.pipeline.worker import Work, work_until_told
from proofboard.pipeline.workflows import Workflows
from proofboard.settings import read_settings

MANY_STARTS: Final = msgspec.structs.replace(QUICK, starts=10_000, attempts=1_000)
SOURCES: Final = str(Path(engine.__file__).parents[1])
WRITING: Final = ("INSERT", "UPDATE", "DELETE")
TRACES: Final = frozenset({"os.rename", "os.link", "shutil.rmtree", "commit"})
SAME_PLACE: Final = 2
"""Points of one line of code, one after the other, that count: before the first of them, and in their middle."""


class Plan(msgspec.Struct, frozen=True):
    """How a process of a test runs."""

    environment: dict[str, str]
    """Its PROOFBOARD_ variables."""
    is_web: bool = False
    kills: tuple[str, ...] = ()
    """The kinds of jobs that are killed at every point of theirs; `post` in a web process."""
    only_commits: bool = False
    restarts: bool = True
    file_bytes: int | None = None
    """The largest file that the process may write, as on a full disk."""
    batch: int = 50
    """Responses of one batch."""
    pace: Pace = MANY_STARTS


class Points:
    """Counts the points of one kind of work at a time, and kills this process at the one whose turn it is."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._data = plan.environment["PROOFBOARD_DATA"]
        self._own = threading.local()

    @contextmanager
    def counted(self, kind: str) -> Iterator[None]:
        """Count the points of this thread, as long as the block lasts."""
        self._own.kind, self._own.count, self._own.latest = kind, 0, []
        try:
            yield
        finally:
            self._own.kind = None

    def meet(self, what: str, place: str = "") -> None:
        kind = getattr(self._own, "kind", None)
        if kind is None or kind not in self._plan.kills or "/scratch/" in place or "/new/" in place:
            return
        if self._plan.only_commits and what != "commit":
            return
        point = (what, _caller())
        self._own.latest = [*self._own.latest[-SAME_PLACE:], point]
        if self._own.latest.count(point) > SAME_PLACE:
            return
        self._own.count += 1
        notes = Path(self._data).parent / f"kills-{kind}.txt"
        self._own.kind = None
        told = notes.read_text().splitlines() if notes.exists() else []
        if self._own.count > len(told):
            notes.write_text("\n".join([*told, f"{what} at {point[1]}"]) + "\n")
            os.kill(os.getpid(), signal.SIGKILL)
        self._own.kind = kind


def _caller() -> str:
    """Say which line of ours, above the store, does something."""
    frame: FrameType | None = sys._getframe(2)
    while frame is not None:
        name = frame.f_code.co_filename
        if name.startswith(SOURCES) and "/store/" not in name:
            return f"{name.removeprefix(SOURCES)}:{frame.f_lineno}"
        frame = frame.f_back
    return "elsewhere"


def kill_at_points(plan: Plan) -> None:
    """Make the work of this process count its points."""
    points = Points(plan)

    def traced(name: str, arguments: tuple[Any, ...]) -> None:
        if name in TRACES:
            points.meet(name, str(arguments[1] if name in {"os.rename", "os.link"} else arguments[0]))

    def wrote(connection: Connection, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.lstrip().upper().startswith(WRITING):
            connection.info["wrote"] = True

    def committed(connection: Connection) -> None:
        if connection.info.pop("wrote", False):
            points.meet("commit")

    sys.addaudithook(traced)
    event.listen(Engine, "before_cursor_execute", wrote)
    event.listen(Engine, "commit", committed)
    Workflows._ending = _within(points, Workflows._ending, lambda _, job, *__: job.kind)  # type: ignore[method-assign]
    Workflows._conclude = _within(points, Workflows._conclude, lambda _, job, *__: f"{job.kind} end")  # type: ignore[method-assign]
    submissions.receive = _within(points, receiving.receive, lambda *_: "post")  # type: ignore[attr-defined]


def _within(points: Points, call: Callable[..., Any], kind: Callable[..., str]) -> Callable[..., Any]:
    @functools.wraps(call)
    def counted(*arguments: Any) -> Any:
        with points.counted(kind(*arguments)):
            return call(*arguments)

    return counted


def be(plan: Plan, listener: socket.socket) -> None:
    """Be a web process or a worker."""
    if plan.kills:
        kill_at_points(plan)
    if plan.file_bytes is not None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (plan.file_bytes, resource.RLIM_INFINITY))
    hurry_the_engine()
    evaluating.BATCH_RESPONSES = batches.BATCH_RESPONSES = plan.batch  # type: ignore[misc, attr-defined]
    with opened_instance(read_settings(plan.environment), migrates=False) as instance:
        if plan.is_web:
            uvicorn.Server(web_config(make_app(instance), "127.0.0.1", 0)).run(sockets=[listener])
        else:
            work_until_told(instance, Work(FLOWS, due), pace=plan.pace)


def keep(plan: Plan) -> None:
    """Start a process, and start it again when it was killed."""
    os.setsid()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    folder = Path(plan.environment["PROOFBOARD_DATA"]).parent
    log = os.open(folder / f"process-{os.getpid()}.log", os.O_CREAT | os.O_WRONLY)
    for descriptor in (1, 2):
        os.dup2(log, descriptor)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    listener = socket.create_server(("127.0.0.1", 0))
    (folder / f"port-{os.getpid()}").write_text(str(listener.getsockname()[1]))
    while True:
        child = os.fork()
        if not child:
            be(plan, listener)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        if not plan.restarts or os.WIFEXITED(status):
            os._exit(0)


def main() -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for line in sys.stdin.buffer:
        pid = os.fork()
        if not pid:
            keep(msgspec.json.decode(line, type=Plan))
        sys.stdout.write(f"{pid}\n")
        sys.stdout.flush()


class Process(WorkerProcess):
    """A process, and the one that starts it again when it is killed."""

    def __init__(self, pid: int, plan: Plan) -> None:
        super().__init__(pid)
        self.folder = Path(plan.environment["PROOFBOARD_DATA"]).parent

    @property
    def address(self) -> str:
        """Answer where a web process listens."""
        port = self.folder / f"port-{self.pid}"
        until(lambda: port.exists() and port.read_text())
        return f"http://127.0.0.1:{port.read_text()}"

    def said(self) -> str:
        """Answer what it said since it was started first."""
        return (self.folder / f"process-{self.pid}.log").read_text()


@contextmanager
def processes(*plans: Plan) -> Iterator[list[Process]]:
    """Start processes, and end them with the block."""
    started = [Process(_forked(plan), plan) for plan in plans]
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
    """Import everything once for all processes of this test process."""
    server = subprocess.Popen([sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    atexit.register(server.communicate)
    return server


if __name__ == "__main__":
    main()
