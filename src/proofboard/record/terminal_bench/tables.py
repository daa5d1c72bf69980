"""Tables of the Terminal-Bench leaderboard: of trials, or of whole runs; they do not state the benchmark's version."""

from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import Final

from proofboard.errors import InputError, fault
from proofboard.record.foreign import SourceFile, microseconds_or_none
from proofboard.record.tables import Table, read_table
from proofboard.record.terminal_bench.files import UNSTATED, Run, Runs, SystemKey, Trial, add_trial, usage_of

TRIALS_REQUIRED: Final = ("system", "run", "task_id", "is_resolved")
TRIALS_OPTIONAL: Final = ("input_tokens", "output_tokens", "agent_s")
RUNS_REQUIRED: Final = ("system", "run", "accuracy")
RUNS_OPTIONAL: Final = ("n_resolved", "n_unresolved")


def read_trials(files: Iterable[SourceFile]) -> tuple[Runs, set[SourceFile]]:
    """Read every table of trials; a table does not state the version of the benchmark."""
    runs: Runs = {}
    read: set[SourceFile] = set()
    for file in files:
        if table := read_table(file, TRIALS_REQUIRED, TRIALS_OPTIONAL):
            read.add(file)
            for row, key, name, task, trial in _trial_rows(table):
                run = runs.setdefault(key, {}).setdefault(name, Run(file=file))
                if run.file != file:
                    table.fault(row, f"the run {name!r} of {key.system} stands in another file too")
                elif reason := add_trial(run, task, None, trial):
                    table.fault(row, reason)
            table.refuse()
    return runs, read


def _trial_rows(table: Table) -> Iterator[tuple[int, SystemKey, str, str, Trial]]:
    usages = map(
        usage_of,
        table.numbers("input_tokens"),
        table.numbers("output_tokens"),
        map(microseconds_or_none, table.numbers("agent_s")),
    )
    named = zip(table.texts("system"), table.texts("run"), table.texts("task_id"), strict=True)
    rows = zip(named, table.flags("is_resolved"), usages, strict=True)
    for row, ((system, name, task), resolved, usage) in enumerate(rows):
        yield row, SystemKey(UNSTATED, system), name, task, Trial(resolved, usage)


def read_run_table(files: Iterable[SourceFile]) -> tuple[Runs, set[SourceFile]]:
    """Read every table of runs: one accuracy for each run, and no items."""
    runs: Runs = {}
    read: set[SourceFile] = set()
    for file in files:
        if table := read_table(file, RUNS_REQUIRED, RUNS_OPTIONAL):
            read.add(file)
            columns = (table.texts("system"), table.texts("run"), table.numbers("accuracy"))
            counts = zip(table.integers("n_resolved"), table.integers("n_unresolved"), strict=True)
            for row, (system, name, accuracy, counted) in enumerate(zip(*columns, counts, strict=True)):
                named = runs.setdefault(SystemKey(UNSTATED, system), {})
                try:
                    if name in named:
                        raise fault(file.name, f"the run {name!r} of {system} stands twice; keep one")
                    share = _accuracy(accuracy, *counted)
                    named[name] = Run(accuracy=share, n_resolved=counted[0], file=file)
                except InputError as error:
                    table.fault(row, error.faults[0].reason)
            table.refuse()
    return runs, read


def _accuracy(stated: float | None, resolved: int | None, unresolved: int | None) -> Fraction:
    """Return the exact share of a run: from its counts where they are given."""
    if resolved is not None and unresolved is not None:
        if min(resolved, unresolved) < 0 or not resolved + unresolved:
            raise fault("", f"has {resolved} resolved and {unresolved} unresolved tasks, expected counts of some tasks")
        return Fraction(resolved, resolved + unresolved)
    if stated is None or not 0 <= stated <= 1:
        raise fault("", f"has the accuracy {stated}, expected a share from 0 to 1")
    return Fraction(repr(stated))
