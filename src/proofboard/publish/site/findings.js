// What the data say beyond the numbers, in words: ties, win regions, targets, gaps.

import { nameOf, sliceTitle } from "./context.js";
import { icon, link, nothing, tags } from "./dom.js";
import { count } from "./numbers.js";
import { addressOf } from "./state.js";

const { bdi, div, span } = tags;
const CHIPS = 2;
const CHECK = "m3 8.5 3.5 3.5L13 4.5";

const letter = (number) =>
  (number > 26 ? letter(Math.floor((number - 1) / 26)) : "") + String.fromCharCode(97 + ((number - 1) % 26));

/** The tied groups of an entry as letters: within a group nobody can be told apart. */
export function lettersOf([first, last]) {
  const isLong = last - first > 3 || last > 26;
  const all = isLong ? [first, last] : Array.from({ length: last - first + 1 }, (_, place) => first + place);
  return first === last ? letter(first) : all.map(letter).join(isLong ? "–" : "");
}

/** A rank with its range and its letters. */
export function rankCell({ rank, rank_range: range, tied_groups: groups }) {
  const letters = groups && lettersOf(groups);
  return [
    rank === null ? nothing() : span({ class: rank === 1 && "top" }, String(rank)),
    range && [" ", span({ class: "small of" }, span({ class: "dot", "aria-hidden": "true" }, "· "),
      span({ class: "unseen" }, ", possibly "), range.join("–"))],
    letters && div({ class: "letters", title: `Cannot be told apart from others with the letter ${letters}` },
      span({ class: "unseen" }, "tied groups "), letters),
  ];
}

/** By how much a slice is won at least; what rounds to nothing is still above nothing. */
export function atLeast(bound, { scale }) {
  const said = scale.signed(bound);
  return /[1-9]/.test(said) ? `≥ ${said}${scale.pts}` : "> 0";
}

/** Orders by the number of win regions, then by the largest lower bound; null where nothing was compared. */
export function winsKey(row, context) {
  const wins = row.win_regions;
  if (!wins || row.kind === "default" || !context.defaultOf(row)) return null;
  const largest = Math.max(0, ...wins.map((win) => win.lower_bound));
  return wins.length + largest / (1 + largest);
}

/** The first win regions as chips, and how many more there are. */
export function winsCell(row, context) {
  const wins = row.win_regions ?? [];
  if (!wins.length) return winsKey(row, context) === null ? nothing() : span({ class: "small of" }, "none shown");
  const rest = wins.length - CHIPS;
  const more = rest > 0 && link(addressOf({ entry: nameOf(row) }), [
    `+${rest}`, span({ class: "unseen" }, ` more win regions of ${nameOf(row)}`)]);
  return div({ class: "chips" }, wins.slice(0, CHIPS).map((win) => winChip(win, row, context)), more);
}

/** A win region as a chip; the rest is in its title. */
export function winChip({ slice, lower_bound: bound, state, held_out: held }, row, context, isFull) {
  const than = context.defaultOf(row);
  const better = `better than ${than ? nameOf(than) : "its default"} by ${atLeast(bound, context)}`;
  const said = [
    sliceTitle(slice, context, true), `${better}, at once with all its regions (95 %)`,
    state === "confirmed" ? "confirmed on later items" : "candidate: not yet confirmed on later items",
    `held-out items: ${held ?? "too few to say"}`,
  ].join("; ");
  return span({ class: `win ${state === "confirmed" ? "confirmed" : ""}`, title: said },
    state === "confirmed" && icon(CHECK), bdi(sliceTitle(slice, context, isFull)), ` ${atLeast(bound, context)}`,
    span({ class: "unseen" }, ` (${said})`));
}

/** The gap with its interval, and whether it is beyond chance; not why. */
export function gapCell({ overfit_gap: gap, overfit_interval: interval, overfit_test: test }, { scale }) {
  if (gap === null) return nothing();
  return [
    scale.signed(gap),
    interval && div({ class: "small of" }, interval.map(scale.signed).join(" to ")),
    test === "beyond chance" && div({ class: "small said" }, "gap beyond chance"),
  ];
}

/** Whether an entry is better where it says that it is, as a sentence. */
export function targetWords(found, context, than) {
  if (!found) return "It was not tested.";
  if (!found.verdict) return `There is no verdict: ${found.reason}.`;
  const points = (value) => context.scale.signedPoints(value);
  const words = { "wins its target": "It wins its target", "loses it": "It loses its target" };
  const begin = words[found.verdict] ?? "A win is not shown";
  const least = `${found.lower_bound > 0 ? "at least" : "lower bound"} ${points(found.lower_bound)} (one-sided 95 %)`;
  return `${begin}: ${points(found.difference)} against ${than}, ${least}, on ${count(found.n_items)} public items.`;
}
