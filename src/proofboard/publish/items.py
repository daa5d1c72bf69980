"""The public items as they are published: pages of them, and an index that says how each was answered."""

from collections.abc import Sequence
from fractions import Fraction
from math import lcm

import msgspec
import numpy as np

from proofboard import canonical
from proofboard.core.aggregates import places_of
from proofboard.core.board import Group, item_ratios
from proofboard.core.exact import SAFE_SUM, rounded
from proofboard.core.items import ItemTable
from proofboard.publish.inputs import PublicationInputs
from proofboard.schemas.publication import ItemCount, ItemIndex, ItemPage

ITEMS_ON_A_PAGE = 100
BYTES_ON_A_PAGE = 256 << 10
NOTHING = Fraction(0)


def item_pages(tables: Sequence[ItemTable]) -> list[list[bytes]]:
    """Part the canonical bytes of all items into pages: one file for each item would cost more than grading it."""
    pages: list[list[bytes]] = []
    room = 0
    for table in tables:
        for item in table.items:
            raw = canonical.dump(item)
            if not pages or len(pages[-1]) == ITEMS_ON_A_PAGE or room < len(raw):
                pages.append([])
                room = BYTES_ON_A_PAGE
            pages[-1].append(raw)
            room -= len(raw)
    return pages


def item_page(items: Sequence[bytes]) -> bytes:
    """Write one page of items."""
    return canonical.dump(ItemPage(schema_version=1, items=[msgspec.json.decode(raw) for raw in items]))


def item_index(
    inputs: PublicationInputs, groups: Sequence[Group], pages: Sequence[Sequence[bytes]], digests: Sequence[str]
) -> ItemIndex:
    """Write where every item stands, and how the entries of the current protocol did on it."""
    name = inputs.benchmark.headline
    current = [group for group in groups if group.protocol_version == inputs.benchmark.protocol_version]
    places = places_of(inputs.benchmark, name)
    totals = _item_totals(inputs, current, name)
    items = [("public", item) for item in inputs.table.items]
    items += [("repair", item) for item in (inputs.repair.items if inputs.repair else ())]
    placed = [(number, raw) for number, page in enumerate(pages) for raw in page]
    counted = [*totals, *[(NOTHING, 0)] * (len(items) - len(totals))]
    return ItemIndex(
        schema_version=1,
        metric=name,
        pages=list(digests),
        items=[
            ItemCount(
                id=item.id,
                item_set=item_set,  # type: ignore[arg-type]
                digest=canonical.digest(raw),
                page=number,
                mean=rounded(total / count, places) if count else None,
                exact=exact_of(total / count) if count else None,
                n_scored=count,
            )
            for (item_set, item), (number, raw), (total, count) in zip(items, placed, counted, strict=True)
        ],
    )


def exact_of(mean: Fraction) -> tuple[str, str]:
    """Write an exact fraction as its numerator and denominator."""
    return str(mean.numerator), str(mean.denominator)


def _item_totals(inputs: PublicationInputs, groups: Sequence[Group], name: str) -> list[tuple[Fraction, int]]:
    totals = [(NOTHING, 0)] * len(inputs.table)
    for group in groups:
        for position, (total, count) in enumerate(_group_totals(group, name)):
            if count:
                before, counted = totals[position]
                totals[position] = (before + total, counted + count)
    return totals


def _group_totals(group: Group, name: str) -> list[tuple[Fraction, int]]:
    """Add, for every item, the scores of the entries that have one."""
    ratios = [item_ratios(group.scoring, name, j) for j in range(len(group.entries))]
    common = lcm(*(divisor for ratio in ratios for divisor in set(ratio.denominators.tolist()) if divisor))
    largest = max((int(np.abs(ratio.numerators).max(initial=0)) for ratio in ratios), default=0)
    exact = np.int64 if max(largest, 1) * common * len(ratios) < SAFE_SUM else object
    totals = np.zeros(len(group.scoring.table), dtype=exact)
    counts = np.zeros(len(group.scoring.table), dtype=np.int64)
    for ratio in ratios:
        totals += ratio.numerators.astype(exact) * (common // np.maximum(ratio.denominators, 1).astype(exact))
        counts += ratio.denominators > 0
    # An item of another track is not theirs to answer: its absence is no zero.
    totals, counts = np.where(group.overall.mask, totals, 0), np.where(group.overall.mask, counts, 0)
    return [
        (Fraction(total, common) if count else NOTHING, count)
        for total, count in zip(totals.tolist(), counts.tolist(), strict=True)
    ]
