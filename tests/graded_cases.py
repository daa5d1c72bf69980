"""Benchmarks whose metrics a program makes, with gradings as `grade` leaves them; no program is ever run."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from builders import benchmark, benchmark_folder, entry, items
from proofboard import canonical
from proofboard.app.graded_folder import artifact_file, graded_folder
from proofboard.core.items import item_table
from proofboard.core.programs import items_digest
from proofboard.grade.program import program_digest
from proofboard.record.freeze import write
from proofboard.schemas.benchmark import Benchmark, GraderSpec, Metric, Program
from proofboard.schemas.bundle_folder import read_bundle
from proofboard.schemas.graded import GRADED_FILE, GradedDocument, GradedResponse

PROGRAM = Program(run=["python3", "/program/grade.py"], files="program")
KEPT = b"all tests passed\n"

Outcome = Mapping[str, Any]
"""Fields of a graded response that differ from a full score."""


def graded_by_program() -> Benchmark:
    """Make rules with two metrics of one program, and their weighted mean as the headline."""
    command = GraderSpec(kind="command", options={"program": "tests"})
    return benchmark(
        metrics={
            "passed": Metric(grader=command),
            "quality": Metric(grader=command, denominator=100),
            "whole": Metric(weighted={"passed": 3, "quality": 1}, denominator=1000),
        },
        headline="whole",
        programs={"tests": PROGRAM},
    )


def graded_benchmark(place: Path, outcomes: Mapping[str, Outcome] | None = None, **changes: Any) -> Path:
    """Write a benchmark directory with one entry that a program graded: full scores, but for the `outcomes` of items.

    `changes` replace fields of the whole grading.
    """
    folder = benchmark_folder(place, [entry("acme/own", 4)], rules=graded_by_program())
    write(folder / "program/grade.py", b"print('never run here')\n")
    record_grading(folder, outcomes or {}, **changes)
    return folder


def record_grading(folder: Path, outcomes: Mapping[str, Outcome], **changes: Any) -> Path:
    """Write what a program would have made of the entry's bundle; returns the file."""
    rules = graded_by_program()
    bundle = read_bundle(folder / "entries/acme/own/public")
    metrics = {name: metric for name, metric in rules.metrics.items() if metric.grader}
    kept = canonical.digest(KEPT)
    responses = [
        GradedResponse(
            **{
                "item_id": item.id,
                "program": "tests",
                "scores": {"passed": 1, "quality": 100},
                "artifacts": {"log": kept},
                **outcomes.get(item.id, {}),
            }
        )
        for item in items()
    ]
    whole = GradedDocument(
        schema_version=1,
        bundle=bundle.digest,
        items=items_digest(item_table(items())),
        programs={"tests": program_digest(folder / "program", PROGRAM, metrics)},
        sandbox="bubblewrap 0.8.0",
        software="proofboard 0.1.0",
        responses=responses,
    )
    file = graded_folder(folder, bundle.digest) / GRADED_FILE
    write(file, canonical.dump(msgspec.structs.replace(whole, **changes)))
    write(artifact_file(folder, bundle.digest, kept), KEPT)
    return file
