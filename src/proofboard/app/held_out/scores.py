"""Score a held-out store: its bundles are read here, and only released scores and verdicts leave."""

from collections.abc import Collection, Container, Iterator, Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from types import MappingProxyType
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from proofboard.app.benchmark_folder import BenchmarkFolder
from proofboard.app.graded_folder import graded_with_programs
from proofboard.app.held_out.store import held_out_table, store_of
from proofboard.core.aggregates import is_relative
from proofboard.core.board import Group, groups_of
from proofboard.core.entry import (
    EXEMPT_FROM_DETECTORS,
    GradedEntry,
    aliases_of,
    kind_of,
    why_no_measurement,
)
from proofboard.core.inference.overfitting import GapTest, overfit_tests, scored_set
from proofboard.core.inference.vendors import findings_by_vendor
from proofboard.core.items import ItemTable
from proofboard.disclosure.release import (
    INCOMPLETE,
    NOT_RECORDED,
    OTHER_PROTOCOL,
    OUT_OF_RANGE,
    ReleasedScore,
    release,
)
from proofboard.disclosure.verdicts import ReleasedVerdicts, fewest_items, release_verdicts
from proofboard.errors import fault
from proofboard.publish.inputs import HeldOut
from proofboard.schemas.board import OverfitVerdict
from proofboard.schemas.bundle import MANIFEST, Manifest
from proofboard.schemas.bundle_folder import read_bundle
from proofboard.schemas.reading import read_json

Answers = Mapping[str, Path | None]
"""Entries whose answers lie elsewhere than below `entries/`, each with their folder; None where it has none."""
NO_ANSWERS: Final[Answers] = MappingProxyType({})


class _Scored(msgspec.Struct, frozen=True, eq=False):
    """An entry with its held-out bundle in the place of the public one, and its exact score; never published."""

    entry: GradedEntry
    score: Fraction
    n_prompts: int
    n_items: int


def score_held_out(
    read: BenchmarkFolder, entries: Sequence[GradedEntry], store: Path, answers: Answers = NO_ANSWERS
) -> HeldOut:
    """Read the held-out items and score entries on them; raises InputError with every fault."""
    return score_entries(read, entries, held_out_table(read, store), store, answers)


def score_entries(
    read: BenchmarkFolder,
    entries: Sequence[GradedEntry],
    table: ItemTable,
    store: Path,
    answers: Answers = NO_ANSWERS,
) -> HeldOut:
    """Score entries on held-out items that were read and checked: coarse scores, and verdicts at this close."""
    folders = {own.name: _bundle_folder(own.name, store) for own in entries} | dict(answers)
    results = {entry.name: _score(read, entry, table, (store, folders[entry.name])) for entry in entries}
    scored = {name: own for name, own in results.items() if isinstance(own, _Scored)}
    gate = {
        name: release(own.score, own.n_prompts, own.n_items, read.benchmark.policies) for name, own in scored.items()
    }
    pending = {name: own for name, own in (results | gate).items() if isinstance(own, str)}
    return HeldOut(
        scored=True,
        n_prompts=len(table.by_prompt),
        demonstration=store_of(store).demonstration,
        released={name: own for name, own in gate.items() if isinstance(own, ReleasedScore)},
        pending=pending,
        verdicts=_verdicts(read, entries, [own.entry for name, own in scored.items() if name not in pending], table),
    )


def _score(
    read: BenchmarkFolder, entry: GradedEntry, table: ItemTable, place: tuple[Path, Path | None]
) -> _Scored | str:
    configuration, (store, folder) = entry.configuration, place
    if folder is None:
        return NOT_RECORDED
    bundle = read_bundle(folder)
    manifest = bundle.manifest
    if (found := manifest.configuration) != (expected := configuration.digest()):
        raise fault(folder / MANIFEST, f"was recorded for the configuration {found}, expected {expected}")
    if manifest.item_set != "held_out":
        raise fault(folder / MANIFEST, f"is of the item set {manifest.item_set!r}, expected 'held_out'")
    if manifest.protocol_version != read.benchmark.protocol_version:
        return OTHER_PROTOCOL
    graded = graded_with_programs("held_out", bundle, (table, read.plan), configuration.model_name(), store)
    own = GradedEntry(configuration, kind_of(configuration, read.benchmark), graded, None)
    group = groups_of(read.benchmark, table, [own])[0]
    score = group.scoring.scores(read.benchmark.headline, group.overall)[0]
    if score is None or why_no_measurement(own.kind, graded):
        return INCOMPLETE
    if not 0 <= score <= 1 or is_relative(read.benchmark, read.benchmark.headline):
        return OUT_OF_RANGE
    inside = [table.items[position] for position in np.flatnonzero(group.overall.mask).tolist()]
    return _Scored(own, score, len({item.asked for item in inside}), len(inside))


