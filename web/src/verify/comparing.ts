/** Number by number: what is published against what was computed again, and what nobody computes here. */
import { shown } from "./fields";
import { Float, isList, isMap, type Json, numberIn } from "./json";
import type { Reason } from "./reasons";

export type Outcome =
  /** Computed again from the answers themselves, and the same. */
  | "agrees"
  /** Computed again, and another number. */
  | "differs"
  /** The same, given published item scores that are somebody's word. */
  | "follows"
  /** Not computed here. */
  | "unchecked";

export type Shown = string | number | null;

/** One published number. */
export interface Checked {
  /** `vendor/config_name`; empty for numbers of the board itself. */
  readonly entry: string;
  readonly document: string;
  readonly number: string;
  readonly published: Shown;
  readonly recomputed: Shown;
  readonly outcome: Outcome;
  /** Why it only follows, or is not checked. */
  readonly reason: Reason | null;
}

/** What is not computed here, and why. */
export class Unchecked {
  constructor(readonly reason: Reason) {}
}

/** What was computed, but rests on something that is somebody's word. */
export class Based {
  constructor(
    readonly tree: Tree,
    readonly reason: Reason,
  ) {}
}

/** What is compared when all entries are known. */
export class Later {}
export const LATER = new Later();

/**
 * What a document must say. Of an object with known names those are compared, and no others; a map is compared whole,
 * because its names are numbers of their own: none may be left out and none added.
 */
export type Tree =
  | Shown
  | Unchecked
  | Based
  | Later
  | readonly Tree[]
  | ReadonlyMap<string, Tree>
  | { readonly [name: string]: Tree };

export function based(tree: Tree, reason: Reason | null): Tree {
  return reason ? new Based(tree, reason) : tree;
}

export type Report = (checked: Checked) => void;

/** Compares parts of one document and reports every number in it. */
export class Comparison {
  constructor(
    private readonly entry: string,
    private readonly document: string,
    private readonly report: Report,
  ) {}

  compare(published: Json | undefined, computed: Tree, number: string, reason: Reason | null = null): void {
    if (computed instanceof Later) {
      return;
    }
    if (computed instanceof Based) {
      this.compare(published, computed.tree, number, computed.reason);
    } else if (computed instanceof Unchecked) {
      this.leave(published, number, computed.reason);
    } else if (computed === null || typeof computed !== "object") {
      this.number(published ?? null, computed, number, reason);
    } else {
      this.parts(published, computed, number, reason);
    }
  }

  private parts(published: Json | undefined, computed: object, number: string, reason: Reason | null): void {
    const theirs = partsIn(published);
    const ours = computed instanceof Map ? computed : new Map<string, Tree>(Object.entries(computed));
    if (!theirs) {
      this.say(number, published ?? null, "…", "differs", null);
      return;
    }
    for (const [name, own] of ours) {
      this.compare(theirs.get(name), own, `${number}${number ? "." : ""}${name}`, reason);
    }
    if (computed instanceof Map || Array.isArray(computed)) {
      for (const [name, own] of theirs) {
        if (!ours.has(name)) {
          this.say(`${number}.${name}`, own, null, "differs", null);
        }
      }
    }
  }

  private number(published: Json, computed: Shown, number: string, reason: Reason | null): void {
    if (published === null && computed === null) {
      return;
    }
    const same = (numberIn(published) ?? published) === computed;
    this.say(number, published, computed, same ? (reason ? "follows" : "agrees") : "differs", same ? reason : null);
  }

  private leave(published: Json | undefined, number: string, reason: Reason): void {
    if (published === undefined || published === null) {
      return;
    }
    const parts = partsIn(published);
    if (parts) {
      for (const [name, own] of parts) {
        this.leave(own, `${number}.${name}`, reason);
      }
    } else if (typeof published === "number" || published instanceof Float) {
      this.say(number, published, null, "unchecked", reason);
    }
  }

  say(number: string, published: Json, recomputed: Shown, outcome: Outcome, reason: Reason | null): void {
    const { entry, document } = this;
    this.report({ entry, document, number, published: shown(published), recomputed, outcome, reason });
  }
}

function partsIn(value: Json | undefined): ReadonlyMap<string, Json> | null {
  if (isMap(value)) {
    return value;
  }
  return isList(value) ? new Map(value.map((own, place) => [String(place), own])) : null;
}
