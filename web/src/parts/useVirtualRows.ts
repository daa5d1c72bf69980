// Of thousands of rows those are drawn that can be seen, and some around them; their heights are measured.

import type { VirtualItem } from "@tanstack/virtual-core";
import type { RefObject } from "preact";
import { useEffect, useLayoutEffect, useMemo, useReducer, useRef, useState } from "preact/hooks";
import type { Driver, Wanted } from "./virtualRows";

interface Options extends Pick<Wanted, "count" | "keyOf" | "estimate"> {
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
  measure: ((element: HTMLElement | null) => void) | null;
  /** Where a row begins in what scrolls. */
  offsetOf: (index: number) => number | null;
  /** Whether the code that knows which rows are in sight is still coming. */
  isComing: boolean;
}

type Code = typeof import("./virtualRows");

/** What short tables do without, once it was fetched. */
let loaded: Code | null = null;

export function useVirtualRows({ count, keyOf, estimate, body, frame, isOfPage }: Options): VirtualRows {
  const [, redraw] = useReducer((times: number) => times + 1, 0);
  const [margin, setMargin] = useState(0);
  const focused = useRef<number>(null);
  // Where all rows are drawn there is nothing to measure, and measuring makes the browser lay the page out early.
  const isIdle = count === 0;
  const wanted = { count, keyOf, estimate, frame, margin, focused, redraw: () => redraw(undefined) };
  const driver = useDriver(isIdle, isOfPage, wanted);
  driver?.set(wanted);
  useLayoutEffect(() => (isIdle ? undefined : driver?.mount()), [driver, isIdle]);
  useLayoutEffect(() => {
    if (!isIdle) driver?.update();
  });
  useLayoutEffect(() => {
    const place = body.current;
    if (!place || !isOfPage || isIdle) return;
    const found = Math.round(place.getBoundingClientRect().top + scrollY);
    if (Math.abs(found - margin) > 1) setMargin(found);
  });
  useLayoutEffect(() => followFocus(body.current, focused), [body]);
  return {
    items: driver?.items() ?? [],
    total: driver?.total() ?? 0,
    margin: isOfPage ? margin : 0,
    measure: driver?.measure ?? null,
    offsetOf: (index) => driver?.offsetOf(index) ?? null,
    isComing: !isIdle && driver === null,
  };
}

function useDriver(isIdle: boolean, isOfPage: boolean, wanted: Wanted): Driver | null {
  const [code, setCode] = useState(loaded);
  useEffect(() => {
    if (isIdle || code) return;
    void import("./virtualRows").then((own) => {
      loaded = own;
      setCode(own);
    });
  }, [isIdle, code]);
  return useMemo(() => code?.driverOf(isOfPage, wanted) ?? null, [code, isOfPage]);
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
