// Documents come with the digest that their parent names: bytes are hashed as received, then parsed.

const ADVICE =
  "Reload, in case the board was just being replaced. If this stays, the site is not as it was built: do not trust it, " +
  "and ask its owner to build and upload it again.";

/** A document that cannot be shown, and what to do about it. */
export class DocumentError extends Error {
  advice = ADVICE;
}

/** Fetch, check and parse a document; its digest is null where this browser computes none. */
export async function load(path, expected, shape) {
  const bytes = await fetched(path);
  const digest = await digestOf(bytes);
  if (expected && digest && digest !== expected) {
    throw new DocumentError(`${path} has not the digest that names it: found ${digest}, expected ${expected}`);
  }
  const value = parsed(path, bytes);
  const fault = faultOf(value, shape, "the document");
  if (fault) throw new DocumentError(`${path} is malformed: ${fault}`);
  return { value, digest };
}

/** Load a document that the root names. */
export function loadNamed(root, path, shape) {
  if (Object.hasOwn(root.documents, path)) return load(path, root.documents[path], shape);
  throw new DocumentError(`publication.json does not name ${path}`);
}

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

/** Name the first thing that is not as its shape: a type, a constant, [the shape of all], { name: shape }. */
function faultOf(value, shape, where) {
  if (typeof shape === "string") return typeof value === shape ? null : `${where} is no ${shape}`;
  if (typeof shape === "number") return value === shape ? null : `${where} is ${value}, and this page reads ${shape}`;
  const isList = Array.isArray(shape);
  if (typeof value !== "object" || value === null || Array.isArray(value) !== isList) {
    return `${where} is no ${isList ? "list" : "record"}`;
  }
  for (const name of Object.keys(isList ? value : shape)) {
    const part = isList ? shape[0] : shape[name];
    const fault = part && faultOf(value[name], part, `${where}.${name}`);
    if (fault) return fault;
  }
  return null;
}

const ROW = {
  vendor: "string", config_name: "string", kind: "string", entry: "string", public: { by: {}, metrics: {} },
  held_out: {}, efficiency: {}, usage: {}, run: { recorded_bundle_sha256: "string" }, disagreements: [{}],
};

/** What each kind of document must hold for this page to read it. */
export const SHAPES = {
  root: { schema_version: 1, documents: {} },
  board: {
    schema_version: 1, title: "string", headline: "string", ranking: "string", public_set: { n_items: "number" },
    held_out_set: {}, tracks: [], entries: [ROW], other_protocols: [{ entries: [ROW] }], skipped: [{}],
  },
  benchmark: { schema_version: 1, benchmark: { metrics: {} } },
  entry: { schema_version: 1, identity: { document: "string", bundles: [{ bundle: "string" }] } },
  category: { schema_version: 1, items: ["string"], pages: [], rows: [{ entry: "string", values: [] }] },
};
