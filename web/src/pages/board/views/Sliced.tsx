// What the overall board shows of slices: a column for what the reader filters by, and a sentence where that is no pair.

import { useMemo } from "preact/hooks";
import { facetTitle } from "../../../site/slices";
import type { Leaderboard } from "../../../site/types";
import { type AllWords, useWords } from "../../../words";
import { slicesOf } from "../controls/Filters";
import type { Context } from "../rows/context";
import type { ScoreOn, Slicing } from "../rows/filtering";
import { paired, type Slicings } from "../rows/slicing";
import type { BoardColumn } from "../table/column";
import { shadedColumn } from "../table/columns";

/** In rem: a head of several words. */
const LEAST_WIDTH = 6;

/** The values that the reader looks at alone; of two that the board crosses, their pair. */
export function useSlicings(context: Context, category: string | undefined, language: string | undefined): Slicings {
  return useMemo(() => {
    const wanted = { category, language };
    const chosen = slicesOf(context).flatMap(({ key, facet, values }) => {
      const value = wanted[key];
      return value !== undefined && values.includes(value)
        ? [{ facet, value, title: value, name: `${facet}=${value}` }]
        : [];
    });
    return paired(chosen, context.benchmark);
  }, [context, category, language]);
}

/** What the columns of slices do not say themselves. */
export function Sliced({ context, of, scoreOn }: { context: Context; of: Slicings; scoreOn: ScoreOn | null }) {
  const words = useWords("board");
  const { benchmark, rows } = context;
  if (of.unpaired.length > 0) {
    const titles = of.unpaired.map((facet) => facetTitle(facet, benchmark));
    return <p class="lead muted">{words.unpaired(titles.join(" × "))}</p>;
  }
  const [slicing] = of.slicings;
  const isEmpty = slicing && scoreOn && rows.every((row) => scoreOn(row, slicing.facet, slicing.value) === null);
  return isEmpty ? <p class="lead muted">{words.noneOn(slicing.title)}</p> : null;
}

export function scoresOf(board: Leaderboard | null): ScoreOn | null {
  if (!board) return null;
  return (row, facet, value) => board.entries[row.place]?.public.by[facet]?.[value] ?? null;
}

export function sliceColumn(
  words: AllWords["board"],
  context: Context,
  slicing: Slicing,
  scoreOn: ScoreOn | null,
): BoardColumn {
  const { facet, value, title, name } = slicing;
  const key = scoreOn ? (row: Parameters<ScoreOn>[0]) => scoreOn(row, facet, value) : () => null;
  const column = shadedColumn(`on:${name}`, words.on(title) + context.scale.heading, context, key);
  return { ...column, width: Math.max(LEAST_WIDTH, column.width), note: words.onNote, isFixed: true };
}

/** By what rows are ordered at first. */
export function firstSort([slicing]: readonly Slicing[], { scale }: Context): string {
  if (!slicing) return "rank";
  return `${scale.isLowerBetter ? "" : "-"}on:${slicing.name}`;
}
