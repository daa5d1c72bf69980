/** Metrics made from other metrics of the same item, by three-valued logic and one rounding, half to even. */
import { type Benchmark, bestValue, type Metric, metricOf, worstValue } from "./benchmark";
import { compare, lcm, multiply, nearest, type Ratio, whole } from "./exact";
import type { Vote } from "./graders/base";
import { at } from "./lists";

export type Column = readonly (number | null)[];

/** Compute the column of a composite metric of `count` rows. */
export function composite(
  benchmark: Benchmark,
  metric: Metric,
  columns: ReadonlyMap<string, Column>,
  count: number,
): Column {
  const part = (name: string) => ({ column: columns.get(name) ?? [], metric: metricOf(benchmark, name) });
  if (metric.weighted) {
    return weightedMean(
      [...metric.weighted].map(([name, weight]) => ({ ...part(name), weight })),
      metric.denominator,
      count,
    );
  }
  const worth = (verdict: Vote) => (verdict === null ? null : verdict ? bestValue(metric) : worstValue(metric));
  if (metric.threshold) {
    const { column, metric: source } = part(metric.threshold.metric);
    const bound = metric.threshold.atLeast;
    return column.map((value) => worth(reaches(value, source, bound)));
  }
  const parts = (metric.allOf ?? metric.anyOf ?? []).map(part);
  const combine = metric.allOf ? allPass : anyPasses;
  return Array.from({ length: count }, (_, row) =>
    worth(combine(parts.map(({ column, metric: source }) => passes(at(column, row), source)))),
  );
}

interface Weighed {
  readonly column: Column;
  readonly metric: Metric;
  readonly weight: number;
}

function weightedMean(parts: readonly Weighed[], denominator: number, count: number): Column {
  const common = lcm(parts.map(({ metric }) => BigInt(metric.denominator)));
  const factors = parts.map(
    ({ metric, weight }) => BigInt(weight) * BigInt(denominator) * (common / BigInt(metric.denominator)),
  );
  const divisor = common * parts.reduce((total, { weight }) => total + BigInt(weight), 0n);
  return Array.from({ length: count }, (_, row) => {
    let total = 0n;
    for (const [place, { column }] of parts.entries()) {
      const value = at(column, row);
      if (value === null) {
        return null;
      }
      total += BigInt(value) * at(factors, place);
    }
    return Number(nearest(total, divisor));
  });
}

function reaches(value: number | null, source: Metric, bound: Ratio): Vote {
  if (value === null) {
    return null;
  }
  const order = compare(whole(value), multiply(bound, whole(source.denominator)));
  return source.higherIsBetter ? order >= 0 : order <= 0;
}

/** Say whether a value is a pass: the best that its metric knows, and nothing less. */
export function passes(value: number | null, source: Metric): Vote {
  return value === null ? null : value === bestValue(source);
}

function allPass(verdicts: readonly Vote[]): Vote {
  return verdicts.includes(false) ? false : verdicts.includes(null) ? null : true;
}

function anyPasses(verdicts: readonly Vote[]): Vote {
  return verdicts.includes(true) ? true : verdicts.includes(null) ? null : false;
}
