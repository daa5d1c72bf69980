// A board that changes while it is read stays where the reader looks: the first row in sight keeps its place.

import type { RefObject } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";

interface Anchor {
  name: string;
  top: number;
}

interface Place {
  body: RefObject<HTMLElement>;
  frame: RefObject<HTMLElement>;
  isOfPage: boolean;
  /** Where an entry that is not drawn begins in what scrolls. */
  offsetOf: (name: string) => number | null;
}

/** Keep the reader's place whenever `shown` is replaced; before that, and at the top, nothing scrolls. */
export function useAnchor(shown: unknown, place: Place): void {
  const last = useRef(shown);
  const anchor = useRef<Anchor | null>(null);
  if (last.current !== shown) {
    // Read before the new rows are drawn.
    anchor.current = anchorIn(place);
    last.current = shown;
  }
  useLayoutEffect(() => {
    const kept = anchor.current;
    anchor.current = null;
    if (!kept) return;
    if (!keepDrawn(kept, place)) {
      const offset = place.offsetOf(kept.name);
      if (offset === null) return;
      scrollerOf(place)?.scrollTo({ top: offset - kept.top });
    }
    // Heights are known once the rows are drawn.
    requestAnimationFrame(() => keepDrawn(kept, place));
  });
}

const scrollerOf = ({ frame, isOfPage }: Place): Window | HTMLElement | null => (isOfPage ? window : frame.current);

/** Where the rows come into sight. */
const topOf = ({ frame, isOfPage }: Place): number =>
  isOfPage ? 0 : (frame.current?.getBoundingClientRect().top ?? 0);

function anchorIn(place: Place): Anchor | null {
  const top = topOf(place);
  const body = place.body.current;
  if (!body || body.getBoundingClientRect().top >= top) return null;
  for (const row of body.querySelectorAll<HTMLElement>("tr[data-entry]")) {
    const box = row.getBoundingClientRect();
    if (box.bottom > top && row.dataset.entry) return { name: row.dataset.entry, top: box.top };
  }
  return null;
}

function keepDrawn({ name, top }: Anchor, place: Place): boolean {
  const row = place.body.current?.querySelector(`tr[data-entry="${CSS.escape(name)}"]`);
  if (!row) return false;
  scrollerOf(place)?.scrollBy({ top: row.getBoundingClientRect().top - top });
  return true;
}
