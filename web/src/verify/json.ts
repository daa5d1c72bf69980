/**
 * JSON read strictly: integers and decimals stay apart (`4` is not the text "4.0"), a key stands once, nothing is
 * repaired. Text that breaks the policy of publications is refused here as it is by `proofboard verify`.
 */
import { byCodePoint } from "./lists";

/** A number that was written with a decimal point or an exponent. */
export class Float {
  constructor(readonly value: number) {}
}

export type JsonMap = ReadonlyMap<string, Json>;
export type JsonList = readonly Json[];
export type Json = null | boolean | number | string | Float | JsonList | JsonMap;

export class NotJson extends Error {}

const DEEPEST = 64;
const LARGEST_INTEGER = 2 ** 53;
const NUMBER = /-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?/y;
const CONTROL = "\\u0000-\\u001f";
const PLAIN = new RegExp(`[^"\\\\${CONTROL}]*`, "y");
const SPACE = /[ \t\n\r]*/y;
const HALF = /[\ud800-\udfff]/u;
const ESCAPES = new Map([
  ['"', '"'],
  ["\\", "\\"],
  ["/", "/"],
  ["b", "\b"],
  ["f", "\f"],
  ["n", "\n"],
  ["r", "\r"],
  ["t", "\t"],
]);
const LITERALS: readonly (readonly [string, Json])[] = [
  ["true", true],
  ["false", false],
  ["null", null],
];

const UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Read bytes as UTF-8 text; throws NotJson. */
export function decoded(raw: Uint8Array): string {
  try {
    return UTF8.decode(raw);
  } catch {
    throw new NotJson("is not UTF-8");
  }
}

/** Parse one JSON text; throws NotJson. */
export function parse(text: string): Json {
  return new Reader(text).whole();
}

export function isMap(value: Json | undefined): value is JsonMap {
  return value instanceof Map;
}

export function isList(value: Json | undefined): value is JsonList {
  return Array.isArray(value);
}

/** Return a JSON number's value; undefined for anything else. */
export function numberIn(value: Json | undefined): number | undefined {
  if (value instanceof Float) {
    return value.value;
  }
  return typeof value === "number" ? value : undefined;
}

class Reader {
  private place = 0;

  constructor(private readonly text: string) {}

  whole(): Json {
    const value = this.value(1);
    this.skip(SPACE);
    if (this.place < this.text.length) {
      throw this.fault("something follows the value");
    }
    return value;
  }

  private fault(reason: string): NotJson {
    return new NotJson(`is not JSON: ${reason} at character ${this.place + 1}`);
  }

  private skip(pattern: RegExp): string {
    pattern.lastIndex = this.place;
    const found = pattern.exec(this.text)?.[0] ?? "";
    this.place += found.length;
    return found;
  }

  private value(depth: number): Json {
    this.skip(SPACE);
    const first = this.text[this.place];
    if (first === '"') {
      return this.string();
    }
    if (first === "{" || first === "[") {
      if (depth > DEEPEST) {
        throw new NotJson(`is nested deeper than ${DEEPEST} levels`);
      }
      return first === "{" ? this.map(depth) : this.list(depth);
    }
    for (const [word, meaning] of LITERALS) {
      if (this.text.startsWith(word, this.place)) {
        this.place += word.length;
        return meaning;
      }
    }
    return this.number();
  }

  private number(): Json {
    NUMBER.lastIndex = this.place;
    const found = NUMBER.exec(this.text);
    if (!found) {
      throw this.fault("a value is expected");
    }
    this.place += found[0].length;
    const number = Number(found[0]);
    if (found[1] !== undefined || found[2] !== undefined) {
      if (!Number.isFinite(number)) {
        throw new NotJson("holds a number beyond the largest one");
      }
      return new Float(number);
    }
    // One more than the largest would be read as the largest.
    const isLargest = Math.abs(number) === LARGEST_INTEGER && found[0].replace("-", "") === String(LARGEST_INTEGER);
    if (Math.abs(number) >= LARGEST_INTEGER && !isLargest) {
      throw new NotJson("holds an integer beyond 2^53");
    }
    // There is no minus zero among integers.
    return number + 0;
  }

