"""Replay a recorded bundle: the same answers and votes, frozen again to the same bytes and graded again, offline."""

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Final

import msgspec

from proofboard import canonical
from proofboard.app.benchmark_folder import BenchmarkFolder, read_benchmark
from proofboard.app.entries_folder import BENCHMARK_FILE, Faults
from proofboard.app.evaluating import Wanted, list_entry, own_configuration, place_of
from proofboard.app.freezing import find, refuse_standing
from proofboard.app.held_out.store import held_out_table
from proofboard.app.submissions.rules_at_hand import benchmark_at_hand
from proofboard.archives.placing import replaced
from proofboard.core.aggregates import is_relative, places_of
from proofboard.core.board import groups_of, why_unscored
from proofboard.core.close_the_loop import loop_figures
from proofboard.core.entry import GradedBundle, GradedEntry, graded_bundle, kind_of
from proofboard.core.exact import rounded
from proofboard.core.items import ItemTable
from proofboard.core.rules.bundle import check_bundle
from proofboard.errors import Fault, InputError, fault
from proofboard.record.freeze import freeze, write
from proofboard.record.imported import NewBundle
from proofboard.schemas.bundle import MANIFEST
from proofboard.schemas.bundle_folder import Bundle, read_bundle
from proofboard.schemas.configuration import Configuration

CONFIDENTIAL: Final = "held-out scores leave the store by `build` only"
RELATIVE: Final = "it depends on the other entries of the board"
PLACES: Final = 6


class Replayed(msgspec.Struct, frozen=True):
    """A bundle that was frozen again to the same bytes, and what its recorded votes and answers come to."""

    place: Path
    digest: str
    n_responses: int
    n_votes: int
    name: str
    """What was scored: the headline, or `close_the_loop` of a repair bundle."""
    score: float | None
    reason: str | None
    """Why there is no score."""
    notes: Sequence[str]
    """What was written besides."""


def replay(wanted: Wanted, recorded: Path) -> Replayed:
    """Freeze a recorded bundle again, write it, and grade it with its own votes; nobody is asked.

    Of `wanted` the benchmark, who answered, the held-out store and the place count; the rest follows from the bundle.

    Raises:
        InputError: with every reason why the bundle does not belong to the configuration, the benchmark or its items,
            or would not be frozen to the same bytes; nothing is written.
        HeldOutError: held-out answers would lie where they must not.
        OutputError: something is at its place already.
    """
    read = _read(wanted)
    configuration = _configuration(wanted, read)
    bundle = read_bundle(recorded)
    wanted = msgspec.structs.replace(wanted, repair=bundle.manifest.item_set == "repair")
    table = _table(wanted, read, bundle)
    place = place_of(wanted, configuration)
    refuse_standing(place)
    faults = Faults()
    faults.found += [Fault(str(recorded / MANIFEST), 0, own) for own in _foreign(bundle, configuration, read)]
    # Against the items of another benchmark every single line would be a fault.
    if bundle.manifest.benchmark == read.benchmark.id:
        faults.of(partial(check_bundle, bundle, table, read.benchmark))
    if faults.found:
        raise InputError(faults.found)
    files = _frozen_again(bundle, configuration)
    name, score, reason = _score(read, configuration, bundle, table)
    with replaced(place) as aside:
        for own, raw in files.items():
            write(aside / own, raw)
    listed = list_entry(wanted, configuration)
    counts = len(bundle.responses), len(bundle.verdicts)
    return Replayed(place, bundle.digest, *counts, name, score, reason, listed)


def _read(wanted: Wanted) -> BenchmarkFolder:
    """Read the benchmark; a publication is enough where nothing is looked up in it and nothing goes into it."""
    if wanted.configuration and wanted.out and not wanted.held_out:
        return benchmark_at_hand(str(wanted.benchmark))
    return read_benchmark(wanted.benchmark)


def _configuration(wanted: Wanted, read: BenchmarkFolder) -> Configuration:
    if wanted.configuration is None:
        return find(read, str(wanted.entry)).configuration
    return own_configuration(wanted, wanted.configuration, read)


