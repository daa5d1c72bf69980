// Rows under their vendors: the default first, then what others made of it; yardsticks stand apart at the end.

import type { Context } from "./context";
import { isYardstick, type Row } from "./row";

export type Key = number | string | null;

/** What stands above the rows of a group. */
export interface Head {
  kind: "head";
  key: string;
  /** Null: the yardsticks of all vendors that have nothing else. */
  vendor: string | null;
  title: string | null;
  organization: string | null;
  bestRank: number | null;
  shown: number;
  size: number;
}
export interface RowLine {
  kind: "row";
  key: string;
  row: Row;
  /** Whether it stands below its vendor's default. */
  isLed: boolean;
}
export type Line = Head | RowLine;

export interface Order {
  keyOf: (row: Row) => Key;
  /** The end at which the column begins when it is first chosen. */
  first: "asc" | "desc";
  isDown: boolean;
  hasRanks: boolean;
}

export const flat = (rows: readonly Row[]): Line[] =>
  rows.map((row) => ({ kind: "row", key: row.name, row, isLed: false }));

/**
 * Part ordered rows by vendor. Vendors stand by their best value in the column that orders, from the end at which a
 * first click begins; yardsticks stand last.
 */
export function byVendor(ordered: readonly Row[], order: Order, { rows: all, benchmark }: Context): Line[] {
  const [lone, sizes] = aboutVendors(all);
  const groups = new Map<string | null, Row[]>();
  for (const row of ordered) {
    const vendor = lone.has(row.vendor) ? null : row.vendor;
    const group = groups.get(vendor);
    if (group) group.push(row);
    else groups.set(vendor, [row]);
  }
  const made = [...groups].map(([vendor, rows]) => {
    const profile = vendor === null ? undefined : benchmark.vendors?.[vendor];
    const head: Head = {
      kind: "head",
      key: `vendor ${vendor ?? ""}`,
      vendor,
      title: profile?.title ?? vendor,
      organization: profile?.organization ?? null,
      bestRank: order.hasRanks && vendor !== null ? bestRank(rows) : null,
      shown: rows.length,
      size: vendor === null ? [...lone].reduce((sum, own) => sum + (sizes.get(own) ?? 0), 0) : (sizes.get(vendor) ?? 0),
    };
    return { best: bestValue(rows, order), isAside: vendor === null, lines: [head, ...ledLines(rows)] };
  });
  const way = order.isDown ? -1 : 1;
  made.sort((one, other) => Number(one.isAside) - Number(other.isAside) || ordering(one.best, other.best, way));
  return made.flatMap(({ lines }) => lines);
}

/** The lines of one vendor: its default, its entries, its yardsticks. */
function ledLines(rows: readonly Row[]): Line[] {
  const parts: [Line[], Line[], Line[]] = [[], [], []];
  const isLed = rows.some(({ kind }) => kind === "default");
  for (const row of rows) {
    const isDefault = row.kind === "default";
    parts[isDefault ? 0 : isYardstick(row) ? 2 : 1].push({
      kind: "row",
      key: row.name,
      row,
      isLed: isLed && !isDefault,
    });
  }
  return parts.flat();
}

/** Vendors of yardsticks alone, and how many rows each vendor has. */
function aboutVendors(rows: readonly Row[]): [Set<string>, Map<string, number>] {
  const lone = new Set(rows.filter(isYardstick).map(({ vendor }) => vendor));
  const sizes = new Map<string, number>();
  for (const row of rows) {
    if (!isYardstick(row)) lone.delete(row.vendor);
    sizes.set(row.vendor, (sizes.get(row.vendor) ?? 0) + 1);
  }
  return [lone, sizes];
}

function bestRank(rows: readonly Row[]): number | null {
  let best: number | null = null;
  for (const { rank } of rows) if (rank !== null && (best === null || rank < best)) best = rank;
  return best;
}

/** The value that speaks for a vendor, whichever way its rows are ordered. */
function bestValue(rows: readonly Row[], { keyOf, first, isDown }: Order): Key {
  const isFirst = (first === "desc") === isDown;
  const known = (row: Row) => keyOf(row) !== null;
  const best = isFirst ? rows.find(known) : rows.findLast(known);
  return best ? keyOf(best) : null;
}

/** Compare two keys; what is unknown stands last, whichever way. */
export function ordering(one: Key, other: Key, way: number): number {
  if (one === null || other === null) return Number(one === null) - Number(other === null);
  return one < other ? -way : one > other ? way : 0;
}

/** A text as a key: digits count as numbers, marks and capitals do not. */
export const textKey = (text: string | null | undefined): string | null =>
  text
    ? text
        .normalize("NFKD")
        .toLowerCase()
        .replace(/\p{M}/gu, "")
        .replace(/\d+/g, (digits) => digits.padStart(9, "0"))
    : null;
