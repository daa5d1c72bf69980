"""What a benchmark must satisfy beyond its shape: names that exist, one source for each metric, no cycles."""

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from typing import Any

from proofboard.errors import Fault, InputError
from proofboard.schemas.benchmark import Aggregate, Benchmark, Metric

SOURCES = ("grader", "reported", "weighted", "threshold", "all_of", "any_of")
AGGREGATES = ("mean", "weighted", "borda")


def check_benchmark(benchmark: Benchmark, file: str) -> None:
    """Check a benchmark's own consistency; raises InputError with every fault."""
    faults = [Fault(file, 0, reason) for reason in _faults(benchmark)]
    if faults:
        raise InputError(faults)


def parts_of_metric(metric: Metric) -> list[str]:
    """List the metrics that a metric is made from."""
    if metric.threshold:
        return [metric.threshold.metric]
    return list(metric.weighted or metric.all_of or metric.any_of or ())


def parts_of_aggregate(aggregate: Aggregate) -> list[str]:
    """List the aggregates that an aggregate is made from."""
    if aggregate.weighted:
        return list(aggregate.weighted.children)
    return list(aggregate.borda.children) if aggregate.borda else []


def metric_order(benchmark: Benchmark) -> list[str]:
    """Order the metrics so that each stands after its parts, and otherwise by name."""
    order: list[str] = []

    def visit(name: str) -> None:
        if name not in order:
            for part in parts_of_metric(benchmark.metrics[name]):
                visit(part)
            order.append(name)

    for name in sorted(benchmark.metrics):
        visit(name)
    return order


def _faults(benchmark: Benchmark) -> Iterator[str]:
    yield from _metric_faults(benchmark)
    yield from _aggregate_faults(benchmark)
    yield from _facet_faults(benchmark)
    yield from _policy_faults(benchmark)
    if benchmark.headline not in benchmark.metrics.keys() | benchmark.aggregates.keys():
        yield f"headline: {benchmark.headline!r} is neither a metric nor an aggregate"
    loop = benchmark.close_the_loop
    if loop and benchmark.item_sets.repair is None:
        yield "close_the_loop: needs item_sets.repair, the items that are repaired"
    for name in (loop.runnable, loop.accepted, loop.passes) if loop else ():
        if name not in benchmark.metrics:
            yield f"close_the_loop: {name!r} is not a metric"


def _metric_faults(benchmark: Benchmark) -> Iterator[str]:
    for name, metric in benchmark.metrics.items():
        sources = [source for source in SOURCES if getattr(metric, source)]
        if len(sources) != 1:
            found = ", ".join(sources) or "none"
            yield f"metrics.{name}: needs exactly one of {', '.join(SOURCES)}, found {found}"
        for part in parts_of_metric(metric):
            if part not in benchmark.metrics:
                yield f"metrics.{name}: {part!r} is not a metric"
        if metric.range[0] >= metric.range[1]:
            yield f"metrics.{name}.range: {metric.range[0]} is not below {metric.range[1]}"
        if metric.trials != "mean" and metric.direction != "higher":
            yield f"metrics.{name}: {metric.trials} counts passes, so its direction is 'higher'"
    if cycle := _cycle(benchmark.metrics, parts_of_metric):
        yield f"metrics.{cycle}: is made from itself"


def _aggregate_faults(benchmark: Benchmark) -> Iterator[str]:
    for name, aggregate in benchmark.aggregates.items():
        if name in benchmark.metrics:
            yield f"aggregates.{name}: is also the name of a metric; the mean of every metric is there already"
        yield from _parts_faults(benchmark, name, aggregate)
        if aggregate.mean:
            if aggregate.mean.metric not in benchmark.metrics:
                yield f"aggregates.{name}: {aggregate.mean.metric!r} is not a metric"
            yield from _selector_faults(benchmark, aggregate.mean.slice, f"aggregates.{name}.slice")
    if cycle := _cycle(benchmark.aggregates, parts_of_aggregate):
        yield f"aggregates.{cycle}: is made from itself"
        return
    for name, aggregate in benchmark.aggregates.items():
        if aggregate.weighted and len(directions := _directions(benchmark, name)) > 1:
            yield f"aggregates.{name}: adds up metrics of the directions {' and '.join(sorted(directions))}; use borda"


def _parts_faults(benchmark: Benchmark, name: str, aggregate: Aggregate) -> Iterator[str]:
    if len([kind for kind in AGGREGATES if getattr(aggregate, kind)]) != 1:
        yield f"aggregates.{name}: needs exactly one of {', '.join(AGGREGATES)}"
    elif not aggregate.mean and not parts_of_aggregate(aggregate):
        yield f"aggregates.{name}: has no child; name the metrics or aggregates that it is made from"
    for part in parts_of_aggregate(aggregate):
        if part not in benchmark.metrics.keys() | benchmark.aggregates.keys():
            yield f"aggregates.{name}: {part!r} is neither a metric nor an aggregate"


def _directions(benchmark: Benchmark, name: str) -> set[str]:
    """Collect the directions below a name; points by rank are good however they were won."""
    if name in benchmark.metrics:
        return {benchmark.metrics[name].direction}
    aggregate = benchmark.aggregates.get(name)
    if aggregate is None or aggregate.borda:
        return {"higher"} if aggregate else set()
    below = [aggregate.mean.metric] if aggregate.mean else parts_of_aggregate(aggregate)
    return {direction for part in below for direction in _directions(benchmark, part)}


def _policy_faults(benchmark: Benchmark) -> Iterator[str]:
    step = benchmark.policies.release_step
    if step is not None and (not (exact := Fraction(step)) or (1 / exact).denominator != 1 or 10**15 * exact < 1):
        yield f"policies.release_step: {step} does not part 1 into equal steps, as 0.01, 0.02 and 0.05 do"


def _selector_faults(benchmark: Benchmark, selector: Mapping[str, list[str]], place: str) -> Iterator[str]:
    for facet, values in selector.items():
        if facet not in benchmark.facets:
            yield f"{place}: {facet!r} is not a facet"
            continue
        for value in values:
            if value not in benchmark.facets[facet].values:
                yield f"{place}.{facet}: {value!r} is not a value of it"


def _facet_faults(benchmark: Benchmark) -> Iterator[str]:
    roles = [facet.role for facet in benchmark.facets.values() if facet.role]
    for role in sorted({role for role in roles if roles.count(role) > 1}):
        yield f"facets: the role {role!r} is given to {roles.count(role)} facets, one is accepted"
    for name, facet in benchmark.facets.items():
        if len(set(facet.values)) != len(facet.values):
            yield f"facets.{name}.values: a value stands twice"
    for pair in benchmark.slice_pairs:
        for name in pair:
            if name not in benchmark.facets:
                yield f"slice_pairs: {name!r} is not a facet"


def _cycle(nodes: Mapping[str, Any], parts: Callable[[Any], list[str]]) -> str | None:
    """Return a node that is made from itself, or None; shared parts are no cycle."""
    done: set[str] = set()

    def visit(name: str, above: tuple[str, ...]) -> str | None:
        if name in above:
            return name
        if name in done or name not in nodes:
            return None
        found = next(filter(None, (visit(part, (*above, name)) for part in parts(nodes[name]))), None)
        done.add(name)
        return found

    return next(filter(None, (visit(name, ()) for name in nodes)), None)
