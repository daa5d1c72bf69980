// Two to four entries side by side, and item by item.

import { entryLink } from "./columns.js";
import { command, SITE } from "./commands.js";
import { decides, flatOf, marked, yamlOf } from "./configuration.js";
import { nameOf, sliceTitle } from "./context.js";
import { DocumentError, load, loadFiled, rowNamed, SHAPES } from "./documents.js";
import { nothing, plainTable, tags } from "./dom.js";
import { later } from "./failures.js";
import { atLeast, gapCell, rankCell, winsKey } from "./findings.js";
import { amounts, count, fixed } from "./numbers.js";
import { rounded } from "./paired.js";
import { comparedPairs } from "./pairs.js";

const { bdi, details, div, h2, p, pre, section, span, summary, td, th, tr } = tags;
const MOST = 4;
const MOST_SLICES = 12;

/** Draw the comparison that the address names. */
export function compareView(context, state) {
  const names = [...new Set(state.compare.split(","))];
  if (names.length < 2 || names.length > MOST) {
    throw new DocumentError(`${names.length} entries are named, expected 2 to ${MOST}`, "Pin entries on the board.");
  }
  const rows = names.map((name) => rowNamed(context, name));
  const documents = Promise.all(rows.map(async (row) =>
    (await load(`entries/${nameOf(row)}.json`, row.entry, SHAPES.entry)).value));
  const configurations = documents.then((all) => Promise.all(all.map(({ identity: { document } }) =>
    loadFiled("configurations", document, document, SHAPES.configuration))));
  const pairs = documents.then((all) => comparedPairs(rows, all, context));
  const shown = div({ class: "page" },
    h2({ tabindex: -1, class: "title" }, `${names.length} entries compared`),
    sideBySide("Scores and costs", rows, factsOf(rows, context)),
    section({ class: "slices" }, h2("Item by item, on the public items"),
      later("The differences", pairs, (found) => pairsOf(found, context)),
      command("the command", "compare", "compare", SITE, ...names)),
    section({ class: "slices" }, h2("Slices on which they differ most"),
      later("The slices", documents, (all) => slicesOf(rows, all, context))),
    section({ class: "slices" }, h2("Configurations"),
      later("The configurations", configurations, (loaded) => fieldsOf(rows, loaded))));
  return { title: `Compare ${names.join(", ")}`, shown };
}

/** A table with a column for each entry; lines are [what, cells]. */
function sideBySide(title, rows, lines) {
  const line = ([what, cells]) => tr(th({ scope: "row" }, what), cells.map((cell) => td(cell || nothing())));
  return plainTable(title, [span({ class: "unseen" }, title), ...rows.map(entryLink)], lines.map(line));
}

function factsOf(rows, context) {
  const { scale } = context;
  const time = amounts(rows.map(({ usage }) => usage.seconds?.mean ?? null), "s");
  const cost = amounts(rows.map((row) => row.cost_per_score), "$");
  const scored = (write) => ({ score, interval }) => score !== null && [
    write(score), interval && div({ class: "small of" }, interval.map(scale.publicUnit).join(" to "))];
  const firstOf = ({ win_regions: [win] }) => win &&
    div({ class: "small of" }, `${sliceTitle(win.slice, context)} ${atLeast(win.lower_bound, context)}`);
  const wins = (row) => winsKey(row, context) !== null && [String(row.win_regions.length), firstOf(row)];
  const lines = [
    ["Rank", rankCell], ["Held-out score", (row) => scored(scale.heldOutUnit)(row.held_out)],
    ["Public score", (row) => scored(scale.publicUnit)(row.public)], ["Overfit gap", (row) => gapCell(row, context)],
    ["Win regions", wins], ["Target", (row) => row.target_verdict?.verdict],
    ["Assurance", (row) => row.public.assurance],
    ["Cost per score", (row) => row.cost_per_score !== null && `$${cost.write(row.cost_per_score)}`],
    ["Tokens", (row) => count(row.usage.total_tokens)],
    ["Mean time", (row) => row.usage.seconds && `${time.write(row.usage.seconds.mean)} ${time.unit}`],
    ["Recorded", (row) => row.date], ["Contributor", (row) => row.contributor && bdi(row.contributor)],
  ];
  const filled = lines.map(([what, cellOf]) => [what, rows.map((row) => cellOf(row) || null)]);
  return filled.filter(([, cells]) => cells.some(Boolean));
}

