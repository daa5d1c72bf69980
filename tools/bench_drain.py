"""Drain a queue while workers are killed, and read and hand in for a while: how fast, how much memory, nothing lost.

`bench_drain.py drain` empties a queue of 1,000 submissions with two workers of which one is killed every few seconds.
`bench_drain.py soak --minutes 10` runs the whole service, reads it and hands in, and samples its memory. Both hold the
service against everything that must be true of it (tests/service_soundness.py) and verify what it published last.
"""

import argparse
import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import httpx
import msgspec
from sqlalchemy import select

sys.path.append(str(Path(__file__).parents[1] / "tests"))
from proofboard.app.service.instance import Instance
from proofboard.app.service.opening import opened_instance
from proofboard.settings import Settings
from proofboard.store.tables import Worker
from service_builders import actor, key, organisation
from service_lives import OPEN, board, file_of, handed_in, plan_of, states
from service_processes import Plan
from service_soundness import flaws, is_quiet

SUBMISSIONS: Final = 1_000
ORGANISATIONS: Final = 20
KILL_SECONDS: Final = 4.0
SAMPLE_SECONDS: Final = 1.0
READERS: Final = 4
WARM_UP: Final = 0.5
"""The share of a soak in which memory may still grow: caches fill."""
SETTINGS: Final = msgspec.structs.replace(OPEN, close=None)
MEBIBYTE: Final = 1 << 20
PATHS: Final = (
    "/leaderboard",
    "/leaderboard.json",
    "/api/v1/leaderboard?sort=score&limit=5",
    "/healthz",
    "/metrics",
    "/",
)


@dataclass(frozen=True)
class Drained:
    """What draining a queue took."""

    submissions: int
    seconds: float
    cpu_seconds: float
    kills: int
    flaws: Sequence[str]


@dataclass(frozen=True)
class Soaked:
    """What a service did for some minutes."""

    minutes: float
    reads: int
    submissions: int
    mebibytes: dict[str, tuple[float, float, float]]
    """Process → memory at first and at last, and its slope in MiB an hour after the warm-up."""
    flaws: Sequence[str]


@contextlib.contextmanager
def _instance(folder: Path) -> Iterator[Instance]:
    with opened_instance(Settings(data=folder / "data")) as instance:
        yield instance


def drain(count: int = SUBMISSIONS) -> Drained:
    """Hand in first, then let two workers loose, and kill one or the other every few seconds."""
    with tempfile.TemporaryDirectory(prefix="bench-drain-") as name, _instance(Path(name)) as instance:
        folder = Path(name)
        board(instance, folder, SETTINGS)
        actors = [actor(organisation(instance, f"org{number}")) for number in range(ORGANISATIONS)]
        for number in range(count):
            who = number % ORGANISATIONS
            file = file_of(folder / "files", f"org{who}/e{number}", salt=str(number))
            handed_in(instance, actors[who], file)
            file.unlink()
        keepers = [_Keeper(plan_of(instance, name=own), folder) for own in ("first", "second")]
        began = time.monotonic()
        kills = 0
        while not is_quiet(instance):
            time.sleep(KILL_SECONDS)
            kills += keepers[kills % 2].kill(instance)
            print(f"{time.monotonic() - began:.0f} s: {dict(Counter(states(instance).values()))}", file=sys.stderr)
        seconds = time.monotonic() - began
        for keeper in keepers:
            keeper.end()
        found = flaws(instance, folder, only_last=True)
        found += [f"{state}: {n}" for state, n in Counter(states(instance).values()).items() if state != "published"]
        return Drained(count, seconds, sum(own.cpu_seconds for own in keepers), kills, found)


class _Keeper:
    """A worker that is started again whenever it is killed, and the CPU of all its lives."""

    def __init__(self, plan: Plan, folder: Path) -> None:
        self.cpu_seconds = 0.0
        self._environment = {**os.environ, **plan.environment}
        self._log = (folder / f"{plan.environment['PROOFBOARD_WORKER_NAME']}.log").open("wb")
        self._ended = False
        self._thread = threading.Thread(target=self._keep)
        self._process = self._started()
        self._thread.start()

    def _started(self) -> "subprocess.Popen[bytes]":
        command = [sys.executable, "-m", "proofboard.cli.main", "worker"]
        return subprocess.Popen(command, env=self._environment, stdout=self._log, stderr=self._log)  # noqa: S603 - ours

    def _keep(self) -> None:
        while True:
            _, _, used = os.wait4(self._process.pid, 0)
            self.cpu_seconds += used.ru_utime + used.ru_stime
            if self._ended:
                return
            self._process = self._started()

    def kill(self, instance: Instance) -> bool:
        """Kill the worker, unless it has only just begun: on a busy machine it would never come to do anything."""
        with instance.database.reading() as session:
            there = select(Worker.name).where(Worker.process == self._process.pid)
            if not session.scalar(there.where(Worker.started_at <= instance.later(seconds=-KILL_SECONDS))):
                return False
        with contextlib.suppress(ProcessLookupError):
            os.kill(self._process.pid, signal.SIGKILL)
        return True

    def end(self) -> None:
        self._ended = True
        os.kill(self._process.pid, signal.SIGKILL)
        self._thread.join()
        self._log.close()


