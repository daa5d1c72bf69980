"""The rows of a board: what is shown of each entry, in the order of its rank."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from proofboard import canonical
from proofboard.core.aggregates import higher_is_better
from proofboard.core.board import Group
from proofboard.core.close_the_loop import LoopFigures, TierFigures, loop_figures
from proofboard.core.entry import GradedBundle, GradedEntry, why_no_measurement
from proofboard.core.exact import Exact, round_decimal, rounded
from proofboard.core.ranks import competition_ranks
from proofboard.core.usage import Ratios, ratios, relative_efficiency
from proofboard.publish.claims import disagreements
from proofboard.publish.closing import Closing
from proofboard.publish.identity import identity_of
from proofboard.publish.inputs import PublicationInputs
from proofboard.publish.scores import (
    PLACES,
    WEAKEST_FIRST,
    held_out_score,
    overfit_gap,
    overfit_interval,
    overfit_test,
    public_score,
)
from proofboard.publish.vendors import target_verdict, win_regions
from proofboard.schemas.base import Assurance
from proofboard.schemas.board import (
    BoardRow,
    CloseTheLoopFigures,
    Efficiency,
    HeldOutScore,
    PublicScore,
    Run,
    Spread,
    TierLoopFigures,
    UsageSummary,
)


def rows_of(
    inputs: PublicationInputs, closed: Sequence[tuple[Group, Closing]], documents: Mapping[str, str]
) -> list[BoardRow]:
    """Make the rows of one protocol, ranked within each group; `documents` names each entry's document by digest."""
    held_out = on_held_out(inputs, [group for group, _ in closed])
    return [row for own in closed for row in _group_rows(inputs, own, documents, held_out=held_out)]


def _group_rows(
    inputs: PublicationInputs, closed: tuple[Group, Closing], documents: Mapping[str, str], *, held_out: bool
) -> list[BoardRow]:
    group = closed[0]
    public = [public_score(inputs, group, j) for j in range(len(group.entries))]
    released = [held_out_score(inputs, entry, pending=group.pending) for entry in group.entries]
    relations = _relations(inputs, group)
    rows = [
        _row(inputs, closed, j, (public[j], released[j], relations[j]), documents[group.entries[j].name])
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
    """Rank rows by their published score; pending, invalid, unscored and repeated rows have no rank and stand last."""
    scores = {
        place: None
        if row.pending or row.invalid or row.same_recipe_as
        else (row.held_out.score if on_held_out else row.public.score)
        for place, row in enumerate(rows)
    }
    ranks = competition_ranks(scores, higher_first=higher_first)
    return sorted((_at_rank(row, ranks[place]) for place, row in enumerate(rows)), key=_place)


def _at_rank(row: BoardRow, rank: int | None) -> BoardRow:
    if rank is None or row.rank_range is None:
        return msgspec.structs.replace(row, rank=rank)
    # Scores that are published as equal share a rank, which the data may rule out for the lower of the two.
    first, last = row.rank_range
    return msgspec.structs.replace(row, rank=rank, rank_range=(min(rank, first), last))


def _place(row: BoardRow) -> tuple[Any, ...]:
    return (row.rank is None, row.rank or 0, row.invalid is not None, row.vendor, row.config_name)


def _row(
    inputs: PublicationInputs,
    closed: tuple[Group, Closing],
    j: int,
    made: tuple[PublicScore, HeldOutScore, tuple[Efficiency, float | None]],
    document: str,
) -> BoardRow:
    group, closing = closed
    entry = group.entries[j]
    public, held_out, (efficiency, cost) = made
    place, against = closing.places.get(j), closing.against_default[j]
    target = entry.configuration.target_subgroup
    return BoardRow(
        **identity_of(inputs, entry),
        rank=None,
        rank_range=place.rank_range if place else None,
        tied_groups=place.tied_groups if place else None,
        parent=entry.configuration.parent,
        same_recipe_as=closing.aliases.get(entry.name),
        entry=document,
        target_subgroup=msgspec.to_builtins(target) if target else None,
        track=group.track,
        public=public,
        held_out=held_out,
        overfit_gap=overfit_gap(inputs, group, j),
        overfit_interval=overfit_interval(inputs, group, j),
        overfit_test=overfit_test(inputs, entry),
        close_the_loop=_loop(inputs, entry),
        win_regions=win_regions(inputs, entry.name, against),
        target_verdict=target_verdict(inputs, entry.configuration, against),
        efficiency=efficiency,
        cost_per_score=cost,
        usage=usage_summary(entry.public),
        run=_run(entry, public.assurance),
        pending=group.pending,
        invalid=why_no_measurement(entry.kind, entry.public),
        disagreements=disagreements(inputs, group, j),
    )


def _loop(inputs: PublicationInputs, entry: GradedEntry) -> CloseTheLoopFigures | None:
    rule = inputs.benchmark.close_the_loop
    if rule is None or inputs.repair is None or entry.repair is None:
        return None
    figures: LoopFigures = loop_figures(inputs.benchmark, rule, inputs.repair, entry.repair.scores)
    return CloseTheLoopFigures(
        **_passing(figures),
        dry_run_agreement={tier: rounded(share, PLACES) for tier, share in figures.agreement.items()},
        by_tier={tier: TierLoopFigures(**_passing(own)) for tier, own in figures.by_tier.items()},
    )


def _passing(own: LoopFigures | TierFigures) -> dict[str, Any]:
    return {
        "base_runnable": rounded(own.base, PLACES),
        "repaired_runnable": rounded(own.repaired, PLACES),
        "repair_lift": rounded(own.lift, PLACES),
        "n_prompts": own.n_prompts,
    }


def _relations(inputs: PublicationInputs, group: Group) -> list[tuple[Efficiency, float | None]]:
    """Return the efficiency and cost per score of every entry; relative efficiency needs them all."""
    scores = group.scoring.scores(inputs.benchmark.headline, group.overall)
    found: list[Ratios] = []
    for entry, score in zip(group.entries, scores, strict=True):
        whole = entry.public.n_answered == group.n_prompts and not why_no_measurement(entry.kind, entry.public)
        complete = whole and _higher_first(inputs)
        found.append(ratios(score, entry.public.usage, complete=complete))
    relative = [None] * len(found) if group.pending else relative_efficiency(found)
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
