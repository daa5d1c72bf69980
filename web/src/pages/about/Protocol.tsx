import { href } from "../../address";
import { count } from "../../numbers";
import { Said } from "../../parts/Answer";
import { type DataColumn, DataTable } from "../../parts/DataTable";
import { Fact } from "../../parts/Fact";
import type { BoardContext } from "../../site/rows";
import type { Facet, Metric } from "../../site/types";
import { type AllWords, useWords } from "../../words";

type Words = AllWords["about"];
interface NamedMetric {
  name: string;
  metric: Metric;
}
interface NamedFacet {
  name: string;
  facet: Facet;
}

/** What is measured, and by which rules. */
export function Protocol({ context: { board, benchmark, scale } }: { context: BoardContext }) {
  const words = useWords("about");
  const { judge } = benchmark;
  const metrics = Object.entries(benchmark.metrics).map(([name, metric]) => ({ name, metric }));
  const facets = Object.entries(benchmark.facets ?? {}).map(([name, facet]) => ({ name, facet }));
  const ranking = words.rankings[board.ranking as keyof Words["rankings"]] ?? board.ranking;
  return (
    <section class="stack" id="protocol">
      <h2>{words.protocol}</h2>
      <dl class="facts">
        <Fact name={words.protocolVersion}>{benchmark.protocol_version}</Fact>
        <Fact name={words.headline}>{benchmark.metrics[board.headline]?.title ?? board.headline}</Fact>
        <Fact name={words.ranking}>{ranking}</Fact>
        <Fact name={words.chance}>{scale.publicUnit(board.chance_level)}</Fact>
        <Fact name={words.judge}>
          {judge && (
            <>
              <bdi>{judge.model}</bdi> · {words.judgeVotes(judge.votes ?? 1)}
            </>
          )}
        </Fact>
        <Fact name={words.licence}>{benchmark.licence}</Fact>
        <Fact name={words.source}>{benchmark.source && <bdi>{benchmark.source}</bdi>}</Fact>
      </dl>
      {judge?.rubric && (
        <details class="card">
          <summary>{words.rubric}</summary>
          <Said text={judge.rubric} />
        </details>
      )}
      <DataTable
        title={words.metrics}
        name="metrics"
        columns={metricColumns(words)}
        rows={metrics}
        keyOf={({ name }) => name}
        empty=""
      />
      <h3 id="items">{words.items}</h3>
      <dl class="facts">
        <Fact name={words.publicItems}>
          {words.onPrompts(count(board.public_set.n_items) ?? "", count(board.public_set.n_prompts) ?? "")}
        </Fact>
        <Fact name={words.heldOutCount}>{count(board.held_out_set.n_prompts)}</Fact>
      </dl>
      <p>
        <a href={href({ page: "item" })}>{words.readItems}</a>
      </p>
      {facets.length > 0 && (
        <DataTable
          title={words.facets}
          name="facets"
          columns={facetColumns(words)}
          rows={facets}
          keyOf={({ name }) => name}
          empty=""
        />
      )}
    </section>
  );
}

function metricColumns(words: Words): DataColumn<NamedMetric>[] {
  const { metric: titles } = words;
  return [
    { id: "name", title: titles.name, isHeading: true, value: ({ name, metric }) => metric.title ?? name },
    { id: "made", title: titles.made, value: ({ metric }) => sourceOf(metric, words) },
    { id: "direction", title: titles.direction, value: ({ metric }) => words.directions[metric.direction ?? "higher"] },
    { id: "range", title: titles.range, value: ({ metric }) => (metric.range ?? [0, 1]).join(" – ") },
    { id: "missing", title: titles.missing, value: ({ metric }) => words.missing[metric.missing ?? "worst"] },
    { id: "trials", title: titles.trials, value: ({ metric }) => words.trials[metric.trials ?? "mean"] },
  ];
}

function sourceOf(metric: Metric, { sources }: Words): string | null {
  if (metric.grader) return sources.grader(metric.grader.kind);
  if (metric.reported) return sources.reported;
  if (metric.weighted) {
    const parts = Object.entries(metric.weighted).map(([name, weight]) => `${name} × ${weight}`);
    return sources.weighted(parts.join(", "));
  }
  if (metric.threshold) return sources.threshold(metric.threshold.metric, metric.threshold.at_least);
  if (metric.all_of) return sources.all_of(metric.all_of.join(", "));
  return metric.any_of ? sources.any_of(metric.any_of.join(", ")) : null;
}

function facetColumns({ facet: titles }: Words): DataColumn<NamedFacet>[] {
  return [
    { id: "name", title: titles.name, isHeading: true, value: ({ name, facet }) => facet.title ?? name },
    { id: "count", title: titles.count, isNumber: true, value: ({ facet }) => facet.values.length },
    {
      id: "values",
      title: titles.values,
      value: ({ facet }) => facet.values.join(", "),
      show: ({ facet }) => <span class="values">{facet.values.join(", ")}</span>,
    },
  ];
}
