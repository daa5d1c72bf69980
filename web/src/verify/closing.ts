/** What depends on all entries of a group: ranks, points by rank, relative efficiency, one recipe under two names. */
import type { Benchmark } from "./benchmark";
import { based, Comparison, type Report, type Tree, Unchecked } from "./comparing";
import { add, compare, divide, type Exact, type Ratio, ratio, rounded, whole, ZERO } from "./exact";
import type { Slice } from "./items";
import { at, byCodePoint, setDefault } from "./lists";
import { weightiest } from "./plan";
import type { Opened } from "./publication";
import type { Reason } from "./reasons";
import { weightedMean } from "./scoring";
import { HELD_OUT, type Standing } from "./standing";
import { aggregateOf, higherIsBetter, isRelative, namesOf, placesOf } from "./tree";
import { type Ratios, ratiosOf, relativeEfficiency } from "./usage";

const PLACES = 6;
const UNDATED = "9999";

/** Entries that may be ranked together: of one protocol version and track, all closed or all pending. */
export class Group {
  private readonly kept = new Map<string, Exact[]>();

  constructor(
    readonly opened: Opened,
    readonly standings: readonly Standing[],
    /** True where these are all entries of the group. */
    readonly whole: boolean,
  ) {}

  get pending(): boolean {
    return this.standings.some(({ row }) => row.pending);
  }

  private get benchmark(): Benchmark {
    return this.opened.benchmark;
  }

  /** The scores of all entries in a metric or aggregate, points by rank included. */
  scores(name: string, part: Slice): Exact[] {
    return setDefault(this.kept, `${name}|${part.name}`, () => {
      if (!isRelative(this.benchmark, name)) {
        return this.standings.map((standing) => ownScore(standing, name, part, this.benchmark.headline));
      }
      return this.pending ? this.standings.map(() => null) : this.relative(name, part);
    });
  }

  private relative(name: string, part: Slice): Exact[] {
    const { weighted, borda } = aggregateOf(this.benchmark, name);
    // A failed part may not be left out like one that is absent: calling the hard part failed would win.
    const row = (child: string) =>
      this.scores(child, part).map((score, place) =>
        this.standings[place]?.own?.failed.has(`${name}|${part.name}`) ? null : score,
      );
    if (weighted) {
      const children = [...weighted.children].filter(([child]) => this.standings[0]?.own?.hasItems(child, part));
      const rows = children.map(([child, weight]) => ({ row: row(child), weight: whole(weight) }));
      return this.standings.map((_, place) => {
        const present = rows.flatMap(({ row: own, weight }) => (own[place] ? [{ score: own[place], weight }] : []));
        return weightedMean(present, weighted.nullIfAbsent ? rows.length : 1);
      });
    }
    const children = borda?.children ?? [];
    const counted = borda?.counted.length ? borda.counted : children;
    return points(
      children.map((child) => ({ row: row(child), higherFirst: higherIsBetter(this.benchmark, child) })),
      counted.map(row),
    );
  }
}

function ownScore({ own, averages, score, cuts }: Standing, name: string, part: Slice, headline: string): Exact {
  if (own) {
    return own.scores.get(`${name}|${part.name}`) ?? null;
  }
  // Without points by rank nothing but the headline is asked for.
  return name !== headline ? null : part === cuts.overall ? score : (averages.get(part.name) ?? null);
}

/** Sum, over the children, the number of entries that compete minus the rank; absent children give no points. */
function points(
  children: readonly { row: readonly Exact[]; higherFirst: boolean }[],
  counted: readonly (readonly Exact[])[],
): Exact[] {
  const size = children[0]?.row.length ?? 0;
  const competes = Array.from({ length: size }, (_, place) => counted.some((row) => row[place]));
  const nCompeting = whole(competes.filter((own) => own).length);
  const sums = Array.from({ length: size }, (): Exact => null);
  for (const { row, higherFirst } of children) {
    for (const [place, rank] of averageRanks(row, higherFirst)) {
      const own = add(nCompeting, { n: -rank.n, d: rank.d });
      sums[place] = add(sums[place] ?? ZERO, own);
    }
  }
  return sums.map((own, place) => (competes[place] ? own : null));
}

