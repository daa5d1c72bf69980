"""Instances as items and responses: what was asked, what was answered, and the score that was recorded."""

from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Any, Final

import msgspec

from proofboard import canonical
from proofboard.record.every_eval_ever.checked import plain_of
from proofboard.record.every_eval_ever.files import Sampled
from proofboard.record.every_eval_ever.instance_shape import Instance
from proofboard.record.every_eval_ever.own import PREFIX
from proofboard.record.every_eval_ever.statements import Statement
from proofboard.record.foreign import LARGEST_OUTPUT_BYTES, count_or_none, recordable
from proofboard.record.recorded_scores import exact_score
from proofboard.schemas.base import LARGEST_INTEGER
from proofboard.schemas.bundle import Response, Usage
from proofboard.schemas.item import Item

MICROSECONDS_IN_A_MILLISECOND: Final = 1000
LONGEST_PROMPT: Final = 1_000_000
NO_MEANS: Final = frozenset(
    {"auc", "auroc", "bleu", "elo", "f1_macro", "macro_f1", "mcc", "pass_at_k", "pearson", "perplexity", "rank"}
    | {"rmse", "spearman", "win_rate", "wer"}
)
"""Kinds of metrics that are no mean of the scores of single samples."""

Trial = tuple[str, int]
"""The id of a sample, and which of its answers it is, from 0."""


class Sample(msgspec.Struct, frozen=True):
    """One answer with its recorded score."""

    instance: Instance
    score: Fraction


def samples_of(statement: Statement) -> dict[Trial, Sample]:
    """Number the answers of each sample; an answer without a score is left out."""
    found: dict[Trial, Sample] = {}
    seen: dict[str, int] = {}
    for row in statement.samples:
        score = exact_score(row.instance.evaluation.score)
        if score is not None:
            trial = seen.get(row.instance.sample_id, 0)
            seen[row.instance.sample_id] = trial + 1
            found[row.instance.sample_id, trial] = Sample(row.instance, score)
    return found


def why_not_items(statement: Statement) -> str | None:
    """Say why the instances of a result cannot stand for its score, or None where they can, or where there are none."""
    if not statement.samples:
        return None
    if statement.scale.name.casefold().replace("-", "_").replace(" ", "_") in NO_MEANS:
        return f"{statement.scale.name} is no mean of samples"
    ids = {row.instance.sample_id for row in statement.samples}
    uncertainty = statement.result.score_details.uncertainty
    stated = uncertainty.num_samples if uncertainty else None
    if stated is not None and len(statement.samples) < stated:
        return f"{len(ids)} of {stated} samples are here"
    return None if samples_of(statement) else "none has a score"


def item_of(item_id: str, instances: Sequence[Instance], facets: dict[str, str]) -> tuple[Item, bool]:
    """Make the item of a sample; also say whether records ask or expect different things under its id."""
    first = instances[0]
    references = first.input.reference
    item = Item(
        id=item_id,
        prompt=first.input.raw,
        facets=facets,
        reference=None if not references else references[0] if len(references) == 1 else list(references),
        choices=first.input.choices or None,
        title=first.sample_id if first.sample_id != item_id else None,
    )
    if len(first.input.raw) > LONGEST_PROMPT or len(canonical.dump(item)) > LARGEST_OUTPUT_BYTES:
        item = msgspec.structs.replace(item, prompt=None)
    asked = {(own.input.raw, tuple(own.input.reference), tuple(own.input.choices or ())) for own in instances}
    return item, len(asked) > 1


def response_of(instance: Instance, item_id: str, trial: int) -> Response:
    """Return what was answered, with what it used."""
    output = recordable(output_of(instance))
    return Response(
        prompt_id=item_id,
        output=output,
        trial=trial,
        state="missing" if output is None and instance.error else "answered",
        usage=_usage_of(instance),
    )


def output_of(instance: Instance) -> Any:  # noqa: ANN401 - any JSON value
    """Return what was answered: one text, several, or messages; None where nothing was."""
    if instance.messages is not None:
        return {
            "interaction_type": instance.interaction_type,
            "messages": [plain_of(message) for message in instance.messages],
        }
    raw = instance.output.raw if instance.output else []
    return (raw[0] if len(raw) == 1 else list(raw)) if raw else None


def _usage_of(instance: Instance) -> Usage | None:
    tokens, performance = instance.token_usage, instance.performance
    prompt = count_or_none(tokens.input_tokens) if tokens else None
    completion = count_or_none(tokens.output_tokens) if tokens else None
    total = count_or_none(tokens.total_tokens) if tokens else None
    latency = performance.latency_ms if performance else None
    spent = round(Fraction(repr(latency)) * MICROSECONDS_IN_A_MILLISECOND) if latency else None
    usage = Usage(
        prompt_tokens=prompt,
        completion_tokens=completion,
        total_tokens=None if prompt is not None and completion is not None and total == prompt + completion else total,
        microseconds=spent if spent and spent <= LARGEST_INTEGER else None,
    )
    return None if usage == Usage() else usage


def facets_of(rows: Iterable[Sampled]) -> dict[str, str]:
    """Return the properties of a sample that its instances name, the first of each."""
    found: dict[str, str] = {}
    for row in rows:
        for name, value in (row.instance.metadata or {}).items():
            if not name.startswith(PREFIX):
                found.setdefault(name, value)
    return found
