import { commandOf, hereOf } from "../../commands";
import { comparedPairs } from "../../paired/pairs";
import { Command } from "../../parts/Copy";
import { nameOf } from "../../parts/EntryName";
import { Later } from "../../parts/Later";
import { Removed } from "../../parts/Removed";
import type { BoardContext } from "../../site/rows";
import { SHAPES } from "../../site/shapes";
import { sliceTitle } from "../../site/slices";
import type { BoardRow, EntryDocument } from "../../site/types";
import { useLoaded } from "../../site/useLoaded";
import { useWords } from "../../words";
import { Configurations } from "./Configurations";
import { factLines } from "./facts";
import { Pairs } from "./Pairs";
import { RadarOf } from "./RadarOf";
import { type Line, SideBySide } from "./SideBySide";

const MOST_SLICES = 12;
const FEWEST_ITEMS = 50;

interface ComparedProps {
  rows: readonly BoardRow[];
  context: BoardContext;
}

export function Compared({ rows, context }: ComparedProps) {
  const words = useWords("compare");
  const { assurance } = useWords("common");
  const documents = useLoaded(() => documentsOf(rows, context), [rows]);
  return (
    <>
      <SideBySide
        title={words.scores}
        name="compared"
        heading={words.entry}
        rows={rows}
        lines={factLines(rows, context, words, assurance)}
      />
      <Later of={documents} title={words.pairs}>
        {(loaded) => <Loaded rows={rows} documents={loaded} context={context} />}
      </Later>
    </>
  );
}

interface LoadedProps extends ComparedProps {
  documents: readonly EntryDocument[];
}

function Loaded({ rows, documents, context }: LoadedProps) {
  const words = useWords("compare");
  const pairs = useLoaded(() => comparedPairs(rows, documents, context), [documents]);
  return (
    <>
      {documents.flatMap(({ identity }, place) => {
        const purge = identity.bundles.find(({ purged }) => purged)?.purged;
        const row = rows[place];
        if (!purge || !row) return [];
        return (
          <p key={nameOf(row)} class="prose">
            <Removed purge={purge} of={nameOf(row)} />
          </p>
        );
      })}
      <section class="stack">
        <h2>{words.pairs}</h2>
        <Later of={pairs} title={words.pairs}>
          {(found) => <Pairs pairs={found} context={context} />}
        </Later>
        <p class="muted">{words.command}</p>
        <Command text={commandOf("compare", hereOf(), ...rows.map(nameOf))} label={words.copyCommand} />
      </section>
      <RadarOf rows={rows} context={context} />
      <Slices rows={rows} documents={documents} context={context} />
      <Configurations rows={rows} documents={documents} context={context} />
    </>
  );
}

const documentsOf = (rows: readonly BoardRow[], { publication }: BoardContext): Promise<EntryDocument[]> =>
  Promise.all(
    rows.map((row) => publication.load<EntryDocument>(`entries/${nameOf(row)}.json`, SHAPES.entry, row.entry)),
  );

/** The slices on which the entries lie furthest apart; small ones say little. */
function Slices({ rows, documents, context }: LoadedProps) {
  const words = useWords("compare");
  const { items: itemsOf } = useWords("common");
  const { benchmark, board, scale } = context;
  const fewest = benchmark.policies?.win_region_items ?? FEWEST_ITEMS;
  const lines = slicesOf(documents, board.headline, fewest).map(
    ({ slice, scores, nItems }): Line => ({
      id: slice,
      title: (
        <>
          <bdi>{sliceTitle(slice, benchmark, true)}</bdi> <span class="of small">{itemsOf(nItems)}</span>
        </>
      ),
      values: scores,
      shown: scores.map((score) => scale.publicUnit(score)),
    }),
  );
  if (lines.length === 0) return <p class="muted">{words.slicesNone(String(fewest))}</p>;
  return (
    <section class="stack">
      <SideBySide title={words.slices} name="slices" heading={words.slice} rows={rows} lines={lines} />
      <p class="muted small">{words.slicesLead(String(fewest))}</p>
    </section>
  );
}

interface SliceScores {
  slice: string;
  scores: readonly number[];
  nItems: number;
}

function slicesOf(documents: readonly EntryDocument[], headline: string, fewest: number): SliceScores[] {
  const [first] = documents;
  const named = Object.keys(first?.scores[headline] ?? {}).filter((slice) => slice !== "overall");
  const spread = ({ scores }: SliceScores) => Math.max(...scores) - Math.min(...scores);
  return named
    .map((slice) => ({
      slice,
      nItems: first?.n_items[slice] ?? 0,
      scores: documents.map(({ scores }) => scores[headline]?.[slice] ?? Number.NaN),
    }))
    .filter((one) => one.nItems >= fewest && spread(one) > 0)
    .sort((one, other) => spread(other) - spread(one))
    .slice(0, MOST_SLICES);
}
