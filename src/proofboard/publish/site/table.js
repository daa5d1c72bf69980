// A table that sorts by every column and draws its rows as the reader comes to them; on small screens rows are cards.

import { drawn, labelled, tags } from "./dom.js";
import { count } from "./numbers.js";

const { button, caption, col, colgroup, div, label, option, select, span, table, tbody, td, th, thead, tr } = tags;
const CHUNK = 100;
const ENTRY_WIDTH = 19;
const WIDEST = 94;
// A table of more columns is a matrix: it stays one on small screens, and scrolls.
const MOST_IN_CARDS = 14;
const collator = new Intl.Collator("en", { numeric: true });

/** Order by a key: what has none stands last either way, and equals keep their order. */
export function inOrder(things, keyOf, isDescending) {
  const keyed = things.map((thing) => ({ thing, key: keyOf(thing) ?? null }));
  const isText = keyed.some(({ key }) => typeof key === "string");
  const compare = isText ? collator.compare : (a, b) => a - b;
  const sign = isDescending ? -1 : 1;
  const order = (a, b) => (a === null || b === null ? (a === null) - (b === null) : sign * compare(a, b));
  return keyed.sort((a, b) => order(a.key, b.key)).map(({ thing }) => thing);
}

/** A line above the rows of a group. */
class Head {
  constructor(shown, isLed) {
    Object.assign(this, { shown, isLed });
  }
}

/**
 * A column is { id, label, type, width in rem, first: order at the first click, key(row), cell(row) }. `onsort` takes
 * `column`, or `-column` for descending. A wide table is no wider than its columns; `classOf` names the class of a row.
 * Rows come with the reader, or, where `most` says how many are shown at first, all others at a click.
 */
export class Table {
  constructor({ title, columns, first, isWide, classOf, onsort, most }) {
    Object.assign(this, { columns, first, classOf, most });
    this.heads = columns.map((column) => headOf(column, () => onsort(this.nextSort(column))));
    const line = labelled(tr(this.heads.map(({ element }) => element)));
    this.table = table({ role: "table" }, caption(title), colgroup(columns.map(colOf)), thead({ role: "rowgroup" }, line));
    const width = columns.reduce((sum, { width = 0 }) => sum + width, 0);
    const name = `frame ${isWide ? "wide" : ""} ${width + ENTRY_WIDTH < WIDEST ? "fits" : ""}`;
    const frame = div({ class: name, role: "region", tabindex: 0, "aria-label": title }, this.table);
    frame.style.setProperty("--columns", `${width}rem`);
    this.more = button({ class: "copy more", onclick: () => this.drawMore() });
    const isCards = columns.length <= MOST_IN_CARDS;
    this.choice = isCards && choiceOf(columns, onsort);
    const order = isCards && label({ class: "field order" }, span("Sort by", span({ class: "unseen" }, `, ${title}`)), this.choice);
    this.element = div({ class: isCards && "stacked" }, order, frame, this.more);
    const onseen = (seen) => seen.some((one) => one.isIntersecting) && this.drawMore();
    // Rows come before the reader does; the button is for those who do not scroll.
    this.watcher = new IntersectionObserver(onseen, { rootMargin: "800px", scrollMargin: "800px" });
  }

  /** Show these rows in this order; `groupsOf` parts the ordered rows into [{ head, rows, isLed }]. */
  show(rows, sort, groupsOf) {
    this.order = this.orderOf(sort) ?? this.orderOf(this.first);
    for (const [place, column] of this.columns.entries()) {
      const order = this.order.isDescending ? "descending" : "ascending";
      this.heads[place].element.ariaSort = column === this.order.column ? order : null;
      this.heads[place].say(groupsOf && groupedBy(column));
    }
    if (this.choice) this.choice.value = nameOf(this.order);
    const ordered = inOrder(rows, this.order.column.key, this.order.isDescending);
    const linesOf = ({ head, isLed, rows: own }) => [new Head(head, isLed), ...own];
    this.lines = groupsOf ? groupsOf(ordered, this.order).flatMap(linesOf) : ordered;
    for (const body of [...this.table.tBodies]) body.remove();
    this.begin();
    this.drawMore(0, this.most);
  }

