"""Step 3 and 4: from verified documents back to the inputs they follow from, every item score graded again."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec

from proofboard.core.entry import GradedBundle, GradedEntry, graded_bundle, graded_entry
from proofboard.core.graders.base import Grader
from proofboard.core.graders.registry import built_in
from proofboard.core.grading import BUILT_IN, INSTALLED, GradingPlan, grading_plan
from proofboard.core.items import ItemTable, check_items, item_table
from proofboard.core.rules import check_benchmark
from proofboard.disclosure.release import read_back
from proofboard.errors import DisclosureError, InputError
from proofboard.publish.assemble import BENCHMARK, COMMITMENTS, RELEASES
from proofboard.publish.inputs import HeldOut, PublicationInputs
from proofboard.publish.names import (
    ITEMS,
    LEADERBOARD,
    ROOT,
    bundle_path,
    configuration_path,
    entry_path,
    item_path,
    scores_path,
)
from proofboard.schemas.benchmark import Benchmark
from proofboard.schemas.board import BoardRow, Leaderboard
from proofboard.schemas.bundle_folder import Bundle, read_bundle
from proofboard.schemas.configuration import Configuration
from proofboard.schemas.item import Item
from proofboard.schemas.publication import (
    BenchmarkDocument,
    BundleReference,
    EntryDocument,
    ItemDocument,
    ItemIndex,
    MetricColumn,
    Publication,
    ReleasesDocument,
    ScoresDocument,
)
from proofboard.verify.documents import Documents
from proofboard.verify.refusals import (
    BrokenBundle,
    FinerThanReleased,
    GradingMismatch,
    MalformedDocument,
    ScoreMismatch,
)

Installed = Callable[[str, Mapping[str, Any]], Grader | None]
Recorded = Mapping[str, list[int | None]]


def rebuild_inputs(found: Documents, installed: Installed) -> PublicationInputs:
    """Rebuild what the publication follows from; raises Refusal at the first thing that does not hold.

    `installed` makes the third-party graders that the reader chose to run; metrics of others are taken as recorded.
    """
    document = found.read(BENCHMARK, BenchmarkDocument)
    benchmark = document.benchmark
    plan = _plan(benchmark, document.graders, installed)
    table, repair = _tables(found, benchmark)
    board = found.read(LEADERBOARD, Leaderboard)
    root = found.read(ROOT, Publication)
    entries = [_entry(found, row, (table, repair), plan, benchmark) for row in _rows(board)]
    return PublicationInputs(
        benchmark=benchmark,
        table=table,
        repair=repair,
        plan=plan,
        entries=entries,
        held_out=_held_out(found, benchmark),
        skipped=board.skipped,
        commitments=found.raw.get(COMMITMENTS),
        software_version=root.software_version,
        assets={path: raw for path, raw in found.raw.items() if path == "index.html" or path.startswith("assets/")},
    )


def _rows(board: Leaderboard) -> Sequence[BoardRow]:
    return [*board.entries, *(row for other in board.other_protocols for row in other.entries)]


def _plan(benchmark: Benchmark, sources: Mapping[str, str], installed: Installed) -> GradingPlan:
    """Plan the grading with our own built-in graders; a published source that we do not have is a refusal."""
    graders: dict[str, Grader] = {}
    named: dict[str, str] = {}
    try:
        check_benchmark(benchmark, BENCHMARK)
        for name, metric in benchmark.metrics.items():
            if metric.grader is None:
                continue
            source = sources.get(name, "")
            kind, options = metric.grader.kind, metric.grader.options
            own = built_in(kind, options, f"{BENCHMARK}: metrics.{name}")
            grader = own or installed(kind, options)
            named[name] = f"{BUILT_IN if own else INSTALLED} {grader.name} {grader.version}" if grader else source
            if grader:
                graders[name] = grader
            if named[name] != source or not source.startswith((BUILT_IN, INSTALLED)):
                raise GradingMismatch(BENCHMARK, f"the metric {name!r} says {source!r}, expected {named[name]!r}")
    except InputError as error:
        raise MalformedDocument(BENCHMARK, "; ".join(fault.reason for fault in error.faults[:5])) from error
    return grading_plan(benchmark, graders, named)


def _tables(found: Documents, benchmark: Benchmark) -> tuple[ItemTable, ItemTable | None]:
    parted: dict[str, list[Item]] = {"public": [], "repair": []}
    for counted in found.read(ITEMS, ItemIndex).items:
        path = item_path(counted.id)
        document = found.read(path, ItemDocument)
        if document.item_set not in parted:
            raise FinerThanReleased(path, f"is an item of the set {document.item_set!r}, which is never published")
        try:
            parted[document.item_set].append(msgspec.convert(document.item, Item))
        except msgspec.ValidationError as error:
            raise MalformedDocument(path, str(error)) from error
    try:
        for items in filter(None, (parted["public"], parted["repair"])):
            check_items(items, benchmark, ITEMS)
    except InputError as error:
        raise MalformedDocument(ITEMS, "; ".join(fault.reason for fault in error.faults[:5])) from error
    return item_table(parted["public"]), item_table(parted["repair"]) if parted["repair"] else None


def _entry(
    found: Documents,
    row: BoardRow,
    tables: tuple[ItemTable, ItemTable | None],
    plan: GradingPlan,
    benchmark: Benchmark,
) -> GradedEntry:
    path = entry_path(f"{row.vendor}/{row.config_name}")
    identity = found.read(path, EntryDocument).identity
    configuration = found.read(configuration_path(identity.document), Configuration)
    graded = [_graded(found, reference, configuration, tables, plan) for reference in identity.bundles]
    try:
        return graded_entry(configuration, graded, benchmark)
    except InputError as error:
        raise MalformedDocument(path, "; ".join(fault.reason for fault in error.faults[:5])) from error


def _graded(
    found: Documents,
    reference: BundleReference,
    configuration: Configuration,
    tables: tuple[ItemTable, ItemTable | None],
    plan: GradingPlan,
) -> GradedBundle:
    """Grade a published bundle again and hold every item score against the published one."""
    place = bundle_path(reference.bundle)
    published = found.read(scores_path(reference.bundle), ScoresDocument)
    table = tables[1] if reference.item_set == "repair" else tables[0]
    if table is None:
        raise MalformedDocument(place, "is a repair bundle, and the benchmark has no repair items")
    recorded = {name: made.values for name, made in published.metrics.items() if _is_recorded(name, plan)}

    def grade(bundle: Bundle, given: Recorded) -> GradedBundle:
        return graded_bundle(reference.name, bundle, table, plan, configuration.model_name(), given)

    try:
        bundle = read_bundle(found.folder / place)
        again = grade(bundle, recorded)
        within = _differing_within_tolerance(again.scores.values, published.metrics, plan, place)
        if not within:
            return again
        return grade(bundle, {**recorded, **{name: published.metrics[name].values for name in within}})
    except InputError as error:
        reasons = [fault.reason for fault in error.faults[:5]]
        raise BrokenBundle(place, "; ".join(reasons)) from error


def _is_recorded(name: str, plan: GradingPlan) -> bool:
    return plan.metrics[name].grader is not None and name not in plan.graders if name in plan.metrics else False


def _differing_within_tolerance(
    again: Recorded, published: Mapping[str, MetricColumn], plan: GradingPlan, place: str
) -> list[str]:
    """Return the graded metrics whose published integers differ, but by no more than their grader's tolerance."""
    within: list[str] = []
    for name, grader in sorted(plan.graders.items()):
        column = published[name].values if name in published else []
        if column == again[name]:
            continue
        pairs = list(zip(again[name], column, strict=False))
        if len(column) != len(again[name]) or any(not _near(ours, theirs, grader.tolerance) for ours, theirs in pairs):
            raise ScoreMismatch(place, _first_difference(name, pairs, len(again[name]), len(column)))
        within.append(name)
    return within


def _near(ours: int | None, theirs: int | None, tolerance: int) -> bool:
    if ours is None or theirs is None:
        return ours is theirs
    return abs(ours - theirs) <= tolerance


def _first_difference(name: str, pairs: Sequence[tuple[int | None, int | None]], ours: int, theirs: int) -> str:
    for row, (again, published) in enumerate(pairs):
        if again != published:
            return f"{name}, row {row + 1}: the grader gives {again}, published is {published}"
    return f"{name}: the bundle has {ours} rows, published are {theirs}"


def _held_out(found: Documents, benchmark: Benchmark) -> HeldOut:
    document = found.read(RELEASES, ReleasesDocument)
    try:
        released = {
            f"{release.vendor}/{release.config_name}": read_back(release, benchmark.policies)
            for release in document.releases
        }
    except (DisclosureError, ValueError) as error:
        raise FinerThanReleased(RELEASES, str(error)) from error
    return HeldOut(
        scored=document.held_out_scored,
        n_prompts=document.n_prompts,
        demonstration=document.demonstration,
        released=released,
        pending=document.pending,
    )
