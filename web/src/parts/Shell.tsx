import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { change, href, useAddress } from "../address";
import { PAGES, type PageName } from "../pages";
import type { Opened } from "../site/publication";
import { standingOf } from "../site/standing";
import { LANGUAGES, useLanguage, useWords } from "../words";
import { Icon } from "./Icon";

interface ShellProps {
  opened: Opened | null;
  page: PageName;
  isBusy: boolean;
  children: ComponentChildren;
}

/** What is around every page: which board this is, where one can go, language and appearance. */
export function Shell({ opened, page, isBusy, children }: ShellProps) {
  const words = useWords("common");
  const publication = opened?.publication ?? null;
  return (
    <>
      <a class="skip" href="#main">
        {words.skip}
      </a>
      <header class="shell no-print">
        <div class="wide spread">
          <a class="brand" href={href({})}>
            <img src="./assets/icon.svg" alt="" width="24" height="24" />
            <bdi>{publication?.root.title ?? "Proofboard"}</bdi>
          </a>
          <Menu opened={opened} page={page} />
        </div>
      </header>
      <Offline />
      <Standing opened={opened} />
      {/* A place to skip to; the pages name themselves by their headings. */}
      <main id="main" class="wide" tabIndex={-1} aria-busy={isBusy ? "true" : undefined}>
        {children}
      </main>
      <footer class="shell-foot wide muted small">
        {publication && <Documents paths={Object.keys(publication.root.documents)} />}
        <div class="spread">
          <span>{publication && words.madeWith(publication.root.software_version)}</span>
          <Preferences />
        </div>
      </footer>
    </>
  );
}

function Menu({ opened, page }: { opened: Opened | null; page: PageName }) {
  const { pages, menu } = useWords("common");
  const [isOpen, setOpen] = useState(false);
  const names = Object.keys(PAGES) as PageName[];
  const board = opened && !opened.publication ? [] : names.filter((name) => PAGES[name].menu === "board");
  const service = opened?.service ? names.filter((name) => PAGES[name].menu === "service") : (["submit"] as const);
  const shown: readonly PageName[] =
    opened && !opened.publication ? ["index", "account", "owner"] : [...board, ...service];
  return (
    <nav class="menu" aria-label={menu}>
      <button
        type="button"
        class="button small"
        aria-expanded={isOpen}
        aria-controls="menu"
        onClick={() => setOpen(!isOpen)}
      >
        <Icon name="menu" /> {menu}
      </button>
      <ul id="menu" class={isOpen ? "open" : undefined}>
        {shown.map((name) => (
          <li key={name}>
            <a
              href={href(name === "board" ? {} : { page: name })}
              aria-current={name === page ? "page" : undefined}
              onClick={() => setOpen(false)}
            >
              {pages[name]}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}

function Documents({ paths }: { paths: readonly string[] }) {
  const { documents } = useWords("common");
  const shown = ["publication.json", ...paths.filter((path) => /^\w+\.json$/.test(path))];
  return (
    <nav class="row" aria-label={documents}>
      {shown.map((path) => (
        <a key={path} href={path}>
          {path}
        </a>
      ))}
    </nav>
  );
}

function Preferences() {
  const words = useWords("common");
  const language = useLanguage();
  const address = useAddress();
  const theme = address.theme ?? localStorage.getItem("theme") ?? "";
  const prefer = (key: "lang" | "theme", chosen: string) => {
    localStorage.setItem(key, chosen);
    change({ [key]: chosen });
  };
  return (
    <div class="row">
      <label class="row">
        {words.language}
        <select value={language} onChange={(event) => prefer("lang", event.currentTarget.value)}>
          {Object.entries(LANGUAGES).map(([code, name]) => (
            <option key={code} value={code} lang={code}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <label class="row">
        {words.theme}
        <select value={theme} onChange={(event) => prefer("theme", event.currentTarget.value)}>
          {Object.entries(words.themes).map(([code, name]) => (
            <option key={code} value={code}>
              {name}
            </option>
          ))}
        </select>
      </label>
    </div>
  );
}

/** Says where this is not the board as it stands now. */
function Standing({ opened }: { opened: Opened | null }) {
  const { draft, earlier, current } = useWords("common");
  const standing = standingOf(document.baseURI);
  if (standing === "current" || !opened?.publication) return null;
  const board = new URL(`/boards/${opened.publication.root.benchmark}/`, document.baseURI);
  return (
    <p class="wide offline">
      <Icon name="warning" /> {standing === "draft" ? draft : earlier} <a href={board.href}>{current}</a>
    </p>
  );
}

/** Says that what is shown was kept on this device. */
function Offline() {
  const { offline } = useWords("common");
  const [isOffline, setOffline] = useState(!navigator.onLine);
  useEffect(() => {
    const look = () => setOffline(!navigator.onLine);
    addEventListener("online", look);
    addEventListener("offline", look);
    return () => {
      removeEventListener("online", look);
      removeEventListener("offline", look);
    };
  }, []);
  return isOffline ? (
    <p class="wide offline" role="status">
      <Icon name="warning" /> {offline}
    </p>
  ) : null;
}
