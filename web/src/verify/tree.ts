/** The tree of aggregates: which means a name stands for, and how it is rounded and ranked. */
import type { Aggregate, Benchmark, Mean } from "./benchmark";
import { metricOf } from "./benchmark";
import { multiply, ONE, type Ratio, ratio } from "./exact";

const EVERYTHING: ReadonlyMap<string, readonly string[]> = new Map();

export function namesOf(benchmark: Benchmark): string[] {
  return [...benchmark.metrics.keys(), ...benchmark.aggregates.keys()];
}

export function aggregateOf(benchmark: Benchmark, name: string): Aggregate {
  const aggregate = benchmark.aggregates.get(name);
  if (!aggregate) {
    throw new RangeError(`there is no aggregate ${name}`);
  }
  return aggregate;
}

/** Return the mean that a name stands for: a metric is the mean of itself over all items. */
export function leafOf(benchmark: Benchmark, name: string): Mean | null {
  return benchmark.metrics.has(name) ? { metric: name, slice: EVERYTHING } : aggregateOf(benchmark, name).mean;
}

/** List the aggregates that points or a weighted mean are made from. */
export function childrenOf(aggregate: Aggregate): string[] {
  if (aggregate.weighted) {
    return [...aggregate.weighted.children.keys()];
  }
  return [...new Set([...(aggregate.borda?.children ?? []), ...(aggregate.borda?.counted ?? [])])];
}

/** List the means below an aggregate; those that only decide who is counted stand apart from it. */
export function leavesOf(benchmark: Benchmark, name: string): Mean[] {
  const leaf = leafOf(benchmark, name);
  if (leaf) {
    return [leaf];
  }
  const aggregate = aggregateOf(benchmark, name);
  const children = aggregate.weighted ? childrenOf(aggregate) : (aggregate.borda?.children ?? []);
  return children.flatMap((child) => leavesOf(benchmark, child));
}

/** Flatten an aggregate into its means with their weights; points by rank have no such form. */
export function weightsOf(benchmark: Benchmark, name: string, factor: Ratio = ONE): { weight: Ratio; leaf: Mean }[] {
  const leaf = leafOf(benchmark, name);
  if (leaf) {
    return [{ weight: factor, leaf }];
  }
  const children = aggregateOf(benchmark, name).weighted?.children ?? new Map<string, number>();
  const total = totalOf(children.values());
  return [...children].flatMap(([child, weight]) =>
    weightsOf(benchmark, child, multiply(factor, ratio(BigInt(weight), total))),
  );
}

export function totalOf(weights: Iterable<number>): bigint {
  let total = 0n;
  for (const weight of weights) {
    total += BigInt(weight);
  }
  return total;
}

/** Say whether a number depends on the other entries: points by rank do, and all that is made from them. */
export function isRelative(benchmark: Benchmark, name: string): boolean {
  if (benchmark.metrics.has(name)) {
    return false;
  }
  const { borda, weighted } = aggregateOf(benchmark, name);
  return borda !== null || [...(weighted?.children.keys() ?? [])].some((child) => isRelative(benchmark, child));
}

/** Say in which direction an aggregate is good: that of its first metric; points are always good. */
export function higherIsBetter(benchmark: Benchmark, name: string): boolean {
  if (benchmark.aggregates.get(name)?.borda) {
    return true;
  }
  const [first] = leavesOf(benchmark, name);
  return first ? metricOf(benchmark, first.metric).higherIsBetter : true;
}

/** Return the decimals in which a name is published: its own, or those of its first metric. */
export function placesOf(benchmark: Benchmark, name: string): number {
  const own = benchmark.aggregates.get(name)?.places;
  if (own !== null && own !== undefined) {
    return own;
  }
  const [first] = leavesOf(benchmark, name);
  return first ? metricOf(benchmark, first.metric).places : 6;
}

/** Say whether the headline is a rate of passed items. */
export function isRate(benchmark: Benchmark): boolean {
  const leaf = leafOf(benchmark, benchmark.headline);
  const metric = leaf && metricOf(benchmark, leaf.metric);
  return Boolean(
    metric &&
      metric.denominator === 1 &&
      metric.low === 0 &&
      metric.high === 1 &&
      metric.trials === "mean" &&
      metric.higherIsBetter,
  );
}
