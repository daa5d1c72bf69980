// The board with its tabs, its filters, and the entries that are pinned.

import { kindTitle, rank } from "./columns.js";
import { nameOf, sliceTitle } from "./context.js";
import { failure } from "./failures.js";
import { link, tags } from "./dom.js";
import { byVendor } from "./groups.js";
import { count } from "./numbers.js";
import { addressOf, writeState } from "./state.js";
import { tabsOf } from "./views.js";

const { bdi, button, div, input, label, option, p, select, span } = tags;
const MOST_PINNED = 4;
const SEARCH = "Search names, models, contributors";
const collator = new Intl.Collator("en", { numeric: true });

/** What the reader looks at: one tab, its rows, their order and groups. */
export class Tabs {
  constructor(context) {
    this.context = context;
    this.tabs = tabsOf(context);
    this.buttons = this.tabs.map(({ id, title }) =>
      button({ role: "tab", id: `tab-${id}`, "aria-controls": "panel", onclick: () => this.open(id) }, title));
    this.panel = div({ role: "tabpanel", id: "panel" });
    const onkeydown = (event) => this.walk(event);
    const list = div({ class: "tabs", role: "tablist", "aria-label": "Views", onkeydown }, this.buttons);
    this.pins = div({ class: "pins", role: "region", "aria-label": "Entries to compare" });
    this.element = div(list, this.controls(), this.panel, this.pins);
    this.hooks = {
      onsort: (sort) => this.change({ sort }),
      onpin: () => this.pin(),
      isPinned: (name) => this.pinned().includes(name),
      mayPin: (name) => this.pinned().includes(name) || this.pinned().length < MOST_PINNED,
    };
  }

  controls() {
    const { tracks, entries } = this.context.board;
    const { kinds, slices, targets } = choicesOf(entries, this.context);
    const choice = (id, options) => select({ id, onchange: ({ target }) => this.change({ [id]: target.value }) },
      options.map(([value, title]) => option({ value }, title)));
    const field = (control, text) => div({ class: "field" }, label({ for: control.id }, text), control);
    const oninput = () => this.change({ q: this.search.value });
    this.search = input({ type: "search", id: "search", autocomplete: "off", spellcheck: "false", oninput });
    const onchange = () => this.change({ wins: this.wins.checked ? "1" : "" });
    this.wins = input({ type: "checkbox", id: "wins", onchange });
    this.chosen = {
      kind: choice("kind", [["", "All kinds"], ...kinds.map((kind) => [kind, kindTitle(kind)])]),
      track: choice("track", [...tracks.map((track) => [track, track]), ["", "All tracks"]]),
      slice: choice("slice", [["", "Any slice, or none"], ...slices]),
      target: choice("target", [["", "Any niche, or none"], ...targets.map((target) => [target, target])]),
    };
    const choose = (group) => this.change({ group: group === this.context.ownGroup ? "" : group });
    this.ways = [["none", "Ranking"], ["vendor", "By vendor"]].map(([group, text]) =>
      button({ onclick: () => choose(group), value: group }, text));
    this.count = p({ role: "status", id: "count" });
    return div({ class: "filters", role: "search" },
      div({ class: "ways", role: "group", "aria-label": "Order of rows" }, this.ways), field(this.search, SEARCH),
      field(this.chosen.kind, "Kind"), tracks.length > 0 && field(this.chosen.track, "Track"),
      slices.length > 0 && field(this.chosen.slice, "Wins on"),
      targets.length > 0 && field(this.chosen.target, "Made for"),
      slices.length > 0 && label({ class: "check" }, this.wins, "Beats its default somewhere"), this.count);
  }

