"""What a person who imports MTEB results should know: what was left out, and what does not agree."""

from collections.abc import Collection, Iterator, Mapping

from proofboard.record.mteb.files import Found, Result
from proofboard.record.mteb.join import Chosen
from proofboard.record.mteb.rules import Rules
from proofboard.record.source_files import some


def notes_on_files(found: Found) -> Iterator[str]:
    """Note which files were not read, or not as they are written today."""
    said: dict[str, Collection[str]] = {
        "result file(s) are of tasks that the benchmark does not have": found.other_tasks,
        "folder(s) have no model_meta.json and were left out, as MTEB does": found.without_meta,
        "folder(s) hold experiments and no plain runs; they were left out, as MTEB does": found.experiments,
        "result file(s) hold NaN or Infinity; where it is a main score, the score is unknown": found.no_numbers,
        "result file(s) have the layout from before mteb 1.11": found.old_layout,
        "result file(s) hold no scores and were left out": found.empty,
    }
    for what, names in said.items():
        if names:
            yield f"{len(names)} {what}: {some(sorted(names))}"


def notes_on_scores(chosen: Chosen) -> Iterator[str]:
    """Note main scores that are unknown, or not what the task names as its main score."""
    results = [result for tasks in chosen.values() for result in tasks.values()]
    unknown = [result.file.name for result in results if None in result.scores.values()]
    differing = [result.file.name for result in results if result.differing]
    if unknown:
        yield f"{len(unknown)} result file(s) have a main score that is unknown: {some(unknown)}"
    if differing:
        reason = "have a main_score that is not the task's main score; main_score counts, as on MTEB's boards"
        yield f"{len(differing)} result file(s) {reason}: {some(differing)}"


def notes_on_models(chosen: Chosen, rules: Rules) -> Iterator[str]:
    """Note models that lack cells of the benchmark."""
    complete = {model: _n_complete(tasks, rules) for model, tasks in chosen.items()}
    n_tasks = len(rules.tasks)
    silent = [model for model, tasks in chosen.items() if not has_score(tasks)]
    gaps = [f"{model} ({n_tasks - n})" for model, n in complete.items() if n < n_tasks and model not in silent]
    partial = [model for model, n in complete.items() if not n and model not in silent]
    if silent:
        yield f"{len(silent)} model(s) have no score on any cell of the benchmark and were left out: {some(silent)}"
    if gaps:
        yield f"{len(gaps)} model(s) lack tasks or cells of them, so their means are unknown: {some(gaps)}"
    if partial:
        reason = "have parts of tasks and none complete; they stand in the others' ranks and have no points"
        yield f"{len(partial)} model(s) {reason}: {some(partial)}"


def has_score(tasks: Mapping[str, Result]) -> bool:
    """Say whether a model has a score on any cell of the benchmark."""
    return any(value is not None for result in tasks.values() for value in result.scores.values())


def _n_complete(tasks: Mapping[str, Result], rules: Rules) -> int:
    return sum(
        all(result.scores.get(cell) is not None for cell in rules.tasks[task].cells) for task, result in tasks.items()
    )
