"""The documents below the board: entries, configurations, item scores, items, category boards, columns."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from math import lcm
from typing import Any

import msgspec
import numpy as np

from proofboard import canonical
from proofboard.core.aggregates import leaf_of, places_of
from proofboard.core.board import Group, item_scores
from proofboard.core.entry import GradedBundle, GradedEntry
from proofboard.core.exact import rounded, sums_over
from proofboard.core.grading import STAGES, STATES
from proofboard.core.items import ItemTable
from proofboard.core.matrix import SCORED
from proofboard.core.ranks import competition_ranks
from proofboard.publish.inputs import PublicationInputs
from proofboard.publish.names import item_path
from proofboard.publish.rows import organization_of
from proofboard.schemas.board import BoardRow, Scores
from proofboard.schemas.publication import (
    BundleReference,
    CategoryBoard,
    CategoryRow,
    Columns,
    EntryDocument,
    EntryRecord,
    ItemCount,
    ItemDocument,
    ItemIndex,
    MetricColumn,
    ScoresDocument,
)


def scores_document(bundle: GradedBundle, table: ItemTable, grading: str, inputs: PublicationInputs) -> ScoresDocument:
    """Write the item scores of a bundle by column; columns that say nothing are null."""
    scores = bundle.scores
    all_items = np.array_equal(scores.item, np.arange(len(table)))
    return ScoresDocument(
        schema_version=1,
        bundle=bundle.digest,
        grading=grading,
        items=None if all_items else [table.items[position].id for position in scores.item.tolist()],
        trials=scores.trial.tolist() if scores.trial.any() else None,
        stages=[STAGES[code] for code in scores.stage.tolist()] if scores.stage.any() else None,
        states=[STATES[code] for code in scores.state.tolist()] if scores.state.any() else None,
        metrics={
            name: MetricColumn(denominator=inputs.benchmark.metrics[name].denominator, values=values)
            for name, values in scores.values.items()
        },
    )


def entry_document(
    inputs: PublicationInputs, group: Group, j: int, configuration: str, scores: Mapping[str, str]
) -> EntryDocument:
    """Write who an entry is and how it scored on every slice: no rank, no comparison."""
    entry = group.entries[j]
    names = [*inputs.benchmark.metrics, *(n for n, made in inputs.benchmark.aggregates.items() if not made.borda)]
    return EntryDocument(
        schema_version=1,
        identity=_record(inputs, entry, configuration, scores),
        scores={name: _by_slice(inputs, group, j, name) for name in names},
        n_items={part.name: int(part.mask.sum()) for part in group.slices},
    )


def _by_slice(inputs: PublicationInputs, group: Group, j: int, name: str) -> Scores:
    places = places_of(inputs.benchmark, name)
    return {part.name: rounded(group.scoring.scores(name, part)[j], places) for part in group.slices}


def _record(
    inputs: PublicationInputs, entry: GradedEntry, configuration: str, scores: Mapping[str, str]
) -> EntryRecord:
    own = entry.configuration
    return EntryRecord(
        vendor=own.vendor,
        config_name=own.config_name,
        title=own.title,
        provider=own.vendor,
        model=own.model_name(),
        organization=organization_of(inputs, entry),
        kind=entry.kind,
        contributor=own.contributor,
        date=entry.public.manifest.recorded,
        configuration=own.digest(),
        document=configuration,
        protocol_version=entry.public.manifest.protocol_version,
        bundles=[
            BundleReference(
                name=bundle.name,
                item_set=bundle.manifest.item_set,
                bundle=bundle.digest,
                scores=scores[bundle.digest],
            )
            for bundle in (entry.public, entry.repair)
            if bundle
        ],
    )


def item_documents(table: ItemTable, item_set: str) -> dict[str, bytes]:
    """Write one document for each item, as it was asked."""
    return {
        item_path(item.id): canonical.dump(
            ItemDocument(schema_version=1, item_set=item_set, item=msgspec.to_builtins(item))  # type: ignore[arg-type]
        )
        for item in table.items
    }


def item_index(
    inputs: PublicationInputs, groups: Sequence[Group], digests: Mapping[str, str], repair: ItemTable | None
) -> ItemIndex:
    """Write how the entries of the current protocol did on each item."""
    name = inputs.benchmark.headline
    current = [group for group in groups if group.protocol_version == inputs.benchmark.protocol_version]
    totals = _item_totals(inputs, current, name)
    places = places_of(inputs.benchmark, name)
    counts = [
        ItemCount(
            id=item.id,
            document=digests[item_path(item.id)],
            mean=rounded(total / count, places) if count else None,
            n_scored=count,
        )
        for item, (total, count) in zip(inputs.table.items, totals, strict=True)
    ]
    unscored = [
        ItemCount(id=item.id, document=digests[item_path(item.id)], mean=None, n_scored=0)
        for item in (repair.items if repair else ())
    ]
    return ItemIndex(schema_version=1, metric=name, items=[*counts, *unscored])


def _item_totals(inputs: PublicationInputs, groups: Sequence[Group], name: str) -> list[tuple[Fraction, int]]:
    totals = [(Fraction(0), 0)] * len(inputs.table)
    for group in groups:
        for position, (total, count) in enumerate(_group_totals(group, name)):
            before, counted = totals[position]
            totals[position] = (before + total, counted + count)
    return totals


def _group_totals(group: Group, name: str) -> list[tuple[Fraction, int]]:
    leaf = leaf_of(group.scoring.benchmark, name)
    if leaf is None:
        everything = np.ones(len(group.scoring.table), dtype=np.bool_)
        rows = [item_scores(group.scoring, name, j, everything) for j in range(len(group.entries))]
        known = [[value for value in column if value is not None] for column in zip(*rows, strict=True)]
        return [(sum(column, Fraction(0)), len(column)) for column in known]
    matrix = group.scoring.matrices[leaf.metric]
    common = lcm(*matrix.denominators)
    scored = (matrix.states == SCORED) & group.scoring.mask(leaf)
    entries = np.array([[common // own for own in matrix.denominators]], dtype=object)
    wide = common > 1 and len(set(matrix.denominators)) > 1
    if wide:
        sums = (entries @ np.where(scored, matrix.values, 0).astype(object))[0].tolist()
    else:
        everyone = np.ones((1, len(matrix.denominators)), dtype=np.bool_)
        sums = [row[0] for row in sums_over(np.where(scored, matrix.values, 0).T, everyone).tolist()]
    return [(Fraction(total, common), count) for total, count in zip(sums, scored.sum(axis=0).tolist(), strict=True)]


def category_boards(inputs: PublicationInputs, groups: Sequence[Group]) -> dict[str, CategoryBoard]:
    """Write a board for each value of the category facet: a column per problem and an average, on public scores."""
    facet = next((name for name, made in inputs.benchmark.facets.items() if made.role == "category"), None)
    if facet is None:
        return {}
    places = {value: place for place, value in enumerate(inputs.benchmark.facets[facet].values)}
    current = [group for group in groups if group.protocol_version == inputs.benchmark.protocol_version]
    boards: dict[str, CategoryBoard] = {}
    for number, group in enumerate(current):
        for part in group.slices:
            if part.facet == facet:
                path = f"boards/{facet}/{f'{number}-' if group.track else ''}{places[part.value]}.json"
                boards[path] = _category_board(inputs, group, part.name, facet)
    return boards


def _category_board(inputs: PublicationInputs, group: Group, slice_name: str, facet: str) -> CategoryBoard:
    part = next(part for part in group.slices if part.name == slice_name)
    name = inputs.benchmark.headline
    places = places_of(inputs.benchmark, name)
    averages = {
        entry.name: rounded(score, places)
        for entry, score in zip(group.entries, group.scoring.scores(name, part), strict=True)
    }
    ranks = competition_ranks(averages)
    rows = [
        CategoryRow(
            rank=ranks[entry.name],
            entry=entry.name,
            average=averages[entry.name],
            values=[rounded(value, places) for value in item_scores(group.scoring, name, j, part.mask)],
        )
        for j, entry in enumerate(group.entries)
    ]
    return CategoryBoard(
        schema_version=1,
        facet=facet,
        value=part.value,
        metric=name,
        ranking="public desc",
        items=[group.scoring.table.items[position].id for position in np.flatnonzero(part.mask).tolist()],
        rows=sorted(rows, key=lambda row: (row.rank is None, row.rank or 0, row.entry)),
    )


def columns(rows: Sequence[BoardRow], leaderboard: bytes) -> Columns:
    """Project the board by column, for the page; `by` and `metrics` stay in the board."""
    return Columns(
        schema_version=1,
        leaderboard=canonical.digest(leaderboard),
        n_rows=len(rows),
        columns={name: [_column(row, path) for row in rows] for name, path in COLUMNS.items()},
    )


COLUMNS: Mapping[str, str] = {
    "rank": "rank",
    "vendor": "vendor",
    "config_name": "config_name",
    "title": "title",
    "model": "model",
    "organization": "organization",
    "kind": "kind",
    "contributor": "contributor",
    "date": "date",
    "track": "track",
    "protocol_version": "protocol_version",
    "public": "public.score",
    "interval": "public.interval",
    "held_out": "held_out.score",
    "held_out_interval": "held_out.interval",
    "overfit_gap": "overfit_gap",
    "n_items": "public.n_items",
    "n_answered": "public.n_answered",
    "assurance": "public.assurance",
    "cost_per_score": "cost_per_score",
    "relative_efficiency": "efficiency.relative",
    "total_tokens": "usage.total_tokens",
    "seconds": "usage.seconds.mean",
    "invalid": "invalid",
}
"""Column → where it stands in a row of the board."""


def _column(row: BoardRow, path: str) -> Any:  # noqa: ANN401 - any JSON value
    value: Any = row
    for name in path.split("."):
        value = None if value is None else getattr(value, name)
    return value
