"""The numbers of a log's header, computed again from its samples: exact fractions, then one root where one is needed.

Means are claims, which the board compares itself; the spreads are compared here.
"""

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any, Final

import msgspec

from proofboard.core.exact import root
from proofboard.record.inspect_log.header import HeaderMetric, HeaderScore
from proofboard.record.inspect_log.log import Log
from proofboard.record.inspect_log.samples import Sample
from proofboard.record.inspect_log.values import MEAN, Measure, is_known, part_of, reduced

MEANS: Final = frozenset({"accuracy", "mean"})
GROUPED: Final = "grouped"
TOLERANCE: Final = 1e-9
"""How far apart, as a share, two numbers are that differ by floating point only."""
CUSTOM: Final = frozenset({"to_float", "value_to_float"})
"""Options that give values another worth, by a function that is not in the log."""


class Unit(msgspec.Struct, frozen=True):
    """One item that was scored, its epochs reduced; or one epoch of it, where they are not."""

    value: Fraction
    metadata: Mapping[str, Any]


class Units:
    """The items of one measure, and the groups that metrics part them into."""

    def __init__(self, units: Iterable[Unit]) -> None:
        """Take the items; groups are made when they are asked for, each kind once."""
        self.all = list(units)
        self._grouped: dict[tuple[str, str], dict[str, list[Unit]] | None] = {}

    def groups(self, key: str, template: str) -> Mapping[str, Sequence[Unit]] | None:
        """Part the items by a key of their metadata; None where one has no value of it."""
        if (key, template) not in self._grouped:
            self._grouped[key, template] = self._parted(key, template)
        return self._grouped[key, template]

    def _parted(self, key: str, template: str) -> dict[str, list[Unit]] | None:
        if any(key not in unit.metadata for unit in self.all):
            return None
        groups: dict[str, list[Unit]] = {}
        for unit in self.all:
            groups.setdefault(template.replace("{group_name}", str(unit.metadata[key])), []).append(unit)
        return groups


class Compared(msgspec.Struct, frozen=True):
    """One number of a header beside what the samples give."""

    measure: Measure
    metric: str
    claimed: float
    found: float | None
    """None where it cannot be computed from the samples."""

    @property
    def agrees(self) -> bool:
        """Say whether both are the same number, but for floating point."""
        return self.found is not None and math.isclose(
            self.claimed, self.found, rel_tol=TOLERANCE, abs_tol=TOLERANCE / 1000
        )


def measure_of(score: HeaderScore, log: Log) -> Measure:
    """Return what a header's numbers are about; without a word on it epochs are reduced as the log says."""
    reducers = log.header.reducers
    return Measure(score.scorer, score.part, score.reducer or (reducers[0] if len(reducers) == 1 else MEAN))


def is_mean(metric: HeaderMetric) -> bool:
    """Say whether a number is the mean of a measure, which the board has too."""
    return metric.name in MEANS and metric.group is None and not metric.params.keys() & {*CUSTOM, "group_key"}


def compared(log: Log) -> Iterator[Compared]:
    """Compute every number of a header again."""
    epochs = epochs_of(log)
    for score in log.header.scores:
        measure = measure_of(score, log)
        units = Units(_units(epochs, measure, by_epoch=not log.header.reducers))
        for metric in score.metrics:
            if metric.value is not None:
                yield Compared(measure, metric.key, metric.value, _again(metric, units) if units.all else None)


def epochs_of(log: Log) -> dict[str, list[Sample]]:
    """Gather the epochs of each sample, in their order."""
    epochs: dict[str, list[Sample]] = {}
    for (own, _), sample in sorted(log.samples.items(), key=lambda pair: pair[0][1]):
        epochs.setdefault(own, []).append(sample)
    return epochs


