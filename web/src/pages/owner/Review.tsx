import { useState } from "preact/hooks";
import { announce } from "../../announce";
import { day, fixed } from "../../numbers";
import { Fact } from "../../parts/Fact";
import { Failure } from "../../parts/Failure";
import { useSending } from "../../parts/forms";
import { ask } from "../../service/api";
import { useListed } from "../../service/asking";
import type { Decided, Waiting } from "../../service/types";
import { useWords } from "../../words";
import type { OwnerProps } from "./index";
import { Reasoned } from "./Reasoned";
import { Shown } from "./Shown";

/** What waits for the owner's word, the longest first, with all that was found about it. */
export function Review({ service, benchmark }: OwnerProps) {
  const words = useWords("owner");
  const listed = useListed<Waiting>(service, "review", { benchmark });
  return (
    <Shown of={listed} empty={words.none}>
      {(items) =>
        items.map((one) => <WaitingCard key={one.submission} one={one} service={service} ondecided={listed.again} />)
      }
    </Shown>
  );
}

interface WaitingCardProps {
  one: Waiting;
  service: URL;
  ondecided: () => void;
}

function WaitingCard({ one, service, ondecided }: WaitingCardProps) {
  const { review } = useWords("owner");
  return (
    <article class="card stack" aria-label={one.entry ?? one.submission}>
      <div class="spread">
        <h2>
          <bdi>{one.entry ?? one.submission}</bdi>
        </h2>
        <span class="row">
          <span class="badge">{review.states[one.state as keyof typeof review.states] ?? one.state}</span>
          <span class="muted small">{review.since(day(one.since) ?? "")}</span>
        </span>
      </div>
      <dl class="facts">
        <Fact name={review.model}>{one.model}</Fact>
        <Fact name={review.organisation}>{one.organisation}</Fact>
        <Fact name={review.submission}>{one.submission}</Fact>
        <Fact name={review.scores}>{scoresOf(one.scores)}</Fact>
        <Fact name={review.audits}>{one.audits.join(", ")}</Fact>
      </dl>
      <Findings title={review.remarks} of={one.remarks} />
      <Findings title={review.findings} of={one.findings} />
      <Findings
        title={review.twins}
        of={one.twins.map(({ same, entry, submission, organisation }) =>
          review.twin(review.same[same as keyof typeof review.same] ?? same, entry ?? submission, organisation),
        )}
      />
      <Decision one={one} service={service} ondecided={ondecided} />
    </article>
  );
}

const scoresOf = (scores: Waiting["scores"]): string =>
  Object.entries(scores)
    .map(([metric, score]) => `${metric} ${fixed(score, 4) ?? "–"}`)
    .join(", ");

function Findings({ title, of }: { title: string; of: readonly string[] }) {
  if (of.length === 0) return null;
  return (
    <section>
      <h3>{title}</h3>
      <ul>
        {of.map((finding) => (
          <li key={finding}>
            <bdi>{finding}</bdi>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Decision({ one: { submission }, service, ondecided }: WaitingCardProps) {
  const { review } = useWords("owner");
  const [asking, setAsking] = useState<"refuse" | "audit" | null>(null);
  const sending = useSending();
  const approve = () =>
    sending.send(async () => {
      await ask<Decided>(service, "POST", `submissions/${submission}/approve`);
      announce(review.approved(submission));
      ondecided();
    });
  const refuse = async (reason: string) => {
    await ask<Decided>(service, "POST", `submissions/${submission}/refuse`, { body: { reason } });
    announce(review.refused(submission));
    ondecided();
  };
  const audit = async (because: string) => {
    await ask(service, "POST", "audits", { body: { submission, because } });
    announce(review.audited(submission));
    ondecided();
  };
  return (
    <>
      {sending.error !== null && <Failure error={sending.error} />}
      <div class="row">
        <button type="button" class="button main small" aria-busy={sending.isSending} onClick={() => void approve()}>
          {review.approve}
        </button>
        <button type="button" class="button bad small" onClick={() => setAsking("refuse")}>
          {review.refuse}
        </button>
        <button type="button" class="button small" onClick={() => setAsking("audit")}>
          {review.audit}
        </button>
      </div>
      {asking === "refuse" && <Reasoned title={review.refuse} isBad act={refuse} onclose={() => setAsking(null)} />}
      {asking === "audit" && (
        <Reasoned
          title={review.audit}
          name="because"
          label={review.because}
          hint={review.becauseHint}
          act={audit}
          onclose={() => setAsking(null)}
        />
      )}
    </>
  );
}
