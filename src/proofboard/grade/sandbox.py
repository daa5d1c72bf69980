"""What keeps a program in, and how a run in it is judged."""

import re
from collections.abc import Callable, Mapping
from typing import Final, Protocol

import msgspec

from proofboard.errors import printable
from proofboard.grade.printed import LOG, NoResultError, Printed, given, read_printed
from proofboard.grade.program import StagedProgram
from proofboard.grade.running import Limit, Ran
from proofboard.schemas.benchmark import Limits
from proofboard.schemas.bundle import Response
from proofboard.schemas.graded import LONGEST_REASON, Outcome
from proofboard.schemas.item import Item

WORK: Final = "/work"
"""The folder of a program's own files: its working folder and its home."""

VARIABLES: Final[Mapping[str, str]] = {"PATH": "/usr/bin:/bin", "HOME": WORK, "LANG": "C.UTF-8"}
"""What every program finds in its environment."""

# A program that is refused memory or a process usually says so and gives up, before anybody sees it at its limit.
# Whatever it says instead changes the name of its end, and not what that is worth.
_SAID: Final[Mapping[Outcome, re.Pattern[bytes]]] = {
    "out_of_memory": re.compile(rb"MemoryError|bad_alloc|[Cc]annot allocate memory|[Oo]ut of memory|OutOfMemory"),
    "too_many_processes": re.compile(
        rb"Resource temporarily unavailable|BlockingIOError|can't start new thread|[Cc]annot fork"
    ),
}
_SAID_LAST: Final = 2000
_SIGNALLED: Final = 128
_CPU_SIGNAL: Final = 24
"""SIGXCPU: one process alone computed too long."""
_LARGEST_STATUS: Final = 255


class Sandbox(Protocol):
    """What keeps a program in. There is no other way to run one."""

    @property
    def name(self) -> str:
        """What it is, with its version, as it is recorded."""

    @property
    def shows_our_usr(self) -> bool:
        """Say whether programs find the commands of this machine."""

    def run(self, program: StagedProgram, fed: bytes, interrupted: Callable[[], bool]) -> Ran:
        """Run a program to its end; raises OutputError where the sandbox itself fails."""

    def close(self) -> None:
        """Kill what is left, and clean up."""


class InterruptedRunError(Exception):
    """A run was given up because we were asked to end."""


class Judged(msgspec.Struct, frozen=True):
    """What became of one response."""

    outcome: Outcome
    reason: str | None
    printed: Printed
    """What the program said; nothing unless the outcome is `graded`."""
    artifacts: Mapping[str, bytes]
    """What is kept: the program's artifacts, and its log."""
    ran: Ran


NOTHING: Final = Printed({}, [], {})


def grade_response(
    sandbox: Sandbox, program: StagedProgram, item: Item, response: Response, interrupted: Callable[[], bool]
) -> Judged:
    """Let a program grade one response; raises InterruptedRunError, and OutputError where the sandbox fails."""
    ran = sandbox.run(program, given(item, response, program.metrics), interrupted)
    if ran.stopped == "interrupted":
        raise InterruptedRunError
    log = {LOG: ran.log.decode("utf-8", "replace").encode()} if ran.log else {}
    if ran.stopped:
        return Judged(ran.stopped, _reached(ran.stopped, program.program.limits), NOTHING, log, ran)
    if ran.status:
        return Judged(*_how_failed(ran), NOTHING, log, ran)
    try:
        printed = read_printed(ran.printed, program.metrics)
    except NoResultError as error:
        return Judged("no_result", printable(str(error))[:LONGEST_REASON], NOTHING, log, ran)
    return Judged("graded", None, printed, {**printed.artifacts, **log}, ran)


def _how_failed(ran: Ran) -> tuple[Outcome, str]:
    """Name how a program failed that reached no limit from outside, and say it in a sentence."""
    last = ran.log[-_SAID_LAST:]
    outcome: Outcome = next((outcome for outcome, said in _SAID.items() if said.search(last)), "crashed")
    if ran.status == _SIGNALLED + _CPU_SIGNAL:
        outcome = "out_of_cpu"
    lines = last.decode("utf-8", "replace").strip().splitlines()
    how = f"signal {ran.status - _SIGNALLED}" if _SIGNALLED < ran.status < _LARGEST_STATUS else f"status {ran.status}"
    said = f": {printable(lines[-1])}" if lines else ""
    return outcome, f"ended with {how}{said}"[:LONGEST_REASON]


def _reached(limit: Limit, limits: Limits) -> str:
    reasons: Mapping[Limit, str] = {
        "timed_out": f"was still running after {limits.wall_seconds} s",
        "out_of_cpu": f"computed for more than {limits.cpu_seconds} s, all its processes together",
        "out_of_memory": f"needed more than {limits.memory_mib} MiB of memory, all its processes together",
        "too_many_processes": f"had more than {limits.processes} processes and threads",
        "too_much_output": f"printed more than {limits.output_kib} KiB",
    }
    return reasons[limit]
