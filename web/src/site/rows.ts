// What all pages know of the rows of a board: what ranks follow, and who is compared with whom.

import { nameOf } from "./names";
import type { Publication } from "./publication";
import { type Scale, type ScoredRow, scaleOf } from "./scale";
import type { Benchmark, BoardRow, Leaderboard } from "./types";

/** The score that the ranks of a row's group follow. */
export type Basis = "held_out" | "public";

export interface BoardContext {
  publication: Publication;
  board: Leaderboard;
  benchmark: Benchmark;
  /** Those of earlier protocols too. */
  rows: readonly BoardRow[];
  named: ReadonlyMap<string, BoardRow>;
  scale: Scale;
  rankedBy: (row: BoardRow) => Basis;
  /** The default of a row's vendor among the entries that it is ranked with. */
  defaultOf: (row: BoardRow) => BoardRow | null;
  groupOf: (row: BoardRow) => string;
}

/** Load the whole board with its rules. */
export async function loadBoard(publication: Publication): Promise<BoardContext> {
  const [board, { benchmark }] = await Promise.all([publication.board(), publication.benchmark()]);
  const rows = [board, ...(board.other_protocols ?? [])].flatMap(({ entries }) => entries);
  const groupOf = (row: BoardRow) => JSON.stringify([row.protocol_version, row.track]);
  const onHeldOut = new Set(rows.filter((row) => (row.held_out.score ?? null) !== null).map(groupOf));
  return {
    publication,
    board,
    benchmark,
    rows,
    named: new Map(rows.map((row) => [nameOf(row), row])),
    scale: scaleOf(rows.map(scoredOf), board, benchmark),
    // A group is ranked on held-out scores as soon as one of its entries has one.
    rankedBy: (row) => (onHeldOut.has(groupOf(row)) ? "held_out" : "public"),
    defaultOf: defaultsOf(rows, groupOf),
    groupOf,
  };
}

const scoredOf = (row: BoardRow): ScoredRow => ({
  public: row.public.score ?? null,
  interval: row.public.interval ?? null,
  heldOut: row.held_out.score ?? null,
  heldOutInterval: row.held_out.interval ?? null,
});

/** A vendor that has two defaults among the same entries has none; what waits for the close is compared with nobody. */
function defaultsOf(rows: readonly BoardRow[], groupOf: (row: BoardRow) => string): BoardContext["defaultOf"] {
  const keyOf = (row: BoardRow) => row.vendor + groupOf(row);
  const found = new Map<string, BoardRow | null>();
  for (const row of rows) {
    if (row.kind === "default" && !row.pending) found.set(keyOf(row), found.has(keyOf(row)) ? null : row);
  }
  return (row) => (row.pending ? null : (found.get(keyOf(row)) ?? null));
}
