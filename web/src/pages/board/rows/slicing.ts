// The slices that a reader looks at alone: of two filters at once their pair, where the board publishes it.

import type { Benchmark } from "../../../site/types";
import type { Slicing } from "./filtering";

export interface Slicings {
  /** A column each. */
  slicings: readonly Slicing[];
  /** The facets that are filtered by at once, though the board does not publish how entries do on their pairs. */
  unpaired: readonly string[];
}

/** Bring the chosen values of several facets together: two of a declared pair become one slice of both. */
export function paired(
  chosen: readonly Slicing[],
  { slice_pairs: pairs = [] }: Pick<Benchmark, "slice_pairs">,
): Slicings {
  for (const [first, second] of pairs) {
    const one = chosen.find(({ facet }) => facet === first);
    const other = chosen.find(({ facet }) => facet === second);
    if (!one || !other) continue;
    const both = {
      facet: `${first}×${second}`,
      value: `${one.value}×${other.value}`,
      title: `${one.title} × ${other.title}`,
      name: `${one.name}×${other.name}`,
    };
    return unpaired([both, ...chosen.filter((own) => own !== one && own !== other)]);
  }
  return unpaired(chosen);
}

const unpaired = (slicings: readonly Slicing[]): Slicings => ({
  slicings,
  unpaired: slicings.length > 1 ? slicings.map(({ facet }) => facet) : [],
});
