import { expect, test } from "vitest";
import { look, newKey, type Taken } from "../src/pages/submit/choosing";
import { stored } from "./zips";

const TAKEN: Taken = { benchmark: "units", protocol: "2", most: 10_000, results: false };
const SUBMISSION = { benchmark: "units", protocol_version: "2", configuration: { name: "acme/short" } };

const file = (name: string, ...parts: BlobPart[]): File => new File(parts, name);
const artifact = (said: object = SUBMISSION): File =>
  file("a.zip", stored({ "submission.json": JSON.stringify(said), "configuration.json": "{}" }));

async function problemsOf(files: File[], taken: Taken = TAKEN): Promise<string[]> {
  const { chosen, problems } = await look(files, taken);
  expect(chosen === null).toBe(problems.length > 0);
  return problems.map(({ what }) => what);
}

test("an artifact is ready, under the name that it holds", async () => {
  const { chosen } = await look([artifact()], TAKEN);
  expect(chosen).toMatchObject({ form: "artifact", mediaType: "application/zip", entry: "acme/short" });
});

test("an empty file and one that is too large are told before they are sent", async () => {
  expect(await problemsOf([file("a.zip")])).toEqual(["empty"]);
  expect(await problemsOf([file("a.zip", "x".repeat(10_001))])).toEqual(["large"]);
  expect(await problemsOf([file("a.zip"), file("b.zip", "x".repeat(10_001))])).toEqual(["empty", "large"]);
});

test("a size that nobody limits is left to the service", async () => {
  const { chosen } = await look([artifact()], { ...TAKEN, most: null });
  expect(chosen).not.toBeNull();
});

test("what is no archive is told by its content, whatever it is called", async () => {
  expect(await problemsOf([file("a.zip", "no archive")])).toEqual(["kind"]);
  expect(await problemsOf([file("notes.txt", "\u0000\u0001\u0002")])).toEqual(["kind"]);
});

test("an archive without its documents lacks them by name", async () => {
  const { problems } = await look([file("a.zip", stored({ "other.txt": "x" }))], TAKEN);
  expect(problems).toEqual([{ file: "a.zip", what: "lacks", names: "submission.json, configuration.json" }]);
});

test("an archive that was cut short is damaged", async () => {
  const whole = await artifact().arrayBuffer();
  expect(await problemsOf([file("a.zip", whole.slice(0, whole.byteLength - 30))])).toEqual(["cut"]);
});

test("another board and another protocol are told", async () => {
  expect(await problemsOf([artifact({ ...SUBMISSION, benchmark: "other" })])).toEqual(["benchmark"]);
  expect(await problemsOf([artifact({ ...SUBMISSION, protocol_version: "1" })])).toEqual(["protocol"]);
});

test("a document that is odd is left to the service", async () => {
  expect(await problemsOf([artifact(["not", "an", "object"])])).toEqual([]);
  expect(await problemsOf([artifact({ benchmark: 3 })])).toEqual([]);
});

test("compressed archives of tar are taken as they are", async () => {
  const { chosen } = await look([file("a.tar.gz", new Uint8Array([0x1f, 0x8b, 8, 0]))], TAKEN);
  expect(chosen?.mediaType).toBe("application/gzip");
});

test("results are refused where every score is computed by the board", async () => {
  expect(await problemsOf([file("r.json", "{}")])).toEqual(["noResults"]);
});

test("metadata and results are one document, whether they come in one file or in two", async () => {
  const taken = { ...TAKEN, results: true };
  const [metadata, results] = [{ model: { name: "m" } }, { problem_results: [] }];
  const one = await look([file("r.json", JSON.stringify({ metadata, results }))], taken);
  const two = await look([file("r.json", JSON.stringify(results)), file("m.json", JSON.stringify(metadata))], taken);
  for (const { chosen } of [one, two])
    expect(JSON.parse((await chosen?.body.text()) ?? "")).toEqual({ metadata, results });
});

test("each file that is no JSON is told, and half of the two as well", async () => {
  const taken = { ...TAKEN, results: true };
  expect(await problemsOf([file("a.json", "{"), file("b.json", "{]")], taken)).toEqual(["json", "json"]);
  expect(await problemsOf([file("a.json", '{"model": {}}')], taken)).toEqual(["results"]);
});

test("several archives are too many", async () => {
  expect(await problemsOf([artifact(), artifact()])).toEqual(["many"]);
});

test("every key is another", () => {
  expect(new Set(Array.from({ length: 50 }, newKey)).size).toBe(50);
  expect(newKey()).toMatch(/^[0-9a-f]{32}$/);
});
