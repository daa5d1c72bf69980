"""What checking and repairing gains: first drafts against final drafts on the repair items."""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from pathlib import Path

import msgspec

from proofboard.core.composites import passes
from proofboard.core.exact import Exact
from proofboard.core.grading import FAILED, STAGES, Column, GradingPlan, ItemScores, grade_bundle
from proofboard.core.items import ItemTable, item_table
from proofboard.core.rules.benchmark import parts_of_metric
from proofboard.schemas.benchmark import Benchmark, CloseTheLoop, Metric
from proofboard.schemas.bundle import Manifest, Response, Verdict
from proofboard.schemas.bundle_folder import Bundle
from proofboard.schemas.item import Item

REPAIR = STAGES.index("repair")


class TierFigures(msgspec.Struct, frozen=True):
    """The shares of one tier of the repair items that pass, exact; None where a failure leaves it unknown."""

    base: Exact
    repaired: Exact
    n_prompts: int

    @property
    def lift(self) -> Exact:
        """What repair adds to the share that passes."""
        return None if self.base is None or self.repaired is None else self.repaired - self.base


class LoopFigures(msgspec.Struct, frozen=True):
    """Shares of the repair items, exact; None where no item tells."""

    base: Exact
    repaired: Exact
    agreement: Mapping[str, Exact]
    """Tier → the share of accepted first drafts that also run."""
    by_tier: Mapping[str, TierFigures]
    n_prompts: int

    @property
    def lift(self) -> Exact:
        """What repair adds to the share that passes."""
        return None if self.base is None or self.repaired is None else self.repaired - self.base


def loop_figures(benchmark: Benchmark, rule: CloseTheLoop, table: ItemTable, scores: ItemScores) -> LoopFigures:
    """Compare first drafts with the drafts after repair; an item that needed no repair keeps its first draft."""
    first, final = _drafts(scores)
    passes, accepted, runs = (
        _verdicts(scores.values[name], benchmark.metrics[name]) for name in (rule.passes, rule.accepted, rule.runnable)
    )
    tiers = _tiers(benchmark, table)
    parts = {tier: [place for place, own in enumerate(tiers) if own == tier] for tier in sorted(set(tiers))}
    told = [position for position in first if accepted[first[position]]]
    return LoopFigures(
        base=_share_of(range(len(table)), first, passes, scores),
        repaired=_share_of(range(len(table)), final, passes, scores),
        agreement={
            tier: _share([runs[first[position]] for position in told if tiers[position] == tier]) for tier in parts
        },
        by_tier={
            tier: TierFigures(
                base=_share_of(positions, first, passes, scores),
                repaired=_share_of(positions, final, passes, scores),
                n_prompts=len({table.items[position].asked for position in positions}),
            )
            for tier, positions in parts.items()
        },
        n_prompts=len(table.by_prompt),
    )


def _share_of(positions: Sequence[int], drafts: Mapping[int, int], passes: Sequence[bool], scores: ItemScores) -> Exact:
    """Return the share of repair items that pass: one without a draft did not, one that failed is unknown."""
    rows = [drafts[position] for position in positions if position in drafts]
    if any(scores.state[row] == FAILED for row in rows):
        return None
    return Fraction(sum(passes[row] for row in rows), len(positions))


def _drafts(scores: ItemScores) -> tuple[dict[int, int], dict[int, int]]:
    """Map item positions to the rows of their first and of their final draft, both of the first trial."""
    first: dict[int, int] = {}
    final: dict[int, int] = {}
    places = zip(scores.item.tolist(), scores.trial.tolist(), scores.stage.tolist(), strict=True)
    for row, (position, trial, stage) in enumerate(places):
        if trial:
            continue
        if stage != REPAIR:
            first[position] = row
        if stage == REPAIR or position not in final:
            final[position] = row
    return first, final


def _verdicts(column: Column, metric: Metric) -> list[bool]:
    return [passes(value, metric) is True for value in column]


def _tiers(benchmark: Benchmark, table: ItemTable) -> list[str]:
    facet = next((name for name, facet in benchmark.facets.items() if facet.role == "tier"), None)
    return [item.facets[facet] if facet else "all" for item in table.items]


def _share(passed: list[bool]) -> Exact:
    return Fraction(sum(passed), len(passed)) if passed else None


def failed_checks(
    plan: GradingPlan,
    items: Sequence[Item],
    draft: Response,
    votes: Sequence[Verdict] = (),
    recorded: Mapping[str, Column] | None = None,
) -> list[str]:
    """Name, by their titles, the metrics at the bottom of the whole bar that keep a draft from passing it.

    `items` are those of the draft's prompt, `votes` those on it, and `recorded` columns, one value for each item in the
    order of their ids, of metrics that are not graded here. A metric that is only reported, or not recorded, is not
    known and is not named; a judge that gave no verdict did not let the draft pass. A draft without an answer has
    nothing to repair, and nothing is named.
    """
    rule = plan.benchmark.close_the_loop
    if rule is None or draft.state not in {"answered", "refused"}:
        return []
    table = item_table(items)
    told = recorded or {}
    checked = plan.graders.keys() | told.keys()
    unknown = [name for name, own in plan.metrics.items() if own.grader and name not in checked]
    given: dict[str, Column] = {**{name: [None] * len(table) for name in unknown}, **told}
    scores = grade_bundle(_one_response(plan.benchmark, table, draft, votes), table, plan, given)
    failed = dict.fromkeys(
        name for row in range(len(table)) for name in _failing(plan, scores, rule.passes, row) if name in checked
    )
    return list(dict.fromkeys(plan.metrics[name].title or name for name in failed))


def _failing(plan: GradingPlan, scores: ItemScores, name: str, row: int) -> Iterator[str]:
    """Yield the metrics without parts through which a metric does not pass."""
    metric = plan.metrics[name]
    if passes(scores.values[name][row], metric):
        return
    parts = parts_of_metric(metric)
    for part in parts:
        yield from _failing(plan, scores, part, row)
    if not parts:
        yield name


def _one_response(benchmark: Benchmark, table: ItemTable, draft: Response, votes: Sequence[Verdict]) -> Bundle:
    """Hold one draft as grading expects it; nothing of it is ever written."""
    manifest = Manifest(
        benchmark=benchmark.id,
        protocol_version=benchmark.protocol_version,
        item_set="repair",
        vendor="draft",
        config_name="draft",
        configuration="",
        prompts_digest=table.prompts_digest,
        files={},
        trials=draft.trial + 1,
    )
    return Bundle("", manifest, [draft], list(votes), [], Path(draft.prompt_id))
