"""Bundles without their answers: item scores taken as they were published, and held against all that is still known.

Nobody can grade such a bundle again. What can be checked is that its scores could have been made: that each row is of a
known item and stands once, that refusals have the worst score and absences none, that metrics made from others follow
from them, and that no score leaves its range.
"""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Final

import numpy as np

from proofboard import canonical
from proofboard.core.composites import bounds_of, composite, worst_value
from proofboard.core.entry import GradedBundle, PurgedAnswers, Sums
from proofboard.core.grading import STAGES, STATES, Column, GradingPlan, ItemScores
from proofboard.core.items import ItemTable
from proofboard.core.rules.benchmark import parts_of_metric
from proofboard.core.usage import UsageTotals
from proofboard.errors import Fault, InputError
from proofboard.schemas.agreement import JudgeAgreement
from proofboard.schemas.benchmark import Metric
from proofboard.schemas.bundle import Manifest
from proofboard.schemas.publication import ScoresDocument
from proofboard.schemas.purged import Purge, SecondsSpread, Tallies

SHOWN: Final = 5
"""Faults of one document that are listed."""

Rules = tuple[ItemTable, GradingPlan]
Kept = tuple[Manifest, Purge, ScoresDocument]
Row = tuple[int, int, str]
"""Position of the item, trial, stage."""


def tallies_of(bundle: GradedBundle | Sums, agreement: JudgeAgreement | None) -> Tallies:
    """Write what the lines of a bundle sum up to; `agreement` is what is published of its votes."""
    usage, spread = bundle.usage, bundle.usage.spread
    return Tallies(
        n_responses=usage.responses,
        n_recorded=usage.recorded,
        calls=usage.calls,
        prompt_tokens=usage.prompt_tokens,
        completion_tokens=usage.completion_tokens,
        total_tokens=usage.total_tokens,
        dollars=_text(usage.dollars),
        seconds=_text(usage.seconds),
        spread=SecondsSpread(mean=str(spread[0]), standard_deviation=spread[1], percentile_95=str(spread[2]))
        if spread
        else None,
        n_votes=bundle.n_votes,
        n_verdicts=bundle.judge_calls,
        n_answered=bundle.n_answered,
        invalid=bundle.invalid,
        agreement=agreement,
    )


def purged_bundle(
    name: str, manifest: bytes, kept: tuple[Manifest, Purge, ScoresDocument], rules: Rules
) -> GradedBundle:
    """Make of a purged bundle what grading makes of others; raises InputError with the faults of its scores.

    `manifest` are the bytes of the parsed one in `kept`; their digest is that of the bundle.
    """
    parsed, purge, scores = kept
    table, digest = rules[0], canonical.digest(manifest)
    faults = [*_strangers(parsed, digest, scores, table)] or [*_row_faults(scores, table, parsed.trials)]
    faults = faults or [*_column_faults(scores, rules[1])]
    if faults:
        raise InputError([Fault(f"the item scores of {digest}", 0, reason) for reason in faults[:SHOWN]])
    tallies = purge.tallies
    return GradedBundle(
        name=name,
        digest=digest,
        manifest=parsed,
        scores=_item_scores(scores, rules),
        usage=_usage(tallies),
        n_votes=tallies.n_votes,
        judge_calls=tallies.n_verdicts,
        n_prompts=len(table.by_prompt),
        n_answered=tallies.n_answered,
        invalid=tallies.invalid,
        purged=PurgedAnswers(purge, manifest),
    )


def _strangers(manifest: Manifest, digest: str, scores: ScoresDocument, table: ItemTable) -> Iterator[str]:
    if scores.bundle != digest:
        yield f"are those of the bundle {scores.bundle}"
    if manifest.prompts_digest != table.prompts_digest:
        yield f"were made for other prompts ({manifest.prompts_digest}), expected {table.prompts_digest}"


def _ids(scores: ScoresDocument, table: ItemTable) -> Sequence[str]:
    return [item.id for item in table.items] if scores.items is None else scores.items


