"""Measure a live run: `proofboard eval --live` as a whole process against a model server in a process of its own.

`python tools/bench_live.py --calls 2000 --concurrency 50 --seconds 1` prints wall and CPU seconds beside the least that
the calls alone take.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
SERVER = ROOT / "tests" / "model_server.py"
COMMAND = str(Path(sys.executable).parent / "proofboard")

RULES = """\
id: calls
title: Calls
protocol_version: "1"
metrics: {correct: {grader: {kind: exact}}}
headline: correct
"""


@dataclass(frozen=True)
class Measured:
    """What one whole process took, in seconds."""

    wall: float
    cpu: float
    least: float
    """What the calls alone take, so many at a time."""


@contextmanager
def served(work: Path, seconds: float) -> Iterator[str]:
    """Serve a model in another process; yields its address."""
    place = work / "address"
    arguments = [sys.executable, str(SERVER), str(place), "--seconds", str(seconds)]
    with subprocess.Popen(arguments) as server:  # noqa: S603 - our own file
        try:
            while not place.is_file() or not place.read_text(encoding="utf-8"):
                time.sleep(0.05)
            yield place.read_text(encoding="utf-8")
        finally:
            server.kill()


def write_benchmark(place: Path, calls: int) -> None:
    """Write a benchmark of so many prompts."""
    (place / "items").mkdir(parents=True)
    (place / "benchmark.yaml").write_text(RULES, encoding="utf-8")
    lines = [
        f'{{"id":"q{number}","prompt":"Which number is {number}?","reference":"{number}"}}' for number in range(calls)
    ]
    (place / "items" / "public.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")


def measure(calls: int, concurrency: int, seconds: float) -> Measured:
    """Run the command once; stops with its message if it fails."""
    with tempfile.TemporaryDirectory() as named:
        work = Path(named)
        write_benchmark(work / "calls", calls)
        arguments = [
            *(COMMAND, "eval", str(work / "calls"), "--entry", "openai-api:stub/model", "--live"),
            *("--out", str(work / "bundle"), "--concurrency", str(concurrency)),
        ]
        with served(work, seconds) as address:
            environment = {**os.environ, "STUB_BASE_URL": address, "STUB_API_KEY": "none"}
            began = time.monotonic()
            child = os.posix_spawn(arguments[0], arguments, environment)
            _, status, used = os.wait4(child, 0)
            wall = time.monotonic() - began
        if status:
            sys.exit(f"{' '.join(arguments)} ended with status {os.waitstatus_to_exitcode(status)}")
    return Measured(wall, used.ru_utime + used.ru_stime, calls * seconds / concurrency)


def main() -> None:
    """Print what one run takes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=2000)
    parser.add_argument("--concurrency", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=1)
    given = parser.parse_args()
    found = measure(given.calls, given.concurrency, given.seconds)
    print(f"wall {found.wall:.1f} s, CPU {found.cpu:.1f} s; the calls alone take {found.least:.1f} s")


if __name__ == "__main__":
    main()
