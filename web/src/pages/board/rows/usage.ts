// What the entries used: a document of its own, for those who look at it.

import type { Publication } from "../../../site/publication";
import type { BoardRow, Projection } from "../../../site/types";
import type { Usage } from "../table/columns";
import { unpacked } from "./unpacking";

const FILE = "efficiency.json";
const SHAPE = { schema_version: 1, n_rows: "number", columns: {} } as const;

/** The usage of every row; of an older publication from its whole board. */
export async function loadUsage(publication: Publication): Promise<Usage> {
  if (FILE in publication.root.documents) {
    return unpacked(await publication.load<Projection>(FILE, SHAPE), FILE) as Usage;
  }
  return usageOf((await publication.board()).entries);
}

const usageOf = (rows: readonly BoardRow[]): Usage => ({
  score_per_dollar: rows.map(({ efficiency }) => efficiency?.score_per_dollar ?? null),
  score_per_million_tokens: rows.map(({ efficiency }) => efficiency?.score_per_million_tokens ?? null),
  score_per_second: rows.map(({ efficiency }) => efficiency?.score_per_second ?? null),
  cost_per_score: rows.map((row) => row.cost_per_score ?? null),
  total_tokens: rows.map(({ usage }) => usage?.total_tokens ?? null),
  seconds: rows.map(({ usage }) => usage?.seconds?.mean ?? null),
});
