"""Which program makes which metric: what a benchmark declares, and what it must satisfy."""

from collections.abc import Iterator
from typing import Final

from proofboard.schemas.base import LeanDocument, PathId
from proofboard.schemas.benchmark import Benchmark, Metric
from proofboard.schemas.reading import faults_of

COMMAND: Final = "command"
"""The grader of metrics that a program of the owner makes, and how the label of its numbers begins."""


class CommandOptions(LeanDocument, frozen=True):
    """The options of the grader `command`."""

    program: PathId
    """The program, as `programs` names it; it prints one number for each metric that names it."""


def program_of(metric: Metric) -> str | None:
    """Return the program that makes a metric; None for any other metric."""
    if metric.grader is None or metric.grader.kind != COMMAND:
        return None
    return str(metric.grader.options.get("program"))


def metrics_by_program(benchmark: Benchmark) -> dict[str, dict[str, Metric]]:
    """Return program → the metrics that it makes, by name."""
    found: dict[str, dict[str, Metric]] = {}
    for name, metric in sorted(benchmark.metrics.items()):
        if program := program_of(metric):
            found.setdefault(program, {})[name] = metric
    return found


def program_faults(benchmark: Benchmark) -> Iterator[str]:
    """Say which metrics name no program, and which programs make no metric."""
    for name, metric in benchmark.metrics.items():
        if metric.grader is None or metric.grader.kind != COMMAND:
            continue
        reasons = list(faults_of(metric.grader.options, CommandOptions, "options"))
        yield from (f"metrics.{name}.grader.{reason}" for reason in reasons)
        if not reasons and program_of(metric) not in benchmark.programs:
            known = ", ".join(benchmark.programs) or "none"
            yield f"metrics.{name}: {program_of(metric)!r} is not a program, declared are {known}"
    for name in sorted(benchmark.programs.keys() - metrics_by_program(benchmark).keys()):
        yield f"programs.{name}: makes no metric; give one the grader {COMMAND!r} with this program"
