"""Step 2, entry by entry: its bundles are graded again, and every item score is held against the published one."""

from collections.abc import Mapping, Sequence
from typing import Final

import msgspec

from proofboard.core.entry import (
    EarlierRevision,
    GradedBundle,
    GradedEntry,
    GradedResults,
    graded_bundle,
    graded_entry,
)
from proofboard.core.grading import Column, GradingPlan
from proofboard.core.items import ItemTable
from proofboard.core.programs import Rules, recorded_columns
from proofboard.core.purged import purged_bundle
from proofboard.errors import InputError
from proofboard.publish.names import (
    bundle_path,
    configuration_path,
    entry_path,
    graded_path,
    purged_path,
    scores_path,
)
from proofboard.schemas.benchmark import Benchmark
from proofboard.schemas.board import BoardRow
from proofboard.schemas.bundle import MANIFEST, Manifest
from proofboard.schemas.bundle_folder import Bundle, read_bundle
from proofboard.schemas.configuration import Configuration
from proofboard.schemas.graded import GradedDocument
from proofboard.schemas.publication import (
    BundleReference,
    EntryDocument,
    EntryRecord,
    MetricColumn,
    Revision,
    ScoresDocument,
)
from proofboard.schemas.purged import Purge
from proofboard.verify.documents import Documents, reasons_of
from proofboard.verify.refusals import BrokenBundle, FalsePurge, MalformedDocument, ScoreMismatch

FINE_GRID: Final = 10**6
"""Only on this grid or a finer one is a grader's tolerance smaller than anything that is published."""

ROWS_FOR_ONE_DIFFERENCE: Final = 100
"""Logarithms differ in their last bit, which moves a rounded score very rarely: more is no accident."""

Recorded = Mapping[str, Column]
Tables = tuple[ItemTable, ItemTable | None]


def regraded(found: Documents, row: BoardRow, tables: Tables, plan: GradingPlan) -> GradedEntry:
    """Grade an entry of the board again, its earlier revisions too; raises Refusal at the first difference."""
    path = entry_path(f"{row.vendor}/{row.config_name}")
    document = found.read(path, EntryDocument)
    earlier = [_made(found, own, tables, plan) for own in document.history]
    configuration, graded = _made(found, document.identity, tables, plan)
    entry = _put_together(configuration, graded, path, plan.benchmark)
    revisions = [
        EarlierRevision(own, _put_together(own, bundles, path, plan.benchmark).public if bundles else None)
        for own, bundles in earlier
    ]
    return msgspec.structs.replace(entry, accepted=document.accepted, revisions=revisions)


def _made(
    found: Documents, own: EntryRecord | Revision, tables: Tables, plan: GradingPlan
) -> tuple[Configuration, list[GradedBundle]]:
    """Read a configuration and grade its bundles.

    The rules that a configuration had to pass at the door are not asked again: they grow, and numbers must not.
    """
    configuration = found.read(configuration_path(own.document), Configuration)
    return configuration, [_graded(found, reference, configuration, tables, plan) for reference in own.bundles]


def _put_together(
    configuration: Configuration, bundles: Sequence[GradedBundle], path: str, benchmark: Benchmark
) -> GradedEntry:
    try:
        return graded_entry(configuration, bundles, benchmark)
    except InputError as error:
        raise MalformedDocument(path, reasons_of(error, path)) from error


