/** One entry, computed again from its bundles: all that does not depend on the others, compared on the way. */
import { type Benchmark, facetOfRole } from "./benchmark";
import { based, Comparison, LATER, type Report, type Tree, Unchecked } from "./comparing";
import { type Configuration, readConfiguration } from "./configuration";
import { type Exact, roundDecimal, rounded, subtract, toNumber } from "./exact";
import type { Fields } from "./fields";
import { estimate, gapInterval, wilson } from "./intervals";
import type { Cuts, Slice } from "./items";
import { at } from "./lists";
import { loopOf } from "./loop";
import { weightiest } from "./plan";
import type { Opened, Row } from "./publication";
import { itemRatios } from "./ratios";
import { type Reason, Refused } from "./reasons";
import { type Made, regraded, type Sums } from "./regrading";
import { stepOf } from "./release";
import { runsOf, varianceOf } from "./repeats";
import { type OwnScores, Scoring } from "./scoring";
import { hexOf, type Site } from "./site";
import { isRate, isRelative, leafOf, leavesOf, namesOf, placesOf } from "./tree";
import type { Totals } from "./usage";

const PLACES = 6;
const EXEMPT = ["baseline", "chance"];
export const HELD_OUT: Reason = { code: "held-out" };

/** What stays of an entry when its bundles are gone again. */
export interface Standing {
  readonly row: Row;
  readonly configuration: Configuration;
  readonly cuts: Cuts;
  readonly accepted: string | null;
  readonly recorded: string | null;
  readonly invalid: string | null;
  /** The headline on all items; null where it is unknown or depends on others. */
  readonly score: Exact;
  readonly usage: Totals;
  readonly nAnswered: number;
  /** What points by rank need; null where there are none. */
  readonly own: OwnScores | null;
  readonly itemRatios: readonly Exact[];
  /** The headline on every slice that has a board of its own: name of the slice → score. */
  readonly averages: ReadonlyMap<string, Exact>;
  readonly gap: number | null;
  readonly basisOf: (name: string) => Reason | null;
  readonly nAnswers: number;
}

export async function standingOf(site: Site, opened: Opened, row: Row, report: Report): Promise<Standing> {
  const path = `entries/${row.name}.json`;
  const document = await site.document(path, row.own.text("entry"));
  const identity = document.fields("identity");
  const named = identity.text("document");
  const configuration = await readConfiguration(await site.document(`configurations/${hexOf(named)}.json`, named));
  const context = { site, opened, report, entry: row.name, model: configuration.model };
  const bundles: Made[] = [];
  for (const reference of identity.rows("bundles")) {
    bundles.push(await regraded(context, reference));
  }
  const made = onlyOne(bundles, "public", path);
  const repair = bundles.find(({ manifest }) => manifest.itemSet === "repair") ?? null;
  refuseStrangers(opened.benchmark, configuration, bundles, path);
  const cuts = opened.cutsOf(trackOf(opened, made, path));
  const scoring = new Scoring(opened.benchmark, cuts, made.scores, made.manifest.trials);
  const own = new Entry(opened, row, scoring, made, repair);
  compareDocument(own, document, new Comparison(row.name, path, report));
  await compareHistory(context, own, document, new Comparison(row.name, path, report));
  compareRow(own, configuration, new Comparison(row.name, "leaderboard.json", report));
  return {
    row,
    configuration,
    cuts,
    accepted: document.textOrNull("accepted"),
    recorded: made.manifest.recorded,
    invalid: own.invalid,
    score: own.score,
    usage: made.sums.usage,
    nAnswered: made.sums.nAnswered,
    own: namesOf(opened.benchmark).some((name) => isRelative(opened.benchmark, name)) ? scoring.forOthers() : null,
    itemRatios: itemRatios(scoring),
    averages: averagesOf(scoring),
    gap: own.gap,
    basisOf: (name) => own.basis(name),
    nAnswers: bundles.reduce((total, { nAnswers }) => total + nAnswers, 0),
  };
}

function averagesOf(scoring: Scoring): Map<string, Exact> {
  const facet = facetOfRole(scoring.benchmark, "category");
  const own = scoring.cuts.slices.filter((part) => part.facet === facet);
  return new Map(own.map((part) => [part.name, scoring.score(scoring.benchmark.headline, part)]));
}

