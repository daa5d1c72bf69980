/** The grader `token_f1`: how many words an answer shares with a reference, as an exact fraction. */
import { compare, ONE, type Ratio, ratio, ZERO } from "../exact";
import type { JsonMap } from "../json";
import { tokens } from "../letters";
import { type Grade, type Kind, Options, perQuestion } from "./base";
import { acceptedTexts } from "./references";

function tokenF1(given: JsonMap): Grade {
  const dropArticles = new Options(given, "token_f1", ["drop_articles"]).flag("drop_articles", true);
  const referencesOf = perQuestion((question) =>
    acceptedTexts(question, "token_f1").map((text) => tokens(text, dropArticles)),
  );
  return (question, output) => {
    const references = referencesOf(question);
    if (typeof output !== "string") {
      return false;
    }
    const found = tokens(output, dropArticles);
    const scores = references.map((reference) => shared(found, reference));
    return scores.reduce((best, own) => (compare(own, best) > 0 ? own : best), ZERO);
  };
}

/** The harmonic mean of precision and recall over bags of words; two empty bags agree wholly. */
function shared(one: readonly string[], other: readonly string[]): Ratio {
  const left = new Map<string, number>();
  for (const word of one) {
    left.set(word, (left.get(word) ?? 0) + 1);
  }
  let common = 0;
  for (const word of other) {
    const count = left.get(word) ?? 0;
    if (count) {
      left.set(word, count - 1);
      common += 1;
    }
  }
  const total = one.length + other.length;
  return total ? ratio(BigInt(2 * common), BigInt(total)) : ONE;
}

export const KINDS: readonly Kind[] = [{ name: "token_f1", version: "1", make: tokenF1 }];
