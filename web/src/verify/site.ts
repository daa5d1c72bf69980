/** The documents of a publication, each hashed as it was received before anything of it is read. */
import { decodedAt } from "./bundle";
import { Fields } from "./fields";
import { NotJson, parse } from "./json";
import { Refused } from "./reasons";
import { digestOf } from "./sha256";

/** Fetches the bytes of a document; the digest is what its parent names, so that a cache may know it. */
export type Load = (path: string, digest?: string) => Promise<Uint8Array>;

export const ROOT = "publication.json";

export function hexOf(digest: string): string {
  return digest.replace(/^sha256:/, "");
}

export class Site {
  documents = 0;
  bytes = 0;

  constructor(private readonly load: Load) {}

  /** Return the bytes of a document; throws Refused where they are not those that its parent names. */
  async raw(path: string, digest: string): Promise<Uint8Array> {
    const raw = await this.load(path, digest);
    const found = await digestOf(raw);
    if (found !== digest) {
      throw new Refused(path, `has the digest ${found}, its parent names ${digest}`);
    }
    this.count(raw);
    return raw;
  }

  async document(path: string, digest: string): Promise<Fields> {
    return parsedAt(await this.raw(path, digest), path);
  }

  /** The root, whose digest nobody names: it is what two readers compare. */
  async root(): Promise<{ document: Fields; digest: string }> {
    const raw = await this.load(ROOT);
    this.count(raw);
    return { document: parsedAt(raw, ROOT), digest: await digestOf(raw) };
  }

  private count(raw: Uint8Array): void {
    this.documents += 1;
    this.bytes += raw.length;
  }
}

function parsedAt(raw: Uint8Array, path: string): Fields {
  try {
    return Fields.of(parse(decodedAt(raw, path)), path);
  } catch (error) {
    throw error instanceof NotJson ? new Refused(path, error.message) : error;
  }
}
