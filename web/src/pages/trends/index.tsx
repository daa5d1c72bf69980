import { useEffect, useRef } from "preact/hooks";
import { type Address, useAddress } from "../../address";
import { titled } from "../../app";
import { loadDocuments } from "../../charts/documents";
import type { Base, ChartDocuments } from "../../charts/drawing";
import type { PageProps } from "../../pages";
import { AddressChoice, chosenOf } from "../../parts/AddressChoice";
import { Chart } from "../../parts/Chart";
import { Later } from "../../parts/Later";
import type { Leaderboard } from "../../site/types";
import { useLoaded } from "../../site/useLoaded";
import { useWords } from "../../words";

const DAYS = { "30": 30, "90": 90, "365": 365 } as const;

interface Shown {
  documents: ChartDocuments;
  days: keyof typeof DAYS;
  track: string | null;
}

/** How scores changed with time, and who moved lately. */
export default function TrendsPage({ publication }: PageProps) {
  const { last, track } = useAddress();
  const words = useWords("trends");
  const kept = useRef<Shown | null>(null);
  const loaded = useLoaded(async () => {
    const options = { days: chosenOf(last, words.days, "30"), track: trackOf(await publication.board(), track) };
    const documents = await loadDocuments(publication, "movers", { ...options, days: DAYS[options.days] });
    return { documents, ...options };
  }, [publication, last, track]);
  if (loaded.state === "loaded") kept.current = loaded.value;
  // While other days are being loaded, what was shown stays.
  if (loaded.state === "loading" && kept.current) return <Trends {...kept.current} />;
  return (
    <Later of={loaded} rows={12}>
      {(shown) => <Trends {...shown} />}
    </Later>
  );
}

const tracksOf = (board: Leaderboard): Record<string, string> =>
  Object.fromEntries(board.tracks.map((track) => [track, track]));

const trackOf = (board: Leaderboard, asked: Address[string] | undefined): string | null =>
  chosenOf(asked, tracksOf(board), board.tracks[0] ?? "") || null;

function Trends({ documents, days, track }: Shown) {
  const words = useWords("trends");
  const address = useAddress();
  const { board } = documents;
  useEffect(() => titled(words.title, board.title), [words, board]);
  const ranking: Base = board.ranking.startsWith("held_out") ? "held_out" : "public";
  const score = chosenOf(address.score, words.scores, ranking);
  const first = board.tracks[0] ?? "";
  return (
    <div class="stack">
      <h1>{words.title}</h1>
      <p class="muted prose">{words.lead}</p>
      <div class="row">
        <AddressChoice label={words.score} name="score" first={ranking} choices={words.scores} />
        <AddressChoice label={words.lines} name="lines" first="board" choices={words.linesOf} />
        {board.tracks.length > 1 && (
          <AddressChoice label={words.track} name="track" first={first} choices={tracksOf(board)} />
        )}
      </div>
      <section class="card">
        <Chart
          kind="trend"
          documents={documents}
          title={words.trend}
          options={{ score, track, perVendor: address.lines === "vendor" }}
        />
      </section>
      <section class="card stack">
        <div class="row">
          <AddressChoice label={words.last} name="last" first="30" choices={words.days} />
        </div>
        <Chart
          kind="movers"
          documents={documents}
          title={words.movers}
          options={{ days: DAYS[days], track, top: 40 }}
        />
      </section>
    </div>
  );
}
