"""Follow one run to its end: feed it, take what it prints, hold it to its limits, and kill all of it beyond them."""

import os
import resource
import selectors
import signal
import subprocess
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from functools import partial
from typing import IO, Final, Literal

import msgspec

from proofboard.errors import OutputError, printable
from proofboard.grade.watching import Tree
from proofboard.schemas.benchmark import Limits

TICK_SECONDS: Final = 0.02
LOG_BYTES: Final = 64 << 10

_PATIENCE_SECONDS: Final = 2
"""So long the first process of a sandbox may take to die before everything around it is killed too."""
_DEATH_SECONDS: Final = 30
"""A killed process may have a disk to wait for; after this something is wrong with the machine."""

_CHUNK: Final = 64 << 10
_MICROSECONDS: Final = 1_000_000
_KIB_PER_MIB: Final = 1024
_KILLED: Final = 128 + signal.SIGKILL

Limit = Literal["timed_out", "out_of_cpu", "out_of_memory", "too_many_processes", "too_much_output"]
Stopped = Limit | Literal["interrupted"]


class Ran(msgspec.Struct, frozen=True):
    """How a run ended, what it printed, and what it used."""

    stopped: Stopped | None
    """The limit that it reached; None where it ended within them."""
    status: int
    """Its exit status; 128 and the number of a signal where that ended it."""
    printed: bytes
    log: bytes
    """The end of what it wrote to standard error."""
    wall_microseconds: int
    cpu_microseconds: int | None = None
    peak_kib: int | None = None


class Started(msgspec.Struct, frozen=True):
    """A run that has started, with pipes to its three streams."""

    process: subprocess.Popen[bytes]
    kill: Callable[[], None]
    """Kills all of it, at any moment of its life."""
    reports: IO[bytes] | None = None
    """Where the sandbox says, in JSON lines, which process is the first inside, and how that ended."""
    scratch: str = ""
    """Its folder for files, as it sees it."""


class _Report(msgspec.Struct):
    child_pid: int | None = msgspec.field(default=None, name="child-pid")
    exit_code: int | None = msgspec.field(default=None, name="exit-code")


def follow(started: Started, fed: bytes, limits: Limits, interrupted: Callable[[], bool]) -> Ran:
    """Follow a run until nothing is left of it; raises OutputError where the sandbox itself failed.

    `interrupted` is asked at every tick whether to give up. The process is reaped here, and its pipes are closed.
    """
    with ExitStack() as stack:
        following = _Following(started, fed, limits, stack)
        while following.is_alive():
            following.take_what_is_there()
            following.hold_to_limits()
            if interrupted():
                following.stop("interrupted")
        return following.ran()