def _graded(
    found: Documents,
    reference: BundleReference,
    configuration: Configuration,
    tables: Tables,
    plan: GradingPlan,
) -> GradedBundle:
    """Grade a published bundle again and hold every item score against the published one."""
    place = bundle_path(reference.bundle)
    published = found.read(scores_path(reference.bundle), ScoresDocument)
    table = tables[1] if reference.item_set == "repair" else tables[0]
    if table is None:
        raise MalformedDocument(place, "is a repair bundle, and the benchmark has no repair items")
    if reference.purged:
        return _purged(found, reference, reference.purged, (table, plan))
    recorded = {name: made.values for name, made in published.metrics.items() if _is_recorded(name, plan)}
    results = _results(found, reference)

    def grade(bundle: Bundle, given: Recorded) -> GradedBundle:
        made = graded_bundle(reference.name, bundle, table, plan, configuration.model_name(), given)
        return msgspec.structs.replace(made, graded=results)

    try:
        bundle = read_bundle(found.folder / place)
        if results:
            recorded |= recorded_columns(results.document, bundle, Rules(plan.benchmark, table, plan.sources))
        again = grade(bundle, recorded)
        within = _differing_within_tolerance(again.scores.values, published.metrics, plan, reference)
        if not within:
            return again
        return grade(bundle, {**recorded, **{name: published.metrics[name].values for name in within}})
    except InputError as error:
        raise BrokenBundle(place, reasons_of(error, place)) from error


def _purged(
    found: Documents, reference: BundleReference, purge: Purge, rules: tuple[ItemTable, GradingPlan]
) -> GradedBundle:
    """Take the item scores of a bundle as they are published: its answers are gone, and its mark says so."""
    place, path = purged_path(reference.bundle), scores_path(reference.bundle)
    if f"{bundle_path(reference.bundle)}/{MANIFEST}" in found.raw:
        raise FalsePurge(place, "is marked as purged, and its answers are published; one of the two is false")
    if reference.graded is not None:
        raise FalsePurge(place, "is marked as purged, and what programs made of its answers is published")
    kept = found.read(place, Manifest), purge, found.read(path, ScoresDocument)
    if kept[0].item_set != reference.item_set:
        raise MalformedDocument(place, f"is of the item set {kept[0].item_set!r}, named as {reference.item_set!r}")
    try:
        return purged_bundle(reference.name, found.raw[place], kept, rules)
    except InputError as error:
        raise BrokenBundle(path, reasons_of(error, path)) from error


def _results(found: Documents, reference: BundleReference) -> GradedResults | None:
    """Read what programs made of a bundle: recorded outputs, which nobody runs again to check them."""
    if reference.graded is None:
        return None
    path = graded_path(reference.bundle)
    return GradedResults(found.raw[path], found.read(path, GradedDocument))


def _is_recorded(name: str, plan: GradingPlan) -> bool:
    return plan.metrics[name].grader is not None and name not in plan.graders if name in plan.metrics else False


def _differing_within_tolerance(
    again: Recorded, published: Mapping[str, MetricColumn], plan: GradingPlan, reference: BundleReference
) -> list[str]:
    """Return the graded metrics whose published integers differ, but by no more than their grader's tolerance."""
    within: list[str] = []
    for name, grader in sorted(plan.graders.items()):
        ours, theirs = again[name], published[name].values if name in published else []
        if ours == theirs:
            continue
        tolerance = grader.tolerance if plan.metrics[name].denominator >= FINE_GRID else 0
        if not _near(ours, theirs, tolerance):
            raise ScoreMismatch(scores_path(reference.bundle), _first_difference(name, ours, theirs))
        within.append(name)
    return within


def _near(ours: Column, theirs: Column, tolerance: int) -> bool:
    if len(ours) != len(theirs):
        return False
    differing = [pair for pair in zip(ours, theirs, strict=True) if pair[0] != pair[1]]
    few = len(differing) <= max(1, len(ours) // ROWS_FOR_ONE_DIFFERENCE)
    return few and all(a is not None and b is not None and abs(a - b) <= tolerance for a, b in differing)


def _first_difference(name: str, ours: Column, theirs: Column) -> str:
    for row, (again, published) in enumerate(zip(ours, theirs, strict=False), start=1):
        if again != published:
            return f"{name}, row {row}: the grader gives {again}, published is {published}"
    return f"{name}: the bundle has {len(ours)} rows, published are {len(theirs)}"
