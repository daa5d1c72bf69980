"""What the headline is over, where not every metric is measured on every item.

A mean over items on which nobody was measured is unknown to everybody. So items are parted by the metrics that they
have, each metric gets its mean over its own items, and items of one metric each are averaged together.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import msgspec
import numpy as np

from proofboard.record.any_table.measures import NO_NUMBER
from proofboard.record.any_table.scored import Scored
from proofboard.record.source_files import unique_slug
from proofboard.schemas.benchmark import Aggregate, Facet, Mean, Metric, WeightedMean
from proofboard.schemas.item import Item

FACET: Final = "scored_by"
POOLED: Final = "mean"

Metrics = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Scope:
    """The headline, and the scores that it is made from."""

    headline: str
    metrics: frozenset[int]
    """The metrics that it counts."""
    items: Sequence[int]
    """The items that it counts."""
    aggregates: dict[str, Aggregate] = field(default_factory=dict)
    facet: str | None = None
    of_item: Mapping[int, str] = field(default_factory=dict)
    """Item → the metrics that it has, as a value of the facet."""

    def facets(self) -> dict[str, Facet]:
        """Declare the facet that parts items by their metrics, where there is one."""
        values = list(dict.fromkeys(self.of_item.values()))
        return {self.facet: Facet(values=values, title="Scored by")} if self.facet else {}

    def parted(self, items: Mapping[int, Item]) -> dict[int, Item]:
        """Give the items their values of that facet."""
        if self.facet is None:
            return dict(items)
        return {
            code: msgspec.structs.replace(item, facets={**item.facets, self.facet: self.of_item[code]})
            for code, item in items.items()
        }


def scope_of(
    own: Scored, metrics: Mapping[str, Metric], items: Mapping[int, Item], facets: Collection[str], *, chosen: bool
) -> Scope:
    """Find what the headline is over; `facets` are those that the items have already.

    Metrics are averaged together only where nobody chose one of them.
    """
    headline, ids = own.headline, [measure.metric_id for measure in own.measures]
    measured = _measured(own)
    if all(len(having) == len(ids) for having in measured.values()):
        return Scope(ids[headline], frozenset({headline}), list(items))
    titles = [measure.title for measure in own.measures]
    of_item = {code: " + ".join(titles[metric] for metric in measured[code]) for code in items}
    facet = unique_slug(FACET, set(facets), FACET)
    taken = set(ids)
    aggregates: dict[str, Aggregate] = {}
    means: dict[int, str] = {}
    for metric, name in enumerate(ids):
        values = list(dict.fromkeys(of_item[code] for code in items if metric in measured[code]))
        if values:
            means[metric] = unique_slug(f"{name}_mean", taken, name)
            aggregates[means[metric]] = Aggregate(mean=Mean(metric=name, slice={facet: values}), title=titles[metric])
    if all(headline in measured[code] for code in items):
        return Scope(ids[headline], frozenset({headline}), list(items), aggregates, facet, of_item)
    alone = not chosen and all(len(measured[code]) == 1 for code in items)
    if alone and len({metrics[ids[metric]].direction for metric in means}) == 1:
        pooled = unique_slug(POOLED, taken, POOLED)
        weights = {
            means[metric]: sum(items[code].weight for code in items if metric in measured[code]) for metric in means
        }
        places = max(metrics[ids[metric]].places for metric in means)
        aggregates[pooled] = Aggregate(weighted=WeightedMean(children=weights), title="Mean", places=places)
        return Scope(pooled, frozenset(means), list(items), aggregates, facet, of_item)
    counted = [code for code in items if headline in measured[code]]
    return Scope(means[headline], frozenset({headline}), counted, aggregates, facet, of_item)


def _measured(own: Scored) -> dict[int, Metrics]:
    """Return the metrics in which any entry has a number on each item."""
    cells, there = own.found.cells, own.values != NO_NUMBER
    n_metrics = len(cells.metrics)
    pairs = np.unique(cells.item[there] * n_metrics + cells.metric[there])
    found: dict[int, list[int]] = {}
    for item, metric in (divmod(pair, n_metrics) for pair in pairs.tolist()):
        found.setdefault(item, []).append(metric)
    return {item: tuple(metrics) for item, metrics in found.items()}
