"""Import logs of Inspect: one entry for each model and way to run it, on the tasks that it was asked.

Where a built-in grader gives every response the score that it was given, scores are computed again from the responses;
otherwise they are the log's own (`reported`). Numbers of a log's header are claims.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

import msgspec

from proofboard import canonical
from proofboard.errors import Fault, InputError
from proofboard.record.imported import Imported, ImportedEntry, NewBundle
from proofboard.record.inspect_log.bundles import Answered, answered, claims_of, recorded_day, scores_of
from proofboard.record.inspect_log.coverage import protocols_of
from proofboard.record.inspect_log.facets import with_facets
from proofboard.record.inspect_log.finding import Found, instant_of, read_logs, the_one_that_counts
from proofboard.record.inspect_log.log import Log
from proofboard.record.inspect_log.measures import Place, Planned, Scale, planned
from proofboard.record.inspect_log.notes import notes_on_answers, notes_on_headers, notes_on_runs, notes_on_scores
from proofboard.record.inspect_log.recipes import Key, Namer, keys_of
from proofboard.record.inspect_log.rules import PROTOCOL, Rules, rules_of
from proofboard.record.inspect_log.scaling import scales_of
from proofboard.record.inspect_log.tasks import Task, tasks_of
from proofboard.record.inspect_log.values import MEAN
from proofboard.record.source_files import some
from proofboard.schemas.bundle import SourceRecord
from proofboard.schemas.configuration import Configuration

FORMAT: Final = "inspect"

Scales = Mapping[Place, Scale]


class _Entry(msgspec.Struct, frozen=True):
    """One entry before its scores are written."""

    configuration: Configuration
    own: Answered


def read(source: Path) -> Imported:
    """Read one log, or a folder or archive of them; raises InputError where none of them can be imported."""
    found = read_logs(source)
    logs = sorted(_with_samples(found), key=lambda log: (instant_of(log.header.created), log.name))
    tasks = tasks_of(logs)
    runs = _runs(tasks, found.notes)
    tasks, plans = _scored(tasks, found)
    if not tasks:
        nothing = Fault(source.name, 0, "holds no Inspect log: no .eval and no .json file")
        raise InputError([*found.refused, *found.unusable] or [nothing])
    facets = with_facets(tasks)
    namer = Namer()
    entries = list(_entries(tasks, runs, namer))
    scales = scales_of(tasks, plans, [entry.own for entry in entries])
    rules = rules_of(tasks, plans, scales, facets)
    protocols = protocols_of([entry.own for entry in entries], PROTOCOL)
    counting = [log for task in tasks for log in task.logs]
    notes = [
        *found.notes,
        *(f"{own.file}: was left out: {own.reason}" for own in found.unusable),
        *notes_on_runs(counting),
        *notes_on_scores(counting, scales),
        *notes_on_headers(counting),
        *notes_on_answers(tasks, {entry.configuration.name: entry.own.all() for entry in entries}),
        *namer.notes,
    ]
    return Imported(
        benchmark=rules.benchmark,
        items=[item for task in tasks for item in task.items.values()],
        entries=[
            _imported(entry, plans, scales, rules, protocol) for entry, protocol in zip(entries, protocols, strict=True)
        ],
        notes=notes,
        refused=sorted(found.refused),
    )


def _with_samples(found: Found) -> Iterator[Log]:
    """Yield the logs with samples; what only a header says could be neither checked nor compared item by item."""
    for log in found.logs:
        if log.samples:
            yield log
            continue
        metrics = [(score.name, one) for score in log.header.scores for one in score.metrics if one.value is not None]
        said = some(f"{name} {one.key} {one.value:.6g}" for name, one in metrics)
        reason = "it holds no samples, so that nothing can be computed; write the log with samples (--log-samples)"
        found.unusable.append(Fault(log.name, 0, f"{reason}{f'; its header says {said}' if said else ''}"))


def _runs(tasks: Sequence[Task], notes: list[str]) -> Mapping[Key, Mapping[str, Log]]:
    """Return, for each entry and task, the log that counts, and keep only these in the tasks."""
    keys = keys_of({task.name: task.logs for task in tasks})
    runs: dict[Key, dict[str, Log]] = {}
    for task in tasks:
        rivals: dict[Key, list[Log]] = {}
        for log in task.logs:
            rivals.setdefault(keys[log.name], []).append(log)
        chosen = {key: the_one_that_counts(logs, notes) for key, logs in rivals.items()}
        for key, log in chosen.items():
            runs.setdefault(key, {})[task.name] = log
        task.keep(list(chosen.values()))
    return dict(sorted(runs.items()))


def _scored(tasks: Sequence[Task], found: Found) -> tuple[list[Task], list[Planned]]:
    """Keep the tasks on which anything was scored, with their measures; the logs of the others are refused."""
    kept: list[Task] = []
    plans: list[Planned] = []
    for task in tasks:
        own = planned(task, found.notes)
        plans += own
        if own:
            kept.append(task)
        else:
            reason = "it holds answers and no score that is a number; score it (inspect score) and import it again"
            found.unusable += [Fault(log.name, 0, reason) for log in task.logs]
    return kept, plans


def _entries(tasks: Sequence[Task], runs: Mapping[Key, Mapping[str, Log]], namer: Namer) -> Iterator[_Entry]:
    known = {task.name for task in tasks}
    for key, own in runs.items():
        if logs := {task: log for task, log in own.items() if task in known}:
            yield _Entry(namer.configuration(key, logs), answered(logs, tasks))


def _imported(
    entry: _Entry, plans: Sequence[Planned], scales: Scales, rules: Rules, protocol: str | None
) -> ImportedEntry:
    own = entry.own
    logs = sorted(own.logs.values(), key=lambda log: (instant_of(log.header.created), log.name))
    versions = sorted({log.header.tool_version for log in logs if log.header.tool_version})
    only_means = all(plan.measure.reducer == MEAN for plan in plans if plan.task in own.logs)
    bundle = NewBundle(
        responses=[answer.response for answer in own.all()],
        scores=scores_of(own, plans, scales, rules.metric_of),
        trials=own.trials,
        # A run is scored by itself only where every item is in it, and where the mean is all that is asked of it.
        trial_kind="run" if own.is_even and only_means else "attempt",
        recorded=recorded_day(logs[-1].header.created),
        source=SourceRecord(
            format=FORMAT,
            name=some(log.name for log in logs),
            digest=_digest(logs),
            tool_version=some(versions) or None,
        ),
        claims=claims_of(own, rules),
    )
    return ImportedEntry(entry.configuration, [bundle], protocol)


def _digest(logs: Sequence[Log]) -> str:
    """Name the bytes of one log, or of several by the digests of each in the order of their names."""
    digests = [log.digest for log in sorted(logs, key=lambda log: log.name)]
    return digests[0] if len(digests) == 1 else canonical.digest("".join(f"{one}\n" for one in digests).encode())
