"""The sandbox of one machine: bubblewrap, with limits of the kernel, a filter of system calls, and a watch outside.

Inside there is `/usr`, read-only; `/program`; one folder for files, in memory and of limited size; five harmless
devices. There is no network, no `/proc`, no `/etc` but the links of alternatives, and nothing of ours in the
environment. The first process is a shell that waits for the program and buries whom nobody else buries; when it ends
the kernel kills everything that is left.
"""

import os
import platform
import re
import resource
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Final

from proofboard.errors import MissingExtraError, OutputError
from proofboard.grade.keeping import Keeper
from proofboard.grade.program import INSIDE, StagedProgram
from proofboard.grade.running import Ran, Started, follow
from proofboard.grade.sandbox import VARIABLES, WORK
from proofboard.grade.seccomp import machines, system_call_filter
from proofboard.grade.watching import can_be_watched
from proofboard.schemas.benchmark import Limits

OLDEST: Final = (0, 8, 0)
OLDEST_KERNEL: Final = (5, 14)
"""Before it the limit of processes counted those of all sandboxes of a user."""

NOBODY: Final = "60001"
"""Who runs programs where we are root: limits of processes do not hold for root."""

INSTEAD: Final = "or run programs in containers: --sandbox docker --image IMAGE"
INSTALL: Final = "install it (apt install bubblewrap, dnf install bubblewrap)"
FORBIDDEN: Final = (
    "user namespaces may be forbidden here. Ubuntu 23.10 and later: allow bwrap its own by an AppArmor profile (apt "
    "install apparmor-profiles, and copy its bwrap-userns-restrict to /etc/apparmor.d); Debian and others: sysctl "
    "kernel.unprivileged_userns_clone=1; inside a container: grade on its host"
)

PLACES: Final = "/usr/bin:/bin"
"""Where the programs that make the sandbox are looked for, whatever our own PATH says."""

# The first line of standard input is ours, and is written when the keeper knows of the run: if we die before, the pipe
# is closed and nothing runs.
_AWAIT: Final = 'read -r _ && exec "$@"'
_FIRST: Final = '"$@"; exit $?'

_DEVICES: Final = ("null", "zero", "full", "random", "urandom")
_LINKED: Final = ("bin", "sbin", "lib", "lib32", "lib64", "libx32")
_KEPT_OF_ETC: Final = ("alternatives", "ld.so.cache", "localtime")

_MIB: Final = 1 << 20
_OPEN_FILES: Final = 256
_ADDRESSES: Final = 64 << 30
"""Far more than any honest program reserves: it bounds what the kernel needs to keep track of them."""
_AROUND: Final = 2
"""The first process inside; and one more than is allowed, so that going beyond the limit can be seen."""

_VERSION: Final = re.compile(r"(\d+)\.(\d+)(?:\.(\d+))?")


class Bubblewrap:
    """Runs programs in bubblewrap, several at a time from several threads."""

    shows_our_usr = True

    def __init__(self, version: str) -> None:
        """Prepare what all runs share."""
        self.name = f"bubblewrap {version}"
        self._keeper = Keeper()
        self._filter = system_call_filter(platform.machine())
        self._before = _as_nobody() if os.geteuid() == 0 else []
        self._root = list(_root_arguments())

    def run(self, program: StagedProgram, fed: bytes, interrupted: Callable[[], bool]) -> Ran:
        """Run a program to its end; raises OutputError where the sandbox itself fails."""
        own = program.program
        files = ["--ro-bind", str(program.folder), INSIDE]
        return self._run([*files, *self._variables(own.environment)], own.run, own.limits, fed, interrupted)

    def try_out(self) -> None:
        """Run a program that does nothing; raises OutputError with what keeps it from running."""
        ran = self._run(self._variables({}), ["true"], Limits(), b"", lambda: False)
        if ran.status or ran.stopped:
            said = ran.log.decode("utf-8", "replace").strip()
            how = ran.stopped or f"status {ran.status}"
            raise OutputError(f"a program that does nothing ended with {how}: {said or 'it says nothing'}")

    def close(self) -> None:
        """Kill what is left, and clean up."""
        self._keeper.__exit__(None, None, None)

    def _run(
        self, inside: list[str], command: list[str], limits: Limits, fed: bytes, interrupted: Callable[[], bool]
    ) -> Ran:
        read, write = os.pipe()
        with open(read, "rb", buffering=0) as reports:  # noqa: PTH123 - a pipe, not a path
            try:
                process = self._start([*inside, "--json-status-fd", str(write)], command, limits, write)
            finally:
                os.close(write)
            started = Started(process, partial(_kill_group, process), reports, WORK)
            try:
                self._keeper.began(process.pid)
                return follow(started, b"\n" + fed, limits, interrupted)
            except BaseException:
                started.kill()
                raise
            finally:
                process.wait()
                self._keeper.ended(process.pid)

    def _start(self, inside: list[str], command: list[str], limits: Limits, reports: int) -> subprocess.Popen[bytes]:
        read, write = os.pipe()
        try:
            # Far less than a pipe holds: this does not wait for a reader.
            os.write(write, self._filter)
            os.close(write)
            size = ["--size", str(limits.files_mib * _MIB), "--perms", "1777", "--tmpfs", WORK, "--chdir", WORK]
            sandbox = ["bwrap", *self._root, *inside, *size, "--remount-ro", "/", "--seccomp", str(read)]
            first = ["/bin/sh", "-c", _FIRST, "sh", "prlimit", *_limits(limits), "--", *command]
            return subprocess.Popen(  # noqa: S603 - the command of the owner, and never outside of the sandbox
                [*self._before, "/bin/sh", "-c", _AWAIT, "sh", *sandbox, *first],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                bufsize=0,
                env={"PATH": PLACES},
                cwd="/",
                pass_fds=(read, reports),
                # A group and a session of its own: it can be killed as one, and has no terminal to type into.
                start_new_session=True,
            )
        finally:
            os.close(read)

    def _variables(self, own: Mapping[str, str]) -> list[str]:
        return [word for name, value in {**VARIABLES, **own}.items() for word in ("--setenv", name, value)]


