/** `benchmark.json`: the rules of a board, as far as numbers follow from them. */
import { fromDecimal, type Ratio } from "./exact";
import { Fields, integerAt, textsAt } from "./fields";
import type { JsonMap } from "./json";

export interface Metric {
  readonly grader: { readonly kind: string; readonly options: JsonMap } | null;
  readonly reported: boolean;
  readonly weighted: ReadonlyMap<string, number> | null;
  readonly threshold: { readonly metric: string; readonly atLeast: Ratio } | null;
  readonly allOf: readonly string[] | null;
  readonly anyOf: readonly string[] | null;
  readonly denominator: number;
  readonly low: number;
  readonly high: number;
  readonly higherIsBetter: boolean;
  readonly trials: "mean" | "pass_at_k" | "pass_hat_k";
  readonly k: number;
  readonly missing: "worst" | "drop" | "null" | "refuse";
  readonly places: number;
}

export interface Mean {
  readonly metric: string;
  readonly slice: ReadonlyMap<string, readonly string[]>;
}

export interface Weighted {
  readonly children: ReadonlyMap<string, number>;
  readonly nullIfAbsent: boolean;
}

export interface Borda {
  readonly children: readonly string[];
  readonly counted: readonly string[];
}

export interface Aggregate {
  readonly mean: Mean | null;
  readonly weighted: Weighted | null;
  readonly borda: Borda | null;
  readonly places: number | null;
}

export interface Facet {
  readonly values: readonly string[];
  readonly role: string | null;
}

export interface Price {
  readonly model: string;
  readonly since: string;
  readonly prompt: Ratio;
  readonly completion: Ratio;
}

export interface CloseTheLoop {
  readonly runnable: string;
  readonly accepted: string;
  readonly passes: string;
}

export interface Benchmark {
  readonly id: string;
  readonly protocolVersion: string;
  readonly metrics: ReadonlyMap<string, Metric>;
  readonly headline: string;
  readonly facets: ReadonlyMap<string, Facet>;
  readonly slicePairs: readonly (readonly [string, string])[];
  readonly aggregates: ReadonlyMap<string, Aggregate>;
  readonly prices: readonly Price[];
  readonly closeTheLoop: CloseTheLoop | null;
  readonly disagreement: Ratio;
  readonly releaseStep: Ratio | null;
  /** Metric → what made its numbers. */
  readonly sources: ReadonlyMap<string, string>;
}

export function readBenchmark(document: Fields): Benchmark {
  const own = document.fields("benchmark");
  const loop = own.fieldsOrNull("close_the_loop");
  const policies = own.fieldsOrNull("policies");
  return {
    id: own.text("id"),
    protocolVersion: own.text("protocol_version"),
    metrics: own.entries("metrics", (value, place) => readMetric(Fields.of(value, place))),
    headline: own.text("headline"),
    facets: own.entries("facets", (value, place) => {
      const facet = Fields.of(value, place);
      return { values: facet.texts("values"), role: facet.textOrNull("role") };
    }),
    slicePairs: own.list("slice_pairs").map((pair) => {
      const [first = "", second = ""] = textsAt(pair, "slice_pairs");
      return [first, second] as const;
    }),
    aggregates: own.entries("aggregates", (value, place) => readAggregate(Fields.of(value, place))),
    prices: own.rows("prices").map((price) => ({
      model: price.text("model"),
      since: price.text("since"),
      prompt: fromDecimal(price.text("prompt_per_million")),
      completion: fromDecimal(price.text("completion_per_million")),
    })),
    closeTheLoop: loop && {
      runnable: loop.text("runnable"),
      accepted: loop.text("accepted"),
      passes: loop.text("passes"),
    },
    releaseStep: decimalOrNull(policies?.textOrNull("release_step") ?? null),
    disagreement: fromDecimal(policies?.textOrNull("disagreement") ?? "0.2"),
    sources: document.entries("graders", (value) => String(value)),
  };
}

function decimalOrNull(text: string | null): Ratio | null {
  return text === null ? null : fromDecimal(text);
}

function readMetric(own: Fields): Metric {
  const grader = own.fieldsOrNull("grader");
  const threshold = own.fieldsOrNull("threshold");
  const [low, high] = own.map.has("range") ? own.list("range").map((bound) => integerAt(bound, own.place)) : [0, 1];
  return {
    grader: grader && { kind: grader.text("kind"), options: grader.fieldsOrNull("options")?.map ?? new Map() },
    reported: own.flag("reported", false),
    weighted: own.any("weighted") === null ? null : own.entries("weighted", integerAt),
    threshold: threshold && { metric: threshold.text("metric"), atLeast: fromDecimal(threshold.text("at_least")) },
    allOf: own.any("all_of") === null ? null : own.texts("all_of"),
    anyOf: own.any("any_of") === null ? null : own.texts("any_of"),
    denominator: own.integer("denominator", 1),
    low: low ?? 0,
    high: high ?? 1,
    higherIsBetter: own.word("direction", ["higher", "lower"], "higher") === "higher",
    trials: own.word("trials", ["mean", "pass_at_k", "pass_hat_k"], "mean"),
    k: own.integer("k", 1),
    missing: own.word("missing", ["worst", "drop", "null", "refuse"], "worst"),
    places: own.integer("places", 6),
  };
}

function readAggregate(own: Fields): Aggregate {
  const [mean, weighted, borda] = [own.fieldsOrNull("mean"), own.fieldsOrNull("weighted"), own.fieldsOrNull("borda")];
  return {
    mean: mean && { metric: mean.text("metric"), slice: mean.entries("slice", textsAt) },
    weighted: weighted && {
      children: weighted.entries("children", integerAt),
      nullIfAbsent: weighted.word("missing", ["null", "present"], "null") === "null",
    },
    borda: borda && { children: borda.texts("children"), counted: borda.texts("counted") },
    places: own.integerOrNull("places"),
  };
}

/** List the metrics that a metric is made from. */
export function partsOf(metric: Metric): readonly string[] {
  if (metric.threshold) {
    return [metric.threshold.metric];
  }
  return metric.weighted ? [...metric.weighted.keys()] : (metric.allOf ?? metric.anyOf ?? []);
}

/** Order the metrics so that each stands after its parts. */
export function metricOrder(benchmark: Benchmark): string[] {
  const order: string[] = [];
  const visit = (name: string): void => {
    const metric = benchmark.metrics.get(name);
    if (metric && !order.includes(name)) {
      for (const part of partsOf(metric)) {
        visit(part);
      }
      order.push(name);
    }
  };
  for (const name of [...benchmark.metrics.keys()].sort()) {
    visit(name);
  }
  return order;
}

export function metricOf(benchmark: Benchmark, name: string): Metric {
  const metric = benchmark.metrics.get(name);
  if (!metric) {
    throw new RangeError(`there is no metric ${name}`);
  }
  return metric;
}

export function bestValue(metric: Metric): number {
  return (metric.higherIsBetter ? metric.high : metric.low) * metric.denominator;
}

export function worstValue(metric: Metric): number {
  return (metric.higherIsBetter ? metric.low : metric.high) * metric.denominator;
}

/** The name of the facet that has a role. */
export function facetOfRole(benchmark: Benchmark, role: string): string | null {
  return [...benchmark.facets].find(([, facet]) => facet.role === role)?.[0] ?? null;
}
