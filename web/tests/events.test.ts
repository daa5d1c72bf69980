import { expect, test } from "vitest";
import { eventParser } from "../src/service/events";

const STREAM =
  'retry: 2000\n\nid: 7\nevent: board\ndata: {"a":1}\n\n: still here\n\nid: 8\r\nevent: queue\r\ndata: {"b":\r\ndata: 2}\r\n\r\n';

function heardOf(pieces: readonly string[]): unknown[] {
  const heard: unknown[] = [];
  const parse = eventParser((event) => heard.push(event));
  for (const piece of pieces) parse(piece);
  return heard;
}

test("events are told whole, wherever the stream is cut", () => {
  const expected = [
    { id: "7", kind: "board", data: { a: 1 } },
    { id: "8", kind: "queue", data: { b: 2 } },
  ];
  expect(heardOf([STREAM])).toEqual(expected);
  expect(heardOf([...STREAM])).toEqual(expected);
});

test("an event that did not end is not told", () => {
  expect(heardOf(["event: board\ndata: {}\n"])).toEqual([]);
});

test("data that is no JSON is null", () => {
  expect(heardOf(["data: {\n\n"])).toEqual([{ id: "", kind: "message", data: null }]);
});
