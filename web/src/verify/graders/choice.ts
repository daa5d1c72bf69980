/** The grader `choice`: finds which option of a multiple-choice item an answer chose. */
import type { Json, JsonMap } from "../json";
import { containsWords, folded, lengthOf, SPACE_CLASS, settled, split, stripped, WORD_CLASS } from "../letters";
import { type Grade, type Kind, Options, type Question, unusable } from "./base";
import { acceptedAnswers } from "./references";

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const AROUND = " \t\r\n*_`\"'\u2018\u2019\u201c\u201d()[]{}<>.:,;!";

/** Both cases of a word as Python ignores case: the dotted and the dotless i are an i, the long s is an s. */
function anyCase(word: string): string {
  const others: Record<string, string> = { i: "İı", s: "ſ", k: "\u212a" };
  return Array.from(word, (letter) => `[${letter}${letter.toUpperCase()}${others[letter] ?? ""}]`).join("");
}

const S = SPACE_CLASS;
const OPTION = `(?:${["option", "choice", "answer"].map(anyCase).join("|")})`;
const LETTER_ALONE = new RegExp(`^(?:${OPTION}[${S}:]{1,3})?\\(?([a-zA-Zİıſ\u212a])$`, "u");
const LABEL = `(?:${["option", "choice", "letter"].map(anyCase).join("|")})`;
const BOUNDARY = `(?:(?<=[${WORD_CLASS}])(?![${WORD_CLASS}])|(?<![${WORD_CLASS}])(?=[${WORD_CLASS}]))`;
const DECLARED = new RegExp(
  `(?:${BOUNDARY}${anyCase("answer")}[*_]{0,3}(?:[${S}]{1,3}${anyCase("is")}${BOUNDARY}[${S}]{0,3}[:=]?|[${S}]{0,3}[:=])` +
    `[${S}*_\`"'“(\\[$]{0,6}(?:${LABEL}[${S}]{1,3}[*_(\\[]{0,4})?(?:\\\\boxed\\{)?|\\\\boxed\\{(?:\\\\text\\{)?)` +
    `([A-Z])(?![${WORD_CLASS}'’])`,
  "gu",
);
// Lines end at a line feed and nowhere else, as in Python.
const MARKED = new RegExp(
  `\\(([A-Z])\\)|(?<![^\\n])[ \\t*_>\\-]{0,6}([A-Z])[*_]{0,3}[.):](?=[${S}*_]|(?![^\\n]))`,
  "gu",
);

type Rule = (output: string, letters: string, choices: readonly string[]) => string[];

/** Return the letter that an answer chose; null where it chose none or is ambiguous. */
function chosen(output: string, letters: string, choices: readonly string[]): string | null {
  for (const rule of RULES) {
    const found = [...new Set(rule(output, letters, choices))];
    if (found.length) {
      return found.length === 1 ? (found[0] ?? null) : null;
    }
  }
  return null;
}

const wholeOutput: Rule = (output, letters, choices) => {
  const alone = LETTER_ALONE.exec(stripped(output, AROUND));
  if (alone) {
    return Array.from((alone[1] ?? "").toUpperCase()).filter((letter) => letters.includes(letter));
  }
  const text = trimmed(output);
  return lettered(letters, choices).flatMap(([letter, choice]) => (text && trimmed(choice) === text ? [letter] : []));
};

const declared: Rule = (output, letters) =>
  [...output.matchAll(DECLARED)].flatMap(([, letter = ""]) => (letters.includes(letter) ? [letter] : []));

const marked: Rule = (output, letters) =>
  [...output.matchAll(MARKED)].flatMap(([, inBrackets, atStart]) => {
    const letter = inBrackets ?? atStart ?? "";
    return letters.includes(letter) ? [letter] : [];
  });

const quoted: Rule = (output, letters, choices) => {
  const text = split(folded(output)).join(" ");
  const options = lettered(letters, choices).map(([letter, choice]) => [letter, trimmed(choice)] as const);
  const found = options.filter(([, option]) => option && containsWords(text, option));
  return found
    .filter(
      ([, option]) => !found.some(([, other]) => lengthOf(option) < lengthOf(other) && containsWords(other, option)),
    )
    .map(([letter]) => letter);
};

const RULES: readonly Rule[] = [wholeOutput, declared, marked, quoted];

function lettered(letters: string, choices: readonly string[]): (readonly [string, string])[] {
  return choices.slice(0, letters.length).map((choice, place) => [letters[place] ?? "", choice] as const);
}

function trimmed(text: string): string {
  return stripped(split(folded(text)).join(" "), AROUND);
}

/** Read an accepted answer: an option's text, its letter, or its position from 0. */
function letterOf(answer: Json, question: Question, letters: string): string {
  if (typeof answer === "string") {
    const place = question.choices.indexOf(answer);
    if (place >= 0) {
      return letters[place] ?? "";
    }
    if (lengthOf(answer) === 1 && letters.includes(answer.toUpperCase())) {
      return answer.toUpperCase();
    }
  }
  if (typeof answer === "number" && answer >= 0 && answer < letters.length) {
    return letters[answer] ?? "";
  }
  throw unusable(question, "choice");
}

function choice(given: JsonMap): Grade {
  const byDefault = new Options(given, "choice", ["letters"]).integer("letters", 5);
  return (question, output) => {
    if (question.choices.length > ALPHABET.length) {
      throw unusable(question, "choice");
    }
    const letters = ALPHABET.slice(0, question.choices.length || byDefault);
    const right = acceptedAnswers(question, "choice").map((answer) => letterOf(answer, question, letters));
    if (typeof output !== "string") {
      return false;
    }
    const letter = chosen(settled(output), letters, question.choices);
    return letter !== null && right.includes(letter);
  };
}

export const KINDS: readonly Kind[] = [{ name: "choice", version: "1", make: choice }];
