"""Category boards: a column per problem and an average, ranked on public scores."""

from collections.abc import Mapping, Sequence

import msgspec
import numpy as np

from proofboard.core.aggregates import higher_is_better, places_of
from proofboard.core.board import Group, ItemRatios, item_ratios, track_facet
from proofboard.core.entry import why_no_measurement
from proofboard.core.exact import round_ratio, rounded
from proofboard.core.ranks import competition_ranks
from proofboard.core.slices import Mask, Slice
from proofboard.publish.closing import Closing
from proofboard.publish.inputs import PublicationInputs
from proofboard.schemas.publication import CategoryBoard, CategoryRow


def category_boards(
    inputs: PublicationInputs, closed: Sequence[tuple[Group, Closing]], page_of: Mapping[str, int]
) -> dict[str, CategoryBoard]:
    """Write a board for each value of the category facet; `page_of` says on which page each item stands."""
    facet = next((name for name, made in inputs.benchmark.facets.items() if made.role == "category"), None)
    if facet is None:
        return {}
    places = {value: place for place, value in enumerate(inputs.benchmark.facets[facet].values)}
    boards: dict[str, CategoryBoard] = {}
    for group, closing in closed:
        if group.protocol_version != inputs.benchmark.protocol_version:
            continue
        for part in group.slices:
            if part.facet == facet:
                path = f"boards/{facet}/{_of_track(inputs, group)}{places[part.value]}.json"
                made = _category_board(inputs, (group, closing), part, page_of)
                # Entries that wait for the close stand below those of the close.
                above = boards[path].rows if path in boards else []
                boards[path] = msgspec.structs.replace(made, rows=[*above, *made.rows])
    return boards


def _of_track(inputs: PublicationInputs, group: Group) -> str:
    """Begin the names of a track's boards with its place among the declared ones: a new track renames no other's."""
    facet = track_facet(inputs.benchmark)
    return f"{inputs.benchmark.facets[facet].values.index(group.track)}-" if facet and group.track else ""


def _category_board(
    inputs: PublicationInputs, closed: tuple[Group, Closing], part: Slice, page_of: Mapping[str, int]
) -> CategoryBoard:
    group, closing = closed
    name = inputs.benchmark.headline
    places = places_of(inputs.benchmark, name)
    averages = {
        entry.name: rounded(score, places)
        for entry, score in zip(group.entries, group.scoring.scores(name, part), strict=True)
    }
    higher_first = higher_is_better(inputs.benchmark, name)
    competing = {entry.name: averages[entry.name] for entry in group.entries}
    competing |= {own.name: None for own in group.entries if why_no_measurement(own.kind, own.public)}
    competing |= dict.fromkeys(closing.aliases)
    competing |= {own.name: None for own in group.entries if group.pending}
    ranks = competition_ranks(competing, higher_first=higher_first)
    rows = [
        CategoryRow(
            rank=ranks[entry.name],
            entry=entry.name,
            average=averages[entry.name],
            values=_item_values(item_ratios(group.scoring, name, j), part.mask, places),
        )
        for j, entry in enumerate(group.entries)
    ]
    items = [group.scoring.table.items[position].id for position in np.flatnonzero(part.mask).tolist()]
    return CategoryBoard(
        schema_version=1,
        facet=part.facet,
        value=part.value,
        metric=name,
        ranking=f"public {'desc' if higher_first else 'asc'}",
        items=items,
        pages=[page_of[item] for item in items],
        rows=sorted(rows, key=lambda row: (row.rank is None, row.rank or 0, row.entry)),
    )


def _item_values(ratios: ItemRatios, mask: Mask, places: int) -> list[float | None]:
    pairs = zip(ratios.numerators[mask].tolist(), ratios.denominators[mask].tolist(), strict=True)
    return [round_ratio(numerator, denominator, places) if denominator else None for numerator, denominator in pairs]
