// A badge of an entry for other people's pages: the same picture that a live service draws.

import type { BoardContext } from "../../site/rows";
import type { BoardRow } from "../../site/types";

const LETTER = 7;
const PADDING = 10;
const LONGEST_TITLE = 40;
const COLOURS: Readonly<Record<string, string>> = {
  rerun: "#0c6a5b",
  recomputed: "#0c6a5b",
  attested: "#245a9c",
  reported: "#6b5b1f",
};

/** What a badge says, and where its parts stand, in pixels. */
export interface BadgeDrawing {
  title: string;
  said: string;
  colour: string;
  /** How wide the title with its sides is. */
  left: number;
  /** How wide what is said with its sides is. */
  right: number;
}

export function drawnBadge(row: BoardRow, { board, rankedBy }: BoardContext, notScored: string): BadgeDrawing {
  const shown = rankedBy(row) === "held_out" ? row.held_out : row.public;
  const word = shown.assurance ?? "";
  const { score } = shown;
  const written = score === null ? null : score >= 0 && score <= 1 ? `${(score * 100).toFixed(1)}%` : String(score);
  const said = [row.rank === null ? null : `#${row.rank}`, written, score === null ? notScored : word];
  const letters = [...board.title];
  const title = letters.length > LONGEST_TITLE ? `${letters.slice(0, LONGEST_TITLE - 1).join("")}…` : board.title;
  const text = said.filter(Boolean).join(" · ");
  return {
    title,
    said: text,
    colour: COLOURS[word] ?? "#5a6163",
    left: widthOf(title),
    right: widthOf(text),
  };
}

const widthOf = (text: string): number => [...text].length * LETTER + 2 * PADDING;

const ESCAPES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
export const escapedMarkup = (text: string): string => text.replace(/[&<>"]/g, (sign) => ESCAPES[sign] ?? sign);

export const markdownOf = (alt: string, picture: string, target: string): string =>
  `[![${alt.replace(/[\\[\]]/g, "\\$&")}](${inMarkdown(picture)})](${inMarkdown(target)})`;

// A bracket would end the address.
const inMarkdown = (address: string): string => address.replaceAll("(", "%28").replaceAll(")", "%29");

export const htmlOf = (alt: string, picture: string, target: string): string =>
  `<a href="${escapedMarkup(target)}"><img src="${escapedMarkup(picture)}" alt="${escapedMarkup(alt)}" height="20"></a>`;
