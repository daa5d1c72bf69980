import "./failure.css";

import { href } from "../address";
import { day } from "../numbers";
import { DocumentError } from "../site/failure";
import { type Gone as Found, goneOf } from "../site/gone";
import { logPages } from "../site/log";
import type { BoardContext } from "../site/rows";
import { useLoaded } from "../site/useLoaded";
import { useWords } from "../words";
import { Failure } from "./Failure";
import { Icon } from "./Icon";
import { Loading } from "./Loading";

/** In the place of an entry that is not on the board: what happened to it, when, and why. */
export function Gone({ name, context }: { name: string; context: BoardContext }) {
  const loaded = useLoaded(() => goneOf(context, name), [context, name]);
  if (loaded.state === "loading") return <Loading rows={4} />;
  if (loaded.state === "failed") return <Failure error={loaded.error} />;
  if (loaded.value === null) return <Failure error={new DocumentError(name, "unknown")} />;
  return <Tombstone name={name} of={loaded.value} hasLog={logPages(context.publication).length > 0} />;
}

function Tombstone({ name, of, hasLog }: { name: string; of: Found; hasLog: boolean }) {
  const { gone: words } = useWords("common");
  const successor = of.kind === "superseded" ? of.successor : null;
  return (
    <div class="failure gone" role="alert">
      <h2>
        <Icon name="warning" /> <bdi>{words.title[of.kind](name)}</bdi>
      </h2>
      <p>
        <bdi>{"date" in of ? words.on(day(of.date) ?? of.date, of.reason) : of.reason}</bdi>
      </p>
      {successor && (
        <p>
          {words.successor}{" "}
          <a href={href({ page: "entry", entry: successor })}>
            <bdi>{successor}</bdi>
          </a>
        </p>
      )}
      <p class="muted">
        {words.meaning[of.kind]} {hasLog && <a href={href({ page: "about" })}>{words.log}</a>}
      </p>
    </div>
  );
}
