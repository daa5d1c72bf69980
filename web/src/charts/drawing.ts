// What a chart is made from and what comes out of it. Python draws the same charts into files (publish/charts/): both
// make the same rows of the same documents, which a test compares, so every function here has its twin there.

import { type Named, nameOf } from "../site/names";
import { isShare } from "../site/scale";
import type { BenchmarkDocument, BoardRow, EntryDocument, Leaderboard, VendorDocument } from "../site/types";

export type Cell = string | number | boolean | null;
export type Row = Record<string, Cell>;
export type Parameter = string | number | readonly string[] | { readonly [name: string]: string | number };
export type Against = "cost" | "tokens" | "seconds";
export type Base = "public" | "held_out";

/** Kinds of entries that others are held against; they compete with nobody. */
const REFERENCE_KINDS = ["human", "baseline", "chance"] as const;
const KINDS = ["default", "community", "seed", "human", "baseline", "chance"] as const;

/** The published documents that a chart may read. */
export interface ChartDocuments {
  board: Leaderboard;
  rules: BenchmarkDocument;
  /** `vendor/config_name` → the entry's own document, of those that the chart needs. */
  entries?: Readonly<Record<string, EntryDocument>>;
  /** Vendor → its comparisons, of those that the chart needs. */
  vendors?: Readonly<Record<string, VendorDocument>>;
}

/** What a reader chooses; a chart takes no notice of what it has no use for. */
export interface ChartOptions {
  entries?: readonly string[];
  /** A facet or a declared pair, `facet×facet`; by default the category. */
  facet?: string | null;
  against?: Against;
  /** By default the score that ranks. */
  score?: Base | null;
  top?: number;
  days?: number;
  /** By default the first one of the board. */
  track?: string | null;
  perVendor?: boolean;
}

export interface Drawn {
  datasets: Readonly<Record<string, readonly Row[]>>;
  parameters: Readonly<Record<string, Parameter>>;
  /** Entries that have not what the chart is about. */
  leftOut: number;
  /** The word that says why there is nothing to draw; null where there is. */
  nothing: string | null;
}

export interface NeededDocuments {
  entries: readonly string[];
  vendors: readonly string[];
}

export const TOP = 20;
export const DAYS = 30;

export const drawn = (datasets: Drawn["datasets"], parameters: Drawn["parameters"], leftOut = 0): Drawn => ({
  datasets,
  parameters,
  leftOut,
  nothing: null,
});

export const nothing = (why: string, leftOut = 0): Drawn => ({
  datasets: {},
  parameters: {},
  leftOut,
  nothing: `nothing.${why}`,
});

export const higherFirst = (board: Leaderboard): boolean => !board.ranking.endsWith("asc");

export const baseOf = (board: Leaderboard, options: ChartOptions): Base =>
  options.score ?? (board.ranking.startsWith("held_out") ? "held_out" : "public");

export const scoreOf = (row: BoardRow, base: Base): number | null =>
  (base === "public" ? row.public.score : row.held_out.score) ?? null;

/** The rows of the track that are measurements, each recipe once, in the order of the board. */
export function measured(board: Leaderboard, options: ChartOptions): BoardRow[] {
  const track = options.track ?? board.tracks[0] ?? null;
  return board.entries.filter((row) => (row.track ?? null) === track && !row.invalid && !row.same_recipe_as);
}

const isReference = (row: BoardRow): boolean => (REFERENCE_KINDS as readonly string[]).includes(row.kind);

export const contestants = (board: Leaderboard, options: ChartOptions): BoardRow[] =>
  measured(board, options).filter((row) => !isReference(row));

/** What scores are held against: the best human, the best baseline, and chance. */
export function references(board: Leaderboard, options: ChartOptions): Row[] {
  const base = baseOf(board, options);
  const isHigher = higherFirst(board);
  return REFERENCE_KINDS.flatMap((kind) => {
    let best: { kind: string; entry: string | null; score: number } | null = null;
    for (const row of measured(board, options)) {
      const score = scoreOf(row, base);
      if (row.kind !== kind || score === null) continue;
      if (best === null || isBetter(score, best.score, isHigher)) best = { kind, entry: nameOf(row), score };
    }
    const chance = board.chance_level ?? null;
    if (best === null && kind === "chance" && chance !== null) best = { kind, entry: null, score: chance };
    return best === null ? [] : [best];
  });
}

