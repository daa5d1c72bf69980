/** Documents read field by field: what has not the expected shape is refused by its place, and never guessed. */
import { Float, isList, isMap, type Json, type JsonList, type JsonMap, numberIn } from "./json";
import { Refused } from "./reasons";

export class Fields {
  constructor(
    readonly map: JsonMap,
    readonly place: string,
  ) {}

  static of(value: Json | undefined, place: string): Fields {
    if (!isMap(value)) {
      throw new Refused(place, "an object is expected");
    }
    return new Fields(value, place);
  }

  private refuse(name: string, expected: string): Refused {
    return new Refused(this.place, `${name}: ${expected} is expected`);
  }

  /** Whatever stands there; null where nothing does. */
  any(name: string): Json {
    return this.map.get(name) ?? null;
  }

  text(name: string): string {
    const value = this.any(name);
    if (typeof value !== "string") {
      throw this.refuse(name, "text");
    }
    return value;
  }

  textOrNull(name: string): string | null {
    return this.any(name) === null ? null : this.text(name);
  }

  integer(name: string, byDefault?: number): number {
    const value = this.map.get(name) ?? byDefault;
    if (typeof value !== "number") {
      throw this.refuse(name, "an integer");
    }
    return value;
  }

  integerOrNull(name: string): number | null {
    return this.any(name) === null ? null : this.integer(name);
  }

  numberOrNull(name: string): number | null {
    return numberIn(this.any(name)) ?? null;
  }

  flag(name: string, byDefault: boolean): boolean {
    const value = this.map.get(name) ?? byDefault;
    if (typeof value !== "boolean") {
      throw this.refuse(name, "true or false");
    }
    return value;
  }

  /** One of some words. */
  word<T extends string>(name: string, known: readonly T[], byDefault?: T): T {
    const value = this.map.get(name) ?? byDefault;
    const found = known.find((own) => own === value);
    if (found === undefined) {
      throw this.refuse(name, `one of ${known.join(", ")}`);
    }
    return found;
  }

  fields(name: string): Fields {
    return Fields.of(this.map.get(name), `${this.place}/${name}`);
  }

  fieldsOrNull(name: string): Fields | null {
    return this.any(name) === null ? null : this.fields(name);
  }

  list(name: string): JsonList {
    const value = this.map.get(name) ?? [];
    if (!isList(value)) {
      throw this.refuse(name, "a list");
    }
    return value;
  }

  texts(name: string): string[] {
    return this.list(name).map((value) => {
      if (typeof value !== "string") {
        throw this.refuse(name, "a list of texts");
      }
      return value;
    });
  }

  /** A list of objects. */
  rows(name: string): Fields[] {
    return this.list(name).map((value, place) => Fields.of(value, `${this.place}/${name}/${place}`));
  }

  /** An object whose keys are names of its own, each value read by `read`. */
  entries<T>(name: string, read: (value: Json, place: string) => T): Map<string, T> {
    const value = this.map.get(name) ?? new Map();
    if (!isMap(value)) {
      throw this.refuse(name, "an object");
    }
    return new Map([...value].map(([key, own]) => [key, read(own, `${this.place}/${name}/${key}`)]));
  }
}

export function integerAt(value: Json, place: string): number {
  if (typeof value !== "number") {
    throw new Refused(place, "an integer is expected");
  }
  return value;
}

export function textAt(value: Json, place: string): string {
  if (typeof value !== "string") {
    throw new Refused(place, "text is expected");
  }
  return value;
}

export function textsAt(value: Json, place: string): string[] {
  if (!isList(value)) {
    throw new Refused(place, "a list is expected");
  }
  return value.map((own) => textAt(own, place));
}

/** A column of item scores: integers, or null. */
export function columnAt(values: JsonList, place: string): (number | null)[] {
  return values.map((value) => (value === null || typeof value === "number" ? value : integerAt(value, place)));
}

/** Write a value for people: numbers as they are, all else as JSON. */
export function shown(value: Json): string | number | null {
  if (value instanceof Float) {
    return value.value;
  }
  if (value === null || typeof value === "number" || typeof value === "string") {
    return value;
  }
  return typeof value === "boolean" ? String(value) : "…";
}
