"""A board: entries that may be ranked together, their exact scores on every slice, and per-item scores."""

import math
from collections.abc import Collection, Sequence
from typing import Final

import msgspec
import numpy as np

from proofboard.core.aggregates import Row, Scoring, is_relative, leaves_of, weights_of
from proofboard.core.entry import GradedEntry
from proofboard.core.exact import SAFE_SUM, Exact, Integers, largest_of, sample_deviation
from proofboard.core.grading import ItemScores
from proofboard.core.items import ItemTable
from proofboard.core.matrix import FAILURE, NULL, SCORED, ScoreMatrix, score_matrix
from proofboard.core.slices import Slice, declared_slices
from proofboard.errors import Fault, InputError, fault
from proofboard.schemas.benchmark import Benchmark


class Group(msgspec.Struct, frozen=True, eq=False):
    """The entries of one protocol version and track, with everything their scores are read from."""

    protocol_version: str
    track: str | None
    entries: Sequence[GradedEntry]
    scoring: Scoring
    overall: Slice
    slices: Sequence[Slice]
    """Every declared slice within the track, the overall set first."""
    n_prompts: int
    """Prompts of the overall set."""
    pending: bool = False
    """True where the entries wait for the close: each has scores of its own, and none is anything to another."""


class _Key(msgspec.Struct, frozen=True):
    """What the entries of one group have in common."""

    protocol_version: str
    track: str | None
    pending: bool


WAITS_FOR_POINTS: Final = "points by rank depend on all entries: they are given when the board is closed"


class _Alone(Scoring):
    """Scores of entries that are nothing to each other: a number that depends on others is unknown."""

    def scores(self, name: str, part: Slice) -> Row:
        """Return the exact scores on a slice; None for all where they depend on other entries."""
        return [None] * self.n_entries if is_relative(self.benchmark, name) else super().scores(name, part)


def groups_of(
    benchmark: Benchmark, table: ItemTable, entries: Sequence[GradedEntry], pending: Collection[str] = ()
) -> list[Group]:
    """Part the entries by protocol version and track, in the order of their names; never rank across.

    `pending` names entries that were appended since the close: they form groups of their own, after those of the close.
    """
    facet, waiting = track_facet(benchmark), frozenset(pending)
    parted: dict[_Key, list[GradedEntry]] = {}
    for entry in sorted(entries, key=lambda entry: entry.name):
        track = _track_of(entry, table, facet) if facet else None
        key = _Key(entry.public.manifest.protocol_version, track, entry.name in waiting)
        parted.setdefault(key, []).append(entry)
    declared = declared_slices(table, benchmark)
    return [
        _group(benchmark, table, key, parted[key], _within(declared, table, facet, key.track))
        for key in sorted(parted, key=lambda key: _order(key, benchmark))
    ]


def _order(key: _Key, benchmark: Benchmark) -> tuple[bool, str, str, bool]:
    return (key.protocol_version != benchmark.protocol_version, key.protocol_version, key.track or "", key.pending)


def track_facet(benchmark: Benchmark) -> str | None:
    """Name the facet whose values are tracks."""
    return next((name for name, facet in benchmark.facets.items() if facet.role == "track"), None)


def _track_of(entry: GradedEntry, table: ItemTable, facet: str) -> str:
    positions = set(entry.public.scores.item.tolist())
    tracks: list[str] = sorted({table.items[position].facets[facet] for position in positions})
    if len(tracks) != 1:
        found = ", ".join(tracks) or "no item"
        reason = f"answers items of {len(tracks)} {facet} tracks ({found}), expected 1; publish one entry for each"
        raise InputError([Fault(f"entries/{entry.name}", 0, reason)])
    return tracks[0]


def _within(declared: Sequence[Slice], table: ItemTable, facet: str | None, track: str | None) -> list[Slice]:
    if facet is None:
        return list(declared)
    own = np.array([item.facets[facet] == track for item in table.items], dtype=np.bool_)
    parts = [Slice(part.name, part.facet, part.value, part.mask & own) for part in declared]
    return [part for part in parts if part.mask.any()]


def _group(
    benchmark: Benchmark,
    table: ItemTable,
    key: _Key,
    entries: Sequence[GradedEntry],
    slices: Sequence[Slice],
) -> Group:
    scored = [(entry.public.scores, entry.public.manifest.trials) for entry in entries]
    matrices = _matrices(benchmark, table, scored)
    scoring = (_Alone if key.pending else Scoring)(benchmark, table, matrices)
    for name in (*benchmark.metrics, *benchmark.aggregates):
        scoring.prepare(name, slices)
    overall = slices[0]
    n_prompts = len({table.items[position].asked for position in np.flatnonzero(overall.mask).tolist()})
    group = Group(
        protocol_version=key.protocol_version,
        track=key.track,
        entries=entries,
        scoring=scoring,
        overall=overall,
        slices=slices,
        n_prompts=n_prompts,
        pending=key.pending,
    )
    _refuse_absences(group)
    return group


