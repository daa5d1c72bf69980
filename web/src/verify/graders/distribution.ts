/** Graders of answer distributions: how a model spreads its answers over options, against how people do. */
import {
  add,
  byShortestDecimal,
  divide,
  fsum,
  magnitude,
  multiply,
  nearest,
  ONE,
  type Ratio,
  ratio,
  subtract,
  sum,
  whole,
} from "../exact";
import { isList, isMap, type Json, type JsonMap, numberIn } from "../json";
import { exactly, type Grade, type Kind, Options, perQuestion, type Question, type Score, unusable } from "./base";
import { asText } from "./references";

type Shares = ReadonlyMap<string, number>;

const MOST_OPTIONS = 256;
const LARGEST_SHARE = 2 ** 53;
/** Refusal rates are compared as decimals of this many digits. */
const DECIMAL_DIGITS = 28;

/** A part that is recorded, and is not what it should be. */
class WrongShape extends Error {}

interface Reference {
  readonly shares: Shares | null;
  readonly options: readonly string[];
  readonly refusalRate: Ratio | null;
}

type Compare = (reference: Reference, output: JsonMap) => Score;

/** 1 minus the Jensen-Shannon divergence (base 2) of two vectors of shares; 0 where one has no share. */
function jensenShannon(one: readonly number[], other: readonly number[]): number {
  const [all, against] = [fsum(one), fsum(other)];
  if (!(all && against)) {
    return 0;
  }
  const terms = one.map((share, place) => {
    const [a, b] = [share / all, (other[place] ?? 0) / against];
    return term(a, b) + term(b, a);
  });
  return Math.min(1, Math.max(0, 1 - fsum(terms) / 2));
}

function term(share: number, against: number): number {
  // The doubled share over the sum is exactly 1 for equal shares, and no tiny share can make it infinite.
  return share ? share * Math.log2((2 * share) / (share + against)) : 0;
}

/** (1 + tau_b) / 2 of two vectors in the same order; tau_b is 0 where one of them is constant. */
function kendallTau(one: readonly number[], other: readonly number[]): number {
  let [agreement, untiedOne, untiedOther] = [0, 0, 0];
  for (let first = 0; first < one.length; first += 1) {
    for (let second = first + 1; second < one.length; second += 1) {
      const x = Math.sign((one[first] ?? 0) - (one[second] ?? 0));
      const y = Math.sign((other[first] ?? 0) - (other[second] ?? 0));
      untiedOne += Math.abs(x);
      untiedOther += Math.abs(y);
      agreement += x * y;
    }
  }
  const pairs = untiedOne * untiedOther;
  return pairs ? (1 + agreement / Math.sqrt(pairs)) / 2 : 0.5;
}

function ofShares(score: (one: readonly number[], other: readonly number[]) => number): Compare {
  return (reference, output) => {
    const model = sharesIn(output.get("distribution"));
    const people = reference.shares;
    if (!people || !model) {
      return null;
    }
    const options = [...new Set([...reference.options, ...model.keys()])];
    return score(
      options.map((option) => model.get(option) ?? 0),
      options.map((option) => people.get(option) ?? 0),
    );
  };
}

const refusalGap: Compare = (reference, output) => {
  const people = reference.refusalRate;
  const model = rateIn(output.get("refusal_rate"));
  if (!people || !model) {
    return null;
  }
  return shortened(subtract(ONE, magnitude(shortened(subtract(model, people)))));
};

/** Round a fraction of a power of ten to the digits that a decimal keeps, half to even. */
function shortened(value: Ratio): Ratio {
  let scale = 1n;
  while (scale % value.d !== 0n) {
    scale *= 10n;
  }
  const digits = magnitude(value).n * (scale / value.d);
  const surplus = digits.toString().length - DECIMAL_DIGITS;
  if (surplus <= 0) {
    return value;
  }
  const unit = 10n ** BigInt(surplus);
  const kept = nearest(digits, unit) * unit;
  return ratio(value.n < 0n ? -kept : kept, scale);
}

