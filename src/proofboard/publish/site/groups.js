// Rows under their vendors: the default first, then what others made of it.

import { tags } from "./dom.js";
import { count } from "./numbers.js";
import { inOrder } from "./table.js";

const { bdi, span } = tags;
const YARDSTICKS = new Set(["baseline", "chance", "human"]);

/**
 * What parts ordered rows of a table into [{ head, rows, isLed }], a group for each vendor. Vendors stand by their best
 * value in the column that orders, from the end at which a first click begins; those of yardsticks alone stand last.
 */
export const byVendor = (all, hasRanks, { benchmark }) => (ordered, { column, isDescending }) => {
  const sizes = grouped(all);
  const groups = [...grouped(ordered)].map(([vendor, rows]) => {
    const known = rows.filter((row) => (column.key(row) ?? null) !== null);
    const best = (column.first === "desc") === isDescending ? known[0] : known.at(-1);
    return {
      best: best ? column.key(best) : null, isAside: rows.every(isYardstick), isLed: rows.some(isDefault),
      head: headOf(benchmark.vendors?.[vendor], vendor, rows, hasRanks, sizes.get(vendor).length),
      rows: inOrder(rows, (row) => (isDefault(row) ? 0 : isYardstick(row) ? 2 : 1)),
    };
  });
  return inOrder(inOrder(groups, ({ best }) => best, isDescending), ({ isAside }) => Number(isAside));
};

const isDefault = ({ kind }) => kind === "default";
const isYardstick = ({ kind }) => YARDSTICKS.has(kind);

function grouped(rows) {
  const found = new Map();
  for (const row of rows) {
    if (!found.has(row.vendor)) found.set(row.vendor, []);
    found.get(row.vendor).push(row);
  }
  return found;
}

function headOf(own, vendor, rows, hasRanks, size) {
  const of = rows.length === size ? "" : `${count(rows.length)} of `;
  const about = [own?.organization, `${of}${count(size)} ${size === 1 ? "entry" : "entries"}`].filter(Boolean);
  const ranks = rows.map(({ rank }) => rank).filter(Number.isFinite);
  const best = hasRanks && ranks.length > 0 && ranks.reduce((one, other) => Math.min(one, other));
  return [
    span(bdi(own?.title ?? vendor), best && [" · ", span({ class: best === 1 && "top" }, `best rank ${best}`)]),
    span({ class: "of" }, about.join(" · ")),
  ];
}
