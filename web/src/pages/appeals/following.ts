// Appeals that are filed and decided while a page is open.

import type { RefObject } from "preact";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { listen } from "../../service/events";

const REST_MILLISECONDS = 1000;

/** What an `appeal` event says. */
export interface Step {
  appeal: string;
  state: string;
  entry: string | null;
}

/** Call `heard` at each step of an appeal of a board, and `look` when they have settled and nobody is in a dialog. */
export function useSteps(
  service: URL,
  benchmark: string,
  { isHeld, heard, look }: { isHeld: boolean; heard: (step: Step) => void; look: () => void },
): void {
  const now = useRef({ isHeld, heard, look });
  now.current = { isHeld, heard, look };
  const isWaiting = useRef(false);
  const tell = () => {
    if (!isWaiting.current || now.current.isHeld) return;
    isWaiting.current = false;
    now.current.look();
  };
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const stop = listen(
      service,
      ["appeal"],
      ({ data }) => {
        const step = stepIn(data);
        if (step) now.current.heard(step);
        isWaiting.current = true;
        clearTimeout(timer);
        timer = setTimeout(tell, REST_MILLISECONDS);
      },
      { benchmark },
    );
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, [service.href, benchmark]);
  // Somebody's words are not taken from them: what came meanwhile is shown when the dialog is closed.
  useEffect(tell, [isHeld]);
}

function stepIn(data: unknown): Step | null {
  const said = (data ?? {}) as Partial<Step>;
  return typeof said.appeal === "string" && typeof said.state === "string" ? ({ entry: null, ...said } as Step) : null;
}

/** Keep the card that is read where it stands whenever the list is another one; at its top, nothing scrolls. */
export function useKeptPlace(list: RefObject<HTMLElement>, shown: unknown): void {
  const last = useRef(shown);
  const kept = useRef<{ card: Element; top: number } | null>(null);
  if (last.current !== shown) {
    // Read before the new list is drawn; cards are moved, not made again.
    kept.current = firstInSight(list.current);
    last.current = shown;
  }
  useLayoutEffect(() => {
    const place = kept.current;
    kept.current = null;
    if (place?.card.isConnected) scrollBy({ top: place.card.getBoundingClientRect().top - place.top });
  });
}

function firstInSight(list: HTMLElement | null): { card: Element; top: number } | null {
  if (!list || list.getBoundingClientRect().top >= 0) return null;
  for (const card of list.children) {
    const { bottom, top } = card.getBoundingClientRect();
    if (bottom > 0) return { card, top };
  }
  return null;
}
