// The columns of the overall board: what they show, and by what they sort.

import { amounts, count, day } from "../../../numbers";
import { ASSURANCES, type AssuranceName } from "../../../parts/Assurance";
import type { AllWords } from "../../../words";
import { type Context, rankedScore } from "../rows/context";
import { textKey } from "../rows/grouping";
import type { Row } from "../rows/row";
import { AssuranceCell, EntryCell, GapCell, RankCell, ScoreCell, WinsCell, winsKey } from "./cells";
import { type BoardColumn, LEAST_ENTRY, numberColumn, textColumn } from "./column";

type Words = AllWords["board"];

const nameKeys = new WeakMap<Row, string>();

/** The name of an entry as a key: numbers within it count as numbers. */
export function nameKey(row: Row): string {
  const found = nameKeys.get(row);
  if (found !== undefined) return found;
  const made = textKey(row.name) ?? "";
  nameKeys.set(row, made);
  return made;
}

export const rankColumn = (words: Words): BoardColumn => ({
  id: "rank",
  label: words.rank,
  type: "rank",
  width: 6,
  first: "asc",
  key: (row) => row.rank,
  cell: (row) => <RankCell row={row} />,
});

export const entryColumn = (words: Words, context: Context, isBrief = false): BoardColumn => ({
  id: "entry",
  label: words.entry,
  type: "entry",
  width: LEAST_ENTRY,
  first: "asc",
  key: nameKey,
  cell: (row) => <EntryCell row={row} context={context} isBrief={isBrief} />,
  exported: (row) => row.name,
  isFixed: true,
});

export function publicColumn(words: Words, { scale }: Context, width = 5): BoardColumn {
  return numberColumn({
    id: "public",
    label: words.public + scale.heading,
    width,
    first: scale.isLowerBetter ? "asc" : "desc",
    key: (row) => row.public,
    write: scale.public,
  });
}

/** The score that ranks; a board whose tracks differ has either. */
function scoreColumn(words: Words, context: Context): BoardColumn {
  const { basis, scale } = context;
  return {
    id: "score",
    label: (basis === null ? words.score : words.bases[basis]) + scale.heading,
    note: words.scoreNote,
    type: "score",
    width: 9,
    first: scale.isLowerBetter ? "asc" : "desc",
    key: (row) => rankedScore(row, context),
    cell: (row) => <ScoreCell row={row} context={context} />,
    isFixed: true,
  };
}

const assuranceKey = (row: Row): number | null =>
  row.public === null ? null : ASSURANCES.indexOf(row.assurance as AssuranceName);

/** All columns that the overall board can show; those that no entry fills are parted off by `filled`. */
export function overallColumns(words: Words, context: Context): BoardColumn[] {
  const { basis, scale } = context;
  const heldOut = numberColumn({
    id: "held_out",
    label: words.heldOut + scale.heading,
    width: 5.5,
    first: scale.isLowerBetter ? "asc" : "desc",
    key: (row) => row.held_out,
    write: scale.heldOut,
  });
  return [
    rankColumn(words),
    entryColumn(words, context),
    scoreColumn(words, context),
    ...(basis === "held_out" ? [] : [heldOut]),
    ...(basis === "public" ? [] : [publicColumn(words, context)]),
    {
      ...numberColumn({ id: "gap", label: words.gap, width: 7.25, key: (row) => row.overfit_gap, write: scale.signed }),
      note: words.gapNote,
      cell: (row) => <GapCell row={row} context={context} />,
    },
    {
      ...numberColumn({
        id: "wins",
        label: words.wins,
        width: 8.75,
        key: (row) => winsKey(row, context),
        write: count,
      }),
      note: words.winsNote,
      type: "wins",
      cell: (row) => <WinsCell row={row} context={context} />,
      exported: (row) => row.win_regions?.map(({ slice }) => slice).join("; ") || null,
    },
    {
      id: "assurance",
      label: words.assurance,
      type: "known",
      width: 9.75,
      first: "desc",
      key: assuranceKey,
      cell: (row) => <AssuranceCell row={row} />,
      exported: (row) => (row.public === null ? null : row.assurance),
    },
    {
      ...textColumn(
        "date",
        words.date,
        6.75,
        ({ date }) => day(date),
        ({ date }) => date,
      ),
      shown: "wide",
    },
    ...descriptions(words),
  ];
}

