"""A board: entries that may be ranked together, their exact scores on every slice, and per-item scores."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from proofboard.core.aggregates import Scoring, leaf_of, leaves_of
from proofboard.core.entry import GradedEntry
from proofboard.core.exact import Exact, sample_deviation
from proofboard.core.grading import ItemScores
from proofboard.core.items import ItemTable
from proofboard.core.matrix import FAILURE, NULL, SCORED, score_matrix
from proofboard.core.slices import OVERALL, Mask, Slice, declared_slices
from proofboard.errors import Fault, InputError
from proofboard.schemas.benchmark import Benchmark


@dataclass(frozen=True, slots=True)
class Group:
    """The entries of one protocol version and track, with everything their scores are read from."""

    protocol_version: str
    track: str | None
    entries: Sequence[GradedEntry]
    scoring: Scoring
    overall: Slice
    slices: Sequence[Slice]
    """Every declared slice within the track, the overall set first."""


def groups_of(benchmark: Benchmark, table: ItemTable, entries: Sequence[GradedEntry]) -> list[Group]:
    """Part the entries by protocol version and track, in the order of their names; never rank across."""
    facet = next((name for name, facet in benchmark.facets.items() if facet.role == "track"), None)
    parted: dict[tuple[str, str | None], list[GradedEntry]] = {}
    for entry in sorted(entries, key=lambda entry: entry.name):
        track = _track_of(entry, table, facet) if facet else None
        parted.setdefault((entry.public.manifest.protocol_version, track), []).append(entry)
    declared = declared_slices(table, benchmark)
    return [
        _group(benchmark, table, key, parted[key], _within(declared, table, facet, key[1]))
        for key in sorted(parted, key=lambda key: (key[0] != benchmark.protocol_version, key[0], key[1] or ""))
    ]


def _track_of(entry: GradedEntry, table: ItemTable, facet: str) -> str:
    positions = np.unique(entry.public.scores.item).tolist()
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
    key: tuple[str, str | None],
    entries: Sequence[GradedEntry],
    slices: Sequence[Slice],
) -> Group:
    scored = [(entry.public.scores, entry.public.manifest.trials) for entry in entries]
    scoring = scoring_of(benchmark, table, scored)
    for name in (*benchmark.metrics, *benchmark.aggregates):
        scoring.prepare(name, slices)
    return Group(key[0], key[1], entries, scoring, slices[0], slices)


def scoring_of(benchmark: Benchmark, table: ItemTable, scored: Sequence[tuple[ItemScores, int]]) -> Scoring:
    """Build one matrix for each metric."""
    matrices = {
        name: score_matrix(scored, name, metric, len(table)) for name, metric in sorted(benchmark.metrics.items())
    }
    return Scoring(benchmark, table, matrices)


def whole_set(table: ItemTable) -> Slice:
    """Return the slice of all items."""
    return Slice(OVERALL, OVERALL, OVERALL, np.ones(len(table), dtype=np.bool_))


def why_unscored(group: Group, name: str, entry: int) -> str:
    """Say why an entry has no score."""
    counts = {FAILURE: 0, NULL: 0, SCORED: 0}
    for leaf in leaves_of(group.scoring.benchmark, name):
        states = group.scoring.matrices[leaf.metric].states[entry][group.scoring.mask(leaf) & group.overall.mask]
        for state in counts:
            counts[state] += int((states == state).sum())
    if counts[FAILURE]:
        return f"{counts[FAILURE]} responses failed on the platform; answer them to be ranked"
    if counts[NULL]:
        return f"{counts[NULL]} item scores have no verdict"
    return "no item is scored"


def runs_of(group: Group, name: str, entry: int) -> list[Exact]:
    """Score every trial of an entry by itself; empty where there is only one."""
    bundle = group.entries[entry].public
    trials = bundle.manifest.trials
    if trials == 1:
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
    """Return the sample deviation of the runs' scores over the root of their number."""
    known = [run for run in runs if run is not None]
    deviation = sample_deviation(known)
    return None if deviation is None else deviation / float(len(known)) ** 0.5


def item_scores(scoring: Scoring, name: str, entry: int, mask: Mask) -> list[Exact]:
    """Return one entry's score in an aggregate on single items: a number for each item of the mask."""
    leaf = leaf_of(scoring.benchmark, name)
    if leaf:
        matrix = scoring.matrices[leaf.metric]
        known = (matrix.states[entry] == SCORED) & scoring.mask(leaf)
        denominator = matrix.denominators[entry]
        pairs = zip(matrix.values[entry][mask].tolist(), known[mask].tolist(), strict=True)
        return [Fraction(value, denominator) if there else None for value, there in pairs]
    rule = scoring.benchmark.aggregates[name].weighted
    if rule is None:
        return [None] * int(mask.sum())
    children = {child: item_scores(scoring, child, entry, mask) for child in rule.children}
    return [_present_mean(rule.children, children, position) for position in range(int(mask.sum()))]


def _present_mean(weights: Mapping[str, int], children: Mapping[str, list[Exact]], position: int) -> Exact:
    present = [(weights[child], row[position]) for child, row in children.items()]
    known = [(weight, value) for weight, value in present if value is not None]
    total = sum(weight for weight, _ in known)
    return sum((weight * value for weight, value in known), Fraction(0)) / total if known else None
