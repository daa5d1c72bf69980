/**
 * Exact numbers and the one place where they are rounded: fractions of BigInts, half to even, and the few IEEE steps
 * (+ - × ÷ √ and the exactly rounded sum) that intervals need.
 */

export interface Ratio {
  readonly n: bigint;
  /** Above 0, and without a common divisor with `n`. */
  readonly d: bigint;
}

export type Exact = Ratio | null;

const SAFE = BigInt(Number.MAX_SAFE_INTEGER);
const TEN = 10n;

export const ZERO: Ratio = { n: 0n, d: 1n };
export const ONE: Ratio = { n: 1n, d: 1n };

export function ratio(numerator: bigint, denominator: bigint): Ratio {
  if (denominator === 0n) {
    throw new RangeError("a fraction over 0");
  }
  const common = gcd(numerator, denominator);
  const divisor = denominator < 0n ? -common : common;
  return { n: numerator / divisor, d: denominator / divisor };
}

export function whole(value: number | bigint): Ratio {
  return { n: BigInt(value), d: 1n };
}

export function add(one: Ratio, other: Ratio): Ratio {
  return ratio(one.n * other.d + other.n * one.d, one.d * other.d);
}

export function subtract(one: Ratio, other: Ratio): Ratio {
  return ratio(one.n * other.d - other.n * one.d, one.d * other.d);
}

export function multiply(one: Ratio, other: Ratio): Ratio {
  return ratio(one.n * other.n, one.d * other.d);
}

export function divide(one: Ratio, other: Ratio): Ratio {
  return ratio(one.n * other.d, one.d * other.n);
}

export function sum(parts: Iterable<Ratio>): Ratio {
  let total = ZERO;
  for (const part of parts) {
    total = add(total, part);
  }
  return total;
}

/** Below 0, 0 or above 0, as the first is below, equal to or above the second. */
export function compare(one: Ratio, other: Ratio): number {
  const difference = one.n * other.d - other.n * one.d;
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

export function same(one: Ratio, other: Ratio): boolean {
  return one.n === other.n && one.d === other.d;
}

export function magnitude(value: Ratio): Ratio {
  return value.n < 0n ? { n: -value.n, d: value.d } : value;
}

export function gcd(one: bigint, other: bigint): bigint {
  let a = one < 0n ? -one : one;
  let b = other < 0n ? -other : other;
  while (b) {
    [a, b] = [b, a % b];
  }
  return a;
}

export function lcm(numbers: Iterable<bigint>): bigint {
  let common = 1n;
  for (const number of numbers) {
    common = (common / gcd(common, number)) * number;
  }
  return common;
}

/** Count the sets of `chosen` among `from`. */
export function choose(from: number, chosen: number): bigint {
  if (chosen > from) {
    return 0n;
  }
  let ways = 1n;
  for (let step = 1; step <= chosen; step += 1) {
    ways = (ways * BigInt(from - chosen + step)) / BigInt(step);
  }
  return ways;
}

/** Round a ratio with a positive denominator to an integer, half to even. */
export function nearest(numerator: bigint, denominator: bigint): bigint {
  let quotient = numerator / denominator;
  let remainder = numerator % denominator;
  if (remainder < 0n) {
    quotient -= 1n;
    remainder += denominator;
  }
  const twice = 2n * remainder;
  const up = twice > denominator || (twice === denominator && quotient % 2n !== 0n);
  return up ? quotient + 1n : quotient;
}

/** Round a double to an integer, half to even. */
export function nearestInteger(value: number): number {
  const below = Math.floor(value);
  const rest = value - below;
  const up = rest > 0.5 || (rest === 0.5 && below % 2 !== 0);
  return (up ? below + 1 : below) + 0;
}

/** Return the double nearest to a fraction, half to even: one correctly rounded division. */
export function toNumber(value: Ratio): number {
  const size = value.n < 0n ? -value.n : value.n;
  if (size <= SAFE && value.d <= SAFE) {
    return Number(value.n) / Number(value.d);
  }
  const shift = 64 - (bits(size) - bits(value.d));
  const dividend = shift >= 0 ? size << BigInt(shift) : size;
  const divisor = shift >= 0 ? value.d : value.d << BigInt(-shift);
  // The last bit remembers that something was left: the rounding to a double then falls on the right side.
  const quotient = (dividend / divisor) | (dividend % divisor ? 1n : 0n);
  return (value.n < 0n ? -1 : 1) * Number(quotient) * 2 ** -shift;
}

function bits(value: bigint): number {
  return value.toString(16).length * 4;
}

/** Return the fraction that a double is, exactly. */
export function exactOf(value: number): Ratio {
  let [mantissa, power] = [value, 0];
  while (!Number.isInteger(mantissa)) {
    mantissa *= 2;
    power += 1;
  }
  return ratio(BigInt(mantissa), 1n << BigInt(power));
}

/** Read a decimal with an optional sign and exponent exactly: `-1.5e3`. */
export function fromDecimal(text: string): Ratio {
  const found = /^([-+]?)([0-9]*)\.?([0-9]*)(?:[eE]([-+]?[0-9]+))?$/.exec(text);
  if (!found || !(found[2] || found[3])) {
    throw new RangeError(`${text} is no decimal`);
  }
  const [, sign = "", before = "", after = "", power = "0"] = found;
  const digits = BigInt(`${before}${after}`) * (sign === "-" ? -1n : 1n);
  const exponent = Number(power) - after.length;
  const scale = TEN ** BigInt(Math.abs(exponent));
  return exponent < 0 ? ratio(digits, scale) : whole(digits * scale);
}

/** Read a double by its shortest decimal, exactly: 0.1 is a tenth. */
export function byShortestDecimal(value: number): Ratio {
  return fromDecimal(String(value));
}

/** Round a fraction once, half to even, to a decimal; null stays null. */
export function rounded(value: Exact, places: number): number | null {
  return value === null ? null : roundRatio(value, places);
}

export function roundRatio(value: Ratio, places: number): number {
  const scale = TEN ** BigInt(places);
  return toNumber({ n: nearest(value.n * scale, value.d), d: scale });
}

/** Round a double half to even at a decimal place; minus zero becomes zero. */
export function roundDecimal(value: number, places: number): number {
  return roundRatio(exactOf(value), places) + 0;
}

/** Take the square root of a fraction: one division and one root, both correctly rounded. */
export function root(value: Ratio): number {
  return Math.sqrt(toNumber(value));
}

/** Add doubles as if exactly, and round once (Shewchuk 1997): the order of the numbers does not matter. */
export function fsum(values: Iterable<number>): number {
  const partials: number[] = [];
  for (const value of values) {
    let x = value;
    let kept = 0;
    for (let y of partials) {
      if (Math.abs(x) < Math.abs(y)) {
        [x, y] = [y, x];
      }
      const high = x + y;
      const low = y - (high - x);
      if (low) {
        partials[kept] = low;
        kept += 1;
      }
      x = high;
    }
    partials.length = kept;
    partials.push(x);
  }
  return totalOf(partials);
}

function totalOf(partials: readonly number[]): number {
  const left = [...partials];
  let high = left.pop() ?? 0;
  let low = 0;
  while (left.length) {
    const x = high;
    const y = left.pop() ?? 0;
    high = x + y;
    low = y - (high - x);
    if (low) {
      break;
    }
  }
  const next = left.at(-1) ?? 0;
  // Halves are rounded to even only if what lies below them is known.
  if ((low < 0 && next < 0) || (low > 0 && next > 0)) {
    const twice = low * 2;
    const moved = high + twice;
    if (twice === moved - high) {
      high = moved;
    }
  }
  return high;
}
