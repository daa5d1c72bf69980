// The tabs: which rows and columns each of them shows.

import {
  bar, efficiencyColumns, entryColumn, number, overallColumns, pin, publicColumn, rank, shaded,
} from "./columns.js";
import { nameOf, scoreOn } from "./context.js";
import { loadNamed, SHAPES } from "./documents.js";
import { link, tags, terms } from "./dom.js";
import { addressOf } from "./state.js";
import { Table } from "./table.js";

const { bdi, h2, p, section, span, strong } = tags;
const ROLES = ["tier", "language", "category"];

/** The tabs of a board: { id, title, viewOf, facet where it has one }. */
export function tabsOf({ facets, titleOf }) {
  const own = Object.keys(facets).filter((name) => ROLES.includes(facets[name].role));
  return [
    { id: "overall", title: "Overall", viewOf: overallView },
    ...own.map((facet) => ({ id: `by-${facet}`, title: titleOf(facet), viewOf: facetView, facet })),
    { id: "efficiency", title: "Efficiency", viewOf: efficiencyView },
  ];
}

// A view is { nodes, shown: [{ table, rows }] }; `hooks` tell the page what a reader does.

const lead = (...text) => p({ class: "lead" }, text);
const absence = (absent, rows) =>
  rows.length ? absent.length > 0 && lead(`No entry has: ${absent.join(", ")}.`) : lead("There are no entries yet.");

const classOf = (row) => {
  const isAside = row.kind === "baseline" || row.kind === "chance" || row.rank === null;
  return [isAside && "aside", row.kind === "default" && "default"].filter(Boolean).join(" ");
};
const wideTable = (title, columns, first, { onsort }) =>
  new Table({ title, columns, first, isWide: true, classOf, onsort });

function overallView(tab, context, hooks) {
  const { entries, other_protocols: others, skipped } = context.board;
  const main = rankedTable("Overall board", entries, context, hooks);
  const apart = others.map(({ protocol_version: version, ranking, entries: rows }) => {
    const made = rankedTable(`Protocol version ${version}`, rows, context, hooks);
    const where = ranking.startsWith("held_out") ? "held-out" : "PUBLIC";
    const words = `Made under other rules: ranked among themselves, on ${where} items, never with the board above.`;
    const heading = h2("Protocol version ", bdi(version));
    return { ...made, isApart: true, section: section({ class: "apart" }, heading, lead(words), made.table.element) };
  });
  const reasons = terms("prose", skipped.map(({ entry, reason }) => [entry, reason]));
  const nodes = [
    legendOf(context), main.table.element, absence(main.absent, entries), unpublished(context),
    apart.map((one) => one.section),
    skipped.length > 0 && section({ class: "apart" }, h2("Listed, but not on the board"), reasons),
  ];
  return { nodes, shown: [main, ...apart] };
}

function rankedTable(title, rows, context, hooks) {
  const { columns, absent } = overallColumns(context, rows);
  const table = new Table({ title, columns: [pin(hooks), ...columns], first: "rank", classOf, onsort: hooks.onsort });
  return { rows, absent, table };
}

/** What a publication of an older version does not hold. */
function unpublished({ root, board }) {
  const absent = [
    Object.keys(root.documents).every((path) => !path.startsWith("vendors/")) && "comparisons with defaults (vendors/)",
    board.entries.every((row) => row.tied_groups === undefined) && "tied groups",
  ].filter(Boolean);
  if (!absent.length || !board.entries.length) return null;
  return lead(`This publication was made without ${absent.join(" and ")}.`);
}

