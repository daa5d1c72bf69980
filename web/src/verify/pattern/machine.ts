/**
 * A machine for patterns whose time grows linearly with the text, whatever the pattern (Thompson 1968; Pike's threads
 * for what a group captured). It never goes back: all ways through the pattern are followed side by side.
 */
import { at } from "../lists";
import type { Assertion, Node } from "./syntax";

type Step =
  | { readonly kind: "set"; readonly accepts: (code: number) => boolean }
  | { readonly kind: "assert"; readonly what: Assertion }
  | { readonly kind: "save"; readonly slot: 0 | 1 }
  /** The first way is the preferred one. */
  | { readonly kind: "split"; first: number; second: number }
  | { readonly kind: "jump"; to: number }
  | { readonly kind: "found" };

/** Where the first group began and ended, in characters; -1 where it did not. */
type Captured = readonly [number, number];

interface Thread {
  readonly step: number;
  readonly captured: Captured;
}

export type Program = readonly Step[];

const LARGEST_PROGRAM = 4_000;
const NOTHING: Captured = [-1, -1];

/** Turn a pattern into steps; null where they were too many. */
export function compile(root: Node): Program | null {
  const steps: Step[] = [];
  return emit(root, steps) && steps.push({ kind: "found" }) ? steps : null;
}

/** Append the steps of a node; false as soon as there are too many. */
function emit(node: Node, steps: Step[]): boolean {
  if (steps.length > LARGEST_PROGRAM) {
    return false;
  }
  switch (node.kind) {
    case "set":
    case "assert":
      return steps.push(node) > 0;
    case "all":
      return node.parts.every((part) => emit(part, steps));
    case "any":
      return emitAny(node.options, steps);
    case "repeat":
      return emitRepeat(node, steps);
    case "group":
      return emitGroup(node, steps);
  }
}

function emitGroup(node: Node & { kind: "group" }, steps: Step[]): boolean {
  if (node.index !== 1) {
    return emit(node.body, steps);
  }
  steps.push({ kind: "save", slot: 0 });
  const whole = emit(node.body, steps);
  steps.push({ kind: "save", slot: 1 });
  return whole;
}

function emitAny(options: readonly Node[], steps: Step[]): boolean {
  const ends: { to: number }[] = [];
  const whole = options.every((option, place) => {
    if (place === options.length - 1) {
      return emit(option, steps);
    }
    const split = { kind: "split" as const, first: steps.length + 1, second: 0 };
    steps.push(split);
    const fits = emit(option, steps);
    const end = { kind: "jump" as const, to: 0 };
    steps.push(end);
    ends.push(end);
    split.second = steps.length;
    return fits;
  });
  for (const end of ends) {
    end.to = steps.length;
  }
  return whole;
}

function emitRepeat(node: Node & { kind: "repeat" }, steps: Step[]): boolean {
  const { body, least, most, greedy } = node;
  for (let count = 0; count < least; count += 1) {
    if (!emit(body, steps)) {
      return false;
    }
  }
  if (most === Number.POSITIVE_INFINITY) {
    const start = steps.length;
    return optional(body, greedy, steps, () => steps.push({ kind: "jump", to: start }));
  }
  // x{0,2} is (x(x)?)?: after a way out there is no way in again.
  const exits: { first: number; second: number }[] = [];
  for (let count = least; count < most; count += 1) {
    const split = { kind: "split" as const, first: steps.length + 1, second: steps.length + 1 };
    steps.push(split);
    exits.push(split);
    if (!emit(body, steps)) {
      return false;
    }
  }
  for (const exit of exits) {
    exit[greedy ? "second" : "first"] = steps.length;
  }
  return true;
}

function optional(body: Node, greedy: boolean, steps: Step[], after: () => void): boolean {
  const split = { kind: "split" as const, first: steps.length + 1, second: steps.length + 1 };
  steps.push(split);
  const whole = emit(body, steps);
  after();
  split[greedy ? "second" : "first"] = steps.length;
  return whole;
}

export interface Found {
  /** What the first group captured; null where it captured nothing. */
  readonly group: string | null;
}

/** Find the first match, the leftmost one and of these the preferred one; `whole` must reach from end to end. */
export function run(program: Program, text: string, whole: boolean): Found | null {
  const letters = Array.from(text, (letter) => letter.codePointAt(0) ?? 0);
  const threads = new Threads(program, letters);
  let current: Thread[] = [];
  let found: Captured | null = null;
  for (let place = 0; place <= letters.length; place += 1) {
    if (!found && (place === 0 || !whole)) {
      threads.follow(current, 0, NOTHING, place);
    }
    const next: Thread[] = [];
    threads.begin();
    for (const { step, captured } of current) {
      const own = at(program, step);
      if (own.kind === "found" && (!whole || place === letters.length)) {
        found = captured;
        // What stands behind in the list is liked less.
        break;
      }
      if (own.kind === "set" && place < letters.length && own.accepts(at(letters, place))) {
        threads.follow(next, step + 1, captured, place + 1);
      }
    }
    current = next;
    if (found && !current.length) {
      break;
    }
  }
  return found && { group: captureOf(found, letters) };
}

function captureOf([start, end]: Captured, letters: readonly number[]): string | null {
  return start < 0 || end < 0
    ? null
    : letters
        .slice(start, end)
        .map((code) => String.fromCodePoint(code))
        .join("");
}

class Threads {
  private readonly seen: Int32Array;
  private generation = 1;

  constructor(
    private readonly program: Program,
    private readonly letters: readonly number[],
  ) {
    this.seen = new Int32Array(program.length);
  }

  /** Begin the list of the next place. */
  begin(): void {
    this.generation += 1;
  }

  /** Follow the steps that read nothing, preferred ways first; a step that was reached already is reached better. */
  follow(list: Thread[], from: number, captured: Captured, place: number): void {
    const waiting: Thread[] = [{ step: from, captured }];
    while (waiting.length) {
      const thread = waiting.pop();
      if (!thread || this.seen[thread.step] === this.generation) {
        continue;
      }
      this.seen[thread.step] = this.generation;
      this.advance(list, waiting, thread, place);
    }
  }

  private advance(list: Thread[], waiting: Thread[], thread: Thread, place: number): void {
    const { step, captured } = thread;
    const own = at(this.program, step);
    switch (own.kind) {
      case "jump":
        waiting.push({ step: own.to, captured });
        break;
      case "split":
        waiting.push({ step: own.second, captured }, { step: own.first, captured });
        break;
      case "save":
        waiting.push({ step: step + 1, captured: own.slot ? [captured[0], place] : [place, -1] });
        break;
      case "assert":
        if (this.holds(own.what, place)) {
          waiting.push({ step: step + 1, captured });
        }
        break;
      default:
        list.push(thread);
    }
  }

  private holds(what: Assertion, place: number): boolean {
    const [before, after] = [this.letters[place - 1], this.letters[place]];
    switch (what) {
      case "begin":
        return before === undefined;
      case "end":
        return after === undefined;
      case "line-begin":
        return before === undefined || before === 10;
      case "line-end":
        return after === undefined || after === 10;
      default:
        return (isWord(before) !== isWord(after)) === (what === "word");
    }
  }
}

function isWord(code: number | undefined): boolean {
  return code !== undefined && /^[0-9A-Za-z_]$/.test(String.fromCodePoint(code));
}