  orderOf(sort) {
    const column = this.columns.find(({ id, isUnsorted }) => !isUnsorted && id === sort.replace(/^-/, ""));
    return column && { column, isDescending: sort.startsWith("-") };
  }

  nextSort(column) {
    const isDescending = this.order.column === column ? !this.order.isDescending : column.first === "desc";
    return nameOf({ column, isDescending });
  }

  drawMore(from = this.drawnLines, most = this.most ? Infinity : CHUNK) {
    this.drawnLines = Math.min(this.lines.length, from + most);
    for (const line of this.lines.slice(from, this.drawnLines)) {
      if (line instanceof Head) this.begin(line);
      else this.body.append(this.lineOf(line));
    }
    const left = this.lines.length - this.drawnLines;
    const others = left === 1 ? "the other row" : `the other ${count(left)} rows`;
    this.more.hidden = !left;
    this.more.textContent = this.most || left <= CHUNK ? `Show ${others}` : `Show ${CHUNK} of ${others}`;
    this.watcher.disconnect();
    if (left && !this.most) this.watcher.observe(this.body.lastElementChild);
  }

  /** Begin the rows of a group, or of a table that has none. */
  begin(head) {
    this.body = tbody({ role: "rowgroup", class: head?.isLed && "led" });
    if (head) {
      const shown = th({ scope: "rowgroup", colspan: this.columns.length }, div(head.shown));
      this.body.append(labelled(tr({ class: "group" }, shown)));
    }
    this.table.append(this.body);
  }

  lineOf(row) {
    const cellOf = (column) => {
      const isSorted = column === this.order.column;
      const name = [column.type, column.isMinor && !isSorted && "minor", column.classOf?.(row)].filter(Boolean).join(" ");
      const cell = column.cell(row);
      return column.type === "entry" ? th({ scope: "row", class: name }, cell) : td({ class: name }, cell);
    };
    return labelled(tr({ class: this.classOf?.(row) }, this.columns.map(cellOf)), this.columns);
  }
}

const nameOf = ({ column, isDescending }) => (isDescending ? "-" : "") + column.id;

/** What sorting by a column does where rows stand under their vendors. */
function groupedBy({ type, first }) {
  const by = type === "entry" ? "name" : `their ${first === "desc" ? "highest" : "lowest"} value`;
  return `vendors stand by ${by}, and the entries of each in this order after its default`;
}

function colOf({ type, width }) {
  const made = col({ class: type });
  if (width) made.style.width = `${width}rem`;
  return made;
}

/** The head of a column: { element, say(more), which tells those who hear it what sorting does }. */
function headOf({ label: text, type, note, below, isUnsorted }, onclick) {
  if (isUnsorted) return { element: th({ scope: "col", class: type }, span({ class: "unseen" }, text)), say: () => null };
  const arrow = drawn.svg({ class: "arrow", viewBox: "0 0 8 12", width: 8, height: 12, "aria-hidden": "true" },
    drawn.path({ class: "up", d: "M4 1 7 5H1Z" }), drawn.path({ class: "down", d: "M4 11 1 7h6Z" }));
  const spoken = span({ class: "unseen" });
  const isRight = type === "number" || type === "rank";
  const made = button({ onclick }, isRight ? [arrow, text] : [text, arrow], spoken);
  const say = (more) => {
    made.title = [note, more].filter(Boolean).join("; ");
    spoken.textContent = made.title && `, ${made.title}`;
  };
  return { element: th({ scope: "col", class: type }, made, below), say };
}

/** All orders in one list, for screens that show no heads. */
function choiceOf(columns, onsort) {
  const orders = columns.filter(({ isUnsorted }) => !isUnsorted).flatMap((column) => {
    const ways = column.first === "desc" ? [true, false] : [false, true];
    return ways.map((isDescending) => ({ column, isDescending }));
  });
  return select({ onchange: ({ target }) => onsort(target.value) }, orders.map((one) =>
    option({ value: nameOf(one) }, `${one.column.label}, ${one.isDescending ? "descending" : "ascending"}`)));
}
