import type { ComponentType } from "preact";
import { useMemo } from "preact/hooks";
import { day } from "../../numbers";
import type { ChartProps } from "../../parts/Chart";
import { type DataColumn, DataTable } from "../../parts/DataTable";
import { EntryName } from "../../parts/EntryName";
import { Failure } from "../../parts/Failure";
import { Later } from "../../parts/Later";
import type { BoardContext } from "../../site/rows";
import type { BenchmarkDocument, BoardRow, Leaderboard } from "../../site/types";
import { useLoaded } from "../../site/useLoaded";
import { type AllWords, useWords } from "../../words";
import { changesOf, loadMoments, MOST_ENTRIES, type Moment } from "./history";

const MOST_FIELDS = 3;
const MOST_ROWS = 100;

interface MomentsProps {
  rows: readonly BoardRow[];
  context: BoardContext;
  /** Of the model or the vendor. */
  name: string;
}

/** Every configuration over time, drawn and listed. */
export function Moments({ rows, context, name }: MomentsProps) {
  const words = useWords("model");
  // Together, so that nothing moves once it stands there.
  const loaded = useLoaded(async () => {
    const { publication } = context;
    const [moments, chart, rules] = await Promise.all([
      loadMoments(rows, publication),
      import("../../parts/Chart"),
      publication.benchmark(),
    ]);
    return { moments, Chart: chart.Chart, rules };
  }, [context, name]);
  return (
    <Later of={loaded} rows={12}>
      {({ moments, Chart, rules }) => (
        <>
          <Drawn moments={moments} context={context} Chart={Chart} rules={rules} />
          {rows.length > MOST_ENTRIES && <p class="muted">{words.many(MOST_ENTRIES)}</p>}
          <DataTable<Moment>
            title={words.table}
            name={`${name.replace(/[^\p{L}\p{N}._-]+/gu, "-")}-history`}
            rows={moments}
            most={MOST_ROWS}
            keyOf={keyOf}
            empty={words.none}
            columns={columnsOf(context, words)}
          />
        </>
      )}
    </Later>
  );
}

const keyOf = ({ name, revision, protocol }: Moment): string => `${name} ${revision} ${protocol}`;

interface DrawnProps {
  moments: readonly Moment[];
  context: BoardContext;
  Chart: ComponentType<ChartProps>;
  rules: BenchmarkDocument;
}

/** The trend of the board, made of these moments alone. */
function Drawn({ moments, context, Chart, rules }: DrawnProps) {
  const words = useWords("model");
  const board = useMemo(() => boardOf(moments, context.board), [moments, context]);
  const documents = useMemo(() => ({ board, rules }), [board, rules]);
  const dated = new Set(board.entries.flatMap(({ date }) => (date ? [date] : [])));
  // One day is no time line.
  if (dated.size < 2) return null;
  return (
    <section class="card">
      <Chart
        kind="trend"
        documents={documents}
        options={{ score: "public", track: board.entries[0]?.track ?? null }}
        title={words.chart}
      />
    </section>
  );
}

function boardOf(moments: readonly Moment[], board: Leaderboard): Leaderboard {
  const entries = moments
    .filter(({ protocol }) => protocol === board.eval_protocol_version)
    .map(({ row, date, score }): BoardRow => ({ ...row, date, public: { ...row.public, score } }));
  return { ...board, entries };
}

function columnsOf(context: BoardContext, words: AllWords["model"]): DataColumn<Moment>[] {
  const { scale } = context;
  return [
    {
      id: "date",
      title: words.date,
      value: ({ date }) => day(date),
      show: ({ date }) => date && <time>{day(date)}</time>,
    },
    {
      id: "entry",
      title: words.entry,
      value: ({ name }) => name,
      show: ({ row }) => <EntryName of={row} />,
      isHeading: true,
    },
    {
      id: "revision",
      title: words.revision,
      value: ({ revision }) => revision,
      show: ({ revision }) => revision ?? words.now,
    },
    { id: "configuration", title: words.configuration, value: ({ row }) => row.title },
    {
      id: "score",
      title: `${words.score}${scale.heading}`,
      value: ({ score }) => score,
      show: (moment) => <Score of={moment} context={context} />,
      isNumber: true,
    },
    {
      id: "held_out",
      title: `${words.heldOut}${scale.heading}`,
      value: ({ revision, row }) => (revision === null ? row.held_out.score : null),
      show: ({ revision, row }) => (revision === null ? scale.heldOut(row.held_out.score) : null),
      isNumber: true,
    },
    {
      id: "rank",
      title: words.rank,
      value: ({ revision, row }) => (revision === null ? row.rank : null),
      show: ({ revision, row }) => (revision === null ? (row.pending ? words.waits : row.rank) : null),
      isNumber: true,
    },
    { id: "protocol", title: words.protocol, value: ({ protocol }) => protocol },
    {
      id: "changes",
      title: words.changes,
      value: ({ before, recipe }) => (before === null ? words.first : recipe),
      show: (moment) => <Changes of={moment} context={context} />,
    },
  ];
}

function Score({ of: { score, interval }, context: { scale } }: { of: Moment; context: BoardContext }) {
  const words = useWords("model");
  if (score === null) return <span class="muted">{words.unscored}</span>;
  const [low, high] = interval ?? [];
  return (
    <>
      {scale.public(score)}
      {low !== undefined && high !== undefined && (
        <span class="muted small">{` (${scale.public(low)}–${scale.public(high)})`}</span>
      )}
    </>
  );
}

/** What changed in the recipe since the revision before; read from both configurations. */
function Changes({ of: moment, context }: { of: Moment; context: BoardContext }) {
  const words = useWords("model");
  const found = useLoaded(() => changesOf(moment, context.publication), [moment]);
  if (moment.before === null) return <span class="muted">{words.first}</span>;
  if (found.state === "failed") return <Failure error={found.error} />;
  // A line is kept free, so that the table does not move.
  if (found.state === "loading") return <span class="muted">…</span>;
  const paths = found.value;
  if (paths.length === 0) return <span class="muted">{words.unchanged}</span>;
  const shown = words.fields(paths.slice(0, MOST_FIELDS).join(", "), Math.max(0, paths.length - MOST_FIELDS));
  return <code>{shown}</code>;
}
