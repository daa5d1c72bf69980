/** Small sure ways to read lists: an index that is out of range is a fault of ours, never `undefined` in a number. */

export function at<T>(list: ArrayLike<T>, index: number): T {
  const value = list[index];
  if (value === undefined) {
    throw new RangeError(`no element ${index} in a list of ${list.length}`);
  }
  return value;
}

/** Return what a map holds under a key, made by `make` the first time. */
export function setDefault<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const kept = map.get(key);
  if (kept !== undefined) {
    return kept;
  }
  const made = make();
  map.set(key, made);
  return made;
}

/** Order texts by code points, as Python does; JavaScript would order the halves of surrogate pairs. */
export function byCodePoint(one: string, other: string): number {
  const length = Math.min(one.length, other.length);
  for (let place = 0; place < length; place += 1) {
    const a = one.charCodeAt(place);
    const b = other.charCodeAt(place);
    if (a !== b) {
      return rank(a) - rank(b);
    }
  }
  return one.length - other.length;
}

function rank(unit: number): number {
  // Surrogates stand for characters beyond all others.
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}
