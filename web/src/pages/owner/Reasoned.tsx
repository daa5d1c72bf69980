import { useState } from "preact/hooks";
import { Confirm, faultOfField, TextField } from "../../parts/forms";
import { useWords } from "../../words";

interface ReasonedProps {
  title: string;
  isBad?: boolean;
  /** As the body of the request names the reason. */
  name?: string;
  label?: string;
  hint?: string;
  act: (reason: string) => Promise<void>;
  onclose: () => void;
}

/** Asks for a public reason, then acts; the dialog stays, with the fault, where that failed. */
export function Reasoned({ title, isBad = false, name = "reason", label, hint, act, onclose }: ReasonedProps) {
  const words = useWords("owner");
  const [reason, setReason] = useState("");
  return (
    <Confirm title={title} action={title} isBad={isBad} onconfirm={() => act(reason.trim())} onclose={onclose}>
      {(sending) => (
        <TextField
          label={label ?? words.reason}
          name={name}
          hint={hint ?? words.reasonHint}
          value={reason}
          onchange={setReason}
          maxLength={1000}
          error={faultOfField(sending.error, name)}
        />
      )}
    </Confirm>
  );
}
