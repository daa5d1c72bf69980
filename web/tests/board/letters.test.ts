import { expect, it } from "vitest";
import { lettersOf } from "../../src/pages/board/rows/letters";

it.each([
  [[1, 1], "a"],
  [[2, 5], "bcde"],
  [[2, 6], "b–f"],
  [[26, 27], "z–aa"],
  [[703, 703], "aaa"],
] as const)("tied groups %j are %s: letters never run out", (groups, letters) => {
  expect(lettersOf(groups)).toBe(letters);
});
