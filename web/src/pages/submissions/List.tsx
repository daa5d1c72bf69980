import { useEffect, useRef, useState } from "preact/hooks";
import { href, useAddress } from "../../address";
import { announce } from "../../announce";
import { ExportMenu } from "../../parts/ExportMenu";
import { Failure } from "../../parts/Failure";
import { Instant } from "../../parts/Instant";
import { Loading } from "../../parts/Loading";
import { ask } from "../../service/api";
import { useListed } from "../../service/asking";
import type { SubmissionLine, SubmissionView } from "../../service/types";
import { useWords } from "../../words";
import { useMoves } from "./following";
import { isSettled, isState, mayBeWithdrawn, type State, StateBadge } from "./states";
import { Withdraw } from "./Withdraw";

const PAGE = 25;

/** What lists leave out: places and reasons are asked for where there may be any. */
type Details = ReadonlyMap<string, SubmissionView>;

const hasMore = ({ state }: SubmissionLine): boolean => !isSettled(state) || state === "refused" || state === "failed";

export function List({ service, benchmark }: { service: URL; benchmark: string }) {
  const words = useWords("submissions");
  const { state } = useAddress();
  const chosen: State | null = isState(state) ? state : null;
  const listed = useListed<SubmissionLine>(service, "submissions", { benchmark, state: chosen, limit: PAGE });
  const [details, look] = useDetails(service, listed.items);
  const [withdrawing, setWithdrawing] = useState<SubmissionLine | null>(null);
  useMoves(
    service,
    (move) => {
      const known = listed.items?.find(({ id }) => id === move.submission);
      if (known) announce(words.nowIs(known.entry ?? known.model, words.states[move.state].name));
      listed.again();
    },
    () => look(),
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
            <ExportMenu table={() => tableOf(rows, details)} />
          </div>
          <Table rows={rows} details={details} onwithdraw={setWithdrawing} />
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
  details: Details;
  onwithdraw: (row: SubmissionLine) => void;
}

/** A table that is a stack of cards on a phone: each cell then says what it is. */
function Table({ rows, details, onwithdraw }: TableProps) {
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
            <Row key={row.id} row={row} details={details.get(row.id) ?? null} onwithdraw={onwithdraw} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface RowProps {
  row: SubmissionLine;
  details: SubmissionView | null;
  onwithdraw: (row: SubmissionLine) => void;
}

function Row({ row, details, onwithdraw }: RowProps) {
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
        <Place details={details} />
      </td>
      <td data-label={words.columns.reasons}>
        <Reasons details={details} row={row} />
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

function Place({ details }: { details: SubmissionView | null }) {
  const words = useWords("submissions");
  if (!details || isSettled(details.state) || details.position === null) return <span class="muted">–</span>;
  return (
    <>
      {words.positionShort(details.position)}
      {details.estimate_seconds !== null && (
        <span class="muted small model">{words.estimate(details.estimate_seconds)}</span>
      )}
    </>
  );
}

/** All reasons: the first three here, the others one click away. */
function Reasons({ details, row }: { details: SubmissionView | null; row: SubmissionLine }) {
  const words = useWords("submissions");
  const all = details ? reasonsOf(details) : [];
  if (all.length === 0) return <span class="muted">–</span>;
  const more = all.length - 3;
  return (
    <ul class="reasons">
      {all.slice(0, 3).map((reason) => (
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

function reasonsOf({ faults, remarks, public_reason }: SubmissionView): string[] {
  const told = faults.map(({ place, line, reason }) => `${place}${line ? `:${line}` : ""}: ${reason}`);
  return [...(public_reason === null ? [] : [public_reason]), ...told, ...remarks];
}

/** Ask for the details of rows that may have any; again where a row changed, or when asked to look. */
function useDetails(service: URL, rows: readonly SubmissionLine[] | null): [Details, () => void] {
  const [details, setDetails] = useState<Details>(new Map());
  const known = useRef(new Map<string, string>());
  const request = (row: SubmissionLine) => {
    known.current.set(row.id, row.updated_at);
    ask<SubmissionView>(service, "GET", `submissions/${row.id}`).then(
      (view) => setDetails((before) => new Map(before).set(row.id, view)),
      // The row stands without them; it is asked for again with the next change.
      () => known.current.delete(row.id),
    );
  };
  useEffect(() => {
    for (const row of rows ?? []) if (hasMore(row) && known.current.get(row.id) !== row.updated_at) request(row);
  }, [rows]);
  const look = () => {
    for (const row of rows ?? []) if (!isSettled(row.state)) request(row);
  };
  return [details, look];
}

function tableOf(rows: readonly SubmissionLine[], details: Details) {
  return {
    name: "submissions",
    columns: ["id", "entry", "model", "state", "position", "estimate_seconds", "reasons", "created_at", "updated_at"],
    rows: rows.map((row) => {
      const own = details.get(row.id);
      return [
        row.id,
        row.entry,
        row.model,
        row.state,
        own?.position ?? null,
        own?.estimate_seconds ?? null,
        own ? reasonsOf(own).join("\n") : null,
        row.created_at,
        row.updated_at,
      ];
    }),
  };
}
