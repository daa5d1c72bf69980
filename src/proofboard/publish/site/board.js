// The page: load and check the documents, and show what the address names: the board, an entry, or a comparison.

import { contextOf } from "./context.js";
import { load, loadModule, loadNamed, SHAPES } from "./documents.js";
import { link, tags } from "./dom.js";
import { failure } from "./failures.js";
import { drawFooter, drawHeader } from "./header.js";
import { addressOf, readState } from "./state.js";
import { Tabs } from "./tabs.js";

const { nav } = tags;
const main = document.getElementById("board");

async function start() {
  const { value: root, digest } = await load("publication.json", null, SHAPES.root);
  const [{ value: board }, { value: rules }] = await Promise.all([
    loadNamed(root, "leaderboard.json", SHAPES.board),
    loadNamed(root, "benchmark.json", SHAPES.benchmark),
  ]);
  const context = contextOf(root, board, rules.benchmark);
  drawHeader(context, digest);
  drawFooter(context);
  const places = new Places(context);
  addEventListener("popstate", () => places.follow());
  document.addEventListener("click", (event) => places.click(event));
  await places.follow();
}

/** Where a reader is; the board stays as it was left. */
class Places {
  constructor(context) {
    this.context = context;
    this.tabs = new Tabs(context);
  }

  /** Follow links within the page without loading it again. */
  async click(event) {
    const chosen = event.target.closest("a[href^='?']");
    if (!chosen || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    history.pushState(null, "", chosen.getAttribute("href"));
    await this.follow();
    scrollTo(0, 0);
    main.querySelector("h2[tabindex]")?.focus();
  }

  /** Show what the address names. */
  async follow() {
    const state = readState();
    this.state = state;
    main.ariaBusy = "true";
    const { title, shown } = await this.viewOf(state);
    if (state !== this.state) return; // the reader has gone elsewhere meanwhile
    document.title = [title, this.context.board.title].filter(Boolean).join(" · ");
    document.body.className = title ? "inside" : "";
    const back = title && nav(link(addressOf(this.tabs.state ?? {}), "← Board"));
    if (title || main.firstChild !== shown) main.replaceChildren(...[back, shown].filter(Boolean));
    main.ariaBusy = null;
  }

  async viewOf(state) {
    try {
      if (state.compare) return await (await loadModule("./compare.js")).compareView(this.context, state);
      if (state.entry) return await (await loadModule("./entry.js")).entryView(this.context, state);
      return { shown: await this.tabs.follow(state) };
    } catch (error) {
      return { title: "Failure", shown: failure("This view cannot be shown", error) };
    }
  }
}

start()
  .catch((error) => {
    main.replaceChildren(failure("This board cannot be shown", error));
    main.ariaBusy = null;
  })
  .finally(() => (document.getElementById("header").ariaBusy = null));
