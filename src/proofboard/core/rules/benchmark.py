"""What a benchmark must satisfy beyond its shape: names that exist, one source for each metric, no cycles."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from typing import Any

from proofboard.core.rules.judge import judge_faults
from proofboard.core.rules.programs import program_faults
from proofboard.errors import Fault, InputError
from proofboard.schemas.benchmark import Aggregate, Benchmark, Metric

SOURCES = ("grader", "reported", "weighted", "threshold", "all_of", "any_of")
AGGREGATES = ("mean", "weighted", "borda")

DEEPEST_TREE = 16
LARGEST_TREE = 10_000
MOST_SLICES = 10_000


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
    rule = aggregate.borda
    return [*rule.children, *(name for name in rule.counted if name not in rule.children)] if rule else []


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
    yield from program_faults(benchmark)
    yield from judge_faults(benchmark.judge) if benchmark.judge else ()
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
    yield from (f"metrics.{reason}" for reason in _tree_faults(benchmark.metrics, parts_of_metric))


def _aggregate_faults(benchmark: Benchmark) -> Iterator[str]:
    for name, aggregate in benchmark.aggregates.items():
        if name in benchmark.metrics:
            yield f"aggregates.{name}: is also the name of a metric; the mean of every metric is there already"
        yield from _parts_faults(benchmark, name, aggregate)
        if aggregate.mean:
            if aggregate.mean.metric not in benchmark.metrics:
                yield f"aggregates.{name}: {aggregate.mean.metric!r} is not a metric"
            yield from _selector_faults(benchmark, aggregate.mean.slice, f"aggregates.{name}.slice")
    if faults := [f"aggregates.{reason}" for reason in _tree_faults(benchmark.aggregates, parts_of_aggregate)]:
        yield from faults
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
        for name in sorted(set(pair)):
            if name not in benchmark.facets:
                yield f"slice_pairs: {name!r} is not a facet"
            elif pair.count(name) > 1:
                yield f"slice_pairs: {name!r} is crossed with itself"
    yield from _slice_faults(benchmark)


def _slice_faults(benchmark: Benchmark) -> Iterator[str]:
    values = {name: facet.values for name, facet in benchmark.facets.items()}
    pairs = [pair for pair in benchmark.slice_pairs if set(pair) <= values.keys()]
    count = sum(map(len, values.values())) + sum(len(values[one]) * len(values[other]) for one, other in pairs)
    if count > MOST_SLICES:
        yield f"facets: declare {count:,} slices, at most {MOST_SLICES:,} are accepted; name fewer values or pairs"
        return
    names = Counter(f"{name}={value}" for name, own in values.items() for value in own)
    for one, other in pairs:
        crossed = [(f"{one}={a}×{other}={b}", f"{one}×{other}={a}×{b}") for a in values[one] for b in values[other]]
        names.update(name for shown in crossed for name in shown)
    if twice := sorted(name for name, times in names.items() if times > 1):
        yield f"slice_pairs: two slices would be called {twice[0]!r}; cross a pair once, and leave × out of values"


def _tree_faults(nodes: Mapping[str, Any], parts: Callable[[Any], list[str]]) -> Iterator[str]:
    """Say which node is made from itself, from too many levels, or from too many parts; shared parts are no cycle.

    Level by level and without recursion: a benchmark may come from anyone, and its trees are walked many times.
    """
    sizes: dict[str, int] = {}
    left = dict(nodes)
    for _ in range(DEEPEST_TREE):
        ready = {
            name: sum(sizes.get(part, 1) for part in parts(node)) or 1
            for name, node in left.items()
            if not any(part in left for part in parts(node))
        }
        sizes |= ready
        left = {name: node for name, node in left.items() if name not in ready}
    if left:
        # Of a node that is left a part is left too: following those ends in a cycle, or shows how deep it goes.
        seen: list[str] = [next(iter(left))]
        while (name := next((part for part in parts(left[seen[-1]]) if part in left), None)) and name not in seen:
            seen.append(name)
        yield f"{name}: is made from itself" if name else f"{seen[0]}: has more than {DEEPEST_TREE} levels; use fewer"
    for name, size in sizes.items():
        if size > LARGEST_TREE:
            yield f"{name}: is made from {size:,} parts of parts, at most {LARGEST_TREE:,} are accepted"
            return
