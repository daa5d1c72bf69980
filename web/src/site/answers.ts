// What was asked, what was answered, and how each answer scored: read on demand, checked by digest, forgotten when it
// becomes too much.

import { DocumentError } from "./failure";
import { hexOf, parsed } from "./fetching";
import { filed, type Publication } from "./publication";
import { SHAPES } from "./shapes";
import type {
  BundleReference,
  FileRecord,
  GradedDocument,
  GradedResponse,
  Item,
  ItemCount,
  ItemIndex,
  ItemPage,
  Manifest,
  Response,
  ScoresDocument,
  Verdict,
} from "./types";

export type { GradedDocument, GradedResponse, Item, ItemCount, Manifest, Response, Verdict };

/** A file of answers larger than this is left to the command line. */
export const LARGEST_FILE_BYTES = 128 * 2 ** 20;
/** So much of all that was read stays for the next look. */
const KEPT_BYTES = 192 * 2 ** 20;

/** The public items of a publication, and their texts by page. */
export interface Items {
  /** Every item, public ones and those for repair, in the order of `items.json`. */
  all: readonly ItemCount[];
  /** The public ones, in the order of the rows of scores. */
  open: readonly ItemCount[];
  /** The metric that `mean` is of. */
  metric: string;
  of: (id: string) => ItemCount | null;
  /** The item as it was asked; raises DocumentError where there is none of this id. */
  text: (id: string) => Promise<Item>;
  /** All items of one page. */
  page: (number: number) => Promise<readonly Item[]>;
}

/** One score of one item: integers over the denominators of `Scores.denominators`. */
export interface ItemScore {
  item: string;
  trial: number;
  stage: "answer" | "repair";
  state: "answered" | "missing" | "platform_failure" | "refused";
  values: Readonly<Record<string, number | null>>;
}

/** The item scores of a bundle. */
export interface Scores {
  length: number;
  at: (row: number) => ItemScore;
  /** Every trial and stage of an item. */
  of: (id: string) => readonly ItemScore[];
  /** The items that have a row, in their order. */
  items: readonly string[];
  denominators: Readonly<Record<string, number>>;
}

/** JSON lines that are parsed when they are asked for, found by the prompt that they are about. */
export interface Lines<Line> {
  length: number;
  at: (line: number) => Line;
  /** Every line about a prompt, in the order of the file. */
  of: (promptId: string) => readonly Line[];
}

/** The prompt whose response is graded for an item. */
export const promptOf = (item: Pick<Item, "id" | "prompt_id">): string => item.prompt_id ?? item.id;

/** Read the index of the items; their texts follow page by page. */
export async function itemsOf(publication: Publication): Promise<Items> {
  const index = await publication.load<ItemIndex>("items.json", SHAPES.items);
  return keep(publication, "items", index.items.length * 64, async () => {
    const places = new Map(index.items.map((item) => [item.id, item]));
    const page = async (number: number): Promise<readonly Item[]> => {
      const digest = index.pages[number];
      const file = `items/${number}.json`;
      if (digest === undefined) throw new DocumentError(file, "missing", "items.json");
      const raw = await publication.bytes(file, digest);
      return parsed<ItemPage>(file, raw, SHAPES.itemPage).items as Item[];
    };
    const kept = (number: number) => keep(publication, `items/${number}`, 2 ** 19, () => page(number));
    return {
      all: index.items,
      open: index.items.filter(({ item_set }) => item_set === "public"),
      metric: index.metric,
      of: (id) => places.get(id) ?? null,
      page: kept,
      text: async (id) => {
        const place = places.get(id);
        const found = place && (await kept(place.page)).find((item) => item.id === id);
        if (!found) throw new DocumentError(id, "unknown", "items.json");
        return found;
      },
    };
  });
}

/** Read the item scores of a bundle; null where none are published, as of held-out answers. */
export async function scoresOf(publication: Publication, reference: BundleReference): Promise<Scores | null> {
  const { bundle, scores: digest } = reference;
  if (digest === null) return null;
  const items = await itemsOf(publication);
  const file = filed("scores", bundle);
  return keep(publication, file, null, async () => {
    const raw = await publication.bytes(file, digest);
    const document = parsed<ScoresDocument>(file, raw, SHAPES.scores);
    return { value: scoresIn(document, items), bytes: raw.length };
  });
}

/** Read the answers of a bundle; null where none are published: held-out ones, and those that were removed. */
export async function responsesOf(
  publication: Publication,
  reference: BundleReference,
): Promise<Lines<Response> | null> {
  return linesOf<Response>(publication, reference, "responses.jsonl");
}

/** Read the recorded votes on the answers of a bundle; null where there are none. */
export async function votesOf(publication: Publication, reference: BundleReference): Promise<Lines<Verdict> | null> {
  return linesOf<Verdict>(publication, reference, "verdicts.jsonl");
}

/** Read the table of contents of a bundle, which stays when its answers were removed; null of a held-out one. */
export async function manifestOf(publication: Publication, reference: BundleReference): Promise<Manifest | null> {
  const { bundle, scores, purged } = reference;
  if (scores === null) return null;
  const file = purged ? filed("purged", bundle) : `bundles/${hexOf(bundle)}/manifest.json`;
  return publication.load<Manifest>(file, SHAPES.manifest, bundle);
}

/** Read what programs of the owner made of a bundle; null where no program graded it. */
export async function gradedOf(publication: Publication, reference: BundleReference): Promise<GradedDocument | null> {
  const { bundle, graded } = reference;
  if (graded === null) return null;
  const file = filed("graded", bundle);
  return keep(publication, file, null, async () => {
    const raw = await publication.bytes(file, graded.document);
    return { value: parsed<GradedDocument>(file, raw, SHAPES.graded), bytes: raw.length };
  });
}

