// Exact p-values of verdicts that differ, and what several of them are worth.

import { type Fraction, less } from "./fractions";

const ONE: Fraction = [1n, 1n];
const Z95 = 1.959963984540054;

/** McNemar's exact two-sided p-value: 2·P(X ≤ fewer) over the items on which two differ. */
export function mcnemar(onlyA: number, onlyB: number): Fraction {
  const n = BigInt(onlyA + onlyB);
  const fewer = BigInt(Math.min(onlyA, onlyB));
  let [ways, sum] = [1n, 1n];
  for (let k = 1n; k <= fewer; k += 1n) {
    ways = (ways * (n - k + 1n)) / k;
    sum += ways;
  }
  const p: Fraction = [2n * sum, 1n << n];
  return less(ONE, p) ? ONE : p;
}

/** Adjust p-values for being several (Holm 1979); null stays null and counts for nothing. */
export function holm(values: readonly (Fraction | null)[]): (Fraction | null)[] {
  const known = values.flatMap((p, place) => (p ? [{ p, place }] : []));
  known.sort((one, other) => (less(one.p, other.p) ? -1 : less(other.p, one.p) ? 1 : 0));
  const adjusted: (Fraction | null)[] = values.map(() => null);
  let largest: Fraction = [0n, 1n];
  for (const [step, { p, place }] of known.entries()) {
    const stepped: Fraction = [p[0] * BigInt(known.length - step), p[1]];
    const capped = less(ONE, stepped) ? ONE : stepped;
    largest = less(largest, capped) ? capped : largest;
    adjusted[place] = largest;
  }
  return adjusted;
}

/** The 97.5 % quantile of Student's t (Abramowitz and Stegun 26.7.5): within 0.00002 from 9 degrees on. */
export function tQuantile(nu: number): number {
  const z2 = Z95 * Z95;
  const first = ((z2 + 1) * Z95) / 4;
  const second = (((5 * z2 + 16) * z2 + 3) * Z95) / 96;
  const third = ((((3 * z2 + 19) * z2 + 17) * z2 - 15) * Z95) / 384;
  const fourth = (((((79 * z2 + 776) * z2 + 1482) * z2 - 1920) * z2 - 945) * Z95) / 92160;
  return Z95 + (first + (second + (third + fourth / nu) / nu) / nu) / nu;
}
