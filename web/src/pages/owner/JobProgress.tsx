import { useEffect } from "preact/hooks";
import { Failure } from "../../parts/Failure";
import { Icon } from "../../parts/Icon";
import { useAsked } from "../../service/asking";
import type { JobView, Promised } from "../../service/types";
import { useWords } from "../../words";

const LOOK_MILLISECONDS = 1000;

interface JobProgressProps {
  job: Promised;
  service: URL;
  onended: () => void;
}

/** How far a close or draft has come, until it has ended. */
export function JobProgress({ job, service, onended }: JobProgressProps) {
  const { publish } = useWords("owner");
  const asked = useAsked<JobView>(service, `jobs/${job.job}`);
  const state = asked.answer?.state ?? "waiting";
  const hasEnded = state === "done" || state === "failed";
  const { again } = asked;
  useEffect(() => {
    if (hasEnded) return;
    const timer = setInterval(again, LOOK_MILLISECONDS);
    return () => clearInterval(timer);
  }, [hasEnded, again]);
  useEffect(() => {
    if (hasEnded) onended();
  }, [hasEnded]);
  const kind = publish.kinds[job.kind as keyof typeof publish.kinds] ?? job.kind;
  if (asked.error !== null) return <Failure error={asked.error} onretry={again} />;
  const why = asked.answer?.error;
  return (
    <p role="status" class={`chip ${state === "done" ? "good" : state === "failed" ? "bad" : ""}`}>
      {hasEnded ? (
        <Icon name={state === "done" ? "check" : "warning"} size={14} />
      ) : (
        <span class="busy-mark" aria-hidden="true" />
      )}
      {publish.progress(kind, publish.job[state])}
      {why && ` (${publish.errors[why]})`}
    </p>
  );
}
