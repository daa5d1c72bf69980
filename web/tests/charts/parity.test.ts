// Charts in the page hold the same rows as those of `proofboard chart`. tests/test_charts_page.py writes the cases, with
// what Python makes of them, and names their file; without it there is nothing to compare.

import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { ChartDocuments, ChartOptions } from "../../src/charts/drawing";
import { filled } from "../../src/charts/filling";
import { type ChartKind, draw, needed } from "../../src/charts/kinds";

interface Case {
  name: string;
  kind: ChartKind;
  options: ChartOptions;
  documents: ChartDocuments;
  needed: unknown;
  drawn: unknown;
  filled: unknown;
}

const file = process.env.CHART_CASES;
const cases: Case[] = file ? JSON.parse(readFileSync(file, "utf-8")) : [];

describe.skipIf(!file)("a chart of the page is that of the command line", () => {
  it.each(cases)("$kind of $name", ({ kind, options, documents, ...expected }) => {
    const drawn = draw(kind, documents, options);
    expect(needed(kind, documents.board, options)).toEqual(expected.needed);
    expect(drawn).toEqual(expected.drawn);
    if (expected.filled === null) return;
    const look = { language: "ja", theme: "dark", width: 700, title: "A title" } as const;
    expect(JSON.parse(JSON.stringify(filled(kind, drawn, look)))).toEqual(expected.filled);
  });
});
