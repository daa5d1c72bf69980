// What a row opens to: everything the board knows of one entry, and where its documents lie.

import { nameOf, scoreOn, tint } from "./context.js";
import { load, SHAPES } from "./documents.js";
import { link, shortened, tags, terms } from "./dom.js";
import { amounts, count, fixed, isShare } from "./numbers.js";

const { details, div, h3, p, section, span, summary } = tags;

/** Draw the details of a row; its document is fetched now. */
export function detailsOf(row, context) {
  const card = (title, pairs) => section({ class: "card" }, h3(title), terms("", pairs));
  return [
    div({ class: "cards" }, card("Scores", scoresOf(row, context.scale)), card("Entry", entryOf(row)),
      card("Usage", usageOf(row)), card("Run", runOf(row))),
    row.disagreements.length > 0 && claimsOf(row),
    metricsOf(row, context),
    Object.keys(row.public.by).map((facet) => facetOf(row, facet, context)),
    documentsOf(row),
  ];
}

function claimsOf({ disagreements }) {
  const line = ({ statistic, claimed, found }) => [statistic, `claimed ${claimed}, found ${found ?? "nothing"}`];
  const title = h3({ class: "warn" }, "Claims disagree with the entry's own items");
  return section({ class: "slices" }, title, terms("prose", disagreements.map(line)));
}

function scoresOf({ public: open, held_out: held, overfit_gap: gap, win_regions: wins, close_the_loop: loop }, scale) {
  const interval = (pair) => pair?.map(scale.publicUnit).join(" to ");
  const named = ([tier, share]) => `${tier} ${scale.publicUnit(share) ?? "none"}`;
  return [
    ["Public", scale.publicUnit(open.score) ?? `none: ${open.reason}`],
    ["Exactly", open.exact?.join(" / ")],
    ["95 % interval", interval(open.interval)],
    ["Method", open.interval_method],
    ["Standard error", scale.points(open.standard_error)],
    ["Runs", open.runs?.scores.map((score) => scale.public(score) ?? "none").join(", ")],
    ["Error over runs", scale.points(open.runs?.standard_error)],
    ["Answered", `${count(open.n_answered)} of ${count(open.n_prompts)} prompts`],
    ["Held-out", scale.heldOutUnit(held.score) ?? held.status],
    ["95 % interval", interval(held.interval)],
    ["Overfit gap", scale.signedPoints(gap)],
    ["Win regions", wins?.join(", ")],
    ["Runs at once", scale.publicUnit(loop?.base_runnable)],
    ["After repair", scale.publicUnit(loop?.repaired_runnable)],
    ["Gain by repair", scale.signedPoints(loop?.repair_lift)],
    ["Dry run agrees", Object.entries(loop?.dry_run_agreement ?? {}).map(named).join(", ")],
  ];
}

const entryOf = (row) => [
  ["Title", row.title], ["Model", row.model], ["Organisation", row.organization], ["Contributor", row.contributor],
  ["Track", row.track], ["Protocol", row.protocol_version], ["Made for", row.target_subgroup?.description],
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

function metricsOf({ public: open }, { benchmark, board }) {
  const others = Object.entries(open.metrics).filter(([name]) => name !== board.headline);
  const titleOf = (name) => (benchmark.metrics[name] ?? benchmark.aggregates?.[name])?.title ?? name;
  const write = (name, score) => (isShare(benchmark, name) ? `${fixed(score * 100, 1)} %` : String(score));
  const pairs = others.map(([name, score]) => [titleOf(name), score === null ? "–" : write(name, score)]);
  return pairs.length > 0 && section({ class: "slices" }, h3("Metrics"), terms("cells long", pairs));
}

function facetOf(row, facet, context) {
  const scores = Object.keys(row.public.by[facet]);
  // Values stand in the order that the benchmark declares; pairs of them are not declared.
  const values = (context.facets[facet]?.values ?? scores).filter((value) => scores.includes(value));
  const isLong = values.some((value) => value.length > 9);
  const list = terms(isLong ? "cells long" : "cells", values.map((value) => {
    const score = scoreOn(row, facet, value);
    return [value.replaceAll("×", " × "), context.scale.public(score) ?? "–", tint(score, context)];
  }));
  const title = [`${context.titleOf(facet)} `, span({ class: "of" }, `public scores${context.scale.heading}`)];
  if (facet.includes("×")) return details({ class: "slices" }, summary(title), list);
  return section({ class: "slices" }, h3(title), list);
}

function documentsOf(row) {
  const path = `entries/${nameOf(row)}.json`;
  const place = div({ class: "slices" }, p("Fetching the entry's document…"));
  load(path, row.entry, SHAPES.entry)
    .then(({ value, digest }) => linksOf(path, value.identity, digest))
    .catch((error) => p({ class: "failed", role: "alert" }, `${error.message}. ${error.advice}`))
    .then((made) => place.replaceChildren(made));
  return place;
}

function linksOf(path, identity, digest) {
  const hex = (named) => named.replace("sha256:", "");
  const open = identity.bundles.filter((bundle) => bundle.scores).flatMap(({ name, bundle }) => [
    link(`scores/${hex(bundle)}.json`, `Item scores (${name})`),
    link(`bundles/${hex(bundle)}/manifest.json`, `Bundle manifest (${name})`),
  ]);
  const configuration = link(`configurations/${hex(identity.document)}.json`, "Configuration");
  const checked = digest && span({ class: "of" }, "The entry's document has the digest that the board names.");
  return p({ class: "links" }, link(path, "Entry document"), configuration, open, checked);
}
