/** Graders that compare the text of an answer: `exact`, `normalised_exact`, `includes`. */

import type { JsonMap } from "../json";
import { compatible, containsWords, folded, isArticle, split, withoutPunctuation } from "../letters";
import { type Grade, type Kind, Options, perQuestion } from "./base";
import { acceptedAnswers, acceptedTexts, asText, matchesAny, sameJson } from "./references";

interface Form {
  readonly ignoreCase: boolean;
  readonly ignorePunctuation?: boolean;
  readonly ignoreArticles?: boolean;
}

/** Make the function that brings a text into the chosen normal form, with single spaces. */
function normaliser(form: Form): (text: string) => string {
  const unify = form.ignoreCase ? folded : compatible;
  return (text) => {
    const plain = unify(text);
    const words = split(form.ignorePunctuation ? withoutPunctuation(plain) : plain);
    return (form.ignoreArticles ? words.filter((word) => !isArticle(word.toLowerCase())) : words).join(" ");
  };
}

function exact(options: JsonMap): Grade {
  new Options(options, "exact", []);
  return (question, output) => matchesAny(question, output, "exact");
}

function normalisedExact(given: JsonMap): Grade {
  const options = new Options(given, "normalised_exact", ["ignore_case", "ignore_punctuation", "ignore_articles"]);
  const normalise = normaliser({
    ignoreCase: options.flag("ignore_case", true),
    ignorePunctuation: options.flag("ignore_punctuation", false),
    ignoreArticles: options.flag("ignore_articles", false),
  });
  const accepted = perQuestion((question) => {
    const texts = acceptedAnswers(question, "normalised_exact").map(asText);
    return new Set(texts.flatMap((text) => (text === null ? [] : [normalise(text)])));
  });
  return (question, output) => {
    if (typeof output !== "string") {
      return acceptedAnswers(question, "normalised_exact").some((answer) => sameJson(answer, output));
    }
    return accepted(question).has(normalise(output));
  };
}

function includes(given: JsonMap): Grade {
  const options = new Options(given, "includes", ["ignore_case", "whole_words"]);
  const normalise = normaliser({ ignoreCase: options.flag("ignore_case", false) });
  const wholeWords = options.flag("whole_words", false);
  const partsOf = perQuestion((question) => acceptedTexts(question, "includes").map(normalise));
  return (question, output) => {
    const parts = partsOf(question);
    if (typeof output !== "string") {
      return false;
    }
    const text = normalise(output);
    return parts.some((part) => part && (wholeWords ? containsWords(text, part) : text.includes(part)));
  };
}

export const KINDS: readonly Kind[] = [
  { name: "exact", version: "1", make: exact },
  { name: "normalised_exact", version: "1", make: normalisedExact },
  { name: "includes", version: "1", make: includes },
];