function legendOf({ scale, basis, board }) {
  const sample = (text, ...marks) => span(bar("", ...marks), text);
  const has = (field) => board.entries.some((row) => row[field]?.length);
  const within = board.tracks.length > 1 ? " within a track" : "";
  return p({ class: "legend" },
    has("rank_range") && span(strong("3"), " · 1–8: its rank, and the ranks that the data do not rule out"),
    has("tied_groups") &&
      span(span({ class: "letters" }, "ab"), ` Entries that share a letter cannot be told apart${within}`),
    has("win_regions") && span(span({ class: "win" }, "slice ≥ +x"),
      " at least so much better than its vendor's default there; with a check where it held again on later items"),
    sample("score that ranks, with its 95 % interval", ["interval", "M9 8H91"], ["point", "M50 3v10"]),
    basis !== "public" && sample("public score", ["public", "M50 8h0"]),
    board.chance_level !== null && sample("chance level", ["chance", "M50 2v12"]),
    span(`axis from ${scale.axis}${scale.unit}`));
}

function efficiencyView(tab, context, hooks) {
  const rows = context.board.entries;
  const { columns, absent } = efficiencyColumns(context, rows);
  const table = wideTable(tab.title, columns, "-relative", hooks);
  const words = "What a public score costs. Relative is the mean of an entry's ratios to the best one, in percent.";
  return { nodes: [lead(words), table.element, absence(absent, rows)], shown: [{ table, rows }] };
}

const publicNote = (more) => lead(strong("Ranked on public scores. "),
  "Held-out scores are never split: parts would give items away. ", more);

function facetView(tab, context, hooks, state) {
  const { facet, title } = tab;
  if (state.board) return categoryView(tab, context, hooks, state);
  const rows = context.board.entries;
  const hasScore = (value) => rows.some((row) => scoreOn(row, facet, value) !== null);
  const values = context.facets[facet].values.filter(hasScore);
  const below = (value) => boardPaths(context, facet, value).length > 0 &&
    link(addressOf({ ...state, board: value, sort: "" }), "problems");
  const shadedOf = (value) => shaded(value, (row) => scoreOn(row, facet, value), context, below(value));
  const columns = [entryColumn(context, true), publicColumn(context, 6), ...values.map(shadedOf)];
  const first = context.best === "asc" ? "public" : "-public";
  const table = wideTable(`Public scores: ${title}`, columns, first, hooks);
  return { nodes: [publicNote("A column for each value."), table.element], shown: [{ table, rows }] };
}

/** Where the boards of one value lie: one, or one for each track. */
function boardPaths({ root, facets }, facet, value) {
  const place = String(facets[facet].values.indexOf(value));
  const isOwn = (path) => path.startsWith(`boards/${facet}/`) && /(\d+)\.json$/.exec(path)?.[1] === place;
  return Object.keys(root.documents).filter(isOwn);
}

async function categoryView({ facet, title }, context, hooks, state) {
  const paths = boardPaths(context, facet, state.board);
  const loaded = await Promise.all(paths.map((path) => loadNamed(context.root, path, SHAPES.category)));
  const shown = loaded.map(({ value }) => categoryTable(value, context, hooks));
  const back = lead(link(addressOf({ ...state, board: "", sort: "" }), `← ${title}`));
  const found = shown.length ? publicNote("A column for each problem.") : lead("There is no such board.");
  return { nodes: [back, h2(`${title}: `, bdi(state.board)), found, shown.map(({ table }) => table.element)], shown };
}

function categoryTable(category, context, hooks) {
  const entries = new Map(context.board.entries.map((row) => [nameOf(row), row]));
  // The rank on this board takes the place of the overall one, whose range says nothing here.
  const apart = { rank_range: null, tied_groups: null };
  const known = category.rows.filter((row) => entries.has(row.entry));
  const rows = known.map((row) => ({ ...entries.get(row.entry), ...apart, ...row }));
  const average = (row) => row.average;
  const columns = [
    entryColumn(context, true), rank,
    number("average", "Average", 5.5, average, context.scale.public, { first: context.best }),
    ...category.items.map((item, place) =>
      shaded(item, (row) => row.values[place], context, link(`items/${category.pages[place]}.json`, "item"))),
  ];
  const title = [category.value, rows[0]?.track].filter(Boolean).join(", ");
  return { rows, table: wideTable(title, columns, "rank", hooks) };
}
