// What every view of the board is given, and what they share.

import type { Context } from "../rows/context";
import { filterOf, firstOfLast, type Slicing } from "../rows/filtering";
import type { Row } from "../rows/row";
import { type Change, listOf, type State } from "../state";
import type { Pins } from "../table/BoardTable";
import type { BoardColumn } from "../table/column";

export interface ViewProps {
  context: Context;
  state: State;
  set: (change: Change) => void;
  /** The track that is shown; null: all. */
  track: string | null;
  isGrouped: boolean;
  isWide: boolean;
  pins: Pins;
  /** Told what is shown, for the count and the exports. */
  onshown: (shown: Shown) => void;
}

export interface Shown {
  rows: readonly Row[];
  columns: readonly BoardColumn[];
  visible: ReadonlySet<string>;
  all: number;
}

/** The filters that need nothing but the rows. */
export function plainFilter(state: State, track: string | null): ((row: Row) => boolean) | null {
  return filterOf({ state, track, slicings: NO_SLICINGS, scoreOn: null, now: new Date() });
}

export const NO_SLICINGS: readonly Slicing[] = [];

/** What of the state filters, as one text: filters are made anew when it changes. */
export function filterKey(state: State, track: string | null): string {
  const { q, kind, vendor, from, to, last, category, language, target, wins, assurance } = state;
  // A day that passes changes what the last days are.
  const today = last ? firstOfLast(1, new Date()) : null;
  return JSON.stringify([track, q, kind, vendor, from, to, last, today, category, language, target, wins, assurance]);
}

/** The columns that are drawn: those the reader chose, or as the board has them, and the one that orders. */
export function visibleOf(columns: readonly BoardColumn[], state: State, isWide: boolean): Set<string> {
  const chosen = state.columns === undefined ? null : new Set(listOf(state.columns));
  const isShown = ({ id, shown = "always" }: BoardColumn) =>
    chosen ? chosen.has(id) : shown === "always" || (shown === "wide" && isWide);
  const sorted = state.sort?.replace(/^-/, "");
  return new Set(
    columns.filter((column) => column.isFixed || column.id === sorted || isShown(column)).map(({ id }) => id),
  );
}
