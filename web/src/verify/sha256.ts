/**
 * SHA-256 (FIPS 180-4). Browsers offer it only on secure origins; a board may be read over plain http in a laboratory,
 * so there is an own one for that.
 */

const PREFIX = "sha256:";
const ROUNDS = 64;
const BLOCK = 64;

/** Name exact bytes: `sha256:` and 64 hexadecimal digits. */
export async function digestOf(raw: Uint8Array): Promise<string> {
  const subtle = globalThis.crypto?.subtle;
  // What is digested may be a part of a larger buffer; a copy of a part is what `digest` accepts everywhere.
  const summed = subtle ? new Uint8Array(await subtle.digest("SHA-256", new Uint8Array(raw))) : sha256(raw);
  return PREFIX + hex(summed);
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Fractional parts of the roots of the first primes: the constants of the standard, made rather than copied. */
function constants(): { start: Uint32Array; rounds: Uint32Array } {
  const primes: number[] = [];
  for (let candidate = 2; primes.length < ROUNDS; candidate += 1) {
    if (primes.every((prime) => candidate % prime)) {
      primes.push(candidate);
    }
  }
  return {
    start: Uint32Array.from(primes.slice(0, 8), (prime) => fraction(BigInt(prime), 2n)),
    rounds: Uint32Array.from(primes, (prime) => fraction(BigInt(prime), 3n)),
  };
}

/** Return the first 32 bits after the point of an integer's square or cube root. */
function fraction(value: bigint, power: bigint): number {
  const wanted = value << (32n * power);
  let low = 0n;
  let high = 1n << 40n;
  while (high - low > 1n) {
    const middle = (low + high) / 2n;
    [low, high] = middle ** power <= wanted ? [middle, high] : [low, middle];
  }
  return Number(low & 0xffffffffn);
}

const { start: START, rounds: CONSTANTS } = constants();

export function sha256(raw: Uint8Array): Uint8Array {
  const state = START.slice();
  const words = new Uint32Array(ROUNDS);
  const whole = raw.length - (raw.length % BLOCK);
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
  for (let place = 0; place < whole; place += BLOCK) {
    compress(state, words, view, place);
  }
  const rest = padded(raw.subarray(whole), raw.length);
  const tail = new DataView(rest.buffer);
  for (let place = 0; place < rest.length; place += BLOCK) {
    compress(state, words, tail, place);
  }
  const out = new DataView(new ArrayBuffer(32));
  state.forEach((word, place) => {
    out.setUint32(place * 4, word);
  });
  return new Uint8Array(out.buffer);
}

function padded(rest: Uint8Array, length: number): Uint8Array<ArrayBuffer> {
  const block = new Uint8Array(rest.length + 9 > BLOCK ? 2 * BLOCK : BLOCK);
  block.set(rest);
  block[rest.length] = 0x80;
  const view = new DataView(block.buffer);
  view.setUint32(block.length - 8, Math.floor(length / 2 ** 29));
  view.setUint32(block.length - 4, (length * 8) >>> 0);
  return block;
}

function turned(word: number, by: number): number {
  return (word >>> by) | (word << (32 - by));
}

function compress(state: Uint32Array, words: Uint32Array, view: DataView, place: number): void {
  for (let round = 0; round < ROUNDS; round += 1) {
    words[round] = round < 16 ? view.getUint32(place + round * 4) : extended(words, round);
  }
  let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = state;
  for (let round = 0; round < ROUNDS; round += 1) {
    const upper = turned(e, 6) ^ turned(e, 11) ^ turned(e, 25);
    const one = (h + upper + ((e & f) ^ (~e & g)) + (CONSTANTS[round] ?? 0) + (words[round] ?? 0)) | 0;
    const lower = turned(a, 2) ^ turned(a, 13) ^ turned(a, 22);
    const two = (lower + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    [h, g, f, e, d, c, b, a] = [g, f, e, (d + one) | 0, c, b, a, (one + two) | 0];
  }
  [a, b, c, d, e, f, g, h].forEach((word, index) => {
    state[index] = ((state[index] ?? 0) + word) | 0;
  });
}

function extended(words: Uint32Array, round: number): number {
  const [near, far] = [words[round - 15] ?? 0, words[round - 2] ?? 0];
  const first = turned(near, 7) ^ turned(near, 18) ^ (near >>> 3);
  const second = turned(far, 17) ^ turned(far, 19) ^ (far >>> 10);
  return ((words[round - 16] ?? 0) + first + (words[round - 7] ?? 0) + second) | 0;
}
