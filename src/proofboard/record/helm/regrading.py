"""Which metrics of HELM are graded again, because a built-in grader gives every recorded score again."""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any, Final

import msgspec

from proofboard.record.helm.entries import Entry
from proofboard.record.helm.files import Run
from proofboard.record.helm.instances import Answer, Where
from proofboard.record.helm.items import Items
from proofboard.record.helm.rules import Rules, Scores
from proofboard.record.recorded_scores import Answered, grader_for
from proofboard.schemas.benchmark import GraderSpec
from proofboard.schemas.bundle import Response, Usage
from proofboard.schemas.item import Item

PREDICTED: Final = "predicted_index"
PROMPT_TOKENS: Final = ("num_prompt_tokens",)
COMPLETION_TOKENS: Final = ("num_completion_tokens", "num_output_tokens")

CANDIDATES: Final[Mapping[str, Sequence[GraderSpec]]] = {
    # The second one strips white space, as HELM does, and then compares letter by letter.
    "exact_match": (GraderSpec(kind="exact"), GraderSpec(kind="regex", options={"pattern": "(?s)(.*)"})),
    "quasi_exact_match": (
        GraderSpec(kind="normalised_exact", options={"ignore_punctuation": True, "ignore_articles": True}),
    ),
    "quasi_leave_articles_exact_match": (GraderSpec(kind="normalised_exact", options={"ignore_punctuation": True}),),
}


def responses_of(entry: Entry, items: Items) -> list[tuple[Item, Response]]:
    """Return the recorded answers of an entry with the items that they answer."""
    return list(_responses(entry, items))


def _responses(entry: Entry, items: Items) -> Iterator[tuple[Item, Response]]:
    for scenario, run in entry.runs.items():
        for (where, trial), answer in run.state.answers.items():
            item = items.by_place.get((scenario, where))
            # Where trials are averaged, the first one is shown.
            if item is None or trial not in (run.per_instance.trials if entry.has_trials else {0}):
                continue
            output = answer.output if not answer.by_reference else _predicted(run, where, trial)
            yield (
                item,
                Response(
                    prompt_id=item.id,
                    output=output,
                    trial=trial,
                    state="platform_failure" if answer.failed else "answered",
                    usage=_usage(run, where, trial, answer),
                ),
            )


def _statistic(run: Run, where: Where, trial: int, names: Sequence[str]) -> Fraction | None:
    found = dict(run.per_instance.of(where, trial))
    return next((found[name].mean for name in names if name in found and found[name].count), None)


def _predicted(run: Run, where: Where, trial: int) -> Any:  # noqa: ANN401 - a text or nothing
    """Return the reference that the run counts as predicted, where it asked for each reference."""
    at = _statistic(run, where, trial, [PREDICTED])
    references = run.state.instances[where].references
    return references[int(at)] if at is not None and at.denominator == 1 and 0 <= at < len(references) else None


def _usage(run: Run, where: Where, trial: int, answer: Answer) -> Usage | None:
    prompt, completion = (_statistic(run, where, trial, names) for names in (PROMPT_TOKENS, COMPLETION_TOKENS))
    # Every prompt has tokens: 0 says that they were not counted.
    counted = prompt is not None and prompt.denominator == 1 and prompt > 0
    usage = Usage(
        prompt_tokens=int(prompt) if counted and prompt is not None else None,
        completion_tokens=int(completion) if counted and completion is not None and completion >= 0 else None,
        calls=answer.calls,
        microseconds=answer.microseconds,
    )
    return None if usage == Usage(calls=answer.calls) else usage


def regrade(rules: Rules, answers: Sequence[Sequence[tuple[Item, Response]]], scores: Sequence[Scores]) -> list[str]:
    """Give metrics their graders, and list the statistics that have one now."""
    regraded: list[str] = []
    for name, candidates in CANDIDATES.items():
        if name not in rules.ids:
            continue
        metric = rules.metrics[rules.ids[name]]
        answered: list[Answered] = [
            (item, response, own.values.get(name, {}).get((item.id, response.trial)))
            for given, own in zip(answers, scores, strict=True)
            for item, response in given
        ]
        recorded = sum(len(own.values.get(name, ())) for own in scores)
        found = grader_for(candidates, answered, metric.denominator) if recorded == len(answered) else None
        if found:
            rules.metrics[rules.ids[name]] = msgspec.structs.replace(metric, reported=False, grader=found)
            regraded.append(name)
    return regraded
