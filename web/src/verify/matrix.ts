/** One entry's item scores in one metric: trials reduced once, absences decided by the metric's policy. */
import { type Metric, worstValue } from "./benchmark";
import { ANSWER, FAILED } from "./bundle";
import { choose, lcm } from "./exact";
import type { ItemScores } from "./grading";
import { at, setDefault } from "./lists";

/** What a cell is: a number; left out of the mean; unknown, which makes the mean unknown; failed by the platform. */
export const SCORED = 0;
const DROPPED = 1;
export const NULL = 2;
export const FAILURE = 3;

/** Doubles where all are exact integers, BigInts where one could not be. */
export type Integers = Float64Array | readonly bigint[];

/** Return one of them as a BigInt. */
export function integerAt(values: Integers, place: number): bigint {
  return BigInt(values instanceof Float64Array ? at(values, place) : at(values, place));
}

export interface MatrixRow {
  /** Over `denominator`; 0 where the state is not SCORED. */
  readonly values: Integers;
  readonly states: Uint8Array;
  readonly denominator: bigint;
  readonly largest: number;
}

/** Trials of every item: integers over the metric's denominator, null where absent. */
export interface Cells {
  readonly values: (number | null)[][];
  readonly failed: Uint8Array;
}

export function cellsOf(scores: ItemScores, name: string, metric: Metric, nItems: number, trials: number): Cells {
  const byDefault = metric.missing === "worst" ? worstValue(metric) : null;
  const values = Array.from({ length: nItems }, () => new Array<number | null>(trials).fill(byDefault));
  const failed = new Uint8Array(nItems);
  const column = scores.columns.get(name) ?? [];
  const { item, trial, stage, state } = scores.rows;
  for (const [row, value] of column.entries()) {
    if (stage[row] === ANSWER) {
      const position = at(item, row);
      at(values, position)[at(trial, row)] = value ?? byDefault;
      failed[position] = state[row] === FAILED ? 1 : at(failed, position);
    }
  }
  return { values, failed };
}

export function reduced(scores: ItemScores, name: string, metric: Metric, nItems: number, trials: number): MatrixRow {
  const { values, failed } = cellsOf(scores, name, metric, nItems, trials);
  const mean = metric.trials === "mean";
  const present = values.map((own) => own.filter((value) => value !== null));
  const states = Uint8Array.from(present, (own, position) => {
    if (failed[position]) {
      return FAILURE;
    }
    const tooFew = own.length < (mean ? 1 : metric.k);
    const incomplete = metric.missing === "drop" ? tooFew : tooFew || own.length < trials;
    return incomplete ? (metric.missing === "drop" ? DROPPED : NULL) : SCORED;
  });
  // What an item's sum is divided by: the number of its trials, or of their sets of k.
  const parts = new Map<number, bigint>();
  for (const [position, own] of present.entries()) {
    if (states[position] === SCORED) {
      setDefault(parts, own.length, () => (mean ? BigInt(own.length) : choose(own.length, metric.k)));
    }
  }
  const common = lcm(parts.values());
  const totals = present.map((own, position) => {
    if (states[position] !== SCORED) {
      return 0n;
    }
    const total = mean ? own.reduce((sum, value) => sum + BigInt(value), 0n) : waysOf(own, metric);
    return total * (common / (parts.get(own.length) ?? 1n));
  });
  return { ...packed(totals), states, denominator: (mean ? BigInt(metric.denominator) : 1n) * common };
}

/** Count the sets of k trials that pass: any of them (pass@k) or all of them (pass^k). */
function waysOf(trials: readonly number[], metric: Metric): bigint {
  const best = metric.high * metric.denominator;
  const passed = trials.filter((value) => value === best).length;
  if (metric.trials === "pass_hat_k") {
    return choose(passed, metric.k);
  }
  return choose(trials.length, metric.k) - choose(trials.length - passed, metric.k);
}

function packed(totals: readonly bigint[]): { values: Integers; largest: number } {
  const plain = Float64Array.from(totals, Number);
  const largest = plain.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return { values: largest <= Number.MAX_SAFE_INTEGER ? plain : totals, largest };
}

/** Add values times weights over some items, exactly. */
export function weightedSum(row: MatrixRow, weights: Float64Array, positions: Int32Array): bigint {
  const { values } = row;
  if (values instanceof Float64Array) {
    const heaviest = positions.reduce((most, place) => Math.max(most, at(weights, place)), 0);
    if (row.largest * heaviest * positions.length <= Number.MAX_SAFE_INTEGER) {
      let total = 0;
      for (const place of positions) {
        total += at(values, place) * at(weights, place);
      }
      return BigInt(total);
    }
  }
  let total = 0n;
  for (const place of positions) {
    total += integerAt(values, place) * BigInt(at(weights, place));
  }
  return total;
}
