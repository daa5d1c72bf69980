// Of thousands of rows those are drawn that can be seen, and some around them; their heights are measured.

import {
  defaultRangeExtractor,
  elementScroll,
  observeElementOffset,
  observeElementRect,
  observeWindowOffset,
  observeWindowRect,
  type Range,
  type VirtualItem,
  Virtualizer,
  windowScroll,
} from "@tanstack/virtual-core";
import type { RefObject } from "preact";
import { useLayoutEffect, useReducer, useRef, useState } from "preact/hooks";

interface Options {
  count: number;
  keyOf: (index: number) => string;
  estimate: (index: number) => number;
  /** Where the rows begin: above them a page scrolls, or the frame around them. */
  body: RefObject<HTMLElement>;
  frame: RefObject<HTMLElement>;
  /** Whether the page scrolls; one that changes needs a component of its own. */
  isOfPage: boolean;
}

export interface VirtualRows {
  items: readonly VirtualItem[];
  total: number;
  /** What lies above the first row in what scrolls. */
  margin: number;
  measure: (element: HTMLElement | null) => void;
  /** Where a row begins in what scrolls. */
  offsetOf: (index: number) => number | null;
}

type AnyVirtualizer = Virtualizer<Window, HTMLElement> | Virtualizer<HTMLElement, HTMLElement>;

const OVERSCAN = 8;

export function useVirtualRows({ count, keyOf, estimate, body, frame, isOfPage }: Options): VirtualRows {
  const [, redraw] = useReducer((times: number) => times + 1, 0);
  const [margin, setMargin] = useState(0);
  const focused = useRef<number | null>(null);
  const common = {
    count,
    estimateSize: estimate,
    getItemKey: keyOf,
    overscan: OVERSCAN,
    onChange: () => redraw(undefined),
    // What has the focus stays drawn, or the keyboard would lose its place.
    rangeExtractor: (range: Range) => withFocused(defaultRangeExtractor(range), focused.current, count),
  };
  const ofWindow = {
    ...common,
    getScrollElement: () => window,
    observeElementRect: observeWindowRect,
    observeElementOffset: observeWindowOffset,
    scrollToFn: windowScroll,
    initialRect: { width: innerWidth, height: innerHeight },
    initialOffset: () => scrollY,
    scrollMargin: margin,
  };
  const ofFrame = {
    ...common,
    getScrollElement: () => frame.current,
    observeElementRect,
    observeElementOffset,
    scrollToFn: elementScroll,
    initialRect: { width: innerWidth, height: innerHeight },
  };
  const [virtualizer] = useState<AnyVirtualizer>(() =>
    isOfPage ? new Virtualizer<Window, HTMLElement>(ofWindow) : new Virtualizer<HTMLElement, HTMLElement>(ofFrame),
  );
  if (isOfPage) (virtualizer as Virtualizer<Window, HTMLElement>).setOptions(ofWindow);
  else (virtualizer as Virtualizer<HTMLElement, HTMLElement>).setOptions(ofFrame);
  // Where all rows are drawn there is nothing to measure, and measuring makes the browser lay the page out early.
  const isIdle = count === 0;
  useLayoutEffect(() => (isIdle ? undefined : virtualizer._didMount()), [virtualizer, isIdle]);
  useLayoutEffect(() => {
    if (!isIdle) virtualizer._willUpdate();
  });
  useLayoutEffect(() => {
    const place = body.current;
    if (!place || !isOfPage || isIdle) return;
    const found = Math.round(place.getBoundingClientRect().top + scrollY);
    if (Math.abs(found - margin) > 1) setMargin(found);
  });
  useLayoutEffect(() => followFocus(body.current, focused), [body]);
  return {
    items: virtualizer.getVirtualItems(),
    total: virtualizer.getTotalSize(),
    margin: isOfPage ? margin : 0,
    measure: virtualizer.measureElement as VirtualRows["measure"],
    offsetOf: (index) => virtualizer.getOffsetForIndex(index, "start")?.[0] ?? null,
  };
}

function withFocused(range: number[], focused: number | null, count: number): number[] {
  if (focused === null || focused >= count || range.includes(focused)) return range;
  return [...range, focused].sort((one, other) => one - other);
}

/** Remember the row that has the focus. */
function followFocus(body: HTMLElement | null, focused: { current: number | null }): (() => void) | undefined {
  if (!body) return undefined;
  const enter = (event: FocusEvent) => {
    const row = (event.target as Element).closest<HTMLElement>("tr[data-index]");
    focused.current = row ? Number(row.dataset.index) : null;
  };
  const leave = () => {
    focused.current = null;
  };
  body.addEventListener("focusin", enter);
  body.addEventListener("focusout", leave);
  return () => {
    body.removeEventListener("focusin", enter);
    body.removeEventListener("focusout", leave);
  };
}
