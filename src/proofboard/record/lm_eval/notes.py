"""What a person who imports results of the harness should know: what was chosen, left out, or does not agree."""

from collections.abc import Iterator, Mapping, Sequence

from proofboard.record.lm_eval.documents import Documents
from proofboard.record.lm_eval.rules import Rules, tasks_of
from proofboard.record.lm_eval.runs import Entry, has_made_up_name
from proofboard.record.lm_eval.scores import Scores
from proofboard.record.recorded_scores import close, mean
from proofboard.record.source_files import some

Names = Sequence[str]


def notes_on_runs(entries: Sequence[Entry], names: Names) -> Iterator[str]:
    """Note which runs count, and which say less than others."""
    for name, entry in zip(names, entries, strict=True):
        made_up = {run.results.text("model_name") for run in entry.runs if has_made_up_name(run) and run.results}
        if made_up:
            reason = "the harness made it up because no argument names a model, and makes up the same one for others"
            yield f"{name}: is called {', '.join(sorted(map(str, made_up)))} in its files; {reason}"
        several = [task for task in entry.chosen if sum(task in run.tasks() for run in entry.runs) > 1]
        if several:
            yield f"{name}: has several runs of {some(sorted(several))}; the latest counts"
        limited = [task for task, run in sorted(entry.chosen.items()) if run.limited(task)]
        if limited:
            yield f"{name}: answered only some documents of {some(limited)} (limit)"
        if alone := [task for task, run in sorted(entry.chosen.items()) if run.results is None]:
            yield f"{name}: has samples and no result file of {some(alone)}; its name is that of their folder"
        if entry.refused:
            yield f"{name}: is not scored on {some(sorted(entry.refused))}, because its documents are other ones"
        yield from _short(name, entry)


def _short(name: str, entry: Entry) -> Iterator[str]:
    """Note sample files that hold another number of documents than their result file says."""
    for task, run in sorted(entry.chosen.items()):
        samples, stated = run.samples.get(task), run.results.n_documents(task) if run.results else None
        if samples and stated is not None and stated != len(samples.documents):
            yield f"{name}: {task}: the samples hold {len(samples.documents)} documents, the result file says {stated}"


def notes_on_tasks(entries: Sequence[Entry], names: Names, documents: Documents) -> Iterator[str]:
    """Note what some models were not asked, or were asked in another way."""
    every = tasks_of(entries)
    for name, entry in zip(names, entries, strict=True):
        if lacking := [task for task in every if task not in entry.chosen]:
            yield f"{name}: has no results of {some(lacking)}; numbers over them are unknown"
        absent = {
            task: len(documents.items[task]) - len(samples.documents)
            for task in entry.chosen
            if task in documents.items and (samples := entry.samples(task))
        }
        if short := [f"{task} ({count})" for task, count in sorted(absent.items()) if count]:
            yield f"{name}: lacks documents that other models answered, so these numbers are unknown: {some(short)}"
    yield from _versions(entries)
    yield from _texts(documents)


def _versions(entries: Sequence[Entry]) -> Iterator[str]:
    """Note tasks whose rules changed between runs."""
    versions: dict[str, set[str]] = {}
    for entry in entries:
        for task, run in entry.chosen.items():
            if run.results and (version := run.results.version(task)):
                versions.setdefault(task, set()).add(version)
    for task, found in sorted(versions.items()):
        if len(found) > 1:
            yield f"{task}: models were scored under different versions of the task: {', '.join(sorted(found))}"


def _texts(documents: Documents) -> Iterator[str]:
    """Note texts that are not shown as they were."""
    for task, count in sorted(documents.other_prompts.items()):
        yield f"{task}: {count} prompt(s) differ between models (examples, chat template); the first model's are shown"
    too_long = sum(own.too_long for asked in documents.asked.values() for own in asked.values())
    if too_long:
        yield f"{too_long} answer(s) are too long to be recorded and were left out"
    if documents.shortened:
        yield f"{documents.shortened} prompt(s) are too long to be published and were left out"


def notes_on_numbers(scores: Sequence[Scores], names: Names) -> Iterator[str]:
    """Note numbers of result files that their own samples do not give."""
    for name, own in zip(names, scores, strict=True):
        for (task, key), stated in own.stated.items():
            found = mean(own.documents[task, key].values())
            if found is None or not close(found, stated):
                given = "none" if found is None else f"{float(found):.6g}"
                yield f"{name}: {task}: says {','.join(key)} {float(stated):.6g}, its samples give {given}"
        unknown = {task for (task, _), found in own.documents.items() if any(value is None for value in found.values())}
        if unknown:
            yield f"{name}: has documents of {some(sorted(unknown))} without a number (NaN); they are unknown"


def notes_on_rules(rules: Rules, left_out: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """Note how metrics are known, and what the overall number leaves out."""
    for made, metric in rules.metrics.items():
        if metric.grader:
            keys = sorted({",".join(key) for (_, key), own in rules.documents.items() if own == made})
            yield f"{some(keys)}: graded again from the answers by {metric.grader.kind}, with the same scores"
    reported = {",".join(key): None for (_, key), made in rules.documents.items() if rules.metrics[made].reported}
    if reported:
        yield f"{len(reported)} metric(s) stay reported, no built-in grader gives all their scores: {some(reported)}"
    if whole := [",".join(key) for key in rules.whole]:
        yield f"{len(whole)} metric(s) of whole tasks are reported, as their result files say: {some(whole)}"
    if dropped := {
        ",".join(key) for (_, key), made in rules.documents.items() if rules.metrics[made].missing == "drop"
    }:
        yield f"{some(sorted(dropped))}: leave out documents, the same for all models; the mean is over the others"
    if rules.outside:
        reason = "are no shares that are good when they are high, and stand beside the overall number"
        yield f"{len(rules.outside)} task(s) or group(s) {reason}: {some(rules.outside)}"
    for name, settings in sorted(left_out.items()):
        yield f"{name}: what holds an address, a program or a secret is not published: {some(settings)}"
