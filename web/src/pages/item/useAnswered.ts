import { useEffect, useState } from "preact/hooks";
import type { Items } from "../../site/answers";
import type { BoardContext } from "../../site/rows";
import { type Answered, answeredBy } from "./answered";

export interface SoFar {
  all: readonly Answered[];
  error: unknown;
  isLoading: boolean;
}

/** How the first `most` entries did on an item: what is there stays while more is read. */
export function useAnswered(id: string, most: number, context: BoardContext, items: Items): SoFar {
  const [found, setFound] = useState<SoFar>({ all: [], error: null, isLoading: true });
  useEffect(() => {
    let isCurrent = true;
    const wanted = context.board.entries.slice(found.all.length, most);
    setFound((before) => ({ ...before, error: null, isLoading: true }));
    answeredBy(wanted, id, context, items).then(
      (more) => isCurrent && setFound(({ all }) => ({ all: [...all, ...more], error: null, isLoading: false })),
      (error: unknown) => isCurrent && setFound((before) => ({ ...before, error, isLoading: false })),
    );
    return () => {
      isCurrent = false;
    };
  }, [id, most, context, items]);
  return found;
}
