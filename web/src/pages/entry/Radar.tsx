import { useAddress } from "../../address";
import { AddressChoice, chosenOf } from "../../parts/AddressChoice";
import { nameOf } from "../../parts/EntryName";
import { Later } from "../../parts/Later";
import { useInView } from "../../parts/useInView";
import { facetTitle } from "../../site/slices";
import { useLoaded } from "../../site/useLoaded";
import { useWords } from "../../words";
import type { Shown } from "./index";

const FEWEST_VALUES = 3;
const MOST_VALUES = 60;

/** The shape of an entry over the values of a facet, against its vendor's default. */
export function Radar({ row, name, context }: Shown) {
  const words = useWords("entry");
  const { radar } = useAddress();
  const than = context.defaultOf(row);
  // Code of charts is large: it comes when somebody looks.
  const [place, isSeen] = useInView<HTMLElement>("0px");
  const chart = useLoaded(async () => (isSeen ? import("../../parts/Chart") : null), [isSeen]);
  const facets = Object.entries(context.benchmark.facets ?? {})
    .filter(
      ([, { values, role }]) => values.length >= FEWEST_VALUES && values.length <= MOST_VALUES && role !== "track",
    )
    .sort(([, one], [, other]) => Number(other.role === "category") - Number(one.role === "category"));
  const choices = Object.fromEntries(facets.map(([facet]) => [facet, facetTitle(facet, context.benchmark)]));
  const [first] = facets;
  if (!than || than === row || !first || row.protocol_version !== context.board.eval_protocol_version) return null;
  const facet = chosenOf(radar, choices, first[0]);
  return (
    <section ref={place} class="card stack">
      {facets.length > 1 && (
        <AddressChoice label={words.slices.facet} name="radar" first={first[0]} choices={choices} />
      )}
      <div class="room">
        <Later of={chart} rows={4}>
          {(module) =>
            module && (
              <module.LoadedChart
                kind="radar"
                publication={context.publication}
                options={{ entries: [name, nameOf(than)], facet }}
                title={words.radar(choices[facet] ?? facet)}
              />
            )
          }
        </Later>
      </div>
    </section>
  );
}
