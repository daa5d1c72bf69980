// The page: load and check the documents, draw the board, follow what the reader chooses.

import { kindTitle } from "./columns.js";
import { contextOf, nameOf } from "./context.js";
import { DocumentError, load, loadNamed, SHAPES } from "./documents.js";
import { tags } from "./dom.js";
import { drawFooter, drawHeader } from "./header.js";
import { count } from "./numbers.js";
import { readState, writeState } from "./state.js";
import { tabsOf } from "./views.js";

const { button, div, h2, input, label, option, p, select } = tags;
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
  new Page(context).follow();
}

/** Say what failed and what to do; never an empty list. */
function failure(title, error) {
  if (!(error instanceof DocumentError)) console.error(error);
  return div({ class: "failed", role: "alert" }, h2(title), p(`${error.message}.`), p(error.advice));
}

/** What the reader looks at: one tab, its rows and their order. */
class Page {
  constructor(context) {
    this.context = context;
    this.tabs = tabsOf(context);
    this.buttons = this.tabs.map(({ id, title }) =>
      button({ role: "tab", id: `tab-${id}`, "aria-controls": "panel", onclick: () => this.open(id) }, title));
    this.panel = div({ role: "tabpanel", id: "panel" });
    const onkeydown = (event) => this.walk(event);
    const list = div({ class: "tabs", role: "tablist", "aria-label": "Views", onkeydown }, this.buttons);
    main.replaceChildren(list, this.filters(), this.panel);
    this.hooks = {
      onsort: (sort) => this.change({ sort }),
      isOpen: (name) => this.state.open.includes(name),
      ontoggle: (name, isOpen) => {
        this.state.open = this.state.open.filter((other) => other !== name).concat(isOpen ? name : []);
        writeState(this.state);
      },
    };
    addEventListener("popstate", () => this.follow());
  }

  filters() {
    const { tracks, entries } = this.context.board;
    const kinds = [...new Set(entries.map((row) => row.kind))].sort();
    const choice = (id, options) => select({ id, onchange: ({ target }) => this.change({ [id]: target.value }) },
      options.map(([value, title]) => option({ value }, title)));
    const oninput = () => this.change({ q: this.search.value });
    this.search = input({ type: "search", id: "search", autocomplete: "off", spellcheck: "false", oninput });
    this.kind = choice("kind", [["", "All kinds"], ...kinds.map((kind) => [kind, kindTitle(kind)])]);
    this.track = choice("track", [...tracks.map((track) => [track, track]), ["", "All tracks"]]);
    this.count = p({ role: "status", id: "count" });
    const field = (control, text) => div({ class: "field" }, label({ for: control.id }, text), control);
    return div({ class: "filters", role: "search" },
      field(this.search, "Search entries, organisations, models, contributors"),
      field(this.kind, "Kind"), tracks.length > 0 && field(this.track, "Track"), this.count);
  }

  /** Take over the view that the address names. */
  follow() {
    this.state = readState();
    this.tab = this.tabs.find(({ id }) => id === this.state.tab) ?? this.tabs[0];
    this.search.value = this.state.q;
    this.kind.value = this.state.kind;
    // Tracks are never ranked together, so a board that has them opens on the first.
    this.track.value = this.state.track ?? this.context.board.tracks[0] ?? "";
    this.draw();
  }

  open(tab) {
    writeState({ ...this.state, tab, board: "", sort: "", open: [] }, true);
    this.follow();
  }

  change(chosen) {
    Object.assign(this.state, chosen);
    this.show();
    writeState(this.state);
  }

  /** Move between tabs with the arrow keys. */
  walk(event) {
    const now = this.buttons.indexOf(event.target);
    const to = { ArrowRight: now + 1, ArrowLeft: now - 1, Home: 0, End: -1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const next = this.buttons.at(to % this.buttons.length);
    next.focus();
    next.click();
  }

  async draw() {
    const { tab, state } = this;
    for (const [place, made] of this.buttons.entries()) {
      made.ariaSelected = this.tabs[place] === tab;
      made.tabIndex = this.tabs[place] === tab ? 0 : -1;
    }
    this.panel.setAttribute("aria-labelledby", `tab-${tab.id}`);
    let view;
    try {
      view = await tab.viewOf(tab, this.context, this.hooks, state);
    } catch (error) {
      view = { nodes: [failure(`${tab.title} cannot be shown`, error)], shown: [] };
    }
    if (state !== this.state) return; // the reader has gone elsewhere meanwhile
    this.shown = view.shown;
    this.panel.replaceChildren(...view.nodes.flat().filter(Boolean));
    this.show();
  }

  /** Show the rows that pass the filters, and say how many they are. */
  show() {
    const passes = this.filter();
    let [shown, all] = [0, 0];
    for (const { table, rows, isApart } of this.shown) {
      const passing = rows.filter(passes);
      table.show(passing, this.state.sort);
      shown += isApart ? 0 : passing.length;
      all += isApart ? 0 : rows.length;
    }
    const of = shown === all ? "" : `${count(shown)} of `;
    this.count.textContent = `${of}${count(all)} ${all === 1 ? "entry" : "entries"}`;
  }

  filter() {
    const words = this.state.q.toLowerCase().split(/\s+/);
    const [kind, track] = [this.kind.value, this.track.value];
    return (row) => {
      if ((kind && row.kind !== kind) || (track && row.track !== track)) return false;
      if (!this.state.q) return true;
      const texts = [nameOf(row), row.title, row.organization, row.model, row.contributor];
      const text = texts.join("\n").toLowerCase();
      return words.every((word) => text.includes(word));
    };
  }
}

start()
  .catch((error) => main.replaceChildren(failure("This board cannot be shown", error)))
  .finally(() => (document.getElementById("header").ariaBusy = null));
