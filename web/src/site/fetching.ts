// Bytes come with the digest that their parent names: they are hashed as received, then parsed.

import { DocumentError } from "./failure";
import { faultOf, type Shape } from "./shapes";

const PATIENCE_MILLISECONDS = 60_000;

/** What an address answered. */
export interface Received {
  bytes: Uint8Array<ArrayBuffer>;
  headers: Headers;
  address: URL;
}

export const hexOf = (digest: string): string => digest.replace("sha256:", "");

/** Fetch bytes; raises DocumentError where there are none. */
export async function fetchBytes(file: string, address: URL): Promise<Received> {
  const answer = await answerOf(file, address);
  if (!answer.ok) throw await refusal(file, answer);
  const bytes = new Uint8Array(
    await answer.arrayBuffer().catch((error: unknown) => {
      throw new DocumentError(file, "unreachable", String(error));
    }),
  );
  return { bytes, headers: answer.headers, address: new URL(answer.url || address) };
}

/** What an answer without the document means; a server that removed it says why. */
async function refusal(file: string, answer: Response): Promise<DocumentError> {
  const { status } = answer;
  if (status !== 410) return new DocumentError(file, status === 404 ? "missing" : "unreachable", String(status));
  const said = (await answer.json().catch(() => null)) as { title?: unknown } | null;
  return new DocumentError(file, "gone", typeof said?.title === "string" ? said.title : String(status));
}

async function answerOf(file: string, address: URL): Promise<Response> {
  try {
    return await fetch(address, { cache: "no-cache", signal: AbortSignal.timeout(PATIENCE_MILLISECONDS) });
  } catch (error) {
    const isLate = error instanceof DOMException && error.name === "TimeoutError";
    throw new DocumentError(file, isLate ? "slow" : "unreachable", isLate ? `${PATIENCE_MILLISECONDS / 1000} s` : "");
  }
}

/** The digest of bytes; null where this browser computes none: only on https and on the machine itself. */
export async function digestOf(bytes: Uint8Array<ArrayBuffer>): Promise<string | null> {
  if (!globalThis.crypto?.subtle) return null;
  const summed = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return `sha256:${Array.from(summed, (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}

/** Parse JSON that has at least a shape; the rest follows from the digest, which only a publisher could have named. */
export function parsed<Document>(file: string, bytes: Uint8Array, shape: Shape | null): Document {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    throw new DocumentError(file, "malformed", "JSON, UTF-8");
  }
  const found = shape ? faultOf(value, shape, "") : null;
  if (found) throw new DocumentError(file, found.isVersion ? "newer" : "malformed", found.text);
  return value as Document;
}
