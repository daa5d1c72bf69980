// The application: one publication (the newest that a page has shown), one language, and the page of the address.

import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { useAddress } from "./address";
import { isPage, type LoadedPage, loadPage, PAGES, type PageName, type PageOf, type PageProps } from "./pages";
import { Failure } from "./parts/Failure";
import { Loading } from "./parts/Loading";
import { Shell } from "./parts/Shell";
import { ServiceContext } from "./service/context";
import type { Opened, Publication } from "./site/publication";
import { type Language, LanguageContext, languageOf } from "./words";

export function App({ first, opening }: { first: Language; opening: Promise<Opened> }) {
  const address = useAddress();
  const [site, setSite] = useState<Opened | null>(null);
  const [drawn, setDrawn] = useState<LoadedPage | null>(null);
  const [siteFailed, setSiteFailed] = useState<unknown>(null);
  const [pageFailed, setFailed] = useState<unknown>(null);
  const language = address.lang ? languageOf(address.lang) : first;
  const name = pageOf(address.page, site);

  useEffect(() => {
    opening.then(setSite, setSiteFailed);
  }, [opening]);

  useEffect(() => {
    if (name === null) return;
    let isCurrent = true;
    setFailed(null);
    loadPage(name, language).then(
      (made) => isCurrent && setDrawn(made),
      (error: unknown) => isCurrent && setFailed(error),
    );
    return () => {
      isCurrent = false;
    };
  }, [name, language]);

  useEffect(() => {
    document.documentElement.lang = drawn?.language ?? first;
    document.documentElement.dataset.theme = address.theme ?? localStorage.getItem("theme") ?? "";
  }, [drawn, first, address.theme]);

  useFocusOnNewPage(drawn?.name ?? null);
  const onnewer = useCallback(
    (publication: Publication) => setSite((before) => (before === null ? null : { ...before, publication })),
    [],
  );
  const service = site?.service ?? null;
  const shown = drawn?.language ?? first;
  const failed = siteFailed ?? pageFailed;
  return (
    <LanguageContext.Provider value={shown}>
      <ServiceContext.Provider value={service}>
        <Shell opened={site} page={drawn?.name ?? "board"} isBusy={site === null && failed === null}>
          <Body drawn={drawn} site={site} failed={failed} onnewer={onnewer} />
        </Shell>
      </ServiceContext.Provider>
    </LanguageContext.Provider>
  );
}

/** Who comes to another page begins at its beginning, by keyboard and by ear too. */
function useFocusOnNewPage(name: PageName | null): void {
  const before = useRef<PageName | null>(null);
  useEffect(() => {
    if (before.current !== null && before.current !== name) document.getElementById("main")?.focus();
    before.current = name;
  }, [name]);
}

interface BodyProps {
  drawn: LoadedPage | null;
  site: Opened | null;
  failed: unknown;
  onnewer: PageProps["onnewer"];
}

function Body({ drawn, site, failed, onnewer }: BodyProps) {
  if (failed !== null) return <Failure error={failed} />;
  // Without a single board, a page that needs one gives its place to the index, which may not be there yet.
  const needsNoBoard = drawn !== null && "needsNoBoard" in PAGES[drawn.name];
  if (drawn === null || site === null || !(site.publication || needsNoBoard)) return <Loading />;
  const { Page } = drawn;
  return <Page key={drawn.name} publication={site.publication as PageProps["publication"]} onnewer={onnewer} />;
}

/** The page of an address: the index, where there is no single board; null until that is known. */
function pageOf(asked: string | undefined, site: Opened | null): PageName | null {
  const name = asked ?? "board";
  if (!isPage(name)) return site && (site.publication ? "board" : "index");
  const page: PageOf<PageProps> = PAGES[name];
  if (site && !site.publication && !page.needsNoBoard) return "index";
  return site || !page.needsNoBoard ? name : null;
}

/** The title of a tab: what is shown, then which board. */
export function titled(what: string, board: string | null): void {
  document.title = board && board !== what ? `${what} · ${board}` : what;
}
