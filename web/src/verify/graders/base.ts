/** What a grader is: a pure function from an item, an output and its recorded votes to a score. */
import { exactOf, nearest, nearestInteger, type Ratio, whole } from "../exact";
import { isMap, type Json, type JsonMap } from "../json";
import { setDefault } from "../lists";
import { NotCheckable } from "../reasons";

/** What graders see of an item. */
export interface Question {
  readonly id: string;
  readonly reference: Json;
  readonly choices: readonly string[];
}

export type Vote = boolean | null;
/** A verdict, a double, an exact fraction, or null where no verdict is possible. */
export type Score = boolean | number | Ratio | null;
export type Grade = (question: Question, output: Json, votes: readonly Vote[]) => Score;

export interface Kind {
  readonly name: string;
  readonly version: string;
  /** Throws NotCheckable for options that it does not read. */
  readonly make: (options: JsonMap) => Grade;
  /** Units of the grid by which a repeated grading may differ. */
  readonly tolerance?: number;
}

/** An item without a reference that its grader can use: no software of ours publishes such a board. */
export class UnusableReference extends Error {}

export function unusable(question: Question, kind: string): UnusableReference {
  return new UnusableReference(`the item ${question.id} has no reference that ${kind} can use`);
}

/** Read something of an item once: every entry answers the same items. */
export function perQuestion<T>(make: (question: Question) => T): (question: Question) => T {
  const kept = new Map<Question, T>();
  return (question) => setDefault(kept, question, () => make(question));
}

/** Round a score once, half to even, to an integer over the denominator. */
export function toGrid(score: Score, denominator: number): number | null {
  if (score === null) {
    return null;
  }
  if (typeof score === "boolean") {
    return score ? denominator : 0;
  }
  if (typeof score === "number") {
    return nearestInteger(score * denominator);
  }
  return Number(nearest(score.n * BigInt(denominator), score.d));
}

/** Turn a score into an exact fraction. */
export function exactly(score: Exclude<Score, null>): Ratio {
  if (typeof score === "boolean") {
    return whole(score ? 1 : 0);
  }
  return typeof score === "number" ? exactOf(score) : score;
}

/** The options of a grader, read by name; what is unknown or misshapen is not checkable here. */
export class Options {
  constructor(
    private readonly given: JsonMap,
    private readonly kind: string,
    known: readonly string[],
  ) {
    for (const name of given.keys()) {
      this.require(known.includes(name), name);
    }
  }

  private require(holds: boolean, name: string): asserts holds {
    if (!holds) {
      throw new NotCheckable({ code: "options", about: `${this.kind}.${name}` });
    }
  }

  flag(name: string, byDefault: boolean): boolean {
    const value = this.given.get(name) ?? byDefault;
    this.require(typeof value === "boolean", name);
    return value;
  }

  text(name: string, byDefault: string, accepted: RegExp): string {
    const value = this.given.get(name) ?? byDefault;
    this.require(typeof value === "string" && accepted.test(value), name);
    return value;
  }

  textOrNull(name: string): string | null {
    const value = this.given.get(name) ?? null;
    this.require(value === null || typeof value === "string", name);
    return value;
  }

  integer(name: string, byDefault: number): number {
    const value = this.given.get(name) ?? byDefault;
    this.require(typeof value === "number", name);
    return value;
  }

  map(name: string): JsonMap | null {
    const value = this.given.get(name) ?? null;
    this.require(value === null || isMap(value), name);
    return value;
  }
}
