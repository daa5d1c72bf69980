// All text of the interface, in one place per language: a file for each part, with the same keys in each language.

import type about from "./en/about";
import type account from "./en/account";
import type answer from "./en/answer";
import type appeals from "./en/appeals";
import type board from "./en/board";
import type charts from "./en/charts";
import type common from "./en/common";
import type compare from "./en/compare";
import type coverage from "./en/coverage";
import type entry from "./en/entry";
import type index from "./en/index";
import type item from "./en/item";
import type model from "./en/model";
import type owner from "./en/owner";
import type rerun from "./en/rerun";
import type submissions from "./en/submissions";
import type submit from "./en/submit";
import type trends from "./en/trends";
import type verify from "./en/verify";

export interface AllWords {
  about: typeof about;
  account: typeof account;
  answer: typeof answer;
  appeals: typeof appeals;
  board: typeof board;
  charts: typeof charts;
  common: typeof common;
  compare: typeof compare;
  coverage: typeof coverage;
  entry: typeof entry;
  index: typeof index;
  item: typeof item;
  model: typeof model;
  owner: typeof owner;
  rerun: typeof rerun;
  submissions: typeof submissions;
  submit: typeof submit;
  trends: typeof trends;
  verify: typeof verify;
}
export type Part = keyof AllWords;

export const LANGUAGES = { en: "English", ja: "日本語" } as const;
export type Language = keyof typeof LANGUAGES;

const files = import.meta.glob<{ default: AllWords[Part] }>("./{en,ja}/*.ts");
const loaded: Partial<Record<`${Language}/${Part}`, AllWords[Part]>> = {};

/** The language of an address, of an earlier choice, or of the browser. */
export function languageOf(asked: string | undefined): Language {
  const wanted = [asked, localStorage.getItem("lang"), ...navigator.languages];
  const known = wanted.map((one) => one?.slice(0, 2)).find((one) => one && one in LANGUAGES);
  return (known as Language | undefined) ?? "en";
}

/** Fetch the words of some parts; they stay. */
export async function loadWords(language: Language, parts: readonly Part[]): Promise<void> {
  await Promise.all(
    parts.map(async (part) => {
      if (loaded[`${language}/${part}`]) return;
      const file = files[`./${language}/${part}.ts`];
      if (!file) throw new Error(`there are no words for ${part} in ${language}`);
      loaded[`${language}/${part}`] = (await file()).default;
    }),
  );
}

/** The words of a part that was loaded. */
export function wordsIn<Own extends Part>(language: Language, part: Own): AllWords[Own] {
  const words = loaded[`${language}/${part}`];
  if (!words) throw new Error(`the words of ${part} were not loaded before they were read`);
  return words as AllWords[Own];
}
