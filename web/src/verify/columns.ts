/** The board by column, which the page is made from: every column says what the rows say, which were compared before. */
import { Comparison, type Report } from "./comparing";
import { nearestInteger } from "./exact";
import { Fields, integerAt } from "./fields";
import { sameJson } from "./graders/references";
import { compareMany } from "./indexes";
import { Float, isList, type Json, type JsonList, numberIn } from "./json";
import { at } from "./lists";
import type { Opened } from "./publication";
import { Refused } from "./reasons";

export const PROJECTIONS = ["columns.json", "efficiency.json"];

/** Columns that are not named as the fields of a row, and where they stand in it. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  public: "public.score",
  reason: "public.reason",
  interval: "public.interval",
  assurance: "public.assurance",
  n_items: "public.n_items",
  n_answered: "public.n_answered",
  held_out: "held_out.score",
  held_out_interval: "held_out.interval",
  held_out_status: "held_out.status",
  target: "target_verdict.verdict",
  relative_efficiency: "efficiency.relative",
  score_per_dollar: "efficiency.score_per_dollar",
  score_per_million_tokens: "efficiency.score_per_million_tokens",
  score_per_second: "efficiency.score_per_second",
  cost_dollars: "usage.cost_dollars",
  total_tokens: "usage.total_tokens",
  generation_calls: "usage.generation_calls",
  judge_calls: "usage.judge_calls",
  seconds: "usage.seconds.mean",
};

export function compareColumns(opened: Opened, document: Fields, report: Report): void {
  const comparison = new Comparison("", document.place, report);
  const rows = opened.board.rows("entries");
  const names = rows.map((row) => `${row.text("vendor")}/${row.text("config_name")}`);
  comparison.compare(
    document.map,
    { leaderboard: opened.documents.get("leaderboard.json") ?? null, n_rows: rows.length },
    "",
  );
  const columns = document.fields("columns");
  for (const name of columns.map.keys()) {
    const theirs = unpacked(columns, name, rows.length);
    const pairs = rows.map((row, place) => {
      const same = sameJson(theirs[place] ?? null, inRow(row, name));
      return [at(names, place), same ? "the same" : "another", "the same"] as const;
    });
    compareMany(comparison, name, pairs, null);
  }
}

function inRow(row: Fields, name: string): Json {
  if (name === "disagreements") {
    return row.list(name).length;
  }
  let value: Json = row.map;
  for (const part of (ELSEWHERE[name] ?? name).split(".")) {
    value = value instanceof Map ? (value.get(part) ?? null) : null;
  }
  return value;
}

/** Return a column's values, one for each row, from whichever form it is written in. */
function unpacked(columns: Fields, name: string, nRows: number): JsonList {
  const column = columns.any(name);
  if (column === null) {
    return new Array<null>(nRows).fill(null);
  }
  if (isList(column)) {
    return column;
  }
  const own = Fields.of(column, `${columns.place}/${name}`);
  switch (own.word("form", ["words", "numbers", "intervals"])) {
    case "words": {
      const values = own.list("values");
      return own.list("codes").map((code) => values[integerAt(code, own.place)] ?? null);
    }
    case "numbers":
      return numbersOf(own, nearTo(columns, own, nRows));
    case "intervals":
      return intervalsOf(own, nearTo(columns, own, nRows));
  }
}

/** The numbers of the column that this one is near to, as integers of its decimal place. */
function nearTo(columns: Fields, own: Fields, nRows: number): number[] {
  const near = own.textOrNull("near");
  if (near === own.place.split("/").at(-1)) {
    throw new Refused(own.place, "is near to itself");
  }
  const values = near === null ? [] : unpacked(columns, near, nRows);
  const scale = 10 ** own.integer("places");
  return Array.from({ length: nRows }, (_, row) => nearestInteger((numberIn(values[row]) ?? 0) * scale));
}

function numbersOf(own: Fields, near: readonly number[]): Json[] {
  const scale = 10 ** own.integer("places");
  const steps = own.any("numbers") === null;
  let last = 0;
  return own.list(steps ? "steps" : "numbers").map((given, row) => {
    if (given === null) {
      return null;
    }
    const number = integerAt(given, own.place) + (steps ? last : 0);
    last = number;
    return new Float((number + at(near, row)) / scale);
  });
}

function intervalsOf(own: Fields, near: readonly number[]): Json[] {
  const scale = 10 ** own.integer("places");
  const further = own.list("further");
  return own.list("below").map((given, row) => {
    const more = further[row] ?? null;
    if (given === null || more === null) {
      return null;
    }
    const [value, below] = [at(near, row), integerAt(given, own.place)];
    const high = value + below + integerAt(more, own.place);
    return [new Float((value - below) / scale), new Float(high / scale)];
  });
}
