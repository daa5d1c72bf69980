import { href, readAddress } from "../../address";
import { count, day, fixed } from "../../numbers";
import type { ListedBenchmark } from "../../service/types";
import { useWords } from "../../words";

/** One board of the server: what it is about, and who leads; all of it stands in the list of boards. */
export function BoardCard({ board, service }: { board: ListedBenchmark; service: URL }) {
  const words = useWords("index");
  const place = new URL(`../../boards/${board.id}/`, service);
  const isPublished = board.publication !== null;
  const about = board.board?.description;
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
      {about && (
        <p class="about" dir="auto">
          {about}
        </p>
      )}
      {isPublished ? <Standing of={board} /> : <p class="muted">{words.unpublished}</p>}
    </article>
  );
}

/** Language and appearance go along to another page of the server. */
function carried(): string {
  const { lang, theme } = readAddress();
  const query = href({ lang, theme });
  return query === "?" ? "" : query;
}

function Standing({ of: { board, published_at: published } }: { of: ListedBenchmark }) {
  const words = useWords("index");
  return (
    <dl class="facts">
      <div>
        <dt>{words.entries}</dt>
        <dd>{board === null ? words.untold : count(board.n_entries)}</dd>
      </div>
      <div>
        <dt>{words.best}</dt>
        <dd>
          {board?.best ? (
            <>
              <bdi>{board.best.name}</bdi>{" "}
              {board.best.score !== null && <span class="muted">{fixed(board.best.score, 3)}</span>}
            </>
          ) : board ? (
            words.noEntries
          ) : (
            "–"
          )}
        </dd>
      </div>
      <div>
        <dt>{words.updated}</dt>
        <dd>{day(published)}</dd>
      </div>
    </dl>
  );
}