export const isBetter = (one: number, other: number, isHigher: boolean): boolean =>
  isHigher ? one > other : one < other;

/** Take the noise of binary fractions off a difference. */
export const tidy = (value: number): number => Math.floor(value * 1_000_000 + 0.5) / 1_000_000;

/** The facet that a chart is over: the wanted one, or the category, or the first that is no track. */
export function facetOf({ benchmark }: BenchmarkDocument, wanted: string | null | undefined): string | null {
  const facets = benchmark.facets ?? {};
  if (wanted !== null && wanted !== undefined) {
    const pairs = (benchmark.slice_pairs ?? []).map((pair) => pair.join("×"));
    return Object.hasOwn(facets, wanted) || pairs.includes(wanted) ? wanted : null;
  }
  const names = Object.keys(facets);
  const category = names.find((name) => facets[name]?.role === "category");
  return category ?? names.find((name) => facets[name]?.role !== "track") ?? null;
}

/** The values of a facet that any row has a score on, in their declared order. */
export function valuesOf({ benchmark }: BenchmarkDocument, facet: string, rows: readonly BoardRow[]): string[] {
  const found = new Set<string>();
  for (const row of rows) {
    for (const [value, score] of Object.entries(row.public.by[facet] ?? {})) {
      if (score !== null) found.add(value);
    }
  }
  const declared = benchmark.facets?.[facet]?.values ?? [];
  return [...declared.filter((value) => found.has(value)), ...[...found].filter((value) => !declared.includes(value))];
}

/** A field that an object has of its own: names of documents may be those of its prototype. */
export const own = <Value>(fields: Readonly<Record<string, Value>> | undefined, name: string): Value | undefined =>
  fields && Object.hasOwn(fields, name) ? fields[name] : undefined;

export const sliceScore = (row: BoardRow, facet: string, value: string): number | null =>
  own(own(row.public.by, facet), value) ?? null;

/** The kinds of entries that occur, in the order of the legend. */
export const kindsOf = (rows: readonly Row[]): string[] =>
  KINDS.filter((kind) => rows.some((row) => row.kind === kind));

/** The parameters that every chart has: which score is shown, of what, and how axes write it. */
export const said = (
  documents: ChartDocuments,
  options: ChartOptions,
  more: Drawn["parameters"] = {},
): Drawn["parameters"] => {
  const isShares = isShare(documents.rules.benchmark, documents.board.headline);
  return {
    headline: headlineOf(documents),
    base: baseOf(documents.board, options),
    unit: isShares ? ", %" : "",
    score_label: isShares ? "format(datum.value * 100, '.4~r')" : "datum.label",
    ...more,
  };
};

/** What readers see of the metric or aggregate that ranks. */
export function headlineOf({ board, rules: { benchmark } }: ChartDocuments): string {
  const declared = own(benchmark.metrics, board.headline) ?? own(benchmark.aggregates, board.headline);
  return declared?.title || board.headline;
}

/** The order of texts by their letters' numbers, which is the same in every language and program. */
export function byLetters(one: string, other: string): number {
  const [left, right] = [[...one], [...other]];
  for (let place = 0; place < Math.min(left.length, right.length); place += 1) {
    const difference = (left[place]?.codePointAt(0) ?? 0) - (right[place]?.codePointAt(0) ?? 0);
    if (difference) return difference;
  }
  return left.length - right.length;
}

/** The first comparison that tells two apart. */
export const firstOf = (...differences: readonly number[]): number => differences.find((one) => one !== 0) ?? 0;

export const byName = (rows: readonly BoardRow[]): ReadonlyMap<string, BoardRow> =>
  new Map(rows.map((row) => [nameOf(row as Named), row]));
