"""Programs that take more than their limits are killed whole, and their end is named."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from proofboard.grade.bubblewrap import Bubblewrap, open_bubblewrap
from sandbox_cases import PASSING, judged, needs_bubblewrap, none_left, readable_folder, staged

pytestmark = needs_bubblewrap

FORK_BOMB = """
import os, time
while True:
    try:
        os.fork()
    except OSError:
        time.sleep(0.01)
"""
SLEEPERS = """
import os, time
for _ in range(20):
    if os.fork() == 0:
        kept = b"x" * (20 << 20)
        time.sleep(60)
time.sleep(60)
"""
BUSY_CHILDREN = """
import os, time
for _ in range(6):
    if os.fork() == 0:
        while True:
            pass
time.sleep(60)
"""
UNCOUNTED_CHILDREN = """
import os, signal, time
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
while True:
    if os.fork() == 0:
        until = time.monotonic() + 0.2
        while time.monotonic() < until:
            pass
        os._exit(0)
    time.sleep(0.15)
"""
PAGE_TABLES = """
import mmap
kept = []
for _ in range(60):
    kept.append(mmap.mmap(-1, 1 << 30, prot=mmap.PROT_READ, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS))
    for place in range(0, 1 << 30, 2 << 20):
        kept[-1][place]
"""
HOSTILE: dict[str, tuple[str, dict[str, int], str]] = {
    "a fork bomb": (FORK_BOMB, {}, "too_many_processes"),
    "a fork bomb that gives up": ("import os\nwhile True: os.fork()", {}, "too_many_processes"),
    "too many threads": (
        "import threading, time\nwhile True: threading.Thread(target=time.sleep, args=(60,)).start()",
        {},
        "too_many_processes",
    ),
    "memory of one process": (
        "kept = []\nwhile True: kept.append(b'x' * (1 << 20))",
        {"memory_mib": 64},
        "out_of_memory",
    ),
    "far more memory at once": ("kept = b'x' * (64 << 30)", {"memory_mib": 64}, "out_of_memory"),
    "memory of many small processes": (SLEEPERS, {"memory_mib": 128}, "out_of_memory"),
    "shared memory": (
        "import mmap\nkept = mmap.mmap(-1, 1 << 30)\nfor place in range(0, 1 << 30, 4096): kept[place] = 1",
        {"memory_mib": 64},
        "out_of_memory",
    ),
    "page tables": (PAGE_TABLES, {"memory_mib": 64}, "out_of_memory"),
    "a million empty files": (
        "for number in range(10**6): open(str(number), 'w').close()",
        {"memory_mib": 32, "wall_seconds": 60, "cpu_seconds": 60},
        "out_of_memory",
    ),
    "endless output": ("import sys\nwhile True: sys.stdout.write('x' * 65536)", {}, "too_much_output"),
    "endless errors": ("import sys\nwhile True: sys.stderr.write('x' * 65536)", {}, "too_much_output"),
    "an endless loop": ("while True: pass", {"cpu_seconds": 1, "wall_seconds": 60}, "out_of_cpu"),
    "many processes that compute": (BUSY_CHILDREN, {"cpu_seconds": 1, "wall_seconds": 60}, "out_of_cpu"),
    "children that nobody counts": (UNCOUNTED_CHILDREN, {"cpu_seconds": 1, "wall_seconds": 60}, "out_of_cpu"),
    "sleep": ("import time\ntime.sleep(60)", {"wall_seconds": 1}, "timed_out"),
    "a full folder": ("open('full', 'wb').write(b'x' * (9 << 20))", {"files_mib": 8}, "crashed"),
}


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Bubblewrap]:
    made = open_bubblewrap()
    yield made
    made.close()


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    with readable_folder() as made:
        yield made


@pytest.mark.parametrize("name", HOSTILE)
def test_a_program_beyond_a_limit_is_named_by_it_and_leaves_nothing(
    name: str, sandbox: Bubblewrap, folder: Path
) -> None:
    code, limits, outcome = HOSTILE[name]
    marker = f"hostile-{time.monotonic_ns()}"
    found = judged(sandbox, staged(code, folder, marker, **limits))
    assert (found.outcome, found.printed.scores, none_left(marker)) == (outcome, {}, True), found.reason


def test_a_program_that_does_not_read_what_it_is_given_is_not_waited_for(sandbox: Bubblewrap, folder: Path) -> None:
    found = judged(sandbox, staged(PASSING, folder), output="x" * (4 << 20))
    assert (found.outcome, found.printed.scores) == ("graded", {"correct": 1})


def test_a_program_that_reads_is_given_all_of_it(sandbox: Bubblewrap, folder: Path) -> None:
    code = (
        "import json, sys\ngiven = json.load(sys.stdin)\n"
        "print(json.dumps({'scores': {'correct': len(given['response']['output']) == 4 << 20}}))"
    )
    assert judged(sandbox, staged(code, folder), output="x" * (4 << 20)).printed.scores == {"correct": 1}


def test_what_is_full_is_said_to_be_full(sandbox: Bubblewrap, folder: Path) -> None:
    found = judged(sandbox, staged("open('full', 'wb').write(b'x' * (9 << 20))", folder, files_mib=8))
    assert "No space left on device" in str(found.reason)


def test_a_program_within_its_limits_may_use_processes_threads_and_files(sandbox: Bubblewrap, folder: Path) -> None:
    code = (
        "import multiprocessing, pathlib, subprocess, tempfile, threading\n"
        "if __name__ == '__main__':\n"
        "    with multiprocessing.Pool(2) as pool: assert pool.map(abs, [-1, 2]) == [1, 2]\n"
        "    thread = threading.Thread(target=print); thread.start(); thread.join()\n"
        "    pathlib.Path(tempfile.mkdtemp(), 'kept').write_text('x')\n"
        "    assert subprocess.run(['bash', '-c', 'echo $((1 + 1))'], capture_output=True).stdout == b'2\\n'\n"
        f"    {PASSING}"
    )
    assert judged(sandbox, staged(code, folder)).outcome == "graded"


def test_processes_and_threads_up_to_the_limit_are_allowed(sandbox: Bubblewrap, folder: Path) -> None:
    code = (
        "import threading, time\n"
        "threads = [threading.Thread(target=time.sleep, args=(0.2,)) for _ in range(7)]\n"
        f"[thread.start() for thread in threads]\n[thread.join() for thread in threads]\n{PASSING}"
    )
    outcomes = [judged(sandbox, staged(code, folder, processes=processes)).outcome for processes in (8, 7)]
    assert outcomes == ["graded", "too_many_processes"]


def test_what_a_run_used_is_recorded(sandbox: Bubblewrap, folder: Path) -> None:
    code = "import time\nkept = b'x' * (48 << 20)\nwhile time.process_time() < 0.3: pass\n"
    ran = judged(sandbox, staged(code + PASSING, folder)).ran
    used: tuple[Any, ...] = (ran.cpu_microseconds, ran.peak_kib)
    assert ran.wall_microseconds >= used[0] * 0.5
    assert used[0] >= 300_000
    assert 48 << 10 < used[1] < 128 << 10


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("raise SystemExit(3)", "ended with status 3"),
        ("import os\nos.kill(os.getpid(), 9)", "ended with signal 9"),
        ("import sys\nsys.exit('no such case\\x1b[31m')", "ended with status 1: no such case\\x1b[31m"),
    ],
)
def test_a_program_that_fails_by_itself_has_crashed(code: str, reason: str, sandbox: Bubblewrap, folder: Path) -> None:
    found = judged(sandbox, staged(code, folder))
    assert found.outcome == "crashed"
    assert str(found.reason).startswith(reason)


def test_a_result_of_a_program_that_fails_afterwards_does_not_count(sandbox: Bubblewrap, folder: Path) -> None:
    assert judged(sandbox, staged(f"{PASSING}raise SystemExit(1)", folder)).outcome == "crashed"


def test_the_end_of_its_errors_is_kept_as_its_log(sandbox: Bubblewrap, folder: Path) -> None:
    code = f"import sys\nsys.stderr.buffer.write(b'a' * 70000 + b'\\xff the end')\n{PASSING}"
    log = judged(sandbox, staged(code, folder)).artifacts["log"]
    assert (len(log) <= (64 << 10) + 2, log.endswith("\ufffd the end".encode())) == (True, True)
