// Why an entry that somebody asks for is not on the board: as the log, the board, or the service says.

import { ask, ServiceError } from "../service/api";
import { latestLeaf } from "./log";
import type { BoardContext } from "./rows";

export type Gone =
  /** By the log, which says when and why. */
  | { kind: "withdrawn" | "superseded"; date: string; reason: string | null; successor: string | null }
  /** Listed, and left out by the build. */
  | { kind: "skipped"; reason: string }
  /** By the service alone. */
  | { kind: "told"; reason: string };

/** What decides whether an entry is on the board. */
const DECIDING: ReadonlySet<string> = new Set(["published", "revised", "withdrawn", "superseded"]);

/** Say why an entry is not there; null where nobody says anything of it. */
export async function goneOf(context: BoardContext, name: string): Promise<Gone | null> {
  const { publication, board } = context;
  const leaf = await latestLeaf(publication, ({ kind, entry }) => entry === name && DECIDING.has(kind));
  if (leaf?.kind === "withdrawn" || leaf?.kind === "superseded") {
    const { kind, date, reason = null, successor = null } = leaf;
    return { kind, date, reason, successor };
  }
  const skipped = board.skipped.find(({ entry }) => entry === name);
  if (skipped) return { kind: "skipped", reason: skipped.reason };
  const said = await toldOf(publication.service, name, publication.root.benchmark);
  return said === null ? null : { kind: "told", reason: said };
}

/** A service knows of decisions before they are published; whatever else it answers, there is no such entry. */
async function toldOf(service: URL | null, name: string, benchmark: string): Promise<string | null> {
  const [vendor = "", config = ""] = name.split("/").map(encodeURIComponent);
  if (service === null || !vendor || !config) return null;
  try {
    await ask(service, "GET", `entries/${vendor}/${config}`, { parameters: { benchmark } });
  } catch (error) {
    if (error instanceof ServiceError && error.status === 410) return error.title;
  }
  return null;
}
