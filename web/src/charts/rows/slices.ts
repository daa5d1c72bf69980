import { nameOf } from "../../site/names";
import { partsOf } from "../../site/slices";
import type { BoardRow, Leaderboard } from "../../site/types";
import {
  byLetters,
  byName,
  type ChartDocuments,
  type ChartOptions,
  type Drawn,
  drawn,
  firstOf,
  higherFirst,
  type NeededDocuments,
  nothing,
  said,
  TOP,
  tidy,
} from "../drawing";

const UNTESTED = "untested";

type Part = { slice: string; difference: number; verdict: string };

/** The entry's document, its default's, and the vendor's comparisons. */
export function neededBySlices(board: Leaderboard, options: ChartOptions): NeededDocuments {
  const { row, other } = bothOf(board, options);
  return row && other ? { entries: [nameOf(row), nameOf(other)], vendors: [row.vendor] } : { entries: [], vendors: [] };
}

/** The slices on which both have a score, those that were tested first; each says how that ended. */
export function slices(documents: ChartDocuments, options: ChartOptions): Drawn {
  const { board, entries = {}, vendors = {} } = documents;
  const { row, other } = bothOf(board, options);
  if (!row) return nothing("one");
  if (!other) return nothing("default");
  const own = entries[nameOf(row)];
  const defaults = entries[nameOf(other)]?.scores[board.headline] ?? {};
  const compared = vendors[row.vendor]?.entries.find(({ entry }) => entry === nameOf(row))?.slices ?? [];
  const tested = new Map(compared.map((part) => [part.slice, part]));
  const found = Object.entries(own?.scores[board.headline] ?? {}).flatMap(([slice, score]) => {
    const against = defaults[slice] ?? null;
    if (slice === "overall" || score === null || against === null || !isIn(slice, options.facet)) return [];
    return {
      slice,
      n_items: own?.n_items[slice] ?? null,
      score,
      default_score: against,
      difference: tidy(higherFirst(board) ? score - against : against - score),
      lower_bound: tested.get(slice)?.lower_bound ?? null,
      verdict: tested.get(slice)?.verdict ?? UNTESTED,
    };
  });
  if (!found.length) return nothing("slices");
  const shown = found
    .sort(byWeight)
    .slice(0, options.top ?? TOP)
    .sort(byGain);
  return drawn(
    { slices: shown },
    said(
      documents,
      { score: "public" },
      { entry: nameOf(row), default: nameOf(other), names: shown.map(({ slice }) => slice) },
    ),
    found.length - shown.length,
  );
}

const byWeight = (one: Part, other: Part): number =>
  firstOf(
    Number(one.verdict === UNTESTED) - Number(other.verdict === UNTESTED),
    Math.abs(other.difference) - Math.abs(one.difference),
    byLetters(one.slice, other.slice),
  );

const byGain = (one: Part, other: Part): number =>
  firstOf(other.difference - one.difference, byLetters(one.slice, other.slice));

/** The entry and its vendor's default in the same track; a default has none. */
function bothOf(board: Leaderboard, { entries = [] }: ChartOptions): { row: BoardRow | null; other: BoardRow | null } {
  const row = entries.length === 1 ? (byName(board.entries).get(entries[0] ?? "") ?? null) : null;
  const other = board.entries.find(
    (own) =>
      row &&
      own !== row &&
      own.kind === "default" &&
      own.vendor === row.vendor &&
      (own.track ?? null) === (row.track ?? null),
  );
  return { row, other: other ?? null };
}

function isIn(slice: string, facet: string | null | undefined): boolean {
  if (facet === null || facet === undefined) return true;
  const named = partsOf(slice).map((part) => part.facet);
  return named.sort(byLetters).join("×") === facet.split("×").sort(byLetters).join("×");
}
