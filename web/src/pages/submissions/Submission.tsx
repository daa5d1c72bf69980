import "./submissions.css";

import { useState } from "preact/hooks";
import { href } from "../../address";
import { announce } from "../../announce";
import { count } from "../../numbers";
import { Digest } from "../../parts/Copy";
import { Failure } from "../../parts/Failure";
import { Icon } from "../../parts/Icon";
import { Instant } from "../../parts/Instant";
import { Loading } from "../../parts/Loading";
import type { SubmissionView } from "../../service/types";
import { useWords } from "../../words";
import { Faults } from "./Faults";
import { Files } from "./Files";
import { useSubmission } from "./following";
import { proofOf, saveReceipt } from "./receipt";
import { isSettled, mayBeWithdrawn, PATH, StateBadge } from "./states";
import { Withdraw } from "./Withdraw";

interface SubmissionProps {
  id: string;
  service: URL;
  /** Whether the reader may take it back. */
  isOwn: boolean;
  /** The level of its heading. */
  level?: 1 | 2;
}

/** One submission: where it stands, why, and what was kept. It follows what happens without being loaded anew. */
export function Submission({ id, service, isOwn, level = 1 }: SubmissionProps) {
  const asked = useSubmission(service, id);
  const view = asked.answer;
  if (view === null)
    return asked.error === null ? <Loading rows={4} /> : <Failure error={asked.error} onretry={asked.again} />;
  const below = level === 1 ? 2 : 3;
  return (
    <article class="stack" aria-busy={asked.isAsking}>
      <Head view={view} level={level} />
      {asked.error !== null && <Failure error={asked.error} onretry={asked.again} />}
      <Why view={view} level={below} />
      <div class="grid">
        <Moves view={view} level={below} />
        <Facts view={view} />
      </div>
      <Actions view={view} service={service} isOwn={isOwn} again={asked.again} />
      <Files of={view} service={service} level={below} />
    </article>
  );
}

function Head({ view, level }: { view: SubmissionView; level: 1 | 2 }) {
  const words = useWords("submissions");
  const Heading = `h${level}` as const;
  const place = [
    view.position === null ? null : words.position(view.position),
    view.estimate_seconds === null ? null : words.estimate(view.estimate_seconds),
  ].filter((part) => part !== null);
  return (
    <header class="stack">
      <div class="row">
        <Heading>
          <bdi>{view.entry ?? view.model}</bdi>
        </Heading>
        <StateBadge of={view.state} />
      </div>
      <p>{words.states[view.state].meaning}</p>
      {!isSettled(view.state) && place.length > 0 && (
        <p class="place">
          <Icon name="clock" /> {place.join(" · ")}
        </p>
      )}
    </header>
  );
}

interface PartProps {
  view: SubmissionView;
  /** The level of its heading. */
  level: 2 | 3;
}

/** Every reason and remark there is. */
function Why({ view, level }: PartProps) {
  const Heading = `h${level}` as const;
  const words = useWords("submissions");
  return (
    <>
      {view.public_reason !== null && (
        <p>
          <strong>{words.publicReason}:</strong> <bdi>{view.public_reason}</bdi>
        </p>
      )}
      {view.faults.length > 0 && <Faults faults={view.faults} name={view.id} level={level} />}
      {view.remarks.length > 0 && (
        <section class="card stack">
          <Heading>{words.remarks}</Heading>
          <ul>
            {view.remarks.map((remark) => (
              <li key={remark}>
                <bdi>{remark}</bdi>
              </li>
            ))}
          </ul>
        </section>
      )}
      {view.refunded_because !== null && (
        <p class="muted">
          {words.refunded} <bdi>{view.refunded_because}</bdi>
        </p>
      )}
    </>
  );
}

/** What happened, with its times, and what is still ahead where all goes well. */
function Moves({ view, level }: PartProps) {
  const Heading = `h${level}` as const;
  const words = useWords("submissions");
  const now = (PATH as readonly string[]).indexOf(view.state);
  // From a review it goes on to the queue.
  const from = view.state === "in_review" ? PATH.indexOf("queued") : now + 1;
  const ahead = isSettled(view.state) ? [] : PATH.slice(from);
  const last = view.moves.length - 1;
  return (
    <section class="card stack">
      <Heading>{words.whatHappened}</Heading>
      <ol class="moves">
        {view.moves.map((move, number) => (
          <li key={`${move.state} ${move.at}`} class={number === last ? "current" : undefined}>
            <Icon name={number === last && !isSettled(view.state) ? "clock" : iconOf(move.state)} size={14} />
            <span>
              {words.states[move.state].name}
              {number === last && !isSettled(view.state) && <span class="unseen"> ({words.soFar})</span>}
              {move.note !== null && (
                <span class="note">
                  <bdi>{move.note}</bdi>
                </span>
              )}
            </span>
            <span class="muted small">
              <Instant at={move.at} />
            </span>
          </li>
        ))}
        {ahead.map((state) => (
          <li key={state} class="ahead">
            <Icon name="minus" size={14} />
            <span>
              {words.states[state].name}
              <span class="unseen"> ({words.ahead})</span>
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}

const iconOf = (state: SubmissionView["state"]) =>
  state === "refused" || state === "failed" ? "cross" : state === "in_review" ? "warning" : "check";

function Facts({ view }: { view: SubmissionView }) {
  const words = useWords("submissions");
  return (
    <section class="card">
      <dl class="facts-list">
        <dt>{words.facts.id}</dt>
        <dd>
          <code>{view.id}</code>
        </dd>
        <dt>{words.facts.handedIn}</dt>
        <dd>
          <Instant at={view.created_at} />
        </dd>
        <dt>{words.facts.model}</dt>
        <dd>
          <bdi>{view.model}</bdi>
        </dd>
        <dt>{words.facts.benchmark}</dt>
        <dd>{view.benchmark}</dd>
        <dt>{words.facts.upload}</dt>
        <dd>
          <Digest of={view.upload} label={words.copyDigest} />
        </dd>
        {view.leaf !== null && (
          <>
            <dt>{words.facts.leaf}</dt>
            <dd>{count(view.leaf)}</dd>
          </>
        )}
        {view.signed_by !== null && (
          <>
            <dt>{words.facts.signedBy}</dt>
            <dd>
              <code>{view.signed_by}</code>
            </dd>
          </>
        )}
      </dl>
    </section>
  );
}

interface ActionsProps {
  view: SubmissionView;
  service: URL;
  isOwn: boolean;
  again: () => void;
}

function Actions({ view, service, isOwn, again }: ActionsProps) {
  const words = useWords("submissions");
  const [isWithdrawing, setWithdrawing] = useState(false);
  const done = () => {
    announce(words.withdraw.done);
    again();
  };
  return (
    <div class="row">
      <button
        type="button"
        class="button"
        title={words.receiptNote}
        onClick={() => saveReceipt(proofOf(view, service))}
      >
        <Icon name="download" /> {words.receipt}
      </button>
      {view.state === "published" && view.entry !== null && (
        <a class="button" href={href({ page: "entry", entry: view.entry })}>
          {words.open}
        </a>
      )}
      {isOwn && mayBeWithdrawn(view.state) && (
        <button type="button" class="button bad" onClick={() => setWithdrawing(true)}>
          {words.withdraw.button}
        </button>
      )}
      {isWithdrawing && <Withdraw of={view} service={service} ondone={done} onclose={() => setWithdrawing(false)} />}
    </div>
  );
}
