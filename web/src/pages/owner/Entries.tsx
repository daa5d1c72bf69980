import { useState } from "preact/hooks";
import {
  Confirm,
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
import type { Purged, Standing } from "../../service/types";
import { type AllWords, useWords } from "../../words";
import { Errata } from "./Errata";
import type { OwnerProps } from "./index";

type EntryWords = AllWords["owner"]["entries"];
type Act = keyof AllWords["owner"]["entries"]["acts"];
const NAME = /^[a-z0-9][a-z0-9._-]{0,63}\/[a-z0-9][a-z0-9._-]{0,63}$/;

const stateOf = (state: string, { states }: EntryWords): string => states[state as keyof typeof states] ?? state;

/** What the owner does to an entry, each on record; and the errata of items. */
export function Entries(props: OwnerProps) {
  const words = useWords("owner");
  return (
    <>
      <p class="prose">{words.entries.lead}</p>
      <OnEntry {...props} />
      <Errata {...props} />
    </>
  );
}

function OnEntry({ service, benchmark }: OwnerProps) {
  const words = useWords("owner");
  const { entries } = words;
  const [entry, setEntry] = useState("");
  const [act, setAct] = useState<Act>("withdraw");
  const [reason, setReason] = useState("");
  const [successor, setSuccessor] = useState("");
  const [faults, setFaults] = useState<readonly FormFault[]>([]);
  const [done, setDone] = useState<string | null>(null);
  const [isSure, setSure] = useState(false);
  const sending = useSending();
  const name = entry.trim();
  const send = async () => {
    const body = { reason: reason.trim(), ...(act === "supersede" ? { successor: successor.trim() || null } : {}) };
    const path = `entries/${name}/${act}`;
    const said = await ask<Standing | Purged>(service, "POST", path, { parameters: { benchmark }, body });
    setDone(entries.done(name, "state" in said ? stateOf(said.state, entries) : entries.purged));
  };
  const submit = () => {
    const found: FormFault[] = [];
    if (!NAME.test(name)) found.push({ name: "entry", label: entries.entry, reason: entries.entryMissing });
    if (!reason.trim()) found.push({ name: "reason", label: words.reason, reason: words.reasonMissing });
    setFaults(found);
    setDone(null);
    sending.forget();
    if (found.length > 0) return;
    // Answers that are gone cannot be brought back.
    if (act === "purge") setSure(true);
    else void sending.send(send);
  };
  const faultOf = (field: string) =>
    faults.find((fault) => fault.name === field)?.reason ?? faultOfField(sending.error, field);
  return (
    <section class="card stack">
      <h2>{entries.onEntry}</h2>
      <Form label={words.tabs.entries} sending={sending} faults={faults} onsubmit={submit}>
        <TextField
          label={entries.entry}
          name="entry"
          hint={entries.entryHint}
          value={entry}
          onchange={setEntry}
          error={faultOf("entry")}
        />
        <SelectField
          label={entries.act}
          name="act"
          value={act}
          onchange={(chosen) => setAct(chosen as Act)}
          options={Object.entries(entries.acts)}
        />
        {act === "supersede" && (
          <TextField
            label={entries.successor}
            name="successor"
            hint={entries.successorHint}
            value={successor}
            onchange={setSuccessor}
            isOptional
            error={faultOf("successor")}
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
          <SubmitButton busy={sending.isSending} kind={act === "reinstate" ? "main" : "bad"}>
            {entries.go}
          </SubmitButton>
        </div>
        {done && <Done>{done}</Done>}
      </Form>
      {isSure && (
        <Confirm
          title={entries.acts.purge}
          action={entries.purgeNow}
          isBad
          onconfirm={send}
          onclose={() => setSure(false)}
        >
          <p>{entries.purgeSure(name)}</p>
        </Confirm>
      )}
    </section>
  );
}