/** Grade objects: a reference that cannot be used is a fault, an output that cannot be used is wrong. */
function guarded(kind: string, score: Compare): Grade {
  const checked = perQuestion((question) => referenceOf(question, kind));
  return (question, output) => {
    const reference = checked(question);
    if (!isMap(output)) {
      return false;
    }
    try {
      return score(reference, output);
    } catch (error) {
      if (error instanceof WrongShape) {
        return false;
      }
      throw error;
    }
  };
}

function referenceOf(question: Question, kind: string): Reference {
  try {
    if (!isMap(question.reference)) {
      throw new WrongShape();
    }
    const shares = sharesIn(question.reference.get("distribution"));
    if (shares && [...shares.values()].every((share) => !share)) {
      throw new WrongShape();
    }
    const options = [...(shares?.keys() ?? []), ...optionsIn(question.reference.get("options") ?? null)];
    return { shares, options, refusalRate: rateIn(question.reference.get("refusal_rate")) };
  } catch (error) {
    if (error instanceof WrongShape) {
      throw unusable(question, kind);
    }
    throw error;
  }
}

function optionsIn(recorded: Json): string[] {
  if (recorded === null) {
    return [];
  }
  if (!isList(recorded)) {
    throw new WrongShape();
  }
  return recorded.map((option) => {
    const name = asText(option);
    if (name === null) {
      throw new WrongShape();
    }
    return name;
  });
}

function sharesIn(recorded: Json | undefined): Shares | null {
  if (recorded === undefined || recorded === null) {
    return null;
  }
  if (!isMap(recorded) || recorded.size > MOST_OPTIONS) {
    throw new WrongShape();
  }
  return new Map([...recorded].map(([option, value]) => [option, shareIn(value)]));
}

function shareIn(value: Json): number {
  const share = numberIn(value);
  if (share === undefined || !(share >= 0 && share <= LARGEST_SHARE)) {
    throw new WrongShape();
  }
  return share;
}

function rateIn(recorded: Json | undefined): Ratio | null {
  if (recorded === undefined || recorded === null) {
    return null;
  }
  const rate = shareIn(recorded);
  if (rate > 1) {
    throw new WrongShape();
  }
  return byShortestDecimal(rate);
}

const PARTS: readonly (readonly [string, Compare])[] = [
  ["jensen_shannon", ofShares(jensenShannon)],
  ["kendall_tau", ofShares(kendallTau)],
  ["refusal_gap", refusalGap],
];

function blend(given: JsonMap): Grade {
  const options = new Options(given, "distribution_blend", ["weights", "absent"]);
  const absent = options.text("absent", "null", /^(null|present)$/);
  const weights = options.map("weights");
  const parts = PARTS.flatMap(([name, score]) => {
    const weight = weights ? numberIn(weights.get(name)) : 1;
    return weight === undefined ? [] : [{ grade: guarded(name, score), weight: whole(weight) }];
  });
  return (question, output, votes) => {
    const scores = parts.map(({ grade, weight }) => ({ score: grade(question, output, votes), weight }));
    const known = scores.flatMap(({ score, weight }) => (score === null ? [] : [{ score: exactly(score), weight }]));
    if (!known.length || (absent === "null" && known.length < scores.length)) {
      return null;
    }
    const total = known.reduce((all, { weight }) => add(all, weight), whole(0));
    return divide(sum(known.map(({ score, weight }) => multiply(score, weight))), total);
  };
}

function plain(name: string, score: Compare, tolerance = 0): Kind {
  const make = (given: JsonMap) => {
    new Options(given, name, []);
    return guarded(name, score);
  };
  return { name, version: "1", make, tolerance };
}

export const KINDS: readonly Kind[] = [
  // Logarithms may differ in their last bit between two machines.
  plain("jensen_shannon", ofShares(jensenShannon), 1),
  plain("kendall_tau", ofShares(kendallTau)),
  plain("refusal_gap", refusalGap),
  { name: "distribution_blend", version: "1", make: blend, tolerance: 1 },
];
