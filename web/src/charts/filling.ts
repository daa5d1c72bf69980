// A specification filled: its words in a language, its parameters, its data, its looks. What Python shares with this
// page lies in specifications.json (tools/charts_spec.py); publish/charts/filling.py fills it in the same way.

import type { Cell, Drawn, Row } from "./drawing";
import type { ChartKind } from "./kinds";
import shared from "./specifications.json";

export type Theme = keyof typeof shared.themes;
export type ChartLanguage = keyof typeof shared.words;

type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json | undefined };
export type Specification = { readonly [name: string]: Json | undefined };

interface SharedChart {
  specification: Specification;
  table: string;
  columns: readonly string[];
}

const CHARTS: Readonly<Record<ChartKind, SharedChart>> = shared.charts;

export interface Look {
  language: ChartLanguage;
  theme: Theme;
  width: number;
  /** What stands above it in a file; in the page a heading does. */
  title: string | null;
}

const NAME_WIDTH = 220;
const WORD_WIDTH = 150;
const LONGEST_NAME = 260;

/** The whole Vega-Lite specification of a chart, with its data and nothing to fetch. */
export function filled(kind: ChartKind, drawn: Drawn, look: Look): Specification {
  const theme = shared.themes[look.theme];
  const words = wordsOf(drawn, look.language);
  const width = widthOf(drawn, look.width);
  const parameters = {
    ...drawn.parameters,
    ink: theme.title.color,
    name_columns: Math.max(1, Math.floor(width / NAME_WIDTH)),
  };
  return {
    ...(fill(CHARTS[kind].specification, words, parameters) as Specification),
    width,
    description: described(kind, drawn, look.language),
    config: configOf(theme, width),
    datasets: drawn.datasets,
    ...(look.title === null ? {} : { title: { text: look.title, subtitle: words[`title.${kind}`] ?? "" } }),
  };
}

/** How wide a chart is where some width is available: some need more, and are scrolled. */
export function widthOf(drawn: Drawn, available: number): number {
  const { least_width: least, most_width: most } = drawn.parameters;
  const wanted = typeof most === "number" ? Math.min(available, most) : available;
  return Math.max(wanted, typeof least === "number" ? least : 0);
}

/** Cut names and break legends so that a narrow chart still has room for its marks. */
function configOf(theme: (typeof shared.themes)[Theme], width: number): Specification {
  return {
    ...theme,
    axis: { ...theme.axis, labelLimit: Math.min(LONGEST_NAME, Math.floor((width * 36) / 100)) },
    legend: { ...theme.legend, columns: Math.max(1, Math.floor(width / WORD_WIDTH)) },
    title: { ...theme.title, limit: width - 16 },
  };
}

/** The room that a chart will take, so that nothing jumps when it comes. */
export function heightOf(kind: ChartKind, drawn: Drawn): number {
  const { height } = CHARTS[kind].specification;
  if (typeof height === "number") return height + 130;
  const names = drawn.parameters[kind === "coverage" ? "values" : "names"];
  const step = (height as { step: number }).step;
  return step * (Array.isArray(names) ? names.length : 1) + 130;
}

/** A word of the part that shows charts. */
export const partWord = (name: "table" | "chart" | "loading" | "failed", language: ChartLanguage): string =>
  shared.words[language][`page.${name}`];

export function described(kind: ChartKind, drawn: Drawn, language: ChartLanguage): string {
  const words = wordsOf(drawn, language);
  return [words[`description.${kind}`], drawn.leftOut ? words.left_out : ""].join(" ").trim();
}

/** Why there is nothing to draw; null where there is. */
export const whyNothing = (drawn: Drawn, language: ChartLanguage): string | null =>
  drawn.nothing === null ? null : (wordsOf(drawn, language)[drawn.nothing] ?? drawn.nothing);

export interface ChartTable {
  columns: readonly { name: string; title: string }[];
  rows: readonly (readonly Cell[])[];
}

/** The numbers of a chart as a table. */
export function tableOf(kind: ChartKind, drawn: Drawn, language: ChartLanguage): ChartTable {
  const { table, columns } = CHARTS[kind];
  const words = wordsOf(drawn, language);
  const rows: readonly Row[] = drawn.datasets[table] ?? [];
  return {
    columns: columns.map((name) => ({ name, title: words[`column.${name}`] ?? name })),
    rows: rows.map((row) => columns.map((name) => row[name] ?? null)),
  };
}

/** A word of a value, as the chart itself shows it: a kind, a change, a verdict. */
export function valueWord(column: string, value: Cell, language: ChartLanguage): Cell {
  const words: Readonly<Record<string, string>> = shared.words[language];
  return typeof value === "string" && ["kind", "change", "verdict"].includes(column)
    ? (words[`${column}.${value}`] ?? value)
    : value;
}

const PLACE = /\{([a-z_]+)\}/g;

/** The words of a chart with its parameters in them; what a parameter holds is text and is not looked into. */
function wordsOf(drawn: Drawn, language: ChartLanguage): Record<string, string> {
  const words: Readonly<Record<string, string>> = shared.words[language];
  const named: Record<string, unknown> = { ...drawn.parameters, left_out: drawn.leftOut };
  if (named.against) named.against = words[`against.${named.against}`];
  return Object.fromEntries(
    Object.entries(words).map(([key, text]) => [
      key,
      text.replace(PLACE, (place, name: string) => (Object.hasOwn(named, name) ? String(named[name]) : place)),
    ]),
  );
}

type Named = Readonly<Record<string, unknown>>;

function fill(part: unknown, words: Named, parameters: Named): unknown {
  if (Array.isArray(part)) return part.map((own) => fill(own, words, parameters));
  if (typeof part === "object" && part !== null) {
    return Object.fromEntries(Object.entries(part).map(([key, own]) => [key, fill(own, words, parameters)]));
  }
  if (typeof part !== "string") return part;
  if (part.startsWith("$")) return parameters[part.slice(1)];
  if (part.startsWith("@")) return words[part.slice(1).replace(PLACE, (_, name: string) => String(parameters[name]))];
  return part;
}
