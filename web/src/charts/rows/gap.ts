import { nameOf } from "../../site/names";
import {
  type ChartDocuments,
  type ChartOptions,
  type Drawn,
  drawn,
  kindsOf,
  measured,
  nothing,
  said,
} from "../drawing";

/** All entries with a released score; those far from the diagonal did better where everybody can look. */
export function gap(documents: ChartDocuments, options: ChartOptions): Drawn {
  const { board } = documents;
  const rows = measured(board, options);
  const entries = rows.flatMap((row) => {
    const [seen, held] = [row.public.score ?? null, row.held_out.score ?? null];
    if (seen === null || held === null) return [];
    return {
      entry: nameOf(row),
      kind: row.kind,
      public: seen,
      held_out: held,
      gap: row.overfit_gap ?? null,
      overfit_test: row.overfit_test ?? null,
    };
  });
  if (!entries.length) return nothing("released", rows.length);
  const scores = entries.flatMap((row) => [row.public, row.held_out]);
  return drawn(
    { entries, diagonal: [{ at: Math.min(...scores) }, { at: Math.max(...scores) }] },
    said(documents, { score: "public" }, { kinds: kindsOf(entries) }),
    rows.length - entries.length,
  );
}