/** Read what a program kept of an answer. */
export const artifactOf = (publication: Publication, digest: string): Promise<Uint8Array<ArrayBuffer>> =>
  publication.bytes(`artifacts/${hexOf(digest)}`, digest);

/** Read the very bytes of a configuration, by the digest that names it; those of earlier revisions too. */
export const configurationBytes = (publication: Publication, document: string): Promise<Uint8Array<ArrayBuffer>> =>
  publication.bytes(filed("configurations", document), document);

async function linesOf<Line extends { prompt_id: string }>(
  publication: Publication,
  reference: BundleReference,
  name: "responses.jsonl" | "verdicts.jsonl",
): Promise<Lines<Line> | null> {
  if (reference.purged) return null;
  const manifest = await manifestOf(publication, reference);
  const record: FileRecord | undefined = manifest?.files[name];
  if (!record) return null;
  const file = `bundles/${hexOf(reference.bundle)}/${name}`;
  if (record.bytes > LARGEST_FILE_BYTES) throw new DocumentError(file, "large", megabytes(record.bytes));
  return keep(publication, file, record.bytes, async () => {
    const raw = await publication.bytes(file, record.digest);
    return linesIn<Line>(file, raw);
  });
}

const megabytes = (bytes: number): string => `${Math.round(bytes / 2 ** 20)} MiB`;

/** Index lines by their prompts: the bytes stay as they are, and a line becomes an object only while it is shown. */
export function linesIn<Line extends { prompt_id: string }>(file: string, raw: Uint8Array): Lines<Line> {
  const starts: number[] = [];
  for (let start = 0; start < raw.length; ) {
    starts.push(start);
    const end = raw.indexOf(10, start);
    start = end < 0 ? raw.length : end + 1;
  }
  const at = (line: number): Line => {
    const start = starts[line];
    if (start === undefined) throw new RangeError(`${file} has no line ${line}`);
    return parsed<Line>(`${file}:${line + 1}`, raw.subarray(start, starts[line + 1] ?? raw.length), {
      prompt_id: "string",
    });
  };
  const places = new Map<string, number[]>();
  for (let line = 0; line < starts.length; line += 1) {
    const { prompt_id: prompt } = at(line);
    const found = places.get(prompt);
    if (found) found.push(line);
    else places.set(prompt, [line]);
  }
  return { length: starts.length, at, of: (prompt) => (places.get(prompt) ?? []).map(at) };
}

function scoresIn(document: ScoresDocument, items: Items): Scores {
  const { trials, stages, states, metrics } = document;
  const names = Object.entries(metrics);
  const rowItems = document.items ?? items.open.map(({ id }) => id);
  const rows = new Map<string, number[]>();
  for (const [row, id] of rowItems.entries()) {
    const found = rows.get(id);
    if (found) found.push(row);
    else rows.set(id, [row]);
  }
  const at = (row: number): ItemScore => ({
    item: rowItems[row] ?? "",
    trial: trials?.[row] ?? 0,
    stage: stages?.[row] ?? "answer",
    state: states?.[row] ?? "answered",
    values: Object.fromEntries(names.map(([name, { values }]) => [name, values[row] ?? null])),
  });
  return {
    length: rowItems.length,
    at,
    of: (id) => (rows.get(id) ?? []).map(at),
    items: [...rows.keys()],
    denominators: Object.fromEntries(names.map(([name, { denominator }]) => [name, denominator])),
  };
}

/** The mean of an item's trials, as a number of the metric; absent ones are `absent`. Null where nothing is known. */
export function meanOf(rows: readonly ItemScore[], metric: string, denominator: number, absent: number | null) {
  const known = rows
    .filter(({ stage }) => stage === "answer")
    .map(({ values }) => values[metric] ?? absent)
    .filter((value): value is number => value !== null);
  if (known.length === 0) return null;
  return known.reduce((sum, value) => sum + value, 0) / (known.length * denominator);
}

// What was read last stays; what was not asked for the longest goes first.
interface Kept {
  promise: Promise<unknown>;
  bytes: number;
}
interface Sized<Value> {
  value: Value;
  bytes: number;
}
const shelves = new WeakMap<Publication, Map<string, Kept>>();

function keep<Value>(publication: Publication, key: string, bytes: number, read: () => Promise<Value>): Promise<Value>;
function keep<Value>(
  publication: Publication,
  key: string,
  bytes: null,
  read: () => Promise<Sized<Value>>,
): Promise<Value>;
function keep(
  publication: Publication,
  key: string,
  bytes: number | null,
  read: () => Promise<unknown>,
): Promise<unknown> {
  const shelf = shelves.get(publication) ?? new Map<string, Kept>();
  shelves.set(publication, shelf);
  const found = shelf.get(key);
  if (found) {
    // To the end: it was asked for last.
    shelf.delete(key);
    shelf.set(key, found);
    return found.promise;
  }
  const kept: Kept = { promise: Promise.resolve(), bytes: bytes ?? 0 };
  kept.promise = read().then((made) => {
    if (bytes !== null) return made;
    const sized = made as Sized<unknown>;
    // Parsed, it takes a few times its bytes.
    kept.bytes = 4 * sized.bytes;
    shorten(shelf);
    return sized.value;
  });
  kept.promise.catch(() => shelf.delete(key));
  shelf.set(key, kept);
  shorten(shelf);
  return kept.promise;
}

function shorten(shelf: Map<string, Kept>): void {
  let total = [...shelf.values()].reduce((sum, { bytes }) => sum + bytes, 0);
  for (const [key, { bytes }] of shelf) {
    if (total <= KEPT_BYTES || shelf.size === 1) return;
    shelf.delete(key);
    total -= bytes;
  }
}
