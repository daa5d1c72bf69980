// Documents come with the digest that their parent names: bytes are hashed as received, then parsed.

const ADVICE =
  "Reload, in case the board was just being replaced. If this stays, the site is not as it was built: do not trust it, " +
  "and ask its owner to build and upload it again.";

/** A document that cannot be shown, and what to do about it. */
export class DocumentError extends Error {
  constructor(message, advice = ADVICE) {
    super(message);
    this.advice = advice;
  }
}

/** The row of an entry that the address names. */
export function rowNamed({ named }, name) {
  const row = named.get(name);
  if (row) return row;
  throw new DocumentError(`there is no entry ${name} on this board`, "Entries are named vendor/config_name.");
}

/** Fetch, check and parse a document: { value, digest, bytes }; where this browser computes no digest, it is null. */
export async function load(path, expected, shape) {
  const bytes = await fetched(path);
  const digest = await digestOf(bytes);
  if (expected && digest && digest !== expected) {
    throw new DocumentError(`${path} has not the digest that names it: found ${digest}, expected ${expected}`);
  }
  const value = parsed(path, bytes);
  const fault = faultOf(value, shape, "the document");
  if (fault) throw new DocumentError(`${path} is malformed: ${fault}`);
  return { value, digest, bytes };
}

/** Load a document that the root names. */
export function loadNamed(root, path, shape) {
  if (Object.hasOwn(root.documents, path)) return load(path, root.documents[path], shape);
  throw new DocumentError(`publication.json does not name ${path}`);
}

/** Load a document by the digest that names it, from the folder of such documents. */
export const loadFiled = (folder, named, digest, shape) => load(`${folder}/${hexOf(named)}.json`, digest, shape);

export const hexOf = (digest) => digest.replace("sha256:", "");

/** Load a module of this page that not every reader needs. */
export const loadModule = (path) => import(path).catch(() => {
  throw new DocumentError(`${path.replace(".", "assets")} could not be fetched`);
});

async function fetched(path) {
  const answer = await fetch(new URL(path, document.baseURI), { cache: "no-cache" }).catch(() => null);
  if (answer?.ok) return new Uint8Array(await answer.arrayBuffer());
  const found = answer?.status === 404 ? "is missing" : "could not be fetched";
  throw new DocumentError(`${path} ${found} (${answer ? `status ${answer.status}` : "no answer"})`);
}

// Browsers compute digests only on https and on the machine itself.
async function digestOf(bytes) {
  if (!crypto.subtle) return null;
  const summed = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return `sha256:${Array.from(summed, (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}

function parsed(path, bytes) {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    throw new DocumentError(`${path} is malformed: it is not JSON in UTF-8`);
  }
}

/**
 * Name the first thing that is not as its shape: a type, a pattern, a constant, [the shape of all], { name: shape }.
 * What is named with a question mark may be absent or null.
 */
function faultOf(value, shape, where) {
  if (typeof shape === "string") return typeof value === shape ? null : `${where} is no ${shape}`;
  if (typeof shape === "number") return value === shape ? null : `${where} is ${value}, and this page reads ${shape}`;
  if (shape instanceof RegExp) {
    return typeof value === "string" && shape.test(value) ? null : `${where} is not as such names are written`;
  }
  const isList = Array.isArray(shape);
  if (typeof value !== "object" || value === null || Array.isArray(value) !== isList) {
    return `${where} is no ${isList ? "list" : "record"}`;
  }
  for (const named of Object.keys(isList ? value : shape)) {
    const [name] = named.split("?");
    const part = isList ? shape[0] : shape[named];
    if (!part || (name !== named && (value[name] ?? null) === null)) continue;
    const fault = faultOf(value[name], part, `${where}.${name}`);
    if (fault) return fault;
  }
  return null;
}

const NAME = /^[a-z0-9][a-z0-9._-]{0,63}$/;
const DIGEST = /^sha256:[0-9a-f]{64}$/;
const PAIR = ["number"];
const VERDICT = { "difference?": "number", "lower_bound?": "number", "verdict?": "string" };
const BUNDLE = { bundle: DIGEST, "scores?": DIGEST };

const ROW = {
  vendor: NAME, config_name: NAME, kind: "string", entry: DIGEST, configuration: DIGEST,
  "rank_range?": PAIR, "tied_groups?": PAIR, "overfit_interval?": PAIR, "same_recipe_as?": "string",
  public: { by: {}, metrics: {}, "interval?": PAIR, "exact?": ["string"] }, held_out: { "interval?": PAIR },
  "win_regions?": [{ slice: "string", lower_bound: "number" }], "target_verdict?": VERDICT,
  "target_subgroup?": { description: "string", selector: {} },
  efficiency: {}, usage: {}, run: { recorded_bundle_sha256: "string" }, disagreements: [{}],
};

/** What each kind of document must hold for this page to read it. */
export const SHAPES = {
  root: { schema_version: 1, documents: {} },
  board: {
    schema_version: 1, title: "string", headline: "string", ranking: "string", public_set: { n_items: "number" },
    held_out_set: {}, tracks: [], entries: [ROW], other_protocols: [{ entries: [ROW] }], skipped: [{}],
  },
  benchmark: { schema_version: 1, benchmark: { metrics: {} } },
  entry: {
    schema_version: 1, identity: { document: DIGEST, bundles: [BUNDLE] }, "scores?": {}, "n_items?": {},
    "history?": [{ document: DIGEST, configuration: DIGEST, bundles: [BUNDLE] }],
  },
  configuration: { "parent?": "string" },
  vendor: { schema_version: 1, entries: [{ entry: "string", slices: [{ slice: "string", ...VERDICT }] }] },
  category: { schema_version: 1, items: ["string"], pages: [], rows: [{ entry: "string", values: [] }] },
  scores: { schema_version: 1, "items?": ["string"], metrics: {} },
  items: { schema_version: 1, pages: [DIGEST], items: [{ id: "string", item_set: "string" }] },
  itemPage: { schema_version: 1, items: [{ id: "string" }] },
};
