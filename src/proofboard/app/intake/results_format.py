"""Turn posted metadata and results into a configuration and a bundle of reported scores; every claimed sum is redone.

Points are hundredths of a metric's range, and exact: 89.1 is 891/1000 of the way from its lowest to its highest score.
Totals follow from the benchmark's own weights, aggregates from the totals; what a claim says is compared as far as its
decimals go, and a claim that is wrong is refused with the number that is right.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

import msgspec

from proofboard.app.intake.posted_results import Number, PostedMetadata, PostedProblem, PostedResults, pointer
from proofboard.app.submissions.checks import PUBLIC, Rules
from proofboard.core.composites import bounds_of, composite, nearest
from proofboard.core.exact import rounded
from proofboard.core.items import ItemTable
from proofboard.core.rules.benchmark import parts_of_metric
from proofboard.errors import Fault, InputError
from proofboard.record.imported import NewBundle
from proofboard.schemas.benchmark import Metric
from proofboard.schemas.bundle import ReportedScore, Response, SourceRecord, Usage
from proofboard.schemas.configuration import Configuration, Decoding

TOTAL: Final = "total"
FULL_POINTS: Final = 100
SHOWN_NAMES: Final = 10
FORMAT: Final = "results"
RESULTS: Final = ("results", "problem_results")
AGGREGATES: Final = ("results", "aggregate_scores")

Points = list[Fraction | None]
Told = tuple[str, PostedProblem]
"""The pointer to a problem, and what is told of it."""


def configuration_of(metadata: PostedMetadata, entry: str) -> Configuration:
    """Return the configuration that metadata describe, under the name of an entry."""
    told = metadata.configuration
    vendor, config_name = entry.split("/")
    return Configuration(
        vendor=vendor,
        config_name=config_name,
        title=metadata.model.name,
        extra_prompts={"system": told.system_prompt} if told.system_prompt else {},
        decoding=Decoding(
            model=metadata.model.name,
            temperature=told.temperature,
            top_p=told.top_p,
            max_tokens=told.max_tokens,
            frequency_penalty=told.frequency_penalty,
            presence_penalty=told.presence_penalty,
        ),
        tools_used=told.tools_used or [],
        model=metadata.model,
        hardware=metadata.hardware,
        reproducibility=metadata.reproducibility,
    )


def bundle_of(posted: PostedResults, rules: Rules, digest: str) -> NewBundle:
    """Return the bundle of reported scores; raises InputError with every fault and the pointer to its place.

    `digest` names the bytes that were posted.
    """
    table = rules.tables[PUBLIC]
    faults = [*_unfit(rules)]
    problems, strange = _by_item(posted.results.problem_results, table)
    faults += strange
    columns = _columns(problems, rules, faults)
    if not strange:
        # Sums over other problems than the benchmark's would be other numbers.
        faults += _wrong_aggregates(posted, columns.get(total_of(rules) or ""), rules)
    if faults:
        raise InputError(faults)
    reported = [name for name, metric in rules.plan.metrics.items() if metric.reported]
    return NewBundle(
        responses=list(_responses(problems, table)),
        scores=[
            ReportedScore(item_id=item, scores={name: _on_grid(told, name, rules) for name in reported})
            for item, (_, told) in problems.items()
        ],
        recorded=posted.metadata.timestamp,
        source=SourceRecord(format=FORMAT, name=posted.results.evaluation_id, digest=digest),
        claims={"evaluation_id": posted.results.evaluation_id, "submission_id": posted.results.submission_id},
    )


def total_of(rules: Rules) -> str | None:
    """Return the metric that `total` means: the one of that name, or else a weighted headline."""
    metrics, headline = rules.plan.metrics, rules.plan.benchmark.headline
    if TOTAL in metrics:
        return TOTAL
    return headline if headline in metrics and metrics[headline].weighted else None


def _unfit(rules: Rules) -> Iterator[Fault]:
    """Refuse scores for a benchmark that makes its own."""
    graded = sorted(name for name, metric in rules.plan.metrics.items() if metric.grader)
    if graded or not any(metric.reported for metric in rules.plan.metrics.values()):
        named = ", ".join(graded) or "every metric"
        yield Fault(
            "/results", 0, f"{named}: is graded by this board; hand in the answers, packed with `proofboard submit`"
        )


def _by_item(problems: Sequence[PostedProblem], table: ItemTable) -> tuple[dict[str, Told], list[Fault]]:
    """Find the item of every problem; each item once, none absent, none that the benchmark does not have."""
    faults: list[Fault] = []
    found: dict[str, Told] = {}
    for index, told in enumerate(problems):
        place = pointer(*RESULTS, index)
        item = next((own for own in (told.problem_id, told.problem_id.lower()) if own in table.index), None)
        if item is None:
            faults.append(Fault(f"{place}/problem_id", 0, f"{told.problem_id[:100]!r} is not an item of this set"))
        elif item in found:
            reason = f"{told.problem_id!r} stands twice, first at {found[item][0]}; keep one"
            faults.append(Fault(f"{place}/problem_id", 0, reason))
        else:
            found[item] = place, told
    if absent := [item.id for item in table.items if item.id not in found]:
        shown = ", ".join(absent[:SHOWN_NAMES]) + (", …" if len(absent) > SHOWN_NAMES else "")
        reason = f"lacks {len(absent)} of {len(table.items)} problems: {shown}; give each, with null where unknown"
        faults.append(Fault(pointer(*RESULTS), 0, reason))
    return {item.id: found[item.id] for item in table.items if item.id in found}, faults


def _columns(problems: Mapping[str, Told], rules: Rules, faults: list[Fault]) -> dict[str, list[int | None]]:
    """Compute every metric of every problem on its grid, and compare the claims among them."""
    metrics, total = rules.plan.metrics, total_of(rules)
    for place, told in problems.values():
        faults += _unknown_scores(place, told, rules)
    columns: dict[str, list[int | None]] = {}
    for name in rules.plan.order:
        metric = metrics[name]
        if metric.reported:
            columns[name] = [_on_grid(told, name, rules) for _, told in problems.values()]
        elif not metric.grader and all(part in columns for part in parts_of_metric(metric)):
            parts = {part: (columns[part], metrics[part]) for part in parts_of_metric(metric)}
            columns[name] = composite(metric, parts, len(problems))
            for key in {name, TOTAL} if name == total else {name}:
                faults += _wrong_claims(problems.values(), key, columns[name], metric)
    return columns


def _unknown_scores(place: str, told: PostedProblem, rules: Rules) -> Iterator[Fault]:
    metrics = rules.plan.metrics
    known = {*metrics, *([TOTAL] if total_of(rules) else [])}
    for name in told.scores.keys() - known:
        reason = f"is no metric of the benchmark; it has {', '.join(sorted(known))}"
        yield Fault(f"{place}{pointer('scores', name)}", 0, reason)
    for name, metric in metrics.items():
        if metric.reported and name not in told.scores:
            reason = "is required and absent; give its points, or null where it is unknown"
            yield Fault(f"{place}{pointer('scores', name)}", 0, reason)
        value = told.scores.get(name)
        if value is not None and metric.reported and metric.denominator == 1 and _exact(value, metric).denominator != 1:
            low, high = metric.range
            reason = f"{value} points lie between the scores that the metric has: whole numbers from {low} to {high}"
            yield Fault(f"{place}{pointer('scores', name)}", 0, reason)


def _exact(points: Number, metric: Metric) -> Fraction:
    """Return the score of a metric, times its denominator, that points mean."""
    low, high = bounds_of(metric)
    return low + (high - low) * Fraction(repr(points)) / FULL_POINTS


def _on_grid(told: PostedProblem, name: str, rules: Rules) -> int | None:
    points = told.scores.get(name)
    if points is None:
        return None
    exact = _exact(points, rules.plan.metrics[name])
    return nearest(exact.numerator, exact.denominator)


def _in_points(value: int | None, metric: Metric) -> Fraction | None:
    low, high = bounds_of(metric)
    return None if value is None else Fraction(FULL_POINTS * (value - low), high - low)


def _wrong_claims(problems: Iterable[Told], key: str, column: Sequence[int | None], metric: Metric) -> Iterator[Fault]:
    for (place, told), value in zip(problems, column, strict=True):
        claimed = told.scores.get(key)
        if reason := _disagreement(claimed, _in_points(value, metric), metric):
            yield Fault(f"{place}{pointer('scores', key)}", 0, reason)


def _disagreement(claimed: Number | None, found: Fraction | None, metric: Metric) -> str | None:
    """Say how a claim differs from what was found, by more than its own decimals and the metric's grid explain."""
    if claimed is None:
        return None
    if found is None:
        return f"says {claimed}, and a score that it is made of is null; give that, or null here"
    low, high = bounds_of(metric)
    places = max(0, -int(Decimal(repr(claimed)).as_tuple().exponent))
    tolerance = Fraction(1, 2 * 10**places) + Fraction(FULL_POINTS, 2 * (high - low))
    if abs(Fraction(repr(claimed)) - found) <= tolerance:
        return None
    return f"says {claimed}, the weights give {rounded(found, max(1, places))}"