  private string(): string {
    this.place += 1;
    let text = this.skip(PLAIN);
    let halves = false;
    while (this.text[this.place] === "\\") {
      const letter = this.text[this.place + 1] ?? "";
      const plain = ESCAPES.get(letter);
      if (plain !== undefined) {
        text += plain;
        this.place += 2;
      } else {
        const digits = this.text.slice(this.place + 2, this.place + 6);
        if (letter !== "u" || !/^[0-9a-fA-F]{4}$/.test(digits)) {
          throw this.fault("a known escape is expected");
        }
        text += String.fromCharCode(Number.parseInt(digits, 16));
        halves = true;
        this.place += 6;
      }
      text += this.skip(PLAIN);
    }
    if (this.text[this.place] !== '"') {
      throw this.fault("the end of a text is expected");
    }
    if (halves && HALF.test(text)) {
      throw new NotJson("holds half of a surrogate pair, which is no character");
    }
    this.place += 1;
    return text;
  }

  private list(depth: number): JsonList {
    const found: Json[] = [];
    this.place += 1;
    this.skip(SPACE);
    if (this.ends("]")) {
      return found;
    }
    do {
      found.push(this.value(depth + 1));
    } while (this.continues("]"));
    return found;
  }

  private map(depth: number): JsonMap {
    const found = new Map<string, Json>();
    this.place += 1;
    this.skip(SPACE);
    if (this.ends("}")) {
      return found;
    }
    do {
      this.skip(SPACE);
      if (this.text[this.place] !== '"') {
        throw this.fault("a key is expected");
      }
      const key = this.string();
      if (found.has(key)) {
        throw new NotJson(`has the key ${JSON.stringify(key.slice(0, 80))} twice`);
      }
      this.skip(SPACE);
      if (!this.ends(":")) {
        throw this.fault("a colon is expected");
      }
      found.set(key, this.value(depth + 1));
    } while (this.continues("}"));
    return found;
  }

  private ends(mark: string): boolean {
    const here = this.text[this.place] === mark;
    this.place += here ? 1 : 0;
    return here;
  }

  private continues(end: string): boolean {
    this.skip(SPACE);
    if (this.ends(",")) {
      return true;
    }
    if (!this.ends(end)) {
      throw this.fault(`a comma or ${end} is expected`);
    }
    return false;
  }
}

/** Write a value canonically: sorted keys, no white space, the shortest decimals that read back as the same number. */
export function canonical(value: Json): string {
  if (value instanceof Float) {
    return decimalText(value.value);
  }
  if (isMap(value)) {
    const keys = [...value.keys()].sort(byCodePoint);
    return `{${keys.map((key) => `${JSON.stringify(key)}:${canonical(value.get(key) ?? null)}`).join(",")}}`;
  }
  if (isList(value)) {
    return `[${value.map(canonical).join(",")}]`;
  }
  return JSON.stringify(value);
}

/** Write a decimal as canonical documents do: positional from 10⁻⁵ to 10¹⁵, and always with a point or an exponent. */
export function decimalText(value: number): string {
  if (value === 0) {
    return Object.is(value, -0) ? "-0.0" : "0.0";
  }
  const [mantissa = "", power = "0"] = Math.abs(value).toExponential().split("e");
  const sign = value < 0 ? "-" : "";
  const digits = mantissa.replace(".", "");
  const exponent = Number(power);
  if (exponent < -5 || exponent > 15) {
    return `${sign}${mantissa}e${exponent}`;
  }
  if (exponent < 0) {
    return `${sign}0.${"0".repeat(-exponent - 1)}${digits}`;
  }
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, "0");
  return `${sign}${whole}.${digits.slice(exponent + 1) || "0"}`;
}
