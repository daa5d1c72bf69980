/** A configuration: the recipe's own digest, and the few fields of it that numbers depend on. */
import type { Fields } from "./fields";
import { canonical, type Json } from "./json";
import { digestOf } from "./sha256";

/** The fields that decide answers, with what they are where nothing is said. */
const DECIDING: readonly (readonly [string, Json])[] = [
  ["decoding", null],
  ["ensemble_weights", []],
  ["extra_prompts", new Map()],
  ["model", null],
  ["packs", []],
  ["settings", new Map()],
  ["tools_used", []],
  ["vendor", null],
  ["vendor_version", null],
];
const WHOSE = ["vendor", "vendor_version"];

export interface Configuration {
  readonly digest: string;
  /** True where the recipe tells more than whose system it is; otherwise two of them need not be the same. */
  readonly saysHow: boolean;
  readonly model: string | null;
}

export async function readConfiguration(own: Fields): Promise<Configuration> {
  const recipe = (fields: readonly (readonly [string, Json])[]) =>
    canonical(new Map(fields.map(([name, byDefault]) => [name, own.map.get(name) ?? byDefault])));
  const said = recipe(DECIDING);
  const unsaid = canonical(
    new Map(DECIDING.map(([name, byDefault]) => [name, WHOSE.includes(name) ? own.any(name) : byDefault])),
  );
  return {
    digest: await digestOf(new TextEncoder().encode(`${said}\n`)),
    saysHow: said !== unsaid,
    model: own.fieldsOrNull("decoding")?.textOrNull("model") || (own.fieldsOrNull("model")?.textOrNull("name") ?? null),
  };
}
