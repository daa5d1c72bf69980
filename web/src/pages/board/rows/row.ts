// A row of the board as the page shows it, whichever document it came from.

import { nameOf } from "../../../site/names";
import type { BoardRow, Columns, WinRegion } from "../../../site/types";
import { unpacked } from "./unpacking";

export type Pair = readonly [number, number];

export interface Row {
  /** Where it stands in its document: other documents of the same board hold it at the same place. */
  place: number;
  name: string;
  vendor: string;
  config_name: string;
  title: string | null;
  organization: string | null;
  model: string | null;
  contributor: string | null;
  kind: string;
  date: string | null;
  track: string | null;
  protocol_version: string;
  rank: number | null;
  rank_range: Pair | null;
  tied_groups: Pair | null;
  public: number | null;
  /** Why there is no public score. */
  reason: string | null;
  interval: Pair | null;
  assurance: string | null;
  n_items: number | null;
  n_answered: number | null;
  held_out: number | null;
  held_out_interval: Pair | null;
  held_out_status: string | null;
  overfit_gap: number | null;
  overfit_interval: Pair | null;
  overfit_test: string | null;
  /** Null where the publication holds no comparisons. */
  win_regions: readonly WinRegion[] | null;
  target: string | null;
  target_subgroup: { description?: string } | null;
  same_recipe_as: string | null;
  relative_efficiency: number | null;
  /** How many claims of its submitter differ from what was found. */
  disagreements: number;
  pending: boolean;
  invalid: string | null;
}

/** Columns that a row has by the same name. */
const SAME = [
  "vendor",
  "config_name",
  "title",
  "organization",
  "model",
  "contributor",
  "kind",
  "date",
  "track",
  "protocol_version",
  "rank",
  "rank_range",
  "tied_groups",
  "public",
  "reason",
  "interval",
  "assurance",
  "n_items",
  "n_answered",
  "held_out",
  "held_out_interval",
  "held_out_status",
  "overfit_gap",
  "overfit_interval",
  "overfit_test",
  "win_regions",
  "target",
  "target_subgroup",
  "same_recipe_as",
  "relative_efficiency",
  "disagreements",
  "pending",
  "invalid",
] as const satisfies readonly (keyof Row)[];

/** The rows of `columns.json`. */
export function rowsOfColumns(document: Columns): Row[] {
  const columns = unpacked(document, "columns.json");
  const none: readonly unknown[] = [];
  const own = SAME.map((name) => columns[name] ?? none);
  return Array.from({ length: document.n_rows }, (_, place) => {
    const row: Record<string, unknown> = { place, name: "" };
    for (let at = 0; at < SAME.length; at++) row[SAME[at] as string] = own[at]?.[place] ?? null;
    row.name = `${row.vendor}/${row.config_name}`;
    row.disagreements ??= 0;
    row.pending ??= false;
    return row as unknown as Row;
  });
}

/** Rows of `leaderboard.json`; what an older publication lacks is unknown. */
export const rowsOfBoard = (rows: readonly BoardRow[]): Row[] =>
  rows.map((row, place) => ({
    ...identityOf(row),
    place,
    rank: row.rank ?? null,
    rank_range: pairOf(row.rank_range),
    tied_groups: pairOf(row.tied_groups),
    public: row.public.score ?? null,
    reason: row.public.reason ?? null,
    interval: pairOf(row.public.interval),
    assurance: row.public.assurance ?? null,
    n_items: row.public.n_items ?? null,
    n_answered: row.public.n_answered ?? null,
    held_out: row.held_out.score ?? null,
    held_out_interval: pairOf(row.held_out.interval),
    held_out_status: row.held_out.status ?? null,
    overfit_gap: row.overfit_gap ?? null,
    overfit_interval: pairOf(row.overfit_interval),
    overfit_test: row.overfit_test ?? null,
    win_regions: row.win_regions ?? null,
    target: row.target_verdict?.verdict ?? null,
    target_subgroup: row.target_subgroup ?? null,
    same_recipe_as: row.same_recipe_as ?? null,
    relative_efficiency: row.efficiency?.relative ?? null,
    disagreements: row.disagreements?.length ?? 0,
    pending: row.pending ?? false,
    invalid: row.invalid ?? null,
  }));

const identityOf = (row: BoardRow) => ({
  name: nameOf(row),
  vendor: row.vendor,
  config_name: row.config_name,
  title: row.title ?? null,
  organization: row.organization ?? null,
  model: row.model ?? null,
  contributor: row.contributor ?? null,
  kind: row.kind,
  date: row.date ?? null,
  track: row.track ?? null,
  protocol_version: row.protocol_version,
});

const pairOf = (pair: readonly unknown[] | null | undefined): Pair | null => (pair ? (pair as unknown as Pair) : null);

/** Yardsticks are measured like entries and compete with nobody. */
export const isYardstick = ({ kind }: Row): boolean => kind === "baseline" || kind === "chance" || kind === "human";

const texts = new WeakMap<Row, string>();

/** All that names an entry, in lower case, for search. */
export function textOf(row: Row): string {
  const found = texts.get(row);
  if (found !== undefined) return found;
  const made = [row.name, row.title, row.organization, row.model, row.contributor].join("\n").toLowerCase();
  texts.set(row, made);
  return made;
}
