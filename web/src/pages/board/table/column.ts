// What a column of the board is.

import type { ComponentChildren } from "preact";
import type { Write } from "../../../numbers";
import type { Cell } from "../../../parts/exporting";
import type { Key } from "../rows/grouping";
import type { Row } from "../rows/row";

export interface BoardColumn {
  id: string;
  label: string;
  /** What it means, where the label does not say it. */
  note?: string;
  type: "pin" | "rank" | "entry" | "score" | "number" | "text" | "wins" | "known";
  /** Its least width in rem; the entry takes what is left. */
  width: number;
  /** The order at a first click. */
  first: "asc" | "desc";
  key: (row: Row) => Key;
  cell: (row: Row) => ComponentChildren;
  /** What an export holds; without it, the key. */
  exported?: (row: Row) => Cell;
  /** Below the label: a link of the column. */
  below?: ComponentChildren;
  classOf?: (row: Row) => string | undefined;
  isUnsorted?: boolean;
  /** Readers cannot take it off. */
  isFixed?: boolean;
  /** Shown unless the reader chose columns: always, where there is room, or not at all. */
  shown?: "always" | "wide" | "asked";
  /** A card on a phone has no room for it, unless it orders the rows. */
  isMinor?: boolean;
}

interface NumberOptions extends Partial<BoardColumn> {
  id: string;
  label: string;
  key: (row: Row) => number | null;
  write: Write;
}

/** A column of numbers; what is unknown is a dash and sorts last. */
export const numberColumn = ({ write, key, ...more }: NumberOptions): BoardColumn => ({
  type: "number",
  width: 5.5,
  first: "desc",
  key,
  cell: (row) => write(key(row)),
  ...more,
});

/** A column of words. */
export const textColumn = (
  id: string,
  label: string,
  width: number,
  text: (row: Row) => string | null,
  key: (row: Row) => Key,
): BoardColumn => ({
  id,
  label,
  type: "text",
  width,
  first: "asc",
  key,
  cell: text,
  exported: text,
  shown: "asked",
  isMinor: true,
});

export const PIN_WIDTH = 2.5;
export const LEAST_ENTRY = 12;

/** What columns take of the room that is left, as a share of it and at most, in rem. */
const GROWING: Partial<Record<BoardColumn["type"], readonly [share: number, most: number]>> = {
  score: [0.3, 8],
  wins: [0.2, 6],
};

/** The width of a column where `spare` rem are left; null: what the others leave. */
export function widthOf({ type, width }: BoardColumn, spare: number): number | null {
  if (type === "entry") return null;
  const [share, most] = GROWING[type] ?? [0, 0];
  return width + Math.min(most, share * Math.max(0, spare));
}
