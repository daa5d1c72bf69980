"""Put a benchmark together from the scores of a table."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec
import numpy as np

from proofboard.record.any_table.answers import last_days, read_answers
from proofboard.record.any_table.bundles import Entries
from proofboard.record.any_table.claims import SMALLEST_TOLERANCE, Claims, claims_of, means_of, notes_on_claims
from proofboard.record.any_table.entries import Configurations, configurations_of
from proofboard.record.any_table.items import items_of
from proofboard.record.any_table.measures import notes_on_scales
from proofboard.record.any_table.notes import notes_on_absences, notes_on_items, notes_on_metrics, notes_on_rows
from proofboard.record.any_table.regrading import Regraded, regraded
from proofboard.record.any_table.roles import Missing
from proofboard.record.any_table.scope import Scope, scope_of
from proofboard.record.any_table.scored import LaidOut, Scored, scored
from proofboard.record.foreign import digest_of_files
from proofboard.record.imported import Imported
from proofboard.record.slug import slug
from proofboard.record.source_files import some
from proofboard.schemas.benchmark import Benchmark, Metric, Policies
from proofboard.schemas.bundle import SourceRecord
from proofboard.schemas.item import Item

LONGEST_TITLE = 500


def assembled(laid_out: LaidOut) -> Imported:
    """Make everything of a table; raises InputError with every fault of its rows."""
    table, layout = laid_out.table, laid_out.layout
    own = scored(laid_out)
    items = items_of(table, layout, own.single, own.items)
    answers = read_answers(table, layout)
    again = regraded(own.found, own.values, own.measures, items.items, answers)
    metrics = _metrics(own, again, laid_out.asked.missing)
    scope = scope_of(own, metrics, items.items, items.facets, chosen=laid_out.asked.headline is not None)
    kept = scope.parted(again.items if again else items.items)
    claims = claims_of(own, comma=table.comma)
    configurations, vendors = configurations_of(own.single.entries, layout, own.entries)
    days, undated = last_days(table, layout, own.found.cells)
    return Imported(
        benchmark=Benchmark(
            id=slug(_title(laid_out.source)),
            title=_title(laid_out.source),
            protocol_version="1",
            metrics=metrics,
            headline=scope.headline,
            facets={**items.facets, **scope.facets()},
            aggregates=scope.aggregates,
            policies=_policies(claims),
            vendors=vendors,
        ),
        items=list(kept.values()),
        entries=Entries(
            found=own.found,
            values=own.values,
            measures=own.measures,
            items=kept,
            answers=answers,
            regraded=again,
            configurations=configurations,
            sources=_sources(laid_out, own, configurations),
            claims=claims.of_entry,
            days=days,
        ),
        notes=[
            *_notes(laid_out, own, scope, again),
            *_notes_on_claims(own, scope, claims, metrics, kept),
            *items.notes,
            *answers.notes,
            *undated,
        ],
    )


def _notes(laid_out: LaidOut, own: Scored, scope: Scope, again: Regraded | None) -> Iterator[str]:
    yield laid_out.layout.told()
    yield from laid_out.table.notes
    yield from notes_on_rows(laid_out, own)
    yield from notes_on_scales(own.measures, laid_out.asked)
    yield from notes_on_items(own, laid_out)
    yield from notes_on_metrics(own, scope, again)
    yield from notes_on_absences(own, scope, laid_out.asked)


def _metrics(own: Scored, again: Regraded | None, missing: Missing) -> dict[str, Metric]:
    metrics = {measure.metric_id: measure.metric(own.n_scores, missing) for measure in own.measures}
    if again:
        reported = metrics[again.metric_id]
        metrics[again.metric_id] = msgspec.structs.replace(reported, reported=False, grader=again.grader)
    return metrics


def _policies(claims: Claims) -> Policies:
    if claims.tolerance == SMALLEST_TOLERANCE:
        return Policies()
    return Policies(claim_tolerance=repr(float(claims.tolerance)))


def _title(source: Path) -> str:
    path = source.resolve()
    name = path.name if path.is_dir() else path.name.partition(".")[0] or path.name
    return (name.strip() or "Table")[:LONGEST_TITLE]


def _sources(laid_out: LaidOut, own: Scored, configurations: Configurations) -> dict[int, SourceRecord]:
    """Name the files that each entry was read from, and their bytes."""
    table = laid_out.table
    n_files = len(table.files)
    pairs = np.unique(own.found.cells.entry * n_files + table.file_of[own.found.cells.row])
    places: dict[int, list[int]] = {}
    for entry, place in (divmod(pair, n_files) for pair in pairs.tolist()):
        places.setdefault(entry, []).append(place)
    digests = {own: digest_of_files(table.files[place] for place in own) for own in {*map(tuple, places.values())}}
    return {
        entry: SourceRecord(
            format=laid_out.format_name,
            name=f"{some(table.files[place].name for place in places[entry])}: {configuration.title}",
            digest=digests[tuple(places[entry])],
        )
        for entry, configuration in configurations.items()
    }


def _notes_on_claims(
    own: Scored, scope: Scope, claims: Claims, metrics: Mapping[str, Metric], items: Mapping[int, Item]
) -> list[str]:
    if not claims.of_entry:
        return []
    ordered = [metrics[measure.metric_id] for measure in own.measures]
    names = {code: " ".join(own.single.entries.keys[code]) for code in own.entries}
    return notes_on_claims(claims, means_of(own, scope, items, ordered), names, ordered[own.headline])
