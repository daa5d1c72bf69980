// As much of a zip archive as is needed to say what it holds (PKWARE APPNOTE 6.3, sections 4.3 and 4.4).

const END = 0x06054b50;
const ENTRY = 0x02014b50;
const END_BYTES = 22;
const LONGEST_COMMENT = 0xffff;
const ZIP64 = 0xffffffff;
const STORED = 0;
/** Longer lists and documents are left to the service. */
const LARGEST_LIST = 8 << 20;
const LARGEST_DOCUMENT = 1 << 20;

export interface ZipMember {
  /** Its content, where it is stored as it is and small; null otherwise. */
  bytes: () => Promise<Blob | null>;
}

/** The members of an archive by their names; "cut" where its end is missing, "other" where this reader knows less. */
export async function readZip(file: Blob): Promise<ReadonlyMap<string, ZipMember> | "cut" | "other"> {
  const tail = await viewOf(file, Math.max(0, file.size - END_BYTES - LONGEST_COMMENT), file.size);
  const end = endIn(tail);
  if (end === null) return "cut";
  const [length, start] = [tail.getUint32(end + 12, true), tail.getUint32(end + 16, true)];
  if (start === ZIP64 || length > LARGEST_LIST) return "other";
  if (start + length > file.size) return "cut";
  const list = await viewOf(file, start, start + length);
  return membersIn(file, list) ?? "cut";
}

const viewOf = async (file: Blob, from: number, to: number): Promise<DataView> =>
  new DataView(await file.slice(from, to).arrayBuffer());

/** Where the end record begins: the last place that looks like one. */
function endIn(tail: DataView): number | null {
  for (let place = tail.byteLength - END_BYTES; place >= 0; place--) {
    if (tail.getUint32(place, true) === END) return place;
  }
  return null;
}

function membersIn(file: Blob, list: DataView): Map<string, ZipMember> | null {
  const members = new Map<string, ZipMember>();
  for (let place = 0; place < list.byteLength; ) {
    if (place + 46 > list.byteLength || list.getUint32(place, true) !== ENTRY) return null;
    const [name, extra, comment] = [28, 30, 32].map((at) => list.getUint16(place + at, true)) as [
      number,
      number,
      number,
    ];
    if (place + 46 + name > list.byteLength) return null;
    const named = new TextDecoder().decode(new Uint8Array(list.buffer, place + 46, name));
    const method = list.getUint16(place + 10, true);
    const size = list.getUint32(place + 20, true);
    const start = list.getUint32(place + 42, true);
    members.set(named, { bytes: () => contentOf(file, { method, size, start }) });
    place += 46 + name + extra + comment;
  }
  return members;
}

async function contentOf(file: Blob, at: { method: number; size: number; start: number }): Promise<Blob | null> {
  if (at.method !== STORED || at.size > LARGEST_DOCUMENT || at.start + 30 > file.size) return null;
  const head = await viewOf(file, at.start, at.start + 30);
  const from = at.start + 30 + head.getUint16(26, true) + head.getUint16(28, true);
  return file.slice(from, from + at.size);
}