def _wrong_aggregates(posted: PostedResults, totals: Sequence[int | None] | None, rules: Rules) -> Iterator[Fault]:
    """Compare the means of the totals: over all problems, and over each category and difficulty."""
    claims = posted.results.aggregate_scores
    if claims is None:
        return
    name = total_of(rules)
    if name is None or totals is None:
        yield Fault(pointer(*AGGREGATES), 0, "the benchmark has no total to take means of; leave it out")
        return
    metric, items = rules.plan.metrics[name], rules.tables[PUBLIC].items
    points = [_in_points(value, metric) for value in totals]
    if reason := _disagreement(claims.overall, _mean(points, [item.weight for item in items]), metric):
        yield Fault(pointer(*AGGREGATES, "overall"), 0, f"aggregate_scores.overall {reason}")
    for field, role in (("by_category", "category"), ("by_difficulty", "tier")):
        facet = next((own for own, facet in rules.plan.benchmark.facets.items() if facet.role == role), None)
        for value, claimed in getattr(claims, field).items():
            chosen = [index for index, item in enumerate(items) if facet and item.facets.get(facet) == value]
            place = pointer(*AGGREGATES, field, value)
            if not chosen:
                known = sorted({item.facets[facet] for item in items if facet in item.facets}) if facet else []
                yield Fault(place, 0, f"is none of the benchmark's; it has {', '.join(known[:SHOWN_NAMES]) or 'none'}")
                continue
            mean = _mean([points[index] for index in chosen], [items[index].weight for index in chosen])
            if reason := _disagreement(claimed, mean, metric):
                yield Fault(place, 0, f"aggregate_scores.{field}.{value} {reason}")


