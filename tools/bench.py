"""Measure speed and memory of whole processes and write them into docs/speed.md.

Every row is one command in a process of its own: CPU (user and system, the median of the runs) and peak memory, beside
its limit and, where there is one, what a peer needs for the same job. Rows on data sets that are not on this machine
are left out and named.
"""

import os
import shutil
import statistics
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import chain
from pathlib import Path

import bench_drain
import bench_live
import bench_page
import bench_sandbox
import bench_service
from bench_inputs import answered, compared

sys.path.append(str(Path(__file__).parents[1] / "tests"))
from inspect_logs import write_inspect_log

ROOT = Path(__file__).parents[1]
TABLE = ROOT / "docs" / "speed.md"
WORK = ROOT / "build" / "bench"
"""Beside the sources: the system's folder for temporary files may lie on a file system of another speed."""
DATA = Path(os.environ.get("PROOFBOARD_TEST_DATA", ROOT.parent / "shared" / "data"))
COMMAND = str(Path(sys.executable).parent / "proofboard")
MEBIBYTE_IN_KIB = 1024


@dataclass(frozen=True)
class Row:
    """One job, how often it is done, and what it may take."""

    name: str
    commands: Sequence[Sequence[str]]
    """One after the other; their CPU is added up."""
    runs: int
    limit_seconds: float | None
    limit_mebibytes: int | None = None
    peer_seconds: float | None = None
    """CPU of the project that does the same job, measured by its own command."""


def measure(arguments: Sequence[str]) -> tuple[float, float]:
    """Run one command; returns CPU seconds and peak MiB, and stops with its message if it fails."""
    sink = os.open(os.devnull, os.O_WRONLY)
    child = os.posix_spawn(arguments[0], list(arguments), os.environ, file_actions=[(os.POSIX_SPAWN_DUP2, sink, 1)])
    _, status, used = os.wait4(child, 0)
    os.close(sink)
    if status:
        sys.exit(f"{' '.join(arguments)} ended with status {os.waitstatus_to_exitcode(status)}")
    return used.ru_utime + used.ru_stime, used.ru_maxrss / MEBIBYTE_IN_KIB


def rows(work: Path) -> list[Row]:
    """Write the inputs and list what is measured on them."""
    answered(work / "small", 1, 51)
    compared(work / "compared", 83, 805)
    answered(work / "large", 1000, 1000)
    found = [
        Row("a board of 1 entry × 51 items, built", [_build(work / "small")], 9, 0.35, peer_seconds=0.37),
        Row("83 entries × 805 reported win rates, built", [_build(work / "compared")], 9, 0.6),
        Row("1,000 entries × 1,000 items, built from bundles", [_build(work / "large")], 1, 10, 1024),
        Row("the same, verified", [[COMMAND, "verify", str(work / "large.site")]], 1, 20, 1024),
        Row("rank sets of 300 entries × 1,000 items", [_inference("rank-sets", 300, 1000)], 5, 5),
        Row("rank sets of 2,000 entries × 1,000 items", [_inference("rank-sets", 2000, 1000)], 1, 30),
        Row("rank sets of 10,000 entries × 1,000 items", [_inference("rank-sets", 10_000, 1000)], 3, 10, 1024),
        Row("win regions of 8 configurations × 12 slices", [_inference("win-regions", 8, 12, 100)], 5, 1),
    ]
    if (DATA / "mteb").is_dir():
        imported = [COMMAND, "import", "mteb", str(DATA / "mteb"), "--new", str(work / "mteb")]
        found.append(Row("all of mteb, imported and built", [imported, _build(work / "mteb")], 9, 1.5))
    log = write_inspect_log(work / "log.eval", 10_000)
    imported = [COMMAND, "import", "inspect", str(log), "--new", str(work / "inspect")]
    found.append(Row("10,000 samples of Inspect, imported", [imported], 5, 2))
    for name, limit, peer in (("gmat", 0.35, 0.37), ("synthbench", 0.5, None)):
        if (DATA / name).is_dir():
            form = {"gmat": "gmat-copilot"}.get(name, name)
            measure([COMMAND, "import", form, str(DATA / name), "--new", str(work / name)])
            found.append(Row(f"{name} as published, built", [_build(work / name)], 9, limit, peer_seconds=peer))
    return found


def _inference(*arguments: str | int) -> list[str]:
    return [sys.executable, str(ROOT / "tools" / "bench_inference.py"), *map(str, arguments)]


def _build(folder: Path) -> list[str]:
    return [COMMAND, "build", str(folder), "--out", f"{folder}.site"]


def line(row: Row) -> str:
    """Measure a row and write it as a line of the table."""
    taken = [_done(row.commands) for _ in range(row.runs)]
    seconds, memory = statistics.median(cpu for cpu, _ in taken), max(peak for _, peak in taken)
    limit = f"{row.limit_seconds:g} s" + (f", {row.limit_mebibytes} MiB" if row.limit_mebibytes else "")
    share = f"{seconds / row.limit_seconds:.2f}" if row.limit_seconds else ""
    peer = f"{row.peer_seconds:g} s ({seconds / row.peer_seconds:.2f}×)" if row.peer_seconds else ""
    return f"| {row.name} | {seconds:.2f} s | {memory:.0f} MiB | {limit} | {share} | {peer} |"


def _done(commands: Sequence[Sequence[str]]) -> tuple[float, float]:
    """Measure commands without what an earlier run of them wrote: removing that is no part of the job."""
    for arguments in commands:
        for option in {"--out", "--new"} & set(arguments):
            shutil.rmtree(arguments[arguments.index(option) + 1], ignore_errors=True)
    taken = [measure(arguments) for arguments in commands]
    return sum(cpu for cpu, _ in taken), max(peak for _, peak in taken)


def clocked() -> Iterator[str]:
    """Measure what counts by the clock, and write it as lines of a table; what is not installed here is left out."""
    if shutil.which("bwrap"):
        kept_in = bench_sandbox.measure()
        shown = f"{1000 * kept_in.overhead:.0f} ms"
        yield f"| one response graded in the sandbox, beyond the program itself | {shown} | 30 ms |"
    if find_spec("inspect_ai"):
        live = bench_live.measure(2000, 50, 1)
        yield f"| 2,000 live calls of 1 s, 50 at a time | {live.wall:.1f} s | {1.5 * live.least:g} s |"
    yield from bench_service.rows()
    yield from bench_drain.rows()
    yield from bench_page.rows()


def main() -> None:
    """Measure everything and write the table."""
    heading = [
        "# Speed",
        "",
        "Written by `make bench`: whole processes, CPU time (user and system, median of the runs) and peak memory.",
        f"This table: {os.cpu_count()} cores, Python {sys.version.split()[0]}.",
        "",
        "| command | CPU | peak memory | limit | of the limit | peer (ours ÷ theirs) |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    by_clock = ["", "By the clock:", "", "| job | time | limit |", "| --- | --- | --- |"]
    shutil.rmtree(WORK, ignore_errors=True)
    try:
        lines = []
        for measured in chain(map(line, rows(WORK)), by_clock, clocked()):
            lines.append(measured)
            print(measured, flush=True)
    finally:
        shutil.rmtree(WORK, ignore_errors=True)
    TABLE.write_text("\n".join([*heading, *lines]) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
