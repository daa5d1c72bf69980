// Two entries item by item, exactly: whole numbers until the last step, as `proofboard compare` does it.

import type { Metric, ScoresDocument } from "../site/types";
import { type Fraction, rounded } from "./fractions";
import { mcnemar, tQuantile } from "./significance";

const FEWEST_CLUSTERS = 10;

/** Why nothing is computed here; each has its words. */
export type Reason =
  | "no column"
  | "platform failure"
  | "trials"
  | "no score on some"
  | "no score"
  | "fewer trials"
  | "nothing shared"
  | "other rules"
  | "several parts"
  | "no scores"
  | "other score"
  | "many items";

/** The scores of one entry, one integer for each item, over one denominator. */
export interface ItemScores {
  values: ReadonlyMap<string, bigint>;
  denominator: bigint;
  isVerdict: boolean;
}

export interface Unit {
  cluster: string;
  weight: bigint;
}
export type UnitOf = (id: string) => Unit;

/** The difference A − B of two entries on the items that both have a score on. What is not known is null. */
export interface Pair {
  nItems: number;
  leftOut: number;
  difference: Fraction;
  onlyA: number | null;
  onlyB: number | null;
  p: Fraction | null;
  interval: readonly [number, number] | null;
  /** Items on which the two differ, those that speak most for A first. */
  differing: readonly { id: string; difference: number }[];
}

export type Rule = Pick<Metric, "missing" | "direction" | "range" | "trials">;

/**
 * An entry's item scores, or why they do not follow from its document alone.
 *
 * `ids` are all public items in their order, or null where rows need no name.
 */
export function itemScores(document: ScoresDocument, metric: string, rule: Rule, ids: readonly string[] | null) {
  const column = document.metrics[metric];
  if (!column) return "no column" satisfies Reason;
  if (document.states?.includes("platform_failure")) return "platform failure" satisfies Reason;
  const { missing = "worst", direction = "higher", trials = "mean" } = rule;
  const [low = 0, high = 1] = rule.range ?? [];
  if (document.trials && trials !== "mean") return "trials" satisfies Reason;
  const denominator = BigInt(column.denominator);
  const worst = missing === "worst" ? BigInt(direction === "higher" ? low : high) * denominator : null;
  const sums = sumsOf(document, column.values, worst, ids);
  if (worst === null && missing !== "drop" && column.values.includes(null)) return "no score on some" satisfies Reason;
  const counts = new Set([...sums.values()].map(({ count }) => count));
  const [count] = counts;
  if (count === undefined) return "no score" satisfies Reason;
  if (counts.size > 1) return "fewer trials" satisfies Reason;
  return {
    values: new Map([...sums].map(([id, { sum }]) => [id, sum])),
    denominator: denominator * BigInt(count),
    isVerdict: column.denominator === 1 && count === 1 && high - low === 1,
  } satisfies ItemScores;
}

/** The sum and the number of the scores of each item; absent ones count as the worst, or not at all. */
function sumsOf(
  { items, stages }: ScoresDocument,
  values: readonly (number | null)[],
  worst: bigint | null,
  ids: readonly string[] | null,
): Map<string, { sum: bigint; count: number }> {
  const sums = new Map<string, { sum: bigint; count: number }>();
  for (const [place, value] of values.entries()) {
    const score = value === null ? worst : BigInt(value);
    if (score === null || (stages && stages[place] !== "answer")) continue;
    const id = items?.[place] ?? ids?.[place] ?? String(place);
    const own = sums.get(id) ?? { sum: 0n, count: 0 };
    sums.set(id, { sum: own.sum + score, count: own.count + 1 });
  }
  return sums;
}

/** The exact mean of an entry's own scores: what must be the score that the board publishes. */
export function meanOf({ values, denominator }: ItemScores, unitOf: UnitOf): Fraction {
  let [sum, weights] = [0n, 0n];
  for (const [id, value] of values) {
    const { weight } = unitOf(id);
    sum += value * weight;
    weights += weight;
  }
  return [sum, weights * denominator];
}

export function pairOf(a: ItemScores, b: ItemScores, unitOf: UnitOf, rule: Rule): Pair | Reason {
  const rows = sharedRows(a, b, unitOf);
  if (!rows.length) return "nothing shared";
  const [low = 0, high = 1] = rule.range ?? [];
  const scale = a.denominator * b.denominator;
  const weights = rows.reduce((sum, { weight }) => sum + weight, 0n);
  const total = rows.reduce((sum, { weight, difference }) => sum + weight * difference, 0n);
  const deviations = new Map<string, bigint>();
  for (const { cluster, weight, difference } of rows) {
    deviations.set(cluster, (deviations.get(cluster) ?? 0n) + weight * (difference * weights - total));
  }
  const isIndependent = deviations.size === rows.length && new Set(rows.map(({ weight }) => weight)).size === 1;
  const above = rows.filter(({ difference }) => difference > 0n).length;
  const below = rows.filter(({ difference }) => difference < 0n).length;
  const [onlyA, onlyB] = rule.direction === "lower" ? [below, above] : [above, below];
  const isVerdict = a.isVerdict && b.isVerdict;
  const difference: Fraction = [total, weights * scale];
  const spread = { deviations: [...deviations.values()], scale: Number(weights * weights * scale), widest: high - low };
  return {
    nItems: rows.length,
    leftOut: new Set([...a.values.keys(), ...b.values.keys()]).size - rows.length,
    difference,
    onlyA: isVerdict ? onlyA : null,
    onlyB: isVerdict ? onlyB : null,
    p: isVerdict && isIndependent ? mcnemar(onlyA, onlyB) : null,
    interval: intervalOf(difference, spread),
    differing: rows
      .filter((row) => row.difference !== 0n)
      .map(({ id, difference: own }) => ({ id, difference: Number(own) / Number(scale) }))
      .sort((one, other) => other.difference - one.difference),
  };
}

interface SharedRow extends Unit {
  id: string;
  difference: bigint;
}

function sharedRows(a: ItemScores, b: ItemScores, unitOf: UnitOf): SharedRow[] {
  return [...a.values].flatMap(([id, own]) => {
    const other = b.values.get(id);
    if (other === undefined) return [];
    return [{ id, ...unitOf(id), difference: own * b.denominator - other * a.denominator }];
  });
}

/** The 95 % interval of a difference, Student's t over clusters; null with few of them or without spread. */
function intervalOf(
  difference: Fraction,
  { deviations, scale, widest }: { deviations: readonly bigint[]; scale: number; widest: number },
): readonly [number, number] | null {
  const n = deviations.length;
  const squares = Number(deviations.reduce((sum, one) => sum + one * one, 0n));
  if (n < FEWEST_CLUSTERS || !squares) return null;
  const half = tQuantile(n - 1) * (Math.sqrt((squares * n) / (n - 1)) / scale);
  const middle = rounded(difference, 15);
  return [Math.max(-widest, middle - half), Math.min(widest, middle + half)];
}
