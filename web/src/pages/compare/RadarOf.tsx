import { lazy, Suspense } from "preact/compat";
import { useAddress } from "../../address";
import { AddressChoice, chosenOf } from "../../parts/AddressChoice";
import { nameOf } from "../../parts/EntryName";
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
  const { facet: asked } = useAddress();
  const facets = Object.entries(context.benchmark.facets ?? {}).filter(([, own]) => own.values.length >= FEWEST_VALUES);
  const category = facets.find(([, own]) => own.role === "category") ?? facets[0];
  if (!category) return null;
  const choices = Object.fromEntries(facets.map(([name]) => [name, facetTitle(name, context.benchmark)]));
  const facet = chosenOf(asked, choices, category[0]);
  return (
    <section class="card stack">
      <div class="row">
        <AddressChoice label={words.facet} name="facet" first={category[0]} choices={choices} />
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
