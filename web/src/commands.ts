// Commands for a shell, as they must be typed.

import type { Publication } from "./site/publication";

/** Where a publication lies; on a live service the address at which it stays as it is. */
export const siteOf = ({ base }: Pick<Publication, "base">): string => base.href;

/** Where this board is read. */
export const hereOf = (): string => new URL(".", document.baseURI).href;

const quoted = (word: string): string => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);

/** A command of ours; every word that a shell would misread is quoted. */
export const commandOf = (...words: readonly string[]): string => ["proofboard", ...words].map(quoted).join(" ");
