"""Import results of the Language Model Evaluation Harness: models, tasks and groups, with samples where they are there.

Scores of documents are the harness's own, and graded again where a built-in grader gives every one of them again.
Numbers over documents are computed again and compared with those of the result files; a number that no document gives,
such as a perplexity, stays reported.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from proofboard.errors import Fault, InputError
from proofboard.record.foreign import digest_of_files, opened, unread
from proofboard.record.imported import Claim, Imported, ImportedEntry, NewBundle
from proofboard.record.lm_eval.averaging import averaged_of
from proofboard.record.lm_eval.configurations import Configurations
from proofboard.record.lm_eval.documents import Documents, documents_of, refuse_other_documents
from proofboard.record.lm_eval.groups import declare_groups, subtasks_of
from proofboard.record.lm_eval.notes import notes_on_numbers, notes_on_rules, notes_on_runs, notes_on_tasks
from proofboard.record.lm_eval.regrading import regraded_of
from proofboard.record.lm_eval.rules import BENCHMARK_ID, Rules, benchmark_of, rules_of, tasks_of
from proofboard.record.lm_eval.runs import Entry, entries_of, read_runs
from proofboard.record.lm_eval.scores import Scores, leaves_of, scores_of
from proofboard.record.recorded_scores import on_grid
from proofboard.record.source_files import some
from proofboard.schemas.bundle import ReportedScore, Response, SourceRecord

NOTHING: Final = "holds no result of the harness, expected results_<time>.json or samples_<task>_<time>.jsonl"


def read(source: Path) -> Imported:
    """Read a folder, file or archive of result and sample files; raises InputError where nothing can be imported."""
    with opened(source) as files:
        found = read_runs(files)
        entries = entries_of(found.runs)
        refused = [*found.refused, *refuse_other_documents(entries)]
        entries = [entry for entry in entries if entry.chosen]
        averaged = averaged_of(entries)
        documents = documents_of(entries, averaged)
        scores = scores_of(entries, documents, averaged)
        rules = rules_of(entries, documents, scores, regraded_of(entries, documents, scores))
        if not rules.metrics:
            raise InputError([Fault(str(source), 0, NOTHING), *refused])
        declare_groups(rules, entries, scores)
        configurations = Configurations()
        imported = list(_entries(entries, configurations, (rules, documents, scores)))
        names = [entry.configuration.name for entry in imported]
        return Imported(
            benchmark=benchmark_of(rules, documents, _title(entries)),
            items=[*(item for own in documents.items.values() for item in own.values()), *rules.whole_items.values()],
            entries=imported,
            notes=[
                *notes_on_runs(entries, names),
                *notes_on_tasks(entries, names, documents),
                *notes_on_numbers(scores, names),
                *notes_on_rules(rules, configurations.left_out),
                *unread([file.name for file in files if file not in found.read]),
            ],
            refused=refused,
        )


def _title(entries: Sequence[Entry]) -> str:
    tasks, subtasks = tasks_of(entries), subtasks_of(entries)
    below = {task for group in subtasks for task in leaves_of(group, subtasks)}
    groups = [group for group in subtasks if not any(group in parts for parts in subtasks.values())]
    return f"lm-eval: {some([*groups, *(task for task in tasks if task not in below)], 3)}"[:500]


def _entries(
    entries: Sequence[Entry], configurations: Configurations, board: tuple[Rules, Documents, Sequence[Scores]]
) -> Iterator[ImportedEntry]:
    rules, documents, scores = board
    for position, entry in enumerate(entries):
        latest = entry.latest.results
        files = {run.results.file for run in entry.chosen.values() if run.results}
        files |= {samples.file for task in entry.chosen if (samples := entry.samples(task))}
        configuration = configurations.of(entry)
        bundle = NewBundle(
            responses=list(_responses(position, documents)),
            scores=list(_scores(scores[position], rules)),
            recorded=latest.began if latest else entry.latest.stamp[:10] or None,
            source=SourceRecord(
                format=BENCHMARK_ID,
                name=some(sorted({run.folder for run in entry.chosen.values()})),
                digest=digest_of_files(files),
                tool_version=latest.text("lm_eval_version") if latest else None,
            ),
            claims=_claims(entry, position, (rules, documents, scores)),
        )
        yield ImportedEntry(configuration, [bundle])


def _responses(position: int, documents: Documents) -> Iterator[Response]:
    for (own, task), asked in documents.asked.items():
        if own == position:
            for name, answer in asked.items():
                yield Response(prompt_id=documents.items[task][name].id, output=answer.output)


def _scores(own: Scores, rules: Rules) -> Iterator[ReportedScore]:
    rows: dict[str, dict[str, int | None]] = {}
    for named, found in own.documents.items():
        metric_id = rules.documents[named]
        if rules.metrics[metric_id].reported:
            for item_id, value in found.items():
                rows.setdefault(item_id, {})[metric_id] = on_grid(value, rules.metrics[metric_id].denominator)
    for (task, key), number in own.whole.items():
        metric_id = rules.whole[key]
        row = rows.setdefault(rules.whole_items[task].id, {})
        row[metric_id] = on_grid(number, rules.metrics[metric_id].denominator)
    for item_id, scores in rows.items():
        yield ReportedScore(item_id=item_id, scores=scores)


def _claims(entry: Entry, position: int, board: tuple[Rules, Documents, Sequence[Scores]]) -> dict[str, Claim]:
    """Return the numbers of result files that the board computes over the same documents."""
    rules, documents, scores = board
    own, subtasks = scores[position], subtasks_of([entry])
    whole = {task for task in entry.chosen if _is_whole(entry, task, documents)}
    claims: dict[str, Claim] = {}
    for (task, key), number in own.stated.items():
        if task in whole:
            claims[rules.numbers[task, key]] = float(number)
    for (group, key), number in own.groups.items():
        if (group, key) in rules.numbers and whole.issuperset(leaves_of(group, subtasks)):
            claims[rules.numbers[group, key]] = float(number)
    return claims


def _is_whole(entry: Entry, task: str, documents: Documents) -> bool:
    """Say whether a model was asked every document of a task that any model was asked."""
    samples = entry.samples(task)
    return samples is None or len(samples.documents) == len(documents.items.get(task, samples.documents))
