"""The loop of one worker: it claims jobs, gives signs of life, looks after others, and does what is due."""

import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from types import FrameType
from typing import Final, get_args

import msgspec

from proofboard import __version__
from proofboard.app.service.dispatching import JOBS_AT_ONCE, claim, leave, waiting_queues
from proofboard.app.service.heartbeats import Watch, arrive, beat, depart, forget_departed
from proofboard.app.service.instance import Instance
from proofboard.app.service.materialising import stores_at_hand
from proofboard.app.service.pruning import jobs_to_prune, prune_events, prune_jobs, prune_scratch
from proofboard.pipeline.engine import JobRunner
from proofboard.pipeline.faults import place_of, reason_of
from proofboard.pipeline.identity import own_name
from proofboard.pipeline.pace import Pace
from proofboard.pipeline.reaping import Reaper
from proofboard.pipeline.voice import Voice
from proofboard.pipeline.workflows import Flow, Workflows
from proofboard.schemas.preparing import prepare_structs
from proofboard.schemas.states import JobKind, Queue

QUEUES: Final[Sequence[Queue]] = get_args(Queue)


class Chore(msgspec.Struct):
    """Something that a worker does from time to time; every worker may, so it must bear being done by several."""

    verb: Callable[[], object]
    seconds: float
    next_at: float = 0.0


class Work(msgspec.Struct, frozen=True):
    """What a worker is there for."""

    flows: Mapping[JobKind, Flow]
    due: Callable[[Instance], object]
    """Promises the jobs whose time has come; called every minute."""
    at_once: int = JOBS_AT_ONCE
    """Jobs of each queue that run at the same time."""


class Worker:
    """One process that runs jobs."""

    def __init__(self, instance: Instance, name: str, work: Work, pace: Pace, voice: Voice) -> None:
        """Register the workflows; nothing runs before `run`."""
        self._instance = instance
        self._name = name
        self._work = work
        self._pace = pace
        self._voice = voice
        self._stopped = threading.Event()
        self._gone = threading.Event()
        self._workflows = Workflows(instance, name, work.flows, pace, voice)
        self._runner = JobRunner(instance.settings, name, self._workflows.bodies())
        self._reaper = Reaper(instance, self._runner, name, Watch(pace.patience))
        self._chores = [
            Chore(self._reaper.reap, pace.reap),
            Chore(lambda: work.due(instance), pace.schedules),
            Chore(self._prune, pace.prune),
        ]

    def stop(self) -> None:
        """Ask the worker to stop; may be called by anybody, at any time."""
        self._stopped.set()
        self._workflows.ended.set()

    def run(self) -> None:
        """Work until `stop` is called; steps that took too long to wait for go on until the process ends."""
        arrive(self._instance, self._name, socket.gethostname(), os.getpid())
        self._try(self._introduce)
        # Jobs run in many threads, and all that they decode has been imported by now.
        prepare_structs()
        self._runner.launch(dict.fromkeys(QUEUES, self._work.at_once))
        heart = threading.Thread(target=self._beat, name="heartbeat", daemon=True)
        heart.start()
        while not self._stopped.is_set():
            self._try(self._dispatch)
            for chore in self._chores:
                if time.monotonic() >= chore.next_at:
                    self._try(chore.verb)
                    chore.next_at = time.monotonic() + chore.seconds
            self._workflows.ended.wait(self._pace.look)
            self._workflows.ended.clear()
        self._leave(heart)

    def _introduce(self) -> None:
        """Say who works where, and which boards it can close."""
        kept = "SQLite" if self._instance.settings.is_sqlite else "PostgreSQL"
        stores = ", ".join(stores_at_hand(self._instance)) or "none"
        self._voice.tell(f"started: Proofboard {__version__}, {kept}, held-out stores: {stores}")

    def _dispatch(self) -> None:
        for queue in waiting_queues(self._instance):
            for job in claim(self._instance, self._name, queue, self._work.at_once):
                self._runner.start(job.id, job.kind)

    def _prune(self) -> None:
        prune_events(self._instance)
        prune_scratch(self._instance)
        forget_departed(self._instance)
        while ids := jobs_to_prune(self._instance):
            self._runner.forget(ids)
            prune_jobs(self._instance, ids)

    def _beat(self) -> None:
        while not self._gone.wait(self._pace.beat):
            self._try(self._live)

    def _live(self) -> None:
        if not beat(self._instance, self._name):
            arrive(self._instance, self._name, socket.gethostname(), os.getpid())

    def _try(self, verb: Callable[[], object]) -> None:
        """Go on whatever happens: a worker that ends because a database restarts would only be started again."""
        try:
            verb()
        except Exception as error:  # noqa: BLE001 - see above; texts of exceptions are not for logs
            self._voice(f"{reason_of(error)}: {place_of(error)}")

    def _leave(self, heart: threading.Thread) -> None:
        self._workflows.stopping.set()
        self._runner.stop(self._pace.stop)
        self._gone.set()
        heart.join()
        self._try(lambda: leave(self._instance, self._name))
        self._try(lambda: depart(self._instance, self._name))


def work_until_told(instance: Instance, work: Work, *, lifeline: int | None = None, pace: Pace | None = None) -> None:
    """Be a worker until SIGTERM or SIGINT, or until the supervisor at the other end of the lifeline is gone.

    Raises InputError where this worker may not be.
    """
    with own_name(instance) as name:
        voice = Voice(name, instance.settings.log_level)
        voice.take_over_the_engine()
        worker = Worker(instance, name, work, pace or Pace(), voice)
        with _told_to_stop(worker.stop, lifeline):
            worker.run()


@contextmanager
def _told_to_stop(stop: Callable[[], None], lifeline: int | None) -> Iterator[None]:
    def told(_signal: int, _frame: FrameType | None) -> None:
        stop()

    before = {number: signal.signal(number, told) for number in (signal.SIGTERM, signal.SIGINT)}
    if lifeline is not None:
        threading.Thread(target=_follow, args=(lifeline, stop), daemon=True).start()
    try:
        yield
    finally:
        for number, action in before.items():
            signal.signal(number, action)


def _follow(lifeline: int, stop: Callable[[], None]) -> None:
    """Wait for the end of a pipe that nobody writes to: it comes when its other end is closed, even by kill -9."""
    with suppress(OSError):
        os.read(lifeline, 1)
    stop()
