// The board under a reader's own weights, by the rules of `proofboard weigh`.
//
// A score is the weighted mean of metrics; two entries with the differences d keep their order as long as every weight
// changes by less than |Σ w·d| / Σ w·|d| of itself. Published scores are decimals of at most six places and weights are
// halves, so all sums are exact integers far below 2**53.

import type { Benchmark, BoardRow } from "../../../site/types";
import { groupOf } from "./context";
import type { Row } from "./row";

export type Weights = ReadonlyMap<string, number>;

const SCALE = 1_000_000;
/** Weights are multiples of a half. */
const HALVES = 2;
export const MOST = 5;
export const STEP = 1 / HALVES;
/** The share of itself by which every weight may change for a range of ranks. */
export const CHANGE = { numerator: 1, denominator: 5 } as const;

/** Read `metric:weight,…` of an address; what is no weight of this board's metrics is left out. */
export function weightsIn(text: string | undefined, names: readonly string[]): Weights {
  const found = new Map<string, number>();
  for (const term of (text ?? "").split(",")) {
    const [name = "", weight = ""] = term.split(":");
    const value = Math.round(Number(weight) * HALVES) / HALVES;
    if (names.includes(name) && value > 0 && value <= MOST) found.set(name, value);
  }
  return found;
}

export const weightsText = (weights: Weights): string =>
  [...weights].map(([name, weight]) => `${name}:${weight}`).join(",");

/** Metrics and aggregates that can be weighed: their names and titles, the headline first. */
export function weighable({ metrics, aggregates, headline }: Benchmark): { name: string; title: string }[] {
  const all = { ...metrics, ...aggregates };
  const names = [headline, ...Object.keys(all).filter((name) => name !== headline)];
  return names.map((name) => ({ name, title: all[name]?.title ?? name }));
}

/** Lowest + highest value of a metric or aggregate whose lower values are better; null where higher ones are. */
export function reflectionOf(rules: Benchmark, name: string): number | null {
  const leaves = leavesOf(rules, name, 1);
  if (rules.metrics[leaves[0]?.metric ?? ""]?.direction !== "lower") return null;
  return leaves.reduce((sum, { metric, share }) => {
    const [low = 0, high = 1] = rules.metrics[metric]?.range ?? [];
    return sum + share * (low + high);
  }, 0);
}

interface Leaf {
  metric: string;
  share: number;
}

/** The metrics that an aggregate is made of, with their shares; points by rank have none. */
function leavesOf(rules: Benchmark, name: string, share: number): Leaf[] {
  const own = rules.aggregates?.[name];
  if (!own) return [{ metric: name, share }];
  if (own.mean) return [{ metric: own.mean.metric, share }];
  const children = Object.entries(own.weighted?.children ?? {});
  const total = children.reduce((sum, [, part]) => sum + part, 0);
  return children.flatMap(([child, part]) => leavesOf(rules, child, (share * part) / total));
}

/** Where an entry stands under the weights. */
export interface Standing {
  rank: number;
  score: number;
  /** What each metric adds: integers. */
  added: readonly number[];
  total: number;
  group: string;
}

export interface Weighed {
  standingOf: (row: Row) => Standing | null;
  stabilityOf: (row: Row) => Stability | null;
}

export interface Stability {
  /** Every weight may change by any share below this before its order to another entry changes. */
  holdsWithin: number | null;
  /** The ranks that no change of every weight by a fifth of itself leads out of. */
  range: readonly [number, number];
}

/** Rank rows among those of their track and protocol; `board` holds the metrics of each at its place. */
export function weigh(
  rows: readonly Row[],
  board: readonly BoardRow[],
  weights: Weights,
  reflected: ReadonlyMap<string, number>,
): Weighed {
  const sum = [...weights.values()].reduce((total, weight) => total + weight, 0);
  const groups = new Map<string, Standing[]>();
  const found = new Map<number, Standing>();
  for (const row of rows) {
    const added = row.pending || row.invalid ? null : addedOf(board[row.place], weights, reflected);
    if (added === null) continue;
    const total = added.reduce((whole, part) => whole + part, 0);
    const standing = { rank: 0, score: total / (HALVES * SCALE * sum), added, total, group: groupOf(row) };
    found.set(row.place, standing);
    const group = groups.get(standing.group);
    if (group) group.push(standing);
    else groups.set(standing.group, [standing]);
  }
  for (const group of groups.values()) rank(group);
  const known = new Map<Standing, Stability>();
  return {
    standingOf: (row) => found.get(row.place) ?? null,
    stabilityOf: (row) => {
      const own = found.get(row.place);
      if (!own) return null;
      const made = known.get(own) ?? stabilityOf(own, groups.get(own.group) ?? []);
      known.set(own, made);
      return made;
    },
  };
}

function rank(group: Standing[]): void {
  group.sort((one, other) => other.total - one.total);
  for (const [place, own] of group.entries()) {
    const above = group[place - 1];
    own.rank = above && above.total === own.total ? above.rank : place + 1;
  }
}

function addedOf(row: BoardRow | undefined, weights: Weights, reflected: ReadonlyMap<string, number>): number[] | null {
  const added: number[] = [];
  for (const [name, weight] of weights) {
    const score = row?.public.metrics[name] ?? null;
    if (score === null) return null;
    const whole = reflected.get(name);
    added.push(Math.round((whole === undefined ? score : whole - score) * SCALE) * weight * HALVES);
  }
  return added;
}

/** How firmly an entry stands: one pass over those that it is ranked with. */
export function stabilityOf(own: Standing, group: readonly Standing[]): Stability {
  let [surely, perhaps] = [1, 1];
  let least: number | null = null;
  for (const other of group) {
    let width = 0;
    for (let at = 0; at < own.added.length; at++) width += Math.abs((other.added[at] ?? 0) - (own.added[at] ?? 0));
    if (width === 0) continue;
    const lead = other.total - own.total;
    if (lead * CHANGE.denominator > width * CHANGE.numerator) surely++;
    if (lead * CHANGE.denominator > -width * CHANGE.numerator) perhaps++;
    const margin = Math.abs(lead) / width;
    if (least === null || margin < least) least = margin;
  }
  return { holdsWithin: least, range: [surely, perhaps] };
}
