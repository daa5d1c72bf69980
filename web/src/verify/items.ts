/** The public items as a table, and the slices of them that scores are given for. */
import { type Benchmark, facetOfRole } from "./benchmark";
import type { Fields } from "./fields";
import { textAt } from "./fields";
import type { Question } from "./graders/base";
import { canonical, type Json } from "./json";
import { at, byCodePoint, setDefault } from "./lists";
import { digestOf } from "./sha256";

export interface Item extends Question {
  /** The prompt whose response is graded for it. */
  readonly asked: string;
  readonly prompt: string | null;
  readonly facets: ReadonlyMap<string, string>;
  readonly weight: number;
  readonly cluster: string;
}

export interface ItemTable {
  /** In the order of their ids. */
  readonly items: readonly Item[];
  readonly index: ReadonlyMap<string, number>;
  readonly byPrompt: ReadonlyMap<string, readonly number[]>;
  readonly weights: Float64Array;
  /** Items of one number are not independent of each other. */
  readonly clusters: Int32Array;
  readonly promptsDigest: string;
}

export function readItem(own: Fields): Item {
  const id = own.text("id");
  const asked = own.textOrNull("prompt_id") || id;
  return {
    id,
    asked,
    prompt: own.textOrNull("prompt"),
    reference: own.any("reference"),
    choices: own.texts("choices"),
    facets: own.entries("facets", textAt),
    weight: own.integer("weight", 1),
    cluster: own.textOrNull("cluster") || asked,
  };
}

export async function itemTable(listed: readonly Item[]): Promise<ItemTable> {
  const items = [...listed].sort((one, other) => byCodePoint(one.id, other.id));
  const byPrompt = new Map<string, number[]>();
  const codes = new Map<string, number>();
  const clusters = items.map((item, position) => {
    setDefault(byPrompt, item.asked, () => []).push(position);
    return setDefault(codes, item.cluster, () => codes.size);
  });
  const prompts: Json = [...new Map(items.map((item) => [item.asked, item.prompt]))].sort(([one], [other]) =>
    byCodePoint(one, other),
  );
  return {
    items,
    index: new Map(items.map((item, position) => [item.id, position])),
    byPrompt,
    weights: Float64Array.from(items, (item) => item.weight),
    clusters: Int32Array.from(clusters),
    promptsDigest: await digestOf(new TextEncoder().encode(`${canonical(prompts)}\n`)),
  };
}

export interface Slice {
  readonly name: string;
  /** The facet, or the pair of facets, as it is shown. */
  readonly facet: string;
  readonly value: string;
  readonly positions: Int32Array;
}

type Selector = ReadonlyMap<string, readonly string[]>;

export const OVERALL = "overall";
const CROSS = "×";

function has(item: Item, selector: Selector): boolean {
  return [...selector].every(([facet, values]) => values.includes(item.facets.get(facet) ?? ""));
}

function slice(table: ItemTable, track: Selector, chosen: readonly (readonly [string, string])[]): Slice {
  const selector: Selector = new Map(chosen.map(([facet, value]) => [facet, [value]]));
  const own = table.items.flatMap((item, position) => (has(item, track) && has(item, selector) ? [position] : []));
  return {
    name: chosen.map(([facet, value]) => `${facet}=${value}`).join(CROSS) || OVERALL,
    facet: chosen.map(([facet]) => facet).join(CROSS) || OVERALL,
    value: chosen.map(([, value]) => value).join(CROSS) || OVERALL,
    positions: Int32Array.from(own),
  };
}

/** List the overall set of a track, every declared facet value and every declared pair that holds an item. */
function slicesOf(table: ItemTable, benchmark: Benchmark, track: Selector): Slice[] {
  const values = (facet: string) => benchmark.facets.get(facet)?.values ?? [];
  const chosen: (readonly (readonly [string, string])[])[] = [[]];
  for (const facet of [...benchmark.facets.keys()].sort(byCodePoint)) {
    chosen.push(...values(facet).map((value) => [[facet, value] as const]));
  }
  for (const [first, second] of benchmark.slicePairs) {
    for (const one of values(first)) {
      chosen.push(...values(second).map((other) => [[first, one] as const, [second, other] as const]));
    }
  }
  return chosen.map((own) => slice(table, track, own)).filter((part) => part.positions.length);
}

/** The slices of one track, and what means are taken over inside them. */
export class Cuts {
  readonly slices: readonly Slice[];
  private readonly kept = new Map<string, Int32Array>();

  constructor(
    readonly table: ItemTable,
    benchmark: Benchmark,
    readonly track: string | null,
  ) {
    const facet = facetOfRole(benchmark, "track");
    this.slices = slicesOf(table, benchmark, facet && track !== null ? new Map([[facet, [track]]]) : new Map());
  }

  get overall(): Slice {
    return at(this.slices, 0);
  }

  /** The items of a slice that a mean is taken over. */
  positions(selector: Selector, part: Slice): Int32Array {
    if (!selector.size) {
      return part.positions;
    }
    const key = `${canonical(new Map([...selector].map(([facet, values]) => [facet, values])))}|${part.name}`;
    return setDefault(this.kept, key, () =>
      part.positions.filter((place) => has(at(this.table.items, place), selector)),
    );
  }
}
