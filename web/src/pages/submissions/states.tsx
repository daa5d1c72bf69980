import type { SubmissionView } from "../../service/types";
import { useWords } from "../../words";

export type State = SubmissionView["state"];

/** The way of a submission that nothing keeps; it leaves this way by being reviewed, refused, withdrawn or failing. */
export const PATH = ["received", "checking", "queued", "evaluating", "scored", "approved", "published"] as const;

export const STATES = [
  "received",
  "checking",
  "in_review",
  "queued",
  "evaluating",
  "scored",
  "approved",
  "published",
  "superseded",
  "withdrawn",
  "refused",
  "failed",
] as const satisfies readonly State[];

const SETTLED: ReadonlySet<State> = new Set(["published", "superseded", "withdrawn", "refused", "failed"]);

/** States in which nobody waits for the platform. */
export const isSettled = (state: State): boolean => SETTLED.has(state);

export const isState = (word: string | undefined): word is State =>
  (STATES as readonly (string | undefined)[]).includes(word);

/** What may still be taken back. */
export const mayBeWithdrawn = (state: State): boolean => state !== "withdrawn" && state !== "refused";

const TONES: Partial<Record<State, string>> = { published: "good", refused: "bad", failed: "bad", in_review: "warn" };

/** A state by its word; what it means is told on hover, and in words on the page of a submission. */
export function StateBadge({ of }: { of: State }) {
  const { states } = useWords("submissions");
  return (
    <span class={`badge ${TONES[of] ?? ""}`} title={states[of].meaning}>
      {states[of].name}
    </span>
  );
}