def _refuse_absences(group: Group) -> None:
    """Refuse entries without a score on an item of their track, where a metric's policy says so."""
    faults: list[Fault] = []
    for name, metric in sorted(group.scoring.benchmark.metrics.items()):
        if metric.missing == "refuse":
            absent = (group.scoring.matrices[name].states == NULL) & group.overall.mask
            for j in np.flatnonzero(absent.any(axis=1)).tolist():
                first = group.scoring.table.items[int(np.argmax(absent[j]))].id
                reason = f"has no {name} on {int(absent[j].sum())} items (first {first}); the metric refuses absences"
                faults.append(Fault(f"entries/{group.entries[j].name}", 0, reason))
    if faults:
        raise InputError(faults)


def scoring_of(benchmark: Benchmark, table: ItemTable, scored: Sequence[tuple[ItemScores, int]]) -> Scoring:
    """Build one matrix for each metric."""
    return Scoring(benchmark, table, _matrices(benchmark, table, scored))


def _matrices(
    benchmark: Benchmark, table: ItemTable, scored: Sequence[tuple[ItemScores, int]]
) -> dict[str, ScoreMatrix]:
    return {name: score_matrix(scored, name, metric, len(table)) for name, metric in sorted(benchmark.metrics.items())}


def why_unscored(group: Group, name: str, entry: int) -> str:
    """Say why an entry has no score."""
    counts = {FAILURE: 0, NULL: 0, SCORED: 0}
    for leaf in leaves_of(group.scoring.benchmark, name):
        states = group.scoring.matrices[leaf.metric].states[entry][group.scoring.mask(leaf) & group.overall.mask]
        for state in counts:
            counts[state] += int((states == state).sum())
    if counts[FAILURE]:
        return f"{counts[FAILURE]} responses failed on the platform; answer them to be ranked"
    if group.pending and is_relative(group.scoring.benchmark, name):
        return WAITS_FOR_POINTS
    if counts[NULL]:
        return f"{counts[NULL]} item scores have no verdict"
    return "no item is scored"


def runs_of(group: Group, name: str, entry: int) -> list[Exact]:
    """Score every run of an entry by itself; empty where there is only one, or where scores need other entries."""
    bundle = group.entries[entry].public
    trials = bundle.manifest.trials
    if trials == 1 or bundle.manifest.trial_kind == "attempt" or is_relative(group.scoring.benchmark, name):
        return []
    scores = bundle.scores
    alone = [(_only_trial(scores, trial), 1) for trial in range(trials)]
    return scoring_of(group.scoring.benchmark, group.scoring.table, alone).scores(name, group.overall)


def _only_trial(scores: ItemScores, trial: int) -> ItemScores:
    kept = scores.trial == trial
    chosen = np.flatnonzero(kept).tolist()
    return ItemScores(
        item=scores.item[kept],
        trial=np.zeros(len(chosen), dtype=np.int64),
        stage=scores.stage[kept],
        state=scores.state[kept],
        values={name: [column[row] for row in chosen] for name, column in scores.values.items()},
    )


def error_over_runs(runs: Sequence[Exact]) -> float | None:
    """Return the sample deviation of the runs' scores over the root of their number; None where one is unknown."""
    known = [run for run in runs if run is not None]
    deviation = sample_deviation(known) if len(known) == len(runs) else None
    return None if deviation is None else deviation / math.sqrt(len(known))


class ItemRatios(msgspec.Struct, frozen=True, eq=False):
    """One entry's score on every single item: exact ratios of integers; no score where the denominator is 0."""

    numerators: Integers
    denominators: Integers


def item_ratios(scoring: Scoring, name: str, entry: int) -> ItemRatios:
    """Score single items: the mean of the aggregate's metrics that an item has, by their weights in the whole."""
    parts = weights_of(scoring.benchmark, name)
    matrices = [scoring.matrices[leaf.metric] for _, leaf in parts]
    common = math.lcm(*(matrix.denominators[entry] for matrix in matrices))
    scale = math.lcm(*(coefficient.denominator for coefficient, _ in parts))
    numerators = np.zeros(len(scoring.table), dtype=np.int64)
    denominators = np.zeros(len(scoring.table), dtype=np.int64)
    for (coefficient, leaf), matrix in zip(parts, matrices, strict=True):
        scored = (matrix.states[entry] == SCORED) & scoring.mask(leaf)
        weight = int(coefficient * scale)
        factor = weight * (common // matrix.denominators[entry])
        if max(largest_of(matrix.values[entry]), matrix.denominators[entry]) * factor * len(parts) >= SAFE_SUM:
            raise fault(f"aggregates.{name}", "has weights too large for exact item scores; use smaller integers")
        numerators += np.where(scored, matrix.values[entry] * factor, 0)
        denominators += np.where(scored, weight * common, 0)
    return ItemRatios(numerators, denominators)
