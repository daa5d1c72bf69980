// Numbers are rounded once more for the screen, and nowhere else; what is unknown stays null.

type Sign = "negative" | "exceptZero";

/**
 * Write a number with a true minus sign; what would look like zero and is not is "<".
 *
 * Digits and their groups are alike in every language of the page, so no tables of languages are loaded for them.
 */
export function fixed(value: number | null | undefined, decimals: number, sign: Sign = "negative"): string | null {
  if (value === null || value === undefined || !Number.isFinite(value)) return null;
  const least = 10 ** -decimals;
  if (sign === "negative" && value > 0 && value < least / 2) return `<${least.toFixed(decimals)}`;
  const digits = Math.abs(value).toFixed(decimals);
  const isZero = Number(digits) === 0;
  const mark = isZero ? "" : value < 0 ? "−" : sign === "exceptZero" ? "+" : "";
  const [whole = "", part] = digits.split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  return mark + (part === undefined ? grouped : `${grouped}.${part}`);
}

/** A whole number with its groups. */
export const grouped = (value: number): string => fixed(value, 0) ?? "";

export const count = (value: number | null | undefined): string | null => fixed(value, 0);

/** An instant to the minute; the service counts in UTC. */
export const minute = (at: string | null | undefined): string | null => at?.slice(0, 16).replace("T", " ") ?? null;

/** The day of a date or time. */
export const day = (date: string | null | undefined): string | null => date?.slice(0, 10) ?? null;

/** The decimals at which the middle one of some numbers shows three digits, so that a column aligns. */
export function decimalsFor(values: readonly (number | null)[], most: number): number {
  const sizes = values.filter((value): value is number => Boolean(value)).map(Math.abs);
  sizes.sort((one, other) => one - other);
  if (sizes.every(Number.isInteger)) return 0;
  const middle = sizes[sizes.length >> 1] ?? 1;
  return Math.min(most, Math.max(0, 2 - Math.floor(Math.log10(middle))));
}

export type Write = (value: number | null | undefined) => string | null;

/** How amounts are written: one unit and one number of decimals for all of them. */
export function amounts(values: readonly (number | null)[], unit: "" | "s" | "$" = ""): { unit: string; write: Write } {
  const isSmall = unit === "s" && values.every((value) => (value ?? 0) < 0.1);
  const factor = isSmall ? 1000 : 1;
  const scaled = values.map((value) => (value === null ? null : value * factor));
  const decimals = decimalsFor(scaled, unit === "$" ? 6 : 3);
  return {
    unit: isSmall ? "ms" : unit,
    write: (value) => (value === null || value === undefined ? null : fixed(value * factor, decimals)),
  };
}
