import { href, readAddress } from "../../address";
import { count, day, fixed } from "../../numbers";
import { useAsked } from "../../service/asking";
import type { BenchmarkSummary, BoardPage } from "../../service/types";
import { fetchBytes, parsed } from "../../site/fetching";
import { SHAPES } from "../../site/shapes";
import type { BenchmarkDocument } from "../../site/types";
import { useLoaded } from "../../site/useLoaded";
import { useWords } from "../../words";

/** What a score is measured by leads no board. */
const SET_APART: ReadonlySet<string> = new Set(["baseline", "chance", "human"]);
const LOOKED_AT = 10;

interface Past {
  items: { at: string }[];
}

/** One board of the server: what it is about, and who leads. */
export function BoardCard({ board, service }: { board: BenchmarkSummary; service: URL }) {
  const words = useWords("index");
  const place = new URL(`../../boards/${board.id}/`, service);
  const isPublished = board.publication !== null;
  const about = useLoaded(() => describe(place, board.publication), [board.publication]);
  return (
    <article class="card board-card">
      <h2>
        {isPublished ? (
          <a href={place.href + carried()}>
            <bdi>{board.title}</bdi>
          </a>
        ) : (
          <bdi>{board.title}</bdi>
        )}
      </h2>
      <p class="muted small">
        <bdi>{words.by(board.organisation)}</bdi> {board.retired && <span class="badge">{words.retired}</span>}{" "}
        {board.stale && isPublished && <span class="badge">{words.stale}</span>}
      </p>
      {about.state === "loaded" && about.value && (
        <p class="about" dir="auto">
          {about.value}
        </p>
      )}
      {isPublished ? (
        <Standing key={board.publication} board={board} service={service} />
      ) : (
        <p class="muted">{words.unpublished}</p>
      )}
    </article>
  );
}

/** Language and appearance go along to another page of the server. */
function carried(): string {
  const { lang, theme } = readAddress();
  const query = href({ lang, theme });
  return query === "?" ? "" : query;
}

/** The description of a board, from its own document; null where there is none, or where it cannot be read. */
async function describe(place: URL, publication: string | null): Promise<string | null> {
  if (publication === null) return null;
  const file = "benchmark.json";
  const { bytes } = await fetchBytes(file, new URL(file, place));
  return parsed<BenchmarkDocument>(file, bytes, SHAPES.benchmark).benchmark.description ?? null;
}

function Standing({ board, service }: { board: BenchmarkSummary; service: URL }) {
  const words = useWords("index");
  // What a new publication says is asked for anew: its digest is another question.
  const first = useAsked<BoardPage>(service, "leaderboard", {
    benchmark: board.id,
    publication: board.publication,
    limit: LOOKED_AT,
  });
  const past = useAsked<Past>(service, "publications", { benchmark: board.id, limit: 1 });
  const best = first.answer?.items.find(({ row }) => !SET_APART.has(row.kind));
  const isUntold = first.error !== null;
  return (
    <dl class="facts">
      <div>
        <dt>{words.entries}</dt>
        <dd>{isUntold ? words.untold : (count(first.answer?.total) ?? "…")}</dd>
      </div>
      <div>
        <dt>{words.best}</dt>
        <dd>
          {best ? (
            <>
              <bdi>
                {best.row.vendor}/{best.row.config_name}
              </bdi>{" "}
              {best.score !== null && <span class="muted">{fixed(best.score, 3)}</span>}
            </>
          ) : first.answer ? (
            words.noEntries
          ) : (
            "…"
          )}
        </dd>
      </div>
      <div>
        <dt>{words.updated}</dt>
        <dd>{day(past.answer?.items[0]?.at ?? board.updated_at)}</dd>
      </div>
    </dl>
  );
}
