import { useState } from "preact/hooks";
import { minute } from "../../numbers";
import { DataTable } from "../../parts/DataTable";
import { Failure } from "../../parts/Failure";
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
import type { ScheduleView } from "../../service/types";
import { type AllWords, useWords } from "../../words";
import type { OwnerProps } from "./index";
import { Shown } from "./Shown";

type Kind = keyof AllWords["owner"]["schedules"]["kinds"];
const OFFERED: readonly Kind[] = ["live", "close", "audit"];

/** Work that comes back by the clock. */
export function Schedules({ service, benchmark }: OwnerProps) {
  const { schedules, tabs } = useWords("owner");
  const listed = useListed<ScheduleView>(service, "schedules", { benchmark });
  const sending = useSending();
  const turn = (one: ScheduleView) =>
    sending.send(async () => {
      await ask<ScheduleView>(service, "PATCH", `schedules/${one.id}`, { body: { enabled: !one.enabled } });
      listed.again();
    });
  return (
    <>
      <p class="prose">{schedules.lead}</p>
      {sending.error !== null && <Failure error={sending.error} />}
      <Shown of={listed} empty={schedules.none}>
        {(items) => (
          <DataTable
            title={tabs.schedules}
            isTitleHidden
            name="schedules"
            rows={items}
            keyOf={({ id }) => id}
            empty={schedules.none}
            columns={[
              { id: "name", title: schedules.name, isHeading: true, value: ({ name }) => name },
              {
                id: "kind",
                title: schedules.kind,
                value: ({ kind }) => schedules.kinds[kind as Kind] ?? kind,
              },
              { id: "cron", title: schedules.cron, value: ({ cron }) => cron, show: ({ cron }) => <code>{cron}</code> },
              { id: "next", title: schedules.next, value: ({ next_at: [next] }) => minute(next) },
              { id: "last", title: schedules.last, value: ({ last_at: last }) => minute(last) },
              { id: "outcome", title: schedules.outcome, value: ({ last_outcome: outcome }) => outcome },
              {
                id: "enabled",
                title: schedules.state,
                value: ({ enabled }) => enabled,
                show: (one) => (
                  <span class="row switch">
                    <span class={`badge ${one.enabled ? "good" : ""}`}>
                      {one.enabled ? schedules.on : schedules.off}
                    </span>
                    <button type="button" class="button small" onClick={() => void turn(one)}>
                      {one.enabled ? schedules.switchOff : schedules.switchOn}
                      <span class="unseen"> {one.name}</span>
                    </button>
                  </span>
                ),
              },
            ]}
          />
        )}
      </Shown>
      <NewSchedule service={service} benchmark={benchmark} onadded={listed.again} />
    </>
  );
}

function NewSchedule({ service, benchmark, onadded }: OwnerProps & { onadded: () => void }) {
  const { schedules } = useWords("owner");
  const [name, setName] = useState("");
  const [kind, setKind] = useState<Kind>("close");
  const [cron, setCron] = useState("0 5 * * *");
  const [options, setOptions] = useState("");
  const [faults, setFaults] = useState<readonly FormFault[]>([]);
  const [times, setTimes] = useState<readonly string[]>([]);
  const [added, setAdded] = useState<string | null>(null);
  const sending = useSending();
  const send = (path: "schedules" | "schedules/preview", then: (said: ScheduleView) => void) => {
    const asked = kind === "live" ? objectIn(options) : {};
    const found: FormFault[] = [];
    // When it would come does not depend on how it is called.
    const own = name.trim() || (path === "schedules" ? "" : kind);
    setTimes([]);
    setAdded(null);
    if (!own) found.push({ name: "name", label: schedules.name, reason: schedules.nameMissing });
    if (asked === null) found.push({ name: "options", label: schedules.options, reason: schedules.optionsFault });
    setFaults(found);
    sending.forget();
    if (found.length > 0) return;
    const body = { name: own, kind, cron: cron.trim(), benchmark, options: asked };
    void sending.send(async () => then(await ask<ScheduleView>(service, "POST", path, { body })));
  };
  const add = () =>
    send("schedules", (said) => {
      setAdded(said.name);
      setTimes([]);
      onadded();
    });
  const faultOf = (field: string) =>
    faults.find((fault) => fault.name === field)?.reason ?? faultOfField(sending.error, field);
  return (
    <section class="card stack">
      <h2>{schedules.add}</h2>
      <Form label={schedules.add} sending={sending} faults={faults} onsubmit={add}>
        <TextField label={schedules.name} name="name" value={name} onchange={setName} error={faultOf("name")} />
        <SelectField
          label={schedules.kind}
          name="kind"
          value={kind}
          onchange={(chosen) => setKind(chosen as Kind)}
          options={OFFERED.map((one) => [one, schedules.kinds[one]])}
        />
        <TextField
          label={schedules.cron}
          name="cron"
          hint={schedules.cronHint}
          value={cron}
          onchange={setCron}
          error={faultOf("cron")}
        />
        {kind === "live" && (
          <TextField
            label={schedules.options}
            name="options"
            hint={schedules.optionsHint}
            rows={4}
            value={options}
            onchange={setOptions}
            error={faultOf("options")}
          />
        )}
        <div class="row">
          <SubmitButton busy={sending.isSending}>{schedules.add}</SubmitButton>
          <button
            type="button"
            class="button"
            onClick={() => send("schedules/preview", ({ next_at }) => setTimes(next_at))}
          >
            {schedules.preview}
          </button>
        </div>
        {times.length > 0 && (
          <Done>
            {schedules.times} {times.map(minute).join(", ")} UTC
          </Done>
        )}
        {added && <Done>{schedules.added(added)}</Done>}
      </Form>
    </section>
  );
}

/** The object that a text is as JSON; null where it is none. */
function objectIn(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text || "{}");
    const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
    return isObject ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}