def soak(minutes: float) -> Soaked:
    """Serve, read and hand in."""
    with tempfile.TemporaryDirectory(prefix="bench-soak-") as name, _instance(Path(name)) as instance:
        folder = Path(name)
        board(instance, folder, SETTINGS)
        secret = key(instance, organisation(instance))
        with _served(instance, folder) as (pid, address):
            samples: dict[str, list[tuple[float, float]]] = {"web": [], "worker": []}
            end, counts = time.monotonic() + 60 * minutes, Counter[str]()
            readers = [threading.Thread(target=_read, args=(address, end, counts)) for _ in range(READERS)]
            readers.append(threading.Thread(target=_submit, args=(address, secret, folder, end, counts)))
            for thread in readers:
                thread.start()
            while time.monotonic() < end:
                for role, own in _children(pid).items():
                    samples[role].append((time.monotonic(), _memory(own)))
                time.sleep(SAMPLE_SECONDS)
            for thread in readers:
                thread.join()
            while not is_quiet(instance):
                time.sleep(SAMPLE_SECONDS)
        found = flaws(instance, folder, only_last=True)
        grown = {role: (rows[0][1], rows[-1][1], _slope(rows)) for role, rows in samples.items()}
        return Soaked(minutes, counts["reads"], counts["submissions"], grown, found)


@contextlib.contextmanager
def _served(instance: Instance, folder: Path) -> Iterator[tuple[int, str]]:
    command = [sys.executable, "-m", "proofboard.cli.main", "serve", "--port", "0"]
    environment = {**os.environ, **plan_of(instance).environment, "PROOFBOARD_READS_PER_MINUTE": "1000000000"}
    with (folder / "complained.txt").open("w") as complained:
        child = subprocess.Popen(  # noqa: S603 - our own command
            command, env=environment, stdout=subprocess.PIPE, stderr=complained, text=True
        )
    try:
        said = child.stdout.readline() if child.stdout else ""
        address = next(word for word in said.split() if word.startswith("http")).rstrip("/")
        while True:
            with contextlib.suppress(httpx.TransportError):
                if httpx.get(f"{address}/leaderboard.json").is_success:
                    break
            time.sleep(0.2)
        yield child.pid, address
    finally:
        child.terminate()
        child.wait()


def _read(address: str, end: float, counts: "Counter[str]") -> None:
    with httpx.Client(base_url=address, timeout=60) as client:
        while time.monotonic() < end:
            for path in PATHS:
                client.get(path).raise_for_status()
                counts["reads"] += 1
            time.sleep(0.02)


def _submit(address: str, secret: str, folder: Path, end: float, counts: "Counter[str]") -> None:
    """Hand revisions of a few entries in, one after the other: the board stays as large as it is."""
    headers = {"api-key": secret, "content-type": "application/zip"}
    with httpx.Client(base_url=address, timeout=60, headers=headers) as client:
        while time.monotonic() < end:
            number = counts["submissions"]
            file = file_of(folder / "files", f"acme/e{number % 5}", salt=str(number))
            client.post("/api/v1/submit", content=file.read_bytes()).raise_for_status()
            file.unlink()
            counts["submissions"] += 1
            time.sleep(1.0)


def _children(pid: int) -> dict[str, int]:
    found = {}
    for task in Path(f"/proc/{pid}/task").iterdir():
        for own in map(int, (task / "children").read_text().split()):
            command = Path(f"/proc/{own}/cmdline").read_text().split("\0")
            found["worker" if "worker" in command else "web"] = own
    return found


def _memory(pid: int) -> float:
    """Return the resident memory of a process in MiB."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / MEBIBYTE


def _slope(rows: Sequence[tuple[float, float]]) -> float:
    """Return the least-squares slope of memory after the warm-up, in MiB an hour."""
    kept = rows[int(WARM_UP * len(rows)) :]
    mean_t, mean_m = (sum(row[place] for row in kept) / len(kept) for place in (0, 1))
    over = sum((t - mean_t) ** 2 for t, _ in kept)
    return 3600 * sum((t - mean_t) * (m - mean_m) for t, m in kept) / over if over else 0.0


def told(own: Drained | Soaked) -> Iterator[str]:
    """Write what was measured, and then everything that is wrong."""
    if isinstance(own, Drained):
        yield f"{own.submissions} submissions in {own.seconds:.0f} s ({own.submissions / own.seconds:.1f}/s), "
        yield f"{own.cpu_seconds:.0f} s CPU, {own.kills} kills"
    else:
        yield f"{own.minutes:g} minutes, {own.reads} reads, {own.submissions} submissions"
        for role, (first, last, slope) in own.mebibytes.items():
            yield f"{role}: {first:.0f} MiB at first, {last:.0f} MiB at last, {slope:+.1f} MiB an hour"
    yield from own.flaws or ["nothing was lost, doubled or left"]


def rows() -> Iterator[str]:
    """Measure, and write a line of the table of what counts by the clock."""
    own = drain()
    if own.flaws:
        sys.exit("\n".join(own.flaws))
    shown = f"{own.seconds:.0f} s, {own.submissions / own.seconds:.1f}/s, {own.cpu_seconds:.0f} s CPU"
    what = f"{own.submissions:,} queued submissions drained by two workers, one killed every {KILL_SECONDS:g} s"
    yield f"| {what} | {shown} | none lost |"


def main() -> None:
    """Measure what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=("drain", "soak"))
    parser.add_argument("--submissions", type=int, default=SUBMISSIONS)
    parser.add_argument("--minutes", type=float, default=10.0)
    asked = parser.parse_args()
    found = drain(asked.submissions) if asked.what == "drain" else soak(asked.minutes)
    print("\n".join(told(found)))
    sys.exit(bool(found.flaws))


if __name__ == "__main__":
    main()
