/** How each metric's numbers are made, and which of them are made again here. */
import { type Benchmark, type Metric, metricOf, metricOrder, partsOf } from "./benchmark";
import type { Grade, Kind } from "./graders/base";
import { GRADERS } from "./graders/registry";
import { NotCheckable, type Reason } from "./reasons";

export type Making =
  | { readonly how: "graded"; readonly kind: Kind; readonly grade: Grade }
  /** Taken as published, for a reason. */
  | { readonly how: "published"; readonly reason: Reason }
  | { readonly how: "reported" }
  | { readonly how: "derived" };

export interface Plan {
  readonly benchmark: Benchmark;
  /** Each metric after its parts. */
  readonly order: readonly string[];
  readonly makings: ReadonlyMap<string, Making>;
  /** What the board says made a metric, where that cannot be: metric → what is expected. */
  readonly strange: ReadonlyMap<string, string>;
}

export function planOf(benchmark: Benchmark): Plan {
  const order = metricOrder(benchmark);
  const strange = new Map<string, string>();
  const makings = new Map(
    order.map((name) => {
      const source = benchmark.sources.get(name) ?? "";
      const { making, expected } = makingOf(metricOf(benchmark, name), source);
      if (!source.startsWith(expected)) {
        strange.set(name, expected);
      }
      return [name, making] as const;
    }),
  );
  return { benchmark, order, makings, strange };
}

/** Say how a metric is made, and how what the board says of it must begin. */
function makingOf(metric: Metric, source: string): { making: Making; expected: string } {
  if (!metric.grader) {
    const how = metric.reported ? "reported" : "derived";
    return { making: { how }, expected: how };
  }
  const { kind: name, options } = metric.grader;
  const kind = GRADERS.get(name);
  if (!kind) {
    const program = name === "command";
    const reason: Reason = { code: program ? "program" : "third-party-grader", about: name };
    return { making: { how: "published", reason }, expected: program ? "command " : "installed " };
  }
  const expected = `built-in ${name} `;
  if (source !== expected + kind.version) {
    return { making: { how: "published", reason: { code: "other-version", about: source } }, expected };
  }
  try {
    return { making: { how: "graded", kind, grade: kind.make(options) }, expected };
  } catch (error) {
    if (error instanceof NotCheckable) {
      return { making: { how: "published", reason: error.reason }, expected };
    }
    throw error;
  }
}

/** Reasons by how much they take away: what a submitter or an owner said weighs more than what is only not run here. */
const WEIGHTIEST_FIRST: readonly string[] = ["purged", "reported", "program", "third-party-grader"];

export function weightiest(reasons: readonly (Reason | null)[]): Reason | null {
  const known = reasons.filter((reason) => reason !== null);
  const [first] = known.sort((one, other) => weight(one) - weight(other));
  return first ?? null;
}

function weight(reason: Reason): number {
  const place = WEIGHTIEST_FIRST.indexOf(reason.code);
  return place < 0 ? WEIGHTIEST_FIRST.length : place;
}

/** Say why a metric does not wholly follow from answers that were graded here; null where it does. */
export function basisOf(plan: Plan, name: string, found: ReadonlyMap<string, Reason>): Reason | null {
  const making = plan.makings.get(name);
  if (making?.how === "reported") {
    return { code: "reported" };
  }
  const parts = partsOf(metricOf(plan.benchmark, name));
  return weightiest([found.get(name) ?? null, ...parts.map((part) => basisOf(plan, part, found))]);
}
