import { useEffect, useMemo } from "preact/hooks";
import { useAddress } from "../../address";
import { announce } from "../../announce";
import { count, fixed } from "../../numbers";
import { AddressChoice, chosenOf } from "../../parts/AddressChoice";
import { Icon } from "../../parts/Icon";
import type { Publication } from "../../site/publication";
import type { Checked } from "../../verify/comparing";
import { useWords } from "../../words";
import { Numbers } from "./Numbers";
import { type Recomputation, useRecomputation } from "./useRecomputation";

interface RecomputeProps {
  publication: Publication;
  entry: string | null;
}

/** Outcomes from what a reader must see to what is as it should be. */
const ORDER = ["differs", "unchecked", "follows", "agrees"] as const;

/** The button, how far the work is, and what came of it. */
export function Recompute({ publication, entry }: RecomputeProps) {
  const words = useWords("verify");
  const { now, start, cancel } = useRecomputation(publication.base.href, entry);
  const { state } = now;
  useEffect(() => {
    if (state === "done") announce(verdictOf(now, words).text);
  }, [state]);
  return (
    <section class="card stack">
      <h2>{words.recompute}</h2>
      <p class="prose muted">{words.recomputeLead}</p>
      <div class="row no-print">
        {state === "running" ? (
          <button type="button" class="button" onClick={cancel}>
            {words.cancel}
          </button>
        ) : (
          <button type="button" class="button main" onClick={start}>
            <Icon name="play" size={14} /> {state === "idle" ? words.begin : words.again}
          </button>
        )}
        <Progress now={now} />
      </div>
      {state === "failed" && (
        <p class="bad" role="alert">
          {words.failed} <bdi>{now.message}</bdi>
        </p>
      )}
      {now.summary && now.summary.publication !== publication.digest && publication.digest !== null && (
        <p class="bad" role="alert">
          {words.otherPublication}
        </p>
      )}
      {state === "done" && <Verdict now={now} />}
      {state !== "idle" && now.numbers.length > 0 && <Listed now={now} />}
    </section>
  );
}

function Progress({ now: { state, progress, seconds } }: { now: Recomputation }) {
  const words = useWords("verify");
  if (!progress) return state === "running" ? <span class="muted">{words.opening}</span> : null;
  const { done, total, answers, documents, bytes } = progress;
  const speed = seconds > 0 ? answers / seconds : 0;
  return (
    <div class="progressing">
      <progress value={done} max={total || 1} aria-label={words.progress} />
      <span class="muted small">
        {words.entriesDone(done, total)} · {words.answers(count(answers) ?? "0", count(speed) ?? "0")} ·{" "}
        {words.documents(documents, fixed(bytes / 1e6, 1) ?? "0")} · {words.seconds(fixed(seconds, 1) ?? "0")}
      </span>
    </div>
  );
}

type VerifyWords = ReturnType<typeof useWords<"verify">>;

/** What the reader is told: a disagreement outweighs everything, and silence about the rest would be a lie. */
function verdictOf({ counts }: Recomputation, words: VerifyWords): { kind: "good" | "bad" | "warn"; text: string } {
  if (counts.differs > 0) return { kind: "bad", text: words.disagrees(counts.differs) };
  const n = counts.agrees + counts.follows;
  return n > 0 ? { kind: "good", text: words.allAgree(n) } : { kind: "warn", text: words.noneComputed };
}

const ICONS = { good: "check", bad: "cross", warn: "minus" } as const;

function Verdict({ now }: { now: Recomputation }) {
  const words = useWords("verify");
  const { kind, text } = verdictOf(now, words);
  return (
    <div class="stack">
      <p class={`chip ${kind}`}>
        <Icon name={ICONS[kind]} size={14} /> {text}
      </p>
      <dl class="facts">
        {ORDER.map((outcome) => (
          <div key={outcome}>
            <dt>{words.outcomes[outcome]}</dt>
            <dd>{count(now.counts[outcome])}</dd>
          </div>
        ))}
      </dl>
      <p class="muted small prose">{words.limits}</p>
    </div>
  );
}

const isNoteworthy = ({ outcome }: Checked): boolean => outcome !== "agrees";

function Listed({ now }: { now: Recomputation }) {
  const words = useWords("verify");
  const shown = chosenOf<keyof typeof words.filters>(useAddress().show, words.filters, "noteworthy");
  const rows = useMemo(() => {
    const kept = now.numbers.filter((own) =>
      shown === "all" ? true : shown === "noteworthy" ? isNoteworthy(own) : own.outcome === shown,
    );
    return kept.sort((one, other) => ORDER.indexOf(one.outcome) - ORDER.indexOf(other.outcome));
  }, [now, shown]);
  return (
    <div class="stack">
      <div class="row no-print">
        <AddressChoice label={words.filter} name="show" first="noteworthy" choices={words.filters} />
      </div>
      <Numbers rows={rows} />
    </div>
  );
}
