import { nameOf } from "../../site/names";
import type { BoardRow } from "../../site/types";
import {
  byName,
  type ChartDocuments,
  type ChartOptions,
  type Drawn,
  drawn,
  facetOf,
  headlineOf,
  higherFirst,
  nothing,
  own,
  sliceScore,
  valuesOf,
} from "../drawing";

/** Wider, its circles would be flat. */
const MOST_WIDTH = 720;

/** Entries over the values of a facet; outer is better, whatever the direction. */
export function radar(documents: ChartDocuments, options: ChartOptions): Drawn {
  const { board, rules } = documents;
  const named = byName(board.entries);
  const rows = (options.entries ?? []).flatMap((name) => named.get(name) ?? []);
  const facet = facetOf(rules, options.facet);
  if (rows.length < 2 || rows.length > 4) return nothing("choice");
  if (facet === null) return nothing("facet");
  const values = valuesOf(rules, facet, rows);
  if (values.length < 3 || values.length > 60) return nothing("values");
  const [low, high] = rangeOf(documents, rows, facet);
  const scores = rows.flatMap((row) =>
    values.map((value, place) => ({ entry: nameOf(row), value, place, score: sliceScore(row, facet, value) })),
  );
  return drawn(
    { scores, axes: values.map((value, place) => ({ value, place })) },
    {
      headline: headlineOf(documents),
      base: "public",
      facet,
      n_values: values.length,
      inner: higherFirst(board) ? low : high,
      outer: higherFirst(board) ? high : low,
      most_width: MOST_WIDTH,
      entries: rows.map(nameOf),
    },
  );
}

/** The range of the headline, where it is a metric; otherwise from 0 to the highest score. */
function rangeOf({ board, rules }: ChartDocuments, rows: readonly BoardRow[], facet: string): [number, number] {
  const metric = own(rules.benchmark.metrics, board.headline);
  if (metric) return [metric.range?.[0] ?? 0, metric.range?.[1] ?? 1];
  const found = rows.flatMap((row) => Object.values(row.public.by[facet] ?? {})).filter((score) => score !== null);
  const low = Math.min(0, ...found);
  const high = Math.max(...found);
  return [low, high > low ? high : low + 1];
}
