// Which rows a reader wants to see.

import { listOf, type State } from "../state";
import { type Row, textOf } from "./row";

export const DAYS = 30;
const DAY_MILLISECONDS = 86_400_000;

/** The first day of the last 30, today included, by a clock. */
export function firstOfLast(days: number, now: Date): string {
  return new Date(now.getTime() - (days - 1) * DAY_MILLISECONDS).toISOString().slice(0, 10);
}

/** The score of a row on a value of a facet: null where there is none. */
export type ScoreOn = (row: Row, facet: string, value: string) => number | null;

export interface Slicing {
  /** A facet, or a declared pair of them as `by` of a row names it: `facet×facet`. */
  facet: string;
  value: string;
  /** As readers see it, and as slices are named: `facet=value`, or two of them crossed. */
  title: string;
  name: string;
}

interface Asked {
  state: State;
  track: string | null;
  slicings: readonly Slicing[];
  /** Null while the scores on slices are not there yet. */
  scoreOn: ScoreOn | null;
  now: Date;
}

type Test = (row: Row) => boolean;

/** Say of a row whether all filters let it pass; null where there are none. */
export function filterOf({ state, track, slicings, scoreOn, now }: Asked): Test | null {
  const { kind, vendor, target, assurance, wins } = state;
  const from = state.last ? firstOfLast(Number(state.last) || DAYS, now) : state.from;
  const words = (state.q ?? "").toLowerCase().split(/\s+/).filter(Boolean);
  const tests: (Test | false)[] = [
    track !== null && ((row) => row.track === track),
    kind !== undefined && ((row) => row.kind === kind),
    vendor !== undefined && ((row) => row.vendor === vendor),
    assurance !== undefined && ((row) => row.public !== null && row.assurance === assurance),
    target !== undefined && ((row) => row.target_subgroup?.description === target),
    from !== undefined && ((row) => row.date !== null && row.date.slice(0, 10) >= from),
    state.to !== undefined && ((row) => row.date !== null && row.date.slice(0, 10) <= (state.to ?? "")),
    wins !== undefined && winsTest(wins),
    words.length > 0 && ((row) => words.every((word) => textOf(row).includes(word))),
    ...slicings.map(
      ({ facet, value }): Test | false => scoreOn !== null && ((row) => scoreOn(row, facet, value) !== null),
    ),
  ];
  const asked = tests.filter((test) => test !== false);
  return asked.length === 0 ? null : (row) => asked.every((test) => test(row));
}

/** Wins on any slice, or on one. */
const winsTest =
  (wins: string): Test =>
  ({ win_regions: regions }) =>
    wins === "any" ? Boolean(regions?.length) : Boolean(regions?.some(({ slice }) => slice === wins));

export interface Choices {
  kinds: string[];
  vendors: string[];
  assurances: string[];
  /** Slices that somebody wins. */
  wins: string[];
  targets: string[];
  hasDates: boolean;
}

/** What there is to filter by, of what the board has. */
export function choicesOf(rows: readonly Row[]): Choices {
  const [kinds, vendors, assurances] = [new Set<string>(), new Set<string>(), new Set<string>()];
  const [wins, targets] = [new Set<string>(), new Set<string>()];
  let hasDates = false;
  for (const row of rows) {
    kinds.add(row.kind);
    vendors.add(row.vendor);
    if (row.assurance !== null && row.public !== null) assurances.add(row.assurance);
    if (row.date !== null) hasDates = true;
    if (row.target_subgroup?.description) targets.add(row.target_subgroup.description);
    for (const { slice } of row.win_regions ?? []) wins.add(slice);
  }
  const sorted = (found: Set<string>) => [...found].sort();
  return {
    kinds: sorted(kinds),
    vendors: sorted(vendors),
    assurances: sorted(assurances),
    wins: sorted(wins),
    targets: sorted(targets),
    hasDates,
  };
}

export const MOST_PINNED = 4;

/** The pinned entries that are on this board. */
export function pinnedOf(pin: string | undefined, rows: readonly Row[]): string[] {
  if (!pin) return [];
  const wanted = new Set(listOf(pin));
  const known = new Set(rows.filter(({ name }) => wanted.has(name)).map(({ name }) => name));
  return [...wanted].filter((name) => known.has(name)).slice(0, MOST_PINNED);
}
