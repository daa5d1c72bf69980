/** What was released of the held-out set: the owner's word, from which intervals and gaps follow. */
import { compare, fromDecimal, multiply, type Ratio, ratio, whole } from "./exact";
import type { Fields } from "./fields";
import type { ReleasedScore } from "./intervals";

const STEP = ratio(1n, 100n);
const FINE_STEP = ratio(1n, 200n);
const FINE_FROM = 2_500;
const GRIDS = [200n, 100n, 50n, 20n, 10n, 5n, 4n, 2n].map((parts) => ratio(1n, parts));
const COUNTS_IN_A_STEP = whole(3);

export interface Releases {
  readonly scored: boolean;
  readonly nPrompts: number | null;
  /** `vendor/config_name` → its released score. */
  readonly scores: ReadonlyMap<string, ReleasedScore>;
}

export function readReleases(document: Fields): Releases {
  return {
    scored: document.flag("held_out_scored", false),
    nPrompts: document.integerOrNull("n_prompts"),
    scores: new Map(
      document
        .rows("releases")
        .map((own) => [
          `${own.text("vendor")}/${own.text("config_name")}`,
          { score: fromDecimal(own.text("score")), nPrompts: own.integer("n_prompts"), nItems: own.integer("n_items") },
        ]),
    ),
  };
}

/** The grid on which scores over a number of items are released; no policy makes it finer than is safe. */
export function stepOf(policy: Ratio | null, nItems: number): Ratio {
  const safe =
    GRIDS.find((grid) => compare(multiply(grid, whole(nItems)), COUNTS_IN_A_STEP) >= 0) ?? GRIDS.at(-1) ?? STEP;
  const wanted = policy ?? (nItems >= FINE_FROM ? FINE_STEP : STEP);
  return compare(safe, wanted) > 0 ? safe : wanted;
}
