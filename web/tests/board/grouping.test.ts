import { describe, expect, it } from "vitest";
import type { Context } from "../../src/pages/board/rows/context";
import { byVendor, flat, ordering, textKey } from "../../src/pages/board/rows/grouping";
import { row } from "./rows";

const score = (name: string, value: number | null, kind = "community") => row(name, { public: value, rank: 1, kind });
const rows = [
  score("acme/best", 0.9),
  score("bolt/default", 0.7, "default"),
  score("bolt/low", 0.6),
  score("acme/default", 0.5, "default"),
  score("zeta/none", null),
  score("base/chance", 0.1, "chance"),
  score("base/human", 0.95, "human"),
];
const context = { rows, benchmark: { vendors: { acme: { title: "Acme" } } } } as unknown as Context;

function names(isDown: boolean): string[] {
  const way = isDown ? -1 : 1;
  const ordered = [...rows].sort((one, other) => ordering(one.public, other.public, way));
  const order = { keyOf: (own: (typeof rows)[0]) => own.public, first: "desc" as const, isDown, hasRanks: true };
  return byVendor(ordered, order, context).map((line) => (line.kind === "head" ? `[${line.title}]` : line.row.name));
}

describe("rows under their vendors", () => {
  it("begin with the default, and yardsticks of all vendors stand together at the end", () => {
    expect(names(true)).toEqual([
      "[Acme]",
      "acme/default",
      "acme/best",
      "[bolt]",
      "bolt/default",
      "bolt/low",
      "[zeta]",
      "zeta/none",
      "[null]",
      "base/human",
      "base/chance",
    ]);
  });

  it("the other way round the best of a vendor still speaks for it", () => {
    expect(names(false).filter((name) => name.startsWith("["))).toEqual(["[bolt]", "[Acme]", "[zeta]", "[null]"]);
  });

  it("say how many of their vendor's rows are left by a filter", () => {
    const order = { keyOf: () => null, first: "asc" as const, isDown: false, hasRanks: false };
    const [head] = byVendor(rows.slice(0, 1), order, context);
    expect(head).toMatchObject({ kind: "head", shown: 1, size: 2, bestRank: null });
  });

  it("are not led where there are no groups", () => {
    expect(flat(rows).every((line) => line.kind === "row" && !line.isLed)).toBe(true);
  });
});

describe("texts", () => {
  it("sort by the numbers in them, and without marks and capitals", () => {
    const sorted = ["b", "Åa", "c10", "c9", "ab"].sort((one, other) => ordering(textKey(one), textKey(other), 1));
    expect(sorted).toEqual(["Åa", "ab", "b", "c9", "c10"]);
  });
});
