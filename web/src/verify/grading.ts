/** From a bundle to item scores: every answer graded anew for every item of its prompt. */
import { type Benchmark, type Metric, metricOf, worstValue } from "./benchmark";
import { ANSWERED, type Bundle, REFUSED, type Response } from "./bundle";
import { type Column, composite } from "./composites";
import { toGrid, UnusableReference, type Vote } from "./graders/base";
import type { ItemTable } from "./items";
import { at, setDefault } from "./lists";
import type { Making, Plan } from "./plan";
import { NotCheckable, type Reason, Refused } from "./reasons";

/** The rows of a bundle in the order of item, trial and stage; every column has one element for each. */
export interface Rows {
  readonly item: Int32Array;
  readonly trial: Int32Array;
  readonly stage: Uint8Array;
  readonly state: Uint8Array;
}

export interface ItemScores {
  readonly rows: Rows;
  readonly columns: ReadonlyMap<string, Column>;
}

export interface Graded {
  readonly scores: ItemScores;
  /** Columns as they were graded here, before published ones took their place within a grader's tolerance. */
  readonly own: ReadonlyMap<string, Column>;
  /** Metric → why its published column was taken. */
  readonly taken: ReadonlyMap<string, Reason>;
}

/** Item scores as they were published: metric → integers. */
export type Published = ReadonlyMap<string, Column>;

const MOST_TRIALS = 10_000;
const FINE_GRID = 10 ** 6;
const ROWS_FOR_ONE_DIFFERENCE = 100;

interface Answer {
  readonly key: number;
  readonly response: Response | null;
}

/** A row by one number that orders rows: item, trial, stage. */
function keyOf(position: number, trial: number, stage: number): number {
  return (position * MOST_TRIALS + trial) * 2 + stage;
}

export function gradeBundle(bundle: Bundle, table: ItemTable, plan: Plan, published: Published, path: string): Graded {
  checkLines(bundle, table, path);
  const answers = answersOf(bundle, table);
  const rows = rowsOf(answers);
  const votes = votesOf(bundle);
  const columns = new Map<string, Column>();
  const own = new Map<string, Column>();
  const taken = new Map<string, Reason>();
  for (const name of plan.order) {
    const metric = metricOf(plan.benchmark, name);
    const making = plan.makings.get(name) ?? { how: "derived" };
    const made = columnOf(name, metric, making, { bundle, table, answers, votes, published, columns, plan, path });
    if (made.reason) {
      taken.set(name, made.reason);
    } else {
      own.set(name, made.column);
    }
    const theirs = published.get(name) ?? [];
    const kept = making.how === "graded" && withinTolerance(made.column, theirs, metric, making.kind.tolerance ?? 0);
    columns.set(name, kept ? theirs : made.column);
  }
  return { scores: { rows, columns }, own, taken };
}

interface Context {
  readonly bundle: Bundle;
  readonly table: ItemTable;
  readonly answers: readonly Answer[];
  readonly votes: ReadonlyMap<string, readonly Vote[]>;
  readonly published: Published;
  readonly columns: ReadonlyMap<string, Column>;
  readonly plan: Plan;
  readonly path: string;
}

function columnOf(
  name: string,
  metric: Metric,
  making: Making,
  context: Context,
): { column: Column; reason: Reason | null } {
  const count = context.answers.length;
  switch (making.how) {
    case "reported":
      return { column: reportedColumn(name, context), reason: null };
    case "derived":
      return { column: composite(context.plan.benchmark, metric, context.columns, count), reason: null };
    case "published":
      return { column: taken(name, context), reason: making.reason };
    case "graded":
      try {
        return { column: gradedColumn(metric, making, context), reason: null };
      } catch (error) {
        if (error instanceof NotCheckable) {
          return { column: taken(name, context), reason: error.reason };
        }
        throw error instanceof UnusableReference ? new Refused(context.path, error.message) : error;
      }
  }
}

function taken(name: string, { published, answers, path }: Context): Column {
  const column = published.get(name);
  if (column?.length !== answers.length) {
    throw new Refused(path, `the published scores of ${name} are not those of ${answers.length} rows`);
  }
  return column;
}

function gradedColumn(metric: Metric, making: Making & { how: "graded" }, context: Context): Column {
  const worst = worstValue(metric);
  return context.answers.map(({ key, response }) => {
    if (response?.state === ANSWERED) {
      const item = at(context.table.items, Math.floor(key / 2 / MOST_TRIALS));
      const cast = context.votes.size ? (context.votes.get(voteKey(response)) ?? []) : [];
      return toGrid(making.grade(item, response.output, cast), metric.denominator);
    }
    // A refusal is an answer and a wrong one; absent answers are left to the metric's policy.
    return response?.state === REFUSED ? worst : null;
  });
}

function reportedColumn(name: string, { bundle, table, answers }: Context): Column {
  const values = new Map<number, number | null>();
  for (const row of bundle.scores) {
    values.set(keyOf(table.index.get(row.itemId) ?? 0, row.trial, row.stage), row.scores.get(name) ?? null);
  }
  return answers.map(({ key }) => values.get(key) ?? null);
}

