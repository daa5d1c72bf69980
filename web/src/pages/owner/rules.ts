// The settings of a benchmark as fields of a form: each has a path, and texts become numbers at the door.

import type { BenchmarkSettings } from "../../service/types";
import type { AllWords } from "../../words";

export type FieldName = keyof AllWords["owner"]["limits"]["fields"];
export type Values = Readonly<Record<string, string>>;

export const NUMBERS: readonly FieldName[] = [
  "limits.submissions_per_model_and_day",
  "limits.submissions_per_day",
  "limits.scorings_per_rotation",
  "limits.running_jobs",
  "limits.upload_megabytes",
  "limits.reruns_per_day",
  "retention.submissions",
  "retention.logs",
  "retention.artifacts",
  "spending.dollars_per_run",
  "spending.dollars_per_month",
  "audit_share",
  "appeal_days",
];

/** Of these, nothing is a value too: no limit, or for ever. */
const OPEN: readonly FieldName[] = [
  "limits.submissions_per_model_and_day",
  "limits.submissions_per_day",
  "limits.scorings_per_rotation",
  "retention.submissions",
  "retention.logs",
  "retention.artifacts",
  "licences",
  "contact",
  "close",
];

export const mayBeEmpty = (name: FieldName): boolean => OPEN.includes(name);

type Tree = { [name: string]: unknown };

/** Every field as text, by its path. */
export function valuesOf(settings: BenchmarkSettings): Values {
  const flat: Record<string, string> = {};
  const walk = (tree: Tree, path: string) => {
    for (const [name, value] of Object.entries(tree)) {
      const own = path ? `${path}.${name}` : name;
      if (typeof value === "object" && value !== null && !Array.isArray(value)) walk(value as Tree, own);
      else flat[own] = Array.isArray(value) ? value.join(", ") : value === null ? "" : String(value);
    }
  };
  walk(settings as Tree, "");
  return flat;
}

const NUMBER = /^-?\d+(\.\d+)?$/;

/** The fields that hold no number where one is expected. */
export const faultyNumbers = (values: Values): FieldName[] =>
  NUMBERS.filter((name) => {
    const text = values[name]?.trim() ?? "";
    return text === "" ? !mayBeEmpty(name) : !NUMBER.test(text);
  });

/** The settings again; what the form does not know stays as it was. */
export function settingsOf(values: Values, before: BenchmarkSettings): BenchmarkSettings {
  const made = structuredClone(before) as Tree;
  for (const [path, text] of Object.entries(values)) {
    const [name, inner] = path.split(".");
    if (name === undefined) continue;
    const place = inner === undefined ? made : (made[name] as Tree);
    place[inner ?? name] = fieldValue(path, text.trim());
  }
  return made as BenchmarkSettings;
}

function fieldValue(path: string, text: string): unknown {
  if (path === "review_personal_data") return text === "true";
  if (text === "") return null;
  if (path === "licences")
    return text
      .split(",")
      .map((licence) => licence.trim())
      .filter(Boolean);
  return NUMBERS.includes(path as FieldName) ? Number(text) : text;
}
