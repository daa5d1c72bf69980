/**
 * What letters, digits and white space are, as Python's `str` has it, which the graders are defined by. JavaScript has
 * no full case folding, and other ideas of white space and of what a word is made of.
 */
import { NEWER } from "./newer";
import { NotCheckable } from "./reasons";

// As text, because control characters stand in no regular expression literal.
const SPACES = "\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000";
const BETWEEN_WORDS = new RegExp(`[${SPACES}]+`, "u");
const SPACE_BEFORE = new RegExp(`^[${SPACES}]+`, "u");
const SPACE = new RegExp(`^[${SPACES}]$`, "u");
const NOT_ASCII = /[\u0080-\uffff]/;
const ALPHANUMERIC = /^[\p{L}\p{N}]$/u;
const PUNCTUATION = /[\p{P}$+<=>^`|~]/gu;

/** White space inside a character class of a regular expression: Python's `\s`. */
export const SPACE_CLASS = SPACES;
/** Letters, digits and the underscore inside a character class: Python's `\w`. */
export const WORD_CLASS = "\\p{L}\\p{N}_";

export const ASCII_MARKS = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";
export const ASCII_SPACE = " \t\n\r\v\f";

export function isAscii(text: string): boolean {
  return !NOT_ASCII.test(text);
}

/** Return the text; throws NotCheckable where Pythons of different age could read it differently. */
export function settled(text: string): string {
  if (!isAscii(text) && NEWER.test(text)) {
    throw new NotCheckable({ code: "newer-characters" });
  }
  return text;
}

export function split(text: string): string[] {
  return text.split(BETWEEN_WORDS).filter((word) => word);
}

export function strip(text: string): string {
  let end = text.length;
  while (end > 0 && SPACE.test(text[end - 1] ?? "")) {
    end -= 1;
  }
  return text.slice(0, end).replace(SPACE_BEFORE, "");
}

/** Take characters away at both ends; all of them are single units of UTF-16. */
export function stripped(text: string, characters: string): string {
  let [start, end] = [0, text.length];
  while (start < end && characters.includes(text[start] ?? "")) {
    start += 1;
  }
  while (end > start && characters.includes(text[end - 1] ?? "")) {
    end -= 1;
  }
  return text.slice(start, end);
}

/** Count characters, not halves of surrogate pairs. */
export function lengthOf(text: string): number {
  let count = 0;
  for (const _ of text) {
    count += 1;
  }
  return count;
}

const FOLDED = new Map<string, string>();

/** Fold case fully (Unicode's CaseFolding, statuses C and F). */
export function casefold(text: string): string {
  if (isAscii(text)) {
    return text.toLowerCase();
  }
  settled(text);
  let folded = "";
  for (const letter of text) {
    let own = FOLDED.get(letter);
    if (own === undefined) {
      own = foldOf(letter);
      FOLDED.set(letter, own);
    }
    folded += own;
  }
  return folded;
}

/** Folding is the lower case of the upper case, letter by letter; but for the dotless i, the capital ß and Cherokee. */
function foldOf(letter: string): string {
  const code = letter.codePointAt(0) ?? 0;
  if (code === 0x131 || (code >= 0x13a0 && code <= 0x13f5)) {
    return letter;
  }
  if (code === 0x1e9e) {
    return "ss";
  }
  const upper = letter.toUpperCase();
  if ((code >= 0x13f8 && code <= 0x13fd) || (code >= 0xab70 && code <= 0xabbf)) {
    return upper;
  }
  return Array.from(upper, (part) => part.toLowerCase()).join("");
}

/** The NFKC form: ligatures, full-width letters and composed accents in one spelling. */
export function compatible(text: string): string {
  return isAscii(text) ? text : settled(text).normalize("NFKC");
}

/** The NFKC form without differences of case. */
export function folded(text: string): string {
  return isAscii(text) ? text.toLowerCase() : compatible(casefold(compatible(text)));
}

/** Delete Unicode punctuation and the ASCII symbols $+<=>^`|~. */
export function withoutPunctuation(text: string): string {
  return settled(text).replace(PUNCTUATION, "");
}

const ARTICLES = new Set(["a", "an", "the"]);

export function isArticle(word: string): boolean {
  return ARTICLES.has(word);
}

/** Split folded text without punctuation at white space. */
export function tokens(text: string, dropArticles: boolean): string[] {
  const words = split(withoutPunctuation(folded(text)));
  return dropArticles ? words.filter((word) => !isArticle(word)) : words;
}

/** Say whether a part stands in a text with no letter or digit directly before or after it. */
export function containsWords(text: string, part: string): boolean {
  let start = text.indexOf(part);
  while (start >= 0) {
    if (!(isAlphanumeric(before(text, start)) || isAlphanumeric(after(text, start + part.length)))) {
      return true;
    }
    start = text.indexOf(part, start + 1);
  }
  return false;
}

function isAlphanumeric(letter: string): boolean {
  return ALPHANUMERIC.test(settled(letter));
}

function before(text: string, place: number): string {
  return Array.from(text.slice(Math.max(0, place - 2), place)).at(-1) ?? "";
}

function after(text: string, place: number): string {
  const code = text.codePointAt(place);
  return code === undefined ? "" : String.fromCodePoint(code);
}
