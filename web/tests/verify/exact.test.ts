import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { exactOf, fromDecimal, fsum, nearest, ratio, roundDecimal, roundRatio, toNumber } from "../../src/verify/exact";
import { canonical, decimalText, NotJson, parse } from "../../src/verify/json";
import { sha256 } from "../../src/verify/sha256";

test("our own SHA-256 is that of everybody, whatever the length", () => {
  for (const length of [0, 1, 55, 56, 63, 64, 65, 1000]) {
    const raw = Uint8Array.from({ length }, (_, place) => (place * 31) % 256);
    expect(Buffer.from(sha256(raw)).toString("hex")).toBe(createHash("sha256").update(raw).digest("hex"));
  }
});

test("halves are rounded to even, also below zero", () => {
  expect([1n, 3n, 5n, -1n, -3n].map((half) => nearest(half, 2n))).toEqual([0n, 2n, 2n, 0n, -2n]);
  expect([0.5, 1.5, 2.5, 0.125].map((value) => roundDecimal(value, 0))).toEqual([0, 2, 2, 0]);
  expect(roundDecimal(2.675, 2)).toBe(2.67);
});

test("a fraction becomes the double nearest to it, however long its parts", () => {
  expect(toNumber(ratio(2n ** 200n + 1n, 3n * 2n ** 200n))).toBe(1 / 3);
  expect(toNumber(exactOf(0.1))).toBe(0.1);
  expect(roundRatio(ratio(2n, 3n), 6)).toBe(0.666667);
  expect(fromDecimal("-1.50e1")).toEqual(ratio(-15n, 1n));
});

test("a sum does not depend on its order", () => {
  expect(fsum([1e100, 1, -1e100])).toBe(1);
  expect(fsum(Array.from({ length: 10 }, () => 0.1))).toBe(1);
});

test("decimals are written as canonical documents write them", () => {
  expect([1, 1e15, 1e16, 0.00001, 1e-6, -0, 4.5].map(decimalText)).toEqual([
    "1.0",
    "1000000000000000.0",
    "1e16",
    "0.00001",
    "1e-6",
    "-0.0",
    "4.5",
  ]);
  expect(canonical(parse('{"b": [1, 1.0, "é\\u0000"], "a": null}'))).toBe('{"a":null,"b":[1,1.0,"é\\u0000"]}');
});

test.each(['{"a":1,"a":2}', "NaN", "[1,]", "9007199254740993", '"\\ud800"', "1 2", "1e999", "01", '"\n"'])(
  "what is no plain JSON is refused: %s",
  (text) => {
    expect(() => parse(text)).toThrow(NotJson);
  },
);
