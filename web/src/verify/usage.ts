/** What an entry used: tokens, time and money, summed exactly; null where one response did not record it, never 0. */
import type { Price } from "./benchmark";
import type { Response, Usage } from "./bundle";
import {
  add,
  compare,
  divide,
  type Exact,
  multiply,
  type Ratio,
  ratio,
  root,
  subtract,
  sum,
  whole,
  ZERO,
} from "./exact";
import { at } from "./lists";

const NANO = 10n ** 9n;
const MICRO = 10n ** 6n;
const MILLION = whole(1_000_000);

export interface Totals {
  readonly recorded: number;
  readonly calls: number | null;
  readonly promptTokens: number | null;
  readonly completionTokens: number | null;
  readonly totalTokens: number | null;
  readonly dollars: Exact;
  readonly seconds: Exact;
  /** Mean, sample deviation and 95th percentile of the seconds of the responses that recorded them. */
  readonly spread: { readonly mean: Ratio; readonly deviation: number | null; readonly percentile95: Ratio } | null;
}

export function totalsOf(responses: readonly Response[], price: Price | null): Totals {
  const used = responses.map(({ usage }) => usage);
  const times = used.flatMap(({ microseconds }) => microseconds ?? []).sort((one, other) => one - other);
  const total = times.reduce((all, time) => all + BigInt(time), 0n);
  return {
    recorded: used.filter(({ recorded }) => recorded).length,
    calls: sumOf(used.map(({ calls }) => calls)),
    promptTokens: sumOf(used.map(({ promptTokens }) => promptTokens)),
    completionTokens: sumOf(used.map(({ completionTokens }) => completionTokens)),
    totalTokens: sumOf(used.map(tokensOf)),
    dollars: dollarsOf(used, price),
    seconds: used.length && times.length === used.length ? ratio(total, MICRO) : null,
    spread: times.length ? spreadOf(times, total) : null,
  };
}

/** The price of a model in force on a day: the latest that is not after it. */
export function priceOf(prices: readonly Price[], model: string | null, day: string | null): Price | null {
  const known = prices.filter(
    (price) => price.model === model && day !== null && price.since.slice(0, 10) <= day.slice(0, 10),
  );
  return known.reduce<Price | null>((last, price) => (last && last.since >= price.since ? last : price), null);
}

function sumOf(parts: readonly (number | null)[]): number | null {
  return parts.length
    ? parts.reduce((total, part) => (total === null || part === null ? null : total + part), 0)
    : null;
}

function tokensOf({ totalTokens, promptTokens, completionTokens }: Usage): number | null {
  if (totalTokens !== null) {
    return totalTokens;
  }
  return promptTokens === null || completionTokens === null ? null : promptTokens + completionTokens;
}

/** Add what was recorded, else what the tokens cost; null as soon as one response has neither. */
function dollarsOf(used: readonly Usage[], price: Price | null): Exact {
  let [recorded, prompt, completion] = [0n, 0n, 0n];
  for (const { nanodollars, promptTokens, completionTokens } of used) {
    if (nanodollars !== null) {
      recorded += BigInt(nanodollars);
    } else if (!price || promptTokens === null || completionTokens === null) {
      return null;
    } else {
      prompt += BigInt(promptTokens);
      completion += BigInt(completionTokens);
    }
  }
  if (!used.length) {
    return null;
  }
  const byTable = price
    ? add(multiply(whole(prompt), price.prompt), multiply(whole(completion), price.completion))
    : ZERO;
  return add(ratio(recorded, NANO), divide(byTable, MILLION));
}

function spreadOf(times: readonly number[], total: bigint): Totals["spread"] {
  const n = BigInt(times.length);
  const squares = times.reduce((all, time) => all + BigInt(time) * BigInt(time), 0n);
  const variance = n > 1n ? ratio(n * squares - total * total, n * (n - 1n) * MICRO * MICRO) : null;
  // Linear between the two nearest.
  const place = ratio(95n * (n - 1n), 100n);
  const below = Number(place.n / place.d);
  const low = whole(at(times, below));
  const high = whole(at(times, Math.min(below + 1, times.length - 1)));
  const percentile = add(low, multiply(subtract(place, whole(below)), subtract(high, low)));
  return {
    mean: ratio(total, n * MICRO),
    deviation: variance && root(variance),
    percentile95: divide(percentile, whole(MICRO)),
  };
}

/** Score for each dollar, million tokens and second. */
export interface Ratios {
  readonly dollar: Exact;
  readonly tokens: Exact;
  readonly second: Exact;
}

/** Relate a score to what it cost; nothing where an answer is absent, so that skipping is never efficient. */
export function ratiosOf(score: Exact, usage: Totals, complete: boolean): Ratios {
  const per = (cost: Exact) => (score === null || cost === null || !cost.n || !complete ? null : divide(score, cost));
  const tokens = usage.totalTokens === null ? null : divide(whole(usage.totalTokens), MILLION);
  return { dollar: per(usage.dollars), tokens: per(tokens), second: per(usage.seconds) };
}

/** Each entry's efficiency in percent of the best: the mean over the ratios that it has. */
export function relativeEfficiency(entries: readonly Ratios[]): Exact[] {
  const kinds = ["dollar", "tokens", "second"] as const;
  const best = kinds.map((kind) => entries.reduce((most, own) => larger(most, own[kind]), ZERO));
  return entries.map((own) => {
    const shares = kinds.flatMap((kind, place) => {
      const [value, top] = [own[kind], at(best, place)];
      return value !== null && top.n > 0n ? [divide(multiply(whole(100), value), top)] : [];
    });
    return shares.length ? divide(sum(shares), whole(shares.length)) : null;
  });
}

function larger(one: Ratio, other: Exact): Ratio {
  return other !== null && compare(other, one) > 0 ? other : one;
}
