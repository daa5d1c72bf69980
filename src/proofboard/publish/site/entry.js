// The page of one entry: who it is, how it did and against whom, its configuration, and how to use or check it.

import { assurance, entryLink, kindTitle, MEANINGS, waitsBadge } from "./columns.js";
import { command, SITE } from "./commands.js";
import { configurationSection } from "./configuration.js";
import { nameOf } from "./context.js";
import { cardsOf, claimsOf, documentLinks, metricsOf } from "./details.js";
import { load, loadFiled, rowNamed, SHAPES } from "./documents.js";
import { link, tags, terms } from "./dom.js";
import { later } from "./failures.js";
import { targetWords, winChip } from "./findings.js";
import { lineageSection } from "./lineage.js";
import { slicesSection } from "./slices.js";
import { addressOf } from "./state.js";

const { bdi, div, h2, h3, p, section, span, strong } = tags;

/** Draw the page of an entry; its documents are fetched now, and each part fails alone. */
export function entryView(context, { entry: name }) {
  const row = rowNamed(context, name);
  const path = `entries/${name}.json`;
  const shown = div({ class: "page" },
    headOf(row), targetOf(row, context), winsOf(row, context), cardsOf(row, context), useOf(name), claimsOf(row),
    metricsOf(row, context),
    later("The entry's document", load(path, row.entry, SHAPES.entry), (loaded) => {
      const { document } = loaded.value.identity;
      const configuration = loadFiled("configurations", document, document, SHAPES.configuration);
      return [
        later("The configuration", configuration, (found) => configurationSection(row, found)),
        slicesSection(row, loaded.value, context),
        lineageSection(row, loaded.value, configuration, context),
        documentLinks(path, loaded),
      ];
    }));
  return { title: name, shown };
}

function headOf(row) {
  return section(
    h2({ tabindex: -1, class: "title" }, entryLink(row), " ", span({ class: "badge" }, kindTitle(row.kind)),
      row.pending && [" ", waitsBadge()]),
    p({ class: "lead" }, row.title && strong(bdi(row.title)), row.same_recipe_as && [
      " Same recipe as ", link(addressOf({ entry: row.same_recipe_as }), row.same_recipe_as), ", which has the rank."]),
    p({ class: "small", id: "known" }, knownOf(row)));
}

/** How its scores are known, in one sentence. */
function knownOf({ public: open, held_out: held }) {
  const known = [["public", open], ["held-out", held]].filter(([, { score, assurance: word }]) => score !== null && word);
  return known.map(([set, { assurance: word }], place) => [
    `${place ? "; the" : "The"} ${set} score is `, assurance(word), `: ${MEANINGS[word]}`, place + 1 === known.length && "."]);
}

/** What it was made for, and whether it is better there; or why there is nothing to say. */
function targetOf(row, context) {
  const { target_subgroup: target, target_verdict: found } = row;
  const than = context.defaultOf(row);
  const heading = (...more) => h2("Target subgroup", more);
  if (!target) {
    const why = row.kind === "default" ? "a default is made for all items" : "it names no part of the items as its own";
    return section({ class: "card target" }, heading(), p({ class: "of", id: "target" }, `None: ${why}.`));
  }
  const parts = Object.entries(target.selector).map(([facet, values]) =>
    `${context.titleOf(facet)}: ${[values].flat().join(", ")}`);
  const shade = { "wins its target": "good", "loses it": "bad" }[found?.verdict];
  return section({ class: "card target" },
    heading(" ", span({ class: `chip ${shade ?? ""}` }, found?.verdict ?? "no verdict")),
    terms("", [
      ["Made for", target.description], ["Selects", parts.join("; ")],
      ["Public items", p({ id: "target" }, targetWords(found, context, than ? nameOf(than) : "its default"))],
      ["Held-out items", found && (found.held_out ? `Tested there as well: ${found.held_out}.` : "No verdict was released.")],
    ]));
}

function winsOf(row, context) {
  const than = context.defaultOf(row);
  const wins = row.win_regions ?? [];
  const others = than && than !== row && link(addressOf({ compare: `${nameOf(row)},${nameOf(than)}` }),
    `Compare with ${nameOf(than)}`);
  return section(
    wins.length > 0 && div({ class: "chips" }, `Beats ${than ? nameOf(than) : "its default"} on`,
      wins.map((win) => winChip(win, row, context, true))),
    p({ class: "links" }, others));
}

function useOf(name) {
  const line = (title, made) => div(h3(title), made);
  return section({ class: "slices" }, h2("Use and check it"), div({ class: "commands" },
    line("Start a configuration of your own from it", command("the command", "adopt",
      "config", "adopt", SITE, name, "--as", "NAME", "--contributor", "@you", "--out", "config.yaml")),
    line("Answer again, and grade again", command("the command", "rerun", "rerun", SITE, name)),
    line("Compute every number again", command("the command", "verify", "verify", SITE))));
}
