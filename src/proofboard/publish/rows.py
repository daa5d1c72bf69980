"""The rows of a board: what is shown of each entry, in the order of its rank."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from proofboard import canonical
from proofboard.core.aggregates import higher_is_better, leaf_of, leaves_of, places_of
from proofboard.core.board import Group, error_over_runs, runs_of, why_unscored
from proofboard.core.close_the_loop import LoopFigures, loop_figures
from proofboard.core.entry import GradedBundle, GradedEntry, why_no_measurement
from proofboard.core.estimate import estimate
from proofboard.core.exact import Exact, mean_of, round_decimal, rounded
from proofboard.core.grading import BUILT_IN, INSTALLED, REPORTED
from proofboard.core.intervals import wilson
from proofboard.core.matrix import SCORED
from proofboard.core.ranks import competition_ranks
from proofboard.core.rules import parts_of_metric
from proofboard.core.slices import Slice
from proofboard.core.usage import Ratios, ratios, relative_efficiency
from proofboard.publish.claims import disagreements
from proofboard.publish.inputs import HeldOut, PublicationInputs
from proofboard.schemas.base import Assurance
from proofboard.schemas.board import (
    BoardRow,
    CloseTheLoopFigures,
    Efficiency,
    HeldOutScore,
    PublicScore,
    Run,
    Runs,
    Scores,
    Spread,
    UsageSummary,
)

PLACES = 6
"""Decimals of intervals, errors and ratios."""

WEAKEST_FIRST: Sequence[Assurance] = ("reported", "attested", "recomputed", "rerun")


def rows_of(inputs: PublicationInputs, groups: Sequence[Group], documents: Mapping[str, str]) -> list[BoardRow]:
    """Make the rows of one protocol, ranked within each group; `documents` names each entry's document by digest."""
    held_out = on_held_out(inputs, groups)
    return [row for group in groups for row in _group_rows(inputs, group, documents, held_out=held_out)]


def _group_rows(
    inputs: PublicationInputs, group: Group, documents: Mapping[str, str], *, held_out: bool
) -> list[BoardRow]:
    public = [public_score(inputs, group, j) for j in range(len(group.entries))]
    released = [held_out_score(inputs, entry) for entry in group.entries]
    relations = _relations(inputs, group)
    rows = [
        _row(inputs, group, j, (public[j], released[j], relations[j]), documents[group.entries[j].name])
        for j in range(len(group.entries))
    ]
    return ranked(rows, on_held_out=held_out, higher_first=_higher_first(inputs))


def on_held_out(inputs: PublicationInputs, groups: Sequence[Group]) -> bool:
    """Say whether a protocol is ranked on held-out scores: in every track, as soon as one of its entries has one."""
    return any(entry.name in inputs.held_out.released for group in groups for entry in group.entries)


def ranking_of(inputs: PublicationInputs, groups: Sequence[Group]) -> str:
    """Say in words what the ranks of some groups follow."""
    where = "held_out" if on_held_out(inputs, groups) else "public"
    return f"{where} {'desc' if _higher_first(inputs) else 'asc'}"


def _higher_first(inputs: PublicationInputs) -> bool:
    return higher_is_better(inputs.benchmark, inputs.benchmark.headline)


def ranked(rows: Sequence[BoardRow], *, on_held_out: bool, higher_first: bool) -> list[BoardRow]:
    """Rank rows by their published score; invalid and unscored rows have no rank and stand last."""
    scores = {
        place: None if row.invalid else (row.held_out.score if on_held_out else row.public.score)
        for place, row in enumerate(rows)
    }
    ranks = competition_ranks(scores, higher_first=higher_first)
    placed = [msgspec.structs.replace(row, rank=ranks[place]) for place, row in enumerate(rows)]
    return sorted(placed, key=_place)


def _place(row: BoardRow) -> tuple[Any, ...]:
    return (row.rank is None, row.rank or 0, row.invalid is not None, row.vendor, row.config_name)


def _row(
    inputs: PublicationInputs,
    group: Group,
    j: int,
    made: tuple[PublicScore, HeldOutScore, tuple[Efficiency, float | None]],
    document: str,
) -> BoardRow:
    entry = group.entries[j]
    configuration, manifest = entry.configuration, entry.public.manifest
    public, held_out, (efficiency, cost) = made
    target = configuration.target_subgroup
    return BoardRow(
        rank=None,
        rank_range=None,
        vendor=configuration.vendor,
        config_name=configuration.config_name,
        title=configuration.title,
        provider=configuration.vendor,
        model=configuration.model_name(),
        organization=organization_of(inputs, entry),
        kind=entry.kind,
        contributor=configuration.contributor,
        date=manifest.recorded,
        configuration=configuration.digest(),
        entry=document,
        target_subgroup=msgspec.to_builtins(target) if target else None,
        protocol_version=group.protocol_version,
        track=group.track,
        public=public,
        held_out=held_out,
        overfit_gap=_gap(inputs, group, j),
        close_the_loop=_loop(inputs, entry),
        win_regions=[],
        efficiency=efficiency,
        cost_per_score=cost,
        usage=usage_summary(entry.public),
        run=_run(entry, public.assurance),
        invalid=why_no_measurement(entry.kind, entry.public),
        disagreements=disagreements(inputs, group, j),
    )


