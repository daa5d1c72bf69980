import { useEffect } from "preact/hooks";
import { href, useAddress } from "../../address";
import { titled } from "../../app";
import { type ChartDocuments, facetOf, type Row } from "../../charts/drawing";
import { coverage } from "../../charts/rows/coverage";
import type { PageProps } from "../../pages";
import { AddressChoice, chosenOf } from "../../parts/AddressChoice";
import { Chart } from "../../parts/Chart";
import { Later } from "../../parts/Later";
import { facetTitle } from "../../site/slices";
import { useLoaded } from "../../site/useLoaded";
import { useWords } from "../../words";

/** Which niches have configurations that beat their vendor's default, and which have none. */
export default function CoveragePage({ publication }: PageProps) {
  const loaded = useLoaded(async () => {
    const [board, rules] = await Promise.all([publication.board(), publication.benchmark()]);
    return { board, rules };
  }, [publication]);
  return (
    <Later of={loaded} rows={12}>
      {(documents) => <Coverage documents={documents} />}
    </Later>
  );
}

function Coverage({ documents }: { documents: ChartDocuments }) {
  const words = useWords("coverage");
  const address = useAddress();
  const { board, rules } = documents;
  useEffect(() => titled(words.title, board.title), [words, board]);
  const choices = facetsOf(documents);
  const first = aimedAt(documents, Object.keys(choices)) ?? facetOf(rules, null) ?? "";
  const facet = chosenOf(address.facet, choices, first);
  const tracks = Object.fromEntries(board.tracks.map((track) => [track, track]));
  const track = chosenOf(address.track, tracks, board.tracks[0] ?? "") || null;
  const options = { facet, track };
  return (
    <div class="stack">
      <h1>{words.title}</h1>
      <p class="muted prose">{words.lead}</p>
      {first === "" ? (
        <p class="muted">{words.noFacets}</p>
      ) : (
        <>
          <div class="row">
            <AddressChoice label={words.facet} name="facet" first={first} choices={choices} />
            {board.tracks.length > 1 && (
              <AddressChoice label={words.track} name="track" first={board.tracks[0] ?? ""} choices={tracks} />
            )}
          </div>
          <section class="card">
            <Chart kind="coverage" documents={documents} title={choices[facet] ?? facet} options={options} />
          </section>
          <Open cells={coverage(documents, options).datasets.cells ?? []} facet={facet} />
        </>
      )}
    </div>
  );
}

/** The values on which nobody is shown to be better than a default, and those that no configuration is made for. */
function Open({ cells, facet }: { cells: readonly Row[]; facet: string }) {
  const words = useWords("coverage");
  const values = [...new Set(cells.map(({ value }) => String(value)))];
  const without = (has: (cell: Row) => boolean) =>
    values.filter((value) => !cells.some((cell) => cell.value === value && has(cell)));
  const lists = [
    { title: words.unwon, found: without(({ won }) => won === true), all: words.allWon },
    { title: words.unaimed, found: without(({ n_targeting }) => Number(n_targeting) > 0), all: words.allAimed },
  ];
  return (
    <div class="grid">
      {lists.map(({ title, found, all }) => (
        <section key={title} class="card stack">
          <h2>{title}</h2>
          {found.length ? (
            <ul>
              {found.map((value) => (
                <li key={value}>
                  {facet.includes("×") ? <bdi>{value}</bdi> : <SliceLink facet={facet} value={value} />}
                </li>
              ))}
            </ul>
          ) : (
            <p class="muted">{all}</p>
          )}
        </section>
      ))}
    </div>
  );
}

function SliceLink({ facet, value }: { facet: string; value: string }) {
  return (
    <a href={href({ page: "item", [`in.${facet}`]: value })}>
      <bdi>{value}</bdi>
    </a>
  );
}

/** The facets and declared pairs of the rules, by their titles. */
function facetsOf({ rules: { benchmark } }: ChartDocuments): Record<string, string> {
  const names = Object.keys(benchmark.facets ?? {}).filter((name) => benchmark.facets?.[name]?.role !== "track");
  const pairs = (benchmark.slice_pairs ?? []).map((pair) => pair.join("×"));
  return Object.fromEntries([...names, ...pairs].map((name) => [name, facetTitle(name, benchmark)]));
}

/** The facet that most configurations say they are made for. */
function aimedAt({ board }: ChartDocuments, facets: readonly string[]): string | null {
  const counts = new Map<string, number>();
  for (const { target_subgroup: target } of board.entries) {
    const selector = (target as { selector?: object } | null)?.selector ?? {};
    for (const facet of Object.keys(selector)) counts.set(facet, (counts.get(facet) ?? 0) + 1);
  }
  const known = [...counts].filter(([facet]) => facets.includes(facet));
  return known.sort(([, one], [, other]) => other - one)[0]?.[0] ?? null;
}
