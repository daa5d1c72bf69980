// Tied groups as letters, as tables of statistics write them.

import type { Pair } from "./row";

const letter = (number: number): string =>
  (number > 26 ? letter(Math.floor((number - 1) / 26)) : "") + String.fromCharCode(97 + ((number - 1) % 26));

/** The tied groups of an entry as letters: within a group nobody can be told apart. */
export function lettersOf([first, last]: Pair): string {
  if (first === last) return letter(first);
  const isLong = last - first > 3 || last > 26;
  if (isLong) return `${letter(first)}–${letter(last)}`;
  return Array.from({ length: last - first + 1 }, (_, place) => letter(first + place)).join("");
}
