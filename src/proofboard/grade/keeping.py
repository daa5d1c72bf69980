"""Who ends the runs when we cannot: a shell that outlives us by an instant and kills what we had started.

We may be killed at any moment, and nothing that runs in us could prevent it. So the keeper is told of every run before
that run may begin, and of its end. When our end of the pipe closes, however we ended, it kills what is left.
"""

import os
import subprocess
from contextlib import suppress
from types import TracebackType
from typing import Final, Self

_SHELL: Final = "/bin/sh"

_SCRIPT: Final = """
left=" "
while read -r sign run; do
    case $sign in
        +) left="$left$run " ;;
        -) left="${left%%" $run "*} ${left#*" $run "}" ;;
    esac
done
for run in $left; do %s; done
"""

KILL_GROUP: Final = 'kill -s KILL -- "-$run"'
"""Kills a group of processes by its number."""


class Keeper:
    """One keeper for all runs of a command."""

    def __init__(self, kill: str = KILL_GROUP) -> None:
        """Start it; `kill` is the shell command that ends `$run`."""
        # In a session of its own: what interrupts us from a terminal must not interrupt it.
        self._shell = subprocess.Popen(  # noqa: S603 - a fixed program
            [_SHELL, "-c", _SCRIPT % kill],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            cwd="/",
        )

    def __enter__(self) -> Self:
        """Keep until the end of the block."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Let it end; what it still knows of is killed."""
        if self._shell.stdin:
            self._shell.stdin.close()
        self._shell.wait()

    def began(self, run: object) -> None:
        """Tell of a run that is about to begin."""
        self._tell(f"+ {run}\n")

    def ended(self, run: object) -> None:
        """Tell of a run of which nothing is left."""
        with suppress(BrokenPipeError):
            self._tell(f"- {run}\n")

    def _tell(self, line: str) -> None:
        # A line is far shorter than a pipe writes in one piece, so threads cannot mix theirs.
        if self._shell.stdin:
            os.write(self._shell.stdin.fileno(), line.encode())