def open_bubblewrap() -> Bubblewrap:
    """Make the sandbox, and try it out; raises MissingExtraError that says what was found, and what to install."""
    if sys.platform != "linux" or platform.machine() not in machines():
        found = f"{platform.system()} on {platform.machine()}"
        raise MissingExtraError(f"bubblewrap: needs Linux on {' or '.join(machines())}, found {found}; {INSTEAD[3:]}")
    kernel = _version_in(platform.release())[:2]
    if kernel < OLDEST_KERNEL or not can_be_watched():
        raise MissingExtraError(f"bubblewrap: needs Linux 5.14 or newer, found {platform.release()}; {INSTEAD[3:]}")
    needed = {"bwrap": INSTALL, "prlimit": "install util-linux", "sh": "install a shell"}
    if os.geteuid() == 0:
        needed["setpriv"] = "install util-linux"
    for command, advice in needed.items():
        if shutil.which(command, path=PLACES) is None:
            raise MissingExtraError(f"{command}: is not in {PLACES}; {advice}, {INSTEAD}")
    said = subprocess.run(
        ["bwrap", "--version"],  # noqa: S607 - found in the places of the line below
        env={"PATH": PLACES},
        capture_output=True,
        text=True,
        check=False,
    ).stdout
    version = ".".join(map(str, _version_in(said)))
    if _version_in(said) < OLDEST:
        oldest = ".".join(map(str, OLDEST))
        raise MissingExtraError(f"bubblewrap: {oldest} or newer is needed, found {version}; {INSTALL}, {INSTEAD}")
    sandbox = Bubblewrap(version)
    try:
        sandbox.try_out()
    except OutputError as error:
        sandbox.close()
        raise MissingExtraError(f"bubblewrap {version}: {error}\n{FORBIDDEN};\n{INSTEAD}") from error
    return sandbox


def _version_in(text: str) -> tuple[int, ...]:
    found = _VERSION.search(text)
    return tuple(int(part or 0) for part in found.groups()) if found else (0, 0, 0)


def _as_nobody() -> list[str]:
    return ["setpriv", "--reuid", NOBODY, "--regid", NOBODY, "--clear-groups", "--inh-caps=-all"]


def _root_arguments() -> Iterator[str]:
    """Yield what every sandbox is made of."""
    # The first process is our own shell instead of bubblewrap's: its parent then reaps and counts the whole tree.
    yield from ("--unshare-all", "--unshare-user", "--disable-userns", "--as-pid-1", "--die-with-parent")
    yield from ("--uid", "1000", "--gid", "1000", "--cap-drop", "ALL", "--clearenv", "--hostname", "sandbox")
    yield from ("--ro-bind", "/usr", "/usr")
    for name in _LINKED:
        place = Path("/") / name
        if place.is_symlink():
            yield from ("--symlink", str(place.readlink()), str(place))
        elif place.is_dir():
            yield from ("--ro-bind", str(place), str(place))
    for name in _KEPT_OF_ETC:
        yield from ("--ro-bind-try", f"/etc/{name}", f"/etc/{name}")
    for name in _DEVICES:
        yield from ("--dev-bind", f"/dev/{name}", f"/dev/{name}")
    yield from ("--symlink", WORK, "/dev/shm", "--symlink", WORK, "/tmp")  # noqa: S108 - inside, they are the same


def _limits(limits: Limits) -> list[str]:
    """Return the limits of each process; those of all together are watched from outside."""
    values = {
        # Of memory that a process may write, not of addresses: many runtimes reserve far more of those than they use.
        "data": (2 * limits.memory_mib + 128) * _MIB,
        "as": _ADDRESSES + 4 * limits.memory_mib * _MIB,
        "nproc": limits.processes + _AROUND,
        "cpu": limits.cpu_seconds + 1,
        # A little more than the folder holds, so that a full one is what a program is told of.
        "fsize": (limits.files_mib + 1) * _MIB,
        "nofile": _OPEN_FILES,
        "core": 0,
        "memlock": 64 << 10,
        "msgqueue": 0,
    }
    return [f"--{name}={_lowered(name, value)}" for name, value in values.items()]


def _lowered(name: str, value: int) -> int:
    """Lower a limit to the one that we have ourselves: nobody may raise that."""
    _, ours = resource.getrlimit(getattr(resource, f"RLIMIT_{name.upper()}"))
    return value if ours == resource.RLIM_INFINITY else min(value, ours)


def _kill_group(process: subprocess.Popen[bytes]) -> None:
    # Once it is reaped its number may be another's.
    if process.returncode is None:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
