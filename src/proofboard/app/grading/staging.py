"""Copies of programs that runs see: in a folder that anybody may read, because it is nobody who runs them."""

import fcntl
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from proofboard.app.benchmark_folder import BenchmarkFolder
from proofboard.app.entries_folder import BENCHMARK_FILE, inside
from proofboard.core.rules.programs import metrics_by_program
from proofboard.errors import Fault, InputError
from proofboard.grade.program import INSIDE, StagedProgram, command_faults, is_installed, stage
from proofboard.grade.sandbox import Sandbox

PREFIX: Final = "proofboard-program-"


@contextmanager
def staged_programs(read: BenchmarkFolder) -> Iterator[dict[str, StagedProgram]]:
    """Copy every program of a benchmark for the time of the block; raises InputError where one cannot be read."""
    _clear_left()
    aside = Path(tempfile.mkdtemp(prefix=PREFIX))
    lock = os.open(aside, os.O_RDONLY)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        aside.chmod(0o755)
        yield {
            name: stage(name, inside(read.folder, program.files), program, metrics, aside / name)
            for name, metrics in metrics_by_program(read.benchmark).items()
            for program in [read.benchmark.programs[name]]
        }
    finally:
        shutil.rmtree(aside, ignore_errors=True)
        os.close(lock)


def _clear_left() -> None:
    """Remove what runs left that were killed: folders of ours that nobody holds."""
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        with suppress(OSError):
            found = folder.lstat()
            if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
                continue
            lock = os.open(folder, os.O_RDONLY)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(folder, ignore_errors=True)
            finally:
                os.close(lock)


def refuse_unable(read: BenchmarkFolder) -> None:
    """Refuse programs that could not be started: that would cost every response its score."""
    programs = read.benchmark.programs.items()
    _raise_all(
        read,
        [
            reason
            for name, program in programs
            for reason in command_faults(name, inside(read.folder, program.files), program)
        ],
    )


def refuse_absent(read: BenchmarkFolder, sandbox: Sandbox) -> None:
    """Refuse commands that the machine does not have; what an image has only its engine knows."""
    commands = {name: program.run[0] for name, program in read.benchmark.programs.items()}
    _raise_all(
        read,
        [
            f"programs.{name}.run: {command!r} is not in /usr; install it, or correct its name"
            for name, command in commands.items()
            if sandbox.shows_our_usr and not command.startswith(f"{INSIDE}/") and not is_installed(command)
        ],
    )


def _raise_all(read: BenchmarkFolder, reasons: list[str]) -> None:
    if reasons:
        raise InputError([Fault(str(read.folder / BENCHMARK_FILE), 0, reason) for reason in reasons])
