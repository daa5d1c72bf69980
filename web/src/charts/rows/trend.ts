import { nameOf } from "../../site/names";
import type { BoardRow } from "../../site/types";
import { shownDays, ticksOf } from "../dates";
import {
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
  nothing,
  references,
  said,
  scoreOf,
} from "../drawing";

const MOST_SERIES = 6;
/** The series of all other vendors: no vendor can have this name. */
const OTHERS = "…";

type Dated = { date: string; entry: string; score: number; vendor: string; series: string };
type Step = { date: string; entry: string; score: number; series: string };

/** Scores by the day on which they were recorded; baselines are lines, and never the best. */
export function trend(documents: ChartDocuments, options: ChartOptions): Drawn {
  const { board } = documents;
  const base = baseOf(board, options);
  const rows = contestants(board, options);
  const dated = rows.filter((row) => row.date && scoreOf(row, base) !== null);
  const own = seriesOf(dated);
  const entries: Dated[] = dated
    .map((row) => ({
      date: row.date ?? "",
      entry: nameOf(row),
      score: scoreOf(row, base) ?? 0,
      vendor: row.vendor,
      series: own.includes(row.vendor) ? row.vendor : OTHERS,
    }))
    .sort((one, other) => firstOf(byLetters(one.date, other.date), byLetters(one.entry, other.entry)));
  const [first, last] = [entries[0], entries.at(-1)];
  if (!first || !last) return nothing("dates", rows.length);
  const shown = shownDays(first.date, last.date);
  const steps = (chosen: readonly Dated[], series: string) => bestSoFar(chosen, higherFirst(board), shown[1], series);
  const vendors = (options.perVendor ? own : []).flatMap((name) =>
    steps(
      entries.filter(({ series }) => series === name),
      name,
    ),
  );
  const hasOthers = entries.some(({ series }) => series === OTHERS);
  return drawn(
    { entries, best: steps(entries, ""), vendors, references: references(board, options) },
    said(documents, options, { shown, ticks: ticksOf(shown), series: hasOthers ? [...own, OTHERS] : own }),
    rows.length - dated.length,
  );
}

/** The vendors with most entries; those with equally many by name. */
function seriesOf(rows: readonly BoardRow[]): string[] {
  const counts = new Map<string, number>();
  for (const { vendor } of rows) counts.set(vendor, (counts.get(vendor) ?? 0) + 1);
  return [...counts]
    .sort(([one, many], [other, more]) => firstOf(more - many, byLetters(one, other)))
    .slice(0, MOST_SERIES)
    .map(([vendor]) => vendor);
}

/** The days on which the best score changed, and the end of the axis. */
function bestSoFar(entries: readonly Dated[], isHigher: boolean, until: string, series: string): Step[] {
  const steps: Step[] = [];
  for (const { date, entry, score } of entries) {
    const last = steps.at(-1);
    if (last && !isBetter(score, last.score, isHigher)) continue;
    if (last?.date === date) steps.pop();
    steps.push({ date, entry, score, series });
  }
  const last = steps.at(-1);
  return last && last.date !== until ? [...steps, { ...last, date: until }] : steps;
}
