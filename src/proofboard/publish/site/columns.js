// What the columns of the tables show, and by what they sort.

import { nameOf, tint } from "./context.js";
import { drawn, icon, link, nothing, tags } from "./dom.js";
import { gapCell, rankCell, winsCell, winsKey } from "./findings.js";
import { amounts, count } from "./numbers.js";
import { addressOf } from "./state.js";

const { a, bdi, div, input, label, span, wbr } = tags;
const ASSURANCES = ["reported", "attested", "recomputed", "rerun"];
const MARKS = ["M3 8h10", "M8 2.5 13.5 8 8 13.5 2.5 8Z", "m3 8.5 3.5 3.5L13 4.5", "m1 9 3 3 5-6M8 11l1 1 6-7"];

export const kindTitle = (kind) => (kind === "default" ? "Vendor default" : kind[0].toUpperCase() + kind.slice(1));

/** How a number is known: a mark and its word. */
export const assurance = (word) => span({ class: `mark ${word}` }, icon(MARKS[ASSURANCES.indexOf(word)]), word);

/** What it means that a number is known so. */
export const MEANINGS = {
  rerun: "it was answered again, and matched within its stated tolerance",
  recomputed: "anyone can grade the published responses again",
  attested: "the owner says so, and whoever holds the items or the grader can recompute it",
  reported: "it is the submitter's own number, or nobody can grade it again",
};

/** A column of numbers; what is unknown is a dash and sorts last. */
export const number = (id, label, width, key, write, more = {}) => ({
  id, label, width, key, type: "number", first: "desc", cell: (row) => write(key(row) ?? null) ?? nothing(), ...more,
});

export const rank = {
  id: "rank", label: "Rank", width: 6.75, type: "rank", first: "asc", key: (row) => row.rank, cell: rankCell,
};

/** A box for each entry that is to be compared. */
export const pin = ({ onpin, isPinned, mayPin }) => ({
  id: "pin", label: "Pin to compare", type: "pin", width: 2.25, isUnsorted: true,
  cell: (row) => {
    const name = nameOf(row);
    const box = input({ type: "checkbox", value: name, "aria-label": `Pin ${name} to compare`, onchange: onpin });
    box.checked = isPinned(name);
    box.disabled = !mayPin(name);
    return label(box);
  },
});

/** The column of entries; a brief one says only how an entry is called. */
export const entryColumn = (context, isBrief) => ({
  id: "entry", label: "Entry", type: "entry", first: "asc", key: nameOf,
  cell: (row) => entryCell(row, context, isBrief),
});

/** How an entry is called, as a link to its page. */
export const entryLink = (row) => a({ class: "name", href: addressOf({ entry: nameOf(row) }) },
  span({ class: "of" }, `${row.vendor}/`), wbr(), row.config_name);

/** Why an entry has no place yet. */
export const waitsBadge = () => span({ class: "badge warn" }, "waits for the next close");

function entryCell(row, context, isBrief) {
  const badge = (word, name = "") => [" ", span({ class: `badge ${name}` }, word)];
  const more = isBrief ? [row.title] : [row.title, row.organization, row.model, row.contributor];
  const same = row.same_recipe_as;
  return [
    entryLink(row),
    badge(kindTitle(row.kind)),
    row.pending && [" ", waitsBadge()],
    context.board.tracks.length > 1 && row.track && badge(row.track),
    row.disagreements.length > 0 && badge("claims disagree", "warn"),
    div({ class: "small of" }, more.filter(Boolean).map((text, place) => [place ? " · " : "", bdi(text)])),
    !isBrief && same && div({ class: "small" }, "Same recipe as ", link(addressOf({ entry: same }), same),
      ", which has the rank"),
    !isBrief && !same && whyUnranked(row, row[context.rankedBy(row)]),
  ];
}

function whyUnranked({ invalid }, { score, status, reason }) {
  if (invalid) return div({ class: "small warn" }, "Not a measurement: ", bdi(invalid));
  return score === null && div({ class: "small of" }, "No rank: ", bdi(status ?? reason ?? "no score"));
}

/** The score that ranks, and its interval drawn on the axis that all rows share. */
function scoreCell(row, { scale, board, rankedBy }) {
  const isHeldOut = rankedBy(row) === "held_out";
  const { score, interval } = isHeldOut ? row.held_out : row.public;
  if (score === null) return nothing();
  const said = interval ? `95 % interval: ${interval.map(scale.publicUnit).join(" to ")}` : "no interval";
  const x = (value) => 2 + 96 * scale.place(value);
  const marks = bar(said,
    ["axis", "M2 8H98"],
    board.chance_level !== null && ["chance", `M${x(board.chance_level)} 2v12`],
    interval && ["interval", `M${x(interval[0])} 8H${x(interval[1])}`],
    isHeldOut && row.public.score !== null && ["public", `M${x(row.public.score)} 8h0`],
    ["point", `M${x(score)} 3v10`]);
  return div({ class: "scored" }, span((isHeldOut ? scale.heldOut : scale.public)(score)), marks);
}

