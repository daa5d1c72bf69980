// Pairs of entries, compared from the item scores that are published.

import { filed } from "../site/publication";
import type { BoardContext } from "../site/rows";
import { SHAPES } from "../site/shapes";
import type { BoardRow, EntryDocument, Item, ItemIndex, ItemPage, Metric, ScoresDocument } from "../site/types";
import type { Fraction } from "./fractions";
import { type ItemScores, itemScores, meanOf, type Pair, pairOf, type Reason, type UnitOf } from "./paired";
import { holm } from "./significance";

const MOST_PAGES = 50;

export interface ComparedPair {
  a: BoardRow;
  b: BoardRow;
  /** Of a failure: the entry that it is about, where it is one of them. */
  of: BoardRow | null;
  found: Pair | Reason;
  /** p adjusted for there being several pairs. */
  adjusted: Fraction | null;
}

/** Compare all pairs of some entries. */
export async function comparedPairs(
  rows: readonly BoardRow[],
  documents: readonly EntryDocument[],
  context: BoardContext,
): Promise<ComparedPair[]> {
  const pairs = rows.flatMap((a, place) => rows.slice(place + 1).map((b) => ({ a, b })));
  const failed = (found: Reason) => pairs.map((pair) => ({ ...pair, of: null, found, adjusted: null }));
  if (new Set(rows.map(context.groupOf)).size > 1) return failed("other rules");
  const leaf = leafOf(context);
  if (!leaf) return failed("several parts");
  const scores = await Promise.all(documents.map((document) => scoresNamed(document, context)));
  const known = scores.filter((one) => one !== null);
  if (known.length < scores.length) return failed("no scores");
  const read = await itemsRead(rows, known, context);
  if (read === "many items") return failed(read);
  const own = rows.map((row, place) => scoresOf(row, known[place], leaf, read));
  const ownOf = (row: BoardRow) => own[rows.indexOf(row)] ?? "no scores";
  const found = pairs.map(({ a, b }) => {
    const [one, other] = [ownOf(a), ownOf(b)];
    if (typeof one === "string") return { a, b, of: a, found: one };
    if (typeof other === "string") return { a, b, of: b, found: other };
    return { a, b, of: null, found: pairOf(one, other, read.unitOf, leaf.rule) };
  });
  const adjusted = holm(found.map((pair) => (typeof pair.found === "string" ? null : pair.found.p)));
  return found.map((pair, place) => ({ ...pair, adjusted: adjusted[place] ?? null }));
}

interface Leaf {
  metric: string;
  rule: Metric;
}

/** The metric that the headline is the plain mean of; null where it is made of several parts. */
function leafOf({ board: { headline }, benchmark: { metrics, aggregates } }: BoardContext): Leaf | null {
  const mean = metrics[headline] ? { metric: headline, slice: {} } : aggregates?.[headline]?.mean;
  const rule = mean && Object.keys(mean.slice ?? {}).length === 0 ? metrics[mean.metric] : undefined;
  return mean && rule ? { metric: mean.metric, rule } : null;
}

function scoresNamed({ identity }: EntryDocument, { publication }: BoardContext): Promise<ScoresDocument> | null {
  const own = identity.bundles.find((bundle) => bundle.item_set === "public" && bundle.scores);
  if (!own?.scores) return null;
  return publication.load<ScoresDocument>(filed("scores", own.bundle), SHAPES.scores, own.scores);
}

interface ItemsRead {
  ids: readonly string[] | null;
  unitOf: UnitOf;
}

async function itemsRead(
  rows: readonly BoardRow[],
  scores: readonly ScoresDocument[],
  { publication }: BoardContext,
): Promise<ItemsRead | "many items"> {
  const plain: UnitOf = (id) => ({ cluster: id, weight: 1n });
  const index = await publication.load<ItemIndex>("items.json", SHAPES.items);
  const isIdNeeded = scores.some(({ items }) => !items);
  const ids = isIdNeeded ? index.items.filter((one) => one.item_set === "public").map(({ id }) => id) : null;
  // Wilson's interval is only given to independent items of equal weight.
  if (rows.every((row) => row.public.interval_method === "wilson")) return { ids, unitOf: plain };
  if (index.pages.length > MOST_PAGES) return "many items";
  const pages = await Promise.all(
    index.pages.map((digest, number) => publication.load<ItemPage>(`items/${number}.json`, SHAPES.itemPage, digest)),
  );
  const units = new Map(
    pages
      .flatMap(({ items }) => items as Item[])
      .map((item) => [
        item.id,
        { cluster: item.cluster || item.prompt_id || item.id, weight: BigInt(item.weight ?? 1) },
      ]),
  );
  return { ids, unitOf: (id) => units.get(id) ?? plain(id) };
}

/** An entry's item scores; those that do not give the score that the board publishes are not used. */
function scoresOf(
  row: BoardRow,
  document: ScoresDocument | undefined,
  { metric, rule }: Leaf,
  { ids, unitOf }: ItemsRead,
): ItemScores | Reason {
  if (!document) return "no scores";
  const found = itemScores(document, metric, rule, ids);
  if (typeof found === "string") return found;
  const [numerator, denominator] = meanOf(found, unitOf);
  const [top, bottom] = (row.public.exact ?? ["0", "0"]).map(BigInt);
  const isSame = bottom !== undefined && top !== undefined && bottom !== 0n && numerator * bottom === top * denominator;
  return isSame ? found : "other score";
}
