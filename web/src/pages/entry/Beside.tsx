import { count, fixed } from "../../numbers";
import { DataTable } from "../../parts/DataTable";
import { Icon } from "../../parts/Icon";
import { Removed } from "../../parts/Removed";
import { useWords } from "../../words";
import type { Shown } from "./index";
import { metricText, metricTitle } from "./said";

/** What was removed of it, and why. */
export function Purged({ document }: Shown) {
  const { purged: words } = useWords("entry");
  const removed = (document.value?.identity.bundles ?? []).flatMap(({ bundle, purged }) =>
    purged ? [{ bundle, purge: purged }] : [],
  );
  return (
    <>
      {removed.map(({ bundle, purge }) => (
        <section key={bundle} class="card">
          <h2 class="warn">
            <Icon name="warning" /> {words.title}
          </h2>
          <p>
            <Removed purge={purge} />
          </p>
        </section>
      ))}
    </>
  );
}

/** What the entry's source says of it and its own items do not give. */
export function Claims({ row, name }: Shown) {
  const { claims: words } = useWords("entry");
  if (row.disagreements.length === 0) return null;
  return (
    <section class="card stack">
      <h2 class="warn">
        <Icon name="warning" /> {words.title}
      </h2>
      <p class="muted small">{words.lead}</p>
      <DataTable
        title={words.title}
        name={`${name.replace("/", "-")}-claims`}
        isTitleHidden
        rows={row.disagreements}
        keyOf={({ statistic }) => statistic}
        empty=""
        columns={[
          { id: "statistic", title: words.statistic, value: ({ statistic }) => statistic, isHeading: true },
          { id: "claimed", title: words.claimed, value: ({ claimed }) => claimed, isNumber: true },
          {
            id: "found",
            title: words.found,
            value: ({ found }) => found,
            show: ({ found }) => found ?? words.nothing,
            isNumber: true,
          },
        ]}
      />
    </section>
  );
}

/** Every metric and aggregate on the public items. */
export function Metrics({ row, name, context: { benchmark, board } }: Shown) {
  const { metrics: words } = useWords("entry");
  const scores = Object.entries(row.public.metrics).map(([metric, score]) => ({ metric, score }));
  if (scores.every(({ metric }) => metric === board.headline)) return null;
  return (
    <section class="card">
      <DataTable
        title={words.title}
        name={`${name.replace("/", "-")}-metrics`}
        rows={scores}
        keyOf={({ metric }) => metric}
        empty=""
        columns={[
          {
            id: "metric",
            title: words.metric,
            value: ({ metric }) => metric,
            show: ({ metric }) => metricTitle(benchmark, metric),
            isHeading: true,
          },
          {
            id: "score",
            title: words.score,
            value: ({ score }) => score,
            show: ({ metric, score }) => metricText(benchmark, metric, score),
            isNumber: true,
          },
        ]}
      />
    </section>
  );
}

/** How far the votes on its answers agree. */
export function Agreement({ document, name }: Shown) {
  const { agreement: words } = useWords("entry");
  const found = document.value?.judge_agreement;
  if (!found) return null;
  const all = { who: words.allVotes, ...found.votes };
  const rows = [
    all,
    ...found.judges.map((pair) => ({ who: words.pair(pair.a ?? words.judge, pair.b ?? words.judge), ...pair })),
  ];
  return (
    <section class="card stack">
      <DataTable
        title={words.title}
        name={`${name.replace("/", "-")}-agreement`}
        rows={rows}
        keyOf={({ who }) => who}
        empty=""
        columns={[
          { id: "who", title: words.who, value: ({ who }) => who, isHeading: true },
          {
            id: "n_responses",
            title: words.responses,
            value: (own) => own.n_responses,
            show: (own) => count(own.n_responses),
            isNumber: true,
          },
          {
            id: "observed",
            title: words.observed,
            value: ({ observed }) => observed,
            show: ({ observed }) => (observed === null ? null : `${fixed(observed * 100, 1)} %`),
            isNumber: true,
          },
          {
            id: "kappa",
            title: words.kappa,
            value: ({ kappa }) => kappa,
            show: ({ kappa }) => fixed(kappa, 3),
            isNumber: true,
          },
        ]}
      />
      {found.votes.n_left_out > 0 && <p class="muted small">{words.leftOut(found.votes.n_left_out)}</p>}
    </section>
  );
}
