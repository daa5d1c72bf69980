import "./verify.css";

import { useEffect } from "preact/hooks";
import { href, useAddress } from "../../address";
import { titled } from "../../app";
import { commandOf, siteOf } from "../../commands";
import type { PageProps } from "../../pages";
import { Command, Digest } from "../../parts/Copy";
import { Gone } from "../../parts/Gone";
import { Later } from "../../parts/Later";
import type { Publication } from "../../site/publication";
import { loadBoard } from "../../site/rows";
import { useLoaded } from "../../site/useLoaded";
import { useWords } from "../../words";
import { Known } from "./Known";
import { Recompute } from "./Recompute";

const CHECKPOINT = "log/checkpoint.json";

/** Why the board need not be believed: what can be computed again, here and elsewhere, and what is somebody's word. */
export default function VerifyPage({ publication }: PageProps) {
  const words = useWords("verify");
  const entry = useAddress().entry ?? null;
  const loaded = useLoaded(() => loadBoard(publication), [publication]);
  // Of an entry that is not there, nothing can be computed.
  const absent = entry !== null && loaded.value && !loaded.value.named.has(entry) ? loaded.value : null;
  useEffect(() => titled(words.title, publication.root.title), [words, publication]);
  return (
    <div class="stack verify">
      <h1>{words.title}</h1>
      <p class="prose">{words.lead}</p>
      {entry && (
        <p class="row">
          <span>{words.onlyEntry}</span>
          <a href={href({ page: "entry", entry })}>
            <bdi>{entry}</bdi>
          </a>
          <a href={href({ page: "verify" })}>{words.wholeBoard}</a>
        </p>
      )}
      {absent ? (
        <Gone key={entry} name={entry ?? ""} context={absent} />
      ) : (
        <>
          <Recompute publication={publication} entry={entry} />
          <Later of={loaded}>{({ rows }) => <Known rows={rows} entry={entry} />}</Later>
        </>
      )}
      <Offline publication={publication} />
      <Digests publication={publication} />
    </div>
  );
}

function Offline({ publication }: { publication: Publication }) {
  const words = useWords("verify");
  const expected = publication.digest ? ["--expect", publication.digest] : [];
  return (
    <section class="card stack">
      <h2>{words.offline}</h2>
      <p class="muted prose">{words.offlineLead}</p>
      <Command text={commandOf("verify", siteOf(publication), ...expected)} label={words.copyCommand} />
    </section>
  );
}

function Digests({ publication }: { publication: Publication }) {
  const words = useWords("verify");
  const { documents } = publication.root;
  const named = ["leaderboard.json", "benchmark.json", CHECKPOINT].filter((path) => documents[path]);
  return (
    <section class="card stack">
      <h2>{words.digests}</h2>
      <p class="muted prose">{words.digestsLead}</p>
      <dl class="facts">
        <div>
          <dt>{words.publication}</dt>
          <dd>
            {publication.digest ? (
              <Digest of={publication.digest} label={words.copyDigest(words.publication)} />
            ) : (
              words.noDigest
            )}
          </dd>
        </div>
        {named.map((path) => (
          <div key={path}>
            <dt>{path === CHECKPOINT ? words.checkpoint : path}</dt>
            <dd>
              <Digest of={documents[path] ?? ""} label={words.copyDigest(path)} />
            </dd>
          </div>
        ))}
      </dl>
      <p class="muted small">{documents[CHECKPOINT] ? words.signed : words.unsigned}</p>
    </section>
  );
}
