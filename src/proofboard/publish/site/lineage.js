// Where an entry comes from and what came of it: its parent, its children, its earlier revisions.

import { downloading } from "./configuration.js";
import { nameOf } from "./context.js";
import { hexOf, loadFiled, SHAPES } from "./documents.js";
import { link, nothing, plainTable, shortened, tags } from "./dom.js";
import { later } from "./failures.js";
import { addressOf } from "./state.js";

const { bdi, h2, h3, li, p, section, span, td, th, tr, ul } = tags;

const linkTo = (row) => link(addressOf({ entry: nameOf(row) }), nameOf(row));

/** Draw the lineage of an entry. */
export function lineageSection(row, document, configuration, context) {
  return section({ class: "slices lineage" }, h2("Lineage"),
    h3("Adapted from"), later("The parent", configuration, ({ value }) => parentOf(value.parent, context)),
    h3("Adapted from it"), childrenOf(row, context),
    h3("Earlier revisions"), historyOf(document.history ?? [], context));
}

/** The row that a parent means: `vendor/config_name`, the digest of a recipe, or both as `name@digest`. */
function parentRow(parent, { named, rows }) {
  const [name, digest] = parent.startsWith("sha256:") ? [null, parent] : parent.split("@");
  const row = name === null ? rows.find((one) => one.configuration === digest) : named.get(name);
  return { row: row ?? null, name, digest: digest ?? null };
}

function parentOf(parent, context) {
  if (!parent) return p({ class: "of" }, "Nothing that it names.");
  const { row, digest } = parentRow(parent, context);
  if (!row) return p({ id: "parent" }, bdi(parent), span({ class: "of" }, ", which is not on this board"));
  const isSame = digest === null || row.configuration === digest;
  return p({ id: "parent" }, linkTo(row), !isSame && [span({ class: "of" }, " with another recipe than it has now: "),
    shortened(digest, "the parent's recipe")]);
}

/** The entries that name this one, by its name or by its recipe. */
function childrenOf(row, context) {
  const isOf = ({ parent }) => {
    const found = parent && parentRow(parent, context);
    return found && (found.row === row || found.digest === row.configuration);
  };
  const children = context.rows.filter((one) => one !== row && isOf(one));
  if (!children.length) return p({ class: "of" }, "No entry names it.");
  return ul({ id: "children" }, children.map((one) => li(linkTo(one), one.title && [" ", bdi(one.title)])));
}

function historyOf(history, { scale }) {
  if (!history.length) return p({ class: "of" }, "There are none: it is as it was first accepted.");
  const scoresOf = ({ bundles }) =>
    bundles.filter((one) => one.scores).map(({ bundle }) => link(`scores/${hexOf(bundle)}.json`, "Item scores"));
  const line = (revision) => {
    const { number, document } = revision;
    const configuration = loadFiled("configurations", document, document, SHAPES.configuration);
    return tr(
      th({ scope: "row" }, String(number)), td(revision.date ?? nothing()),
      td(scale.publicUnit(revision.score) ?? nothing()), td(revision.protocol_version ?? nothing()),
      td(shortened(revision.configuration, `the recipe of revision ${number}`)),
      td(later("The configuration", configuration, ({ bytes }) =>
        downloading(bytes, `revision-${number}.json`, "Download"))),
      td(scoresOf(revision)));
  };
  const heads = ["Revision", "Recorded", "Public score", "Protocol", "Recipe", "Configuration", "Scores"];
  return plainTable("Earlier revisions", heads, history.map(line), "history");
}
