"""How a job runs: its steps are verbs of `app`, each tried until the platform answers, and its end is written down.

A submission that cannot be used is settled by the verb that finds out. What comes here is the platform's fault or the
software's: it is tried again, and then named by one of a closed list. No step ever raises into the engine, which would
keep the text of the exception.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import Any, Final, Literal, Protocol, TypeVar

import msgspec

from proofboard.app.service.dispatching import RunningJob, begun, put_off, settle, starts_of
from proofboard.app.service.failing import PlatformFault
from proofboard.app.service.instance import Instance
from proofboard.errors import InputError, RefusedError
from proofboard.pipeline.engine import Body, InterruptedJob, StepRunner
from proofboard.pipeline.faults import place_of, reason_of
from proofboard.pipeline.pace import Pace
from proofboard.pipeline.voice import Voice
from proofboard.schemas.states import JobKind

LONGEST_SECONDS_OFF: Final = 3600.0
LOOK_SECONDS: Final = 0.5
STARTS_OF_SUSPECTS: Final = 2
"""After so many starts without an end, a job may be one that kills its worker: such jobs run one after the other."""
ATTEMPTS_OF_SOFTWARE: Final = 2
"""What is no matter of the platform seldom gets better."""

JobEnd = Literal["done", "put off", "failed"]

Answer = TypeVar("Answer")
Fail = Callable[[Instance, str, PlatformFault], None]


class Do(Protocol):
    """Take one step: `do(name, verb, *arguments)` calls `verb(instance, *arguments)` once and remembers its answer."""

    def __call__(self, name: str, verb: Callable[..., Any], *arguments: Any) -> Any:  # noqa: ANN401 - JSON
        """Return what the verb returned."""


class Flow(msgspec.Struct, frozen=True):
    """What is done for one kind of job."""

    steps: Callable[[Do, str], None]
    """Takes the steps, given the subject of the job; it must take the same ones whenever it is run again."""
    fail: Fail | None = None
    """Settles the subject when the platform failed; without it, the job is put off and starts anew."""
    is_put_off: bool = False
    """True where the job starts anew some times before its subject is settled."""


class Ending(msgspec.Struct, frozen=True):
    """How a job ends, as a step says it to the engine."""

    reason: PlatformFault | None = None
    """What failed; None where nothing did, or where there is nothing left to do."""
    is_final: bool = False
    """True where doing it again would end the same way."""
    is_refused: bool = False
    """True where the owner has to change something first."""


class _EndedEarlyError(Exception):
    """No step follows."""

    def __init__(self, ending: Ending) -> None:
        self.ending = ending
        super().__init__(ending.reason)


class Workflows:
    """The workflows of one worker."""

    def __init__(
        self, instance: Instance, worker: str, flows: Mapping[JobKind, Flow], pace: Pace, voice: Voice
    ) -> None:
        """Take the table of what is done for each kind."""
        self._instance = instance
        self._worker = worker
        self._flows = flows
        self._pace = pace
        self._voice = voice
        self._suspects = threading.Lock()
        self.stopping = threading.Event()
        """Set when the worker stops: nothing is tried again."""
        self.ended = threading.Event()
        """Set whenever a job has ended: there is room for the next."""

    def bodies(self) -> dict[str, Body]:
        """Return one workflow for each kind of job."""
        return {str(kind): self.run for kind in self._flows}

    def run(self, job_id: str, step: StepRunner) -> None:
        """Do a job, or what is left of it. Everything outside of steps may be done again and changes nothing then."""
        with self._alone(self._answered(partial(starts_of, self._instance, job_id))):
            job = self._answered(partial(begun, self._instance, job_id, self._worker))
            if job is not None:
                began = time.monotonic()
                ending = self._ending(job, step)
                state = self._answered(partial(self._conclude, job, ending))
                self._tell(job, state, time.monotonic() - began)
        self.ended.set()

    @contextmanager
    def _alone(self, starts: int) -> Iterator[None]:
        """Let no suspect run beside another: the innocent would be counted down with the one that kills them all."""
        if starts < STARTS_OF_SUSPECTS:
            yield
            return
        while not self._suspects.acquire(timeout=LOOK_SECONDS):
            if self.stopping.is_set():
                raise InterruptedJob
        try:
            yield
        finally:
            self._suspects.release()

    def _ending(self, job: RunningJob, step: StepRunner) -> Ending:
        if job.attempts > self._pace.starts:
            return Ending("the worker stopped", is_final=True)

        def do(name: str, verb: Callable[..., Any], *arguments: Any) -> Any:  # noqa: ANN401 - JSON
            answer = step(name, partial(self._step, job, name, partial(verb, self._instance, *arguments)))
            if "ending" in answer:
                raise _EndedEarlyError(msgspec.convert(answer["ending"], Ending))
            return answer["done"]

        try:
            self._flows[job.kind].steps(do, job.subject)
        except _EndedEarlyError as early:
            return early.ending
        return Ending()

    def _step(self, job: RunningJob, name: str, verb: Callable[[], Any]) -> dict[str, Any]:
        """Try a verb until the platform answers or for long enough; returns JSON, whatever happens."""
        attempt = 0
        while True:
            try:
                return {"done": verb()}
            except RefusedError:
                # Somebody else moved the subject meanwhile (it was withdrawn, say): there is nothing left to do.
                return _said(Ending())
            except InputError as error:
                # A verb settles what a submission got wrong; what is left is the owner's: trying again changes nothing.
                self._voice(f"{job.id} ({job.kind}, {name}): it cannot be done: {place_of(error)}")
                return _said(Ending("a fault of the software", is_final=True, is_refused=True))
            except Exception as error:  # noqa: BLE001 - every exception is replaced by its reason, here or nowhere
                reason = reason_of(error)
                self._voice(f"{job.id} ({job.kind}, {name}): {reason}: {place_of(error)}")
            attempt += 1
            if attempt >= (ATTEMPTS_OF_SOFTWARE if reason == "a fault of the software" else self._pace.attempts):
                return _said(Ending(reason))
            self._wait(attempt - 1)

    def _conclude(self, job: RunningJob, ending: Ending) -> JobEnd:
        """Write down how a job ended; a subject is settled before its job is, so that it is never forgotten."""
        flow = self._flows[job.kind]
        fail = None if flow.is_put_off and ending.is_refused else flow.fail
        if ending.reason is None:
            settle(self._instance, job, "done", None)
            return "done"
        if (flow.fail is None or flow.is_put_off) and not ending.is_final and job.attempts < self._pace.starts:
            seconds = min(self._pace.put_off * 2.0 ** (job.attempts - 1), LONGEST_SECONDS_OFF)
            put_off(self._instance, job, seconds, ending.reason)
            return "put off"
        if fail is not None:
            self._failed(fail, job, ending.reason)
        settle(self._instance, job, "failed", ending.reason)
        return "failed"

    def _tell(self, job: RunningJob, state: JobEnd, seconds: float) -> None:
        # How long held-out answers took to grade says something of them, so a worker with a store names no time at all.
        took = f", {round(1000 * seconds)} ms" if self._instance.settings.held_out is None else ""
        self._voice.tell(f"{job.id} ({job.kind}): {state}{took}", logging.ERROR if state == "failed" else logging.INFO)

    def _failed(
        self, fail: Callable[[Instance, str, PlatformFault], None], job: RunningJob, reason: PlatformFault
    ) -> None:
        try:
            fail(self._instance, job.subject, reason)
        except Exception as error:
            if reason_of(error) != "a fault of the software":
                raise
            self._voice(f"{job.id} ({job.kind}): could not be failed: {place_of(error)}")

    def _answered(self, call: Callable[[], Answer]) -> Answer:
        """Call until our own tables answer: without them nothing can be stated, so there is nothing to give up for."""
        attempt = 0
        while True:
            try:
                return call()
            except Exception as error:  # noqa: BLE001 - a job must not end without a word
                reason = reason_of(error)
                self._voice(f"{reason}: {place_of(error)}")
                if reason == "a fault of the software" and attempt >= ATTEMPTS_OF_SOFTWARE:
                    raise InterruptedJob from None
            self._wait(attempt)
            attempt += 1

    def _wait(self, attempt: int) -> None:
        if self.stopping.wait(self._pace.pause_after(attempt)):
            raise InterruptedJob


def _said(ending: Ending) -> dict[str, Any]:
    return {"ending": msgspec.to_builtins(ending)}
