// A table that sorts by every column and draws its rows as the reader comes to them.

import { nameOf } from "./context.js";
import { drawn, icon, tags } from "./dom.js";

const { button, caption, col, colgroup, div, span, table, tbody, td, th, thead, tr } = tags;
const CHUNK = 100;
const collator = new Intl.Collator("en", { numeric: true });

/** Order rows by a column: what has no value stands last either way, and equal rows keep their order. */
function sorted(rows, { column, isDescending }) {
  const keyed = rows.map((row) => ({ row, key: column.key(row) ?? null }));
  const isText = keyed.some(({ key }) => typeof key === "string");
  const compare = isText ? collator.compare : (a, b) => a - b;
  const sign = isDescending ? -1 : 1;
  const order = (a, b) => (a === null || b === null ? (a === null) - (b === null) : sign * compare(a, b));
  return keyed.sort((a, b) => order(a.key, b.key)).map(({ row }) => row);
}

/**
 * A column is { id, label, type, width in rem, first: order at the first click, key(row), cell(row, opener) }. `onsort`
 * takes `column`, or `-column` for descending. Where rows open, `details` is what they open to.
 */
export class Table {
  constructor({ title, columns, first, details }, hooks) {
    Object.assign(this, { columns, first, details, hooks, opened: new Map(), body: tbody() });
    this.heads = columns.map((column) => headOf(column, () => hooks.onsort(this.nextSort(column))));
    const made = table(caption(title), colgroup(columns.map(colOf)), thead(tr(this.heads)), this.body);
    const name = details ? "frame" : "frame wide";
    const frame = div({ class: name, role: "region", tabindex: 0, "aria-label": title }, made);
    frame.style.setProperty("--columns", `${columns.reduce((sum, { width = 0 }) => sum + width, 0)}rem`);
    this.more = button({ class: "copy more", onclick: () => this.drawMore() });
    this.element = div(frame, this.more);
    const onseen = (seen) => seen.some((one) => one.isIntersecting) && this.drawMore();
    // Rows come before the reader does; the button is for those who do not scroll.
    this.watcher = new IntersectionObserver(onseen, { root: details ? null : frame, rootMargin: "800px" });
  }

  /** Show these rows in this order. */
  show(rows, sort) {
    this.order = this.orderOf(sort) ?? this.orderOf(this.first);
    for (const [place, column] of this.columns.entries()) {
      const order = this.order.isDescending ? "descending" : "ascending";
      this.heads[place].ariaSort = column === this.order.column ? order : null;
    }
    this.rows = sorted(rows, this.order);
    this.body.replaceChildren();
    this.drawMore(0);
  }

  orderOf(sort) {
    const column = this.columns.find(({ id }) => id === sort.replace(/^-/, ""));
    return column && { column, isDescending: sort.startsWith("-") };
  }

  nextSort(column) {
    const isDescending = this.order.column === column ? !this.order.isDescending : column.first === "desc";
    return (isDescending ? "-" : "") + column.id;
  }

  drawMore(from = this.drawnRows) {
    this.drawnRows = Math.min(this.rows.length, from + CHUNK);
    this.body.append(...this.rows.slice(from, this.drawnRows).flatMap((row) => this.linesOf(row)));
    const left = this.rows.length - this.drawnRows;
    this.more.hidden = !left;
    this.more.textContent = `Show ${Math.min(left, CHUNK)} more of ${left}`;
    this.watcher.disconnect();
    if (left) this.watcher.observe(this.body.lastElementChild);
  }

  linesOf(row) {
    const { details, hooks } = this;
    const opener = details && this.openerOf(row);
    const cellOf = (column) => {
      const name = [column.type, column.classOf?.(row)].filter(Boolean).join(" ");
      const cell = column.cell(row, opener);
      return column.type === "entry" ? th({ scope: "row", class: name }, cell) : td({ class: name }, cell);
    };
    const isAside = row.kind === "baseline" || row.kind === "chance" || row.rank === null;
    const line = tr({ class: isAside && "aside" }, this.columns.map(cellOf));
    return details && hooks.isOpen(nameOf(row)) ? [line, this.openedOf(row, opener)] : [line];
  }

  openerOf(row) {
    const onclick = () => {
      const isOpening = made.ariaExpanded === "false";
      if (isOpening) made.closest("tr").after(this.openedOf(row, made));
      else made.closest("tr").nextElementSibling.remove();
      made.ariaExpanded = isOpening;
      this.hooks.ontoggle(nameOf(row), isOpening);
    };
    const chevron = icon("M6 3.5 10.5 8 6 12.5");
    const made = button({ "aria-label": `Details of ${nameOf(row)}`, onclick }, chevron);
    made.ariaExpanded = false;
    return made;
  }

  openedOf(row, opener) {
    opener.ariaExpanded = true;
    if (!this.opened.has(row)) {
      const content = div({ class: "details" }, this.details(row));
      this.opened.set(row, tr({ class: "opened" }, td({ colspan: this.columns.length }, content)));
    }
    return this.opened.get(row);
  }
}

function colOf({ type, width }) {
  const made = col({ class: type });
  if (width) made.style.width = `${width}rem`;
  return made;
}

function headOf({ label, type, note, below }, onclick) {
  const arrow = drawn.svg({ class: "arrow", viewBox: "0 0 8 12", width: 8, height: 12, "aria-hidden": "true" },
    drawn.path({ class: "up", d: "M4 1 7 5H1Z" }), drawn.path({ class: "down", d: "M4 11 1 7h6Z" }));
  const spoken = note && span({ class: "unseen" }, `, ${note}`);
  const made = button({ title: note, onclick }, label, arrow, spoken);
  return th({ scope: "col", class: type }, made, below);
}
