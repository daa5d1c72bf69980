// Any table as CSV, JSON, LaTeX or Markdown: the columns and rows that the reader sees, with exact values.

export type Cell = string | number | boolean | null;

export interface TableData {
  /** The name of the file, without its ending. */
  name: string;
  columns: readonly string[];
  rows: readonly (readonly Cell[])[];
}

export const FORMATS = {
  csv: { ending: "csv", type: "text/csv", write: csv },
  json: { ending: "json", type: "application/json", write: json },
  latex: { ending: "tex", type: "application/x-tex", write: latex },
  markdown: { ending: "md", type: "text/markdown", write: markdown },
} as const;
export type Format = keyof typeof FORMATS;

/** Let the reader keep a table as a file. */
export function saveTable(table: TableData, format: Format): void {
  const { ending, type, write } = FORMATS[format];
  save(new Blob([write(table)], { type }), `${table.name}.${ending}`);
}

export function save(blob: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

const textOf = (cell: Cell): string => (cell === null ? "" : String(cell));

/** RFC 4180; a cell that a spreadsheet would run as a formula begins with an apostrophe. */
function csv({ columns, rows }: TableData): string {
  const quoted = (cell: Cell) => {
    const text = typeof cell === "string" && /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : textOf(cell);
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  return [columns, ...rows].map((row) => `${row.map(quoted).join(",")}\r\n`).join("");
}

function json({ columns, rows }: TableData): string {
  const records = rows.map((row) => Object.fromEntries(columns.map((name, place) => [name, row[place] ?? null])));
  return `${JSON.stringify(records, null, 2)}\n`;
}

const LATEX: Readonly<Record<string, string>> = {
  "\\": "\\textbackslash{}",
  "~": "\\textasciitilde{}",
  "^": "\\textasciicircum{}",
};

function latex({ columns, rows }: TableData): string {
  const escaped = (cell: Cell) =>
    textOf(cell)
      .replace(/[\\~^&%$#_{}]/g, (sign) => LATEX[sign] ?? `\\${sign}`)
      .replace(/\s+/g, " ");
  const isNumber = (place: number) => rows.some((row) => typeof row[place] === "number");
  const line = (row: readonly Cell[]) => `${row.map(escaped).join(" & ")} \\\\`;
  return [
    `\\begin{tabular}{${columns.map((_, place) => (isNumber(place) ? "r" : "l")).join("")}}`,
    "\\toprule",
    line(columns),
    "\\midrule",
    ...rows.map(line),
    "\\bottomrule",
    "\\end{tabular}",
    "",
  ].join("\n");
}

function markdown({ columns, rows }: TableData): string {
  const escaped = (cell: Cell) =>
    textOf(cell)
      .replace(/[\\|`*_<>[\]]/g, (sign) => `\\${sign}`)
      .replace(/\s+/g, " ");
  const line = (row: readonly Cell[]) => `| ${row.map(escaped).join(" | ")} |`;
  const rule = columns.map((_, place) => (rows.some((row) => typeof row[place] === "number") ? "---:" : "---"));
  return `${[line(columns), `| ${rule.join(" | ")} |`, ...rows.map(line)].join("\n")}\n`;
}
