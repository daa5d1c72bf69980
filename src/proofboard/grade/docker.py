"""The sandbox of machines without bubblewrap: one container of the Docker engine for each response.

The engine enforces limits of memory, processes and file sizes by control groups; here only the clock and the amount of
output are watched. Time of computing is limited for each process, not for all together.
"""

import os
import shutil
import signal
import subprocess
import uuid
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Final

from proofboard.errors import MissingExtraError, OutputError, printable
from proofboard.grade.keeping import Keeper
from proofboard.grade.program import INSIDE, StagedProgram
from proofboard.grade.running import Ran, Started, follow
from proofboard.grade.sandbox import VARIABLES, WORK
from proofboard.schemas.benchmark import Program

REMOVE: Final = 'docker rm --force "$run"'

_ANSWER_SECONDS: Final = 20
_USER: Final = "65534:65534"
_OPEN_FILES: Final = 256
_MOST_PROCESSORS: Final = 1
_ENGINE_FAILED: Final = 125
_KILLED: Final = 137
_NEVER: Final = "0001-"


class Docker:
    """Runs programs in containers of an image that is at hand."""

    shows_our_usr = False

    def __init__(self, version: str, image: str, digest: str) -> None:
        """Prepare what all runs share."""
        self.name = f"docker {version} {image} {digest}"
        self._image = digest
        self._keeper = Keeper(REMOVE)

    def run(self, program: StagedProgram, fed: bytes, interrupted: Callable[[], bool]) -> Ran:
        """Run a program to its end; raises OutputError where the engine fails."""
        name = f"proofboard-{uuid.uuid4().hex}"
        limits = program.program.limits
        self._keeper.began(name)
        try:
            process = subprocess.Popen(  # noqa: S603 - our own command line
                container_command(name, self._image, str(program.folder), program.program),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                bufsize=0,
                start_new_session=True,
            )
            container = _Container(name, process)
            try:
                ran = follow(Started(process, container.kill), fed, limits, interrupted)
            except BaseException:
                container.kill()
                container.end_waiting()
                process.wait()
                raise
            return self._named(ran, name)
        finally:
            _ask("rm", "--force", name)
            self._keeper.ended(name)

    def close(self) -> None:
        """Remove what is left."""
        self._keeper.__exit__(None, None, None)

    def _named(self, ran: Ran, name: str) -> Ran:
        if ran.stopped:
            return ran
        if ran.status == _ENGINE_FAILED and not _has_started(name):
            # No program ran, so what was said is the engine's.
            said = printable(ran.log.decode("utf-8", "replace").strip()[-500:])
            raise OutputError(f"docker failed: {said}; what was graded before is kept, start again")
        if ran.status == _KILLED and "true" in _ask("inspect", "--format", "{{.State.OOMKilled}}", name).stdout:
            return Ran("out_of_memory", ran.status, ran.printed, ran.log, ran.wall_microseconds)
        return ran


def container_command(name: str, image: str, folder: str, program: Program) -> list[str]:
    """Return the command line that runs a program in a container."""
    limits = program.limits
    memory = f"{limits.memory_mib}m"
    variables = [f"--env={name}={value}" for name, value in {**VARIABLES, **program.environment}.items()]
    return [
        "docker",
        "run",
        f"--name={name}",
        "--label=proofboard.grade",
        # Nothing is fetched while we grade: whoever grades decides before what is at hand.
        "--pull=never",
        "--interactive",
        "--init",
        "--network=none",
        "--read-only",
        "--cap-drop=ALL",
        "--security-opt=no-new-privileges",
        f"--user={_USER}",
        "--hostname=sandbox",
        f"--pids-limit={limits.processes + 1}",
        f"--memory={memory}",
        f"--memory-swap={memory}",
        f"--cpus={_MOST_PROCESSORS}",
        f"--ulimit=cpu={limits.cpu_seconds}:{limits.cpu_seconds}",
        f"--ulimit=nofile={_OPEN_FILES}:{_OPEN_FILES}",
        "--ulimit=core=0:0",
        f"--tmpfs={WORK}:rw,exec,nosuid,nodev,mode=1777,size={limits.files_mib}m",
        f"--tmpfs=/tmp:rw,exec,nosuid,nodev,mode=1777,size={limits.files_mib}m",
        f"--volume={folder}:{INSIDE}:ro",
        f"--workdir={WORK}",
        *variables,
        "--entrypoint=",
        image,
        *program.run,
    ]


def open_docker(image: str) -> Docker:
    """Make the sandbox; raises MissingExtraError that says what is missing: the command, the engine or the image."""
    if shutil.which("docker") is None:
        raise MissingExtraError("docker: is not installed; install it, or use --sandbox bubblewrap")
    engine = _ask("version", "--format", "{{.Server.Version}}")
    version = engine.stdout.strip()
    if engine.returncode or not version:
        said = printable(engine.stderr.strip()) or "it says nothing"
        raise MissingExtraError(
            f"docker: the engine does not answer ({said}); start it, or use --sandbox bubblewrap on Linux"
        )
    found = _ask("image", "inspect", "--format", "{{.Id}}", image)
    if found.returncode:
        raise MissingExtraError(f"docker: has no image {image!r}; fetch it (docker pull {image}), or name another")
    return Docker(version, image, found.stdout.strip())


class _Container:
    """A container, and the command that waits for it."""

    def __init__(self, name: str, process: subprocess.Popen[bytes]) -> None:
        self._name = name
        self._process = process
        self._asked = False

    def kill(self) -> None:
        """Let the engine kill it; where it does not, or has not made it yet, end the command that waits."""
        if self._asked or _ask("kill", self._name).returncode:
            self.end_waiting()
        self._asked = True

    def end_waiting(self) -> None:
        """End the command that waits; it is reaped by who follows it, which `Popen.kill` would do too early."""
        if self._process.returncode is None:
            with suppress(ProcessLookupError):
                os.kill(self._process.pid, signal.SIGKILL)


def _has_started(name: str) -> bool:
    """Say whether a program ran in a container: with the status of a failed engine it may have ended itself."""
    found = _ask("inspect", "--format", "{{.State.StartedAt}}", name)
    return found.returncode == 0 and not found.stdout.startswith(_NEVER)


def _ask(*arguments: str) -> subprocess.CompletedProcess[str]:
    command: Sequence[str] = ("docker", *arguments)
    try:
        return subprocess.run(  # noqa: S603 - our own command line
            command, capture_output=True, text=True, check=False, timeout=_ANSWER_SECONDS
        )
    except subprocess.TimeoutExpired:
        return subprocess.CompletedProcess(command, _ENGINE_FAILED, "", f"no answer within {_ANSWER_SECONDS} s")
