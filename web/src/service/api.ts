// The one caller of the live API. It returns what the service answered, or raises a ServiceError with every fault.

import { credentialsOf } from "./credentials";

const PATIENCE_MILLISECONDS = 60_000;

/** One fault of what was sent. */
export interface Fault {
  place: string;
  /** From 1; 0 where there are no lines. */
  line: number;
  reason: string;
}

interface ProblemDocument {
  type: string;
  title: string;
  detail: string;
  faults: Fault[];
  instance: string;
}

/** A request that was not answered as wished: a problem document (RFC 9457), or no answer (`status` 0). */
export class ServiceError extends Error {
  /** After how many seconds it may be tried again; null where the service says nothing. */
  retryAfter: number | null = null;
  constructor(
    readonly status: number,
    readonly title: string,
    readonly faults: readonly Fault[] = [],
    /** Which request it was, for those who run the service. */
    readonly instance: string = "",
  ) {
    super(title);
    this.name = "ServiceError";
  }
}

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
export type Parameters = Readonly<Record<string, string | number | boolean | null | undefined>>;

interface Asking {
  parameters?: Parameters;
  /** An object is sent as JSON, a Blob as it is. */
  body?: unknown;
  /** Instead of the key that is kept: to try one before it is. */
  key?: string;
}

/** Ask the service: `path` below `/api/v1/`, parameters, and a body as JSON or as bytes. */
export async function ask<Answer>(
  service: URL,
  method: Method,
  path: string,
  { parameters = {}, body = null, key }: Asking = {},
): Promise<Answer> {
  const isRaw = body instanceof Blob || body instanceof FormData;
  const headers = new Headers(credentialsOf(service, method, key));
  headers.set("accept", "application/json");
  if (body !== null && !isRaw) headers.set("content-type", "application/json");
  const answer = await fetch(addressOf(service, path, parameters), {
    method,
    headers,
    credentials: "same-origin",
    signal: AbortSignal.timeout(isRaw ? 30 * PATIENCE_MILLISECONDS : PATIENCE_MILLISECONDS),
    ...(body === null ? {} : { body: isRaw ? body : JSON.stringify(body) }),
  }).catch((error: unknown) => {
    throw new ServiceError(0, String(error));
  });
  return read<Answer>(answer.status, answer.headers.get("retry-after"), await answer.text().catch(() => ""));
}

interface Uploading {
  parameters?: Parameters;
  headers?: Readonly<Record<string, string>>;
  /** Told how much has left, from 0 to 1. */
  onprogress: (share: number) => void;
  signal: AbortSignal;
}

/** Send a file, and say how far it is: only this way of asking can tell. */
export function upload<Answer>(
  service: URL,
  path: string,
  file: Blob,
  { parameters = {}, headers = {}, onprogress, signal }: Uploading,
): Promise<Answer> {
  const request = new XMLHttpRequest();
  request.open("POST", addressOf(service, path, parameters));
  const given = new Headers(credentialsOf(service, "POST"));
  for (const [name, value] of Object.entries({ accept: "application/json", ...headers })) given.set(name, value);
  given.forEach((value, name) => {
    request.setRequestHeader(name, value);
  });
  return new Promise((resolve, reject) => {
    request.upload.onprogress = ({ loaded, total }) => onprogress(total > 0 ? loaded / total : 0);
    request.onload = () => {
      try {
        resolve(read<Answer>(request.status, request.getResponseHeader("retry-after"), request.responseText));
      } catch (error) {
        reject(error);
      }
    };
    request.onerror = () => reject(new ServiceError(0, "network error"));
    request.onabort = () => reject(new DOMException("stopped by the reader", "AbortError"));
    signal.addEventListener("abort", () => request.abort(), { once: true });
    request.send(file);
  });
}

/** The address of something below `/api/v1/`. */
export function addressOf(service: URL, path: string, parameters: Parameters = {}): URL {
  const address = new URL(path.replace(/^\//, ""), service);
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== null && value !== undefined && value !== "") address.searchParams.set(name, String(value));
  }
  return address;
}

function read<Answer>(status: number, retryAfter: string | null, text: string): Answer {
  const isGood = status >= 200 && status < 300;
  if (status === 204) return null as Answer;
  const said = parsedOrNull(text);
  if (isGood && said !== null) return said as Answer;
  const error = problemOf(isGood ? 0 : status, said);
  error.retryAfter = retryAfter !== null && /^\d+$/.test(retryAfter) ? Number(retryAfter) : null;
  throw error;
}

function problemOf(status: number, said: unknown): ServiceError {
  const { title, detail, faults, instance } = (said ?? {}) as Partial<ProblemDocument>;
  return new ServiceError(status, detail ?? title ?? String(status), faults ?? [], instance);
}

export function parsedOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Fetch a file of the service: a link would show no key. */
export async function download(service: URL, address: URL): Promise<Blob> {
  const headers = credentialsOf(service, "GET");
  const answer = await fetch(address, { headers, credentials: "same-origin" }).catch((error: unknown) => {
    throw new ServiceError(0, String(error));
  });
  if (!answer.ok) throw problemOf(answer.status, await answer.json().catch(() => null));
  return answer.blob();
}

/** The id of a request, as people tell it to those who run the service. */
export const requestOf = (error: ServiceError): string => error.instance.split(":").at(-1) ?? "";
