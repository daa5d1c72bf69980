/** Exact scores of one entry: any metric or aggregate that does not depend on others, on any slice. */
import { type Benchmark, type Mean, metricOf } from "./benchmark";
import { add, divide, type Exact, multiply, type Ratio, ratio, whole, ZERO } from "./exact";
import type { ItemScores } from "./grading";
import type { Cuts, Slice } from "./items";
import { at, setDefault } from "./lists";
import { FAILURE, type MatrixRow, NULL, reduced, SCORED, weightedSum } from "./matrix";
import { aggregateOf, isRelative, leafOf, leavesOf, namesOf } from "./tree";

export class Scoring {
  private readonly rows: ReadonlyMap<string, MatrixRow>;
  private readonly kept = new Map<string, Exact>();
  private readonly failing: boolean;

  constructor(
    readonly benchmark: Benchmark,
    readonly cuts: Cuts,
    scores: ItemScores,
    readonly trials: number,
  ) {
    const nItems = cuts.table.items.length;
    this.rows = new Map(
      [...benchmark.metrics].map(([name, metric]) => [name, reduced(scores, name, metric, nItems, trials)]),
    );
    this.failing = [...this.rows.values()].some((row) => row.states.includes(FAILURE));
  }

  row(name: string): MatrixRow {
    const row = this.rows.get(name);
    if (!row) {
      throw new RangeError(`there is no metric ${name}`);
    }
    return row;
  }

  /** The items of a slice that a mean is taken over. */
  positions(leaf: Mean, part: Slice): Int32Array {
    return this.cuts.positions(leaf.slice, part);
  }

  /** The items of a slice that have a number in a mean. */
  scored(leaf: Mean, part: Slice): Int32Array {
    const { states } = this.row(leaf.metric);
    return this.positions(leaf, part).filter((place) => states[place] === SCORED);
  }

  /** The exact score; null where it is unknown, and where it depends on other entries. */
  score(name: string, part: Slice): Exact {
    return setDefault(this.kept, `${name}|${part.name}`, () => this.evaluate(name, part));
  }

  private evaluate(name: string, part: Slice): Exact {
    const leaf = leafOf(this.benchmark, name);
    if (leaf) {
      return this.mean(leaf, part);
    }
    const { weighted } = aggregateOf(this.benchmark, name);
    if (!weighted || isRelative(this.benchmark, name) || this.failed(name, part)) {
      return null;
    }
    const children = [...weighted.children].filter(([child]) => this.hasItems(child, part));
    const present = children.flatMap(([child, weight]) => {
      const score = this.score(child, part);
      return score === null ? [] : [{ score, weight: whole(weight) }];
    });
    return weightedMean(present, weighted.nullIfAbsent ? children.length : 1);
  }

  private mean(leaf: Mean, part: Slice): Exact {
    const positions = this.positions(leaf, part);
    const row = this.row(leaf.metric);
    let count = 0;
    for (const place of positions) {
      const state = row.states[place];
      if (state === NULL || state === FAILURE) {
        return null;
      }
      count += state === SCORED ? at(this.cuts.table.weights, place) : 0;
    }
    const total = weightedSum(row, this.cuts.table.weights, positions);
    return count ? ratio(total, BigInt(count) * row.denominator) : null;
  }

  /** Say whether a slice has any item that enters a metric or aggregate. */
  hasItems(name: string, part: Slice): boolean {
    return leavesOf(this.benchmark, name).some((leaf) => this.positions(leaf, part).length > 0);
  }

  /** Say whether the platform failed on an item that enters an aggregate: it may not be left out like an absent one. */
  failed(name: string, part: Slice): boolean {
    return (
      this.failing &&
      leavesOf(this.benchmark, name).some((leaf) => {
        const { states } = this.row(leaf.metric);
        return this.positions(leaf, part).some((place) => states[place] === FAILURE);
      })
    );
  }

  /** Flatten a tree into its means with their weights for this entry: children that are absent have none. */
  coefficients(name: string, part: Slice, factor: Ratio): { weight: Ratio; leaf: Mean }[] {
    const leaf = leafOf(this.benchmark, name);
    if (leaf) {
      return [{ weight: factor, leaf }];
    }
    const children = aggregateOf(this.benchmark, name).weighted?.children ?? new Map<string, number>();
    const present = [...children].filter(([child]) => this.score(child, part) !== null);
    const total = present.reduce((sum, [, weight]) => sum + BigInt(weight), 0n);
    return present.flatMap(([child, weight]) =>
      this.coefficients(child, part, multiply(factor, ratio(BigInt(weight), total))),
    );
  }

  /** The range of a mean: its metric's, or a share where the sets of trials that pass are counted. */
  rangeOf(leaf: Mean): readonly [number, number] {
    const metric = metricOf(this.benchmark, leaf.metric);
    return metric.trials === "mean" ? [metric.low, metric.high] : [0, 1];
  }

  /** What other entries' points by rank need to know of this one: its own scores, and where the platform failed. */
  forOthers(): OwnScores {
    const scores = new Map<string, Exact>();
    const failed = new Set<string>();
    for (const name of namesOf(this.benchmark)) {
      for (const part of this.cuts.slices) {
        const key = `${name}|${part.name}`;
        if (isRelative(this.benchmark, name)) {
          if (this.failed(name, part)) {
            failed.add(key);
          }
        } else {
          scores.set(key, this.score(name, part));
        }
      }
    }
    return { scores, failed, hasItems: (name, part) => this.hasItems(name, part) };
  }
}

export interface OwnScores {
  /** `name|slice` → score. */
  readonly scores: ReadonlyMap<string, Exact>;
  /** `name|slice` of points by rank on which the platform failed. */
  readonly failed: ReadonlySet<string>;
  readonly hasItems: (name: string, part: Slice) => boolean;
}

/** Take the weighted mean of what is present; null with fewer parts than are wanted. */
export function weightedMean(present: readonly { score: Ratio; weight: Ratio }[], fewest: number): Exact {
  if (present.length < Math.max(1, fewest)) {
    return null;
  }
  let [total, weights] = [ZERO, ZERO];
  for (const { score, weight } of present) {
    total = add(total, multiply(score, weight));
    weights = add(weights, weight);
  }
  return divide(total, weights);
}
