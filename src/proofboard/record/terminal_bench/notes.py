"""What a person who imports Terminal-Bench results should know: gaps, and numbers that disagree."""

from collections.abc import Iterator

from proofboard.record.source_files import some
from proofboard.record.terminal_bench.files import Run, Runs, tasks_by_version


def differences(tabled: Runs, tree: Runs) -> Iterator[str]:
    """Note where a table of trials and a result file say different things of a run; the result file counts."""
    for key in sorted(tabled.keys() & tree.keys()):
        for name in sorted(tabled[key].keys() & tree[key].keys()):
            found, expected = _n_resolved(tabled[key][name]), _n_resolved(tree[key][name])
            if found != expected:
                yield f"{key.system}: {name}: the table has {found} resolved trials, the result file {expected}"


def gaps(trials: Runs) -> Iterator[str]:
    """Note trials without a verdict and tasks without a trial: both count as not resolved."""
    expected = tasks_by_version(trials)
    for key, runs in sorted(trials.items()):
        known = [trial for run in runs.values() for attempts in run.tasks.values() for trial in attempts.values()]
        silent = sum(trial.resolved is None for trial in known)
        absent = sum(run.attempts for run in runs.values()) * len(expected[key.protocol]) - len(known)
        if silent:
            yield f"{key.system}: {silent} of {len(known)} trials have no verdict; they count as not resolved"
        if absent:
            yield f"{key.system}: {absent} trials are absent; they count as not resolved"
        if several := [name for name, run in sorted(runs.items()) if run.attempts > 1]:
            yield f"{key.system}: the attempts within a run are its trials, and are no runs: {some(several)}"
        for name, run in sorted(runs.items()):
            if run.n_resolved not in {None, _n_resolved(run)}:
                yield f"{key.system}: {name}: says {run.n_resolved} resolved, its trials give {_n_resolved(run)}"


def runs_without_trials(trials: Runs, stated: Runs) -> Iterator[str]:
    """Note which runs are known by their accuracy only."""
    alone = [key.system for key in sorted(stated) if key not in trials]
    if alone:
        yield f"{len(alone)} system(s) are known by the accuracies of their runs only: {some(alone)}"
    for key in sorted(stated.keys() & trials.keys()):
        if unknown := sorted(stated[key].keys() - trials[key].keys()):
            yield f"{key.system}: the trials of {len(unknown)} run(s) are not here: {some(unknown)}"


def other_versions(trials: Runs, stated: Runs, protocol: str) -> Iterator[str]:
    """Note which versions of the benchmark are not the board's."""
    if others := sorted({key.protocol for key in (*trials, *stated)} - {protocol}):
        yield f"entries under {some(others)} are listed apart from {protocol}"


def _n_resolved(run: Run) -> int:
    return sum(trial.resolved is True for attempts in run.tasks.values() for trial in attempts.values())