def _table(wanted: Wanted, read: BenchmarkFolder, bundle: Bundle) -> ItemTable:
    """Return the items that a bundle answers; raises where they are not at hand."""
    item_set, place = bundle.manifest.item_set, bundle.folder / MANIFEST
    if (item_set == "held_out") != (wanted.held_out is not None):
        hint = "say --set held_out --held-out STORE" if item_set == "held_out" else "leave --set held_out away"
        raise fault(place, f"answers {item_set.replace('_', '-')} items; {hint}")
    if wanted.held_out:
        return held_out_table(read, wanted.held_out)
    if item_set == "repair" and read.repair is None:
        raise fault(place, f"answers repair items, and {wanted.benchmark} has none; name them in {BENCHMARK_FILE}")
    return read.repair if item_set == "repair" and read.repair else read.table


def _foreign(bundle: Bundle, configuration: Configuration, read: BenchmarkFolder) -> Iterator[str]:
    """Say which benchmark, rules or configuration a bundle was recorded for, where these are others."""
    manifest, benchmark = bundle.manifest, read.benchmark
    pairs = {
        "benchmark": (manifest.benchmark, benchmark.id),
        "protocol": (manifest.protocol_version, benchmark.protocol_version),
        "vendor": (manifest.vendor, configuration.vendor),
        "config_name": (manifest.config_name, configuration.config_name),
        "recipe": (manifest.configuration, configuration.digest()),
    }
    for field, (found, expected) in pairs.items():
        if found != expected:
            yield f"was recorded for the {field} {found}, expected {expected}; replay it for that one, or record again"


def _frozen_again(bundle: Bundle, configuration: Configuration) -> dict[str, bytes]:
    """Freeze what a bundle holds; raises InputError with every file that comes out otherwise than it was recorded."""
    manifest = bundle.manifest
    again = NewBundle(
        item_set=manifest.item_set,
        responses=bundle.responses,
        verdicts=bundle.verdicts,
        scores=bundle.scores,
        trials=manifest.trials,
        trial_kind=manifest.trial_kind,
        recorded=manifest.recorded,
        judge=manifest.judge,
        source=manifest.source,
        claims=manifest.claims,
        recorder=manifest.recorder,
    )
    files = freeze(again, manifest.benchmark, manifest.protocol_version, configuration, manifest.prompts_digest)
    digests = {name: record.digest for name, record in manifest.files.items()} | {MANIFEST: bundle.digest}
    faults = [
        Fault(str(bundle.folder / name), 0, f"has the digest {digests[name]}, frozen again {found}; freeze it again")
        for name, raw in files.items()
        if (found := canonical.digest(raw)) != digests.get(name)
    ]
    if faults:
        raise InputError(faults)
    return files


def _score(
    read: BenchmarkFolder, configuration: Configuration, bundle: Bundle, table: ItemTable
) -> tuple[str, float | None, str | None]:
    """Score a bundle as a board would that has no other entry: what was scored, the number, and why there is none."""
    benchmark, item_set = read.benchmark, bundle.manifest.item_set
    absent = sorted(name for name, own in benchmark.metrics.items() if own.grader and name not in read.plan.graders)
    if absent:
        return benchmark.headline, None, f"the grader of {', '.join(absent)} is not at hand"
    graded = graded_bundle(item_set, bundle, table, read.plan, configuration.model_name())
    if item_set == "held_out":
        return benchmark.headline, None, CONFIDENTIAL
    if item_set == "repair":
        return _repair_score(read, graded, table)
    if is_relative(benchmark, benchmark.headline):
        return benchmark.headline, None, RELATIVE
    entry = GradedEntry(configuration, kind_of(configuration, benchmark), graded, None)
    group = groups_of(benchmark, table, [entry])[0]
    score = group.scoring.scores(benchmark.headline, group.overall)[0]
    reason = why_unscored(group, benchmark.headline, 0) if score is None else None
    return benchmark.headline, rounded(score, places_of(benchmark, benchmark.headline)), reason


def _repair_score(
    read: BenchmarkFolder, graded: GradedBundle, table: ItemTable
) -> tuple[str, float | None, str | None]:
    rule = read.benchmark.close_the_loop
    if rule is None:
        return "close_the_loop", None, f"{BENCHMARK_FILE} does not say how it is scored"
    lift = loop_figures(read.benchmark, rule, table, graded.scores).lift
    return "repair lift", rounded(lift, PLACES), "an answer failed" if lift is None else None


def as_text(done: Replayed) -> str:
    """Write what was replayed, for people."""
    cast = f" and {done.n_votes} votes" if done.n_votes else ""
    score = f"none: {done.reason}" if done.score is None else str(done.score)
    return (
        f"{done.place}: {done.n_responses} answers{cast} as they were recorded; nobody was asked\n"
        f"{done.name}: {score}\n"
        f"bundle {done.digest}\n"
    )