/** Pair every item, trial and stage with its response, in order; a reported score may have none. */
function answersOf(bundle: Bundle, table: ItemTable): Answer[] {
  const found = new Map<number, Response | null>();
  for (const row of bundle.scores) {
    found.set(keyOf(table.index.get(row.itemId) ?? 0, row.trial, row.stage), null);
  }
  for (const response of bundle.responses) {
    for (const position of table.byPrompt.get(response.promptId) ?? []) {
      found.set(keyOf(position, response.trial, response.stage), response);
    }
  }
  return [...found].map(([key, response]) => ({ key, response })).sort((one, other) => one.key - other.key);
}

function rowsOf(answers: readonly Answer[]): Rows {
  return {
    item: Int32Array.from(answers, ({ key }) => Math.floor(key / 2 / MOST_TRIALS)),
    trial: Int32Array.from(answers, ({ key }) => Math.floor(key / 2) % MOST_TRIALS),
    stage: Uint8Array.from(answers, ({ key }) => key % 2),
    state: Uint8Array.from(answers, ({ response }) => response?.state ?? ANSWERED),
  };
}

function voteKey({ promptId, trial, stage }: { promptId: string; trial: number; stage: number }): string {
  return `${trial} ${stage} ${promptId}`;
}

function votesOf(bundle: Bundle): ReadonlyMap<string, readonly Vote[]> {
  const votes = new Map<string, Vote[]>();
  for (const verdict of bundle.verdicts) {
    setDefault(votes, voteKey(verdict), () => []).push(verdict.passed);
  }
  return votes;
}

/** Every line belongs to a known item, stands once, and has a declared trial; throws Refused at the first that does not. */
function checkLines(bundle: Bundle, table: ItemTable, path: string): void {
  if (bundle.manifest.promptsDigest !== table.promptsDigest) {
    throw new Refused(path, "was recorded against other prompts");
  }
  const { trials } = bundle.manifest;
  const files = [
    bundle.responses.map(({ promptId, trial, stage }) => ({
      name: promptId,
      trial,
      key: `${trial} ${stage} ${promptId}`,
    })),
    bundle.verdicts.map((own) => ({ name: own.promptId, trial: own.trial, key: `${own.vote} ${voteKey(own)}` })),
    bundle.scores.map(({ itemId, trial, stage }) => ({ name: itemId, trial, key: `${trial} ${stage} ${itemId}` })),
  ];
  for (const [number, lines] of files.entries()) {
    const known: ReadonlyMap<string, unknown> = number === 2 ? table.index : table.byPrompt;
    if (new Set(lines.map(({ key }) => key)).size !== lines.length) {
      throw new Refused(path, "holds a line twice");
    }
    const strange = lines.find(({ name, trial }) => !known.has(name) || trial >= trials);
    if (strange) {
      throw new Refused(path, `${strange.name}, trial ${strange.trial}, is none of this set`);
    }
  }
}

/** Say that two columns differ, but by no more than a grader that takes logarithms may. */
export function withinTolerance(ours: Column, theirs: Column, metric: Metric, tolerance: number): boolean {
  if (!tolerance || metric.denominator < FINE_GRID || ours.length !== theirs.length) {
    return false;
  }
  const differing = ours.flatMap((value, row) => (value === theirs[row] ? [] : [row]));
  const few = differing.length <= Math.max(1, Math.floor(ours.length / ROWS_FOR_ONE_DIFFERENCE));
  return (
    few &&
    differing.every((row) => {
      const [one, other] = [ours[row] ?? null, theirs[row] ?? null];
      return one !== null && other !== null && Math.abs(one - other) <= tolerance;
    })
  );
}

/** Say which columns leave the range of their metric: an absent answer, worth the worst one, could beat such a score. */
export function beyondRange(benchmark: Benchmark, columns: ReadonlyMap<string, Column>): string[] {
  return [...columns].flatMap(([name, column]) => {
    const metric = metricOf(benchmark, name);
    const [low, high] = [metric.low * metric.denominator, metric.high * metric.denominator];
    return column.some((value) => value !== null && (value < low || value > high)) ? [name] : [];
  });
}

/** Keep the rows of one trial alone, as trial 0. */
export function onlyTrial({ rows, columns }: ItemScores, trial: number): ItemScores {
  const kept = [...rows.trial.keys()].filter((row) => rows.trial[row] === trial);
  const of = (values: Int32Array | Uint8Array) => kept.map((row) => at(values, row));
  return {
    rows: {
      item: Int32Array.from(of(rows.item)),
      trial: new Int32Array(kept.length),
      stage: Uint8Array.from(of(rows.stage)),
      state: Uint8Array.from(of(rows.state)),
    },
    columns: new Map([...columns].map(([name, column]) => [name, kept.map((row) => column[row] ?? null)])),
  };
}
