// Days as charts need them: what is shown of an axis of days, and how far back a day lies.

const DAY = 86_400_000;
const FEW_DAYS = 8;
const AROUND = 15;

const numberOf = (day: string): number => Date.parse(`${day}T00:00:00Z`) / DAY;
const dayOf = (number: number): string => new Date(number * DAY).toISOString().slice(0, 10);
const FIRST = numberOf("0001-01-01");

export const daysBefore = (day: string, count: number): string => dayOf(Math.max(numberOf(day) - count, FIRST));

/** From when to when an axis goes: a single day stands in the middle of a month. */
export function shownDays(first: string, last: string): [string, string] {
  if (first !== last) return [first, last];
  return [dayOf(numberOf(first) - AROUND), dayOf(numberOf(first) + AROUND)];
}

/** How many ticks an axis of days has: no more than days, so that none is named twice. */
export const ticksOf = ([first, last]: readonly [string, string]): number | { interval: string; step: number } =>
  numberOf(last) - numberOf(first) < FEW_DAYS ? { interval: "day", step: 1 } : 6;
