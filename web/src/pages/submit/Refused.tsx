import { useEffect, useRef } from "preact/hooks";
import { Failure } from "../../parts/Failure";
import { ServiceError } from "../../service/api";
import { useWords } from "../../words";
import { Faults } from "../submissions/Faults";

/** Why the service did not take a file in: every fault with its file and line; it takes the focus. */
export function Refused({ error }: { error: unknown }) {
  const { form } = useWords("submit");
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => place.current?.focus(), [error]);
  const refusal = error instanceof ServiceError ? error : null;
  const faults = refusal?.faults ?? [];
  return (
    <div ref={place} class="stack" tabIndex={-1}>
      {faults.length === 0 ? (
        <Failure error={error} title={form.failed} />
      ) : (
        <section class="failure" role="alert">
          <h3 class="bad">{form.failed}</h3>
          <Faults faults={faults} name="submission" />
        </section>
      )}
      {refusal?.retryAfter != null && <p>{form.waitFor(refusal.retryAfter)}</p>}
      <p class="muted">{form.kept}</p>
    </div>
  );
}
