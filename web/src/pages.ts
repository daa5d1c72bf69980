// Every page of the front end: its name in the address, and what is fetched before it is drawn.

import type { ComponentType } from "preact";
import { DocumentError } from "./site/failure";
import type { Publication } from "./site/publication";
import { type Language, loadWords, type Part } from "./words/loading";

/** What a page is given. `publication` is null at a server's root, where no single board lives. */
export interface PageProps {
  publication: Publication;
  /** Told by a page that shows a newer publication: what is opened from then on shows it too. */
  onnewer: (publication: Publication) => void;
}

export interface PageOf<Props> {
  load: () => Promise<{ default: ComponentType<Props> }>;
  /** Parts of `words/` that it reads, besides `common`. */
  words: readonly Part[];
  /** Where it stands in the navigation: readers' pages, pages of a live service, or nowhere. */
  menu: "board" | "service" | null;
  /** Drawn without a publication too: at the root of a server with several boards, or with none. */
  needsNoBoard?: true;
}

const page = (
  load: PageOf<PageProps>["load"],
  words: readonly Part[],
  menu: PageOf<PageProps>["menu"],
): PageOf<PageProps> => ({ load, words, menu });

export const PAGES = {
  board: page(() => import("./pages/board"), ["board"], "board"),
  entry: page(() => import("./pages/entry"), ["entry", "answer", "rerun"], null),
  compare: page(() => import("./pages/compare"), ["compare", "answer"], "board"),
  item: page(() => import("./pages/item"), ["item", "answer"], "board"),
  model: page(() => import("./pages/model"), ["model"], null),
  trends: page(() => import("./pages/trends"), ["trends"], "board"),
  charts: page(() => import("./pages/charts"), ["charts"], "board"),
  coverage: page(() => import("./pages/coverage"), ["coverage"], "board"),
  verify: page(() => import("./pages/verify"), ["verify"], "board"),
  about: page(() => import("./pages/about"), ["about", "answer"], "board"),
  submit: page(() => import("./pages/submit"), ["submit", "submissions"], "service"),
  submissions: page(() => import("./pages/submissions"), ["submissions"], "service"),
  appeals: page(() => import("./pages/appeals"), ["appeals"], "service"),
  account: { ...page(() => import("./pages/account"), ["account"], "service"), needsNoBoard: true },
  owner: { ...page(() => import("./pages/owner"), ["owner"], "service"), needsNoBoard: true },
  index: { ...page(() => import("./pages/index"), ["index"], null), needsNoBoard: true },
} as const satisfies Record<string, PageOf<PageProps>>;

export type PageName = keyof typeof PAGES;

export const isPage = (name: string): name is PageName => Object.hasOwn(PAGES, name);

export interface LoadedPage {
  name: PageName;
  language: Language;
  Page: ComponentType<PageProps>;
}

/** Fetch a page and its words. */
export async function loadPage(name: PageName, language: Language): Promise<LoadedPage> {
  const page: PageOf<PageProps> = PAGES[name];
  const [module] = await Promise.all([page.load(), loadWords(language, ["common", ...page.words])]).catch(
    (error: unknown) => {
      throw new DocumentError(`?page=${name}`, "unreachable", String(error));
    },
  );
  return { name, language, Page: module.default };
}

/**
 * Ask for the documents that a page opens with, while its code is still coming; what fails is told when it is drawn.
 *
 * Pages of a service read the rules alone: the whole board can be megabytes.
 */
export function askAhead(name: PageName, publication: Publication): void {
  const page: PageOf<PageProps> = PAGES[name];
  const asked: Promise<unknown>[] = [publication.benchmark()];
  if (name === "board") asked.push(publication.columns());
  else if (page.menu !== "service" && !page.needsNoBoard) asked.push(publication.board());
  for (const one of asked) one.catch(() => undefined);
}
