// What all parts of the board share: its header, its rules, what its ranks follow, and who is compared with whom.

import type { Publication } from "../../../site/publication";
import { type Scale, scaleOf } from "../../../site/scale";
import type { Benchmark, BoardRow, ColumnsHeader } from "../../../site/types";
import { type Row, rowsOfBoard, rowsOfColumns } from "./row";

export type Basis = "held_out" | "public";

export interface Context {
  publication: Publication;
  header: ColumnsHeader;
  benchmark: Benchmark;
  rows: readonly Row[];
  scale: Scale;
  /** What the ranks of the board follow; null where tracks differ. */
  basis: Basis | null;
  rankedBy: (row: Row) => Basis;
  defaultOf: (row: Row) => Row | null;
  /** Where configurations compete with a default, they stand below it; a board of others is a plain ranking. */
  ownGroup: "vendor" | "none";
  /** The best human score, for the axis. */
  human: number | null;
}

/** Load what the board opens with. */
export async function loadContext(publication: Publication): Promise<Context> {
  const [columns, { benchmark }] = await Promise.all([publication.columns(), publication.benchmark()]);
  return contextOf(publication, columns.header, benchmark, rowsOfColumns(columns));
}

export function contextOf(
  publication: Publication,
  header: ColumnsHeader,
  benchmark: Benchmark,
  rows: readonly Row[],
): Context {
  const rankedBy = basesOf(rows);
  const defaultOf = defaultsOf(rows);
  const followed = new Set(rows.filter(({ pending }) => !pending).map(rankedBy));
  const humans = rows
    .filter(({ kind }) => kind === "human")
    .map((row) => scoreOf(row, rankedBy(row)))
    .filter((score) => score !== null);
  const scored = rows.map((row) => ({
    public: row.public,
    interval: row.interval,
    heldOut: row.held_out,
    heldOutInterval: row.held_out_interval,
  }));
  return {
    publication,
    header,
    benchmark,
    rows,
    scale: scaleOf(scored, header, benchmark),
    basis: followed.size > 1 ? null : ([...followed][0] ?? "public"),
    rankedBy,
    defaultOf,
    ownGroup: rows.some((row) => row.kind !== "default" && defaultOf(row)) ? "vendor" : "none",
    human: bestOf(humans, header.ranking),
  };
}

/** The same board over other rows: those of an earlier protocol. */
export const contextOver = (context: Context, rows: readonly BoardRow[], ranking: string): Context =>
  contextOf(context.publication, { ...context.header, ranking }, context.benchmark, rowsOfBoard(rows));

const bestOf = (scores: readonly number[], ranking: string): number | null =>
  scores.length === 0 ? null : ranking.endsWith(" asc") ? Math.min(...scores) : Math.max(...scores);

/** Rows that are ranked together. */
export const groupOf = (row: Row): string => `${row.protocol_version}\n${row.track ?? ""}`;

/** A group is ranked on held-out scores as soon as one of its entries has one. */
function basesOf(rows: readonly Row[]): (row: Row) => Basis {
  const onHeldOut = new Set<string>();
  for (const row of rows) if (row.held_out !== null) onHeldOut.add(groupOf(row));
  return (row) => (onHeldOut.has(groupOf(row)) ? "held_out" : "public");
}

/** A vendor that has two defaults among the same entries has none; what waits for the close is compared with nobody. */
function defaultsOf(rows: readonly Row[]): (row: Row) => Row | null {
  const keyOf = (row: Row) => `${row.vendor}\n${groupOf(row)}`;
  const found = new Map<string, Row | null>();
  for (const row of rows) {
    if (row.kind === "default" && !row.pending) found.set(keyOf(row), found.has(keyOf(row)) ? null : row);
  }
  return (row) => (row.pending ? null : (found.get(keyOf(row)) ?? null));
}

export const scoreOf = (row: Row, basis: Basis): number | null => (basis === "held_out" ? row.held_out : row.public);

/** The score that a row is ranked by. */
export const rankedScore = (row: Row, { rankedBy }: Context): number | null => scoreOf(row, rankedBy(row));

/** The tabs of facets: categories and languages first; tracks are no facet to look at. */
export function facetsOf({ facets }: Benchmark): string[] {
  const order = ["category", "language", "tier"];
  const placeOf = (name: string) => {
    const place = order.indexOf(facets?.[name]?.role ?? "");
    return place < 0 ? order.length : place;
  };
  return Object.keys(facets ?? {})
    .filter((name) => facets?.[name]?.role !== "track")
    .sort((one, other) => placeOf(one) - placeOf(other));
}
