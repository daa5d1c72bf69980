// Two entries item by item, exactly: whole numbers until the last step, as `proofboard compare` does it.

const Z95 = 1.959963984540054;
const FEWEST_CLUSTERS = 10;

/** Fractions are [numerator, denominator] with a denominator above 0. */
const less = ([a, b], [c, d]) => a * d < c * b;

/** A fraction as a number, rounded once and half to even. */
export function rounded([numerator, denominator], places = 6) {
  const sign = numerator < 0n ? -1 : 1;
  const scaled = (numerator < 0n ? -numerator : numerator) * 10n ** BigInt(places);
  const [whole, rest] = [scaled / denominator, scaled % denominator];
  const isUp = rest * 2n > denominator || (rest * 2n === denominator && whole % 2n === 1n);
  return (sign * Number(isUp ? whole + 1n : whole)) / 10 ** places;
}

/**
 * The scores of one entry, one for each item: { values: item → integer, denominator }, or { reason } where they do not
 * follow from its document alone. `rule` is the metric; `ids` are all public items, and null where rows need no name.
 */
export function itemScores({ items, trials, stages, states, metrics }, metric, rule, ids) {
  const column = metrics[metric];
  if (!column) return { reason: `there are no item scores of ${metric}` };
  if (states?.includes("platform_failure")) return { reason: "the platform failed on some of its items" };
  const { missing = "worst", direction = "higher", range = [0, 1], trials: reduction = "mean" } = rule;
  if (trials && reduction !== "mean") return { reason: `its trials are reduced by ${reduction}` };
  const worst = BigInt(direction === "higher" ? range[0] : range[1]) * BigInt(column.denominator);
  const found = new Map();
  for (const [place, value] of column.values.entries()) {
    if (stages && stages[place] !== "answer") continue;
    if (value === null && missing === "drop") continue;
    if (value === null && missing !== "worst") return { reason: "it has no score on some items" };
    const id = items ? items[place] : ids ? ids[place] : String(place);
    const own = found.get(id) ?? [0n, 0n];
    found.set(id, [own[0] + (value === null ? worst : BigInt(value)), own[1] + 1n]);
  }
  const counts = new Set([...found.values()].map(([, count]) => count));
  if (!counts.size) return { reason: "it has no item score" };
  if (counts.size > 1) return { reason: "some of its items have fewer trials" };
  const [count] = counts;
  return {
    values: new Map([...found].map(([id, [sum]]) => [id, sum])), denominator: BigInt(column.denominator) * count,
    isVerdict: column.denominator === 1 && count === 1n && range[1] - range[0] === 1,
  };
}

/** The exact mean of an entry's own scores: what must be the score that the board publishes. */
export function meanOf({ values, denominator }, unitOf) {
  let [sum, weights] = [0n, 0n];
  for (const [id, value] of values) {
    sum += value * unitOf(id).weight;
    weights += unitOf(id).weight;
  }
  return [sum, weights * denominator];
}

/**
 * Compare two entries on the items that both have a score on; `unitOf` names the cluster and the weight of an item.
 * The difference is A − B. What is not known is null.
 */
export function pairOf(a, b, unitOf, { direction = "higher", range = [0, 1] }) {
  const shared = [...a.values.keys()].filter((id) => b.values.has(id));
  if (!shared.length) return { reason: "no item has a score of both" };
  const scale = a.denominator * b.denominator;
  const rows = shared.map((id) => ({
    ...unitOf(id), difference: a.values.get(id) * b.denominator - b.values.get(id) * a.denominator,
  }));
  const weights = rows.reduce((sum, { weight }) => sum + weight, 0n);
  const total = rows.reduce((sum, { weight, difference }) => sum + weight * difference, 0n);
  const deviations = new Map();
  for (const { cluster, weight, difference } of rows) {
    deviations.set(cluster, (deviations.get(cluster) ?? 0n) + weight * (difference * weights - total));
  }
  const isIndependent = deviations.size === rows.length && new Set(rows.map(({ weight }) => weight)).size === 1;
  const [above, below] = [1, -1].map((sign) => rows.filter((row) => Math.sign(Number(row.difference)) === sign).length);
  const [onlyA, onlyB] = direction === "higher" ? [above, below] : [below, above];
  const isVerdict = a.isVerdict && b.isVerdict;
  const difference = [total, weights * scale];
  return {
    nItems: rows.length, leftOut: new Set([...a.values.keys(), ...b.values.keys()]).size - rows.length, difference,
    onlyA: isVerdict ? onlyA : null, onlyB: isVerdict ? onlyB : null,
    p: isVerdict && isIndependent ? mcnemar(onlyA, onlyB) : null,
    interval: intervalOf(difference, [...deviations.values()], Number(weights * weights * scale), range[1] - range[0]),
  };
}

/** The 95 % interval of a difference, Student's t over clusters; null with few of them or without spread. */
function intervalOf(difference, deviations, scale, widest) {
  const n = deviations.length;
  const squares = Number(deviations.reduce((sum, one) => sum + one * one, 0n));
  if (n < FEWEST_CLUSTERS || !squares) return null;
  const half = tQuantile(n - 1) * (Math.sqrt((squares * n) / (n - 1)) / scale);
  const middle = rounded(difference, 15);
  return [Math.max(-widest, middle - half), Math.min(widest, middle + half)];
}

/** The 97.5 % quantile of Student's t (Abramowitz and Stegun 26.7.5): within 0.00002 from 9 degrees on. */
export function tQuantile(nu) {
  const z2 = Z95 * Z95;
  const first = ((z2 + 1) * Z95) / 4;
  const second = (((5 * z2 + 16) * z2 + 3) * Z95) / 96;
  const third = ((((3 * z2 + 19) * z2 + 17) * z2 - 15) * Z95) / 384;
  const fourth = (((((79 * z2 + 776) * z2 + 1482) * z2 - 1920) * z2 - 945) * Z95) / 92160;
  return Z95 + (first + (second + (third + fourth / nu) / nu) / nu) / nu;
}

/** McNemar's exact two-sided p-value as a fraction: 2·P(X ≤ fewer) over the items on which two differ. */
export function mcnemar(onlyA, onlyB) {
  const n = BigInt(onlyA + onlyB);
  const fewer = BigInt(Math.min(onlyA, onlyB));
  let [ways, sum] = [1n, 1n];
  for (let k = 1n; k <= fewer; k += 1n) {
    ways = (ways * (n - k + 1n)) / k;
    sum += ways;
  }
  const p = [2n * sum, 1n << n];
  return less([1n, 1n], p) ? [1n, 1n] : p;
}

/** Adjust p-values for being several (Holm 1979); null stays null and counts for nothing. */
export function holm(values) {
  const order = values.flatMap((p, place) => (p ? [place] : []))
    .sort((one, other) => (less(values[one], values[other]) ? -1 : less(values[other], values[one]) ? 1 : 0));
  const adjusted = values.map(() => null);
  let largest = [0n, 1n];
  for (const [step, place] of order.entries()) {
    const [numerator, denominator] = values[place];
    const p = [numerator * BigInt(order.length - step), denominator];
    const capped = less([1n, 1n], p) ? [1n, 1n] : p;
    largest = less(largest, capped) ? capped : largest;
    adjusted[place] = largest;
  }
  return adjusted;
}
