/** Which parts of a pattern can match nothing. */
import type { Node } from "./syntax";

/** Say whether a node can match nothing. */
export function canBeEmpty(node: Node): boolean {
  switch (node.kind) {
    case "set":
      return false;
    case "assert":
      return true;
    case "all":
      return node.parts.every(canBeEmpty);
    case "any":
      return node.options.some(canBeEmpty);
    case "group":
      return canBeEmpty(node.body);
    case "repeat":
      return node.least === 0 || canBeEmpty(node.body);
  }
}

/** Say whether something that can match nothing is repeated: engines differ in what a group then captured. */
export function repeatsNothing(node: Node): boolean {
  switch (node.kind) {
    case "set":
    case "assert":
      return false;
    case "all":
      return node.parts.some(repeatsNothing);
    case "any":
      return node.options.some(repeatsNothing);
    case "group":
      return repeatsNothing(node.body);
    case "repeat":
      return canBeEmpty(node.body) || repeatsNothing(node.body);
  }
}
