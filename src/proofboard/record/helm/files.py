"""Run directories of HELM, wherever they lie below a source: `benchmark_output/runs/<suite>/<run>/`."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, Final

from proofboard import canonical
from proofboard.errors import Fault, InputError, fault
from proofboard.record.foreign import SourceFile, parse
from proofboard.record.helm.instances import State, listing, mapping, read_instances, read_state, text_of
from proofboard.record.helm.statistics import Checked, PerInstance, checked, read_per_instance

RUN_SPEC: Final = "run_spec.json"
SCENARIO: Final = "scenario.json"
STATE: Final = "scenario_state.json"
PER_INSTANCE: Final = "per_instance_stats.json"
STATS: Final = "stats.json"
INSTANCES: Final = "instances.json"
KNOWN: Final = frozenset(
    {
        RUN_SPEC,
        SCENARIO,
        STATE,
        PER_INSTANCE,
        STATS,
        INSTANCES,
        "display_predictions.json",
        "display_requests.json",
        "predictions.json",
    }
)
"""Files of a run; the last ones repeat for a page what the others say."""
NOT_DECIDING: Final = frozenset({"eval_splits", "max_eval_instances", "model", "model_deployment", "num_trials"})
"""Fields of an adapter that name the model, or which instances are asked."""
LONGEST_LABEL: Final = 200

_NO_SCENARIO: Final = re.compile(
    r"(?<![A-Za-z0-9_])(?:data_augmentation|max_train_instances|method|model|model_deployment|num_outputs)=[^,]*,?"
)
"""What the name of a run says of the model and of how it was asked."""


@dataclass(slots=True)
class Run:
    """One run: one model on one scenario."""

    folder: str
    files: Mapping[str, SourceFile]
    spec: Mapping[str, Any]
    adapter: Mapping[str, Any]
    scenario: str
    """What readers see of the scenario."""
    state: State
    per_instance: PerInstance
    summary: list[Checked]

    @property
    def name(self) -> str:
        """The name of the run."""
        return text_of(self.spec.get("name")) or PurePosixPath(self.folder).name or "run"

    @property
    def model(self) -> str:
        """The model, as HELM names it."""
        named = [text_of(self.adapter.get(key)) for key in ("model", "model_deployment")]
        return next((name for name in named if name), "unnamed")

    @property
    def deployment(self) -> str:
        """Who ran the model: the same model may be offered by several."""
        return text_of(self.adapter.get("model_deployment")) or self.model

    @property
    def method(self) -> str:
        """How instances become prompts."""
        return text_of(self.adapter.get("method")) or ""

    @property
    def deciding(self) -> dict[str, Any]:
        """The fields of the adapter that decide answers."""
        return {name: value for name, value in self.adapter.items() if name not in NOT_DECIDING and value is not None}

    @property
    def groups(self) -> list[str]:
        """The groups of HELM that the run counts in."""
        return [group for group in listing(self.spec.get("groups")) if isinstance(group, str) and group]

    @property
    def metric_names(self) -> list[str]:
        """The metrics that the run asked for, in its order."""
        arguments = [mapping(mapping(own).get("args")) for own in listing(self.spec.get("metric_specs"))]
        return [name for own in arguments for name in listing(own.get("names")) if isinstance(name, str)]


@dataclass(frozen=True, slots=True)
class Found:
    """Everything of a source that is of HELM."""

    runs: list[Run]
    read: frozenset[SourceFile]
    refused: list[Fault]


def read_runs(files: Iterable[SourceFile]) -> Found:
    """Read every run directory; one that cannot be read is refused, and the others are still read."""
    folders: dict[str, dict[str, SourceFile]] = {}
    for file in files:
        path = PurePosixPath(file.name)
        if path.name in KNOWN:
            folders.setdefault(path.parent.as_posix(), {})[path.name] = file
    runs: list[Run] = []
    read: set[SourceFile] = set()
    refused: list[Fault] = []
    for folder, own in sorted(folders.items()):
        if not own.keys() & {RUN_SPEC, STATE, PER_INSTANCE, STATS}:
            continue
        read |= set(own.values())
        try:
            runs.append(_read_run(folder, own))
        except InputError as error:
            refused += error.faults
    return Found(runs, frozenset(read), refused)


def _read_run(folder: str, files: Mapping[str, SourceFile]) -> Run:
    if PER_INSTANCE not in files:
        first = min(files.values())
        reason = f"has no {PER_INSTANCE} beside it, without which no number can be computed again; add it"
        raise fault(first.name, reason)
    spec, state_said = mapping(_parsed(files, RUN_SPEC)), _parsed(files, STATE)
    rows = _parsed(files, PER_INSTANCE)
    if not isinstance(rows, list):
        raise fault(files[PER_INSTANCE].name, f"holds {type(rows).__name__}, expected a list of instances")
    found = read_per_instance(rows)
    if not found.values:
        raise fault(files[PER_INSTANCE].name, "holds no statistic of any instance; run the metrics again")
    adapter = mapping(spec.get("adapter_spec")) or mapping(mapping(state_said).get("adapter_spec"))
    state = read_state(state_said) if STATE in files else read_instances(_parsed(files, INSTANCES))
    name = text_of(spec.get("name")) or PurePosixPath(folder).name
    return Run(
        folder=folder,
        files=files,
        spec=spec,
        adapter=adapter,
        scenario=_scenario(name, mapping(_parsed(files, SCENARIO))),
        state=state,
        per_instance=found,
        summary=checked(_parsed(files, STATS), found),
    )


def _parsed(files: Mapping[str, SourceFile], name: str) -> Any:  # noqa: ANN401 - any JSON value
    return parse(files[name].bytes(), files[name].name) if name in files else None


def _scenario(name: str, said: Mapping[str, Any]) -> str:
    """Name a scenario by its run, without the model and without how it was asked."""
    kept = _NO_SCENARIO.sub("", name).strip(",: ")
    label = kept or text_of(said.get("name")) or "scenario"
    return label if len(label) <= LONGEST_LABEL else f"{label[:LONGEST_LABEL]} {canonical.digest(label.encode())[-8:]}"
