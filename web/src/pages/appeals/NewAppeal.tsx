import { useState } from "preact/hooks";
import { readAddress } from "../../address";
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
import { Gate } from "../../service/Gate";
import type { AppealView } from "../../service/types";
import { useWords } from "../../words";

interface NewAppealProps {
  benchmark: string;
  onfiled: () => void;
}

type About = "entry" | "submission";

/** The form of an appeal: what it is about, and why. */
export function NewAppeal({ benchmark, onfiled }: NewAppealProps) {
  return (
    <section class="card stack">
      <Gate purpose="other">
        {(_, service) => <AppealForm service={service} benchmark={benchmark} onfiled={onfiled} />}
      </Gate>
    </section>
  );
}

function AppealForm({ service, benchmark, onfiled }: NewAppealProps & { service: URL }) {
  const words = useWords("appeals");
  const [about, setAbout] = useState<About>("entry");
  const [of, setOf] = useState(readAddress().entry ?? "");
  const [reason, setReason] = useState("");
  const [faults, setFaults] = useState<readonly FormFault[]>([]);
  const [filed, setFiled] = useState<AppealView | null>(null);
  const sending = useSending();
  const submit = () => {
    const found: FormFault[] = [];
    if (!of.trim()) found.push({ name: about, label: words[about], reason: words.aboutMissing });
    if (!reason.trim()) found.push({ name: "reason", label: words.reason, reason: words.reasonMissing });
    setFaults(found);
    setFiled(null);
    sending.forget();
    if (found.length > 0) return;
    void sending.send(async () => {
      const body = { benchmark, reason: reason.trim(), [about]: of.trim() };
      setFiled(await ask<AppealView>(service, "POST", "appeals", { body }));
      setReason("");
      onfiled();
    });
  };
  const faultOf = (name: string) =>
    faults.find((fault) => fault.name === name)?.reason ?? faultOfField(sending.error, name);
  return (
    <Form label={words.file} sending={sending} faults={faults} onsubmit={submit}>
      <SelectField
        label={words.about}
        name="about"
        value={about}
        onchange={(chosen) => setAbout(chosen as About)}
        options={[
          ["entry", words.aboutEntry],
          ["submission", words.aboutSubmission],
        ]}
      />
      <TextField
        label={words[about]}
        name={about}
        hint={about === "entry" ? words.entryHint : words.submissionHint}
        value={of}
        onchange={setOf}
        error={faultOf(about)}
      />
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
        <SubmitButton busy={sending.isSending}>{words.send}</SubmitButton>
      </div>
      {filed && <Done>{words.filed(filed.id)}</Done>}
    </Form>
  );
}
