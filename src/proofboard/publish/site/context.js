// What all views of a board share: what its ranks follow, and how its scores are written.

import { scaleOf } from "./numbers.js";

/** Gather it from the documents. */
export function contextOf(root, board, benchmark) {
  const rows = [board, ...board.other_protocols].flatMap(({ entries }) => entries);
  const groupOf = (row) => JSON.stringify([row.protocol_version, row.track]);
  const onHeldOut = new Set(rows.filter((row) => row.held_out.score !== null).map(groupOf));
  // A group is ranked on held-out scores as soon as one of its entries has one.
  const rankedBy = (row) => (onHeldOut.has(groupOf(row)) ? "held_out" : "public");
  const basisOf = (shown) => {
    const [followed, other] = new Set(shown.map(rankedBy));
    return other ? "mixed" : followed ?? "public";
  };
  const facets = benchmark.facets ?? {};
  return {
    root, board, benchmark, facets, rankedBy, basisOf, basis: basisOf(board.entries),
    best: board.ranking.endsWith(" asc") ? "asc" : "desc",
    scale: scaleOf(rows, board, benchmark),
    titleOf: (name) => name.split("×").map((part) => facets[part]?.title ?? part).join(" × "),
  };
}

export const nameOf = (row) => `${row.vendor}/${row.config_name}`;

/** The public score of an entry on one value of a facet. */
export const scoreOn = (row, facet, value) => row.public.by[facet]?.[value] ?? null;

/** A shade beside the number, darker towards 1; cubed, because most scores are close to it. */
export const tint = (score, { scale }) =>
  Number.isFinite(score) && scale.isShares ? `tint-${Math.round(score ** 3 * 5)}` : null;
