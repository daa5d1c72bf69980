/**
 * For the cross-check against the Python graders: reads one JSON line `{kind, options, item, output, votes,
 * denominator}` after the other and answers each with the integer, `null`, or why there is none.
 */
import { createInterface } from "node:readline";
import { toGrid, UnusableReference } from "../../src/verify/graders/base";
import { GRADERS } from "../../src/verify/graders/registry";
import { isList, isMap, type Json, type JsonMap, parse } from "../../src/verify/json";
import { NotCheckable } from "../../src/verify/reasons";

function graded(given: JsonMap): unknown {
  const kind = GRADERS.get(String(given.get("kind")));
  const options = given.get("options");
  const item = given.get("item");
  if (!kind || !isMap(options) || !isMap(item)) {
    return "no such case";
  }
  const choices = item.get("choices");
  const question = {
    id: String(item.get("id")),
    reference: item.get("reference") ?? null,
    choices: isList(choices) ? choices.map(String) : [],
  };
  const votes = (given.get("votes") ?? []) as (boolean | null)[];
  try {
    return toGrid(kind.make(options)(question, given.get("output") as Json, votes), Number(given.get("denominator")));
  } catch (error) {
    if (error instanceof NotCheckable) {
      return `not checkable: ${error.reason.code}`;
    }
    if (error instanceof UnusableReference) {
      return "unusable";
    }
    throw error;
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  const given = parse(line);
  process.stdout.write(`${JSON.stringify(isMap(given) ? graded(given) : "no case")}\n`);
}
