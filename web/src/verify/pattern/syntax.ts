/**
 * RE2's syntax, as far as it is run here: what is parsed means the same to RE2; for all else `parsePattern` returns
 * null, and nothing is said about an answer. Left out on purpose: `\p{…}` (its tables depend on the version of RE2), `\C`, and
 * whatever RE2 itself refuses.
 */

import { accepting, PERL, POSIX, type Range } from "./classes";

export type Assertion = "begin" | "end" | "line-begin" | "line-end" | "word" | "not-word";

export type Node =
  | { readonly kind: "set"; readonly accepts: (code: number) => boolean }
  | { readonly kind: "assert"; readonly what: Assertion }
  | { readonly kind: "all"; readonly parts: readonly Node[] }
  | { readonly kind: "any"; readonly options: readonly Node[] }
  | { readonly kind: "group"; readonly index: number; readonly body: Node }
  | {
      readonly kind: "repeat";
      readonly body: Node;
      readonly least: number;
      readonly most: number;
      readonly greedy: boolean;
    };

export interface Parsed {
  readonly root: Node;
  readonly groups: number;
  /** RE2 finds `\B` also between the bytes of one character beyond ASCII. */
  readonly byteWise: boolean;
}

type Flags = { readonly [name in "i" | "m" | "s" | "U"]: boolean };

const MOST_REPEATED = 1000;
const LAST = 0x10ffff;
const EMPTY: Node = { kind: "all", parts: [] };
const CONTROLS: ReadonlyMap<string, number> = new Map([
  ["a", 7],
  ["f", 12],
  ["n", 10],
  ["r", 13],
  ["t", 9],
  ["v", 11],
]);
const ASSERTIONS: ReadonlyMap<string, Assertion> = new Map<string, Assertion>([
  ["A", "begin"],
  ["z", "end"],
  ["b", "word"],
  ["B", "not-word"],
]);

class Unsupported extends Error {}

/** Parse a pattern; null where it is not run here. */
export function parsePattern(pattern: string, ignoreCase: boolean): Parsed | null {
  try {
    return new Parser(pattern).whole(ignoreCase);
  } catch (error) {
    if (error instanceof Unsupported) {
      return null;
    }
    throw error;
  }
}

class Parser {
  private readonly letters: readonly string[];
  private place = 0;
  private groups = 0;
  private byteWise = false;

  constructor(pattern: string) {
    this.letters = Array.from(pattern);
  }

  whole(ignoreCase: boolean): Parsed {
    const root = this.alternatives({ i: ignoreCase, m: false, s: false, U: false });
    if (this.place < this.letters.length) {
      throw new Unsupported();
    }
    return { root, groups: this.groups, byteWise: this.byteWise };
  }

  private peek(ahead = 0): string {
    return this.letters[this.place + ahead] ?? "";
  }

  private takes(text: string): boolean {
    const found = Array.from(text).every((letter, ahead) => this.peek(ahead) === letter);
    this.place += found ? Array.from(text).length : 0;
    return found;
  }

  private takeUntil(end: string): string {
    let taken = "";
    while (!this.takes(end)) {
      if (!this.peek()) {
        throw new Unsupported();
      }
      taken += this.peek();
      this.place += 1;
    }
    return taken;
  }

  private alternatives(outer: Flags): Node {
    const options: Node[] = [];
    let flags = outer;
    do {
      const parts: Node[] = [];
      while (this.peek() && this.peek() !== "|" && this.peek() !== ")") {
        const changed = this.flagsAlone(flags);
        flags = changed ?? flags;
        if (!changed) {
          parts.push(this.repeated(this.atom(flags), flags));
        }
      }
      options.push(parts.length === 1 ? (parts[0] ?? EMPTY) : { kind: "all", parts });
    } while (this.takes("|"));
    return options.length === 1 ? (options[0] ?? EMPTY) : { kind: "any", options };
  }

