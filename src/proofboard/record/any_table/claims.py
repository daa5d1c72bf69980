"""What a table says of itself: averages and ranks, kept as claims and compared with what its own scores give."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final

import numpy as np

from proofboard.core.ranks import competition_ranks
from proofboard.record.any_table.measures import NO_NUMBER
from proofboard.record.any_table.names import aggregate_of
from proofboard.record.any_table.numbers import PER_CENT, places_of
from proofboard.record.any_table.scope import Scope
from proofboard.record.any_table.scored import Scored
from proofboard.record.imported import Claim
from proofboard.record.slug import slug
from proofboard.record.source_files import some
from proofboard.schemas.benchmark import Metric
from proofboard.schemas.item import Item

HEADLINE: Final = "score"
"""The claim that the board compares with the headline."""
RANK: Final = "rank"
Means = Mapping[int, Fraction | None]
"""Code of the entry → its mean in the headline metric."""

SMALLEST_TOLERANCE: Final = Fraction(5, 10_000)
"""How far a claim may lie from the recomputed number, by default."""


@dataclass(slots=True)
class Claims:
    """What the source says of each entry."""

    of_entry: dict[int, dict[str, Claim]] = field(default_factory=dict)
    """Code of the entry → name → what is claimed."""
    tolerance: Fraction = SMALLEST_TOLERANCE
    """Half a unit of the last decimal that averages were written with, where that is more than by default."""


def claims_of(own: Scored, *, comma: bool) -> Claims:
    """Read the averages and ranks of the headline metric; the first average is the one that is compared."""
    claims, summed, grid = Claims(), own.summed, own.measures[own.headline].grid
    names = [" ".join(key) for key in summed.items.keys]
    kinds = {code: aggregate_of(names[code]) for code in np.unique(summed.item).tolist()}
    compared = next((code for code, kind in kinds.items() if kind == "mean"), None)
    ranked = next((code for code, kind in kinds.items() if kind == "rank"), None)
    columns = (summed.entry, summed.item, summed.text, summed.metric)
    places = 0
    for entry, item, text, metric in zip(*(column.tolist() for column in columns), strict=True):
        number = own.written[text]
        if number is None or metric != own.headline:
            continue
        said = claims.of_entry.setdefault(entry, {})
        if kinds[item] == "rank":
            said.setdefault(RANK if item == ranked else slug(names[item]), float(number.exact))
            continue
        said.setdefault(HEADLINE if item == compared else slug(names[item]), float(grid.scaled(number).exact))
        if item == compared:
            as_share = 2 if grid.divisor == PER_CENT and number.kind == "number" else 0
            places = max(places, places_of(summed.texts[text] or "", comma=comma) + as_share)
    # Averages of 0 and 1 alone, where scores go from 0 to 1, do not tell to how many decimals they were rounded.
    if compared is not None and (places or grid.range != (0, 1)):
        claims.tolerance = max(SMALLEST_TOLERANCE, Fraction(1, 2 * 10**places))
    return claims


def means_of(own: Scored, scope: Scope, items: Mapping[int, Item], metrics: Sequence[Metric]) -> Means:
    """Take the headline of every entry exactly; None where a score is absent that must be there."""
    cells, counted = own.found.cells, set(scope.items)
    which = np.isin(cells.metric, list(scope.metrics)) & (own.values != NO_NUMBER)
    scores: dict[int, dict[int, list[Fraction]]] = {}
    columns = (cells.entry[which], cells.item[which], cells.metric[which], own.values[which])
    for entry, item, metric, value in zip(*(column.tolist() for column in columns), strict=True):
        if item in counted:
            score = Fraction(value, metrics[metric].denominator)
            scores.setdefault(entry, {}).setdefault(item, []).append(score)
    rule = metrics[own.headline]
    weights = {code: items[code].weight for code in scope.items}
    return {entry: _mean(found, weights, int(own.found.n_trials[entry]), rule) for entry, found in scores.items()}


def _mean(
    scores: Mapping[int, list[Fraction]], weights: Mapping[int, int], n_trials: int, rule: Metric
) -> Fraction | None:
    worst = Fraction(rule.range[0 if rule.direction == "higher" else 1])
    total, divisor = Fraction(0), 0
    for code, weight in weights.items():
        own = scores.get(code, [])
        if len(own) < n_trials and rule.missing == "null":
            return None
        if rule.missing == "worst":
            own = own + [worst] * (n_trials - len(own))
        if own:
            total += sum(own, Fraction(0)) / len(own) * weight
            divisor += weight
    return total / divisor if divisor else None


def notes_on_claims(claims: Claims, means: Means, names: Mapping[int, str], metric: Metric) -> list[str]:
    """Say how many averages and ranks of the table are not what its own scores give."""
    ranks = competition_ranks(
        {entry: None if mean is None else float(mean) for entry, mean in means.items()},
        higher_first=metric.direction == "higher",
    )
    said = {entry: own for entry, own in claims.of_entry.items() if entry in means}
    averages = {entry: Fraction(repr(own[HEADLINE])) for entry, own in said.items() if HEADLINE in own}
    places = {entry: own[RANK] for entry, own in said.items() if RANK in own}
    other = [entry for entry, claim in averages.items() if not _agree(claim, means[entry], claims.tolerance)]
    misplaced = [entry for entry, place in places.items() if place != ranks[entry]]
    notes = [
        f"{len(found)} of {total} {what} are not what the table's own scores give: {some(names[own] for own in found)}"
        for found, total, what in ((other, len(averages), "averages"), (misplaced, len(places), "ranks"))
        if found
    ]
    unlike = sorted({name for own in said.values() for name in own} - {HEADLINE, RANK})
    return [*notes, *([f"kept as claims and not compared: {some(unlike)}"] if unlike else [])]


def _agree(claimed: Fraction, mean: Fraction | None, tolerance: Fraction) -> bool:
    return mean is not None and abs(claimed - mean) <= tolerance
