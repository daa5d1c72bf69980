import { nameOf } from "../../site/names";
import type { BoardRow } from "../../site/types";
import {
  type Against,
  baseOf,
  byLetters,
  type ChartDocuments,
  type ChartOptions,
  contestants,
  type Drawn,
  drawn,
  firstOf,
  higherFirst,
  isBetter,
  kindsOf,
  nothing,
  references,
  said,
  scoreOf,
} from "../drawing";

const MOST_NAMED = 12;
const WIDE = 30;

type Used = { entry: string; kind: string; used: number; score: number; on_front: boolean };

/** Score against use, with the front: entries that no other beats in one without losing in the other. */
export function pareto(documents: ChartDocuments, options: ChartOptions): Drawn {
  const { board } = documents;
  const against = options.against ?? "cost";
  const base = baseOf(board, options);
  const rows = contestants(board, options);
  const entries: Used[] = rows.flatMap((row) => {
    const [used, score] = [usedBy(row, against), scoreOf(row, base)];
    return used === null || score === null
      ? []
      : [{ entry: nameOf(row), kind: row.kind, used, score, on_front: false }];
  });
  if (!entries.length) return nothing(`usage.${against}`, rows.length);
  const front = frontOf(entries, higherFirst(board));
  for (const row of front) row.on_front = true;
  const used = entries.map((row) => row.used);
  const isWide = Math.min(...used) > 0 && Math.max(...used) / Math.min(...used) > WIDE;
  const named = front.map(({ entry, used, score }, place) => ({
    place: place + 1,
    label: `${place + 1} ${entry}`,
    used,
    score,
  }));
  return drawn(
    { entries, front: named, references: references(board, options) },
    said(documents, options, {
      against,
      scale: isWide ? "log" : "linear",
      format: against === "tokens" ? "~s" : "~g",
      kinds: kindsOf(entries),
      front: named.slice(0, MOST_NAMED).map(({ label }) => label),
    }),
    rows.length - entries.length,
  );
}

/** What an entry used on the public items: dollars, tokens, or seconds for each answer. */
function usedBy({ usage }: BoardRow, against: Against): number | null {
  if (against === "cost") return usage.cost_dollars ?? null;
  return (against === "tokens" ? usage.total_tokens : usage.seconds?.mean) ?? null;
}

/** The entries on the front, from the least to the most used; equals stand on it together. */
function frontOf(entries: readonly Used[], isHigher: boolean): Used[] {
  const sign = isHigher ? -1 : 1;
  const ordered = [...entries].sort((one, other) =>
    firstOf(one.used - other.used, sign * (one.score - other.score), byLetters(one.entry, other.entry)),
  );
  const front: Used[] = [];
  for (const row of ordered) {
    const last = front.at(-1);
    const isSame = last?.used === row.used && last.score === row.score;
    if (!last || isSame || isBetter(row.score, last.score, isHigher)) front.push(row);
  }
  return front;
}