function onlyOne(bundles: readonly Made[], set: string, path: string): Made {
  const found = bundles.filter(({ manifest }) => manifest.itemSet === set);
  if (found.length !== 1) {
    throw new Refused(path, `has ${found.length} ${set} bundles, expected 1`);
  }
  return at(found, 0);
}

function refuseStrangers(benchmark: Benchmark, own: Configuration, bundles: readonly Made[], path: string): void {
  if (bundles.some(({ manifest }) => manifest.configuration !== own.digest || manifest.benchmark !== benchmark.id)) {
    throw new Refused(path, "has a bundle that was recorded for another configuration or benchmark");
  }
}

function trackOf({ benchmark, table }: Opened, { scores }: Made, path: string): string | null {
  const facet = facetOfRole(benchmark, "track");
  if (!facet) {
    return null;
  }
  const tracks = new Set(Array.from(scores.rows.item, (position) => at(table.items, position).facets.get(facet) ?? ""));
  if (tracks.size !== 1) {
    throw new Refused(path, `answers items of ${tracks.size} tracks, expected 1`);
  }
  return [...tracks][0] ?? null;
}

/** An entry while its bundles are at hand. */
class Entry {
  readonly score: Exact;
  readonly invalid: string | null;

  constructor(
    readonly opened: Opened,
    readonly row: Row,
    readonly scoring: Scoring,
    readonly made: Made,
    readonly repair: Made | null,
  ) {
    const { headline } = opened.benchmark;
    this.score = scoring.score(headline, scoring.cuts.overall);
    this.invalid = EXEMPT.includes(row.own.text("kind")) ? null : made.sums.invalid;
  }

  get benchmark(): Benchmark {
    return this.opened.benchmark;
  }

  /** Why a metric or aggregate does not wholly follow from answers graded here. */
  basis(name: string): Reason | null {
    return weightiest(leavesOf(this.benchmark, name).map(({ metric }) => this.made.bases.get(metric) ?? null));
  }

  /** A number of a metric or aggregate, rounded, with what it rests on. */
  number(name: string, part: Slice): Tree {
    if (isRelative(this.benchmark, name)) {
      return LATER;
    }
    return based(rounded(this.scoring.score(name, part), placesOf(this.benchmark, name)), this.basis(name));
  }

  get released() {
    return this.opened.releases.scores.get(this.row.name) ?? null;
  }

  get gap(): number | null {
    const { released, score } = this;
    return released && score ? rounded(subtract(score, released.score), PLACES) : null;
  }
}

function compareDocument(own: Entry, document: Fields, comparison: Comparison): void {
  const { slices } = own.scoring.cuts;
  const names = namesOf(own.benchmark).filter((name) => !isRelative(own.benchmark, name));
  const scores = new Map(
    names.map((name) => [name, new Map(slices.map((part) => [part.name, own.number(name, part)]))]),
  );
  comparison.compare(document.any("scores"), scores, "scores");
  comparison.compare(
    document.any("n_items"),
    new Map(slices.map((part) => [part.name, part.positions.length])),
    "n_items",
  );
  comparison.compare(document.any("judge_agreement"), own.made.sums.agreement, "judge_agreement");
}

/** Score what the entry was before by the present rules. */
async function compareHistory(
  context: Parameters<typeof regraded>[0],
  own: Entry,
  document: Fields,
  comparison: Comparison,
): Promise<void> {
  const { benchmark } = own;
  for (const [place, revision] of document.rows("history").entries()) {
    const named = revision.text("document");
    const configuration = await readConfiguration(
      await context.site.document(`configurations/${hexOf(named)}.json`, named),
    );
    const [reference] = revision.rows("bundles");
    let score: Exact = null;
    if (reference) {
      const made = await regraded({ ...context, model: configuration.model }, reference);
      const { cuts } = own.scoring;
      const alone = new Scoring(benchmark, cuts, made.scores, made.manifest.trials);
      score = isRelative(benchmark, benchmark.headline) ? null : alone.score(benchmark.headline, cuts.overall);
    }
    const number = rounded(score, placesOf(benchmark, benchmark.headline));
    comparison.compare(revision.any("score"), based(number, own.basis(benchmark.headline)), `history.${place}.score`);
  }
}

