import { describe, expect, it } from "vitest";
import { unpacked } from "../../src/pages/board/rows/unpacking";
import type { Projection } from "../../src/site/types";

const valuesOf = (nRows: number, columns: object) =>
  unpacked({ n_rows: nRows, columns } as Pick<Projection, "n_rows" | "columns">, "columns.json");

describe("columns", () => {
  it("of every form become values, one for each row", () => {
    const columns = valuesOf(3, {
      // What a column is near to may come after it in the order of names.
      gap: { form: "numbers", places: 6, near: "public", numbers: [-940000, null, 100000] },
      interval: { form: "intervals", places: 2, near: "public", below: [4, null, 0], further: [-2, null, 10] },
      kind: { form: "words", values: ["chance", "default", null], codes: [1, 0, 2] },
      nobody: null,
      public: { form: "numbers", places: 6, numbers: [943434, 500000, null] },
      rank: { form: "numbers", places: 0, steps: [1, null, 2] },
      title: ["a", null, "b"],
    });
    expect(columns).toEqual({
      gap: [0.003434, null, 0.1],
      interval: [[0.9, 0.96], null, [0, 0.1]],
      kind: ["default", "chance", null],
      nobody: [null, null, null],
      public: [0.943434, 0.5, null],
      rank: [1, null, 3],
      title: ["a", null, "b"],
    });
  });

  it("are exact decimals, not sums of fractions", () => {
    const { overfit } = valuesOf(1, {
      overfit: { form: "numbers", places: 6, near: "public", numbers: [-929999] },
      public: { form: "numbers", places: 6, numbers: [930000] },
    });
    expect(overfit).toEqual([0.000001]);
  });

  it.each([
    ["another number of rows", { a: ["x"] }],
    ["an unknown form", { a: { form: "waves" } }],
    ["a column that is near to itself", { a: { form: "numbers", places: 0, near: "a", numbers: [1, 2] } }],
  ])("are refused where there is %s", (_, columns) => {
    expect(() => valuesOf(2, columns)).toThrow("columns.json");
  });
});
