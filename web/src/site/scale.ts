// How the scores of one board are written and drawn: everywhere with the same unit, decimals and axis.

import { decimalsFor, fixed, type Write } from "../numbers";
import type { Benchmark } from "./types";

/** What the scale needs to know of the board and of each of its rows, whichever document they came from. */
export interface ScaleHeader {
  headline: string;
  ranking: string;
  chance_level?: number | null;
  public_set: { n_items: number };
}

export interface ScoredRow {
  public: number | null;
  interval: readonly number[] | null;
  heldOut: number | null;
  heldOutInterval: readonly number[] | null;
}

export interface Scale {
  /** Whether scores are shares, which are written as percentages. */
  isShares: boolean;
  /** " %" or nothing. */
  unit: string;
  /** ", %" or nothing: what a heading adds. */
  heading: string;
  isLowerBetter: boolean;
  public: Write;
  publicUnit: Write;
  heldOut: Write;
  heldOutUnit: Write;
  /** A difference with its sign. */
  signed: Write;
  /** A difference with its sign, in percentage points where scores are shares; the word for points follows it. */
  points: Write;
  /** Where a value lies on the axis that all bars share: 0 to 1. */
  place: (value: number) => number;
  /** The ends of that axis, as written. */
  axis: readonly [string, string];
}

export function scaleOf(rows: readonly ScoredRow[], header: ScaleHeader, benchmark: Benchmark): Scale {
  const isShares = isShare(benchmark, header.headline);
  const factor = isShares ? 100 : 1;
  const fine = header.public_set.n_items > 1000 ? 2 : 1;
  const own = isShares
    ? fine
    : decimalsFor(
        rows.map((row) => row.public),
        4,
      );
  // Held-out scores are released on a grid: more decimals than it has would look like more knowledge.
  const released = gridDecimals(
    rows.map(({ heldOut }) => heldOut).filter((score) => score !== null),
    factor,
  );
  const unit = isShares ? " %" : "";
  const write =
    (decimals: number, after = "", sign: "negative" | "exceptZero" = "negative"): Write =>
    (value) => {
      const written = value === null || value === undefined ? null : fixed(value * factor, decimals, sign);
      return written === null ? null : written + after;
    };
  return {
    isShares,
    unit,
    heading: unit && `,${unit}`,
    isLowerBetter: header.ranking.endsWith(" asc"),
    public: write(own),
    publicUnit: write(own, unit),
    heldOut: write(released),
    heldOutUnit: write(released, unit),
    signed: write(own, "", "exceptZero"),
    points: write(isShares ? 1 : 4, "", "exceptZero"),
    ...axisOf(rows, header.chance_level ?? null, factor),
  };
}

function gridDecimals(scores: readonly number[], factor: number): number {
  const fits = (decimals: number) => (score: number) =>
    Math.abs(((score * factor * 10 ** decimals + 0.5) % 1) - 0.5) < 1e-6;
  return [0, 1, 2, 3].find((decimals) => scores.every(fits(decimals))) ?? 4;
}

/** The axis that all bars share, widened to round numbers. */
function axisOf(rows: readonly ScoredRow[], chance: number | null, factor: number): Pick<Scale, "place" | "axis"> {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  const take = (end: number | null | undefined) => {
    if (end === null || end === undefined) return;
    low = Math.min(low, end * factor);
    high = Math.max(high, end * factor);
  };
  take(chance);
  for (const { public: score, interval, heldOut, heldOutInterval } of rows) {
    for (const end of interval ?? [score]) take(end);
    for (const end of heldOutInterval ?? [heldOut]) take(end);
  }
  if (low > high) [low, high] = [0, factor];
  const step = 10 ** Math.floor(Math.log10(high - low || factor));
  const from = Math.floor(low / step) * step;
  const to = Math.max(Math.ceil(high / step) * step, from + step);
  const decimals = Math.max(0, -Math.round(Math.log10(step)));
  return {
    place: (value) => Math.min(1, Math.max(0, (value * factor - from) / (to - from))),
    axis: [fixed(from, decimals) ?? "", fixed(to, decimals) ?? ""],
  };
}

/** Say whether a metric or an aggregate lies between 0 and 1, as they do unless declared otherwise. */
export function isShare(rules: Benchmark, name: string): boolean {
  const { borda, mean, weighted } = rules.aggregates?.[name] ?? {};
  if (weighted) return Object.keys(weighted.children).every((child) => isShare(rules, child));
  const [low = 0, high = 1] = rules.metrics[mean?.metric ?? name]?.range ?? [];
  return !borda && low >= 0 && high <= 1;
}
