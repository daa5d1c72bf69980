"""Measure speed and memory of whole processes and write them into docs/speed.md.

Every row is one command in a process of its own: CPU (user and system, the median of the runs) and peak memory, beside
its limit and, where there is one, what a peer needs for the same job. Rows on data sets that are not on this machine
are left out and named.
"""

import os
import shutil
import statistics
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench_inputs import answered, compared

ROOT = Path(__file__).parents[1]
TABLE = ROOT / "docs" / "speed.md"
WORK = ROOT / "build" / "bench"
"""Beside the sources: the system's folder for temporary files may lie on a file system of another speed."""
DATA = Path(os.environ.get("PROOFBOARD_TEST_DATA", ROOT.parent / "shared" / "data"))
COMMAND = str(Path(sys.executable).parent / "proofboard")
MEBIBYTE_IN_KIB = 1024


@dataclass(frozen=True)
class Row:
    """One command, how often it runs, and what it may take."""

    name: str
    arguments: Sequence[str]
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
        Row("a board of 1 entry × 51 items, built", _build(work / "small"), 9, 0.35, peer_seconds=0.37),
        Row("83 entries × 805 reported win rates, built", _build(work / "compared"), 9, 0.6),
        Row("1,000 entries × 1,000 items, built from bundles", _build(work / "large"), 1, 10, 1024),
        Row("the same, verified", [COMMAND, "verify", str(work / "large.site")], 1, 20, 1024),
        Row("rank sets of 300 entries × 1,000 items", _inference("rank-sets", 300, 1000), 5, 5),
        Row("rank sets of 2,000 entries × 1,000 items", _inference("rank-sets", 2000, 1000), 1, 30),
        Row("rank sets of 10,000 entries × 1,000 items", _inference("rank-sets", 10_000, 1000), 3, 10, 1024),
        Row("win regions of 8 configurations × 12 slices", _inference("win-regions", 8, 12, 100), 5, 1),
    ]
    for name, limit, peer in (("gmat", 0.35, 0.37), ("synthbench", 0.5, None)):
        if (DATA / name).is_dir():
            form = {"gmat": "gmat-copilot"}.get(name, name)
            measure([COMMAND, "import", form, str(DATA / name), "--new", str(work / name)])
            found.append(Row(f"{name} as published, built", _build(work / name), 9, limit, peer_seconds=peer))
    return found


def _inference(*arguments: str | int) -> list[str]:
    return [sys.executable, str(ROOT / "tools" / "bench_inference.py"), *map(str, arguments)]


def _build(folder: Path) -> list[str]:
    return [COMMAND, "build", str(folder), "--out", f"{folder}.site"]


def line(row: Row) -> str:
    """Measure a row and write it as a line of the table."""
    taken = [_afresh(row.arguments) for _ in range(row.runs)]
    seconds, memory = statistics.median(cpu for cpu, _ in taken), max(peak for _, peak in taken)
    limit = f"{row.limit_seconds:g} s" + (f", {row.limit_mebibytes} MiB" if row.limit_mebibytes else "")
    share = f"{seconds / row.limit_seconds:.2f}" if row.limit_seconds else ""
    peer = f"{row.peer_seconds:g} s ({seconds / row.peer_seconds:.2f}×)" if row.peer_seconds else ""
    return f"| {row.name} | {seconds:.2f} s | {memory:.0f} MiB | {limit} | {share} | {peer} |"


def _afresh(arguments: Sequence[str]) -> tuple[float, float]:
    """Measure a command without what an earlier run of it wrote: removing that is no part of a build."""
    if "--out" in arguments:
        shutil.rmtree(arguments[arguments.index("--out") + 1], ignore_errors=True)
    return measure(arguments)


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
    shutil.rmtree(WORK, ignore_errors=True)
    try:
        lines = []
        for row in rows(WORK):
            lines.append(line(row))
            print(lines[-1], flush=True)
    finally:
        shutil.rmtree(WORK, ignore_errors=True)
    TABLE.write_text("\n".join([*heading, *lines]) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