def _units(epochs: Mapping[str, Sequence[Sample]], measure: Measure, *, by_epoch: bool) -> Iterator[Unit]:
    if not is_known(measure.reducer):
        return
    for samples in epochs.values():
        scored = [sample for sample in samples if measure.scorer in sample.values]
        values = [part_of(sample.values[measure.scorer], measure.part) for sample in scored]
        for together in [[value] for value in values] if by_epoch else [values]:
            value = reduced(together, MEAN if by_epoch else measure.reducer)
            if value is not None:
                yield Unit(value, scored[0].metadata)


def _again(metric: HeaderMetric, units: Units) -> float | None:
    if metric.params.keys() & CUSTOM:
        return None
    if "group_key" in metric.params:
        return _grouped(metric, units)
    return _computed(metric.name, metric.params, units.all)


def _computed(name: str, params: Mapping[str, Any], units: Sequence[Unit]) -> float | None:
    if name == "stderr" and params.get("cluster") is not None:
        return _clustered_error(units, str(params["cluster"]))
    rule = _RULES.get(name)
    return rule([unit.value for unit in units]) if rule else None


def _grouped(metric: HeaderMetric, units: Units) -> float | None:
    """Compute a number of one group, or of all: over the samples, or over the groups."""
    params, inner = metric.params, metric.params.get("metric")
    groups = units.groups(str(params["group_key"]), str(params.get("name_template") or "{group_name}"))
    if groups is None or not isinstance(inner, dict):
        return None
    name, options = str(inner.get("name") or "").rpartition("/")[2], inner.get("params") or {}
    if metric.name in groups:
        return _computed(name, options, groups[metric.name])
    if metric.name != params.get("all_label", "all"):
        return None
    if params.get("all", "samples") != "groups":
        return _computed(name, options, units.all)
    found = [_computed(name, options, own) for own in groups.values()]
    known = [value for value in found if value is not None]
    return math.fsum(known) / len(known) if len(known) == len(found) else None


class _Sums(msgspec.Struct, frozen=True):
    """Sums of numbers over one denominator, in integers: ten thousand fractions would be slow to add."""

    count: int
    total: int
    squares: int
    denominator: int


def _sums(values: Iterable[Fraction]) -> _Sums:
    kept = list(values)
    common = math.lcm(*{value.denominator for value in kept})
    scaled = [value.numerator * (common // value.denominator) for value in kept]
    return _Sums(len(scaled), sum(scaled), sum(one * one for one in scaled), common)


def _mean(values: Iterable[Fraction]) -> Fraction:
    sums = _sums(values)
    return Fraction(sums.total, sums.count * sums.denominator)


def _variance(values: Iterable[Fraction]) -> Fraction:
    """Return the sample variance (n - 1); 0 of one value, as Inspect has it."""
    sums = _sums(values)
    if sums.count == 1:
        return Fraction(0)
    spread = sums.count * sums.squares - sums.total * sums.total
    return Fraction(spread, sums.count * (sums.count - 1) * sums.denominator**2)


def _clustered_error(units: Iterable[Unit], key: str) -> float | None:
    """Return the clustered standard error of the mean (arXiv:2411.00640, appendix A), corrected for few clusters."""
    kept = list(units)
    clusters: dict[Any, list[Fraction]] = {}
    for unit in kept:
        cluster = unit.metadata.get(key)
        if not isinstance(cluster, (str, int, float)):
            return None
        clusters.setdefault(cluster, []).append(unit.value)
    if len(clusters) == 1:
        return 0.0
    mean = _mean(unit.value for unit in kept)
    squares = sum((len(own) * (_mean(own) - mean)) ** 2 for own in clusters.values())
    return root(squares * len(clusters) / ((len(clusters) - 1) * Fraction(len(kept) ** 2)))


_RULES: Final[Mapping[str, Callable[[Sequence[Fraction]], float]]] = {
    "accuracy": lambda values: float(_mean(values)),
    "mean": lambda values: float(_mean(values)),
    "var": lambda values: float(_variance(values)),
    "std": lambda values: root(_variance(values)),
    "stderr": lambda values: root(_variance(values) / len(values)),
}
