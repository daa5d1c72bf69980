/** The recomputation in a worker of its own: the page stays awake, and ending the worker ends the work. */
import type { Answer, Request } from "./client";
import { Refused, Removed } from "./reasons";
import { recompute } from "./recompute";
import type { Load } from "./site";

const tell = (answer: Answer): void => postMessage(answer);

/** What an owner may remove from past publications too. */
const MAY_BE_REMOVED = /^(bundles|graded|artifacts)\//;

/** Fetch documents below an address; what is not there is the site's fault, and told as such. */
function loader(base: string): Load {
  return async (path) => {
    const answer = await fetch(new URL(path, base), { cache: "no-cache" });
    if (!answer.ok) {
      throw await refusal(path, answer);
    }
    return new Uint8Array(await answer.arrayBuffer());
  };
}

async function refusal(path: string, answer: Response): Promise<Refused> {
  const found = `is not there (${answer.status})`;
  if (answer.status !== 410 || !MAY_BE_REMOVED.test(path)) {
    return new Refused(path, found);
  }
  const said = (await answer.json().catch(() => null)) as { title?: unknown } | null;
  return new Removed(path, typeof said?.title === "string" ? said.title : found);
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
