"""What checking and repairing gains: first drafts against final drafts on the repair items."""

from collections.abc import Mapping, Sequence
from fractions import Fraction

import msgspec

from proofboard.core.composites import passes
from proofboard.core.exact import Exact
from proofboard.core.grading import FAILED, STAGES, Column, ItemScores
from proofboard.core.items import ItemTable
from proofboard.schemas.benchmark import Benchmark, CloseTheLoop, Metric

REPAIR = STAGES.index("repair")


class LoopFigures(msgspec.Struct, frozen=True):
    """Shares of the repair items, exact; None where no item tells."""

    base: Exact
    repaired: Exact
    agreement: Mapping[str, Exact]
    """Tier → the share of accepted first drafts that also run."""
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
    told = [position for position in first if accepted[first[position]]]
    return LoopFigures(
        base=_share_of_all(first, passes, scores, len(table)),
        repaired=_share_of_all(final, passes, scores, len(table)),
        agreement={
            tier: _share([runs[first[position]] for position in told if tiers[position] == tier])
            for tier in sorted(set(tiers))
        },
        n_prompts=len(table.by_prompt),
    )


def _share_of_all(drafts: Mapping[int, int], passes: Sequence[bool], scores: ItemScores, n_items: int) -> Exact:
    """Return the share of all repair items that pass: one without a draft did not, one that failed is unknown."""
    if any(scores.state[row] == FAILED for row in drafts.values()):
        return None
    return Fraction(sum(passes[row] for row in drafts.values()), n_items)


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
