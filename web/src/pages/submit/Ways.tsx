import { commandOf, hereOf } from "../../commands";
import { Command } from "../../parts/Copy";
import { useWords } from "../../words";

/** The commands that make an artifact out of a copy of this board. */
export function Making({ board, service }: { board: string; service: URL | null }) {
  const { make } = useWords("submit");
  const address = service ? hereOf() : null;
  return (
    <section class="card stack">
      <h2>{make.title}</h2>
      <p>{make.text}</p>
      <ol class="commands">
        <li>
          {make.copyBoard}
          <Command text={commandOf("fetch", hereOf(), board)} label={make.copy(make.copyBoard)} />
        </li>
        <li>
          {make.freeze}
          <Command
            text={`proofboard freeze ${board} --config config.yaml --responses answers.jsonl --out answers`}
            label={make.copy(make.freeze)}
          />
        </li>
        <li>
          {make.pack}
          <Command
            text={`proofboard submit --config config.yaml --bundle answers --benchmark ${board} --out submission.zip`}
            label={make.copy(make.pack)}
          />
        </li>
      </ol>
      {address !== null && (
        <>
          <p>{make.orSend}</p>
          <Command
            text={`proofboard submit --config config.yaml --bundle answers --benchmark ${board} --to ${address} --wait`}
            label={make.copy(make.orSend)}
          />
        </>
      )}
    </section>
  );
}

/** A board of files takes nothing in by itself: whom to give the artifact, and what they run. */
export function StaticWay({ source }: { source: string | null }) {
  const { static: words, make } = useWords("submit");
  const isAddress = source !== null && /^https?:\/\/\S+$/.test(source);
  return (
    <section class="card stack">
      <p>{words.text}</p>
      {source === null ? (
        <p class="muted">{words.noContact}</p>
      ) : (
        <p>
          {words.where}: {isAddress ? <a href={source}>{source}</a> : <bdi>{source}</bdi>}
        </p>
      )}
      <h2>{words.owner}</h2>
      <Command text="proofboard accept BOARD submission.zip" label={make.copy(words.owner)} />
    </section>
  );
}
