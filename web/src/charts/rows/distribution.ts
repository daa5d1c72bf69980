import { nameOf } from "../../site/names";
import {
  baseOf,
  type ChartDocuments,
  type ChartOptions,
  contestants,
  type Drawn,
  drawn,
  kindsOf,
  nothing,
  references,
  said,
  scoreOf,
} from "../drawing";

/** The scores of all entries that compete, with human, baseline and chance beside them. */
export function distribution(documents: ChartDocuments, options: ChartOptions): Drawn {
  const { board } = documents;
  const base = baseOf(board, options);
  const rows = contestants(board, options);
  const entries = rows.flatMap((row) => {
    const score = scoreOf(row, base);
    return score === null ? [] : [{ entry: nameOf(row), kind: row.kind, score }];
  });
  if (!entries.length) return nothing("scores", rows.length);
  return drawn(
    { entries, references: references(board, options) },
    said(documents, options, { kinds: kindsOf(entries) }),
    rows.length - entries.length,
  );
}
