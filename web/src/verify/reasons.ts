/** Why something is not recomputed here: codes, because the words of a reason are the page's, in the reader's language. */

export type ReasonCode =
  /** What a third-party grader made. */
  | "third-party-grader"
  /** What a program of the owner made in its sandbox. */
  | "program"
  /** Reported by the submitter: no grader made it. */
  | "reported"
  /** The answers were removed. */
  | "purged"
  /** The server answers that it keeps the file no longer. */
  | "removed"
  /** Held-out: only the owner can grade it. */
  | "held-out"
  /** Chance: thousands of resamples, which the offline command draws again. */
  | "resampling"
  /** Depends on entries that are not recomputed with this one. */
  | "other-entries"
  /** A built-in grader of another version than ours. */
  | "other-version"
  /** A pattern that this implementation cannot run as RE2 does. */
  | "pattern"
  /** Options that this implementation does not read. */
  | "options"
  /** Characters newer than the oldest Unicode tables that a publisher may have. */
  | "newer-characters";

export interface Reason {
  readonly code: ReasonCode;
  /** What it is about: a grader, a metric, a pattern. */
  readonly about?: string;
}

/** Thrown where an answer cannot be graded here in the way in which it must be: never a guess. */
export class NotCheckable extends Error {
  constructor(readonly reason: Reason) {
    super(reason.code);
  }
}

/** The publication does not hold: what was found cannot be what a publisher's own software wrote. */
export class Refused extends Error {
  constructor(
    readonly path: string,
    readonly found: string,
  ) {
    super(`${path}: ${found}`);
  }
}

/** Answers that the server removed on purpose: nothing can be said of them, and nothing against them. */
export class Removed extends Refused {}
