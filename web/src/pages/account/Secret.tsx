import { useEffect, useRef } from "preact/hooks";
import { Command } from "../../parts/Copy";
import { useWords } from "../../words";

interface SecretProps {
  title: string;
  text: string;
  secret: string;
  /** What its button says to those who listen. */
  copy: string;
  onkept: () => void;
}

/** A secret that is shown this once: it takes the focus, and goes when the reader says that they have it. */
export function Secret({ title, text, secret, copy, onkept }: SecretProps) {
  const { keys } = useWords("account");
  const place = useRef<HTMLElement>(null);
  useEffect(() => place.current?.focus(), [secret]);
  return (
    <section ref={place} class="card stack secret" role="alert" tabIndex={-1} aria-label={title}>
      <h2>{title}</h2>
      <p>{text}</p>
      <Command text={secret} label={copy} />
      <div>
        <button type="button" class="button" onClick={onkept}>
          {keys.kept}
        </button>
      </div>
    </section>
  );
}
