/** The recomputation in a worker of its own: the page stays awake, and ending the worker ends the work. */
import type { Answer, Request } from "./client";
import { Refused } from "./reasons";
import { recompute } from "./recompute";
import type { Load } from "./site";

const tell = (answer: Answer): void => postMessage(answer);

/** Fetch documents below an address; what is not there is the site's fault, and told as such. */
function loader(base: string): Load {
  return async (path) => {
    const answer = await fetch(new URL(path, base), { cache: "no-cache" });
    if (!answer.ok) {
      throw new Refused(path, `is not there (${answer.status})`);
    }
    return new Uint8Array(await answer.arrayBuffer());
  };
}

addEventListener("message", ({ data }: MessageEvent<Request>) => {
  const listener = {
    progress: (progress: Extract<Answer, { kind: "progress" }>["progress"]) => tell({ kind: "progress", progress }),
    checked: (numbers: Extract<Answer, { kind: "checked" }>["numbers"]) => tell({ kind: "checked", numbers }),
  };
  recompute(loader(data.base), listener, data.entry).then(
    (summary) => tell({ kind: "done", summary }),
    (error: unknown) => tell({ kind: "failed", message: String(error) }),
  );
});
