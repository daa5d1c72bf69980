// Which entries of a board come from which: by name, by the digest of a recipe, or by both as `name@digest`.

import { nameOf } from "../../parts/EntryName";
import type { BoardContext } from "../../site/rows";
import type { BoardRow } from "../../site/types";

export interface Parent {
  /** The parent as the configuration names it. */
  named: string;
  /** Null where it is not on this board. */
  row: BoardRow | null;
  /** The digest that was taken, where it is another than the parent has now. */
  otherRecipe: string | null;
}

export function parentOf(row: BoardRow, { named, rows }: BoardContext): Parent | null {
  if (!row.parent) return null;
  const isDigest = row.parent.startsWith("sha256:");
  const [name = "", taken = null] = isDigest ? ["", row.parent] : row.parent.split("@");
  const found = isDigest ? rows.find(({ configuration }) => configuration === taken) : named.get(name);
  const otherRecipe = found && taken !== null && found.configuration !== taken ? taken : null;
  return { named: row.parent, row: found ?? null, otherRecipe };
}

/** The entries that name this one, by its name or by its recipe. */
export function childrenOf(row: BoardRow, context: BoardContext): BoardRow[] {
  return context.rows.filter((one) => {
    const found = one === row ? null : parentOf(one, context);
    return found?.row === row || Boolean(found?.named.includes(row.configuration));
  });
}

/** An entry with what came of it. */
export interface Branch {
  row: BoardRow;
  children: Branch[];
}

/** The tree that an entry stands in, from its first ancestor on this board; whoever names itself ends a branch. */
export function treeOf(row: BoardRow, context: BoardContext): Branch {
  const children = new Map<BoardRow, BoardRow[]>();
  const parents = new Map<BoardRow, BoardRow>();
  for (const one of context.rows) {
    const parent = parentOf(one, context)?.row;
    if (!parent || parent === one) continue;
    parents.set(one, parent);
    children.set(parent, [...(children.get(parent) ?? []), one]);
  }
  const seen = new Set<BoardRow>([row]);
  let root = row;
  for (let above = parents.get(root); above && !seen.has(above); above = parents.get(root)) {
    seen.add(above);
    root = above;
  }
  const drawn = new Set<BoardRow>();
  const branch = (own: BoardRow): Branch => {
    drawn.add(own);
    const below = (children.get(own) ?? []).filter((one) => !drawn.has(one));
    return { row: own, children: below.map(branch) };
  };
  return branch(root);
}

export const keyOf = ({ row }: Branch): string => `${nameOf(row)} ${row.protocol_version}`;
