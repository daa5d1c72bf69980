import { useState } from "preact/hooks";
import { Failure } from "../../parts/Failure";
import {
  CheckField,
  Done,
  Form,
  faultOfField,
  SelectField,
  SubmitButton,
  TextField,
  useSending,
} from "../../parts/forms";
import { Loading } from "../../parts/Loading";
import { ask } from "../../service/api";
import { useAsked } from "../../service/asking";
import type { BenchmarkSettings } from "../../service/types";
import { useWords } from "../../words";
import type { OwnerProps } from "./index";
import { type FieldName, faultyNumbers, mayBeEmpty, settingsOf, type Values, valuesOf } from "./rules";

/** Limits, review, retention and budgets of the board. */
export function Settings({ service, benchmark }: OwnerProps) {
  const path = `benchmarks/${benchmark}/settings`;
  const asked = useAsked<BenchmarkSettings>(service, path);
  if (asked.error !== null) return <Failure error={asked.error} onretry={asked.again} />;
  if (asked.answer === null) return <Loading rows={4} />;
  const save = (settings: BenchmarkSettings) => ask<BenchmarkSettings>(service, "PUT", path, { body: settings });
  return <SettingsForm before={asked.answer} save={save} />;
}

interface SettingsFormProps {
  before: BenchmarkSettings;
  save: (settings: BenchmarkSettings) => Promise<BenchmarkSettings>;
}

function SettingsForm({ before, save }: SettingsFormProps) {
  const { limits, tabs } = useWords("owner");
  const [values, setValues] = useState<Values>(() => valuesOf(before));
  const [isSaved, setSaved] = useState(false);
  const [wrong, setWrong] = useState<readonly FieldName[]>([]);
  const sending = useSending();
  const set = (name: FieldName) => (value: string) => {
    setSaved(false);
    setValues((now) => ({ ...now, [name]: value }));
  };
  const submit = () => {
    const faulty = faultyNumbers(values);
    setWrong(faulty);
    sending.forget();
    if (faulty.length > 0) return;
    void sending.send(async () => {
      setValues(valuesOf(await save(settingsOf(values, before))));
      setSaved(true);
    });
  };
  const text = (name: FieldName, hint?: string) => (
    <TextField
      key={name}
      label={limits.fields[name]}
      name={name}
      hint={hint}
      value={values[name] ?? ""}
      onchange={set(name)}
      isOptional={mayBeEmpty(name)}
      error={wrong.includes(name) ? limits.notANumber : faultOfField(sending.error, name)}
    />
  );
  const choice = (name: FieldName, options: Readonly<Record<string, string>>) => (
    <SelectField
      label={limits.fields[name]}
      name={name}
      value={values[name] ?? ""}
      onchange={set(name)}
      options={Object.entries(options)}
      error={faultOfField(sending.error, name)}
    />
  );
  const group = (title: string, hint: string, names: readonly FieldName[]) => (
    <fieldset class="card">
      <legend>{title}</legend>
      {hint && <p class="muted small">{hint}</p>}
      <div class="grid">{names.map((name) => text(name))}</div>
    </fieldset>
  );
  const faults = wrong.map((name) => ({ name, label: limits.fields[name], reason: limits.notANumber }));
  return (
    <Form label={tabs.limits} sending={sending} faults={faults} onsubmit={submit}>
      {group(limits.groups.intake, limits.empty, [
        "limits.submissions_per_model_and_day",
        "limits.submissions_per_day",
        "limits.scorings_per_rotation",
        "limits.running_jobs",
        "limits.upload_megabytes",
        "limits.reruns_per_day",
      ])}
      <fieldset class="card">
        <legend>{limits.groups.publish}</legend>
        <div class="grid">
          {choice("publish", limits.publishes)}
          {choice("close", limits.closes)}
          {choice("rerun", limits.reruns)}
          {text("licences", limits.licencesHint)}
          {text("rotation")}
          {text("contact")}
        </div>
        <CheckField
          label={limits.fields.review_personal_data}
          name="review_personal_data"
          isChecked={values.review_personal_data === "true"}
          onchange={(isChecked) => set("review_personal_data")(String(isChecked))}
        />
      </fieldset>
      {group(limits.groups.audits, "", ["audit_share", "appeal_days"])}
      {group(limits.groups.retention, limits.forever, [
        "retention.submissions",
        "retention.logs",
        "retention.artifacts",
      ])}
      {group(limits.groups.spending, "", ["spending.dollars_per_run", "spending.dollars_per_month"])}
      <div>
        <SubmitButton busy={sending.isSending}>{limits.save}</SubmitButton>
      </div>
      {isSaved && <Done>{limits.saved}</Done>}
    </Form>
  );
}