/** Rank the entries that have a number, from 1; equal numbers share the mean of their ranks. */
function averageRanks(row: readonly Exact[], higherFirst: boolean): Map<number, Ratio> {
  const known = row.flatMap((score, place) => (score ? [{ score, place }] : []));
  known.sort((one, other) => compare(one.score, other.score) * (higherFirst ? -1 : 1));
  const ranks = new Map<number, Ratio>();
  let start = 0;
  while (start < known.length) {
    let end = start;
    while (
      end < known.length &&
      known[end]?.score.n === known[start]?.score.n &&
      known[end]?.score.d === known[start]?.score.d
    ) {
      end += 1;
    }
    for (const { place } of known.slice(start, end)) {
      ranks.set(place, ratio(BigInt(start + end + 1), 2n));
    }
    start = end;
  }
  return ranks;
}

/** Rank from 1: equal scores share a rank and the next one skips; null has no rank. */
export function competitionRanks(scores: readonly (number | null)[], higherFirst: boolean): (number | null)[] {
  const ordered = scores
    .flatMap((score) => score ?? [])
    .sort((one, other) => (higherFirst ? other - one : one - other));
  const first = new Map<number, number>();
  for (const [place, score] of ordered.entries()) {
    setDefault(first, score, () => place + 1);
  }
  return scores.map((score) => (score === null ? null : (first.get(score) ?? null)));
}

/** Compare what a group's rows say of each other. */
export function compareGroup(group: Group, report: Report): void {
  const { opened, standings } = group;
  const { headline } = opened.benchmark;
  const onHeldOut = standings.some(({ row }) => row.ranking.startsWith("held_out"));
  const scores = standings.map((own, place) => headlineOf(group, own, place));
  const aliases = group.pending ? new Map<string, string>() : aliasesOf(group, scores, onHeldOut);
  const ranks = ranksOf(group, scores, aliases, onHeldOut);
  const basis = weightiest(standings.map((own) => own.basisOf(headline)));
  const efficiency = efficiencyOf(group, scores);
  for (const [place, own] of standings.entries()) {
    const { tree, dollar, relative } = at(efficiency, place);
    const expected: Tree = {
      rank: based(ranks[place] ?? null, onHeldOut ? HELD_OUT : group.whole ? basis : OTHERS),
      same_recipe_as: group.whole ? (aliases.get(own.row.name) ?? null) : new Unchecked(OTHERS),
      efficiency: { ...tree, relative: group.whole ? based(relative, basis) : new Unchecked(OTHERS) },
      cost_per_score: based(dollar, own.basisOf(headline)),
    };
    const comparison = new Comparison(own.row.name, "leaderboard.json", report);
    comparison.compare(own.row.own.map, expected, "");
    compareRelative(group, own, place, comparison);
  }
}

const OTHERS: Reason = { code: "other-entries" };

function headlineOf(group: Group, own: Standing, place: number): Exact {
  return group.scores(group.opened.benchmark.headline, own.cuts.overall)[place] ?? null;
}

/** Compare the numbers that are points by rank, or made from them. */
function compareRelative(group: Group, own: Standing, place: number, comparison: Comparison): void {
  const { benchmark } = group.opened;
  const names = namesOf(benchmark).filter((name) => isRelative(benchmark, name));
  const published = own.row.own.fields("public");
  for (const name of names) {
    const basis = weightiest(group.standings.map((other) => other.basisOf(name)));
    const number = (part: Slice): Tree =>
      group.whole
        ? based(rounded(group.scores(name, part)[place] ?? null, placesOf(benchmark, name)), basis)
        : new Unchecked(OTHERS);
    comparison.compare(published.fields("metrics").any(name), number(own.cuts.overall), `public.metrics.${name}`);
    if (name === benchmark.headline) {
      const exact = group.scores(name, own.cuts.overall)[place] ?? null;
      comparison.compare(published.any("score"), number(own.cuts.overall), "public.score");
      comparison.compare(
        published.any("exact"),
        group.whole ? exact && [String(exact.n), String(exact.d)] : new Unchecked(OTHERS),
        "public.exact",
      );
      for (const part of own.cuts.slices.slice(1)) {
        const theirs = published.fields("by").fields(part.facet).any(part.value);
        comparison.compare(theirs, number(part), `public.by.${part.facet}.${part.value}`);
      }
    }
  }
}

