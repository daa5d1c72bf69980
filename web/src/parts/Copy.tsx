import "./copy.css";

import { Fragment } from "preact";
import { useState } from "preact/hooks";
import { announce } from "../announce";
import { useWords } from "../words";
import { Icon } from "./Icon";

/** Copies a text; says so to everybody. */
export function Copy({ text, label }: { text: string; label?: string }) {
  const words = useWords("common");
  const [isCopied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    setCopied(true);
    announce(words.copied);
    setTimeout(() => setCopied(false), 2000);
  };
  return (
    <button type="button" class="button small copy" onClick={() => void copy()} aria-label={label}>
      <Icon name={isCopied ? "check" : "copy"} size={14} />
      {isCopied ? words.copied : words.copy}
    </button>
  );
}

/** A command or a text that is there to be copied. */
export function Command({ text, label }: { text: string; label: string }) {
  return (
    <div class="command">
      <code>
        {text.split(" ").map((word, place) => (
          <Fragment key={place}>
            {place > 0 && " "}
            <span>{word}</span>
          </Fragment>
        ))}
      </code>
      <Copy text={text} label={label} />
    </div>
  );
}

/** The beginning of a digest, which is copied whole. */
export function Digest({ of, label }: { of: string; label: string }) {
  return (
    <span class="digest">
      <code title={of}>{of.replace("sha256:", "").slice(0, 12)}…</code>
      <Copy text={of} label={label} />
    </span>
  );
}
