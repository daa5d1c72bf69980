import { href } from "../../address";
import { commandOf, hereOf } from "../../commands";
import { count } from "../../numbers";
import { Command } from "../../parts/Copy";
import { Fact } from "../../parts/Fact";
import { Later } from "../../parts/Later";
import { ask } from "../../service/api";
import { useService } from "../../service/context";
import type { BenchmarkView } from "../../service/types";
import type { BoardContext } from "../../site/rows";
import { useLoaded } from "../../site/useLoaded";
import { useWords } from "../../words";

/** Limits, how to submit and how to appeal: on a live service what it says, on a folder of files what can be done. */
export function TakingPart({ context }: { context: BoardContext }) {
  const service = useService();
  const { benchmark } = context.board;
  const loaded = useLoaded(
    async () => (service ? ask<BenchmarkView>(service, "GET", `benchmarks/${benchmark}`) : null),
    [service, benchmark],
  );
  return (
    <Later of={loaded} rows={4}>
      {(rules) => (
        <>
          <LimitsOf details={rules} />
          <Submitting details={rules} />
          <Appealing details={rules} />
        </>
      )}
    </Later>
  );
}

interface Known {
  details: BenchmarkView | null;
}

function LimitsOf({ details }: Known) {
  const words = useWords("about");
  if (!details) {
    return (
      <section class="stack" id="limits">
        <h2>{words.limits}</h2>
        <p class="prose">{words.staticLimits}</p>
      </section>
    );
  }
  const { limits, publish, close } = details.rules;
  const names = Object.keys(words.limit) as (keyof typeof words.limit)[];
  return (
    <section class="stack" id="limits">
      <h2>{words.limits}</h2>
      <dl class="facts">
        {names.map((name) => (
          <Fact key={name} name={words.limit[name]}>
            {count(limits?.[name]) ?? words.noLimit}
          </Fact>
        ))}
      </dl>
      <p class="prose">
        {publish && words.publish[publish]} {close && words.close[close]}
      </p>
    </section>
  );
}

function Submitting({ details }: Known) {
  const words = useWords("about");
  const address = hereOf();
  const contact = details?.rules.contact;
  return (
    <section class="stack" id="submit">
      <h2>{words.submit}</h2>
      {details && (
        <p>
          <a class="button main" href={href({ page: "submit" })}>
            {words.submitLive}
          </a>
        </p>
      )}
      <p>{words.submitSteps}</p>
      <Command text={commandOf("fetch", address, "board")} label={words.copyFetch} />
      <Command
        text="proofboard freeze board --config config.yaml --responses answers.jsonl --out answers"
        label={words.copyFreeze}
      />
      <Command
        text={`proofboard submit --config config.yaml --bundle answers --benchmark board${details ? ` --to ${address}` : " --out entry.zip"}`}
        label={words.copySubmit}
      />
      {!details && <p>{words.submitHand}</p>}
      {contact && (
        <p>
          {words.contact}: <bdi>{contact}</bdi>
        </p>
      )}
    </section>
  );
}

function Appealing({ details }: Known) {
  const words = useWords("about");
  const days = details?.rules.appeal_days;
  return (
    <section class="stack" id="appeal">
      <h2>{words.appeal}</h2>
      <p class="prose">
        {details ? words.appealLive : words.appealStatic} {days !== undefined && words.appealDays(count(days) ?? "")}
      </p>
      {details && (
        <p>
          <a href={href({ page: "appeals" })}>{words.appeals}</a>
        </p>
      )}
    </section>
  );
}
