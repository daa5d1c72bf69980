"""From files to models: which result and sample files are one run, which runs are one model, and which run counts.

A model is what decides answers, and not its name: without a model in its arguments the harness makes a name up, and
makes up the same one in every run. Of several runs of one model the latest counts, task by task.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any, Final

from proofboard import canonical
from proofboard.errors import Fault, InputError
from proofboard.record.foreign import SourceFile, parse
from proofboard.record.lm_eval.results import STAMP, Results, is_results, mapping
from proofboard.record.lm_eval.samples import TaskSamples, read_samples

MODEL_KEYS: Final = ("peft", "delta", "pretrained", "model", "path", "engine")
"""Arguments that name a model, in the order in which the harness looks for them."""
NOT_DECIDING: Final = frozenset(
    {"batch_size", "device", "eos_string", "max_batch_size", "max_retries", "num_concurrent", "timeout", "verify"}
)
"""Arguments that decide how fast answers come, and not which."""

_SAMPLES: Final = re.compile(rf"samples_(?P<task>.+)_(?P<stamp>{STAMP})\.jsonl")
_MADE_UP: Final = re.compile(r"[a-z0-9]{8}")
_NEXT_ARGUMENT: Final = re.compile(r",(?=[A-Za-z_]\w*=)")


@dataclass(slots=True)
class Run:
    """One call of the harness: its result file, its sample files, or only one of the two."""

    folder: str
    stamp: str
    results: Results | None = None
    samples: dict[str, TaskSamples] = field(default_factory=dict)

    @property
    def place(self) -> str:
        """How the run is named to the reader of the source."""
        return self.results.file.name if self.results else min(own.file.name for own in self.samples.values())

    @property
    def when(self) -> tuple[str, str]:
        """What orders runs in time; equal times are told apart by the name of the file."""
        return self.stamp or (self.results.began if self.results else None) or "", self.place

    def tasks(self) -> list[str]:
        """List the tasks that have samples or numbers; groups are none."""
        found: dict[str, None] = dict.fromkeys(self.samples)
        if self.results:
            groups = self.results.subtasks
            found |= dict.fromkeys(name for name in self.results.names() if name not in groups)
        return list(found)

    def limited(self, task: str) -> bool:
        """Say whether a task was cut short; unknown is no."""
        return self.results is not None and self.results.limited(task)

    def n_shot(self, task: str) -> int | None:
        """Return how many examples stand before each document."""
        return self.results.n_shot(task) if self.results else None


@dataclass(frozen=True, slots=True)
class Found:
    """Everything of a source that is of the harness."""

    runs: Sequence[Run]
    read: frozenset[SourceFile]
    refused: Sequence[Fault]
    """One fault for each file that could not be read."""


@dataclass(slots=True)
class Entry:
    """One model in one configuration: for each task the run that counts."""

    runs: list[Run]
    chosen: dict[str, Run] = field(default_factory=dict)
    refused: set[str] = field(default_factory=set)
    """Tasks whose samples are of other documents than those of other models."""

    @property
    def latest(self) -> Run:
        """The run that speaks for the model."""
        return max(self.chosen.values(), key=lambda run: (run.results is not None, run.when))

    def samples(self, task: str) -> TaskSamples | None:
        """Return the samples of a task that count."""
        run = self.chosen.get(task)
        return run.samples.get(task) if run else None


def read_runs(files: Iterable[SourceFile]) -> Found:
    """Read every result and sample file below a source; what cannot be read is refused file by file."""
    runs: dict[tuple[str, str], Run] = {}
    unstamped: list[SourceFile] = []
    read: set[SourceFile] = set()
    refused: list[Fault] = []
    for file in files:
        name = PurePosixPath(file.name)
        try:
            if name.suffix == ".json":
                _add_results(runs, file, read)
            elif found := _SAMPLES.fullmatch(name.name):
                _add_samples(runs, file, (found["task"], found["stamp"]), read)
            elif name.suffix == ".jsonl":
                unstamped.append(file)
        except InputError as error:
            refused += _one_of(error, file)
            read.add(file)
    for file in unstamped:
        try:
            _add_samples(runs, file, (_task_of(file, runs), ""), read)
        except InputError as error:
            refused += _one_of(error, file)
            read.add(file)
    return Found([run for _, run in sorted(runs.items())], frozenset(read), refused)


def _one_of(error: InputError, file: SourceFile) -> list[Fault]:
    """Return the first fault of a file and how many there are more."""
    first, more = error.faults[0], len(error.faults) - 1
    reason = f"{first.reason} (and {more} more fault(s))" if more else first.reason
    return [Fault(file.name, first.line, reason)]


def _add_results(runs: dict[tuple[str, str], Run], file: SourceFile, read: set[SourceFile]) -> None:
    said = parse(file.bytes(), file.name)
    if not is_results(said):
        return
    results = Results(file, said)
    key = (results.folder, results.stamp)
    read.add(file)
    if key in runs and runs[key].results:
        # Several files without a time in their names are runs of their own.
        key = (results.folder, f"{results.stamp} {file.name}")
    runs.setdefault(key, Run(results.folder, results.stamp)).results = results


def _add_samples(
    runs: dict[tuple[str, str], Run], file: SourceFile, named: tuple[str, str], read: set[SourceFile]
) -> None:
    task, stamp = named
    samples = read_samples(file, task)
    if samples:
        folder = PurePosixPath(file.name).parent.as_posix()
        read.add(file)
        run = runs.setdefault((folder, stamp), Run(folder, stamp))
        run.samples[task] = samples


def _task_of(file: SourceFile, runs: Mapping[tuple[str, str], Run]) -> str:
    """Find the task of a sample file from before times stood in names: `<model arguments>_<task>.jsonl`."""
    name = PurePosixPath(file.name)
    run = runs.get((name.parent.as_posix(), ""))
    known = run.tasks() if run else []
    fitting = [task for task in known if name.stem == task or name.stem.endswith(f"_{task}")]
    return max(fitting, key=len, default=name.stem.removeprefix("samples_"))


def arguments_of(config: Mapping[str, Any]) -> dict[str, Any]:
    """Return the model's arguments that decide answers; the command line writes them as `key=value,key=value`."""
    stated = config.get("model_args")
    if isinstance(stated, str):
        pairs = (part.partition("=") for part in _NEXT_ARGUMENT.split(stated) if part)
        stated = {name.strip(): value for name, _, value in pairs}
    return {name: value for name, value in mapping(stated).items() if name not in NOT_DECIDING and value is not None}


