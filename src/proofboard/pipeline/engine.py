"""The only module that knows DBOS: durable workflows with checkpointed steps, behind one small interface of ours.

Imported by workers only. Payloads are JSON, the version is ours, queues have no global limit (the slots of a dead
worker would be held for ever), and nothing that a step raises reaches the engine: see `proofboard.pipeline.workflows`.
"""

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, Literal, Protocol

import msgspec
from dbos import DBOS, DBOSConfig, DBOSPortableJSONSerializer, SetWorkflowID
from sqlalchemy import Engine, create_engine, event

from proofboard.schemas.states import Queue
from proofboard.settings import Settings
from proofboard.store.database import BUSY_MILLISECONDS, psycopg_url

JOBS_VERSION: Final = "proofboard-jobs-1"
"""Raise it by hand when the steps of a kind change: unfinished jobs of another version start anew."""
NAME: Final = "proofboard"
SCHEMA: Final = "dbos"
POLLING_SECONDS: Final = 2.0
"""Between two looks into a queue of the engine: only work that was interrupted waits there, and a look costs CPU."""
POOL_SIZE: Final = 10

WorkflowState = Literal["queued", "running", "ended"]


class InterruptedJob(BaseException):
    """A job stops here and goes on later, in this worker or in another."""


class StepRunner(Protocol):
    """How a workflow takes a step: done once and remembered, or remembered from an earlier run."""

    def __call__(self, name: str, step: Callable[[], Any]) -> Any:  # noqa: ANN401 - JSON
        """Return what the step returned, which must be JSON; raises InterruptedJob."""


Body = Callable[[str, StepRunner], None]
"""A workflow: the id of its job, and how to take a step."""


class SeenWorkflow(msgspec.Struct, frozen=True):
    """What the engine knows of a job."""

    state: WorkflowState
    executor: str
    is_current: bool
    """True where it was begun under our own version of jobs."""


class JobRunner:
    """The engine in this process; there is one."""

    def __init__(self, settings: Settings, worker: str, bodies: Mapping[str, Body]) -> None:
        """Name every workflow ourselves: `proofboard.<kind>`."""
        self._settings = settings
        self._worker = worker
        self._lock = threading.Lock()
        self._running: list[str] = []
        self._stopping = threading.Event()
        self._workflows = {name: self._registered(name, body) for name, body in bodies.items()}
        self._engine: Engine | None = None
        self._dbos: DBOS | None = None

    def launch(self, capacity: Mapping[Queue, int]) -> None:
        """Open the job tables, make them where they are not there, and take up what this worker left."""
        self._engine = job_engine(self._settings)
        config: DBOSConfig = {
            "name": NAME,
            "system_database_engine": self._engine,
            "dbos_system_schema": SCHEMA,
            "application_version": JOBS_VERSION,
            "executor_id": self._worker,
            "serializer": DBOSPortableJSONSerializer(),
            "log_level": "WARNING",
            "use_listen_notify": False,
            "scheduler_polling_interval_sec": 3600.0,
        }
        self._dbos = DBOS(config=config)
        DBOS.launch()
        for queue, at_once in capacity.items():
            DBOS.register_queue(
                queue, worker_concurrency=at_once, polling_interval_sec=POLLING_SECONDS, on_conflict="always_update"
            )

    def start(self, job_id: str, workflow: str) -> None:
        """Start the workflow of a job; one that is on its way goes on, and one that has ended starts anew.

        It starts in this process at once: what a worker claims is what it has room for, so it has to wait in no queue.
        """
        seen = self.seen([job_id]).get(job_id)
        if seen is not None and (seen.state == "ended" or not seen.is_current):
            self.forget([job_id])
        with SetWorkflowID(job_id):
            DBOS.start_workflow(self._workflows[workflow], job_id)

    def stop(self, patience_seconds: float) -> frozenset[str]:
        """Take nothing more and wait for running steps; returns the jobs that were left where they were."""
        self._stopping.set()
        if self._dbos is not None:
            # `DBOS.destroy` would do this first too, but it would not wait, and it prints what it interrupts.
            for stop in self._dbos.background_thread_stop_events:
                stop.set()
        until = time.monotonic() + patience_seconds
        while self.running() and time.monotonic() < until:
            time.sleep(0.05)
        left = self.running()
        if not left:
            DBOS.destroy(destroy_registry=True)
            if self._engine is not None:
                self._engine.dispose()
        return left

    def running(self) -> frozenset[str]:
        """Return the jobs whose code runs in this process now."""
        with self._lock:
            return frozenset(self._running)

    def seen(self, job_ids: Iterable[str]) -> dict[str, SeenWorkflow]:
        """Say what the engine knows of jobs; those that it does not know are left out."""
        named = list(job_ids)
        if not named:
            return {}
        found = DBOS.list_workflows(workflow_ids=named, load_input=False, load_output=False)
        return {
            own.workflow_id: SeenWorkflow(_state_of(own.status), own.executor_id or "", own.app_version == JOBS_VERSION)
            for own in found
        }

    def resume(self, job_id: str, queue: Queue) -> None:
        """Put a job back into its own queue, from which any worker takes it up at the step that was interrupted."""
        DBOS.resume_workflow(job_id, queue_name=queue)

    def forget(self, job_ids: Iterable[str]) -> None:
        """Remove what the engine knows of jobs."""
        DBOS.delete_workflows(list(job_ids))

    def _registered(self, name: str, body: Body) -> Callable[[str], None]:
        def workflow(job_id: str) -> None:
            with self._counted(job_id):
                body(job_id, self._step)

        # Our own count of starts says when to give up, so the engine's must not.
        return DBOS.workflow(name=f"{NAME}.{name}", max_recovery_attempts=None)(workflow)

    def _step(self, name: str, step: Callable[[], Any]) -> Any:  # noqa: ANN401 - JSON
        if self._stopping.is_set():
            raise InterruptedJob
        try:
            return DBOS.run_step({"name": name}, step)
        except Exception:  # noqa: BLE001 - the engine could not remember the step: its tables do not answer
            raise InterruptedJob from None

    @contextmanager
    def _counted(self, job_id: str) -> Iterator[None]:
        with self._lock:
            self._running.append(job_id)
        try:
            yield
        finally:
            with self._lock:
                self._running.remove(job_id)


def job_engine(settings: Settings) -> Engine:
    """Open the database of the engine: a file of its own beside SQLite, a schema of its own in PostgreSQL."""
    if settings.database_url is not None:
        return create_engine(
            psycopg_url(settings.database_url), pool_size=POOL_SIZE, pool_pre_ping=True, hide_parameters=True
        )
    return _sqlite(settings.data / "jobs.sqlite")


def _sqlite(path: Path) -> Engine:
    """Make an engine in WAL mode. The driver begins transactions itself, as DBOS expects, and not as our tables do."""
    path.parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        f"sqlite:///{path}",
        pool_size=POOL_SIZE,
        hide_parameters=True,
        connect_args={"timeout": BUSY_MILLISECONDS / 1000},
    )

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: object) -> None:  # noqa: ANN401 - a connection of the driver
        connection.isolation_level = "IMMEDIATE"
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")

    return engine


def _state_of(status: str) -> WorkflowState:
    match status:
        case "PENDING":
            return "running"
        case "ENQUEUED" | "DELAYED":
            return "queued"
        case _:
            return "ended"
