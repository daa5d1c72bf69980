/** One entry's score on every single item, which item indexes and category boards are made of. */
import { add, type Exact, lcm, type Ratio, ratio, ZERO } from "./exact";
import { at } from "./lists";
import { integerAt, SCORED } from "./matrix";
import type { Scoring } from "./scoring";
import { weightsOf } from "./tree";

/** The mean of the headline's metrics that an item has, by their weights in the whole; null where it has none. */
export function itemRatios(scoring: Scoring): Exact[] {
  const parts = weightsOf(scoring.benchmark, scoring.benchmark.headline).map(({ weight, leaf }) => ({
    weight,
    row: scoring.row(leaf.metric),
    inside: new Set(scoring.positions(leaf, scoring.cuts.overall)),
  }));
  const scale = lcm(parts.map(({ weight }) => weight.d));
  const common = lcm(parts.map(({ row }) => row.denominator));
  return scoring.cuts.table.items.map((_, place) => {
    let [total, weights] = [0n, 0n];
    for (const { weight, row, inside } of parts) {
      if (row.states[place] === SCORED && inside.has(place)) {
        const factor = (weight.n * scale) / weight.d;
        total += integerAt(row.values, place) * factor * (common / row.denominator);
        weights += factor * common;
      }
    }
    return weights ? ratio(total, weights) : null;
  });
}

/** The sums of item scores over entries, exact. */
export class ItemTotals {
  private readonly sums: Ratio[];
  readonly counts: number[];

  constructor(nItems: number) {
    this.sums = Array.from({ length: nItems }, () => ZERO);
    this.counts = new Array<number>(nItems).fill(0);
  }

  add(ratios: readonly Exact[], positions: Int32Array): void {
    for (const place of positions) {
      const own = ratios[place] ?? null;
      if (own) {
        this.sums[place] = add(at(this.sums, place), own);
        this.counts[place] = at(this.counts, place) + 1;
      }
    }
  }

  /** The mean of an item before rounding; null where no entry has a score on it. */
  mean(place: number): Exact {
    const count = at(this.counts, place);
    const total = at(this.sums, place);
    return count ? ratio(total.n, total.d * BigInt(count)) : null;
  }
}
