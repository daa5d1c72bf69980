import "./styles/tokens.css";
import "./styles/base.css";

import { render } from "preact";
import { followLinks, readAddress } from "./address";
import { App } from "./app";
import { askAhead, isPage, loadPage } from "./pages";
import { openSite } from "./site/publication";
import { standingOf } from "./site/standing";
import { languageOf, loadWords } from "./words";

const place = document.getElementById("app");
const language = languageOf(readAddress().lang);

/** Ask for all that the first page will need at once; what fails is told when the page is drawn. */
function begin(opening: ReturnType<typeof openSite>): void {
  const name = readAddress().page ?? "board";
  if (!isPage(name)) return;
  loadPage(name, language).catch(() => undefined);
  opening.then(
    ({ publication }) => publication && askAhead(name, publication),
    () => undefined,
  );
}

/** Fetch the words and the root at once, then draw; what failed is drawn by the application too. */
async function start(root: HTMLElement): Promise<void> {
  const opening = openSite();
  begin(opening);
  await loadWords(language, ["common"]);
  root.replaceChildren();
  root.removeAttribute("aria-busy");
  render(<App first={language} opening={opening} />, root);
  followLinks();
  // A draft is nobody's to keep; and only browsers that trust this address keep pages for later.
  if (standingOf(document.baseURI) === "draft") return;
  await navigator.serviceWorker?.register(new URL("service-worker.js", document.baseURI)).catch(() => undefined);
}

if (place) void start(place);
