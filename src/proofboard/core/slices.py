"""Slices: the items that share a facet value, or a declared pair of values."""

from collections.abc import Mapping, Sequence
from itertools import product

import msgspec
import numpy as np
from numpy.typing import NDArray

from proofboard.core.items import ItemTable
from proofboard.schemas.benchmark import Benchmark

OVERALL = "overall"
CROSS = "×"

Mask = NDArray[np.bool_]


class Slice(msgspec.Struct, frozen=True, eq=False):
    """A named set of items: `overall`, `facet=value` or `facet=value×facet=value`."""

    name: str
    facet: str
    """The facet or pair of facets, as it is shown: `language`, `niche×tier`."""
    value: str
    mask: Mask


def mask_of(table: ItemTable, selector: Mapping[str, Sequence[str]]) -> Mask:
    """Select the items that have, for every facet named, one of its values."""
    mask = np.ones(len(table), dtype=np.bool_)
    for facet, values in selector.items():
        wanted = frozenset(values)
        mask &= np.array([item.facets.get(facet) in wanted for item in table.items], dtype=np.bool_)
    return mask


def whole_set(table: ItemTable) -> Slice:
    """Return the slice of all items."""
    return Slice(OVERALL, OVERALL, OVERALL, np.ones(len(table), dtype=np.bool_))


def declared_slices(table: ItemTable, benchmark: Benchmark) -> list[Slice]:
    """List the overall set, every declared facet value, and every declared pair that holds an item."""
    slices = [whole_set(table)]
    for facet, declared in sorted(benchmark.facets.items()):
        slices += [_slice(table, {facet: value}) for value in declared.values]
    for first, second in benchmark.slice_pairs:
        values = product(benchmark.facets[first].values, benchmark.facets[second].values)
        slices += [_slice(table, {first: one, second: other}) for one, other in values]
    return [part for part in slices if part.mask.any()]


def declared_names(benchmark: Benchmark) -> set[str]:
    """Name every slice that the benchmark declares, whether an item is in it or not."""
    chosen = [{facet: value} for facet, made in benchmark.facets.items() for value in made.values]
    for first, second in benchmark.slice_pairs:
        values = product(benchmark.facets[first].values, benchmark.facets[second].values)
        chosen += [{first: one, second: other} for one, other in values]
    return {name_of(own) for own in chosen}


def name_of(chosen: Mapping[str, str]) -> str:
    """Return how a slice is named: `facet=value`, or two of them crossed."""
    return CROSS.join(f"{facet}={value}" for facet, value in chosen.items())


def selected(table: ItemTable, within: Slice, selector: Mapping[str, Sequence[str]], name: str) -> Slice:
    """Return the items of a slice that a selector chooses; scores are kept by `name`, which no other slice may have."""
    return Slice(name, name, name, within.mask & mask_of(table, selector))


def _slice(table: ItemTable, chosen: Mapping[str, str]) -> Slice:
    return Slice(
        name=name_of(chosen),
        facet=CROSS.join(chosen),
        value=CROSS.join(chosen.values()),
        mask=mask_of(table, {facet: [value] for facet, value in chosen.items()}),
    )
