import { day } from "../numbers";
import type { Purge } from "../site/types";
import { useWords } from "../words";

/** That answers were removed, when, and why; `of` is whose, where that is not plain from the place. */
export function Removed({ purge: { date, reason }, of = null }: { purge: Purge; of?: string | null }) {
  const { removed: words } = useWords("common");
  const on = day(date) ?? date;
  return <bdi>{of === null ? words.said(on, reason) : words.saidOf(of, on, reason)}</bdi>;
}
