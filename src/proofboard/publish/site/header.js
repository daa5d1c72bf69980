// The head and the foot of the page: what is measured, what the ranks follow, and how to check it.

import { assurance, MEANINGS } from "./columns.js";
import { command, SITE } from "./commands.js";
import { icon, link, shortened, tags, terms } from "./dom.js";
import { count } from "./numbers.js";

const { bdi, details, div, h2, p, summary } = tags;

/** Draw the head; `digest` is that of publication.json, or null where this browser computes none. */
export function drawHeader(context, digest) {
  const { board, benchmark } = context;
  document.getElementById("title").replaceChildren(bdi(board.title));
  const description = p({ class: "lead", dir: "auto" }, benchmark.description);
  const about = div(description, basisOf(context), factsOf(context));
  document.getElementById("about").replaceChildren(about, proofOf(digest));
}

function basisOf({ board, basis, best }) {
  const { n_prompts: nPrompts, note } = board.held_out_set;
  const why = nPrompts === null ? "no held-out set was scored" : "no entry has a released held-out score";
  const words = {
    held_out: "Ranked on held-out items",
    public: `Ranked on PUBLIC items: ${why}`,
    mixed: "Ranked on held-out items in some tracks, on PUBLIC items in others",
  }[basis];
  const chip = (isGood, id, text) => p({ class: `chip ${isGood ? "good" : "warn"}`, id },
    icon(isGood ? "m3 8.5 3.5 3.5L13 4.5" : "M8 2 15 14H1ZM8 6.5v3.6M8 12v.2"), bdi(text));
  return div({ class: "basis" },
    chip(basis === "held_out", "basis", words + (best === "asc" ? "; lower is better" : "")),
    board.n_pending > 0 && chip(false, "pending",
      `Ranks and comparisons are those of the last close: ${count(board.n_pending)} pending`),
    note && chip(false, "note", note[0].toUpperCase() + note.slice(1)));
}

function factsOf({ board, benchmark, scale }) {
  const { n_items: nItems, n_prompts: nPrompts } = board.public_set;
  return terms("facts", [
    ["Entries", count(board.entries.length)],
    ["Public items", count(nItems) + (nItems === nPrompts ? "" : ` on ${count(nPrompts)} prompts`)],
    ["Held-out items", count(board.held_out_set.n_prompts) ?? "none scored"],
    ["Detectable difference", scale.points(board.minimum_detectable_difference)],
    ["Median overfit gap", scale.signedPoints(board.median_overfit_gap)],
    ["Chance level", scale.publicUnit(board.chance_level)],
    ["Protocol", board.eval_protocol_version],
    ["Judge", board.judge_model ?? "no LLM judge"],
    ["Licence", benchmark.licence],
  ]);
}

function proofOf(digest) {
  const unchecked = "Digests are not checked here: browsers compute them only on https and localhost.";
  return div({ class: "proof" }, h2("Check every number yourself"),
    command("the command", "command", "verify", SITE),
    digest ? p("Publication ", shortened(digest, "the publication's digest")) : p({ class: "warn" }, unchecked));
}

/** Draw the foot: what the words mean, how the numbers were made, and the documents themselves. */
export function drawFooter({ root, board, benchmark }) {
  const sentence = (text) => `${text[0].toUpperCase()}${text.slice(1)}.`;
  const meanings = Object.entries(MEANINGS).map(([word, text]) => [assurance(word), sentence(text)]);
  const words = [
    ["win region", "A slice on which an entry beats its vendor's default beyond chance, with the least it wins by. " +
      "It is a candidate until it holds again, by itself, on items that came after the entry: then it is confirmed."],
    ["gap beyond chance", "The gap is larger than that of the other entries on the same items. It does not say why."],
  ];
  const method = Object.entries(board.method ?? {}).map(([name, text]) => [name.replaceAll("_", " "), text]);
  const paths = ["publication.json", ...Object.keys(root.documents).filter((path) => /^\w+\.json$/.test(path))];
  document.getElementById("footer").replaceChildren(
    details(summary("How to read this board"), terms("prose", [...meanings, ...words, ...method])),
    p({ class: "links" }, paths.map((path) => link(path, path))),
    p(benchmark.source && [bdi(benchmark.source), ". "], `Made with Proofboard ${root.software_version}.`));
}
