// Pairs of entries, compared from the item scores that are published.

import { nameOf } from "./context.js";
import { DocumentError, load, loadFiled, loadNamed, SHAPES } from "./documents.js";
import { holm, itemScores, meanOf, pairOf } from "./paired.js";

const MOST_PAGES = 50;

/** Compare all pairs: [{ a, b, …what was found, adjusted }], or why not, as { a, b, reason }. */
export async function comparedPairs(rows, documents, context) {
  const pairs = rows.flatMap((a, place) => rows.slice(place + 1).map((b) => [a, b]));
  const reason = whyNot(rows, context);
  if (reason) return pairs.map(([a, b]) => ({ a, b, reason }));
  const { metric, rule } = leafOf(context);
  const scores = await Promise.all(documents.map(async ({ identity }) => {
    const bundle = identity.bundles.find((one) => one.item_set === "public" && one.scores);
    return bundle ? (await loadFiled("scores", bundle.bundle, bundle.scores, SHAPES.scores)).value : null;
  }));
  if (scores.includes(null)) return pairs.map(([a, b]) => ({ a, b, reason: "there are no public item scores" }));
  // Wilson's interval is only given to independent items of equal weight.
  const isPlain = rows.every((row) => row.public.interval_method === "wilson");
  const needsIds = !isPlain || scores.some(({ items }) => items);
  const index = needsIds ? (await loadNamed(context.root, "items.json", SHAPES.items)).value : null;
  const unitOf = isPlain ? (id) => ({ cluster: id, weight: 1n }) : await unitsOf(index);
  const ids = index && index.items.filter((one) => one.item_set === "public").map(({ id }) => id);
  const own = new Map(rows.map((row, place) => [row, scoresOf(row, scores[place], metric, rule, ids, unitOf)]));
  const found = pairs.map(([a, b]) => {
    const why = [a, b].find((row) => own.get(row).reason);
    if (why) return { a, b, reason: `${nameOf(why)}: ${own.get(why).reason}` };
    return { a, b, ...pairOf(own.get(a), own.get(b), unitOf, rule) };
  });
  const adjusted = holm(found.map(({ p }) => p ?? null));
  return found.map((pair, place) => ({ ...pair, adjusted: adjusted[place] }));
}

function whyNot(rows, context) {
  if (new Set(rows.map(context.groupOf)).size > 1) return "they stand under other rules or in other tracks";
  return leafOf(context) ? null : "the headline is made of several parts";
}

/** The metric that the headline is the plain mean of, with its rule; null where it is none. */
function leafOf({ board: { headline }, benchmark: { metrics, aggregates } }) {
  const mean = metrics[headline] ? { metric: headline } : aggregates?.[headline]?.mean;
  const isPlain = mean && !Object.keys(mean.slice ?? {}).length;
  return isPlain ? { metric: mean.metric, rule: metrics[mean.metric] } : null;
}

/** An entry's item scores; those that do not give the score that the board publishes are not used. */
function scoresOf(row, document, metric, rule, ids, unitOf) {
  const found = itemScores(document, metric, rule, ids);
  if (found.reason) return found;
  const [numerator, denominator] = meanOf(found, unitOf);
  const [top, bottom] = (row.public.exact ?? ["0", "0"]).map(BigInt);
  const isSame = bottom !== 0n && numerator * bottom === top * denominator;
  return isSame ? found : { reason: "its item scores alone do not give its published score" };
}

/** The cluster and the weight of every item, from the pages of the items. */
async function unitsOf(index) {
  if (index.pages.length > MOST_PAGES) {
    throw new DocumentError(`the clusters of ${index.items.length} items are not read here`, "Use the command below.");
  }
  const pages = await Promise.all(index.pages.map((digest, number) =>
    load(`items/${number}.json`, digest, SHAPES.itemPage)));
  const units = new Map(pages.flatMap(({ value }) => value.items).map((item) =>
    [item.id, { cluster: item.cluster || item.prompt_id || item.id, weight: BigInt(item.weight ?? 1) }]));
  return (id) => units.get(id) ?? { cluster: id, weight: 1n };
}
