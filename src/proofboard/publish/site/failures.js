// What failed, and what to do about it: never an empty list.

import { DocumentError } from "./documents.js";
import { tags } from "./dom.js";

const { div, h2, p } = tags;

/** Say that something cannot be shown. */
export function failure(title, error) {
  if (!(error instanceof DocumentError)) console.error(error);
  return div({ class: "failed", role: "alert" }, h2(title), p(`${error.message}.`), p(error.advice));
}

/** A part of a view that waits for documents: what `draw` makes of them, or why it cannot. */
export function later(title, promise, draw) {
  const place = div({ class: "later" }, p({ class: "of" }, "Fetching…"));
  promise
    .then(draw)
    .catch((error) => failure(`${title} cannot be shown`, error))
    .then((made) => place.replaceChildren(...[made].flat(9).filter(Boolean)));
  return place;
}
