/** Recomputes a site in a folder, with an entry alone where one is named; prints the summary and what is noteworthy. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Checked } from "../../src/verify/comparing";
import { recompute } from "../../src/verify/recompute";

const [folder = ".", entry = null] = process.argv.slice(2);
const numbers: Checked[] = [];
const started = performance.now();
const summary = await recompute(
  async (path) => new Uint8Array(await readFile(join(folder, path))),
  { progress: () => undefined, checked: (more) => numbers.push(...more) },
  entry,
);
const seconds = (performance.now() - started) / 1000;
const told = numbers.filter(({ outcome }) => outcome !== "agrees");
const agreed = numbers.filter(({ outcome }) => outcome === "agrees").map(({ number }) => number);
process.stdout.write(JSON.stringify({ ...summary, seconds, told, agreed }));
