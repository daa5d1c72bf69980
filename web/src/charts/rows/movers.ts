import { nameOf } from "../../site/names";
import type { BoardRow, EntryDocument, Leaderboard } from "../../site/types";
import { daysBefore } from "../dates";
import {
  byLetters,
  type ChartDocuments,
  type ChartOptions,
  contestants,
  DAYS,
  type Drawn,
  drawn,
  firstOf,
  type NeededDocuments,
  nothing,
  said,
  TOP,
  tidy,
} from "../drawing";

/** The documents of the entries that were recorded in the last days: their history says what they were. */
export const neededByMovers = (board: Leaderboard, options: ChartOptions): NeededDocuments => ({
  entries: recentOf(board, options).recent.map(nameOf),
  vendors: [],
});

/** The public score of each recent entry, and what it was before those days; a new one was nothing. */
export function movers(documents: ChartDocuments, options: ChartOptions): Drawn {
  const { board, entries = {} } = documents;
  const { since, recent } = recentOf(board, options);
  const moves = recent
    .flatMap((row) => {
      const after = row.public.score ?? null;
      return after === null ? [] : [moveOf(row, after, entries[nameOf(row)], since)];
    })
    .sort((one, other) =>
      firstOf(
        Number(one.change === "new") - Number(other.change === "new"),
        Math.abs(other.difference ?? 0) - Math.abs(one.difference ?? 0),
        other.after - one.after,
        byLetters(one.entry, other.entry),
      ),
    );
  if (!moves.length) return nothing("moves");
  const shown = moves.slice(0, options.top ?? TOP);
  return drawn(
    { moves: shown },
    said(documents, { score: "public" }, { names: shown.map(({ entry }) => entry), since, days: options.days ?? DAYS }),
    recent.length - shown.length,
  );
}

/** The entries recorded since a day; the newest day is the board's own, not that of the reader's clock. */
function recentOf(board: Leaderboard, options: ChartOptions): { since: string; recent: BoardRow[] } {
  const dated = contestants(board, options).filter(({ date }) => date);
  const newest = dated.reduce((latest, { date }) => (date && date > latest ? date : latest), "");
  const since = newest && daysBefore(newest, options.days ?? DAYS);
  return { since, recent: dated.filter(({ date }) => (date ?? "") >= since) };
}

function moveOf(row: BoardRow, after: number, own: EntryDocument | undefined, since: string) {
  let before: number | null = null;
  for (const { score, date } of own?.history ?? []) {
    if ((score ?? null) !== null && (!date || date < since)) before = score;
  }
  return {
    entry: nameOf(row),
    vendor: row.vendor,
    date: row.date ?? null,
    change: before === null ? "new" : "revised",
    before,
    after,
    difference: before === null ? null : tidy(after - before),
  };
}