function compareRow(own: Entry, configuration: Configuration, comparison: Comparison): void {
  const { benchmark, row, made } = own;
  const { headline } = benchmark;
  const byChance = new Unchecked({ code: "resampling" });
  const repaired = own.repair && own.opened.repair;
  const loop = repaired && own.repair ? loopOf(benchmark, repaired, own.repair.scores) : null;
  const rule = benchmark.closeTheLoop;
  const expected: Tree = {
    configuration: configuration.digest,
    track: own.scoring.cuts.track,
    public: based(publicScore(own), own.basis(headline)),
    held_out: heldOut(own),
    overfit_gap: based(own.gap, HELD_OUT),
    overfit_interval: based(overfitInterval(own), HELD_OUT),
    close_the_loop: based(loop, rule && own.repair ? (own.repair.bases.get(rule.passes) ?? null) : null),
    usage: based(usageOf(made.sums), made.gone),
    run: { n_votes: based(made.sums.nVotes, made.gone) },
    rank_range: byChance,
    win_regions: byChance,
    target_verdict: byChance,
    invalid: own.invalid,
  };
  comparison.compare(row.own.map, expected, "");
}

function publicScore(own: Entry): Tree {
  const { benchmark, scoring, made } = own;
  const { headline } = benchmark;
  const relative = isRelative(benchmark, headline);
  const { overall, slices, table } = scoring.cuts;
  const sure = estimate(scoring, headline, overall);
  const by = new Map<string, Map<string, Tree>>();
  for (const part of slices.slice(1)) {
    const values = by.get(part.facet) ?? new Map<string, Tree>();
    by.set(part.facet, values.set(part.value, own.number(headline, part)));
  }
  const tier = facetOfRole(benchmark, "tier");
  const places = Math.max(PLACES, placesOf(benchmark, headline));
  return {
    score: own.number(headline, overall),
    exact: relative ? LATER : own.score && [String(own.score.n), String(own.score.d)],
    pass_rate: isRate(benchmark) ? own.number(headline, overall) : null,
    interval: roundedPair(sure.interval),
    standard_error: sure.standardError === null ? null : roundDecimal(sure.standardError, places),
    interval_method: sure.method,
    by,
    by_tier: tier ? (by.get(tier) ?? null) : null,
    metrics: new Map(namesOf(benchmark).map((name) => [name, own.number(name, overall)])),
    n_prompts: new Set(Array.from(overall.positions, (place) => at(table.items, place).asked)).size,
    n_items: overall.positions.length,
    n_answered: made.sums.nAnswered,
    runs: runsOf(scoring, made.scores, made.manifest),
    variance: varianceOf(scoring, made.scores, made.manifest),
  };
}

/** What follows from a released score; the score itself is the owner's word. */
function heldOut(own: Entry): Tree {
  const { released } = own;
  if (!released) {
    return { score: null, interval: null };
  }
  const interval = wilson(toNumber(released.score), released.nItems);
  const follows = {
    score: rounded(released.score, PLACES),
    interval: roundedPair(interval),
    n_prompts: released.nPrompts,
  };
  return based(follows, HELD_OUT);
}

function roundedPair(bounds: readonly [number, number] | null): Tree {
  return bounds ? bounds.map((bound) => roundDecimal(bound, PLACES)) : null;
}

function overfitInterval(own: Entry): Tree {
  const { released, score, scoring, benchmark } = own;
  if (!released || !score) {
    return null;
  }
  const { overall } = scoring.cuts;
  const leaf = leafOf(benchmark, benchmark.headline);
  const nItems = leaf ? scoring.scored(leaf, overall).length : overall.positions.length;
  const step = stepOf(benchmark.releaseStep, released.nItems);
  const interval = gapInterval(score, estimate(scoring, benchmark.headline, overall), nItems, released, step);
  return roundedPair(interval);
}

function usageOf({ usage, judgeCalls }: Sums): Tree {
  const { spread } = usage;
  return {
    generation_calls: usage.calls,
    judge_calls: judgeCalls,
    prompt_tokens: usage.promptTokens,
    completion_tokens: usage.completionTokens,
    total_tokens: usage.totalTokens,
    cost_dollars: rounded(usage.dollars, 9),
    seconds: spread && {
      mean: rounded(spread.mean, PLACES),
      standard_deviation: spread.deviation === null ? null : roundDecimal(spread.deviation, PLACES),
      percentile_95: rounded(spread.percentile95, PLACES),
    },
    n_recorded: usage.recorded,
  };
}
