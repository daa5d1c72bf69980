// How an item's score goes with the score on all other items: the corrected item-total correlation over entries.

export interface ItemAndRest {
  own: number;
  rest: number;
}

const FEWEST = 3;

/** Pearson's correlation; null where there are too few entries, or where they do not differ. */
export function discriminationOf(points: readonly ItemAndRest[]): number | null {
  const n = points.length;
  if (n < FEWEST) return null;
  const mean = (of: (point: ItemAndRest) => number) => points.reduce((sum, point) => sum + of(point), 0) / n;
  const [own, rest] = [mean((point) => point.own), mean((point) => point.rest)];
  const product = (one: (point: ItemAndRest) => number, other: (point: ItemAndRest) => number) =>
    points.reduce((sum, point) => sum + one(point) * other(point), 0);
  const x = (point: ItemAndRest) => point.own - own;
  const y = (point: ItemAndRest) => point.rest - rest;
  const spread = Math.sqrt(product(x, x) * product(y, y));
  return spread > 0 ? Math.max(-1, Math.min(1, product(x, y) / spread)) : null;
}
