// Commands for a shell, as they must be typed.

import { copyable, tags } from "./dom.js";

const { code, p } = tags;

/** Where this site lies. */
export const SITE = new URL(".", document.baseURI).href;

const quoted = (word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);

/** A command of ours, and a button that copies it. */
export function command(what, id, ...words) {
  const text = ["proofboard", ...words].map(quoted).join(" ");
  return p({ class: "command" }, copyable(code({ id }, text), text, what));
}
