// The one loader of documents: it returns a document, or raises a DocumentError that says which failure it is.

import { DocumentError } from "./failure";
import { digestOf, fetchBytes, hexOf, parsed } from "./fetching";
import { SHAPES, type Shape } from "./shapes";
import type { BenchmarkDocument, Columns, Leaderboard, Publication as Root } from "./types";

const ROOT = "publication.json";

/** One publication, as it stood when its root was read: all of its documents belong together. */
export interface Publication {
  root: Root;
  /** Of the root; null where this browser computes none. */
  digest: string | null;
  /** Where its documents are fetched; on a live service an address that names the publication. */
  base: URL;
  /** Where the live service answers; null for a board that is a folder of files. */
  service: URL | null;
  /** Load a document that the root names, or that a loaded parent names by `digest`. */
  load<Document>(file: string, shape: Shape | null, digest?: string): Promise<Document>;
  /** The bytes of a file, checked like a document. */
  bytes(file: string, digest?: string): Promise<Uint8Array<ArrayBuffer>>;
  columns(): Promise<Columns>;
  board(): Promise<Leaderboard>;
  benchmark(): Promise<BenchmarkDocument>;
}

/** What lies at this address: a publication, or the root of a live service that has several boards, or none. */
export interface Opened {
  publication: Publication | null;
  service: URL | null;
}

/** Read the root. A server without a board of its own here says so by its Link header. */
export async function openSite(): Promise<Opened> {
  const address = new URL(ROOT, document.baseURI);
  try {
    const publication = await openPublication(address);
    return { publication, service: publication.service };
  } catch (error) {
    const service = error instanceof DocumentError && error.problem === "missing" ? await serviceAt(address) : null;
    if (service === null) throw error;
    return { publication: null, service };
  }
}

export async function openPublication(address: URL): Promise<Publication> {
  const { bytes, headers } = await fetchBytes(ROOT, address);
  const stays = headers.get("content-location");
  return publicationOf({
    root: parsed<Root>(ROOT, bytes, SHAPES.root),
    digest: await digestOf(bytes),
    base: new URL(".", stays ? new URL(stays, address) : address),
    service: serviceOf(headers, address),
  });
}

type Known = Pick<Publication, "root" | "digest" | "base" | "service">;

function publicationOf(known: Known): Publication {
  const kept = new Map<string, Promise<unknown>>();
  const digestNamed = (file: string, digest: string | undefined): string => {
    const named = digest ?? known.root.documents[file];
    if (named === undefined) throw new DocumentError(file, "missing", ROOT);
    return named;
  };
  const bytes = async (file: string, digest?: string): Promise<Uint8Array<ArrayBuffer>> => {
    const expected = digestNamed(file, digest);
    const received = await fetchBytes(file, new URL(file, known.base));
    const found = await digestOf(received.bytes);
    if (found !== null && found !== expected) return changed(file, found, expected);
    return received.bytes;
  };
  const load = <Document>(file: string, shape: Shape | null, digest?: string): Promise<Document> => {
    const found = kept.get(file);
    if (found) return found as Promise<Document>;
    const promise = bytes(file, digest).then((raw) => parsed<Document>(file, raw, shape));
    kept.set(file, promise);
    // What failed may be asked for again.
    promise.catch(() => kept.delete(file));
    return promise;
  };
  return {
    ...known,
    bytes,
    load,
    columns: () => load<Columns>("columns.json", SHAPES.columns),
    board: () => load<Leaderboard>("leaderboard.json", SHAPES.board),
    benchmark: () => load<BenchmarkDocument>("benchmark.json", SHAPES.benchmark),
  };
}

const RELOADED = "reloaded after a change";

/**
 * A static board may be replaced while it is read: its root is loaded anew, once.
 *
 * If the digest is another one even then, the site is not as it was built, and the reader is told.
 */
function changed(file: string, found: string, expected: string): never | Promise<never> {
  if (sessionStorage.getItem(RELOADED) !== expected) {
    sessionStorage.setItem(RELOADED, expected);
    location.reload();
    return new Promise(() => undefined);
  }
  throw new DocumentError(file, "changed", `${found} ≠ ${expected}`);
}

/** The path of a document that is named by a digest, in the folder of its kind. */
export const filed = (folder: string, named: string): string => `${folder}/${hexOf(named)}.json`;

async function serviceAt(address: URL): Promise<URL | null> {
  const answer = await fetch(address, { method: "HEAD" }).catch(() => null);
  return answer && serviceOf(answer.headers, address);
}

/** Read `Link: </api/v1>; rel="service"` (RFC 8288). */
function serviceOf(headers: Headers, address: URL): URL | null {
  const found = /<([^>]*)>\s*;\s*rel="?service"?/.exec(headers.get("link") ?? "");
  return found?.[1] === undefined ? null : new URL(`${found[1].replace(/\/$/, "")}/`, address);
}
