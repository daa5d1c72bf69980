"""From runs to models: which runs are one entry, which run of a scenario counts, and whether all asked the same."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from proofboard import canonical
from proofboard.errors import Fault
from proofboard.record.helm.files import STATE, Run
from proofboard.record.recorded_scores import asks_the_same


@dataclass(slots=True)
class Entry:
    """One model in one configuration, and the run of each scenario that counts."""

    runs: dict[str, Run] = field(default_factory=dict)
    """Scenario → run."""
    replaced: list[str] = field(default_factory=list)
    """Names of runs in whose place a later one counts."""

    @property
    def first(self) -> Run:
        """A run that speaks for the model."""
        return self.runs[min(self.runs)]

    @property
    def has_trials(self) -> bool:
        """Whether all runs have the same trials, so that each trial is a run of the whole."""
        return len({frozenset(run.per_instance.trials) for run in self.runs.values()}) == 1

    @property
    def n_trials(self) -> int:
        """How many trials the entry has; where its scenarios differ in them, their means are one."""
        return max(self.first.per_instance.trials) + 1 if self.has_trials else 1


def entries_of(runs: Iterable[Run]) -> list[Entry]:
    """Gather runs by model; a scenario that was asked in another way is another configuration."""
    models: dict[tuple[str, str], list[Entry]] = {}
    for run in sorted(runs, key=lambda run: (run.state.latest, run.folder)):
        known = models.setdefault((run.model, run.deployment), [])
        fitting = next((entry for entry in known if _fits(entry, run)), None)
        if fitting is None:
            known.append(fitting := Entry())
        if before := fitting.runs.get(run.scenario):
            fitting.replaced.append(before.folder)
        fitting.runs[run.scenario] = run
    return [entry for _, own in sorted(models.items()) for entry in own]


def _fits(entry: Entry, run: Run) -> bool:
    before = entry.runs.get(run.scenario)
    return before is None or canonical.dump(before.deciding) == canonical.dump(run.deciding)


def refuse_other_instances(entries: Sequence[Entry]) -> list[Fault]:
    """Take out runs whose instances are not those of most models, with a fault for each."""
    faults: list[Fault] = []
    for scenario in sorted({scenario for entry in entries for scenario in entry.runs}):
        having = sorted(
            (entry for entry in entries if scenario in entry.runs),
            key=lambda entry: (entry.runs[scenario].state.latest, entry.runs[scenario].folder),
        )
        asked = [_contents(entry.runs[scenario]) for entry in having]
        for entry, fits in zip(having, asks_the_same(asked), strict=True):
            if not fits:
                run = entry.runs.pop(scenario)
                reason = (
                    f"asks instances of {scenario} that are not those of the other models: a text or references"
                    " differ under the same id; score the same version of the scenario"
                )
                faults.append(Fault(run.files[STATE].name if STATE in run.files else run.folder, 0, reason))
    return faults


def _contents(run: Run) -> dict[str, str]:
    """Return what each instance is, by its id and perturbation."""
    return {"\n".join(where): instance.content for where, instance in run.state.instances.items()}
