import { lazy, Suspense } from "preact/compat";
import { change, useAddress } from "../../address";
import { nameOf } from "../../parts/EntryName";
import { SelectField } from "../../parts/forms";
import { Loading } from "../../parts/Loading";
import type { BoardContext } from "../../site/rows";
import { facetTitle } from "../../site/slices";
import type { BoardRow } from "../../site/types";
import { useWords } from "../../words";

const LoadedChart = lazy(() => import("../../parts/Chart").then(({ LoadedChart: chart }) => ({ default: chart })));
const FEWEST_VALUES = 3;

/** The entries over the values of a facet: the category first, others by choice. */
export function RadarOf({ rows, context }: { rows: readonly BoardRow[]; context: BoardContext }) {
  const words = useWords("compare");
  const { facet: asked = "" } = useAddress();
  const facets = Object.entries(context.benchmark.facets ?? {}).filter(([, own]) => own.values.length >= FEWEST_VALUES);
  const category = facets.find(([, own]) => own.role === "category") ?? facets[0];
  if (!category) return null;
  const facet = facets.some(([name]) => name === asked) ? asked : category[0];
  return (
    <section class="card stack">
      <div class="row">
        <SelectField
          label={words.facet}
          name="facet"
          value={facet}
          onchange={(chosen) => change({ facet: chosen })}
          options={facets.map(([name]) => [name, facetTitle(name, context.benchmark)])}
        />
      </div>
      <Suspense fallback={<Loading rows={12} />}>
        <LoadedChart
          kind="radar"
          publication={context.publication}
          title={facetTitle(facet, context.benchmark)}
          options={{ entries: rows.map(nameOf), facet }}
        />
      </Suspense>
    </section>
  );
}
