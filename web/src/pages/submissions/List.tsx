import { useState } from "preact/hooks";
import { href, useAddress } from "../../address";
import { announce } from "../../announce";
import { ExportMenu } from "../../parts/ExportMenu";
import { Failure } from "../../parts/Failure";
import { Instant } from "../../parts/Instant";
import { Loading } from "../../parts/Loading";
import { useListed } from "../../service/asking";
import type { SubmissionLine } from "../../service/types";
import { useWords } from "../../words";
import { useMoves } from "./following";
import { isSettled, isState, mayBeWithdrawn, type State, StateBadge } from "./states";
import { Withdraw } from "./Withdraw";

const PAGE = 25;
const MOST_SHOWN = 3;

export function List({ service, benchmark }: { service: URL; benchmark: string }) {
  const words = useWords("submissions");
  const { state } = useAddress();
  const chosen: State | null = isState(state) ? state : null;
  const listed = useListed<SubmissionLine>(service, "submissions", { benchmark, state: chosen, limit: PAGE });
  const [withdrawing, setWithdrawing] = useState<SubmissionLine | null>(null);
  useMoves(
    service,
    (move) => {
      const known = listed.items?.find(({ id }) => id === move.submission);
      if (known) announce(words.nowIs(known.entry ?? known.model, words.states[move.state].name));
      listed.again();
    },
    // Whose turn comes next is another question where nothing waits.
    () => listed.items?.some(({ state: now }) => !isSettled(now)) && listed.again(),
  );
  if (listed.items === null)
    return listed.error === null ? <Loading rows={4} /> : <Failure error={listed.error} onretry={listed.again} />;
  const rows = listed.items;
  return (
    <section class="stack" aria-busy={listed.isAsking}>
      {listed.error !== null && <Failure error={listed.error} onretry={listed.again} />}
      {rows.length === 0 ? (
        <p class="card muted">{chosen === null ? words.none : words.noneInState}</p>
      ) : (
        <>
          <div class="spread">
            <span class="muted small">{words.shown(rows.length)}</span>
            <ExportMenu table={() => tableOf(rows)} />
          </div>
          <Table rows={rows} onwithdraw={setWithdrawing} />
        </>
      )}
      {listed.hasMore && <More isAsking={listed.isAsking} more={listed.more} />}
      {withdrawing && (
        <Withdraw of={withdrawing} service={service} ondone={listed.again} onclose={() => setWithdrawing(null)} />
      )}
    </section>
  );
}

function More({ isAsking, more }: { isAsking: boolean; more: () => void }) {
  const words = useWords("common");
  return (
    <div>
      <button
        type="button"
        class="button"
        aria-disabled={isAsking ? "true" : undefined}
        onClick={() => !isAsking && more()}
      >
        {words.more}
      </button>
    </div>
  );
}

interface TableProps {
  rows: readonly SubmissionLine[];
  onwithdraw: (row: SubmissionLine) => void;
}

/** A table that is a stack of cards on a phone: each cell then says what it is. */
function Table({ rows, onwithdraw }: TableProps) {
  const words = useWords("submissions");
  return (
    <div class="frame submissions-frame">
      <table class="submissions">
        <caption class="unseen">{words.title}</caption>
        <thead>
          <tr>
            <th scope="col">{words.columns.entry}</th>
            <th scope="col">{words.columns.state}</th>
            <th scope="col">{words.columns.place}</th>
            <th scope="col">{words.columns.reasons}</th>
            <th scope="col">{words.columns.at}</th>
            <td />
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <Row key={row.id} row={row} onwithdraw={onwithdraw} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface RowProps {
  row: SubmissionLine;
  onwithdraw: (row: SubmissionLine) => void;
}

function Row({ row, onwithdraw }: RowProps) {
  const words = useWords("submissions");
  const name = row.entry ?? row.model;
  return (
    <tr>
      <th scope="row">
        <a class="name" href={href({ page: "submissions", submission: row.id })}>
          <bdi>{name}</bdi>
        </a>
        <span class="muted small model">
          <bdi>{row.model}</bdi>
        </span>
      </th>
      <td data-label={words.columns.state}>
        <StateBadge of={row.state} />
      </td>
      <td data-label={words.columns.place}>
        <Place row={row} />
      </td>
      <td data-label={words.columns.reasons}>
        <Reasons row={row} />
      </td>
      <td data-label={words.columns.at}>
        <Instant at={row.created_at} />
      </td>
      <td class="acts">
        {mayBeWithdrawn(row.state) && (
          <button
            type="button"
            class="button small"
            aria-label={`${words.withdraw.action}: ${name}`}
            onClick={() => onwithdraw(row)}
          >
            {words.withdraw.button}
          </button>
        )}
      </td>
    </tr>
  );
}

function Place({ row }: { row: SubmissionLine }) {
  const words = useWords("submissions");
  if (isSettled(row.state) || row.position === null) return <span class="muted">–</span>;
  return (
    <>
      {words.positionShort(row.position)}
      {row.estimate_seconds !== null && <span class="muted small model">{words.estimate(row.estimate_seconds)}</span>}
    </>
  );
}

/** All reasons: the first three here, the others one click away. */
function Reasons({ row }: { row: SubmissionLine }) {
  const words = useWords("submissions");
  if (row.n_reasons === 0) return <span class="muted">–</span>;
  const shown = reasonsOf(row).slice(0, MOST_SHOWN);
  const more = row.n_reasons - shown.length;
  return (
    <ul class="reasons">
      {shown.map((reason) => (
        <li key={reason}>
          <bdi>{reason}</bdi>
        </li>
      ))}
      {more > 0 && (
        <li>
          <a href={href({ page: "submissions", submission: row.id })}>{words.moreReasons(more)}</a>
        </li>
      )}
    </ul>
  );
}

/** Those that the list tells: of hundreds the first ones. */
function reasonsOf({ faults, remarks, public_reason }: SubmissionLine): string[] {
  const told = faults.map(({ place, line, reason }) => `${place}${line ? `:${line}` : ""}: ${reason}`);
  return [...(public_reason === null ? [] : [public_reason]), ...told, ...remarks];
}

function tableOf(rows: readonly SubmissionLine[]) {
  const plain = ["id", "entry", "model", "state", "position", "estimate_seconds", "n_reasons"] as const;
  return {
    name: "submissions",
    columns: [...plain, "reasons", "created_at", "updated_at"],
    rows: rows.map((row) => [
      ...plain.map((name) => row[name]),
      reasonsOf(row).join("\n") || null,
      row.created_at,
      row.updated_at,
    ]),
  };
}
