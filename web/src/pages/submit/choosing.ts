// What can be said of a file before it is sent: whether it is empty, too large, or not what a board takes.
//
// The service makes every check again; what is found here saves a journey and is no judgement.

import { parsedOrNull } from "../../service/api";
import { readZip, type ZipMember } from "./zip";

/** What keeps a file from being handed in; the words of each stand under `problems`. */
export type Problem =
  | { file: string; what: "empty" | "kind" | "folder" | "cut" | "results" | "noResults" }
  | { file: string; what: "large"; bytes: number; most: number }
  | { file: string; what: "many"; n: number }
  | { file: string; what: "lacks"; names: string }
  | { file: string; what: "benchmark" | "protocol"; found: string; expected: string }
  | { file: string; what: "json"; reason: string };

/** What is ready to be handed in. */
export interface Chosen {
  form: "artifact" | "results";
  name: string;
  body: Blob;
  mediaType: string;
  /** What an artifact says that it holds; null where that was not looked at. */
  entry: string | null;
}

/** What is known of the board. */
export interface Taken {
  benchmark: string;
  protocol: string | null;
  /** Bytes; null where nobody told. */
  most: number | null;
  /** Whether it has scores that are reported, so that results may be handed in. */
  results: boolean;
}

export type Looked = { chosen: Chosen; problems: readonly [] } | { chosen: null; problems: readonly Problem[] };

const REQUIRED = ["submission.json", "configuration.json"] as const;

const KINDS: readonly (readonly [mediaType: string, place: number, bytes: readonly number[]])[] = [
  ["application/zip", 0, [0x50, 0x4b, 3, 4]],
  ["application/gzip", 0, [0x1f, 0x8b]],
  ["application/x-xz", 0, [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0]],
  ["application/octet-stream", 0, [0x42, 0x5a, 0x68]],
  ["application/octet-stream", 0, [0x28, 0xb5, 0x2f, 0xfd]],
  ["application/x-tar", 257, [0x75, 0x73, 0x74, 0x61, 0x72]],
];

/** Look into the files that a reader chose or dropped. */
export async function look(files: readonly File[], taken: Taken): Promise<Looked> {
  const problems = files.flatMap((file) => sizeProblems(file, taken.most));
  if (problems.length > 0) return refused(problems);
  const kinds = await Promise.all(files.map(kindOf));
  const [first] = files;
  if (first && kinds.every((kind) => kind === "json")) return lookIntoResults(files, taken);
  if (!first || files.length > 1) return refused([{ file: first?.name ?? "", what: "many", n: files.length }]);
  const kind = kinds[0];
  if (kind === null || kind === undefined) return refused([{ file: first.name, what: "kind" }]);
  return kind === "application/zip" ? lookIntoZip(first, taken) : ready("artifact", first, first.name, kind, null);
}

const refused = (problems: readonly Problem[]): Looked => ({ chosen: null, problems });

const ready = (form: Chosen["form"], body: Blob, name: string, mediaType: string, entry: string | null): Looked => ({
  chosen: { form, body, name, mediaType, entry },
  problems: [],
});

function sizeProblems({ name, size }: File, most: number | null): Problem[] {
  if (size === 0) return [{ file: name, what: "empty" }];
  return most !== null && size > most ? [{ file: name, what: "large", bytes: size, most }] : [];
}

/** The media type of an archive, "json", or null for anything else: by its content, as the service tells. */
export async function kindOf(file: Blob): Promise<string | null> {
  const head = new Uint8Array(await file.slice(0, 512).arrayBuffer());
  const found = KINDS.find(([, place, bytes]) => bytes.every((byte, number) => head[place + number] === byte));
  if (found) return found[0];
  return /^[\uFEFF\s]*[{[]/.test(new TextDecoder().decode(head)) ? "json" : null;
}

async function lookIntoZip(file: File, taken: Taken): Promise<Looked> {
  const members = await readZip(file);
  if (members === "cut") return refused([{ file: file.name, what: "cut" }]);
  // Larger archives have a form that is left to the service.
  if (members === "other") return ready("artifact", file, file.name, "application/zip", null);
  const absent = REQUIRED.filter((name) => !members.has(name));
  if (absent.length > 0) return refused([{ file: file.name, what: "lacks", names: absent.join(", ") }]);
  const said = await documentIn(members.get("submission.json"));
  const problems = said ? foreign(file.name, said, taken) : [];
  if (problems.length > 0) return refused(problems);
  return ready("artifact", file, file.name, "application/zip", said?.configuration?.name ?? null);
}

/** As much of `submission.json` as is looked at here. */
interface Said {
  benchmark?: unknown;
  protocol_version?: unknown;
  configuration?: { name?: string };
}

async function documentIn(member: ZipMember | undefined): Promise<Said | null> {
  const bytes = await member?.bytes();
  const value = bytes ? parsedOrNull(await bytes.text()) : null;
  return typeof value === "object" && value !== null ? (value as Said) : null;
}

function foreign(file: string, said: Said, { benchmark, protocol }: Taken): Problem[] {
  const differs = (found: unknown, expected: string | null): found is string =>
    typeof found === "string" && expected !== null && found !== expected;
  if (differs(said.benchmark, benchmark))
    return [{ file, what: "benchmark", found: said.benchmark, expected: benchmark }];
  if (differs(said.protocol_version, protocol))
    return [{ file, what: "protocol", found: said.protocol_version, expected: protocol ?? "" }];
  return [];
}

/** Metadata and results, in one document or in two. */
async function lookIntoResults(files: readonly File[], taken: Taken): Promise<Looked> {
  const name = files.map((file) => file.name).join(" + ");
  if (!taken.results) return refused([{ file: name, what: "noResults" }]);
  const documents: Record<string, unknown>[] = [];
  const problems: Problem[] = [];
  for (const file of files) {
    const parsed = parse(await file.text());
    if (typeof parsed === "string") problems.push({ file: file.name, what: "json", reason: parsed });
    else documents.push(parsed);
  }
  if (problems.length > 0) return refused(problems);
  const [first] = documents;
  const [only] = files;
  if (documents.length === 1 && first && only && "metadata" in first && "results" in first)
    return ready("results", only, name, "application/json", null);
  const metadata = documents.find((document) => "model" in document);
  const results = documents.find((document) => "problem_results" in document);
  if (documents.length !== 2 || !metadata || !results) return refused([{ file: name, what: "results" }]);
  const body = new Blob([JSON.stringify({ metadata, results })]);
  return ready("results", body, name, "application/json", null);
}

function parse(text: string): Record<string, unknown> | string {
  try {
    const value: unknown = JSON.parse(text.replace(/^\uFEFF/, ""));
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : "{…}";
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** A key of 128 bits of chance: the same file is sent under the same key until another is chosen. */
export function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
