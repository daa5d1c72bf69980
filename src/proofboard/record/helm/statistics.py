"""The statistics of a HELM run: those of its instances, and its summary, which they must give again.

A summary is the mean over trials of the mean over instances. Its worst cases are the lowest value of an instance over
its perturbations and its original, as HELM computes them; what is made in another way, such as a perplexity or a
calibration error, cannot be made from instances.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Final, Literal

from proofboard.record.foreign import count_or_none
from proofboard.record.helm.instances import COMPUTED_ON, Where, listing, mapping, perturbation_of, text_of, trial_of
from proofboard.record.recorded_scores import close, exact_score, mean

WORST: Final = "worst"
ORIGINAL: Final = "original"
FAMILIES: Final = ("robustness", "fairness")

Context = tuple[str, str, str]
"""Split, sub-split, perturbation as canonical JSON; empty where there is none."""
Named = tuple[str, Context]
"""Name of a statistic and its context."""
Values = dict[tuple[str, int], "Value"]
"""Id of the instance and trial → value."""
Verdict = Literal["agrees", "disagrees", "not per instance", "without a value"]


@dataclass(slots=True)
class Value:
    """One statistic of one instance in one trial."""

    total: Fraction
    count: int
    least: Fraction | None

    @property
    def mean(self) -> Fraction | None:
        """The value of the instance; None where HELM counted nothing."""
        return self.total / self.count if self.count > 1 else self.total if self.count else None


@dataclass(slots=True)
class PerInstance:
    """All statistics of all instances of a run."""

    values: dict[Named, Values] = field(default_factory=dict)
    families: dict[str, frozenset[str]] = field(default_factory=dict)
    """Perturbation → those of robustness and fairness that it belongs to."""
    trials: set[int] = field(default_factory=set)
    unknown: set[str] = field(default_factory=set)
    """Statistics that are no number somewhere."""
    doubled: list[str] = field(default_factory=list)
    """Statistics of an instance that stand twice with other values."""

    def of(self, where: Where, trial: int) -> Iterator[tuple[str, Value]]:
        """Yield the statistics of an instance by name."""
        for (name, context), found in self.values.items():
            if context[2] == where[1] and (value := found.get((where[0], trial))):
                yield name, value


@dataclass(frozen=True, slots=True)
class Checked:
    """One line of the summary, and what the instances give."""

    named: Named
    label: str
    verdict: Verdict
    stated: Fraction | None
    found: Fraction | None
    is_direct: bool
    """Whether it is a mean over instances as they are, and no worst case of several."""


def read_per_instance(said: Any) -> PerInstance:  # noqa: ANN401 - any JSON value
    """Read the statistics of all instances; each metric of a run may have written lines of its own."""
    found = PerInstance()
    for row in map(mapping, listing(said)):
        named, trial = row.get("instance_id"), trial_of(row)
        if not isinstance(named, str) or not named or trial is None:
            continue
        found.trials.add(trial)
        for stat in map(mapping, listing(row.get("stats"))):
            _add(found, (named, trial), stat, row.get("perturbation"))
    return found


def _add(found: PerInstance, place: tuple[str, int], stat: Mapping[str, Any], perturbation: Any) -> None:  # noqa: ANN401
    said = mapping(stat.get("name"))
    name = text_of(said.get("name"))
    if not name:
        return
    context = context_of({**said, "perturbation": said.get("perturbation") or perturbation})
    _remember_families(found, context[2], mapping(said.get("perturbation") or perturbation))
    total, count = exact_score(stat.get("sum")), count_or_none(stat.get("count"))
    if total is None or count is None:
        found.unknown.add(name)
        return
    # Nearly every statistic of an instance is a single value.
    least = total if count == 1 else exact_score(stat.get("min"))
    value = Value(total, count, least)
    before = found.values.setdefault((name, context), {}).setdefault(place, value)
    if (before.total, before.count) != (total, count):
        found.doubled.append(f"{name} of {place[0]}")


def _remember_families(found: PerInstance, named: str, fields: Mapping[str, Any]) -> None:
    if named:
        found.families[named] = frozenset(family for family in FAMILIES if fields.get(family) is True)


def context_of(name: Mapping[str, Any]) -> Context:
    """Return the split, sub-split and perturbation that a statistic is of."""
    split, sub_split = text_of(name.get("split")) or "", text_of(name.get("sub_split")) or ""
    return split, sub_split, perturbation_of(name.get("perturbation"))


def checked(said: Any, found: PerInstance) -> list[Checked]:  # noqa: ANN401 - any JSON value
    """Compute every line of the summary again from the instances."""
    return [own for stat in map(mapping, listing(said)) if (own := _checked(stat, found))]


def _checked(stat: Mapping[str, Any], found: PerInstance) -> Checked | None:
    said = mapping(stat.get("name"))
    name = text_of(said.get("name"))
    if not name:
        return None
    context = context_of(said)
    named, stated = (name, context), _stated(stat)
    perturbation = mapping(said.get("perturbation"))
    # The originals and the worst cases of a perturbation bear the name of the perturbed instances.
    direct = None if text_of(perturbation.get(COMPUTED_ON)) in {WORST, ORIGINAL} else found.values.get(named)
    values = direct if direct is not None else _worst_cases(named, perturbation, found)
    given = _mean_of_trials(values.items()) if values else None
    verdict: Verdict
    if values is None:
        verdict = "without a value" if stated is None else "not per instance"
    elif stated is None and given is None:
        verdict = "without a value"
    else:
        verdict = "agrees" if stated is not None and given is not None and close(stated, given) else "disagrees"
    return Checked(named, _label(name, said), verdict, stated, given, direct is not None)


def _stated(stat: Mapping[str, Any]) -> Fraction | None:
    """Return the number of a line: its mean, or its sum over its count where it has none."""
    stated, count = exact_score(stat.get("mean")), count_or_none(stat.get("count"))
    total = exact_score(stat.get("sum"))
    return total / count if stated is None and total is not None and count else stated


def _mean_of_trials(values: Iterable[tuple[tuple[str, int], Value]]) -> Fraction | None:
    trials: dict[int, list[Value]] = {}
    for (_, trial), value in values:
        trials.setdefault(trial, []).append(value)
    # An instance that was counted several times weighs as often, and one that was not counted not at all.
    counts = {trial: sum(value.count for value in own) for trial, own in trials.items()}
    totals = {trial: sum((value.total for value in own), Fraction(0)) for trial, own in trials.items()}
    return mean(totals[trial] / count for trial, count in counts.items() if count)


def _worst_cases(
    named: Named, perturbation: Mapping[str, Any], found: PerInstance
) -> dict[tuple[str, int], Value] | None:
    """Return the values that a worst case is the mean of; None for what is made in another way."""
    name, (split, sub_split, key) = named
    computed_on = text_of(perturbation.get(COMPUTED_ON))
    if computed_on not in {WORST, ORIGINAL}:
        return None
    original = found.values.get((name, (split, sub_split, "")), {})
    family = text_of(perturbation.get("name"))
    if family in FAMILIES and key not in found.families:
        others = [
            values
            for (own, context), values in found.values.items()
            if own == name and context[:2] == (split, sub_split) and family in found.families.get(context[2], ())
        ]
        places = {*original, *(place for values in others for place in values)}
    else:
        others = [found.values.get((name, (split, sub_split, key)), {})]
        places = set(others[0])
    if computed_on == ORIGINAL:
        return {place: original[place] for place in places if place in original} or None
    least = {place: _least([values[place] for values in (original, *others) if place in values]) for place in places}
    return {place: Value(value, 1, value) for place, value in sorted(least.items()) if value is not None} or None


def _least(values: Iterable[Value]) -> Fraction | None:
    return min((value.least for value in values if value.count and value.least is not None), default=None)


def _label(name: str, said: Mapping[str, Any]) -> str:
    """Write a line of the summary so that its name, split and perturbation can be read."""
    perturbation = mapping(said.get("perturbation"))
    parts = [said.get("split"), said.get("sub_split"), perturbation.get("name"), perturbation.get(COMPUTED_ON)]
    shown = ", ".join(str(part) for part in parts if part)
    return f"{name} ({shown})" if shown else name
