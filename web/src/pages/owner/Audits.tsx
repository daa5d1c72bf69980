import { useState } from "preact/hooks";
import { day } from "../../numbers";
import { Confirm, faultOfField, SelectField, TextField } from "../../parts/forms";
import { ask } from "../../service/api";
import { useListed } from "../../service/asking";
import type { AuditView } from "../../service/types";
import { type AllWords, useWords } from "../../words";
import type { OwnerProps } from "./index";
import { Reasoned } from "./Reasoned";
import { Shown } from "./Shown";

type State = keyof AllWords["owner"]["audits"]["states"];
type Outcome = keyof AllWords["owner"]["audits"]["outcomes"];

/** Closer looks at submissions: opened by chance, by what detectors found, or by the owner. */
export function Audits({ service, benchmark }: OwnerProps) {
  const { audits } = useWords("owner");
  const [state, setState] = useState<State | "">("open");
  const listed = useListed<AuditView>(service, "audits", { benchmark, state });
  return (
    <>
      <div class="row">
        <label class="field">
          {audits.state}
          <select name="state" value={state} onChange={(event) => setState(event.currentTarget.value as State | "")}>
            <option value="">{audits.all}</option>
            {Object.entries(audits.states).map(([one, title]) => (
              <option key={one} value={one}>
                {title}
              </option>
            ))}
          </select>
        </label>
      </div>
      <Shown of={listed} empty={audits.none}>
        {(items) => items.map((one) => <AuditCard key={one.id} one={one} service={service} onchanged={listed.again} />)}
      </Shown>
    </>
  );
}

interface AuditCardProps {
  one: AuditView;
  service: URL;
  onchanged: () => void;
}

function AuditCard({ one, service, onchanged }: AuditCardProps) {
  const { audits } = useWords("owner");
  const [asking, setAsking] = useState<"finding" | "decide" | null>(null);
  const close = () => setAsking(null);
  const add = async (finding: string) => {
    await ask<AuditView>(service, "POST", `audits/${one.id}/findings`, { body: { finding } });
    onchanged();
  };
  return (
    <article class="card stack" aria-label={one.entry ?? one.submission}>
      <div class="spread">
        <h2>
          <bdi>{one.entry ?? one.submission}</bdi>
        </h2>
        <span class={`badge ${one.state === "confirmed" ? "bad" : one.state === "cleared" ? "good" : ""}`}>
          {audits.states[one.state as State] ?? one.state}
        </span>
      </div>
      <p>
        {audits.because}: <bdi>{one.because}</bdi> <span class="muted">· {day(one.created_at)}</span>
      </p>
      <section>
        <h3>{audits.findings}</h3>
        {one.findings.length === 0 ? (
          <p class="muted">{audits.noFindings}</p>
        ) : (
          <ul>
            {one.findings.map((finding) => (
              <li key={finding}>
                <bdi>{finding}</bdi>
              </li>
            ))}
          </ul>
        )}
      </section>
      {one.decision && (
        <p>
          <strong>{audits.decision}:</strong> <bdi>{one.decision}</bdi>
        </p>
      )}
      {one.state === "open" && (
        <div class="row">
          <button type="button" class="button small" onClick={() => setAsking("finding")}>
            {audits.add}
          </button>
          <button type="button" class="button small" onClick={() => setAsking("decide")}>
            {audits.decide}
          </button>
        </div>
      )}
      {asking === "finding" && (
        <Reasoned title={audits.add} name="finding" label={audits.finding} hint="" act={add} onclose={close} />
      )}
      {asking === "decide" && <Ending one={one} service={service} onchanged={onchanged} onclose={close} />}
    </article>
  );
}

function Ending({ one, service, onchanged, onclose }: AuditCardProps & { onclose: () => void }) {
  const words = useWords("owner");
  const { audits } = words;
  const [state, setState] = useState<Outcome>("cleared");
  const [reason, setReason] = useState("");
  const confirm = async () => {
    await ask<AuditView>(service, "POST", `audits/${one.id}/decide`, { body: { state, reason: reason.trim() } });
    onchanged();
  };
  return (
    <Confirm title={audits.decide} action={audits.decide} onconfirm={confirm} onclose={onclose}>
      {(sending) => (
        <>
          <SelectField
            label={audits.outcome}
            name="state"
            hint={audits.consequence}
            value={state}
            onchange={(chosen) => setState(chosen as Outcome)}
            options={Object.entries(audits.outcomes)}
          />
          <TextField
            label={words.reason}
            name="reason"
            hint={words.reasonHint}
            value={reason}
            onchange={setReason}
            maxLength={1000}
            error={faultOfField(sending.error, "reason")}
          />
        </>
      )}
    </Confirm>
  );
}