def _mean(points: Points, weights: Sequence[int]) -> Fraction | None:
    """Return the weighted mean; a total that is unknown leaves it unknown."""
    known = [(own, weight) for own, weight in zip(points, weights, strict=True) if own is not None]
    if len(known) < len(points) or not known:
        return None
    return sum((own * weight for own, weight in known), Fraction(0)) / sum(weights)


def _responses(problems: Mapping[str, Told], table: ItemTable) -> Iterator[Response]:
    """Write what is told of the answers themselves: what they cost, and where they lie."""
    prompts = Counter(table.items[table.index[item]].asked for item in problems)
    for item, (_, told) in problems.items():
        asked = table.items[table.index[item]].asked
        usage = _usage(told)
        artifacts: dict[str, Any] = msgspec.to_builtins(told.artifacts) if told.artifacts else {}
        kept = {name: address for name, address in artifacts.items() if address is not None}
        # Items that share one prompt were answered once, and nobody tells how often.
        if prompts[asked] == 1 and (kept or usage):
            output = {"problem": told.problem_id, "artifacts": kept} if kept else None
            yield Response(prompt_id=asked, output=output, usage=usage)


def _usage(told: PostedProblem) -> Usage | None:
    own = told.metrics
    if own is None:
        return None
    return Usage(
        total_tokens=own.tokens_used,
        attempts=own.attempts,
        microseconds=_times(own.generation_time, 10**6),
        cost_nanodollars=_times(own.cost_usd, 10**9),
    )


def _times(number: float | None, factor: int) -> int | None:
    if number is None:
        return None
    exact = Fraction(repr(number)) * factor
    return nearest(exact.numerator, exact.denominator)
