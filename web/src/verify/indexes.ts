/** Documents made of all entries: the index of items, the boards of categories, the header, and the board by column. */
import { facetOfRole } from "./benchmark";
import { competitionRanks, type Group } from "./closing";
import { based, Comparison, type Report } from "./comparing";
import { add, byShortestDecimal, compare, divide, type Exact, type Ratio, roundDecimal, rounded, whole } from "./exact";
import type { Fields } from "./fields";
import { minimumDetectableDifference } from "./intervals";
import { canonical, type Json } from "./json";
import { at } from "./lists";
import { weightiest } from "./plan";
import type { Opened } from "./publication";
import { ItemTotals } from "./ratios";
import type { Reason } from "./reasons";
import { HELD_OUT, type Standing } from "./standing";
import { higherIsBetter, placesOf } from "./tree";

const PLACES = 6;
const FIRST_SHOWN = 20;

export function compareIndexes(opened: Opened, groups: readonly Group[], report: Report): void {
  const current = groups.filter(
    (group) => group.standings[0]?.row.protocolVersion === opened.benchmark.protocolVersion,
  );
  const standings = current.flatMap((group) => group.standings);
  const basis = weightiest(standings.map((own) => own.basisOf(opened.benchmark.headline)));
  compareItems(opened, standings, basis, new Comparison("", "items.json", report));
  compareHeader(opened, standings, new Comparison("", "leaderboard.json", report));
  for (const [path, board] of opened.categories) {
    compareCategory(opened, current, board, new Comparison("", path, report));
  }
}

/** Many numbers of one kind: how many are the same, and the first that are not. */
export function compareMany(
  comparison: Comparison,
  number: string,
  pairs: readonly (readonly [string, Json, number | string | null])[],
  basis: Reason | null,
): void {
  const differing = pairs.filter(([, published, ours]) => !sameValue(published, ours));
  const outcome = differing.length ? "differs" : basis ? "follows" : "agrees";
  comparison.say(number, pairs.length, pairs.length - differing.length, outcome, differing.length ? null : basis);
  for (const [name, published, ours] of differing.slice(0, FIRST_SHOWN)) {
    comparison.say(`${number}: ${name}`, published, ours, "differs", null);
  }
}

function sameValue(published: Json, ours: number | string | null): boolean {
  return typeof ours === "number" ? numberOf(published) === ours : published === ours;
}

function numberOf(value: Json): Json {
  return value !== null && typeof value === "object" && "value" in value ? value.value : value;
}

function compareItems(
  opened: Opened,
  standings: readonly Standing[],
  basis: Reason | null,
  comparison: Comparison,
): void {
  const { table, benchmark, itemIndex } = opened;
  const totals = new ItemTotals(table.items.length);
  for (const own of standings) {
    totals.add(own.itemRatios, own.cuts.overall.positions);
  }
  const places = placesOf(benchmark, benchmark.headline);
  const rows = itemIndex.rows("items").filter((own) => own.text("item_set") === "public");
  const pairs = rows.map((own) => [own, table.index.get(own.text("id")) ?? 0] as const);
  compareMany(
    comparison,
    "means of items",
    pairs.map(([own, place]) => [own.text("id"), own.any("mean"), rounded(totals.mean(place), places)]),
    basis,
  );
  compareMany(
    comparison,
    "exact means of items",
    pairs.map(([own, place]) => [own.text("id"), exactIn(own), exactText(totals.mean(place))]),
    basis,
  );
  compareMany(
    comparison,
    "entries scored on items",
    pairs.map(([own, place]) => [own.text("id"), own.any("n_scored"), at(totals.counts, place)]),
    basis,
  );
}

function exactIn(own: Fields): Json {
  const exact = own.any("exact");
  return exact === null ? null : own.texts("exact").join("/");
}

function exactText(value: Exact): string | null {
  return value && `${value.n}/${value.d}`;
}

function compareHeader(opened: Opened, standings: readonly Standing[], comparison: Comparison): void {
  const { board, benchmark, table, releases } = opened;
  const onHeldOut = board.text("ranking").startsWith("held_out");
  const n = onHeldOut ? (releases.nPrompts ?? 0) : new Set(table.clusters).size;
  const difference = minimumDetectableDifference(benchmark.disagreement, n);
  const gaps = standings.flatMap(({ gap }) => gap ?? []).map(byShortestDecimal);
  comparison.compare(
    board.map,
    {
      minimum_detectable_difference: difference === null ? null : roundDecimal(difference, PLACES),
      median_overfit_gap: based(rounded(median(gaps), PLACES), HELD_OUT),
      n_pending: opened.rows.filter(({ pending }) => pending).length,
      public_set: { n_prompts: table.byPrompt.size, n_items: table.items.length, digest: table.promptsDigest },
    },
    "",
  );
}

function median(values: Ratio[]): Exact {
  if (!values.length) {
    return null;
  }
  const ordered = values.sort(compare);
  const middle = Math.floor(ordered.length / 2);
  return divide(add(at(ordered, middle), at(ordered, ordered.length - middle - 1)), whole(2));
}

/** Compare a board of one category: the average and rank of every entry, and its score on every item. */
function compareCategory(opened: Opened, groups: readonly Group[], board: Fields, comparison: Comparison): void {
  const { benchmark } = opened;
  const slice = `${facetOfRole(benchmark, "category")}=${board.text("value")}`;
  const places = placesOf(benchmark, benchmark.headline);
  const rows = new Map(board.rows("rows").map((row) => [row.text("entry"), row]));
  const [first] = groups.filter(({ standings }) => standings.some(({ row }) => rows.has(row.name)));
  const items = first?.standings[0]?.cuts.slices.find(({ name }) => name === slice)?.positions ?? new Int32Array();
  const ids = Array.from(items, (place) => at(opened.table.items, place).id);
  comparison.compare(canonical(board.list("items")), canonical(ids), "items");
  for (const group of groups.filter((own) => own.standings.some(({ row }) => rows.has(row.name)))) {
    const part = group.standings[0]?.cuts.slices.find(({ name }) => name === slice);
    const scores = part ? group.scores(benchmark.headline, part) : [];
    const basis = weightiest(group.standings.map((own) => own.basisOf(benchmark.headline)));
    const averages = scores.map((score) => rounded(score, places));
    const ranking = group.standings.map(({ row, invalid }, place) =>
      row.pending || invalid !== null || row.own.any("same_recipe_as") !== null ? null : (averages[place] ?? null),
    );
    const ranks = competitionRanks(ranking, higherIsBetter(benchmark, benchmark.headline));
    const named = (name: string) =>
      group.standings.map(({ row }) => [row.name, rows.get(row.name)?.any(name) ?? null] as const);
    compareMany(
      comparison,
      "averages",
      named("average").map(([name, own], place) => [name, own, averages[place] ?? null]),
      basis,
    );
    compareMany(
      comparison,
      "ranks",
      named("rank").map(([name, own], place) => [name, own, ranks[place] ?? null]),
      basis,
    );
    const values = group.standings.flatMap((own) => {
      const theirs = rows.get(own.row.name)?.list("values") ?? [];
      return Array.from(
        items,
        (place, column) =>
          [
            `${own.row.name}, ${ids[column]}`,
            theirs[column] ?? null,
            rounded(own.itemRatios[place] ?? null, places),
          ] as const,
      );
    });
    compareMany(comparison, "scores on items", values, basis);
  }
}
