// What all views of a board share: what its ranks follow, who is compared with whom, and how scores are written.

import { scaleOf } from "./numbers.js";

export const nameOf = (row) => `${row.vendor}/${row.config_name}`;

// What waits for the close is ranked and compared with nobody yet.
const isClosed = (row) => !row.pending;

/** Gather it from the documents. */
export function contextOf(root, board, benchmark) {
  const rows = [board, ...board.other_protocols].flatMap(({ entries }) => entries);
  const groupOf = (row) => JSON.stringify([row.protocol_version, row.track]);
  const onHeldOut = new Set(rows.filter((row) => row.held_out.score !== null).map(groupOf));
  // A group is ranked on held-out scores as soon as one of its entries has one.
  const rankedBy = (row) => (onHeldOut.has(groupOf(row)) ? "held_out" : "public");
  const basisOf = (shown) => {
    const [followed, other] = new Set(shown.filter(isClosed).map(rankedBy));
    return other ? "mixed" : followed ?? "public";
  };
  const facets = benchmark.facets ?? {};
  const defaultOf = defaultsOf(rows, groupOf);
  const isAdapted = (row) => row.kind !== "default" && defaultOf(row) !== null;
  return {
    root, board, benchmark, facets, rows, groupOf, rankedBy, basisOf, basis: basisOf(board.entries),
    best: board.ranking.endsWith(" asc") ? "asc" : "desc",
    scale: scaleOf(rows, board, benchmark),
    named: new Map(rows.map((row) => [nameOf(row), row])),
    defaultOf,
    // Where configurations compete with a default, they stand below it; a board of others is a plain ranking.
    ownGroup: board.entries.some(isAdapted) ? "vendor" : "none",
    titleOf: (name) => name.split("×").map((part) => facets[part]?.title ?? part).join(" × "),
  };
}

/** Who is compared with whom: a vendor that has two defaults among the same entries has none. */
function defaultsOf(rows, groupOf) {
  const keyOf = (row) => row.vendor + groupOf(row);
  const found = new Map();
  for (const row of rows.filter((row) => row.kind === "default" && isClosed(row))) {
    found.set(keyOf(row), found.has(keyOf(row)) ? null : row);
  }
  return (row) => (isClosed(row) && found.get(keyOf(row))) || null;
}

/** The public score of an entry on one value of a facet. */
export const scoreOn = (row, facet, value) => row.public.by[facet]?.[value] ?? null;

/** A shade beside the number, darker towards 1; cubed, because most scores are close to it. */
export const tint = (score, { scale }) =>
  Number.isFinite(score) && scale.isShares ? `tint-${Math.round(score ** 3 * 5)}` : null;

/** A slice as people read it: in short its values, in full with their facets, and so where two facets share a value. */
export function sliceTitle(slice, { facets }, isFull) {
  const isShared = (value) => Object.values(facets).filter(({ values }) => values.includes(value)).length > 1;
  const part = (one) => {
    const at = one.indexOf("=");
    const [facet, value] = [one.slice(0, at), one.slice(at + 1)];
    return at > 0 && (isFull || isShared(value)) ? `${facets[facet]?.title ?? facet}: ${value}` : value;
  };
  // A value may hold the sign that joins pairs; a facet's name may not.
  return slice.split(/×(?=[a-z0-9][a-z0-9._-]*=)/).map(part).join(isFull ? ", " : " × ");
}
