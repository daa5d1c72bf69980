"""The files of the Terminal-Bench leaderboard: result files of runs, and tables of trials or of whole runs.

A result file is one run of one system. Most hold each task once; some hold several attempts of each task, named
`task.2-of-5.run`. A verdict of null is a trial that ended without one.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import PurePosixPath
from typing import Any, Final

from proofboard.errors import Fault, InputError, fault
from proofboard.record.foreign import SourceFile, count_or_none, microseconds_or_none, parse
from proofboard.record.tables import LONGEST_TEXT, SHOWN_OF_A_VALUE
from proofboard.schemas.bundle import Usage

RESULTS_FILE: Final = "results.json"
UNSTATED: Final = "unstated"
MOST_ATTEMPTS: Final = 1000

_VERSIONED: Final = re.compile(r"(?P<name>[A-Za-z][\w.-]*)(?:@|==|:)(?P<version>[\w.-]+)")
_SYSTEM: Final = re.compile(r"\d{8}_.+")
_ATTEMPT: Final = re.compile(r"\.(\d{1,4})-of-(\d{1,4})\.")


@dataclass(frozen=True, slots=True)
class Trial:
    """One attempt of one task."""

    resolved: bool | None
    """None where the trial ended without a verdict."""
    usage: Usage | None = None


@dataclass(slots=True)
class Run:
    """One run of one system: for each task its attempts, by their number from 0."""

    tasks: dict[str, dict[int, Trial]] = field(default_factory=dict)
    attempts: int = 1
    accuracy: Fraction | None = None
    """What the source says of the run as a whole."""
    n_resolved: int | None = None
    file: SourceFile | None = None


@dataclass(frozen=True, slots=True, order=True)
class SystemKey:
    """A system under one version of the benchmark."""

    protocol: str
    system: str


Runs = dict[SystemKey, dict[str, Run]]
"""System → name of the run → run."""


def read_tree(files: Iterable[SourceFile], above: tuple[str, ...]) -> tuple[Runs, set[SourceFile]]:
    """Read all result files; `above` are the names of the folders that the source itself lies in."""
    runs: Runs = {}
    read: set[SourceFile] = set()
    faults: list[Fault] = []
    for file in files:
        if not file.name.endswith(RESULTS_FILE):
            continue
        try:
            document = parse(file.bytes(), file.name)
            # Each single trial writes a file of this name too; it says nothing that the run's file does not say.
            if not isinstance(document, dict) or not isinstance(document.get("results"), list):
                continue
            key, name = _place_of(file, above)
            read.add(file)
            named = runs.setdefault(key, {})
            if name in named:
                raise fault(file.name, f"is the run {name!r} of {key.system}, which another file holds too; keep one")
            named[name] = _run_of(document, file)
        except InputError as error:
            faults += error.faults
    if faults:
        raise InputError(faults)
    return runs, read


def _place_of(file: SourceFile, above: tuple[str, ...]) -> tuple[SystemKey, str]:
    """Tell from a path the version, the system and the run; runs may lie in folders of their own, or deeper."""
    parts = (*above, *PurePosixPath(file.name).parts)
    version = next((at for at, part in enumerate(parts[:-2]) if _VERSIONED.fullmatch(part)), None)
    dated = next((at for at, part in enumerate(parts[:-1]) if _SYSTEM.fullmatch(part)), None)
    protocol = protocol_of(parts[version]) if version is not None else UNSTATED
    if version is not None:
        at = version + 1
    elif dated is not None:
        at = dated
    else:
        at = parts.index("results") + 1 if "results" in parts[:-2] else len(above)
    inside = parts[at + 1 :]
    if not inside:
        # A result file at the top of a source: the folder that it lies in is all that names the system.
        return SystemKey(protocol, parts[max(at - 1, 0)]), file.name
    run = "/".join(inside).removesuffix(f"/{RESULTS_FILE}")
    return SystemKey(protocol, parts[at]), run


def protocol_of(folder: str) -> str:
    """Write a version one way: `core@0.1.1` and `core:0.1.1` are the same."""
    found = _VERSIONED.fullmatch(folder)
    return f"{found['name']} {found['version']}" if found else folder


def _run_of(document: dict[str, Any], file: SourceFile) -> Run:
    run = Run(n_resolved=count_or_none(document.get("n_resolved")), file=file)
    accuracy = document.get("accuracy")
    if isinstance(accuracy, (int, float)) and 0 <= accuracy <= 1:
        run.accuracy = Fraction(str(float(accuracy)))
    if not document["results"]:
        raise fault(file.name, "holds no result; remove it, or record the run again")
    faults: list[Fault] = []
    for number, row in enumerate(document["results"], start=1):
        reason = _fault_of_trial(row) or add_trial(run, row["task_id"], _attempt_of(row), _trial_of(row))
        if reason:
            faults.append(Fault(file.name, 0, f"result {number} {reason}"))
    if faults:
        raise InputError(faults)
    return run


def _fault_of_trial(row: Any) -> str | None:  # noqa: ANN401 - any JSON value
    if not isinstance(row, dict):
        return f"is {type(row).__name__}, expected an object"
    task = row.get("task_id")
    if not isinstance(task, str) or not 0 < len(task) <= LONGEST_TEXT:
        return f"has no task_id of at most {LONGEST_TEXT} characters"
    resolved = row.get("is_resolved")
    if resolved is not None and not isinstance(resolved, bool):
        return f"has is_resolved {str(resolved)[:SHOWN_OF_A_VALUE]!r}, expected true, false or null"
    return None


def _attempt_of(row: dict[str, Any]) -> tuple[int, int] | None:
    """Return the attempt's number from 0 and how many there are, as the trial's name says."""
    named = _ATTEMPT.search(str(row.get("trial_name") or ""))
    if named is None:
        return None
    number, total = int(named[1]), int(named[2])
    return (number - 1, total) if 1 <= number <= total <= MOST_ATTEMPTS else None


def add_trial(run: Run, task: str, attempt: tuple[int, int] | None, trial: Trial) -> str | None:
    """Add a trial under its number, or under the next one where it has none."""
    trials = run.tasks.setdefault(task, {})
    number, total = attempt or (len(trials), len(trials) + 1)
    if number in trials:
        return f"is attempt {number + 1} of {task!r} for the second time; keep one"
    if total > MOST_ATTEMPTS:
        return f"is one of more than {MOST_ATTEMPTS} attempts of {task!r}"
    trials[number] = trial
    run.attempts = max(run.attempts, total)
    return None


def _trial_of(row: dict[str, Any]) -> Trial:
    usage = usage_of(
        row.get("total_input_tokens"),
        row.get("total_output_tokens"),
        _between(row.get("agent_started_at"), row.get("agent_ended_at")),
    )
    return Trial(row.get("is_resolved"), usage)


def usage_of(prompt: Any, completion: Any, spent: int | None) -> Usage | None:  # noqa: ANN401
    """Return what a trial cost, or None where nothing was recorded."""
    # A trial that called no model would have solved nothing: a count of 0 says that tokens were not counted.
    usage = Usage(
        prompt_tokens=count_or_none(prompt) or None,
        completion_tokens=count_or_none(completion) or None,
        microseconds=spent,
    )
    return None if usage == Usage() else usage


def _between(started: Any, ended: Any) -> int | None:  # noqa: ANN401
    """Return the whole microseconds between two instants; None where either is absent or time runs backwards."""
    try:
        seconds = _instant(ended) - _instant(started)
    except (TypeError, ValueError, OverflowError):
        return None
    return microseconds_or_none(seconds.total_seconds())


def _instant(text: Any) -> datetime:  # noqa: ANN401
    instant = datetime.fromisoformat(text)
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)


def tasks_by_version(trials: Runs) -> dict[str, list[str]]:
    """List the tasks of each version: all that any of its systems was tried on."""
    tasks: dict[str, set[str]] = {}
    for key, runs in trials.items():
        tasks.setdefault(key.protocol, set()).update(task for run in runs.values() for task in run.tasks)
    return {protocol: sorted(found) for protocol, found in tasks.items()}
