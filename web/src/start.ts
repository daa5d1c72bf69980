// What comes first, and is small: it asks for all that the first page needs, while the code that draws is coming.

import "./styles/tokens.css";
import "./styles/base.css";
// index.html holds the head of the page, as it looks before anything is known.
import "./parts/shell.css";

import { askAhead, isPage, loadPage } from "./pages";
import { openSite } from "./site/publication";
import { languageOf, loadWords } from "./words/loading";

const address = new URLSearchParams(location.search);
const name = address.get("page") ?? "board";

export const language = languageOf(address.get("lang") ?? undefined);
export const opening = openSite();
export const words = loadWords(language, ["common"]);

// What fails is told when it is drawn.
const ignored = () => undefined;
words.catch(ignored);
if (isPage(name)) {
  loadPage(name, language).catch(ignored);
  opening.then(({ publication }) => publication && askAhead(name, publication), ignored);
}
