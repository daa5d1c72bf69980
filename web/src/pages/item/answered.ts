// What some entries answered to one item, from their documents.

import { type Items, meanOf, promptOf, type Response, responsesOf, type Scores, scoresOf } from "../../site/answers";
import { nameOf } from "../../site/names";
import type { BoardContext } from "../../site/rows";
import { SHAPES } from "../../site/shapes";
import type { BoardRow, BundleReference, EntryDocument, Item, Metric } from "../../site/types";

export interface Answered {
  row: BoardRow;
  reference: BundleReference | null;
  scores: Scores | null;
  /** On this item and on all others, as numbers of the metric. */
  own: number | null;
  rest: number | null;
}

/** The metric that an item's score is told by: the headline, or the one that its index is of. */
export function leafMetric({ benchmark }: BoardContext, items: Items): Metric | null {
  return benchmark.metrics[items.metric] ?? null;
}

/** Read how some entries did on an item, and on all others. */
export function answeredBy(
  rows: readonly BoardRow[],
  id: string,
  context: BoardContext,
  items: Items,
): Promise<Answered[]> {
  const metric = leafMetric(context, items);
  const absent = metric && (metric.missing ?? "worst") === "worst" ? worstOf(metric) : null;
  return Promise.all(
    rows.map(async (row): Promise<Answered> => {
      const document = await context.publication.load<EntryDocument>(
        `entries/${nameOf(row)}.json`,
        SHAPES.entry,
        row.entry,
      );
      const wanted = items.of(id)?.item_set ?? "public";
      const reference = document.identity.bundles.find(({ item_set }) => item_set === wanted) ?? null;
      const scores = reference && (await scoresOf(context.publication, reference));
      const denominator = scores?.denominators[items.metric];
      if (!scores || denominator === undefined) return { row, reference, scores, own: null, rest: null };
      const scoreOf = (item: string) =>
        meanOf(scores.of(item), items.metric, denominator, absent === null ? null : absent * denominator);
      const others = scores.items
        .filter((item) => item !== id)
        .map(scoreOf)
        .filter((score) => score !== null);
      const rest = others.length ? others.reduce((sum, score) => sum + score, 0) / others.length : null;
      return { row, reference, scores, own: scoreOf(id), rest };
    }),
  );
}

const worstOf = ({ direction, range }: Metric): number =>
  direction === "lower" ? (range?.[1] ?? 1) : (range?.[0] ?? 0);

/** What an entry answered to an item, each trial and stage. */
export async function answersTo(
  item: Item,
  { reference }: Answered,
  { publication }: BoardContext,
): Promise<readonly Response[]> {
  const lines = reference && (await responsesOf(publication, reference));
  return lines?.of(promptOf(item)) ?? [];
}
