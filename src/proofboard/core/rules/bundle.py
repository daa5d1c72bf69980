"""Rules at the door of grading: every line of a bundle belongs to a known item, stands once, and is in range."""

from collections.abc import Iterator, Mapping, Sequence

from proofboard.core.composites import bounds_of
from proofboard.core.items import ItemTable
from proofboard.core.rules.judge import judge_changes
from proofboard.errors import Fault, InputError
from proofboard.schemas.benchmark import Benchmark
from proofboard.schemas.bundle import RESPONSES, SCORES, VERDICTS, ReportedScore
from proofboard.schemas.bundle_folder import Bundle

LineKey = tuple[str, int, str, int]
"""Prompt or item, trial, stage, vote."""

LineFault = tuple[int, str]


def check_bundle(bundle: Bundle, table: ItemTable, benchmark: Benchmark) -> None:
    """Check every line of a bundle against the items and metrics; raises InputError with every fault."""
    place = bundle.folder.as_posix()
    faults: list[Fault] = []
    if (found := bundle.manifest.prompts_digest) != (expected := table.prompts_digest):
        reason = f"was recorded against other prompts ({found}), expected {expected}; record it again"
        faults.append(Fault(place, 0, reason))
    faults += judge_changes(bundle, benchmark)
    trials = bundle.manifest.trials
    responses = [(row.prompt_id, row.trial, row.stage, 0) for row in bundle.responses]
    verdicts = [(row.prompt_id, row.trial, row.stage, row.vote) for row in bundle.verdicts]
    scores = [(row.item_id, row.trial, row.stage, 0) for row in bundle.scores]
    found_in: Mapping[str, Iterator[LineFault]] = {
        RESPONSES: _line_faults(responses, table.by_prompt, trials),
        VERDICTS: _line_faults(verdicts, table.by_prompt, trials),
        SCORES: _line_faults(scores, table.index, trials),
    }
    for name, lines in found_in.items():
        faults += [Fault(f"{place}/{name}", line, reason) for line, reason in lines]
    faults += [Fault(f"{place}/{SCORES}", line, reason) for line, reason in _score_faults(bundle.scores, benchmark)]
    if faults:
        raise InputError(faults)


def _line_faults(keys: Sequence[LineKey], known: Mapping[str, object], trials: int) -> Iterator[LineFault]:
    if len(set(keys)) == len(keys) and all(name in known and trial < trials for name, trial, _, _ in keys):
        return
    seen: set[LineKey] = set()
    for line, key in enumerate(keys, start=1):
        name, trial, stage, _ = key
        if name not in known:
            yield line, f"{name!r} is not an item of this set"
        if key in seen:
            yield line, f"{name!r} (trial {trial}, stage {stage}) stands twice"
        if trial >= trials:
            yield line, f"{name!r} has trial {trial}, the manifest declares {trials} (from 0)"
        seen.add(key)


def _score_faults(rows: Sequence[ReportedScore], benchmark: Benchmark) -> Iterator[LineFault]:
    limits = {name: bounds_of(metric) for name, metric in benchmark.metrics.items() if metric.reported}
    if _all_within(rows, limits):
        return
    for line, row in enumerate(rows, start=1):
        for metric, value in row.scores.items():
            bounds = limits.get(metric)
            if bounds is None:
                yield line, f"{row.item_id!r} reports {metric!r}, which is not a reported metric of the benchmark"
            elif value is not None and not bounds[0] <= value <= bounds[1]:
                low, high = bounds
                yield line, f"{row.item_id!r} reports {metric} {value}, expected {low} to {high}"


def _all_within(rows: Sequence[ReportedScore], limits: Mapping[str, tuple[int, int]]) -> bool:
    """Say quickly that nothing is wrong with any score, as in nearly every bundle."""
    scores = [row.scores for row in rows]
    if not all(map(frozenset(limits).issuperset, scores)):
        return False
    for metric, (low, high) in limits.items():
        values = [value for own in scores if (value := own.get(metric)) is not None]
        if values and not (low <= min(values) and max(values) <= high):
            return False
    return True
