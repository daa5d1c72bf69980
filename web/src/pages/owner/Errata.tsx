import { useState } from "preact/hooks";
import { day } from "../../numbers";
import { DataTable } from "../../parts/DataTable";
import {
  Done,
  Form,
  type FormFault,
  faultOfField,
  SelectField,
  SubmitButton,
  TextField,
  useSending,
} from "../../parts/forms";
import { ask } from "../../service/api";
import { useListed } from "../../service/asking";
import type { ErratumView } from "../../service/types";
import { type AllWords, useWords } from "../../words";
import type { OwnerProps } from "./index";
import { Shown } from "./Shown";

type Action = keyof AllWords["owner"]["entries"]["actions"];

/** Items that were wrong: which, why, and the form for another. */
export function Errata({ service, benchmark }: OwnerProps) {
  const words = useWords("owner");
  const { entries } = words;
  const listed = useListed<ErratumView>(service, "errata", { benchmark });
  return (
    <section class="stack">
      <h2>{entries.errata}</h2>
      <Shown of={listed} empty={entries.errataNone}>
        {(items) => (
          <DataTable
            title={entries.errata}
            isTitleHidden
            name="errata"
            rows={items}
            keyOf={({ id }) => id}
            empty={entries.errataNone}
            columns={[
              { id: "item", title: entries.item, isHeading: true, value: ({ item }) => item },
              {
                id: "action",
                title: entries.action,
                value: ({ action }) => entries.actions[action as Action] ?? action,
              },
              { id: "at", title: entries.date, value: ({ at }) => day(at) },
              { id: "reason", title: words.reason, value: ({ reason }) => reason },
            ]}
          />
        )}
      </Shown>
      <NewErratum service={service} benchmark={benchmark} onannounced={listed.again} />
    </section>
  );
}

function NewErratum({ service, benchmark, onannounced }: OwnerProps & { onannounced: () => void }) {
  const words = useWords("owner");
  const { entries } = words;
  const [item, setItem] = useState("");
  const [action, setAction] = useState<Action>("exclude");
  const [correction, setCorrection] = useState("");
  const [reason, setReason] = useState("");
  const [faults, setFaults] = useState<readonly FormFault[]>([]);
  const [announced, setAnnounced] = useState<string | null>(null);
  const sending = useSending();
  const submit = () => {
    const reference = action === "correct" ? parsed(correction) : null;
    const found: FormFault[] = [];
    if (!item.trim()) found.push({ name: "item", label: entries.item, reason: entries.itemMissing });
    if (reference === undefined) {
      found.push({ name: "correction", label: entries.correction, reason: entries.correctionFault });
    }
    if (!reason.trim()) found.push({ name: "reason", label: words.reason, reason: words.reasonMissing });
    setFaults(found);
    sending.forget();
    setAnnounced(null);
    if (found.length > 0) return;
    void sending.send(async () => {
      const own = action === "correct" ? { correction: { reference } } : {};
      const body = { benchmark, item: item.trim(), action, reason: reason.trim(), ...own };
      setAnnounced((await ask<ErratumView>(service, "POST", "errata", { body })).item);
      onannounced();
    });
  };
  const faultOf = (name: string) =>
    faults.find((fault) => fault.name === name)?.reason ?? faultOfField(sending.error, name);
  return (
    <div class="card stack">
      <h3>{entries.newErratum}</h3>
      <p class="muted">{entries.erratumLead}</p>
      <Form label={entries.newErratum} sending={sending} faults={faults} onsubmit={submit}>
        <TextField label={entries.item} name="item" value={item} onchange={setItem} error={faultOf("item")} />
        <SelectField
          label={entries.action}
          name="action"
          value={action}
          onchange={(chosen) => setAction(chosen as Action)}
          options={Object.entries(entries.actions)}
        />
        {action === "correct" && (
          <TextField
            label={entries.correction}
            name="correction"
            rows={3}
            value={correction}
            onchange={setCorrection}
            error={faultOf("correction")}
          />
        )}
        <TextField
          label={words.reason}
          name="reason"
          hint={words.reasonHint}
          value={reason}
          onchange={setReason}
          maxLength={1000}
          error={faultOf("reason")}
        />
        <div>
          <SubmitButton busy={sending.isSending}>{entries.announce}</SubmitButton>
        </div>
        {announced && <Done>{entries.announced(announced)}</Done>}
      </Form>
    </div>
  );
}

/** What a text is as JSON; undefined where it is none. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
