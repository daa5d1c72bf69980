/** Runs that are no measurement: all answers empty, all the same, or all uniform. Such a run has no rank. */
import { ANSWER, ANSWERED, type Response } from "./bundle";
import { compare, divide, exactOf, ratio, sum, whole } from "./exact";
import { canonical, isMap, type Json, numberIn } from "./json";
import { strip } from "./letters";
import { at } from "./lists";

const FEWEST = 10;
const UNIFORM_SHARE = ratio(80n, 100n);
const UNIFORM_DEVIATION = 0.01;
const UNIFORM_REFUSAL = ratio(5n, 100n);

/** Say why the answers of a run are no measurement; null where they are one. */
export function whyInvalid(responses: readonly Response[]): string | null {
  const outputs = responses.flatMap(({ stage, state, output }) =>
    stage === ANSWER && state === ANSWERED && output !== null ? [output] : [],
  );
  if (outputs.length < FEWEST) {
    return null;
  }
  if (outputs.every((output) => typeof output === "string" && !strip(output))) {
    return `all ${outputs.length} answers are empty`;
  }
  const first = canonical(at(outputs, 0));
  if (outputs.every((output) => canonical(output) === first)) {
    return `all ${outputs.length} answers are identical`;
  }
  return whyUniform(outputs);
}

function whyUniform(outputs: readonly Json[]): string | null {
  const answers = outputs.flatMap((output) => {
    const distribution = isMap(output) ? output.get("distribution") : null;
    return isMap(output) && isMap(distribution ?? null) ? [{ output, distribution }] : [];
  });
  if (answers.length < FEWEST) {
    return null;
  }
  const uniform = answers.filter(
    ({ distribution }) => isMap(distribution) && isUniform([...distribution.values()]),
  ).length;
  const rates = answers.flatMap(({ output }) => asNumber(output.get("refusal_rate") ?? null) ?? []).map(exactOf);
  const refused = rates.length ? divide(sum(rates), whole(rates.length)) : whole(0);
  const few = compare(ratio(BigInt(uniform), BigInt(answers.length)), UNIFORM_SHARE) < 0;
  return few || compare(refused, UNIFORM_REFUSAL) >= 0
    ? null
    : `${uniform} of ${answers.length} answer distributions are uniform`;
}

/** A number, or a truth value, which Python counts as 1 or 0 here. */
function asNumber(value: Json): number | undefined {
  return typeof value === "boolean" ? Number(value) : numberIn(value);
}

function isUniform(shares: readonly Json[]): boolean {
  const level = 1 / shares.length;
  return (
    shares.length > 0 &&
    shares.every((share) => {
      const value = asNumber(share);
      return value !== undefined && Math.abs(value - level) < UNIFORM_DEVIATION;
    })
  );
}
