// Everything the board knows of one entry: cards of numbers, claims, metrics, and where its documents lie.

import { hexOf } from "./documents.js";
import { link, shortened, tags, terms } from "./dom.js";
import { lettersOf } from "./findings.js";
import { amounts, count, fixed, isShare } from "./numbers.js";

const { div, h3, p, section, span } = tags;

/** Draw the numbers of a row by what they are about. */
export function cardsOf(row, context) {
  const card = (title, pairs) => section({ class: "card" }, h3(title), terms("", pairs));
  return div({ class: "cards" }, card("Scores", scoresOf(row, context)), card("Entry", entryOf(row)),
    card("Usage", usageOf(row)), card("Run", runOf(row)));
}

/** List what the entry's source says of it and its own items do not give. */
export function claimsOf({ disagreements }) {
  if (!disagreements.length) return null;
  const line = ({ statistic, claimed, found }) => [statistic, `claimed ${claimed}, found ${found ?? "nothing"}`];
  const title = h3({ class: "warn" }, "Claims disagree with the entry's own items");
  return section({ class: "slices" }, title, terms("prose", disagreements.map(line)));
}

function scoresOf(row, { scale }) {
  const { public: open, held_out: held, close_the_loop: loop, rank_range: range, tied_groups: tied } = row;
  const interval = (pair) => pair?.map(scale.publicUnit).join(" to ");
  const named = ([tier, share]) => `${tier} ${scale.publicUnit(share) ?? "none"}`;
  return [
    ["Rank", [row.rank ?? "none", range && `possibly ${range.join(" to ")}`].filter(Boolean).join(", ")],
    ["Tied groups", tied && lettersOf(tied)],
    ["Public", scale.publicUnit(open.score) ?? `none: ${open.reason}`],
    ["Exactly", open.exact?.join(" / ")],
    ["95 % interval", interval(open.interval)],
    ["Method", open.interval_method],
    ["Standard error", scale.points(open.standard_error)],
    ["Runs", open.runs?.scores.map((score) => scale.public(score) ?? "none").join(", ")],
    ["Error over runs", scale.points(open.runs?.standard_error)],
    ["Variance", open.variance && `${open.variance.between_items} between items, ${open.variance.within_items} within`],
    ["Answered", `${count(open.n_answered)} of ${count(open.n_prompts)} prompts`],
    ["Held-out", scale.heldOutUnit(held.score) ?? held.status],
    ["95 % interval", interval(held.interval)],
    ["Overfit gap", scale.signedPoints(row.overfit_gap)],
    ["95 % interval", row.overfit_interval?.map(scale.signed).join(" to ")],
    ["Overfit test", row.overfit_test],
    ["Runs at once", scale.publicUnit(loop?.base_runnable)],
    ["After repair", scale.publicUnit(loop?.repaired_runnable)],
    ["Gain by repair", scale.signedPoints(loop?.repair_lift)],
    ["Dry run agrees", Object.entries(loop?.dry_run_agreement ?? {}).map(named).join(", ")],
  ];
}

const entryOf = (row) => [
  ["Title", row.title], ["Model", row.model], ["Organisation", row.organization], ["Contributor", row.contributor],
  ["Date", row.date], ["Track", row.track], ["Protocol", row.protocol_version],
  ["Public score", row.public.score !== null && row.public.assurance], ["Held-out score", row.held_out.assurance],
];

function usageOf({ usage }) {
  const { unit, write } = amounts([usage.seconds?.mean ?? null], "s");
  const time = (value) => value !== undefined && `${write(value)} ${unit}`;
  return [
    ["Calls", count(usage.generation_calls) ?? "not recorded"],
    ["Judge calls", count(usage.judge_calls)],
    ["Tokens", count(usage.total_tokens) ?? "not recorded"],
    ["of prompts", count(usage.prompt_tokens)],
    ["of answers", count(usage.completion_tokens)],
    ["Cost", usage.cost_dollars === null ? "not recorded" : `$${usage.cost_dollars}`],
    ["Mean time", time(usage.seconds?.mean) || "not recorded"],
    ["95th percentile", time(usage.seconds?.percentile_95)],
    ["Recorded for", `${count(usage.n_recorded)} responses`],
  ];
}

function runOf({ run }) {
  const votes = `${run.n_votes} vote${run.n_votes === 1 ? "" : "s"} recorded per response`;
  return [
    ["Recorded by", run.tool_version], ["Submitted by", run.submitted_by], ["Judge", run.judge_model],
    ["Judge votes", run.n_votes === null ? "none recorded" : votes],
    ["Bundle", shortened(`sha256:${run.recorded_bundle_sha256}`, "the bundle's digest")],
  ];
}

/** List the metrics beside the headline. */
export function metricsOf({ public: open }, { benchmark, board }) {
  const others = Object.entries(open.metrics).filter(([name]) => name !== board.headline);
  const titleOf = (name) => (benchmark.metrics[name] ?? benchmark.aggregates?.[name])?.title ?? name;
  const write = (name, score) => (isShare(benchmark, name) ? `${fixed(score * 100, 1)} %` : String(score));
  const pairs = others.map(([name, score]) => [titleOf(name), score === null ? "–" : write(name, score)]);
  return pairs.length > 0 && section({ class: "slices" }, h3("Metrics"), terms("cells long", pairs));
}

/** Link the documents that the entry's own one names. */
export function documentLinks(path, { value: { identity }, digest }) {
  const open = identity.bundles.filter((bundle) => bundle.scores).flatMap(({ name, bundle, purged }) => [
    link(`scores/${hexOf(bundle)}.json`, `Item scores (${name})`),
    link(purged ? `purged/${hexOf(bundle)}.json` : `bundles/${hexOf(bundle)}/manifest.json`, `Bundle manifest (${name})`),
  ]);
  const configuration = link(`configurations/${hexOf(identity.document)}.json`, "Configuration");
  const checked = digest && span({ class: "of" }, "The entry's document has the digest that the board names.");
  return p({ class: "links slices" }, link(path, "Entry document"), configuration, open, checked);
}
