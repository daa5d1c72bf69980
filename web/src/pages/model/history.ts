// Everything that one model, or one vendor, ever had on a board: its entries and what they were before.

import { configurationBytes } from "../../site/answers";
import { differencesOf } from "../../site/configuration";
import { nameOf } from "../../site/names";
import type { Publication } from "../../site/publication";
import type { BoardContext } from "../../site/rows";
import { SHAPES } from "../../site/shapes";
import type { BoardRow, EntryDocument } from "../../site/types";

/** Documents of so many entries are read; a vendor of thousands has a board of its own. */
export const MOST_ENTRIES = 60;

/** One configuration at one time. */
export interface Moment {
  row: BoardRow;
  name: string;
  /** The number of an earlier revision; null of what the entry is now. */
  revision: number | null;
  date: string | null;
  score: number | null;
  interval: readonly number[] | null;
  protocol: string | null;
  recipe: string;
  /** The digest of the configuration. */
  document: string;
  /** The configuration that it was before; null of the first. */
  before: string | null;
}

/** The rows of a model by its name; where none names it, those of the vendor. */
export function rowsOf({ rows }: BoardContext, model: string | null, vendor: string | null): BoardRow[] {
  if (model !== null) return rows.filter((row) => row.model === model);
  return rows.filter((row) => row.vendor === vendor);
}

/** Load every moment of some entries, the latest first; what has no date comes last. */
export async function loadMoments(rows: readonly BoardRow[], publication: Publication): Promise<Moment[]> {
  const read = rows.slice(0, MOST_ENTRIES);
  const documents = await Promise.all(
    read.map((row) => publication.load<EntryDocument>(`entries/${nameOf(row)}.json`, SHAPES.entry, row.entry)),
  );
  const moments = read.flatMap((row, place) => momentsOf(row, documents[place]));
  const rest = rows.slice(MOST_ENTRIES).flatMap((row) => momentsOf(row, undefined));
  return [...moments, ...rest].sort(byTime);
}

function momentsOf(row: BoardRow, document: EntryDocument | undefined): Moment[] {
  const history = document?.history ?? [];
  const earlier = history.map(
    (revision, place): Moment => ({
      row,
      name: nameOf(row),
      revision: revision.number,
      date: revision.date,
      score: revision.score,
      interval: null,
      protocol: revision.protocol_version,
      recipe: revision.configuration,
      document: revision.document,
      before: history[place - 1]?.document ?? null,
    }),
  );
  const now: Moment = {
    row,
    name: nameOf(row),
    revision: null,
    date: row.date,
    score: row.public.score,
    interval: row.public.interval,
    protocol: row.protocol_version,
    recipe: row.configuration,
    document: document?.identity.document ?? "",
    before: history.at(-1)?.document ?? null,
  };
  return [...earlier, now];
}

function byTime(one: Moment, other: Moment): number {
  const [a, b] = [one.date ?? "", other.date ?? ""];
  if (a !== b) return a < b ? 1 : -1;
  return one.name === other.name ? (other.revision ?? 1e9) - (one.revision ?? 1e9) : one.name < other.name ? -1 : 1;
}

/** The fields that decide answers in which a configuration differs from what it was before. */
export async function changesOf({ before, document }: Moment, publication: Publication): Promise<string[]> {
  if (before === null || !document) return [];
  const [old, now] = await Promise.all([before, document].map((digest) => configurationBytes(publication, digest)));
  if (!old || !now) return [];
  return differencesOf(old, now)
    .filter(({ isDeciding }) => isDeciding)
    .map(({ path }) => path);
}

/** A model or a vendor that has entries, for whoever looks for one. */
export interface Choice {
  name: string;
  entries: number;
  best: number | null;
}

export function choicesOf(
  rows: readonly BoardRow[],
  keyOf: (row: BoardRow) => string | null,
  isLowerBetter: boolean,
): Choice[] {
  const found = new Map<string, Choice>();
  for (const row of rows) {
    const name = keyOf(row);
    if (name === null) continue;
    const before = found.get(name) ?? { name, entries: 0, best: null };
    const scores = [before.best, row.public.score].filter((score) => score !== null);
    const best = scores.length === 0 ? null : isLowerBetter ? Math.min(...scores) : Math.max(...scores);
    found.set(name, { name, entries: before.entries + 1, best });
  }
  return [...found.values()].sort((one, other) => (one.name < other.name ? -1 : 1));
}