  /** Take over the view that the address names; returns the element that shows it. */
  async follow(state) {
    this.state = state;
    this.tab = this.tabs.find(({ id }) => id === state.tab) ?? this.tabs[0];
    this.search.value = state.q;
    this.wins.checked = state.wins !== "";
    // Tracks are never ranked together, so a board that has them opens on the first.
    const first = this.context.board.tracks[0] ?? "";
    for (const [name, control] of Object.entries(this.chosen)) {
      control.value = state[name] ?? first;
      // What is not there to choose is no choice.
      if (control.selectedIndex < 0) control.value = "";
    }
    await this.draw();
    return this.element;
  }

  open(tab) {
    writeState({ ...this.state, tab, board: "", sort: "" }, true);
    this.follow({ ...this.state, tab, board: "", sort: "" });
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
    const group = ["none", "vendor"].find((one) => one === this.state.group) ?? this.context.ownGroup;
    for (const way of this.ways) way.ariaPressed = way.value === group;
    let [shown, all] = [0, 0];
    for (const { table, rows, isApart } of this.shown) {
      const passing = rows.filter(passes);
      const groupsOf = byVendor(rows, table.columns.includes(rank), this.context);
      table.show(passing, this.state.sort, group === "vendor" && groupsOf);
      shown += isApart ? 0 : passing.length;
      all += isApart ? 0 : rows.length;
    }
    const of = shown === all ? "" : `${count(shown)} of `;
    this.count.textContent = `${of}${count(all)} ${all === 1 ? "entry" : "entries"}`;
    this.showPins();
  }

  filter() {
    const { q, wins } = this.state;
    const words = q.toLowerCase().split(/\s+/);
    const [kind, track, slice, target] = ["kind", "track", "slice", "target"].map((name) => this.chosen[name].value);
    const regions = (row) => row.win_regions ?? [];
    return (row) => {
      if ((kind && row.kind !== kind) || (track && row.track !== track)) return false;
      if (wins && !regions(row).length) return false;
      if (slice && !regions(row).some((win) => win.slice === slice)) return false;
      if (target && row.target_subgroup?.description !== target) return false;
      if (!q) return true;
      const texts = [nameOf(row), row.title, row.organization, row.model, row.contributor];
      const text = texts.join("\n").toLowerCase();
      return words.every((word) => text.includes(word));
    };
  }

  pinned() {
    const named = this.state.pin.split(",").filter((name) => this.context.named.has(name));
    return [...new Set(named)].slice(0, MOST_PINNED);
  }

  pin() {
    // Rows that a filter hides stay pinned.
    const boxes = [...this.panel.querySelectorAll(".pin input")];
    const names = this.pinned().filter((name) => boxes.every((box) => box.value !== name));
    const chosen = boxes.filter((box) => box.checked).map((box) => box.value);
    this.state.pin = [...new Set([...names, ...chosen])].join(",");
    writeState(this.state);
    for (const box of boxes) box.disabled = !this.hooks.mayPin(box.value);
    document.getElementById("announcer").textContent = `${this.pinned().length} of ${MOST_PINNED} pinned`;
    this.showPins();
  }

  showPins() {
    const names = this.pinned();
    const clear = () => {
      this.state.pin = "";
      this.show();
      writeState(this.state);
    };
    this.pins.hidden = !names.length;
    this.pins.replaceChildren(
      span(names.length > 1 ? "" : "Pin another: ", names.map((name, place) => [place ? ", " : "", bdi(name)])),
      names.length > 1 ? link(addressOf({ compare: names.join(",") }), `Compare ${names.length} entries`) : "",
      button({ class: "copy", onclick: clear }, "Clear"));
  }
}

/** What a reader can filter by, of what the board has. */
function choicesOf(entries, context) {
  const kinds = [...new Set(entries.map((row) => row.kind))].sort();
  const slices = [...new Set(entries.flatMap((row) => (row.win_regions ?? []).map((win) => win.slice)))]
    .map((slice) => [slice, sliceTitle(slice, context, true)])
    .sort(([, one], [, other]) => collator.compare(one, other));
  const targets = [...new Set(entries.map((row) => row.target_subgroup?.description).filter(Boolean))].sort();
  return { kinds, slices, targets };
}