def organization_of(inputs: PublicationInputs, entry: GradedEntry) -> str | None:
    """Return who makes the model, as the configuration says, else who the vendor belongs to."""
    model = entry.configuration.model
    profile = inputs.benchmark.vendors.get(entry.configuration.vendor)
    return (model.organization if model else None) or (profile.organization if profile else None)


def public_score(inputs: PublicationInputs, group: Group, j: int) -> PublicScore:
    """Say how an entry did on the public items of its track."""
    benchmark, scoring, part = inputs.benchmark, group.scoring, group.overall
    score = scoring.scores(benchmark.headline, part)[j]
    sure = estimate(scoring, benchmark.headline, part, j)
    by = _by_facet(inputs, group, j)
    tier = next((name for name, facet in benchmark.facets.items() if facet.role == "tier"), None)
    return PublicScore(
        score=rounded(score, places_of(benchmark, benchmark.headline)),
        reason=why_unscored(group, benchmark.headline, j) if score is None else None,
        exact=None if score is None else (str(score.numerator), str(score.denominator)),
        pass_rate=rounded(score, places_of(benchmark, benchmark.headline)) if _is_rate(inputs) else None,
        interval=_rounded_pair(sure.interval),
        standard_error=_rounded_error(inputs, sure.standard_error),
        interval_method=sure.method,
        by_tier=by.get(tier) if tier else None,
        by=by,
        metrics=all_scores(inputs, group, j, part),
        n_prompts=group.n_prompts,
        n_items=int(part.mask.sum()),
        n_answered=group.entries[j].public.n_answered,
        runs=_runs(inputs, group, j),
        assurance=assurance_of(inputs, group, j),
    )


def all_scores(inputs: PublicationInputs, group: Group, j: int, part: Slice) -> Scores:
    """Return every metric and aggregate of an entry on a slice, rounded."""
    names = (*inputs.benchmark.metrics, *inputs.benchmark.aggregates)
    return {name: rounded(group.scoring.scores(name, part)[j], places_of(inputs.benchmark, name)) for name in names}


def _by_facet(inputs: PublicationInputs, group: Group, j: int) -> dict[str, Scores]:
    name = inputs.benchmark.headline
    by: dict[str, Scores] = {}
    for part in group.slices[1:]:
        score = rounded(group.scoring.scores(name, part)[j], places_of(inputs.benchmark, name))
        by.setdefault(part.facet, {})[part.value] = score
    return by


def _is_rate(inputs: PublicationInputs) -> bool:
    leaf = leaf_of(inputs.benchmark, inputs.benchmark.headline)
    metric = inputs.benchmark.metrics[leaf.metric] if leaf else None
    plain = metric is not None and (metric.denominator, metric.range, metric.trials) == (1, (0, 1), "mean")
    return plain and _higher_first(inputs)


def _rounded_pair(pair: tuple[float, float] | None) -> tuple[float, float] | None:
    return None if pair is None else (round_decimal(pair[0], PLACES), round_decimal(pair[1], PLACES))


def _rounded_error(inputs: PublicationInputs, error: float | None) -> float | None:
    places = max(PLACES, places_of(inputs.benchmark, inputs.benchmark.headline))
    return None if error is None else round_decimal(error, places)


def _runs(inputs: PublicationInputs, group: Group, j: int) -> Runs | None:
    runs = runs_of(group, inputs.benchmark.headline, j)
    if not runs:
        return None
    places = places_of(inputs.benchmark, inputs.benchmark.headline)
    known = [run for run in runs if run is not None]
    return Runs(
        scores=[rounded(run, places) for run in runs],
        mean=rounded(mean_of(known), places) if len(known) == len(runs) else None,
        standard_error=_rounded_error(inputs, error_over_runs(runs)),
    )


def assurance_of(inputs: PublicationInputs, group: Group, j: int) -> Assurance:
    """Return how an entry's headline is known: as the weakest of the metrics that enter it."""
    found: set[Assurance] = set()
    for leaf in leaves_of(inputs.benchmark, inputs.benchmark.headline):
        if (group.scoring.matrices[leaf.metric].states[j] == SCORED).any():
            found |= _assurances(inputs, leaf.metric)
    return min(found, key=WEAKEST_FIRST.index, default="recomputed")


def _assurances(inputs: PublicationInputs, metric: str) -> set[Assurance]:
    source = inputs.plan.sources[metric]
    if source == REPORTED:
        return {"reported"}
    if source.startswith(INSTALLED):
        return {"attested"}
    if source.startswith(BUILT_IN):
        return {"recomputed"}
    parts = parts_of_metric(inputs.benchmark.metrics[metric])
    return {assurance for part in parts for assurance in _assurances(inputs, part)}


