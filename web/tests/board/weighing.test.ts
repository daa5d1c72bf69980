import { describe, expect, it } from "vitest";
import { reflectionOf, weigh, weighable, weightsIn } from "../../src/pages/board/rows/weighing";
import type { Benchmark, BoardRow } from "../../src/site/types";
import { row } from "./rows";

const rules = {
  headline: "correct",
  metrics: {
    errors: { direction: "lower", range: [0, 10] },
    correct: { title: "Correct" },
  },
  aggregates: {
    both: { weighted: { children: { errors: 3, slow: 1 } } },
    slow: { mean: { metric: "errors" } },
    points: { borda: {} },
  },
} as unknown as Benchmark;

/** The worked example of docs/statistics.md: three metrics, weights 2, 1 and 1.5. */
const SCORES: Record<string, [number, number, number]> = {
  "lingua/benchmark-languages": [0.943434, 0.922559, 0.953333],
  "lingua/default": [0.932323, 0.89899, 0.953333],
  "py3langid/benchmark-languages": [0.935354, 0.885522, 0.946667],
  "pycld2/best-effort": [0.936364, 0.885522, 0.94],
};
const names = Object.keys(SCORES);
const rows = names.map((name, place) => row(name, { place }));
const board = names.map((name) => {
  const [correct, short, nordic] = SCORES[name] ?? [0, 0, 0];
  return { public: { metrics: { correct, short, nordic } } } as unknown as BoardRow;
});
const weights = new Map([
  ["correct", 2],
  ["short", 1],
  ["nordic", 1.5],
]);

describe("a board under own weights", () => {
  const weighed = weigh(rows, board, weights, new Map());

  it("has the scores and ranks of `proofboard weigh`", () => {
    const standings = rows.map((own) => weighed.standingOf(own));
    expect(standings.map((own) => own?.rank)).toEqual([1, 2, 3, 4]);
    expect(standings.map((own) => own?.score.toFixed(6))).toEqual(["0.942095", "0.931919", "0.928051", "0.926278"]);
  });

  it("is as stable as `proofboard weigh` says", () => {
    const [first, second, third] = rows.map((own) => weighed.stabilityOf(own));
    expect(first?.holdsWithin).toBe(1);
    // Published scores are rounded to six places, exact ones are not.
    expect(second?.holdsWithin).toBeCloseTo(0.58951, 3);
    expect(third?.holdsWithin).toBeCloseTo(0.58951, 3);
    expect([first?.range, second?.range]).toEqual([
      [1, 1],
      [2, 2],
    ]);
  });

  it("gives equal scores one rank, which does not hold within any change", () => {
    const even = [0, 1].map((place) => ({ public: { metrics: { a: place, b: 1 - place } } }) as unknown as BoardRow);
    const tied = weigh(
      rows.slice(0, 2),
      even,
      new Map([
        ["a", 1],
        ["b", 1],
      ]),
      new Map(),
    );
    expect(rows.slice(0, 2).map((own) => tied.standingOf(own)?.rank)).toEqual([1, 1]);
    expect(rows[0] && tied.stabilityOf(rows[0])).toEqual({ holdsWithin: 0, range: [1, 2] });
  });

  it("ranks nobody who lacks a score, waits, or is no measurement, and tracks apart", () => {
    const listed = [
      row("a/1", { place: 0, track: "x" }),
      row("a/2", { place: 1, track: "y" }),
      row("a/3", { place: 2, pending: true }),
      row("a/4", { place: 3, invalid: "all answers are empty" }),
      row("a/5", { place: 9 }),
    ];
    const apart = weigh(listed, board, weights, new Map());
    expect(listed.map((own) => apart.standingOf(own)?.rank ?? null)).toEqual([1, 1, null, null, null]);
  });

  it("turns metrics around whose lower values are better", () => {
    expect([reflectionOf(rules, "errors"), reflectionOf(rules, "both"), reflectionOf(rules, "correct")]).toEqual([
      10,
      10,
      null,
    ]);
    expect(reflectionOf(rules, "points")).toBeNull();
    const few = [1, 9].map((errors) => ({ public: { metrics: { errors } } }) as unknown as BoardRow);
    const better = weigh(rows.slice(0, 2), few, new Map([["errors", 1]]), new Map([["errors", 10]]));
    expect(rows.slice(0, 2).map((own) => better.standingOf(own)?.rank)).toEqual([1, 2]);
  });
});

describe("weights of an address", () => {
  it("are halves up to five, of metrics that there are", () => {
    const found = weightsIn("correct:2.4,errors:0,nobody:1,both:9,slow:nonsense", [
      "correct",
      "errors",
      "both",
      "slow",
    ]);
    expect([...found]).toEqual([["correct", 2.5]]);
  });

  it("begin with the headline", () => {
    expect(weighable(rules).map(({ name }) => name)).toEqual(["correct", "errors", "both", "slow", "points"]);
  });
});
