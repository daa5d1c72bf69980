// What each kind of document must hold for this page to read it. Our schemas say more; these are what would otherwise
// end in a page that breaks half-way.

/**
 * A type by name, a pattern, a constant version, [the shape of all], or { name: shape }.
 * What is named with a question mark may be absent or null.
 */
export type Shape =
  | "string"
  | "number"
  | "boolean"
  | 1
  | RegExp
  | readonly []
  | readonly [Shape]
  | { [name: string]: Shape };

export interface ShapeFault {
  text: string;
  isVersion: boolean;
}

/** Name the first thing that is not as its shape. */
export function faultOf(value: unknown, shape: Shape, where: string): ShapeFault | null {
  const fault = (text: string, isVersion = false): ShapeFault => ({ text: `${where || "/"} ${text}`, isVersion });
  if (typeof shape === "string") return typeof value === shape ? null : fault(`≠ ${shape}`);
  if (typeof shape === "number") return value === shape ? null : fault(`${JSON.stringify(value)} ≠ ${shape}`, true);
  if (shape instanceof RegExp) return typeof value === "string" && shape.test(value) ? null : fault(`≠ ${shape}`);
  const isList = Array.isArray(shape);
  if (typeof value !== "object" || value === null || Array.isArray(value) !== isList) {
    return fault(isList ? "≠ […]" : "≠ {…}");
  }
  return isList ? faultOfParts(value as unknown[], shape[0], where) : faultOfFields(value, shape as Fields, where);
}

type Fields = { [name: string]: Shape };

function faultOfParts(values: readonly unknown[], shape: Shape | undefined, where: string): ShapeFault | null {
  if (shape === undefined) return null;
  for (const [place, own] of values.entries()) {
    const fault = faultOf(own, shape, `${where}/${place}`);
    if (fault) return fault;
  }
  return null;
}

function faultOfFields(value: object, shape: Fields, where: string): ShapeFault | null {
  for (const [named, own] of Object.entries(shape)) {
    const name = named.replace("?", "");
    const found = (value as Record<string, unknown>)[name] ?? null;
    if (name !== named && found === null) continue;
    const fault = faultOf(found, own, `${where}/${name}`);
    if (fault) return fault;
  }
  return null;
}

const NAME = /^[a-z0-9][a-z0-9._-]{0,63}$/;
const DIGEST = /^sha256:[0-9a-f]{64}$/;
const PAIR = ["number"] as const;
const BUNDLE = { bundle: DIGEST, "scores?": DIGEST };

const HEADER = {
  title: "string",
  headline: "string",
  ranking: "string",
  public_set: { n_items: "number" },
  held_out_set: {},
  tracks: [],
} as const;

const ROW = {
  vendor: NAME,
  config_name: NAME,
  kind: "string",
  entry: DIGEST,
  configuration: DIGEST,
  "rank_range?": PAIR,
  "tied_groups?": PAIR,
  "overfit_interval?": PAIR,
  "same_recipe_as?": "string",
  public: { by: {}, metrics: {}, "interval?": PAIR },
  held_out: { "interval?": PAIR },
  "win_regions?": [{ slice: "string", lower_bound: "number" }],
  efficiency: {},
  usage: {},
  run: { recorded_bundle_sha256: "string" },
  disagreements: [{}],
} as const;

/** Document kind → its shape. */
export const SHAPES = {
  root: { schema_version: 1, documents: {} },
  columns: { schema_version: 1, n_rows: "number", header: HEADER, columns: {} },
  board: { schema_version: 1, ...HEADER, entries: [ROW], other_protocols: [{ entries: [ROW] }], skipped: [{}] },
  benchmark: { schema_version: 1, benchmark: { metrics: {} } },
  entry: { schema_version: 1, identity: { document: DIGEST, bundles: [BUNDLE] }, "history?": [{ document: DIGEST }] },
  configuration: {},
  vendor: { schema_version: 1, entries: [{ entry: "string", slices: [{ slice: "string" }] }] },
  category: { schema_version: 1, items: ["string"], pages: [], rows: [{ entry: "string", values: [] }] },
  scores: { schema_version: 1, metrics: {} },
  items: { schema_version: 1, pages: [DIGEST], items: [{ id: "string", item_set: "string" }] },
  itemPage: { schema_version: 1, items: [{ id: "string" }] },
  manifest: {},
  graded: { schema_version: 1 },
  checkpoint: {},
} as const satisfies Record<string, Shape>;
