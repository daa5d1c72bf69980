// How an entry did on every slice, beside its vendor's default: what was tested is listed, won or not.

import { number } from "./columns.js";
import { nameOf, sliceTitle } from "./context.js";
import { load, loadNamed, SHAPES } from "./documents.js";
import { nothing, tags } from "./dom.js";
import { later } from "./failures.js";
import { count } from "./numbers.js";
import { Table } from "./table.js";

const { bdi, details, h2, p, section, span, summary } = tags;
const MOST_SLICES = 60;
const PLACES = ["loss", "no evidence", "win"];

/** Draw the table; the vendor's document and the default's are fetched now. */
export function slicesSection(row, own, context) {
  const path = `vendors/${row.vendor}.json`;
  const than = context.defaultOf(row);
  const isPublished = Object.hasOwn(context.root.documents, path) &&
    row.protocol_version === context.board.eval_protocol_version;
  const vendor = isPublished ? loadNamed(context.root, path, SHAPES.vendor) : { value: { entries: [] } };
  const other = than && than !== row ? load(`entries/${nameOf(than)}.json`, than.entry, SHAPES.entry) : null;
  return section({ class: "slices" }, h2("Scores by slice"),
    later("The slices", Promise.all([vendor, other]), ([compared, default_]) => {
      const found = compared.value.entries.find(({ entry }) => entry === nameOf(row));
      return [
        introduction(row, than, found, path, context),
        tableOf(own, found, default_?.value, context),
        found && !found.reason && methodOf(compared.value),
      ];
    }));
}

function introduction(row, than, found, path, { scale }) {
  const lead = (...words) => p({ class: "lead" }, words);
  if (than === row) return lead("This is the vendor's default: the others of its vendor are compared with it.");
  if (!found) {
    return lead(`There is no comparison with a default: ${path} is not published for this entry. `,
      "The scores are the entry's own.");
  }
  if (found.reason) return lead(`Not compared with a default: ${found.reason}.`);
  const { overall } = found;
  if (!overall) return null;
  const range = overall.interval && ` (95 % interval ${overall.interval.map(scale.signed).join(" to ")})`;
  const alone = overall.only_entry !== null &&
    ` It alone passes ${count(overall.only_entry)} items, the default alone ${count(overall.only_default)}.`;
  return lead(`On all ${count(overall.n_items)} items ${scale.signedPoints(overall.difference)} `,
    `against ${nameOf(than)}`, range, ".", alone);
}

function tableOf(own, found, than, context) {
  const scores = own.scores?.[context.board.headline] ?? {};
  const tested = new Map((found?.slices ?? []).map((one) => [one.slice, one]));
  // All items come before their parts.
  const named = [...new Set(["overall", ...Object.keys(scores)])].filter((slice) => Object.hasOwn(scores, slice));
  const rows = named.map((slice) => ({
    slice, own: scores[slice], n: own.n_items?.[slice] ?? null,
    than: than?.scores?.[context.board.headline]?.[slice] ?? null, ...tested.get(slice),
  }));
  if (!rows.length) return p("The entry's document holds no scores by slice.");
  const hasTested = tested.size > 0;
  const table = new Table({
    title: "Scores by slice", columns: columnsOf(context, hasTested, than), first: hasTested ? "-verdict" : "slice",
    isWide: true, classOf: ({ verdict }) => verdict === "win" && "won", onsort: (sort) => table.show(rows, sort),
    most: MOST_SLICES,
  });
  table.show(rows, "");
  return table.element;
}

function columnsOf(context, hasTested, than) {
  const { scale } = context;
  const fewest = context.benchmark.policies?.win_region_items ?? 50;
  // Wins first, the largest first; whatever was not tested stands last.
  const place = ({ verdict, lower_bound: bound }) =>
    verdict ? PLACES.indexOf(verdict) * 2 + bound / (1 + Math.abs(bound)) : null;
  const untested = ({ n, slice }) => {
    if (slice === "overall") return "above";
    return n !== null && n < fewest ? "too few items" : "not tested";
  };
  const boundCell = ({ lower_bound: least, verdict }) => {
    const said = scale.signed(least ?? null) ?? nothing();
    // Where only the step-down rejects, a difference is known to be above 0 and nothing more.
    return verdict === "win" && !/[1-9]/.test(said) ? "> 0" : said;
  };
  const bound = { note: "the simultaneous 95 % lower bound" };
  const held = { note: "how the same comparison ended on held-out items" };
  return [
    { id: "slice", label: "Slice", type: "entry", first: "asc", key: ({ slice }) => sliceTitle(slice, context, true),
      cell: ({ slice }) => bdi(slice === "overall" ? "All items" : sliceTitle(slice, context, true)) },
    number("n", "Items", 5, ({ n }) => n, count),
    number("own", `Own${scale.heading}`, 5.5, ({ own }) => own, scale.public, { first: context.best }),
    ...(than ? [number("than", `Default${scale.heading}`, 5.5, (row) => row.than, scale.public)] : []),
    ...(hasTested ? [
      number("difference", "Difference", 7, ({ difference }) => difference, scale.signed),
      { ...number("bound", "At least", 5.5, (row) => row.lower_bound, null, bound), cell: boundCell },
      { ...number("verdict", "Verdict", 9, place), type: "text", cell: (row) => verdictCell(row, untested(row)) },
      { ...number("held", "Held-out", 7, ({ held_out: verdict }) => PLACES.indexOf(verdict) + 1 || null, null, held),
        type: "text", cell: ({ held_out: verdict }) => verdict ?? nothing() },
    ] : []),
  ];
}

function verdictCell({ verdict, state }, untested) {
  if (!verdict) return span({ class: "of" }, untested);
  const told = span({ class: verdict === "win" ? "mark recomputed" : null }, verdict);
  return span(told, state && span({ class: "of" }, `, ${state}`));
}

function methodOf(vendor) {
  const size = `${count(vendor.n_hypotheses)} pairs of configuration and slice were tested together, with ` +
    `${count(vendor.resamples)} resamples.`;
  return details(summary("How this was tested"), p({ class: "small" }, `${vendor.method}. ${size}`));
}
