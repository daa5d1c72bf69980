/**
 * How sure a score is: the same IEEE steps as everywhere, + - × ÷ √ and decimal constants.
 *
 * Wilson (1927) for rates of independent items; clustered standard errors (Miller 2024, arXiv 2411.00640) with
 * Student's t otherwise, its quantiles beyond 29 degrees of freedom by Abramowitz and Stegun 26.7.5.
 */
import {
  add,
  divide,
  exactOf,
  fromDecimal,
  fsum,
  multiply,
  ONE,
  type Ratio,
  root,
  subtract,
  toNumber,
  whole,
} from "./exact";
import type { Slice } from "./items";
import { at, setDefault } from "./lists";
import { integerAt, type MatrixRow } from "./matrix";
import type { Scoring } from "./scoring";
import { isRelative } from "./tree";

export interface Estimate {
  readonly interval: readonly [number, number] | null;
  readonly standardError: number | null;
  readonly method: "wilson" | "clustered t" | null;
}

const Z95 = 1.959963984540054;
const POWER = fromDecimal("2.801585218");
const FEWEST_CLUSTERS = 10;
const FIRST_QUANTILE = 9;
/** The 97.5 % quantiles of Student's t for 9 to 29 degrees of freedom. */
const QUANTILES: readonly number[] = [
  2.2621571628540993, 2.2281388519649385, 2.200985160082949, 2.1788128296634177, 2.1603686564610127, 2.1447866879169273,
  2.131449545559323, 2.1199052992210112, 2.1098155778331806, 2.10092204024096, 2.093024054408263, 2.0859634472658364,
  2.079613844727662, 2.0738730679040147, 2.0686576104190406, 2.0638985616280205, 2.059538552753294, 2.055529438642871,
  2.0518305164802833, 2.048407141795244, 2.045229642132703,
];
const NOTHING: Estimate = { interval: null, standardError: null, method: null };

/** The 95 % Wilson interval of a rate seen on n independent items. */
export function wilson(share: number, n: number): readonly [number, number] {
  const z2 = Z95 * Z95;
  const denominator = 1 + z2 / n;
  const centre = (share + z2 / (2 * n)) / denominator;
  const half = (Z95 / denominator) * Math.sqrt((share * (1 - share)) / n + z2 / (4 * n * n));
  return [Math.max(0, centre - half), Math.min(1, centre + half)];
}

function tQuantile(degrees: number): number {
  const tabled = QUANTILES[degrees - FIRST_QUANTILE];
  if (tabled !== undefined) {
    return tabled;
  }
  const [z, nu] = [Z95, degrees];
  const z2 = z * z;
  const first = ((z2 + 1) * z) / 4;
  const second = (((5 * z2 + 16) * z2 + 3) * z) / 96;
  const third = ((((3 * z2 + 19) * z2 + 17) * z2 - 15) * z) / 384;
  const fourth = (((((79 * z2 + 776) * z2 + 1482) * z2 - 1920) * z2 - 945) * z) / 92160;
  return z + (first + (second + (third + fourth / nu) / nu) / nu) / nu;
}

/** Estimate how sure an entry's score is: Wilson for plain rates, clustered errors for the rest. */
export function estimate(scoring: Scoring, name: string, part: Slice): Estimate {
  const score = scoring.score(name, part);
  if (score === null || isRelative(scoring.benchmark, name)) {
    return NOTHING;
  }
  const parts = scoring.coefficients(name, part, ONE);
  const [first] = parts;
  if (parts.length === 1 && first) {
    const [low, high] = scoring.rangeOf(first.leaf);
    const row = scoring.row(first.leaf.metric);
    const scored = scoring.scored(first.leaf, part);
    if (row.denominator === 1n && low === 0 && high === 1 && areIndependent(scoring, scored)) {
      return { interval: wilson(toNumber(score), scored.length), standardError: null, method: "wilson" };
    }
    const { error, clusters } = errorOfMean(scoring, row, scored);
    return withError(score, error, clusters, [whole(low), whole(high)]);
  }
  return ofSum(scoring, parts, part, score);
}

function areIndependent(scoring: Scoring, positions: Int32Array): boolean {
  const { clusters, weights } = scoring.cuts.table;
  return (
    new Set(positions.map((place) => at(clusters, place))).size === positions.length &&
    positions.every((place) => weights[place] === 1)
  );
}

type Parts = readonly { weight: Ratio; leaf: Parameters<Scoring["scored"]>[0] }[];

function ofSum(scoring: Scoring, parts: Parts, part: Slice, score: Ratio): Estimate {
  const rows = parts.map(({ weight, leaf }) => ({
    weight,
    row: scoring.row(leaf.metric),
    scored: scoring.scored(leaf, part),
  }));
  const { error, clusters } = errorOfSum(scoring, rows);
  let [low, high] = [whole(0), whole(0)];
  for (const { weight, leaf } of parts) {
    const [least, most] = scoring.rangeOf(leaf);
    low = add(low, multiply(weight, whole(least)));
    high = add(high, multiply(weight, whole(most)));
  }
  return withError(score, error, clusters, [low, high]);
}

