import { useEffect, useState } from "preact/hooks";

/** Draw a page in steps: the first at once, and each next one in a task of its own, so that a phone answers in between. */
export function useSteps(last: number): number {
  const [step, setStep] = useState(1);
  useEffect(() => {
    if (step >= last) return;
    const timer = setTimeout(() => setStep(step + 1));
    return () => clearTimeout(timer);
  }, [step, last]);
  return step;
}
