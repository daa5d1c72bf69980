// What a page shows of the service: an answer or a list, asked for anew without emptying what stands there.

import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { ask, type Parameters } from "./api";

export interface Asked<Answer> {
  answer: Answer | null;
  error: unknown;
  isAsking: boolean;
  /** Ask again; what stands there stays until the new answer comes. */
  again: () => void;
}

/** Ask for one thing; a null path asks for nothing. */
export function useAsked<Answer>(service: URL, path: string | null, parameters: Parameters = {}): Asked<Answer> {
  const [state, setState] = useState<{ of: string; answer: Answer | null; error: unknown }>(NOTHING);
  const [isAsking, setAsking] = useState(path !== null);
  const [round, setRound] = useState(0);
  const named = JSON.stringify([service.href, path, parameters]);
  // `named` says what is asked, `round` that it is asked again.
  useEffect(() => {
    if (path === null) return;
    let isCurrent = true;
    setAsking(true);
    ask<Answer>(service, "GET", path, { parameters })
      .then(
        (answer) => isCurrent && setState({ of: named, answer, error: null }),
        (error: unknown) =>
          isCurrent && setState((before) => ({ of: named, answer: before.of === named ? before.answer : null, error })),
      )
      .finally(() => isCurrent && setAsking(false));
    return () => {
      isCurrent = false;
    };
  }, [named, round]);
  const again = useCallback(() => setRound((before) => before + 1), []);
  // An answer to what was asked before is no answer.
  const shown = state.of === named ? state : NOTHING;
  return { answer: shown.answer as Answer | null, error: shown.error, isAsking, again };
}

const NOTHING = { of: "", answer: null, error: null };

interface Page<Item> {
  items: Item[];
  next: string | null;
}

export interface Listed<Item> {
  /** Null until the first page is there. */
  items: readonly Item[] | null;
  error: unknown;
  isAsking: boolean;
  hasMore: boolean;
  more: () => void;
  /** Ask for the same number of items again. */
  again: () => void;
}

/** Ask for a list, page after page. */
export function useListed<Item>(
  service: URL,
  path: string,
  { limit = 50, ...parameters }: Parameters & { limit?: number } = {},
): Listed<Item> {
  const named = JSON.stringify([service.href, path, parameters, limit]);
  const [state, setState] = useState<{ of: string; items: Item[] | null; next: string | null; error: unknown }>(EMPTY);
  const [isAsking, setAsking] = useState(true);
  const shown = state.of === named ? state : (EMPTY as typeof state);
  const turn = useRef(0);
  const load = useCallback(
    async (before: readonly Item[], cursor: string | null, least: number) => {
      const own = ++turn.current;
      setAsking(true);
      try {
        const items = [...before];
        let next = cursor;
        do {
          const asked = { ...parameters, limit, cursor: next };
          const page = await ask<Page<Item>>(service, "GET", path, { parameters: asked });
          items.push(...page.items);
          next = page.next;
        } while (next !== null && items.length < least);
        if (own === turn.current) setState({ of: named, items, next, error: null });
      } catch (error) {
        if (own === turn.current)
          setState((now) => ({ ...(now.of === named ? now : EMPTY), of: named, error }) as typeof state);
      } finally {
        if (own === turn.current) setAsking(false);
      }
    },
    // `named` holds all of what is asked.
    [named],
  );
  useEffect(() => {
    void load([], null, 0);
    return () => {
      turn.current++;
    };
  }, [load]);
  return {
    items: shown.items,
    error: shown.error,
    isAsking,
    hasMore: shown.next !== null,
    more: () => void load(shown.items ?? [], shown.next, 0),
    again: () => void load([], null, shown.items?.length ?? 0),
  };
}

const EMPTY = { of: "", items: null, next: null, error: null };
