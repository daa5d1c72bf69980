import { render } from "preact";
import { followLinks } from "./address";
import { App } from "./app";
import { standingOf } from "./site/standing";
import { language, opening, words } from "./start";

/** Draw the application in its place; what failed while it was asked for is drawn too. */
async function draw(place: HTMLElement): Promise<void> {
  await words;
  place.replaceChildren();
  place.removeAttribute("aria-busy");
  render(<App first={language} opening={opening} />, place);
  followLinks();
  // A draft is nobody's to keep; and only browsers that trust this address keep pages for later.
  if (standingOf(document.baseURI) === "draft") return;
  await navigator.serviceWorker?.register(new URL("service-worker.js", document.baseURI)).catch(() => undefined);
}

const place = document.getElementById("app");
if (place) void draw(place);
