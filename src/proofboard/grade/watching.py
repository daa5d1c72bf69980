"""What a tree of processes uses together, seen from outside: no control groups are needed for it.

Limits of the kernel hold for one process; a program has many. So every few milliseconds all descendants of the first
process are found and added up. What lives shorter than that is seen in what its parent has reaped, or not at all: the
limits of each process, and of the time by the clock, hold for it nevertheless.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgspec

_PROCESSES: Final = Path("/proc")
_TICKS_PER_SECOND: Final = os.sysconf("SC_CLK_TCK")
_KIB: Final = 1024

_INODE_KIB: Final = 1
"""About what the kernel keeps for a file, however empty."""

# Positions in /proc/PID/stat, counted after the name of the program: proc(5), fields 14 to 17.
_TIMES: Final = slice(11, 15)
_OWN_TIMES: Final = 2

_COUNTED: Final = (b"VmRSS:", b"VmSwap:", b"VmPTE:")
_PROPORTIONAL: Final = (b"Pss_Anon:", b"Pss_File:", b"SwapPss:")
_SHARED: Final = (b"Pss_Shmem:",)


class Used(msgspec.Struct, frozen=True):
    """What a tree uses at one moment."""

    memory_kib: int
    """Resident memory, swap and page tables of all processes, and files; pages that are shared count each time."""
    tasks: int
    """Processes and threads, the dead ones that nobody has reaped included."""
    cpu_seconds: float
    """Of all that live, and of the dead that were reaped."""


class Tree:
    """The descendants of one process."""

    def __init__(self, root: int, scratch: str) -> None:
        """Watch below `root`, which itself counts only for what it reaped; `scratch` is its folder for files."""
        self._root = root
        self._scratch = f"/proc/{root}/root{scratch}"
        self._ours = _device(scratch)
        self._pids: list[int] = []
        self._times: dict[int, float] = {}

    def used(self) -> Used:
        """Add up what all processes use now."""
        self._pids = list(self._descendants())
        memory = tasks = 0
        cpu = self._cpu_of(self._root)
        for pid in self._pids:
            status = _read(pid, "status")
            memory += _sum_of(status, _COUNTED)
            tasks += max(1, _sum_of(status, (b"Threads:",)))
            cpu += self._cpu_of(pid)
        # Who lets the kernel bury its dead hides what they used; what was seen of them while they lived still counts.
        return Used(memory + self._files_kib(), tasks, max(cpu, sum(self._times.values())))

    def memory_kib(self) -> int:
        """Add up memory again, each shared page once; much slower."""
        own = shared = 0
        for pid in self._pids:
            parts = _read(pid, "smaps_rollup")
            status = _read(pid, "status")
            own += _sum_of(parts, _PROPORTIONAL) + _sum_of(status, (b"VmPTE:",)) if parts else _sum_of(status, _COUNTED)
            shared += _sum_of(parts, _SHARED)
        # A file that is mapped is in both, so the larger one is what surely is there.
        return own + max(shared, self._files_kib())

    def _descendants(self) -> Iterator[int]:
        waiting = [self._root]
        seen = {self._root}
        while waiting:
            for child in _children(waiting.pop()):
                if child not in seen:
                    seen.add(child)
                    waiting.append(child)
                    yield child

    def _cpu_of(self, pid: int) -> float:
        # A name may hold anything, a parenthesis too; only the last one ends it.
        times = [int(field) for field in _read(pid, "stat").rpartition(b")")[2].split()[_TIMES]]
        if not times:
            return 0.0
        self._times[pid] = sum(times[:_OWN_TIMES]) / _TICKS_PER_SECOND
        return sum(times) / _TICKS_PER_SECOND

    def _files_kib(self) -> int:
        # Until the sandbox has a root of its own, this path leads to a folder of the machine, if there is one.
        if _device(self._scratch) in {None, self._ours}:
            return 0
        try:
            found = os.statvfs(self._scratch)
        except OSError:
            return 0
        files = found.f_files - found.f_ffree - 1  # the folder itself
        return (found.f_blocks - found.f_bfree) * found.f_frsize // _KIB + files * _INODE_KIB


def can_be_watched() -> bool:
    """Say whether this kernel tells which processes a process has started."""
    return (_PROCESSES / "self" / "task" / str(os.getpid()) / "children").exists()


def _device(path: str) -> int | None:
    try:
        return os.stat(path).st_dev  # noqa: PTH116 - fifty times a second
    except OSError:
        return None


def _children(pid: int) -> list[int]:
    """List what all threads of a process have started and not reaped."""
    try:
        threads = os.listdir(f"/proc/{pid}/task")  # noqa: PTH208 - fifty times a second
    except OSError:
        return []
    return [int(child) for thread in threads for child in _read(pid, f"task/{thread}/children").split()]


def _read(pid: int, name: str) -> bytes:
    """Read a file of a process; of one that is gone, nothing."""
    try:
        number = os.open(f"/proc/{pid}/{name}", os.O_RDONLY)
    except OSError:
        return b""
    parts = []
    try:
        while part := os.read(number, 1 << 16):
            parts.append(part)
    except OSError:
        return b""
    finally:
        os.close(number)
    return b"".join(parts)


def _sum_of(text: bytes, names: tuple[bytes, ...]) -> int:
    return sum(int(line.split()[1]) for line in text.splitlines() if line.startswith(names))
