// What the data say beyond the numbers, in words.

import { fixed } from "../../numbers";
import type { BoardContext } from "../../site/rows";
import { isShare } from "../../site/scale";
import type { Benchmark, TargetVerdict } from "../../site/types";
import type { AllWords } from "../../words";

export type Words = AllWords["entry"];

const letter = (number: number): string =>
  (number > 26 ? letter(Math.floor((number - 1) / 26)) : "") + String.fromCharCode(97 + ((number - 1) % 26));

/** The tied groups of an entry as letters: within a group nobody can be told apart. */
export function lettersOf([first, last]: readonly [number, number]): string {
  if (first === last) return letter(first);
  if (last - first > 3 || last > 26) return `${letter(first)}–${letter(last)}`;
  return Array.from({ length: last - first + 1 }, (_, place) => letter(first + place)).join("");
}

/** Two numbers that a document holds as a list; null where it holds none. */
export function ends(pair: readonly number[] | null | undefined): readonly [number, number] | null {
  const [low, high] = pair ?? [];
  return low === undefined || high === undefined ? null : [low, high];
}

/** A difference with its sign, in points where scores are percentages. */
export function pointsOf(value: number | null, { scale }: BoardContext, words: Words): string | null {
  const said = scale.signed(value);
  return said === null || !scale.isShares ? said : words.figures.points(said);
}

/** By how much a slice is won at least; what rounds to nothing is still above nothing. */
export function atLeast(bound: number, { scale }: BoardContext, words: Words): string {
  const said = scale.signed(bound) ?? "";
  return /[1-9]/.test(said) ? said : words.wins.aboveZero;
}

/** Whether an entry is better where it says that it is, as a sentence. */
export function targetWords(found: TargetVerdict | null, context: BoardContext, than: string, words: Words): string {
  const { target } = words;
  if (!found) return target.notTested;
  if (!found.verdict) return target.because(found.reason ?? "");
  return target.sentence(
    target.begin[found.verdict],
    pointsOf(found.difference, context, words) ?? "",
    than,
    (found.lower_bound ?? 0) > 0,
    pointsOf(found.lower_bound, context, words) ?? "",
    fixed(found.n_items, 0) ?? "",
  );
}

/** A score of any metric or aggregate, as a percentage where it is a share. */
export function metricText(benchmark: Benchmark, name: string, score: number | null): string | null {
  if (score === null) return null;
  return isShare(benchmark, name) ? `${fixed(score * 100, 1)} %` : fixed(score, Number.isInteger(score) ? 0 : 4);
}

export const metricTitle = ({ metrics, aggregates }: Benchmark, name: string): string =>
  metrics[name]?.title ?? aggregates?.[name]?.title ?? name;
