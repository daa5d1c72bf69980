"""Keep the processes of one machine alive: started again when they die, stopped together, never left behind.

It loads neither the web framework nor the engine of jobs, so there is little in it that could fail.
"""

import os
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Final

import msgspec

FIRST_PAUSE_SECONDS: Final = 0.5
LONGEST_PAUSE_SECONDS: Final = 30.0
HEALTHY_SECONDS: Final = 60.0
"""A child that lived for so long had no trouble starting."""
STOPPING_SECONDS: Final = 30.0


class Child(msgspec.Struct, frozen=True):
    """A process to be kept alive."""

    name: str
    command: Sequence[str]
    """A `{lifeline}` in it is replaced by a descriptor whose end says that the supervisor is gone."""
    environment: Mapping[str, str]
    descriptors: tuple[int, ...] = ()
    """Open files that it is given."""


def supervise(children: Sequence[Child], stop: threading.Event, say: Callable[[str], None]) -> None:
    """Keep children alive until `stop` is set, then end them: with SIGTERM, and with SIGKILL where that is not enough.

    Should this process be killed, the other end of the lifeline closes, and every child stops by itself.
    """
    lifeline, own_end = os.pipe()
    keepers = [_Keeper(child, lifeline, stop, say) for child in children]
    threads = [threading.Thread(target=keeper.keep, name=keeper.child.name) for keeper in keepers]
    try:
        for thread in threads:
            thread.start()
        stop.wait()
    finally:
        stop.set()
        until = time.monotonic() + STOPPING_SECONDS
        for keeper in keepers:
            keeper.end()
        for keeper, thread in zip(keepers, threads, strict=True):
            thread.join(max(0.0, until - time.monotonic()))
            keeper.end(kill=True)
            thread.join()
        os.close(lifeline)
        os.close(own_end)


class _Keeper:
    """Keeps one child."""

    def __init__(self, child: Child, lifeline: int, stop: threading.Event, say: Callable[[str], None]) -> None:
        self.child = child
        self._lifeline = lifeline
        self._stop = stop
        self._say = say
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None

    def keep(self) -> None:
        pause = FIRST_PAUSE_SECONDS
        while (process := self._started()) is not None:
            began = time.monotonic()
            status = process.wait()
            if self._stop.is_set():
                return
            if time.monotonic() - began >= HEALTHY_SECONDS:
                pause = FIRST_PAUSE_SECONDS
            self._say(f"the {self.child.name} stopped ({_ended(status)}); it is started again in {pause:g} s")
            self._stop.wait(pause)
            pause = min(2 * pause, LONGEST_PAUSE_SECONDS)

    def end(self, *, kill: bool = False) -> None:
        with self._lock:
            if self._process is not None and self._process.poll() is None:
                self._process.kill() if kill else self._process.terminate()

    def _started(self) -> "subprocess.Popen[bytes] | None":
        """Start the child, unless a stop came first: nobody would end it then."""
        with self._lock:
            if self._stop.is_set():
                return None
            command = [part.format(lifeline=self._lifeline) for part in self.child.command]
            self._process = subprocess.Popen(  # noqa: S603 - our own commands
                command,
                env=dict(self.child.environment),
                pass_fds=(self._lifeline, *self.child.descriptors),
                stdin=subprocess.DEVNULL,
            )
            return self._process


def _ended(status: int) -> str:
    return f"killed by signal {-status}" if status < 0 else f"exit status {status}"
