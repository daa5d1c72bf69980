// One recomputation at a time: begun by the reader, told as it goes, ended with the page.

import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { begin } from "../../verify/client";
import type { Checked, Outcome } from "../../verify/comparing";
import type { Progress, Summary } from "../../verify/recompute";

/** Numbers that are kept to be listed; beyond them those that agree are counted only. */
const MOST_LISTED = 200_000;

export interface Recomputation {
  state: "idle" | "running" | "done" | "cancelled" | "failed";
  progress: Progress | null;
  summary: Summary | null;
  seconds: number;
  /** What is listed: all but the agreeing numbers of very large boards. */
  numbers: readonly Checked[];
  counts: Readonly<Record<Outcome, number>>;
  message: string;
}

const NOTHING: Recomputation = {
  state: "idle",
  progress: null,
  summary: null,
  seconds: 0,
  numbers: [],
  counts: { agrees: 0, differs: 0, follows: 0, unchecked: 0 },
  message: "",
};

export function useRecomputation(base: string, entry: string | null) {
  const [now, setNow] = useState<Recomputation>(NOTHING);
  const end = useRef<(() => void) | null>(null);
  const stop = useCallback(() => {
    end.current?.();
    end.current = null;
  }, []);
  // Another entry is another question.
  useEffect(() => {
    setNow(NOTHING);
    return stop;
  }, [base, entry, stop]);
  const start = useCallback(() => {
    stop();
    const started = performance.now();
    const seconds = () => (performance.now() - started) / 1000;
    const numbers: Checked[] = [];
    const counts = { ...NOTHING.counts };
    setNow({ ...NOTHING, state: "running" });
    end.current = begin({ base, entry }, (answer) => {
      if (answer.kind === "checked") {
        for (const own of answer.numbers) {
          counts[own.outcome] += 1;
          if (own.outcome !== "agrees" || numbers.length < MOST_LISTED) numbers.push(own);
        }
        return;
      }
      const common = { seconds: seconds(), numbers, counts: { ...counts } };
      if (answer.kind === "progress") setNow((last) => ({ ...last, ...common, progress: answer.progress }));
      else if (answer.kind === "done")
        setNow((last) => ({ ...last, ...common, state: "done", summary: answer.summary }));
      else setNow((last) => ({ ...last, ...common, state: "failed", message: answer.message }));
    });
  }, [base, entry, stop]);
  const cancel = useCallback(() => {
    stop();
    setNow((last) => ({ ...last, state: "cancelled" }));
  }, [stop]);
  return { now, start, cancel };
}
