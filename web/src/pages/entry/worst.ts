// Where an entry is weak: slices with the intervals of their scores, and items that set it apart from the others.

import { tQuantile } from "../../paired/significance";
import type { Item, Items } from "../../site/answers";
import { partsOf } from "../../site/slices";
import type { EntryDocument } from "../../site/types";
import type { Answered, Made } from "./answersOf";
import { OVERALL } from "./slices";

const Z95 = 1.959963984540054;
const FEWEST_CLUSTERS = 10;
const MOST_PAGES = 50;

export interface WorstSlice {
  slice: string;
  nItems: number;
  score: number;
  interval: readonly [number, number] | null;
  /** Whether the whole interval lies on the worse side of the score on all items; null without an interval. */
  isBelow: boolean | null;
}

/** What an item counts for: its value, its weight, and the cluster within which items are not independent. */
export interface Counted {
  value: number;
  weight: number;
  cluster: string;
}

/** Wilson (1927), 95 %, for a share p of n independent items. */
export function wilson(p: number, n: number): readonly [number, number] {
  const centre = (p + (Z95 * Z95) / (2 * n)) / (1 + (Z95 * Z95) / n);
  const half = (Z95 / (1 + (Z95 * Z95) / n)) * Math.sqrt((p * (1 - p)) / n + (Z95 * Z95) / (4 * n * n));
  return [Math.max(0, centre - half), Math.min(1, centre + half)];
}

/** The 95 % interval of a mean by Student's t over clusters (Miller 2024); null with few of them or without spread. */
export function clustered(
  items: readonly Counted[],
  range: readonly [number, number],
): readonly [number, number] | null {
  const weights = items.reduce((sum, { weight }) => sum + weight, 0);
  const mean = items.reduce((sum, { value, weight }) => sum + value * weight, 0) / weights;
  const deviations = new Map<string, number>();
  for (const { value, weight, cluster } of items) {
    deviations.set(cluster, (deviations.get(cluster) ?? 0) + (weight * (value - mean)) / weights);
  }
  const n = deviations.size;
  const squares = [...deviations.values()].reduce((sum, one) => sum + one * one, 0);
  if (n < FEWEST_CLUSTERS || squares === 0) return null;
  const half = tQuantile(n - 1) * Math.sqrt((squares * n) / (n - 1));
  return [Math.max(range[0], mean - half), Math.min(range[1], mean + half)];
}

/** The items of a publication with facets, weights and clusters; null where they are too many to be read here. */
export async function allItems({ all }: Items, page: Items["page"]): Promise<ReadonlyMap<string, Item> | null> {
  const numbers = [...new Set(all.map((item) => item.page))];
  if (numbers.length > MOST_PAGES) return null;
  const pages = await Promise.all(numbers.map(page));
  return new Map(pages.flat().map((item) => [item.id, item]));
}

interface WorstOptions {
  /** The metric or aggregate whose slices these are. */
  metric: string;
  /** Whether it is the plain mean of the item scores. */
  isPlain: boolean;
  isLowerBetter: boolean;
  range: readonly [number, number];
  /** Whether each item is passed or failed, once. */
  isVerdict: boolean;
}

/** The slices of a metric, the lowest first; intervals where the item scores give the published score. */
export function worstSlices(
  { scores, n_items: counts }: EntryDocument,
  made: readonly Made[],
  items: ReadonlyMap<string, Item> | null,
  options: WorstOptions,
): WorstSlice[] {
  const own = scores[options.metric] ?? {};
  const overall = own[OVERALL] ?? null;
  const found = Object.entries(own).flatMap(([slice, score]): WorstSlice[] => {
    const nItems = counts[slice] ?? 0;
    if (slice === OVERALL || score === null || nItems === 0) return [];
    const interval = options.isPlain && items ? intervalOf(slice, score, made, items, options) : null;
    const isBelow =
      interval && overall !== null ? (options.isLowerBetter ? interval[0] > overall : interval[1] < overall) : null;
    return [{ slice, nItems, score, interval, isBelow }];
  });
  const sign = options.isLowerBetter ? -1 : 1;
  // What is surely low comes first, by the far end of the interval; then those without one, by their scores.
  const key = ({ score, interval }: WorstSlice) => sign * (interval ? interval[options.isLowerBetter ? 0 : 1] : score);
  return found.sort((one, other) => Number(!one.interval) - Number(!other.interval) || key(one) - key(other));
}

function intervalOf(
  slice: string,
  score: number,
  made: readonly Made[],
  items: ReadonlyMap<string, Item>,
  { range, isVerdict }: WorstOptions,
): readonly [number, number] | null {
  const parts = partsOf(slice);
  const counted = made.flatMap(({ id, value }): Counted[] => {
    const item = items.get(id);
    if (!item || value === null || !parts.every(({ facet, value: wanted }) => item.facets?.[facet] === wanted))
      return [];
    return [{ value, weight: item.weight ?? 1, cluster: item.cluster || item.prompt_id || item.id }];
  });
  const weights = counted.reduce((sum, { weight }) => sum + weight, 0);
  const mean = counted.reduce((sum, { value, weight }) => sum + value * weight, 0) / weights;
  // Published scores are rounded at six places; what is further off follows from something else.
  if (!counted.length || Math.abs(mean - score) > 1e-5) return null;
  const isIndependent = new Set(counted.map(({ cluster }) => cluster)).size === counted.length;
  const isEven = new Set(counted.map(({ weight }) => weight)).size === 1;
  return isVerdict && isIndependent && isEven ? wilson(mean, counted.length) : clustered(counted, range);
}

export interface Apart {
  id: string;
  own: number;
  mean: number;
}

/**
 * Items that an entry failed and most solve, or the other way round: the furthest apart first. Where items get parts of
 * points, those on which it is worse, or better, than the others.
 */
export function itemsApart({ made, items }: Answered, wanted: "right" | "wrong", isLowerBetter: boolean): Apart[] {
  const isVerdict = hasVerdicts(made);
  const sign = (wanted === "wrong" ? 1 : -1) * (isLowerBetter ? -1 : 1);
  return made
    .flatMap(({ id, value, outcome }): Apart[] => {
      const { mean = null } = items.of(id) ?? {};
      return value !== null && mean !== null && (!isVerdict || outcome === wanted) ? [{ id, own: value, mean }] : [];
    })
    .filter(({ own, mean }) => sign * (mean - own) > 0)
    .sort((one, other) => sign * (other.mean - other.own - one.mean + one.own) || (one.id < other.id ? -1 : 1));
}

/** Whether items are solved or failed, and nothing between. */
export const hasVerdicts = (made: readonly Made[]): boolean => made.every(({ outcome }) => outcome !== "partly");
