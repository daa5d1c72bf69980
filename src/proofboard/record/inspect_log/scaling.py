"""The scale of every measure, and the grader that gives its scores again: on all tasks together, or on each by itself.

A scorer may be told something else by each task (`match` at another place), so that no grader serves all of them; then
its tasks are parted, and those that a grader serves are computed again.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from proofboard.record.inspect_log.bundles import Answered
from proofboard.record.inspect_log.measures import Place, Planned, Scale, scale_of
from proofboard.record.inspect_log.regrading import reproducing
from proofboard.record.inspect_log.tasks import Task
from proofboard.record.inspect_log.values import Measure
from proofboard.record.recorded_scores import Answered as Recorded
from proofboard.schemas.benchmark import GraderSpec


def scales_of(tasks: Sequence[Task], plans: Sequence[Planned], entries: Sequence[Answered]) -> dict[Place, Scale]:
    """Find the scale of each measure on each task; tasks of one measure that have a grader in common share it."""
    scales: dict[Place, Scale] = {}
    for measure in dict.fromkeys(plan.measure for plan in plans):
        asked = [task for task in tasks if any(plan.place == (task.name, measure) for plan in plans)]
        for group in _groups(measure, asked, entries, tasks):
            scale = scale_of(measure, [log for task in group.tasks for log in task.logs])
            scale = msgspec.structs.replace(scale, grader=group.grader)
            scales |= {(task.name, measure): scale for task in group.tasks}
    return {plan.place: scales[plan.place] for plan in plans}


class _Group(msgspec.Struct, frozen=True):
    """Tasks of a measure on which one grader gives all scores again, or none does."""

    grader: GraderSpec | None
    tasks: Sequence[Task]


def _groups(
    measure: Measure, asked: Sequence[Task], entries: Sequence[Answered], tasks: Sequence[Task]
) -> Sequence[_Group]:
    together = _grader(measure, asked, entries, tasks)
    if together or len(asked) == 1:
        return [_Group(together, asked)]
    own = [(_grader(measure, [task], entries, tasks), task) for task in asked]
    found: list[GraderSpec | None] = []
    for grader, _ in own:
        if grader not in found:
            found.append(grader)
    return [_Group(grader, [task for chosen, task in own if chosen == grader]) for grader in found]


def _grader(
    measure: Measure, asked: Sequence[Task], entries: Sequence[Answered], tasks: Sequence[Task]
) -> GraderSpec | None:
    """Return the grader that gives every response on these tasks the score that it was given."""
    scale = scale_of(measure, [log for task in asked for log in task.logs])
    if not scale.by_trial or measure.part or scale.range != (0, 1):
        return None
    scored: list[Recorded] = []
    options: list[Mapping[str, Any]] = []
    for entry, task in ((entry, task.name) for entry in entries for task in asked if task.name in entry.logs):
        own = list(_scores(entry, task, measure))
        known = [one for one in own if one[2] is not None]
        if known and len(known) < len(own):
            # A grader would score what the scorer did not.
            return None
        scored += known
        said = entry.logs[task].header.scorers.get(measure.scorer, {})
        options += [said] if said not in options else []
    items = [item for task in tasks for item in task.items.values()]
    return reproducing(measure.scorer, options, scored, items, scale.denominator)


def _scores(entry: Answered, task: str, measure: Measure) -> Iterator[Recorded]:
    for answer in entry.answers[task]:
        if answer.is_scored:
            yield answer.item, answer.response, answer.score(measure)
