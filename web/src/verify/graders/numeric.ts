/** The grader `numeric`: reads the last number of an answer exactly and compares it within tolerances. */
import { byShortestDecimal, compare, fromDecimal, magnitude, multiply, type Ratio, subtract, whole } from "../exact";
import { Float, type Json, type JsonMap } from "../json";
import { settled, strip, WORD_CLASS } from "../letters";
import { type Grade, type Kind, Options, perQuestion, type Question, unusable } from "./base";
import { acceptedAnswers } from "./references";

export const LONGEST_NUMBER = 400;
const LARGEST_EXPONENT = 999n;

// A sign counts unless a letter, digit or closing bracket stands before it; a comma only groups digits by three.
const SOURCE =
  `(?:(?<![${WORD_CLASS}.)\\]}])[\\-+−])?` +
  "(?:(?:[0-9]{1,3}(?:,[0-9]{3})+(?![0-9])|[0-9]+)(?:\\.[0-9]+)?|(?<![0-9.])\\.[0-9]+)" +
  "(?:[eE][\\-+−]?([0-9]+))?";
const ANYWHERE = new RegExp(SOURCE, "gu");
const WHOLE = new RegExp(`^(?:${SOURCE})$`, "u");

function lastNumber(text: string): Ratio | null {
  let last: RegExpExecArray | null = null;
  for (const found of settled(text).matchAll(ANYWHERE)) {
    last = found;
  }
  return last && ratioIn(last);
}

function ratioIn(found: RegExpExecArray): Ratio | null {
  const [text, exponent = "0"] = found;
  if (text.length > LONGEST_NUMBER || BigInt(exponent) > LARGEST_EXPONENT) {
    return null;
  }
  return fromDecimal(text.replaceAll(",", "").replaceAll("−", "-"));
}

/** Read a JSON number by its shortest decimal, or a text by `read`; null where there is no number. */
function numberOf(value: Json, read: (text: string) => Ratio | null): Ratio | null {
  if (typeof value === "string") {
    return read(value);
  }
  if (value instanceof Float) {
    return byShortestDecimal(value.value);
  }
  return typeof value === "number" ? whole(value) : null;
}

function wholeNumber(text: string): Ratio | null {
  const found = WHOLE.exec(strip(text));
  return found && ratioIn(found);
}

function references(question: Question): Ratio[] {
  return acceptedAnswers(question, "numeric").map((answer) => {
    const number = numberOf(answer, wholeNumber);
    if (!number) {
      throw unusable(question, "numeric");
    }
    return number;
  });
}

function numeric(given: JsonMap): Grade {
  const options = new Options(given, "numeric", ["absolute", "relative"]);
  const decimal = /^[0-9]+(\.[0-9]+)?$/;
  const absolute = fromDecimal(options.text("absolute", "0", decimal));
  const relative = fromDecimal(options.text("relative", "0", decimal));
  const referencesOf = perQuestion(references);
  return (question, output) => {
    const accepted = referencesOf(question);
    const found = numberOf(output, lastNumber);
    return (
      found !== null &&
      accepted.some((known) => {
        const distance = magnitude(subtract(found, known));
        const share = multiply(relative, magnitude(known));
        return compare(distance, absolute) <= 0 || compare(distance, share) <= 0;
      })
    );
  };
}

export const KINDS: readonly Kind[] = [{ name: "numeric", version: "1", make: numeric }];
