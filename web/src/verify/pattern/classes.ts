/** Classes of characters: RE2's are those of ASCII, and folding case goes beyond it. */

export type Range = readonly [number, number];

/** Ranges from text: every two characters are the first and the last of one. */
function ranges(text: string): readonly Range[] {
  const codes = Array.from(text, (letter) => letter.charCodeAt(0));
  return codes.flatMap((code, place) => (place % 2 ? [] : [[code, codes[place + 1] ?? code] as const]));
}

const WORD = "09AZ__az";

/** What `\d` and its like stand for. */
export const PERL: ReadonlyMap<string, readonly Range[]> = new Map([
  ["d", ranges("09")],
  ["w", ranges(WORD)],
  ["s", ranges("\t\n\f\r  ")],
]);

/** What `[:alpha:]` and its like stand for. */
export const POSIX: ReadonlyMap<string, readonly Range[]> = new Map([
  ["alnum", ranges("09AZaz")],
  ["alpha", ranges("AZaz")],
  ["ascii", ranges("\u0000\u007f")],
  ["blank", ranges("\t\t  ")],
  ["cntrl", ranges("\u0000\u001f\u007f\u007f")],
  ["digit", ranges("09")],
  ["graph", ranges("!~")],
  ["lower", ranges("az")],
  ["print", ranges(" ~")],
  ["punct", ranges("!/:@[`{~")],
  ["space", ranges("\t\r  ")],
  ["upper", ranges("AZ")],
  ["word", ranges(WORD)],
  ["xdigit", ranges("09AFaf")],
]);

/** Make the test of a class; case is ignored by simple folding, as RE2 does it, before the class is negated. */
export function accepting(ranges: readonly Range[], negated: boolean, ignoreCase: boolean): (code: number) => boolean {
  const inside = (code: number) => ranges.some(([low, high]) => code >= low && code <= high);
  if (!ignoreCase) {
    return (code) => inside(code) !== negated;
  }
  // One class of one character: here both languages fold alike.
  const source = ranges.map(([low, high]) => `\\u{${low.toString(16)}}-\\u{${high.toString(16)}}`).join("");
  const folded = new RegExp(`^[${source}]$`, "iu");
  const known = new Map<number, boolean>();
  return (code) => {
    let found = known.get(code);
    if (found === undefined) {
      found = inside(code) || folded.test(String.fromCodePoint(code));
      known.set(code, found);
    }
    return found !== negated;
  };
}
