// Elements are made, never parsed: text from documents reaches the page only as text.

const makers = (make) => new Proxy({}, { get: (_, tag) => (...parts) => filled(make(tag), parts) });

/** `tags.div({ class: "row" }, …children)`: `on…` takes a listener; null, undefined and false are left out. */
export const tags = makers((tag) => document.createElement(tag));

/** The same for drawings. */
export const drawn = makers((tag) => document.createElementNS("http://www.w3.org/2000/svg", tag));

const isThere = (part) => (part ?? false) !== false;

function filled(made, parts) {
  const attributes = parts[0]?.constructor === Object ? parts.shift() : {};
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (isThere(value)) made.setAttribute(name, value);
  }
  made.append(...parts.flat(9).filter(isThere));
  return made;
}

const { a, bdi, button, code, dd, div, dl, dt, span, table, tbody, th, thead, tr } = tags;

/** What stands where there is no number. */
export const nothing = () =>
  span({ class: "of none" }, span({ "aria-hidden": "true" }, "–"), span({ class: "unseen" }, "none"));

export const link = (href, text) => a({ href }, text);

/** An icon of one stroke on a grid of 16. */
export const icon = (d) =>
  drawn.svg({ viewBox: "0 0 16 16", width: 16, height: 16, "aria-hidden": "true" }, drawn.path({ d }));

/** Terms and what they are, texts in their own direction; pairs without a value are left out. */
export function terms(name, pairs) {
  const shown = (value) => (typeof value === "string" ? bdi(value) : value);
  const line = ([term, value, shade]) => div({ class: shade }, dt(shown(term)), dd(shown(value)));
  return dl({ class: name }, pairs.filter(([, value]) => isThere(value) && value !== "").map(line));
}

/** A text and a button that copies it, or selects it where the browser forbids that. */
export function copyable(shown, text, what) {
  const word = new Text("Copy");
  const onclick = async () => {
    try {
      await navigator.clipboard.writeText(text);
      word.data = "Copied";
    } catch {
      shown.textContent = text;
      getSelection().selectAllChildren(shown);
      word.data = "Selected";
    }
    document.getElementById("announcer").textContent = `${word.data} ${what}`;
    setTimeout(() => (word.data = "Copy"), 2000);
  };
  return [shown, " ", button({ class: "copy", onclick }, word, span({ class: "unseen" }, ` ${what}`))];
}

/** A digest, shown by its start and copied whole. */
export const shortened = (digest, what) =>
  copyable(code({ title: digest }, `${digest.slice(0, 19)}…`), digest, what);

/** A table that is as wide as its texts and scrolls by itself; where heads are words, its rows are cards if need be. */
export function plainTable(title, heads, rows, id) {
  const named = heads.filter(isThere);
  const isCards = named.every((head) => typeof head === "string");
  const columns = isCards ? named.map((label) => ({ label })) : null;
  return div({ class: isCards && "stacked" },
    div({ class: "frame plain", role: "region", tabindex: 0, "aria-label": title },
      table({ id, role: "table" },
        thead({ role: "rowgroup" }, labelled(tr(named.map((head) => th({ scope: "col" }, head))))),
        tbody({ role: "rowgroup" }, rows.map((line) => labelled(line, columns))))));
}

/** A line stays one for those who hear it, however it is laid out; `columns` name its cells where no head does. */
export function labelled(line, columns) {
  line.setAttribute("role", "row");
  for (const [place, cell] of [...line.cells].entries()) {
    cell.setAttribute("role", { col: "columnheader", row: "rowheader", rowgroup: "rowheader" }[cell.scope] ?? "cell");
    if (columns) cell.dataset.label = columns[place].label;
  }
  return line;
}