def _verdicts(
    read: BenchmarkFolder, public: Sequence[GradedEntry], scored: Sequence[GradedEntry], table: ItemTable
) -> dict[str, ReleasedVerdicts]:
    """Compare the scored entries with each other, and let the verdicts out that the gate lets out."""
    policies = read.benchmark.policies
    sides = {(own.protocol_version, own.track): own for own in groups_of(read.benchmark, read.table, public)}
    found: dict[str, ReleasedVerdicts] = {}
    for group in groups_of(read.benchmark, table, scored):
        side = sides.get((group.protocol_version, group.track))
        aliases = _aliases(side, group) if side else {}
        overfit_test = dict(_overfit_verdicts(read, side, group, aliases)) if side else {}
        for vendor in findings_by_vendor(group, aliases, fewest_items(policies)):
            for own in vendor.entries:
                entry = group.entries[own.entry]
                regions = {
                    region.hypothesis.part.name: (region.finding.verdict, region.hypothesis.n_items)
                    for region in own.regions
                }
                found[entry.name] = release_verdicts(regions, overfit_test.get(entry.name), policies)
    return found


def _aliases(side: Group, group: Group) -> dict[str, str]:
    """Return who stands for whom on the board that the released scores rank."""
    scored = {own.name for own in group.entries}
    able = {own.name for own in side.entries if own.name in scored and not why_no_measurement(own.kind, own.public)}
    return aliases_of(side.entries, able)


def _overfit_verdicts(
    read: BenchmarkFolder, side: Group, group: Group, aliases: Container[str]
) -> Iterator[tuple[str, tuple[OverfitVerdict, int]]]:
    """Test who is further ahead of the others on the public items, `side`, than on the held-out ones, `group`.

    Baselines say nothing of how hard items are, no more than runs that are no measurement; a recipe counts once.
    """
    taking_part = {
        own.name
        for own in side.entries
        if own.kind not in EXEMPT_FROM_DETECTORS and own.public.invalid is None and own.name not in aliases
    }
    headline = read.benchmark.headline
    kept = _complete(side, headline, taking_part) & _complete(group, headline, taking_part)
    if not kept:
        return
    one, other = (
        scored_set(own.scoring, headline, own.overall, [j for j, entry in enumerate(own.entries) if entry.name in kept])
        for own in (side, group)
    )
    ordered = [side.entries[j].name for j in one[1]]
    n_items = int(group.overall.mask.sum())
    for name, test in zip(ordered, overfit_tests(one[0], other[0], _panel(read, ordered)), strict=True):
        if isinstance(test, GapTest):
            yield name, (test.verdict, n_items)


def _complete(group: Group, headline: str, names: Collection[str]) -> set[str]:
    chosen = [j for j, entry in enumerate(group.entries) if entry.name in names]
    return {group.entries[j].name for j in scored_set(group.scoring, headline, group.overall, chosen)[1]}


def _panel(read: BenchmarkFolder, names: Sequence[str]) -> NDArray[np.bool_] | None:
    declared = set(read.benchmark.policies.reference_panel)
    return np.array([name in declared for name in names], dtype=np.bool_) if declared else None


def _bundle_folder(name: str, store: Path) -> Path | None:
    """Find an entry's bundle below `entries/`, or, where a seeds file lists entries, as any folder of the store."""
    own = sorted((store / "entries" / name).glob(f"*/{MANIFEST}"))
    others = (path for path in sorted(store.glob(f"*/{MANIFEST}")) if _name_in(path) == name)
    return next((path.parent for path in (*own, *others)), None)


def _name_in(manifest: Path) -> str:
    found = read_json(manifest, Manifest)
    return f"{found.vendor}/{found.config_name}"
