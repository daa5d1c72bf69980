"""Measure what the sandbox adds to the grading of one response: the same program, kept in and run plainly in turn."""

import json
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from proofboard.grade.bubblewrap import open_bubblewrap
from proofboard.grade.program import StagedProgram, stage
from proofboard.grade.sandbox import grade_response
from proofboard.schemas.benchmark import GraderSpec, Metric, Program
from proofboard.schemas.bundle import Response
from proofboard.schemas.item import Item

PYTHON = "/usr/bin/python3"
CODE = """\
import json, sys
given = json.load(sys.stdin)
print(json.dumps({"scores": {"correct": given["response"]["output"] == given["item"]["reference"]}}))
"""
METRICS = {"correct": Metric(grader=GraderSpec(kind="command", options={"program": "check"}))}
ITEM = Item(id="one", prompt="Which number?", reference="1")
RESPONSE = Response(prompt_id="one", output="1")


@dataclass(frozen=True)
class Measured:
    """Medians in seconds."""

    plain: float
    sandboxed: float

    @property
    def overhead(self) -> float:
        """What the sandbox adds to one response."""
        return self.sandboxed - self.plain


def measure(times: int = 50) -> Measured:
    """Grade one response so many times either way."""
    with tempfile.TemporaryDirectory() as named, closing(open_bubblewrap()) as sandbox:
        folder = Path(named)
        folder.chmod(0o755)
        (folder / "source").mkdir()
        (folder / "source" / "grade.py").write_text(CODE, encoding="utf-8")
        program = Program(run=["python3", "/program/grade.py"], files="source")
        staged: StagedProgram = stage("check", folder / "source", program, METRICS, folder / "program")
        given = json.dumps({"item": {"reference": "1"}, "response": {"output": "1"}}).encode()
        plain, kept_in = [], []
        for _ in range(times):
            plain.append(_seconds(lambda: _run_plainly(folder / "source" / "grade.py", given)))
            kept_in.append(_seconds(lambda: grade_response(sandbox, staged, ITEM, RESPONSE, lambda: False)))
    return Measured(statistics.median(plain), statistics.median(kept_in))


def _run_plainly(program: Path, given: bytes) -> None:
    subprocess.run([PYTHON, str(program)], input=given, capture_output=True, check=True)  # noqa: S603 - our own file


def _seconds(run: Callable[[], object]) -> float:
    began = time.monotonic()
    run()
    return time.monotonic() - began


def main() -> None:
    """Print the medians."""
    found = measure()
    print(f"plain {1000 * found.plain:.1f} ms, sandboxed {1000 * found.sandboxed:.1f} ms, ", end="")
    print(f"overhead {1000 * found.overhead:.1f} ms")


if __name__ == "__main__":
    main()
