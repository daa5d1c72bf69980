// A configuration as text that people read and that is read back the same, and field by field.

/**
 * A value whose texts begin with s and whose numbers are texts that begin with n, as they were written: 1 and 1.0 are
 * two recipes, and JSON.parse would make them one.
 */
export type Marked = string | boolean | null | readonly Marked[] | { readonly [key: string]: Marked };

// Fields stand as people read them: who, what, how, and what is beside the recipe.
const ORDER = [
  "vendor",
  "config_name",
  "vendor_version",
  "title",
  "kind",
  "contributor",
  "description",
  "target_subgroup",
  "packs",
  "ensemble_weights",
  "extra_prompts",
  "decoding",
  "settings",
  "tools_used",
  "model",
  "hardware",
  "reproducibility",
];
const DECIDING = new Set([
  "decoding",
  "ensemble_weights",
  "extra_prompts",
  "model",
  "packs",
  "settings",
  "tools_used",
  "vendor",
  "vendor_version",
]);
const MISREAD = /^(|~|null|true|false|yes|no|on|off|y|n|[-+]?[.\d].*)$/i;
const PLAIN = /^[\p{L}\p{N}_./][\p{L}\p{N}\p{M} _./@()+;'-]*$/u;
// Letters that nobody sees, or that turn the direction of a line, are written as what they are.
const UNSEEN = /[\p{C}\p{Zl}\p{Zp}]/gu;

/** Parse a configuration so that no number changes. */
export function marked(bytes: Uint8Array): Marked {
  const tokens = /"([^"\\]*(?:\\.[^"\\]*)*)"|-?\d[\d.eE+-]*/g;
  const text = new TextDecoder().decode(bytes);
  return JSON.parse(
    text.replace(tokens, (token, inside?: string) => (inside === undefined ? `"n${token}"` : `"s${inside}"`)),
  );
}

type Mapping = { readonly [key: string]: Marked };
const isMapping = (value: Marked): value is Mapping =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isList = (value: Marked): value is readonly Marked[] => Array.isArray(value);
const isEmpty = (value: Mapping): boolean => Object.keys(value).length === 0;
const escaped = (letter: string): string => `\\U${(letter.codePointAt(0) ?? 0).toString(16).padStart(8, "0")}`;

function keysOf(value: Mapping): string[] {
  const place = (key: string) => ORDER.indexOf(key.slice(1)) + 1 || ORDER.length + 1;
  return Object.keys(value).sort((a, b) => place(a) - place(b));
}

function scalar(value: string | boolean | null): string {
  if (typeof value !== "string") return String(value);
  const text = value.slice(1);
  // Some readers of YAML take a number for text unless it has a point and its exponent a sign.
  if (value[0] === "n") return text.replace(/^(-?\d+)(?=e)/, "$1.0").replace(/e(?=\d)/, "e+");
  if (PLAIN.test(text) && !MISREAD.test(text) && !text.endsWith(" ")) return text;
  return JSON.stringify(text).replace(UNSEEN, escaped);
}

/** Write a marked value as YAML, its lines below each other. */
export function yamlOf(value: Marked, indent = ""): string {
  if (isList(value)) {
    const isFlat = value.every((one) => typeof one !== "object" || one === null);
    if (isFlat) return `[${(value as readonly (string | boolean | null)[]).map(scalar).join(", ")}]`;
    return value.map((one) => `\n${indent}- ${yamlOf(one, `${indent}  `).trimStart()}`).join("");
  }
  if (!isMapping(value)) return scalar(value);
  if (isEmpty(value)) return "{}";
  return keysOf(value)
    .map((key) => lineOf(key, value[key] ?? null, indent))
    .join("");
}

function lineOf(key: string, part: Marked, indent: string): string {
  const isBlock = typeof part === "object" && part !== null && (isList(part) || !isEmpty(part as Mapping));
  const written = isText(part) ? blockText(part.slice(1), `${indent}  `) : yamlOf(part, `${indent}  `);
  return `\n${indent}${scalar(key)}:${isBlock && written.startsWith("\n") ? "" : " "}${written}`;
}

/** Say whether a text of several lines can be written line by line and be read back the same. */
function isText(value: Marked): value is string {
  if (typeof value !== "string" || value[0] !== "s" || !value.includes("\n")) return false;
  const text = value.slice(1);
  const isKept = (line: string) => !/\s$|^\t/.test(line) && line.search(UNSEEN) < 0;
  return !/^\s|\n\n$/.test(text) && text.split("\n").every(isKept);
}

function blockText(text: string, indent: string): string {
  const lines = text
    .replace(/\n$/, "")
    .split("\n")
    .map((one) => `\n${one && indent}${one}`);
  return `|${text.endsWith("\n") ? "" : "-"}${lines.join("")}`;
}

/** A whole configuration as a YAML file. */
export const yamlFile = (bytes: Uint8Array): string => `${yamlOf(marked(bytes)).trimStart()}\n`;

/** Every value that is no mapping, by its path: what two configurations are compared by. */
export function flatOf(value: Marked, path = "", found: Map<string, Marked> = new Map()): Map<string, Marked> {
  if (!isMapping(value)) return found;
  for (const key of keysOf(value)) {
    const part = value[key] ?? null;
    const own = path ? `${path}.${key.slice(1)}` : key.slice(1);
    if (isMapping(part) && !isEmpty(part)) flatOf(part, own, found);
    else found.set(own, part);
  }
  return found;
}

/** A value of a field on one line or some, as people read it. */
export const textOf = (value: Marked): string =>
  typeof value === "string" && value[0] === "s" && value.includes("\n") ? value.slice(1) : yamlOf(value).trim();

/** Say whether a field decides answers; name, description and target do not. */
export const decides = (path: string): boolean => DECIDING.has(path.split(".")[0] ?? "");

/** One field in which two configurations differ; null is absent. */
export interface Difference {
  path: string;
  before: string | null;
  after: string | null;
  isDeciding: boolean;
}

/** Every field in which two configurations differ, those that decide answers first. */
export function differencesOf(before: Uint8Array, after: Uint8Array): Difference[] {
  const [one, other] = [flatOf(marked(before)), flatOf(marked(after))];
  const textIn = (fields: Map<string, Marked>, path: string) => {
    const value = fields.get(path);
    return value === undefined ? null : textOf(value);
  };
  return [...new Set([...one.keys(), ...other.keys()])]
    .map((path) => ({
      path,
      before: textIn(one, path),
      after: textIn(other, path),
      isDeciding: decides(path),
    }))
    .filter((own) => own.before !== own.after)
    .sort((a, b) => Number(b.isDeciding) - Number(a.isDeciding));
}
