// How words follow a number.

import { grouped } from "../numbers";

/** In English: one, or many. */
export const plural = (n: number, one: string, many: string): string => `${grouped(n)} ${n === 1 ? one : many}`;

/** In Japanese: a counter, whatever the number. */
export const counted = (n: number, counter: string): string => `${grouped(n)} ${counter}`;

const END = /[.!?…。！？]["'”’」)]*$/;

/** What others wrote as a sentence with its end, before another one follows. */
export function ended(text: string): string {
  const said = text.trim();
  if (END.test(said)) return said;
  return said + (/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]$/u.test(said) ? "。" : ".");
}
