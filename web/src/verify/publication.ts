/** What is read once for a whole publication: rules, items, the board, what was released, boards of categories. */
import { type Benchmark, readBenchmark } from "./benchmark";
import { type Fields, textsAt } from "./fields";
import { Cuts, type Item, type ItemTable, itemTable, readItem } from "./items";
import { setDefault } from "./lists";
import { type Plan, planOf } from "./plan";
import { Refused } from "./reasons";
import { type Releases, readReleases } from "./release";
import type { Site } from "./site";

/** One row of the board, with what it is compared in. */
export interface Row {
  readonly name: string;
  readonly own: Fields;
  readonly protocolVersion: string;
  readonly track: string | null;
  readonly pending: boolean;
  /** What ranks its protocol: `public desc`. */
  readonly ranking: string;
}

export interface Opened {
  readonly digest: string;
  readonly benchmark: Benchmark;
  readonly plan: Plan;
  readonly table: ItemTable;
  readonly repair: ItemTable | null;
  readonly itemIndex: Fields;
  readonly board: Fields;
  readonly rows: readonly Row[];
  readonly releases: Releases;
  /** Path → a board of one value of the category facet. */
  readonly categories: ReadonlyMap<string, Fields>;
  readonly documents: ReadonlyMap<string, string>;
  readonly cutsOf: (track: string | null) => Cuts;
}

export async function open(site: Site, withCategories: boolean): Promise<Opened> {
  const { document: root, digest } = await site.root();
  const documents = root.entries("documents", (value) => String(value));
  const named = async (path: string) => {
    const own = documents.get(path);
    if (!own) {
      throw new Refused(path, "is named by no document, and every publication has it");
    }
    return site.document(path, own);
  };
  const [rules, itemIndex, board, released] = await Promise.all(
    ["benchmark.json", "items.json", "leaderboard.json", "releases.json"].map(named),
  );
  if (!rules || !itemIndex || !board || !released) {
    throw new Refused("publication.json", "names too few documents");
  }
  const benchmark = readBenchmark(rules);
  const tables = await tablesOf(site, itemIndex);
  const paths = withCategories ? [...documents.keys()].filter((path) => path.startsWith("boards/")) : [];
  const categories = await Promise.all(paths.map(async (path) => [path, await named(path)] as const));
  const kept = new Map<string | null, Cuts>();
  return {
    digest,
    benchmark,
    plan: planOf(benchmark),
    ...tables,
    itemIndex,
    board,
    rows: rowsOf(board),
    releases: readReleases(released),
    categories: new Map(categories),
    documents,
    cutsOf: (track) => setDefault(kept, track, () => new Cuts(tables.table, benchmark, track)),
  };
}

async function tablesOf(site: Site, index: Fields): Promise<{ table: ItemTable; repair: ItemTable | null }> {
  const pages = await Promise.all(
    textsAt(index.list("pages"), "items.json").map((digest, number) => site.document(`items/${number}.json`, digest)),
  );
  const items = pages.flatMap((page) => page.rows("items").map(readItem));
  const counted = index.rows("items");
  const sets = new Map<string, Item[]>();
  for (const [place, own] of counted.entries()) {
    const item = items[place];
    if (!item || item.id !== own.text("id")) {
      throw new Refused("items.json", "does not list the items of its pages in their order");
    }
    setDefault(sets, own.word("item_set", ["public", "repair"]), () => []).push(item);
  }
  if (items.length !== counted.length) {
    throw new Refused("items.json", "lists other items than its pages hold");
  }
  const repair = sets.get("repair");
  return { table: await itemTable(sets.get("public") ?? []), repair: repair ? await itemTable(repair) : null };
}

function rowsOf(board: Fields): Row[] {
  const ofProtocol = (own: Fields) =>
    own.rows("entries").map((row) => ({
      name: `${row.text("vendor")}/${row.text("config_name")}`,
      own: row,
      protocolVersion: row.text("protocol_version"),
      track: row.textOrNull("track"),
      pending: row.flag("pending", false),
      ranking: own.text("ranking"),
    }));
  const rows = [board, ...board.rows("other_protocols")].flatMap(ofProtocol);
  const twice = rows.find(({ name }, place) => rows.findIndex((other) => other.name === name) !== place);
  if (twice) {
    throw new Refused("leaderboard.json", `lists ${twice.name} more than once`);
  }
  return rows;
}
