import { Failure } from "../../parts/Failure";
import { Loading } from "../../parts/Loading";
import { ask } from "../../service/api";
import { useAsked } from "../../service/asking";
import { isLimited, may } from "../../service/session";
import type { BenchmarkList, BenchmarkSummary, Me } from "../../service/types";
import { useWords } from "../../words";
import { ArchiveForm } from "./ArchiveForm";

/** At a server's root: the boards, each of which has an owner's page of its own; the host adds another. */
export function BoardsToRun({ me, service }: { me: Me; service: URL }) {
  const words = useWords("owner");
  const asked = useAsked<BenchmarkList>(service, "benchmarks");
  const add = async (file: File) => {
    const { title } = await ask<BenchmarkSummary>(service, "POST", "benchmarks", { body: file });
    asked.again();
    return words.archive.added(title);
  };
  if (asked.error !== null) return <Failure error={asked.error} onretry={asked.again} />;
  if (asked.answer === null) return <Loading rows={4} />;
  const { items } = asked.answer;
  return (
    <>
      <section class="stack">
        <h2>{words.boards}</h2>
        <p class="muted">{items.length > 0 ? words.boardsLead : words.boardsNone}</p>
        <ul class="boards-to-run">
          {items.map((board) => (
            <BoardToRun key={board.id} board={board} service={service} />
          ))}
        </ul>
      </section>
      {me.is_host && may(me, "maintainer") && !isLimited(me) && (
        <ArchiveForm title={words.archive.add} lead={words.archive.addLead} action={words.archive.addNow} send={add} />
      )}
    </>
  );
}

function BoardToRun({ board, service }: { board: BenchmarkSummary; service: URL }) {
  const words = useWords("owner");
  const { id, title, organisation, publication, stale, retired, close_failed: failed } = board;
  return (
    <li class="card spread">
      <div>
        {/* There is no page of a board that was never published. */}
        {publication ? (
          <a class="name" href={new URL(`/boards/${id}/?page=owner`, service).href}>
            <bdi>{title}</bdi>
          </a>
        ) : (
          <strong>
            <bdi>{title}</bdi>
          </strong>
        )}
        <p class="muted small">
          <bdi>{id}</bdi> · <bdi>{organisation}</bdi>
        </p>
      </div>
      <div class="row">
        {!publication && <span class="badge">{words.unpublished}</span>}
        {publication && stale && <span class="badge">{words.stale}</span>}
        {failed && <span class="badge bad">{words.closeFailed}</span>}
        {retired && <span class="badge">{words.retired}</span>}
      </div>
    </li>
  );
}
