/** The grader `match`: an accepted answer stands at a place of the output, as text or as a number. */
import { compare, exactOf, magnitude, nearest, type Ratio, ratio, whole } from "../exact";
import type { JsonMap } from "../json";
import { ASCII_MARKS, ASCII_SPACE, casefold, split, strip, stripped } from "../letters";
import { type Grade, type Kind, Options, perQuestion, unusable } from "./base";
import { LONGEST_NUMBER } from "./numeric";
import { acceptedTexts } from "./references";

const MARKS = ASCII_SPACE + ASCII_MARKS;
const AROUND_A_NUMBER = "!?:;()[]{}'\"`";
const ESCAPED = /\\([$,£€*_])/g;
const NOT_OF_A_NUMBER = /[$,£€*_]|\.(?![0-9])/g;
const NUMBER = /^[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?$/;
const DIGITS = 5;

const PLACES: ReadonlyMap<string, (text: string, wanted: string) => boolean> = new Map([
  ["end", (text: string, wanted: string) => text.endsWith(wanted)],
  ["begin", (text: string, wanted: string) => text.startsWith(wanted)],
  ["any", (text: string, wanted: string) => text.includes(wanted)],
  ["exact", (text: string, wanted: string) => text === wanted],
]);

function match(given: JsonMap): Grade {
  const options = new Options(given, "match", ["location", "ignore_case", "numeric"]);
  const location = options.text("location", "end", /^(end|begin|any|exact)$/);
  const ignoreCase = options.flag("ignore_case", true);
  const asNumbers = options.flag("numeric", false);
  const standsAt = PLACES.get(location) ?? (() => false);
  const bare = (text: string) => stripped(strip(ignoreCase ? casefold(text) : text), MARKS);

  const acceptedBy = perQuestion((question) => {
    const accepted = acceptedTexts(question, "match").map((reference) => {
      const text = asNumbers ? withoutSigns(strip(reference)) : reference;
      return { text: bare(text), number: asNumbers ? numberIn(text) : null };
    });
    if (!accepted.every(({ text, number }) => text || number)) {
      throw unusable(question, "match");
    }
    return accepted;
  });

  return (question, output) => {
    const accepted = acceptedBy(question);
    if (typeof output !== "string") {
      return false;
    }
    const text = bare(output);
    if (accepted.some((wanted) => wanted.number === null && standsAt(text, wanted.text))) {
      return true;
    }
    const numbers = new Set(accepted.flatMap(({ number }) => number ?? []));
    return numbers.size > 0 && numbersOf(output, location).some((number) => numbers.has(number));
  };
}

function withoutSigns(text: string): string {
  return text.replace(ESCAPED, "$1").replace(NOT_OF_A_NUMBER, "");
}

/** Read the numbers at a place: the first or the last word that is one, all of them, or the whole output. */
function numbersOf(output: string, location: string): string[] {
  const plain = withoutSigns(strip(output));
  if (location === "exact") {
    return [roundedNumber(strip(plain)) ?? []].flat();
  }
  const words = location === "end" ? split(plain).reverse() : split(plain);
  if (location === "any") {
    return words.flatMap((word) => numberIn(word) ?? []);
  }
  for (const word of words) {
    const number = numberIn(word);
    if (number !== null) {
      return [number];
    }
  }
  return [];
}

function numberIn(word: string): string | null {
  return roundedNumber(strip(stripped(word, AROUND_A_NUMBER)));
}

/** Write a number with five significant digits, half to even; null where a word is none, or one beyond the limits. */
function roundedNumber(text: string): string | null {
  const word = text.replaceAll("−", "-");
  if (word.length > LONGEST_NUMBER || !NUMBER.test(word)) {
    return null;
  }
  const number = Number(word);
  if (!Number.isFinite(number)) {
    return null;
  }
  const sign = number < 0 || Object.is(number, -0) ? "-" : "";
  return number === 0 ? `${sign}0` : sign + significant(magnitude(exactOf(number)), number);
}

function significant(size: Ratio, number: number): string {
  let power = Number(number.toExponential().split("e")[1]) - DIGITS + 1;
  let digits = scaled(size, power);
  if (compare(whole(digits), whole(10 ** DIGITS)) === 0) {
    [digits, power] = [digits / 10n, power + 1];
  }
  return `${digits}e${power}`;
}

function scaled(size: Ratio, power: number): bigint {
  const scale = 10n ** BigInt(Math.abs(power));
  const moved = power < 0 ? ratio(size.n * scale, size.d) : ratio(size.n, size.d * scale);
  return nearest(moved.n, moved.d);
}

export const KINDS: readonly Kind[] = [{ name: "match", version: "1", make: match }];
