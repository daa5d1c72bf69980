import { useEffect, useState } from "preact/hooks";
import { href } from "../../address";
import { day } from "../../numbers";
import { Confirm, faultOfField, SelectField, TextField } from "../../parts/forms";
import { ask } from "../../service/api";
import { may } from "../../service/session";
import type { AppealView, Me } from "../../service/types";
import { type AllWords, useWords } from "../../words";

type Words = AllWords["appeals"];
type Act = keyof Words["acts"];

interface AppealCardProps {
  appeal: AppealView;
  me: Me | null;
  service: URL;
  onchanged: () => void;
  /** Told when its dialog is opened, and when it is gone. */
  onacting: (isOpen: boolean) => void;
}

/** One appeal: what it is about, why, what happened, and what whoever reads may do. */
export function AppealCard({ appeal, me, service, onchanged, onacting }: AppealCardProps) {
  const words = useWords("appeals");
  const [act, setAct] = useState<Act | null>(null);
  useEffect(() => {
    if (act === null) return undefined;
    onacting(true);
    return () => onacting(false);
  }, [act]);
  const { entry, submission, organisation, due_at: due } = appeal;
  const about = entry ?? submission ?? "";
  const acts = actsFor(appeal, me);
  return (
    <article class="card stack appeal" aria-label={`${appeal.id}: ${about}`}>
      <div class="spread">
        <h2>{entry ? <a href={href({ page: "entry", entry })}>{entry}</a> : <bdi>{submission}</bdi>}</h2>
        <span class={`badge ${appeal.overdue ? "warn" : (TONES[appeal.state] ?? "")}`}>
          {stateOf(appeal.state, words)}
        </span>
      </div>
      <p dir="auto">{appeal.reason}</p>
      <p class="muted small">
        {appeal.id} · {day(appeal.created_at)}
        {organisation && ` · ${words.by(organisation)}`}
        {due && ` · ${appeal.overdue ? words.late(day(due) ?? "") : words.due(day(due) ?? "")}`}
      </p>
      {appeal.decision && (
        <p>
          <strong>{words.decision}:</strong> <bdi>{appeal.decision}</bdi>
        </p>
      )}
      <History appeal={appeal} />
      {acts.length > 0 && (
        <div class="row">
          {acts.map((one) => (
            <button key={one} type="button" class="button small" onClick={() => setAct(one)}>
              {words.acts[one]}
            </button>
          ))}
        </div>
      )}
      {act && <Acting act={act} appeal={appeal} service={service} onclose={() => setAct(null)} onchanged={onchanged} />}
    </article>
  );
}

/** What has ended is told apart from what goes on; the word says which. */
const TONES: Readonly<Record<string, string>> = { upheld: "good", rejected: "bad", retracted: "" };

export const stateOf = (state: string, { states }: Words): string => states[state as keyof Words["states"]] ?? state;

function History({ appeal: { moves } }: { appeal: AppealView }) {
  const words = useWords("appeals");
  if (moves.length === 0) return null;
  return (
    <details>
      <summary class="small">{words.history}</summary>
      <ol class="small">
        {moves.map(({ at, state, note }) => (
          <li key={`${at} ${state}`}>
            {day(at)} · {stateOf(state, words)}
            {note && (
              <>
                {": "}
                <bdi>{note}</bdi>
              </>
            )}
          </li>
        ))}
      </ol>
    </details>
  );
}

/** What may be tried next; the service has the last word, since it knows who has a conflict. */
function actsFor({ state, organisation }: AppealView, me: Me | null): readonly Act[] {
  if (!me) return [];
  const isOpen = state === "filed" || state === "acknowledged" || state === "under_review";
  const own: readonly Act[] = isOpen && organisation !== null && organisation === me.organisation ? ["retract"] : [];
  if (!may(me, "maintainer")) return own;
  const next: Readonly<Record<string, readonly Act[]>> = {
    filed: ["acknowledge"],
    acknowledged: ["review"],
    under_review: ["decide"],
  };
  return [...(next[state] ?? []), ...own];
}

interface ActingProps {
  act: Act;
  appeal: AppealView;
  service: URL;
  onclose: () => void;
  onchanged: () => void;
}

function Acting({ act, appeal, service, onclose, onchanged }: ActingProps) {
  const words = useWords("appeals");
  const [text, setText] = useState("");
  const [outcome, setOutcome] = useState<keyof Words["outcomes"]>("upheld");
  const isDecision = act === "decide";
  const confirm = async () => {
    const body = isDecision ? { outcome, reason: text.trim() } : { note: text.trim() || null };
    await ask<AppealView>(service, "POST", `appeals/${appeal.id}/${act}`, { body });
    onchanged();
  };
  return (
    <Confirm
      title={words.acts[act]}
      action={words.acts[act]}
      isBad={act === "retract"}
      onconfirm={confirm}
      onclose={onclose}
    >
      {(sending) => (
        <>
          {isDecision && (
            <SelectField
              label={words.outcome}
              name="outcome"
              value={outcome}
              onchange={(chosen) => setOutcome(chosen as keyof Words["outcomes"])}
              options={Object.entries(words.outcomes)}
            />
          )}
          <TextField
            label={isDecision ? words.reason : words.note}
            name={isDecision ? "reason" : "note"}
            hint={isDecision ? words.decisionHint : words.noteHint}
            value={text}
            onchange={setText}
            isOptional={!isDecision}
            maxLength={1000}
            error={faultOfField(sending.error, isDecision ? "reason" : "note")}
          />
        </>
      )}
    </Confirm>
  );
}
