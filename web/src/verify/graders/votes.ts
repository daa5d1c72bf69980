/** The grader `votes`: the majority of the recorded votes of an LLM judge. */
import type { JsonMap } from "../json";
import { type Grade, type Kind, Options, type Vote } from "./base";

/** Pass where more votes say yes than no; null votes are not counted, and without any vote there is no verdict. */
export function verdictOf(votes: readonly Vote[]): Vote {
  const yes = votes.filter((vote) => vote === true).length;
  const no = votes.filter((vote) => vote === false).length;
  return yes || no ? yes > no : null;
}

function votes(given: JsonMap): Grade {
  new Options(given, "votes", []);
  return (_question, _output, cast) => verdictOf(cast);
}

export const KINDS: readonly Kind[] = [{ name: "votes", version: "1", make: votes }];