/** A drawing as wide as its place: strokes keep their width, and a dot is a line without length. */
export const bar = (said, ...marks) =>
  drawn.svg({ class: "bar", viewBox: "0 0 100 16", preserveAspectRatio: "none", role: "img", "aria-hidden": !said },
    drawn.title(said), marks.filter(Boolean).map(([name, d]) => drawn.path({ class: name, d })));

/** The columns of the overall board; those that no entry fills are left out and named in `absent`. */
export function overallColumns(context, rows) {
  const { scale, best: first } = context;
  const basis = context.basisOf(rows);
  const label = { held_out: "Held-out", public: "Public", mixed: "Score" }[basis] + scale.heading;
  const ranked = (row) => row[context.rankedBy(row)].score;
  const meanTime = (row) => row.usage.seconds?.mean ?? null;
  const time = amounts(rows.map(meanTime), "s");
  const cost = amounts(rows.map((row) => row.cost_per_score), "$");
  const cell = (row) => scoreCell(row, context);
  const gapOf = (row) => gapCell(row, context);
  const winsOf = (row) => winsKey(row, context);
  const chipsOf = (row) => winsCell(row, context);
  // A card on a phone has no room for these, unless they order the rows.
  const minor = { first: "asc", isMinor: true };
  const gapNote = "public minus held-out score";
  const winsNote = "slices on which it beats its vendor's default; sorts by their number, then the largest lower bound";
  const always = [
    rank, entryColumn(context),
    { id: "score", label, note: "the score that ranks", type: "score", width: 10.5, first, key: ranked, cell },
  ];
  return withoutEmpty(always, [
    basis !== "held_out" && number("held_out", "Held-out", 5.5, (row) => row.held_out.score, scale.heldOut, { first }),
    basis !== "public" && publicColumn(context, 5.5),
    number("gap", "Overfit gap", 7.5, (row) => row.overfit_gap, null, { note: gapNote, cell: gapOf }),
    { ...number("wins", "Win regions", 14, winsOf, null, { note: winsNote }), type: "wins", cell: chipsOf },
    { ...number("assurance", "Assurance", 10.25, assuranceKey), type: "text known", cell: assuranceCell },
    number("cost", "Cost per score, $", 6, (row) => row.cost_per_score, cost.write, minor),
    number("tokens", "Tokens", 6.5, (row) => row.usage.total_tokens, count, minor),
    number("seconds", `Time, ${time.unit}`, 5.5, meanTime, time.write, { ...minor, note: "mean for one response" }),
    { ...number("date", "Date", 7, (row) => row.date, (date) => date?.slice(0, 10)), type: "text", isMinor: true },
  ], rows);
}

const assuranceKey = (row) => (row.public.score === null ? null : ASSURANCES.indexOf(row.public.assurance));

function assuranceCell(row) {
  const line = (name, { score, assurance: word }) =>
    score !== null && word && div(assurance(word), span({ class: "of" }, ` ${name}`));
  return [line("public", row.public), line("held-out", row.held_out)];
}

/** The public score as a whole. */
export const publicColumn = ({ scale, best: first }, width) =>
  number("public", `Public${scale.heading}`, width, (row) => row.public.score, scale.public, { first });

/** What a score costs in money, tokens and time. */
export function efficiencyColumns(context, rows) {
  const of = (id, label, key) => number(id, label, 7, key, amounts(rows.map(key)).write);
  const relative = of("relative", "Relative, %", (row) => row.efficiency.relative);
  return withoutEmpty([entryColumn(context, true), relative, publicColumn(context, 6)], [
    of("dollar", "Score per dollar", (row) => row.efficiency.score_per_dollar),
    of("million", "Score per million tokens", (row) => row.efficiency.score_per_million_tokens),
    of("second", "Score per second", (row) => row.efficiency.score_per_second),
  ], rows);
}

function withoutEmpty(always, possible, rows) {
  const wanted = possible.filter(Boolean);
  const isFilled = ({ key }) => !rows.length || rows.some((row) => (key(row) ?? null) !== null);
  const absent = wanted.filter((column) => !isFilled(column)).map(({ label }) => label.split(",")[0].toLowerCase());
  return { columns: [...always, ...wanted.filter(isFilled)], absent };
}

/** A column of shaded scores under a name that comes from a document. */
export function shaded(name, key, context, below) {
  const longest = Math.max(...name.split(/[\s-]/).map((word) => word.length));
  const width = Math.max(4.6, Math.min(12, 2.2 + 0.6 * longest));
  const classOf = (row) => tint(key(row), context);
  return number(`=${name}`, name, width, key, context.scale.public, { first: context.best, below, classOf });
}
