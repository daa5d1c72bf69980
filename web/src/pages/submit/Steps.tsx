import { href } from "../../address";
import type { BenchmarkView } from "../../service/types";
import type { Benchmark } from "../../site/types";
import { useWords } from "../../words";

interface StepsProps {
  benchmark: Benchmark;
  nItems: number | null;
  /** What a live board says of its rules; null on a board of files, and where they are not told. */
  rules: BenchmarkView["rules"] | null;
  isLive: boolean;
}

export const takesResults = (benchmark: Benchmark): boolean =>
  Object.values(benchmark.metrics).some((metric) => metric.reported === true);

/** What is needed, in three steps: the protocol, the limits, the licence. */
export function Steps({ benchmark, nItems, rules, isLive }: StepsProps) {
  const { steps } = useWords("submit");
  const { items, pages } = useWords("common");
  const headline = benchmark.metrics[benchmark.headline]?.title ?? benchmark.headline;
  return (
    <section aria-labelledby="needed">
      <h2 id="needed" class="unseen">
        {steps.title}
      </h2>
      <ol class="steps">
        <li class="card stack">
          <h3>{steps.protocol}</h3>
          <p>{steps.protocolText(nItems === null ? steps.allItems : items(nItems), headline)}</p>
          {takesResults(benchmark) && <p>{steps.reported}</p>}
          <p class="muted small">
            {steps.version}: <bdi>{benchmark.protocol_version}</bdi> ·{" "}
            <a href={href({ page: "about" })}>{pages.about}</a>
          </p>
        </li>
        {isLive && (
          <li class="card stack">
            <h3>{steps.limits}</h3>
            {rules ? <Limits rules={rules} /> : <p class="muted">{steps.unknownLimits}</p>}
          </li>
        )}
        <li class="card stack">
          <h3>{steps.licence}</h3>
          <Licences licences={rules?.licences ?? null} />
          {benchmark.licence && <p class="muted small">{steps.boardLicence(benchmark.licence)}</p>}
        </li>
      </ol>
    </section>
  );
}

function Licences({ licences }: { licences: readonly string[] | null }) {
  const { steps } = useWords("submit");
  if (licences === null) return <p>{steps.anyLicence}</p>;
  return (
    <>
      <p>{steps.licences}</p>
      <ul>
        {licences.map((licence) => (
          <li key={licence}>
            <bdi>{licence}</bdi>
          </li>
        ))}
      </ul>
    </>
  );
}

function Limits({ rules }: { rules: BenchmarkView["rules"] }) {
  const { steps } = useWords("submit");
  const { limits } = rules;
  const perModel = limits.submissions_per_model_and_day ?? null;
  const perDay = limits.submissions_per_day ?? null;
  return (
    <ul>
      {perModel !== null && <li>{steps.perModel(perModel)}</li>}
      {perDay !== null && <li>{steps.perDay(perDay)}</li>}
      {perModel === null && perDay === null && <li>{steps.noLimit}</li>}
      {limits.upload_megabytes !== undefined && <li>{steps.largest(limits.upload_megabytes)}</li>}
      {rules.publish === "on approval" && <li>{steps.approval}</li>}
      {rules.review_personal_data && <li>{steps.review}</li>}
    </ul>
  );
}
