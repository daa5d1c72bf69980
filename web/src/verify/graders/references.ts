/** Accepted answers: one JSON value or a list of alternatives, and what it means to equal one. */
import { canonical, Float, isList, isMap, type Json, type JsonList, numberIn } from "../json";
import { type Question, unusable } from "./base";

export function acceptedAnswers(question: Question, kind: string): JsonList {
  const { reference } = question;
  const answers = isList(reference) ? reference : [reference];
  if (!answers.length || answers.includes(null)) {
    throw unusable(question, kind);
  }
  return answers;
}

/** List the accepted answers as text that is not empty, numbers as JSON writes them. */
export function acceptedTexts(question: Question, kind: string): string[] {
  return acceptedAnswers(question, kind).map((answer) => {
    const text = asText(answer);
    if (!text) {
      throw unusable(question, kind);
    }
    return text;
  });
}

/** Write text as it is, and a number or boolean as JSON writes it; null for anything else. */
export function asText(value: Json): string | null {
  if (typeof value === "string") {
    return value;
  }
  const plain = typeof value === "boolean" || typeof value === "number" || value instanceof Float;
  return plain ? canonical(value) : null;
}

/** Say whether an output equals an accepted answer; text also equals what JSON writes for a number or boolean. */
export function matchesAny(question: Question, output: Json, kind: string): boolean {
  return acceptedAnswers(question, kind).some((answer) => {
    if (typeof answer === "string") {
      return answer === output;
    }
    return sameJson(answer, output) || (typeof output === "string" && asText(answer) === output);
  });
}

/** Say whether two values are equal in JSON, where true is not 1, and 1 equals 1.0. */
export function sameJson(one: Json, other: Json): boolean {
  if (isMap(one) && isMap(other)) {
    return (
      one.size === other.size &&
      [...one].every(([key, value]) => {
        const theirs = other.get(key);
        return theirs !== undefined && sameJson(value, theirs);
      })
    );
  }
  if (isList(one) && isList(other)) {
    return one.length === other.length && one.every((value, place) => sameJson(value, other[place] ?? null));
  }
  const number = numberIn(one);
  return number === undefined ? one === other : number === numberIn(other);
}