def has_made_up_name(run: Run) -> bool:
    """Say whether the harness made up the name of a model, because its arguments name none."""
    if run.results is None or any(key in arguments_of(run.results.config) for key in MODEL_KEYS):
        return False
    return bool(_MADE_UP.fullmatch(run.results.text("model_name") or ""))


def model_of(run: Run) -> str:
    """Name a model: as its run does, otherwise by the kind of model, otherwise by the folder of its samples."""
    if run.results is None:
        return PurePosixPath(run.folder).name or "unnamed"
    results, arguments = run.results, arguments_of(run.results.config)
    named = next((str(arguments[key]) for key in MODEL_KEYS if arguments.get(key)), None)
    stated = None if has_made_up_name(run) else results.text("model_name")
    kind = results.text("model_source") or results.config.get("model")
    return stated or named or (kind if isinstance(kind, str) and kind else PurePosixPath(run.folder).name or "unnamed")


def identity_of(run: Run) -> str:
    """Name everything that decides the answers of a run; examples before documents are compared task by task."""
    if run.results is None:
        return canonical.digest_of(["samples only", run.folder])
    results, config = run.results, run.results.config
    return canonical.digest_of(
        [
            model_of(run),
            results.text("model_source") or config.get("model"),
            arguments_of(config),
            [config.get(name) for name in ("model_revision", "model_sha", "model_dtype")],
            config.get("gen_kwargs") or None,
            results.text("system_instruction"),
            results.text("chat_template"),
            bool(results.said.get("fewshot_as_multiturn")),
        ]
    )


def entries_of(runs: Iterable[Run]) -> list[Entry]:
    """Gather runs into models; a task that was run with another number of examples is another configuration."""
    entries: dict[str, list[Entry]] = {}
    for run in sorted(runs, key=lambda run: run.when):
        if run.tasks():
            known = entries.setdefault(identity_of(run), [])
            fitting = next((entry for entry in known if _agree(entry, run)), None)
            if fitting is None:
                known.append(fitting := Entry([]))
            fitting.runs.append(run)
    found = [entry for _, own in sorted(entries.items()) for entry in own]
    for entry in found:
        for task in dict.fromkeys(task for run in entry.runs for task in run.tasks()):
            # A run that was cut short never counts before a whole one.
            having = [run for run in entry.runs if task in run.tasks()]
            entry.chosen[task] = max(having, key=lambda run: (not run.limited(task), run.when))
    return sorted(found, key=lambda entry: (model_of(entry.latest), entry.latest.when))


def _agree(entry: Entry, run: Run) -> bool:
    return all(
        other.n_shot(task) == run.n_shot(task) for other in entry.runs for task in run.tasks() if task in other.tasks()
    )
