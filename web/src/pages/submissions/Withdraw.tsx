import { useState } from "preact/hooks";
import { Confirm, faultOfField, TextField } from "../../parts/forms";
import { ask, ServiceError } from "../../service/api";
import type { SubmissionView } from "../../service/types";
import { useWords } from "../../words";

type Withdrawn = Pick<SubmissionView, "id" | "entry" | "model" | "state">;

interface WithdrawProps {
  of: Withdrawn;
  service: URL;
  ondone: () => void;
  onclose: () => void;
}

/** Asks for a reason, and takes a submission back. */
export function Withdraw({ of, service, ondone, onclose }: WithdrawProps) {
  const { withdraw: words } = useWords("submissions");
  const [reason, setReason] = useState("");
  const isPublic = of.state === "published" || of.state === "superseded";
  const withdraw = async () => {
    const said = reason.trim();
    if (!said)
      throw new ServiceError(422, words.reasonNeeded, [{ place: "body.reason", line: 0, reason: words.reasonNeeded }]);
    await ask(service, "POST", `submissions/${of.id}/withdraw`, { body: { reason: said } });
    ondone();
  };
  return (
    <Confirm
      title={words.title(of.entry ?? of.model)}
      action={words.action}
      isBad
      onconfirm={withdraw}
      onclose={onclose}
    >
      {(sending) => (
        <>
          <p>{isPublic ? words.published : words.before}</p>
          <TextField
            label={words.reason}
            name="reason"
            value={reason}
            onchange={setReason}
            maxLength={500}
            hint={words.reasonHint}
            error={faultOfField(sending.error, "reason")}
          />
        </>
      )}
    </Confirm>
  );
}
