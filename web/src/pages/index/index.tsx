import "./index.css";

import { useEffect } from "preact/hooks";
import { change, href, useAddress } from "../../address";
import { titled } from "../../app";
import type { PageProps } from "../../pages";
import { Command } from "../../parts/Copy";
import { Failure } from "../../parts/Failure";
import { Loading } from "../../parts/Loading";
import { useAsked } from "../../service/asking";
import { useService } from "../../service/context";
import { listen } from "../../service/events";
import type { BenchmarkList, ListedBenchmark } from "../../service/types";
import { useWords } from "../../words";
import { BoardCard } from "./BoardCard";

/** The boards of a server; on a folder of files, the one that is there. */
export default function Page({ publication }: PageProps) {
  const words = useWords("index");
  const service = useService();
  useEffect(() => titled(words.title, null), [words]);
  return (
    <div class="stack">
      {service ? <Boards service={service} /> : <OneBoard title={publication?.root.title ?? ""} />}
    </div>
  );
}

function Boards({ service }: { service: URL }) {
  const words = useWords("index");
  const { q = "" } = useAddress();
  const asked = useAsked<BenchmarkList>(service, "benchmarks");
  const { again } = asked;
  useEffect(() => listen(service, ["board"], again), [service, again]);
  const boards = asked.answer?.items ?? null;
  if (boards === null) {
    return (
      <>
        <h1>{words.title}</h1>
        {asked.error === null ? <Loading rows={4} /> : <Failure error={asked.error} onretry={again} />}
      </>
    );
  }
  if (boards.length === 0) return <NoBoards />;
  const shown = boards.filter((board) => isFound(board, q));
  return (
    <>
      <div class="spread">
        <h1>{words.title}</h1>
        <span class="muted">{words.lead(boards.length)}</span>
      </div>
      {asked.error !== null && <Failure error={asked.error} onretry={again} />}
      {(boards.length > 6 || q) && (
        <label class="field board-search">
          {words.search}
          <input type="search" value={q} onInput={(event) => change({ q: event.currentTarget.value })} />
        </label>
      )}
      {shown.length === 0 ? (
        <p class="muted">{words.none}</p>
      ) : (
        <ul class="boards">
          {shown.map((board) => (
            <li key={board.id}>
              <BoardCard board={board} service={service} />
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

function isFound({ id, title, organisation }: ListedBenchmark, asked: string): boolean {
  const text = `${id} ${title} ${organisation}`.toLocaleLowerCase();
  return asked
    .toLocaleLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

/** A new server: how its owner makes the first board. */
function NoBoards() {
  const { empty } = useWords("index");
  const commands = [
    [empty.try, "proofboard init board && proofboard benchmark add board"],
    [empty.add, "proofboard benchmark add DIR"],
    [empty.lost, "proofboard keys make --organisation host --role owner"],
  ] as const;
  return (
    <>
      <h1>{empty.title}</h1>
      <p class="prose">{empty.text}</p>
      <section class="card stack">
        {commands.map(([what, command]) => (
          <div key={command}>
            <p>{what}</p>
            <Command text={command} label={empty.copy(what)} />
          </div>
        ))}
      </section>
      <p>
        {empty.key} <a href={href({ page: "account" })}>{empty.account}</a>
      </p>
    </>
  );
}

function OneBoard({ title }: { title: string }) {
  const words = useWords("index");
  return (
    <>
      <h1>{words.title}</h1>
      <section class="card stack">
        <p>{words.static.text}</p>
        <h2>
          <a href={href({})} aria-label={words.open(title)}>
            <bdi>{title}</bdi>
          </a>
        </h2>
      </section>
    </>
  );
}
