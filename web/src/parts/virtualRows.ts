// TanStack Virtual, for a page or a frame that scrolls; fetched by tables that are longer than a screen.

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
  type VirtualizerOptions,
  windowScroll,
} from "@tanstack/virtual-core";
import type { RefObject } from "preact";

/** What is known of the rows at one drawing. */
export interface Wanted {
  count: number;
  keyOf: (index: number) => string;
  estimate: (index: number) => number;
  frame: RefObject<HTMLElement>;
  /** What lies above the first row in what scrolls. */
  margin: number;
  /** The row that has the focus: it stays drawn, or the keyboard would lose its place. */
  focused: RefObject<number>;
  redraw: () => void;
}

/** Knows which rows can be seen. */
export interface Driver {
  set: (wanted: Wanted) => void;
  items: () => readonly VirtualItem[];
  total: () => number;
  mount: () => () => void;
  update: () => void;
  measure: (element: HTMLElement | null) => void;
  offsetOf: (index: number) => number | null;
}

/** So many rows are drawn beyond those in sight, on either side. */
const OVERSCAN = 2;

export function driverOf(isOfPage: boolean, wanted: Wanted): Driver {
  return isOfPage
    ? driven(new Virtualizer<Window, HTMLElement>(ofWindow(wanted)), ofWindow)
    : driven(new Virtualizer<HTMLElement, HTMLElement>(ofFrame(wanted)), ofFrame);
}

function driven<Scroller extends Element | Window>(
  own: Virtualizer<Scroller, HTMLElement>,
  optionsOf: (wanted: Wanted) => VirtualizerOptions<Scroller, HTMLElement>,
): Driver {
  return {
    set: (wanted) => own.setOptions(optionsOf(wanted)),
    items: () => own.getVirtualItems(),
    total: () => own.getTotalSize(),
    mount: () => own._didMount(),
    update: () => own._willUpdate(),
    measure: own.measureElement,
    offsetOf: (index) => own.getOffsetForIndex(index, "start")?.[0] ?? null,
  };
}

const common = ({ count, keyOf, estimate, focused, redraw }: Wanted) => ({
  count,
  estimateSize: estimate,
  getItemKey: keyOf,
  overscan: OVERSCAN,
  onChange: redraw,
  rangeExtractor: (range: Range) => withFocused(defaultRangeExtractor(range), focused.current, count),
  initialRect: { width: innerWidth, height: innerHeight },
});

const ofWindow = (wanted: Wanted) => ({
  ...common(wanted),
  getScrollElement: () => window,
  observeElementRect: observeWindowRect,
  observeElementOffset: observeWindowOffset,
  scrollToFn: windowScroll,
  initialOffset: () => scrollY,
  scrollMargin: wanted.margin,
});

const ofFrame = (wanted: Wanted) => ({
  ...common(wanted),
  getScrollElement: () => wanted.frame.current,
  observeElementRect,
  observeElementOffset,
  scrollToFn: elementScroll,
});

function withFocused(range: number[], focused: number | null, count: number): number[] {
  if (focused === null || focused >= count || range.includes(focused)) return range;
  return [...range, focused].sort((one, other) => one - other);
}
