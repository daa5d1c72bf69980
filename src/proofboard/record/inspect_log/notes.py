"""What a person who imports Inspect logs should know: what is incomplete, what was not scored, what does not agree."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from proofboard.record.inspect_log.bundles import Answer
from proofboard.record.inspect_log.header import FINISHED
from proofboard.record.inspect_log.header_metrics import Compared, compared
from proofboard.record.inspect_log.log import Log
from proofboard.record.inspect_log.measures import Place, Scale
from proofboard.record.inspect_log.regrading import is_judge
from proofboard.record.inspect_log.tasks import Task
from proofboard.record.inspect_log.values import Measure, is_number, number_of, parts_of
from proofboard.record.source_files import some


def notes_on_runs(logs: Iterable[Log]) -> Iterator[str]:
    """Note logs that are not finished, and samples that ended in an error or were withdrawn."""
    for log in logs:
        samples = log.samples.values()
        if log.header.status != FINISHED:
            expected = log.header.n_samples and log.header.n_samples * log.header.epochs
            of = f" of {expected:,}" if expected else ""
            yield f"{log.name}: was not finished ({log.header.status}); {len(samples):,}{of} samples are there"
        counts = {
            "ended in an error without a score": sum(sample.failed for sample in samples),
            "were invalidated": sum(sample.invalidated for sample in samples),
        }
        for what, count in counts.items():
            if count:
                yield f"{log.name}: {count:,} sample(s) {what}; the entry has no rank until they are answered"
        unscored = sum(not sample.values and not sample.failed for sample in samples)
        if 0 < unscored < len(samples):
            yield f"{log.name}: {unscored:,} sample(s) have no score and are not counted, as for Inspect"
        if log.n_replaced:
            yield f"{log.name}: {log.n_replaced:,} sample(s) were logged again; the last counts, as for Inspect"


def notes_on_scores(logs: Sequence[Log], scales: Mapping[Place, Scale]) -> Iterator[str]:
    """Note what was not scored, what is worth nothing for want of a number, and what nobody can compute again."""
    unscored, worthless = _counts(logs)
    for scorer, count in sorted(unscored.items()):
        yield f"{count:,} value(s) of {scorer} are NaN, infinite or too large; they are not scored and not counted"
    for scorer, count in sorted(worthless.items()):
        yield f"{count:,} value(s) of {scorer} are no verdict and no number; they are worth 0, as for Inspect"
    reported = _without_grader(scales)
    if judged := [said for measure, said in reported.items() if is_judge(measure.scorer)]:
        yield f"{len(judged)} measure(s) are reported, because a model judged: {some(judged)}"
    if others := [said for measure, said in reported.items() if not is_judge(measure.scorer)]:
        reason = "because no built-in grader gives the same scores from the answers and references of all items"
        yield f"{len(others)} measure(s) are reported, {reason}: {some(others)}"
    if rounded := list(dict.fromkeys(measure.name for (_, measure), scale in scales.items() if not scale.is_exact)):
        yield f"{len(rounded)} measure(s) have more decimals than can be summed, and are rounded: {some(rounded)}"


def _without_grader(scales: Mapping[Place, Scale]) -> dict[Measure, str]:
    """Name the measures that no grader makes, with the tasks on which none does where another makes them elsewhere."""
    named: dict[Measure, str] = {}
    for measure in dict.fromkeys(measure for _, measure in scales):
        own = {task: scale.grader is None for (task, of), scale in scales.items() if of == measure}
        lacking = [task for task, lacks in own.items() if lacks]
        if lacking:
            named[measure] = measure.name if len(lacking) == len(own) else f"{measure.name} (on {some(lacking)})"
    return named


def _counts(logs: Iterable[Log]) -> tuple[dict[str, int], dict[str, int]]:
    """Count, for each scorer, the values that are not scored, and those that are worth nothing."""
    unscored: dict[str, int] = {}
    worthless: dict[str, int] = {}
    for log in logs:
        for sample in log.samples.values():
            for scorer, value in sample.values.items():
                for _, part in parts_of(value):
                    if number_of(part) is None:
                        unscored[scorer] = unscored.get(scorer, 0) + 1
                    elif not is_number(part):
                        worthless[scorer] = worthless.get(scorer, 0) + 1
    return unscored, worthless


def notes_on_headers(logs: Iterable[Log]) -> Iterator[str]:
    """Note the numbers of headers that the samples do not give, and those that cannot be computed from them."""
    unknown: dict[str, int] = {}
    for log in logs:
        differing: list[Compared] = []
        for one in compared(log):
            if one.found is None:
                unknown[one.metric] = unknown.get(one.metric, 0) + 1
            elif not one.agrees:
                differing.append(one)
        if differing:
            said = (f"{one.measure.name} {one.metric} {one.claimed:.6g} ({one.found:.6g})" for one in differing)
            yield f"{log.name}: {len(differing)} number(s) of its header are not those of its samples: {some(said)}"
    if unknown:
        said = (f"{name} ({count})" for name, count in sorted(unknown.items()))
        reason = "cannot be computed from samples, such as those of a bootstrap, which draws anew; they are only claims"
        yield f"{sum(unknown.values())} number(s) of headers {reason}: {some(said)}"


def notes_on_answers(tasks: Iterable[Task], entries: Mapping[str, Sequence[Answer]]) -> Iterator[str]:
    """Note texts that are too long to be recorded."""
    if lost := sum(item.title is not None for task in tasks for item in task.items.values()):
        yield f"{lost} item(s) are longer than a line of a bundle may be; they are published without their text"
    for name, answers in entries.items():
        outputs = [answer.response.output for answer in answers if answer.is_scored and answer.sample.output]
        if lost := outputs.count(None):
            yield f"{name}: {lost} answer(s) are longer than a line of a bundle may be, and were not kept"
