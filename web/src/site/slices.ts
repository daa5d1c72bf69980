// Slices as people read them: in short their values, in full with their facets, and so where two facets share a value.

import type { Benchmark, Facet } from "./types";

export interface SlicePart {
  facet: string;
  value: string;
}

/** The parts of `facet=value` or `facet=value×facet=value`. */
export function partsOf(slice: string): SlicePart[] {
  // A value may hold the sign that joins pairs; a facet's name may not.
  return slice.split(/×(?=[a-z0-9][a-z0-9._-]*=)/).map((part) => {
    const at = part.indexOf("=");
    return at > 0 ? { facet: part.slice(0, at), value: part.slice(at + 1) } : { facet: "", value: part };
  });
}

/** The title of a facet, or of a pair of facets `a×b`. */
export function facetTitle(name: string, { facets }: Pick<Benchmark, "facets">): string {
  return name
    .split("×")
    .map((part) => facets?.[part]?.title ?? part)
    .join(" × ");
}

export function sliceTitle(slice: string, { facets }: Pick<Benchmark, "facets">, isFull = false): string {
  const known: Readonly<Record<string, Facet>> = facets ?? {};
  const isShared = (value: string) => Object.values(known).filter(({ values }) => values?.includes(value)).length > 1;
  const written = partsOf(slice).map(({ facet, value }) =>
    facet && (isFull || isShared(value)) ? `${known[facet]?.title ?? facet}: ${value}` : value,
  );
  return written.join(isFull ? ", " : " × ");
}
