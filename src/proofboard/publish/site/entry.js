// The page of one entry: who it is, how it did and against whom, its configuration, and how to use or check it.

import { kindTitle, entryLink } from "./columns.js";
import { command, SITE } from "./commands.js";
import { configurationSection } from "./configuration.js";
import { nameOf } from "./context.js";
import { cardsOf, claimsOf, documentLinks, metricsOf } from "./details.js";
import { load, loadFiled, rowNamed, SHAPES } from "./documents.js";
import { link, tags } from "./dom.js";
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
    headOf(row, context), targetOf(row, context), cardsOf(row, context), useOf(name), claimsOf(row),
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

function headOf(row, context) {
  const than = context.defaultOf(row);
  const wins = row.win_regions ?? [];
  const others = than && than !== row && link(addressOf({ compare: `${nameOf(row)},${nameOf(than)}` }),
    `Compare with ${nameOf(than)}`);
  return section(
    h2({ tabindex: -1, class: "title" }, entryLink(row), " ", span({ class: "badge" }, kindTitle(row.kind))),
    p({ class: "lead" }, row.title && strong(bdi(row.title)), row.same_recipe_as && [
      " Same recipe as ", link(addressOf({ entry: row.same_recipe_as }), row.same_recipe_as), ", which has the rank."]),
    wins.length > 0 && div({ class: "chips" }, `Beats ${than ? nameOf(than) : "its default"} on`,
      wins.map((win) => winChip(win, row, context, true))),
    p({ class: "links" }, others));
}

function targetOf(row, context) {
  const { target_subgroup: target } = row;
  if (!target) return null;
  const than = context.defaultOf(row);
  const parts = Object.entries(target.selector).map(([facet, values]) =>
    `${context.titleOf(facet)}: ${[values].flat().join(", ")}`);
  return section({ class: "slices target" }, h3("Made for"),
    p(bdi(target.description), span({ class: "of" }, ` (${parts.join("; ")})`)),
    p({ id: "target" }, targetWords(row, context, than ? nameOf(than) : "its default")));
}

function useOf(name) {
  const line = (title, made) => div(h3(title), made);
  return section({ class: "slices" }, h2("Use and check it"), div({ class: "commands" },
    line("Start a configuration of your own from it", command("the command", "adopt",
      "config", "adopt", SITE, name, "--as", "NAME", "--contributor", "@you", "--out", "config.yaml")),
    line("Answer again, and grade again", command("the command", "rerun", "rerun", SITE, name)),
    line("Compute every number again", command("the command", "verify", "verify", SITE))));
}
