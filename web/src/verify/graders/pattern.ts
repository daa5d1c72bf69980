/** The grader `regex`: RE2's patterns, run by an own machine; a pattern that it does not know is not checkable here. */

import type { Json, JsonMap } from "../json";
import { folded, isAscii, settled, strip } from "../letters";
import { repeatsNothing } from "../pattern/emptiness";
import { compile, type Found, type Program, run } from "../pattern/machine";
import { parsePattern } from "../pattern/syntax";
import { NotCheckable } from "../reasons";
import { type Grade, type Kind, Options, type Question, unusable } from "./base";
import { acceptedAnswers, acceptedTexts, matchesAny } from "./references";

interface Compiled {
  readonly pattern: string;
  readonly program: Program;
  readonly groups: number;
  readonly byteWise: boolean;
}

const KEPT = 1_000;

function compiler(ignoreCase: boolean): (pattern: string, captures: boolean) => Compiled {
  const known = new Map<string, Compiled>();
  return (pattern, captures) => {
    const kept = known.get(pattern);
    if (kept) {
      return kept;
    }
    const parsed = parsePattern(settled(pattern), ignoreCase);
    const program = parsed && compile(parsed.root);
    if (!program || (captures && parsed.groups && repeatsNothing(parsed.root))) {
      throw new NotCheckable({ code: "pattern", about: pattern });
    }
    if (known.size >= KEPT) {
      known.clear();
    }
    const made = { pattern, program, groups: parsed.groups, byteWise: parsed.byteWise };
    known.set(pattern, made);
    return made;
  };
}

function regex(given: JsonMap): Grade {
  const options = new Options(given, "regex", ["pattern", "ignore_case", "whole", "fold_answer"]);
  const pattern = options.textOrNull("pattern");
  const whole = options.flag("whole", false);
  const ignoreCase = options.flag("ignore_case", false);
  const compiled = compiler(ignoreCase);
  const find = ({ pattern: named, program, byteWise }: Compiled, output: Json): Found | null => {
    if (typeof output !== "string") {
      return null;
    }
    if (byteWise && !isAscii(output)) {
      throw new NotCheckable({ code: "pattern", about: named });
    }
    return run(program, settled(output), whole);
  };

  if (pattern === null) {
    return (question, output) => {
      const programs = acceptedAnswers(question, "regex").map((own) => {
        if (typeof own !== "string") {
          throw unusable(question, "regex");
        }
        return compiled(own, false);
      });
      return programs.some((one) => find(one, output) !== null);
    };
  }
  const one = compiled(pattern, true);
  const accepts = options.flag("fold_answer", false) ? acceptsFolded : acceptsExactly;
  return (question, output) => {
    const found = find(one, output);
    if (!one.groups) {
      return found !== null;
    }
    const captured = found?.group ?? null;
    // The reference is read first, so that an unusable one is noticed whatever the output is.
    return accepts(question, strip(captured ?? "")) && captured !== null;
  };
}

function acceptsExactly(question: Question, answer: string): boolean {
  return matchesAny(question, answer, "regex");
}

function acceptsFolded(question: Question, answer: string): boolean {
  const found = folded(answer);
  return acceptedTexts(question, "regex").some((text) => folded(text) === found);
}

export const KINDS: readonly Kind[] = [{ name: "regex", version: "1", make: regex }];
