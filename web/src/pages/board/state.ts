// What the reader of the board chose, as the address holds it.

import { useEffect, useReducer, useRef } from "preact/hooks";
import { type Address, change, useAddress } from "../../address";

/** Every key of the board in the address; what is absent is as the board itself has it. */
export const KEYS = [
  "tab",
  "board",
  "group",
  "sort",
  "q",
  "kind",
  "vendor",
  "from",
  "to",
  "last",
  "category",
  "language",
  "target",
  "wins",
  "assurance",
  "track",
  "columns",
  "pin",
  "weights",
  "apart",
] as const;
export type Key = (typeof KEYS)[number];
export type State = Readonly<Partial<Record<Key, string>>>;
export type Change = Readonly<Partial<Record<Key, string | null>>>;

/** Keys of the filters, which are cleared together. */
export const FILTERS = [
  "q",
  "kind",
  "vendor",
  "from",
  "to",
  "last",
  "category",
  "language",
  "target",
  "wins",
  "assurance",
] as const satisfies readonly Key[];

/** Filters by scores on slices, which are on the overall board alone. */
const ON_SLICES: readonly Key[] = ["category", "language"];

/** The filters that act where slices can be chosen, and where they cannot. */
export const filtersOf = (isSliced: boolean): readonly Key[] =>
  isSliced ? FILTERS : FILTERS.filter((key) => !ON_SLICES.includes(key));

export function stateIn(address: Address): State {
  const found: Partial<Record<Key, string>> = {};
  for (const key of KEYS) {
    const value = address[key];
    if (value !== undefined && (!DAYS.has(key) || DAY.test(value))) found[key] = value;
  }
  return found;
}

const DAYS: ReadonlySet<Key> = new Set(["from", "to"]);
const DAY = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/;

/** Browsers let an address change some ten times a second: what comes sooner is shown at once and written later. */
const REST_MILLISECONDS = 200;

/**
 * The state, and how to change it: every change is drawn at once.
 *
 * The track is the only key whose empty value is a choice of its own: all tracks.
 */
export function useBoardState(): [State, (change: Change) => void] {
  const address = useAddress();
  const [, redraw] = useReducer((times: number) => times + 1, 0);
  const waiting = useRef<Change>({});
  const timer = useRef<ReturnType<typeof setTimeout> | null>(null);
  useEffect(
    () => () => {
      if (timer.current !== null) clearTimeout(timer.current);
    },
    [],
  );
  const write = () => {
    const wanted = waiting.current;
    waiting.current = {};
    if (Object.keys(wanted).length > 0) change(wanted);
  };
  const set = (wanted: Change) => {
    waiting.current = { ...waiting.current, ...wanted };
    if (timer.current !== null) return redraw(undefined);
    write();
    timer.current = setTimeout(() => {
      timer.current = null;
      write();
    }, REST_MILLISECONDS);
  };
  return [merged(stateIn(address), waiting.current), set];
}

function merged(state: State, changed: Change): State {
  const found: Partial<Record<Key, string>> = { ...state };
  for (const key of KEYS) {
    const value = changed[key];
    if (value === null || value === "") delete found[key];
    else if (value !== undefined) found[key] = value;
  }
  return found;
}

export const listOf = (text: string | undefined): string[] => (text ?? "").split(",").filter(Boolean);
