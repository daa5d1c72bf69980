/** Starts the recomputation beside the page; nothing of the engine is loaded before somebody asks for it. */
import type { Checked } from "./comparing";
import type { Progress, Summary } from "./recompute";

export interface Request {
  /** Where the publication lies. */
  readonly base: string;
  /** One entry alone; null for all. */
  readonly entry: string | null;
}

export type Answer =
  | { readonly kind: "progress"; readonly progress: Progress }
  | { readonly kind: "checked"; readonly numbers: readonly Checked[] }
  | { readonly kind: "done"; readonly summary: Summary }
  | { readonly kind: "failed"; readonly message: string };

/** Begin; returns what ends it at once. */
export function begin(request: Request, answered: (answer: Answer) => void): () => void {
  const worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
  worker.addEventListener("message", ({ data }: MessageEvent<Answer>) => {
    answered(data);
    if (data.kind === "done" || data.kind === "failed") {
      worker.terminate();
    }
  });
  worker.addEventListener("error", (event) => answered({ kind: "failed", message: event.message }));
  worker.postMessage(request);
  return () => worker.terminate();
}
