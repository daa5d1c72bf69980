import { describe, expect, it } from "vitest";
import { amounts, fixed } from "../src/numbers";
import { scaleOf } from "../src/site/scale";
import { partsOf, sliceTitle } from "../src/site/slices";
import type { Benchmark } from "../src/site/types";

const benchmark = { metrics: { correct: { range: [0, 1] }, errors: { range: [0, 100] } } } as unknown as Benchmark;
const header = (headline: string, n = 100) => ({ headline, ranking: "public desc", public_set: { n_items: n } });
const row = (score: number | null, heldOut: number | null = null) => ({
  public: score,
  interval: null,
  heldOut,
  heldOutInterval: null,
});

describe("numbers", () => {
  it("have a true minus sign, and never look like zero when they are not", () => {
    expect(fixed(-1.25, 1)).toBe("−1.3");
    expect(fixed(0.0001, 2)).toBe("<0.01");
    expect(fixed(null, 2)).toBeNull();
    expect([fixed(-0.001, 2), fixed(0, 1, "exceptZero"), fixed(0.25, 1, "exceptZero")]).toEqual([
      "0.00",
      "0.0",
      "+0.3",
    ]);
    expect([fixed(1234567.891, 1), fixed(-1000, 0), fixed(999, 0)]).toEqual(["1,234,567.9", "−1,000", "999"]);
  });

  it("of one column have one unit and one number of decimals", () => {
    const { unit, write } = amounts([0.0005, 0.0123, null], "s");
    expect([unit, write(0.0005), write(0.0123), write(null)]).toEqual(["ms", "0.5", "12.3", null]);
  });
});

describe("scores", () => {
  it("between 0 and 1 are percentages, and held-out ones show no more than their grid", () => {
    const scale = scaleOf([row(0.943434, 0.94), row(0.5, 0.9)], header("correct"), benchmark);
    expect([scale.publicUnit(0.943434), scale.heldOutUnit(0.94), scale.points(0.0123)]).toEqual([
      "94.3 %",
      "94 %",
      "+1.2",
    ]);
  });

  it("of another range are written as they are", () => {
    const scale = scaleOf([row(31.4159)], header("errors"), benchmark);
    expect([scale.isShares, scale.publicUnit(31.4159)]).toEqual([false, "31.4"]);
  });

  it("lie on one axis with round ends", () => {
    const scale = scaleOf([row(0.31), row(0.58)], header("correct"), benchmark);
    expect(scale.axis).toEqual(["30", "60"]);
    expect([scale.place(0.3), scale.place(0.6), scale.place(2)]).toEqual([0, 1, 1]);
  });
});

describe("slices", () => {
  it("are read as their values, with the facet where a value is of several", () => {
    const facets = { niche: { values: ["a×b", "all"], title: "Niche" }, tier: { values: ["all"] } };
    expect(partsOf("niche=a×b×tier=all")).toEqual([
      { facet: "niche", value: "a×b" },
      { facet: "tier", value: "all" },
    ]);
    expect(sliceTitle("niche=a×b×tier=all", { facets })).toBe("a×b × tier: all");
    expect(sliceTitle("niche=a×b", { facets }, true)).toBe("Niche: a×b");
  });
});
