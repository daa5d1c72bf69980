import { useEffect } from "preact/hooks";
import { useAddress } from "../../address";
import { titled } from "../../app";
import type { Base, ChartDocuments } from "../../charts/drawing";
import type { PageProps } from "../../pages";
import { AddressChoice, chosenOf } from "../../parts/AddressChoice";
import { Chart } from "../../parts/Chart";
import { Later } from "../../parts/Later";
import { useLoaded } from "../../site/useLoaded";
import { useWords } from "../../words";

/** How scores lie: their distribution, what they cost, how sure they are, and what held-out items say of them. */
export default function ChartsPage({ publication }: PageProps) {
  const loaded = useLoaded(async () => {
    const [board, rules] = await Promise.all([publication.board(), publication.benchmark()]);
    return { board, rules };
  }, [publication]);
  return (
    <Later of={loaded} rows={12}>
      {(documents) => <Charts documents={documents} />}
    </Later>
  );
}

function Charts({ documents }: { documents: ChartDocuments }) {
  const words = useWords("charts");
  const address = useAddress();
  const { board } = documents;
  useEffect(() => titled(words.title, board.title), [words, board]);
  const ranking: Base = board.ranking.startsWith("held_out") ? "held_out" : "public";
  const score = chosenOf(address.score, words.scores, ranking);
  const used = usedFirst(documents);
  const against = chosenOf(address.against, words.uses, used);
  const tracks = Object.fromEntries(board.tracks.map((track) => [track, track]));
  const track = chosenOf(address.track, tracks, board.tracks[0] ?? "") || null;
  return (
    <div class="stack">
      <h1>{words.title}</h1>
      <div class="row">
        <AddressChoice label={words.score} name="score" first={ranking} choices={words.scores} />
        {board.tracks.length > 1 && (
          <AddressChoice label={words.track} name="track" first={board.tracks[0] ?? ""} choices={tracks} />
        )}
      </div>
      <section class="card">
        <Chart kind="distribution" documents={documents} title={words.distribution} options={{ score, track }} />
      </section>
      <section class="card stack">
        <div class="row">
          <AddressChoice label={words.against} name="against" first={used} choices={words.uses} />
        </div>
        <Chart kind="pareto" documents={documents} title={words.pareto} options={{ score, against, track }} />
      </section>
      <section class="card">
        <Chart kind="intervals" documents={documents} title={words.intervals} options={{ score, track, top: 30 }} />
      </section>
      <section class="card">
        <Chart kind="gap" documents={documents} title={words.gap} options={{ track }} />
      </section>
    </div>
  );
}

/** What the board's entries recorded: dollars before tokens before seconds. */
function usedFirst({ board }: ChartDocuments): "cost" | "tokens" | "seconds" {
  if (board.entries.some(({ usage }) => (usage.cost_dollars ?? null) !== null)) return "cost";
  return board.entries.some(({ usage }) => (usage.total_tokens ?? null) !== null) ? "tokens" : "seconds";
}
