import { useState } from "preact/hooks";
import { Done, Field, Form, type FormFault, SubmitButton, useSending } from "../../parts/forms";
import { useWords } from "../../words";

interface ArchiveFormProps {
  title: string;
  lead: string;
  action: string;
  /** Sends the file; answers what is said where it was taken. */
  send: (file: File) => Promise<string>;
}

const ENDINGS = ".zip,.tar,.tar.gz,.tgz";

/** A packed benchmark directory: the service builds its board once, and says every fault of it at once. */
export function ArchiveForm({ title, lead, action, send }: ArchiveFormProps) {
  const { archive } = useWords("owner");
  const [file, setFile] = useState<File | null>(null);
  const [faults, setFaults] = useState<readonly FormFault[]>([]);
  const [done, setDone] = useState<string | null>(null);
  const sending = useSending();
  const submit = () => {
    setDone(null);
    setFaults(file ? [] : [{ name: "archive", label: archive.file, reason: archive.missing }]);
    if (file) void sending.send(async () => setDone(await send(file)));
  };
  return (
    <section class="card stack">
      <h2>{title}</h2>
      <p class="muted prose">{lead}</p>
      <Form label={title} sending={sending} faults={faults} onsubmit={submit}>
        <Field label={archive.file} name="archive" hint={archive.hint} error={faults[0]?.reason}>
          {(control) => (
            <input
              {...control}
              type="file"
              accept={ENDINGS}
              onChange={(event) => setFile(event.currentTarget.files?.[0] ?? null)}
            />
          )}
        </Field>
        <div>
          <SubmitButton busy={sending.isSending} kind="">
            {action}
          </SubmitButton>
        </div>
        {done && <Done>{done}</Done>}
      </Form>
    </section>
  );
}
