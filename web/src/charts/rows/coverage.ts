import { nameOf } from "../../site/names";
import type { BenchmarkDocument, BoardRow } from "../../site/types";
import {
  byLetters,
  type ChartDocuments,
  type ChartOptions,
  contestants,
  type Drawn,
  drawn,
  facetOf,
  firstOf,
  headlineOf,
  higherFirst,
  isBetter,
  nothing,
  sliceScore,
  TOP,
  tidy,
  valuesOf,
} from "../drawing";

const NAMES_WIDTH = 150;
const CELL_WIDTH = 68;

/** Facet and value, once or for both of a pair. */
type Parts = readonly (readonly [string, string])[];

/** For each vendor and value, the best configuration's difference to the default, and how many aim there. */
export function coverage(documents: ChartDocuments, options: ChartOptions): Drawn {
  const { board, rules } = documents;
  const rows = contestants(board, options);
  const facet = facetOf(rules, options.facet);
  if (facet === null) return nothing("facet");
  const values = valuesOf(rules, facet, rows);
  const vendors = vendorsOf(rows).slice(0, options.top ?? TOP);
  if (!values.length || !vendors.length) return nothing("scores", rows.length);
  const ofVendor = new Map(vendors.map((vendor) => [vendor, rows.filter((row) => row.vendor === vendor)]));
  const cells = values.flatMap((value) => {
    const parts = partsOf(rules, facet, value);
    return vendors.map((vendor) => ({
      value,
      vendor,
      ...cellOf(ofVendor.get(vendor) ?? [], (row) => sliceScore(row, facet, value), parts, higherFirst(board)),
    }));
  });
  const bound = Math.max(0, ...cells.map(({ difference }) => Math.abs(difference ?? 0))) || 1;
  return drawn(
    { cells },
    {
      headline: headlineOf(documents),
      base: "public",
      facet,
      facet_title: rules.benchmark.facets?.[facet]?.title || facet,
      values,
      vendors,
      bound,
      least: -bound,
      least_width: NAMES_WIDTH + CELL_WIDTH * vendors.length,
    },
    rows.filter(({ vendor }) => !ofVendor.has(vendor)).length,
  );
}

/** The vendors, those with most configurations beside their default first, then by name. */
function vendorsOf(rows: readonly BoardRow[]): string[] {
  const counts = new Map<string, number>();
  for (const { vendor, kind } of rows) counts.set(vendor, (counts.get(vendor) ?? 0) + Number(kind !== "default"));
  return [...counts]
    .sort(([one, many], [other, more]) => firstOf(more - many, byLetters(one, other)))
    .map(([vendor]) => vendor);
}

/** The parts of a pair's value; a value may itself hold the sign between them. */
function partsOf({ benchmark }: BenchmarkDocument, facet: string, value: string): Parts {
  const facets = benchmark.facets ?? {};
  if (Object.hasOwn(facets, facet)) return [[facet, value]];
  const cut = facet.indexOf("×");
  const [one, other] = [facet.slice(0, cut), facet.slice(cut + 1)];
  for (let at = value.indexOf("×"); at >= 0; at = value.indexOf("×", at + 1)) {
    const [left, right] = [value.slice(0, at), value.slice(at + 1)];
    if (facets[one]?.values.includes(left) && facets[other]?.values.includes(right)) {
      return [
        [one, left],
        [other, right],
      ];
    }
  }
  return [];
}

/** The best configuration of a vendor on one value, compared with the vendor's default. */
function cellOf(rows: readonly BoardRow[], scored: (row: BoardRow) => number | null, parts: Parts, isHigher: boolean) {
  const defaults = rows.find(({ kind }) => kind === "default");
  const own = defaults ? scored(defaults) : null;
  let best: { score: number; row: BoardRow } | null = null;
  let count = 0;
  for (const row of rows) {
    const score = scored(row);
    if (row.kind === "default" || score === null) continue;
    count += 1;
    if (best === null || isBetter(score, best.score, isHigher)) best = { score, row };
  }
  return {
    n_configurations: count,
    n_targeting: rows.filter((row) => aimsAt(row, parts)).length,
    default_score: own,
    entry: best ? nameOf(best.row) : null,
    score: best ? best.score : null,
    difference: best === null || own === null ? null : tidy(isHigher ? best.score - own : own - best.score),
    won: hasWon(rows, parts),
  };
}

/** Whether a configuration beats the default here beyond chance; a pair may be named in either order. */
function hasWon(rows: readonly BoardRow[], parts: Parts): boolean {
  const named = (order: Parts) => order.map((part) => part.join("=")).join("×");
  const names = [named(parts), named([...parts].reverse())];
  return rows.some((row) => row.win_regions.some(({ slice }) => names.includes(slice)));
}

/** Whether a configuration declares that it is made for a value, by itself or among others. */
function aimsAt(row: BoardRow, parts: Parts): boolean {
  const target = row.target_subgroup as { selector?: Readonly<Record<string, unknown>> } | null;
  const selector = target?.selector ?? {};
  return (
    parts.length > 0 &&
    parts.every(([facet, value]) => {
      const chosen = Object.hasOwn(selector, facet) ? selector[facet] : null;
      return Array.isArray(chosen) && chosen.includes(value);
    })
  );
}
