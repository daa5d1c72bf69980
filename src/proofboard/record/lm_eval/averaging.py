"""Which metrics are means over documents: only those score documents, the others are numbers of a whole task."""

from collections.abc import Sequence

from proofboard.record.lm_eval.results import OVER_ALL
from proofboard.record.lm_eval.runs import Entry, Run
from proofboard.record.lm_eval.samples import Key, Named, TaskSamples
from proofboard.record.recorded_scores import close, mean


def averaged_of(entries: Sequence[Entry]) -> set[Named]:
    """List the metrics of tasks that are means over documents in every run that counts."""
    said: dict[Named, set[bool]] = {}
    for entry in entries:
        for task, run in entry.chosen.items():
            if samples := run.samples.get(task):
                for key in samples.metrics():
                    said.setdefault((task, key), set()).add(_is_mean(run, samples, key))
    return {named for named, answers in said.items() if answers == {True}}


def _is_mean(run: Run, samples: TaskSamples, key: Key) -> bool:
    if run.results is None:
        return key[0] not in OVER_ALL
    stated = run.results.is_mean(samples.task, key[0])
    if stated is not None:
        return stated
    number = run.results.numbers(samples.task).get(key)
    found = mean(own.scores.get(key) for own in samples.documents.values())
    return number is not None and found is not None and close(found, number)