def held_out_score(inputs: PublicationInputs, entry: GradedEntry) -> HeldOutScore:
    """Show what was released of an entry; everything beside it follows from the released value alone."""
    held_out: HeldOut = inputs.held_out
    released = held_out.released.get(entry.name)
    if released is None:
        reason = held_out.pending.get(entry.name) if held_out.scored else None
        status = f"pending: {reason or 'no held-out set was scored for this publication'}"
        return HeldOutScore(
            score=None,
            pass_rate=None,
            interval=None,
            by_tier=None,
            by=None,
            n_prompts=None,
            status=status,
            assurance=None,
        )
    score = rounded(released.score, PLACES)
    return HeldOutScore(
        score=score,
        pass_rate=score if _is_rate(inputs) else None,
        interval=_rounded_pair(wilson(float(released.score), released.n_items)),
        by_tier=None,
        by=None,
        n_prompts=released.n_prompts,
        status="released",
        assurance="attested",
    )


def _gap(inputs: PublicationInputs, group: Group, j: int) -> float | None:
    """Subtract the released score from the exact public one, and round once."""
    released = inputs.held_out.released.get(group.entries[j].name)
    score = group.scoring.scores(inputs.benchmark.headline, group.overall)[j]
    if released is None or score is None:
        return None
    return rounded(score - released.score, PLACES)


def _loop(inputs: PublicationInputs, entry: GradedEntry) -> CloseTheLoopFigures | None:
    rule = inputs.benchmark.close_the_loop
    if rule is None or inputs.repair is None or entry.repair is None:
        return None
    figures: LoopFigures = loop_figures(inputs.benchmark, rule, inputs.repair, entry.repair.scores)
    return CloseTheLoopFigures(
        base_runnable=rounded(figures.base, PLACES),
        repaired_runnable=rounded(figures.repaired, PLACES),
        repair_lift=rounded(figures.lift, PLACES),
        dry_run_agreement={tier: rounded(share, PLACES) for tier, share in figures.agreement.items()},
        n_prompts=figures.n_prompts,
    )


def _relations(inputs: PublicationInputs, group: Group) -> list[tuple[Efficiency, float | None]]:
    """Return the efficiency and cost per score of every entry; relative efficiency needs them all."""
    scores = group.scoring.scores(inputs.benchmark.headline, group.overall)
    found: list[Ratios] = []
    for entry, score in zip(group.entries, scores, strict=True):
        whole = entry.public.n_answered == group.n_prompts and not why_no_measurement(entry.kind, entry.public)
        complete = whole and _higher_first(inputs)
        found.append(ratios(score, entry.public.usage, complete=complete))
    relative = relative_efficiency(found)
    return [(_efficiency(own, share), _cost(own)) for own, share in zip(found, relative, strict=True)]


def _efficiency(own: Ratios, share: Exact) -> Efficiency:
    return Efficiency(
        score_per_dollar=rounded(own.dollar, PLACES),
        score_per_million_tokens=rounded(own.tokens, PLACES),
        score_per_second=rounded(own.second, PLACES),
        relative=rounded(share, 3),
    )


def _cost(own: Ratios) -> float | None:
    return rounded(1 / own.dollar, PLACES) if own.dollar else None


def usage_summary(bundle: GradedBundle) -> UsageSummary:
    """Sum up what a bundle used."""
    usage = bundle.usage
    spread = usage.spread
    return UsageSummary(
        generation_calls=usage.calls,
        judge_calls=bundle.judge_calls,
        prompt_tokens=usage.prompt_tokens,
        completion_tokens=usage.completion_tokens,
        total_tokens=usage.total_tokens,
        cost_dollars=rounded(usage.dollars, 9),
        seconds=None
        if spread is None
        else Spread(
            mean=rounded(spread[0], PLACES) or 0.0,
            standard_deviation=None if spread[1] is None else round_decimal(spread[1], PLACES),
            percentile_95=rounded(spread[2], PLACES) or 0.0,
        ),
        n_recorded=usage.recorded,
    )


def _run(entry: GradedEntry, assurance: Assurance) -> Run:
    manifest = entry.public.manifest
    source = manifest.source
    recorded = (source.digest if source else None) or entry.public.digest
    digits = canonical.hex_of(recorded)
    return Run(
        tool_version=(source.tool_version if source else None) or manifest.recorder,
        judge_model=manifest.judge.model if manifest.judge else None,
        n_votes=entry.public.n_votes,
        recorded_bundle_sha256=digits,
        recorded_bundle_sha16=digits[:16],
        verified=WEAKEST_FIRST.index(assurance) >= WEAKEST_FIRST.index("recomputed"),
        submitted_by=entry.configuration.contributor,
    )
