// Numbers are rounded once more for the screen, and nowhere else; what is unknown stays null.

const formats = {};

/** Write a number with a true minus sign; what would look like zero and is not is "<". */
export function fixed(value, decimals, signDisplay = "negative") {
  if (!Number.isFinite(value)) return null;
  const least = 10 ** -decimals;
  const isHidden = signDisplay === "negative" && value > 0 && value < least / 2;
  const options = { minimumFractionDigits: decimals, maximumFractionDigits: decimals, signDisplay };
  const format = (formats[decimals + signDisplay] ??= new Intl.NumberFormat("en", options));
  return (isHidden ? "<" : "") + format.format(isHidden ? least : value).replace("-", "−");
}

export const count = (value) => fixed(value, 0);

/** The decimals at which the middle one of some numbers shows three digits, so that a column aligns. */
function decimalsFor(values, most) {
  const sizes = values.filter(Boolean).map(Math.abs).sort((a, b) => a - b);
  if (sizes.every(Number.isInteger)) return 0;
  return Math.min(most, Math.max(0, 2 - Math.floor(Math.log10(sizes[sizes.length >> 1]))));
}

/** How amounts are written: one unit and one number of decimals for all of them. */
export function amounts(values, unit = "") {
  const isSmall = unit === "s" && values.every((value) => value < 0.1);
  const factor = isSmall ? 1000 : 1;
  const decimals = decimalsFor(values.map((value) => value * factor), unit === "$" ? 6 : 3);
  return { unit: isSmall ? "ms" : unit, write: (value) => (value === null ? null : fixed(value * factor, decimals)) };
}

/** How scores are written and drawn: as percentages where all of them lie between 0 and 1. */
export function scaleOf(rows, board, benchmark) {
  const isShares = isShare(benchmark, board.headline);
  const factor = isShares ? 100 : 1;
  const fine = board.public_set.n_items > 1000 ? 2 : 1;
  const own = isShares ? fine : decimalsFor(rows.map((row) => row.public.score), 4);
  const fits = (decimals) => (row) => Math.abs(((row.held_out.score * factor * 10 ** decimals + 0.5) % 1) - 0.5) < 1e-6;
  // Held-out scores are released on a grid: more decimals than it has would look like more knowledge.
  const released = [0, 1, 2, 3].find((decimals) => rows.every(fits(decimals))) ?? 4;
  const write = (decimals, after = "", sign) => (value) =>
    Number.isFinite(value) ? fixed(value * factor, decimals, sign) + after : null;
  const [unit, points, pts] = isShares ? [" %", " points", " pts"] : ["", "", ""];
  return {
    isShares, unit, pts, heading: unit && ", %", public: write(own), publicUnit: write(own, unit), heldOut: write(released),
    heldOutUnit: write(released, unit), signed: write(own, "", "exceptZero"), ...axisOf(rows, board, factor),
    signedPoints: write(own, points, "exceptZero"), points: write(isShares ? 1 : 4, points),
  };
}

/** The axis that all bars share, widened to round numbers. */
function axisOf(rows, board, factor) {
  const ends = rows.flatMap((row) => [row.public, row.held_out]).flatMap(({ score, interval }) => interval ?? score);
  const known = [board.chance_level, ...ends].filter(Number.isFinite).map((end) => end * factor).sort((a, b) => a - b);
  const [low = 0] = known;
  const high = known.at(-1) ?? factor;
  const step = 10 ** Math.floor(Math.log10(high - low || factor));
  const from = Math.floor(low / step) * step;
  const to = Math.max(Math.ceil(high / step) * step, from + step);
  const decimals = Math.max(0, -Math.round(Math.log10(step)));
  return {
    place: (value) => Math.min(1, Math.max(0, (value * factor - from) / (to - from))),
    axis: [from, to].map((end) => fixed(end, decimals)).join(" to "),
  };
}

/** Say whether a metric or an aggregate lies between 0 and 1, as they do unless declared otherwise. */
export function isShare(rules, name) {
  const { borda, mean, weighted } = rules.aggregates?.[name] ?? {};
  if (weighted) return Object.keys(weighted.children).every((child) => isShare(rules, child));
  const [low, high] = rules.metrics[mean?.metric ?? name]?.range ?? [0, 1];
  return !borda && low >= 0 && high <= 1;
}
