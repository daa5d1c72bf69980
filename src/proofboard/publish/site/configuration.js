// The configuration of an entry: as text that can be copied, as published bytes to keep, and field by field.

import { copyable, shortened, tags } from "./dom.js";

const { bdi, button, h2, p, pre, section, span } = tags;

// Fields stand as people read them: who, what, how, and what is beside the recipe.
const ORDER = [
  "vendor", "config_name", "vendor_version", "title", "kind", "contributor", "description", "target_subgroup", "packs",
  "ensemble_weights", "extra_prompts", "decoding", "settings", "tools_used", "model", "hardware", "reproducibility",
];
const DECIDING = new Set([
  "decoding", "ensemble_weights", "extra_prompts", "model", "packs", "settings", "tools_used", "vendor",
  "vendor_version",
]);
const MISREAD = /^(|~|null|true|false|yes|no|on|off|y|n|[-+]?[.\d].*)$/i;
const PLAIN = /^[\p{L}\p{N}_./][\p{L}\p{N}\p{M} _./@()+;'-]*$/u;
// Letters that nobody sees, or that turn the direction of a line, are written as what they are.
const UNSEEN = /[\p{C}\p{Zl}\p{Zp}]/gu;

/**
 * Parse a configuration so that no number changes: 1 and 1.0 are two recipes. Every text begins with s, every number
 * is a text that begins with n.
 */
export function marked(bytes) {
  const tokens = /"([^"\\]*(?:\\.[^"\\]*)*)"|-?\d[\d.eE+-]*/g;
  const text = new TextDecoder().decode(bytes);
  return JSON.parse(text.replace(tokens, (token, inside) => (inside === undefined ? `"n${token}"` : `"s${inside}"`)));
}

const keysOf = (value) => {
  const place = (key) => (ORDER.indexOf(key.slice(1)) + 1 || ORDER.length + 1);
  return Object.keys(value).sort((a, b) => place(a) - place(b));
};
const isEmpty = (value) => !Object.keys(value).length;
const escaped = (letter) => `\\U${letter.codePointAt(0).toString(16).padStart(8, "0")}`;

function scalar(value) {
  if (typeof value !== "string") return String(value);
  const text = value.slice(1);
  // Some readers of YAML take a number for text unless it has a point and its exponent a sign.
  if (value[0] === "n") return text.replace(/^(-?\d+)(?=e)/, "$1.0").replace(/e(?=\d)/, "e+");
  if (PLAIN.test(text) && !MISREAD.test(text) && !text.endsWith(" ")) return text;
  return JSON.stringify(text).replace(UNSEEN, escaped);
}

/** Write a marked value as YAML, its lines below each other. */
export function yamlOf(value, indent = "") {
  if (typeof value !== "object" || value === null) return scalar(value);
  if (Array.isArray(value)) {
    if (value.every((one) => typeof one !== "object" || one === null)) return `[${value.map(scalar).join(", ")}]`;
    return value.map((one) => `\n${indent}- ${yamlOf(one, `${indent}  `).trimStart()}`).join("");
  }
  if (isEmpty(value)) return "{}";
  const line = (key) => {
    const part = value[key];
    const isBlock = typeof part === "object" && part !== null && !isEmpty(part);
    const written = isText(part) ? blockText(part.slice(1), `${indent}  `) : yamlOf(part, `${indent}  `);
    return `\n${indent}${scalar(key)}:${isBlock && written.startsWith("\n") ? "" : " "}${written}`;
  };
  return keysOf(value).map(line).join("");
}

/** Say whether a text of several lines can be written line by line and be read back the same. */
function isText(value) {
  if (typeof value !== "string" || value[0] !== "s" || !value.includes("\n")) return false;
  const text = value.slice(1);
  const isKept = (line) => !/\s$|^\t/.test(line) && line.search(UNSEEN) < 0;
  return !/^\s|\n\n$/.test(text) && text.split("\n").every(isKept);
}

function blockText(text, indent) {
  const lines = text.replace(/\n$/, "").split("\n").map((one) => `\n${one && indent}${one}`);
  return `|${text.endsWith("\n") ? "" : "-"}${lines.join("")}`;
}

/** Draw a configuration with what takes it home. */
export function configurationSection(row, { value, bytes }) {
  const text = `${yamlOf(marked(bytes)).trimStart()}\n`;
  const name = `${row.vendor}-${row.config_name}.json`;
  const shown = pre({ class: "yaml", tabindex: 0, id: "configuration" }, text);
  const [box, , copy] = copyable(shown, text, "the configuration");
  return section({ class: "slices" }, h2("Configuration"),
    p({ class: "links" }, copy, downloading(bytes, name, "Download"),
      span("Recipe ", shortened(row.configuration, "the recipe's digest")),
      value.licence && span({ class: "of" }, "Licence ", bdi(value.licence))),
    box);
}

/** A button that hands out the very bytes that were checked. */
export function downloading(bytes, name, word) {
  const onclick = () => {
    const address = URL.createObjectURL(new Blob([bytes], { type: "application/json" }));
    const anchor = tags.a({ href: address, download: name });
    anchor.click();
    setTimeout(() => URL.revokeObjectURL(address), 10_000);
  };
  return button({ class: "copy", onclick }, word, span({ class: "unseen" }, ` ${name}`));
}

/** Every value that is no mapping, by its path: what two configurations are compared by. */
export function flatOf(value, path = "", found = new Map()) {
  for (const key of keysOf(value)) {
    const [part, own] = [value[key], path ? `${path}.${key.slice(1)}` : key.slice(1)];
    const isMapping = typeof part === "object" && part !== null && !Array.isArray(part) && !isEmpty(part);
    if (isMapping) flatOf(part, own, found);
    else found.set(own, part);
  }
  return found;
}

/** Say whether a field decides answers; name, description and target do not. */
export const decides = (path) => DECIDING.has(path.split(".")[0]);
