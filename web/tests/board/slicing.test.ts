import { describe, expect, it } from "vitest";
import { paired } from "../../src/pages/board/rows/slicing";

const LAW = { facet: "niche", value: "law", title: "law", name: "niche=law" };
const JA = { facet: "language", value: "ja", title: "ja", name: "language=ja" };
const HARD = { facet: "area", value: "hard", title: "hard", name: "area=hard" };
const BOTH = { facet: "niche×language", value: "law×ja", title: "law × ja", name: "niche=law×language=ja" };

describe("slices that are looked at alone", () => {
  it.each([
    ["one value is itself", [LAW], [LAW], []],
    ["two that the board crosses are their pair, in its order", [JA, LAW], [BOTH], []],
    ["two that it does not cross stand beside each other", [LAW, HARD], [LAW, HARD], ["niche", "area"]],
    ["a third stands beside the pair", [LAW, HARD, JA], [BOTH, HARD], ["niche×language", "area"]],
    ["none is none", [], [], []],
  ])("%s", (_claim, chosen, slicings, unpaired) => {
    expect(paired(chosen, { slice_pairs: [["niche", "language"]] })).toEqual({ slicings, unpaired });
  });

  it("stand beside each other where the board declares no pairs", () => {
    expect(paired([LAW, JA], {})).toEqual({ slicings: [LAW, JA], unpaired: ["niche", "language"] });
  });
});
