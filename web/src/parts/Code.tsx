import "./code.css";

import { useState } from "preact/hooks";
import { useWords } from "../words";
import { Copy } from "./Copy";

const FIRST_LINES = 400;
const MORE_LINES = 4000;

/** Text as code: monospaced, with line numbers; whatever it holds is text. A part of a long one is shown at first. */
export function Code({ text, label }: { text: string; label: string }) {
  const words = useWords("answer");
  const [most, setMost] = useState(FIRST_LINES);
  const lines = text.replace(/\n$/, "").split("\n");
  const shown = lines.slice(0, most);
  const left = lines.length - shown.length;
  return (
    <div class="stack">
      <div class="spread small muted">
        <span>{words.lineCount(lines.length)}</span>
        <Copy text={text} />
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <section class="code-view" tabIndex={0} aria-label={label}>
        <pre class="code-lines" aria-hidden="true">
          {shown.map((_, place) => place + 1).join("\n")}
        </pre>
        {/* Code reads from the left, in every script. */}
        <pre dir="ltr">{shown.join("\n")}</pre>
      </section>
      {left > 0 && (
        <div>
          <button type="button" class="button small" onClick={() => setMost(most + MORE_LINES)}>
            {words.moreLines(Math.min(left, MORE_LINES))}
          </button>
        </div>
      )}
    </div>
  );
}

/** Bytes as text; null where they are none. */
export function decoded(bytes: Uint8Array): string | null {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return text.includes("\0") ? null : text;
  } catch {
    return null;
  }
}
