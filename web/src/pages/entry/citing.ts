// How an entry is cited: which publication it stands in, and where that can be read.

import type { BoardContext } from "../../site/rows";
import type { BoardRow } from "../../site/types";

export interface Cited {
  author: string;
  title: string;
  board: string;
  year: string | null;
  address: string;
  digest: string | null;
}

export function citedOf(row: BoardRow, name: string, { publication, board, benchmark }: BoardContext): Cited {
  const vendor = benchmark.vendors?.[row.vendor];
  const author = row.contributor ?? row.organization ?? vendor?.organization ?? vendor?.title ?? row.vendor;
  const address = new URL(publication.base);
  address.search = new URLSearchParams({ page: "entry", entry: name }).toString().replaceAll("%2F", "/");
  const [year = null] = /^\d{4}/.exec(row.date ?? "") ?? [];
  const title = row.title ? `${row.title} (${name})` : name;
  return { author, title, board: board.title, year, address: address.href, digest: publication.digest };
}

const ESCAPES: Readonly<Record<string, string>> = {
  "\\": "\\textbackslash{}",
  "~": "\\textasciitilde{}",
  "^": "\\textasciicircum{}",
};
const escaped = (text: string): string =>
  text.replace(/[\\~^&%$#_{}]/g, (sign) => ESCAPES[sign] ?? `\\${sign}`).replace(/\s+/g, " ");

/** A BibTeX entry; every character of a name stands for itself. */
export function bibtexOf(cited: Cited, name: string): string {
  const key = `${name.replace(/[^a-z0-9]+/gi, "-")}${cited.year ?? ""}`;
  const fields: [string, string | null][] = [
    ["author", `{${escaped(cited.author)}}`],
    ["title", `{${escaped(cited.title)}}`],
    ["howpublished", escaped(cited.board)],
    ["year", cited.year],
    ["url", cited.address],
    ["note", cited.digest && `Publication ${escaped(cited.digest)}`],
  ];
  const lines = fields.filter(([, value]) => value).map(([field, value]) => `  ${field} = {${value}},`);
  return [`@misc{${key},`, ...lines, "}", ""].join("\n");
}
