// A board that is read while it changes: a newer publication takes the place of the shown one, without a jump.

import { useEffect, useRef } from "preact/hooks";
import { listen } from "../../service/events";
import { openPublication } from "../../site/publication";
import { type Context, loadContext } from "./rows/context";

export interface News {
  context: Context;
  /** Entries that were not there. */
  added: number;
  /** Entries whose rank is another one. */
  moved: number;
}

/** Many things may be published at once: the board is looked at when they have settled. */
const REST_MILLISECONDS = 1_500;

/** Listen for newer publications of the shown board; `heard` is given each, or null where it could not be fetched. */
export function useNews(context: Context | null, heard: (news: News | null) => void): void {
  const shown = useRef(context);
  shown.current = context;
  const tell = useRef(heard);
  tell.current = heard;
  const service = context?.publication.service ?? null;
  const benchmark = context?.header.benchmark;
  useEffect(() => {
    if (service === null || benchmark === undefined) return undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    // Whoever went to another page meanwhile reads on there.
    let isHere = true;
    const look = () => {
      void newer(shown.current).then(
        (news) => isHere && news && tell.current(news),
        () => isHere && tell.current(null),
      );
    };
    const stop = listen(
      service,
      // What was published since the board was read, before anybody listened, is looked for too.
      ["board", "open"],
      () => {
        clearTimeout(timer);
        timer = setTimeout(look, REST_MILLISECONDS);
      },
      { benchmark },
    );
    return () => {
      isHere = false;
      clearTimeout(timer);
      stop();
    };
  }, [service?.href, benchmark]);
}

async function newer(shown: Context | null): Promise<News | null> {
  if (!shown) return null;
  const publication = await openPublication(new URL("publication.json", document.baseURI));
  const isSame = publication.digest !== null && publication.digest === shown.publication.digest;
  if (isSame) return null;
  const context = await loadContext(publication);
  const before = new Map(shown.rows.map((row) => [row.name, row.rank]));
  let [added, moved] = [0, 0];
  for (const { name, rank } of context.rows) {
    if (!before.has(name)) added++;
    else if (before.get(name) !== rank) moved++;
  }
  return { context, added, moved };
}