class _Following:
    def __init__(self, started: Started, fed: bytes, limits: Limits, stack: ExitStack) -> None:
        self._started = started
        self._limits = limits
        self._stack = stack
        self._fed = memoryview(fed)
        self._output, self._log, self._reports = bytearray(), bytearray(), bytearray()
        self._n_printed = 0
        self._stopped: Stopped | None = None
        self._stopped_at = 0.0
        self._report = _Report()
        self._first: int | None = None
        self._tree: Tree | None = None
        self._peak_kib, self._cpu = 0, 0.0
        self._began = self._looked = time.monotonic()
        self._open: set[int] = set()
        self._selector = stack.enter_context(selectors.DefaultSelector())
        self._register()

    def _register(self) -> None:
        process = self._started.process
        death = os.pidfd_open(process.pid)
        self._stack.callback(os.close, death)
        self._wait_for(death, partial(self._done_with, death))
        for stream, take in (
            (process.stdout, self._take_output),
            (process.stderr, self._take_log),
            (self._started.reports, self._take_report),
        ):
            if stream is not None:
                self._stack.callback(stream.close)
                self._wait_for(stream.fileno(), partial(self._take, stream.fileno(), take))
        if process.stdin is not None:
            self._stack.callback(_close, process.stdin)
            os.set_blocking(process.stdin.fileno(), False)
            # Nobody waits for this one: a program need not read.
            self._selector.register(process.stdin.fileno(), selectors.EVENT_WRITE, self._feed)

    def _wait_for(self, number: int, act: Callable[[], None]) -> None:
        self._selector.register(number, selectors.EVENT_READ, act)
        self._open.add(number)

    def _done_with(self, number: int) -> None:
        self._selector.unregister(number)
        self._open.discard(number)

    def is_alive(self) -> bool:
        """Say whether anything of the run is left: its process, or whoever could still print."""
        return bool(self._open)

    def take_what_is_there(self) -> None:
        """Wait for a tick at most, and take and give what the pipes let through."""
        for key, _ in self._selector.select(TICK_SECONDS):
            key.data()

    def _take(self, number: int, take: Callable[[bytes], None]) -> None:
        if chunk := os.read(number, _CHUNK):
            take(chunk)
        else:
            self._done_with(number)

    def _take_output(self, chunk: bytes) -> None:
        if self._has_room(chunk):
            self._output += chunk

    def _take_log(self, chunk: bytes) -> None:
        if self._has_room(chunk):
            self._log += chunk
            del self._log[:-LOG_BYTES]

    def _has_room(self, chunk: bytes) -> bool:
        self._n_printed += len(chunk)
        if self._n_printed > self._limits.output_kib * 1024:
            self.stop("too_much_output")
            return False
        return True

    def _take_report(self, chunk: bytes) -> None:
        *lines, rest = (self._reports + chunk).split(b"\n")
        self._reports = bytearray(rest)
        for line in lines:
            told = msgspec.json.decode(line, type=_Report)
            self._report.exit_code = told.exit_code if told.exit_code is not None else self._report.exit_code
            if told.child_pid is not None:
                self._report.child_pid = told.child_pid
                self._watch(told.child_pid)

    def _watch(self, pid: int) -> None:
        with suppress(ProcessLookupError):
            self._first = os.pidfd_open(pid)
            self._stack.callback(os.close, self._first)
            self._tree = Tree(pid, self._started.scratch)
        # Where the kernel runs out of memory, this is what it kills first.
        with suppress(OSError), open(f"/proc/{pid}/oom_score_adj", "w") as file:  # noqa: PTH123 - no path is made up
            file.write("1000")

    def _feed(self) -> None:
        stdin = self._started.process.stdin
        if stdin is None:
            return
        try:
            self._fed = self._fed[os.write(stdin.fileno(), self._fed[:_CHUNK]) :]
        except BlockingIOError:
            return
        except BrokenPipeError:
            self._fed = self._fed[:0]
        if not self._fed:
            self._selector.unregister(stdin.fileno())
            _close(stdin)

    def hold_to_limits(self) -> None:
        """Kill the run where it is beyond a limit; raises OutputError where what was killed does not die."""
        now, limits = time.monotonic(), self._limits
        if self._stopped:
            self._see_it_die(now - self._stopped_at)
        elif now - self._began > limits.wall_seconds:
            self.stop("timed_out")
        elif self._tree and now - self._looked >= TICK_SECONDS:
            self._looked = now
            used = self._tree.used()
            memory_kib = used.memory_kib
            if memory_kib > limits.memory_mib * _KIB_PER_MIB:
                memory_kib = min(memory_kib, self._tree.memory_kib())
            self._cpu = max(self._cpu, used.cpu_seconds)
            self._peak_kib = max(self._peak_kib, memory_kib)
            if memory_kib > limits.memory_mib * _KIB_PER_MIB:
                self.stop("out_of_memory")
            elif used.tasks > limits.processes:
                self.stop("too_many_processes")
            elif used.cpu_seconds > limits.cpu_seconds:
                self.stop("out_of_cpu")

    def stop(self, why: Stopped) -> None:
        """Kill the run; the first reason counts."""
        if self._stopped:
            return
        self._stopped, self._stopped_at = why, time.monotonic()
        if self._first is None:
            self._started.kill()
            return
        # The first process inside takes all others with it, and those around it live to count what they used.
        with suppress(ProcessLookupError):
            signal.pidfd_send_signal(self._first, signal.SIGKILL)

    def _see_it_die(self, seconds: float) -> None:
        if seconds > _PATIENCE_SECONDS:
            self._started.kill()
        if seconds > _DEATH_SECONDS:
            raise OutputError(f"a run of process {self._started.process.pid} was killed and does not die")

    def ran(self) -> Ran:
        """Reap the process and say how the run ended; raises OutputError where the sandbox itself failed."""
        process, limits = self._started.process, self._limits
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.monotonic() - self._began
        process.returncode = os.waitstatus_to_exitcode(status)
        if self._started.reports is None:
            code = process.returncode if process.returncode >= 0 else 128 - process.returncode
            return Ran(self._stopped, code, bytes(self._output), bytes(self._log), round(wall * _MICROSECONDS))
        self._refuse_broken()
        # After fork a process is as large as the one that forked it: what is not larger than we are says nothing.
        alone_kib = usage.ru_maxrss if usage.ru_maxrss > resource.getrusage(resource.RUSAGE_SELF).ru_maxrss else 0
        # Who is killed is buried without being counted; what was seen of them counts.
        cpu = max(self._cpu, usage.ru_utime + usage.ru_stime)
        if self._stopped is None and alone_kib > limits.memory_mib * _KIB_PER_MIB:
            self._stopped = "out_of_memory"
        elif self._stopped is None and cpu > limits.cpu_seconds:
            self._stopped = "out_of_cpu"
        return Ran(
            stopped=self._stopped,
            status=_KILLED if self._report.exit_code is None else self._report.exit_code,
            printed=bytes(self._output),
            log=bytes(self._log),
            wall_microseconds=round(wall * _MICROSECONDS),
            cpu_microseconds=round(cpu * _MICROSECONDS),
            peak_kib=max(self._peak_kib, alone_kib) or None,
        )

    def _refuse_broken(self) -> None:
        """Raise where no program ran: what fails around it must never cost a response its score."""
        if self._stopped == "interrupted" or self._report.exit_code is not None:
            return
        if self._stopped is None:
            # What stands in the log is quoted only where no program can have written it: it may be held out.
            said = printable(self._log.decode("utf-8", "replace").strip()[-500:])
            why = said if self._started.process.returncode >= 0 else "it was killed from outside"
            raise OutputError(f"the sandbox failed: {why}; what was graded before is kept, start again")
        if self._report.child_pid is None:
            reason = f"had not begun to run after {self._limits.wall_seconds} s"
            raise OutputError(f"the sandbox {reason}; the machine is too busy, start again with fewer --jobs")


def _close(stream: IO[bytes]) -> None:
    with suppress(OSError):
        stream.close()
