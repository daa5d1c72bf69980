"""What the scorers of logs measure: which numbers there are, and on which grid and over which trials they lie."""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Final, Literal

import msgspec

from proofboard.record.inspect_log.header_metrics import epochs_of, is_mean, measure_of
from proofboard.record.inspect_log.log import Log
from proofboard.record.inspect_log.samples import Sample
from proofboard.record.inspect_log.tasks import Task
from proofboard.record.inspect_log.values import (
    LARGEST,
    MEAN,
    Measure,
    is_known,
    is_number,
    number_of,
    part_of,
    parts_of,
    reduced,
    size_of,
)
from proofboard.schemas.benchmark import GraderSpec

_GRIDS: Final[Sequence[int]] = (1, 2, *(10**digits for digits in range(1, 13)))

TRIALS: Final[Mapping[str, Literal["mean", "pass_at_k", "pass_hat_k"]]] = {
    MEAN: "mean",
    "pass_at": "pass_at_k",
    "pass_k": "pass_hat_k",
}
"""Reducers that the board has too; epochs that are reduced in another way are one trial of the reduced value."""


Place = tuple[str, Measure]
"""A task, and a measure of it."""


class Planned(msgspec.Struct, frozen=True):
    """One measure of one task."""

    task: str
    measure: Measure
    metrics: Sequence[str]
    """What headers call its mean, such as accuracy; at least one."""

    @property
    def place(self) -> Place:
        """The task and the measure."""
        return self.task, self.measure


class Scale(msgspec.Struct, frozen=True):
    """How the numbers of a measure are written, on one task or several."""

    denominator: int
    range: tuple[int, int]
    is_exact: bool
    """Whether every number lies on the grid."""
    by_trial: bool
    """Whether the board reduces the epochs, and not this importer."""
    grader: GraderSpec | None = None
    """What gives every response the same score again."""

    def on_grid(self, value: Fraction | None) -> int | None:
        """Round a number to the grid, half to even."""
        return None if value is None else round(value * self.denominator)


def planned(task: Task, notes: list[str]) -> list[Planned]:
    """Plan the measures of a task; that which sums it up comes first."""
    plans: dict[Measure, Planned] = {}
    for measure in _measures(task.logs):
        if not any(is_number(value) for log in task.logs for value in _values(log, measure)):
            notes.append(f"{task.name}: {measure.name} gives no verdicts and no numbers, so it was left out")
            continue
        own = measure
        if not is_known(measure.reducer):
            notes.append(f"{task.name}: the reducer of {measure.name} is not known here; the mean over epochs is taken")
            own = Measure(measure.scorer, measure.part)
        plans.setdefault(own, Planned(task.name, own, _means(task.logs, own) or [MEAN]))
    return list(plans.values())


def _measures(logs: Sequence[Log]) -> list[Measure]:
    """List all measures of the logs: those of the headers, then those that only samples have."""
    found: dict[Measure, None] = {}
    headlines: list[Measure] = []
    for log in logs:
        said = [measure_of(score, log) for score in log.header.scores]
        headlines += [chosen for chosen in [_headline(log)] if chosen]
        found.update(dict.fromkeys(said))
        known = {(measure.scorer, measure.part) for measure in said}
        for sample in log.samples.values():
            for scorer, value in sample.values.items():
                for part, _ in parts_of(value):
                    if (scorer, part) not in known:
                        known.add((scorer, part))
                        found.update(dict.fromkeys(Measure(scorer, part, own) for own in log.header.reducers or [MEAN]))
    ordered = dict.fromkeys([*headlines[:1], *found])
    return [measure for measure in ordered if any(_values(log, measure) for log in logs)]


def _headline(log: Log) -> Measure | None:
    """Return the measure that a header names as the one that sums up the evaluation."""
    said = log.header.headline
    for score in log.header.scores:
        named = {"scorer": score.scorer, "score": score.name, "reducer": score.reducer}
        if said and all(said.get(name) in {None, own} for name, own in named.items()):
            return measure_of(score, log)
    return None


def _values(log: Log, measure: Measure) -> list[object]:
    """List what a log says of a measure, without what was not scored."""
    scored = (sample.values[measure.scorer] for sample in log.samples.values() if measure.scorer in sample.values)
    parts = (part_of(value, measure.part) for value in scored)
    return [part for part in parts if not (isinstance(part, float) and math.isnan(part))]


def _means(logs: Iterable[Log], measure: Measure) -> list[str]:
    scores = (score for log in logs for score in log.header.scores if measure_of(score, log) == measure)
    return list(dict.fromkeys(metric.key for score in scores for metric in score.metrics if is_mean(metric)))


def scale_of(measure: Measure, logs: Sequence[Log]) -> Scale:
    """Find the coarsest grid on which all numbers of a measure lie, or the finest on which they can be summed."""
    kind = size_of(measure.reducer)[0]
    values = {value for log in logs for value in _values(log, measure) if isinstance(value, (str, int, float))}
    numbers = {number for number in map(number_of, values) if number is not None}
    # Sets of epochs pass at 1 for Inspect, and at the best score for a board.
    by_trial = kind == MEAN or (kind in TRIALS and all(0 <= number <= 1 for number in numbers))
    if not by_trial:
        found = (reduced_of(samples, measure) for log in logs for samples in epochs_of(log).values())
        numbers = {number for number in found if number is not None}
    low, high = min(numbers, default=Fraction(0)), max(numbers, default=Fraction(1))
    fitting = [grid for grid in _GRIDS if max(abs(low), abs(high)) * grid <= LARGEST]
    exact = (grid for grid in fitting if all(grid % number.denominator == 0 for number in numbers))
    denominator = next(exact, fitting[-1])
    return Scale(
        denominator=denominator,
        range=(min(0, math.floor(low)), max(1, math.ceil(high))),
        is_exact=all(denominator % number.denominator == 0 for number in numbers),
        by_trial=by_trial,
    )


def reduced_of(samples: Iterable[Sample], measure: Measure) -> Fraction | None:
    """Reduce the epochs of one item by the measure's own rule."""
    return reduced(list(_parts(samples, measure)), measure.reducer)


def _parts(samples: Iterable[Sample], measure: Measure) -> Iterator[object]:
    for sample in samples:
        if measure.scorer in sample.values:
            yield part_of(sample.values[measure.scorer], measure.part)
