// What the board says of each entry, line by line; lines that say nothing of anybody are left out.

import { amounts, count } from "../../numbers";
import type { BoardContext } from "../../site/rows";
import type { BoardRow } from "../../site/types";
import type { AllWords } from "../../words";
import type { Line } from "./SideBySide";

type Words = AllWords["compare"];
type Write = (row: BoardRow) => string | null;

export function factLines(
  rows: readonly BoardRow[],
  { scale }: BoardContext,
  words: Words,
  assurances: AllWords["common"]["assurance"],
): Line[] {
  const { facts } = words;
  const time = amounts(
    rows.map(({ usage }) => usage.seconds?.mean ?? null),
    "s",
  );
  const cost = amounts(
    rows.map((row) => row.cost_per_score),
    "$",
  );
  const between = (ends: readonly number[] | null | undefined, write: (end: number) => string | null) =>
    ends ? words.pair.from(write(ends[0] ?? 0) ?? "", write(ends[1] ?? 0) ?? "") : null;
  const line = (id: keyof Words["facts"], value: (row: BoardRow) => string | number | null, write?: Write): Line => ({
    id,
    title: facts[id],
    values: rows.map(value),
    ...(write ? { shown: rows.map(write) } : {}),
  });
  const text = (id: keyof Words["facts"], write: Write): Line => line(id, write, write);
  const lines = [
    line("rank", (row) => row.rank),
    text("rank_range", (row) => between(row.rank_range, String)),
    line(
      "held_out",
      (row) => row.held_out.score,
      (row) => scale.heldOutUnit(row.held_out.score),
    ),
    text("held_out_interval", (row) => between(row.held_out.interval, scale.publicUnit)),
    line(
      "public",
      (row) => row.public.score,
      (row) => scale.publicUnit(row.public.score),
    ),
    text("interval", (row) => between(row.public.interval, scale.publicUnit)),
    line(
      "gap",
      (row) => row.overfit_gap,
      (row) => {
        const said = scale.points(row.overfit_gap);
        return said && scale.isShares ? said + words.points : said;
      },
    ),
    line("wins", (row) => (row.kind === "default" ? null : row.win_regions.length)),
    line(
      "target",
      (row) => row.target_verdict?.verdict ?? null,
      (row) => (row.target_verdict?.verdict ? words.verdicts[row.target_verdict.verdict] : null),
    ),
    text("assurance", (row) => assurances[row.public.assurance as keyof typeof assurances] ?? null),
    line(
      "cost",
      (row) => row.cost_per_score,
      (row) => cost.write(row.cost_per_score),
    ),
    line(
      "tokens",
      (row) => row.usage.total_tokens,
      (row) => count(row.usage.total_tokens),
    ),
    line(
      "seconds",
      (row) => row.usage.seconds?.mean ?? null,
      (row) => withUnit(time, row.usage.seconds?.mean),
    ),
    line("date", (row) => row.date),
    line("contributor", (row) => row.contributor),
  ];
  return lines.filter(({ values }) => values.some((value) => value !== null));
}

function withUnit({ unit, write }: ReturnType<typeof amounts>, value: number | undefined): string | null {
  const written = write(value);
  return written === null ? null : `${written} ${unit}`;
}
