// How an entry did on every slice, beside its vendor's default: what was tested is listed, won or not.

import { nameOf } from "../../parts/EntryName";
import type { BoardContext } from "../../site/rows";
import { SHAPES } from "../../site/shapes";
import { partsOf } from "../../site/slices";
import type {
  Benchmark,
  BoardRow,
  EntryDocument,
  SliceComparison,
  VendorDocument,
  VendorEntry,
} from "../../site/types";

export const OVERALL = "overall";

export interface SliceRow {
  slice: string;
  /** The facet, or the pair of facets, that it is a value of. */
  facet: string;
  nItems: number | null;
  own: number | null;
  than: number | null;
  tested: SliceComparison | null;
}

export interface Compared {
  /** Null where no comparisons of this vendor are published for the entry's protocol. */
  vendor: VendorDocument | null;
  found: VendorEntry | null;
  /** The default's own document, where there is another entry that is the default. */
  than: EntryDocument | null;
}

export const vendorPath = (row: BoardRow): string => `vendors/${row.vendor}.json`;

/** Load what an entry is compared by. */
export async function loadCompared(row: BoardRow, context: BoardContext): Promise<Compared> {
  const { publication, board } = context;
  const path = vendorPath(row);
  const than = context.defaultOf(row);
  const isPublished =
    Object.hasOwn(publication.root.documents, path) && row.protocol_version === board.eval_protocol_version;
  const [vendor, other] = await Promise.all([
    isPublished ? publication.load<VendorDocument>(path, SHAPES.vendor) : null,
    than && than !== row
      ? publication.load<EntryDocument>(`entries/${nameOf(than)}.json`, SHAPES.entry, than.entry)
      : null,
  ]);
  const found = vendor?.entries.find(({ entry }) => entry === nameOf(row)) ?? null;
  return { vendor, found, than: other };
}

/** The metric whose slices are shown at first: the headline, or a metric of items where that is made of ranks. */
export function firstMetric({ scores }: EntryDocument, { headline, metrics }: Benchmark): string {
  const names = Object.keys(scores ?? {});
  if (names.includes(headline)) return headline;
  return names.find((name) => metrics[name]) ?? names[0] ?? headline;
}

/** The slices of a metric; those that were tested come first, wins before all, the largest first. */
export function sliceRows(
  own: EntryDocument,
  { found, than }: Compared,
  metric: string,
  isHeadline: boolean,
): SliceRow[] {
  const scores = own.scores?.[metric] ?? {};
  const tested = new Map((isHeadline ? (found?.slices ?? []) : []).map((one) => [one.slice, one]));
  const rows = [...new Set([OVERALL, ...Object.keys(scores)])]
    .filter((slice) => Object.hasOwn(scores, slice))
    .map(
      (slice): SliceRow => ({
        slice,
        facet:
          slice === OVERALL
            ? ""
            : partsOf(slice)
                .map(({ facet }) => facet)
                .join("×"),
        nItems: own.n_items?.[slice] ?? null,
        own: scores[slice] ?? null,
        than: than?.scores?.[metric]?.[slice] ?? null,
        tested: tested.get(slice) ?? null,
      }),
    );
  // Where nothing was tested, all items come before their parts, and the order of the document stays.
  return tested.size === 0 ? rows : rows.sort((one, other) => (orderOf(other) ?? LAST) - (orderOf(one) ?? LAST));
}

const PLACES = ["loss", "no evidence", "win"];
const LAST = -2;

/** A number that orders wins above the rest, and larger bounds above smaller ones; null of what was not tested. */
export function orderOf({ tested }: Pick<SliceRow, "tested">): number | null {
  if (!tested) return null;
  const { verdict, lower_bound: bound } = tested;
  return PLACES.indexOf(verdict) * 2 + bound / (1 + Math.abs(bound));
}
