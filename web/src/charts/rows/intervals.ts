import { nameOf } from "../../site/names";
import type { BoardRow } from "../../site/types";
import {
  baseOf,
  type ChartDocuments,
  type ChartOptions,
  type Drawn,
  drawn,
  kindsOf,
  measured,
  nothing,
  said,
  scoreOf,
  TOP,
} from "../drawing";

const GROUP_WIDTH = 7;

/** The ranked entries from the first rank on; a bar beside them joins those of one tied group. */
export function intervals(documents: ChartDocuments, options: ChartOptions): Drawn {
  const { board } = documents;
  const base = baseOf(board, options);
  const rows = measured(board, options);
  const ranked = rows.filter((row) => (row.rank ?? null) !== null && scoreOf(row, base) !== null);
  if (!ranked.length) return nothing("scores", rows.length);
  const shown = ranked.slice(0, options.top ?? TOP);
  const entries = shown.map((row) => {
    const { score, interval } = base === "public" ? row.public : row.held_out;
    return {
      entry: nameOf(row),
      kind: row.kind,
      rank: row.rank ?? null,
      score: score ?? null,
      low: interval?.[0] ?? null,
      high: interval?.[1] ?? null,
      first_group: row.tied_groups?.[0] ?? null,
      last_group: row.tied_groups?.[1] ?? null,
    };
  });
  const groups = groupsOf(shown);
  return drawn(
    { entries, groups },
    said(documents, options, {
      names: shown.map(nameOf),
      kinds: kindsOf(entries),
      margin: groups.length ? groups.length * GROUP_WIDTH + 18 : 6,
    }),
    rows.length - ranked.length,
  );
}

/** The tied groups that join at least two of the rows, from the first to the last row of each. */
function groupsOf(rows: readonly BoardRow[]) {
  const tied = rows.flatMap((row) => (row.tied_groups ? [{ name: nameOf(row), groups: row.tied_groups }] : []));
  const numbers = tied.flatMap(({ groups }) => groups);
  const found: { group: number; first: string; last: string; offset: number }[] = [];
  for (let group = Math.min(...numbers); group <= Math.max(...numbers); group += 1) {
    const inside = tied.filter(({ groups: [from, to] }) => from <= group && group <= to);
    const [first, last] = [inside[0]?.name, inside.at(-1)?.name];
    if (inside.length < 2 || first === undefined || last === undefined) continue;
    found.push({ group, first, last, offset: 14 + found.length * GROUP_WIDTH });
  }
  return found;
}
