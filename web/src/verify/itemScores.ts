/** The published item scores of a bundle against those that were graded here. */
import { metricOf } from "./benchmark";
import { STAGES, STATES } from "./bundle";
import type { Comparison } from "./comparing";
import type { Fields } from "./fields";
import { beyondRange, type Graded, type ItemScores, type Published } from "./grading";
import type { ItemTable } from "./items";
import { at } from "./lists";
import { basisOf, type Plan } from "./plan";

const FIRST_SHOWN = 20;

export interface PublishedScores {
  readonly published: Fields;
  readonly columns: Published;
  readonly table: ItemTable;
  readonly path: string;
}

/** Report, for each metric, how many item scores are the same, and the first that are not. */
export function compareScores(comparison: Comparison, plan: Plan, made: Graded, own: PublishedScores): void {
  compareRows(comparison, made.scores, own);
  for (const name of plan.order) {
    compareColumn(comparison, plan, made, own, name);
    const denominator = own.published.fields("metrics").fieldsOrNull(name)?.integer("denominator");
    comparison.compare(denominator, metricOf(plan.benchmark, name).denominator, `denominator of ${name}`);
  }
  for (const name of beyondRange(plan.benchmark, made.scores.columns)) {
    comparison.say(`range of ${name}`, null, null, "differs", null);
  }
}

function compareColumn(comparison: Comparison, plan: Plan, made: Graded, own: PublishedScores, name: string): void {
  const number = `item scores: ${name}`;
  const theirs = own.columns.get(name) ?? [];
  const ours = made.scores.columns.get(name) ?? [];
  const reason = made.taken.get(name) ?? null;
  if (theirs.length !== ours.length) {
    comparison.say(number, theirs.length, ours.length, "differs", null);
    return;
  }
  if (reason) {
    comparison.say(number, ours.length, null, "unchecked", reason);
    return;
  }
  const differing = ours.flatMap((value, row) => (value === theirs[row] ? [] : [row]));
  const basis = basisOf(plan, name, made.taken);
  const outcome = differing.length ? "differs" : basis ? "follows" : "agrees";
  comparison.say(number, theirs.length, theirs.length - differing.length, outcome, differing.length ? null : basis);
  for (const row of differing.slice(0, FIRST_SHOWN)) {
    const named = `${name} of ${rowName(made.scores, own.table, row)}`;
    comparison.say(named, theirs[row] ?? null, ours[row] ?? null, "differs", null);
  }
}

function rowName({ rows }: ItemScores, table: ItemTable, row: number): string {
  const parts = [at(table.items, at(rows.item, row)).id];
  if (rows.trial[row]) {
    parts.push(`trial ${rows.trial[row]}`);
  }
  if (rows.stage[row]) {
    parts.push(at(STAGES, at(rows.stage, row)));
  }
  return parts.join(", ");
}

/** The rows that a document of item scores must have: columns that say nothing are null. */
function compareRows(comparison: Comparison, { rows }: ItemScores, { published, table }: PublishedScores): void {
  const count = table.items.length;
  const all = rows.item.length === count && rows.item.every((position, row) => position === row);
  const items = all ? null : Array.from(rows.item, (position) => at(table.items, position).id);
  const of = (codes: Uint8Array, names: readonly string[]) =>
    codes.some((code) => code) ? Array.from(codes, (code) => at(names, code)) : null;
  const expected: Record<string, readonly (string | number)[] | null> = {
    items,
    trials: rows.trial.some((trial) => trial) ? [...rows.trial] : null,
    stages: of(rows.stage, STAGES),
    states: of(rows.state, STATES),
  };
  for (const [name, ours] of Object.entries(expected)) {
    const theirs = published.any(name) === null ? null : published.list(name);
    const same =
      theirs === null || ours === null
        ? theirs === ours
        : theirs.length === ours.length && theirs.every((value, row) => value === ours[row]);
    if (!same) {
      comparison.say(`rows: ${name}`, theirs?.length ?? null, ours?.length ?? null, "differs", null);
    }
  }
}
