// A table that sorts by every column and draws its rows as the reader comes to them.

import { drawn, tags } from "./dom.js";

const { button, caption, col, colgroup, div, span, table, tbody, td, th, thead, tr } = tags;
const CHUNK = 100;
const ENTRY_WIDTH = 19;
const WIDEST = 94;
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

/** A line above the rows of a group. */
class Head {
  constructor(shown) {
    this.shown = shown;
  }
}

/**
 * A column is { id, label, type, width in rem, first: order at the first click, key(row), cell(row) }. `onsort` takes
 * `column`, or `-column` for descending. A wide table scrolls by itself; `classOf` names the class of a row.
 */
export class Table {
  constructor({ title, columns, first, isWide, classOf, onsort }) {
    Object.assign(this, { columns, first, classOf });
    this.heads = columns.map((column) => headOf(column, () => onsort(this.nextSort(column))));
    this.table = table(caption(title), colgroup(columns.map(colOf)), thead(tr(this.heads)));
    const width = columns.reduce((sum, { width = 0 }) => sum + width, 0);
    const fits = !isWide && width + ENTRY_WIDTH < WIDEST;
    const name = `frame ${isWide ? "wide" : ""} ${fits ? "fits" : ""}`;
    const frame = div({ class: name, role: "region", tabindex: 0, "aria-label": title }, this.table);
    frame.style.setProperty("--columns", `${width}rem`);
    this.more = button({ class: "copy more", onclick: () => this.drawMore() });
    this.element = div(frame, this.more);
    const onseen = (seen) => seen.some((one) => one.isIntersecting) && this.drawMore();
    // Rows come before the reader does; the button is for those who do not scroll.
    this.watcher = new IntersectionObserver(onseen, { root: fits ? null : frame, rootMargin: "800px" });
  }

  /** Show these rows in this order; `groupsOf` parts the ordered rows into [{ head, rows }]. */
  show(rows, sort, groupsOf) {
    this.order = this.orderOf(sort) ?? this.orderOf(this.first);
    for (const [place, column] of this.columns.entries()) {
      const order = this.order.isDescending ? "descending" : "ascending";
      this.heads[place].ariaSort = column === this.order.column ? order : null;
    }
    const ordered = sorted(rows, this.order);
    const linesOf = ({ head, rows: own }) => [new Head(head), ...own];
    this.lines = groupsOf ? groupsOf(ordered).flatMap(linesOf) : ordered;
    for (const body of [...this.table.tBodies]) body.remove();
    this.body = tbody();
    this.table.append(this.body);
    this.drawMore(0);
  }

  orderOf(sort) {
    const column = this.columns.find(({ id, isUnsorted }) => !isUnsorted && id === sort.replace(/^-/, ""));
    return column && { column, isDescending: sort.startsWith("-") };
  }

  nextSort(column) {
    const isDescending = this.order.column === column ? !this.order.isDescending : column.first === "desc";
    return (isDescending ? "-" : "") + column.id;
  }

  drawMore(from = this.drawnLines) {
    this.drawnLines = Math.min(this.lines.length, from + CHUNK);
    for (const line of this.lines.slice(from, this.drawnLines)) {
      if (line instanceof Head) this.beginGroup(line);
      else this.body.append(this.lineOf(line));
    }
    const left = this.lines.length - this.drawnLines;
    this.more.hidden = !left;
    this.more.textContent = `Show ${Math.min(left, CHUNK)} more of ${left}`;
    this.watcher.disconnect();
    if (left) this.watcher.observe(this.body.lastElementChild);
  }

  beginGroup({ shown }) {
    this.body = tbody(tr({ class: "group" }, th({ scope: "rowgroup", colspan: this.columns.length }, div(shown))));
    this.table.append(this.body);
  }

  lineOf(row) {
    const cellOf = (column) => {
      const name = [column.type, column.classOf?.(row)].filter(Boolean).join(" ");
      const cell = column.cell(row);
      return column.type === "entry" ? th({ scope: "row", class: name }, cell) : td({ class: name }, cell);
    };
    return tr({ class: this.classOf?.(row) }, this.columns.map(cellOf));
  }
}

function colOf({ type, width }) {
  const made = col({ class: type });
  if (width) made.style.width = `${width}rem`;
  return made;
}

function headOf({ label, type, note, below, isUnsorted }, onclick) {
  if (isUnsorted) return th({ scope: "col", class: type }, span({ class: "unseen" }, label));
  const arrow = drawn.svg({ class: "arrow", viewBox: "0 0 8 12", width: 8, height: 12, "aria-hidden": "true" },
    drawn.path({ class: "up", d: "M4 1 7 5H1Z" }), drawn.path({ class: "down", d: "M4 11 1 7h6Z" }));
  const spoken = note && span({ class: "unseen" }, `, ${note}`);
  const made = button({ title: note, onclick }, label, arrow, spoken);
  return th({ scope: "col", class: type }, made, below);
}
