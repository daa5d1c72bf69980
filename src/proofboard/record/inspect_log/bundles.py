"""What one entry answered on its tasks, as responses, scores and claims."""

import re
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Final

import msgspec

from proofboard.record.foreign import recordable
from proofboard.record.imported import Claim
from proofboard.record.inspect_log.facets import TASK
from proofboard.record.inspect_log.header import HeaderMetric
from proofboard.record.inspect_log.header_metrics import MEANS, epochs_of, is_mean, measure_of
from proofboard.record.inspect_log.log import Log
from proofboard.record.inspect_log.measures import Place, Planned, Scale, reduced_of
from proofboard.record.inspect_log.rules import Rules
from proofboard.record.inspect_log.samples import Sample
from proofboard.record.inspect_log.tasks import Task
from proofboard.record.inspect_log.values import Measure, number_of, part_of
from proofboard.schemas.base import DATE_PATTERN
from proofboard.schemas.bundle import ReportedScore, Response
from proofboard.schemas.item import Item

SURELY_SHORT: Final = 100_000
"""Letters that fit on a line however they are written."""

_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_INSTANT: Final = re.compile(DATE_PATTERN)

Scores = dict[str, int | None]


class Answer(msgspec.Struct, frozen=True):
    """One response, beside the sample that it was."""

    task: str
    item: Item
    trial: int
    sample: Sample
    response: Response

    @property
    def is_scored(self) -> bool:
        """Say whether its scores count: an answer that failed or was withdrawn has none."""
        return self.response.state == "answered"

    def score(self, measure: Measure) -> Fraction | None:
        """Return its score; None where it was not scored."""
        if not self.is_scored or measure.scorer not in self.sample.values:
            return None
        return number_of(part_of(self.sample.values[measure.scorer], measure.part))


class Answered(msgspec.Struct, frozen=True):
    """What an entry answered on all its tasks."""

    logs: Mapping[str, Log]
    """Task → log."""
    answers: Mapping[str, Sequence[Answer]]
    """Task → answers."""
    trials: int
    is_even: bool
    """Whether every item was asked equally often."""

    def all(self) -> list[Answer]:
        """List the answers of all tasks."""
        return [answer for own in self.answers.values() for answer in own]


def answered(logs: Mapping[str, Log], tasks: Sequence[Task]) -> Answered:
    """Turn the samples of an entry's logs into responses; epochs become trials in their order."""
    answers = {task.name: list(_answers(task, logs[task.name])) for task in tasks if task.name in logs}
    every = [answer for own in answers.values() for answer in own]
    trials = 1 + max(answer.trial for answer in every)
    if not any(answer.sample.output for answer in every) and any(map(_succeeded, every)):
        # Something else than words was scored, such as files that were written: no answer is not an empty one.
        answers = {task: list(map(_without_output, own)) for task, own in answers.items()}
    n_items = sum(len({answer.item.id for answer in own}) for own in answers.values())
    return Answered(logs, answers, trials, len(every) == trials * n_items)


def _answers(task: Task, log: Log) -> Iterator[Answer]:
    trials = {epoch: trial for trial, epoch in enumerate(sorted({epoch for _, epoch in log.samples}))}
    for sample in log.samples.values():
        item, trial = task.items[sample.id], trials[sample.epoch]
        yield Answer(task.name, item, trial, sample, _response(item, trial, sample))


def _response(item: Item, trial: int, sample: Sample) -> Response:
    if sample.failed or sample.invalidated:
        # Neither is a wrong answer: the item must be answered again before the entry is ranked.
        return Response(prompt_id=item.id, trial=trial, state="platform_failure", usage=sample.usage)
    output = sample.output if len(sample.output) <= SURELY_SHORT else recordable(sample.output)
    return Response(prompt_id=item.id, output=output, trial=trial, usage=sample.usage)


def _succeeded(answer: Answer) -> bool:
    return any((number_of(value) or 0) > 0 for value in answer.sample.values.values())


def _without_output(answer: Answer) -> Answer:
    return msgspec.structs.replace(answer, response=msgspec.structs.replace(answer.response, output=None))


def scores_of(
    own: Answered, plans: Sequence[Planned], scales: Mapping[Place, Scale], metric_of: Mapping[Place, str]
) -> list[ReportedScore]:
    """Return all scores that no grader gives again; epochs that the board cannot reduce are one score in trial 0."""
    rows: dict[tuple[str, int], Scores] = {}
    for plan in plans:
        scale, metric = scales[plan.place], metric_of[plan.place]
        if plan.task not in own.logs or scale.grader:
            continue
        if not scale.by_trial:
            _add_reduced(rows, own, plan, scale, metric)
            continue
        for answer in own.answers[plan.task]:
            if answer.is_scored and plan.measure.scorer in answer.sample.values:
                rows.setdefault((answer.item.id, answer.trial), {})[metric] = scale.on_grid(answer.score(plan.measure))
    return [ReportedScore(item_id=item, trial=trial, scores=scores) for (item, trial), scores in sorted(rows.items())]


def _add_reduced(rows: dict[tuple[str, int], Scores], own: Answered, plan: Planned, scale: Scale, metric: str) -> None:
    items = {answer.sample.id: answer.item.id for answer in own.answers[plan.task]}
    for sample_id, samples in epochs_of(own.logs[plan.task]).items():
        kept = [sample for sample in samples if not sample.failed and not sample.invalidated]
        rows.setdefault((items[sample_id], 0), {})[metric] = scale.on_grid(reduced_of(kept, plan.measure))


def claims_of(own: Answered, rules: Rules) -> dict[str, Claim]:
    """Return every number of the headers: means by the aggregate that they are of, the others by their own names."""
    claims: dict[str, Claim] = {}
    keys = {facet.title or name: name for name, facet in rules.benchmark.facets.items() if name != TASK}
    for task, log in own.logs.items():
        for score in log.header.scores:
            measure = measure_of(score, log)
            for metric in score.metrics:
                if metric.value is not None:
                    name = _claimed(task, measure, metric, rules, keys)
                    claims[name or f"{task}: {measure.name} {metric.key}"] = metric.value
    return claims


def _claimed(task: str, measure: Measure, metric: HeaderMetric, rules: Rules, keys: Mapping[str, str]) -> str | None:
    """Return the aggregate, or the slice of it, that a number of a header is about; None where there is none."""
    params = metric.params
    if "group_key" not in params:
        return rules.aggregate_of.get((task, measure, metric.key)) if is_mean(metric) else None
    facet, inner = keys.get(str(params["group_key"])), params.get("metric")
    own = (name for (place, of, _), name in rules.aggregate_of.items() if (place, of) == (task, measure))
    aggregate = next(own, None)
    of_means = isinstance(inner, dict) and str(inner.get("name")).rpartition("/")[2] in MEANS
    if facet is None or aggregate is None or not of_means or metric.name == params.get("all_label", "all"):
        return None
    before, _, after = str(params.get("name_template") or "{group_name}").partition("{group_name}")
    return f"{aggregate}@{facet}={metric.name.removeprefix(before).removesuffix(after)}"


def recorded_day(created: str) -> str | None:
    """Keep an instant that names its offset; of any other only the day is known."""
    if _INSTANT.match(created):
        return created
    day = _DAY.match(created)
    return day[0] if day else None