def _row_faults(scores: ScoresDocument, table: ItemTable, trials: int) -> Iterator[str]:
    """Say which rows are none of this bundle: rows stand in the order of item, trial and stage, each once."""
    ids = _ids(scores, table)
    columns = [scores.trials, scores.stages, scores.states, *(own.values for own in scores.metrics.values())]
    if lengths := sorted({len(own) for own in columns if own is not None} - {len(ids)}):
        yield f"have columns of {', '.join(map(str, lengths))} rows, expected {len(ids)}"
        return
    if unknown := sorted(set(ids) - table.index.keys()):
        yield f"are of items that are not of this set: {', '.join(unknown[:SHOWN])}"
        return
    rows = _rows(scores, table)
    if any(one >= other for one, other in pairwise(rows)):
        yield "do not stand in the order of item, trial and stage, each once"
    if beyond := [trial for _, trial, _ in rows if trial >= trials]:
        yield f"have a trial {max(beyond)}, the manifest declares {trials} (from 0)"


def _rows(scores: ScoresDocument, table: ItemTable) -> list[Row]:
    ids = _ids(scores, table)
    trials, stages = scores.trials or [0] * len(ids), scores.stages or ["answer"] * len(ids)
    return [(table.index[name], trial, stage) for name, trial, stage in zip(ids, trials, stages, strict=True)]


def _column_faults(scores: ScoresDocument, plan: GradingPlan) -> Iterator[str]:
    """Say which columns are no scores of the benchmark's metrics, or say what no answer of their states could have."""
    if scores.metrics.keys() != plan.metrics.keys():
        found, expected = (", ".join(sorted(own)) for own in (scores.metrics, plan.metrics))
        yield f"are of the metrics {found}, expected {expected}"
        return
    for name, metric in sorted(plan.metrics.items()):
        own, (low, high) = scores.metrics[name], bounds_of(metric)
        if own.denominator != metric.denominator:
            yield f"have {name} over {own.denominator}, expected {metric.denominator}"
        if beyond := [value for value in own.values if value is not None and not low <= value <= high]:
            yield f"have {beyond[0]} in {name!r}, expected {low} to {high}"
        if metric.grader and scores.states and not _fits_states(own.values, scores.states, metric):
            yield f"have a {name} for an answer that is absent, or a better one than the worst for a refusal"


def _fits_states(column: Column, states: Sequence[str], metric: Metric) -> bool:
    worst = worst_value(metric)
    return all(
        state == "answered" or value == (worst if state == "refused" else None)
        for value, state in zip(column, states, strict=True)
    )


def _item_scores(scores: ScoresDocument, rules: Rules) -> ItemScores:
    """Take the columns that were graded or reported; those that are made from others are made again."""
    table, plan = rules
    rows = _rows(scores, table)
    values: dict[str, Column] = {}
    for name in plan.order:
        metric = plan.metrics[name]
        if metric.grader or metric.reported:
            values[name] = scores.metrics[name].values
        else:
            parts = {part: (values[part], plan.metrics[part]) for part in parts_of_metric(metric)}
            values[name] = composite(metric, parts, len(rows))
    states = scores.states or ["answered"] * len(rows)
    return ItemScores(
        item=np.array([position for position, _, _ in rows], dtype=np.int64),
        trial=np.array([trial for _, trial, _ in rows], dtype=np.int64),
        stage=np.array([STAGES.index(stage) for _, _, stage in rows], dtype=np.uint8),
        state=np.array([STATES.index(state) for state in states], dtype=np.uint8),
        values=values,
    )


def _usage(tallies: Tallies) -> UsageTotals:
    spread = tallies.spread
    return UsageTotals(
        responses=tallies.n_responses,
        recorded=tallies.n_recorded,
        calls=tallies.calls,
        prompt_tokens=tallies.prompt_tokens,
        completion_tokens=tallies.completion_tokens,
        total_tokens=tallies.total_tokens,
        dollars=_number(tallies.dollars),
        seconds=_number(tallies.seconds),
        spread=(Fraction(spread.mean), spread.standard_deviation, Fraction(spread.percentile_95)) if spread else None,
    )


def _text(value: Fraction | None) -> str | None:
    return None if value is None else str(value)


def _number(text: str | None) -> Fraction | None:
    return None if text is None else Fraction(text)
