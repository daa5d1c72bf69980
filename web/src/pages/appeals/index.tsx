import "./appeals.css";

import { useEffect } from "preact/hooks";
import { href } from "../../address";
import { titled } from "../../app";
import type { PageProps } from "../../pages";
import { useService } from "../../service/context";
import { useWords } from "../../words";
import { AppealList } from "./AppealList";

/** What was objected to and how it ended; on a live service, the place to object. */
export default function AppealsPage({ publication }: PageProps) {
  const words = useWords("appeals");
  const service = useService();
  useEffect(() => titled(words.title, publication.root.title), [words, publication]);
  return (
    <div class="stack appeals">
      <h1>{words.title}</h1>
      {service ? (
        <>
          <p class="muted prose">{words.lead}</p>
          <AppealList service={service} publication={publication} />
        </>
      ) : (
        <section class="card stack">
          <p>{words.static}</p>
          <p>
            <a href={href({ page: "about" })}>{words.howStatic}</a>
          </p>
        </section>
      )}
    </div>
  );
}
