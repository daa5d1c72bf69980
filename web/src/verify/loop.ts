/** What checking and repairing gains: first drafts against final drafts on the repair items. */
import { type Benchmark, facetOfRole, metricOf } from "./benchmark";
import { FAILED, REPAIR } from "./bundle";
import type { Tree } from "./comparing";
import { passes } from "./composites";
import { type Exact, ratio, rounded, subtract } from "./exact";
import type { ItemScores } from "./grading";
import type { ItemTable } from "./items";
import { byCodePoint } from "./lists";

const PLACES = 6;

type Drafts = ReadonlyMap<number, number>;

/** The figures of `close_the_loop`; null where the benchmark has none. */
export function loopOf(benchmark: Benchmark, table: ItemTable, scores: ItemScores): Tree {
  const rule = benchmark.closeTheLoop;
  if (!rule) {
    return null;
  }
  const [passing, accepted, running] = [rule.passes, rule.accepted, rule.runnable].map((name) => {
    const metric = metricOf(benchmark, name);
    return (scores.columns.get(name) ?? []).map((value) => passes(value, metric) === true);
  });
  const { first, final } = draftsOf(scores);
  const facet = facetOfRole(benchmark, "tier");
  const tiers = table.items.map((item) => (facet ? (item.facets.get(facet) ?? "") : "all"));
  const all = [...table.items.keys()];
  const share = (drafts: Drafts, positions: readonly number[]) => shareOf(drafts, positions, passing ?? [], scores);
  const figures = (positions: readonly number[]) => {
    const [base, repaired] = [share(first, positions), share(final, positions)];
    return {
      base_runnable: rounded(base, PLACES),
      repaired_runnable: rounded(repaired, PLACES),
      repair_lift: base && repaired ? rounded(subtract(repaired, base), PLACES) : null,
      n_prompts: new Set(positions.map((place) => table.items[place]?.asked)).size,
    };
  };
  const names = [...new Set(tiers)].sort(byCodePoint);
  const of = (tier: string) => all.filter((place) => tiers[place] === tier);
  const agreement = (tier: string) => {
    const told = of(tier)
      .flatMap((place) => first.get(place) ?? [])
      .filter((row) => accepted?.[row]);
    const ran = told.filter((row) => running?.[row]).length;
    return told.length ? rounded(ratio(BigInt(ran), BigInt(told.length)), PLACES) : null;
  };
  return {
    ...figures(all),
    dry_run_agreement: new Map(names.map((tier) => [tier, agreement(tier)])),
    by_tier: new Map(names.map((tier) => [tier, figures(of(tier))])),
  };
}

/** The share of repair items that pass: one without a draft did not, one that failed leaves it unknown. */
function shareOf(drafts: Drafts, positions: readonly number[], passing: readonly boolean[], scores: ItemScores): Exact {
  const rows = positions.flatMap((place) => drafts.get(place) ?? []);
  if (rows.some((row) => scores.rows.state[row] === FAILED)) {
    return null;
  }
  return ratio(BigInt(rows.filter((row) => passing[row]).length), BigInt(positions.length));
}

/** Map items to the rows of their first and of their final draft, both of the first trial. */
function draftsOf({ rows }: ItemScores): { first: Drafts; final: Drafts } {
  const first = new Map<number, number>();
  const final = new Map<number, number>();
  for (const [row, position] of rows.item.entries()) {
    if (rows.trial[row]) {
      continue;
    }
    const repaired = rows.stage[row] === REPAIR;
    if (!repaired) {
      first.set(position, row);
    }
    if (repaired || !final.has(position)) {
      final.set(position, row);
    }
  }
  return { first, final };
}