function pairsOf(found, context) {
  const { scale } = context;
  const several = found.filter(({ p: value }) => value).length > 1;
  const failed = found.filter(({ reason }) => reason);
  const made = found.filter(({ reason }) => !reason);
  const heads = ["A", "B", "A − B", "95 % interval", "Items", "Only A", "Only B", "p", ...(several ? ["Holm p"] : [])];
  const line = (pair) => tr(
    th({ scope: "row" }, entryLink(pair.a)), td(entryLink(pair.b)), td(scale.signedPoints(rounded(pair.difference))),
    td(pair.interval ? pair.interval.map(scale.signed).join(" to ") : nothing()), td(count(pair.nItems)),
    td(count(pair.onlyA) ?? nothing()), td(count(pair.onlyB) ?? nothing()), td(written(pair.p) ?? nothing()),
    several && td(written(pair.adjusted) ?? nothing()));
  return [
    made.length > 0 && plainTable("Pairs", heads, made.map(line), "pairs"),
    made.map((pair) => p({ class: "said" }, verdictOf(pair, context, several))),
    failed.map(({ a, b, reason }) => p({ class: "said" },
      `${nameOf(a)} and ${nameOf(b)}: nothing is computed here, because ${reason}. The command below may.`)),
    made.length > 0 && p({ class: "small of" }, howOf(made, several)),
  ];
}

function howOf(made, several) {
  const isMissing = made.some(({ p: value }) => !value);
  return [
    "Computed in this browser from the published item scores, in whole numbers. Interval: paired, Student's t over ",
    "clusters of items. p: McNemar's exact test, two-sided",
    several ? "; Holm p: adjusted for there being several pairs." : ".",
    isMissing && " No p is computed here for items that share clusters or get parts of points: the command does.",
  ];
}

const written = (p) => p && (rounded(p) > 0 ? fixed(rounded(p), 6) : "<0.000001");

function verdictOf({ a, b, difference: [difference], adjusted, onlyA, onlyB, leftOut }, { best }, several) {
  const [one, other] = [nameOf(a), nameOf(b)];
  const left = leftOut ? ` ${count(leftOut)} items are left out, because not both have a score on them.` : "";
  if (difference === 0n && onlyA === 0 && onlyB === 0) return `${one} and ${other} do the same on every item.${left}`;
  const better = difference === 0n ? null : (difference > 0n) === (best === "desc") ? one : other;
  const ahead = better ? `${better} is ahead` : "their scores are equal";
  if (!adjusted) return `${one} and ${other}: ${ahead}; see the interval.${left}`;
  const p = `p ${written(adjusted)}${several ? " by Holm" : ""}`;
  const isBeyond = adjusted[0] * 20n < adjusted[1];
  const worse = better === one ? other : one;
  const told = isBeyond ? `${better} is better than ${worse}, beyond chance` : `${one} and ${other} cannot be told apart`;
  return `${told} (${p}).${left}`;
}

function slicesOf(rows, documents, context) {
  const { benchmark, board, scale } = context;
  const fewest = benchmark.policies?.win_region_items ?? 50;
  const scores = documents.map((document) => document.scores?.[board.headline] ?? {});
  const spread = (slice) => {
    const own = scores.map((one) => one[slice]);
    return own.every(Number.isFinite) ? Math.max(...own) - Math.min(...own) : -1;
  };
  const isLarge = (slice) => slice !== "overall" && (documents[0].n_items?.[slice] ?? 0) >= fewest;
  const ordered = Object.keys(scores[0]).filter((slice) => isLarge(slice) && spread(slice) > 0)
    .map((slice) => [spread(slice), slice]).sort(([one], [other]) => other - one).slice(0, MOST_SLICES);
  if (!ordered.length) return p({ class: "of" }, `On no slice of at least ${fewest} items do their scores differ.`);
  const lines = ordered.map(([, slice]) => [
    [bdi(sliceTitle(slice, context, true)), div({ class: "small of" }, `${count(documents[0].n_items[slice])} items`)],
    scores.map((one) => scale.publicUnit(one[slice])),
  ]);
  return [
    p({ class: "lead" }, `The public scores on slices of at least ${fewest} items. `,
      "They were chosen because they differ: that alone is no evidence."),
    sideBySide("Slices", rows, lines),
  ];
}

function fieldsOf(rows, loaded) {
  const flat = loaded.map(({ bytes }) => flatOf(marked(bytes)));
  const paths = [...new Set(flat.flatMap((one) => [...one.keys()]))];
  const differ = paths.filter((path) => new Set(flat.map((one) => JSON.stringify(one.get(path)))).size > 1);
  const text = (value) => (/^s.*\n/s.test(value) ? value.slice(1) : yamlOf(value));
  const lineOf = (path) => [path, flat.map((one) => one.has(path) && pre({ class: "value" }, text(one.get(path))))];
  const deciding = differ.filter(decides).map(lineOf);
  const others = differ.filter((path) => !decides(path)).map(lineOf);
  return [
    deciding.length ? sideBySide("What decides answers", rows, deciding)
      : p({ class: "lead" }, "Nothing that decides answers differs: they are one recipe."),
    others.length > 0 && details(summary(`${others.length} fields that decide no answer differ`),
      sideBySide("What does not", rows, others)),
  ];
}
