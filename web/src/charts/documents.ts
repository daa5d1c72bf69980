// The documents of a chart, loaded from a publication: the board and its rules, and what the kind of chart needs besides.

import { nameOf } from "../site/names";
import type { Publication } from "../site/publication";
import { SHAPES } from "../site/shapes";
import type { EntryDocument, VendorDocument } from "../site/types";
import type { ChartDocuments, ChartOptions } from "./drawing";
import { type ChartKind, needed } from "./kinds";

export async function loadDocuments(
  publication: Publication,
  kind: ChartKind,
  options: ChartOptions,
): Promise<ChartDocuments> {
  const [board, rules] = await Promise.all([publication.board(), publication.benchmark()]);
  const { entries, vendors } = needed(kind, board, options);
  const digests = new Map(board.entries.map((row) => [nameOf(row), row.entry]));
  const published = vendors.filter((vendor) => `vendors/${vendor}.json` in publication.root.documents);
  const [own, compared] = await Promise.all([
    Promise.all(
      entries.map((name) => publication.load<EntryDocument>(`entries/${name}.json`, SHAPES.entry, digests.get(name))),
    ),
    Promise.all(published.map((vendor) => publication.load<VendorDocument>(`vendors/${vendor}.json`, SHAPES.vendor))),
  ]);
  return {
    board,
    rules,
    entries: Object.fromEntries(entries.map((name, place) => [name, own[place] as EntryDocument])),
    vendors: Object.fromEntries(published.map((vendor, place) => [vendor, compared[place] as VendorDocument])),
  };
}
