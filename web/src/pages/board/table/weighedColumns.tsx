// The columns that a reader's own weights add.

import { fixed } from "../../../numbers";
import type { AllWords } from "../../../words";
import type { Row } from "../rows/row";
import type { Weighed } from "../rows/weighing";
import { Nothing } from "./cells";
import type { BoardColumn } from "./column";

export function weighedColumns({ weights: words }: AllWords["board"], weighed: Weighed): BoardColumn[] {
  const rankOf = (row: Row) => weighed.standingOf(row)?.rank ?? null;
  const scoreOf = (row: Row) => weighed.standingOf(row)?.score ?? null;
  return [
    {
      id: "own_rank",
      label: words.rank,
      note: words.rankNote,
      type: "rank",
      width: 6.5,
      first: "asc",
      key: rankOf,
      cell: (row) => <OwnRank row={row} weighed={weighed} />,
      isFixed: true,
    },
    {
      id: "own_score",
      label: words.score,
      type: "number",
      width: 6,
      first: "desc",
      key: scoreOf,
      cell: (row) => fixed(scoreOf(row), 4),
      isFixed: true,
    },
    {
      id: "holds",
      label: words.holds,
      note: words.holdsNote,
      type: "number",
      width: 6.5,
      first: "desc",
      // One pass over all entries for each row: made for the rows that are seen, never for a whole order.
      isUnsorted: true,
      key: () => null,
      exported: (row) => weighed.stabilityOf(row)?.holdsWithin ?? null,
      cell: (row) => <Holds row={row} weighed={weighed} always={words.always} />,
      isFixed: true,
      isMinor: true,
    },
  ];
}

function OwnRank({ row, weighed }: { row: Row; weighed: Weighed }) {
  const standing = weighed.standingOf(row);
  const range = weighed.stabilityOf(row)?.range;
  if (!standing || !range) return <Nothing />;
  return (
    <div class="ranked">
      <span class={standing.rank === 1 ? "top" : "place"}>{standing.rank}</span>
      <span class="range small muted">{range[0] === range[1] ? range[0] : range.join("–")}</span>
    </div>
  );
}

function Holds({ row, weighed, always }: { row: Row; weighed: Weighed; always: string }) {
  const within = weighed.stabilityOf(row)?.holdsWithin;
  if (within === undefined || within === null) return <Nothing />;
  return <>{within >= 1 ? always : `± ${fixed(within * 100, 1)} %`}</>;
}
