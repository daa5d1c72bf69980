"""The benchmark that HELM runs make: every statistic of instances is a metric, and each scenario has a number.

The number of a scenario is its main metric over its main split, without perturbed instances. HELM names main metrics in
a schema that is not part of its runs; here it is the most special of those that a run was scored with.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final

from proofboard.record.helm.entries import Entry
from proofboard.record.helm.files import Run
from proofboard.record.helm.items import PART, Items, facets_of
from proofboard.record.helm.statistics import Value
from proofboard.record.recorded_scores import leaves_items_out, metric_for
from proofboard.record.slug import slug
from proofboard.record.source_files import some, unique_slug
from proofboard.schemas.benchmark import Aggregate, Benchmark, Mean, Metric, Policies, WeightedMean

BENCHMARK_ID: Final = "helm"
HEADLINE: Final = "overall"
PLACES: Final = 15
TOLERANCE: Final = "0.000000001"
"""Values are rounded to 10⁻¹² at the finest, and HELM adds floats."""

SPECIAL: Final = (
    "math_equiv_chain_of_thought",
    "math_equiv",
    "final_number_exact_match",
    "exact_match_indicator",
    "code_eval_acc",
    "pass",
    "ifeval_strict_accuracy",
    "bleu_4",
    "rouge_2",
    "f1_score",
)
GENERAL: Final = ("quasi_exact_match", "exact_match")
LOWER: Final = frozenset(
    {
        "absolute_value_difference",
        "batch_size",
        "cer_score",
        "inference_denoised_runtime",
        "inference_idealized_runtime",
        "inference_runtime",
        "mer_score",
        "num_completion_tokens",
        "num_output_tokens",
        "num_prompt_tokens",
        "ter_score",
        "toxic_frac",
        "training_co2_cost",
        "training_energy_cost",
        "wer_score",
    }
)
"""Statistics that are better where they are lower."""

Row = tuple[str, int]
"""Item and trial."""


@dataclass(slots=True)
class Scores:
    """The recorded values of one entry: name of the statistic → item and trial → value."""

    values: dict[str, dict[Row, Fraction]] = field(default_factory=dict)
    asked: set[str] = field(default_factory=set)
    """Items of all instances that have any statistic."""

    def scored(self, name: str) -> set[str]:
        """Return the items that have a value of a statistic."""
        return {item_id for item_id, _ in self.values.get(name, ())}


@dataclass(slots=True)
class Rules:
    """Everything that is declared, and under which id."""

    metrics: dict[str, Metric] = field(default_factory=dict)
    aggregates: dict[str, Aggregate] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)
    """Name of a statistic → metric."""
    headline: str = HEADLINE
    mains: dict[str, str] = field(default_factory=dict)
    """Scenario → the statistic that counts."""
    outside: list[str] = field(default_factory=list)
    """Scenarios that the overall number cannot be made from."""
    taken: set[str] = field(default_factory=lambda: {HEADLINE})


def scores_of(entries: Sequence[Entry], items: Items) -> list[Scores]:
    """Return the value of every statistic by item and trial."""
    return [_scores(entry, items) for entry in entries]


def _scores(entry: Entry, items: Items) -> Scores:
    own = Scores()
    for scenario, run in entry.runs.items():
        for (name, context), found in run.per_instance.values.items():
            by_item: dict[str, dict[int, Value]] = {}
            for (named, trial), value in found.items():
                item = items.by_place[scenario, (named, context[2])]
                by_item.setdefault(item.id, {})[trial] = value
            own.asked |= by_item.keys()
            values = own.values.setdefault(name, {})
            for item_id, trials in by_item.items():
                values.update(_rows(item_id, trials, apart=entry.has_trials))
    return own


def _rows(item_id: str, trials: dict[int, Value], *, apart: bool) -> Iterator[tuple[Row, Fraction]]:
    """Yield the values of one item by trial, or their mean where trials are no runs of the whole."""
    known = {trial: mean for trial, value in trials.items() if (mean := value.mean) is not None}
    if apart:
        yield from (((item_id, trial), mean) for trial, mean in known.items())
    elif known:
        yield (item_id, 0), sum(known.values(), Fraction(0)) / len(known)


def rules_of(entries: Sequence[Entry], items: Items, scores: Sequence[Scores]) -> Rules:
    """Declare every statistic that has a value, its means over splits, and the numbers of scenarios."""
    rules = Rules()
    unknown = {name for entry in entries for run in entry.runs.values() for name in run.per_instance.unknown}
    part_of = {item.id: item.facets[PART] for item in items.by_place.values()}
    parts: dict[str, set[str]] = {}
    for name in sorted({name for own in scores for name, found in own.values.items() if found}):
        scored = [own.scored(name) for own in scores]
        parts[name] = {part_of[item] for own in scored for item in own}
        asked = [{item for item in own.asked if part_of[item] in parts[name]} for own in scores]
        dropped = name not in unknown and leaves_items_out(asked, scored)
        rules.ids[name] = unique_slug(slug(name)[:52], rules.taken, name)
        rules.metrics[rules.ids[name]] = metric_for(
            (value for own in scores for value in own.values.get(name, {}).values()),
            reported=True,
            title=name,
            direction="lower" if name in LOWER else "higher",
            missing="drop" if dropped else "null",
            places=PLACES,
        )
    _declare_splits(rules, items, parts)
    _declare_scenarios(rules, entries, items, parts)
    return rules


def _declare_splits(rules: Rules, items: Items, parts: Mapping[str, set[str]]) -> None:
    """Declare the mean of each statistic over each split, perturbed instances left out."""
    plain: dict[str, set[str]] = {}
    for (_, context), part in items.parts.items():
        if not context[2]:
            plain.setdefault(context[0], set()).add(part)
    for name, metric_id in rules.ids.items():
        for split, every in sorted(plain.items()):
            if own := sorted(every & parts[name]):
                made = unique_slug(f"{metric_id[:48]}-{slug(split or 'all')[:15]}", rules.taken, f"{name} {split}")
                mean = Mean(metric=metric_id, slice={PART: own})
                rules.aggregates[made] = Aggregate(mean=mean, title=f"{name}, {split}" if split else name)


def _declare_scenarios(rules: Rules, entries: Sequence[Entry], items: Items, parts: Mapping[str, set[str]]) -> None:
    """Declare the number of each scenario, and their mean."""
    numbers: dict[str, str] = {}
    for scenario in sorted({scenario for entry in entries for scenario in entry.runs}):
        own = items.parts_of(scenario, next(iter(items.splits_of(scenario)), None))
        main = _main(scenario, entries, {name for name, having in parts.items() if having.intersection(own)})
        if main is None:
            rules.outside.append(scenario)
            continue
        rules.mains[scenario] = main
        numbers[scenario] = unique_slug(slug(scenario)[:56], rules.taken, scenario)
        mean = Mean(metric=rules.ids[main], slice={PART: sorted(own)})
        rules.aggregates[numbers[scenario]] = Aggregate(mean=mean, title=f"{scenario}: {main}")
    fit = [scenario for scenario in numbers if _is_share(rules, scenario)] or list(numbers)[:1]
    rules.outside += [scenario for scenario in numbers if scenario not in fit]
    if len(fit) == 1:
        rules.headline = numbers[fit[0]]
    elif fit:
        children = dict.fromkeys((numbers[scenario] for scenario in fit), 1)
        rules.aggregates[HEADLINE] = Aggregate(weighted=WeightedMean(children=children), title="Mean of the scenarios")


def _main(scenario: str, entries: Sequence[Entry], names: set[str]) -> str | None:
    """Choose the statistic that counts: the most special one, or the exact match of a multiple choice."""
    runs = [entry.runs[scenario] for entry in entries if scenario in entry.runs]
    return next((name for run in runs for name in _preferred(run) if name in names), min(names, default=None))


def _preferred(run: Run) -> list[str]:
    general = list(GENERAL)
    order = [*reversed(general)] if run.method.startswith("multiple_choice") else [*SPECIAL, *general]
    return [*order, *run.metric_names, "logprob"]


def _is_share(rules: Rules, scenario: str) -> bool:
    metric = rules.metrics[rules.ids[rules.mains[scenario]]]
    return metric.direction == "higher" and metric.range == (0, 1)


def benchmark_of(rules: Rules, items: Items) -> Benchmark:
    """Describe the benchmark."""
    scenarios = sorted({scenario for scenario, _ in items.by_place})
    return Benchmark(
        id=BENCHMARK_ID,
        title=f"HELM: {some(scenarios, 3)}"[:500],
        protocol_version="1",
        metrics=rules.metrics,
        headline=rules.headline,
        description="Scenarios of HELM, Holistic Evaluation of Language Models, as its runs recorded them.",
        facets=facets_of(items.by_place.values()),
        aggregates=rules.aggregates,
        policies=Policies(claim_tolerance=TOLERANCE),
    )
