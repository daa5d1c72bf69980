"""Import results of the Terminal-Bench leaderboard: one verdict per system, task and run.

Verdicts are the leaderboard's own (`reported`). A trial without a verdict, and a task that a run lacks, count as not
resolved: that is the published rule, and skipping them would raise a score. A system known only by the accuracies of
its runs is scored on one item of its own, so that it can stand on the same board.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Final

from proofboard.errors import fault
from proofboard.record.foreign import SourceFile, digest_of_files, first_word, opened, unread
from proofboard.record.imported import Claim, Imported, ImportedEntry, NewBundle
from proofboard.record.slug import slug
from proofboard.record.source_files import unique_slug
from proofboard.record.terminal_bench.files import UNSTATED, Run, Runs, SystemKey, read_tree, tasks_by_version
from proofboard.record.terminal_bench.notes import differences, gaps, other_versions, runs_without_trials
from proofboard.record.terminal_bench.tables import read_run_table, read_trials
from proofboard.schemas.benchmark import Aggregate, Benchmark, Facet, Mean, Metric, WeightedMean
from proofboard.schemas.bundle import ReportedScore, Response, SourceRecord
from proofboard.schemas.configuration import Configuration, Decoding, Model
from proofboard.schemas.item import Item

BENCHMARK_ID: Final = "terminal-bench"
FACET: Final = "kind"
TASK: Final = "task"
RUN: Final = "run"
RESOLVED: Final = "resolved"
RUN_ACCURACY: Final = "run_accuracy"
HEADLINE: Final = "accuracy"
RUN_ITEM: Final = "run-accuracy"
GRID: Final = 10**12

_SYSTEM: Final = re.compile(r"(?P<day>\d{4}(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01]))_(?P<agent>[^_]+)_(?P<model>.+)")


@dataclass(frozen=True, slots=True)
class _Board:
    """What a source holds: systems with trials, systems with runs only, and the items they are scored on."""

    trials: Runs
    runs: Runs
    claims: Runs
    """What a table of runs says of systems whose trials are known."""
    protocol: str
    items: Mapping[str, Item]
    """Task → item."""
    run_item: Item


def read(source: Path) -> Imported:
    """Read a folder or archive of result trees, tables of trials and tables of runs; raises InputError."""
    place = source.resolve()
    with opened(source) as files:
        tree, tree_files = read_tree(files, (place.parent.name, place.name))
        tabled, trial_tables = read_trials(files)
        stated, run_tables = read_run_table(files)
        tabled, stated = _under_versions(tabled, tree), _under_versions(stated, tree)
        trials = {key: {**tabled.get(key, {}), **tree.get(key, {})} for key in (*tabled, *tree)}
        if not trials and not stated:
            raise fault(source, "holds no Terminal-Bench results: no results.json, table of trials or table of runs")
        board = _board_of(trials, stated)
        left = [file.name for file in files if file not in tree_files | trial_tables | run_tables]
        return Imported(
            benchmark=_benchmark(board),
            items=[*board.items.values(), *([board.run_item] if board.runs else [])],
            entries=list(_entries(board)),
            notes=[
                *differences(tabled, tree),
                *gaps(trials),
                *runs_without_trials(trials, stated),
                *other_versions(trials, stated, board.protocol),
                *unread(left),
            ],
        )


def _under_versions(tabled: Runs, tree: Runs) -> Runs:
    """Give each system of a table the version under which result files know it, or the only one there is."""
    versions: dict[str, set[str]] = {}
    for key in tree:
        versions.setdefault(key.system, set()).add(key.protocol)
    every = {key.protocol for key in tree}
    placed: Runs = {}
    for key, runs in tabled.items():
        candidates = versions.get(key.system) or every
        protocol = next(iter(candidates)) if len(candidates) == 1 else UNSTATED
        placed[SystemKey(protocol, key.system)] = runs
    return placed


def _board_of(trials: Runs, stated: Runs) -> _Board:
    by_runs = {key: runs for key, runs in stated.items() if key not in trials}
    counted = Counter(key.protocol for key in (*trials, *by_runs))
    taken: set[str] = set()
    tasks = sorted({task for runs in trials.values() for run in runs.values() for task in run.tasks})
    items = {task: Item(id=unique_slug(task, taken, task), title=task, facets={FACET: TASK}) for task in tasks}
    return _Board(
        trials=trials,
        runs=by_runs,
        claims={key: runs for key, runs in stated.items() if key in trials},
        protocol=min(counted, key=lambda protocol: (-counted[protocol], protocol)),
        items=items,
        run_item=Item(id=unique_slug(RUN_ITEM, taken, ""), title="Accuracy of a whole run", facets={FACET: RUN}),
    )


def _benchmark(board: _Board) -> Benchmark:
    metrics: dict[str, Metric] = {}
    aggregates: dict[str, Aggregate] = {}
    if board.trials:
        metrics[RESOLVED] = Metric(reported=True, missing="null", title="Task resolved")
        aggregates["resolved_mean"] = _mean(RESOLVED, TASK, "Share of tasks resolved")
    if board.runs:
        metrics[RUN_ACCURACY] = Metric(reported=True, denominator=GRID, missing="null", title="Accuracy of a run")
        aggregates["reported_mean"] = _mean(RUN_ACCURACY, RUN, "Mean of the runs' own accuracies")
    children = dict.fromkeys(aggregates, 1)
    aggregates[HEADLINE] = Aggregate(weighted=WeightedMean(children=children, missing="present"), title="Accuracy")
    return Benchmark(
        id=BENCHMARK_ID,
        title="Terminal-Bench",
        protocol_version=board.protocol,
        metrics=metrics,
        headline=HEADLINE,
        description="Whether an agent completes tasks in a terminal, as checked by each task's own tests.",
        facets={FACET: Facet(values=[kind for kind, there in ((TASK, board.trials), (RUN, board.runs)) if there])},
        aggregates=aggregates,
    )


def _mean(metric: str, kind: str, title: str) -> Aggregate:
    return Aggregate(mean=Mean(metric=metric, slice={FACET: [kind]}), title=title)


def _entries(board: _Board) -> Iterator[ImportedEntry]:
    taken: set[str] = set()
    expected = tasks_by_version(board.trials)
    for key in sorted({*board.trials, *board.runs}):
        runs = board.trials.get(key) or board.runs[key]
        if key in board.trials:
            bundle = _bundle_of_trials(runs, expected[key.protocol], board, key)
        else:
            bundle = _bundle_of_runs(runs, board.run_item, key)
        protocol = None if key.protocol == board.protocol else key.protocol
        yield ImportedEntry(_configuration(key.system, taken), [bundle], protocol)


def _bundle_of_trials(runs: Mapping[str, Run], tasks: Iterable[str], board: _Board, key: SystemKey) -> NewBundle:
    responses: list[Response] = []
    scores: list[ReportedScore] = []
    before = 0
    expected = [(task, board.items[task].id) for task in tasks]
    for _, run in sorted(runs.items()):
        for task, item_id in expected:
            found = run.tasks.get(task, {})
            for attempt in range(run.attempts):
                number, trial = before + attempt, found.get(attempt)
                # A task that a run lacks is not resolved: leaving hard tasks out must not raise a score.
                state, usage = ("answered", trial.usage) if trial else ("missing", None)
                responses.append(Response(prompt_id=item_id, trial=number, state=state, usage=usage))  # type: ignore[arg-type]
                resolved = bool(trial and trial.resolved)
                scores.append(ReportedScore(item_id=item_id, trial=number, scores={RESOLVED: int(resolved)}))
        before += run.attempts
    return NewBundle(
        responses=responses,
        scores=scores,
        trials=before,
        # Attempts within one run are not runs: they have no error over runs.
        trial_kind="attempt" if len(runs) < before else "run",
        recorded=_day_of(key.system),
        source=_source_of(runs, key),
        claims=_claims(board.claims.get(key) or runs),
    )


def _bundle_of_runs(runs: Mapping[str, Run], item: Item, key: SystemKey) -> NewBundle:
    shares = [run.accuracy for _, run in sorted(runs.items())]
    rows = [(trial, round(share * GRID)) for trial, share in enumerate(shares) if share is not None]
    return NewBundle(
        scores=[ReportedScore(item_id=item.id, trial=trial, scores={RUN_ACCURACY: score}) for trial, score in rows],
        trials=len(runs),
        recorded=_day_of(key.system),
        source=_source_of(runs, key),
        claims=_claims(runs),
    )


def _claims(runs: Mapping[str, Run]) -> dict[str, Claim]:
    """Return what the source says of a system: the mean of its runs' accuracies and how much was resolved."""
    claims: dict[str, Claim] = {}
    shares = [run.accuracy for run in runs.values() if run.accuracy is not None]
    counts = [run.n_resolved for run in runs.values() if run.n_resolved is not None]
    if len(shares) == len(runs):
        claims[HEADLINE] = float(sum(shares, Fraction(0)) / len(shares))
    if len(counts) == len(runs):
        claims["n_resolved"] = sum(counts)
    claims["n_runs"] = len(runs)
    return claims


def _source_of(runs: Mapping[str, Run], key: SystemKey) -> SourceRecord:
    files: set[SourceFile] = {run.file for run in runs.values() if run.file}
    return SourceRecord(format=BENCHMARK_ID, name=key.system, digest=digest_of_files(files))


def _day_of(system: str) -> str | None:
    found = _SYSTEM.fullmatch(system)
    return f"{found['day'][:4]}-{found['day'][4:6]}-{found['day'][6:]}" if found else None


def _configuration(system: str, taken: set[str]) -> Configuration:
    """Read the agent and the model out of a system's name, such as `20250923_droid_claude-4-sonnet`."""
    found = _SYSTEM.fullmatch(system)
    config_name = unique_slug(system, taken, system)
    if found is None:
        return Configuration(vendor=slug(first_word(system)), config_name=config_name, settings={"system": system})
    agent, model = found["agent"], found["model"]
    return Configuration(
        vendor=slug(agent),
        vendor_version=found["day"],
        config_name=config_name,
        title=f"{agent} ({model})",
        decoding=Decoding(model=model),
        settings={"agent": agent},
        model=Model(name=model),
    )