function withError(score: Ratio, error: number | null, clusters: number, bounds: readonly [Ratio, Ratio]): Estimate {
  if (error === null) {
    return NOTHING;
  }
  // Without any spread nothing is known about it: an interval of no width would claim certainty.
  if (!error || clusters < FEWEST_CLUSTERS) {
    return { interval: null, standardError: error, method: null };
  }
  const mean = toNumber(score);
  const half = tQuantile(clusters - 1) * error;
  const interval = [Math.max(toNumber(bounds[0]), mean - half), Math.min(toNumber(bounds[1]), mean + half)] as const;
  return { interval, standardError: error, method: "clustered t" };
}

interface Found {
  readonly error: number | null;
  readonly clusters: number;
}

/** The clustered standard error of the weighted mean of integers: deviations of cluster sums are integers. */
function errorOfMean(scoring: Scoring, row: MatrixRow, positions: Int32Array): Found {
  const { weights, clusters } = scoring.cuts.table;
  const sums = new Map<number, { sum: bigint; weight: bigint }>();
  let [total, totalWeight] = [0n, 0n];
  for (const place of positions) {
    const weight = BigInt(at(weights, place));
    const value = integerAt(row.values, place) * weight;
    const own = setDefault(sums, at(clusters, place), () => ({ sum: 0n, weight: 0n }));
    own.sum += value;
    own.weight += weight;
    total += value;
    totalWeight += weight;
  }
  const scale = Number(totalWeight) * Number(totalWeight) * Number(row.denominator);
  const influences = [...sums.values()].map(({ sum, weight }) => Number(sum * totalWeight - weight * total) / scale);
  return { error: errorOf(influences), clusters: sums.size };
}

/** The clustered standard error of a weighted sum of means: integers until the last product of each part. */
function errorOfSum(scoring: Scoring, parts: readonly { weight: Ratio; row: MatrixRow; scored: Int32Array }[]): Found {
  const { weights, clusters } = scoring.cuts.table;
  const influence = new Map<number, number>();
  for (const { weight, row, scored } of parts) {
    let [total, totalWeight] = [0n, 0n];
    for (const place of scored) {
      total += integerAt(row.values, place) * BigInt(at(weights, place));
      totalWeight += BigInt(at(weights, place));
    }
    const scale = toNumber(divide(weight, { n: totalWeight * totalWeight * row.denominator, d: 1n }));
    for (const place of scored) {
      const deviation = BigInt(at(weights, place)) * (integerAt(row.values, place) * totalWeight - total);
      influence.set(place, (influence.get(place) ?? 0) + Number(deviation) * scale);
    }
  }
  const sums = new Map<number, number[]>();
  for (const [place, value] of influence) {
    setDefault(sums, at(clusters, place), () => []).push(value);
  }
  return { error: errorOf([...sums.values()].map(fsum)), clusters: sums.size };
}

function errorOf(influences: readonly number[]): number | null {
  const count = influences.length;
  if (count < 2) {
    return null;
  }
  return Math.sqrt((fsum(influences.map((value) => value * value)) * count) / (count - 1));
}

/** The difference that a paired comparison on n prompts finds with 80 % power, where entries differ on a share of them. */
export function minimumDetectableDifference(disagreement: Ratio, n: number): number | null {
  return n < 1 ? null : root(divide(multiply(multiply(POWER, POWER), disagreement), whole(n)));
}

const Z_SQUARED = multiply(exactOf(Z95), exactOf(Z95));

/** The variance of a rate seen on n items at the centre of its Wilson interval (Agresti and Coull 1998). */
function rateVariance(rate: Ratio, n: number): Ratio {
  const enlarged = add(whole(n), Z_SQUARED);
  const centre = divide(add(multiply(rate, whole(n)), divide(Z_SQUARED, whole(2))), enlarged);
  return divide(multiply(centre, subtract(ONE, centre)), enlarged);
}

export interface ReleasedScore {
  readonly score: Ratio;
  readonly nPrompts: number;
  readonly nItems: number;
}

/** The 95 % interval of an exact public score minus a released held-out one; null if the first has none. */
export function gapInterval(
  score: Ratio,
  sure: Estimate,
  nItems: number,
  released: ReleasedScore,
  step: Ratio,
): readonly [number, number] | null {
  if (sure.method === null) {
    return null;
  }
  const error = sure.standardError === null ? null : exactOf(sure.standardError);
  const own = sure.method === "wilson" || !error ? rateVariance(score, nItems) : multiply(error, error);
  const rounding = divide(multiply(step, step), whole(12));
  const half = Z95 * root(add(add(own, rateVariance(released.score, released.nPrompts)), rounding));
  const gap = toNumber(subtract(score, released.score));
  return [gap - half, gap + half];
}
