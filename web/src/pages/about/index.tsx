import "./about.css";

import { useEffect } from "preact/hooks";
import { titled } from "../../app";
import type { PageProps } from "../../pages";
import { Later } from "../../parts/Later";
import { type BoardContext, loadBoard } from "../../site/rows";
import { useLoaded } from "../../site/useLoaded";
import { useWords } from "../../words";
import { Feed } from "./Feed";
import { HeldOut } from "./HeldOut";
import { Measured } from "./Measured";
import { Protocol } from "./Protocol";
import { TakingPart } from "./TakingPart";

/** How the board works: what is measured, what stays secret, how to take part, and what changed. */
export default function AboutPage({ publication }: PageProps) {
  const words = useWords("about");
  const loaded = useLoaded(() => loadBoard(publication), [publication]);
  useEffect(() => titled(words.title, publication.root.title), [words, publication]);
  return (
    <div class="stack about">
      <h1>{words.title}</h1>
      <Later of={loaded} rows={12}>
        {(context) => <Sections context={context} />}
      </Later>
    </div>
  );
}

function Sections({ context }: { context: BoardContext }) {
  return (
    <>
      <p class="prose" dir="auto">
        {context.benchmark.description}
      </p>
      <Protocol context={context} />
      <HeldOut context={context} />
      <Measured context={context} />
      <TakingPart context={context} />
      <Feed context={context} />
    </>
  );
}