  /** Read `(?flags)`, which holds to the end of the group that it stands in. */
  private flagsAlone(flags: Flags): Flags | null {
    const found = /^\(\?([imsU]*(?:-[imsU]+)?)\)/.exec(this.letters.slice(this.place, this.place + 12).join(""));
    if (!found?.[1]) {
      return null;
    }
    this.place += found[0].length;
    if (/^[*+?{]/.test(this.peek())) {
      throw new Unsupported();
    }
    return withFlags(flags, found[1]);
  }

  private repeated(body: Node, flags: Flags): Node {
    const bounds = this.bounds();
    if (!bounds) {
      return body;
    }
    const [least, most] = bounds;
    const lazy = this.takes("?");
    if (/^[*+?]/.test(this.peek()) || (this.peek() === "{" && this.isCount())) {
      throw new Unsupported();
    }
    return { kind: "repeat", body, least, most, greedy: lazy === flags.U };
  }

  private bounds(): readonly [number, number] | null {
    if (this.takes("*")) {
      return [0, Number.POSITIVE_INFINITY];
    }
    if (this.takes("+")) {
      return [1, Number.POSITIVE_INFINITY];
    }
    if (this.takes("?")) {
      return [0, 1];
    }
    if (this.peek() !== "{" || !this.isCount()) {
      return null;
    }
    const [least = "", most] = this.takeUntil("}").slice(1).split(",");
    const bounds = [Number(least), most === undefined ? Number(least) : most ? Number(most) : Infinity] as const;
    if (bounds[0] > MOST_REPEATED || (bounds[1] > MOST_REPEATED && most) || bounds[1] < bounds[0]) {
      throw new Unsupported();
    }
    return bounds;
  }

  private isCount(): boolean {
    return /^\{[0-9]+(,[0-9]*)?\}/.test(this.letters.slice(this.place, this.place + 24).join(""));
  }

  private atom(flags: Flags): Node {
    const letter = this.peek();
    this.place += 1;
    switch (letter) {
      case "(":
        return this.group(flags);
      case "[":
        return this.bracketed(flags);
      case ".":
        return { kind: "set", accepts: flags.s ? () => true : (code) => code !== 10 };
      case "^":
        return { kind: "assert", what: flags.m ? "line-begin" : "begin" };
      case "$":
        return { kind: "assert", what: flags.m ? "line-end" : "end" };
      case "\\":
        return this.escaped(flags);
      case "*":
      case "+":
      case "?":
        throw new Unsupported();
      default:
        return setOf([single(letter)], flags);
    }
  }

  private group(flags: Flags): Node {
    let inner = flags;
    let index = 0;
    if (this.takes("?")) {
      const named = this.takes("P<") || this.takes("<");
      if (named) {
        if (!/^[A-Za-z0-9_]+$/.test(this.takeUntil(">"))) {
          throw new Unsupported();
        }
        index = ++this.groups;
      } else {
        const given = this.takeUntil(":");
        if (!/^[imsU]*(-[imsU]+)?$/.test(given)) {
          throw new Unsupported();
        }
        inner = withFlags(flags, given);
      }
    } else {
      index = ++this.groups;
    }
    const body = this.alternatives(inner);
    if (!this.takes(")")) {
      throw new Unsupported();
    }
    return index ? { kind: "group", index, body } : body;
  }

  private escaped(flags: Flags): Node {
    const letter = this.peek();
    const what = ASSERTIONS.get(letter);
    if (what) {
      this.place += 1;
      this.byteWise ||= what === "not-word";
      return { kind: "assert", what };
    }
    if (letter === "Q") {
      this.place += 1;
      return this.quoted(flags);
    }
    const perl = this.perl(flags);
    if (perl) {
      return { kind: "set", accepts: perl };
    }
    return setOf([single(this.character())], flags);
  }

  private quoted(flags: Flags): Node {
    const parts: Node[] = [];
    while (this.peek() && !this.takes("\\E")) {
      parts.push(setOf([single(this.peek())], flags));
      this.place += 1;
    }
    // What follows \E repeats the last character alone: rare, and not worth a rule.
    if (/^[*+?{]/.test(this.peek())) {
      throw new Unsupported();
    }
    return { kind: "all", parts };
  }

  /** Read `\d`, `\W` and their like after the backslash; null where something else stands there. */
  private perl(flags: Flags): ((code: number) => boolean) | null {
    const letter = this.peek();
    const ranges = PERL.get(letter.toLowerCase());
    if (!ranges) {
      return null;
    }
    this.place += 1;
    return accepting(ranges, letter !== letter.toLowerCase(), flags.i);
  }

  /** Read the character that an escape stands for. */
  private character(): string {
    const letter = this.peek();
    this.place += 1;
    const control = CONTROLS.get(letter);
    if (control !== undefined) {
      return String.fromCodePoint(control);
    }
    if (letter === "x") {
      return this.hexadecimal();
    }
    if (!letter || /[A-Za-z0-9]/.test(letter) || letter.charCodeAt(0) > 127) {
      throw new Unsupported();
    }
    return letter;
  }

  private hexadecimal(): string {
    const digits = this.takes("{") ? this.takeUntil("}") : `${this.peek()}${this.peek(1)}`;
    if (!/^[0-9A-Fa-f]{1,6}$/.test(digits) || Number.parseInt(digits, 16) > LAST) {
      throw new Unsupported();
    }
    if (this.letters[this.place - 1] !== "}") {
      if (digits.length !== 2) {
        throw new Unsupported();
      }
      this.place += 2;
    }
    return String.fromCodePoint(Number.parseInt(digits, 16));
  }

  private bracketed(flags: Flags): Node {
    const negated = this.takes("^");
    const ranges: Range[] = [];
    const others: ((code: number) => boolean)[] = [];
    let first = true;
    while (first || this.peek() !== "]") {
      first = false;
      if (!this.peek()) {
        throw new Unsupported();
      }
      const named = this.namedSet(flags);
      if (named) {
        others.push(named);
      } else {
        ranges.push(this.range());
      }
    }
    this.place += 1;
    const own = ranges.length ? [accepting(ranges, false, flags.i)] : [];
    const tests = [...own, ...others];
    return { kind: "set", accepts: (code) => tests.some((test) => test(code)) !== negated };
  }

  private namedSet(flags: Flags): ((code: number) => boolean) | null {
    if (this.takes("[:")) {
      const name = this.takeUntil(":]");
      const ranges = POSIX.get(name.replace("^", ""));
      if (!ranges) {
        throw new Unsupported();
      }
      return accepting(ranges, name.startsWith("^"), flags.i);
    }
    if (this.peek() === "\\" && PERL.has(this.peek(1).toLowerCase())) {
      this.place += 1;
      return this.perl(flags);
    }
    return null;
  }

  private range(): Range {
    const [low] = single(this.member());
    // A hyphen before the end of the class is itself.
    if (this.peek() !== "-" || this.peek(1) === "]") {
      return [low, low];
    }
    this.place += 1;
    const [high] = single(this.member());
    if (high < low) {
      throw new Unsupported();
    }
    return [low, high];
  }

  private member(): string {
    if (this.takes("\\")) {
      return this.character();
    }
    const letter = this.peek();
    this.place += 1;
    return letter;
  }
}

function withFlags(flags: Flags, given: string): Flags {
  const [on = "", off = ""] = given.split("-");
  const changed = { ...flags };
  for (const name of ["i", "m", "s", "U"] as const) {
    changed[name] = (flags[name] || on.includes(name)) && !off.includes(name);
  }
  return changed;
}

function single(letter: string): Range {
  const code = letter.codePointAt(0);
  if (code === undefined) {
    throw new Unsupported();
  }
  return [code, code];
}

function setOf(ranges: readonly Range[], flags: Flags): Node {
  return { kind: "set", accepts: accepting(ranges, false, flags.i) };
}
