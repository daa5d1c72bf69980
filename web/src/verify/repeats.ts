/** Repeated trials: the score of every run by itself, and how much of the variance lies between items and within them. */
import { metricOf } from "./benchmark";
import type { Manifest } from "./bundle";
import type { Tree } from "./comparing";
import {
  divide,
  type Exact,
  multiply,
  type Ratio,
  ratio,
  root,
  roundDecimal,
  rounded,
  subtract,
  sum,
  whole,
} from "./exact";
import { type ItemScores, onlyTrial } from "./grading";
import { at } from "./lists";
import { cellsOf } from "./matrix";
import { Scoring } from "./scoring";
import { isRelative, leafOf, placesOf } from "./tree";

const PLACES = 6;

/** The scores of single runs, their mean and the error over runs; null where there is one run. */
export function runsOf(scoring: Scoring, scores: ItemScores, manifest: Manifest): Tree {
  const { benchmark, cuts } = scoring;
  const name = benchmark.headline;
  if (manifest.trials === 1 || manifest.attempts || isRelative(benchmark, name)) {
    return null;
  }
  const runs = Array.from({ length: manifest.trials }, (_, trial) =>
    new Scoring(benchmark, cuts, onlyTrial(scores, trial), 1).score(name, cuts.overall),
  );
  const known = runs.flatMap((run) => run ?? []);
  const places = placesOf(benchmark, name);
  const mean: Exact = known.length === runs.length ? divide(sum(known), whole(known.length)) : null;
  return {
    scores: runs.map((run) => rounded(run, places)),
    mean: rounded(mean, places),
    standard_error: mean && errorOverRuns(known, mean, Math.max(PLACES, places)),
  };
}

function errorOverRuns(runs: readonly Ratio[], mean: Ratio, places: number): number | null {
  if (runs.length < 2) {
    return null;
  }
  const squares = runs.map((run) => multiply(subtract(run, mean), subtract(run, mean)));
  const deviation = root(divide(sum(squares), whole(runs.length - 1)));
  return roundDecimal(deviation / Math.sqrt(runs.length), places);
}

/** The two parts of the variance of repeated trials; null where the headline is no plain mean over all of them. */
export function varianceOf(scoring: Scoring, scores: ItemScores, manifest: Manifest): Tree {
  const { benchmark, cuts } = scoring;
  const leaf = leafOf(benchmark, benchmark.headline);
  const metric = leaf && metricOf(benchmark, leaf.metric);
  if (!leaf || metric?.trials !== "mean" || scoring.score(benchmark.headline, cuts.overall) === null) {
    return null;
  }
  const { trials } = manifest;
  const { values } = cellsOf(scores, leaf.metric, metric, cuts.table.items.length, trials);
  const positions = [...scoring.scored(leaf, cuts.overall)];
  const weights = new Set(positions.map((place) => at(cuts.table.weights, place)));
  const cells = positions.map((place) => at(values, place));
  const all = cells.map((own) => own.flatMap((value) => value ?? []));
  if (trials < 2 || positions.length < 2 || weights.size > 1 || all.some((own) => own.length < trials)) {
    return null;
  }
  const { between, within } = split(all, BigInt(metric.denominator));
  return { between_items: rounded(between, PLACES), within_items: rounded(within, PLACES), trials };
}

function split(cells: readonly (readonly number[])[], denominator: bigint): { between: Ratio; within: Ratio } {
  const [n, k] = [BigInt(cells.length), BigInt(cells[0]?.length ?? 0)];
  let [squares, squaredSums, total] = [0n, 0n, 0n];
  for (const own of cells) {
    const exact = own.map(BigInt);
    const all = exact.reduce((sum, value) => sum + value, 0n);
    squares += exact.reduce((sum, value) => sum + value * value, 0n);
    squaredSums += all * all;
    total += all;
  }
  const grid = denominator * denominator;
  const within = ratio(k * squares - squaredSums, n * k * (k - 1n) * grid);
  const ofMeans = ratio(n * squaredSums - total * total, n * (n - 1n) * k * k * grid);
  const between = subtract(ofMeans, divide(within, whole(k)));
  return { between: between.n < 0n ? whole(0) : between, within };
}
