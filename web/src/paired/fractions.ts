// Exact fractions of whole numbers, with a denominator above 0.

export type Fraction = readonly [numerator: bigint, denominator: bigint];

export const less = ([a, b]: Fraction, [c, d]: Fraction): boolean => a * d < c * b;

/** A fraction as a number, rounded once and half to even. */
export function rounded([numerator, denominator]: Fraction, places = 6): number {
  const sign = numerator < 0n ? -1 : 1;
  const scaled = (numerator < 0n ? -numerator : numerator) * 10n ** BigInt(places);
  const [whole, rest] = [scaled / denominator, scaled % denominator];
  const isUp = rest * 2n > denominator || (rest * 2n === denominator && whole % 2n === 1n);
  return (sign * Number(isUp ? whole + 1n : whole)) / 10 ** places;
}
