"""Programs that grade, honest and hostile, and the sandbox that runs them."""

import os
import platform
import shutil
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from builders import benchmark, benchmark_folder, entry, held_out_store
from proofboard.grade.program import StagedProgram, stage
from proofboard.grade.sandbox import Judged, Sandbox, grade_response
from proofboard.record.imported import ImportedEntry
from proofboard.schemas.benchmark import Benchmark, GraderSpec, Limits, Metric, Program
from proofboard.schemas.bundle import Response
from proofboard.schemas.item import Item

needs_bubblewrap = pytest.mark.skipif(
    sys.platform != "linux" or shutil.which("bwrap") is None,
    reason="bubblewrap is not installed (apt install bubblewrap), and no program runs without it",
)

METRICS = {"correct": Metric(grader=GraderSpec(kind="command", options={"program": "check"}))}

HONEST = """
import json, sys
given = json.load(sys.stdin)
right = given["response"]["output"] == given["item"]["reference"]
findings = [] if right else ["answered something else"]
print(json.dumps({"scores": {"correct": right}, "findings": findings, "artifacts": {"answer": str(given["response"])}}))
"""

PASSING = 'print(\'{"scores": {"correct": true}}\')\n'

IS_X86 = platform.machine() == "x86_64"


@contextmanager
def readable_folder() -> Iterator[Path]:
    """Make a folder that any user may read, unlike those of pytest."""
    folder = Path(tempfile.mkdtemp(prefix="proofboard-test-"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


def staged(code: str, folder: Path, *arguments: str, **limits: int) -> StagedProgram:
    """Stage a program of one Python file, below a readable folder."""
    own = folder / uuid.uuid4().hex
    source = own / "source"
    source.mkdir(parents=True)
    (source / "grade.py").write_text(code)
    program = Program(run=["python3", "/program/grade.py", *arguments], files="source", limits=Limits(**limits))
    return stage("check", source, program, METRICS, own / "staged")


def judged(sandbox: Sandbox, program: StagedProgram, output: Any = "1", reference: Any = "1") -> Judged:
    """Let a program grade one response."""
    item = Item(id="q1", prompt="Which number is q1?", reference=reference)
    return grade_response(sandbox, program, item, Response(prompt_id="q1", output=output), lambda: False)


def processes_with(marker: str) -> list[int]:
    """List the processes of this machine whose command line holds a marker; ourselves left out."""
    found = []
    for place in Path("/proc").glob("[0-9]*"):
        try:
            if marker.encode() in (place / "cmdline").read_bytes() and int(place.name) != os.getpid():
                found.append(int(place.name))
        except OSError:
            continue
    return found


def none_left(marker: str, seconds: float = 10) -> bool:
    """Wait for every process with a marker to be gone; a busy machine takes its time to bury the dead."""
    until = time.monotonic() + seconds
    while processes_with(marker):
        if time.monotonic() > until:
            return False
        time.sleep(0.02)
    return True


def rules(limits: Limits | None = None, **changes: Any) -> Benchmark:
    """Make rules whose one metric is made by a program."""
    program = Program(run=["python3", "/program/grade.py"], files="program", limits=limits or Limits(memory_mib=128))
    return benchmark(**{"metrics": METRICS, "programs": {"check": program}, **changes})


def graded_benchmark(
    folder: Path, code: str = HONEST, entries: Sequence[ImportedEntry] | None = None, **changes: Any
) -> Path:
    """Write a benchmark directory whose entries a program grades."""
    made = benchmark_folder(folder, entries or [entry("acme/base", 5)], rules=rules(**changes))
    (made / "program").mkdir()
    (made / "program/grade.py").write_text(code)
    return made


def graded_store(folder: Path, right: int = 20) -> Path:
    """Write a held-out store for such a benchmark."""
    return held_out_store(folder, {"acme/base": right}, count=30, rules=rules())
