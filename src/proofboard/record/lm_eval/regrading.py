"""Which scores of the harness are graded again, because a built-in grader gives every one of them again.

A grader grades every answer of a board. So it takes over only where each task has a metric that it gives again: the
option that was chosen, the text that was generated, the expected text that was the likeliest.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from proofboard.record.lm_eval.answers import CHOSEN, Asked
from proofboard.record.lm_eval.documents import Documents
from proofboard.record.lm_eval.runs import Entry
from proofboard.record.lm_eval.samples import Key, Named
from proofboard.record.lm_eval.scores import Scores
from proofboard.record.recorded_scores import Answered, grader_for, grid_of
from proofboard.schemas.benchmark import GraderSpec
from proofboard.schemas.bundle import Response

MATCHES: Final = (
    GraderSpec(kind="exact"),
    GraderSpec(kind="normalised_exact"),
    GraderSpec(kind="normalised_exact", options={"ignore_case": False}),
    GraderSpec(kind="normalised_exact", options={"ignore_punctuation": True}),
    GraderSpec(kind="normalised_exact", options={"ignore_punctuation": True, "ignore_articles": True}),
)
OVERLAPS: Final = (GraderSpec(kind="token_f1"), GraderSpec(kind="token_f1", options={"drop_articles": False}))
FAMILIES: Final[Sequence[tuple[Sequence[GraderSpec], frozenset[str]]]] = (
    (MATCHES, frozenset({"acc", "em", "exact", "exact_match"})),
    (OVERLAPS, frozenset({"f1"})),
)
"""Graders, and the metrics that they may give again; one of another meaning could agree only by chance."""


@dataclass(frozen=True, slots=True)
class Regraded:
    """One grader, and the metrics of tasks that it gives again."""

    grader: GraderSpec
    numbers: frozenset[Named]
    grid: int


def regraded_of(entries: Sequence[Entry], documents: Documents, scores: Sequence[Scores]) -> list[Regraded]:
    """Find the graders that give a metric of every task again."""
    tasks = {task for _, task in documents.asked}
    found: list[Regraded] = []
    for graders, names in FAMILIES:
        answered = dict(_answered(entries, documents, scores, names))
        if not tasks or {task for task, _ in answered} != tasks:
            continue
        grid = grid_of(score for rows in answered.values() for _, _, score in rows if score is not None)
        made = (_given_again(grader, answered, grid) for grader in graders)
        if first := next((own for own in made if {task for task, _ in own.numbers} == tasks), None):
            found.append(first)
    return found


def _given_again(grader: GraderSpec, answered: Mapping[Named, Sequence[Answered]], grid: int) -> Regraded:
    numbers = frozenset(named for named, rows in answered.items() if grader_for([grader], rows, grid))
    return Regraded(grader, numbers, grid)


def _answered(
    entries: Sequence[Entry], documents: Documents, scores: Sequence[Scores], names: frozenset[str]
) -> Iterator[tuple[Named, list[Answered]]]:
    """Yield the metrics of tasks that score the recorded output of every answer, with all those answers."""
    numbers = {named: None for own in scores for named in own.documents if named[1][0] in names}
    for task, key in numbers:
        rows: list[Answered | None] = []
        for (position, own), asked in documents.asked.items():
            samples = entries[position].samples(task) if own == task else None
            recorded = scores[position].documents.get((task, key), {})
            for name, answer in asked.items() if samples else ():
                item = documents.items[task][name]
                fits = samples is not None and _is_scored(key, answer, samples.documents[name].first_filter)
                response = Response(prompt_id=item.id, output=answer.output)
                rows.append((item, response, recorded.get(item.id)) if fits else None)
        usable = [row for row in rows if row is not None]
        if len(usable) == len(rows):
            yield (task, key), usable


def _is_scored(key: Key, asked: Asked, first_filter: str) -> bool:
    """Say whether a metric scores the recorded output: of log-likelihoods the accuracy, else what a filter made."""
    return key[1] == first_filter if asked.kind == "generated" else key == CHOSEN
