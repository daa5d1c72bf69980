import { describe, expect, it } from "vitest";
import { type Fraction, rounded } from "../src/paired/fractions";
import { itemScores, pairOf } from "../src/paired/paired";
import { holm, mcnemar, tQuantile } from "../src/paired/significance";
import type { ScoresDocument } from "../src/site/types";

describe("fractions", () => {
  it("are rounded half to even", () => {
    const halves: Fraction[] = [
      [5n, 10n],
      [15n, 10n],
      [25n, 10n],
      [-5n, 10n],
      [-15n, 10n],
      [2n, 3n],
    ];
    expect(halves.map((one) => rounded(one, 0) + 0)).toEqual([0, 2, 2, 0, -2, 1]);
  });
});

describe("p-values", () => {
  it("of McNemar are exact sums of binomials", () => {
    // 2·(1 + 11)/2^11 with 1 and 10 items, and at most 1.
    expect(mcnemar(1, 10)).toEqual([24n, 2048n]);
    expect(mcnemar(0, 0)).toEqual([1n, 1n]);
    expect(mcnemar(3, 3)).toEqual([1n, 1n]);
  });

  it("are adjusted by Holm in the order of their size, and what is unknown stays so", () => {
    const adjusted = holm([[1n, 100n], null, [4n, 100n], [3n, 100n]]);
    expect(adjusted.map((p) => p && Number(p[0]) / Number(p[1]))).toEqual([0.03, null, 0.06, 0.06]);
  });

  it("come with the quantiles of the tables of Student's t", () => {
    const found = [9, 29, 120].map(tQuantile);
    for (const [place, expected] of [2.262157, 2.04523, 1.97993].entries()) {
      expect(found[place]).toBeCloseTo(expected, 4);
    }
  });
});

const document = (values: (number | null)[], more: Partial<ScoresDocument> = {}): ScoresDocument => ({
  schema_version: 1,
  bundle: "",
  grading: "",
  items: null,
  trials: null,
  stages: null,
  states: null,
  metrics: { correct: { denominator: 1, values } },
  ...more,
});
const ids = ["a", "b", "c", "d"];
const unitOf = (id: string) => ({ cluster: id, weight: 1n });

function pair(one: (number | null)[], other: (number | null)[], rule = {}) {
  const [a, b] = [one, other].map((values) => itemScores(document(values), "correct", rule, ids));
  if (!a || !b || typeof a === "string" || typeof b === "string") throw new Error("no scores");
  return pairOf(a, b, unitOf, rule);
}

describe("two entries", () => {
  it("differ by the items that one of them alone passes", () => {
    expect(pair([1, 1, 0, 1], [0, 1, 1, 0])).toMatchObject({ nItems: 4, onlyA: 2, onlyB: 1, difference: [1n, 4n] });
  });

  it("are compared where both have a score, and absent answers are wrong ones unless they are dropped", () => {
    expect(pair([1, null, 0, 1], [0, 1, 1, 0])).toMatchObject({ nItems: 4, leftOut: 0 });
    expect(pair([1, null, 0, 1], [0, 1, 1, 0], { missing: "drop" })).toMatchObject({ nItems: 3, leftOut: 1 });
  });

  it("are not compared where the platform failed", () => {
    const failed = document([1, 0, 1, 1], { states: ["answered", "platform_failure", "answered", "answered"] });
    expect(itemScores(failed, "correct", {}, ids)).toBe("platform failure");
  });
});