/** The score that ranks, as it is published: rounded, and null for runs that have no rank. */
function ranksOf(
  group: Group,
  scores: readonly Exact[],
  aliases: ReadonlyMap<string, string>,
  onHeldOut: boolean,
): (number | null)[] {
  const { benchmark, releases, rows } = group.opened;
  const higherFirst = higherIsBetter(benchmark, benchmark.headline);
  const places = placesOf(benchmark, benchmark.headline);
  const ranking = group.standings.map((own, place) => {
    if (
      own.row.pending ||
      own.invalid !== null ||
      (group.whole ? aliases.has(own.row.name) : own.row.own.any("same_recipe_as") !== null)
    ) {
      return null;
    }
    const released = releases.scores.get(own.row.name)?.score ?? null;
    return onHeldOut ? rounded(released, PLACES) : rounded(scores[place] ?? null, places);
  });
  if (group.whole) {
    return competitionRanks(ranking, higherFirst);
  }
  // One entry alone stands among the published scores of the others.
  const [own] = group.standings;
  const others = rows.filter(
    (row) =>
      row.name !== own?.row.name && row.track === own?.row.track && row.protocolVersion === own?.row.protocolVersion,
  );
  const theirs = others.map((row) => {
    const left = row.pending || row.own.any("invalid") !== null || row.own.any("same_recipe_as") !== null;
    return left ? null : row.own.fields(onHeldOut ? "held_out" : "public").numberOrNull("score");
  });
  return competitionRanks([...ranking, ...theirs], higherFirst).slice(0, 1);
}

/** Map every entry that repeats the recipe of another to that one, the one that came first: one recipe, one rank. */
function aliasesOf(group: Group, scores: readonly Exact[], onHeldOut: boolean): Map<string, string> {
  const able = (own: Standing, place: number) =>
    own.invalid === null && (onHeldOut ? group.opened.releases.scores.has(own.row.name) : scores[place] !== null);
  const order = group.standings.map((own, place) => ({
    own,
    key: [able(own, place) ? "0" : "1", own.accepted ?? "", own.recorded ?? UNDATED, own.row.name],
  }));
  order.sort((one, other) =>
    one.key.reduce((found, part, place) => found || byCodePoint(part, other.key[place] ?? ""), 0),
  );
  const first = new Map<string, string>();
  const aliases = new Map<string, string>();
  for (const { own } of order) {
    if (own.configuration.saysHow) {
      const owner = setDefault(first, own.configuration.digest, () => own.row.name);
      if (owner !== own.row.name) {
        aliases.set(own.row.name, owner);
      }
    }
  }
  return aliases;
}

interface Efficiency {
  readonly tree: { readonly [name: string]: Tree };
  readonly dollar: number | null;
  readonly relative: number | null;
}

function efficiencyOf(group: Group, scores: readonly Exact[]): Efficiency[] {
  const { benchmark } = group.opened;
  const higherFirst = higherIsBetter(benchmark, benchmark.headline);
  const found = group.standings.map((own, place): Ratios => {
    const nPrompts = own.row.own.fields("public").integer("n_prompts");
    const complete = own.nAnswered === nPrompts && own.invalid === null && higherFirst;
    return ratiosOf(scores[place] ?? null, own.usage, complete);
  });
  const relative = group.pending ? found.map(() => null) : relativeEfficiency(found);
  return found.map((own, place) => {
    const reason = group.standings[place]?.basisOf(benchmark.headline) ?? null;
    return {
      tree: {
        score_per_dollar: based(rounded(own.dollar, PLACES), reason),
        score_per_million_tokens: based(rounded(own.tokens, PLACES), reason),
        score_per_second: based(rounded(own.second, PLACES), reason),
      },
      dollar: own.dollar?.n ? rounded(divide(whole(1), own.dollar), PLACES) : null,
      relative: rounded(relative[place] ?? null, 3),
    };
  });
}
