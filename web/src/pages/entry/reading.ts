// How the scores of single items are read: which metric, which end of it is right, and what an absent one counts.

import type { Outcome, ScoreReading } from "../../parts/Answer";
import { outcomeOf } from "../../parts/Answer";
import { type ItemScore, type Items, meanOf } from "../../site/answers";
import type { Benchmark, BundleReference, EntryDocument, Metric } from "../../site/types";
import { metricTitle } from "./said";

/** The metrics of a bundle as answers are told, the one that decides right and wrong first. */
export function readingsOf(benchmark: Benchmark, denominators: Readonly<Record<string, number>>, first: string) {
  return Object.entries(denominators)
    .map(([metric, denominator]) => readingOf(benchmark, metric, denominator))
    .sort((one, other) => Number(other.metric === first) - Number(one.metric === first));
}

function readingOf(benchmark: Benchmark, metric: string, denominator: number): ScoreReading {
  const rule: Partial<Metric> = benchmark.metrics[metric] ?? {};
  const [low = 0, high = 1] = (rule.range ?? []) as readonly number[];
  const [best, worst] = rule.direction === "lower" ? [low, high] : [high, low];
  return { metric, title: metricTitle(benchmark, metric), denominator, best, worst };
}

/** The metric whose item scores say what is right: that of the means over all entries, or the first one. */
export const decidingMetric = (known: readonly string[], { metric }: Pick<Items, "metric">): string | null =>
  known.includes(metric) ? metric : (known[0] ?? null);

/** What an absent score of a metric counts, as an integer over its denominator; null where it counts for nothing. */
export function absentOf(benchmark: Benchmark, { metric, denominator, worst }: ScoreReading): number | null {
  const { missing = "worst" } = benchmark.metrics[metric] ?? {};
  return missing === "worst" ? Math.round(worst * denominator) : null;
}

/** What an entry made of an item over all of its trials: a mean, and whether that is all, nothing or a part. */
export function madeOf(
  rows: readonly ItemScore[],
  reading: ScoreReading,
  absent: number | null,
): { value: number | null; outcome: Outcome | null } {
  const value = meanOf(rows, reading.metric, reading.denominator, absent);
  return { value, outcome: outcomeOf(value, reading) };
}

/** The bundles of an entry that may be read, the public ones first. */
export const readableOf = ({ identity }: EntryDocument): BundleReference[] =>
  identity.bundles
    .filter(({ scores }) => scores !== null)
    .sort((one, other) => Number(other.item_set === "public") - Number(one.item_set === "public"));
