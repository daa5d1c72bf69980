/** Make a zip archive whose members are stored as they are (APPNOTE 6.3), with their sums left out: nobody here reads them. */
export function stored(members: Record<string, string>): Uint8Array<ArrayBuffer> {
  const text = new TextEncoder();
  const [bodies, list]: [number[], number[]] = [[], []];
  for (const [name, content] of Object.entries(members)) {
    const [named, raw] = [[...text.encode(name)], [...text.encode(content)]];
    const sizes = [...four(0), ...four(raw.length), ...four(raw.length), ...two(named.length), ...two(0)];
    list.push(...four(0x02014b50), ...two(20), ...two(20), ...two(0), ...two(0), ...four(0), ...sizes);
    list.push(...two(0), ...two(0), ...two(0), ...four(0), ...four(bodies.length), ...named);
    bodies.push(...four(0x04034b50), ...two(20), ...two(0), ...two(0), ...four(0), ...sizes, ...named, ...raw);
  }
  const n = Object.keys(members).length;
  const end = [...four(0x06054b50), ...four(0), ...two(n), ...two(n), ...four(list.length), ...four(bodies.length)];
  return new Uint8Array([...bodies, ...list, ...end, ...two(0)]);
}

const two = (value: number): number[] => [value & 255, (value >> 8) & 255];
const four = (value: number): number[] => [...two(value & 0xffff), ...two(value >>> 16)];