/** Columns that say more of an entry, for those who ask. */
function descriptions(words: Words): BoardColumn[] {
  const asked = (id: string, label: string, width: number, text: (row: Row) => string | null): BoardColumn => ({
    ...textColumn(id, label, width, text, (row) => textKey(text(row))),
    cell: (row) => <bdi class="clipped">{text(row)}</bdi>,
  });
  return [
    asked("model", words.model, 10, ({ model }) => model),
    asked("organization", words.organisation, 10, ({ organization }) => organization),
    asked("contributor", words.contributor, 8, ({ contributor }) => contributor),
    {
      ...asked("target", words.targetVerdict, 9, ({ target }) => target),
      cell: ({ target }) => target && (words.targetVerdicts[target as keyof Words["targetVerdicts"]] ?? target),
    },
    {
      ...numberColumn({
        id: "answered",
        label: words.answered,
        width: 6.5,
        key: (row) => row.n_answered,
        write: count,
      }),
      shown: "asked",
      isMinor: true,
    },
  ];
}

/** Values of a column of usage, one for each row. */
export type Usage = Readonly<Record<string, readonly (number | null)[]>>;

/** What an entry used, for the overall board. */
export function usageColumns(words: Words, usage: Usage): BoardColumn[] {
  const times = amounts(usage.seconds ?? [], "s");
  const costs = amounts(usage.cost_per_score ?? [], "$");
  const of = (
    id: string,
    label: string,
    width: number,
    write: (value: number | null) => string | null,
    name: string,
  ) => ({
    ...numberColumn({
      id,
      label,
      width,
      key: (row) => usage[name]?.[row.place] ?? null,
      write: (value) => write(value ?? null),
    }),
    first: "asc" as const,
    shown: "asked" as const,
    isMinor: true,
  });
  return [
    of("cost", words.costPerScore, 6.5, costs.write, "cost_per_score"),
    of("tokens", words.tokens, 7, count, "total_tokens"),
    { ...of("seconds", words.time(times.unit), 6, times.write, "seconds"), note: words.timeNote },
  ];
}

/** What a score costs in money, tokens and time. */
export function efficiencyColumns(words: Words, context: Context, usage: Usage): BoardColumn[] {
  const of = (id: string, label: string, name: string) =>
    numberColumn({
      id,
      label,
      width: 8,
      key: (row) => usage[name]?.[row.place] ?? null,
      write: amounts([...(usage[name] ?? [])]).write,
    });
  const relative = context.rows.map((row) => row.relative_efficiency);
  return [
    entryColumn(words, context, true),
    numberColumn({
      id: "relative",
      label: words.relative,
      width: 7,
      key: (row) => row.relative_efficiency,
      write: amounts(relative).write,
    }),
    publicColumn(words, context, 6),
    of("dollar", words.perDollar, "score_per_dollar"),
    of("million", words.perMillion, "score_per_million_tokens"),
    of("second", words.perSecond, "score_per_second"),
    ...usageColumns(words, usage).map((column) => ({ ...column, isMinor: false })),
  ];
}

/** Part columns into those that some row fills, and the labels of the others. */
export function filled(columns: readonly BoardColumn[], rows: readonly Row[]): [BoardColumn[], string[]] {
  if (rows.length === 0) return [[...columns], []];
  const isFilled = ({ key, isFixed, id }: BoardColumn) =>
    Boolean(isFixed) || id === "rank" || rows.some((row) => key(row) !== null);
  const absent = columns
    .filter((column) => column.shown !== "asked" && !isFilled(column))
    .map(({ label }) => label.split(/[,、]/)[0] ?? label);
  return [columns.filter(isFilled), absent];
}

const SHADES = 5;

/** A shade beside the number, darker towards 1; cubed, because most scores are close to it. */
export const tintOf = (score: number | null, { scale }: Context): string | undefined =>
  score !== null && scale.isShares ? `tint-${Math.round(Math.max(0, score) ** 3 * SHADES)}` : undefined;

/** A column of shaded scores under a name that comes from a document. */
export function shadedColumn(
  id: string,
  label: string,
  context: Context,
  key: (row: Row) => number | null,
): BoardColumn {
  const longest = Math.max(...label.split(/[\s-]/).map((word) => word.length));
  return numberColumn({
    id,
    label,
    width: Math.max(4.6, Math.min(12, 2.2 + 0.6 * longest)),
    first: context.scale.isLowerBetter ? "asc" : "desc",
    key,
    write: context.scale.public,
    classOf: (row) => tintOf(key(row), context),
  });
}
