// The log of a board: what was added, withdrawn and removed, in the order in which it was said.

import { parsed } from "./fetching";
import type { Publication } from "./publication";
import type { Leaf } from "./types";

const PAGE = /^log\/\d+\.jsonl$/;

/** The pages of the log, the first one first; none where the board keeps no log. */
export const logPages = ({ root }: Pick<Publication, "root">): string[] =>
  Object.keys(root.documents)
    .filter((file) => PAGE.test(file))
    .sort();

export async function leavesOf(publication: Publication, file: string): Promise<Leaf[]> {
  const text = new TextDecoder().decode(await publication.bytes(file));
  const encoder = new TextEncoder();
  return text
    .split("\n")
    .filter(Boolean)
    .map((line) => parsed<Leaf>(file, encoder.encode(line), { kind: "string", date: "string" }));
}

/** The latest leaf of which something holds; null where it holds of none. */
export async function latestLeaf(publication: Publication, holds: (leaf: Leaf) => boolean): Promise<Leaf | null> {
  for (const file of logPages(publication).reverse()) {
    const found = (await leavesOf(publication, file)).findLast(holds);
    if (found) return found;
  }
  return null;
}
