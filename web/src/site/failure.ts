// What can keep a document from being shown. The page says it in the reader's words, with what to do.

export type Problem =
  | "missing"
  | "gone"
  | "unreachable"
  | "malformed"
  | "changed"
  | "newer"
  | "unknown"
  | "slow"
  | "large";

/** A document, or a part of one, that cannot be shown. */
export class DocumentError extends Error {
  constructor(
    /** The document's path, or what was asked for. */
    readonly file: string,
    readonly problem: Problem,
    /** What was found, as exactly as it is known. */
    readonly found: string = "",
  ) {
    super(`${file} ${problem} ${found}`.trim());
    this.name = "DocumentError";
  }
}
